// What a session has seen, as the result of its case.
#pragma once

#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

CaseResult result_of(const Case& one, SessionResult session);

}  // namespace wsspec
