#include "reports/markup.h"

namespace wsspec {

std::string markup_escaped(std::string_view text) {
    std::string out;
    for (char const c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";  // HTML 4 has no &apos;
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace wsspec
