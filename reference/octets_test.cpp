#include "reference/octets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace wsspec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Octets, OfATextAreItsCharactersUnchanged) {
    EXPECT_THAT(octets("aZ"), ElementsAre(0x61, 0x5a));
    EXPECT_THAT(octets(""), IsEmpty());
    EXPECT_THAT(octets(std::string_view("\0\xff", 2)), ElementsAre(0x00, 0xff)) << "NUL and a negative char";
}

TEST(Hex, ReadsDigitsOfBothCasesAndSkipsBlanks) {
    EXPECT_THAT(hex("00 ff aB Cd"), ElementsAre(0x00, 0xff, 0xab, 0xcd));
    EXPECT_THAT(hex("00ffabcd"), ElementsAre(0x00, 0xff, 0xab, 0xcd));
    EXPECT_THAT(hex("  1 2  "), ElementsAre(0x12)) << "blanks are for the reader, wherever they are";
    EXPECT_THAT(hex(""), IsEmpty());
}

TEST(Hex, RefusesWhatIsNoHexadecimal) {
    EXPECT_THROW(hex("0"), std::invalid_argument) << "half an octet";
    EXPECT_THROW(hex("00 1"), std::invalid_argument) << "half an octet at the end";
    for (char const* text : {"0g", "0G", "0x", "-1", "0\t0", "/0", ":0", "@0", "`0"})  // neighbours of the digits
        EXPECT_THROW(hex(text), std::invalid_argument) << text;
}

TEST(Hex, AndToHexAreInverse) {
    Octets all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<Octet>(i));
    EXPECT_EQ(hex(to_hex(all)), all);
}

TEST(ToHex, SeparatesOctetsAndStopsAtTheLimit) {
    Octets const some{0x00, 0x0f, 0xf0};
    EXPECT_EQ(to_hex({}), "");
    EXPECT_EQ(to_hex(some), "00 0f f0");
    EXPECT_EQ(to_hex(some, 3), "00 0f f0") << "a limit that is just reached cuts nothing";
    EXPECT_EQ(to_hex(some, 2), "00 0f …");
    EXPECT_EQ(to_hex(some, 0), "…");
}

TEST(Repeated, GivesSoManyOfOneOctet) {
    EXPECT_THAT(repeated(0x2a, 3), ElementsAre(0x2a, 0x2a, 0x2a));
    EXPECT_THAT(repeated(0x2a, 0), IsEmpty());
}

TEST(Pattern, RepeatsAndCutsOff) {
    EXPECT_EQ(pattern("abc", 7), octets("abcabca"));
    EXPECT_EQ(pattern("abc", 2), octets("ab"));
    EXPECT_EQ(pattern("\xff", 2), hex("ff ff"));
    EXPECT_THAT(pattern("abc", 0), IsEmpty());
}

TEST(Printable, EscapesAllThatIsNotPrintableAscii) {
    EXPECT_EQ(printable("Hello, \"world\"~"), "Hello, \"world\"~");
    EXPECT_EQ(printable("\r\n\t\\"), "\\r\\n\\t\\\\");
    EXPECT_EQ(printable(std::string_view("\0\x1f\x7f\x80\xff", 5)), "\\x00\\x1f\\x7f\\x80\\xff");
    EXPECT_EQ(printable("\x1b[31m"), "\\x1b[31m") << "no terminal obeys a peer";
    EXPECT_EQ(printable("abc", 3), "abc");
    EXPECT_EQ(printable("abc", 2), "ab…");
    EXPECT_EQ(printable("\n\n\n", 2), "\\n\\n…") << "the limit counts octets of the text";
}

TEST(Printable, GivesOnlyPrintableAsciiForEveryOctet) {
    for (int i = 0; i < 256; ++i) {
        char const c = static_cast<char>(i);
        for (char const shown : printable({&c, 1})) EXPECT_TRUE(shown >= 0x20 && shown <= 0x7e) << i;
    }
}

TEST(AsText, AndAsOctetsViewTheSameMemory) {
    std::string_view const text = "\xc3\xa9";
    EXPECT_THAT(as_octets(text), ElementsAre(0xc3, 0xa9));
    EXPECT_EQ(static_cast<void const*>(as_octets(text).data()), text.data());
    EXPECT_EQ(as_text(as_octets(text)), text);
    EXPECT_EQ(as_text({}), "");
}

TEST(Append, AddsBehind) {
    Octets to{1};
    append(to, Octets{2, 3});
    append(to, {});
    EXPECT_THAT(to, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace wsspec
