// The entry points of a fuzzer for the adapter that it is linked with. Not in the library: compiled into every fuzzer,
// because a main() or a mutator in a library is found only if the linker looks for it at the right time. With
// WSSPEC_LIBFUZZER libFuzzer has the main().
#include "fuzz/adapters/parser_fuzzing.h"

#ifdef WSSPEC_LIBFUZZER

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    wsspec::begin_fuzzing(*wsspec_parser(), *argc, *argv);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wsspec::fuzz_one(*wsspec_parser(), {data, size});
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    return wsspec::mutate_input(data, size, most, seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t size, const std::uint8_t* other,
                                                 std::size_t other_size, std::uint8_t* out, std::size_t most,
                                                 unsigned seed) {
    return wsspec::cross_inputs({one, size}, {other, other_size}, out, most, seed);
}

#else

int main(int argc, char** argv) { return wsspec::replay_main(*wsspec_parser(), argc, argv); }

#endif
