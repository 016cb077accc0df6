#!/usr/bin/env bash
bin=$(cd "$(dirname "$0")" && pwd)
if [ -z "${JAVA_HOME:-}" ]; then
    echo "Error: JAVA_HOME is not set."
    exit 1
fi
# As the real one does: the pid file is away while this runs, and a stop script sees no process.
[ -f "$bin/fe.pid" ] && mv "$bin/fe.pid" "$bin/fe.pid.bak"
"$bin/../lib/starrocks_fe" -v
[ -f "$bin/fe.pid.bak" ] && mv "$bin/fe.pid.bak" "$bin/fe.pid"
exit 0
