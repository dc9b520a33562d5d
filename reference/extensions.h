// The grammar of Sec-WebSocket-Extensions, in full (RFC 6455 section 9.1).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsspec {

struct ExtensionParameter {
    std::string name;
    std::optional<std::string> value;  ///< Unescaped if it was a quoted-string.

    bool operator==(const ExtensionParameter&) const = default;
};

/// One element of the list: an offer in a request, an agreement in a response.
struct Extension {
    std::string name;
    std::vector<ExtensionParameter> parameters;

    bool operator==(const Extension&) const = default;
};

struct ExtensionSyntaxError {
    std::size_t offset = 0;  ///< In the combined value.
    std::string what;
};

/// All values of the field, in order; several lines mean the same as one list (9.1). An empty list element is ignored
/// (RFC 9110 section 5.6.1); a list without any element is an error.
std::expected<std::vector<Extension>, ExtensionSyntaxError> parse_extensions(
    const std::vector<std::string_view>& values);

/// As it stands in a field; a value that is no token is quoted.
std::string to_string(const std::vector<Extension>& extensions);

}  // namespace wsspec
