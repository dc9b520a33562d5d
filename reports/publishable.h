// What of a run can be told to everybody: no weakness that its maintainers may not know of yet. See SECURITY.md.
#pragma once

#include "reports/run.h"

namespace wsspec {

/// The run without what could help an attacker: cases about limits and hostile input (group 17), cases that look
/// whether the target survived, whatever it died of, missing limits (RFC 6455 section 10.4), request bodies (RFC 9112
/// section 6), and masking keys that can be foreseen (section 10.3). `selected` counts what is left.
RunResult publishable(RunResult run);

}  // namespace wsspec
