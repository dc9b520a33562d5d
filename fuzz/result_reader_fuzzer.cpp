// Contract: any text is a result file or is not, with words that can go to a terminal. What was read, written and read
// again reads the same. (The one source of every report: whatever a target did may stand in it.)
//
// Input: a result file.
#include <algorithm>

#include "fuzz/targets.h"
#include "reports/json.h"

namespace wsspec::targets {

void result_reader(OctetView input) {
    auto const run = from_json(as_text(input));
    if (!run) {
        demand(!run.error().empty(), "an error without words");
        demand(std::ranges::none_of(run.error(), [](char c) { return c >= 0 && c < 0x20; }), "an error with controls");
        return;
    }
    std::string const written = to_json(*run);
    demand(std::ranges::all_of(written, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }),
           "the result is not ASCII");
    auto const again = from_json(written);
    demand(again.has_value(), "what was written cannot be read");
    demand(to_json(*again) == written, "written again it is something else");
}

}  // namespace wsspec::targets
