#!/usr/bin/env bash
# Proves the box in guest kernels: guest.sh [OPTION...], see --help and docs/guest.md.
# JOBS=1 builds with one compiler. CITYZENBOX_GUEST_CACHE names where kernels are kept, otherwise
# cityzenbox/guest in XDG_CACHE_HOME (~/.cache).
set -euo pipefail
cd "$(dirname "$0")/.."

# mke2fs, e2fsck and debugfs are there, for who is not root.
export PATH=$PATH:/usr/sbin:/sbin
case " $* " in
    *' --help '* | *' -h '*) exec python3 Tests/Guest "$@" ;;
    *' arm64 '*) Tools/setup.sh e2fsprogs qemu-system-arm zstd ;;
    # gpio-sim is built with the compiler that the kernel of Debian 12 was built with.
    *) Tools/setup.sh can-utils e2fsprogs gcc-12 iproute2 make qemu-system-x86 zstd ;;
esac
exec python3 Tests/Guest "$@"
