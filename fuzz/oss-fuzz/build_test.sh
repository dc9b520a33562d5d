#!/usr/bin/env bash
# Is build.sh fit for OSS-Fuzz? Calls it with the environment that OSS-Fuzz sets, without Docker, for a few targets, and
# runs what comes out from an empty folder. `./dev fuzz` calls it: SCRATCH is where it works.
set -euo pipefail
scratch=$(mkdir -p "$1" && cd "$1" && pwd)
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
    printf 'build_test: %s\n' "$*" >&2
    exit 1
}

rm -rf "$scratch/src" "$scratch/out"
mkdir -p "$scratch/src" "$scratch/work" "$scratch/out" "$scratch/empty"
ln -s "$project" "$scratch/src/wsspec"
export SRC=$scratch/src WORK=$scratch/work OUT=$scratch/out
export CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE=-fsanitize=fuzzer
export CFLAGS='-O1 -g1 -fsanitize=fuzzer-no-link,address' CXXFLAGS='-O1 -g1 -fsanitize=fuzzer-no-link,address'
targets=(utf8 forecast)
"$project/fuzz/oss-fuzz/build.sh" "${targets[@]}"

for target in "${targets[@]}"; do
    program=$OUT/${target}_fuzzer
    [[ -x $program ]] || fail "no program for $target"
    [[ -s $program.dict ]] || fail "no dictionary for $target"
    grep -q '^max_len = ' "$program.options" || fail "no options for $target"
    if ldd "$program" | grep -Eq 'libcrypto|libz\.|libfmt'; then fail "$target needs libraries that are not there"; fi
    rm -rf "$scratch/seeds"
    python3 -m zipfile -e "${program}_seed_corpus.zip" "$scratch/seeds"
    count=$(find "$scratch/seeds" -type f | wc -l)
    ((count > 0)) || fail "no seeds for $target"
    (cd "$scratch/empty" && env -i "$program" -runs=0 -dict="$program.dict" "$scratch/seeds" 2>"$scratch/log") ||
        fail "$target fails over its own seeds: $(tail -n 5 "$scratch/log")"
    printf '%s: program, dictionary, options and %s seeds, which it runs\n' "$target" "$count"
done
