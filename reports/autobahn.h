// Autobahn's report folder, so that what people wrote to read it goes on working: its words for our verdicts, and its
// files. docs/autobahn.md has the table, and what differs.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "reports/run.h"

namespace wsspec {

/// "OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED" or "FAILED". Of what did not run "MISSING", which stands in no
/// file.
std::string_view autobahn_behavior(Verdict verdict);

/// Autobahn's second column, about the closing handshake and the end of TCP: the words above, "WRONG CODE", "UNCLEAN",
/// and for a server under test "FAILED BY CLIENT": the tester had to cut TCP.
std::string_view autobahn_behavior_close(const CaseResult& result, std::string_view target_role);

/// Whether the case has an entry: it was played. A case that ended in error has one, "FAILED", so that nobody who
/// reads only entries takes it for passed.
bool is_in_autobahn_report(const CaseResult& result);

/// "Python/3.11 aiohttp" becomes "python_3_11_aiohttp": the first part of the names of an agent's files. "agent" if
/// nothing is left.
std::string autobahn_file_part(std::string_view agent);

/// index.json, index.html, and for each agent and case "<agent>_case_<id with _>.json" and ".html": names without a
/// folder, and contents. Agents of one name, or of names that make the same file names, are kept apart by a number.
std::map<std::string, std::string> to_autobahn(std::span<const RunResult> runs);

}  // namespace wsspec
