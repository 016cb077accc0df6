# Shared by the twin's start and stop scripts, which source it from the node's own bin directory.

# Upper-case entries of a conf file become environment variables: PID_DIR, JAVA_HOME, TWIN_ROOT.
export_env_from_conf() {
    local line key value
    [ -f "$1" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        [[ $line =~ ^[[:space:]]*([A-Z_][A-Z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$ ]] || continue
        key=${BASH_REMATCH[1]}
        value=${BASH_REMATCH[2]}
        value=${value%"${value##*[![:space:]]}"}
        value=${value#\"}
        value=${value%\"}
        value=${value//'${STARROCKS_HOME}'/$STARROCKS_HOME}
        export "$key=$value"
    done <"$1"
}

# The twin's truth log tells tests which script ran, on which node, with which arguments. A real script has no such line.
truth() {
    local script=$1 list="" argument
    shift
    [ -n "${TWIN_ROOT:-}" ] && [ -d "$TWIN_ROOT" ] || return 0
    for argument in "$@"; do
        argument=${argument//\\/\\\\}
        list="$list${list:+,}\"${argument//\"/\\\"}\""
    done
    printf '{"atMs":%s,"what":"script","node":"%s","script":"%s","args":[%s]}\n' \
        "$(date +%s%3N)" "$(basename "$STARROCKS_HOME")" "$script" "$list" >>"$TWIN_ROOT/truth.jsonl"
}

running() {
    kill -0 "$1" >/dev/null 2>&1
}

command_name() {
    basename -- "$(ps -p "$1" -o comm= 2>/dev/null)" 2>/dev/null
}

# wait_gone PID SECONDS: looks once a second, and kills when the limit (none below 1) has passed. The exit status does
# not tell a forced end from one by itself, as with the real scripts; only this line does.
wait_gone() {
    local began
    began=$(date +%s)
    while running "$1"; do
        if [ "$2" -gt 0 ] && [ $(($(date +%s) - began)) -gt "$2" ]; then
            kill -9 "$1"
            echo "graceful exit timeout, forced termination of the process"
            break
        fi
        sleep 1
    done
}

# What the stop scripts from 3.4.2 on have in common. read_stop_options SIGNAL-FOR-G SIGNAL ..: sets signal and limit_s.
role_name() {
    tr '[:lower:]' '[:upper:]' <<<"$role"
}

stop_usage() {
    local name
    name=$(role_name)
    cat <<USAGE

This script is used to stop $name process
Usage:
    ./stop_$role.sh [option]

Options:
    -h, --help              display this usage only
    -g, --graceful          send $1 to $name process instead of $2
    --timeout               specify the timeout for graceful exit

USAGE
    exit 0
}

read_stop_options() {
    local graceful=$1 plain=$2
    shift 2
    signal=$plain limit_s=-1
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) stop_usage "SIG$(kill -l "$graceful")" "SIG$(kill -l "$plain")" ;;
            -g | --graceful) signal=$graceful ;;
            --timeout) limit_s=${2:-} && shift ;;
            --timeout=*) limit_s=${1#--timeout=} ;;
            *) echo "$0: unrecognized option '$1'" >&2 && exit 1 ;;
        esac
        shift
    done
}

# begin_stop ARGUMENTS..: the conf file's environment, the line in the truth log; without a pid file it is over, in silence.
begin_stop() {
    export_env_from_conf "$STARROCKS_HOME/conf/$role.conf"
    truth "stop_$role.sh" "$@"
    pidfile=$PID_DIR/$role.pid
    [ -f "$pidfile" ] || exit 0
    pid=$(cat "$pidfile")
}

# A dead pid has no name, so it fails here too, and its pid file stays.
demand_backend() {
    [ "$(command_name "$pid")" = starrocks_be ] && return
    echo "ERROR: pid process may not be $1"
    exit 1
}

end_stop() {
    if ! kill -"$signal" "$pid" >/dev/null 2>&1; then
        rm "$pidfile"
        exit 1
    fi
    wait_gone "$pid" "${limit_s:--1}"
    rm -f "$pidfile"
    exit 0
}

# What start_fe.sh of every version does; `least_jdk` is the version's own.
start_frontend() {
    local daemon=0 console=0 frontend=() arguments=("$@") java java_version pid pidfile binary
    while [ $# -gt 0 ]; do
        case $1 in
            --daemon) daemon=1 ;;
            --logconsole) console=1 ;;
            --helper | --host_type) frontend+=("$1" "${2:-}") && shift ;;
            --debug) ;;
            *)
                if [[ " $further_options " != *" $1 "* ]]; then
                    echo "start_fe.sh: unrecognized option '$1'" >&2
                    exit 1
                fi
                ;;
        esac
        shift
    done
    export_env_from_conf "$STARROCKS_HOME/conf/fe.conf"
    truth start_fe.sh "${arguments[@]}"

    if [ -z "${JAVA_HOME:-}" ]; then
        java=$(command -v java) && JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$java")")")
    fi
    if [ -z "${JAVA_HOME:-}" ]; then
        echo "Error: The environment variable JAVA_HOME is not set, and no java executable could be found in the PATH."
        exit 255
    fi
    java_version=$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    if [ "${java_version:-0}" -lt "$least_jdk" ]; then
        echo "Error: JDK ${java_version:-unknown} is not supported, please use JDK version $least_jdk or higher"
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
}
