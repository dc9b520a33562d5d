// Dates as our files write them: ISO 8601, UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace wsspec {

/// "2027-01-31". Nothing if the text has another form or names no day.
std::optional<std::chrono::sys_days> parse_date(std::string_view text);

/// "2026-11-22T10:00:00Z". Nothing if the text has another form or names no second.
std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

}  // namespace wsspec
