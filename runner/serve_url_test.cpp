#include "runner/serve_url.h"

#include <gtest/gtest.h>

namespace wsspec {
namespace {

using What = ServeCall::What;

TEST(ServeUrl, ReadsAutobahnsProtocol) {
    auto const call = [](std::string_view target) { return parse_serve_call(target).value(); };
    EXPECT_EQ(call("/getCaseCount").what, What::case_count);
    EXPECT_EQ(call("/getCaseInfo?case=7").number, 7U);
    EXPECT_EQ(call("/getCaseInfo?casetuple=1.2.3").id, "1.2.3");
    EXPECT_EQ(call("/stopServer").what, What::stop_server);
    EXPECT_TRUE(call("/updateReports?agent=x&shutdownOnComplete=true").shutdown_on_complete);
    EXPECT_FALSE(call("/updateReports?agent=x&shutdownOnComplete=no").shutdown_on_complete);

    auto const run = call("/runCase?case=12&casetuple=1.1.1&agent=My%20Client%2F1.0+beta");
    EXPECT_EQ(run.what, What::run_case);
    EXPECT_EQ(run.number, 12U);
    EXPECT_EQ(run.agent, "My Client/1.0 beta");
    EXPECT_EQ(call("/getCaseStatus?case=1&agent=a&").what, What::case_status);
    EXPECT_EQ(call("/runCase?agent=%zz%&case=1").agent, "%zz%") << "what is no escape stands for itself";
}

TEST(ServeUrl, HasPathsOfItsOwn) {
    auto const call = parse_serve_call("/case/6.4.3?agent=me").value();
    EXPECT_EQ(call.what, What::run_case);
    EXPECT_EQ(call.id, "6.4.3");
    EXPECT_EQ(call.agent, "me");
}

// RFC 6455 section 4.1 item 2 of the request: "or be an absolute http/https URI".
TEST(ServeUrl, TakesTheWholeUri) {
    for (std::string_view const front :
         {"http://127.0.0.1:9001", "https://a.example", "ws://[::1]:80", "WSS://a.example:1"}) {
        auto const call = parse_serve_call(std::string(front) + "/runCase?case=12&agent=a%2Fb#top").value();
        EXPECT_EQ(call.what, What::run_case) << front;
        EXPECT_EQ(call.number, 12U) << front;
        EXPECT_EQ(call.agent, "a/b") << front;
        for (std::string_view const nothing : {"", "/", "?agent=a", "#top"})
            EXPECT_FALSE(parse_serve_call(std::string(front) + std::string(nothing))) << front << nothing;
    }
    EXPECT_EQ(parse_serve_call("/a?b=http://c/getCaseCount").value().what, What::commands);
    EXPECT_EQ(parse_serve_call("other://a/getCaseCount").value().what, What::commands);
}

TEST(ServeUrl, TakesCommandsOnAnyOtherPath) {
    for (std::string_view const target : {"/getcasecount", "/runCase/?case=1&agent=a", "/a/b?c=d&c=d", "/x#y"})
        EXPECT_EQ(parse_serve_call(target).value().what, What::commands) << target;
}

TEST(ServeUrl, SaysWhatIsWrong) {
    auto const error = [](std::string_view target) {
        auto const call = parse_serve_call(target);
        return call ? std::string("none") : call.error();
    };
    EXPECT_NE(error("/").find("nothing at /"), std::string::npos);
    EXPECT_NE(error("?agent=a").find("nothing at /"), std::string::npos);
    EXPECT_NE(error("/runCase?agent=a").find("which case?"), std::string::npos);
    EXPECT_NE(error("/runCase?case=1").find("agent=NAME"), std::string::npos);
    EXPECT_NE(error("/runCase?case=0&agent=a").find("no number from 1"), std::string::npos);
    EXPECT_NE(error("/runCase?case=1x&agent=a").find("no number"), std::string::npos);
    EXPECT_NE(error("/runCase?case=99999999999999999999999&agent=a").find("no number"), std::string::npos);
    EXPECT_NE(error("/runCase?case=1&case=2&agent=a").find("twice"), std::string::npos);
    EXPECT_NE(error("/case/?agent=a").find("which case?"), std::string::npos);
    EXPECT_NE(error("/runCase?case=1&agent=" + std::string(201, 'a')).find("longer"), std::string::npos);
    EXPECT_EQ(error("/runCase?\x1b[31m&\x1b[31m").find('\x1b'), std::string::npos)
        << "nothing reaches a terminal as it is";
}

}  // namespace
}  // namespace wsspec
