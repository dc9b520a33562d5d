#include "reports/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "cases/catalogue.h"
#include "reports/markdown_text.h"

namespace wsspec {

namespace {

constexpr std::string_view limits_group = "17";
/// What a dead target is filed under.
constexpr std::string_view robustness = "R6455-10.1-1";

bool may_be_told(const CaseResult& result) {
    const Case* const one = find_case(result.id);
    return result.group != limits_group && result.requirement != robustness &&
           (one == nullptr || !one->alive_afterwards);
}

struct Fact {
    Citation cited;
    std::vector<std::string> cases = {};
};

/// By requirement, in the order of their ids.
std::map<std::string, Fact> facts_of(const RunResult& run) {
    std::map<std::string, Fact> facts;
    for (const auto& result : run.cases) {
        if (result.verdict != Verdict::fail || !result.cited || !may_be_told(result)) continue;
        auto& fact = facts[result.requirement];
        fact.cited = *result.cited;
        fact.cases.push_back(result.id);
    }
    return facts;
}

std::size_t count(const RunResult& run, Verdict verdict) {
    return static_cast<std::size_t>(std::ranges::count_if(
        run.cases, [&](const CaseResult& result) { return result.verdict == verdict && may_be_told(result); }));
}

std::string name_of(const RunResult& run) {
    return markdown_plain(run.profile.agent.empty() ? run.url : run.profile.agent, 100);
}

/// "1.1.1, 1.1.2 and 7 more"
std::string listed(const std::vector<std::string>& ids) {
    constexpr std::size_t most = 8;
    std::string out;
    for (std::size_t i = 0; i < ids.size() && i < most; ++i) out += (i == 0 ? "" : ", ") + ids[i];
    if (ids.size() > most) out += fmt::format(" and {} more", ids.size() - most);
    return out;
}

}  // namespace

std::string to_facts(std::span<const RunResult> runs) {
    std::string out =
        "# What servers and clients do\n\n"
        "Each was given every case that applies to it, with its default settings. A number under *fail* counts cases "
        "in "
        "which a MUST of an RFC is broken; *not strictly* counts those in which every MUST is kept and a SHOULD is "
        "not. "
        "`wsspec explain CASE` says what a case sends and why its outcome is judged so.\n\n"
        "| target | part | run | pass | not strictly | no grade | fail | not offered | not run |\n"
        "|---|---|---|--:|--:|--:|--:|--:|--:|\n";
    for (const auto& run : runs) {
        std::size_t const judged = count(run, Verdict::pass) + count(run, Verdict::non_strict) +
                                   count(run, Verdict::informational) + count(run, Verdict::fail) +
                                   count(run, Verdict::unimplemented);
        std::size_t const told =
            static_cast<std::size_t>(std::ranges::count_if(run.cases, [](const auto& r) { return may_be_told(r); }));
        out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", name_of(run), run.role,
                           markdown_plain(std::string_view(run.started).substr(0, 10), 20), count(run, Verdict::pass),
                           count(run, Verdict::non_strict), count(run, Verdict::informational),
                           count(run, Verdict::fail), count(run, Verdict::unimplemented), told - judged);
    }
    for (const auto& run : runs) {
        auto const facts = facts_of(run);
        out += fmt::format("\n## {}, {}\n\n", name_of(run), run.role);
        if (!run.complete) out += "The run is incomplete.\n\n";
        if (facts.empty()) {
            out += "No case that ran breaks a MUST.\n";
            continue;
        }
        for (const auto& [requirement, fact] : facts) {
            std::string const where = fact.cited.rfc == "IANA"
                                          ? "IANA registry " + fact.cited.section
                                          : "RFC " + fact.cited.rfc + " section " + fact.cited.section;
            out += fmt::format("- {}, {} ({}): {} Not so in {}.\n", markdown_plain(where, 60),
                               markdown_plain(fact.cited.level, 20), markdown_plain(requirement, 30),
                               markdown_plain(fact.cited.statement, 500), listed(fact.cases));
        }
    }
    return out;
}

}  // namespace wsspec
