#include "reference/watching_inflater.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <set>
#include <stdexcept>
#include <string>

#include "reference/zlib_oracle_test.h"

namespace wsspec {
namespace {

constexpr std::uint64_t no_limit = UINT64_MAX;

struct Inflated {
    InflateProblem problem = InflateProblem::none;
    Octets out;
    InflateFacts facts;

    bool operator==(const Inflated&) const = default;
};

template <class NextSize>
Inflated inflate_in_pieces(WatchingInflater& inflater, OctetView payload, NextSize next_size) {
    Inflated result;
    while (!payload.empty()) {
        auto const size = std::min<std::size_t>(payload.size(), next_size());
        inflater.feed(payload.first(size), result.out);
        payload = payload.subspan(size);
    }
    result.problem = inflater.end_message();
    result.facts = inflater.facts();
    return result;
}

Inflated inflate_message(WatchingInflater& inflater, OctetView payload) {
    return inflate_in_pieces(inflater, payload, [] { return SIZE_MAX; });
}

Inflated inflate_message(OctetView payload) {
    WatchingInflater inflater(no_limit);
    return inflate_message(inflater, payload);
}

/// Bits in the order in which a decoder reads them.
Octets from_bits(std::string_view digits) {
    Octets out;
    unsigned count = 0;
    for (char const digit : digits) {
        if (digit == ' ') continue;
        if (digit != '0' && digit != '1') throw std::invalid_argument("a bit that is neither 0 nor 1");
        if (count % 8 == 0) out.push_back(0);
        if (digit == '1') out.back() = static_cast<Octet>(out.back() | 1U << count % 8);
        ++count;
    }
    return out;
}

Octets plus(Octets left, const Octets& right) {
    append(left, right);
    return left;
}

struct Deflating {
    int level = 6;
    int window_bits = 15;
    int memory = 8;
    int strategy = Z_DEFAULT_STRATEGY;
};

/// zlib's raw deflate with its flush modes; keeps its context from message to message.
class Deflater {
public:
    explicit Deflater(Deflating how = {}) {
        if (deflateInit2(&stream_, how.level, Z_DEFLATED, -how.window_bits, how.memory, how.strategy) != Z_OK)
            throw std::runtime_error("deflateInit2");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    Octets deflate(OctetView data, int flush) {
        Octets out;
        stream_.next_in = const_cast<Octet*>(data.data());
        stream_.avail_in = static_cast<uInt>(data.size());
        do {
            std::size_t const before = out.size();
            out.resize(before + 4096 + data.size());
            stream_.next_out = &out[before];
            stream_.avail_out = static_cast<uInt>(out.size() - before);
            int const status = ::deflate(&stream_, flush);
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) throw std::runtime_error("deflate");
            out.resize(out.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
        if (flush == Z_FINISH) deflateReset(&stream_);
        return out;
    }

    /// As RFC 7692 7.2.1 sends it.
    Octets message(OctetView data) {
        auto out = deflate(data, Z_SYNC_FLUSH);
        out.resize(out.size() - 4);
        return out;
    }

private:
    z_stream stream_{};
};

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }
    bool once_in(std::size_t n) { return below(n) == 0; }

    /// Data that compresses in different ways.
    Octets data(std::size_t size) {
        Octets out;
        auto const kind = below(5);
        while (out.size() < size) {
            if (kind == 0) {
                out.push_back(static_cast<Octet>(below(256)));
            } else if (kind == 1) {
                append(out, octets("{\"id\": " + std::to_string(below(1000)) + ", \"name\": \"value\"}, "));
            } else if (kind == 2) {
                out.insert(out.end(), 1 + below(600), static_cast<Octet>(below(3)));
            } else if (kind == 3) {
                // Frequencies that halve: codes of every length.
                unsigned value = 0;
                while (value < 255 && below(2) == 0) ++value;
                out.push_back(static_cast<Octet>(value));
            } else {
                auto const back = out.empty() ? 0 : 1 + below(std::min<std::size_t>(out.size(), 33000));
                auto const length = 1 + below(40);
                for (std::size_t i = 0; i < length; ++i)
                    out.push_back(back == 0 || once_in(20) ? static_cast<Octet>(below(256)) : out[out.size() - back]);
            }
        }
        out.resize(size);
        return out;
    }

private:
    std::mt19937_64 engine_;
};

// ---- the examples of RFC 7692 7.2.3 ---------------------------------------------------------------------------------

TEST(WatchingInflater, ReadsAFixedBlock) {
    auto const result = inflate_message(hex("f2 48 cd c9 c9 07 00"));
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(as_text(result.out), "Hello");
    EXPECT_EQ(result.facts, (InflateFacts{.octets = 5, .fixed = 1}));
}

TEST(WatchingInflater, ReadsAStoredBlock) {
    auto const result = inflate_message(hex("00 05 00 fa ff 48 65 6c 6c 6f 00"));
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(as_text(result.out), "Hello");
    EXPECT_EQ(result.facts, (InflateFacts{.octets = 5, .stored = 1}));
}

TEST(WatchingInflater, ReadsTwoBlocksWithASyncFlushBetween) {
    auto const result = inflate_message(hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"));
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(as_text(result.out), "Hello");
    EXPECT_EQ(result.facts, (InflateFacts{.octets = 5, .stored = 1, .fixed = 2}));
}

TEST(WatchingInflater, ReadsOnBehindAFinalBlock) {
    auto const result = inflate_message(hex("f3 48 cd c9 c9 07 00 00"));
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(as_text(result.out), "Hello");
    EXPECT_EQ(result.facts, (InflateFacts{.octets = 5, .fixed = 1, .final_blocks = 1, .octets_to_final = 5}));
}

TEST(WatchingInflater, ReadsAnEmptyMessage) {
    auto const result = inflate_message(hex("00"));  // 7.2.3.6
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(result.out, Octets{});
    EXPECT_EQ(result.facts, InflateFacts{});
    EXPECT_EQ(inflate_message(hex("02 00")).facts, (InflateFacts{.fixed = 1})) << "an empty fixed block first";
}

TEST(WatchingInflater, MeasuresHowFarAMessageReachesBack) {
    WatchingInflater inflater(no_limit);
    EXPECT_EQ(inflate_message(inflater, hex("f2 48 cd c9 c9 07 00")).facts.reach, 0U);
    auto const second = inflate_message(inflater, hex("f2 00 11 00 00"));
    EXPECT_EQ(second.problem, InflateProblem::none);
    EXPECT_EQ(as_text(second.out), "Hello");
    // "H", and then "ello" from 5 octets back: it starts at the second octet of the first message.
    EXPECT_EQ(second.facts, (InflateFacts{.octets = 5, .fixed = 1, .largest_distance = 5, .reach = 4}));
}

TEST(WatchingInflater, HasNothingToReferToOnceItForgets) {
    WatchingInflater inflater(no_limit);
    inflate_message(inflater, hex("f2 48 cd c9 c9 07 00"));
    inflater.forget();
    auto const second = inflate_message(inflater, hex("f2 00 11 00 00"));
    EXPECT_EQ(second.problem, InflateProblem::distance_too_far);
    EXPECT_EQ(as_text(second.out), "H");
}

// ---- endings --------------------------------------------------------------------------------------------------------

TEST(WatchingInflater, NeedsAtLeastAnOctet) {
    WatchingInflater inflater(no_limit);
    EXPECT_EQ(inflater.end_message(), InflateProblem::no_octets);
    inflater.forget();
    Octets out;
    EXPECT_EQ(inflater.feed({}, out), InflateProblem::none);
    EXPECT_EQ(inflater.end_message(), InflateProblem::no_octets);
}

TEST(WatchingInflater, NeverTakesTheTailForData) {
    // LEN is larger than what comes: the four octets that the receiver appends would fill it up, exactly or in part.
    for (char const* payload : {"00 09 00 f6 ff 48 65 6c 6c 6f", "00 06 00 f9 ff 48 65 6c 6c 6f",
                                "00 ff 00 00 ff 48 65 6c 6c 6f", "01 09 00 f6 ff 48 65 6c 6c 6f"}) {
        auto const result = inflate_message(hex(payload));
        EXPECT_EQ(result.problem, InflateProblem::ends_inside_block) << payload;
        EXPECT_EQ(as_text(result.out), "Hello") << payload;
    }
    // A fixed block without its end: 0000000 of the appended octets would end it.
    auto const open = inflate_message(hex("f2 48 cd c9 c9 07"));
    EXPECT_EQ(open.problem, InflateProblem::ends_inside_block);
    EXPECT_EQ(as_text(open.out), "Hello");
}

TEST(WatchingInflater, WantsTheHeaderOfTheBlockThatTheTailBelongsTo) {
    EXPECT_EQ(inflate_message(from_bits("0 10 0000000")).problem, InflateProblem::none) << "padded with one";
    // Ten bits of block, and six of another: 001 is the header of a fixed one.
    EXPECT_EQ(inflate_message(from_bits("0 10 0000000 0 10 000")).problem, InflateProblem::ends_inside_block);
    // 10 bits of block and literals of 9: 2, 1 and 0 bits remain.
    for (unsigned const literals : {4U, 5U, 6U}) {
        std::string bits = "0 10 ";
        for (unsigned i = 0; i < literals; ++i) bits += "110010000 ";
        EXPECT_EQ(inflate_message(from_bits(bits + "0000000")).problem, InflateProblem::ends_inside_block) << literals;
    }
    EXPECT_EQ(inflate_message(hex("00 00")).problem, InflateProblem::ends_inside_block);
    EXPECT_EQ(inflate_message(hex("00 00 00 ff")).problem, InflateProblem::ends_inside_block);
}

TEST(WatchingInflater, ToleratesATailThatWasLeftIn) {
    WatchingInflater inflater(no_limit);
    auto const first = inflate_message(inflater, hex("f2 48 cd c9 c9 07 00 00 00 ff ff"));
    EXPECT_EQ(first.problem, InflateProblem::none);
    EXPECT_EQ(as_text(first.out), "Hello");
    EXPECT_EQ(first.facts, (InflateFacts{.octets = 5, .stored = 1, .fixed = 1, .tail_left_in = true}));
    auto const second = inflate_message(inflater, hex("f2 00 11 00 00"));
    EXPECT_EQ(as_text(second.out), "Hello") << "the next message is read from its own start";
    EXPECT_FALSE(second.facts.tail_left_in);

    // Stored data that looks like it is none.
    auto const data = inflate_message(hex("00 04 00 fb ff 00 00 ff ff"));
    EXPECT_EQ(data.problem, InflateProblem::ends_inside_block);
    EXPECT_EQ(data.out, hex("00 00 ff ff"));
}

TEST(WatchingInflater, ToleratesAMessageThatEndsBehindAFinalBlock) {
    auto const result = inflate_message(hex("f3 48 cd c9 c9 07 00"));
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(as_text(result.out), "Hello");
    EXPECT_EQ(
        result.facts,
        (InflateFacts{.octets = 5, .fixed = 1, .final_blocks = 1, .octets_to_final = 5, .ends_behind_final = true}));
}

TEST(WatchingInflater, CountsTheFinalBlockThatTheTailCompletes) {
    auto const result = inflate_message(hex("01"));
    EXPECT_EQ(result.problem, InflateProblem::none);
    EXPECT_EQ(result.facts, (InflateFacts{.final_blocks = 1}));
}

TEST(WatchingInflater, SeesPadBitsThatAreNotZero) {
    EXPECT_FALSE(inflate_message(hex("f2 48 cd c9 c9 07 e0")).facts.padding) << "in front of the empty block";
    EXPECT_FALSE(inflate_message(hex("f8 05 00 fa ff 48 65 6c 6c 6f 00")).facts.padding)
        << "in front of a stored block";
    EXPECT_TRUE(inflate_message(hex("f3 48 cd c9 c9 07 80 00")).facts.padding) << "behind a final block";
    EXPECT_EQ(as_text(inflate_message(hex("f3 48 cd c9 c9 07 80 00")).out), "Hello") << "it does no harm";
}

TEST(WatchingInflater, SeesBackReferencesOverTheEndOfAFinalBlock) {
    WatchingInflater inflater(no_limit);
    // The second RFC 7692 example, behind the first one with BFINAL.
    auto const within = inflate_message(inflater, hex("f3 48 cd c9 c9 07 00 f2 00 11 00 00"));
    EXPECT_EQ(as_text(within.out), "HelloHello");
    EXPECT_TRUE(within.facts.reaches_over_final);
    EXPECT_EQ(within.facts.reach, 0U);

    auto const later = inflate_message(inflater, hex("f2 00 11 00 00"));
    EXPECT_FALSE(later.facts.reaches_over_final) << "it reaches to the message before, not over the block's end";
    EXPECT_EQ(later.facts.reach, 4U);

    inflater.forget();
    inflate_message(inflater, hex("f3 48 cd c9 c9 07 00"));
    auto const earlier = inflate_message(inflater, hex("f2 00 11 00 00"));
    EXPECT_TRUE(earlier.facts.reaches_over_final) << "the block's end was an earlier message's";

    inflater.forget();
    inflate_message(inflater, hex("f2 48 cd c9 c9 07 00"));
    EXPECT_FALSE(inflate_message(inflater, hex("f2 00 11 00 00")).facts.reaches_over_final) << "forgotten";
    inflate_message(inflater, hex("01"));
    EXPECT_TRUE(inflate_message(inflater, hex("f2 00 11 00 00")).facts.reaches_over_final)
        << "the final block was the one that the tail completed";

    // The block's end is out of everybody's reach, and the buffer has slid since.
    inflater.forget();
    inflate_message(inflater, Deflater({.level = 0}).message(Octets(80'000)));
    inflate_message(inflater, hex("f3 48 cd c9 c9 07 00"));
    inflate_message(inflater, Deflater({.level = 0}).message(Octets(33'000)));
    EXPECT_FALSE(inflate_message(inflater, hex("f2 00 11 00 00")).facts.reaches_over_final);
}

// ---- faults ---------------------------------------------------------------------------------------------------------

TEST(WatchingInflater, RefusesTheReservedBlockType) {
    EXPECT_EQ(inflate_message(hex("06")).problem, InflateProblem::reserved_block_type);
    EXPECT_EQ(inflate_message(hex("07 00 00 ff ff")).problem, InflateProblem::reserved_block_type);
}

TEST(WatchingInflater, RefusesALengthWithoutItsComplement) {
    EXPECT_EQ(inflate_message(hex("00 05 00 fa fe 48 65 6c 6c 6f 00")).problem, InflateProblem::stored_length_mismatch);
    EXPECT_EQ(inflate_message(hex("00 00 00 00 00 00")).problem, InflateProblem::stored_length_mismatch);
}

TEST(WatchingInflater, RefusesSymbolsWithoutMeaning) {
    for (char const* bits : {"0 10 11000110 00000 0000000 000", "0 10 11000111 00000 0000000 000",
                             "0 10 00110000 0000001 11110 0000000 000", "0 10 00110000 0000001 11111 0000000 000"}) {
        EXPECT_EQ(inflate_message(from_bits(bits)).problem, InflateProblem::bad_symbol) << bits;
        // The same where there is enough input for the quick way.
        EXPECT_EQ(inflate_message(plus(from_bits(bits), Octets(64))).problem, InflateProblem::bad_symbol) << bits;
    }
}

TEST(WatchingInflater, RefusesDistancesBeyondAllThatCameOut) {
    // A literal and a length of 3 from 1 and from 2 back.
    EXPECT_EQ(as_text(inflate_message(from_bits("0 10 01110001 0000001 00000 0000000 000")).out), "AAAA");
    for (auto const& payload : {from_bits("0 10 01110001 0000001 00001 0000000 000"),
                                plus(from_bits("0 10 01110001 0000001 00001 0000000 000"), Octets(64))}) {
        auto const result = inflate_message(payload);
        EXPECT_EQ(result.problem, InflateProblem::distance_too_far);
        EXPECT_EQ(as_text(result.out), "A");
    }
}

// A dynamic block with the code lengths that `lengths` writes, the distances' behind the others: 0 is "10", 1 is "11",
// and the first 256 symbols have none. `counts` are HLIT and HDIST.
std::string dynamic_block(const std::string& lengths, const std::string& data,
                          const std::string& counts = "00000 00000 ") {
    std::string const header = "0 01 " + counts + "0111 ";
    // For 18, 0 and 1, the others are zero.
    std::string const code = "000 000 100 010 000 000 000 000 000 000 000 000 000 000 000 000 000 010 ";
    return header + code + "0 1111111 0 1101011 " + lengths + data;
}

TEST(WatchingInflater, TakesALoneEndOfBlockAsZlibDoes) {
    auto const empty = inflate_message(from_bits(dynamic_block("11 10 ", "0 000")));
    EXPECT_EQ(empty.problem, InflateProblem::none);
    EXPECT_EQ(empty.facts, (InflateFacts{.dynamic = 1}));
    EXPECT_EQ(inflate_message(from_bits(dynamic_block("11 10 ", "1 000"))).problem, InflateProblem::bad_symbol)
        << "the code that nobody assigned";
    EXPECT_EQ(inflate_message(from_bits(dynamic_block("11 11 ", "0 000"))).problem, InflateProblem::none)
        << "a single distance (RFC 1951 3.2.7)";
}

TEST(WatchingInflater, RefusesCodeLengthsThatMakeNoCode) {
    auto const refused = [](const std::string& bits) {
        return inflate_message(from_bits(bits)).problem == InflateProblem::bad_code_lengths;
    };
    EXPECT_TRUE(refused(dynamic_block("10 10 ", "0 000"))) << "no end of block";
    EXPECT_TRUE(refused(dynamic_block("11 0 0000000 ", "0 000"))) << "a repetition beyond the last length";
    auto const zeros = [](int count) {
        std::string out;
        for (; count > 0; --count) out += "10 ";
        return out;
    };
    EXPECT_FALSE(refused(dynamic_block("11 10 " + zeros(29), "0 000", "10111 00000 "))) << "286 symbols";
    EXPECT_TRUE(refused(dynamic_block("11 10 " + zeros(30), "0 000", "01111 00000 "))) << "287 symbols";
    EXPECT_FALSE(refused(dynamic_block("11 10 " + zeros(29), "0 000", "00000 10111 "))) << "30 distances";
    EXPECT_TRUE(refused(dynamic_block("11 10 " + zeros(30), "0 000", "00000 01111 "))) << "31 distances";
    EXPECT_TRUE(refused("0 01 00000 00000 0000 100 100 100 000 " + std::string(64, '0'))) << "too many codes";
    EXPECT_TRUE(refused("0 01 00000 00000 0000 100 010 000 000 " + std::string(64, '0'))) << "too few codes";
    EXPECT_TRUE(refused("0 01 00000 00000 0000 000 000 100 000 " + std::string(64, '0'))) << "one code, half the room";
    EXPECT_TRUE(refused("0 01 00000 00000 0000 000 000 000 000 " + std::string(64, '0'))) << "no codes";
    EXPECT_TRUE(refused("0 01 00000 00000 0000 100 100 000 000 0 00 " + std::string(64, '0')))
        << "repeats the length before the first";
}

TEST(WatchingInflater, IgnoresEverythingAfterAProblemUntilItForgets) {
    WatchingInflater inflater(no_limit);
    Octets out;
    EXPECT_EQ(inflater.feed(hex("06"), out), InflateProblem::reserved_block_type);
    EXPECT_EQ(inflater.feed(hex("f2 48 cd c9 c9 07 00"), out), InflateProblem::reserved_block_type);
    EXPECT_EQ(inflater.end_message(), InflateProblem::reserved_block_type);
    EXPECT_EQ(out, Octets{});
    inflater.forget();
    EXPECT_EQ(as_text(inflate_message(inflater, hex("f2 48 cd c9 c9 07 00")).out), "Hello");
}

TEST(WatchingInflater, HasAnotherTextForEachProblem) {
    std::set<std::string_view> texts;
    for (int i = 0; i <= static_cast<int>(InflateProblem::too_large); ++i)
        texts.insert(to_string(static_cast<InflateProblem>(i)));
    EXPECT_EQ(texts.size(), 9U);
}

// ---- the limit ------------------------------------------------------------------------------------------------------

TEST(WatchingInflater, StopsAtTheLimitInEveryKindOfBlock) {
    Random random(1);
    for (auto const& how : {Deflating{.level = 0}, Deflating{.strategy = Z_FIXED}, Deflating{.level = 9}}) {
        auto const data = plus(random.data(3000), repeated('x', 3000));
        auto const payload = Deflater(how).message(data);
        for (std::size_t const limit : {0U, 1U, 2999U, 3000U, 3001U, 5555U, 5999U}) {
            WatchingInflater inflater(limit);
            auto const result = inflate_message(inflater, payload);
            EXPECT_EQ(result.problem, InflateProblem::too_large) << limit;
            EXPECT_EQ(result.out, Octets(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(limit)));
            EXPECT_EQ(result.facts.octets, limit);
        }
        WatchingInflater inflater(data.size());
        auto const first = inflate_message(inflater, payload);
        EXPECT_EQ(first.problem, InflateProblem::none) << "exactly the limit";
        EXPECT_EQ(first.out, data);
        EXPECT_EQ(inflate_message(inflater, payload).problem, InflateProblem::none) << "the limit is a message's own";
    }
}

TEST(WatchingInflater, StopsABombAtTheLimit) {
    auto const bomb = Deflater().message(Octets(20'000'000));
    WatchingInflater inflater(1'000'000);
    Octets out;
    EXPECT_EQ(inflater.feed(bomb, out), InflateProblem::too_large);
    EXPECT_EQ(out.size(), 1'000'000U);
}

// ---- beside zlib ----------------------------------------------------------------------------------------------------

TEST(WatchingInflater, KeepsExactlyTheLast32768Octets) {
    // Farther back than the internal buffer is long, with everything that slides in between.
    Random random(2);
    for (std::size_t const before : {32767U, 32768U, 32769U, 98'200U, 98'304U, 200'001U}) {
        WatchingInflater inflater(no_limit);
        Octets noise;
        for (std::size_t i = 0; i < before; ++i) noise.push_back(static_cast<Octet>(random.below(256)));
        EXPECT_EQ(inflate_message(inflater, Deflater({.level = 0}).message(noise)).out, noise);
        // Length 3, distance symbol 29 with its 13 extra bits set: 32768.
        auto const result = inflate_message(inflater, from_bits("0 10 0000001 11101 1111111111111 0000000 000"));
        if (before < 32768) {
            EXPECT_EQ(result.problem, InflateProblem::distance_too_far);
            continue;
        }
        EXPECT_EQ(result.problem, InflateProblem::none);
        EXPECT_EQ(result.out, Octets(noise.end() - 32768, noise.end() - 32765));
        EXPECT_EQ(result.facts.reach, 32768U);
        EXPECT_EQ(result.facts.largest_distance, 32768U);
    }
}

TEST(WatchingInflater, ReadsLongMessagesInAnyPieces) {
    Random random(3);
    for (int level = 0; level <= 9; ++level) {
        auto const data = random.data(300'000 + random.below(100'000));
        Deflater deflater({.level = level});
        WatchingInflater inflater(no_limit);
        for (std::size_t const largest : {SIZE_MAX, std::size_t{20}, std::size_t{5000}}) {
            auto const payload = deflater.message(data);
            auto const result = inflate_in_pieces(
                inflater, payload, [&] { return largest == SIZE_MAX ? SIZE_MAX : 1 + random.below(largest); });
            EXPECT_EQ(result.problem, InflateProblem::none);
            EXPECT_TRUE(result.out == data);
            EXPECT_EQ(result.facts.octets, data.size());
        }
    }
}

TEST(WatchingInflater, MeasuresTheWindowThatADeflaterUsed) {
    Random random(4);
    Octets data;
    for (int i = 0; i < 20'000; ++i) append(data, octets(std::to_string(random.below(100'000))));
    for (int bits = 9; bits <= 15; ++bits) {
        auto const result = inflate_message(Deflater({.level = 9, .window_bits = bits}).message(data));
        EXPECT_TRUE(result.out == data);
        EXPECT_LE(result.facts.largest_distance, 1U << bits);
        // zlib stays 262 octets below its window.
        EXPECT_GT(result.facts.largest_distance, 3U << (bits - 3)) << "digits repeat at all distances";
    }
}

/// A message of zlib's as a sender might end it.
Octets some_message(Random& random, Deflater& deflater) {
    Octets payload;
    auto const parts = 1 + random.below(3);
    for (std::size_t i = 0; i < parts; ++i) {
        static constexpr int flushes[] = {Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK, Z_FINISH};
        auto const data = random.data(random.below(random.once_in(10) ? 3000 : 300));
        append(payload, deflater.deflate(data, flushes[random.below(6)]));
    }
    if (random.once_in(6)) {
        append(payload, deflater.deflate({}, Z_FINISH));
        if (!random.once_in(3)) payload.push_back(0);
    } else {
        append(payload, deflater.deflate(octets("."), Z_SYNC_FLUSH));
        if (!random.once_in(10)) payload.resize(payload.size() - 4);
    }
    return payload;
}

void mutate(Random& random, Octets& payload) {
    for (auto times = 1 + random.below(3); times > 0 && !payload.empty(); --times) {
        auto const at = random.below(random.once_in(2) ? std::min<std::size_t>(payload.size(), 20) : payload.size());
        auto const place = payload.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random.below(5)) {
            case 0:
                *place = static_cast<Octet>(*place ^ 1U << random.below(8));
                break;
            case 1:
                *place = static_cast<Octet>(random.below(256));
                break;
            case 2:
                payload.erase(place);
                break;
            case 3:
                payload.insert(place, static_cast<Octet>(random.below(256)));
                break;
            default:
                payload.resize(at);
                break;
        }
    }
}

TEST(WatchingInflater, AgreesWithZlibOnMutatedStreamsHoweverTheyAreSplit) {
    Random random(7692);
    std::size_t accepted = 0, refused = 0, mutated_and_accepted = 0;
    for (int round = 0; round < 10'000; ++round) {
        static constexpr int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
        Deflater deflater({.level = static_cast<int>(random.below(10)),
                           .window_bits = 9 + static_cast<int>(random.below(7)),
                           .memory = 1 + static_cast<int>(random.below(9)),
                           .strategy = strategies[random.below(5)]});
        static WatchingInflater whole(no_limit), by_octet(no_limit), at_random(no_limit);
        for (auto* inflater : {&whole, &by_octet, &at_random}) inflater->forget();
        ZlibOracle oracle;
        for (int message = 0; message < 6; ++message) {
            auto payload = some_message(random, deflater);
            bool const mutated = !random.once_in(3);
            if (mutated) mutate(random, payload);

            auto const expected = oracle.inflate_message(payload);
            auto const result = inflate_message(whole, payload);
            ASSERT_EQ(result.problem == InflateProblem::none, expected.accepted) << to_string(result.problem) << "\n"
                                                                                 << to_hex(payload);
            ASSERT_TRUE(result.out == expected.out) << to_hex(payload);
            ASSERT_EQ(result.facts.octets, expected.out.size());
            if (message == 0) {
                auto const limit = random.below(400);
                WatchingInflater limited(limit);
                auto const cut = inflate_in_pieces(limited, payload, [&] { return 1 + random.below(200); });
                bool const too_large = expected.out.size() > limit;
                ASSERT_EQ(cut.problem, too_large ? InflateProblem::too_large : result.problem) << to_hex(payload);
                auto const allowed = OctetView(expected.out).first(std::min(limit, expected.out.size()));
                ASSERT_EQ(cut.out, Octets(allowed.begin(), allowed.end())) << to_hex(payload);
            }
            ASSERT_EQ(inflate_in_pieces(by_octet, payload, [] { return 1; }), result) << to_hex(payload);
            ASSERT_EQ(inflate_in_pieces(at_random, payload, [&] { return 1 + random.below(40); }), result)
                << to_hex(payload);
            if (!expected.accepted) {
                ++refused;
                break;
            }
            ASSERT_EQ(result.facts.final_blocks, expected.final_blocks) << to_hex(payload);
            ASSERT_EQ(result.facts.ends_behind_final, expected.ends_behind_final) << to_hex(payload);
            ASSERT_EQ(result.facts.tail_left_in, expected.tail_left_in) << to_hex(payload);
            ++accepted;
            if (mutated) ++mutated_and_accepted;
        }
    }
    // The comparison says something only if there is enough of everything.
    EXPECT_GT(accepted, 2000U);
    EXPECT_GT(refused, 2000U);
    EXPECT_GT(mutated_and_accepted, 200U);
}

TEST(WatchingInflater, AgreesWithZlibOnEveryTruncation) {
    Random random(1951);
    for (int level : {0, 1, 6, 9}) {
        auto const payload = Deflater({.level = level}).message(random.data(700));
        for (std::size_t size = 0; size <= payload.size(); ++size) {
            auto const prefix = OctetView(payload).first(size);
            ZlibOracle oracle;
            auto const expected = oracle.inflate_message(prefix);
            auto const result = inflate_message(prefix);
            ASSERT_EQ(result.problem == InflateProblem::none, expected.accepted) << size << " of " << to_hex(payload);
            ASSERT_EQ(result.out, expected.out) << size << " of " << to_hex(payload);
        }
    }
}

}  // namespace
}  // namespace wsspec
