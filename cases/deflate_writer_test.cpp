#include "cases/deflate_writer.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>

#include "reference/watching_inflater.h"

namespace wsspec {
namespace {

/// Whole messages, the second in the context of the first.
struct Inflated {
    InflateProblem problem = InflateProblem::none;
    std::string text;
    InflateFacts facts;
};

Inflated inflate_message(WatchingInflater& inflater, const Octets& message) {
    Octets out;
    inflater.feed(message, out);
    Inflated result;
    result.problem = inflater.end_message();
    result.text = as_text(out);
    result.facts = inflater.facts();
    return result;
}

Inflated inflate_message(const Octets& message) {
    WatchingInflater inflater(UINT64_MAX);
    return inflate_message(inflater, message);
}

/// What zlib makes of it, "zlib: " and its complaint if it does.
std::string inflated_by_zlib(const Octets& data) {
    z_stream stream{};
    if (inflateInit2(&stream, -15) != Z_OK) return "zlib: no inflater";
    Octets out(1'000'000);
    stream.next_in = const_cast<Octet*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    int const status = inflate(&stream, Z_SYNC_FLUSH);
    std::string const complaint = stream.msg == nullptr ? "" : stream.msg;
    out.resize(out.size() - stream.avail_out);
    bool const all_used = stream.avail_in == 0;
    inflateEnd(&stream);
    if (status != Z_OK && status != Z_STREAM_END) return "zlib: " + complaint;
    return all_used ? std::string(as_text(out)) : "zlib: does not use all";
}

// ---- the examples of RFC 7692 7.2.3 ---------------------------------------------------------------------------------

TEST(DeflateWriter, WritesTheExamplesOfRfc7692) {
    EXPECT_EQ(DeflateWriter{}.fixed({literal("Hello")}).message(), hex("f2 48 cd c9 c9 07 00")) << "7.2.3.1";
    EXPECT_EQ(DeflateWriter{}.fixed({literal("H"), copy(5, 4)}).message(), hex("f2 00 11 00 00")) << "7.2.3.2";
    EXPECT_EQ(DeflateWriter{}.stored("Hello").message(), hex("00 05 00 fa ff 48 65 6c 6c 6f 00")) << "7.2.3.3";
    EXPECT_EQ(DeflateWriter{}.bfinal().fixed({literal("Hello")}).message(), hex("f3 48 cd c9 c9 07 00 00"))
        << "7.2.3.4";
    EXPECT_EQ(DeflateWriter{}.fixed({literal("He")}).empty_stored().fixed({literal("llo")}).message(),
              hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"))
        << "7.2.3.5";
    EXPECT_EQ(DeflateWriter{}.message(), hex("00")) << "7.2.3.6";
    EXPECT_EQ(DeflateWriter{}.fixed({}).message(), hex("02 00")) << "7.2.3.6, with the empty block of most compressors";
}

TEST(DeflateWriter, EndsInThreeWays) {
    auto const hello = DeflateWriter{}.fixed({literal("Hello")});
    EXPECT_EQ(hello.with_tail(), hex("f2 48 cd c9 c9 07 00 00 00 ff ff"));
    EXPECT_EQ(hello.as_is(), hex("f2 48 cd c9 c9 07 00")) << "50 bits";
    EXPECT_EQ(DeflateWriter{}.stored("a").as_is(), hex("00 01 00 fe ff 61"));
    EXPECT_EQ(hello.message(), hello.message()) << "nothing is used up";
    EXPECT_EQ(DeflateWriter{}.bfinal().message(), hex("01"));
}

// ---- bits -----------------------------------------------------------------------------------------------------------

TEST(DeflateWriter, WritesBitsLowestFirstAndCodesHighestFirst) {
    EXPECT_EQ(DeflateWriter{}.bits(0b110, 3).as_is(), hex("06"));
    EXPECT_EQ(DeflateWriter{}.code(0b110, 3).as_is(), hex("03"));
    EXPECT_EQ(DeflateWriter{}.bits(0b1, 1).bits(0xdeadbeef, 32).as_is(), hex("df 7d 5b bd 01"));
    EXPECT_EQ(DeflateWriter{}.bits(0, 0).as_is(), Octets{});
    EXPECT_THROW(DeflateWriter{}.bits(0, 33), std::invalid_argument);
    EXPECT_THROW(DeflateWriter{}.code(0, 33), std::invalid_argument);
}

TEST(DeflateWriter, PadsWithWhatItIsTold) {
    EXPECT_EQ(DeflateWriter{}.bits(1, 1).align().bits(1, 1).align().align().as_is(), hex("01 01"));
    EXPECT_EQ(DeflateWriter{}.padding(0xff).bits(0, 3).align().as_is(), hex("f8"));
    EXPECT_EQ(DeflateWriter{}.padding(0x80).bits(0, 7).align().as_is(), hex("80"));
    EXPECT_EQ(DeflateWriter{}.padding(0x87).bits(0, 3).align().as_is(), hex("80"));
    EXPECT_EQ(DeflateWriter{}.padding(0xff).stored("a").message(), hex("f8 01 00 fe ff 61 f8"));
    EXPECT_TRUE(inflate_message(DeflateWriter{}.padding(0xff).stored("a").message()).facts.padding);
    EXPECT_TRUE(inflate_message(DeflateWriter{}.padding(0xff).bfinal().fixed({}).padding(0).message()).facts.padding);
    EXPECT_FALSE(inflate_message(DeflateWriter{}.bfinal().fixed({}).stored("a").message()).facts.padding);
}

// ---- what it writes can be read -------------------------------------------------------------------------------------

/// Items of all kinds, and the text that they make; all back-references stay within.
std::vector<DeflateItem> some_items(std::mt19937& random, std::string& text) {
    std::vector<DeflateItem> items;
    auto const alphabet = 1 + random() % 256;
    for (auto count = random() % 60; count > 0; --count) {
        if (text.empty() || random() % 2 == 0) {
            Octets octets;
            for (auto size = random() % 20; size > 0; --size) octets.push_back(static_cast<Octet>(random() % alphabet));
            text += as_text(octets);
            items.push_back(literal(octets));
        } else {
            auto const distance = static_cast<unsigned>(1 + random() % std::min<std::size_t>(text.size(), 32768));
            auto const length = static_cast<unsigned>(random() % 3 == 0 ? 3 + random() % 256 : 3 + random() % 8);
            for (unsigned i = 0; i < length; ++i) text.push_back(text[text.size() - distance]);
            items.push_back(copy(distance, length));
        }
    }
    return items;
}

TEST(DeflateWriter, WritesWhatZlibAndTheWatchingInflaterReadAsItWasMeant) {
    std::mt19937 random(1951);
    for (int round = 0; round < 2000; ++round) {
        DeflateWriter writer;
        std::string text;
        InflateFacts facts;
        for (auto blocks = random() % 5; blocks > 0; --blocks) {
            auto const kind = random() % 5;
            if (kind == 0) {
                auto const data = std::string(random() % 40, 'x');
                writer.stored(data);
                text += data;
                ++facts.stored;
                continue;
            }
            auto const items = some_items(random, text);
            for (const auto& item : items) facts.largest_distance = std::max(facts.largest_distance, item.distance);
            if (kind == 1) {
                writer.fixed(items);
                ++facts.fixed;
            } else {
                writer.dynamic(items, kind == 2 ? DeflateCodeShape::steep : DeflateCodeShape::flat);
                ++facts.dynamic;
            }
        }
        facts.octets = text.size();
        ASSERT_EQ(inflated_by_zlib(writer.with_tail()), text);
        auto const result = inflate_message(writer.message());
        ASSERT_EQ(result.problem, InflateProblem::none) << to_string(result.problem);
        ASSERT_EQ(result.text, text);
        ASSERT_EQ(result.facts, facts);
    }
}

TEST(DeflateWriter, WritesEveryLengthAndTheEdgesOfAllDistances) {
    Octets noise;
    std::mt19937 random(3);
    while (noise.size() < 32768) noise.push_back(static_cast<Octet>(random()));
    std::vector<unsigned> distances{1, 32768};
    for (unsigned edge = 2; edge < 32768; edge *= 2)
        for (unsigned const base : {edge, edge + edge / 2})
            for (unsigned const distance : {base - 1, base, base + 1}) distances.push_back(distance);

    for (bool const dynamic : {false, true}) {
        auto text = std::string(as_text(noise));
        DeflateWriter writer;
        writer.stored(noise);
        auto const check = [&](unsigned distance, unsigned length) {
            std::vector<DeflateItem> const items{copy(distance, length)};
            dynamic ? writer.dynamic(items) : writer.fixed(items);
            for (unsigned i = 0; i < length; ++i) text.push_back(text[text.size() - distance]);
        };
        for (unsigned length = 3; length <= 258; ++length) check(length, length);
        for (unsigned const distance : distances) check(distance, 3);
        EXPECT_TRUE(inflated_by_zlib(writer.with_tail()) == text);
        auto const result = inflate_message(writer.message());
        EXPECT_TRUE(result.text == text);
        EXPECT_EQ(result.facts.largest_distance, 32768U);
    }
}

TEST(DeflateWriter, RefusesWhatDeflateCannotSay) {
    EXPECT_THROW(copy(0, 3), std::invalid_argument);
    EXPECT_THROW(copy(32769, 3), std::invalid_argument);
    EXPECT_THROW(copy(1, 2), std::invalid_argument);
    EXPECT_THROW(copy(1, 259), std::invalid_argument);
    EXPECT_THROW(DeflateWriter{}.stored(Octets(65536)), std::invalid_argument);
    EXPECT_EQ(inflate_message(DeflateWriter{}.stored(Octets(65535)).message()).facts.octets, 65535U);
}

TEST(DeflateWriter, WritesDynamicBlocksOfAnyAlphabet) {
    EXPECT_EQ(inflated_by_zlib(DeflateWriter{}.dynamic({}).with_tail()), "");
    EXPECT_EQ(inflate_message(DeflateWriter{}.dynamic({}).message()).facts, (InflateFacts{.dynamic = 1}));

    std::vector<DeflateItem> everything;
    std::string text;
    for (unsigned octet = 0; octet < 256; ++octet) text.push_back(static_cast<char>(octet));
    everything.push_back(literal(text));
    everything.push_back(copy(256, 128));
    text += text.substr(0, 128);
    for (auto const shape : {DeflateCodeShape::flat, DeflateCodeShape::steep}) {
        EXPECT_EQ(inflated_by_zlib(DeflateWriter{}.dynamic(everything, shape).with_tail()), text);
        EXPECT_EQ(inflate_message(DeflateWriter{}.dynamic(everything, shape).message()).text, text);
    }
}

TEST(DeflateWriter, WritesCodesOf15Bits) {
    // 15 literals and the end of block. The first code has a bit, each one more, the last two have 15: what a literal
    // adds to the message is the length of its code.
    auto const octets_for = [](std::string_view repeated) {
        return DeflateWriter{}
            .dynamic({literal("abcdefghijklmn"), literal(repeated)}, DeflateCodeShape::steep)
            .as_is()
            .size();
    };
    auto const none = octets_for("");
    EXPECT_EQ(octets_for("aaaaaaaa") - none, 2U) << "behind NUL, which has one";
    EXPECT_EQ(octets_for("nnnnnnnn") - none, 15U);
    EXPECT_EQ(
        inflated_by_zlib(
            DeflateWriter{}.dynamic({literal("abcdefghijklmn"), literal("na")}, DeflateCodeShape::steep).with_tail()),
        "abcdefghijklmnna");
}

TEST(DeflateWriter, WritesTheLongestSymbolsThatThereAre) {
    // 10 bits for each of two literals, 15 + 5 for a length, 15 + 13 for a distance: more than 64 bits in a row.
    auto text = std::string(as_text(pattern("0123456789abcdefghijklmnopqrstuvwxyz", 32768)));
    DeflateWriter writer;
    writer.stored(text);
    std::vector<DeflateItem> items;
    auto const put = [&](std::string_view literals, unsigned distance, unsigned length) {
        items.push_back(literal(literals));
        items.push_back(copy(distance, length));
        text += literals;
        for (unsigned i = 0; i < length; ++i) text.push_back(text[text.size() - distance]);
    };
    for (unsigned distance = 1; distance <= 32768; distance *= 2) put("abcdefghijklmn", distance, 3);
    for (unsigned i = 0; i < 100; ++i) put("ii", 32768 - i, 227 + i % 31);
    writer.dynamic(items, DeflateCodeShape::steep);
    EXPECT_TRUE(inflated_by_zlib(writer.with_tail()) == text);
    EXPECT_TRUE(inflate_message(writer.message()).text == text);
}

// ---- faults ---------------------------------------------------------------------------------------------------------

TEST(DeflateWriter, WritesFaults) {
    auto const problem = [](const DeflateWriter& writer) { return inflate_message(writer.message()).problem; };
    EXPECT_EQ(DeflateWriter{}.reserved_block().as_is(), hex("06"));
    EXPECT_EQ(DeflateWriter{}.bfinal().reserved_block().as_is(), hex("07"));
    EXPECT_EQ(problem(DeflateWriter{}.reserved_block()), InflateProblem::reserved_block_type);
    EXPECT_EQ(problem(DeflateWriter{}.stored_claiming(5, 5, octets("Hello"))), InflateProblem::stored_length_mismatch);
    EXPECT_EQ(problem(DeflateWriter{}.stored_claiming(7, 0xfff8, octets("Hello"))), InflateProblem::ends_inside_block);
    EXPECT_EQ(problem(DeflateWriter{}.fixed({literal("abc"), copy(4, 3)})), InflateProblem::distance_too_far);
    EXPECT_EQ(problem(DeflateWriter{}.bits(0b010, 3).code(0b0000001, 7).code(30, 5)), InflateProblem::bad_symbol);
    EXPECT_EQ(problem(DeflateWriter{}.bits(0b100, 3).bits(0x3fff, 14)), InflateProblem::bad_code_lengths);

    auto const swallowing = inflate_message(DeflateWriter{}.stored_claiming(9, 0xfff6, octets("Hello")).as_is());
    EXPECT_EQ(swallowing.problem, InflateProblem::ends_inside_block) << "00 00 ff ff is no data";
    EXPECT_EQ(swallowing.text, "Hello");
}

TEST(DeflateWriter, WritesFinalBlocksAnywhere) {
    auto const two = inflate_message(
        DeflateWriter{}.bfinal().dynamic({literal("Hello")}).bfinal().fixed({copy(5, 5)}).fixed({}).message());
    EXPECT_EQ(two.text, "HelloHello");
    EXPECT_EQ(two.facts.final_blocks, 2U);
    EXPECT_TRUE(two.facts.reaches_over_final);

    auto const bare = inflate_message(DeflateWriter{}.bfinal().fixed({literal("Hello")}).as_is());
    EXPECT_EQ(bare.text, "Hello");
    EXPECT_TRUE(bare.facts.ends_behind_final);

    auto const kept = inflate_message(DeflateWriter{}.fixed({literal("Hello")}).with_tail());
    EXPECT_EQ(kept.text, "Hello");
    EXPECT_TRUE(kept.facts.tail_left_in);
}

TEST(DeflateWriter, WritesBackReferencesToEarlierMessages) {
    WatchingInflater inflater(UINT64_MAX);
    inflate_message(inflater, DeflateWriter{}.stored(pattern("0123456789", 5000)).message());
    auto const result = inflate_message(inflater, DeflateWriter{}.fixed({literal("abc"), copy(4099, 5)}).message());
    EXPECT_EQ(result.text, "abc45678");
    EXPECT_EQ(result.facts.reach, 4096U);
    EXPECT_EQ(result.facts.largest_distance, 4099U);
}

}  // namespace
}  // namespace wsspec
