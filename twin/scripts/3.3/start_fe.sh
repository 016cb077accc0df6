#!/usr/bin/env bash
# start_fe.sh of StarRocks 3.3 (fact sheet 3.5).
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

least_jdk=11 further_options=""
start_frontend "$@"
