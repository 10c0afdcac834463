#!/usr/bin/env bash
# Measures, beside the programs that figures are held against: can-utils from Debian, cantools and
# python-can from PyPI. Where they cannot be had, their rows say so.
set -euo pipefail
cd "$(dirname "$0")/.."

peers=.build/peers
Tools/setup.sh can-utils python3-venv || echo "bench: going on without can-utils" >&2
if ! "$peers/bin/python" -c 'import can, cantools' 2> /dev/null; then
    echo "bench: putting cantools and python-can into $peers"
    if ! { python3 -m venv "$peers" \
        && "$peers/bin/pip" install --quiet --disable-pip-version-check \
            cantools==45.1.0 python-can==4.6.1; }; then
        echo "bench: cantools and python-can cannot be had; going on without" >&2
        rm -rf "$peers"
    fi
fi
if [[ -x $peers/bin/python ]]; then
    export CITYZENBOX_PEERS=$PWD/$peers/bin/python
fi
exec Tools/run.sh cityzenbox-bench
