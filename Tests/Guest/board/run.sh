#!/usr/bin/env bash
# Runs Tests/LinuxCheck against real GPIO lines and a real keypad, as a guest kernel has them:
#   Tests/Guest/board/run.sh [2|1]
# 2 (the default): libgpiod 2 of Debian 13 on the kernel of its backports, which has gpio-sim.
# 1: libgpiod 1.6 of Debian 12 on the kernel of Debian 12, with gpio-sim built from its source.
# Needs qemu-system-x86, python3, swift and the network once; for 1 also gcc-12 and make. Neither
# root nor KVM. CITYZENBOX_GUEST_CACHE (.build/guest) keeps what was fetched and built,
# CITYZENBOX_GUEST_LINUX names a kernel package where the newest is not wanted, and
# CITYZENBOX_GUEST_SECONDS (300) is how long the guest may take.
# Ends with 0 when every claim held, 77 with a reason when something it needs is not there.
set -euo pipefail
cd "$(dirname "$0")/../../.."

here=Tests/Guest/board
version=${1:-2}
cache=$(realpath -m "${CITYZENBOX_GUEST_CACHE:-.build/guest}")
root=$cache/board-$version
seconds=${CITYZENBOX_GUEST_SECONDS:-300}

skip() {
    echo "guest: skipped: $*"
    exit 77
}

[[ $(uname -m) == x86_64 ]] || skip "made for x86_64, this is $(uname -m)"
command -v qemu-system-x86_64 > /dev/null || skip "there is no qemu-system-x86_64"
command -v python3 > /dev/null || skip "there is no python3"
command -v apt-get > /dev/null || skip "packages are fetched with apt-get"
[[ $version == 1 || $version == 2 ]] || skip "there is no libgpiod $version"

# shellcheck source=Tests/Guest/board/fetch.sh
source "$here/fetch.sh"
mkdir -p "$root"
"prepare_$version"

# It is built against the header that the guest's library has, which holds our declarations to it.
build=(swift build --product linuxcheck --static-swift-stdlib --scratch-path "$root/build")
if [[ -n ${JOBS:-} ]]; then build+=(-j "$JOBS"); fi
CPATH=$include "${build[@]}" --quiet
check=$("${build[@]}" --show-bin-path)/linuxcheck

files=("$here/init=init" "$busybox=bin/busybox" "$check=linuxcheck")
while read -r path; do
    case $path in
        /lib64/*) files+=("$path=$path") ;;
        *) files+=("$path=lib/x86_64-linux-gnu/$(basename "$path")") ;;
    esac
done < <(ldd "$check" | grep -o '/[^ ]*')
# The program loads it when it first asks for a chip.
for path in "$libraries"/libgpiod.so.[23]; do
    files+=("$path=lib/x86_64-linux-gnu/$(basename "$path")")
done
python3 "$here/initrd.py" "$root/initrd" "$modules" "${files[@]}" -- gpio-sim uinput evdev

log=$root/console.log
timeout "$seconds" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -smp 2 -m 512 \
    -nodefaults -no-reboot -display none -serial stdio \
    -kernel "$kernel" -initrd "$root/initrd" \
    -append "console=ttyS0 quiet panic=-1 rdinit=/init" < /dev/null | tr -d '\r' | tee "$log" \
    || echo "guest: stopped after $seconds s"
grep -q '^guest: status 0$' "$log"
