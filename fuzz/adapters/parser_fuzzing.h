// The harness as a program: what libFuzzer calls, and a program of its own for compilers that have no libFuzzer. Both
// are put together in fuzzer_entry.cpp, for the adapter that defines wsspec_parser().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cases/script.h"
#include "fuzz/adapters/parser_check.h"

namespace wsspec {

/// What is wrong with the adapter itself, for people; empty if nothing is. An adapter of a later version of the
/// interface is wrong.
std::string problem_of(const wsspec_parser_adapter& adapter);

/// Some scripts of its own and every script of the catalogue once, then scripts made of them by chance: the same
/// sequence for the same seed.
class ParserSeeds {
public:
    explicit ParserSeeds(std::uint64_t seed);

    Script next();
    /// next() gave a script that is not made by chance.
    bool unchanged() const { return given_ <= scripts_.size(); }
    std::size_t size() const { return scripts_.size(); }

private:
    std::vector<const Script*> scripts_;
    std::size_t given_ = 0;
    std::uint64_t state_;
};

/// What one input of a fuzzer shows.
std::optional<ParserFailure> check_input(const wsspec_parser_adapter& adapter, OctetView input);

/// For LLVMFuzzerInitialize: looks for -artifact_prefix; for -write_seeds=FOLDER writes the seeds, for libFuzzer to
/// start from, and ends the program; ends it with exit status 2 if something is wrong with the adapter.
void begin_fuzzing(const wsspec_parser_adapter& adapter, int argc, const char* const* argv);
/// For LLVMFuzzerTestOneInput. Does not return if something is wrong: prints the report and aborts, so that libFuzzer
/// keeps the input.
void fuzz_one(const wsspec_parser_adapter& adapter, OctetView input);
/// For LLVMFuzzerCustomMutator and LLVMFuzzerCustomCrossOver: scripts made of scripts, and now and then of octets. The
/// size of what stands in `data`, or `out`, afterwards.
std::size_t mutate_input(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
std::size_t cross_inputs(OctetView one, OctetView other, std::uint8_t* out, std::size_t most, unsigned seed);

/// A program without libFuzzer. With files or folders: replays them. Without: the scripts of the catalogue, and then,
/// as long as -runs=N or -max_total_time=SECONDS allow, scripts made of them from -seed=N on (0 and 0: none). Returns
/// its exit status: 0; 77 if the parser failed, and the input is then kept in a file as libFuzzer would name it; 2 for
/// usage.
int replay_main(const wsspec_parser_adapter& adapter, int argc, const char* const* argv);

}  // namespace wsspec
