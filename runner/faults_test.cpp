// Every faulty peer is caught by the cases that it names, under the requirement that it breaks; and the peer without a
// fault passes the same cases.
#include "runner/faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cases/catalogue.h"
#include "reference/net/echo_server.h"
#include "reference/requirements.h"
#include "runner/certificates.h"
#include "runner/deflate_peer.h"
#include "runner/fault_table_test.h"
#include "runner/frame_filter.h"
#include "runner/rights.h"
#include "runner/scheduler.h"
#include "runner/select.h"
#include "runner/tls.h"

namespace wsspec {
namespace {

std::vector<const Case*> cases_of(const Fault& fault) {
    std::vector<const Case*> found;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) {
            // Its mirror image is another test's.
            if (one.target == Target::client) continue;
            if (std::ranges::any_of(fault.caught_by, [&](auto glob) { return glob_matches(glob, one.id); }) ||
                std::ranges::any_of(further_breaches(), [&](const FurtherBreach& breach) {
                    return breach.fault == fault.name && breach.caught_by == one.id;
                }))
                found.push_back(&one);
        }
    return found;
}

/// Volume apart, which takes time, unless it is named.
std::vector<const Case*> cases_of(const Right& right) {
    std::vector<const Case*> found;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) {
            bool const fits = one.target != (right.role == Role::server ? Target::client : Target::server);
            if (fits && !includes(one.needs, Need::tls) && std::ranges::any_of(right.cases, [&](auto glob) {
                    return glob == one.id || (!has_volume(one) && glob_matches(glob, one.id));
                }))
                found.push_back(&one);
        }
    return found;
}

/// GoogleTest wants names of letters, digits and '_'.
std::string test_name(const Fault& fault) {
    std::string name(fault.name);
    std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
}

/// A server and a schedule against it; `done` gets the results.
class Visit {
public:
    Visit(boost::asio::io_context& io, const net::FilterFactory& filter, std::vector<const Case*> cases,
          std::function<void(std::vector<CaseResult>)> done, const std::optional<TlsBend>& tls = {},
          bool takes_text_alone = false)
        : cases_(std::move(cases)) {
        net::EchoServerSettings echo;
        constexpr std::uint64_t limit = 16U << 20;
        echo.limits.message = limit;
        ScheduleSettings settings;
        if (tls) {
            static auto const authority = TestAuthority::temporary();
            static auto const trusting = make_tls_client({.ca_file = authority->ca_file()}).value();
            auto const files = authority->files(Tls::Certificate::good);
            echo.certificate_file = files.certificate;
            echo.key_file = files.key;
            bend(echo, *tls);
            settings.session.tls = trusting.get();
            settings.session.address.tls = true;
            settings.session.address.server_name = "localhost";
        }
        server_ = std::make_unique<net::EchoServer>(io.get_executor(), echo, filter);
        settings.session.address.host = "127.0.0.1";
        settings.session.address.port = std::to_string(server_->port());
        settings.session.player.values.host = "127.0.0.1:" + settings.session.address.port;
        settings.session.deadline = std::chrono::milliseconds(2500);
        settings.profile = {.reachable = true,
                            .upgrades = true,
                            .echoes = true,
                            .message_limit = limit,
                            .refused_size = limit + 1,
                            .takes_text_alone = takes_text_alone};
        settings.jobs = 4;
        settings.seed = 6455;
        settings.session.player.volume = Profile::quick;
        settings.allow_dos = true;
        async_schedule(
            io.get_executor(), cases_, std::move(settings), [](const CaseResult&) {},
            [this, done = std::move(done)](std::vector<CaseResult> results) {
                server_.reset();
                done(std::move(results));
            });
    }

private:
    std::vector<const Case*> cases_;
    std::unique_ptr<net::EchoServer> server_;
};

bool has_round_trips(const Case* one) {
    return std::ranges::any_of(one->script,
                               [](const Step& step) { return std::holds_alternative<RoundTrips>(step.action); });
}

/// The results of all faults that this run of the program is about. Most are played at the same time: many of them are
/// caught by a deadline, and they wait together. Those with volume are played one by one behind them: all is done in
/// one thread, and megabytes would let everybody else miss his deadline.
const std::vector<CaseResult>& results_for(const Fault& wanted) {
    static const auto all = [] {
        std::map<std::string_view, std::vector<CaseResult>> results;
        std::vector<const Fault*> light;
        std::vector<const Fault*> heavy;
        const auto& tests = *testing::UnitTest::GetInstance();
        for (const auto& fault : faults()) {
            bool selected = false;
            for (int s = 0; s < tests.total_test_suite_count(); ++s) {
                const auto& suite = *tests.GetTestSuite(s);
                for (int t = 0; t < suite.total_test_count(); ++t) {
                    const auto& test = *suite.GetTestInfo(t);
                    selected = selected ||
                               (test.should_run() && std::string_view(test.name()).ends_with("/" + test_name(fault)));
                }
            }
            if (!selected) continue;
            auto const cases = cases_of(fault);
            // Nor can what takes time that can be measured share it.
            bool const alone = std::ranges::any_of(cases, has_round_trips) ||
                               std::ranges::any_of(cases, [](const Case* one) { return one->growth.has_value(); });
            (alone ? heavy : light).push_back(&fault);
        }
        auto const play = [&results](std::span<const Fault* const> together) {
            boost::asio::io_context io;
            std::vector<std::unique_ptr<Visit>> visits;
            for (const Fault* fault : together)
                visits.push_back(std::make_unique<Visit>(
                    io, fault->make, cases_of(*fault),
                    [&results, fault](std::vector<CaseResult> played) { results[fault->name] = std::move(played); },
                    fault->tls));
            io.run();
        };
        play(light);
        for (const Fault* fault : heavy) play(std::span(&fault, 1));
        return results;
    }();
    return all.at(wanted.name);
}

int badness(Verdict verdict) {
    switch (verdict) {
        case Verdict::fail:
            return 2;
        case Verdict::non_strict:
            return 1;
        default:
            return 0;
    }
}

class EveryFault : public testing::TestWithParam<const Fault*> {};

TEST_P(EveryFault, IsCaught) {
    const Fault& fault = *GetParam();
    ASSERT_NE(find_requirement(fault.requirement), nullptr) << fault.requirement;
    auto const cases = cases_of(fault);
    ASSERT_FALSE(cases.empty());
    for (auto glob : fault.caught_by) {
        const Case* const mirrored = find_case(std::string(glob));
        if (mirrored != nullptr && mirrored->target == Target::client) continue;
        EXPECT_TRUE(std::ranges::any_of(cases, [&](const Case* one) { return glob_matches(glob, one->id); })) << glob;
    }

    bool caught = false;
    bool named = false;
    std::string seen;
    std::string cells;
    for (const auto& result : results_for(fault)) {
        seen += "\n  " + result.id + " " + std::string(to_string(result.verdict)) + " [" + result.requirement + "] " +
                result.detail;
        EXPECT_TRUE(result.verdict == Verdict::pass || !result.detail.empty())
            << result.id << ' ' << to_string(result.verdict) << " without a reason";
        if (badness(result.verdict) < badness(fault.expected)) continue;
        caught = true;
        cells += test::cell(result);
        const Case* one = find_case(result.id);
        named = named || result.requirement == fault.requirement ||
                std::ranges::find(one->covers, fault.requirement) != one->covers.end();
    }
    for (const auto& breach : further_breaches()) {
        if (breach.fault != fault.name) continue;
        auto const& results = results_for(fault);
        auto const found = std::ranges::find(results, breach.caught_by, &CaseResult::id);
        EXPECT_TRUE(found != results.end() && badness(found->verdict) > 0)
            << breach.caught_by << " does not catch the breach of " << breach.requirement << ":" << seen;
    }
    EXPECT_TRUE(caught) << "not caught as " << to_string(fault.expected) << ":" << seen;
    EXPECT_TRUE(!caught || named) << "caught, but not under " << fault.requirement << ":" << seen;
    test::note_in_fault_table("server", fault, cells);
    if (std::getenv("WSSPEC_SHOW_FAULTS") != nullptr)
        std::printf("%s | %s%s\n", std::string(fault.name).c_str(), std::string(fault.requirement).c_str(),
                    seen.c_str());
}

std::vector<const Fault*> all_faults() {
    std::vector<const Fault*> all;
    // limits_faults_test.cpp has the others.
    for (const auto& fault : faults())
        if (!fault.in_process) all.push_back(&fault);
    return all;
}

INSTANTIATE_TEST_SUITE_P(Faults, EveryFault, testing::ValuesIn(all_faults()),
                         [](const auto& parameter) { return test_name(*parameter.param); });

TEST(Faults, BreakFurtherStatementsThatAreThere) {
    for (const auto& breach : further_breaches()) {
        const Fault* fault = find_fault(breach.fault);
        ASSERT_NE(fault, nullptr) << breach.fault;
        EXPECT_NE(fault->requirement, breach.requirement) << breach.fault << " says so itself";
        const Case* one = find_case(breach.caught_by);
        ASSERT_NE(one, nullptr) << breach.caught_by;
        EXPECT_NE(std::ranges::find(one->covers, breach.requirement), one->covers.end())
            << breach.caught_by << " is not about " << breach.requirement;
    }
}

// For every MUST that shows at servers and has a case there is a server that breaks it, or a reason why there is none.
TEST(Faults, BreakEveryMustThatHasACase) {
    std::set<std::string_view> broken;
    for (const auto& fault : faults()) broken.insert(fault.requirement);
    for (const auto& breach : further_breaches()) broken.insert(breach.requirement);
    std::set<std::string_view> explained;
    for (const auto& row : unbreakable()) {
        ASSERT_NE(find_requirement(row.requirement), nullptr) << row.requirement;
        EXPECT_TRUE(explained.insert(row.requirement).second) << row.requirement;
        EXPECT_FALSE(broken.contains(row.requirement)) << row.requirement << " can be broken after all";
    }
    std::set<std::string_view> asked;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target != Target::client) asked.insert(one.covers.begin(), one.covers.end());
    for (const auto& statement : requirements()) {
        bool const must = statement.level == Level::must || statement.level == Level::must_not;
        if (!must || !includes(statement.observable, Observable::at_server) || !asked.contains(statement.id)) continue;
        EXPECT_TRUE(broken.contains(statement.id) || explained.contains(statement.id))
            << statement.id << " has no faulty server: " << statement.statement;
    }
}

TEST(Faults, AreManyAndHaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    std::set<std::string_view> requirements;
    for (const auto& fault : faults()) {
        EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
        EXPECT_EQ(find_fault(fault.name), &fault);
        EXPECT_TRUE(fault.what.ends_with('.')) << fault.name;
        requirements.insert(fault.requirement);
    }
    EXPECT_GE(names.size(), 150U);
    EXPECT_GE(requirements.size(), 100U);
    EXPECT_EQ(find_fault("no-such-fault"), nullptr);
}

std::vector<CaseResult> play(const net::FilterFactory& filter, const std::vector<const Case*>& cases,
                             const std::optional<TlsBend>& tls = {}) {
    boost::asio::io_context io;
    std::vector<CaseResult> results;
    Visit const visit(io, filter, cases, [&](std::vector<CaseResult> played) { results = std::move(played); }, tls);
    io.run();
    EXPECT_EQ(results.size(), cases.size());
    return results;
}

/// The union of all caught_by, played against a peer with this filter.
std::vector<CaseResult> play_all(const net::FilterFactory& filter) {
    std::set<std::string_view> ids;
    std::vector<const Case*> cases;
    for (const auto& fault : faults()) {
        if (fault.in_process) continue;
        for (const Case* one : cases_of(fault))
            if (!includes(one->needs, Need::tls) && ids.insert(one->id).second) cases.push_back(one);
    }
    EXPECT_GE(cases.size(), 150U);
    return play(filter, cases);
}

/// But for extensions that an honest peer need not offer, or not with these parameters.
void expect_all_pass(const std::vector<CaseResult>& results) {
    for (const auto& result : results) {
        bool const declined =
            result.verdict == Verdict::unimplemented && includes(find_case(result.id)->needs, Need::deflate);
        // No grade: the RFC leaves it open, and what the peer did is reported.
        bool const reported = result.verdict == Verdict::informational;
        EXPECT_TRUE(result.verdict == Verdict::pass || declined || reported)
            << result.id << " " << to_string(result.verdict) << " " << result.requirement << " " << result.detail;
    }
}

TEST(Faults, AreTheOnlyReasonToFail) { expect_all_pass(play_all({})); }

TEST(Faults, AreTheOnlyReasonToFailOverTls) {
    std::vector<const Case*> cases;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (includes(one.needs, Need::tls) && one.target != Target::client) cases.push_back(&one);
    ASSERT_GE(cases.size(), 30U);
    expect_all_pass(play({}, cases, TlsBend{}));
}

// ---- Peers within their rights ----

TEST(Rights, AreWhatTheCatalogueSaysTheyAre) {
    std::set<std::string_view> names;
    for (const auto& right : rights()) {
        EXPECT_TRUE(names.insert(right.name).second) << right.name;
        EXPECT_EQ(find_fault(right.name), nullptr) << right.name;
        EXPECT_TRUE(right.what.ends_with('.')) << right.name;
        ASSERT_NE(find_requirement(right.requirement), nullptr) << right.name << ' ' << right.requirement;
        bool asked = false;
        for (const auto& group : catalogue())
            for (const auto& one : group.cases)
                asked = asked || std::ranges::find(one.covers, right.requirement) != one.covers.end();
        EXPECT_TRUE(asked) << right.name << ": no case is about " << right.requirement;
    }
    EXPECT_GE(names.size(), 20U);
}

/// Who makes use of what an RFC allows is not accused of anything.
TEST(Rights, AreUsedWithoutAnAccusation) {
    boost::asio::io_context io;
    std::vector<std::unique_ptr<Visit>> visits;
    std::map<std::string_view, std::vector<CaseResult>> results;
    for (const auto& right : rights())
        if (right.role == Role::server)
            visits.push_back(std::make_unique<Visit>(
                io, right.make, cases_of(right),
                [&results, &right](std::vector<CaseResult> played) { results[right.name] = std::move(played); },
                std::nullopt, right.requirement == "R6455-7.4.1-15"));
    io.run();
    for (const auto& right : rights()) {
        if (right.role != Role::server) continue;
        EXPECT_FALSE(results[right.name].empty()) << right.name;
        for (const auto& result : results[right.name]) {
            // Of one that closes whenever it likes nothing is learnt (7.3).
            bool const ended = result.verdict != Verdict::error || result.requirement == "R6455-7.3-1";
            EXPECT_TRUE(ended && result.verdict != Verdict::flaky && badness(result.verdict) <= badness(right.worst))
                << right.name << ": " << result.id << ' ' << to_string(result.verdict) << " [" << result.requirement
                << "] " << result.detail;
        }
    }
}

/// Takes text alone, and says something that nobody asked for before it closes.
class TakesTextAloneAndTalks final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        return {frame.opcode == Opcode::binary ? refused_with_1002() : std::move(frame)};
    }
    Frames outgoing_frame(Frame frame) override {
        if (frame.opcode != Opcode::close) return {std::move(frame)};
        return {text("by the way"), close_frame(1003)};
    }
};

TEST(Rights, ExcuseNothingElse) {
    boost::asio::io_context io;
    std::vector<CaseResult> results;
    Visit const visit(
        io, peer<TakesTextAloneAndTalks>(), {find_case("1.2.1")},
        [&](std::vector<CaseResult> played) { results = std::move(played); }, std::nullopt, true);
    io.run();
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results.front().verdict, Verdict::fail) << results.front().detail;
}

TEST(Rights, AreReportedWhereAnRfcAdvisesAgainst) {
    auto const right = std::ranges::find(rights(), "uses-a-tiny-window", &Right::name);
    ASSERT_NE(right, rights().end());
    auto const results = play(right->make, {find_case("14.1.54")});
    EXPECT_EQ(results.front().verdict, Verdict::informational);
    EXPECT_NE(results.front().detail.find("512 octets"), std::string::npos) << results.front().detail;
    EXPECT_EQ(play(deflate_peer(), {find_case("14.1.54")}).front().verdict, Verdict::pass);
}

// ---- The filter that they are made of ----

TEST(FrameFilterAlone, ChangesNoVerdict) { expect_all_pass(play_all(peer<FrameFilter>())); }

/// Frames of every kind and length form, good and bad ones.
Octets stream_of(Role sender) {
    constexpr MaskingKey key = {0x37, 0xfa, 0x21, 0x3d};
    Frame const frames[] = {
        text("Hello"),
        text("Hel").more(),
        ping("in between"),
        continuation(""),
        binary(repeated(0xfe, 125)),
        binary(repeated(0xfe, 126)),
        binary(repeated(0xfe, 65535)),
        binary(repeated(0xfe, 65536)),
        text("long form").in_form(LengthForm::sixteen_bits),
        text("longest form").in_form(LengthForm::sixtyfour_bits),
        text("no mask, or one too many").wrongly_masked(),
        text("bits").with_rsv(7),
        frame(0x3, octets("reserved")),
        ping(repeated('*', 126)),
        ping("fragment").more(),
        close_frame(1000, "done"),
        text("too long to follow").claiming(UINT64_MAX),
        text("behind"),
    };
    Octets out;
    for (const auto& one : frames) append(out, wire(one, sender, key));
    return out;
}

TEST(FrameFilterAlone, LeavesEveryOctetAsItIs) {
    for (unsigned const forgiven : {0U, ~0U}) {
        for (std::size_t const size : {1U, 2U, 3U, 7U, 1000U, 1U << 20}) {
            FrameFilter filter(forgiven);
            for (Role const sender : {Role::client, Role::server}) {
                Octets const sent = stream_of(sender);
                Octets passed;
                for (std::size_t at = 0; at < sent.size(); at += size) {
                    auto const piece = std::span(sent).subspan(at, std::min(size, sent.size() - at));
                    Octets octets(piece.begin(), piece.end());
                    append(passed, sender == Role::client ? filter.incoming(std::move(octets))
                                                          : filter.outgoing(std::move(octets)));
                }
                EXPECT_TRUE(passed == sent) << to_string(sender) << ", " << size << " octets at a time";
            }
        }
    }
}

TEST(FrameFilterAlone, LetsThroughAtOnceWhatIsRefusedForItsHeader) {
    auto const passes = [](unsigned forgiven, const Frame& frame) {
        FrameFilter filter(forgiven);
        return !filter.incoming(wire(frame, Role::client)).empty();
    };
    EXPECT_FALSE(passes(FrameFilter::nothing, text("").claiming(5)));
    EXPECT_TRUE(passes(FrameFilter::nothing, ping().claiming(126)));
    EXPECT_TRUE(passes(FrameFilter::nothing, frame(0xb).claiming(5)));
    EXPECT_TRUE(passes(FrameFilter::nothing, text("").claiming(5).with_rsv(rsv1)));
    EXPECT_TRUE(passes(FrameFilter::nothing, text("").claiming(5).wrongly_masked()));
    EXPECT_FALSE(passes(FrameFilter::bad_control, ping().claiming(126)));
    EXPECT_TRUE(passes(FrameFilter::bad_control, ping().claiming(126).with_rsv(rsv1)));
    EXPECT_TRUE(passes(~0U, text("").claiming(UINT64_MAX)));
}

TEST(FrameFilterAlone, GivesEveryConnectionHooksOfItsOwn) {
    auto const factory =
        bend_incoming([count = 0](const Frame&) mutable -> Frames { return {text(std::to_string(++count))}; });
    Octets const any = wire(text("any"), Role::client);
    Octets const first = factory()->incoming(any);
    EXPECT_EQ(factory()->incoming(any), first);
    auto const filter = factory();
    EXPECT_EQ(filter->incoming(any), first);
    EXPECT_NE(filter->incoming(any), first);
}

// ---- The layer that plays permessage-deflate ----

std::vector<const Case*> groups(std::initializer_list<std::string_view> numbers) {
    std::vector<const Case*> cases;
    for (const auto& group : catalogue())
        if (std::ranges::find(numbers, group.number) != numbers.end())
            for (const auto& one : group.cases) cases.push_back(&one);
    return cases;
}

TEST(DeflatePeerAlone, ChangesNoVerdict) { expect_all_pass(play_all(deflate_peer())); }

TEST(DeflatePeerAlone, PassesAllThatCompressionIsAbout) {
    auto const results = play(deflate_peer(), groups({"12", "13", "14"}));
    std::size_t passes = 0;
    for (const auto& result : results) {
        passes += result.verdict == Verdict::pass ? 1U : 0U;
        // Windows of 8 bits are declined, and a limit that the target has not shown is not tested.
        EXPECT_TRUE(result.verdict == Verdict::pass || result.verdict == Verdict::unimplemented ||
                    result.verdict == Verdict::skipped)
            << result.id << " " << to_string(result.verdict) << " " << result.requirement << " " << result.detail;
    }
    EXPECT_GE(passes + 16, results.size());
}

/// Every echo in frames of three octets, a ping in front of each: legal, and hard work for both sides.
TEST(DeflatePeerAlone, MaySendInManyFragments) {
    auto const tedious = [](Frame frame) -> Frames {
        if (!starts_message(frame)) return {std::move(frame)};
        Frames out;
        Octets const payload = std::move(frame.payload);
        for (std::size_t at = 0; at == 0 || at < payload.size(); at += 3) {
            auto const rest = std::span(payload).subspan(at);
            auto const piece = rest.first(std::min<std::size_t>(3, rest.size()));
            frame.payload.assign(piece.begin(), piece.end());
            frame.fin = piece.size() == rest.size();
            if (at != 0) {
                frame.opcode = Opcode::continuation;
                frame.rsv = 0;
            }
            out.insert(out.end(), {ping("working"), frame});
        }
        return out;
    };
    auto cases = groups({"12", "13"});
    std::erase_if(cases, [](const Case* one) { return one->id.size() > 6 || !one->id.ends_with(".4"); });
    ASSERT_GE(cases.size(), 12U);
    expect_all_pass(play(deflate_peer(DeflateManners{.writes = tedious}), cases));
}

}  // namespace
}  // namespace wsspec
