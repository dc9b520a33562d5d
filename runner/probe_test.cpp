// Targets that the probe must not be taken in by.
#include "runner/probe.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reference/net/echo_server.h"
#include "runner/hostile_peer_test.h"
#include "runner/rights.h"

namespace wsspec {
namespace {

using namespace std::chrono_literals;

bool is_message(const Octets& frames) { return (frames[0] & 0xf) == 1 || (frames[0] & 0xf) == 2; }

/// The echo of a message comes behind the next one. `held`: of one connection, or of all.
class Lag : public net::Filter {
public:
    explicit Lag(std::shared_ptr<Octets> held) : held_(std::move(held)) {}

private:
    Octets outgoing(Octets octets) override {
        if (octets.empty() || !is_message(octets)) return octets;
        return std::exchange(*held_, std::move(octets));
    }
    std::shared_ptr<Octets> held_;
};

class Silence : public net::Filter {
    Octets outgoing(Octets octets) override { return !octets.empty() && is_message(octets) ? Octets{} : octets; }
};

/// Echoes what is small; 64 KiB take it twenty minutes.
void drip(const test::Connection& connection) {
    if (!connection.accept()) return;
    Endpoint endpoint(Role::server);
    while (true) {
        Octets input = connection.receive();
        if (input.empty()) return;
        Octets const output = test::echoed(endpoint, input);
        if (output.size() < 1000) {
            if (!connection.send(output)) return;
            continue;
        }
        for (std::size_t at = 0; at < output.size(); ++at)
            if (!connection.send(OctetView(output).subspan(at, 1)) || connection.gone_within(20)) return;
    }
}

// All wait together: each for a deadline several times.
TEST(Probe, IsNotTakenInAndEndsInTime) {
    boost::asio::io_context io;
    std::size_t left = 0;
    std::vector<std::unique_ptr<net::EchoServer>> servers;
    auto const probe = [&](const std::string& port, ProbedProfile& found) {
        SessionSettings session;
        session.address = {.host = "127.0.0.1", .port = port};
        session.player.values.host = "127.0.0.1";
        session.deadline = 400ms;
        ++left;
        async_probe(io.get_executor(), session, [&](ProbedProfile profile) {
            found = std::move(profile);
            if (--left == 0) servers.clear();
        });
    };
    auto const probe_filtered = [&](net::FilterFactory filter, ProbedProfile& found) {
        servers.push_back(
            std::make_unique<net::EchoServer>(io.get_executor(), net::EchoServerSettings{}, std::move(filter)));
        probe(std::to_string(servers.back()->port()), found);
    };
    ProbedProfile slow;
    test::HostileServer const server(drip);
    probe(server.url().substr(server.url().rfind(':') + 1, server.url().size() - server.url().rfind(':') - 2), slow);
    ProbedProfile late;
    probe_filtered([] { return std::make_unique<Lag>(std::make_shared<Octets>()); }, late);
    ProbedProfile shared;
    probe_filtered([held = std::make_shared<Octets>()] { return std::make_unique<Lag>(held); }, shared);
    ProbedProfile text_alone;
    auto const takes_text = std::ranges::find(rights(), "takes-text-alone", &Right::name);
    ASSERT_NE(takes_text, rights().end());
    probe_filtered(takes_text->make, text_alone);
    ProbedProfile silent;
    probe_filtered([] { return std::make_unique<Silence>(); }, silent);
    io.run_for(45s);
    EXPECT_EQ(left, 0U);

    EXPECT_TRUE(slow.upgrades) << slow.failure;
    EXPECT_TRUE(slow.echoes) << slow.echo_detail;
    EXPECT_EQ(slow.message_limit, 0U);
    EXPECT_FALSE(slow.refused_size);
    // Were it taken for one that does not echo, the cases that show what is wrong would be skipped.
    EXPECT_TRUE(late.echoes) << late.echo_detail;
    EXPECT_NE(late.echo_detail.find("only behind a second"), std::string::npos) << late.echo_detail;
    EXPECT_EQ(late.foreign_data, "");
    EXPECT_TRUE(shared.echoes) << shared.echo_detail;
    EXPECT_NE(shared.foreign_data.find("what another has sent"), std::string::npos) << shared.foreign_data;
    EXPECT_TRUE(text_alone.echoes);
    EXPECT_TRUE(text_alone.takes_text_alone);
    EXPECT_EQ(text_alone.message_limit, 16U << 20) << "text is tried where binary is refused";
    EXPECT_TRUE(target_profile(text_alone).may_take_text_alone);
    EXPECT_FALSE(target_profile(late).may_take_text_alone);
    EXPECT_FALSE(silent.echoes);
    EXPECT_EQ(silent.echo_detail, "no message came back");
    EXPECT_EQ(silent.foreign_data, "");
}

}  // namespace
}  // namespace wsspec
