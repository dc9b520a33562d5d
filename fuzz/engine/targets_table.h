// All fuzz targets, by name: the file <name>_fuzzer.cpp holds the function <name>().
#pragma once

#include <array>

#include "fuzz/targets.h"

namespace wsspec::targets {

struct FuzzTarget {
    std::string_view name;
    void (*run)(OctetView input);
};

/// Without `beast_difference`, which takes a compiler as long as all others together: only its own program has it.
inline constexpr std::array all = std::to_array<FuzzTarget>({
    {"decoder", decoder},
    {"endpoint_pair", endpoint_pair},
    {"request", request},
    {"response", response},
    {"extensions", extensions},
    {"watching_inflater", watching_inflater},
    {"message_inflater", message_inflater},
    {"deflate_round_trip", deflate_round_trip},
    {"utf8", utf8},
    {"key_record", key_record},
    {"script_codec", script_codec},
    {"forecast", forecast},
    {"judge", judge},
    {"result_reader", result_reader},
    {"baseline_reader", baseline_reader},
    {"spec_reader", spec_reader},
    {"replay_reader", replay_reader},
    {"serve_url", serve_url},
    {"words", words},
});

}  // namespace wsspec::targets
