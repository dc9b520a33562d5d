#include "reference/extensions.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wsspec {
namespace {

using Parameters = std::vector<ExtensionParameter>;

struct Good {
    std::vector<std::string_view> values;
    std::vector<Extension> extensions;
    char const* why;
};

std::vector<Good> const good = {
    {{"foo"}, {{"foo", {}}}, "9.1, the first example"},
    {{"foo; bar"}, {{"foo", {{"bar", std::nullopt}}}}, "a parameter without a value"},
    {{"foo; bar; baz=2"}, {{"foo", {{"bar", std::nullopt}, {"baz", "2"}}}}, "9.1, the first line of its example"},
    {{"foo, bar; baz=2"}, {{"foo", {}}, {"bar", {{"baz", "2"}}}}, "9.1, on one line"},
    {{"foo", "bar; baz=2"}, {{"foo", {}}, {"bar", {{"baz", "2"}}}}, "9.1, the same on two lines"},
    {{"deflate-stream"}, {{"deflate-stream", {}}}, "9.1, as listed"},
    {{"mux; max-channels=4; flow-control, deflate-stream"},
     {{"mux", {{"max-channels", "4"}, {"flow-control", std::nullopt}}}, {"deflate-stream", {}}},
     "9.1, as listed"},
    {{"private-extension"}, {{"private-extension", {}}}, "9.1, as listed"},
    {{"permessage-deflate; client_max_window_bits, permessage-deflate"},
     {{"permessage-deflate", {{"client_max_window_bits", std::nullopt}}}, {"permessage-deflate", {}}},
     "one extension in two forms: two offers"},
    {{"foo; a=\"2\""}, {{"foo", {{"a", "2"}}}}, "quoted: the same as unquoted"},
    {{"foo; a=\"x\\y\\z\""}, {{"foo", {{"a", "xyz"}}}}, "escapes that need not be"},
    {{"foo; a=\"1\", bar"}, {{"foo", {{"a", "1"}}}, {"bar", {}}}, "a list goes on behind a quoted value"},
    {{"foo; a=\"1\"; b"}, {{"foo", {{"a", "1"}, {"b", std::nullopt}}}}, "and so do parameters"},
    {{" \tfoo\t ;\ta = \t1 ;b "}, {{"foo", {{"a", "1"}, {"b", std::nullopt}}}}, "linear white space between all"},
    {{"foo;a=1;b"}, {{"foo", {{"a", "1"}, {"b", std::nullopt}}}}, "and between none"},
    {{"foo; a; a=1; a"}, {{"foo", {{"a", std::nullopt}, {"a", "1"}, {"a", std::nullopt}}}}, "the grammar lets it be"},
    {{",foo,, ,bar,"}, {{"foo", {}}, {"bar", {}}}, "empty elements (RFC 9110 5.6.1)"},
    {{"", "foo", " "}, {{"foo", {}}}, "empty lines"},
    {{"Foo; BAR=Baz"}, {{"Foo", {{"BAR", "Baz"}}}}, "case is kept"},
    {{"!#$%&'*+-.^_`|~09azAZ"}, {{"!#$%&'*+-.^_`|~09azAZ", {}}}, "all of tchar"},
};

TEST(ExtensionGrammar, TakesWhatItHas) {
    for (const auto& row : good) {
        auto const parsed = parse_extensions(row.values);
        ASSERT_TRUE(parsed) << row.why << ": " << parsed.error().what;
        EXPECT_EQ(*parsed, row.extensions) << row.why;
    }
}

TEST(ExtensionGrammar, ComesBackTheSameFromText) {
    for (const auto& row : good) {
        std::string const text = to_string(row.extensions);
        auto const again = parse_extensions({text});
        ASSERT_TRUE(again) << row.why << ": " << text;
        EXPECT_EQ(*again, row.extensions) << row.why << ": " << text;
    }
}

TEST(ExtensionGrammar, RefusesTheRestWhereItShows) {
    struct Bad {
        std::vector<std::string_view> values;
        std::size_t offset;
        char const* why;
    };
    for (const auto& row : std::vector<Bad>{
             {{}, 0, "no line"},
             {{""}, 0, "an empty line: 1#extension wants one"},
             {{" , ,"}, 0, "nothing but empty elements"},
             {{";"}, 0, "no name"},
             {{"; a"}, 0, "no name, a parameter"},
             {{"=1"}, 0, "no name, a value"},
             {{"\"foo\""}, 0, "a name is never quoted"},
             {{"foo;"}, 4, "no parameter"},
             {{"foo; "}, 5, "no parameter but white space"},
             {{"foo;; a"}, 4, "an empty parameter"},
             {{"foo; a;"}, 7, "no parameter behind the last ;"},
             {{"foo; =1"}, 5, "no parameter name"},
             {{"foo; \"a\""}, 5, "a parameter name is never quoted"},
             {{"foo; a="}, 7, "no value"},
             {{"foo; a= ,b"}, 8, "no value but white space"},
             {{"foo; a=;b"}, 7, "no value, another parameter"},
             {{"foo; a==1"}, 7, "one = too many"},
             {{"foo; a=1=2"}, 8, "two values"},
             {{"foo; a=\""}, 8, "an open quote"},
             {{"foo; a=\"1"}, 8, "an open quote behind a value"},
             {{"foo; a=\"1\\"}, 8, "the escape of nothing"},
             {{"foo; a=\"1\\\""}, 8, "an escaped quote closes nothing"},
             {{"foo; a=\"\""}, 8, "empty when unquoted: no token"},
             {{"foo; a=\"1 2\""}, 8, "no token when unquoted: SP"},
             {{"foo; a=\"1,2\""}, 8, "no token when unquoted: a comma, and no list separator"},
             {{"foo; a=\"\\\"\""}, 8, "no token when unescaped: a quote"},
             {{"foo; a=\"1\"2"}, 10, "something sticks to the quote"},
             {{"foo; a=1\"2\""}, 8, "a quote sticks to something"},
             {{"foo bar"}, 4, "no comma"},
             {{"foo; a b"}, 7, "no semicolon"},
             {{"foo=1"}, 3, "an extension has no value"},
             {{"foo, b{r"}, 6, "no tchar"},
             {{"f\xc3\xa9"}, 1, "not ASCII"},
             {{std::string_view("foo\0", 4)}, 3, "NUL"},
             {{"foo", "; a"}, 4, "a parameter does not go on over lines"},
             {{"foo", "bar; ="}, 9, "offsets count through all lines, one for the comma between"},
         }) {
        auto const parsed = parse_extensions(row.values);
        ASSERT_FALSE(parsed) << row.why << ": " << to_string(*parsed);
        EXPECT_EQ(parsed.error().offset, row.offset) << row.why << ": " << parsed.error().what;
        EXPECT_FALSE(parsed.error().what.empty());
    }
}

TEST(ExtensionText, QuotesWhatIsNoToken) {
    EXPECT_EQ(to_string({}), "");
    EXPECT_EQ(to_string({{"a", {}}, {"b", {{"c", std::nullopt}, {"d", "1"}}}}), "a, b; c; d=1");
    EXPECT_EQ(to_string({{"a", {{"b", "x y"}}}}), "a; b=\"x y\"");
    EXPECT_EQ(to_string({{"a", {{"b", "\"\\"}}}}), "a; b=\"\\\"\\\\\"");
    EXPECT_EQ(to_string({{"a", {{"b", ""}}}}), "a; b=\"\"");
}

TEST(ExtensionGrammar, IsLinearInHostileValues) {
    constexpr std::size_t mebi = 1 << 20;
    auto const many = [](std::string_view part) {
        std::string out;
        while (out.size() < mebi) out += part;
        return out;
    };
    for (const auto& value : {many(","), many(" "), many("a"), many("a,"), many("a;"), many("a;b,"), many("a;b=\"c\","),
                              "a;b=\"" + many("c"), "a;b=\"" + many("\\"), "a;b=\"" + many("\\\"") + "\"",
                              "a" + many(";b"), "a;b=" + many("c"), many("\""), many("=")}) {
        auto const parsed = parse_extensions({value});
        EXPECT_TRUE(!parsed || !to_string(*parsed).empty());
    }
    // Under a second with sanitizers. Quadratic would be hours: the time limit of the test is what fails it.
}

}  // namespace
}  // namespace wsspec
