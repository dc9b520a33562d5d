// What the fuzzer found, for people, for machines, and to be played again. Pure.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"
#include "reports/terminal.h"
#include "runner/fuzzer.h"
#include "runner/replay_file.h"

namespace wsspec {

inline constexpr std::string_view fuzz_format = "wsspec-fuzz/1";

/// Of one run of the fuzzer.
struct FuzzRecord {
    Role target = Role::server;
    std::string url = {};
    /// The command that does the same again, --seed included.
    std::string command = {};
    std::uint64_t seed = 0;
    std::string started = {};  ///< UTC, ISO 8601.
    FuzzOutcome outcome = {};
};

/// A name for files, the same for the same failure: "R6455-5.1-2-9f3a61c2".
std::string file_stem(const FuzzFinding& finding);

Replay replay_of(const FuzzFinding& finding, const FuzzRecord& record);
Replay replay_of(const FuzzDoubt& doubt, const FuzzRecord& record);

/// As a result of `run`, for the writers that take one: the transcript is that of the last time it showed.
CaseResult result_of(const FuzzFinding& finding);

/// The case that the finding is: with an id to be given, what the RFC allows as its expectation where that follows from
/// the script alone, and the requirement. Ready to be pasted into a file of cases/.
Case case_of(const FuzzFinding& finding, Role target);

/// All about it: as a failed case, as C++ if that is short enough for a terminal, and how to play it again.
std::string describe(const FuzzFinding& finding, Role target, const std::string& replay_command,
                     const TerminalStyle& style = {});

/// One line, at most `width` columns. `busy`: what is being done besides; may be empty.
std::string fuzz_progress(const FuzzOutcome& outcome, double seconds, const std::string& busy, unsigned width);

std::string fuzz_summary(const FuzzRecord& record, const TerminalStyle& style = {});

/// Pure ASCII whatever the target sent. `files`: of each finding the name of its replay file, or nothing.
std::string to_json(const FuzzRecord& record, std::span<const std::string> files);

}  // namespace wsspec
