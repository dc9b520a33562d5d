// What libFuzzer and its kin call. Built once for each target: WSSPEC_FUZZ_TARGET is its name, WSSPEC_FUZZ_SCRIPTS is
// set if it takes encoded scripts, which are then changed as scripts.
#include <algorithm>
#include <cstring>

#include "fuzz/engine/fixed_random.h"
#include "fuzz/mutator.h"
#include "fuzz/script_codec.h"
#include "fuzz/targets.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    wsspec::targets::fix_random();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wsspec::targets::restart_random();
    wsspec::targets::WSSPEC_FUZZ_TARGET(wsspec::OctetView(data, size));
    return 0;
}

#ifdef WSSPEC_FUZZ_SCRIPTS

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

std::size_t put(const wsspec::Octets& octets, std::uint8_t* out, std::size_t max_size) {
    std::size_t const size = std::min(octets.size(), max_size);
    if (size != 0) std::memcpy(out, octets.data(), size);
    return size;
}

}  // namespace

/// One change in eight is libFuzzer's own, so that the dictionary and what it learns from comparisons count.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
    if (seed % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
    return put(wsspec::encode(wsspec::mutate(wsspec::decode({data, size}), seed)), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2, std::uint8_t* out,
                                                 std::size_t max_out_size, unsigned int seed) {
    return put(wsspec::encode(wsspec::splice(wsspec::decode({data1, size1}), wsspec::decode({data2, size2}), seed)),
               out, max_out_size);
}

#endif
