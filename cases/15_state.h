// The parts of group 15, one a file, in the order of their ids.
#pragma once

#include <vector>

#include "cases/case.h"

namespace wsspec::state {

std::vector<Case> crossing();          // 15.1 to 15.4: Closes that cross, and what comes behind a Close or in a message
std::vector<Case> transport();         // 15.5 to 15.8: FIN, RST, backlogs, and who ends TCP
std::vector<Case> codes();             // 15.9: close codes that group 7 leaves out
std::vector<Case> both_at_once();      // 15.10 and 15.11: pings that wait, and both directions full
std::vector<Case> rules_in_states();   // 15.12 to 15.17: what breaks a rule, in other states than the first
std::vector<Case> rules_for_shapes();  // 15.18 to 15.26: and in every kind of frame, of every length
std::vector<Case> rules_in_more_states();  // 15.27: and in many states more

}  // namespace wsspec::state
