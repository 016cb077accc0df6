#!/usr/bin/env bash
# stop_fe.sh of StarRocks 4.0 (fact sheet 3.2).
# -g, --graceful: ask it to end its work first; --timeout SECONDS: kill it after so long.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=fe
read_stop_options 10 15 "$@"
begin_stop "$@"
if ! running "$pid"; then
    echo "Process $pid does not exist, removing stale pid file"
    rm "$pidfile"
    exit 0
fi
name=$(command_name "$pid")
if [ -z "$name" ]; then
    echo "ERROR: Cannot get process information for pid $pid"
    exit 1
fi
if [ "$name" != java ]; then
    echo "ERROR: Process $pid is not a Java process (comm: $name)"
    exit 1
fi
if ! ps -p "$pid" -o args= | grep -q StarRocksFE; then
    echo "ERROR: Process $pid may not be FE (command does not contain StarRocksFE)"
    exit 1
fi
end_stop
