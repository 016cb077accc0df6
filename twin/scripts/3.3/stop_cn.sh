#!/usr/bin/env bash
# stop_cn.sh of StarRocks before it waited: until 3.3.16, 3.4.5, 3.5.1 (fact sheet 3.4). Returns while the process still drains.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=cn
signal=9
for argument in "$@"; do
    case $argument in
        -h | --help) echo "Usage: ./stop_cn.sh [-g|--graceful]" && exit 0 ;;
        -g | --graceful) signal=15 ;;
        # getopt says so, and what it knew is done.
        -*) echo "$0: unrecognized option '$argument'" >&2 ;;
    esac
done
export_env_from_conf "$STARROCKS_HOME/conf/cn.conf"
if [ ! -f "$PID_DIR/cn.pid" ]; then
    truth stop_cn.sh "$@"
    echo "$PID_DIR/cn.pid does not exist"
    exit 1
fi
begin_stop "$@"
if ! running "$pid"; then
    echo "Backend already exit, remove pid file. "
    rm "$pidfile"
    exit 0
fi
demand_backend "cn. "
kill -"$signal" "$pid" >/dev/null 2>&1
echo "stop starrocks_be using signal $signal, and remove pid file. "
rm -f "$pidfile"
exit 0
