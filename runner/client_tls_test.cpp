// Clients over TLS: those that take what they must not are caught, and the reference passes.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reference/net/echo_client.h"
#include "reference/requirements.h"
#include "runner/case_result.h"
#include "runner/case_server.h"
#include "runner/certificates.h"
#include "runner/client_faults.h"
#include "runner/client_url_test.h"
#include "runner/select.h"
#include "runner/tls.h"

namespace wsspec {
namespace {

using Results = std::map<std::string, CaseResult>;

/// One connection a case, by a client that is bent like this.
Results play(const std::vector<const Case*>& cases, const TlsBend& tls,
             const decltype(Fault::takes_url)& takes_url = {}) {
    static auto const authority = TestAuthority::temporary();
    boost::asio::io_context io;
    Results results;
    CaseServerSettings settings;
    settings.cases = cases;
    auto const files = authority->files(Tls::Certificate::good);
    settings.certificate_file = files.certificate;
    settings.key_file = files.key;
    settings.authority = authority.get();
    settings.url_host = "localhost";
    settings.session.deadline = std::chrono::seconds(4);
    settings.session.player.patience_to_end = 1.0 / 6;
    settings.on_result = [&](const std::string&, CaseResult result) {
        auto const id = result.id;
        results.insert_or_assign(id, std::move(result));
    };
    settings.on_update_reports = [] {};
    settings.on_stop = [] {};
    settings.verdict = [](const std::string&, const std::string&) { return std::nullopt; };
    settings.status_page = [] { return std::string(); };
    CaseServer server(io.get_executor(), std::move(settings));
    auto const trusting = make_tls_client({.ca_file = authority->ca_file()}).value();
    std::size_t next = 0;
    std::size_t ended = 0;
    std::function<void()> const visit = [&] {
        if (next == cases.size()) return;
        const Case& one = *cases[next++];
        net::EchoClientSettings client;
        client.address = {
            .host = "127.0.0.1", .port = std::to_string(server.port_of(one)), .tls = true, .server_name = "localhost"};
        bend(client, *trusting, tls);
        client.request.host = "localhost";
        client.request.resource = "/case/" + one.id + "?agent=client";
        client.handshake_timeout_ms = 8000;
        auto const through = [&] {
            if (++ended == cases.size()) server.stop();
            visit();
        };
        if (one.url && !test::goes_to_url(client, server, one, takes_url)) {
            results.insert_or_assign(one.id, absence_of(one, "it stays away"));
            return boost::asio::post(io, through);
        }
        net::async_echo_client(io.get_executor(), std::move(client), trusting.get(),
                               [through](const net::EchoClientResult&) { through(); });
    };
    for (int i = 0; i < 8; ++i) visit();
    io.run();
    return results;
}

std::vector<const Case*> tls_cases(const std::function<bool(const Case&)>& wanted) {
    std::vector<const Case*> cases;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target != Target::server && (one.url || includes(one.needs, Need::tls)) && wanted(one))
                cases.push_back(&one);
    return cases;
}

TEST(ClientTls, ReferencePassesAll) {
    auto const cases = tls_cases([](const Case&) { return true; });
    ASSERT_GE(cases.size(), 20U);
    auto const results = play(cases, {});
    EXPECT_EQ(results.size(), cases.size());
    for (const auto& [id, result] : results)
        EXPECT_EQ(result.verdict, Verdict::pass) << id << " " << result.requirement << " " << result.detail;
}

TEST(ClientTls, EveryFaultIsCaughtByACaseOfItsRequirement) {
    unsigned faults = 0;
    for (const auto& fault : client_faults()) {
        if (!fault.tls) continue;
        SCOPED_TRACE(fault.name);
        ++faults;
        EXPECT_NE(find_requirement(fault.requirement), nullptr);
        auto const cases = tls_cases([&](const Case& one) {
            return one.url.has_value() == static_cast<bool>(fault.takes_url) &&
                   std::ranges::any_of(fault.caught_by, [&](auto glob) { return glob_matches(glob, one.id); });
        });
        ASSERT_FALSE(cases.empty());
        for (const auto& [id, result] : play(cases, *fault.tls, fault.takes_url)) {
            EXPECT_EQ(result.verdict, fault.expected) << id << " " << result.detail;
            const auto& covers = find_case(id)->covers;
            EXPECT_NE(std::ranges::find(covers, fault.requirement), covers.end());
        }
    }
    EXPECT_GE(faults, 6U);
}

}  // namespace
}  // namespace wsspec
