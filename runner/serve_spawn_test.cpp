// `wsspec serve --spawn` with clients that do not do what they were started for: it ends, and says what it saw.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "runner/commands.h"
#include "runner/wstest_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::contents;
using test::Folder;
using test::program;
using testing::HasSubstr;

/// In this process, where the patience with a driver can be less than a minute.
struct Served {
    int status = 0;
    std::string err;
};
Served serve(ServeOptions& options, const std::string& command) {
    options.spawn = command;
    options.silent = true;
    options.seed = 1;
    testing::internal::CaptureStderr();
    int const status = serve_command(options);
    return {status, testing::internal::GetCapturedStderr()};
}

TEST(ServeSpawn, ADriverThatAsksForNothingIsNotWaitedForWithoutEnd) {
    ServeOptions options{.selection = {.cases = {"1.1.1"}, .target = Target::client}};
    options.driver_patience = std::chrono::milliseconds(0);
    auto const hung = serve(options, "exec tail -f /dev/null # {url}");
    EXPECT_EQ(hung.status, exit_incomplete);
    EXPECT_THAT(hung.err, HasSubstr("has asked for nothing for 0 s; it printed nothing"));
}

/// A client that is started for each script, and once does not come.
TEST(ServeSpawn, WhatAClientLeftOutIsMadeUpFor) {
    Folder const folder;
    std::string const once = "mkdir " + (folder / "came") + " 2>/dev/null && exit; ";
    auto const ran = Child({program(), "serve", "--spawn", once + "exec " + program() + " connect {case_url}", "--case",
                            "14.3.35", "--json", folder / "r.json"})
                         .finish();
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    EXPECT_EQ(nlohmann::json::parse(contents(folder / "r.json")).at("complete"), true);
}

TEST(ServeSpawn, ADriverThatHangsHalfWayLeavesAResult) {
    Folder const folder;
    std::string const file = folder / "r.json";
    ServeOptions options{.selection = {.cases = {"1.1"}, .target = Target::client}};
    options.json_file = file;
    // Once it plays its only case: before that it may take its time.
    options.on_case = [&](const std::string&, const std::string&, const std::string&) {
        options.driver_patience = std::chrono::milliseconds(0);
    };
    auto const hung = serve(options, program() + " connect '{url}/case/1.1.1?agent=a'; exec tail -f /dev/null");
    EXPECT_EQ(hung.status, exit_incomplete);
    EXPECT_THAT(hung.err, HasSubstr("has asked for nothing for 0 s"));
    auto const run = nlohmann::json::parse(contents(file));
    EXPECT_EQ(run.at("complete"), false);
    EXPECT_THAT(run.at("incomplete_because").dump(), HasSubstr("has asked for nothing"));
    EXPECT_EQ(run.at("cases").at(0).at("verdict"), "pass");
}

TEST(ServeSpawn, ADriverThatAsksForNoCase) {
    auto const silent = Child({program(), "serve", "--spawn", "true {url}", "--case", "1.1.1"}).finish();
    EXPECT_EQ(silent.status, exit_incomplete);
    EXPECT_THAT(silent.err, HasSubstr("exited with status 0 and asked for no case; it printed nothing"));

    auto const refused =
        Child({program(), "serve", "--spawn", program() + " connect {url}/runCase >/dev/null 2>&1", "--case", "1.1.1"})
            .finish();
    EXPECT_EQ(refused.status, exit_incomplete);
    EXPECT_THAT(refused.err, HasSubstr("the last request was refused: which case?"));
}

TEST(ServeSpawn, WithoutACaseItSaysWhoWasRefused) {
    auto const refused = Child({program(), "serve", "--spawn", program() + " connect '{case_url}&agent=b' 2>/dev/null",
                                "--case", "1.1.1"})
                             .finish();
    EXPECT_EQ(refused.status, exit_incomplete);
    EXPECT_THAT(refused.err, HasSubstr("no client asked for a case; the last request was refused: the parameter"));
}

TEST(ServeSpawn, TheUrlThatAClientWasGivenIsKnown) {
    Folder const folder;
    auto const verdict = [&](const std::string& client) {
        std::string const file = folder / "r.json";
        auto const ran = Child({program(), "serve", "--spawn", client, "--case", "8.10.15", "--json", file}).finish();
        EXPECT_EQ(ran.err, "");
        auto const one = nlohmann::json::parse(contents(file)).at("cases").at(0);
        return one.at("verdict").get<std::string>() + " " + one.value("requirement", "");
    };
    EXPECT_THAT(verdict(program() + " connect {case_url}"), HasSubstr("pass"));
    // By another name, and still there.
    EXPECT_EQ(verdict("url={case_url}; " + program() + " connect \"ws://localhost${url#ws://127.0.0.1}\""),
              "fail R9112-3.2-2");
}

TEST(ServeSpawn, OfWhoComesOfHisOwnAccordItIsNot) {
    Folder const folder;
    std::string const file = folder / "r.json";
    Child server({program(), "serve", "--port", "0", "--case", "8.10.15", "--case", "1.1.1", "--json", file});
    ASSERT_TRUE(server.prints(", 2 cases selected"));
    std::string const url = test::url_in(server.out());
    EXPECT_EQ(Child({program(), "connect", url + "/case/1.1.1?agent=a"}).finish().status, 0);
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish().status, 0);
    auto const run = nlohmann::json::parse(contents(file));
    EXPECT_EQ(run.at("complete"), true);
    EXPECT_THAT(run.at("cases").dump(), HasSubstr("known with --spawn only"));
}

/// Verdict and requirement of each case about URLs, by id.
std::map<std::string, std::string> about_urls(const std::string& client, std::vector<std::string> more = {}) {
    Folder const folder;
    std::string const file = folder / "r.json";
    std::vector<std::string> arguments = {program(), "serve", "--spawn", client, "--json", file, "--timeout", "20"};
    if (more.empty()) more = {"--case", "8.16"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(Child(arguments).finish().err, "");
    std::map<std::string, std::string> out;
    auto const run = nlohmann::json::parse(contents(file));
    EXPECT_EQ(run.at("complete"), true) << run.at("incomplete_because");
    for (const auto& one : run.at("cases")) {
        bool const good = one.at("verdict") == "pass" || one.at("verdict") == "skipped";
        EXPECT_TRUE(good || one.value("detail", "") != "") << one.at("id");
        out[one.at("id")] = one.at("verdict").get<std::string>() + (good ? "" : " " + one.value("requirement", ""));
    }
    return out;
}

TEST(ServeSpawn, TheReferenceReadsUrlsAsItShould) {
    for (const auto& [id, verdict] : about_urls(program() + " connect {case_url}")) {
        bool const over_tls = id == "8.16.15" || id == "8.16.16" || id == "8.16.26";
        EXPECT_EQ(verdict, over_tls ? "skipped" : "pass") << id;
    }
}

TEST(ServeSpawn, AClientThatRefusesNothingIsCaughtByItsRequests) {
    Folder const folder;
    std::string const script = folder / "client.py";
    std::ofstream(script) << R"(import os, socket, sys
url = os.fsencode(sys.argv[1]).split(b"://", 1)[1]
at = min((url + b"/?").find(c) for c in (b"/", b"?"))
place, target = url[:at], url[at:]
host, port = place.rsplit(b"@", 1)[-1].rsplit(b":", 1)
digits = bytes(c for c in port if c in b"0123456789")
with socket.create_connection(("127.0.0.1", int(digits) % 65536), 20) as s:
    s.sendall(b"GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" % (target, place))
    s.shutdown(socket.SHUT_WR)
    while s.recv(4096):
        pass
)";
    auto const found = about_urls("exec /usr/bin/python3 " + script + " {case_url}");
    EXPECT_EQ(found.at("8.16.3"), "fail R6455-3-3");
    EXPECT_EQ(found.at("8.16.12"), "fail R6455-3-5");
    EXPECT_EQ(found.at("8.16.17"), "fail R6455-4.1-4");
    EXPECT_EQ(found.at("8.16.18"), "fail R6455-4.1-4");
    EXPECT_EQ(found.at("8.16.19"), "fail R6455-4.1-4");
    EXPECT_EQ(found.at("8.16.20"), "fail R6455-4.1-4");
    EXPECT_EQ(found.at("8.16.21"), "fail R6455-4.1-4");
    EXPECT_EQ(found.at("8.16.24"), "fail R9112-3.2-2");
    EXPECT_EQ(found.at("8.16.25"), "fail R6455-11.1.1-2");
    EXPECT_EQ(found.at("8.16.27"), "fail R6455-11.1.1-1");
}

TEST(ServeSpawn, WhoEndsAtOnceMayHaveRefusedOrNotWorkedAtAll) {
    std::string const reference = program() + " connect ";
    // It comes for a control, which has nothing wrong.
    EXPECT_EQ(about_urls(reference + "{case_url}", {"--case", "8.16.17"}).at("8.16.17"), "pass");
    EXPECT_EQ(about_urls("case {case_url} in */chat) exit 3;; esac; " + reference + "{case_url}",
                         {"--case", "8.16.1", "--case", "8.16.2"})
                  .at("8.16.1"),
              "fail R6455-3-1");
    auto const broken =
        Child({program(), "serve", "--spawn", "true {case_url}", "--case", "8.16.1", "--case", "8.16.17"}).finish();
    EXPECT_EQ(broken.status, exit_incomplete);
    EXPECT_THAT(broken.err, HasSubstr("no client asked for a case"));
}

TEST(ServeSpawn, ADriverSkipsWhatIsAboutUrls) {
    Folder const folder;
    std::string const file = folder / "r.json";
    auto const ran = Child({program(), "serve", "--spawn", program() + " connect '{url}/runCase?case=1&agent=a'",
                            "--case", "1.1.1", "--case", "8.16.1", "--json", file})
                         .finish();
    EXPECT_EQ(ran.status, 0) << ran.err;
    auto const run = nlohmann::json::parse(contents(file));
    EXPECT_EQ(run.at("complete"), true);
    EXPECT_EQ(run.at("cases").at(1).at("verdict"), "skipped");
    EXPECT_THAT(run.at("cases").at(1).at("detail").get<std::string>(), HasSubstr("--spawn with {case_url}"));
}

}  // namespace
}  // namespace wsspec
