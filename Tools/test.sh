#!/usr/bin/env bash
# Every check there is, one after the other, with a summary at the end.
# STRICT=1 also refuses compiler warnings in the project's own files, fuzzes every parser for a
# minute, proves the box in guest kernels, and builds, checks and, as root, installs the package,
# as CI does.
set -euo pipefail
cd "$(dirname "$0")/.."

logs=.build/checks
names=()
results=()
seconds=()
jobs=()
if [[ -n ${JOBS:-} ]]; then jobs=(-j "$JOBS"); fi

# Runs a check and notes how it ended; later checks still run, so that one run shows everything.
check() {
    local name=$1 begin=$SECONDS result=passed
    shift
    echo
    echo "== $name: $*"
    "$@" || result=FAILED
    names+=("$name")
    results+=("$result")
    seconds+=($((SECONDS - begin)))
    [[ $result == passed ]]
}

skip() {
    echo
    echo "== $1: skipped, $2"
    names+=("$1")
    results+=("skipped: $2")
    seconds+=(0)
}

summary() {
    local index failed=0
    echo
    echo "== summary"
    for index in "${!names[@]}"; do
        printf '%-18s %5d s  %s\n' "${names[index]}" "${seconds[index]}" "${results[index]}"
        if [[ ${results[index]} == FAILED ]]; then failed=1; fi
    done
    if ((failed)); then
        echo "make test: FAILED"
        exit 1
    fi
    echo "make test: all passed"
}

build() {
    swift build --build-tests --enable-code-coverage "${jobs[@]}" 2>&1 | tee "$logs/build.log"
}

# Only what was compiled now can warn: CI compiles everything.
refuse_warnings() {
    local found
    found=$(grep -E "^$PWD/(Sources|Tests)/.*: warning: " "$logs/build.log" | sort -u || true)
    [[ -n $found ]] || return 0
    echo "$found"
    echo "warnings: $(wc -l <<< "$found") in our own files"
    return 1
}

run_tests() {
    swift test --skip-build --enable-code-coverage "${jobs[@]}"
}

coverage_floor() {
    python3 Tests/Tools/coverage_floor.py "$(swift test --show-codecov-path 2> /dev/null)"
}

check setup Tools/setup.sh || summary
mkdir -p "$logs"
check build build || summary
if [[ -n ${STRICT:-} ]]; then
    check warnings refuse_warnings || true
fi
if check tests run_tests; then
    if [[ -f Tests/Tools/coverage_floor.py ]]; then
        check "coverage floor" coverage_floor || true
    else
        skip "coverage floor" "Tests/Tools/coverage_floor.py is not in this tree"
    fi
else
    skip "coverage floor" "tests failed, so their coverage says nothing"
fi
if [[ -n ${STRICT:-} ]]; then
    check fuzz Tools/fuzz.sh --seconds 60 || true
    # Before the guests, which have the same programs, and install the package.
    if check package Tools/deb.sh amd64; then
        check packaging packaging/check.sh .build/deb/*_amd64.deb || true
        if [[ $(id -u) == 0 ]]; then
            check install Tools/deb-install-test.sh || true
        else
            skip install "a chroot needs root"
        fi
    else
        skip packaging "there is no package"
    fi
    if [[ $(id -u) == 0 ]]; then
        check guest Tools/guest.sh || true
    else
        check guest Tools/guest.sh --arch amd64 || true
        skip "guest arm64" "its cross compiler needs root, for a chroot"
    fi
fi
check lint Tools/lint.sh || true
check readme python3 Tools/readme.py || true
summary
