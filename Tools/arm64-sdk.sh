#!/usr/bin/env bash
# The cross compiler for 64-bit ARM: made once from Debian packages, then kept.
#
# arm64-sdk.sh              makes it, if it is not there yet; needs root, for a chroot
# arm64-sdk.sh run COMMAND  makes it, then runs a command in the compiler's system, in which this
#                           checkout is seen as /build/cityzenbox
# arm64-sdk.sh remove       removes it
#
# Three parts, in ${XDG_CACHE_HOME:-~/.cache}/cityzenbox/arm64-sdk:
#   compiler   Debian sid for amd64 with Debian's own swiftlang; nothing of it goes onto the box
#   sysroot    headers and libraries of Debian 12 for arm64, and sid's arm64 Swift runtime of the
#              same version as the compiler; unpacked, never run
#   sdks       the Swift SDK that names the two: cityzenbox-arm64
# Inside, sysroot and sdks are seen in /build, too: no path of this machine gets into a program.
# apt checks the signatures of every list and package against Debian's keyring.
set -euo pipefail
cd "$(dirname "$0")/.."

source=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cityzenbox/arm64-sdk
compiler=$cache/compiler
sysroot=$cache/sysroot
sdks=$cache/sdks
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${CITYZENBOX_DEBIAN_MIRROR:-http://deb.debian.org/debian}
triple=aarch64-unknown-linux-gnu
# Debian 12, the oldest the box runs on: what is built for it runs on Debian 13, too.
suite=bookworm
gcc=12
# A part that was made by other instructions than these is made anew.
recipe=$(cat Tools/arm64-sdk.sh Tools/arm64/* | sha256sum | cut -c 1-16)
# A mirror's list of sid may be a few days past its date; its signature is checked all the same.
apt_options=('APT::Install-Recommends "false"' 'Acquire::Check-Valid-Until "false"')

fail() {
    echo "arm64-sdk: $*" >&2
    exit 1
}

say() {
    printf '[%3d s] arm64-sdk: %s\n' "$SECONDS" "$*"
}

size() {
    du -sh "$1" | cut -f 1
}

check_host() {
    [[ $(id -u) == 0 ]] || fail "this is not root, and a chroot needs root: run sudo $0"
    [[ $(dpkg --print-architecture) == amd64 ]] \
        || fail "made for amd64, this is $(dpkg --print-architecture): on arm64, build natively"
    Tools/setup.sh mmdebstrap debian-archive-keyring
}

# Debian $1 for $2 with packages $4, unpacked or installed by variant $3, into the folder $5.
bootstrap() {
    local options=() option
    for option in "${apt_options[@]}"; do options+=(--aptopt="$option"); done
    rm -rf "$5"
    mmdebstrap --quiet --variant="$3" --architectures="$2" --include="$4" --keyring="$keyring" \
        "${options[@]}" "$1" "$5" "deb $mirror $1 main" \
        || fail "Debian $1 for $2 could not be fetched from $mirror; another mirror is taken from" \
            "CITYZENBOX_DEBIAN_MIRROR"
}

make_compiler() {
    say "fetching the compiler: Debian sid for amd64, about 450 MB"
    bootstrap sid amd64 minbase \
        swiftlang,libc6-dev,g++,git,ca-certificates,pkgconf "$compiler.new"
    rm -rf "$compiler"
    mv "$compiler.new" "$compiler"
    say "compiler: $(size "$compiler"), Swift $(compiler_version)"
}

compiler_version() {
    chroot "$compiler" dpkg-query -W -f '${Version}' swiftlang
}

# The arm64 Swift runtime, the very version of the compiler, unpacked into the folder $1.
fetch_runtime() {
    local version apt=$cache/apt option deb
    version=$(compiler_version)
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    : > "$apt/status"
    echo "deb [signed-by=$keyring] $mirror sid main" > "$apt/sources.list"
    {
        printf '%s;\n' "${apt_options[@]}" 'APT::Architecture "arm64"' \
            'APT::Architectures { "arm64"; }' "Dir::State \"$apt\"" \
            "Dir::State::status \"$apt/status\"" "Dir::State::lists \"$apt/lists\"" \
            "Dir::Cache \"$apt\"" "Dir::Etc::sourcelist \"$apt/sources.list\"" \
            'Dir::Etc::sourceparts "-"' 'Acquire::Languages "none"' 'APT::Sandbox::User "root"'
    } > "$apt/apt.conf"
    (
        export APT_CONFIG=$apt/apt.conf
        cd "$apt"
        apt-get --quiet=2 update
        apt-get --quiet=2 download "swiftlang=$version" "libswiftlang=$version"
    ) || fail "the arm64 packages of Swift $version could not be fetched from $mirror"
    mkdir -p "$1"
    for deb in "$apt"/*.deb; do
        # Only what a program is compiled against and linked with.
        dpkg-deb --fsys-tarfile "$deb" | tar --extract --directory "$1" --wildcards \
            --exclude='*/host' --exclude='*/embedded' --exclude='*/migrator' --exclude='*/pm' \
            './usr/libexec/swift/lib/*' 2> "$apt/tar.log" \
            || grep -q 'Not found in archive' "$apt/tar.log" \
            || fail "$(basename "$deb") could not be unpacked: $(tail -n 1 "$apt/tar.log")"
    done
    rm -rf "$apt"
}

# An absolute link would lead out of the sysroot into the system that compiles.
make_links_relative() {
    local link
    find "$1" -type l -lname '/*' | while read -r link; do
        ln --symbolic --force --no-dereference \
            "$(realpath --canonicalize-missing --no-symlinks \
                --relative-to="$(dirname "$link")" "$1$(readlink "$link")")" "$link"
    done
}

make_sysroot() {
    local new=$sysroot.new kind
    say "fetching the sysroot: Debian 12 for arm64, about 50 MB, and its Swift runtime, 250 MB"
    bootstrap "$suite" arm64 extract \
        "base-files,libc6-dev,libstdc++-$gcc-dev,libgcc-$gcc-dev,linux-libc-dev,$(
        )libsqlite3-dev,libssl-dev,libtss2-dev" "$new"
    make_links_relative "$new"
    fetch_runtime "$cache/runtime"
    for kind in swift swift_static; do
        cp -a "$cache/runtime/usr/libexec/swift/lib/$kind" "$new/usr/lib/"
        # The compiler's own headers: Debian keeps one copy of them elsewhere.
        rm -rf "$new/usr/lib/$kind/clang"
        mkdir "$new/usr/lib/$kind/clang"
        cp -a "$cache"/runtime/usr/libexec/swift/lib/clang/*/include "$new/usr/lib/$kind/clang/"
    done
    rm -rf "$cache/runtime" "$sysroot"
    mv "$new" "$sysroot"
    make_compatible
    say "sysroot: $(size "$sysroot")"
}

# Linked into every program: the few names that Debian 12 has not.
make_compatible() {
    local clang="clang --target=$triple --sysroot=/build/sysroot -O2 -fPIC -Wall -Werror -c"
    run bash -euc "cd /tmp
        $clang -std=gnu11 -D_GNU_SOURCE /build/cityzenbox/Tools/arm64/glibc236.c
        $clang /build/cityzenbox/Tools/arm64/libstdcxx12.cc
        rm -f libdebian12.a
        ar rcsD libdebian12.a glibc236.o libstdcxx12.o
        rm glibc236.o libstdcxx12.o"
    mv "$compiler/tmp/libdebian12.a" "$sysroot/usr/lib/aarch64-linux-gnu/"
    printf '\n-ldebian12\n' >> "$sysroot/usr/lib/swift_static/linux/static-stdlib-args.lnk"
}

make_bundle() {
    local bundle=$sdks/cityzenbox-arm64.artifactbundle
    rm -rf "$sdks"
    mkdir -p "$bundle/sdk"
    cat > "$bundle/info.json" << END
{"schemaVersion": "1.0", "artifacts": {"cityzenbox-arm64": {
    "type": "swiftSDK", "version": "1", "variants": [{"path": "sdk"}]}}}
END
    cat > "$bundle/sdk/swift-sdk.json" << END
{"schemaVersion": "4.0", "targetTriples": {"$triple": {
    "sdkRootPath": "/build/sysroot",
    "swiftResourcesPath": "/build/sysroot/usr/lib/swift",
    "swiftStaticResourcesPath": "/build/sysroot/usr/lib/swift_static",
    "toolsetPaths": ["toolset.json"]}}}
END
    cat > "$bundle/sdk/toolset.json" << END
{"schemaVersion": "1.0", "rootPath": "/usr/libexec/swift/bin",
    "swiftCompiler": {"extraCLIOptions": ["-use-ld=lld"]}}
END
    run swift sdk list --swift-sdks-path /build/sdks | grep -q cityzenbox-arm64 \
        || fail "the compiler does not take the SDK in $sdks"
}

make_all() {
    if [[ $(cat "$cache/recipe" 2> /dev/null) == "$recipe" ]]; then return; fi
    check_host
    mkdir -p "$cache"
    rm -f "$cache/recipe"
    [[ -x $compiler/usr/libexec/swift/bin/swift-frontend ]] || make_compiler
    make_sysroot
    make_bundle
    echo "$recipe" > "$cache/recipe"
    say "made in $SECONDS s, $(size "$cache") in $cache"
}

# Where git looks for packages instead of their own address, if it was told to; `folders` are those
# of this machine, `settings` are for git inside.
find_package_mirrors() {
    local key value count=0
    folders=()
    settings=()
    while read -r key value; do
        settings+=("GIT_CONFIG_KEY_$count=$key" "GIT_CONFIG_VALUE_$count=$value")
        count=$((count + 1))
        key=${key#url.}
        key=${key%.insteadof}
        key=${key%/}
        if [[ -d $key && " ${folders[*]} " != *" $key "* ]]; then folders+=("$key"); fi
    done < <(git config --get-regexp '^url\..*\.insteadof$' || true)
    settings+=("GIT_CONFIG_KEY_$count=safe.directory" "GIT_CONFIG_VALUE_$count=*")
    settings+=("GIT_CONFIG_COUNT=$((count + 1))")
}

# Runs a command in the compiler's system. Its mounts are its own and go with it.
run() {
    local folders settings pkgconfig=/build/sysroot/usr/lib/aarch64-linux-gnu/pkgconfig
    find_package_mirrors
    mkdir -p "$sysroot" "$sdks"
    # shellcheck disable=SC2016
    unshare --mount bash -euc '
        show() {
            mkdir -p "$root$2"
            mount --rbind "$1" "$root$2"
        }
        root=$1 count=$5
        show /proc /proc
        show /dev /dev
        show "$2" /build/cityzenbox
        show "$3" /build/sysroot
        show "$4" /build/sdks
        shift 5
        for folder in "${@:1:count}"; do show "$folder" "$folder"; done
        shift "$count"
        if [[ -e /etc/resolv.conf ]]; then cp -L /etc/resolv.conf "$root/etc/resolv.conf"; fi
        exec chroot "$root" env --ignore-environment --chdir=/build/cityzenbox "$@"
    ' run "$compiler" "$source" "$sysroot" "$sdks" "${#folders[@]}" "${folders[@]}" \
        HOME=/root LANG=C.UTF-8 PATH=/usr/libexec/swift/bin:/usr/bin:/bin \
        PKG_CONFIG_SYSROOT_DIR=/build/sysroot \
        PKG_CONFIG_LIBDIR="$pkgconfig:/build/sysroot/usr/share/pkgconfig" "${settings[@]}" "$@"
}

case ${1:-} in
    '')
        make_all
        say "ready: $cache"
        ;;
    run)
        shift
        (($# > 0)) || fail "run what?"
        make_all
        run "$@"
        ;;
    remove)
        rm -rf --one-file-system "$cache"
        say "removed $cache"
        ;;
    *) fail "not known: $1; arm64-sdk.sh [run COMMAND | remove]" ;;
esac
