#!/usr/bin/env bash
# Builds programs as the package has them: release.sh amd64|arm64 PROGRAM...
#
# Says in the end, alone on standard output, in which folder they are: not stripped.
# amd64 is compiled by the Swift of this machine; arm64 by the cross compiler of
# Tools/arm64-sdk.sh, on any amd64 Debian. JOBS=1 builds with one compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
umask 022

architecture=${1:?which architecture?}
shift
scratch=.build/deb/build-$architecture
log=.build/deb/build-$architecture.log
jobs=()
if [[ -n ${JOBS:-} ]]; then jobs=(-j "$JOBS"); fi

fail() {
    echo "release: $*" >&2
    exit 1
}

say() {
    printf '[%3d s] release: %s\n' "$SECONDS" "$*" >&2
}

case $architecture in
    amd64 | arm64) ;;
    *) fail "not known: $architecture; release.sh amd64|arm64 PROGRAM..." ;;
esac

swift=(swift build --scratch-path "$scratch")
here=$PWD
if [[ $architecture == arm64 && $(dpkg --print-architecture) != arm64 ]]; then
    swift=(Tools/arm64-sdk.sh run "${swift[@]}"
        --swift-sdks-path /build/sdks --swift-sdk cityzenbox-arm64)
    here=/build/cityzenbox
fi
# No path of this machine may get into a program: the compilers write this one instead. Swift
# without debug information, because a hash of it with its paths stays in the program.
flags=(-c release --static-swift-stdlib --disable-local-rpath
    -Xswiftc -gnone -Xswiftc -file-prefix-map -Xswiftc "$here=/build/cityzenbox"
    -Xcc "-ffile-prefix-map=$here=/build/cityzenbox"
    -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now)

mkdir -p .build/deb
for program in "$@"; do
    say "compiling $program for $architecture; the first time takes some minutes"
    "${swift[@]}" "${flags[@]}" "${jobs[@]}" --product "$program" > "$log" 2>&1 \
        || fail "$program does not build for $architecture; the end of $log:" $'\n' \
            "$(tail -n 20 "$log")"
done
echo "$scratch/release"
