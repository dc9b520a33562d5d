#include "reference/known_generators.h"

#include <algorithm>
#include <array>

namespace wsspec {

namespace {

using Numbers = std::span<const std::uint32_t>;

/// Marsaglia, "Xorshift RNGs": the 32-bit one of the paper.
std::uint32_t xorshift(std::uint32_t x) {
    x ^= x << 13U;
    x ^= x >> 17U;
    x ^= x << 5U;
    return x;
}

bool from_the_last_alone(std::uint32_t last, std::uint32_t next) {
    struct Linear {
        std::uint64_t factor, addend, modulus;
    };
    constexpr Linear known[] = {
        {1664525, 1013904223, 1ULL << 32U},  // Numerical Recipes
        {22695477, 1, 1ULL << 32U},          // Borland
        {214013, 2531011, 1ULL << 32U},      // Microsoft, all of its state
        {1103515245, 12345, 1ULL << 31U},    // ISO C's example
        {16807, 0, 2147483647},              // minstd_rand0
        {48271, 0, 2147483647},              // minstd_rand
        {69069, 1, 1ULL << 32U},             // VAX
    };
    if (last != 0 && xorshift(last) == next) return true;
    return std::ranges::any_of(known, [&](const Linear& one) {
        return last < one.modulus && last > 1 && (last * one.factor + one.addend) % one.modulus == next;
    });
}

/// java.util.Random: nextInt() is the upper 32 of 48 bits of state, so there are 65536 states to try.
bool from_java(Numbers before, std::uint32_t next) {
    constexpr std::size_t looked_at = 6;
    if (before.size() < 2 || before.size() > looked_at) return false;
    constexpr std::uint64_t state_bits = (1ULL << 48U) - 1;
    auto const step = [](std::uint64_t state) { return (state * 0x5deece66dULL + 0xb) & state_bits; };
    std::uint64_t const upper = std::uint64_t{before[before.size() - 2]} << 16U;
    for (std::uint64_t low = 0; low < 65536; ++low) {
        std::uint64_t const second = step(upper | low);
        if (second >> 16U == before.back() && step(second) >> 16U == next) return true;
    }
    return false;
}

/// The sum of two earlier numbers, of which the lowest bits are not shown: 1 may be carried.
bool is_lagged_sum(Numbers before, std::uint32_t next, std::size_t longer, std::size_t shorter, std::uint32_t bits) {
    if (before.size() < longer) return false;
    std::uint32_t const sum = before[before.size() - longer] + before[before.size() - shorter];
    return (sum & bits) == next || ((sum + 1) & bits) == next;
}

/// What the Mersenne Twister does to a word of its state before it shows it, undone.
std::uint32_t untempered(std::uint32_t y) {
    y ^= y >> 18U;
    y ^= (y << 15U) & 0xefc60000U;
    std::uint32_t undone = y;
    for (int i = 0; i < 5; ++i) undone = y ^ ((undone << 7U) & 0x9d2c5680U);
    y = undone;
    for (int i = 0; i < 3; ++i) undone = y ^ (undone >> 11U);
    return undone;
}

bool from_mersenne_twister(Numbers before, std::uint32_t next) {
    constexpr std::size_t words = 624;
    constexpr std::size_t middle = 397;
    if (before.size() < words) return false;
    auto const state = before.last(words);
    std::uint32_t const y = (untempered(state[0]) & 0x80000000U) | (untempered(state[1]) & 0x7fffffffU);
    std::uint32_t const twisted = untempered(state[middle]) ^ (y >> 1U) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
    return twisted == untempered(next);
}

}  // namespace

bool follows_from(Numbers before, std::uint32_t next) {
    if (before.empty()) return false;
    constexpr std::uint32_t all = 0xffffffffU;
    constexpr std::uint32_t all_but_the_sign = 0x7fffffffU;
    return from_the_last_alone(before.back(), next) || from_java(before, next) ||
           is_lagged_sum(before, next, 31, 3, all_but_the_sign) || is_lagged_sum(before, next, 607, 273, all) ||
           from_mersenne_twister(before, next);
}

}  // namespace wsspec
