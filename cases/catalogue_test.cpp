// The catalogue as a whole: its form, its promises to Autobahn's users, and the lock that keeps ids for ever.
// `WSSPEC_UPDATE_LOCK=1` with the Lock suite rewrites cases/ids.lock; a case that vanished is an error even then.
#include "cases/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "reference/extensions.h"
#include "reference/permessage_deflate.h"
#include "reference/requirements.h"

namespace wsspec {
namespace {

std::vector<const Case*> all_cases() {
    std::vector<const Case*> all;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) all.push_back(&one);
    return all;
}

/// "6.6.1-11" means 6.6.1 to 6.6.11; "2.1-11" means 2.1 to 2.11; "7.5.1" is itself.
std::set<std::string> expanded(std::string_view ranges) {
    std::set<std::string> ids;
    std::istringstream words{std::string(ranges)};
    for (std::string word; words >> word;) {
        auto const dash = word.find('-');
        if (dash == std::string::npos) {
            ids.insert(word);
            continue;
        }
        auto const dot = word.rfind('.');
        int const first = std::stoi(word.substr(dot + 1, dash - dot - 1));
        int const last = std::stoi(word.substr(dash + 1));
        for (int number = first; number <= last; ++number) ids.insert(word.substr(0, dot + 1) + std::to_string(number));
    }
    return ids;
}

/// The 517 cases of Autobahn|Testsuite 25.10.1.
constexpr std::string_view autobahn_ids =
    "1.1.1-8 1.2.1-8 2.1-11 3.1-7 4.1.1-5 4.2.1-5 5.1-20 "
    "6.1.1-3 6.2.1-4 6.3.1-2 6.4.1-4 6.5.1-5 6.6.1-11 6.7.1-4 6.8.1-2 6.9.1-4 6.10.1-3 6.11.1-5 6.12.1-8 6.13.1-5 "
    "6.14.1-10 6.15.1 6.16.1-3 6.17.1-5 6.18.1-5 6.19.1-5 6.20.1-7 6.21.1-8 6.22.1-34 6.23.1-7 "
    "7.1.1-6 7.3.1-6 7.5.1 7.7.1-13 7.9.1-9 7.13.1-2 "
    "9.1.1-6 9.2.1-6 9.3.1-9 9.4.1-9 9.5.1-6 9.6.1-6 9.7.1-6 9.8.1-6 10.1.1 "
    "12.1.1-18 12.2.1-18 12.3.1-18 12.4.1-18 12.5.1-18 "
    "13.1.1-18 13.2.1-18 13.3.1-18 13.4.1-18 13.5.1-18 13.6.1-18 13.7.1-18";

/// Calls `visit` for every step, those inside a Repeat included.
template <class Visit>
void for_each_step(const Script& script, const Visit& visit) {
    for (const auto& step : script) {
        visit(step);
        if (const auto* again = std::get_if<Repeat>(&step.action)) for_each_step(again->script, visit);
    }
}

std::vector<const Script*> scripts_of(const Case& one) {
    std::vector<const Script*> scripts{&one.script};
    for (const auto& variant : one.variants) scripts.push_back(&variant);
    return scripts;
}

TEST(Catalogue, IdsAreUnique) {
    std::set<std::string> seen;
    for (const auto* one : all_cases()) EXPECT_TRUE(seen.insert(one->id).second) << one->id;
}

TEST(Catalogue, IdsBelongToTheirGroupAndAscend) {
    for (const auto& group : catalogue()) {
        EXPECT_FALSE(group.title.empty()) << group.number;
        EXPECT_FALSE(group.cases.empty()) << group.number;
        for (const auto& one : group.cases) {
            EXPECT_EQ(group_of(one.id), group.number) << one.id;
            EXPECT_EQ(group_title(one.id), group.title) << one.id;
            EXPECT_EQ(find_case(one.id), &one) << one.id;
        }
        for (std::size_t i = 1; i < group.cases.size(); ++i)
            EXPECT_TRUE(id_less(group.cases[i - 1].id, group.cases[i].id))
                << group.cases[i - 1].id << " before " << group.cases[i].id;
    }
    for (std::size_t i = 1; i < catalogue().size(); ++i)
        EXPECT_TRUE(id_less(catalogue()[i - 1].number, catalogue()[i].number));
}

TEST(Catalogue, UnknownIdsAreNotFound) {
    EXPECT_EQ(find_case(""), nullptr);
    EXPECT_EQ(find_case("6.4"), nullptr);
    EXPECT_EQ(find_case("99.1"), nullptr);
    EXPECT_EQ(group_title("99.1"), "");
    EXPECT_EQ(group_title(""), "");
}

TEST(Catalogue, TitlesAreUniqueSentences) {
    std::map<std::string, std::string> seen;
    for (const auto* one : all_cases()) {
        ASSERT_FALSE(one->title.empty()) << one->id;
        EXPECT_TRUE(one->title.front() >= 'A' && one->title.front() <= 'Z') << one->id << ": " << one->title;
        EXPECT_TRUE(!one->title.ends_with('.') || one->title.ends_with("..")) << one->id << ": " << one->title;
        auto const [other, is_new] = seen.emplace(one->title, one->id);
        EXPECT_TRUE(is_new) << one->id << " and " << other->second << ": " << one->title;
    }
}

TEST(Catalogue, EveryCaseCoversRequirementsThatExist) {
    for (const auto* one : all_cases()) {
        EXPECT_FALSE(one->covers.empty()) << one->id;
        for (const auto& id : one->covers) EXPECT_NE(find_requirement(id), nullptr) << one->id << " covers " << id;
        std::set<std::string> const once(one->covers.begin(), one->covers.end());
        EXPECT_EQ(once.size(), one->covers.size()) << one->id << " names a requirement twice";
    }
}

TEST(Catalogue, ExactlyTheCasesOfAutobahnAreMarked) {
    std::set<std::string> marked;
    for (const auto* one : all_cases())
        if (one->autobahn) marked.insert(one->id);
    auto const wanted = expanded(autobahn_ids);
    EXPECT_EQ(wanted.size(), 517U);
    for (const auto& id : wanted) EXPECT_TRUE(marked.contains(id)) << id << " is missing or not marked";
    for (const auto& id : marked) EXPECT_TRUE(wanted.contains(id)) << id << " is not Autobahn's";
}

TEST(Catalogue, EveryScriptOpensOnceAndFirst) {
    for (const auto* one : all_cases()) {
        for (const auto* script : scripts_of(*one)) {
            ASSERT_FALSE(script->empty()) << one->id;
            EXPECT_TRUE(std::holds_alternative<Open>(script->front().action)) << one->id;
        }
    }
}

/// A message above the target's own limit: a script that need not go on behind it.
bool is_above_the_limit(const Step& step) {
    const auto* trips = std::get_if<RoundTrips>(&step.action);
    return trips != nullptr &&
           (trips->limit == RoundTrips::Limit::above || trips->limit == RoundTrips::Limit::far_above);
}

// What is sent last must be judged. Open alone expects that the target opens, RoundTrips compares what comes back.
// Behind Abort there is nothing to come: the next connection shows what it did.
TEST(Catalogue, EveryScriptEndsInAnExpectation) {
    for (const auto* one : all_cases()) {
        for (const auto* script : scripts_of(*one)) {
            ASSERT_FALSE(script->empty()) << one->id;
            const auto& last = script->back().action;
            EXPECT_TRUE(std::holds_alternative<Expect>(last) || std::holds_alternative<ClosingHandshake>(last) ||
                        std::holds_alternative<Open>(last) || is_above_the_limit(script->back()) ||
                        (std::holds_alternative<Abort>(last) && one->alive_afterwards))
                << one->id;
            for_each_step(*script, [&](const Step& step) {
                if (const auto* expected = std::get_if<Expect>(&step.action)) {
                    EXPECT_FALSE(expected->any_of.empty()) << one->id;
                }
            });
        }
    }
}

// `before_mark` that names no barrier would never come to pass.
TEST(Catalogue, EveryMarkIsSet) {
    for (const auto* one : all_cases()) {
        for (const auto* script : scripts_of(*one)) {
            std::set<std::string> marks;
            for_each_step(*script, [&](const Step& step) {
                if (const auto* mark = std::get_if<Barrier>(&step.action)) {
                    EXPECT_TRUE(marks.insert(mark->name).second) << one->id << " sets " << mark->name << " twice";
                } else if (const auto* waits = std::get_if<Await>(&step.action)) {
                    EXPECT_TRUE(marks.insert(waits->name).second) << one->id << " sets " << waits->name << " twice";
                } else if (const auto* expected = std::get_if<Expect>(&step.action)) {
                    for (const auto& outcome : expected->any_of)
                        EXPECT_TRUE(outcome.before_mark.empty() || marks.contains(outcome.before_mark))
                            << one->id << " waits for " << outcome.before_mark;
                }
            });
        }
    }
}

bool needs_a_message(const Outcome& outcome) {
    return outcome.kind == Outcome::Kind::receives &&
           std::ranges::any_of(outcome.frames, [](const Frame& frame) { return !is_control(frame.opcode); });
}

// A script that can only go on when a message comes back needs an echo; one that never asks for any is open to all.
TEST(Catalogue, NeedsEchoWhereAMessageIsTheOnlyWayOn) {
    for (const auto* one : all_cases()) {
        bool only_way = false;
        bool mentioned = false;
        for (const auto* script : scripts_of(*one)) {
            for_each_step(*script, [&](const Step& step) {
                if (std::holds_alternative<RoundTrips>(step.action)) {
                    only_way = only_way || !is_above_the_limit(step);
                    mentioned = true;
                }
                // Of others, and read by nobody.
                const auto* others = std::get_if<Crowd>(&step.action);
                mentioned = mentioned || (others != nullptr && others->rounds > 1);
                const auto* expected = std::get_if<Expect>(&step.action);
                if (expected == nullptr) return;
                only_way = only_way || std::ranges::all_of(expected->any_of, needs_a_message);
                mentioned = mentioned || std::ranges::any_of(expected->any_of, needs_a_message);
            });
        }
        if (only_way) {
            EXPECT_TRUE(includes(one->needs, Need::echo)) << one->id;
        }
        if (includes(one->needs, Need::echo)) {
            EXPECT_TRUE(mentioned) << one->id;
        }
    }
}

// A case with a compressed message makes legal offers and waits for the target to agree.
TEST(Catalogue, NeedsDeflateWhereMessagesAreCompressed) {
    for (const auto* one : all_cases()) {
        bool compressed = false;
        for (const auto* script : scripts_of(*one)) {
            for_each_step(*script, [&](const Step& step) {
                const auto* trips = std::get_if<RoundTrips>(&step.action);
                if (trips == nullptr || !trips->compressed) return;
                compressed = true;
                const auto& open = std::get<Open>(script->front().action);
                const auto& fields = open.answer ? open.answer->fields : open.handshake.fields;
                EXPECT_TRUE(std::ranges::any_of(fields, [](const std::string& field) {
                    return field.starts_with("Sec-WebSocket-Extensions: ") &&
                           field.find("permessage-deflate") != std::string::npos;
                })) << one->id;
            });
        }
        if (compressed) {
            EXPECT_TRUE(includes(one->needs, Need::deflate)) << one->id;
        }
    }
}

/// Octets that the messages of a script have in all, in the full profile.
std::uint64_t volume_of(const Script& script) {
    std::uint64_t octets = 0;
    for_each_step(script, [&](const Step& step) {
        if (const auto* trips = std::get_if<RoundTrips>(&step.action)) octets += trips->size * trips->count;
    });
    return octets;
}

// Group 9 is what a run takes longest for: no case may be added to it without a thought about that.
TEST(Catalogue, VolumeIsBounded) {
    constexpr std::uint64_t mib = 1U << 20;
    std::uint64_t autobahn = 0;
    std::uint64_t ours = 0;
    for (const auto* one : all_cases())
        if (group_of(one->id) == "9") (one->autobahn ? autobahn : ours) += volume_of(one->script);
    EXPECT_EQ(autobahn, 160465152U);
    EXPECT_GT(ours, 10 * mib);
    EXPECT_LE(ours, 60 * mib);
}

std::filesystem::path lock_path() { return std::filesystem::path(__FILE__).parent_path() / "ids.lock"; }

std::vector<std::string> locked_lines() {
    std::vector<std::string> lines;
    std::ifstream file(lock_path());
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

std::string id_of(const std::string& line) { return line.substr(0, line.find('\t')); }

std::vector<std::string> lines_of_the_catalogue() {
    auto all = all_cases();
    std::ranges::sort(all, [](const Case* a, const Case* b) { return id_less(a->id, b->id); });
    std::vector<std::string> lines;
    for (const auto* one : all) lines.push_back(one->id + '\t' + one->title);
    return lines;
}

// An id is quoted in issues and baselines: it never vanishes and never gets another meaning. A title may be reworded;
// then the lock is rewritten, and the change is seen in review.
TEST(Lock, EveryLockedIdIsStillThere) {
    for (const auto& line : locked_lines()) EXPECT_NE(find_case(id_of(line)), nullptr) << id_of(line) << " vanished";
}

TEST(Lock, EqualsTheCatalogue) {
    auto const wanted = lines_of_the_catalogue();
    if (std::getenv("WSSPEC_UPDATE_LOCK") != nullptr) {
        for (const auto& line : locked_lines())
            ASSERT_NE(find_case(id_of(line)), nullptr) << id_of(line) << " vanished";
        std::ofstream file(lock_path(), std::ios::trunc);
        for (const auto& line : wanted) file << line << '\n';
        ASSERT_TRUE(file.good());
    }
    auto const locked = locked_lines();
    std::set<std::string> const in_lock(locked.begin(), locked.end());
    std::set<std::string> const in_catalogue(wanted.begin(), wanted.end());
    for (const auto& line : wanted)
        EXPECT_TRUE(in_lock.contains(line)) << "not in cases/ids.lock (WSSPEC_UPDATE_LOCK=1 adds it): " << line;
    for (const auto& line : locked) EXPECT_TRUE(in_catalogue.contains(line)) << "not in the catalogue: " << line;
    EXPECT_EQ(locked, wanted) << "the lock is not in order";
}

}  // namespace
}  // namespace wsspec
