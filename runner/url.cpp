#include "runner/url.h"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>

#include "reference/http.h"
#include "reference/octets.h"

namespace wsspec {

namespace {

bool beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Section 11.1.1: what is beyond ASCII is percent-encoded, octet by octet of its UTF-8.
std::string in_ascii(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        auto const octet = static_cast<unsigned char>(c);
        if (beyond_ascii(c)) {
            out += {'%', digits[octet >> 4], digits[octet & 0xf]};
        } else {
            out += c;
        }
    }
    return out;
}

/// Section 11.1.1, by way of RFC 3491: the wide forms of letters, digits, "-" and "." (U+FF0D and so on) are those
/// themselves. Of all else beyond ASCII nothing is made, and nothing that could end the host.
std::string narrowed(std::string_view host) {
    std::string out;
    while (!host.empty()) {
        auto const octet = [&](std::size_t i) { return static_cast<unsigned char>(host[i]); };
        bool const wide = host.size() >= 3 && octet(0) == 0xef && (octet(1) == 0xbc || octet(1) == 0xbd);
        char const plain = wide ? static_cast<char>((octet(1) - 0xbc) * 0x40 + (octet(2) & 0x3f) + 0x20) : '\0';
        bool const takes = (plain >= 'a' && plain <= 'z') || (plain >= 'A' && plain <= 'Z') ||
                           (plain >= '0' && plain <= '9') || plain == '-' || plain == '.';
        out += takes ? plain : host.front();
        host.remove_prefix(takes ? 3 : 1);
    }
    return out;
}

}  // namespace

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
    constexpr std::string_view never = "\"<>\\^`{|}";
    if (rest.find_first_of(never) != std::string_view::npos)
        return wrong("it holds a character that has to be percent-encoded");
    for (auto at = rest.find('%'); at != std::string_view::npos; at = rest.find('%', at + 1))
        if (at + 2 >= rest.size() || hex_digit(rest[at + 1]) < 0 || hex_digit(rest[at + 2]) < 0)
            return wrong("a percent sign has no two hex digits behind it");
    // Section 3: "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used".
    if (rest.find('#') != std::string_view::npos) return wrong("it has a fragment");

    auto const slash = rest.find_first_of("/?");
    std::string_view authority = rest.substr(0, slash);
    url.resource = slash == std::string_view::npos ? "/" : in_ascii(rest.substr(slash));
    if (url.resource.front() == '?') url.resource.insert(url.resource.begin(), '/');
    // Section 3: the question mark belongs to a query that is not empty.
    if (url.resource.find('?') == url.resource.size() - 1) url.resource.pop_back();
    if (authority.find('@') != std::string_view::npos) return wrong("it has user information; give it with --header");

    std::string_view port;
    if (authority.starts_with('[')) {
        auto const end = authority.find(']');
        if (end == std::string_view::npos) return wrong("the bracket of the address is not closed");
        url.host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
        if (!port.empty() && port.front() != ':') return wrong("something stands behind the address");
        // RFC 3986 section 3.2.2; a zone (RFC 6874) is none of ours.
        boost::system::error_code no_address;
        boost::asio::ip::make_address_v6(url.host.substr(0, url.host.find('%')), no_address);
        if (no_address && !url.host.empty()) return wrong("what stands in brackets is not an IPv6 address");
    } else {
        auto const at = authority.find(':');
        url.host = authority.substr(0, at);
        if (at != std::string_view::npos) port = authority.substr(at);
    }
    if (url.host.empty()) return wrong("the host is missing");
    url.host = narrowed(url.host);
    // Section 11.1.1 has it in punycode, and what has to be done to it before is a table of its own.
    if (std::ranges::any_of(url.host, beyond_ascii)) return wrong("the host is not ASCII: write it in punycode");
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

std::expected<Url, std::string> parse_host_and_port(std::string_view text) {
    auto const url = parse_url("ws://" + std::string(text) + "/");
    // One that is 80 by default has not been given.
    if (!url || url->resource != "/" || !text.ends_with(":" + url->port))
        return std::unexpected("wants HOST:PORT, not \"" + printable(text, 100) + "\"");
    return url;
}

}  // namespace wsspec
