#!/usr/bin/env bash
bin=$(cd "$(dirname "$0")" && pwd)
exec "$bin/../lib/starrocks_be" --version
