// Test Anything Protocol, version 14.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// A line for each case of each run. Known failures are "not ok … # TODO", what was not run is "ok … # SKIP"; an
/// incomplete run bails out at the end. ASCII but for our own "…" and "×".
std::string to_tap(std::span<const RunResult> runs, bool strict);

}  // namespace wsspec
