// The axis `--delivery`: in what writes the octets of every case leave, whatever the case says itself. TCP promises
// nothing about segments (RFC 9293 section 3.7), so no verdict may depend on it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/case.h"
#include "reference/frame.h"

namespace wsspec {

struct DeliveryMode {
    enum class How {
        as_written,   ///< As the case says.
        whole,        ///< Each step in one write.
        per_frame,    ///< One write a frame.
        per_octet,    ///< One write an octet.
        coalesced,    ///< Steps that need not wait for the target in one write; as a server, with the 101 too.
        every_split,  ///< Whole, and then once for each place at which it can be cut in two.
        random,       ///< Steps joined and cut at random, repeatable by `seed`.
    };
    How how = How::as_written;
    std::uint64_t seed = 0;

    bool operator==(const DeliveryMode&) const = default;
};

/// "whole", "per-frame", "per-octet", "coalesced", "every-split", "random:SEED"; "" is as written. Nothing for others.
std::optional<DeliveryMode> parse_delivery(std::string_view text);
inline constexpr std::string_view delivery_names = "whole|per-frame|per-octet|coalesced|every-split|random:SEED";
/// For people: "in writes of one octet".
std::string describe(const DeliveryMode& mode);

/// A place in what a script sends: behind so many octets of the opening handshake (or of our answer to one), or of what
/// stands behind it.
struct Cut {
    bool opening = false;
    std::uint64_t at = 0;
    std::uint64_t of = 0;  ///< How many octets there are.

    bool operator==(const Cut&) const = default;
};
/// "cut behind octet 3 of 12"
std::string describe(const Cut& cut);

/// Streams up to here are cut everywhere, and longer ones around the headers of their frames; opening handshakes around
/// the ends of their lines and names.
constexpr std::size_t cut_everywhere = 512;
/// Of one script, of longer streams.
constexpr std::size_t most_cuts = 512;

/// Where `every_split` cuts. The opening handshake is cut only where the script changes it and asks for what comes of
/// that: the plain one is the same in all cases, and has cases of its own (8.1.*, 8.11.*, 16.5.*). Scripts with round
/// trips, floods, crowds or fillers are not
/// cut. `values`: as they will be sent, since their length counts; key and accept may be empty.
std::vector<Cut> cuts_of(const Script& script, Role sender, HandshakeValues values);

/// One connection of a case.
struct Visit {
    std::size_t script = 0;  ///< 0: the script; then its variants.
    std::optional<Cut> cut = {};
};
/// All connections that a case takes, in order.
std::vector<Visit> visits_of(const Case& one, const DeliveryMode& mode, Role sender, const HandshakeValues& values);

/// The next number of a sequence that starts from `state` (splitmix64).
std::uint64_t next_random(std::uint64_t& state);
/// Of `left` octets, how many the next write has: from one octet to all, every order of magnitude as likely.
std::size_t random_piece(std::uint64_t& state, std::size_t left);
/// The same in all runs and on all machines.
std::uint64_t stable_hash(std::string_view text);

}  // namespace wsspec
