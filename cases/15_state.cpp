// Group 15: state and closing. Closes that cross, frames behind a Close, FIN and RST at any point, a Close with echoes
// still to be sent, who ends TCP first, pings that wait, and both directions full (RFC 6455 sections 1.4, 5.5 and 7).
#include "cases/15_state.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

Group state_and_closing() {
    std::vector<Case> cases;
    for (auto part : {state::crossing, state::transport, state::codes, state::both_at_once, state::rules_in_states,
                      state::rules_for_shapes, state::rules_in_more_states})
        std::ranges::move(part(), std::back_inserter(cases));
    return {.number = "15", .title = "State and closing", .cases = std::move(cases)};
}

}  // namespace wsspec
