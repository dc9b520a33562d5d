// Workflow commands of GitHub Actions, which it reads from standard output.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/run.h"

namespace wsspec {

/// Annotations: an error for each thing that is worse than required (alike ones together, at most as many as GitHub
/// shows), a notice for what is better than the baseline, an error for an incomplete run. Whole lines.
std::string to_github(std::span<const RunResult> runs, bool strict);

/// Between the two, GitHub takes nothing that is printed for a command, so that a target cannot give one: the text of a
/// target may come to stand at the start of a line. `token`: hard to guess, letters and digits.
std::string stop_commands(std::string_view token);
std::string resume_commands(std::string_view token);

}  // namespace wsspec
