// Text on its way into XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace wsspec {

/// The five characters that mean something in elements and quoted attributes, escaped as both languages read it. What
/// is not printable stays: see printable(), shown() and page_string(), which come first.
std::string markup_escaped(std::string_view text);

}  // namespace wsspec
