#include "reports/standing.h"

#include <algorithm>
#include <map>
#include <string>

namespace wsspec {

std::optional<unsigned> severity(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
        case Verdict::informational:
            return 0;
        case Verdict::non_strict:
            return 1;
        case Verdict::flaky:
            return 2;
        case Verdict::fail:
            return 3;
        case Verdict::unimplemented:
        case Verdict::skipped:
        case Verdict::blocked:
        case Verdict::error:
            return std::nullopt;
    }
    return std::nullopt;
}

Standing standing(const CaseResult& result, bool strict) {
    auto const found = severity(result.verdict);
    if (!found) return Standing::as_required;
    if (!result.known) return *found >= (strict ? 1U : 2U) ? Standing::worse : Standing::as_required;
    if (result.known->verdict == Verdict::flaky) return Standing::as_required;
    auto const expected = severity(result.known->verdict).value_or(0);
    if (*found == expected) return Standing::as_required;
    return *found > expected ? Standing::worse : Standing::better;
}

bool is_known(const CaseResult& result, bool strict) {
    auto const found = severity(result.verdict);
    if (!result.known || !found) return false;
    auto const stands = standing(result, strict);
    // A fail that became flaky is better, and still no pass.
    return (stands == Standing::as_required && *found >= 1) || (stands == Standing::better && *found >= 2);
}

std::vector<const CaseResult*> standing_so(const RunResult& run, Standing which, bool strict) {
    std::vector<const CaseResult*> out;
    for (const auto& result : run.cases)
        if (standing(result, strict) == which) out.push_back(&result);
    return out;
}

std::vector<std::vector<const CaseResult*>> worse_alike(const RunResult& run, bool strict) {
    std::vector<std::vector<const CaseResult*>> alike;
    std::map<std::string, std::size_t> known;
    for (const CaseResult* result : standing_so(run, Standing::worse, strict)) {
        auto const [at, fresh] = known.emplace(
            std::string(to_string(result->verdict)) + ' ' + result->requirement + ' ' + result->detail, alike.size());
        if (fresh) alike.emplace_back();
        alike[at->second].push_back(result);
    }
    return alike;
}

bool fails(const RunResult& run, bool strict) {
    if (!run.profile.foreign_data.empty()) return true;
    return std::ranges::any_of(run.cases, [&](const CaseResult& result) {
        auto const stands = standing(result, strict);
        return stands == Standing::worse || (strict && stands == Standing::better);
    });
}

}  // namespace wsspec
