// TOML, for the files that people write by hand.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace wsspec {

/// The document as JSON, so that one reader serves both notations; dates and times become strings. The error names
/// line and column.
std::expected<std::string, std::string> json_of_toml(std::string_view text);

}  // namespace wsspec
