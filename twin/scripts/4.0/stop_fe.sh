#!/usr/bin/env bash
# stop_fe.sh of StarRocks 4.0 (fact sheet 3.2).
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

usage() {
    cat <<USAGE

This script is used to stop FE process
Usage:
    ./stop_fe.sh [option]

Options:
    -h, --help              display this usage only
    -g, --graceful          send SIGUSR1 to FE process instead of SIGTERM
    --timeout               specify the timeout for graceful exit

USAGE
    exit 0
}

signal=15 limit_s=-1
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage ;;
        -g | --graceful) signal=10 ;;
        --timeout) limit_s=${2:-} && shift ;;
        --timeout=*) limit_s=${1#--timeout=} ;;
        *) echo "$0: unrecognized option '$1'" >&2 && exit 1 ;;
    esac
    shift
done
export_env_from_conf "$STARROCKS_HOME/conf/fe.conf"
truth stop_fe.sh "${arguments[@]}"

pidfile=$PID_DIR/fe.pid
[ -f "$pidfile" ] || exit 0
pid=$(cat "$pidfile")
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
if ! kill -"$signal" "$pid" >/dev/null 2>&1; then
    rm "$pidfile"
    exit 1
fi
wait_gone "$pid" "$limit_s"
rm -f "$pidfile"
exit 0
