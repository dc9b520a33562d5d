// What a session has seen, as the result of its case.
#pragma once

#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

CaseResult result_of(const Case& one, SessionResult session);

/// What the fresh connection behind a case with `alive_afterwards` has shown: no life is a fail. That no connection can
/// be made is one only if the case was `alone`: else another one may have been the cause, and nothing is known.
void add_life(CaseResult& result, const Case& one, SessionResult life, bool alone);

/// One thing more that is to be said of the case; true: it decides the verdict now.
bool add_finding(CaseResult& result, Finding finding);

/// Which of two scripts of one case has to be reported? Not knowing is worse than a reservation, a breach is the worst.
bool is_worse(Verdict verdict, Verdict than);

/// Of a client that was given the URL of a case about that (Case::url), and never asked: `how`, in words.
CaseResult absence_of(const Case& one, const std::string& how);

}  // namespace wsspec
