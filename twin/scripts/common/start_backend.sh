#!/usr/bin/env bash
# start_backend.sh --be|--cn [--daemon] ..: what start_be.sh and start_cn.sh have in common.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=be daemon=0 console=0
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --be) role=be ;;
        --cn) role=cn ;;
        --daemon) daemon=1 ;;
        --logconsole) console=1 ;;
        --numa | --meta_tool) shift ;;
        --check_mem_leak | --jemalloc_debug) ;;
        *) echo "start_$role.sh: unrecognized option '$1'" >&2 && exit 1 ;;
    esac
    shift
done
export_env_from_conf "$STARROCKS_HOME/conf/$role.conf"
truth "start_$role.sh" "${arguments[@]:1}"

pidfile=$PID_DIR/$role.pid
if [ -f "$pidfile" ]; then
    pid=$(cat "$pidfile")
    if running "$pid"; then
        echo "Backend running as process $pid. Stop it first."
        exit 1
    fi
    rm "$pidfile"
fi

mkdir -p "$STARROCKS_HOME/log"
binary=("$STARROCKS_HOME/lib/starrocks_be")
[ "$role" = cn ] && binary+=(--cn)
if [ ! -x "${binary[0]}" ]; then
    echo "${binary[0]}: No such file or directory" >>"$STARROCKS_HOME/log/$role.out"
    [ $daemon = 1 ] && exit 0
    exit 127
fi
if [ $daemon = 1 ]; then
    setsid nohup "${binary[@]}" >>"$STARROCKS_HOME/log/$role.out" 2>&1 </dev/null &
elif [ $console = 1 ]; then
    exec "${binary[@]}" </dev/null
else
    exec "${binary[@]}" >>"$STARROCKS_HOME/log/$role.out" 2>&1 </dev/null
fi
