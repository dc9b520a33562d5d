// Autobahn's words for our verdicts: what drivers and parsers written for it look for.
#pragma once

#include <string_view>

#include "reports/run.h"

namespace wsspec {

/// "OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED"; what was not judged is "MISSING".
std::string_view autobahn_behavior(Verdict verdict);

}  // namespace wsspec
