#include "cases/corpus.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

#include "cases/corpora.h"
#include "reference/utf8.h"

namespace wsspec {
namespace {

using Kind = Content::Kind;

/// The sizes of groups 12 and 13.
constexpr std::size_t sizes[] = {16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072};

/// The size that a message has when it stands alone in permessage-deflate (RFC 7692 section 7.2.1), level 6.
std::size_t deflated_size(OctetView plain) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    Octets out(deflateBound(&stream, static_cast<uLong>(plain.size())) + 64);
    stream.next_in = const_cast<Bytef*>(plain.data());
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_SYNC_FLUSH), Z_OK);
    EXPECT_EQ(stream.avail_in, 0U);
    std::size_t const size = stream.total_out - 4;
    deflateEnd(&stream);
    return size;
}

/// Compressed octets over plain ones, of all messages of this size.
double ratio(Kind kind, Opcode opcode, std::size_t size) {
    Messages const messages({.kind = kind}, opcode, size);
    std::size_t plain = 0;
    std::size_t compressed = 0;
    for (std::uint64_t n = 0; n < messages.period(); ++n) {
        auto const one = message({.kind = kind}, opcode, size, n);
        plain += one.size();
        compressed += deflated_size(one);
    }
    return static_cast<double>(compressed) / static_cast<double>(plain);
}

struct Expected {
    const char* name;
    Kind kind;
    Opcode opcode;
    std::size_t octets;
    unsigned long checksum;
    struct {
        double least;
        double most;
    } of_64, of_1024, of_8192, of_131072;
};
/// The corpora as groups 12 and 13 send them. The ratios of Autobahn's files lie in or near these bands.
const Expected corpora[] = {
    {"json", Kind::json, Opcode::text, 262144, 19293884, {0.50, 0.80}, {0.12, 0.25}, {0.04, 0.09}, {0.02, 0.10}},
    {"photo", Kind::photo, Opcode::binary, 262144, 3918576112, {0.90, 1.10}, {0.80, 0.98}, {0.80, 0.96}, {0.80, 0.96}},
    {"prose", Kind::prose, Opcode::binary, 262144, 1265051914, {0.90, 1.05}, {0.50, 0.65}, {0.36, 0.50}, {0.26, 0.42}},
    {"html", Kind::html, Opcode::text, 263532, 1182175906, {0.75, 0.95}, {0.18, 0.30}, {0.06, 0.12}, {0.03, 0.10}},
    {"document",
     Kind::document,
     Opcode::binary,
     262144,
     265875082,
     {0.95, 1.10},
     {0.88, 1.01},
     {0.80, 0.98},
     {0.75, 0.90}},
};

TEST(Corpus, SizesAreExact) {
    for (const auto& row : corpora) {
        const auto& made = corpus(row.kind);
        EXPECT_EQ(made.units(row.opcode), corpus_size) << row.name;
        EXPECT_EQ(made.octets.size(), row.octets) << row.name;
        EXPECT_EQ(&corpus(row.kind), &made) << row.name << " is made twice";
    }
    EXPECT_TRUE(corpus(Kind::pattern).octets.empty());
}

// On every platform, with every library. Who changes a generator changes what figures of old runs are about.
TEST(Corpus, StaysWhatItIs) {
    for (const auto& row : corpora) {
        const auto& made = corpus(row.kind).octets;
        EXPECT_EQ(crc32(0, made.data(), static_cast<uInt>(made.size())), row.checksum) << row.name;
    }
}

TEST(Corpus, TextsAreUtf8AndPicturesAreNot) {
    EXPECT_TRUE(is_valid_utf8(corpus(Kind::json).octets));
    EXPECT_TRUE(is_valid_utf8(corpus(Kind::prose).octets));
    EXPECT_TRUE(is_valid_utf8(corpus(Kind::html).octets));
    EXPECT_FALSE(is_valid_utf8(corpus(Kind::photo).octets));
    EXPECT_FALSE(is_valid_utf8(corpus(Kind::document).octets));
    EXPECT_TRUE(corpus(Kind::json).starts.empty());
    EXPECT_EQ(to_hex(corpus(Kind::prose).octets, 3), "ef bb bf …");
}

TEST(Corpus, CompressesAboutLikeAutobahns) {
    for (const auto& row : corpora) {
        auto const within = [&](std::size_t size, auto band) {
            double const found = ratio(row.kind, row.opcode, size);
            EXPECT_GE(found, band.least) << row.name << " in messages of " << size;
            EXPECT_LE(found, band.most) << row.name << " in messages of " << size;
        };
        within(64, row.of_64);
        within(1024, row.of_1024);
        within(8192, row.of_8192);
        within(131072, row.of_131072);
    }
}

TEST(Messages, TextsAreCutAtCodePoints) {
    for (Kind const kind : {Kind::json, Kind::prose, Kind::html}) {
        for (std::size_t const size : sizes) {
            Messages const messages({.kind = kind}, Opcode::text, size);
            for (std::uint64_t n = 0; n < corpus_size / size + 2; ++n) {
                Octets one(messages[n].size());
                messages[n].copy(0, one);
                ASSERT_TRUE(is_valid_utf8(one)) << "message " << n << " of " << size;
                std::size_t points = 0;
                for (Octet const octet : one) points += begins_code_point(octet) ? 1 : 0;
                ASSERT_EQ(points, size) << "message " << n;
            }
        }
    }
}

// 1000 divides none of the corpora: the last message of a round has the beginning of the next.
TEST(Messages, GoOnWhereTheLastOneEnded) {
    for (const auto& row : corpora) {
        for (std::size_t const size : {std::size_t{1000}, std::size_t{131072}, 2 * corpus_size + 1000}) {
            const auto& whole = corpus(row.kind).octets;
            Messages const messages({.kind = row.kind}, row.opcode, size);
            std::size_t at = 0;
            for (std::uint64_t n = 0; n < 300 && at < 3 * whole.size(); ++n) {
                auto const one = message({.kind = row.kind}, row.opcode, size, n);
                EXPECT_EQ(messages[n].size(), one.size());
                for (Octet const octet : one) ASSERT_EQ(octet, whole[at++ % whole.size()]) << row.name << " " << n;
            }
            EXPECT_GE(at, 300 * std::size_t{1000}) << row.name;
        }
    }
}

TEST(Messages, ComeAgainAfterThePeriod) {
    struct Row {
        Content content;
        std::size_t size;
        std::uint64_t period;
    };
    for (const auto& [content, size, period] : std::vector<Row>{
             {{.kind = Kind::json}, 64, 4096},
             {{.kind = Kind::html}, 131072, 2},
             {{.kind = Kind::photo}, corpus_size, 1},
             {{.kind = Kind::photo}, 0, 1},
             {{.kind = Kind::photo}, 3, corpus_size},
             {{.kind = Kind::pattern, .pattern = octets("abc")}, 7, 1},
         }) {
        Opcode const opcode = content.kind == Kind::html ? Opcode::text : Opcode::binary;
        Messages const messages(content, opcode, size);
        EXPECT_EQ(messages.period(), period);
        EXPECT_EQ(message(content, opcode, size, 5), message(content, opcode, size, 5 + period));
    }
}

TEST(Messages, NumbersMayBeLarge) {
    std::uint64_t const n = UINT64_MAX - UINT64_MAX % corpus_size + 3;
    EXPECT_EQ(message({.kind = Kind::html}, Opcode::text, 100, n), message({.kind = Kind::html}, Opcode::text, 100, 3));
}

TEST(Messages, OfAPatternStartAtItsBeginning) {
    Content const abc{.kind = Kind::pattern, .pattern = octets("abc")};
    for (std::uint64_t const n : {0U, 1U, 2U, 999U}) {
        EXPECT_EQ(message(abc, Opcode::text, 7, n), octets("abcabca"));
        EXPECT_EQ(message(abc, Opcode::text, 0, n), Octets{});
        EXPECT_EQ(message(abc, Opcode::binary, 100001, n), pattern("abc", 100001));
    }
    // Longer than the run that patterns are expanded to.
    Octets const wide = pattern("0123456789abcdef!", 20000);
    EXPECT_EQ(message({.kind = Kind::pattern, .pattern = wide}, Opcode::text, 20000, 1), wide);
    EXPECT_EQ(message({}, Opcode::text, 7, 0), Octets{}) << "an empty pattern";
}

// Pieces anywhere say the same as the whole: copied, and compared.
TEST(MessageOctets, AnyPieceIsThatOfTheWhole) {
    for (Kind const kind : {Kind::pattern, Kind::photo, Kind::html}) {
        Content const content{.kind = kind, .pattern = octets("BAsd7&jh23")};
        Opcode const opcode = kind == Kind::html ? Opcode::text : Opcode::binary;
        constexpr std::size_t size = 100000;
        Messages const messages(content, opcode, size);
        Octets const whole = message(content, opcode, size, 2);  // goes around the end of a corpus
        auto const one = messages[2];
        ASSERT_EQ(one.size(), whole.size());
        for (std::size_t const length : {1U, 9U, 4096U, 8192U, 8193U, 60000U}) {
            for (std::size_t at = 0; at + length <= size; at += 7919) {
                Octets piece(length);
                one.copy(at, piece);
                ASSERT_TRUE(std::ranges::equal(piece, OctetView(whole).subspan(at, length))) << at << " " << length;
                ASSERT_TRUE(one.equals(at, piece));
                for (std::size_t const bad : {std::size_t{0}, length / 2, length - 1}) {
                    piece[bad] ^= 1;
                    ASSERT_FALSE(one.equals(at, piece)) << at << " " << length << " " << bad;
                    piece[bad] ^= 1;
                }
            }
        }
    }
}

TEST(MessageOctets, NothingStandsBehindTheEnd) {
    Messages const messages({.kind = Kind::pattern, .pattern = octets("*")}, Opcode::text, 10);
    auto const one = messages[0];
    EXPECT_TRUE(one.equals(0, octets("**********")));
    EXPECT_FALSE(one.equals(0, octets("***********")));
    EXPECT_FALSE(one.equals(9, octets("**")));
    EXPECT_TRUE(one.equals(10, {}));
    EXPECT_FALSE(one.equals(11, {}));
    EXPECT_FALSE(one.equals(SIZE_MAX, octets("*")));
    Messages const empty({}, Opcode::binary, 0);
    EXPECT_TRUE(empty[0].equals(0, {}));
    EXPECT_FALSE(empty[0].equals(0, octets("*")));
}

// 4 GiB that nobody has in memory.
TEST(MessageOctets, LargeMessagesTakeNoMemory) {
    constexpr std::size_t size = std::size_t{4} << 30U;
    Messages const messages({.kind = Kind::pattern, .pattern = octets("0123456")}, Opcode::binary, size);
    Octets end(5);
    messages[0].copy(size - 5, end);
    Octets wanted;
    for (std::size_t at = size - 5; at < size; ++at) wanted.push_back(static_cast<Octet>('0' + at % 7));
    EXPECT_EQ(end, wanted);
    EXPECT_TRUE(messages[0].equals(size - 5, wanted));
}

}  // namespace
}  // namespace wsspec
