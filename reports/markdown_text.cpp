#include "reports/markdown_text.h"

#include <algorithm>

#include "reports/terminal.h"

namespace wsspec {

std::string markdown_plain(std::string_view text, std::size_t limit) {
    std::string out;
    for (char const c : shown(text, limit)) {
        bool const sign = c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
                          !(c >= 'a' && c <= 'z') && c != ',' && c != ';';
        if (sign) out += '\\';
        out += c;
    }
    return out;
}

// Its fence is longer than any run of back-ticks inside.
std::string markdown_code(std::string_view text, std::size_t limit, MarkdownIn where) {
    std::string inside;
    std::size_t run = 0;
    std::size_t longest = 0;
    for (char const c : shown(text, limit)) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
        if (c == '|' && where == MarkdownIn::table) inside += '\\';
        inside += c;
    }
    if (inside.find_first_not_of(' ') == std::string::npos) return "–";
    std::string const fence(longest + 1, '`');
    bool const padded = inside.starts_with('`') || inside.ends_with('`');
    return fence + (padded ? " " : "") + inside + (padded ? " " : "") + fence;
}

}  // namespace wsspec
