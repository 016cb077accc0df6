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
