#include "reports/autobahn.h"

namespace wsspec {

std::string_view autobahn_behavior(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "OK";
        case Verdict::non_strict:
            return "NON-STRICT";
        case Verdict::informational:
            return "INFORMATIONAL";
        case Verdict::unimplemented:
            return "UNIMPLEMENTED";
        // A verdict that changes is no verdict to rely on.
        case Verdict::fail:
        case Verdict::flaky:
            return "FAILED";
        case Verdict::skipped:
        case Verdict::blocked:
        case Verdict::error:
            break;
    }
    return "MISSING";
}

}  // namespace wsspec
