// How a result stands to what is required: the one place that decides what makes a run fail.
#pragma once

#include <optional>
#include <vector>

#include "reports/run.h"

namespace wsspec {

enum class Standing {
    as_required,
    worse,
    better,  ///< Than the baseline expects; without a baseline nothing is.
};

/// How much a verdict says against the target: 0 nothing, 1 non-strict, 2 flaky, 3 fail. Nothing at all where the case
/// was not judged.
std::optional<unsigned> severity(Verdict verdict);

/// Required is what the baseline expects, where it names the case; else anything but `fail` and `flaky`, and with
/// `strict` no `non-strict` either. A case that was not judged is as required: RunResult::complete speaks of those. A
/// baseline that expects `flaky` expects any verdict.
Standing standing(const CaseResult& result, bool strict);

/// Whether the result is a breach that the baseline expects: neither well nor news.
bool is_known(const CaseResult& result, bool strict);

/// The cases of the run that stand so, in its order; they live as long as the run does.
std::vector<const CaseResult*> standing_so(const RunResult& run, Standing which, bool strict);

/// The worse cases. One fault of a target often shows in many: those alike stand together.
std::vector<std::vector<const CaseResult*>> worse_alike(const RunResult& run, bool strict);

/// Whether the run fails by itself: over a case, or because the probe saw one connection get another's data. `strict`:
/// a case that is better than the baseline makes it fail, too, so that the baseline is kept up to date.
bool fails(const RunResult& run, bool strict);

}  // namespace wsspec
