// The values at which implementations break: lengths, codes, octets. Generator and mutator draw from the same lists.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "fuzz/dice.h"
#include "reference/frame.h"

namespace wsspec::edges {

/// Payload lengths around the changes of form (RFC 6455 section 5.2) and the sizes of buffers.
inline constexpr std::array<std::size_t, 24> payload_lengths = {
    0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64, 124, 125, 126, 127, 128, 1023, 4096, 65534, 65535, 65536};

/// Lengths to claim: those above, wraps of 16, 31, 32, 63 and 64 bits, and what a header adds to them.
inline constexpr std::array<std::uint64_t, 23> claimed_lengths = {0,
                                                                  1,
                                                                  2,
                                                                  3,
                                                                  125,
                                                                  126,
                                                                  127,
                                                                  128,
                                                                  255,
                                                                  256,
                                                                  65535,
                                                                  65536,
                                                                  0x7fffffff,
                                                                  0x80000000,
                                                                  0xfffffff0,
                                                                  0xffffffff,
                                                                  0x100000000,
                                                                  0x100000001,
                                                                  0x7ffffffffffffff0,
                                                                  0x7fffffffffffffff,
                                                                  0x8000000000000000,
                                                                  0xfffffffffffffff2,
                                                                  0xffffffffffffffff};

/// Close codes around the borders of section 7.4.
inline constexpr std::array<std::uint16_t, 30> close_codes = {
    0,    1,    999,  1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010,  1011,
    1012, 1013, 1014, 1015, 1016, 1100, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 32768, 65535};

/// One code point each, valid, of 1 to 4 octets.
inline constexpr std::array<std::string_view, 12> characters = {"a",
                                                                "\x7f",
                                                                "\xc2\x80",
                                                                "\xdf\xbf",
                                                                "\xe0\xa0\x80",
                                                                "\xed\x9f\xbf",
                                                                "\xee\x80\x80",
                                                                "\xef\xbf\xbf",
                                                                "\xf0\x90\x80\x80",
                                                                "\xf4\x8f\xbf\xbf",
                                                                "\xf0\x9f\x98\x80",
                                                                "\xce\xba"};

/// What cannot stand in UTF-8 (RFC 3629 section 3), cut off sequences among it.
inline constexpr std::array<std::string_view, 16> bad_characters = {
    "\x80",         "\xbf",         "\xc0\x80",         "\xc1\xbf",         "\xe0\x80\x80",     "\xe0\x9f\xbf",
    "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
    "\xff",         "\xc2",         "\xe2\x82",         "\xf0\x9f\x98"};

/// Masking keys that hide what a wrong key does, and one that does not.
inline constexpr std::array<MaskingKey, 5> keys = {
    {{0, 0, 0, 0}, {0xff, 0xff, 0xff, 0xff}, {0x37, 0xfa, 0x21, 0x3d}, {1, 0, 0, 0}, {0, 0, 0, 0x80}}};

/// Offers and answers of extensions (section 9.1; RFC 7692 section 7.1), legal and not.
inline constexpr std::array<std::string_view, 32> extensions = {
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; client_max_window_bits=15",
    "permessage-deflate; client_max_window_bits=8",
    "permessage-deflate; client_max_window_bits=9; server_max_window_bits=9",
    "permessage-deflate; client_max_window_bits=\"10\"",
    "permessage-deflate; client_max_window_bits=7",
    "permessage-deflate; client_max_window_bits=16",
    "permessage-deflate; client_max_window_bits=010",
    "permessage-deflate; client_max_window_bits=",
    "permessage-deflate; client_max_window_bits; client_max_window_bits",
    "permessage-deflate; server_max_window_bits=15",
    "permessage-deflate; server_max_window_bits",
    "permessage-deflate; server_max_window_bits=8",
    "permessage-deflate; server_no_context_takeover",
    "permessage-deflate; server_no_context_takeover=1",
    "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
    "permessage-deflate; unknown",
    "permessage-deflate; unknown=1, permessage-deflate",
    "PERMESSAGE-DEFLATE",
    "x-webkit-deflate-frame",
    "permessage-deflate, permessage-deflate; client_max_window_bits",
    "a, b; c, permessage-deflate",
    "permessage-deflate;",
    ";",
    ",",
    ", permessage-deflate",
    "permessage-deflate; a=\"\\\"\"",
    "permessage-deflate; a=\"",
    "permessage-deflate; =1",
    "permessage-deflate client_max_window_bits",
    "permessage-deflate\t;\tclient_max_window_bits",
};

/// Octets of a legal text of about `size` octets (not more, and at most 3 less).
Octets text(Dice& dice, std::size_t size);
/// Something for a compressor and for a human: text in runs, noise, or a pattern.
Octets data(Dice& dice, std::size_t size);
/// Mostly small; at most `limit`.
std::size_t payload_length(Dice& dice, std::size_t limit);
/// Mostly a legal code and reason; section 5.5.1.
Octets close_body(Dice& dice, bool legal);
/// The payload of a compressed message, without its tail; mostly legal DEFLATE. `before`: octets of earlier messages
/// that back-references may reach; 0: none.
Octets deflated(Dice& dice, std::size_t limit, std::size_t before, bool legal);

}  // namespace wsspec::edges
