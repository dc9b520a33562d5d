// Verdicts on servers and clients that others wrote, held against what those are known to do. Each deviation is listed
// with its reason in runner/targets/*.expected.json; anything else that is not in order is a false accusation, or news.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "runner/certificates.h"

namespace wsspec {
namespace {

using Json = nlohmann::json;

struct RealPeer {
    std::string_view name;
    std::string_view command;          ///< Of wsspec: "run" for a server, "serve" for a client.
    std::string_view spawn;            ///< Its command line, with {port} or {url}.
    std::string_view version_command;  ///< Prints what is installed.
    std::string_view version;          ///< What the expectations are about.
    std::string_view expectations;
    std::string_view how_to_install;
};

constexpr RealPeer ws = {
    .name = "ws",
    .command = "run",
    .spawn = "exec env NODE_PATH=build/peers/node_modules node runner/targets/ws.js {port}",
    .version_command = "NODE_PATH=build/peers/node_modules node -p 'require(\"ws/package.json\").version' 2>/dev/null",
    .version = "8.23.0",
    .expectations = "runner/targets/ws.expected.json",
    .how_to_install =
        "needs Node.js 18 or later (Debian: nodejs, npm) and runner/targets/package.json installed with "
        "npm into build/peers; ./dev test does both",
};

constexpr RealPeer websockets = {
    .name = "websockets",
    .command = "run",
    .spawn = "exec /usr/bin/python3 runner/targets/websockets.py {port}",
    .version_command = "/usr/bin/python3 -c 'import websockets.version as v; print(v.version)' 2>/dev/null",
    .version = "10.4",
    .expectations = "runner/targets/websockets.expected.json",
    .how_to_install =
        "needs /usr/bin/python3 with the package websockets (Debian: python3-websockets); ./dev test "
        "installs it",
};

/// The same package in the other part.
RealPeer as_client(RealPeer peer, std::string_view name, std::string_view spawn, std::string_view expectations) {
    peer.name = name;
    peer.command = "serve";
    peer.spawn = spawn;
    peer.expectations = expectations;
    return peer;
}
const RealPeer ws_client =
    as_client(ws, "ws client", "exec env NODE_PATH=build/peers/node_modules node runner/targets/ws_client.js {url}",
              "runner/targets/ws_client.expected.json");
const RealPeer websockets_client = as_client(websockets, "websockets client",
                                             "exec /usr/bin/python3 runner/targets/autobahn_driver.py {url} websockets",
                                             "runner/targets/websockets_client.expected.json");

constexpr RealPeer chromium = {
    .name = "Chromium",
    .command = "serve",
    .spawn = "exec env NODE_PATH=build/peers/node_modules node runner/targets/chromium_client.js {url}",
    .version_command = "chromium-headless-shell --version 2>/dev/null | grep -o '[0-9.]*[0-9]' | head -n 1",
    .version = "156.0.8078.79",
    .expectations = "runner/targets/chromium_client.expected.json",
    .how_to_install =
        "needs Node.js 18 or later, runner/targets/package.json installed with npm into build/peers, and a Chromium "
        "(Debian: chromium-headless-shell); ./dev test does all three",
};

/// What a command prints, without the line end.
std::string output_of(std::string_view command) {
    auto const close = [](FILE* pipe) { pclose(pipe); };
    std::unique_ptr<FILE, decltype(close)> const pipe(popen(std::string(command).c_str(), "r"), close);
    std::string out;
    if (!pipe) return out;
    std::array<char, 256> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) out += buffer.data();
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

Json json_in(const std::filesystem::path& path) { return Json::parse(content_of(path), nullptr, false); }

struct Result {
    std::string verdict;
    std::string detail;
};
using Results = std::map<std::string, Result>;

/// Plays the whole catalogue against the server, over TLS without its volume; nothing if that failed, which is then
/// reported.
std::optional<Results> run_against(const RealPeer& server, unsigned seed, const TestAuthority* tls = nullptr) {
    const char* binary = std::getenv("WSSPEC_BINARY");
    if (binary == nullptr) {
        ADD_FAILURE() << "WSSPEC_BINARY is not set: run this by ctest, or let it name build/bin/wsspec";
        return std::nullopt;
    }
    auto const base =
        std::filesystem::path(testing::TempDir()) / ("wsspec_real_" + std::string(server.command) + "_" +
                                                     std::string(server.version) + "_" + std::to_string(getpid()));
    auto const file = base.string() + ".json";
    auto const log = base.string() + ".log";
    std::string how;
    std::string spawn(server.spawn);
    if (tls != nullptr) {
        auto const files = tls->files(Tls::Certificate::good);
        spawn += " " + files.certificate + " " + files.key;
        how = " 'wss://localhost:{port}/' --ca '" + tls->ca_file() + "' --exclude 9 --exclude 12 --exclude 13";
    }
    std::string const command = "'" + std::string(binary) + "' " + std::string(server.command) + how +
                                " --quiet --profile quick --seed " + std::to_string(seed) + " --spawn '" + spawn +
                                "' --json '" + file + "' > '" + log + "' 2>&1";
    int const status = std::system(command.c_str());
    Json const run = json_in(file);
    std::string const said = content_of(log);
    std::filesystem::remove(file);
    std::filesystem::remove(log);
    // 1: it found something. Any other status means that it did not get to the end.
    bool const through = WIFEXITED(status) && WEXITSTATUS(status) <= 1;
    if (!through || !run.is_object() || !run.value("complete", false)) {
        ADD_FAILURE() << command << "\nended with wait status " << status
                      << " and without a complete result; it said:\n"
                      << said;
        return std::nullopt;
    }
    Results results;
    for (const auto& one : run.at("cases"))
        results[one.at("id").get<std::string>()] = {one.at("verdict").get<std::string>(),
                                                    one.at("detail").get<std::string>()};
    return results;
}

/// One verdict, or several if it depends on the version of something below the target.
std::vector<std::string> verdicts_of(const Json& entry) {
    const auto& verdict = entry.at("verdict");
    if (verdict.is_string()) return {verdict.get<std::string>()};
    return verdict.get<std::vector<std::string>>();
}

bool needs_no_entry(const std::string& verdict) {
    return verdict == "pass" || verdict == "informational" || verdict == "skipped" || verdict == "unimplemented";
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " or ") + word;
    return out;
}

void expect_known_verdicts(const RealPeer& server, const TestAuthority* tls = nullptr) {
    Json const file = json_in(server.expectations);
    ASSERT_TRUE(file.is_object()) << server.expectations << " is missing, or no JSON";
    ASSERT_EQ(file.at("target").get<std::string>(), std::string(server.name) + " " + std::string(server.version));
    const Json& known = file.at("expect");
    auto const results = run_against(server, 6455, tls);
    if (!results) return;

    std::string mismatches;
    for (const auto& [id, result] : *results) {
        auto const entry = known.find(id);
        if (entry == known.end()) {
            if (!needs_no_entry(result.verdict))
                mismatches += "\n" + id + ": not listed, now " + result.verdict + ": " + result.detail;
            continue;
        }
        auto const wanted = verdicts_of(*entry);
        if (std::ranges::find(wanted, result.verdict) == wanted.end())
            mismatches += "\n" + id + ": listed as " + joined(wanted) + ", now " + result.verdict +
                          (result.detail.empty() ? "" : ": " + result.detail);
    }
    for (const auto& [id, entry] : known.items())
        if (tls == nullptr && !results->contains(id)) mismatches += "\n" + id + ": listed, but there is no such case";
    EXPECT_TRUE(mismatches.empty()) << server.expectations << ":" << mismatches;
}

void expect_same_verdicts_in_three_runs(const RealPeer& server) {
    auto const first = run_against(server, 1);
    if (!first) return;
    for (unsigned seed = 2; seed <= 3; ++seed) {
        auto const again = run_against(server, seed);
        if (!again) return;
        ASSERT_EQ(again->size(), first->size());
        for (const auto& [id, result] : *again) {
            const auto& before = first->at(id);
            EXPECT_EQ(result.verdict, before.verdict) << id << " with seed " << seed << ": \"" << result.detail
                                                      << "\"; with seed 1: \"" << before.detail << '"';
        }
    }
}

/// Checks that the server is installed; skips the test if it is another version than the expectations are about.
void require(const RealPeer& server) {
    std::string const installed = output_of(server.version_command);
    ASSERT_FALSE(installed.empty()) << "this test " << server.how_to_install;
    if (installed != server.version)
        GTEST_SKIP() << server.name << " is installed in version " << installed << "; " << server.expectations
                     << " is about " << server.version;
}

class RealWs : public testing::Test {
    void SetUp() override { require(ws); }
};

class RealWebsockets : public testing::Test {
    void SetUp() override { require(websockets); }
};

class RealWsClient : public testing::Test {
    void SetUp() override { require(ws_client); }
};

class RealWebsocketsClient : public testing::Test {
    void SetUp() override { require(websockets_client); }
};

class RealChromium : public testing::Test {
    void SetUp() override { require(chromium); }
};

TEST_F(RealWs, EveryDeviationIsKnown) { expect_known_verdicts(ws); }
TEST_F(RealWs, VerdictsAreTheSameInThreeRuns) { expect_same_verdicts_in_three_runs(ws); }
TEST_F(RealWebsockets, EveryDeviationIsKnown) { expect_known_verdicts(websockets); }
TEST_F(RealWebsockets, VerdictsAreTheSameInThreeRuns) { expect_same_verdicts_in_three_runs(websockets); }

// What they do does not depend on what is below.
TEST_F(RealWs, EveryDeviationIsKnownOverTls) { expect_known_verdicts(ws, TestAuthority::temporary().get()); }
TEST_F(RealWebsockets, EveryDeviationIsKnownOverTls) {
    expect_known_verdicts(websockets, TestAuthority::temporary().get());
}

TEST_F(RealWsClient, EveryDeviationIsKnown) { expect_known_verdicts(ws_client); }
TEST_F(RealWebsocketsClient, EveryDeviationIsKnown) { expect_known_verdicts(websockets_client); }

TEST_F(RealChromium, EveryDeviationIsKnown) { expect_known_verdicts(chromium); }

// A list of excuses is worth what its reasons are.
TEST(RealExpectations, HaveAReasonAndASection) {
    std::regex const sections(R"(RFC \d{4} section \d+(\.\d+)*)");
    for (const auto& server : {ws, websockets, ws_client, websockets_client, chromium}) {
        Json const file = json_in(server.expectations);
        ASSERT_TRUE(file.is_object()) << server.expectations << " is missing, or no JSON";
        for (const auto& [id, entry] : file.at("expect").items()) {
            EXPECT_TRUE(entry.at("reason").get<std::string>().ends_with('.')) << server.expectations << ": " << id;
            EXPECT_TRUE(std::regex_match(entry.at("rfc").get<std::string>(), sections))
                << server.expectations << ": " << id;
            auto const verdicts = verdicts_of(entry);
            EXPECT_FALSE(std::ranges::all_of(verdicts, needs_no_entry)) << server.expectations << ": " << id;
        }
    }
}

}  // namespace
}  // namespace wsspec
