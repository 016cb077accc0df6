#!/usr/bin/env bash
# stop_be.sh of StarRocks 3.4.2 to 3.5 (fact sheet 3.3).
# -g, --graceful: ask it to end its work first; --timeout SECONDS: kill it after so long.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=be
read_stop_options 15 9 "$@"
begin_stop "$@"
demand_backend BE
end_stop
