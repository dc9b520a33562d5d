// Contract: any text is a baseline or is not, with words that can go to a terminal. What was read, written and read
// again reads the same.
//
// Input: a baseline file.
#include <algorithm>

#include "fuzz/targets.h"
#include "reports/baseline.h"

namespace wsspec::targets {

void baseline_reader(OctetView input) {
    auto const baseline = baseline_from_json(as_text(input));
    if (!baseline) {
        demand(!baseline.error().empty(), "an error without words");
        demand(std::ranges::none_of(baseline.error(), [](char c) { return c >= 0 && c < 0x20; }),
               "an error with controls");
        return;
    }
    std::string const written = to_json(*baseline);
    auto const again = baseline_from_json(written);
    demand(again.has_value(), "what was written cannot be read");
    demand(again->cases == baseline->cases, "written and read again it is something else");
    for (const auto& [id, known] : baseline->cases) {
        bool const counts = !lacks_reason(known) && !has_expired(known, "2026-11-22");
        demand(expectation(*baseline, id, "2026-11-22").has_value() == counts, "an entry counts, or does not, at will");
    }
    (void)unknown_ids(*baseline, {});
    std::string const words = describe_baseline(*baseline, RunResult{}, "2026-11-22");
    demand(std::ranges::none_of(words, [](char c) { return c >= 0 && c < 0x20 && c != '\n'; }), "words with controls");
}

}  // namespace wsspec::targets
