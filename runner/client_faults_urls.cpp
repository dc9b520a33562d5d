// Faults in what a client makes of the URL that it is given (RFC 6455 sections 3, 4.1 and 11.1.1).
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runner/client_faults.h"

namespace wsspec::detail {

namespace {

using TakesUrl = std::function<std::optional<Url>(std::string_view)>;

/// Takes apart whatever it is given, and looks at nothing.
Url taken_apart(std::string_view written) {
    Url url;
    auto const scheme = written.find("://");
    url.secure = equal_ignoring_case(written.substr(0, scheme), "wss");
    written.remove_prefix(scheme + 3);
    auto const path = written.find_first_of("/?#");
    url.authority = written.substr(0, path);
    url.resource = path == std::string_view::npos ? "/" : written.substr(path);
    if (!url.resource.starts_with('/')) url.resource.insert(0, "/");
    auto const place = url.authority.substr(url.authority.rfind('@') + 1);
    url.host = place.substr(0, place.rfind(':'));
    url.port = place.substr(place.rfind(':') + 1);
    return url;
}

/// The reference, with something of its reading bent; what it refuses stays refused.
template <class Bend>
TakesUrl bends(Bend bend) {
    return [bend](std::string_view written) -> std::optional<Url> {
        auto url = parse_url(written);
        if (!url) return std::nullopt;
        bend(*url, written);
        return *url;
    };
}

/// Of the path and query.
template <class Change>
TakesUrl asks_for(Change change) {
    return bends([change](Url& url, std::string_view) { url.resource = change(std::move(url.resource)); });
}

/// Refuses nothing.
template <class Bend>
TakesUrl takes_all(Bend bend) {
    return [bend](std::string_view written) -> std::optional<Url> {
        Url url = taken_apart(written);
        bend(url);
        return url;
    };
}

std::string decoded(std::string_view text, auto wanted) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned const octet =
            text[i] == '%' ? static_cast<unsigned>(std::stoul(std::string(text.substr(i + 1, 2)), nullptr, 16)) : 0;
        if (text[i] == '%' && wanted(octet)) {
            out += static_cast<char>(octet);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Section 11.1.1 has UTF-8; of the letters up to U+00FF, this is ISO 8859-1.
std::string in_latin_1(std::string text) {
    for (auto at = text.find("%C3%"); at != std::string::npos; at = text.find("%C3%", at + 1)) {
        text.erase(at, 3);
        text[at + 1] = text[at + 1] == '8' ? 'C' : text[at + 1] == '9' ? 'D' : text[at + 1] == 'A' ? 'E' : 'F';
    }
    return text;
}

bool is_beyond_ascii(unsigned octet) { return octet >= 0x80; }

class SaysNothing final : public net::Filter {
    std::string request(std::string) override { return {}; }
};

constexpr std::string_view nowhere = "9";  // a port of ours it is not: discard (RFC 863)

}  // namespace

std::vector<Fault> client_url_faults() {
    auto const row = [](std::string_view name, std::string_view requirement, std::string_view what,
                        std::vector<std::string_view> caught_by, TakesUrl takes_url) {
        return Fault{.name = name,
                     .requirement = requirement,
                     .what = what,
                     .caught_by = std::move(caught_by),
                     .make = {},
                     .takes_url = std::move(takes_url)};
    };
    auto const over_tls = [](Fault fault) {
        fault.tls = TlsBend{};
        return fault;
    };
    std::vector<Fault> faults = {
        row("goes-to-another-port", "R6455-3-1", "Connects to a port that its URL does not name.", {"8.16.1"},
            bends([](Url& url, std::string_view) { url.port = nowhere; })),
        row("looks-for-the-host-behind-an-at-sign", "R6455-3-1",
            "Takes all in front of the last at sign of its URL for user information.", {"8.16.4", "8.16.10"},
            bends([](Url& url, std::string_view written) {
                if (written.contains('@')) url.port = nowhere;
            })),
        row("asks-for-no-path", "R6455-3-3", "Leaves the slash out where its URL has no path.", {"8.16.2", "8.16.3"},
            bends([](Url& url, std::string_view written) {
                if (!written.substr(written.find("://") + 3).contains('/')) url.resource.erase(0, 1);
            })),
        row("forgets-the-query", "R6455-3-4", "Asks for the path of its URL alone.", {"8.16.3", "8.16.5"},
            asks_for([](std::string resource) { return resource.substr(0, resource.find('?')); })),
        row("cuts-the-query-short", "R6455-3-4", "Ends the query at a second question mark.", {"8.16.6"},
            asks_for([](std::string resource) {
                auto const first = resource.find('?');
                return first == std::string::npos ? resource : resource.substr(0, resource.find('?', first + 1));
            })),
        row("joins-slashes", "R6455-3-4", "Makes one slash of two.", {"8.16.8"}, asks_for([](std::string resource) {
                auto const both_slashes = [](char a, char b) { return a == '/' && b == '/'; };
                resource.erase(std::ranges::unique(resource, both_slashes).begin(), resource.end());
                return resource;
            })),
        row("decodes-its-url", "R6455-3-4", "Asks for the path and the query without their percent-encoding.",
            {"8.16.5", "8.16.11"},
            asks_for([](const std::string& resource) { return decoded(resource, [](unsigned) { return true; }); })),
        row("sends-the-fragment", "R6455-3-5", "Asks for the fragment of its URL, too.", {"8.16.12"},
            takes_all([](Url&) {})),
        row("decodes-number-signs", "R6455-3-6", "Makes a number sign of %23.", {"8.16.13"},
            asks_for([](const std::string& resource) {
                return decoded(resource, [](unsigned octet) { return octet == '#'; });
            })),
        row("wraps-ports", "R6455-4.1-4", "Takes the lower 16 bits of a port that is too large.", {"8.16.17"},
            takes_all([](Url& url) {
                if (url.port.find_first_not_of("0123456789") == std::string::npos)
                    url.port = std::to_string(static_cast<std::uint16_t>(std::stoul(url.port)));
            })),
        row("reads-ports-up-to-a-letter", "R6455-4.1-4", "Takes the digits that a port begins with.", {"8.16.18"},
            takes_all([](Url& url) { url.port = url.port.substr(0, url.port.find_first_not_of("0123456789")); })),
        row("sends-blanks", "R6455-4.1-4", "Asks for a blank as it stands in its URL.", {"8.16.19"},
            takes_all([](Url&) {})),
        row("sends-line-ends", "R6455-4.1-4", "Asks for a line end as it stands in its URL.", {"8.16.20", "8.16.21"},
            takes_all([](Url&) {})),
        row("sends-user-information", "R9112-3.2-2", "Sends user and password of its URL in Host.", {"8.16.24"},
            takes_all([](Url&) {})),
        row("sends-a-host-beyond-ascii", "R6455-11.1.1-1", "Sends the host of its URL in UTF-8.", {"8.16.27"},
            takes_all([](Url& url) {
                if (url.authority.starts_with("\uff4c")) url.host = "localhost";
            })),
        row("sends-octets-beyond-ascii", "R6455-11.1.1-2", "Asks for what is beyond ASCII in UTF-8, as it stands.",
            {"8.16.25"}, asks_for([](const std::string& resource) { return decoded(resource, is_beyond_ascii); })),
        row("encodes-latin-1", "R6455-11.1.1-2", "Encodes letters beyond ASCII by ISO 8859-1.", {"8.16.25"},
            asks_for(in_latin_1)),
        over_tls(row("takes-capitals-for-no-tls", "R6455-3-2", "Compares the scheme with small letters alone.",
                     {"8.16.14", "8.16.15"},
                     bends([](Url& url, std::string_view written) { url.secure = written.starts_with("wss://"); }))),
        over_tls(row("never-speaks-tls", "R6455-4.1-11", "Sends its request in clear, whatever its URL says.",
                     {"8.16.16"}, bends([](Url& url, std::string_view) { url.secure = false; }))),
        over_tls(row("sends-octets-beyond-ascii-over-tls", "R6455-11.1.2-1",
                     "Over TLS, asks for what is beyond ASCII as it stands.", {"8.16.26"},
                     asks_for([](const std::string& resource) { return decoded(resource, is_beyond_ascii); }))),
    };
    Fault silent = row("connects-and-says-nothing", "R6455-4.1-14", "Connects, and sends no request.", {"8.16.1"},
                       bends([](Url&, std::string_view) {}));
    silent.make = [] { return std::make_unique<SaysNothing>(); };
    faults.push_back(std::move(silent));
    return faults;
}

}  // namespace wsspec::detail
