// Generators of numbers that look random and are no source of entropy: who has seen some of their numbers knows the
// next one. RFC 6455 section 5.3 has masking keys come from a strong source, since a key that can be predicted protects
// nobody (section 10.3).
#pragma once

#include <cstdint>
#include <span>

namespace wsspec {

/// Is `next` what one of them gives behind `before`, its numbers so far without a gap? Knows the 32-bit generators that
/// keep no more than their last number (xorshift, linear congruences), java.util.Random, rand() of glibc, Go's
/// math/rand and the Mersenne Twister (MT19937: Python, PHP, C++). By chance a number fits one of them less often than
/// once in 2 to the 28th. Bounded work, whatever comes: java.util.Random is looked for in the first few numbers only.
bool follows_from(std::span<const std::uint32_t> before, std::uint32_t next);

}  // namespace wsspec
