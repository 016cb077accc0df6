#!/usr/bin/env bash
# stop_fe.sh of StarRocks until 3.4.1 (fact sheet 3.2): no options, whatever it is given; SIGTERM.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=fe
begin_stop "$@"
# It says so, and goes on.
if ! ps -p "$pid" -o args= 2>/dev/null | grep -q StarRocksFE; then
    echo "ERROR: pid process may not be fe. "
fi
if ! kill -15 "$pid" >/dev/null 2>&1; then
    echo "stop java, and remove pid file. "
    rm "$pidfile"
    exit 0
fi
while running "$pid"; do
    echo "waiting fe to stop, pid: $pid"
    sleep 2
done
echo "stop java, and remove pid file. "
rm -f "$pidfile"
exit 0
