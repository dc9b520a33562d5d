// Octets: the unit in which RFC 6455 speaks, and the few conversions that everybody needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wsspec {

using Octet = std::uint8_t;
using Octets = std::vector<Octet>;
using OctetView = std::span<const Octet>;

/// The octets of a text, unchanged (no terminator).
Octets octets(std::string_view text);

/// 0 to 15, of either case; -1 if it is no hexadecimal digit.
int hex_digit(char c);

/// Octets written as hexadecimal digits; blanks between them are for the reader.
/// Throws std::invalid_argument for anything else: the argument is source code, never input.
Octets hex(std::string_view digits);

/// `count` times the same octet.
Octets repeated(Octet value, std::size_t count);

/// `pattern` over and over, cut off at `length` octets.
Octets pattern(std::string_view pattern, std::size_t length);

/// Lower-case hexadecimal, octets separated by blanks, "…" after `limit` octets.
std::string to_hex(OctetView octets, std::size_t limit = SIZE_MAX);

/// A copy in which every octet that is not printable ASCII is escaped (\n, \xNN), "…" after `limit` octets.
/// What comes out can go to a terminal whatever went in.
std::string printable(std::string_view text, std::size_t limit = SIZE_MAX);

/// The octets read as characters; no conversion, no check.
std::string_view as_text(OctetView octets);
/// The characters read as octets; valid as long as `text` is.
OctetView as_octets(std::string_view text);

void append(Octets& to, OctetView more);

}  // namespace wsspec
