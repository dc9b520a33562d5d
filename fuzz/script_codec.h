// Scripts as octets: what fuzzers mutate, corpora keep and replay files carry. Any octets are some script, so that a
// fuzzer that knows nothing of scripts wastes no input.
//
// Format 1. The first octet is the version; what follows is a list of steps up to the end of the octets, each a tag and
// its fields in the order of script.h. Small numbers are one octet, larger ones LEB128. A frame starts like a frame on
// the wire: FIN, RSV and opcode in one octet. A payload that repeats itself is written as its pattern. A value that is
// out of its range is taken modulo the range, and what is missing at the end is zero.
#pragma once

#include <cstddef>
#include <optional>

#include "cases/script.h"

namespace wsspec {

inline constexpr Octet script_format = 1;

/// Bounds of what decode() makes, whatever it is given; what stands in a Repeat counts as often as it is done. The
/// scripts of the catalogue stay below them.
struct ScriptBounds {
    static constexpr std::size_t steps = 16384;        ///< In all.
    static constexpr std::size_t frames = 65536;       ///< In all, of Send steps, handshakes and expectations.
    static constexpr std::size_t payload = 32U << 20;  ///< Octets beyond those that were given: patterns and repeats.
    static constexpr std::size_t depth = 4;            ///< Of Repeat in Repeat.
    static constexpr std::size_t times = 1000;         ///< Of one Repeat; of those in each other the product.
    static constexpr std::size_t volume = 64U << 20;   ///< Octets of a message of RoundTrips, of a filler.
    static constexpr std::size_t messages = 100000;    ///< Of RoundTrips.
    static constexpr std::size_t rounds = 500000;      ///< Of a Flood.
    static constexpr std::size_t connections = 1000;   ///< Of a Crowd.
};

/// Lossless for scripts within ScriptBounds whose frames have a wire form: decode(encode(script)) == script. Of RSV
/// three bits are kept, of an opcode four.
Octets encode(const Script& script);

/// Total: never throws (but std::bad_alloc), never fails. Takes time and memory in proportion to the octets and to
/// ScriptBounds. A version that is not known is read as the newest one.
Script decode(OctetView octets);

/// The version that the octets claim; nothing if there are none. For readers of files, who want to refuse what a later
/// wsspec has written.
std::optional<Octet> script_version(OctetView octets);

}  // namespace wsspec
