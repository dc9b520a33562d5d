// Several result files made into one run a target: shards put together, targets laid side by side.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "reports/run.h"

namespace wsspec {

/// Shards of one run (same role, target and options, same number of shards and of selected cases) become one run; all
/// else stays as it is. In the order in which the targets first appear. What is missing, a shard or a case, makes the
/// run incomplete, with the reason. An error: the same shard is there twice, or two shards played the same case.
std::expected<std::vector<RunResult>, std::string> merged(std::vector<RunResult> runs);

/// How a person calls the target of a run: what the command line said.
std::string target_of(const RunResult& run);

}  // namespace wsspec
