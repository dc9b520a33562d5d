// Scripts made from scripts: for fuzzers that learn which of them reach something new.
#pragma once

#include <cstdint>

#include "cases/script.h"

namespace wsspec {

/// The script with one to four changes, each of which leaves the rest as it is: a frame split or joined, a field
/// flipped, a length at an edge, a character cut, a control frame put in, other cuts, a step dropped, doubled or moved,
/// one rule bent. Deterministic. Grows by four steps, four frames doubled and 256 KiB at most.
Script mutate(const Script& script, std::uint64_t seed);

/// The beginning of one and the end of the other; or steps or frames of the second put into the first.
Script splice(const Script& a, const Script& b, std::uint64_t seed);

}  // namespace wsspec
