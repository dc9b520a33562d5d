// Every verdict that is no pass says why, and what was seen.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "reference/handshake.h"
#include "reference/net/echo_server.h"
#include "runner/hostile_peer_test.h"
#include "runner/probe.h"
#include "runner/scheduler.h"
#include "runner/select.h"

namespace wsspec {
namespace {

using namespace std::chrono_literals;

/// Answers whatever comes with 101.
class Lax : public net::Filter {
    std::string request(std::string head) override {
        std::string const key = check_request(head).key;
        ClientRequest good;
        good.host = "a";
        good.key = key.size() == 24 ? key : "dGhlIHNhbXBsZSBub25jZQ==";
        return build_request(good);
    }
};

TEST(Reasons, ALaxTargetIsToldWhatItDoes) {
    auto const cases = select_cases({.cases = {"8.2", "8.4", "8.9"}});
    ASSERT_TRUE(cases) << cases.error();
    boost::asio::io_context io;
    auto server = std::make_unique<net::EchoServer>(io.get_executor(), net::EchoServerSettings{},
                                                    [] { return std::make_unique<Lax>(); });
    ScheduleSettings settings;
    settings.session.address = {.host = "127.0.0.1", .port = std::to_string(server->port())};
    settings.session.player.values.host = "127.0.0.1:" + std::to_string(server->port());
    settings.session.deadline = 2s;
    settings.profile = {.reachable = true, .upgrades = true, .echoes = true, .message_limit = 65536};
    std::vector<CaseResult> results;
    async_schedule(
        io.get_executor(), *cases, settings, [](const CaseResult&) {},
        [&](std::vector<CaseResult> all) {
            results = std::move(all);
            server.reset();
        });
    io.run_for(60s);
    ASSERT_EQ(results.size(), cases->size());
    std::size_t lenient = 0;
    for (const auto& result : results) {
        if (result.verdict == Verdict::pass) continue;
        EXPECT_NE(result.detail, "") << result.id << ' ' << to_string(result.verdict);
        bool const played = result.verdict != Verdict::skipped && result.verdict != Verdict::error &&
                            result.verdict != Verdict::unimplemented;
        if (!played) continue;
        EXPECT_NE(result.observed, "") << result.id;
        if (result.verdict == Verdict::non_strict || result.verdict == Verdict::informational) ++lenient;
    }
    EXPECT_GT(lenient, 10U);
}

TEST(Reasons, WhatIsNoHttpIsNamed) {
    test::HostileServer const server([](const test::Connection& connection) {
        (void)connection.receive();
        connection.send(std::string_view("\x15\x03\x01\x00\x02\x02\x46", 7));
        connection.wait();
    });
    boost::asio::io_context io;
    std::size_t const colon = server.url().rfind(':');
    SessionSettings session;
    session.address = {.host = "127.0.0.1", .port = server.url().substr(colon + 1, server.url().size() - colon - 2)};
    session.player.values.host = "127.0.0.1";
    session.deadline = 300ms;
    std::string failure;
    async_probe(io.get_executor(), session, [&](ProbedProfile found) { failure = found.failure; });
    io.run_for(30s);
    EXPECT_NE(failure.find("15 03 01 00 02 02 46, a TLS record?"), std::string::npos) << failure;
}

}  // namespace
}  // namespace wsspec
