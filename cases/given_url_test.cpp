#include "cases/given_url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cases/catalogue.h"

namespace wsspec {
namespace {

TEST(GivenUrl, IsWrittenForWhereWeListen) {
    UrlPlace const clear{.tls = false, .host = "127.0.0.1", .port = 9001};
    UrlPlace const tls{.tls = true, .host = "[::1]", .port = 443};
    EXPECT_EQ(url_at({.written = "{ws}://{host}:{port}/a"}, clear), "ws://127.0.0.1:9001/a");
    EXPECT_EQ(url_at({.written = "{WS}://{host}:{port+65536}"}, tls), "WSS://[::1]:65979");
    EXPECT_EQ(authority_at({}, clear), "127.0.0.1:9001");
    EXPECT_EQ(authority_at({.written = {}, .host = "localhost"}, clear), "localhost:9001");
}

TEST(GivenUrl, RequestsAreToldApart) {
    GivenUrl const url{
        .written = {}, .requests = {{"/%C3%BC?a"}, {"/", Grade::informational, "so"}}, .stays_away = Grade::pass};
    struct Row {
        const char* target;
        Grade grade;
    };
    for (const auto& row : std::vector<Row>{
             {"/%C3%BC?a", Grade::pass},
             {"/%c3%bc?a", Grade::pass},
             {"http://h:1/%C3%Bc?a", Grade::pass},
             {"/", Grade::informational},
             {"http://h", Grade::informational},
             {"", Grade::fail},
             {"/\xc3\xbc?a", Grade::fail},
             {"/%C3%BC?A", Grade::fail},
             {"/%FC?a", Grade::fail},
             {"/%C3%BC?a#b", Grade::fail},
             {"/%", Grade::fail},
         }) {
        auto const found = judged_target(url, row.target);
        EXPECT_EQ(found.grade, row.grade) << row.target;
        EXPECT_EQ(found.why.empty(), row.grade == Grade::pass) << row.target;
    }
    EXPECT_EQ(describe(url), "no request; or a request for /%C3%BC?a; or (informational) a request for /");
}

/// A verdict that is no pass has its reason in words, and a case that nothing passes asks nothing.
TEST(GivenUrl, EveryGradeOfTheCatalogueIsExplained) {
    std::size_t cases = 0;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) {
            if (!one.url) continue;
            ++cases;
            SCOPED_TRACE(one.id);
            EXPECT_EQ(one.target, Target::client);
            EXPECT_TRUE(one.variants.empty());
            bool const passes = one.url->stays_away == Grade::pass ||
                                (!one.url->requests.empty() && one.url->requests.front().grade == Grade::pass);
            EXPECT_TRUE(passes);
            for (const auto& request : one.url->requests)
                EXPECT_EQ(request.why.empty(), request.grade == Grade::pass) << request.target;
            bool const between = one.url->stays_away != Grade::pass && one.url->stays_away != Grade::fail;
            EXPECT_EQ(one.url->why_away.empty(), !between);
        }
    EXPECT_GE(cases, 27U);
}

}  // namespace
}  // namespace wsspec
