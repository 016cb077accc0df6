#!/usr/bin/env bash
# stop_be.sh of StarRocks 4.0 (fact sheet 3.3).
# -g, --graceful: ask it to end its work first; --timeout SECONDS: kill it after so long.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=be
read_stop_options 15 9 "$@"
export_env_from_conf "$STARROCKS_HOME/conf/be.conf"
# 4.0 has a profile collector beside the process, which goes first.
collector=$PID_DIR/collect_be_profile.pid
if [ -f "$collector" ]; then
    kill "$(cat "$collector")" >/dev/null 2>&1
    rm -f "$collector"
    echo "Profile collection daemon stopped"
fi
begin_stop "$@"
demand_backend BE
end_stop
