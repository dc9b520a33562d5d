// Masking (RFC 6455 section 5.3).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "reference/octets.h"

namespace wsspec {

using MaskingKey = std::array<Octet, 4>;

/// Masks or unmasks in place: octet i of the frame's payload is XORed with octet i mod 4 of the key.
/// `offset` is the position of `payload[0]` within the frame's payload, so that a payload can come in pieces.
void apply_mask(std::span<Octet> payload, MaskingKey key, std::uint64_t offset = 0);

/// A key from OpenSSL's random generator: unpredictable, as section 5.3 demands of a client.
MaskingKey random_masking_key();

}  // namespace wsspec
