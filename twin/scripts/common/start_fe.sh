#!/usr/bin/env bash
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

daemon=0 console=0 frontend=()
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --daemon) daemon=1 ;;
        --logconsole) console=1 ;;
        --helper | --host_type) frontend+=("$1" "${2:-}") && shift ;;
        --debug | --cluster_snapshot | --failpoint) ;;
        *) echo "start_fe.sh: unrecognized option '$1'" >&2 && exit 1 ;;
    esac
    shift
done
export_env_from_conf "$STARROCKS_HOME/conf/fe.conf"
truth start_fe.sh "${arguments[@]}"

# From 3.5 an FE needs JDK 17 (fact sheet 3.5).
if [ -z "${JAVA_HOME:-}" ]; then
    java=$(command -v java) && JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$java")")")
fi
if [ -z "${JAVA_HOME:-}" ]; then
    echo "Error: The environment variable JAVA_HOME is not set, and no java executable could be found in the PATH."
    exit 255
fi
java_version=$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
if [ "${java_version:-0}" -lt 17 ]; then
    echo "Error: JDK ${java_version:-unknown} is not supported, please use JDK version 17 or higher"
    exit 255
fi

pidfile=$PID_DIR/fe.pid
if [ -f "$pidfile" ]; then
    pid=$(cat "$pidfile")
    if running "$pid"; then
        echo "Frontend running as process $pid. Stop it first."
        exit 1
    fi
fi

mkdir -p "$STARROCKS_HOME/log"
binary=("$STARROCKS_HOME/lib/starrocks_fe" com.starrocks.StarRocksFE "${frontend[@]}")
if [ $daemon = 1 ]; then
    setsid nohup "${binary[@]}" >>"$STARROCKS_HOME/log/fe.out" 2>&1 </dev/null &
elif [ $console = 1 ]; then
    exec "${binary[@]}" </dev/null
else
    exec "${binary[@]}" >>"$STARROCKS_HOME/log/fe.out" 2>&1 </dev/null
fi
