#!/usr/bin/env bash
# stop_cn.sh of StarRocks 3.5 (since 3.5.7 it waits) (fact sheet 3.4).
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

usage() {
    cat <<USAGE

This script is used to stop CN process
Usage:
    ./stop_cn.sh [option]

Options:
    -h, --help              display this usage only
    -g, --graceful          send SIGTERM to CN process instead of SIGKILL
    --timeout               specify the timeout for graceful exit

USAGE
    exit 0
}

signal=9 limit_s=-1
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage ;;
        -g | --graceful) signal=15 ;;
        --timeout) limit_s=${2:-} && shift ;;
        --timeout=*) limit_s=${1#--timeout=} ;;
        *) echo "$0: unrecognized option '$1'" >&2 && exit 1 ;;
    esac
    shift
done
export_env_from_conf "$STARROCKS_HOME/conf/cn.conf"
truth stop_cn.sh "${arguments[@]}"

pidfile=$PID_DIR/cn.pid
[ -f "$pidfile" ] || exit 0
pid=$(cat "$pidfile")
# A dead pid has no name, so it fails here too, and its pid file stays.
if [ "$(command_name "$pid")" != starrocks_be ]; then
    echo "ERROR: pid process may not be CN"
    exit 1
fi
if ! kill -"$signal" "$pid" >/dev/null 2>&1; then
    rm "$pidfile"
    exit 1
fi
wait_gone "$pid" "$limit_s"
rm -f "$pidfile"
exit 0
