// The axis `--delivery`: the same octets in other writes, and the reference passes in each of them, over TCP, TLS and
// Unix sockets, as server and as client.
#include "runner/delivery.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <string>

#include "cases/catalogue.h"
#include "reference/net/echo_client.h"
#include "reference/net/echo_server.h"
#include "runner/case_server.h"
#include "runner/certificates.h"
#include "runner/frame_filter.h"
#include "runner/player.h"
#include "runner/scheduler.h"
#include "runner/tls.h"

namespace wsspec {
namespace {

using How = DeliveryMode::How;

// ---- names ----

TEST(DeliveryNames, AreKnown) {
    EXPECT_EQ(parse_delivery(""), DeliveryMode{});
    EXPECT_EQ(parse_delivery("whole"), DeliveryMode{.how = How::whole});
    EXPECT_EQ(parse_delivery("per-frame"), DeliveryMode{.how = How::per_frame});
    EXPECT_EQ(parse_delivery("per-octet"), DeliveryMode{.how = How::per_octet});
    EXPECT_EQ(parse_delivery("coalesced"), DeliveryMode{.how = How::coalesced});
    EXPECT_EQ(parse_delivery("every-split"), DeliveryMode{.how = How::every_split});
    EXPECT_EQ(parse_delivery("random:18446744073709551615"), (DeliveryMode{How::random, UINT64_MAX}));
    for (const char* bad :
         {"octet", "random", "random:", "random:-1", "random:1x", "random:18446744073709551616", "Whole", "whole "})
        EXPECT_FALSE(parse_delivery(bad)) << bad;
}

// ---- where is cut ----

std::vector<std::uint64_t> places(const std::vector<Cut>& cuts, bool opening = false) {
    std::vector<std::uint64_t> out;
    for (const auto& cut : cuts)
        if (cut.opening == opening) out.push_back(cut.at);
    return out;
}

TEST(Cuts, AreEverywhereInAShortStream) {
    auto const cuts = cuts_of({open(), send(text("Hello")), expect(receives(text("Hello")))}, Role::client, {});
    EXPECT_EQ(places(cuts), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_TRUE(places(cuts, true).empty()) << "the plain opening handshake is cut in cases of its own";
    EXPECT_EQ(describe(cuts.front()), "cut behind octet 1 of the 11 behind the opening handshake");
}

TEST(Cuts, LeaveOutWhereAWriteEndsAnyway) {
    auto const cuts = cuts_of({open(), send(text("a")), send_octets(hex("00 00"))}, Role::server, {});
    EXPECT_EQ(places(cuts), (std::vector<std::uint64_t>{1, 2, 4}));
}

TEST(Cuts, AreInAnOpeningHandshakeThatIsNotPlain) {
    auto const request = cuts_of({open(Handshake{}.add("X", "y")), expect(opens())}, Role::client, {});
    EXPECT_EQ(places(request, true).size() + 1, request.front().of);
    EXPECT_TRUE(cuts_of({open(Handshake{}.add("X", "y")), expect(opens())}, Role::server, {}).empty())
        << "who sends it is the target";
    EXPECT_FALSE(cuts_of({answer_with(acceptance().add("X", "y"))}, Role::server, {}).empty());
}

TEST(Cuts, AreInNoOpeningHandshakeThatIsOnlyTheWayToTheFrames) {
    Handshake const offer = Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate");
    auto const cuts = cuts_of({open(offer), send(text("a")), expect(receives(text("a")))}, Role::client, {});
    EXPECT_TRUE(places(cuts, true).empty());
    EXPECT_FALSE(places(cuts).empty());
}

TEST(Cuts, AreAroundTheLinesOfALongOpeningHandshake) {
    Handshake const longer = Handshake{}.add("X-Filler", std::string(5000, 'x'));
    auto const cuts = cuts_of({open(longer), expect(opens())}, Role::client, {});
    EXPECT_LE(cuts.size(), 100U);
    EXPECT_GE(cuts.size(), 20U);
    auto const at = places(cuts, true);
    std::size_t const first_line = std::string("GET / HTTP/1.1").size();
    for (std::size_t const end : {first_line, first_line + 1, first_line + 2})
        EXPECT_NE(std::ranges::find(at, end), at.end()) << end;
}

TEST(Cuts, AreAroundTheHeadersOfALongStream) {
    auto const cuts =
        cuts_of({open(), send({binary(repeated(1, 1000)), binary(repeated(2, 70000))})}, Role::client, {});
    auto const at = places(cuts);
    std::set<std::uint64_t> const all(at.begin(), at.end());
    EXPECT_LE(cuts.size(), most_cuts);
    for (std::uint64_t header = 1; header <= 12; ++header) EXPECT_TRUE(all.contains(header)) << header;
    std::uint64_t const second = 8 + 1000;
    for (std::uint64_t header = 0; header <= 18; ++header) EXPECT_TRUE(all.contains(second + header)) << header;
    EXPECT_TRUE(all.contains(second - 1));
    EXPECT_TRUE(all.contains(second + 14 + 70000 - 1));
    EXPECT_FALSE(all.contains(500));
}

TEST(Cuts, AreBounded) {
    std::vector<Frame> const many(5000, text("Hello"));
    auto const cuts = cuts_of({open(), send(many)}, Role::client, {});
    EXPECT_LE(cuts.size(), most_cuts);
    EXPECT_GE(cuts.size(), most_cuts / 4);
    EXPECT_TRUE(cuts_of({open(), round_trips({.size = 1U << 20})}, Role::client, {}).empty());
}

TEST(Visits, AreOneAConnection) {
    Case const one{.id = "0",
                   .title = "two scripts",
                   .script = {open(), send(text("a"))},
                   .variants = {{open(), send(text("bc"))}}};
    EXPECT_EQ(visits_of(one, {}, Role::client, {}).size(), 2U);
    auto const visits = visits_of(one, {.how = How::every_split}, Role::client, {});
    EXPECT_EQ(visits.size(), 1U + 6 + 1 + 7);
    EXPECT_FALSE(visits.front().cut);
    EXPECT_EQ(visits[7].script, 1U);
}

TEST(RandomPieces, AreRepeatableAndOfAllSizes) {
    std::uint64_t a = 7;
    std::uint64_t b = 7;
    std::size_t ones = 0;
    std::size_t large = 0;
    for (int i = 0; i < 1000; ++i) {
        std::size_t const piece = random_piece(a, 10000);
        EXPECT_EQ(piece, random_piece(b, 10000));
        EXPECT_TRUE(piece >= 1 && piece <= 10000);
        ones += piece == 1 ? 1 : 0;
        large += piece > 1000 ? 1 : 0;
    }
    EXPECT_GE(ones, 20U);
    EXPECT_GE(large, 20U);
    EXPECT_EQ(random_piece(a, 1), 1U);
    EXPECT_EQ(random_piece(a, 0), 0U);
}

// ---- what the player makes of it ----

/// The writes of a script as a server, to a client that says nothing.
std::vector<Octets> writes_of(const Script& script, DeliveryMode mode, std::optional<Cut> cut = {}) {
    Case const one{.id = "0", .title = "any", .script = script};
    PlayerSettings settings;
    settings.profile.role = Role::client;
    settings.request =
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n";
    settings.delivery = mode;
    settings.cut = cut;
    settings.delivery_seed = mode.seed;
    Player player(one, one.script, settings);
    std::vector<Octets> writes;
    for (auto action = player.next(); action.what == Player::Action::What::write; action = player.next())
        writes.push_back(std::move(action.octets));
    return writes;
}

Octets all_of(const std::vector<Octets>& writes) {
    Octets out;
    for (const auto& write : writes) append(out, write);
    return out;
}

TEST(PlayedDelivery, SendsTheSameOctetsHoweverTheyAreCut) {
    Script const script = {open(), send({text("Hello"), ping("p")}, chopped(3)), send_octets(hex("81 01 61")),
                           send(binary(repeated(7, 300)), cut_at({2})), expect(receives(text("Hello")))};
    auto const as_written = writes_of(script, {});
    Octets const all = all_of(as_written);
    std::size_t const answer = 129;
    std::size_t const frames = 7 + 3 + 3 + 304;
    ASSERT_EQ(all.size(), answer + frames);
    EXPECT_EQ(as_written.size(), 1U + 4 + 1 + 2);

    auto const whole = writes_of(script, {.how = How::whole});
    EXPECT_EQ(whole.size(), 4U);
    EXPECT_EQ(all_of(whole), all);
    auto const by_frame = writes_of(script, {.how = How::per_frame});
    EXPECT_EQ(by_frame.size(), 5U);
    EXPECT_EQ(all_of(by_frame), all);
    auto const by_octet = writes_of(script, {.how = How::per_octet});
    EXPECT_EQ(by_octet.size(), all.size());
    EXPECT_EQ(all_of(by_octet), all);
    // A server may send with the 101 what need not wait.
    auto const coalesced = writes_of(script, {.how = How::coalesced});
    ASSERT_EQ(coalesced.size(), 1U);
    EXPECT_EQ(coalesced.front(), all);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto const random = writes_of(script, {How::random, seed});
        EXPECT_EQ(all_of(random), all) << seed;
        EXPECT_EQ(random, writes_of(script, {How::random, seed})) << seed;
    }
    EXPECT_NE(writes_of(script, {How::random, 1}), writes_of(script, {How::random, 2}));
}

TEST(PlayedDelivery, CutsAtEachPlaceOnce) {
    Script const script = {open(), send(text("Hello")), send(ping("p")), expect(receives(pong("p")))};
    auto const whole = writes_of(script, {.how = How::every_split});
    ASSERT_EQ(whole.size(), 3U);
    auto const cuts = cuts_of(script, Role::server, {});
    ASSERT_EQ(cuts.size(), 6U + 2);
    for (const auto& cut : cuts) {
        auto const writes = writes_of(script, {.how = How::every_split}, cut);
        ASSERT_EQ(writes.size(), 4U) << describe(cut);
        EXPECT_EQ(all_of(writes), all_of(whole));
        std::size_t ends = 0;
        bool found = false;
        for (const auto& write : writes) found = found || (ends += write.size()) == whole.front().size() + cut.at;
        EXPECT_TRUE(found) << describe(cut);
    }
}

TEST(PlayedDelivery, CoalescesNothingBehindAStepThatWaits) {
    Script const script = {open(), send(text("a")), expect(receives(text("a"))), send(text("b"))};
    EXPECT_EQ(all_of(writes_of(script, {.how = How::coalesced})).size(), 129U + 3);
    Script const barrier_first = {open(), send(text("a")), barrier("b"), send(text("b"))};
    EXPECT_EQ(all_of(writes_of(barrier_first, {.how = How::coalesced})).size(), 129U + 3 + 2 + 16);
}

// ---- the reference in every delivery ----

constexpr DeliveryMode modes[] = {{How::as_written}, {How::whole},       {How::per_frame}, {How::per_octet},
                                  {How::coalesced},  {How::every_split}, {How::random, 1}};

/// Of the payloads that a script sends.
std::size_t octets_of(const Script& script) {
    std::size_t octets = 0;
    for (const auto& step : script)
        if (const auto* send = std::get_if<Send>(&step.action))
            for (const auto& frame : send->frames) octets += frame.payload.size();
    return octets;
}

/// A share of the catalogue, another one for each delivery and each transport: all of it is for `./dev prove`.
std::vector<const Case*> share(Role target, std::size_t mode, std::size_t transport, bool tls) {
    constexpr std::size_t of = 28;
    constexpr std::size_t of_every_split = 20 * of;
    std::vector<const Case*> cases;
    std::size_t index = 0;
    for (const auto& group : catalogue()) {
        for (const auto& one : group.cases) {
            bool const other = one.target == (target == Role::server ? Target::client : Target::server);
            if (other || has_volume(one) || (includes(one.needs, Need::tls) && !tls)) continue;
            // Keys that are asked about all connections together, or a TLS handshake that is to fail.
            if (one.keys || has_own_port(one)) continue;
            // A write an octet takes its time.
            if (octets_of(one.script) > 20'000) continue;
            std::size_t const every = modes[mode].how == How::every_split ? of_every_split : of;
            if (++index % every == mode * 4 + transport) cases.push_back(&one);
        }
    }
    return cases;
}

bool is_in_order(const CaseResult& result) {
    switch (result.verdict) {
        case Verdict::pass:
        case Verdict::informational:
        case Verdict::unimplemented:
        case Verdict::skipped:
            return true;
        default:
            // HTTP lets a recipient skip a line without a colon (RFC 9112 section 5), and the reference client does.
            return result.id == "8.15.12";
    }
}

std::string said(const CaseResult& result, const DeliveryMode& mode) {
    return result.id + " " + describe(mode) + ": " + std::string(to_string(result.verdict)) + " " + result.requirement +
           " " + result.detail + " " + result.delivery;
}

const TestAuthority& authority() {
    static auto const made = TestAuthority::temporary();
    return *made;
}

boost::asio::ssl::context* trusting() {
    static auto const made = make_tls_client({.ca_file = authority().ca_file()}).value();
    return made.get();
}

enum class Transport { tcp, tls, unix_socket };
class EveryTransport : public testing::TestWithParam<Transport> {};
class EveryPort : public testing::TestWithParam<Transport> {};  ///< Clients come to no other place.

TEST_P(EveryTransport, ReferenceServerPassesInEveryDelivery) {
    bool const tls = GetParam() == Transport::tls;
    std::string const path = testing::TempDir() + "wsspec-delivery-" + std::to_string(getpid());
    for (std::size_t mode = 0; mode < std::size(modes); ++mode) {
        boost::asio::io_context io;
        net::EchoServerSettings echo;
        echo.subprotocols = {"wsspec.example"};
        if (GetParam() == Transport::unix_socket) echo.unix_path = path;
        if (tls) {
            auto const files = authority().files(Tls::Certificate::good);
            echo.certificate_file = files.certificate;
            echo.key_file = files.key;
        }
        auto server = std::make_unique<net::EchoServer>(io.get_executor(), echo);
        ScheduleSettings settings;
        settings.session.address = {.host = "127.0.0.1",
                                    .port = std::to_string(server->port()),
                                    .unix_path = echo.unix_path,
                                    .tls = tls,
                                    .server_name = "localhost"};
        settings.session.tls = tls ? trusting() : nullptr;
        settings.session.player.values.host = "localhost:" + settings.session.address.port;
        settings.session.player.values.subprotocol = "wsspec.example";
        settings.subprotocol_given = true;
        settings.session.deadline = std::chrono::seconds(10);
        settings.session.player.delivery = modes[mode];
        settings.profile = {.reachable = true, .upgrades = true, .echoes = true, .message_limit = 16U << 20};
        settings.seed = 6455;
        auto const cases = share(Role::server, mode, static_cast<std::size_t>(GetParam()), tls);
        ASSERT_FALSE(cases.empty());
        async_schedule(
            io.get_executor(), cases, std::move(settings), [](const CaseResult&) {},
            [&](const std::vector<CaseResult>& results) {
                EXPECT_EQ(results.size(), cases.size());
                for (const auto& result : results) EXPECT_TRUE(is_in_order(result)) << said(result, modes[mode]);
                server.reset();
            });
        io.run();
    }
}

TEST_P(EveryPort, ReferenceClientPassesInEveryDelivery) {
    bool const tls = GetParam() == Transport::tls;
    for (std::size_t mode = 0; mode < std::size(modes); ++mode) {
        boost::asio::io_context io;
        CaseServerSettings settings;
        settings.cases = share(Role::client, mode, static_cast<std::size_t>(GetParam()), tls);
        ASSERT_FALSE(settings.cases.empty());
        if (tls) {
            auto const files = authority().files(Tls::Certificate::good);
            settings.certificate_file = files.certificate;
            settings.key_file = files.key;
        }
        settings.session.deadline = std::chrono::seconds(4);
        settings.session.player.patience_to_end = 1.0 / 6;
        settings.session.player.delivery = modes[mode];
        std::map<std::string, CaseResult> results;
        settings.on_result = [&](const std::string&, CaseResult result) {
            auto const id = result.id;
            results.insert_or_assign(id, std::move(result));
        };
        settings.on_update_reports = [] {};
        settings.on_stop = [] {};
        settings.verdict = [](const std::string&, const std::string&) { return std::nullopt; };
        settings.status_page = [] { return std::string(); };
        std::vector<const Case*> visits;
        for (const Case* one : settings.cases)
            visits.insert(visits.end(), visits_of(*one, modes[mode], Role::server, {}).size(), one);
        std::size_t const wanted = settings.cases.size();
        CaseServer server(io.get_executor(), std::move(settings));
        std::size_t next = 0;
        std::size_t ended = 0;
        std::function<void()> const visit = [&] {
            if (next == visits.size()) return;
            net::EchoClientSettings client;
            client.address = {
                .host = "127.0.0.1", .port = std::to_string(server.port()), .tls = tls, .server_name = "localhost"};
            client.request.resource = "/case/" + visits[next++]->id + "?agent=client";
            client.handshake_timeout_ms = 4000;
            net::async_echo_client(io.get_executor(), std::move(client), tls ? trusting() : nullptr,
                                   [&](const net::EchoClientResult&) {
                                       if (++ended == visits.size()) server.stop();
                                       visit();
                                   });
        };
        for (int i = 0; i < 8; ++i) visit();
        io.run();
        EXPECT_EQ(results.size(), wanted);
        for (const auto& [id, result] : results) EXPECT_TRUE(is_in_order(result)) << said(result, modes[mode]);
    }
}

std::string transport_name(const testing::TestParamInfo<Transport>& info) {
    constexpr const char* names[] = {"Tcp", "Tls", "UnixSocket"};
    return names[static_cast<std::size_t>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Delivery, EveryTransport,
                         testing::Values(Transport::tcp, Transport::tls, Transport::unix_socket), transport_name);

INSTANTIATE_TEST_SUITE_P(Delivery, EveryPort, testing::Values(Transport::tcp, Transport::tls), transport_name);

// ---- a delivery that changes a verdict ----

/// Wants every frame in one read.
class NeedsFramesWhole final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        if (inside_header() || inside_payload()) drop();
        return frames;
    }
};

CaseResult played(const Case& one, DeliveryMode mode) {
    boost::asio::io_context io;
    auto server =
        std::make_unique<net::EchoServer>(io.get_executor(), net::EchoServerSettings{}, peer<NeedsFramesWhole>());
    ScheduleSettings settings;
    settings.session.address = {.host = "127.0.0.1", .port = std::to_string(server->port())};
    settings.session.player.values.host = "localhost";
    settings.session.deadline = std::chrono::seconds(10);
    settings.session.player.delivery = mode;
    settings.profile = {.reachable = true, .upgrades = true, .echoes = true, .message_limit = 1U << 20};
    CaseResult out;
    std::vector<const Case*> const cases = {&one};
    async_schedule(
        io.get_executor(), cases, std::move(settings), [](const CaseResult&) {},
        [&](std::vector<CaseResult> results) {
            out = std::move(results.front());
            server.reset();
        });
    io.run();
    return out;
}

TEST(ChangedVerdict, NamesTheDelivery) {
    const Case* const one = find_case("1.1.2");  // a text of 125 octets
    ASSERT_NE(one, nullptr);
    EXPECT_EQ(played(*one, {}).verdict, Verdict::pass);
    EXPECT_EQ(played(*one, {.how = How::whole}).verdict, Verdict::pass);
    auto const split = played(*one, {.how = How::every_split});
    EXPECT_EQ(split.verdict, Verdict::fail);
    EXPECT_EQ(split.delivery, "cut behind octet 1 of the 139 behind the opening handshake; whole: pass");
    auto const octets = played(*one, {.how = How::per_octet});
    EXPECT_EQ(octets.verdict, Verdict::fail);
    EXPECT_EQ(octets.delivery, "in one write an octet; as the case is written: pass");
}

}  // namespace
}  // namespace wsspec
