#include "runner/head_lines.h"

#include <algorithm>

#include "reference/http.h"

namespace wsspec {

Handshake lines_of(std::string_view head) {
    Handshake out;
    out.fields.clear();
    bool first = true;
    while (!head.empty()) {
        auto const end = std::min(head.find("\r\n"), head.size());
        std::string line(head.substr(0, end));
        head.remove_prefix(std::min(end + 2, head.size()));
        if (first && line.empty()) continue;
        if (!first && line.empty()) break;
        if (first)
            out.start_line = std::move(line);
        else
            out.fields.push_back(std::move(line));
        first = false;
    }
    return out;
}

std::string text_of(const Handshake& head) {
    std::string out = head.start_line + "\r\n";
    for (const auto& line : head.fields) out += line + "\r\n";
    return out + "\r\n";
}

std::optional<std::string> value_of(const Handshake& head, std::string_view name) {
    for (const auto& line : head.fields) {
        auto const colon = line.find(':');
        if (colon != std::string::npos && equal_ignoring_case(line.substr(0, colon), name))
            return std::string(trimmed(std::string_view(line).substr(colon + 1)));
    }
    return std::nullopt;
}

}  // namespace wsspec
