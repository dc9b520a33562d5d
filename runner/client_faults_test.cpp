// Every faulty client is caught by the cases that it names, under the requirement that it breaks; the client without a
// fault passes the same cases, and all that apply to it.
#include "runner/client_faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reference/net/echo_client.h"
#include "reference/requirements.h"
#include "runner/case_result.h"
#include "runner/case_server.h"
#include "runner/client_heads.h"
#include "runner/client_url_test.h"
#include "runner/deflate_peer.h"
#include "runner/fault_table_test.h"
#include "runner/frame_filter.h"
#include "runner/rights.h"
#include "runner/select.h"

namespace wsspec {
namespace {

int badness(Verdict verdict) { return verdict == Verdict::fail ? 2 : verdict == Verdict::non_strict ? 1 : 0; }

std::vector<const Case*> cases_of(const Fault& fault) {
    std::vector<const Case*> found;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target != Target::server && one.url.has_value() == static_cast<bool>(fault.takes_url) &&
                std::ranges::any_of(fault.caught_by, [&](auto glob) { return glob_matches(glob, one.id); }))
                found.push_back(&one);
    return found;
}

using Results = std::map<std::string, CaseResult>;

/// Clients, each kind with its filter, put through their cases.
struct Kind {
    std::string agent;
    net::FilterFactory filter;
    std::vector<const Case*> cases;
    decltype(Fault::takes_url) takes_url = {};
};

/// By agent; of the scripts of a case the worst counts. `at_once` clients at the same time: many of the faulty ones are
/// caught by a deadline, and they wait together. Cases about a URL are for one kind alone: it does not say who comes.
std::map<std::string, Results> play(const std::vector<Kind>& kinds, unsigned at_once) {
    boost::asio::io_context io;
    std::map<std::string, Results> results;
    CaseServerSettings settings;
    std::set<const Case*> all;
    for (const auto& kind : kinds) all.insert(kind.cases.begin(), kind.cases.end());
    settings.cases.assign(all.begin(), all.end());
    settings.session.deadline = std::chrono::milliseconds(2500);
    settings.session.player.patience_to_end = 1.0 / 3;
    settings.session.player.volume = Profile::quick;
    settings.most_agents = kinds.size();
    settings.url_host = "127.0.0.1";
    settings.own_port_agent = kinds.front().agent;
    settings.on_result = [&](const std::string& agent, CaseResult result) {
        auto const id = result.id;
        results[agent].insert_or_assign(id, std::move(result));
    };
    settings.on_update_reports = [] {};
    settings.on_stop = [] {};
    settings.verdict = [](const std::string&, const std::string&) { return std::nullopt; };
    settings.status_page = [] { return std::string(); };
    CaseServer server(io.get_executor(), std::move(settings));

    struct Visit {
        const Kind* kind = nullptr;
        const Case* one = nullptr;
    };
    std::vector<Visit> visits;
    for (const auto& kind : kinds)
        for (const Case* one : kind.cases) visits.insert(visits.end(), one->variants.size() + 1, {&kind, one});
    std::size_t next = 0;
    std::size_t ended = 0;
    std::function<void()> const visit = [&] {
        if (next == visits.size()) return;
        auto const [kind, one] = visits[next++];
        net::EchoClientSettings client;
        client.address = {.host = "127.0.0.1", .port = std::to_string(server.port())};
        client.request.resource = "/case/" + one->id + "?agent=" + kind->agent;
        client.handshake_timeout_ms = 4000;
        auto const through = [&, kind, one](bool came) {
            auto& place = results[kind->agent];
            if (!came && one->url && !place.contains(one->id)) place.emplace(one->id, absence_of(*one, "it ended"));
            if (++ended == visits.size()) server.stop();
            visit();
        };
        if (one->url && !test::goes_to_url(client, server, *one, kind->takes_url))
            return boost::asio::post(io, [through] { through(false); });
        net::async_echo_client(
            io.get_executor(), std::move(client), nullptr,
            [through](const net::EchoClientResult& result) { through(result.opened); },
            kind->filter ? kind->filter() : nullptr);
    };
    for (unsigned i = 0; i < at_once; ++i) visit();
    io.run();
    server.judge_run();
    return results;
}

std::string test_name(const Fault& fault) {
    std::string name(fault.name);
    std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
}

/// The results of all faults that this run of the program is about.
const Results& results_for(const Fault& wanted) {
    static const auto all = [] {
        std::vector<Kind> kinds;
        std::map<std::string, Results> by_url;
        const auto& tests = *testing::UnitTest::GetInstance();
        for (const auto& fault : client_faults()) {
            bool selected = false;
            for (int suite = 0; suite < tests.total_test_suite_count(); ++suite)
                for (int test = 0; test < tests.GetTestSuite(suite)->total_test_count(); ++test) {
                    const auto& info = *tests.GetTestSuite(suite)->GetTestInfo(test);
                    selected =
                        selected || (info.should_run() && std::string(info.test_suite_name()).contains("ClientFault") &&
                                     std::string_view(info.name()).ends_with("/" + test_name(fault)));
                }
            if (selected && !fault.takes_url) kinds.push_back({std::string(fault.name), fault.make, cases_of(fault)});
            if (selected && fault.takes_url && !fault.tls)
                by_url.merge(play({{std::string(fault.name), fault.make, cases_of(fault), fault.takes_url}}, 8));
        }
        if (!kinds.empty()) by_url.merge(play(kinds, 48));
        return by_url;
    }();
    return all.at(std::string(wanted.name));
}

class EveryClientFault : public testing::TestWithParam<const Fault*> {};

TEST_P(EveryClientFault, IsCaught) {
    const Fault& fault = *GetParam();
    ASSERT_NE(find_requirement(fault.requirement), nullptr) << fault.requirement;
    ASSERT_FALSE(cases_of(fault).empty());
    bool caught = false;
    bool named = false;
    std::string seen;
    std::string cells;
    for (const auto& [id, result] : results_for(fault)) {
        if (badness(result.verdict) < badness(fault.expected)) {
            if (seen.size() < 3000)
                seen += "\n  " + id + " " + std::string(to_string(result.verdict)) + " " + result.detail;
            continue;
        }
        caught = true;
        cells += test::cell(result);
        seen += "\n  " + id + " " + std::string(to_string(result.verdict)) + " [" + result.requirement + "] " +
                result.detail;
        const auto& covers = find_case(id)->covers;
        named = named || result.requirement == fault.requirement ||
                std::ranges::find(covers, fault.requirement) != covers.end();
    }
    test::note_in_fault_table("client", fault, cells);
    EXPECT_TRUE(caught) << "not caught as " << to_string(fault.expected) << ":" << seen;
    EXPECT_TRUE(!caught || named) << "caught, but not under " << fault.requirement << ":" << seen;
}

/// Those that show over TLS have tests of their own: client_tls_test.cpp.
std::vector<const Fault*> all_faults() {
    std::vector<const Fault*> all;
    for (const auto& fault : client_faults())
        if (!fault.tls) all.push_back(&fault);
    return all;
}

INSTANTIATE_TEST_SUITE_P(Faults, EveryClientFault, testing::ValuesIn(all_faults()),
                         [](const auto& parameter) { return test_name(*parameter.param); });

TEST(ClientFaults, AreManyAndHaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const auto& fault : client_faults()) {
        EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
        EXPECT_TRUE(fault.what.ends_with('.')) << fault.name;
    }
    EXPECT_GE(names.size(), 30U);
}

/// Who stands in front of the reference client and changes nothing, with frames or with messages, breaks nothing: so it
/// is their faults that the others are caught for.
TEST(ClientFaults, FiltersWithoutAFaultPass) {
    std::set<const Case*> cases;
    for (const auto& fault : detail::mirrored_faults())
        for (const Case* one : cases_of(fault))
            if (!has_volume(*one)) cases.insert(one);
    std::vector<const Case*> const all(cases.begin(), cases.end());
    ASSERT_GE(all.size(), 100U);
    auto const framed = [] { return std::make_unique<FrameFilter>(FrameFilter::nothing, Role::client); };
    auto const packed = [] {
        auto filter = deflate_peer()();
        dynamic_cast<FrameFilter&>(*filter).play(Role::client);
        return filter;
    };
    for (const auto& [agent, results] : play({{"framed", framed, all}, {"packed", packed, all}}, 24)) {
        EXPECT_EQ(results.size(), all.size()) << agent;
        for (const auto& [id, result] : results)
            EXPECT_TRUE(badness(result.verdict) == 0 && result.verdict != Verdict::error)
                << agent << " " << id << " " << to_string(result.verdict) << " " << result.requirement << " "
                << result.detail;
    }
}

/// What a client must do, and a case asks of it, some faulty client does not.
TEST(ClientFaults, BreakEveryMustThatCasesAskOfClients) {
    std::set<std::string_view> asked;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target != Target::server) asked.insert(one.covers.begin(), one.covers.end());
    std::set<std::string_view> broken;
    for (const auto& fault : client_faults()) broken.insert(fault.requirement);
    std::size_t musts = 0;
    std::size_t with_fault = 0;
    std::string without;
    for (const auto& statement : requirements()) {
        bool const must = statement.level == Level::must || statement.level == Level::must_not;
        bool const binds = statement.bound != Bound::server && statement.bound != Bound::intermediary;
        if (!must || !binds || !includes(statement.observable, Observable::at_client) || !asked.contains(statement.id))
            continue;
        ++musts;
        if (broken.contains(statement.id)) {
            ++with_fault;
        } else {
            without += " " + std::string(statement.id);
        }
    }
    std::printf("%zu of %zu; without:%s\n", with_fault, musts, without.c_str());
    EXPECT_GE(with_fault, 90U) << without;
}

/// Volume apart, which other tests have: every case that a client can be put through.
TEST(ClientFaults, AreTheOnlyReasonToFail) {
    std::vector<const Case*> cases;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target != Target::server && !has_volume(one) && !includes(one.needs, Need::tls))
                cases.push_back(&one);
    ASSERT_GE(cases.size(), 900U);
    auto const played = play({{"good", {}, cases}}, 8);
    const Results& results = played.at("good");
    EXPECT_EQ(results.size(), cases.size());
    std::size_t passes = 0;
    for (const auto& [id, result] : results) {
        passes += result.verdict == Verdict::pass ? 1U : 0U;
        // HTTP lets a recipient skip a line that has no colon (RFC 9112 section 5), and the reference does.
        if (id == "8.15.12") continue;
        // The reference keeps the strict reading; what it does not offer cannot be tried on it.
        EXPECT_TRUE(badness(result.verdict) == 0 && result.verdict != Verdict::error)
            << id << " " << to_string(result.verdict) << " " << result.requirement << " " << result.detail;
    }
    EXPECT_GE(passes + 40, results.size());
}

/// Who makes use of what an RFC allows is not accused of anything.
TEST(ClientRights, AreUsedWithoutAnAccusation) {
    std::vector<Kind> kinds;
    for (const auto& right : rights()) {
        if (right.role != Role::client) continue;
        std::vector<const Case*> cases;
        for (const auto& group : catalogue())
            for (const auto& one : group.cases)
                if (one.target != Target::server &&
                    std::ranges::any_of(right.cases, [&](auto glob) { return glob_matches(glob, one.id); }))
                    cases.push_back(&one);
        auto const plays = [make = right.make] {
            auto filter = make();
            dynamic_cast<FrameFilter&>(*filter).play(Role::client);
            return filter;
        };
        kinds.push_back({std::string(right.name), plays, std::move(cases)});
    }
    ASSERT_FALSE(kinds.empty());
    for (const auto& [agent, results] : play(kinds, 8))
        for (const auto& [id, result] : results)
            EXPECT_TRUE(badness(result.verdict) == 0 && result.verdict != Verdict::error)
                << agent << ' ' << id << ' ' << to_string(result.verdict) << ' ' << result.detail;
}

/// The reference offers no subprotocol of its own accord.
TEST(ClientFaults, AreTheOnlyReasonToFailWithSubprotocols) {
    std::vector<const Case*> cases;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target == Target::client && includes(one.needs, Need::subprotocol)) cases.push_back(&one);
    ASSERT_GE(cases.size(), 5U);
    auto const played = play({{"offers", detail::offers_subprotocols(), cases}, {"does-not", {}, cases}}, 8);
    for (const auto& [id, result] : played.at("offers"))
        EXPECT_EQ(result.verdict, Verdict::pass) << id << " " << result.detail;
    for (const auto& [id, result] : played.at("does-not"))
        EXPECT_EQ(result.verdict, Verdict::unimplemented) << id << " " << result.detail;
}

}  // namespace
}  // namespace wsspec
