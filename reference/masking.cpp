#include "reference/masking.h"

#include <openssl/rand.h>

#include <bit>
#include <cstdlib>
#include <cstring>

namespace wsspec {

void apply_mask(std::span<Octet> payload, MaskingKey key, std::uint64_t offset) {
    std::array<Octet, 8> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(offset + i) % 4];
    auto const pattern = std::bit_cast<std::uint64_t>(turned);

    Octet* at = payload.data();
    std::size_t left = payload.size();
    // Four words a turn: the compiler makes vectors of it, and memcpy keeps it free of alignment rules.
    for (; left >= 32; left -= 32, at += 32) {
        std::uint64_t words[4];
        std::memcpy(words, at, sizeof words);
        for (auto& word : words) word ^= pattern;
        std::memcpy(at, words, sizeof words);
    }
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        word ^= pattern;
        std::memcpy(at, &word, sizeof word);
    }
    for (std::size_t i = 0; i < left; ++i) at[i] ^= turned[i];
}

MaskingKey random_masking_key() {
    MaskingKey key{};
    // Without entropy there is no conforming client: an own error, not a peer's.
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) std::abort();
    return key;
}

}  // namespace wsspec
