#!/usr/bin/env bash
# stop_fe.sh of StarRocks 3.4.2 to 3.5 (fact sheet 3.2).
# -g, --graceful: ask it to end its work first; --timeout SECONDS: kill it after so long.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=fe
read_stop_options 10 15 "$@"
begin_stop "$@"
# A dead pid has no name, so it fails here too.
if [ "$(command_name "$pid")" != java ] || ! ps -p "$pid" -o args= | grep -q StarRocksFE; then
    echo "ERROR: pid process may not be FE. "
    exit 1
fi
end_stop
