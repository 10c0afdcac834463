#!/usr/bin/env bash
# Builds one program in release mode and runs it: run.sh PROGRAM [ARGUMENT...], then $ARGS.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$1
shift
Tools/setup.sh
jobs=()
if [[ -n ${JOBS:-} ]]; then jobs=(-j "$JOBS"); fi
echo "build: $program, release; the first time takes some minutes"
swift build -c release --static-swift-stdlib "${jobs[@]}" --product "$program"
bin=$(swift build -c release --show-bin-path)
# ARGS is a command line: its words are split on purpose.
# shellcheck disable=SC2086
exec "$bin/$program" "$@" ${ARGS:-}
