#include "reference/deflate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace wsspec {

// GoogleTest finds it by its argument.
void PrintTo(MessageInflater::Result result, std::ostream* out) {
    constexpr std::array names = {"ok", "too large", "broken"};
    *out << names[static_cast<std::size_t>(result)];
}

namespace {

using Result = MessageInflater::Result;

static_assert(std::is_nothrow_move_constructible_v<MessageInflater>);
static_assert(std::is_nothrow_move_constructible_v<MessageDeflater>);

constexpr std::uint64_t no_limit = UINT64_MAX;

struct Inflated {
    Result result = Result::ok;
    Octets message;
};

/// One message, `size` octets of payload at a time.
Inflated inflate(MessageInflater& inflater, OctetView payload, std::size_t size = SIZE_MAX) {
    Inflated out;
    while (!payload.empty() && out.result == Result::ok) {
        auto const piece = payload.first(std::min(size, payload.size()));
        payload = payload.subspan(piece.size());
        out.result = inflater.feed(piece, out.message);
    }
    if (out.result == Result::ok) out.result = inflater.end();
    return out;
}

Inflated inflate_alone(OctetView payload, std::size_t size = SIZE_MAX, std::uint64_t limit = no_limit) {
    MessageInflater inflater(15, true, limit);
    return inflate(inflater, payload, size);
}

/// Text, noise, runs, and what has been there before, in lengths around those that matter to DEFLATE.
Octets some_message(std::mt19937& random, std::size_t most) {
    std::array<std::size_t, 8> const lengths = {0, 1, 3, 258, 259, 512, 1000, most};
    std::size_t length = lengths[random() % lengths.size()];
    if (length == most) length = random() % (most + 1);
    Octets out(length);
    switch (random() % 3) {
        case 0:
            return pattern("It is a truth universally acknowledged, that a single frame ", length);
        case 1:
            for (auto& octet : out) octet = static_cast<Octet>(random());
            return out;
        default:
            for (auto& octet : out) octet = static_cast<Octet>('a' + random() % 3);
            return out;
    }
}

TEST(Deflate, ReadsTheExamplesOfTheRfc) {
    struct Example {
        const char* section;
        const char* payload;
        const char* message;
    };
    for (std::size_t const size : {SIZE_MAX, std::size_t{1}, std::size_t{3}}) {
        MessageInflater inflater(15, true, no_limit);
        for (const auto& example : std::vector<Example>{{"7.2.3.1", "f2 48 cd c9 c9 07 00", "Hello"},
                                                        {"7.2.3.2", "f2 00 11 00 00", "Hello"},
                                                        {"7.2.3.3", "00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"},
                                                        {"7.2.3.4", "f3 48 cd c9 c9 07 00 00", "Hello"},
                                                        {"7.2.3.5", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"},
                                                        {"7.2.3.6", "00", ""}}) {
            SCOPED_TRACE(example.section);
            auto const got = inflate(inflater, hex(example.payload), size);
            EXPECT_EQ(got.result, Result::ok);
            EXPECT_EQ(as_text(got.message), example.message);
        }
    }
}

TEST(Deflate, WritesWhatTheRfcShows) {
    MessageDeflater taking_over(15, true);
    EXPECT_EQ(taking_over.compress(octets("Hello")), hex("f2 48 cd c9 c9 07 00"));
    EXPECT_EQ(taking_over.compress(octets("Hello")), hex("f2 00 11 00 00"));
    EXPECT_EQ(taking_over.compress({}), hex("00"));
    EXPECT_EQ(taking_over.compress({}), hex("00"));
    // One reference to all of the second Hello.
    EXPECT_EQ(taking_over.compress(octets("Hello")), hex("02 13 00 00"));
    MessageDeflater forgetting(15, false);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(forgetting.compress(octets("Hello")), hex("f2 48 cd c9 c9 07 00"));
    MessageDeflater storing(15, true, 0);
    EXPECT_EQ(storing.compress(octets("Hello")), hex("00 05 00 fa ff 48 65 6c 6c 6f 00"));
}

TEST(Deflate, ReadsEveryLegalEnding) {
    for (const char* payload : {
             "f2 48 cd c9 c9 07 00",                             // as the RFC has it
             "f2 48 cd c9 c9 07 00 00 00 ff ff",                 // the tail is left in
             "f2 48 cd c9 c9 07 00 00 00 ff ff 00",              // and followed by another one's beginning
             "f3 48 cd c9 c9 07 00",                             // BFINAL, and nothing behind it
             "f3 48 cd c9 c9 07 00 00",                          // BFINAL
             "01 05 00 fa ff 48 65 6c 6c 6f",                    // BFINAL in a stored block
             "01 03 00 fc ff 48 65 6c 00 02 00 fd ff 6c 6f 00",  // BFINAL in the middle
             "01 03 00 fc ff 48 65 6c 01 02 00 fd ff 6c 6f 01 00 00 ff ff",
             "03 00 03 00 00 00 00 ff ff f2 48 cd c9 c9 07 00",  // empty blocks first
         }) {
        for (bool const takeover : {true, false}) {
            for (std::size_t size = 1; size < 14; ++size) {
                SCOPED_TRACE(std::string(payload) + " by " + std::to_string(size));
                MessageInflater inflater(15, takeover, no_limit);
                for (int again = 0; again < 2; ++again) {
                    auto const got = inflate(inflater, hex(payload), size);
                    EXPECT_EQ(got.result, Result::ok);
                    EXPECT_EQ(as_text(got.message), "Hello");
                }
                // Whatever the ending was, the window is there, or not, and the next block starts where it should.
                auto const next = inflate(inflater, hex("f2 00 11 00 00"), size);
                EXPECT_EQ(next.result, takeover ? Result::ok : Result::broken);
                EXPECT_EQ(as_text(next.message), takeover ? "Hello" : "H");
            }
        }
    }
}

TEST(Deflate, KeepsTheWindowBehindABlockWithBfinal) {
    // In one message: Hello in a final block, then a reference to it from the next DEFLATE stream.
    for (bool const takeover : {true, false}) {
        MessageInflater inflater(15, takeover, no_limit);
        auto const got = inflate(inflater, hex("f3 48 cd c9 c9 07 00 f2 00 11 00 00"));
        EXPECT_EQ(got.result, Result::ok);
        EXPECT_EQ(as_text(got.message), "HelloHello");
    }
}

TEST(Deflate, RefusesWhatIsBroken) {
    for (const char* payload : {
             "02 08 20 80 00",                          // empty blocks up to the end of an octet, and none behind them
             "00 14 00 eb ff 41 42 43",                 // stored: 20 octets, 3 there
             "00 07 00 f8 ff 41 42 43",                 // stored: exactly the tail is missing
             "00 06 00 f9 ff 41 42 43",                 // stored: one less
             "00 08 00 f7 ff 41 42 43",                 // stored: one more
             "00 03 00 fc ff 41 42 43",                 // stored and complete, but the block behind it does not begin
             "00 05 00 fa fe 48 65 6c 6c 6f 00",        // LEN is not NLEN's complement
             "00 05",                                   // inside LEN
             "00 ff ff",                                // LEN is there, and the tail has NLEN: 65535 octets
             "00 ff",                                   // the tail has most of both
             "00 00 00",                                // LEN and NLEN are both zero
             "00 00 00 ff",                             // three octets of an empty block's four
             "f2 48 cd c9 c9 07",                       // inside a block
             "f2 48 cd c9 c9",                          // inside a block
             "9a 00 10 40",                             // behind the header of a block with the fixed codes
             "f2",                                      // at its start
             "02",                                      // behind the header of a fixed block
             "04",                                      // behind the header of a dynamic block
             "06",                                      // the reserved type of block
             "ff ff ff ff",                             // the reserved type of block
             "f2 00 11 00 00",                          // a reference to what was never there
             "48 65 6c 6c 6f",                          // no DEFLATE at all
             "78 9c f3 48 cd c9 c9 07 00 05 8c 01 f5",  // with the header of zlib's format
             "1f 8b 08 00 00 00 00 00 00 03",           // with the header of gzip's
             "f3 48 cd c9 c9 07 00 06",                 // nonsense behind BFINAL
         }) {
        for (std::size_t size = 1; size < 14; ++size) {
            SCOPED_TRACE(std::string(payload) + " by " + std::to_string(size));
            MessageInflater inflater(15, true, no_limit);
            auto const got = inflate(inflater, hex(payload), size);
            EXPECT_EQ(got.result, Result::broken);
            // The tail is no data.
            EXPECT_FALSE(std::ranges::search(got.message, hex("00 00 ff ff")).size() > 0) << to_hex(got.message);
            EXPECT_LE(got.message.size(), 5U);
            // And it does not recover.
            Octets out;
            EXPECT_EQ(inflater.feed(hex("f2 48 cd c9 c9 07 00"), out), Result::broken);
            EXPECT_EQ(inflater.end(), Result::broken);
            EXPECT_TRUE(out.empty());
        }
    }
}

TEST(Deflate, ContentThatLooksLikeTheTailIsNoEnding) {
    for (const char* payload : {"00 05 00 fa ff 41 00 00 ff ff", "00 04 00 fb ff 00 00 ff ff"}) {
        auto const block = hex(payload);
        for (std::size_t size = 1; size <= block.size(); ++size) {
            EXPECT_EQ(inflate_alone(block, size).result, Result::broken) << payload << " by " << size;
            auto whole = block;
            whole.push_back(0x00);
            auto const got = inflate_alone(whole, size);
            EXPECT_EQ(got.result, Result::ok);
            EXPECT_EQ(got.message, Octets(block.begin() + 5, block.end()));
        }
    }
}

TEST(Deflate, RefusesEveryMessageThatIsCutOff) {
    // Every proper prefix ends inside a block, or says less; none may pass for the whole.
    std::mt19937 random(7692);
    for (int level : {0, 1, 6, 9}) {
        Octets message = some_message(random, 0);
        while (message.size() < 256) message = some_message(random, 700);
        Octets const payload = MessageDeflater(15, false, level).compress(message);
        // 00 alone is an empty message, though it be the first octet of a stored block.
        for (std::size_t length = payload[0] == 0 ? 2 : 1; length < payload.size(); ++length) {
            auto const got = inflate_alone(OctetView(payload).first(length));
            ASSERT_EQ(got.result, Result::broken) << level << ": " << length << " of " << payload.size();
            ASSERT_LE(got.message.size(), message.size());
            ASSERT_TRUE(std::ranges::equal(got.message, OctetView(message).first(got.message.size())));
        }
        EXPECT_EQ(inflate_alone(payload).message, message);
    }
}

TEST(Deflate, TheTailMustNotCompleteADynamicBlock) {
    // Made by hand: the code lengths go on through the zeros and ones of the tail. Of the literals only 255 has a code,
    // 0; 1 ends the block, and is the tail's last bit in the first payload. In the second the header ends with it.
    EXPECT_EQ(inflate_alone(hex("04 c1 81 08 00 00 00 00 20 54")).result, Result::broken);
    EXPECT_EQ(inflate_alone(hex("04 c1 a1 0c 00 00 00 00 30 d8 00")).result, Result::broken);
    // Here the tail was left in, and is part of a header as well, but for its last bits, which begin another block.
    EXPECT_EQ(inflate_alone(hex("04 e1 81 08 00 00 00 00 20 98 03 00 00 ff ff")).result, Result::broken);
    // The headers are good: zlib, asked without that care, is content with the first message.
    EXPECT_EQ(inflate_alone(hex("04 c1 81 08 00 00 00 00 20 54 00 00 ff ff 00")).result, Result::ok);
    EXPECT_EQ(inflate_alone(hex("04 c1 a1 0c 00 00 00 00 30 d8 00 00 00 ff ff 01")).result, Result::ok);
    // And what a header may be otherwise, at random.
    for (unsigned first = 4; first < 256; first += 8) {
        for (unsigned second = 0; second < 256; ++second) {
            for (unsigned const third : {0U, 0x55U, 0x92U, 0xffU}) {
                Octets const two = {static_cast<Octet>(first), static_cast<Octet>(second)};
                Octets three = two;
                three.push_back(static_cast<Octet>(third));
                EXPECT_EQ(inflate_alone(two).result, Result::broken) << to_hex(two);
                EXPECT_EQ(inflate_alone(three).result, Result::broken) << to_hex(three);
            }
        }
    }
}

TEST(Deflate, APayloadWithoutOctetsIsAnEmptyMessageAndLeavesNoTrace) {
    MessageInflater inflater(15, true, no_limit);
    for (const char* payload :
         {"", "f2 48 cd c9 c9 07 00", "", "", "f2 00 11 00 00", "f3 00 11 00 00", "", "f2 00 11 00 00"}) {
        auto const got = inflate(inflater, hex(payload));
        EXPECT_EQ(got.result, Result::ok);
        EXPECT_EQ(as_text(got.message), *payload == '\0' ? "" : "Hello");
    }
}

TEST(Deflate, ForgetsTheWindowWhereThereIsNoContextTakeover) {
    MessageInflater inflater(15, false, no_limit);
    EXPECT_EQ(inflate(inflater, hex("f2 48 cd c9 c9 07 00")).result, Result::ok);
    EXPECT_EQ(inflate(inflater, hex("f2 00 11 00 00")).result, Result::broken);
}

TEST(Deflate, KeepsToItsWindow) {
    // The second half of each message repeats the first, `distance` octets back. A window that is too small for that
    // makes the message grow to its full size; and what was compressed for a window can be read with it.
    std::mt19937 random(1951);
    for (int bits = 9; bits <= 15; ++bits) {
        std::size_t const window = std::size_t{1} << bits;
        for (std::size_t const distance : {window / 4, window * 2}) {
            Octets message(distance);
            for (auto& octet : message) octet = static_cast<Octet>(random());
            append(message, Octets(message));
            auto const payload = MessageDeflater(bits, true).compress(message);
            EXPECT_EQ(payload.size() > message.size(), distance > window) << bits;
            for (std::size_t const size : {SIZE_MAX, std::size_t{1}}) {
                MessageInflater inflater(bits, true, no_limit);
                EXPECT_EQ(inflate(inflater, payload, size).message, message) << bits;
            }
        }
    }
    // 2.1: who may send 8 bits only can still be read.
    MessageInflater smallest(8, true, no_limit);
    EXPECT_EQ(as_text(inflate(smallest, hex("f2 48 cd c9 c9 07 00")).message), "Hello");
}

TEST(Deflate, NumbersOutsideOfTheirRangesAreTheCallersFault) {
    for (int const bits : {-15, -1, 0, 8, 16, 31, 47}) EXPECT_THROW(MessageDeflater(bits, true), std::invalid_argument);
    for (int const bits : {-15, -1, 0, 7, 16, 31, 47})
        EXPECT_THROW(MessageInflater(bits, true, 1), std::invalid_argument);
    for (int const level : {-2, -1, 10}) EXPECT_THROW(MessageDeflater(15, true, level), std::invalid_argument);
}

TEST(Deflate, RoundTrip) {
    std::mt19937 random(6455);
    for (int bits = 9; bits <= 15; ++bits) {
        for (bool const takeover : {true, false}) {
            for (int const level : {0, 1, 6, 9}) {
                SCOPED_TRACE(std::to_string(bits) + " bits, level " + std::to_string(level));
                MessageDeflater deflater(bits, takeover, level);
                MessageInflater inflater(bits, takeover, 100000);
                for (int i = 0; i < 60; ++i) {
                    auto const message = some_message(random, i % 20 == 0 ? 100000 : 3000);
                    auto const payload = deflater.compress(message);
                    auto const got = inflate(inflater, payload, 1 + random() % 5000);
                    ASSERT_EQ(got.result, Result::ok);
                    ASSERT_EQ(got.message, message);
                }
            }
        }
    }
}

TEST(Deflate, MovedCodersGoOn) {
    MessageDeflater first_deflater(15, true);
    MessageInflater first_inflater(15, true, no_limit);
    EXPECT_EQ(inflate(first_inflater, first_deflater.compress(octets("Hello"))).result, Result::ok);
    MessageDeflater deflater = std::move(first_deflater);
    MessageInflater inflater = std::move(first_inflater);
    auto const payload = deflater.compress(octets("Hello"));
    EXPECT_EQ(payload, hex("f2 00 11 00 00"));
    EXPECT_EQ(as_text(inflate(inflater, payload).message), "Hello");
}

TEST(Deflate, HoldsTheLimitWhileInflating) {
    constexpr std::size_t mebi = 1U << 20;
    auto const bomb = MessageDeflater(15, true).compress(Octets(10 * mebi));
    ASSERT_LT(bomb.size(), 11000U);
    for (std::size_t const size : {SIZE_MAX, std::size_t{1}, std::size_t{100}}) {
        auto const got = inflate_alone(bomb, size, mebi);
        EXPECT_EQ(got.result, Result::too_large);
        EXPECT_LE(got.message.size(), mebi);
        EXPECT_LE(got.message.capacity(), mebi);
    }
}

TEST(Deflate, TheLimitIsExact) {
    for (std::size_t const limit : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{16383},
                                    std::size_t{16384}, std::size_t{16385}, std::size_t{100000}}) {
        for (std::size_t const size : {SIZE_MAX, std::size_t{1}}) {
            SCOPED_TRACE(limit);
            MessageInflater inflater(15, true, limit);
            MessageDeflater deflater(15, true);
            // Message by message: what was before does not count.
            for (int i = 0; i < 3; ++i) {
                auto const got = inflate(inflater, deflater.compress(repeated('a', limit)), size);
                EXPECT_EQ(got.result, Result::ok);
                EXPECT_EQ(got.message.size(), limit);
                EXPECT_LE(got.message.capacity(), limit);
            }
            auto const got = inflate(inflater, deflater.compress(repeated('a', limit + 1)), size);
            EXPECT_EQ(got.result, Result::too_large);
            EXPECT_LE(got.message.capacity(), limit);
        }
    }
}

/// Octets of input for which nothing comes out: the result must not depend on how many there are, and their time on
/// nothing but their number (a test that does not end in time is how a quadratic one shows).
TEST(Deflate, ChainsOfEmptyBlocksAreDigested) {
    for (const char* block : {"00 00 00 ff ff", "01 00 00 ff ff", "03 00"}) {
        SCOPED_TRACE(block);
        // With a full window: it must not be moved about for each block.
        MessageInflater inflater(15, true, 100000);
        EXPECT_EQ(inflate(inflater, MessageDeflater(15, true).compress(repeated('x', 100000))).result, Result::ok);
        auto const unit = hex(block);
        Octets chain;
        while (chain.size() < 2'000'000) append(chain, unit);
        append(chain, hex("f2 48 cd c9 c9 07 00"));
        auto const got = inflate(inflater, chain, 4096);
        EXPECT_EQ(got.result, Result::ok);
        EXPECT_EQ(as_text(got.message), "Hello");
    }
}

/// Whatever comes in, and however it is cut: no crash, no more than the limit, and the same answer.
TEST(Deflate, HostileOctetsInAnyPieces) {
    std::mt19937 random(31337);
    for (int i = 0; i < 3000; ++i) {
        auto const message = some_message(random, 2000);
        auto payload = MessageDeflater(15, true, static_cast<int>(random() % 10)).compress(message);
        for (unsigned flips = random() % 4; flips > 0; --flips)
            payload[random() % payload.size()] ^= static_cast<Octet>(1U << random() % 8);
        if (random() % 4 == 0) payload.resize(1 + random() % payload.size());
        auto const whole = inflate_alone(payload, SIZE_MAX, 4000);
        EXPECT_LE(whole.message.capacity(), 4000U);
        for (std::size_t const size : {std::size_t{1}, std::size_t{7}, std::size_t{1 + random() % 500}}) {
            auto const cut = inflate_alone(payload, size, 4000);
            ASSERT_EQ(cut.result, whole.result) << to_hex(payload, 100);
            // What comes out before it is known to be too large depends on the pieces.
            if (whole.result == Result::ok) {
                ASSERT_EQ(cut.message, whole.message);
            }
        }
    }
}

}  // namespace
}  // namespace wsspec
