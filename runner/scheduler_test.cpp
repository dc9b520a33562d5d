#include "runner/scheduler.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reference/net/echo_server.h"
#include "runner/hostile_peer_test.h"
#include "runner/probe.h"
#include "runner/select.h"
#include "runner/spawn.h"

namespace wsspec {
namespace {

using namespace std::chrono_literals;

ProbedProfile good_profile() { return {.reachable = true, .upgrades = true, .echoes = true, .message_limit = 65536}; }

struct Scheduled {
    std::vector<CaseResult> results;
    std::vector<std::string> progress;
};

Scheduled run(std::uint16_t port, boost::asio::io_context& io, const std::vector<const Case*>& cases,
              ScheduleSettings settings, const std::function<void()>& at_end = {}) {
    settings.session.address = {.host = "127.0.0.1", .port = std::to_string(port)};
    settings.session.player.values.host = "127.0.0.1:" + std::to_string(port);
    if (!settings.profile.upgrades) settings.profile = good_profile();
    Scheduled out;
    bool done = false;
    async_schedule(
        io.get_executor(), cases, std::move(settings),
        [&](const CaseResult& result) { out.progress.push_back(result.id); },
        [&](std::vector<CaseResult> results) {
            EXPECT_FALSE(done);
            done = true;
            out.results = std::move(results);
            if (at_end) at_end();
        });
    io.run_for(60s);
    EXPECT_TRUE(done);
    return out;
}

Scheduled run_against(net::FilterFactory filter, const std::vector<const Case*>& cases,
                      ScheduleSettings settings = {}) {
    boost::asio::io_context io;
    auto server = std::make_unique<net::EchoServer>(io.get_executor(), net::EchoServerSettings{}, std::move(filter));
    return run(server->port(), io, cases, std::move(settings), [&] { server.reset(); });
}

Case ping_case(const std::string& id, Handshake handshake = {}) {
    return {.id = id,
            .title = "Ping",
            .covers = {"R6455-5.5.2-2"},
            .script = {open(std::move(handshake)), send(ping("p")), expect(receives(pong("p")))}};
}

/// Answers no ping.
class Mute : public net::Filter {
    Octets outgoing(Octets) override { return {}; }
};

std::uint16_t port_of(const test::HostileServer& server) {
    return static_cast<std::uint16_t>(std::stoul(server.url().substr(server.url().rfind(':') + 1)));
}

TEST(Scheduler, GivesEveryCaseExactlyOneResult) {
    auto const cases = select_cases({.cases = {"1", "2", "4", "8.1"}, .excluded = {"1.1.6"}});
    ASSERT_TRUE(cases);
    ASSERT_GE(cases->size(), 40U);
    auto const done = run_against({}, *cases, {.jobs = 8, .seed = 1});
    ASSERT_EQ(done.results.size(), cases->size());
    for (std::size_t i = 0; i < cases->size(); ++i) {
        EXPECT_EQ(done.results[i].id, (*cases)[i]->id);
        EXPECT_NE(done.results[i].verdict, Verdict::error) << done.results[i].id << done.results[i].detail;
        EXPECT_NE(done.results[i].verdict, Verdict::fail) << done.results[i].id << done.results[i].detail;
    }
    auto progress = done.progress;
    std::ranges::sort(progress);
    EXPECT_EQ(std::ranges::adjacent_find(progress), progress.end()) << "told twice";
    EXPECT_EQ(progress.size(), cases->size());
}

/// Volume comes behind all others, but not behind those that only wait for a deadline.
TEST(Scheduler, LetsNoDeadlineHoldUpTheNextPhase) {
    Case const waits_long = {.id = "0.1",
                             .title = "Wait",
                             .covers = {"R6455-5.5.2-2"},
                             .script = {open(), send(text("a").more()), await("quiet"), closing_handshake()}};
    Case const volume = {.id = "0.2",
                         .title = "Volume",
                         .covers = {"R6455-5.2-16"},
                         .script = {open(), round_trips({.size = 1U << 20}), closing_handshake()}};
    auto const done = run_against({}, {&waits_long, &volume}, {.session = {.deadline = 20s}, .jobs = 1});
    EXPECT_EQ(done.progress, (std::vector<std::string>{"0.2", "0.1"}));
    for (const auto& result : done.results) EXPECT_EQ(result.verdict, Verdict::pass) << result.detail;
}

/// A busy machine takes its time for megabytes.
TEST(Scheduler, WaitsForWhoIsSendingMuchBack) {
    Octets const much = octets(std::string(2U << 20, 'm'));
    Case const large = {.id = "0.1",
                        .title = "Send much",
                        .covers = {"R6455-5.2-16"},
                        .script = {open(), send(binary(much)), expect(receives(binary(much))), closing_handshake()}};
    // Longer than the deadline in all.
    auto const slowly = [](const test::Connection& connection) {
        if (!connection.accept()) return;
        Endpoint endpoint(Role::server);
        while (!endpoint.close_expected()) {
            Octets input = connection.receive();
            if (input.empty()) return;
            Octets const output = test::echoed(endpoint, input);
            constexpr std::size_t piece = 400U << 10;
            for (std::size_t at = 0; at < output.size(); at += piece) {
                if (at != 0 && connection.gone_within(500)) return;
                if (!connection.send(OctetView(output).subspan(at, std::min(piece, output.size() - at)))) return;
            }
        }
    };
    test::HostileServer const server(slowly);
    boost::asio::io_context io;
    auto const done = run(port_of(server), io, {&large}, {.session = {.deadline = 2s}, .jobs = 1});
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::pass) << done.results[0].detail;
    EXPECT_GT(done.results[0].duration_ms, 2000);
}

TEST(Scheduler, ConfirmsAFailureAlone) {
    Case const one = ping_case("0.1");
    auto const done = run_against([] { return std::make_unique<Mute>(); }, {&one}, {.session = {.deadline = 1000ms}});
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::fail);
    EXPECT_EQ(done.results[0].attempts, 2U);
    EXPECT_EQ(done.results[0].requirement, "R6455-5.5.2-2");
    EXPECT_FALSE(done.results[0].transcript.empty());
    EXPECT_FALSE(done.results[0].first_verdict);
}

/// Else a run that is interrupted would know nothing of what failed in it.
TEST(Scheduler, TellsWhatItHasToConfirm) {
    Case const mute = ping_case("0.1");
    std::vector<CaseResult> told;
    ScheduleSettings settings{.session = {.deadline = 500ms}, .jobs = 1};
    settings.unconfirmed = [&told](const CaseResult& result) { told.push_back(result); };
    auto const done = run_against([] { return std::make_unique<Mute>(); }, {&mute}, settings);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].id, "0.1");
    EXPECT_EQ(told[0].verdict, Verdict::fail);
    EXPECT_EQ(told[0].attempts, 1U);
    EXPECT_EQ(done.results[0].attempts, 2U);
}

TEST(Scheduler, CallsAVerdictThatChangesFlaky) {
    Case const one = ping_case("0.1");
    unsigned connections = 0;
    auto const done = run_against(
        [&]() -> std::unique_ptr<net::Filter> {
            if (connections++ == 0) return std::make_unique<Mute>();
            return std::make_unique<net::Filter>();
        },
        {&one}, {.session = {.deadline = 1000ms}});
    ASSERT_EQ(done.results.size(), 1U);
    const auto& result = done.results[0];
    EXPECT_EQ(result.verdict, Verdict::flaky) << result.detail;
    ASSERT_TRUE(result.first_verdict);
    EXPECT_EQ(*result.first_verdict, Verdict::fail);
    EXPECT_FALSE(result.transcript.empty());
    EXPECT_FALSE(result.first_transcript.empty());
    EXPECT_EQ(result.requirement, "R6455-5.5.2-2");
    EXPECT_EQ(connections, 2U);
}

/// What a server does that gives every connection a wrong answer, late, and each time another.
struct ManyAnswers {
    std::atomic<unsigned> connections = 0;
    std::atomic<unsigned> now = 0;  // second plays
    std::atomic<unsigned> at_once = 0;
    unsigned bad = UINT32_MAX;  // connections that get one

    void operator()(const test::Connection& connection, unsigned cases) {
        unsigned const number = ++connections;
        if (number > bad) return connection.echo();
        if (!connection.accept()) return;
        bool const second = number > cases;
        if (second) {
            unsigned const here = ++now;
            for (unsigned most = at_once; here > most && !at_once.compare_exchange_weak(most, here);) {
            }
        }
        if (!connection.gone_within(200)) connection.send(wire(text(std::to_string(number)), Role::server));
        if (second) --now;
        connection.receive_rest();
    }
};

/// One after the other such a target would take the tester an hour: behind a while of that the rest comes together.
TEST(Scheduler, ConfirmsTogetherWhatWouldTakeTooLongAlone) {
    constexpr unsigned count = 12;
    std::vector<Case> cases;
    for (unsigned i = 0; i < count; ++i) cases.push_back(ping_case("0." + std::to_string(i + 1)));
    std::vector<const Case*> all;
    for (const auto& one : cases) all.push_back(&one);
    for (bool const patient : {true, false}) {
        ManyAnswers answers;
        test::HostileServer const server([&](const test::Connection& c) { answers(c, count); });
        boost::asio::io_context io;
        ScheduleSettings settings{.session = {.deadline = 4s}, .jobs = 6};
        if (!patient) settings.time_to_confirm = 0ms;
        auto const done = run(port_of(server), io, all, settings);
        ASSERT_EQ(done.results.size(), count);
        EXPECT_EQ(done.progress.size(), count);
        for (const auto& result : done.results) {
            EXPECT_EQ(result.verdict, Verdict::fail) << result.id << result.detail;
            EXPECT_EQ(result.attempts, 2U) << result.id;
        }
        EXPECT_EQ(answers.connections, 2 * count);
        EXPECT_EQ(answers.at_once == 1U, patient) << answers.at_once;
    }
}

TEST(Scheduler, CallsAVerdictThatChangesFlakyInCompanyToo) {
    constexpr unsigned count = 8;
    std::vector<Case> cases;
    for (unsigned i = 0; i < count; ++i) cases.push_back(ping_case("0." + std::to_string(i + 1)));
    std::vector<const Case*> all;
    for (const auto& one : cases) all.push_back(&one);
    ManyAnswers answers;
    // One more is the first that is played again, alone: it takes all the time that there is.
    answers.bad = count + 1;
    test::HostileServer const server([&](const test::Connection& c) { answers(c, count); });
    boost::asio::io_context io;
    ScheduleSettings settings{.session = {.deadline = 4s}, .jobs = 8};
    settings.time_to_confirm = 0ms;
    auto const done = run(port_of(server), io, all, settings);
    ASSERT_EQ(done.results.size(), count);
    EXPECT_EQ(done.results[0].verdict, Verdict::fail) << done.results[0].detail;
    unsigned in_company = 0;
    for (std::size_t i = 1; i < count; ++i) {
        EXPECT_EQ(done.results[i].verdict, Verdict::flaky) << done.results[i].id << done.results[i].detail;
        in_company += done.results[i].detail.ends_with("pass the second time") ? 1 : 0;
    }
    EXPECT_GT(in_company, 0U) << done.results.back().detail;
}

/// It may have made the first look at it take as long as it liked.
TEST(Scheduler, HasLessPatienceInALongRun) {
    Case const one = ping_case("0.1");
    ScheduleSettings settings{.session = {.deadline = 4s}, .jobs = 1};
    settings.least_deadline = 500ms;
    settings.long_run = 0ms;
    auto const done = run_against([] { return std::make_unique<Mute>(); }, {&one}, settings);
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::fail);
    EXPECT_LT(done.results[0].duration_ms, 1900) << "half of 4 s, and alone half of that";
}

/// Who handles a frame in so many milliseconds, and the next one then, is right all the same.
TEST(Scheduler, WaitsForManyAnswersOneAfterTheOther) {
    constexpr std::size_t count = 100;
    std::vector<Frame> const messages(count, text("ab"));
    std::size_t const answer_size = wire(messages.front(), Role::server).size();
    test::HostileServer const server([&](const test::Connection& connection) {
        if (!connection.accept()) return;
        Endpoint endpoint(Role::server);
        Octets output;
        while (output.size() < count * answer_size) {
            Octets input = connection.receive();
            if (input.empty()) return;
            append(output, test::echoed(endpoint, input));
        }
        for (std::size_t at = 0; at < output.size(); at += answer_size)
            if (connection.gone_within(20) || !connection.send(OctetView(output).subspan(at, answer_size))) return;
        while (!endpoint.close_expected()) {
            Octets input = connection.receive();
            if (input.empty() || !connection.send(test::echoed(endpoint, input))) return;
        }
    });
    Case const many = {.id = "0.1",
                       .title = "Send many messages",
                       .covers = {"R6455-5.2-16"},
                       .script = {open(), send(messages), expect(receives(messages)), closing_handshake()}};
    boost::asio::io_context io;
    auto const done = run(port_of(server), io, {&many}, {.session = {.deadline = 1000ms}, .jobs = 1});
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::pass) << done.results[0].detail;
    EXPECT_GT(done.results[0].duration_ms, 1000);
}

TEST(Scheduler, TakesTheWorstOfTheVariants) {
    Case one = ping_case("0.1");
    one.variants = {{open(), send(ping("q")), expect(receives(pong("q")))},
                    {open(), send(ping("r")), expect(receives(pong("s")))},
                    {open(), send(ping("t")), expect(receives(pong("t")))}};
    auto const done = run_against({}, {&one}, {.session = {.deadline = 1000ms}});
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::fail);
    EXPECT_TRUE(done.results[0].detail.starts_with("variant 2: ")) << done.results[0].detail;
}

/// The first connection is good; what comes behind it is not.
std::vector<CaseResult> with_life(const std::function<std::unique_ptr<net::Filter>()>& behind, bool alive_afterwards) {
    Case one = ping_case("0.1");
    one.alive_afterwards = alive_afterwards;
    unsigned connections = 0;
    return run_against(
               [&]() -> std::unique_ptr<net::Filter> {
                   return connections++ % 2 == 0 ? std::make_unique<net::Filter>() : behind();
               },
               {&one}, {.session = {.deadline = 1000ms}})
        .results;
}

TEST(Scheduler, LooksForLifeBehindACase) {
    class Refuses final : public net::Filter {
        std::string response(std::string, const std::string&) override {
            return "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        }
    };
    auto const mute = [] { return std::make_unique<Mute>(); };
    auto const unasked = with_life(mute, false);
    ASSERT_EQ(unasked.size(), 1U);
    EXPECT_EQ(unasked[0].verdict, Verdict::pass);
    auto const good = with_life([] { return std::make_unique<net::Filter>(); }, true);
    ASSERT_EQ(good.size(), 1U);
    EXPECT_EQ(good[0].verdict, Verdict::pass) << good[0].detail;
    EXPECT_EQ(good[0].transcript.back().note, "afterwards a fresh connection opens and answers");
    for (const auto& behind :
         std::vector<std::function<std::unique_ptr<net::Filter>()>>{mute, [] { return std::make_unique<Refuses>(); }}) {
        auto const dead = with_life(behind, true);
        ASSERT_EQ(dead.size(), 1U);
        EXPECT_EQ(dead[0].verdict, Verdict::fail);
        EXPECT_EQ(dead[0].requirement, "R6455-5.5.2-2");
        EXPECT_TRUE(dead[0].detail.starts_with("afterwards, on a fresh connection: ")) << dead[0].detail;
        EXPECT_EQ(dead[0].attempts, 2U);
    }
}

TEST(Scheduler, BlamesNoneOfManyForATargetThatIsGone) {
    // It stops listening after the first connection, whoever that is.
    boost::asio::io_context io;
    std::unique_ptr<net::EchoServer> server;
    class Stops final : public net::Filter {
    public:
        explicit Stops(std::unique_ptr<net::EchoServer>& server) : server_(server) {}
        Octets incoming(Octets octets) override {
            if (server_) server_->stop({});
            return octets;
        }

    private:
        std::unique_ptr<net::EchoServer>& server_;
    };
    server = std::make_unique<net::EchoServer>(io.get_executor(), net::EchoServerSettings{},
                                               [&] { return std::make_unique<Stops>(server); });
    Case one = ping_case("0.1");
    one.alive_afterwards = true;
    auto const done = run(server->port(), io, {&one}, {.session = {.deadline = 1000ms}}, [&] { server.reset(); });
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::error);
}

TEST(Scheduler, SkipsWhatMayHurtUnlessItIsAllowed) {
    Case hurts = ping_case("0.1");
    hurts.may_hurt = hurts.watched = true;
    for (bool const allowed : {false, true}) {
        ScheduleSettings settings{.session = {.deadline = 1000ms}};
        settings.allow_dos = allowed;
        settings.process = [] { return getpid(); };
        auto const done = run_against({}, {&hurts}, std::move(settings));
        ASSERT_EQ(done.results.size(), 1U);
        EXPECT_EQ(done.results[0].verdict, allowed ? Verdict::pass : Verdict::skipped);
        if (!allowed) {
            EXPECT_EQ(done.results[0].detail, may_hurt_a_shared_target);
            continue;
        }
        ASSERT_TRUE(done.results[0].resources);
        EXPECT_GT(done.results[0].resources->octets_sent, 100U) << "the opening handshake is part of it";
        EXPECT_GE(done.results[0].resources->processes, 1U);
        EXPECT_GT(done.results[0].resources->memory_before, 0U);
    }
}

TEST(Scheduler, FiguresOutHowTimeGrows) {
    Case one = ping_case("0.1");
    one.growth = Growth{.of = "pings", .sizes = {1, 2, 4}, .requirement = "R6455-10.1-1"};
    one.watched = true;
    one.variants = {one.script, one.script};
    auto const done = run_against({}, {&one}, {.session = {.deadline = 1000ms}});
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::pass) << done.results[0].detail;
    ASSERT_TRUE(done.results[0].resources);
    ASSERT_EQ(done.results[0].resources->growth.size(), 3U);
    EXPECT_EQ(done.results[0].resources->growth[2].size, 4U);
    EXPECT_GT(done.results[0].resources->growth[2].seconds, 0);
}

// The step as the runner does it, over TCP: hundreds of connections, whole, in parts and broken off.
TEST(Scheduler, BringsACrowd) {
    using Request = Crowd::Request;
    using Ending = Crowd::Ending;
    std::vector<Case> cases;
    std::vector<Crowd> const crowds = {
        {.connections = 100},
        {.connections = 50, .request = Request::part, .octets = 0},
        {.connections = 50, .request = Request::part, .octets = 40, .ending = Ending::fin},
        {.connections = 250, .request = Request::one_more_each, .ending = Ending::reset},
        {.connections = 50, .frames = {text("Hello"), ping("p")}, .ending = Ending::reset},
    };
    for (const auto& each : crowds) {
        Case one = ping_case("0." + std::to_string(cases.size() + 1));
        one.script = {open(), crowd(each), send(ping("served")), expect(receives(pong("served"))), closing_handshake()};
        cases.push_back(std::move(one));
    }
    std::vector<const Case*> pointers;
    for (const auto& one : cases) pointers.push_back(&one);
    auto const done = run_against({}, pointers, {.session = {.deadline = 3000ms}});
    ASSERT_EQ(done.results.size(), crowds.size());
    for (const auto& result : done.results) {
        EXPECT_EQ(result.verdict, Verdict::pass) << result.id << " " << result.detail;
        auto const& connections = crowds[static_cast<std::size_t>(result.id.back() - '1')].connections;
        std::string const made =
            std::to_string(connections) + " of " + std::to_string(connections) + " more connections made";
        EXPECT_NE(result.observed.find(made), std::string::npos) << result.id << ": " << result.observed;
    }
    EXPECT_NE(done.results[0].observed.find("100 of them opened"), std::string::npos) << done.results[0].observed;
}

// Nothing is read until no more can be sent; then all comes back, and nothing is lost.
TEST(Scheduler, FloodsWithoutReading) {
    Case one = ping_case("0.1");
    one.script = {open(), stop_reading(),
                  flood({.frames = {binary(repeated(0xfe, 60'000))}, .count = 800, .echoes = true}),
                  closing_handshake()};
    auto const done = run_against({}, {&one}, {.session = {.deadline = 3000ms}});
    ASSERT_EQ(done.results.size(), 1U);
    EXPECT_EQ(done.results[0].verdict, Verdict::pass) << done.results[0].detail;
    EXPECT_NE(done.results[0].observed.find("no more was taken"), std::string::npos) << done.results[0].observed;
    bool const noted = std::ranges::any_of(done.results[0].transcript, [](const TranscriptEntry& entry) {
        return entry.note.find("takes nothing more as long as we do not read") != std::string::npos;
    });
    EXPECT_TRUE(noted);
}

// An opening handshake larger than the tester would keep.
TEST(Scheduler, FillsARequestWhileItIsSent) {
    Case one = ping_case("0.1");
    one.script = {
        open(Handshake{}.filled_with({.begin = "X-Filler: ", .pattern = "abc", .count = 10'000'000, .end = "\r\n"})),
        expect({opens(), refuses_with_any_status(), drops().informational()})};
    Case small = ping_case("0.2");
    small.script = {
        open(Handshake{}.filled_with({.begin = "", .pattern = "X: a\r\n", .count = 1000, .end = ""}), chopped(7)),
        expect(opens()), send(ping("p")), expect(receives(pong("p"))), closing_handshake()};
    auto const done = run_against({}, {&one, &small}, {.session = {.deadline = 3000ms}});
    ASSERT_EQ(done.results.size(), 2U);
    EXPECT_TRUE(done.results[0].verdict == Verdict::pass || done.results[0].verdict == Verdict::informational)
        << done.results[0].detail;
    EXPECT_EQ(done.results[1].verdict, Verdict::pass) << done.results[1].detail;
}

TEST(Scheduler, BlamesNoTargetThatIsNotThere) {
    auto const port = free_port();
    ASSERT_NE(port, 0);
    std::vector<Case> cases;
    for (int i = 1; i <= 5; ++i) cases.push_back(ping_case("0." + std::to_string(i)));
    std::vector<const Case*> pointers;
    for (const auto& one : cases) pointers.push_back(&one);
    boost::asio::io_context io;
    unsigned revivals = 0;
    ScheduleSettings settings;
    settings.session.deadline = 1000ms;
    settings.revive = [&](std::function<void(bool)> then) {
        ++revivals;
        then(false);
    };
    auto const done = run(port, io, pointers, std::move(settings));
    ASSERT_EQ(done.results.size(), 5U);
    for (const auto& result : done.results) {
        EXPECT_EQ(result.verdict, Verdict::error);
        EXPECT_TRUE(result.detail.starts_with("no connection: ")) << result.detail;
    }
    EXPECT_GE(revivals, 5U);
}

TEST(Scheduler, BlamesTheCaseThatKillsTheTarget) {
    Case const good = ping_case("0.1");
    Case const deadly = ping_case("0.2", Handshake{}.add("X-Deadly", "yes"));
    boost::asio::io_context io;
    bool dead = false;
    unsigned starts = 1;
    class Mortal : public net::Filter {
    public:
        explicit Mortal(bool& dead) : dead_(dead) {}
        std::string request(std::string head) override {
            deadly_ = head.find("X-Deadly") != std::string::npos;
            return head;
        }
        Octets outgoing(Octets octets) override {
            if (deadly_) dead_ = true;
            return deadly_ ? Octets{} : octets;
        }
        bool drops_now() override { return deadly_ && dead_; }

    private:
        bool& dead_;
        bool deadly_ = false;
    };
    // Dead until somebody connects: then it was started again.
    auto server = std::make_unique<net::EchoServer>(io.get_executor(), net::EchoServerSettings{}, [&] {
        if (std::exchange(dead, false)) ++starts;
        return std::make_unique<Mortal>(dead);
    });
    ScheduleSettings settings;
    settings.session.deadline = 2000ms;
    settings.jobs = 1;
    settings.death = [&] { return std::string(dead ? "was killed by signal 11 (Segmentation fault)" : ""); };
    settings.starts = [&] { return starts; };
    auto const done = run(server->port(), io, {&good, &deadly}, std::move(settings), [&] { server.reset(); });
    ASSERT_EQ(done.results.size(), 2U);
    EXPECT_EQ(done.results[0].verdict, Verdict::pass) << done.results[0].detail;
    EXPECT_EQ(done.results[1].verdict, Verdict::fail) << done.results[1].detail;
    EXPECT_NE(done.results[1].detail.find("died of this case: it was killed by signal 11"), std::string::npos)
        << done.results[1].detail;
}

TEST(Scheduler, RepeatsItsOrderBySeed) {
    std::vector<Case> cases;
    for (int i = 0; i < 20; ++i)
        cases.push_back(ping_case("0." + std::to_string(i), Handshake{}.add("X-Case", std::to_string(i))));
    std::vector<const Case*> pointers;
    for (const auto& one : cases) pointers.push_back(&one);

    class Log : public net::Filter {
    public:
        explicit Log(std::vector<std::string>& log) : log_(log) {}
        std::string request(std::string head) override {
            auto const at = head.find("X-Case: ");
            log_.push_back(head.substr(at, head.find('\r', at) - at));
            return head;
        }

    private:
        std::vector<std::string>& log_;
    };
    auto const order = [&](std::uint64_t seed) {
        std::vector<std::string> log;
        auto const done = run_against([&] { return std::make_unique<Log>(log); }, pointers,
                                      {.session = {.deadline = 30s}, .jobs = 1, .seed = seed});
        for (const auto& result : done.results) EXPECT_EQ(result.verdict, Verdict::pass) << result.detail;
        return log;
    };
    auto const first = order(1);
    EXPECT_EQ(first.size(), 20U);
    EXPECT_EQ(order(1), first);
    EXPECT_NE(order(2), first);
}

TEST(SkipReason, SaysWhatIsMissing) {
    Case const plain = ping_case("0.1");
    Case echo = plain;
    echo.needs = Need::echo;
    Case subprotocol = plain;
    subprotocol.needs = Need::subprotocol;
    Case large = plain;
    large.variants = {{open(), send(binary(repeated(1, 5000))), expect(anything())}};
    auto const without_echo = [] {
        auto profile = good_profile();
        profile.echoes = false;
        profile.echo_detail = "it answers with a date";
        return profile;
    }();
    auto const limited = [](std::uint64_t size) {
        auto profile = good_profile();
        profile.refused_size = size;
        return profile;
    };
    struct Row {
        const char* name;
        const Case* one;
        ProbedProfile profile;
        bool subprotocol;
        const char* why;  ///< "": run it.
    };
    for (const auto& row : std::vector<Row>{
             {"nothing is needed", &plain, without_echo, false, ""},
             {"echo is there", &echo, good_profile(), false, ""},
             {"echo is not there", &echo, without_echo, true, "it answers with a date"},
             {"subprotocol not named", &subprotocol, good_profile(), false, "--subprotocol"},
             {"subprotocol named", &subprotocol, good_profile(), true, ""},
             {"larger than the limit", &large, limited(5000), true, "5000"},
             {"within the limit", &large, limited(5001), true, ""},
         }) {
        auto const skip = skip_reason(*row.one, row.profile, row.subprotocol);
        bool const runs = *row.why == '\0';
        EXPECT_EQ(skip.verdict, runs ? Verdict::pass : Verdict::skipped) << row.name;
        EXPECT_NE(skip.why.find(row.why), std::string::npos) << row.name << ": " << skip.why;
        EXPECT_EQ(skip.why.empty(), runs) << row.name;
    }
    auto const done = run_against({}, {&plain, &subprotocol}, {});
    ASSERT_EQ(done.results.size(), 2U);
    EXPECT_EQ(done.results[0].verdict, Verdict::pass);
    EXPECT_EQ(done.results[1].verdict, Verdict::skipped);
    EXPECT_EQ(done.progress.size(), 2U);
}

// ---- The probe ----

ProbedProfile probe_of(net::FilterFactory filter, net::EchoServerSettings server_settings = {}) {
    boost::asio::io_context io;
    auto server = std::make_unique<net::EchoServer>(io.get_executor(), std::move(server_settings), std::move(filter));
    SessionSettings session;
    session.address = {.host = "127.0.0.1", .port = std::to_string(server->port())};
    session.player.values.host = "127.0.0.1";
    ProbedProfile found;
    bool done = false;
    async_probe(io.get_executor(), session, [&](ProbedProfile profile) {
        found = std::move(profile);
        done = true;
        server.reset();
    });
    io.run_for(60s);
    EXPECT_TRUE(done);
    return found;
}

TEST(Probe, KnowsTheReference) {
    auto const found = probe_of({});
    EXPECT_TRUE(found.failure.empty()) << found.failure;
    EXPECT_TRUE(found.reachable && found.upgrades && found.echoes);
    EXPECT_EQ(found.message_limit, 16U << 20);
    EXPECT_FALSE(found.refused_size);
    EXPECT_EQ(found.greetings, 0U);
    EXPECT_GT(found.round_trip_ms, 0);
    EXPECT_TRUE(found.handshake_defects.empty());
    EXPECT_EQ(target_profile(found).proven_message, 16U << 20);
}

TEST(Probe, FindsTheExactMessageLimit) {
    for (std::uint64_t const limit : {125U, 32768U, 65535U, 100'000U, 1U << 20, 1'234'567U, 10'000'000U, 16U << 20}) {
        net::EchoServerSettings settings;
        settings.limits.message = limit;
        auto const found = probe_of({}, settings);
        EXPECT_TRUE(found.echoes);
        EXPECT_EQ(found.message_limit, limit);
        EXPECT_EQ(found.refused_size, limit + 1);
    }
}

TEST(Probe, KnowsATargetThatDoesNotEcho) {
    class Date : public net::Filter {
        Octets outgoing(Octets octets) override {
            return (octets[0] & 0xf) == 1 ? wire(text("Sun Nov 22 2026"), Role::server) : octets;
        }
    };
    auto const found = probe_of([] { return std::make_unique<Date>(); });
    EXPECT_TRUE(found.upgrades);
    EXPECT_FALSE(found.echoes);
    EXPECT_FALSE(found.echo_detail.empty());
}

TEST(Probe, SaysWhyNothingCanBeRun) {
    class Refusal : public net::Filter {
        std::string response(std::string, const std::string&) override {
            return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        }
    };
    auto const found = probe_of([] { return std::make_unique<Refusal>(); });
    EXPECT_TRUE(found.reachable);
    EXPECT_FALSE(found.upgrades);
    EXPECT_NE(found.failure.find("404"), std::string::npos) << found.failure;
}

}  // namespace
}  // namespace wsspec
