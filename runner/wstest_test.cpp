// `wstest` from outside: its flags, its modes, the lines that scripts wait for.
#include "runner/wstest_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace wsspec {
namespace {

using test::Child;
using test::contents;
using test::Folder;
using test::wstest;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

TEST(Wstest, HelpAndVersionsAreNoErrors) {
    for (const char* flag : {"--help", "--version", "-a"}) {
        auto const ran = wstest({flag});
        EXPECT_EQ(ran.status, 0) << flag;
        EXPECT_THAT(ran.out, HasSubstr("wstest"));
        EXPECT_EQ(ran.err, "");
    }
    for (const char* mode : {"fuzzingclient", "fuzzingserver", "testeeserver", "testeeclient", "echoserver",
                             "echoclient", "massconnect", "broadcastserver", "broadcastclient"})
        EXPECT_THAT(wstest({"--help"}).out, HasSubstr(mode));
}

TEST(Wstest, MistakesAreOneLineAndStatus1) {
    Folder const folder;
    auto const spec = [&](const std::string& text) { return test::written(folder / "spec.json", text); };
    struct Row {
        std::vector<std::string> arguments;
        const char* part;
    };
    for (const auto& [arguments, part] : std::vector<Row>{
             {{}, "no mode was given"},
             {{"-m", "frobnicate"}, "there is no mode frobnicate"},
             {{"--frobnicate"}, "--frobnicate"},
             {{"fuzzingclient"}, "fuzzingclient"},
             {{"-m", "fuzzingclient", "-s", folder / "none.json"}, "none.json"},
             {{"-m", "fuzzingclient", "-s", test::written(folder / "bad.json", "{")}, "no JSON"},
             {{"-m", "fuzzingclient", "-s", test::written(folder / "a.json", R"({"cases": ["*"]})")}, "\"servers\""},
             {{"-m", "fuzzingclient", "-w", "http://h", "-s", test::written(folder / "b.json", R"({"cases": ["*"]})")},
              "neither ws nor wss"},
             {{"-m", "fuzzingclient", "-w", "ws://127.0.0.1:1", "-s",
               test::written(folder / "c.json", R"({"cases": ["1.1.99"]})")},
              "there is no case"},
             {{"-m", "fuzzingclient", "-w", "ws://127.0.0.1:1", "-s",
               test::written(folder / "d.json", R"({"cases": ["*"], "options": {"x": 1}})")},
              "no option"},
             {{"-m", "fuzzingserver", "-s", test::written(folder / "e.json", R"({"cases": ["*"]})")}, "\"url\""},
             {{"-m", "fuzzingserver", "-u", "0", "-s",
               test::written(folder / "f.json", R"({"cases": ["*"], "url": "wss://127.0.0.1:0"})")},
              "needs \"cert\""},
             {{"-m", "fuzzingserver", "-u", "x", "-s", spec("{}")}, "webport"},
             {{"-m", "testeeclient", "-w", "ws://127.0.0.1:1"}, "how many cases"},
             {{"-m", "echoserver", "-w", "wss://127.0.0.1:0"}, "-c and -k"},
             {{"-m", "broadcastclient", "-w", "ws://127.0.0.1:1"}, "cannot connect"},
         }) {
        auto const ran = wstest(arguments);
        EXPECT_EQ(ran.status, 1) << part << "\n" << ran.out << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(part));
    }
}

TEST(Wstest, AFuzzingclientSaysWhatScriptsWaitForAndEndsWith0) {
    Folder const folder;
    test::EchoServer const server;
    auto const spec = test::written(folder / "spec.json", Json{{"outdir", folder / "out"},
                                                               {"servers",
                                                                {{{"agent", "Echo"}, {"url", server.url()}},
                                                                 {{"url", server.url()}},
                                                                 {{"agent", "Gone"}, {"url", "ws://127.0.0.1:1"}}}},
                                                               {"cases", {"1.1.1", "1.1.2", "7.1.6"}},
                                                               {"exclude-agent-cases", {{"E*", {"1.1.2"}}}}}
                                                              .dump());
    auto const ran = wstest({"-m", "fuzzingclient", "-s", spec});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(ran.out.starts_with("Ok, will run 3 test cases against 3 servers\n")) << ran.out;
    EXPECT_THAT(ran.out, HasSubstr("Running test case ID 1.1.1 for agent Echo from peer " + server.url()));
    EXPECT_THAT(ran.out, HasSubstr("Running test case ID 1.1.2 for agent UnknownServer from peer "));
    EXPECT_THAT(ran.out, HasSubstr("Connection to ws://127.0.0.1:1 failed ("));
    EXPECT_THAT(ran.out, HasSubstr("Updating reports "));
    auto const index = Json::parse(contents(folder / "out/index.json"));
    EXPECT_EQ(index.size(), 2U) << "who cannot be reached has no results";
    EXPECT_FALSE(index.at("Echo").contains("1.1.2")) << "excluded for the agent";
    EXPECT_EQ(index.at("UnknownServer").at("1.1.2").at("behavior"), "OK");
    EXPECT_EQ(index.at("UnknownServer").at("7.1.6").at("behavior"), "INFORMATIONAL");
    EXPECT_THAT(contents(folder / "out/echo_case_1_1_1.html"), HasSubstr("Case Description"));
}

TEST(Wstest, FailuresAreInTheReportAndStatusIs0) {
    Folder const folder;
    test::EchoServer const server("sends-rsv3-in-pongs");
    auto const index = test::fuzzed(folder, server.url(), {"1.1.1", "2.2"});
    EXPECT_EQ(index.at("Echo").at("1.1.1").at("behavior"), "OK");
    EXPECT_EQ(index.at("Echo").at("2.2").at("behavior"), "FAILED");
}

TEST(Wstest, WithoutASpecItIsInTheWorkingDirectory) {
    Folder const folder;
    Child child(
        {"/bin/sh", "-c",
         "cd '" + (folder / "") + "' && exec '" + test::wstest_program() + "' -m fuzzingclient -w ws://127.0.0.1:1"});
    auto const first = child.finish();
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("Wrote the spec fuzzingclient.json"));
    EXPECT_THAT(first.out, HasSubstr("Ok, will run 517 test cases"));
    EXPECT_TRUE(Json::accept(contents(folder / "fuzzingclient.json")));

    // -w is for specs without servers.
    test::EchoServer const server;
    test::written(folder / "fuzzingclient.json", R"({"cases": ["1.1.1"], "exclude-cases": [""]})");
    auto const second = Child({"/bin/sh", "-c",
                               "cd '" + (folder / "") + "' && exec '" + test::wstest_program() +
                                   "' -m fuzzingclient -w " + server.url()})
                            .finish();
    EXPECT_THAT(second.out, HasSubstr("Using the spec fuzzingclient.json\nOk, will run 1 test cases"));
    EXPECT_TRUE(Json::parse(contents(folder / "reports/servers/index.json")).contains("UnknownServer"));
}

TEST(Wstest, AFuzzingserverAndItsTesteeclient) {
    Folder const folder;
    test::FuzzingServer server(folder, {"1.1.*", "5.1*", "7.7.1", "9.1.1", "12.1.1"}, {{"Testee*", {"1.1.3"}}});
    auto const driven = wstest({"-m", "testeeclient", "-w", server.url(), "-i", "Testee & Co/1"});
    EXPECT_EQ(driven.status, 0) << driven.err;
    EXPECT_THAT(driven.out, HasSubstr("Ok, will run "));
    auto const index = server.index();
    const Json& cases = index.at("Testee & Co/1");
    EXPECT_EQ(cases.size() + 1, server.count()) << "1.1.3 is excluded for the agent";
    EXPECT_FALSE(cases.contains("1.1.3"));
    for (const auto& [id, entry] : cases.items()) {
        EXPECT_EQ(entry.at("behavior"), "OK") << id;
        EXPECT_EQ(entry.at("behaviorClose"), "OK") << id;
        EXPECT_TRUE(std::filesystem::exists(folder / ("out/" + entry.at("reportfile").get<std::string>()).c_str()));
    }
    EXPECT_EQ(Json::parse(contents(folder / "out/testee___co_1_case_1_1_1.json")).at("isServer"), true);
    auto const ended = server.stop();
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_TRUE(std::regex_search(
        ended.out,
        std::regex("Running test case ID 1\\.1\\.1 for agent Testee & Co/1 from peer tcp4:127\\.0\\.0\\.1:[0-9]+\n")))
        << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("Updating reports ...\n"));
}

TEST(Wstest, MassconnectOpensThemAll) {
    Folder const folder;
    test::EchoServer const server;
    auto const spec = [&](const std::string& uri) {
        return test::written(
            folder / "mass.json",
            Json{{"options", {{"connections", 150}, {"batchsize", 40}, {"batchdelay", 1}, {"retrydelay", 1}}},
                 {"servers", {{{"name", "one"}, {"uri", uri}, {"desc", "an echo server"}}}}}
                .dump());
    };
    auto const ran = wstest({"-m", "massconnect", "-s", spec(server.url())});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(std::regex_search(ran.out, std::regex("150 of 150 connections to one opened in [0-9]+ ms"))) << ran.out;
    auto const refused = wstest({"-m", "massconnect", "-s", spec("ws://127.0.0.1:1")});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.out, HasSubstr("0 of 150 connections"));
}

TEST(Wstest, BroadcastReachesEverybody) {
    Child server({test::wstest_program(), "-m", "broadcastserver", "-w", "ws://127.0.0.1:0"});
    ASSERT_TRUE(server.prints("/\n"));
    auto const url = test::url_in(server.out());
    Child first({test::wstest_program(), "-m", "broadcastclient", "-w", url});
    ASSERT_TRUE(first.prints("hello from the client\n")) << "the server sends to all, the sender included";
    Child second({test::wstest_program(), "-m", "broadcastclient", "-w", url});
    EXPECT_TRUE(second.prints("hello"));
    EXPECT_TRUE(first.prints("hello from the client\nhello")  // its own, then the second's or a tick between
                || first.out().find("tick") != std::string::npos);
    EXPECT_TRUE(second.prints("tick "));
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish().status, 0);
    EXPECT_EQ(first.finish().status, 0) << "ends with its server";
}

TEST(Wstest, WaitsForAServerThatComesLater) {
    Folder const folder;
    std::string url;
    {
        test::EchoServer const before;
        url = before.url();
    }
    std::string const spec =
        test::written(folder / "spec.json", Json{{"outdir", folder / "out"},
                                                 {"servers", Json::array({Json{{"agent", "Late"}, {"url", url}}})},
                                                 {"cases", {"1.1.2"}}}
                                                .dump());
    Child waiting({test::wstest_program(), "-m", "fuzzingclient", "--wait", "60", "-s", spec});
    ASSERT_TRUE(waiting.prints("Waiting for " + url));
    Child const server({test::program(), "echo", "--port", url.substr(url.rfind(':') + 1)});
    EXPECT_EQ(waiting.finish().status, 0);
    EXPECT_EQ(Json::parse(contents(folder / "out/index.json")).at("Late").at("1.1.2").at("behavior"), "OK");

    // Not longer than it was told to.
    auto const alone = wstest({"-m", "fuzzingclient", "--wait", "1", "-s",
                               test::written(folder / "none.json", Json{{"outdir", folder / "none"},
                                                                        {"servers", {{{"url", "ws://127.0.0.1:1"}}}},
                                                                        {"cases", {"1.1.2"}}}
                                                                       .dump())});
    EXPECT_EQ(alone.status, 0);
    EXPECT_THAT(alone.out, HasSubstr("Connection to ws://127.0.0.1:1 failed"));
}

TEST(Wstest, EchoclientEchoesWithoutCompression) {
    Folder const folder;
    test::FuzzingServer server(folder, {"1.1.2", "12.1.1"});
    EXPECT_EQ(wstest({"-m", "echoclient", "-w", server.url() + "/runCase?case=1&agent=plain"}).status, 0);
    EXPECT_EQ(wstest({"-m", "echoclient", "-w", server.url() + "/runCase?case=2&agent=plain"}).status, 0);
    EXPECT_EQ(wstest({"-m", "echoclient", "-w", server.url() + "/updateReports?agent=plain"}).status, 0);
    auto const index = server.index();
    EXPECT_EQ(index.at("plain").at("1.1.2").at("behavior"), "OK");
    EXPECT_EQ(index.at("plain").at("12.1.1").at("behavior"), "UNIMPLEMENTED");
}

}  // namespace
}  // namespace wsspec
