#include "reports/run.h"

#include <algorithm>

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

}  // namespace wsspec
