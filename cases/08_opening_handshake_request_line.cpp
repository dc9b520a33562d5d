// 8.2: method, HTTP version, request target and Host.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

namespace {

using namespace std::string_view_literals;

std::vector<Case> methods() {
    static const Row rows[] = {
        {"8.2.1", "Request with the method HEAD", "HEAD"},  // often served by the code for GET
        {"8.2.2", "Request with the method PUT", "PUT"},
        {"8.2.3", "Request with the method OPTIONS", "OPTIONS"},  // often answered before any routing
        {"8.2.4", "Request with the method DELETE", "DELETE"},
        {"8.2.5", "Request with the method PATCH", "PATCH"},
        {"8.2.6", "Request with the method TRACE", "TRACE"},
        {"8.2.7", "Request with an unknown method", "BREW"},
    };
    std::vector<Case> cases;
    for (const Row& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-2"},
                         .script = {open(Handshake{}.with_method(row.value)), must_not_switch()}});

    static const Row spellings[] = {
        {"8.2.8", "Request with the method in lower case", "get"},         // methods are case-sensitive
        {"8.2.9", "Request with a method that begins with GET", "GETX"},   // prefix comparison
        {"8.2.10", "Request with a method that is the end of GET", "ET"},  // suffix comparison
        {"8.2.11", "Request with a NUL in the method", "G\0T"sv},          // C strings
        {"8.2.12", "Request with an empty method", ""},
    };
    for (const Row& row : spellings)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-2", "R9112-3.1-1"},
                         .script = {open(Handshake{}.with_method(row.value)), must_not_switch()}});

    auto const refuses_tunnel = [] {
        return expect(
            {refuses({400, 403, 404, 405, 426, 501}), refuses_with_any_status().non_strict(), drops().non_strict()});
    };
    std::vector<Case> more = {
        {.id = "8.2.13",
         .title = "Request with the method POST and an empty body",
         .target = Target::server,
         .covers = {"R6455-4.2.1-2", "R9110-7.8-7"},
         .script = {open(Handshake{}.with_method("POST").add("Content-Length", "0")), must_not_switch()}},
        {.id = "8.2.14",
         .title = "Request with the method CONNECT and a path",
         .target = Target::server,
         .covers = {"R9110-9.3.6-1", "R6455-4.2.1-2"},
         .script = {open(Handshake{}.with_method("CONNECT")), refuses_tunnel()}},
        {.id = "8.2.15",
         .title = "Request with the method CONNECT and the target's own authority",
         .target = Target::server,
         .covers = {"R9110-9.3.6-1", "R6455-4.2.1-2"},
         .script = {open(Handshake{}.with_request_line("CONNECT {host} HTTP/1.1")), refuses_tunnel()}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

std::vector<Case> versions() {
    std::vector<Case> cases;

    static const Row too_old[] = {
        {"8.2.16", "Request in HTTP/1.0", "HTTP/1.0"},
        {"8.2.17", "Request in HTTP/0.9", "HTTP/0.9"},
        {"8.2.18", "Request in HTTP/0.1", "HTTP/0.1"},  // looks at the second digit only
        {"8.2.19", "Request in HTTP/1", "HTTP/1"},      // no minor version, or 0
    };
    for (const Row& row : too_old)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-3", "R9110-7.8-10"},
                         .script = {open(Handshake{}.with_version(row.value)), must_not_switch()}});

    // RFC 9110, 2.4 lets a recipient make sense of a broken element, so 101 is lenient, not wrong.
    static const Row odd[] = {
        {"8.2.20", "Request in HTTP/2.0", "HTTP/2.0"},  // a major version with other framing
        {"8.2.21", "Request in HTTP/1.01", "HTTP/1.01"},
        {"8.2.22", "Request in HTTP/11", "HTTP/11"},
        {"8.2.23", "Request in http/1.1, in lower case", "http/1.1"},  // the name is case-sensitive
        {"8.2.24", "Request in HTTP/1.1x", "HTTP/1.1x"},
        {"8.2.25", "Request in HTTP/1,1", "HTTP/1,1"},
    };
    for (const Row& row : odd)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-1", "R6455-4.2.1-3"},
                         .script = {open(Handshake{}.with_version(row.value)),
                                    expect({refuses_with_any_status(), opens().non_strict(), drops().non_strict()})}});

    std::vector<Case> more = {
        {.id = "8.2.26",
         .title = "Request in HTTP/1.2",
         .target = Target::server,
         .covers = {"R6455-4.2.1-3"},
         .script = {open(Handshake{}.with_version("HTTP/1.2")), may_open_or_refuse()},
         .note = "4.1 and 4.2.1 say \"at least 1.1\", and HTTP lets a server read a higher minor version as its own."},
        {.id = "8.2.27",
         .title = "Request line without a version",
         .target = Target::server,
         .covers = {"R6455-4.2.1-3"},
         .script = {open(Handshake{}.with_request_line("GET {resource}")), must_not_switch()}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

std::vector<Case> targets() {
    std::vector<Case> cases;

    static const Row routed[] = {
        {"8.2.28", "Request for the resource with a query", "{resource}?x=1&y=%20"},
        {"8.2.29", "Request for /?", "/?"},                   // the empty query
        {"8.2.30", "Request for a path with ..", "/a/../b"},  // normalised or not
        {"8.2.31", "Request for a path that climbs out of the root", "/%2e%2e/%2e%2e/etc/passwd"},
        {"8.2.32", "Request for a path with an incomplete percent escape", "/a%4"},  // reads beyond the end
        {"8.2.33", "Request for a path with an escaped NUL", "/a%00b"},
        {"8.2.34", "Request for a path of slashes", "////"},
    };
    for (const Row& row : routed)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-4"},
                         .script = {open(Handshake{}.with_target(row.value)), may_open_or_refuse()},
                         .note = "Which paths there are is the server's business."});

    static const Row illegal[] = {
        {"8.2.35", "Request for a resource with a fragment", "{resource}#fragment"},
        {"8.2.36", "Request for a path with a blank", "/a b"},  // a request line of four words
        {"8.2.37", "Request for a path in raw UTF-8", "/\xc3\xa9"},
        {"8.2.38", "Request for a path that is not even UTF-8", "/\xff\xfe"},
        {"8.2.39", "Request for nothing between two blanks", ""},
        {"8.2.40", "Request for *", "*"},          // is for OPTIONS alone
        {"8.2.41", "Request for http:", "http:"},  // a scheme without authority
        {"8.2.42", "Request for a path without a leading slash", "a"},
    };
    for (const Row& row : illegal)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-4", "R6455-4.2.1-1"},
                         .script = {open(Handshake{}.with_target(row.value)), should_refuse()}});

    static const Row controls[] = {
        {"8.2.43", "Request for a path with the octet 01", "/\x01"},
        {"8.2.44", "Request for a path with a NUL", "/\0a"sv},
        {"8.2.45", "Request for a path with the octet 7f", "/\x7f"},  // above the blank, yet no character
    };
    for (const Row& row : controls)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-1", "R6455-4.2.1-4"},
                         .script = {open(Handshake{}.with_target(row.value)), must_refuse()}});

    static const Row lenient[] = {
        {"8.2.46", "Request line with two blanks behind the method", "GET  {resource} HTTP/1.1"},
        {"8.2.47", "Request line with a tab behind the method", "GET\t{resource} HTTP/1.1"},
        {"8.2.48", "Request line with two blanks before the version", "GET {resource}  HTTP/1.1"},
        {"8.2.49", "Request line with a blank at its end", "GET {resource} HTTP/1.1 "},
    };
    for (const Row& row : lenient)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-3-1"},
                         .script = {open(Handshake{}.with_request_line(row.value)), reports_answer()}});

    std::vector<Case> more = {
        {.id = "8.2.50",
         .title = "Request with an absolute http URI",
         .target = Target::server,
         .covers = {"R6455-4.2.1-4", "R9112-3.2.2-1"},
         .script = {open(Handshake{}.with_target("http://{host}{resource}")), should_open()}},
        {.id = "8.2.51",
         .title = "Request with an absolute http URI and another Host",
         .target = Target::server,
         .covers = {"R9112-3.2.2-1"},
         .script = {open(Handshake{}.with_target("http://{host}{resource}").set("Host", "other.example")),
                    should_open()},
         .note = "The authority of the URI counts, Host does not (RFC 9112, 3.2.2)."},
        {.id = "8.2.52",
         .title = "Request with an absolute ws URI",
         .target = Target::server,
         .covers = {"R6455-4.2.1-4"},
         .script = {open(Handshake{}.with_target("ws://{host}{resource}")), reports_answer()},
         .note = "4.2.1 speaks of http and https URIs only."},
        {.id = "8.2.53",
         .title = "Request for a target of 7900 octets",
         .target = Target::server,
         .covers = {"R9112-3-4"},
         .script = {open(Handshake{}.with_target("{resource}?" + std::string(7900, 'a'))),
                    expect({opens(), refuses(404), refuses_with_any_status().non_strict(), drops().non_strict()})},
         .note = "Request lines of 8000 octets are a recommendation."},
        {.id = "8.2.54",
         .title = "Request for a target of 64 KiB",
         .target = Target::server,
         .covers = {"R9112-3-3"},
         .script = {open(Handshake{}.with_target("{resource}?" + std::string(65536, 'a'))),
                    expect(
                        {refuses({414, 404}), opens(), refuses_with_any_status().non_strict(), drops().non_strict()})}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

std::vector<Case> hosts() {
    std::vector<Case> cases;

    static const Row invalid[] = {
        {"8.2.55", "Request with a blank inside Host", "a b"},
        {"8.2.56", "Request with user information in Host", "user@{host}"},
        {"8.2.57", "Request with an unfinished IPv6 address in Host", "[::1"},
        {"8.2.58", "Request with a path in Host", "{host}/x"},
        {"8.2.59", "Request with a port in Host that is no number", "localhost:80a"},
    };
    for (const Row& row : invalid)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-3.2-1"},
                         .script = {open(Handshake{}.set("Host", row.value)),
                                    expect({refuses(400), refuses_with_any_status().non_strict(), drops().non_strict(),
                                            opens().non_strict()})}});

    // The grammar of a host allows all of these.
    static const Row unusual[] = {
        {"8.2.60", "Request with an empty Host", ""},
        {"8.2.61", "Request with a port in Host that is too large", "localhost:99999"},
        {"8.2.62", "Request with a comma in Host", "a,b"},  // what two lines, joined, look like
    };
    for (const Row& row : unusual)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-3.2-1"},
                         .script = {open(Handshake{}.set("Host", row.value)), reports_answer()}});

    std::vector<Case> more = {
        {.id = "8.2.63",
         .title = "Request without Host",
         .target = Target::server,
         .covers = {"R6455-4.2.1-5", "R9112-3.2-1"},
         .script = {open(Handshake{}.drop("Host")), must_answer_400()}},
        {.id = "8.2.64",
         .title = "Request with two Host lines that are the same",
         .target = Target::server,
         .covers = {"R9112-3.2-1"},
         .script = {open(Handshake{}.add("Host", "{host}")),
                    expect({refuses(400), refuses_with_any_status().non_strict(), drops().non_strict(),
                            opens().non_strict()})}},
        {.id = "8.2.65",
         .title = "Request with two Host lines, the second foreign",
         .target = Target::server,
         .covers = {"R9112-3.2-1"},
         .script = {open(Handshake{}.add("Host", "other.example")), must_answer_400()}},
        {.id = "8.2.66",
         .title = "Request with two Host lines, the first foreign",
         .target = Target::server,
         .covers = {"R9112-3.2-1"},
         .script = {open(Handshake{}.add_first("Host", "other.example")), must_answer_400()}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

}  // namespace

std::vector<Case> request_line() {
    std::vector<Case> cases;
    for (auto part : {methods, versions, targets, hosts}) std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::opening
