// A script in a file of its own, to be played again: what a fuzzer found, with the octets of the script and, for
// people, what they mean.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "cases/script.h"

namespace wsspec {

inline constexpr std::string_view replay_format = "wsspec-replay/1";

struct Replay {
    Role target = Role::server;  ///< Which part the target plays.
    std::string url = {};        ///< Where it was found; for people.
    Script script = {};
    std::uint64_t keys = 0;  ///< Seed of the masking keys.
    // What it showed; empty if nothing.
    std::string requirement = {};
    std::string what = {};
    std::string found_by = {};  ///< "wsspec fuzz ws://… --seed 1, script 17": for people.
};

/// JSON in pure ASCII. The script stands in it twice: as octets (fuzz/script_codec.h), which count, and in words.
std::string to_json(const Replay& replay);

/// The other way; what stands there for people is not read again. The error names the place in the file. Bounded in
/// memory and time whatever the file says: see ScriptBounds.
std::expected<Replay, std::string> replay_from_json(std::string_view text);

}  // namespace wsspec
