// Text and octets on their way into the page: escaped twice over, once for the eye and once for HTML and JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reference/octets.h"

namespace wsspec {

/// Whether line feeds in a text are ours (they stay) or may be a target's (they are spelled out).
enum class Lines { spelled_out, kept };

/// A JSON string literal, quotes included, of printable ASCII only and without '<', '>' and '&': it can stand inside a
/// <script> element. What a reader could not see or would be misled by (control characters, bidi controls, invisible
/// and private characters, octets that are no UTF-8) becomes text: "\n", "\x1b", "\u{202e}". Cut after `limit`
/// characters; the cut says how many octets there were.
std::string page_string(std::string_view text, std::size_t limit = 2000, Lines lines = Lines::spelled_out);

/// Text of an element or of a quoted attribute: what is not printable ASCII is spelled out, markup is escaped, "…"
/// after `limit` octets.
std::string html_escaped(std::string_view text, std::size_t limit = 2000);

/// RFC 4648 section 4.
std::string base64(OctetView octets);

}  // namespace wsspec
