#!/usr/bin/env bash
# Builds the Debian package: deb.sh [amd64|arm64|all] [--check-reproducible]
#
# Without an architecture, that of this machine. The result is
# .build/deb/cityzenbox_VERSION_ARCHITECTURE.deb, for Debian 12 and 13 alike. VERSION is that of the
# firmware; everything in the package is dated by the last commit.
# amd64 is compiled by the Swift of this machine, which then is Debian 12; arm64 by the cross
# compiler of Tools/arm64-sdk.sh, on any amd64 Debian.
# --check-reproducible builds once more, in a copy of this checkout in another folder, and fails
# where a byte differs.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
umask 022

out=.build/deb
version=$(sed -n 's/.*static let version = "\(.*\)"$/\1/p' Sources/Status/Firmware.swift)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
[[ -n $version ]] || {
    echo "deb: Sources/Status/Firmware.swift names no version" >&2
    exit 1
}

# Each program and where it goes.
declare -A programs=([cityzenboxd]=usr/sbin [cityzenbox-sim]=usr/bin)

fail() {
    echo "deb: $*" >&2
    exit 1
}

say() {
    printf '[%3d s] deb: %s\n' "$SECONDS" "$*"
}

put() {
    install -D -m "$1" "$2" "$3/$4"
}

put_all() {
    local folder=$1
    shift
    install -d "$folder"
    install -m 644 "$@" "$folder/"
}

put_programs() {
    local tree=$1 program
    for program in "${!programs[@]}"; do
        put 755 "$bin/$program" "$tree" "${programs[$program]}/$program"
        llvm-strip --strip-all "$tree/${programs[$program]}/$program"
    done
}

put_data() {
    local tree=$1 share=usr/share/cityzenbox
    put_all "$tree/$share/boards" hardware/boards/*.json5
    put_all "$tree/$share/profiles" Profiles/*.json5
    put_all "$tree/$share/profiles/dbc" Profiles/dbc/*.dbc
    put_all "$tree/$share/scenarios" Scenarios/*.json5
    put 644 hardware/boot/config.txt "$tree" "$share/boot/config.txt"
    install -d "$tree/$share/overlays"
    dtc -q -@ -I dts -O dtb -o "$tree/$share/overlays/cityzenbox.dtbo" \
        hardware/overlays/cityzenbox.dts
}

put_system() {
    local tree=$1
    put 644 udev/70-cityzenbox.rules "$tree" usr/lib/udev/rules.d/70-cityzenbox.rules
    put 644 udev/network/70-cityzenbox-can.link "$tree" \
        usr/lib/systemd/network/70-cityzenbox-can.link
    put 644 udev/network/70-cityzenbox-can.network "$tree" \
        usr/lib/systemd/network/70-cityzenbox-can.network
    put 644 udev/cityzenbox.sysusers "$tree" usr/lib/sysusers.d/cityzenbox.conf
    put 644 packaging/cityzenbox.tmpfiles "$tree" usr/lib/tmpfiles.d/cityzenbox.conf
    put 644 packaging/lintian-overrides "$tree" usr/share/lintian/overrides/cityzenbox
    put 644 packaging/cityzenboxd.service "$tree" usr/lib/systemd/system/cityzenboxd.service
    put 644 packaging/cityzenboxd.json5 "$tree" etc/cityzenbox/cityzenboxd.json5
}

put_pages() {
    local tree=$1 page doc=$1/usr/share/doc/cityzenbox
    install -d "$doc"
    python3 packaging/changelog.py "$version" "$SOURCE_DATE_EPOCH" < CHANGELOG.md \
        | gzip -9n > "$doc/changelog.gz"
    install -m 644 packaging/copyright docs/operations.md "$doc/"
    for page in packaging/man/*.[18]; do
        install -d "$tree/usr/share/man/man${page##*.}"
        gzip -9n < "$page" > "$tree/usr/share/man/man${page##*.}/${page##*/}.gz"
    done
    install -d "$tree/usr/share/man/man5"
    python3 packaging/file_manual.py cityzenboxd.json5 "what a CityzenBox is wired to" \
        < docs/reference/configuration.md \
        | gzip -9n > "$tree/usr/share/man/man5/cityzenboxd.json5.5.gz"
}

# In KiB, as Debian counts it on every file system: files rounded up, 1 for anything else.
installed_size() {
    find "$1" \( -type f -printf '%s\n' -o -printf '1\n' \) \
        | awk '{ size += int(($1 + 1023) / 1024) } END { print size }'
}

# What dpkg itself reads.
put_control() {
    local tree=$1
    install -d "$tree/DEBIAN"
    # A field is one line to dpkg.
    sed -e '/^Depends:/{:join;/,$/{N;s/,\n */, /;b join}}' \
        -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$2/" \
        -e "s/@SIZE@/$(installed_size "$tree")/" \
        packaging/control > "$tree/DEBIAN/control"
    install -m 755 packaging/{postinst,prerm,postrm} "$tree/DEBIAN/"
    (cd "$tree" && find etc -type f -printf '/%p\n' | sort) > "$tree/DEBIAN/conffiles"
    (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$tree/DEBIAN/md5sums"
    chmod 644 "$tree"/DEBIAN/{control,conffiles,md5sums}
}

package() {
    local tree=$out/tree-$1 deb=$out/cityzenbox_${version}_$1.deb bin
    bin=$(Tools/release.sh "$1" "${!programs[@]}")
    rm -rf "$tree"
    install -d "$tree"
    put_programs "$tree"
    put_data "$tree"
    put_system "$tree"
    put_pages "$tree"
    put_control "$tree" "$1"
    find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    say "packing ${deb##*/}"
    # One thread: with more, what xz writes hangs on their number.
    dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$tree" "$deb.new" > /dev/null
    mv "$deb.new" "$deb"
    say "$deb: $(stat -c %s "$deb") bytes, sha256 $(sha256sum "$deb" | cut -d ' ' -f 1)"
    for program in "${!programs[@]}"; do
        say "$program for $1, stripped: $(stat -c %s "$tree/${programs[$program]}/$program") bytes"
    done
}

# The same commit in a folder of another name and depth, built from nothing.
check_reproducible() {
    local copy architecture name differs=0
    copy=$(mktemp -d)/another/checkout
    git clone --quiet --no-hardlinks . "$copy"
    [[ -z $(git status --porcelain) ]] \
        || say "what is not committed is not in the copy: differences are to be expected"
    for architecture in "$@"; do
        (cd "$copy" && Tools/deb.sh "$architecture") || fail "the copy in $copy does not build"
        name=cityzenbox_${version}_$architecture.deb
        if cmp "$out/$name" "$copy/$out/$name"; then
            say "$name: the same, byte for byte"
        else
            diff -rq "$out/tree-$architecture" "$copy/$out/tree-$architecture" || true
            differs=1
        fi
    done
    ((differs == 0)) || fail "not reproducible; the other packages are in $copy/$out"
    rm -rf "${copy%/another/checkout}"
}

architectures=()
reproducible=
for argument in "$@"; do
    case $argument in
        amd64 | arm64) architectures+=("$argument") ;;
        all) architectures=(amd64 arm64) ;;
        --check-reproducible) reproducible=1 ;;
        *) fail "not known: $argument; deb.sh [amd64|arm64|all] [--check-reproducible]" ;;
    esac
done
if ((${#architectures[@]} == 0)); then architectures=("$(dpkg --print-architecture)"); fi

Tools/setup.sh dpkg-dev device-tree-compiler llvm xz-utils
mkdir -p "$out"
for architecture in "${architectures[@]}"; do package "$architecture"; done
if [[ -n $reproducible ]]; then check_reproducible "${architectures[@]}"; fi
