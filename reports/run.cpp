#include "reports/run.h"

#include <algorithm>

#include "cases/catalogue.h"
#include "reference/requirements.h"

namespace wsspec {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "pass";
        case Verdict::non_strict:
            return "non-strict";
        case Verdict::informational:
            return "informational";
        case Verdict::fail:
            return "fail";
        case Verdict::unimplemented:
            return "unimplemented";
        case Verdict::skipped:
            return "skipped";
        case Verdict::blocked:
            return "blocked";
        case Verdict::flaky:
            return "flaky";
        case Verdict::error:
            return "error";
    }
    return "";
}

std::optional<Verdict> verdict_from(std::string_view name) {
    auto const found = std::ranges::find_if(all_verdicts, [&](Verdict v) { return to_string(v) == name; });
    if (found == std::end(all_verdicts)) return std::nullopt;
    return *found;
}

std::size_t RunResult::count(Verdict verdict) const {
    return static_cast<std::size_t>(std::ranges::count(cases, verdict, &CaseResult::verdict));
}

CaseResult described(CaseResult result) {
    if (const Case* const known = find_case(result.id)) {
        result.title = known->title;
        result.group = group_of(result.id);
        result.group_title = group_title(result.id);
        result.requirements = known->covers;
    }
    if (const Requirement* const decided = find_requirement(result.requirement))
        result.cited = Citation{.rfc = std::string(decided->rfc),
                                .section = std::string(decided->section),
                                .level = std::string(level_name(decided->level)),
                                .statement = std::string(decided->statement)};
    return result;
}

std::string rerun_command(const RunResult& run, std::string_view id) {
    constexpr std::string_view placeholder = "{case}";
    std::string command = run.rerun;
    // The last one: a URL before it may contain the same characters.
    auto const at = command.rfind(placeholder);
    if (at != std::string::npos) command.replace(at, placeholder.size(), id);
    return command;
}

}  // namespace wsspec
