#!/bin/bash
# Runs in the guest, on this machine's files: the tests that were asked for, one target after the
# other, for some set the clock that others read.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8
export CITYZENBOX_GUEST=1 NO_COLOR=1
{ read -r bundle; read -r filter; read -r folder; } < /tmp/share/arguments
cd "$folder" || exit 2
echo "guest: $(uname -r), up $(cut -d' ' -f1 /proc/uptime) s"
worst=0
for target in ${filter//|/ }; do
    "$bundle" --testing-library swift-testing --filter "$target" > /tmp/log 2>&1
    status=$?
    # What failed, what was skipped, what was measured, and the sum.
    grep -E '✘|➜|^load:|Test run with|Fatal error' /tmp/log
    echo "guest: $target ended with $status"
    if ((status > worst)); then worst=$status; fi
done
exit "$worst"
