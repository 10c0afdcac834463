#!/usr/bin/env bash
# Runs the tests of LinuxCAN and LinuxTime on a kernel with CAN: Debian's own, in an emulated
# machine (QEMU, no KVM, no root needed by it) that sees this machine's files read-only.
#
#   Tests/Guest/can/run.sh [FILTER]     FILTER: tests to run; by default all of those two
#
# The tests must have been built: swift build --build-tests. BUNDLE names another build of them.
# CITYZENBOX_GUEST_CACHE is where the kernel is kept (default .build/guest). KERNEL names its
# package (default: what linux-image-amd64 of this Debian stands for).
# Needs qemu-system-x86, busybox-static, cpio, kmod, iproute2 and can-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."

filter=${1:-'LinuxCANTests|LinuxTimeTests|LinuxSerialTests|LinuxHostTests'}
cache=${CITYZENBOX_GUEST_CACHE:-$PWD/.build/guest}
bundle=${BUNDLE:-$(swift build --show-bin-path)/CityzenBoxPackageTests.xctest}
limit=${LIMIT:-600}
mkdir -p "$cache"
[[ -x $bundle ]] || { echo "guest: $bundle is missing: swift build --build-tests"; exit 2; }
for tool in qemu-system-x86_64 busybox cpio depmod ip cangen; do
    command -v "$tool" > /dev/null || { echo "guest: $tool is missing"; exit 2; }
done

# The kernel is unpacked, never installed.
package=${KERNEL:-$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ {print $2}')}
tree=$cache/$package
if [[ ! -e $tree/done ]]; then
    rm -rf "$tree" && mkdir -p "$tree"
    (cd "$tree" && apt-get download --quiet "$package" > download.log 2>&1 \
        && dpkg-deb --extract ./*.deb . && rm ./*.deb) || { tail -3 "$tree/download.log"; exit 2; }
    depmod --basedir "$tree" "$(basename "$tree"/lib/modules/*)"
    touch "$tree/done"
fi
version=$(basename "$tree"/lib/modules/*)

# The first files of the guest: busybox, init, and the modules in the order in which they load.
first=$(mktemp --directory "$cache/first.XXXXXX")
share=$(mktemp --directory "$cache/share.XXXXXX")
trap 'rm -rf "$first" "$share"' EXIT
mkdir -p "$first/bin" "$first/modules"
cp "$(command -v busybox)" "$first/bin/"
cp "$here/init.sh" "$first/init"
for module in virtio_pci 9pnet_virtio 9p overlay can can_raw vcan kvaser_pci rtc_cmos i6300esb; do
    modprobe --dirname "$tree" --set-version "$version" --show-depends "$module" \
        | awk '/^insmod/ {print $2}'
done | awk '!seen[$0]++' > "$first/modules/order"
while read -r module; do cp "$module" "$first/modules/"; done < "$first/modules/order"
sed -i 's,.*/,,' "$first/modules/order"
(cd "$first" && find . | cpio --quiet --create --format newc --owner 0:0) > "$share.cpio"
trap 'rm -rf "$first" "$share" "$share.cpio"' EXIT

cp "$here/inside.sh" "$share/"
printf '%s\n' "$bundle" "$filter" "$PWD" > "$share/arguments"

# Two controllers on one simulated bus, a watchdog, and a clock that shows a time of its own.
begin=$SECONDS
timeout --kill-after=5 "$limit" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu max -smp 2 \
    -m 1024 -nodefaults -no-reboot -display none -serial stdio \
    -rtc base=2031-02-03T04:05:06 \
    -object can-bus,id=bus -device kvaser_pci,canbus=bus -device kvaser_pci,canbus=bus \
    -device i6300esb -action watchdog=reset \
    -fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap" \
    -device virtio-9p-pci,fsdev=root,mount_tag=root \
    -fsdev "local,id=share,path=$share,security_model=none" \
    -device virtio-9p-pci,fsdev=share,mount_tag=share \
    -kernel "$tree/boot/vmlinuz-$version" -initrd "$share.cpio" \
    -append "console=ttyS0 quiet panic=-1" < /dev/null || true
status=$(cat "$share/status" 2> /dev/null || echo 124)
echo "guest: Linux $version, $((SECONDS - begin)) s, status $status"
exit "$status"
