#include "runner/url.h"

#include <charconv>

#include "reference/http.h"
#include "reference/octets.h"

namespace wsspec {

std::expected<Url, std::string> parse_url(std::string_view text, PortZero zero) {
    auto const wrong = [&](std::string_view why) {
        return std::unexpected("\"" + printable(text, 200) + "\" is not a WebSocket URL: " + std::string(why) +
                               " (like ws://127.0.0.1:9001/ or wss://example.org/chat)");
    };
    auto const colon = text.find("://");
    if (colon == std::string_view::npos) return wrong("the scheme is missing");
    Url url;
    std::string_view const scheme = text.substr(0, colon);
    if (equal_ignoring_case(scheme, "wss")) {
        url.secure = true;
    } else if (!equal_ignoring_case(scheme, "ws")) {
        return wrong("the scheme is neither ws nor wss");
    }
    std::string_view rest = text.substr(colon + 3);
    for (char const c : rest)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return wrong("it holds a blank or a control character");
    // Section 3: "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used".
    if (rest.find('#') != std::string_view::npos) return wrong("it has a fragment");

    auto const slash = rest.find_first_of("/?");
    std::string_view authority = rest.substr(0, slash);
    url.resource = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
    if (url.resource.front() == '?') url.resource.insert(url.resource.begin(), '/');
    if (authority.find('@') != std::string_view::npos) return wrong("it has user information; give it with --header");

    std::string_view port;
    if (authority.starts_with('[')) {
        auto const end = authority.find(']');
        if (end == std::string_view::npos) return wrong("the bracket of the address is not closed");
        url.host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
        if (!port.empty() && port.front() != ':') return wrong("something stands behind the address");
    } else {
        auto const at = authority.find(':');
        url.host = authority.substr(0, at);
        if (at != std::string_view::npos) port = authority.substr(at);
    }
    if (url.host.empty()) return wrong("the host is missing");
    std::string const default_port = url.secure ? "443" : "80";
    if (port.size() <= 1) {
        url.port = default_port;
    } else {
        unsigned number = 0;
        port.remove_prefix(1);
        auto const [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error != std::errc() || end != port.data() + port.size() || number > 65535 ||
            (number == 0 && zero == PortZero::refused))
            return wrong("the port is not a number from 1 to 65535");
        url.port = port;
    }
    url.authority = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    if (url.port != default_port) url.authority += ":" + url.port;
    return url;
}

}  // namespace wsspec
