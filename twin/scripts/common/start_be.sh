#!/usr/bin/env bash
exec "$(dirname "$0")/start_backend.sh" --be "$@"
