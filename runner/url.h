// WebSocket URIs (RFC 6455 section 3), as far as a tester needs them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace wsspec {

struct Url {
    bool secure = false;    ///< wss
    std::string host;       ///< Without the brackets of an IPv6 address.
    std::string port;       ///< Always set: 80 or 443 by default (section 3).
    std::string authority;  ///< As it stands in a Host field: port left out if it is the default.
    std::string resource;   ///< Path and query in ASCII, "/" if there is none; a fragment is not allowed.
};

/// Whether a URL may have port 0: of a server of ours, where it takes any free one.
enum class PortZero { refused, allowed };

/// The error is one sentence for the user.
std::expected<Url, std::string> parse_url(std::string_view text, PortZero zero = PortZero::refused);

/// HOST:PORT, with an IPv6 address in brackets; host and port are all that is set.
std::expected<Url, std::string> parse_host_and_port(std::string_view text);

}  // namespace wsspec
