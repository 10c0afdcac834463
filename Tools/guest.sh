#!/usr/bin/env bash
# Proves the box in guest kernels: guest.sh [OPTION...], see --help and docs/guest.md.
# JOBS=1 builds with one compiler. CITYZENBOX_GUEST_CACHE names where kernels are kept, otherwise
# cityzenbox/guest in XDG_CACHE_HOME (~/.cache).
set -euo pipefail
cd "$(dirname "$0")/.."

# mke2fs, e2fsck and debugfs are there, for who is not root.
export PATH=$PATH:/usr/sbin:/sbin
packages=(can-utils e2fsprogs iproute2 llvm zstd)
# gpio-sim is built with the compiler that the kernel of Debian 12 was built with. The package is
# installed in a Debian of its own.
amd64=(debian-archive-keyring gcc-12 make mmdebstrap qemu-system-x86 uidmap)
case " $* " in
    *' --help '* | *' -h '*) exec python3 Tests/Guest "$@" ;;
    *arm64*) packages+=(qemu-system-arm) ;;
    *amd64* | *' --programs'* | *' --kernel'*6*) packages+=("${amd64[@]}") ;;
    *) packages+=(qemu-system-arm "${amd64[@]}") ;;
esac
Tools/setup.sh "${packages[@]}"
exec python3 Tests/Guest "$@"
