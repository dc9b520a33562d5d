// The result file, "wsspec-result/1": written and read. Its schema is wsspec-result-1.schema.json, beside this file.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "reports/run.h"

namespace wsspec {

inline constexpr std::string_view result_format = "wsspec-result/1";

/// The whole run as JSON. Pure ASCII whatever a target sent: octets are hexadecimal, text beyond ASCII is escaped as
/// JSON escapes it, and octets that are no UTF-8 become "\xNN". The seed is a string, since JavaScript rounds numbers
/// from 2^53 on.
std::string to_json(const RunResult& run);

/// Takes a text piece by piece, so that it need not be in memory as a whole.
using TextSink = std::function<void(std::string_view)>;
/// The same text, a case at a time.
void write_json(const RunResult& run, const TextSink& out);

/// The other way. The error names the place: "cases[3].verdict: no such verdict: \"passed\"".
std::expected<RunResult, std::string> from_json(std::string_view text);

}  // namespace wsspec
