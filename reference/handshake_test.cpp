#include "reference/handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "reference/requirements.h"

namespace wsspec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";         // 1.3
constexpr std::string_view accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // 1.3

ClientRequest good_request() {
    ClientRequest request;
    request.resource = "/chat";
    request.host = "example.com";
    request.key = key;
    return request;
}

/// "+id" may be tolerated, "-id" may not: short enough for a table.
std::vector<std::string> marks(const std::vector<Defect>& defects) {
    std::vector<std::string> out;
    for (const auto& defect : defects) {
        EXPECT_NE(find_requirement(defect.requirement), nullptr) << defect.requirement;
        EXPECT_FALSE(defect.what.empty()) << defect.requirement;
        out.push_back((defect.tolerable ? "+" : "-") + defect.requirement);
    }
    return out;
}

/// `text` with the one occurrence of `from` replaced.
std::string edited(std::string text, std::string_view from, std::string_view to) {
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "the row edits what is not there: " << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

// Keys.

TEST(HandshakeKey, GivesTheAcceptValueOfTheRfc) { EXPECT_EQ(accept_for(key), accept); }

TEST(HandshakeKey, IsHashedAsTextNotAsWhatItStandsFor) {
    EXPECT_EQ(accept_for(""), "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=");  // SHA-1 of the GUID alone
    EXPECT_NE(accept_for("AAAAAAAAAAAAAAAAAAAAAA=="), accept_for("AAAAAAAAAAAAAAAAAAAAAB=="))
        << "equal octets, other text";
}

TEST(HandshakeKey, IsSixteenRandomOctets) {
    std::set<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        auto const fresh = random_key();
        ASSERT_EQ(fresh.size(), 24U);
        EXPECT_EQ(fresh.substr(22), "==") << "16 octets are 22 characters and two of padding";
        EXPECT_EQ(fresh.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"), 22U);
        auto request = good_request();
        request.key = fresh;
        EXPECT_THAT(check_request(build_request(request)).defects, IsEmpty());
        keys.insert(fresh);
    }
    EXPECT_EQ(keys.size(), 100U);
}

// What we build is what we accept.

TEST(HandshakeRequest, IsBuiltAsInTheRfc) {
    EXPECT_EQ(build_request(good_request()),
              "GET /chat HTTP/1.1\r\n"
              "Host: example.com\r\n"
              "Upgrade: websocket\r\n"
              "Connection: Upgrade\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Version: 13\r\n\r\n");
}

TEST(HandshakeRequest, ThatIsBuiltHasNoDefect) {
    auto request = good_request();
    request.subprotocols = {"chat", "superchat"};
    request.extensions = "permessage-deflate; client_max_window_bits";
    request.more_lines = {"Origin: http://example.com", "Cookie: a=b"};
    auto const checked = check_request(build_request(request));
    EXPECT_THAT(marks(checked.defects), IsEmpty());
    EXPECT_TRUE(checked.must_be_accepted());
    EXPECT_FALSE(checked.must_be_refused());
    EXPECT_FALSE(checked.wrong_version);
    EXPECT_EQ(checked.key, key);
    EXPECT_EQ(checked.head.target, "/chat");
    EXPECT_THAT(checked.subprotocols, ElementsAre("chat", "superchat"));
    EXPECT_THAT(checked.extensions,
                ElementsAre(Extension{"permessage-deflate", {{"client_max_window_bits", std::nullopt}}}));
    EXPECT_EQ(checked.head.fields.first("Cookie"), "a=b");
}

TEST(HandshakeResponse, ThatIsBuiltHasNoDefect) {
    auto asked = good_request();
    asked.subprotocols = {"chat", "superchat"};
    asked.extensions = "permessage-deflate";
    auto const request = check_request(build_request(asked));
    for (std::string_view const subprotocol : {"", "superchat"}) {
        for (std::string_view const extensions : {"", "permessage-deflate; server_no_context_takeover"}) {
            auto const response = check_response(build_acceptance(key, subprotocol, extensions), request);
            ASSERT_TRUE(response);
            EXPECT_THAT(marks(response->defects), IsEmpty());
            EXPECT_TRUE(response->opens());
            EXPECT_EQ(response->subprotocol, subprotocol);
            EXPECT_EQ(to_string(response->extensions), extensions);
        }
    }
    EXPECT_EQ(build_acceptance(key),
              "HTTP/1.1 101 Switching Protocols\r\n"
              "Upgrade: websocket\r\n"
              "Connection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

// One mutation, one defect.

struct Mutation {
    char const* why;
    std::string from;
    std::string to;
    std::vector<std::string> defects;
};

std::string const key_line = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
std::string const version_line = "Sec-WebSocket-Version: 13\r\n";
std::string const end = "\r\n\r\n";

/// A field in front of the others.
Mutation with_field(char const* why, const std::string& line, std::vector<std::string> defects) {
    return {why, "Host:", line + "\r\nHost:", std::move(defects)};
}

std::vector<Mutation> request_mutations() {
    using namespace std::string_literals;
    return {
        // legal
        {"names in capitals", "Upgrade: websocket", "UPGRADE: websocket", {}},
        {"the token in capitals", "websocket", "WebSocket", {}},
        {"Connection in lower case", "Connection: Upgrade", "connection: upgrade", {}},
        {"keep-alive beside Upgrade (Firefox)", "Connection: Upgrade", "Connection: keep-alive, Upgrade", {}},
        {"Connection on two lines", "Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade", {}},
        {"no blank behind a colon", "Upgrade: websocket", "Upgrade:websocket", {}},
        {"blanks around a value", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: \t13 \t", {}},
        {"blanks around the key", key_line, "Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ==  \r\n", {}},
        {"a host with a port", "example.com", "example.com:8080", {}},
        {"a host with an empty port (RFC 3986 3.2.3)", "example.com", "example.com:", {}},
        {"an IPv6 host", "example.com", "[::1]", {}},
        {"an IPv6 host with a port", "example.com", "[::1]:65535", {}},
        {"absolute form", "/chat", "http://example.com/chat", {}},
        {"absolute form over TLS", "/chat", "https://example.com/chat", {}},
        {"a query", "/chat", "/chat?a=b&c=%23", {}},
        {"HTTP/1.2 is higher than 1.1", "HTTP/1.1", "HTTP/1.2", {}},
        {"an empty line in front", "GET", "\r\nGET", {}},
        with_field("an unknown field", "X-Unknown: \xc3\xa9", {}),
        with_field("one Origin", "Origin: null", {}),
        with_field("extensions on two lines", "Sec-WebSocket-Extensions: a\r\nSec-WebSocket-Extensions: b; c=\"1\"",
                   {}),
        with_field("subprotocols on two lines", "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c", {}),
        with_field("subprotocols that differ in case", "Sec-WebSocket-Protocol: chat, Chat", {}),
        // request line: 4.2.1 item 1
        {"POST", "GET", "POST", {"-R6455-4.2.1-2"}},
        {"methods have case", "GET", "get", {"-R6455-4.2.1-2"}},
        {"CONNECT", "GET", "CONNECT", {"-R6455-4.2.1-2"}},
        {"HTTP/1.0", "HTTP/1.1", "HTTP/1.0", {"-R6455-4.2.1-3"}},
        {"HTTP/0.9", "HTTP/1.1", "HTTP/0.9", {"-R6455-4.2.1-3"}},
        {"HTTP/2.0", "HTTP/1.1", "HTTP/2.0", {"+R6455-4.2.1-3"}},
        {"a version without a digit", "HTTP/1.1", "HTTP/1.x", {"-R6455-4.2.1-3"}},
        {"a major version without a digit", "HTTP/1.1", "HTTP/x.1", {"-R6455-4.2.1-3"}},
        {"two digits", "HTTP/1.1", "HTTP/1.10", {"-R6455-4.2.1-3"}},
        {"version in lower case", "HTTP/1.1", "http/1.1", {"-R6455-4.2.1-3"}},
        {"another protocol", "HTTP/1.1", "HTTQ/1.1", {"-R6455-4.2.1-3"}},
        {"two SP", "GET /chat", "GET  /chat", {"+R9112-3-1", "+R6455-4.2.1-4"}},
        {"a fragment", "/chat", "/chat#a", {"+R6455-4.2.1-1"}},
        {"raw octets in the target", "/chat", "/\xc3\xa9", {"+R6455-4.2.1-1"}},
        {"NUL in the target", "/chat", "/\0"s, {"+R9110-5.5-1", "-R6455-4.2.1-1"}},
        {"DEL in the target", "/chat", "/\x7f", {"+R9110-5.5-1", "-R6455-4.2.1-1"}},
        {"no slash", "/chat", "chat", {"+R6455-4.2.1-4"}},
        {"a ws URI", "/chat", "ws://example.com/chat", {"+R6455-4.2.1-4"}},
        {"an asterisk", "/chat", "*", {"+R6455-4.2.1-4"}},
        // Host: item 2
        {"no Host", "Host: example.com\r\n", "", {"-R6455-4.2.1-5"}},
        {"the same Host twice",
         "Host: example.com\r\n",
         "Host: example.com\r\nHost: example.com\r\n",
         {"+R9112-3.2-1"}},
        {"two Hosts: smuggling",
         "Host: example.com\r\n",
         "Host: example.com\r\nHost: example.org\r\n",
         {"-R9112-3.2-1"}},
        {"an empty Host", "example.com", "", {"+R9112-3.2-1"}},
        {"a list of hosts", "example.com", "a.example, b.example", {"+R9112-3.2-1"}},
        {"a URI", "example.com", "http://example.com", {"+R9112-3.2-1"}},
        {"user information", "example.com", "user@example.com", {"+R9112-3.2-1"}},
        {"a port of letters", "example.com", "example.com:http", {"+R9112-3.2-1"}},
        {"a port too high", "example.com", "example.com:65536", {"+R9112-3.2-1"}},
        {"a port that overflows", "example.com", "example.com:99999999999999999999", {"+R9112-3.2-1"}},
        {"a negative port", "example.com", "example.com:-1", {"+R9112-3.2-1"}},
        {"an open bracket", "example.com", "[::1", {"+R9112-3.2-1"}},
        // Upgrade: item 3
        {"no Upgrade", "Upgrade: websocket\r\n", "", {"-R6455-4.2.1-6"}},
        {"an empty Upgrade", "websocket", "", {"-R6455-4.2.1-6"}},
        {"another protocol", "websocket", "h2c", {"-R6455-4.2.1-6"}},
        {"a longer token", "websocket", "websockets", {"-R6455-4.2.1-6"}},
        {"KELVIN SIGN folds to k in Unicode only",
         "websocket",
         "websoc\xe2\x84\xaa"
         "et",
         {"-R6455-4.2.1-6"}},
        {"a version", "websocket", "websocket/13", {"+R6455-4.2.1-6"}},
        {"several protocols", "websocket", "h2c, websocket", {}},
        // Connection: item 4
        {"no Connection", "Connection: Upgrade\r\n", "", {"-R6455-4.2.1-7"}},
        {"keep-alive only", "Connection: Upgrade", "Connection: keep-alive", {"-R6455-4.2.1-7"}},
        {"a longer token", "Connection: Upgrade", "Connection: Upgraded", {"-R6455-4.2.1-7"}},
        {"close and no Upgrade", "Connection: Upgrade", "Connection: close", {"-R6455-4.2.1-7"}},
        {"close beside Upgrade", "Connection: Upgrade", "Connection: Upgrade, close", {"+R9112-9.6-1"}},
        {"empty elements", "Connection: Upgrade", "Connection: ,Upgrade", {}},
        {"empty elements at the end", "Connection: Upgrade", "Connection: Upgrade,", {}},
        {"empty elements inside", "Connection: Upgrade", "Connection: a,,Upgrade", {}},
        {"a field of the handshake is hop by hop",
         "Connection: Upgrade",
         "Connection: Upgrade, Sec-WebSocket-Key",
         {"+R9110-7.6.1-1"}},
        // Sec-WebSocket-Key: item 5
        {"no key", key_line, "", {"-R6455-4.2.1-8"}},
        {"an empty key", key_line, "Sec-WebSocket-Key:\r\n", {"-R6455-4.2.1-8"}},
        {"15 octets", key_line, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n", {"+R6455-4.2.1-8"}},
        {"17 octets", key_line, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n", {"+R6455-4.2.1-8"}},
        {"18 octets in 24 characters", key_line, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA\r\n", {"+R6455-4.2.1-8"}},
        {"no padding", key_line, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n", {"+R6455-4.2.1-8"}},
        {"padding inside", key_line, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j==ZQ\r\n", {"+R6455-4.2.1-8"}},
        {"three of padding", key_line, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ===\r\n", {"+R6455-4.2.1-8"}},
        {"base64url", key_line, "Sec-WebSocket-Key: -_hlIHNhbXBsZSBub25jZQ==\r\n", {"+R6455-4.2.1-8"}},
        {"no base64", key_line, "Sec-WebSocket-Key: {}{}{}{}{}{}{}{}{}{}{}==\r\n", {"+R6455-4.2.1-8"}},
        {"the same key twice", key_line, key_line + key_line, {"+R6455-11.3.1-1"}},
        {"two keys", key_line, key_line + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", {"-R6455-11.3.1-1"}},
        // Sec-WebSocket-Version: item 6
        {"no version", version_line, "", {"-R6455-4.2.1-9"}},
        {"an empty version", ": 13", ":", {"-R6455-4.3-5"}},
        {"version 12", ": 13", ": 12", {"-R6455-4.2.2-6"}},
        {"version 14", ": 13", ": 14", {"-R6455-4.2.2-6"}},
        {"version 0, of a draft", ": 13", ": 0", {"+R6455-4.2.2-6"}},
        {"version 255", ": 13", ": 255", {"-R6455-4.2.2-6"}},
        {"version 269 is 13 in eight bits", ": 13", ": 269", {"-R6455-4.3-5"}},
        {"version -13", ": 13", ": -13", {"-R6455-4.3-5"}},
        {"13 and more", ": 13", ": 13a", {"-R6455-4.3-5"}},
        {"draft 7", ": 13", ": 7", {"+R6455-4.2.2-6"}},
        {"draft 8", ": 13", ": 8", {"+R6455-4.2.2-6"}},
        {"a leading zero", ": 13", ": 013", {"+R6455-4.3-5"}},
        {"a sign", ": 13", ": +13", {"+R6455-4.3-5"}},
        {"a list", ": 13", ": 13, 8", {"+R6455-4.3-5"}},
        {"two versions", version_line, version_line + "Sec-WebSocket-Version: 8\r\n", {"+R6455-11.3.5-2"}},
        // the optional fields: items 7 to 10
        with_field("two Origins", "Origin: a\r\nOrigin: b", {"+R6455-4.1-24"}),
        with_field("an empty subprotocol list", "Sec-WebSocket-Protocol:", {"+R6455-4.3-4"}),
        with_field("commas only", "Sec-WebSocket-Protocol: , ,", {"+R6455-4.3-4"}),
        with_field("a subprotocol that is no token", "Sec-WebSocket-Protocol: a b", {"+R6455-4.3-4"}),
        with_field("a subprotocol twice", "Sec-WebSocket-Protocol: a, b, a", {"+R6455-4.1-26"}),
        with_field("twice, on two lines", "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a", {"+R6455-4.1-26"}),
        with_field("an empty extension list", "Sec-WebSocket-Extensions:", {"+R6455-9.1-1"}),
        with_field("an extension without a name", "Sec-WebSocket-Extensions: ;a", {"+R6455-9.1-1"}),
        with_field("one good line, one bad", "Sec-WebSocket-Extensions: a\r\nSec-WebSocket-Extensions: b;",
                   {"+R6455-9.1-1"}),
        // a body
        with_field("a body", "Content-Length: 5", {"+R9112-6.3-3"}),
        with_field("an empty body", "Content-Length: 0", {"+R9112-6.3-3"}),
        with_field("the same length twice", "Content-Length: 5\r\nContent-Length: 5", {"+R9112-6.3-3"}),
        with_field("two lengths: smuggling", "Content-Length: 5\r\nContent-Length: 6", {"-R9112-6.3-2"}),
        with_field("two lengths in a list", "Content-Length: 5, 6", {"-R9112-6.3-2"}),
        with_field("no number", "Content-Length: five", {"-R9112-6.3-2"}),
        with_field("a sign", "Content-Length: +5", {"-R9112-6.3-2"}),
        with_field("an empty length", "Content-Length:", {"-R9112-6.3-2"}),
        with_field("a length that overflows", "Content-Length: 99999999999999999999", {"-R9112-6.3-2"}),
        with_field("chunked", "Transfer-Encoding: chunked", {"+R9112-6.3-3"}),
        with_field("gzip and chunked", "Transfer-Encoding: gzip, Chunked", {"+R9112-6.3-3"}),
        with_field("chunked is not the last", "Transfer-Encoding: chunked, gzip", {"-R9112-6.3-1"}),
        with_field("no coding", "Transfer-Encoding:", {"-R9112-6.3-1"}),
        with_field("both: smuggling", "Transfer-Encoding: chunked\r\nContent-Length: 5", {"-R9112-6.1-1"}),
        with_field("an expectation", "Expect: 100-continue", {"+R9110-7.8-12"}),
        // the head, one of each kind: http_test has the others
        with_field("a bare CR: SP may take its place", "X: a\rb", {"+R9112-2.2-2"}),
        with_field("NUL: SP may take its place", "X: a\0b"s, {"+R9110-5.5-1"}),
        with_field("SP before a colon", "X : a", {"-R9112-5.1-1"}),
        with_field("no colon", "X", {"+R9112-5-1"}),
        with_field("a bare LF", "X: a\nY: b", {"+R9112-2.2-1"}),
        {"a folded key is still the key",
         "Sec-WebSocket-Key: ",
         "Sec-WebSocket-Key:\r\n ",
         {"+R9112-5.2-1", "+R6455-4.2.1-8"}},
    };
}

TEST(HandshakeRequest, FilesEachMutationUnderItsStatement) {
    std::string const request = build_request(good_request());
    for (const auto& row : request_mutations()) {
        SCOPED_TRACE(row.why);
        auto const checked = check_request(edited(request, row.from, row.to));
        EXPECT_EQ(marks(checked.defects), row.defects);
        bool const refused = std::ranges::any_of(row.defects, [](const auto& mark) { return mark.starts_with('-'); });
        EXPECT_EQ(checked.must_be_refused(), refused);
        EXPECT_EQ(checked.must_be_accepted(), row.defects.empty());
        EXPECT_FALSE(checked.must_be_accepted() && checked.must_be_refused());
    }
}

TEST(HandshakeRequest, IsOfAWrongVersionOnlyIfItAsksForAnother) {
    auto const request = build_request(good_request());
    for (char const* version : {": 12", ": 14", ": 7", ": 8", ": 0", ": 255"})
        EXPECT_TRUE(check_request(edited(request, ": 13", version)).wrong_version) << version;
    for (char const* version : {": 13", ": 013", ": +13", ": 13, 8", ":", ": 256", ": 13a", ": 012"})
        EXPECT_FALSE(check_request(edited(request, ": 13", version)).wrong_version) << version;
    EXPECT_FALSE(check_request(edited(request, version_line, "")).wrong_version) << "none is not another";
    EXPECT_FALSE(check_request(edited(request, key_line, "")).wrong_version);
}

TEST(HandshakeRequest, FieldsComeInAnyOrder) {
    std::vector<std::string> lines{"Host: example.com\r\n", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n",
                                   key_line, version_line};
    std::ranges::sort(lines);
    do {
        std::string request = "GET / HTTP/1.1\r\n";
        for (const auto& line : lines) request += line;
        ASSERT_THAT(marks(check_request(request + "\r\n").defects), IsEmpty()) << request;
    } while (std::ranges::next_permutation(lines).found);
}

// Refusals.

TEST(HandshakeRefusal, OfAWrongVersionSaysWhichOneWouldDo) {
    auto const request = build_request(good_request());
    for (auto const& bad : {edited(request, ": 13", ": 14"), edited(request, ": 13", ": 8")}) {
        auto const checked = check_request(bad);
        auto const refusal = build_refusal(checked);
        auto const head = parse_response_head(refusal);
        ASSERT_TRUE(head);
        EXPECT_EQ(head->status, 426U);
        EXPECT_EQ(head->fields.first("Sec-WebSocket-Version"), "13");
        EXPECT_EQ(head->fields.first("Upgrade"), "websocket");
        EXPECT_TRUE(head->fields.has_token("Connection", "upgrade"));
        EXPECT_TRUE(head->fields.has_token("Connection", "close"));
        EXPECT_THAT(marks(head->defects), IsEmpty());
        auto const response = check_response(refusal, checked);
        ASSERT_TRUE(response);
        EXPECT_THAT(marks(response->defects), IsEmpty()) << "our own refusal keeps to the rules";
        EXPECT_FALSE(response->opens());
    }
}

TEST(HandshakeRefusal, OfEachMutationIsAWholeHttpResponse) {
    auto const request = build_request(good_request());
    for (const auto& row : request_mutations()) {
        SCOPED_TRACE(row.why);
        auto const checked = check_request(edited(request, row.from, row.to));
        auto const refusal = build_refusal(checked);
        auto const size = head_size(refusal);
        ASSERT_TRUE(size);
        auto const head = parse_response_head(std::string_view(refusal).substr(0, *size));
        ASSERT_TRUE(head);
        EXPECT_THAT(marks(head->defects), IsEmpty());
        EXPECT_EQ(head->status, checked.wrong_version ? 426U : 400U);
        EXPECT_EQ(head->fields.first("Content-Length"), std::to_string(refusal.size() - *size));
        EXPECT_TRUE(head->fields.has_token("Connection", "close"));
        EXPECT_TRUE(std::ranges::all_of(refusal.substr(*size), [](char c) {
            return c == '\n' || (c >= 0x20 && c < 0x7f);
        })) << "what a peer sent comes back escaped";
    }
}

TEST(HandshakeRefusal, OfABadHostIs400WhateverTheVersion) {
    auto request = edited(build_request(good_request()), ": 13", ": 14");
    request = edited(request, "Host: example.com\r\n", "");  // RFC 9112 section 3.2 asks for 400 by number
    EXPECT_THAT(build_refusal(check_request(request)), StartsWith("HTTP/1.1 400 "));
}

// Responses.

std::vector<Mutation> response_mutations() {
    std::string const accept_line = "Sec-WebSocket-Accept: " + std::string(accept) + "\r\n";
    return {
        {"names and tokens in any case", "Upgrade: websocket", "UPGRADE: WebSocket", {}},
        {"Connection is a list", "Connection: Upgrade", "Connection: keep-alive, upgrade", {}},
        {"another reason", "Switching Protocols", "Web Socket Protocol Handshake", {}},
        {"an empty reason", "Switching Protocols", "", {}},
        {"a cookie", end, "\r\nSet-Cookie: a=b" + end, {}},
        {"HTTP/1.0", "HTTP/1.1", "HTTP/1.0", {"-R6455-4.2.2-14"}},
        {"HTTP/2.0", "HTTP/1.1", "HTTP/2.0", {"-R6455-4.2.2-14"}},
        {"no SP behind the code", "101 Switching Protocols", "101", {"+R6455-4.2.2-14"}},
        {"no Upgrade", "Upgrade: websocket\r\n", "", {"-R6455-4.2.2-15"}},
        {"an empty Upgrade", "websocket", "", {"-R6455-4.2.2-15"}},
        {"another protocol", "websocket", "h2c", {"-R6455-4.2.2-15"}},
        {"a version", "websocket", "websocket/13", {"-R6455-4.2.2-15"}},
        {"two protocols", "websocket", "websocket, h2c", {"-R6455-4.2.2-15"}},
        {"no Connection", "Connection: Upgrade\r\n", "", {"-R6455-4.2.2-16"}},
        {"Connection without Upgrade", "Connection: Upgrade", "Connection: keep-alive", {"-R6455-4.2.2-16"}},
        {"no accept", accept_line, "", {"-R6455-4.2.2-17"}},
        {"an empty accept", accept_line, "Sec-WebSocket-Accept:\r\n", {"-R6455-4.2.2-17"}},
        {"a wrong accept", "s3pPLM", "s3pPLN", {"-R6455-4.2.2-17"}},
        {"base64 has case", "s3pPLM", "S3pPLM", {"-R6455-4.2.2-17"}},
        {"no padding", "xOo=", "xOo", {"-R6455-4.2.2-17"}},
        {"more behind it", "xOo=", "xOo=a", {"-R6455-4.2.2-17"}},
        {"the accept twice", accept_line, accept_line + accept_line, {"-R6455-11.3.3-1"}},
        {"an extension that was offered", end, "\r\nSec-WebSocket-Extensions: b; x" + end, {}},
        {"an extension that was not", end, "\r\nSec-WebSocket-Extensions: d" + end, {"-R6455-4.2.2-11"}},
        {"one that was, one that was not", end, "\r\nSec-WebSocket-Extensions: b, d" + end, {"-R6455-4.2.2-11"}},
        {"an empty extension list", end, "\r\nSec-WebSocket-Extensions:" + end, {"-R6455-4.2.2-13"}},
        {"a malformed extension list", end, "\r\nSec-WebSocket-Extensions: b;" + end, {"-R6455-9.1-1"}},
        {"a subprotocol that was offered", end, "\r\nSec-WebSocket-Protocol: chat" + end, {}},
        {"a subprotocol that was not", end, "\r\nSec-WebSocket-Protocol: other" + end, {"-R6455-4.2.2-8"}},
        {"subprotocols have case", end, "\r\nSec-WebSocket-Protocol: Chat" + end, {"-R6455-4.2.2-8"}},
        {"an empty subprotocol", end, "\r\nSec-WebSocket-Protocol:" + end, {"-R6455-4.2.2-10"}},
        {"two subprotocols", end, "\r\nSec-WebSocket-Protocol: chat, superchat" + end, {"-R6455-4.2.2-10"}},
        {"on two lines",
         end,
         "\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat" + end,
         {"-R6455-11.3.4-2"}},
        {"a length", end, "\r\nContent-Length: 0" + end, {"-R9110-8.6-1"}},
        {"a transfer coding", end, "\r\nTransfer-Encoding: chunked" + end, {"-R9112-6.1-2"}},
        {"a folded field", "Upgrade: websocket", "Upgrade:\r\n websocket", {"+R9112-5.2-3"}},
        {"a bare LF", "websocket\r\n", "websocket\n", {"-R6455-4.2.2-14"}},
        {"SP before a colon", "Upgrade:", "Upgrade :", {"-R9112-5.1-1"}},
    };
}

CheckedRequest request_with_offers() {
    auto request = good_request();
    request.subprotocols = {"chat", "superchat"};
    request.extensions = "a, b; x";
    return check_request(build_request(request));
}

TEST(HandshakeResponse, FilesEachMutationUnderItsStatement) {
    auto const request = request_with_offers();
    for (const auto& row : response_mutations()) {
        SCOPED_TRACE(row.why);
        auto const response = check_response(edited(build_acceptance(key), row.from, row.to), request);
        ASSERT_TRUE(response);
        EXPECT_EQ(marks(response->defects), row.defects);
        EXPECT_EQ(response->opens(),
                  std::ranges::none_of(row.defects, [](const auto& mark) { return mark.starts_with('-'); }));
    }
}

TEST(HandshakeResponse, NamesNothingToAClientThatOfferedNothing) {
    auto const request = check_request(build_request(good_request()));
    EXPECT_THAT(marks(check_response(build_acceptance(key, "chat"), request)->defects), ElementsAre("-R6455-4.2.2-9"));
    EXPECT_THAT(marks(check_response(build_acceptance(key, "", "a"), request)->defects),
                ElementsAre("-R6455-4.2.2-12"));
}

// RFC 7692 section 5: two that use RSV1, even if it is the same one twice.
TEST(HandshakeResponse, AgreesToPermessageDeflateOnce) {
    auto request = good_request();
    request.extensions = "permessage-deflate; server_max_window_bits=9, permessage-deflate";
    auto const checked = check_request(build_request(request));
    auto const answer = [&](std::string_view extensions) {
        return marks(check_response(build_acceptance(key, "", extensions), checked)->defects);
    };
    EXPECT_THAT(answer("permessage-deflate"), IsEmpty());
    EXPECT_THAT(answer("permessage-deflate, permessage-deflate"), ElementsAre("-R7692-5-7"));
    EXPECT_THAT(answer("permessage-deflate; server_max_window_bits=9, permessage-deflate"), ElementsAre("-R7692-5-7"));
}

TEST(HandshakeResponse, ParametersCountWhereTheNameIsInAnotherCase) {
    auto request = good_request();
    request.extensions = "PERMESSAGE-DEFLATE";
    auto const asked = check_request(build_request(request));
    auto const answer = [&](const std::string& extensions) {
        return marks(check_response(build_acceptance(asked.key, {}, extensions), asked)->defects);
    };
    EXPECT_THAT(answer("permessage-deflate"), ElementsAre("+R6455-4.2.2-11"));
    EXPECT_THAT(answer("permessage-deflate; x-unknown"), ElementsAre("-R7692-7-5", "+R6455-4.2.2-11"));
}

TEST(HandshakeResponse, WithAnotherStatusNeverOpens) {
    auto const request = request_with_offers();
    for (char const* status : {"100 Continue", "102 Processing", "200 OK", "301 Moved Permanently", "401 Unauthorized",
                               "404 Not Found", "500 Internal Server Error", "999 ", "000 "}) {
        auto const response = check_response(edited(build_acceptance(key), "101 Switching Protocols", status), request);
        ASSERT_TRUE(response) << status;
        EXPECT_FALSE(response->opens()) << status;
        EXPECT_THAT(marks(response->defects), IsEmpty()) << status << ": a refusal is no fault";
    }
}

TEST(HandshakeResponse, ThatIsNoHttpIsNone) {
    auto const request = request_with_offers();
    EXPECT_FALSE(check_response("", request));
    EXPECT_FALSE(check_response("\x88\x02\x03\xea", request));
    EXPECT_FALSE(check_response(build_request(good_request()), request));
    EXPECT_FALSE(check_response(edited(build_acceptance(key), "101", "1O1"), request));
}

TEST(HandshakeResponse, ToAWrongVersionListsTheRightOne) {
    auto const request = check_request(edited(build_request(good_request()), ": 13", ": 14"));
    auto const answer = [&](const std::string& head) { return marks(check_response(head + "\r\n", request)->defects); };
    EXPECT_THAT(answer("HTTP/1.1 400 Bad\r\nSec-WebSocket-Version: 13\r\n"), IsEmpty());
    EXPECT_THAT(answer("HTTP/1.1 400 Bad\r\nSec-WebSocket-Version: 8, 13\r\n"), IsEmpty());
    EXPECT_THAT(answer("HTTP/1.1 400 Bad\r\n"), ElementsAre("-R6455-4.2.2-6"));
    EXPECT_THAT(answer("HTTP/1.1 400 Bad\r\nSec-WebSocket-Version: 8\r\n"), ElementsAre("-R6455-4.2.2-6"));
    EXPECT_THAT(answer("HTTP/1.1 426 Upgrade\r\nSec-WebSocket-Version: 13\r\n"), ElementsAre("+R9110-7.8-6"));
    EXPECT_THAT(answer("HTTP/1.1 426 Upgrade\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n"), IsEmpty());
}

// Hostile input.

// What binds clients.

TEST(ClientDefects, AGoodRequestHasNone) {
    EXPECT_THAT(marks(client_defects(check_request(build_request(good_request())))), IsEmpty());
}

TEST(ClientDefects, AnEmptyLineInFrontIsOne) {
    std::string const request = build_request(good_request());
    EXPECT_THAT(marks(client_defects(check_request("\r\n" + request))), ElementsAre("-R9112-2.2-3"));
    EXPECT_THAT(marks(client_defects(check_request("\r\n\r\n" + request))), ElementsAre("-R9112-2.2-3"));
    EXPECT_FALSE(check_request("\r\n" + request).must_be_refused()) << "a server ignores it";
}

TEST(ClientDefects, HostIsComparedWithAKnownUrl) {
    struct Row {
        std::string_view host, authority;
        bool tls, same;
    };
    for (const auto& [host, authority, tls, same] : {
             Row{"127.0.0.1:9001", "127.0.0.1:9001", false, true},
             Row{"LocalHost:9001", "localhost:9001", false, true},
             Row{"localhost", "localhost:80", false, true},
             Row{"localhost:", "localhost:80", false, true},
             Row{"localhost:80", "localhost", false, true},
             Row{"localhost", "localhost:443", true, true},
             Row{"[::1]", "[::1]:80", false, true},
             Row{"[::1]:9001", "[::1]:9001", false, true},
             Row{"anything", "", false, true},
             Row{"localhost", "localhost:443", false, false},
             Row{"localhost", "localhost:9001", false, false},
             Row{"localhost:9002", "localhost:9001", false, false},
             Row{"localhost:9001", "127.0.0.1:9001", false, false},
             Row{"[::2]:9001", "[::1]:9001", false, false},
         }) {
        auto asked = good_request();
        asked.host = host;
        auto const found = marks(
            client_defects(check_request(build_request(asked)), {.authority = std::string(authority), .tls = tls}));
        EXPECT_EQ(found, same ? std::vector<std::string>() : std::vector<std::string>{"-R9112-3.2-2"})
            << host << " " << authority;
    }
}

TEST(ClientDefects, AnAbsoluteTargetIsComparedWithAKnownUrl) {
    struct Row {
        std::string_view target;
        bool tls, same;
    };
    for (const auto& [target, tls, same] : {
             Row{"http://example.com/chat", false, true},
             Row{"HTTP://EXAMPLE.com:80/chat", false, true},
             Row{"https://example.com/chat", true, true},
             Row{"https://example.com/chat", false, false},
             Row{"http://example.com:8080/chat", false, false},
             Row{"http://other.example/chat", false, false},
             Row{"ws://example.com/chat", false, false},
         }) {
        auto asked = good_request();
        asked.resource = target;
        auto const found =
            marks(client_defects(check_request(build_request(asked)), {.authority = "example.com", .tls = tls}));
        EXPECT_EQ(found, same ? std::vector<std::string>() : std::vector<std::string>{"-R6455-4.1-17"}) << target;
    }
}

TEST(ClientDuties, AreJudgedByWhatTheClientAskedFor) {
    struct Row {
        std::string_view offer, answer;
        ClientDuty duty;
    };
    std::string const bits = "permessage-deflate; client_max_window_bits=10";
    std::string const bad_bits = bits + "; server_max_window_bits=7";
    for (const auto& [offer, answer, duty] : {
             Row{"permessage-deflate; client_max_window_bits", bits, ClientDuty::open},
             Row{"permessage-deflate", bits, ClientDuty::fail},
             // RFC 7692 sections 7.1.1.1 and 7.1.2.1: the server should have confirmed it; the client may do without.
             Row{"permessage-deflate; server_no_context_takeover; client_max_window_bits", bits, ClientDuty::judge},
             Row{"permessage-deflate; server_max_window_bits=10; client_max_window_bits", bits, ClientDuty::judge},
             Row{"permessage-deflate; server_no_context_takeover", bits, ClientDuty::fail},
             Row{"permessage-deflate; server_no_context_takeover, permessage-deflate; server_max_window_bits=10; "
                 "client_max_window_bits",
                 bits, ClientDuty::judge},
             Row{"permessage-deflate; server_max_window_bits=10; client_max_window_bits, permessage-deflate", bits,
                 ClientDuty::judge},
             // Section 7: the server should have declined it, but it was offered.
             Row{"permessage-deflate; client_max_window_bits=16", bits, ClientDuty::judge},
             Row{"permessage-deflate; client_max_window_bits; client_max_window_bits", bits, ClientDuty::judge},
             Row{"permessage-deflate; client_max_window_bits; x-unknown", bits, ClientDuty::judge},
             Row{"permessage-deflate; client_max_window_bits=16", bad_bits, ClientDuty::fail},
             // 9.1: and this one could not be read at all.
             Row{"permessage-deflate; client_max_window_bits=", bits, ClientDuty::judge},
             Row{"permessage-deflate; client_max_window_bits=", bad_bits, ClientDuty::fail},
             Row{"permessage-deflate; client_max_window_bits=", "x-unknown", ClientDuty::fail},
             Row{"permessage-deflate; client_max_window_bits", "permessage-deflate; =1", ClientDuty::fail},
         }) {
        auto asked = good_request();
        asked.extensions = offer;
        auto const checked = check_response(build_acceptance(key, {}, answer), check_request(build_request(asked)));
        EXPECT_EQ(client_duty(checked), duty) << offer << " -> " << answer;
    }
}

// RFC 2616, which RFC 6455 cites, had these in its grammar; RFC 9112 has not.
TEST(ClientDuties, AVersionOfOldIsForTheClientToJudge) {
    auto const request = check_request(build_request(good_request()));
    for (std::string_view const version : {"http/1.1", "HTTP/1.10"}) {
        auto const checked = check_response(edited(build_acceptance(key), "HTTP/1.1", version), request);
        ASSERT_TRUE(checked) << version;
        EXPECT_THAT(marks(checked->defects), ElementsAre("-R6455-4.2.2-14")) << version;
        EXPECT_EQ(client_duty(checked), ClientDuty::judge) << version;
    }
}

TEST(ClientDuties, TwoSubprotocolsAreNone) {
    auto asked = good_request();
    asked.subprotocols = {"chat", "superchat"};
    auto const request = check_request(build_request(asked));
    std::string const one = build_acceptance(key, "chat");
    EXPECT_EQ(client_duty(check_response(one, request)), ClientDuty::open);
    for (std::string_view const more :
         {"chat, superchat", "Chat", "chatx", "chat\r\nSec-WebSocket-Protocol: superchat"})
        EXPECT_EQ(client_duty(check_response(edited(one, ": chat", ": " + std::string(more)), request)),
                  ClientDuty::fail)
            << more;
}

TEST(HandshakeProperty, RandomMutationsOfGoodHeadsAreAnswered) {
    std::mt19937_64 dice(6455);
    auto const request = build_request({.resource = "/chat",
                                        .host = "[::1]:80",
                                        .key = std::string(key),
                                        .subprotocols = {"a", "b"},
                                        .extensions = "a; b=\"c\", d",
                                        .more_lines = {"Content-Length: 0", "Origin: x"}});
    auto const checked = check_request(request);
    auto const response = build_acceptance(key, "a", "a; b=\"c\"");
    std::string_view const spice = "\r\n\t\0 ,;=\"\\:/#[]%H1\x7f\xff";
    for (int i = 0; i < 20'000; ++i) {
        std::string text = i % 2 == 0 ? request : response;
        for (auto edits = 1 + dice() % 4; edits > 0 && !text.empty(); --edits) {
            auto const at = dice() % text.size();
            switch (dice() % 5) {
                case 0:
                    text[at] = static_cast<char>(dice());
                    break;
                case 1:
                    text[at] = spice[dice() % spice.size()];
                    break;
                case 2:
                    text.insert(at, 1, spice[dice() % spice.size()]);
                    break;
                case 3:
                    text.erase(at, 1 + dice() % 8);
                    break;
                default:
                    text.insert(at, text.substr(dice() % text.size(), dice() % 40));
                    break;
            }
        }
        auto const bad = check_request(text);
        ASSERT_FALSE(bad.must_be_accepted() && bad.must_be_refused()) << i;
        if (auto const size = head_size(text)) {
            ASSERT_LE(*size, text.size()) << i;
            ASSERT_EQ(head_size(text.substr(0, *size)), *size) << i;
        }
        auto const answer = check_response(text, checked);
        ASSERT_TRUE(!answer || !answer->opens() || answer->head.status == 101) << i;
        ASSERT_TRUE(parse_response_head(build_refusal(bad))) << i;
    }
}

TEST(HandshakeProperty, RandomOctetsAreRefused) {
    std::mt19937_64 dice(6455);
    auto const request = check_request(build_request(good_request()));
    for (int i = 0; i < 5'000; ++i) {
        std::string text(dice() % 200, '\0');
        for (auto& c : text) c = static_cast<char>(dice());
        ASSERT_TRUE(check_request(text).must_be_refused()) << i;
        auto const answer = check_response("HTTP/1.1 101 " + text, request);
        ASSERT_TRUE(answer) << i;
        ASSERT_FALSE(answer->opens()) << i;
    }
}

TEST(HandshakeProperty, TimeIsLinearInHostileHeads) {
    constexpr std::size_t mebi = 1 << 20;
    auto const many = [](std::string_view part) {
        std::string out;
        while (out.size() < mebi) out += part;
        return out;
    };
    auto const request = build_request(good_request());
    auto const response = build_acceptance(key);
    auto const checked = check_request(request);
    for (const auto& lines : {
             "X: " + many("a"),
             "X: " + many("\r"),
             "X:" + many(" ") + "a" + many(" "),
             many("a"),
             many("a:\r\n") + "a:",
             many("\n a") + ":",
             "X: a" + many("\r\n b"),
             "Connection: " + many(","),
             "Connection: " + many("a, "),
             many("Connection: a\r\n") + "a:",
             "Upgrade: " + many("websocket/1,"),
             "Upgrade: " + many("/"),
             "Sec-WebSocket-Protocol: " + many("a,"),
             "Sec-WebSocket-Extensions: " + many("a;b,"),
             "Sec-WebSocket-Extensions: a; b=\"" + many("\\\""),
             many("Sec-WebSocket-Key: a\r\n") + "a:",
             "Sec-WebSocket-Accept: " + many("a"),
             "Content-Length: " + many("1"),
             "Content-Length: " + many("1,"),
             "Transfer-Encoding: " + many("chunked,"),
         }) {
        auto const bad = check_request(edited(request, "Host:", lines + "\r\nHost:"));
        EXPECT_LT(build_refusal(bad).size(), 2000U);
        EXPECT_TRUE(check_response(edited(response, end, "\r\n" + lines + end), checked));
    }
    EXPECT_TRUE(check_request("GET /" + many("a") + " HTTP/1.1" + end).must_be_refused());
    EXPECT_TRUE(check_request(many("\r\n")).must_be_refused());
    EXPECT_EQ(head_size(many("\r\n")), std::nullopt);
    EXPECT_EQ(head_size(many("a\r")), std::nullopt);
    // A few seconds with sanitizers. Quadratic would be hours: the time limit of the test is what fails it.
}

}  // namespace
}  // namespace wsspec
