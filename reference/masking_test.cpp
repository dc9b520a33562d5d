#include "reference/masking.h"

#include <gtest/gtest.h>

#include <set>

namespace wsspec {
namespace {

constexpr MaskingKey key{0x37, 0xfa, 0x21, 0x3d};

/// RFC 6455 section 5.3, word for word: "transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4)".
Octets masked_one_by_one(Octets payload, MaskingKey with, std::uint64_t offset) {
    for (std::size_t i = 0; i < payload.size(); ++i)
        payload[i] = static_cast<Octet>(payload[i] ^ with[(i + offset) % 4]);
    return payload;
}

Octets counting(std::size_t size) {
    Octets out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<Octet>(i * 7 + 1);
    return out;
}

TEST(ApplyMask, GivesTheHelloOfTheRfc) {
    Octets payload = octets("Hello");
    apply_mask(payload, key);
    EXPECT_EQ(payload, hex("7f 9f 4d 51 58"));  // section 5.7
}

TEST(ApplyMask, EqualsTheRfcsSentenceForAllLengthsOffsetsAndAlignments) {
    constexpr Octet guard = 0xa5;
    for (std::size_t length = 0; length <= 130; ++length) {  // four strides of 32, one of 8, and some
        for (std::uint64_t offset = 0; offset < 8; ++offset) {
            Octets const payload = counting(length);
            Octets const expected = masked_one_by_one(payload, key, offset);
            for (std::size_t start = 1; start < 10; ++start) {  // aligned and not
                Octets memory(start, guard);
                append(memory, payload);
                memory.push_back(guard);
                apply_mask(std::span(memory).subspan(start, length), key, offset);
                ASSERT_EQ(Octets(memory.begin() + static_cast<std::ptrdiff_t>(start), memory.end() - 1), expected)
                    << "length " << length << ", offset " << offset << ", start " << start;
                ASSERT_EQ(memory[start - 1], guard) << "length " << length << ", start " << start;
                ASSERT_EQ(memory.back(), guard) << "length " << length << ", start " << start;
            }
        }
    }
}

TEST(ApplyMask, InTwoPiecesIsTheSameAsInOne) {
    Octets const payload = counting(70);
    Octets const expected = masked_one_by_one(payload, key, 0);
    for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
        Octets pieces = payload;
        apply_mask(std::span(pieces).first(cut), key);
        apply_mask(std::span(pieces).subspan(cut), key, cut);
        ASSERT_EQ(pieces, expected) << "cut at " << cut;
    }
}

TEST(ApplyMask, TakesOffsetsBeyond32Bits) {
    for (std::uint64_t const offset : {0xffff'ffffULL, 0x1'0000'0000ULL, 0x7fff'ffff'ffff'ffffULL}) {
        Octets payload = counting(9);
        Octets const expected = masked_one_by_one(payload, key, offset % 4);
        apply_mask(payload, key, offset);
        EXPECT_EQ(payload, expected) << offset;
    }
}

TEST(ApplyMask, TwiceIsNothingAndAZeroKeyIsNothing) {
    Octets payload = counting(77);
    apply_mask(payload, key, 3);
    apply_mask(payload, key, 3);
    EXPECT_EQ(payload, counting(77));
    apply_mask(payload, {});
    EXPECT_EQ(payload, counting(77));
}

TEST(RandomMaskingKey, Differs) {
    std::set<MaskingKey> keys;
    for (int i = 0; i < 100; ++i) keys.insert(random_masking_key());
    EXPECT_GE(keys.size(), 99U);  // two equal ones of 100: once in a million runs
}

}  // namespace
}  // namespace wsspec
