// Text on its way into Markdown.
#pragma once

#include <string>
#include <string_view>

namespace wsspec {

/// Words that mean nothing but themselves: every sign that Markdown might take for markup is escaped. Cut after `limit`
/// characters.
std::string markdown_plain(std::string_view text, std::size_t limit = 300);

enum class MarkdownIn { text, table };

/// A code span, whatever a target put into it. In a table '|' would end the cell all the same.
std::string markdown_code(std::string_view text, std::size_t limit = 500, MarkdownIn where = MarkdownIn::text);

}  // namespace wsspec
