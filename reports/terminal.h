// The run in words, for a terminal: pure functions to strings. What comes out is fit for any terminal whatever a target
// sent: printable ASCII, line feeds, the signs of `shown()`, and colours if they were asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "reports/run.h"

namespace wsspec {

struct TerminalStyle {
    bool color = false;
    unsigned width = 80;  ///< Columns; less than 40 counts as 40.
};

using Counts = std::map<Verdict, std::size_t>;
Counts counts_of(const RunResult& run);

/// One line that says how far a run is, at most `width` columns wide. The caller returns to the start of the line and
/// clears it.
std::string progress_line(std::size_t done, std::size_t total, const Counts& counts, double running_seconds,
                          unsigned width);

/// What the probe found.
std::string describe_probe(const ProbedProfile& profile, std::string_view url, const TerminalStyle& style = {});

/// A case that is no pass: what it does, the statement behind it, what was expected and seen, the octets that decided,
/// and `rerun_command`, which runs it again.
std::string describe_failure(const CaseResult& result, std::string_view rerun_command, const TerminalStyle& style = {});

/// The whole run: cases per group and verdict, what deserves a look, and what the numbers do not say.
std::string summary(const RunResult& run, const TerminalStyle& style = {});

// What the other writers of text share.

/// `text` of ours, which may quote a target: printable ASCII and the signs "…" and "×" pass, all else is escaped as
/// printable() does it. Cut where more than about `limit` octets would come out.
std::string shown(std::string_view text, std::size_t limit = 2000);

/// `text` in lines of at most `width` columns. The first starts at column `indent`, where the caller already is; the
/// others are indented to it. Breaks at blanks, and inside a word that fits no line. No line feed at the end.
std::string wrapped(std::string_view text, std::size_t indent, unsigned width);

/// "RFC 6455 section 5.1, MUST", or nothing for an unknown id.
std::string citation(std::string_view requirement);

/// "1 octet", "2 octets".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace wsspec
