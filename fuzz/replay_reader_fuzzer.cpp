// Contract: any text is a replay file, or is not, with words that can go to a terminal; one that is survives being
// written and read again, and its script can be said in words.
//
// Input: a replay file.
#include <algorithm>

#include "cases/notation.h"
#include "fuzz/targets.h"
#include "runner/replay_file.h"

namespace wsspec::targets {

void replay_reader(OctetView input) {
    auto const replay = replay_from_json(as_text(input));
    if (!replay) {
        demand(!replay.error().empty(), "an error without words");
        demand(std::ranges::none_of(replay.error(), [](char c) { return c >= 0 && c < 0x20; }), "words with controls");
        return;
    }
    auto const again = replay_from_json(to_json(*replay));
    demand(again.has_value(), "what was written cannot be read");
    demand(again->script == replay->script && again->target == replay->target && again->keys == replay->keys,
           "another script comes back");
    for (const auto& step : replay->script) demand(!notation(step).empty(), "a step without a notation");
}

}  // namespace wsspec::targets
