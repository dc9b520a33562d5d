// What fuzzing starts from: made of the catalogue, not collected. Every case is a seed in both roles.
#pragma once

#include <string>
#include <vector>

#include "reference/octets.h"

namespace wsspec {

struct Seed {
    std::string
        target;  ///< Of the targets of fuzz/targets.h; those of formats that only the runner knows are not here.
    Octets octets;
};

/// Without duplicates, in a fixed order. None is larger than `largest` octets: a fuzzer tries small inputs more often.
std::vector<Seed> seeds(std::size_t largest = 4096);

/// The dictionary of libFuzzer and AFL++ (fuzz/websocket.dict): names and values of handshakes, frame headers at the
/// edges, characters, DEFLATE tails.
std::string fuzz_dictionary();

}  // namespace wsspec
