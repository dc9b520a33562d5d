#include "reference/known_generators.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

#include "reference/octets.h"

namespace wsspec {
namespace {

/// How many of so many numbers follow from those before.
std::size_t followed(std::size_t count, const std::function<std::uint32_t()>& draw) {
    std::vector<std::uint32_t> numbers;
    std::size_t found = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t const next = draw();
        found += follows_from(numbers, next) ? 1 : 0;
        numbers.push_back(next);
    }
    return found;
}

TEST(KnownGenerators, TheMersenneTwisterIsKnownBehindItsState) {
    std::mt19937 engine(20261126);
    EXPECT_EQ(followed(1000, [&] { return static_cast<std::uint32_t>(engine()); }), 1000U - 624U);
}

TEST(KnownGenerators, ThoseThatAreTheirLastNumberAreKnownAtOnce) {
    std::minstd_rand engine(7);
    EXPECT_EQ(followed(50, [&] { return static_cast<std::uint32_t>(engine()); }), 49U);
    std::minstd_rand0 older(7);
    EXPECT_EQ(followed(50, [&] { return static_cast<std::uint32_t>(older()); }), 49U);
    std::linear_congruential_engine<std::uint32_t, 1664525, 1013904223, 0> recipe(7);
    EXPECT_EQ(followed(50, [&] { return static_cast<std::uint32_t>(recipe()); }), 49U);
    EXPECT_EQ(followed(50,
                       [x = 2463534242U]() mutable {
                           x ^= x << 13U;
                           x ^= x >> 17U;
                           return x ^= x << 5U;
                       }),
              49U);
}

TEST(KnownGenerators, RandIsASumOfEarlierNumbers) {
    // As glibc has it with the seed 1 (random(3), TYPE_3).
    std::vector<std::uint32_t> state(34);
    state[0] = 1;
    for (std::size_t i = 1; i < 31; ++i) state[i] = static_cast<std::uint32_t>(16807ULL * state[i - 1] % 2147483647ULL);
    for (std::size_t i = 31; i < 34; ++i) state[i] = state[i - 31];
    auto const draw = [&] {
        state.push_back(state[state.size() - 31] + state[state.size() - 3]);
        return state.back() >> 1U;
    };
    for (int i = 34; i < 344; ++i) (void)draw();
    EXPECT_EQ(followed(100, draw), 69U);
}

TEST(KnownGenerators, JavaUtilRandomIsKnownFromTwo) {
    // new Random(42): -1170105035, 234785527, -1360544799, 205897768.
    std::vector<std::uint32_t> const numbers = {3124862261U, 234785527U};
    EXPECT_TRUE(follows_from(numbers, 2934422497U));
    EXPECT_FALSE(follows_from(numbers, 2934422498U));
}

TEST(KnownGenerators, GosMathRandIsASumOfEarlierNumbers) {
    std::mt19937_64 seed(1);
    std::vector<std::uint64_t> state(607);
    for (auto& word : state) word = seed();
    auto const draw = [&] {
        state.push_back(state[state.size() - 607] + state[state.size() - 273]);
        return static_cast<std::uint32_t>((state.back() & 0x7fffffffffffffffULL) >> 31U);
    };
    EXPECT_EQ(followed(700, draw), 700U - 607U);
}

TEST(KnownGenerators, NumbersThatAreRandomFollowFromNothing) {
    std::mt19937_64 engine(99);
    EXPECT_EQ(followed(5000, [&] { return static_cast<std::uint32_t>(engine() >> 17U); }), 0U);
    EXPECT_EQ(followed(3, [] { return 0U; }), 0U) << "what is always the same is another question";
    EXPECT_FALSE(follows_from({}, 7));
}

}  // namespace
}  // namespace wsspec
