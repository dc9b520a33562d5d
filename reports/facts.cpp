#include "reports/facts.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <vector>

#include "reference/requirements.h"
#include "reports/markdown_text.h"
#include "reports/publishable.h"

namespace wsspec {

namespace {

/// The columns; what has none of these verdicts was not run.
constexpr std::array shown_verdicts = {Verdict::pass, Verdict::non_strict, Verdict::informational, Verdict::fail,
                                       Verdict::unimplemented};

struct Fact {
    Citation cited;
    std::vector<std::string> cases = {};
};

/// By requirement, in the order of their ids.
std::map<std::string, Fact> facts_of(const RunResult& run) {
    std::map<std::string, Fact> facts;
    for (const auto& result : run.cases) {
        if (result.verdict != Verdict::fail || !result.cited) continue;
        auto& fact = facts[result.requirement];
        fact.cited = *result.cited;
        fact.cases.push_back(result.id);
    }
    return facts;
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

std::string to_facts(std::span<const RunResult> all) {
    std::vector<RunResult> runs;
    for (const auto& run : all) runs.push_back(publishable(run));
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
        std::size_t judged = 0;
        for (Verdict const verdict : shown_verdicts) judged += run.count(verdict);
        out += fmt::format("| {} | {} | {} |", name_of(run), run.role,
                           markdown_plain(std::string_view(run.started).substr(0, 10), 20));
        for (Verdict const verdict : shown_verdicts) out += fmt::format(" {} |", run.count(verdict));
        out += fmt::format(" {} |\n", run.cases.size() - judged);
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
            // A permission is not broken by who has it: it is the other end that has to bear its use.
            bool const permission = fact.cited.level == level_name(Level::may);
            out += fmt::format("- {}, {} ({}): {} {} {}.\n", markdown_plain(where, 60),
                               markdown_plain(fact.cited.level, 20), markdown_plain(requirement, 30),
                               markdown_plain(fact.cited.statement, 500),
                               permission ? "What one end may do the other has to take; it does not in" : "Broken in",
                               listed(fact.cases));
        }
    }
    return out;
}

}  // namespace wsspec
