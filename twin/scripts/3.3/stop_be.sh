#!/usr/bin/env bash
# stop_be.sh of StarRocks until 3.4.1 (fact sheet 3.3): no --timeout; it waits without a limit.
bin=$(cd "$(dirname "$0")" && pwd)
STARROCKS_HOME=$(cd "$bin/.." && pwd)
export STARROCKS_HOME PID_DIR="$bin"
source "$bin/common.sh"

role=be
signal=9
for argument in "$@"; do
    case $argument in
        -h | --help) echo "Usage: ./stop_be.sh [-g|--graceful]" && exit 0 ;;
        -g | --graceful) signal=15 ;;
        # getopt says so, and what it knew is done.
        -*) echo "$0: unrecognized option '$argument'" >&2 ;;
    esac
done
begin_stop "$@"
demand_backend "be. "
end_stop
