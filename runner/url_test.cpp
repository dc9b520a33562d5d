#include "runner/url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wsspec {
namespace {

TEST(ParseUrl, TakesThemApart) {
    struct Row {
        const char* text;
        bool secure;
        const char* host;
        const char* port;
        const char* authority;
        const char* resource;
    };
    for (const auto& row : std::vector<Row>{
             {"ws://localhost", false, "localhost", "80", "localhost", "/"},
             {"wss://localhost", true, "localhost", "443", "localhost", "/"},
             {"WS://Example.Org/", false, "Example.Org", "80", "Example.Org", "/"},
             {"ws://h:80/", false, "h", "80", "h", "/"},
             {"wss://h:80/", true, "h", "80", "h:80", "/"},
             {"wss://h:443/", true, "h", "443", "h", "/"},
             {"ws://h:/x", false, "h", "80", "h", "/x"},
             {"ws://127.0.0.1:9001/a/b?c=d&e=f", false, "127.0.0.1", "9001", "127.0.0.1:9001", "/a/b?c=d&e=f"},
             {"ws://h?q", false, "h", "80", "h", "/?q"},
             {"ws://h/p?q/r", false, "h", "80", "h", "/p?q/r"},
             {"ws://[::1]:9001/", false, "::1", "9001", "[::1]:9001", "/"},
             {"ws://[::1]", false, "::1", "80", "[::1]", "/"},
             {"ws://h:65535/", false, "h", "65535", "h:65535", "/"},
             {"ws://h/a@b", false, "h", "80", "h", "/a@b"},
             {"ws://h?a/b@c:1", false, "h", "80", "h", "/?a/b@c:1"},
             {"ws://h/p?", false, "h", "80", "h", "/p"},
             {"ws://h?", false, "h", "80", "h", "/"},
             {"ws://h/p??", false, "h", "80", "h", "/p??"},
             {"ws://h//a//", false, "h", "80", "h", "//a//"},
             {"ws://\xef\xbd\x8cocalhost:1/", false, "localhost", "1", "localhost:1", "/"},
             {"ws://\xef\xbc\xa1\xef\xbd\x9a\xef\xbc\x8e\xef\xbc\x91/", false, "Az.1", "80", "Az.1", "/"},
             {"ws://h/%23%00?%2f", false, "h", "80", "h", "/%23%00?%2f"},
             {"ws://h/\xc3\xbc?\xc3\xb6", false, "h", "80", "h", "/%C3%BC?%C3%B6"},
         }) {
        auto const url = parse_url(row.text);
        ASSERT_TRUE(url) << row.text << ": " << url.error();
        EXPECT_EQ(url->secure, row.secure) << row.text;
        EXPECT_EQ(url->host, row.host) << row.text;
        EXPECT_EQ(url->port, row.port) << row.text;
        EXPECT_EQ(url->authority, row.authority) << row.text;
        EXPECT_EQ(url->resource, row.resource) << row.text;
    }
}

TEST(ParseUrl, SaysWhatIsWrong) {
    struct Row {
        const char* text;
        const char* why;
    };
    for (const auto& row : std::vector<Row>{
             {"", "the scheme is missing"},
             {"localhost:9001", "the scheme is missing"},
             {"http://localhost/", "neither ws nor wss"},
             {"://localhost/", "neither ws nor wss"},
             {"ws://", "the host is missing"},
             {"ws:///path", "the host is missing"},
             {"ws://:9001/", "the host is missing"},
             {"ws://[]/", "the host is missing"},
             {"ws://h/#top", "fragment"},
             {"ws://h/a b", "blank"},
             {"ws://h/a\\b", "percent-encoded"},
             {"ws://h/{id}", "percent-encoded"},
             {"ws://h/100%", "hex digits"},
             {"ws://h/?%2", "hex digits"},
             {"ws://h/%zz", "hex digits"},
             {"ws://b\xc3\xbc"
              "cher.example/",
              "punycode"},
             // A wide slash, at sign and colon (U+FF0F, U+FF20, U+FF1A).
             {"ws://a\xef\xbc\x8f/", "punycode"},
             {"ws://a\xef\xbc\xa0h/", "punycode"},
             {"ws://a\xef\xbc\x9a"
              "1/",
              "punycode"},
             {"ws://h:9001x", "port"},
             {"ws://h/\r\nX: y", "control character"},
             {"ws://h\x7f/", "control character"},
             {"ws://user:secret@h/", "user information"},
             {"ws://[::1/", "bracket"},
             {"ws://[zz]/", "IPv6"},
             {"ws://[127.0.0.1]/", "IPv6"},
             {"ws://[::1]x/", "behind the address"},
             {"ws://1:2:3/", "port"},
             {"ws://h:0/", "port"},
             {"ws://h:65536/", "port"},
             {"ws://h:-1/", "port"},
             {"ws://h:9001x/", "port"},
             {"ws://h:99999999999999999999/", "port"},
             {"ws://::1/", "the host is missing"},
         }) {
        auto const url = parse_url(row.text);
        ASSERT_FALSE(url) << row.text;
        EXPECT_NE(url.error().find(row.why), std::string::npos) << row.text << ": " << url.error();
        for (char const c : url.error()) EXPECT_GE(c, ' ') << url.error();
    }
}

TEST(ParseHostAndPort, TakesBothAndNothingElse) {
    auto const name = parse_host_and_port("localhost:9001");
    ASSERT_TRUE(name);
    EXPECT_EQ(name->host + " " + name->port, "localhost 9001");
    auto const address = parse_host_and_port("[::1]:80");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host + " " + address->port, "::1 80");
    for (const char* text : {"", "localhost", "localhost:", ":80", "h:0", "h:65536", "h:999999", "h:80/", "h:80/x:80",
                             "h:80?:80", "::1:80", "[::1]", "u@h:80", "h:80\r\n"})
        EXPECT_FALSE(parse_host_and_port(text)) << text;
}

}  // namespace
}  // namespace wsspec
