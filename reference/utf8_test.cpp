#include "reference/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace wsspec {
namespace {

/// RFC 3629 section 4, the ABNF itself: one row for each alternative, one range for each octet.
struct Range {
    Octet low;
    Octet high;
};
constexpr Range tail{0x80, 0xbf};
std::vector<std::vector<Range>> const alternatives = {
    {{0x00, 0x7f}},                            // UTF8-1
    {{0xc2, 0xdf}, tail},                      // UTF8-2
    {{0xe0, 0xe0}, {0xa0, 0xbf}, tail},        // UTF8-3
    {{0xe1, 0xec}, tail, tail},                //
    {{0xed, 0xed}, {0x80, 0x9f}, tail},        //
    {{0xee, 0xef}, tail, tail},                //
    {{0xf0, 0xf0}, {0x90, 0xbf}, tail, tail},  // UTF8-4
    {{0xf1, 0xf3}, tail, tail, tail},          //
    {{0xf4, 0xf4}, {0x80, 0x8f}, tail, tail},  //
};

/// Reads the ABNF as it stands: which alternatives still fit the character under way.
class Grammar {
public:
    bool take(Octet octet) {
        std::uint32_t left = 0;
        bool done = false;
        for (std::size_t i = 0; i < alternatives.size(); ++i) {
            const auto& row = alternatives[i];
            if ((fitting_ >> i & 1) == 0 || at_ >= row.size() || octet < row[at_].low || octet > row[at_].high)
                continue;
            left |= 1U << i;
            done = at_ + 1 == row.size();
        }
        fitting_ = done ? all : left;
        at_ = done ? 0 : at_ + 1;
        return left != 0;
    }
    bool complete() const { return at_ == 0; }

private:
    static constexpr std::uint32_t all = 0x1ff;
    std::uint32_t fitting_ = all;
    std::size_t at_ = 0;
};

struct Answer {
    std::optional<std::size_t> bad;
    bool complete = false;  // of no interest when something is bad
    bool operator==(const Answer&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Answer& answer) {
    if (answer.bad) return out << "bad at " << *answer.bad;
    return out << (answer.complete ? "complete" : "open");
}

Answer by_grammar(OctetView text) {
    Grammar grammar;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!grammar.take(text[i])) return {i, false};
    return {std::nullopt, grammar.complete()};
}

Answer by_validator(OctetView text) {
    Utf8Validator validator;
    auto const bad = validator.feed(text);
    return {bad, !bad && validator.complete()};
}

Answer by_validator_in_two(OctetView text, std::size_t cut) {
    Utf8Validator validator;
    if (auto const bad = validator.feed(text.first(cut))) return {bad, false};
    if (auto const bad = validator.feed(text.subspan(cut))) return {cut + *bad, false};
    return {std::nullopt, validator.complete()};
}

/// RFC 3629 section 3, the table of bits; surrogates and beyond as well, to see them refused.
Octets encoded(std::uint32_t point) {
    auto const low_six = [](std::uint32_t bits) { return static_cast<Octet>(0x80 | (bits & 0x3f)); };
    if (point < 0x80) return {static_cast<Octet>(point)};
    if (point < 0x800) return {static_cast<Octet>(0xc0 | point >> 6), low_six(point)};
    if (point < 0x10000) return {static_cast<Octet>(0xe0 | point >> 12), low_six(point >> 6), low_six(point)};
    return {static_cast<Octet>(0xf0 | point >> 18), low_six(point >> 12), low_six(point >> 6), low_six(point)};
}

TEST(Utf8, EveryCodePointIsValid) {
    unsigned count = 0;
    Utf8Validator validator;
    for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
        if (point >= 0xd800 && point <= 0xdfff) continue;
        auto const text = encoded(point);
        ASSERT_EQ(validator.feed(text), std::nullopt) << std::hex << point;
        ASSERT_TRUE(validator.complete()) << std::hex << point;
        ++count;
    }
    EXPECT_EQ(count, 1'112'064U);
}

TEST(Utf8, NoSurrogateIsValidAndItsSecondOctetShowsIt) {
    for (std::uint32_t point = 0xd800; point <= 0xdfff; ++point)
        ASSERT_EQ(by_validator(encoded(point)), (Answer{1, false})) << std::hex << point;
}

TEST(Utf8, NothingAboveTheLastCodePointIsValid) {
    for (std::uint32_t point = 0x110000; point <= 0x13ffff; point += 0x3f)
        ASSERT_EQ(by_validator(encoded(point)), (Answer{1, false})) << std::hex << point << ": f4 90 and up";
    for (std::uint32_t point = 0x140000; point <= 0x1fffff; point += 0xfff)
        ASSERT_EQ(by_validator(encoded(point)), (Answer{0, false})) << std::hex << point << ": f5, f6, f7";
}

TEST(Utf8, EverySequenceOfOneAndTwoOctetsIsAsTheGrammarHasIt) {
    for (unsigned first = 0; first < 256; ++first) {
        Octets const one{static_cast<Octet>(first)};
        ASSERT_EQ(by_validator(one), by_grammar(one)) << to_hex(one);
        for (unsigned second = 0; second < 256; ++second) {
            std::array const two{one[0], static_cast<Octet>(second)};
            ASSERT_EQ(by_validator(two), by_grammar(two)) << to_hex(two);
        }
    }
}

TEST(Utf8, EverySequenceOfThreeOctetsIsAsTheGrammarHasIt) {
    // Validator and grammar are values: what is behind two octets is copied, not repeated, for each of the 256 thirds.
    for (unsigned prefix = 0; prefix < 0x10000; ++prefix) {
        std::array<Octet, 3> three{static_cast<Octet>(prefix >> 8), static_cast<Octet>(prefix), 0};
        Grammar grammar;
        Utf8Validator validator;
        bool const fits = grammar.take(three[0]) && grammar.take(three[1]);
        for (Octet const third : hex("00 80 bf c2 ff")) {  // in one piece
            three[2] = third;
            ASSERT_EQ(by_validator(three), by_grammar(three)) << to_hex(three);
        }
        if (!fits) continue;  // the third has no say
        ASSERT_EQ(validator.feed(OctetView(three).first(2)), std::nullopt) << to_hex(three);
        for (unsigned third = 0; third < 256; ++third) {
            three[2] = static_cast<Octet>(third);
            Grammar grammar_copy = grammar;
            Utf8Validator validator_copy = validator;
            bool const good = grammar_copy.take(three[2]);
            // ASSERT_* costs more than what it looks at here.
            if (validator_copy.feed(OctetView(three).last(1)).has_value() == good ||
                (good && validator_copy.complete() != grammar_copy.complete()))
                FAIL() << to_hex(three);
        }
    }
}

TEST(Utf8, SequencesOfFourOctetsAreAsTheGrammarHasThem) {
    for (unsigned first = 0xef; first <= 0xff; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            for (Octet const third : hex("7f 80 bf c0")) {  // both edges of a tail, inside and outside
                for (Octet const fourth : hex("00 7f 80 bf c0")) {
                    std::array const four{static_cast<Octet>(first), static_cast<Octet>(second), third, fourth};
                    ASSERT_EQ(by_validator(four), by_grammar(four)) << to_hex(four);
                }
            }
        }
    }
}

TEST(Utf8, TellsTheFirstBadOctet) {
    struct Row {
        char const* digits;
        std::size_t bad;
        char const* why;
    };
    for (const auto& row : std::vector<Row>{
             {"80", 0, "a tail alone"},
             {"c0 80", 0, "overlong NUL: c0 begins nothing"},
             {"c1 bf", 0, "overlong DEL"},
             {"e0 9f bf", 1, "overlong U+07FF"},
             {"ed a0 80", 1, "first surrogate"},
             {"f0 8f bf bf", 1, "overlong U+FFFF"},
             {"f4 90 80 80", 1, "U+110000"},
             {"f5 80 80 80", 0, "no octet for it"},
             {"f8 88 80 80 80", 0, "five octets, of RFC 2279"},
             {"fe", 0, "of a byte order mark"},
             {"ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64", 12, "Autobahn's favourite: the second octet of ed a0"},
             {"e1 bd 41", 2, "ASCII inside a sequence"},
             {"e1 c2 80", 1, "a lead inside a sequence"},
         })
        EXPECT_EQ(by_validator(hex(row.digits)), (Answer{row.bad, false})) << row.digits << ": " << row.why;
}

TEST(Utf8, FindsABadOctetAtEveryPlaceOfALongText) {
    // The fast path takes eight octets a turn: every place in and around it, at every alignment.
    for (std::size_t length = 1; length <= 40; ++length) {
        for (std::size_t start = 0; start < 8; ++start) {
            Octets memory(start + length, 'a');
            auto const text = std::span(memory).subspan(start);
            ASSERT_EQ(by_validator(text), (Answer{std::nullopt, true}));
            for (std::size_t bad = 0; bad < length; ++bad) {
                text[bad] = 0xff;
                ASSERT_EQ(by_validator(text), (Answer{bad, false})) << "length " << length << ", start " << start;
                text[bad] = 0x80;
                ASSERT_EQ(by_validator(text), (Answer{bad, false})) << "length " << length << ", start " << start;
                text[bad] = 'a';
            }
        }
    }
}

TEST(Utf8, GivesTheSameAnswerHoweverATextIsCut) {
    Octets mixed = octets("ASCII for eight and more, then ");
    for (std::uint32_t const point : {0x7fU, 0x80U, 0x7ffU, 0x800U, 0xd7ffU, 0xe000U, 0xffffU, 0x10000U, 0x10ffffU}) {
        append(mixed, encoded(point));
        mixed.push_back('.');
    }
    append(mixed, octets(" and ASCII behind them"));
    std::vector<Octets> texts{mixed};
    for (std::size_t i = 0; i < mixed.size(); ++i) {  // with each octet spoilt, and ended at each octet
        texts.push_back(mixed);
        texts.back()[i] ^= 0x80;
        texts.emplace_back(mixed.begin(), mixed.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (const auto& text : texts) {
        auto const expected = by_grammar(text);
        ASSERT_EQ(by_validator(text), expected) << to_hex(text);
        for (std::size_t cut = 0; cut <= text.size(); ++cut)
            ASSERT_EQ(by_validator_in_two(text, cut), expected) << to_hex(text) << ", cut at " << cut;
        Utf8Validator octet_by_octet;
        for (std::size_t i = 0; i < expected.bad.value_or(text.size()); ++i)
            ASSERT_EQ(octet_by_octet.feed(OctetView(text).subspan(i, 1)), std::nullopt) << to_hex(text) << " at " << i;
        if (expected.bad) {
            ASSERT_EQ(octet_by_octet.feed(OctetView(text).subspan(*expected.bad, 1)), 0U) << to_hex(text);
        }
    }
}

TEST(Utf8, EmptyTextIsCompleteAndChangesNothing) {
    Utf8Validator validator;
    EXPECT_EQ(validator.feed({}), std::nullopt);
    EXPECT_TRUE(validator.complete());
    EXPECT_EQ(validator.feed(hex("e1")), std::nullopt);
    EXPECT_EQ(validator.feed({}), std::nullopt);
    EXPECT_FALSE(validator.complete());
}

TEST(Utf8, ResetForgetsAnOpenSequenceAndABadOctet) {
    Utf8Validator validator;
    EXPECT_EQ(validator.feed(hex("f4")), std::nullopt);  // narrows the range of the next octet
    validator.reset();
    EXPECT_TRUE(validator.complete());
    EXPECT_EQ(validator.feed(hex("f1 bf bf bf")), std::nullopt);
    EXPECT_EQ(validator.feed(hex("e0 80")), 1U);
    validator.reset();
    EXPECT_EQ(validator.feed(hex("e1 80 80")), std::nullopt);
    EXPECT_TRUE(validator.complete());
}

TEST(Utf8, OfAWholeTextMustBeComplete) {
    EXPECT_TRUE(is_valid_utf8({}));
    EXPECT_TRUE(is_valid_utf8(octets("κόσμε")));
    EXPECT_FALSE(is_valid_utf8(hex("ce ba e1 bd")));
    EXPECT_FALSE(is_valid_utf8(hex("ff")));
}

}  // namespace
}  // namespace wsspec
