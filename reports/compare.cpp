#include "reports/compare.h"

#include <fmt/format.h>

#include <map>

#include "cases/case.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

std::string_view name_of(const std::optional<Verdict>& verdict) { return verdict ? to_string(*verdict) : "absent"; }

void add(std::string& out, std::string_view heading, const std::vector<Change>& changes) {
    if (changes.empty()) return;
    out += fmt::format("{} ({})\n", heading, changes.size());
    for (const auto& change : changes) {
        out += fmt::format("  {} {}: {} -> {}\n", shown(change.id, 20), shown(change.title, 100),
                           name_of(change.before), name_of(change.after));
        if (!change.detail.empty()) out += "    " + wrapped(shown(change.detail, 300), 4, 100) + "\n";
    }
}

}  // namespace

Comparison compare(const RunResult& before, const RunResult& after, bool strict) {
    struct Pair {
        const CaseResult* before = nullptr;
        const CaseResult* after = nullptr;
    };
    std::map<std::string, Pair, decltype(&id_less)> pairs(&id_less);
    for (const auto& result : before.cases) pairs[result.id].before = &result;
    for (const auto& result : after.cases) pairs[result.id].after = &result;

    Comparison out;
    for (const auto& [id, pair] : pairs) {
        const CaseResult& newest = pair.after != nullptr ? *pair.after : *pair.before;
        Change change{.id = id, .title = newest.title, .detail = newest.detail};
        if (pair.before != nullptr) change.before = pair.before->verdict;
        if (pair.after != nullptr) change.after = pair.after->verdict;
        auto const was = change.before ? severity(*change.before) : std::nullopt;
        auto const is = change.after ? severity(*change.after) : std::nullopt;
        unsigned const old_severity = was.value_or(0);
        unsigned const new_severity = is.value_or(0);
        if (was && is && new_severity != old_severity) {
            (new_severity > old_severity ? out.worse : out.better).push_back(std::move(change));
        } else if (was && !is) {
            out.lost.push_back(std::move(change));
        } else if (!was && is) {
            // The old result says nothing about the case, so it can excuse nothing.
            bool const bad = standing(*pair.after, strict) == Standing::worse;
            (bad ? out.worse : out.other).push_back(std::move(change));
        } else if (change.before != change.after ||
                   (old_severity != 0 && is && pair.before->requirement != pair.after->requirement)) {
            out.other.push_back(std::move(change));
        } else {
            ++out.same;
        }
    }
    return out;
}

std::string describe(const Comparison& comparison) {
    std::string out;
    add(out, "Worse", comparison.worse);
    add(out, "Better", comparison.better);
    add(out, "Otherwise changed", comparison.other);
    add(out, "No longer judged", comparison.lost);
    if (out.empty()) return "Nothing changed in " + counted(comparison.same, "case", "cases") + ".\n";
    return out + fmt::format("{} as before.\n", counted(comparison.same, "case", "cases"));
}

}  // namespace wsspec
