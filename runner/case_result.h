// What a session has seen, as the result of its case.
#pragma once

#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

CaseResult result_of(const Case& one, SessionResult session);

/// Which of two scripts of one case has to be reported? Not knowing is worse than a reservation, a breach is the worst.
bool is_worse(Verdict verdict, Verdict than);

}  // namespace wsspec
