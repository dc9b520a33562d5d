// Baselines: the verdicts that a project knows and lives with, each with its reason. "wsspec-baseline/1":
//
//     {"format": "wsspec-baseline/1",
//      "cases": {"6.4.3": {"verdict": "non-strict", "reason": "drops TCP without a Close", "link": "https://…",
//                          "expires": "2027-01-31"}}}
//
// An entry without a reason, or past the last day on which it counts, expects nothing: its case is judged as if it were
// not there.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cases/case.h"
#include "reports/run.h"

namespace wsspec {

inline constexpr std::string_view baseline_format = "wsspec-baseline/1";

/// What --update-baseline writes where a person has to say why. Counts as no reason.
inline constexpr std::string_view reason_placeholder = "(say why)";

/// 6.2 before 6.10.
struct IdOrder {
    bool operator()(const std::string& a, const std::string& b) const { return id_less(a, b); }
};

struct Baseline {
    std::map<std::string, KnownVerdict, IdOrder> cases = {};
};

/// The error names the place: "cases.6.4.3.verdict: no such verdict: \"passed\"". A link is http(s), a date is
/// YYYY-MM-DD, and a member of another name is an error: a typo must not turn a reason into none.
std::expected<Baseline, std::string> baseline_from_json(std::string_view text);
std::string to_json(const Baseline& baseline);

bool lacks_reason(const KnownVerdict& known);
/// `today`: "2026-11-22". ISO dates sort as text.
bool has_expired(const KnownVerdict& known, std::string_view today);

/// What the baseline expects of the case today, if it does.
std::optional<KnownVerdict> expectation(const Baseline& baseline, const std::string& id, std::string_view today);

/// Ids that neither the catalogue of this version nor one of the runs has.
std::vector<std::string> unknown_ids(const Baseline& baseline, std::span<const RunResult> runs);

/// The baseline held against a run whose cases carry what it expects: regressions, improvements, entries without a
/// reason, expired ones; a line each, for a terminal. Empty if there is nothing to say.
std::string describe_baseline(const Baseline& baseline, const RunResult& run, std::string_view today);

/// The baseline that a run asks for. What is worse than required gets an entry with a placeholder for its reason; an
/// entry that is there takes the new verdict and keeps reason, link and date; one whose case breaks nothing any more
/// goes. Entries for `flaky` and for cases that were not judged stay as they are.
Baseline updated(Baseline baseline, const RunResult& run, bool strict);

}  // namespace wsspec
