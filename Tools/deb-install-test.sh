#!/usr/bin/env bash
# Installs, updates, removes and purges the package in clean Debian 12 and 13 systems, and looks at
# what each step leaves: deb-install-test.sh [12] [13]
#
# The systems are chroots of packages whose signatures are checked, so this needs root; they are
# kept in ${XDG_CACHE_HOME:-~/.cache}/cityzenbox/install and unpacked anew for each run. No systemd
# runs in them: what happens on a running system is the guest's test.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

cache=${XDG_CACHE_HOME:-$HOME/.cache}/cityzenbox/install
mirror=${CITYZENBOX_DEBIAN_MIRROR:-http://deb.debian.org/debian}
declare -A suites=([12]=bookworm [13]=trixie)
declare -A gpiod=([12]=libgpiod2 [13]=libgpiod3)
configuration=etc/cityzenbox/cityzenboxd.json5
state=var/lib/cityzenbox
wants=etc/systemd/system/multi-user.target.wants/cityzenboxd.service

fail() {
    echo "install test: $*" >&2
    exit 1
}

# A claim and the command that shows it, in the system that is looked at.
claim() {
    local words=$1
    shift
    "$@" > "$work/said" 2>&1 || fail "Debian $debian: not so: $words" $'\n' "$(cat "$work/said")"
    echo "    $words"
}

step() {
    echo "  $*"
}

not() {
    ! "$@"
}

# One archive of each Debian with all that the package depends on, fetched once.
fetch() {
    local suite=${suites[$debian]}
    [[ -e $cache/$suite.tar ]] && return
    step "fetching Debian $debian, about 80 MB"
    mkdir -p "$cache"
    mmdebstrap --quiet --variant=minbase --architectures=amd64 \
        --include="ca-certificates,systemd,udev,libsqlite3-0,libssl3,libstdc++6,${gpiod[$debian]}" \
        --aptopt='APT::Install-Recommends "false"' \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        "$suite" "$cache/$suite.new.tar" "deb $mirror $suite main" \
        || fail "Debian $debian could not be fetched from $mirror"
    mv "$cache/$suite.new.tar" "$cache/$suite.tar"
}

inside() {
    unshare --mount --pid --fork --kill-child bash -euc '
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        exec chroot "$0" "$@"' "$root" "$@"
}

install() {
    cp "$1" "$root/tmp/${1##*/}"
    inside apt-get install --yes --quiet=2 --no-install-recommends --allow-downgrades \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        "/tmp/${1##*/}" > "$work/apt" 2>&1 \
        || fail "Debian $debian: apt says: $(tail -n 5 "$work/apt")"
}

# The same package with another version, and with another configuration, as a later one may have.
later() {
    local tree=$work/later
    rm -rf "$tree"
    dpkg-deb -R "$deb" "$tree"
    sed -i "s/^Version: .*/Version: $1/" "$tree/DEBIAN/control"
    echo '// A line that the later version brought.' >> "$tree/$configuration"
    dpkg-deb --root-owner-group -Znone --build "$tree" "$work/cityzenbox_$1_amd64.deb" > /dev/null
}

owned() {
    [[ $(inside stat -c '%U:%G %a' "/$1") == "$2" ]] || { inside stat "/$1"; return 1; }
}

same_files() {
    diff "$1" "$2"
}

# Everything of the system but what apt and dpkg write down for themselves.
list_files() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./run -o -path ./dev -o -path ./tmp \
        -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) \
        -prune -o -print | sort)
}

check_installed() {
    claim "the package is installed" inside dpkg -s cityzenbox
    claim "dpkg finds every file but the configuration as it was packed" \
        not grep -qv " c /$configuration$" <(inside dpkg --verify cityzenbox)
    claim "the user cityzenbox is there and cannot log in" \
        bash -c 'grep -q "^cityzenbox:.*:/var/lib/cityzenbox:/usr/sbin/nologin$" "$1/etc/passwd"' \
        user "$root"
    claim "the folder of the box is its own" owned "$state" 'cityzenbox:cityzenbox 700'
    claim "the folder of the keys is its own" owned "$state/keys" 'cityzenbox:cityzenbox 700'
    claim "the service is enabled" test -L "$root/$wants"
    claim "cityzenboxd starts" inside cityzenboxd --version
    claim "cityzenbox-sim starts" inside cityzenbox-sim --version
    claim "the configuration is right" inside cityzenboxd check-config
    claim "the installed profiles are found" inside cityzenbox-sim can profile list
    claim "systemd understands the unit" \
        not grep -q cityzenbox <(inside systemd-analyze verify --man=no cityzenboxd.service 2>&1)
}

test_debian() {
    local version
    version=$(dpkg-deb -f "$deb" Version)
    root=$work/debian-$debian
    echo "Debian $debian"
    fetch
    mkdir "$root"
    tar -x -f "$cache/${suites[$debian]}.tar" -C "$root" --exclude='./dev/*'

    list_files > "$work/before"

    step "install $version"
    install "$deb"
    check_installed
    claim "a demo runs" inside sh -c 'cd /tmp && cityzenbox-sim demo > /tmp/demo.txt'
    inside sh -c 'rm -r /tmp/cityzenbox-demo*'

    step "provision a box as root"
    inside sh -euc 'cityzenbox-sim code keys /tmp/fleet
        cityzenbox-sim code box-keys --keys /tmp/fleet --box 0b0c00010000002a /tmp/box-keys' \
        > "$work/said" 2>&1 \
        || fail "there are no keys: $(cat "$work/said")"
    claim "it is provisioned" inside \
        cityzenboxd provision --box 0b0c00010000002a --keys /tmp/box-keys
    claim "its identity is its own" owned "$state/box.json" 'cityzenbox:cityzenbox 600'
    claim "its keys are its own" owned "$state/keys/keys" 'cityzenbox:cityzenbox 600'
    claim "its log is its own" owned "$state/trip.db" 'cityzenbox:cityzenbox 644'
    claim "its log verifies" inside cityzenbox-sim log verify "/$state/trip.db"
    sha256sum "$root/$state"/{box.json,trip.db,keys/*} > "$work/state"

    step "configure by hand, disable, install a later version"
    sed -i 's/profile: ".*"/profile: "toyota_611"/' "$root/$configuration"
    inside systemctl disable cityzenboxd.service > /dev/null 2>&1
    later 99.0
    install "$work/cityzenbox_99.0_amd64.deb"
    claim "the later version is installed" \
        test "$(inside dpkg-query -W -f '${Version}' cityzenbox)" = 99.0
    claim "the configuration is the one made by hand" grep -q toyota_611 "$root/$configuration"
    claim "that of the package lies beside it" \
        grep -q 'later version brought' "$root/$configuration.dpkg-dist"
    claim "the service stays disabled" test ! -e "$root/$wants"
    claim "what the box remembers is untouched" sha256sum --check --quiet "$work/state"
    rm "$root/$configuration.dpkg-dist"

    step "go back to $version"
    inside systemctl enable cityzenboxd.service > /dev/null 2>&1
    install "$deb"
    check_installed

    step "remove"
    inside apt-get remove --yes --quiet=2 cityzenbox > /dev/null 2>&1
    claim "the programs are gone" test ! -e "$root/usr/sbin/cityzenboxd"
    claim "what the box remembers is untouched" sha256sum --check --quiet "$work/state"
    claim "the configuration is kept" grep -q toyota_611 "$root/$configuration"

    step "install again, then purge"
    install "$deb"
    claim "the configuration is still the one made by hand" \
        grep -q toyota_611 "$root/$configuration"
    inside apt-get purge --yes --quiet=2 cityzenbox > /dev/null 2>&1
    claim "what the box remembered is gone" test ! -e "$root/$state"
    claim "the configuration is gone" test ! -e "$root/etc/cityzenbox"
    claim "the service is not enabled" test ! -L "$root/$wants"
    list_files > "$work/after"
    # The user stays, and with it what systemd-sysusers keeps of the files before.
    claim "no file is left" same_files <(grep -vE '^\./etc/[.]?(passwd|group|g?shadow|pwd)' \
        "$work/before") <(grep -vE '^\./etc/[.]?(passwd|group|g?shadow|pwd)' "$work/after")
    rm -rf --one-file-system "$root"
}

[[ $(id -u) == 0 ]] || fail "this is not root, and a chroot needs root: run sudo $0"
Tools/setup.sh mmdebstrap debian-archive-keyring
debs=(.build/deb/*_amd64.deb)
deb=$(printf '%s\n' "${debs[@]}" | sort -V | tail -n 1)
[[ -e $deb ]] || fail "there is no package for amd64: run Tools/deb.sh amd64"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
cp "$deb" "$work/"
deb=$work/${deb##*/}
debians=("$@")
if ((${#debians[@]} == 0)); then debians=(12 13); fi
for debian in "${debians[@]}"; do
    [[ -n ${suites[$debian]:-} ]] || fail "12 or 13, not $debian"
    test_debian
done
echo "install test: passed in $SECONDS s"
