#include "reports/html_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "reference/utf8.h"

namespace wsspec {
namespace {

std::string read_back(std::string_view text, std::size_t limit = 2000, Lines lines = Lines::spelled_out) {
    return nlohmann::json::parse(page_string(text, limit, lines)).get<std::string>();
}

bool fit_for_a_script_element(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f && c != '<' && c != '>' && c != '&'; });
}

TEST(PageString, TextThatCanBeSeenComesBackUnchanged) {
    for (const char* const text : {"", "Hello", "a \"quoted\" \\ <b>&amp;</b>", "K\xc3\xb6ln", "\xe2\x82\xac",
                                   "\xf0\x9f\x98\x80", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"})
        EXPECT_EQ(read_back(text), text);
}

TEST(PageString, WhatCannotBeSeenIsSpelledOut) {
    EXPECT_EQ(read_back("a\nb\r\t"), "a\\nb\\r\\t");
    EXPECT_EQ(read_back(std::string_view("\0\x1b[31m\x7f", 7)), "\\x00\\x1b[31m\\x7f");
    EXPECT_EQ(read_back("\xc2\x85\xc2\xad"), "\\u{85}\\u{ad}");
    EXPECT_EQ(read_back("abc\xe2\x80\xae"
                        "cba"),
              "abc\\u{202e}cba");
    EXPECT_EQ(read_back("\xe2\x81\xa6\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf"), "\\u{2066}\\u{2028}\\u{2029}\\u{feff}");
    EXPECT_EQ(read_back("\xf3\xa0\x81\x81\xee\x80\x80\xef\xbf\xbf"), "\\u{e0041}\\u{e000}\\u{ffff}");
}

TEST(PageString, OctetsThatAreNoUtf8AreSpelledOut) {
    EXPECT_EQ(read_back("\xff"
                        "a\x80"),
              "\\xffa\\x80");
    EXPECT_EQ(read_back("\xc0\xaf"), "\\xc0\\xaf");                    // Too long for its character.
    EXPECT_EQ(read_back("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // Half a surrogate pair.
    EXPECT_EQ(read_back("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // Beyond U+10FFFF.
    EXPECT_EQ(read_back("\xe2\x82"), "\\xe2\\x82");                    // Cut off.
    EXPECT_EQ(read_back("\xe2\x82"
                        "A"),
              "\\xe2\\x82"
              "A");
}

TEST(PageString, LineFeedsOfOursStay) { EXPECT_EQ(read_back("a\nb\r", 100, Lines::kept), "a\nb\\r"); }

TEST(PageString, LongTextIsCutAndSaysSo) {
    std::string const text(1 << 20, 'x');
    EXPECT_EQ(read_back(text, 10), "xxxxxxxxxx\xe2\x80\xa6 (cut; 1048576 octets in all)");
    EXPECT_EQ(read_back("0123456789", 10), "0123456789");
    std::string const hostile(1 << 20, '\xff');
    EXPECT_LT(page_string(hostile).size(), 20'000U);
}

// Whatever the octets: printable ASCII that cannot end the element, JSON, and no character that is not to be seen.
TEST(PageString, AnyOctetsAreFitForTheElement) {
    std::mt19937 random(6455);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (auto length = random() % 40; length > 0; --length) {
            // Half of it near the interesting lead octets.
            constexpr std::string_view leads = "\xc2\xe2\x80\xa8\xae\xed\xf3\xf4\xef<>&\"\\/\0\x1b";
            text += random() % 2 == 0 ? static_cast<char>(random() & 0xff) : leads[random() % leads.size()];
        }
        std::string const literal = page_string(text);
        ASSERT_TRUE(fit_for_a_script_element(literal)) << literal;
        std::string const back = nlohmann::json::parse(literal).get<std::string>();
        Utf8Validator validator;
        ASSERT_FALSE(validator.feed(as_octets(back)));
        for (std::string_view const unseen : {"\xe2\x80\xa8", "\xe2\x80\xae", "\xef\xbb\xbf", "\x1b"})
            ASSERT_EQ(back.find(unseen), std::string::npos);
    }
}

TEST(Base64, Rfc4648Section10) {
    EXPECT_EQ(base64({}), "");
    EXPECT_EQ(base64(as_octets("f")), "Zg==");
    EXPECT_EQ(base64(as_octets("fo")), "Zm8=");
    EXPECT_EQ(base64(as_octets("foo")), "Zm9v");
    EXPECT_EQ(base64(as_octets("foob")), "Zm9vYg==");
    EXPECT_EQ(base64(as_octets("fooba")), "Zm9vYmE=");
    EXPECT_EQ(base64(as_octets("foobar")), "Zm9vYmFy");
    EXPECT_EQ(base64(hex("fb ff fe")), "+//+");
}

}  // namespace
}  // namespace wsspec
