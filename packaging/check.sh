#!/usr/bin/env bash
# Holds packages to what is promised of them: check.sh [PACKAGE...]; without any, those of make deb.
#
# lintian has nothing to say; the unit is understood and its exposure is at most 2.0; what the
# programs need of the system is named in Depends and is in Debian 12; no path of the machine that
# built is in them; manual pages are those of the programs' help; both architectures hold the same.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

# In tenths, as systemd-analyze counts.
exposure_maximum=20
# A daemon that is larger does not belong on a small computer in a car.
daemon_maximum=20000000
glibc_maximum=2.36
libstdcxx_maximum=3.4.30
# Which package each library is from; libgpiod is loaded by name, and never linked.
declare -A package_of=([libc.so.6]=libc6 [libm.so.6]=libc6 [libgcc_s.so.1]=libgcc-s1
    [libstdc++.so.6]=libstdc++6 [libcrypto.so.3]=libssl3 [libsqlite3.so.0]=libsqlite3-0
    [ld-linux-x86-64.so.2]=libc6 [ld-linux-aarch64.so.1]=libc6)

failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pass() { echo "  ok    $*"; }

fault() {
    echo "  FAIL  $*"
    failures=$((failures + 1))
}

# Says how a check ended: name, then the command; what the command prints is shown when it fails.
check() {
    local name=$1
    shift
    if "$@" > "$work/said" 2>&1; then
        pass "$name"
    else
        fault "$name"
        sed 's/^/        /' "$work/said"
    fi
}

check_unit() {
    local unit=$1/usr/lib/systemd/system/cityzenboxd.service score
    # Programs of the package are looked for in its own tree, all others here.
    sed "s|=/usr/sbin/cityzenboxd|=$1/usr/sbin/cityzenboxd|" "$unit" > "$work/cityzenboxd.service"
    check "systemd understands the unit" \
        no_words systemd-analyze verify --man=no "$work/cityzenboxd.service"
    check "its exposure is at most ${exposure_maximum%?}.${exposure_maximum: -1}" \
        systemd-analyze security --offline=true --no-pager --threshold="$exposure_maximum" "$unit"
    score=$(systemd-analyze security --offline=true --no-pager "$unit" \
        | sed -n 's/.*Overall exposure level.*: \([0-9.]*\).*/\1/p')
    echo "        systemd-analyze security: $score"
}

# A command that succeeds and says nothing.
no_words() {
    local said
    said=$("$@" 2>&1) && [[ -z $said ]] && return
    echo "$said"
    return 1
}

newest() {
    readelf --version-info --wide "$1" | grep -o "${2}_[0-9.]*" | sed "s/${2}_//" | sort -V \
        | tail -n 1
}

at_most() {
    [[ -z $1 || $(printf '%s\n' "$1" "$2" | sort -V | tail -n 1) == "$2" ]]
}

check_program() {
    local tree=$1 program=$2 depends=$3 library version
    readelf --dynamic --wide "$program" > "$work/dynamic"
    while read -r library; do
        if [[ " $depends " != *" ${package_of[$library]:-$library} "* ]]; then
            fault "${program##*/} needs $library, and Depends names no package of it"
        fi
    done < <(sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' "$work/dynamic")
    if grep -qE 'RPATH|RUNPATH' "$work/dynamic"; then
        fault "${program##*/} looks for libraries in a folder of its own"
    fi
    version=$(newest "$program" GLIBC)
    at_most "$version" "$glibc_maximum" || fault "${program##*/} needs glibc $version"
    version=$(newest "$program" GLIBCXX)
    at_most "$version" "$libstdcxx_maximum" || fault "${program##*/} needs libstdc++ $version"
    if readelf --sections --wide "$program" | grep -qE '\.(symtab|debug_info)'; then
        fault "${program##*/} is not stripped"
    fi
    # /build is where every build pretends to be.
    if grep -aoE "($PWD|$HOME)/[[:print:]]*" "$program" > "$work/paths"; then
        fault "${program##*/} names a folder of the machine that built it:" \
            "$(head -n 1 "$work/paths")"
    fi
    pass "${program##*/}, $(stat -c %s "$program") bytes, was looked at"
}

check_pages() {
    local page name
    for page in "$1"/usr/share/man/man*/*.gz; do
        name=${page##*/}
        gzip -dc "$page" > "$work/${name%.gz}"
        check "${name%.gz} is set without a complaint" \
            no_words set_page "$work/${name%.gz}"
    done
}

set_page() {
    man --warnings --encoding=UTF-8 -Tutf8 -l "$1" > /dev/null
}

# Only programs of this machine's own architecture can be asked.
check_help() {
    local tree=$1 page=$2 program=$3
    python3 packaging/manual.py "$tree/$program" "${page##*.}" "${page%.*}.more" | diff - "$page"
}

check_package() {
    local deb=$1 tree=$work/${1##*/} depends program architecture version
    echo "${deb##*/}"
    dpkg-deb -R "$deb" "$tree"
    architecture=$(dpkg-deb -f "$deb" Architecture)
    version=$(dpkg-deb -f "$deb" Version)
    depends=$(dpkg-deb -f "$deb" Depends | tr ',|' '\n' | awk '{ printf "%s ", $1 }')
    check "lintian has nothing to say" no_words \
        lintian --no-cfg --allow-root --fail-on error,warning,info --display-info "$deb"
    check_unit "$tree"
    check_pages "$tree"
    for program in "$tree"/usr/bin/cityzenbox-sim "$tree"/usr/sbin/cityzenboxd; do
        check_program "$tree" "$program" "$depends"
    done
    [[ $(stat -c %s "$tree/usr/sbin/cityzenboxd") -le $daemon_maximum ]] \
        || fault "cityzenboxd has more than $daemon_maximum bytes"
    if [[ $architecture == "$(dpkg --print-architecture)" ]]; then
        check "cityzenboxd is of version $version" \
            test "$("$tree/usr/sbin/cityzenboxd" --version)" = "$version"
        check "cityzenbox-sim is of version $version" \
            test "$("$tree/usr/bin/cityzenbox-sim" --version)" = "$version"
        check "cityzenboxd(8) says what its help says; make it with packaging/manual.py" \
            check_help "$tree" packaging/man/cityzenboxd.8 usr/sbin/cityzenboxd
        check "cityzenbox-sim(1) says what its help says; make it with packaging/manual.py" \
            check_help "$tree" packaging/man/cityzenbox-sim.1 usr/bin/cityzenbox-sim
        # Boards and profiles of the package, not those of this checkout.
        check "the configuration that is installed is right" env -C / \
            CITYZENBOX_BOARDS="$tree/usr/share/cityzenbox/boards" \
            CITYZENBOX_PROFILES="$tree/usr/share/cityzenbox/profiles" \
            "$tree/usr/sbin/cityzenboxd" check-config \
            --config "$tree/etc/cityzenbox/cityzenboxd.json5"
    fi
    # What must be the same in every package, with its content.
    (cd "$tree" && find . -type f ! -path './usr/*bin/*' ! -name control ! -name md5sums -print0 \
        | sort -z | xargs -0 sha256sum) > "$work/$architecture.list"
}

Tools/setup.sh lintian man-db binutils > /dev/null
packages=("$@")
if ((${#packages[@]} == 0)); then packages=(.build/deb/*.deb); fi
[[ -e ${packages[0]} ]] || {
    echo "check: there is no package in .build/deb: run make deb" >&2
    exit 1
}
for package in "${packages[@]}"; do check_package "$package"; done
if [[ -e $work/amd64.list && -e $work/arm64.list ]]; then
    check "both packages hold the same but for the programs" \
        diff "$work/amd64.list" "$work/arm64.list"
fi
if ((failures > 0)); then
    echo "packaging/check.sh: $failures failed"
    exit 1
fi
echo "packaging/check.sh: all held"
