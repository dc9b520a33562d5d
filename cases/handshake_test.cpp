#include "cases/handshake.h"

#include <gtest/gtest.h>

namespace wsspec {
namespace {

using namespace std::string_view_literals;

HandshakeValues values() {
    return {.resource = "/chat",
            .host = "h:80",
            .key = "K==",
            .subprotocol = "soap",
            .origin = "http://o",
            .accept = {},
            .extra_fields = {}};
}

constexpr std::string_view plain =
    "GET /chat HTTP/1.1\r\n"
    "Host: h:80\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Key: K==\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "\r\n";

TEST(Handshake, StartsOutAsTheRequestOfSection41) { EXPECT_EQ(render({}, values()), plain); }

TEST(Handshake, EditsRenderAsNamed) {
    struct Row {
        std::string_view what;
        Handshake handshake;
        std::string request_line;  ///< Empty: as in the plain request.
        std::vector<std::string> fields;
    };
    std::string const host = "Host: h:80";
    std::string const upgrade = "Upgrade: websocket";
    std::string const connection = "Connection: Upgrade";
    std::string const key = "Sec-WebSocket-Key: K==";
    std::string const version = "Sec-WebSocket-Version: 13";
    std::vector<std::string> const all = {host, upgrade, connection, key, version};
    Handshake const two_keys = Handshake{}.add_first("X", "1").add("x", "2");

    const Row rows[] = {
        {"drop", Handshake{}.drop("Host"), "", {upgrade, connection, key, version}},
        {"drop, other case", Handshake{}.drop("sec-websocket-KEY"), "", {host, upgrade, connection, version}},
        {"drop, no such field", Handshake{}.drop("X"), "", all},
        {"drop takes whole names", Handshake{}.drop("Sec-WebSocket").drop("Upgrade: w"), "", all},
        {"drop takes all lines", two_keys.drop("X"), "", all},
        {"set", Handshake{}.set("Upgrade", "foo"), "", {host, "Upgrade: foo", connection, key, version}},
        {"set writes the name as given",
         Handshake{}.set("uPGRADE", "foo"),
         "",
         {host, "uPGRADE: foo", connection, key, version}},
        {"set to nothing", Handshake{}.set("Host", ""), "", {"Host: ", upgrade, connection, key, version}},
        {"set appends", Handshake{}.set("X", "1"), "", {host, upgrade, connection, key, version, "X: 1"}},
        {"set leaves one line", two_keys.set("X", "3"), "", {"X: 3", host, upgrade, connection, key, version}},
        {"set knows lines without a blank",
         Handshake{}.replace_line("Host", "Host:a").set("Host", "b"),
         "",
         {"Host: b", upgrade, connection, key, version}},
        {"replace_line",
         Handshake{}.replace_line("upgrade", "Upgrade : websocket"),
         "",
         {host, "Upgrade : websocket", connection, key, version}},
        {"replace_line appends",
         Handshake{}.replace_line("X", "X : 1"),
         "",
         {host, upgrade, connection, key, version, "X : 1"}},
        {"replace_line leaves one line",
         two_keys.replace_line("x", "Y"),
         "",
         {"Y", host, upgrade, connection, key, version}},
        {"add", Handshake{}.add("Host", "b"), "", {host, upgrade, connection, key, version, "Host: b"}},
        {"add_first", Handshake{}.add_first("Host", "b"), "", {"Host: b", host, upgrade, connection, key, version}},
        {"add_line", Handshake{}.add_line("Foo"), "", {host, upgrade, connection, key, version, "Foo"}},
        {"add_line_first", Handshake{}.add_line_first(" X: y"), "", {" X: y", host, upgrade, connection, key, version}},
        {"with_method", Handshake{}.with_method("POST"), "POST /chat HTTP/1.1", all},
        {"with_target", Handshake{}.with_target("*"), "GET * HTTP/1.1", all},
        {"with_target, around the resource", Handshake{}.with_target("http://{host}{resource}?q"),
         "GET http://h:80/chat?q HTTP/1.1", all},
        {"with_version", Handshake{}.with_version("HTTP/1.0"), "GET /chat HTTP/1.0", all},
        {"with_request_line", Handshake{}.with_request_line("PING"), "PING", all},
        {"in_reverse_order", Handshake{}.in_reverse_order(), "", {version, key, connection, upgrade, host}},
        {"with_upper_names",
         Handshake{}.with_upper_names(),
         "",
         {"HOST: h:80", "UPGRADE: websocket", "CONNECTION: Upgrade",
          "SEC-WEBSOCKET-KEY: K==", "SEC-WEBSOCKET-VERSION: 13"}},
        {"with_lower_names",
         Handshake{}.with_lower_names(),
         "",
         {"host: h:80", "upgrade: websocket", "connection: Upgrade",
          "sec-websocket-key: K==", "sec-websocket-version: 13"}},
        {"names alone change",
         Handshake{}.add("X", "a:Bc").with_upper_names().with_lower_names().drop("host"),
         "",
         {"upgrade: websocket", "connection: Upgrade", "sec-websocket-key: K==", "sec-websocket-version: 13",
          "x: a:Bc"}},
        {"the other placeholders",
         Handshake{}.add("P", "{subprotocol}, {subprotocol}").add("Origin", "{origin}"),
         "",
         {host, upgrade, connection, key, version, "P: soap, soap", "Origin: http://o"}},
        {"NUL",
         Handshake{}.add("X", "a\0b"sv),
         "",
         {host, upgrade, connection, key, version, std::string("X: a\0b"sv)}},
    };
    for (const Row& row : rows) {
        std::string expected = (row.request_line.empty() ? "GET /chat HTTP/1.1" : row.request_line) + "\r\n";
        for (const auto& line : row.fields) expected += line + "\r\n";
        EXPECT_EQ(render(row.handshake, values()), expected + "\r\n") << row.what;
    }
}

TEST(Handshake, EditsLeaveTheOriginalAlone) {
    const Handshake original;
    (void)original.drop("Host").set("Upgrade", "x").with_method("POST").followed_by("x").unfinished();
    EXPECT_EQ(original, Handshake{});
    EXPECT_NE(original.drop("Host"), original);
}

TEST(Handshake, LineEndIsUsedThroughout) {
    std::string expected(plain);
    std::erase(expected, '\r');
    EXPECT_EQ(render(Handshake{}.with_line_end("\n"), values()), expected);
}

TEST(Handshake, OctetsAroundTheRequest) {
    std::string const text(plain);
    EXPECT_EQ(render(Handshake{}.preceded_by("\r\n"), values()), "\r\n" + text);
    EXPECT_EQ(render(Handshake{}.followed_by("body"), values()), text + "body");
    EXPECT_EQ(render(Handshake{}.followed_by("GET {resource}"), values()), text + "GET /chat");
    EXPECT_EQ(render(Handshake{}.preceded_by("a").preceded_by("b"), values()), "b" + text);
}

TEST(Handshake, UnfinishedWithholdsTheEmptyLine) {
    std::string const text(plain);
    EXPECT_EQ(render(Handshake{}.unfinished(), values()), text.substr(0, text.size() - 2));
    EXPECT_EQ(render(Handshake{}.unfinished().followed_by("\n"), values()), text.substr(0, text.size() - 2) + "\n");
}

TEST(Handshake, EarlyFramesAreNotPartOfTheText) {
    Handshake const early = Handshake{}.with_early({text("Hello")});
    EXPECT_EQ(early.early, std::vector{text("Hello")});
    EXPECT_EQ(render(early, values()), plain);
    EXPECT_NE(early, Handshake{});
}

TEST(Handshake, FieldsOfTheUserComeLast) {
    HandshakeValues with_fields = values();
    with_fields.extra_fields = {"Cookie: a=b", "X: {key}"};
    std::string const text(plain);
    EXPECT_EQ(render({}, with_fields), text.substr(0, text.size() - 2) + "Cookie: a=b\r\nX: K==\r\n\r\n");
}

TEST(Handshake, ValuesOfAnAnswerCanBeCutShort) {
    HandshakeValues short_ones = values();
    short_ones.accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    short_ones.offered = {"chat", "superchat"};
    auto const line = [&](std::string_view value) {
        Handshake one;
        one.start_line = "x";
        one.fields = {std::string(value)};
        return render(one, short_ones);
    };
    EXPECT_EQ(line("{accept-27} {accept-5}"), "x\r\ns3pPLMBiTxaQ9kYGzzhZRbK+xOo s3pPL\r\n\r\n");
    EXPECT_EQ(line("{offered-shortened}"), "x\r\ncha\r\n\r\n");
}

TEST(Handshake, TheAcceptOfAnAnswerCanBeWrongByADetail) {
    struct Row {
        const char* placeholder;
        const char* good;
        const char* spoilt;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"{accept-but-0}", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "A3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
             {"{accept-but-9}", "s3pPLMBiTAaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTBaQ9kYGzzhZRbK+xOo="},
             {"{accept-but-20}", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZAbK+xOo="},
             {"{accept-but-26}", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOA="},
             {"{accept-first-case}", "3spPLMBiTxaQ9kYGzzhZRbK+xOo=", "3SpPLMBiTxaQ9kYGzzhZRbK+xOo="},
             {"{accept-last-case}", "s3pPLMBiTxaQ9kYGzzhZRbK+xO8=", "s3pPLMBiTxaQ9kYGzzhZRbK+xo8="},
             {"{accept-last-case}", "0000000000000000000000000000", "A000000000000000000000000000"},
             {"{accept-last-bits}", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOp="},
             {"{accept-url}", "s/pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s_pPLMBiTxaQ9kYGzzhZRbK-xOo="},
             {"{accept-url}", "s3pPLMBiTxaQ9kYGzzhZRbKxxOo=", "s3pPLABiTxaQ9kYGzzhZRbKxxOo="},
         }) {
        HandshakeValues right = values();
        right.accept = row.good;
        Handshake one;
        one.start_line = "x";
        one.fields = {row.placeholder};
        EXPECT_EQ(render(one, right), "x\r\n" + std::string(row.spoilt) + "\r\n\r\n") << row.placeholder;
    }
}

TEST(Handshake, ValuesMayLookLikePlaceholders) {
    HandshakeValues odd = values();
    odd.key = "{key}";
    EXPECT_NE(render({}, odd).find("Sec-WebSocket-Key: {key}\r\n"), std::string::npos);
}

}  // namespace
}  // namespace wsspec
