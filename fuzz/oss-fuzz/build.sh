#!/usr/bin/env bash
# Builds all fuzz targets the way OSS-Fuzz, ClusterFuzzLite and their like ask for it: compilers and flags in CC, CXX,
# CFLAGS and CXXFLAGS, the engine in LIB_FUZZING_ENGINE, sources below SRC, room to build in WORK. Into OUT go for each
# target: the program, its seeds, its dictionary and its options.
#
# With names of targets as arguments it builds only these.
set -euo pipefail

source_folder=$SRC/wsspec
build_folder=$WORK/wsspec

# OUT is run where nothing is installed, so the libraries are linked in.
cmake -S "$source_folder" -B "$build_folder" -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_TESTING=OFF -DWSSPEC_WERROR=OFF \
    -DWSSPEC_FUZZ=ON "-DWSSPEC_FUZZ_ENGINE=$LIB_FUZZING_ENGINE" \
    -DOPENSSL_USE_STATIC_LIBS=ON -DZLIB_USE_STATIC_LIBS=ON

targets=("$@")
if ((${#targets[@]} == 0)); then
    for source in "$source_folder"/fuzz/*_fuzzer.cpp; do
        targets+=("$(basename "$source" _fuzzer.cpp)")
    done
fi
cmake --build "$build_folder" --target "${targets[@]/%/_fuzzer}"

for target in "${targets[@]}"; do
    cp "$build_folder/bin/${target}_fuzzer" "$OUT/"
    cp "$source_folder/fuzz/websocket.dict" "$OUT/${target}_fuzzer.dict"
    printf '[libfuzzer]\nmax_len = 4096\ntimeout = 20\nrss_limit_mb = 2560\n' >"$OUT/${target}_fuzzer.options"
    seeds=()
    for folder in "$source_folder/fuzz/corpus/$target" "$source_folder/fuzz/regressions/$target"; do
        [[ ! -d $folder ]] || seeds+=("$folder")
    done
    rm -f "$OUT/${target}_fuzzer_seed_corpus.zip"
    if ((${#seeds[@]} > 0)); then
        # -j: names alone, which are hashes of the content.
        find "${seeds[@]}" -type f ! -name '*.md' -print0 |
            xargs -0 zip -q -j "$OUT/${target}_fuzzer_seed_corpus.zip"
    fi
done
