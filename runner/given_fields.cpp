#include "runner/given_fields.h"

#include <algorithm>
#include <string_view>

#include "reference/http.h"
#include "reference/octets.h"

namespace wsspec {

namespace {

/// RFC 9110 section 5.5: of the control characters only HTAB.
bool is_field_value(std::string_view text) {
    return std::ranges::none_of(
        text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

bool is_field_line(std::string_view line) {
    auto const colon = line.find(':');
    return colon != std::string_view::npos && is_token(line.substr(0, colon)) && is_field_value(line.substr(colon + 1));
}

std::string given(const char* wanted, const std::string& text) {
    return std::string(wanted) + ", not \"" + printable(text, 100) + "\"";
}

}  // namespace

std::optional<std::string> wrong_in(const std::vector<std::string>& headers, const std::string& origin,
                                    const std::vector<std::string>& subprotocols) {
    for (const auto& line : headers)
        if (!is_field_line(line)) return given("--header wants 'Name: value'", line);
    if (!is_field_value(origin)) return given("--origin wants one line like https://example.org", origin);
    // RFC 6455 section 4.1, item 10.
    for (const auto& name : subprotocols)
        if (!is_token(name)) return given("--subprotocol wants a name without blanks or separators", name);
    return std::nullopt;
}

}  // namespace wsspec
