#!/usr/bin/env bash
# Checks what a build needs and installs the Debian packages that are missing.
# setup.sh [PACKAGE...]: those packages, too.
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

swift_minimum=6.2
packages=(device-tree-compiler git jq libgpiod-dev libqrencode-dev libsqlite3-dev libssl-dev)
packages+=(libtss2-dev pkgconf python3 sqlite3 swtpm tpm2-tools "$@")

fail() {
    echo "setup: $*" >&2
    exit 1
}

check_system() {
    local id='' version=''
    if [[ -r /etc/os-release ]]; then
        id=$(. /etc/os-release && echo "${ID:-}")
        version=$(. /etc/os-release && echo "${VERSION_ID:-}")
    fi
    case "$id $version" in
        'debian 12' | 'debian 13') ;;
        *)
            echo "setup: made for Debian 12 and 13; this is '$id $version': it may need a hand" >&2
            ;;
    esac
}

check_swift() {
    command -v swift > /dev/null || fail "there is no swift in PATH: install Swift 6.3" \
        "from https://www.swift.org/install/linux/ and run make again"
    local said version
    said=$(swift --version 2>&1) || fail "swift does not start: $(head -n 1 <<< "$said")"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<< "$said" | head -n 1)
    [[ -n $version ]] || fail "swift --version says no version: $(head -n 1 <<< "$said")"
    [[ $(printf '%s\n' "$swift_minimum" "$version" | sort -V | head -n 1) == "$swift_minimum" ]] \
        || fail "Swift $version is too old, $swift_minimum or later is needed:" \
            "https://www.swift.org/install/linux/"
    echo "setup: Swift $version"
}

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]
}

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        is_installed "$package" || echo "$package"
    done
}

install_packages() {
    local missing=("$@") as_root=() log
    local by_hand="sudo apt-get update && sudo apt-get install -y ${missing[*]}"
    if [[ $(id -u) != 0 ]]; then
        { command -v sudo > /dev/null && sudo -n true 2> /dev/null; } \
            || fail "Debian packages are missing (${missing[*]}) and this is not root:" \
                "run: $by_hand"
        as_root=(sudo -n DEBIAN_FRONTEND=noninteractive)
    fi
    echo "setup: installing ${missing[*]}"
    log=$(mktemp)
    # The lists of a fresh machine are empty or old: the second try fetches them first.
    if "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" \
        > "$log" 2>&1 < /dev/null \
        || { "${as_root[@]}" apt-get update >> "$log" 2>&1 < /dev/null \
            && "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" \
                >> "$log" 2>&1 < /dev/null; }; then
        rm -f "$log"
        return
    fi
    tail -n 3 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install ${missing[*]} (no network?): run: $by_hand"
}

check_system
check_swift
if command -v dpkg-query > /dev/null; then
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} > 0)); then install_packages "${missing[@]}"; fi
else
    for library in sqlite3 libcrypto; do
        pkg-config --exists "$library" \
            || fail "$library is not found by pkg-config: install what Debian calls ${packages[*]}"
    done
fi
echo "setup: everything is there"
