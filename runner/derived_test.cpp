// Derived cases (cases/derived.h), played: the reference passes them in both parts, and peers that break a rule do not.
// WSSPEC_ALL_DERIVED=1 plays all of them; else some, of every mutation.
#include "cases/derived.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reference/net/echo_client.h"
#include "runner/case_server.h"
#include "runner/commands.h"
#include "runner/select.h"

namespace wsspec {
namespace {

/// 29 is coprime to the number of mutations: each has its turn.
std::uint64_t stride() { return std::getenv("WSSPEC_ALL_DERIVED") != nullptr ? 1 : 29; }

RunResult run(const std::string& url, std::vector<std::string> globs, std::uint64_t every, double timeout_s) {
    RunOptions options;
    options.url = url;
    options.selection.derived = true;
    options.selection.cases = std::move(globs);
    options.timeout_s = timeout_s;
    options.seed = 6455;
    options.silent = true;
    options.shard = Shard{.index = 1, .of = every};
    return test_server(options).result;
}

void expect_all_pass(const std::vector<CaseResult>& results) {
    for (const auto& result : results)
        EXPECT_TRUE(result.verdict == Verdict::pass || result.verdict == Verdict::unimplemented)
            << result.id << " " << to_string(result.verdict) << " " << result.requirement << " " << result.detail;
}

TEST(DerivedCases, TheReferenceServerPassesThem) {
    auto const result = run("loop:", {}, stride(), 20);
    EXPECT_TRUE(result.complete);
    EXPECT_GE(result.cases.size(), 4000U / stride());
    expect_all_pass(result.cases);
}

TEST(DerivedCases, TheReferenceClientPassesThem) {
    std::vector<const Case*> cases;
    std::uint64_t count = 0;
    for (const auto& one : derived_cases())
        if (one.target != Target::server && count++ % stride() == 0) cases.push_back(&one);
    ASSERT_FALSE(cases.empty());
    boost::asio::io_context io;
    std::map<std::string, CaseResult> results;
    CaseServerSettings settings;
    settings.cases = cases;
    settings.session.deadline = std::chrono::seconds(20);
    settings.session.player.patience_to_end = 1.0 / 3;
    settings.on_result = [&](const std::string&, CaseResult result) { results[result.id] = std::move(result); };
    settings.on_update_reports = [] {};
    settings.on_stop = [] {};
    settings.verdict = [](const std::string&, const std::string&) { return std::nullopt; };
    settings.status_page = [] { return std::string(); };
    CaseServer server(io.get_executor(), std::move(settings));
    std::size_t next = 0;
    std::size_t ended = 0;
    std::function<void()> const visit = [&] {
        if (next == cases.size()) return;
        net::EchoClientSettings client;
        client.address = {.host = "127.0.0.1", .port = std::to_string(server.port())};
        client.request.resource = "/case/" + cases[next++]->id + "?agent=client";
        client.handshake_timeout_ms = 20000;
        net::async_echo_client(
            io.get_executor(), std::move(client), nullptr,
            [&](net::EchoClientResult) {
                if (++ended == cases.size()) server.stop();
                visit();
            },
            nullptr);
    };
    for (unsigned i = 0; i < 8; ++i) visit();
    io.run();
    EXPECT_EQ(results.size(), cases.size());
    std::vector<CaseResult> all;
    for (auto& [id, result] : results) all.push_back(std::move(result));
    expect_all_pass(all);
}

TEST(DerivedCases, CatchWhoBreaksARule) {
    struct Row {
        const char* fault;
        const char* glob;
        Verdict at_least;
    };
    for (const Row& row : std::vector<Row>{
             {"ignores-rsv2", "5.3/rsv2", Verdict::fail},
             {"accepts-unmasked-continuations", "5.3/mask", Verdict::fail},
             {"accepts-long-lengths", "2.2/length", Verdict::non_strict},
             {"takes-reserved-data-opcodes-for-binary", "1.1.2/opcode", Verdict::fail},
             {"accepts-stray-continuations", "5.3/headless", Verdict::fail},
             {"forgets-message-for-new-one", "5.3/text", Verdict::fail},
             {"loses-pings-inside-messages", "5.3/ping", Verdict::fail},
             {"answers-messages-behind-close", "1.1.2/after-close", Verdict::fail},
             {"needs-whole-header-in-one-read", "1.1.3/octets", Verdict::fail},
             {"echoes-incomplete-message-at-close", "1.1.2/fin", Verdict::fail},
             {"ignores-top-bit-of-lengths", "1.1.2/top-bit", Verdict::fail},
         }) {
        auto const result = run("loop:" + std::string(row.fault), {row.glob}, 1, 2);
        ASSERT_EQ(result.cases.size(), 1U) << row.fault;
        EXPECT_EQ(result.cases.front().verdict, row.at_least)
            << row.fault << " " << row.glob << ": " << result.cases.front().detail;
    }
}

}  // namespace
}  // namespace wsspec
