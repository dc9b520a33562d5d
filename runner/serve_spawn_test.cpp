// `wsspec serve --spawn` with clients that do not do what they were started for: it ends, and says what it saw.
#include <gmock/gmock.h>

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

}  // namespace
}  // namespace wsspec
