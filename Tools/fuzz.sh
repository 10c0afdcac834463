#!/usr/bin/env bash
# Throws made-up bytes at every parser of outside bytes, guided by what they make it do.
# fuzz.sh [TARGET...] [--seconds N]: a minute of each target unless told otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

work=.build/fuzz
seconds=60
wanted=()

fail() {
    echo "fuzz: $*" >&2
    exit 1
}

while (($# > 0)); do
    case $1 in
        --seconds)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "--seconds takes a whole number above 0"
            seconds=$2
            shift 2
            ;;
        --help | -h)
            sed -n '2,3s/^# //p' "$0"
            echo "targets: $(ls Tests/Corpora | xargs)"
            exit 0
            ;;
        -*) fail "there is no option '$1'; see --help" ;;
        *)
            [[ -d Tests/Corpora/$1 ]] || fail "there is no target '$1'; known are" \
                "$(ls Tests/Corpora | xargs)"
            wanted+=("$1")
            shift
            ;;
    esac
done
if ((${#wanted[@]} == 0)); then mapfile -t wanted < <(ls Tests/Corpora); fi

Tools/setup.sh
echo "build: the fuzzer, instrumented; the first time takes some minutes"
# A scratch path of its own: instrumented objects must not mix with ordinary ones.
export CITYZENBOX_FUZZ=1
jobs=()
if [[ -n ${JOBS:-} ]]; then jobs=(-j "$JOBS"); fi
swift build -c release --sanitize fuzzer --scratch-path .build/fuzzing "${jobs[@]}" \
    --product cityzenbox-fuzz
program=$(swift build -c release --sanitize fuzzer --scratch-path .build/fuzzing \
    --show-bin-path)/cityzenbox-fuzz

# One target: its own findings so far come first, then the corpus that is in the repository.
run_target() {
    local target=$1 grown=$work/$1/grown log=$work/$1/log
    mkdir -p "$grown" "$work/$target/found"
    if CITYZENBOX_FUZZ_TARGET=$target "$program" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=1024 -max_len=16384 -artifact_prefix="$work/$target/found/" \
        "$grown" "Tests/Corpora/$target" > "$log" 2>&1; then
        printf '%-10s %s\n' "$target" "$(grep -E '^Done ' "$log" || tail -n 1 "$log")"
        return 0
    fi
    printf '%-10s FAILED, see %s\n' "$target" "$log"
    grep -E 'Fatal error|ERROR: libFuzzer|Test unit written' "$log" | sed 's/^/    /' || true
    echo "    replay: CITYZENBOX_FUZZ_TARGET=$target $program FILE"
    echo "    put the file into Tests/Corpora/$target once it is understood"
    return 1
}

# As many at once as there are cores.
cores=$(nproc)
running=()
failed=0
await() {
    wait "${running[0]}" || failed=1
    running=("${running[@]:1}")
}
echo "fuzz: ${#wanted[@]} targets, $seconds s each, $cores at once"
for target in "${wanted[@]}"; do
    if ((${#running[@]} >= cores)); then await; fi
    run_target "$target" &
    running+=($!)
done
while ((${#running[@]} > 0)); do await; done
((failed == 0)) || fail "an input was found that must not be; nothing else is wrong"
echo "fuzz: nothing found"
