#!/usr/bin/env bash
# Runs the mutation test: one token changed, one build, one expected failure, again and again.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=Tests/Tools/mutate.py
Tools/setup.sh
[[ -f $tool ]] || {
    echo "mutate: $tool is not in this tree" >&2
    exit 1
}
# ARGS is a command line: its words are split on purpose.
# shellcheck disable=SC2086
exec python3 "$tool" ${ARGS:-}
