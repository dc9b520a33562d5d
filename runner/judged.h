// What `run` and `report` do with results alike: hold them against a baseline, and turn them into an exit status.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "reports/baseline.h"
#include "runner/commands.h"

namespace wsspec {

/// Today's date, UTC: "2026-11-22".
std::string today();
/// "2026-11-22T19:11:32Z"
std::string utc_now();

/// The baseline of --baseline; empty without the option, and where --update-baseline is about to make the file. The
/// error is the user's, in one line.
std::expected<Baseline, std::string> read_baseline(const BaselineOptions& options);

/// The whole file. The error is the user's, in one line.
std::expected<std::string, std::string> read_file(const std::string& path);

/// One line for a baseline that names cases that there are not.
std::string unknown_cases(const BaselineOptions& options, const std::vector<std::string>& ids);

/// Writes the baseline that the run asks for, and says what changed. Returns the exit status: exit_as_required if it is
/// written, although its new entries still need their reasons; exit_incomplete, with nothing written, if the run is.
int update_baseline(const BaselineOptions& options, const Baseline& old, const RunResult& run, bool strict);

/// exit_incomplete, exit_worse or exit_as_required.
int exit_status(std::span<const RunResult> runs, bool strict);

}  // namespace wsspec
