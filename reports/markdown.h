// Markdown (GitHub's dialect) that fits a job summary.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// GitHub refuses a job summary of more than 1 MiB.
inline constexpr std::size_t markdown_limit = std::size_t{1} << 20;

/// A table of targets and verdicts, then for each target its groups and what is worse than required. At most `limit`
/// octets; what does not fit is left out whole, and a note says so. All that a target chose stands in code spans, where
/// neither HTML nor Markdown means anything.
std::string to_markdown(std::span<const RunResult> runs, bool strict, std::size_t limit = markdown_limit);

}  // namespace wsspec
