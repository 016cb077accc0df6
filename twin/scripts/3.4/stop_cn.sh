#!/usr/bin/env bash
# stop_cn.sh of StarRocks since it waits: 3.3.17, 3.4.6, 3.5.2 and later (fact sheet 3.4).
# -g, --graceful: ask it to end its work first; --timeout SECONDS: kill it after so long.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=cn
read_stop_options 15 9 "$@"
begin_stop "$@"
demand_backend CN
end_stop
