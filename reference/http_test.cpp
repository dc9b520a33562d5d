#include "reference/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wsspec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

/// "+id" may be tolerated, "-id" may not: short enough for a table.
std::vector<std::string> marks(const std::vector<Defect>& defects) {
    std::vector<std::string> out;
    for (const auto& defect : defects) out.push_back((defect.tolerable ? "+" : "-") + defect.requirement);
    return out;
}

TEST(HeadSize, ReachesBehindTheEmptyLine) {
    struct Row {
        std::string octets;
        std::optional<std::size_t> size;
        char const* why;
    };
    for (const auto& row : std::vector<Row>{
             {"", std::nullopt, "nothing"},
             {"GET / HTTP/1.1\r\n", std::nullopt, "one line is no head"},
             {"GET / HTTP/1.1\r\n\r", std::nullopt, "one octet is missing"},
             {"GET / HTTP/1.1\r\n\r\n", 18, "no field"},
             {"GET / HTTP/1.1\r\nA: b\r\n\r\nframes", 24, "what follows is no part of it"},
             {"GET / HTTP/1.1\r\nA: b\r\n\r\n\r\n", 24, "the first empty line ends it"},
             {"GET / HTTP/1.1\nA: b\n\n", 21, "bare LF"},
             {"GET / HTTP/1.1\nA: b\n\r\n", 22, "mixed"},
             {"GET / HTTP/1.1\r\nA: b\r\n\nx", 23, "mixed the other way"},
             {"\r\nGET / HTTP/1.1\r\n\r\n", 20, "an empty line in front is no end"},
             {"\r\n\n\r\nGET / HTTP/1.1\r\n\r\n", 23, "nor are several"},
             {"\r\n\r\n\r\n", std::nullopt, "nor are nothing but empty lines"},
             {"GET /\r\r\n\r\n", 10, "a bare CR is no line end"},
         })
        EXPECT_EQ(head_size(row.octets), row.size) << row.why;
}

TEST(HeadSize, IsTheSameOnceTheHeadIsThere) {
    std::string const head = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
    for (std::size_t cut = 0; cut < head.size(); ++cut) EXPECT_EQ(head_size(head.substr(0, cut)), std::nullopt) << cut;
    EXPECT_EQ(head_size(head), head.size());
}

TEST(RequestHead, IsTakenApart) {
    auto const head = parse_request_head("GET /a?b HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Blanks: \t a b \t \r\n\r\n");
    EXPECT_EQ(head.method, "GET");
    EXPECT_EQ(head.target, "/a?b");
    EXPECT_EQ(head.version, "HTTP/1.1");
    EXPECT_THAT(head.fields.fields,
                ElementsAre(HttpField{"Host", "h"}, HttpField{"X-Empty", ""}, HttpField{"X-Blanks", "a b"}));
    EXPECT_THAT(head.defects, IsEmpty());
}

TEST(RequestHead, FilesEachDefectUnderItsStatement) {
    struct Row {
        std::string head;
        std::vector<std::string> defects;
        char const* why;
    };
    std::string const line = "GET / HTTP/1.1\r\n";
    using namespace std::string_literals;
    for (const auto& row : std::vector<Row>{
             // the request line
             {"\r\n" + line + "\r\n", {}, "one empty line in front"},
             {"\r\n\r\n" + line + "\r\n", {"+R9112-2.2-4"}, "two of them"},
             {"\n" + line + "\r\n", {"+R9112-2.2-1"}, "one, of a bare LF"},
             {"\n\n" + line + "\r\n", {"+R9112-2.2-4", "+R9112-2.2-1"}, "two of them with bare LF"},
             {"GET / HTTP/1.1\n\r\n", {"+R9112-2.2-1"}, "bare LF"},
             {"GET /\r\n\r\n", {"-R6455-4.2.1-1"}, "HTTP/0.9"},
             {"GET\r\n\r\n", {"-R6455-4.2.1-1"}, "one part"},
             {"\0\r\n\r\n"s, {"+R9110-5.5-1", "-R6455-4.2.1-1", "-R6455-4.2.1-1"}, "one octet, a bad one"},
             {"GET  HTTP/1.1\r\n\r\n", {"+R9112-3-1"}, "empty target"},
             {"GET  / HTTP/1.1\r\n\r\n", {"+R9112-3-1"}, "two SP"},
             {"GET / HTTP/1.1 \r\n\r\n", {"+R9112-3-1"}, "SP at the end"},
             {"GET /a b HTTP/1.1\r\n\r\n", {"+R9112-3-1"}, "SP in the target"},
             {"GET\t/ HTTP/1.1\r\n\r\n", {"-R6455-4.2.1-1", "-R6455-4.2.1-1"}, "HTAB: two parts, the method no token"},
             {" GET / HTTP/1.1\r\n\r\n", {"+R9112-3-1", "-R6455-4.2.1-1"}, "SP in front"},
             {"G{T / HTTP/1.1\r\n\r\n", {"-R6455-4.2.1-1"}, "the method is no token"},
             {"GET /\r HTTP/1.1\r\n\r\n", {"+R9112-2.2-2"}, "bare CR"},
             // the fields
             {line + "A: b\nC: d\n\n", {"+R9112-2.2-1"}, "bare LF, reported once"},
             {line + "A: b\r\n\n", {"+R9112-2.2-1"}, "bare LF at the end of the head"},
             {line + " A: b\r\n\r\n", {"+R9112-2.2-5"}, "SP before the first field"},
             {line + "\tA: b\r\nC: d\r\n\r\n", {"+R9112-2.2-5"}, "HTAB before the first field"},
             {line + "A: b\r\n c\r\n\r\n", {"+R9112-5.2-1"}, "obs-fold"},
             {line + "A: b\r\n\r\n", {}, "not folded"},
             {line + "A b\r\n\r\n", {"+R9112-5-1"}, "no colon"},
             {line + ": b\r\n\r\n", {"+R9112-5-1"}, "no name"},
             {line + "A{: b\r\n\r\n", {"+R9112-5-1"}, "a name that is no token"},
             {line + "A : b\r\n\r\n", {"-R9112-5.1-1"}, "SP before the colon: smuggling"},
             {line + "A\t: b\r\n\r\n", {"-R9112-5.1-1"}, "HTAB before the colon"},
             {line + "A: b\rc\r\n\r\n", {"+R9112-2.2-2"}, "bare CR: refuse it or put SP in its place"},
             {line + "A: b\0c\r\n\r\n"s, {"+R9110-5.5-1"}, "NUL: likewise"},
             {line + "A: b\x01\r\n\r\n", {"+R9110-5.5-1"}, "another control character"},
             {line + "A: b\x7f\r\n\r\n", {"+R9110-5.5-1"}, "DEL"},
             {line + "A: b\tc\r\n\r\n", {}, "HTAB is legal in a value"},
             {line + "A: \xc3\xa9\xff\r\n\r\n", {}, "obs-text is legal in a value"},
             {line + "A: b\rc\rd\r\n\r\n", {"+R9112-2.2-2"}, "one defect a line"},
         })
        EXPECT_EQ(marks(parse_request_head(row.head).defects), row.defects) << row.why;
}

TEST(RequestHead, GivesWhatCouldBeMadeOut) {
    auto const head = parse_request_head("GET  /a HTTP/1.1\nA : b\n c\nno colon\nD: e\n\nX: y\n");
    EXPECT_EQ(head.method, "GET");
    EXPECT_EQ(head.target, " /a");
    EXPECT_EQ(head.version, "HTTP/1.1");
    EXPECT_THAT(head.fields.fields, ElementsAre(HttpField{"A", "b c"}, HttpField{"D", "e"}));
    EXPECT_EQ(parse_request_head("").method, "");
    EXPECT_EQ(parse_request_head("GET").method, "GET");
}

TEST(ResponseHead, IsTakenApart) {
    auto const head = parse_response_head("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->version, "HTTP/1.1");
    EXPECT_EQ(head->status, 101U);
    EXPECT_EQ(head->reason, "Switching Protocols");
    EXPECT_THAT(head->fields.fields, ElementsAre(HttpField{"Upgrade", "websocket"}));
    EXPECT_THAT(head->defects, IsEmpty());
}

TEST(ResponseHead, FilesEachDefectUnderItsStatement) {
    struct Row {
        std::string head;
        std::vector<std::string> defects;
        char const* why;
    };
    std::string const line = "HTTP/1.1 101 Switching Protocols\r\n";
    for (const auto& row : std::vector<Row>{
             {"HTTP/1.1 101 \r\n\r\n", {}, "an empty reason"},
             {"HTTP/1.1 101 \xc3\xa9\tb\r\n\r\n", {}, "obs-text and HTAB in the reason"},
             {"HTTP/1.1 101\r\n\r\n", {"+R6455-4.2.2-14"}, "no SP: seen in the wild"},
             {"HTTP/1.1 101 a\n\r\n", {"-R6455-4.2.2-14"}, "bare LF"},
             {"HTTP/1.1 101 a\rb\r\n\r\n", {"-R9112-2.2-2"}, "bare CR in the reason"},
             {std::string("HTTP/1.1 101 a\0b\r\n\r\n", 20), {"-R9110-5.5-1"}, "NUL in the reason"},
             {line + "A: b\n\r\n", {"-R6455-4.2.2-14"}, "bare LF: a sender must not"},
             {line + "A: b\r\n c\r\n\r\n", {"+R9112-5.2-3"}, "obs-fold: a sender must not"},
             {line + "A : b\r\n\r\n", {"-R9112-5.1-1"}, "SP before the colon"},
             {line + "A b\r\n\r\n", {"+R9112-5-1"}, "no colon"},
         }) {
        auto const head = parse_response_head(row.head);
        ASSERT_TRUE(head) << row.why;
        EXPECT_EQ(marks(head->defects), row.defects) << row.why;
    }
}

TEST(ResponseHead, IsNoneWithoutAStatusLine) {
    for (char const* head : {"", "\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 10\r\n\r\n", "HTTP/1.1 1o1 a\r\n\r\n",
                             "HTTP/1.1 1011 a\r\n\r\n", "HTTP/1.1  101 a\r\n\r\n", "HTTP/1.1 -10 a\r\n\r\n",
                             "\r\nHTTP/1.1 101 a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\x81\x05Hello"})
        EXPECT_FALSE(parse_response_head(head)) << head;
}

TEST(ResponseHead, HasItsVersionAsItStands) {
    for (std::string const version : {"HTTP/1.1", "HTTP/1.0", "HTTP/1.10", "http/1.1"}) {
        auto const head = parse_response_head(version + " 101 a\r\n\r\n");
        ASSERT_TRUE(head) << version;
        EXPECT_EQ(head->version, version);
        EXPECT_EQ(is_http_version(version), version == "HTTP/1.1" || version == "HTTP/1.0") << version;
    }
}

TEST(HttpFields, IgnoreTheCaseOfNamesAndKeepTheOrder) {
    HttpFields const fields{{{"Host", "a"}, {"X-A", "1"}, {"hOST", "b"}, {"Host2", "c"}}};
    EXPECT_EQ(fields.count("HOST"), 2U);
    EXPECT_EQ(fields.count("hos"), 0U);
    EXPECT_THAT(fields.first("host"), Optional(std::string_view("a")));
    EXPECT_EQ(fields.first("x-b"), std::nullopt);
    EXPECT_THAT(fields.all("host"), ElementsAre("a", "b"));
}

TEST(HttpFields, ReadSeveralLinesAsOneList) {
    HttpFields const fields{{{"L", "a,b ,\tc"}, {"M", "x"}, {"L", ""}, {"L", " ,, d,"}}};
    EXPECT_THAT(fields.list("l"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(fields.list("none"), IsEmpty());
    EXPECT_TRUE(fields.has_token("L", "C"));
    EXPECT_FALSE(fields.has_token("L", "x")) << "of another field";
    EXPECT_FALSE(fields.has_token("L", "")) << "empty elements are none";
    EXPECT_FALSE(fields.has_token("L", "a,b"));
}

TEST(HttpToken, HasTheCharactersOfTheGrammar) {
    std::string_view const tchars = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (int i = 0; i < 256; ++i) {
        char const c = static_cast<char>(i);
        EXPECT_EQ(is_token({&c, 1}), tchars.find(c) != std::string_view::npos) << i;
    }
    EXPECT_FALSE(is_token(""));
    EXPECT_TRUE(is_token("permessage-deflate"));
    EXPECT_FALSE(is_token("a b"));
    EXPECT_FALSE(is_token(" a"));
    EXPECT_FALSE(is_token("a,"));
}

TEST(EqualIgnoringCase, FoldsAsciiLettersAndNothingElse) {
    EXPECT_TRUE(equal_ignoring_case("", ""));
    EXPECT_TRUE(equal_ignoring_case("WebSocket", "wEBsOCKET"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(
        equal_ignoring_case("websoc\xe2\x84\xaa"
                            "et",
                            "websocket"))
        << "KELVIN SIGN folds to k in Unicode";
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            char const x = static_cast<char>(a);
            char const y = static_cast<char>(b);
            bool const letters = (a >= 'A' && a <= 'Z' && b == a + 32) || (b >= 'A' && b <= 'Z' && a == b + 32);
            ASSERT_EQ(equal_ignoring_case({&x, 1}, {&y, 1}), a == b || letters) << a << ' ' << b;
        }
    }
}

TEST(Trimmed, TakesBlanksFromBothEnds) {
    EXPECT_EQ(trimmed(" \ta b\t "), "a b");
    EXPECT_EQ(trimmed(" \t"), "");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("\va\r"), "\va\r") << "SP and HTAB only";
}

}  // namespace
}  // namespace wsspec
