// 8.1: requests that have to be answered with 101, however they are spelled, ordered or cut into segments.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

namespace {

std::vector<Case> keys() {
    static const Row rows[] = {
        {"8.1.2", "Request with the key of RFC 6455 section 1.3", "dGhlIHNhbXBsZSBub25jZQ=="},  // accept is in the RFC
        {"8.1.3", "Request with a key full of + and /", "+/+/+/+/+/+/+/+/+/+/+w=="},  // not the URL-safe alphabet
        {"8.1.4", "Request with a key of sixteen zero octets", "AAAAAAAAAAAAAAAAAAAAAA=="},  // C strings end here
        {"8.1.5", "Request with a key of sixteen octets ff", "/////////////////////w=="},    // signed char
        {"8.1.6", "Request with a key of the octets 01 to 10", "AQIDBAUGBwgJCgsMDQ4PEA=="},  // erratum 3150
    };
    std::vector<Case> cases;
    for (const Row& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.2-17", "R6455-4.2.2-18"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Key", row.value)), expect(opens())}});
    return cases;
}

/// The five required fields, each in the first place once, in the given and in the reverse order.
std::vector<Script> rotations() {
    std::vector<Script> scripts;
    Handshake request;
    for (std::size_t i = 0; i < request.fields.size(); ++i) {
        std::ranges::rotate(request.fields, request.fields.begin() + 1);
        scripts.push_back({open(request), expect(opens())});
        scripts.push_back({open(request.in_reverse_order()), expect(opens())});
    }
    return scripts;
}

std::vector<Case> names_and_order() {
    Handshake mixed;
    mixed.fields = {"hOsT: {host}", "uPgRaDe: websocket", "cOnNeCtIoN: Upgrade", "sEc-wEbSoCkEt-kEy: {key}",
                    "SeC-WeBsOcKeT-vErSiOn: 13"};
    return {
        {.id = "8.1.7",
         .title = "Request with its fields in reverse order",
         .target = Target::server,
         .covers = {"R6455-1.3-1"},
         .script = {open(Handshake{}.in_reverse_order()), expect(opens())}},
        {.id = "8.1.8",
         .title = "Requests with each field in the first place once, read forwards and backwards",
         .target = Target::server,
         .covers = {"R6455-1.3-1"},
         .script = {open(), expect(opens())},
         .variants = rotations()},
        {.id = "8.1.9",
         .title = "Request with field names in lower case",
         .target = Target::server,
         .covers = {"R9110-5.1-1"},
         .script = {open(Handshake{}.with_lower_names()), expect(opens())}},
        {.id = "8.1.10",
         .title = "Request with field names in upper case",
         .target = Target::server,
         .covers = {"R9110-5.1-1"},
         .script = {open(Handshake{}.with_upper_names()), expect(opens())}},
        {.id = "8.1.11",
         .title = "Request with field names in alternating case",
         .target = Target::server,
         .covers = {"R9110-5.1-1"},
         .script = {open(mixed), expect(opens())}},
    };
}

std::vector<Case> upgrade_and_connection() {
    std::vector<Case> cases;

    static const Row upgrades[] = {
        {"8.1.12", "Request with Upgrade: WebSocket", "WebSocket"},  // as the IANA registry spells it; picows 115
        {"8.1.13", "Request with Upgrade: WEBSOCKET", "WEBSOCKET"},
        {"8.1.14", "Request with Upgrade: wEbSoCkEt", "wEbSoCkEt"},  // neither of two precomputed spellings
    };
    for (const Row& row : upgrades)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-6", "R9110-7.8-3", "R6455-11.2-1"},
                         .script = {open(Handshake{}.set("Upgrade", row.value)), expect(opens())}});

    static const Row connections[] = {
        {"8.1.15", "Request with Connection: upgrade", "upgrade"},
        {"8.1.16", "Request with Connection: UPGRADE", "UPGRADE"},
        {"8.1.17", "Request with Connection: uPgRaDe", "uPgRaDe"},
        {"8.1.18", "Request with Connection: keep-alive, Upgrade", "keep-alive, Upgrade"},  // Firefox; tyrus 399
        {"8.1.19", "Request with Connection: Upgrade, keep-alive", "Upgrade, keep-alive"},  // prefix, not the whole
        {"8.1.20", "Request with Connection: keep-alive,Upgrade", "keep-alive,Upgrade"},    // no blank to split at
        {"8.1.21", "Request with Upgrade as the last of five connection options",
         "keep-alive, x-a, x-b, x-c,\tupgrade"},  // a tab is blank enough
    };
    for (const Row& row : connections)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-7", "R9110-7.6.1-1"},
                         .script = {open(Handshake{}.set("Connection", row.value)), expect(opens())}});

    std::vector<Case> lists = {
        {.id = "8.1.22",
         .title = "Request with empty elements around the connection option",
         .target = Target::server,
         .covers = {"R9110-5.6.1-1"},
         .script = {open(Handshake{}.set("Connection", ",Upgrade,,")), should_open()}},
        {.id = "8.1.23",
         .title = "Request with two Connection lines, the second naming Upgrade",
         .target = Target::server,
         .covers = {"R9110-5.3-1", "R6455-4.2.1-7"},
         .script = {open(Handshake{}.set("Connection", "keep-alive").add("Connection", "Upgrade")), expect(opens())}},
        {.id = "8.1.24",
         .title = "Request with two Connection lines, the first naming Upgrade",
         .target = Target::server,
         .covers = {"R9110-5.3-1", "R6455-4.2.1-7"},
         .script = {open(Handshake{}.set("Connection", "Upgrade").add("Connection", "keep-alive")), expect(opens())}},
        {.id = "8.1.25",
         .title = "Request that prefers an unknown protocol to websocket",
         .target = Target::server,
         .covers = {"R6455-4.2.1-6", "R9110-7.8-1"},
         .script = {open(Handshake{}.set("Upgrade", "x-foo, websocket")), should_open()}},
        {.id = "8.1.26",
         .title = "Request that prefers websocket to an unknown protocol",
         .target = Target::server,
         .covers = {"R6455-4.2.1-6", "R9110-7.8-1"},
         .script = {open(Handshake{}.set("Upgrade", "websocket, x-foo")), should_open()}},
        {.id = "8.1.27",
         .title = "Request with two Upgrade lines, the second naming websocket",
         .target = Target::server,
         .covers = {"R9110-5.3-1", "R6455-4.2.1-6"},
         .script = {open(Handshake{}.set("Upgrade", "x-foo").add("Upgrade", "websocket")), should_open()}},
    };
    std::ranges::move(lists, std::back_inserter(cases));
    return cases;
}

std::vector<Case> white_space() {
    struct Line {
        std::string_view id, title, name, line;
    };
    static const Line rows[] = {
        {"8.1.28", "Request with no blank behind \"Upgrade:\"", "Upgrade", "Upgrade:websocket"},
        {"8.1.29", "Request with blanks and tabs around the value of Upgrade", "Upgrade", "Upgrade:\t websocket \t"},
        {"8.1.30", "Request with no blank behind \"Connection:\"", "Connection", "Connection:Upgrade"},
        {"8.1.31", "Request with blanks and tabs around the value of Connection", "Connection",
         "Connection: \tUpgrade\t "},
        {"8.1.32", "Request with no blank behind \"Sec-WebSocket-Version:\"", "Sec-WebSocket-Version",
         "Sec-WebSocket-Version:13"},
        {"8.1.33", "Request with blanks and tabs around the version", "Sec-WebSocket-Version",
         "Sec-WebSocket-Version:  13\t"},
        {"8.1.34", "Request with blanks and tabs around the host", "Host", "Host: \t{host} \t"},
    };
    std::vector<Case> cases;
    for (const Line& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-5.1-2"},
                         .script = {open(Handshake{}.replace_line(row.name, row.line)), expect(opens())}});
    // The accept value betrays which octets went into the hash.
    cases.push_back({.id = "8.1.35",
                     .title = "Request with blanks and tabs around the key",
                     .target = Target::server,
                     .covers = {"R6455-1.3-2", "R9112-5.1-2"},
                     .script = {open(Handshake{}.replace_line("Sec-WebSocket-Key", "Sec-WebSocket-Key: \t{key}\t ")),
                                expect(opens())}});
    cases.push_back(
        {.id = "8.1.36",
         .title = "Request with no blank behind \"Sec-WebSocket-Key:\"",
         .target = Target::server,
         .covers = {"R6455-1.3-2", "R9112-5.1-2"},
         .script = {open(Handshake{}.replace_line("Sec-WebSocket-Key", "Sec-WebSocket-Key:{key}")), expect(opens())}});
    return cases;
}

Handshake with_fifty_unknown_fields() {
    Handshake request;
    for (int i = 1; i <= 50; ++i) request = request.add("X-Unknown-" + std::to_string(i), "value");
    return request;
}

/// What a browser adds of its own; Origin is a matter of 8.9.
Handshake from_a_browser() {
    Handshake request;
    request.fields = {"Host: {host}",
                      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                      "Accept: */*",
                      "Accept-Language: en-GB,en;q=0.5",
                      "Accept-Encoding: gzip, deflate, br, zstd",
                      "Sec-WebSocket-Version: 13",
                      "Sec-WebSocket-Extensions: permessage-deflate",
                      "Sec-WebSocket-Key: {key}",
                      "DNT: 1",
                      "Connection: keep-alive, Upgrade",
                      "Sec-Fetch-Dest: empty",
                      "Sec-Fetch-Mode: websocket",
                      "Sec-Fetch-Site: same-origin",
                      "Pragma: no-cache",
                      "Cache-Control: no-cache",
                      "Upgrade: websocket"};
    return request;
}

std::vector<Case> further_fields() {
    struct Field {
        std::string_view id, title, name, value;
    };
    static const Field rows[] = {
        {"8.1.37", "Request with a Cookie", "Cookie", "a=b; c=d"},
        {"8.1.38", "Request with a User-Agent", "User-Agent", "wsspec (a; b) \"c\""},
        {"8.1.39", "Request with a field that nobody knows", "X-Unknown", "y"},
        {"8.1.40", "Request with an unknown field whose name begins like ours", "Sec-WebSocket-Foo", "1"},  // prefixes
        {"8.1.41", "Request with an unknown field that is empty", "X-Empty", ""},  // parsers that expect one octet
    };
    std::vector<Case> cases;
    for (const Field& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-12", "R6455-4.1-28"},
                         .script = {open(Handshake{}.add(row.name, row.value)), expect(opens())}});
    std::vector<Case> more = {
        {.id = "8.1.42",
         .title = "Request with credentials that nobody asked for",
         .target = Target::server,
         .covers = {"R6455-4.1-28", "R6455-4.2.2-2"},
         .script = {open(Handshake{}.add("Authorization", "Basic eDp5")),
                    expect({opens(), refuses({401, 403}).informational()})}},
        {.id = "8.1.43",
         .title = "Request with fifty unknown fields",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-4.1-28"},
         .script = {open(with_fifty_unknown_fields()), expect(opens())}},
        {.id = "8.1.44",
         .title = "Request as a browser writes it",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-4.4-2"},
         .script = {open(from_a_browser()), expect(opens())}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

std::vector<Script> every_split() {
    // Host and path decide how long the request is; 180 reaches the end for all but long URLs.
    std::vector<Script> scripts;
    for (std::size_t i = 1; i <= 180; ++i) scripts.push_back({open({}, cut_at({i})), expect(opens())});
    return scripts;
}

std::vector<Case> segments() {
    struct Pieces {
        std::string_view id, title;
        std::size_t size;
    };
    static const Pieces rows[] = {
        {"8.1.45", "Request written octet by octet", 1},
        {"8.1.46", "Request written two octets at a time", 2},  // CR LF together or torn apart by turns
        {"8.1.47", "Request written three octets at a time", 3},
        {"8.1.48", "Request written seven octets at a time", 7},
        {"8.1.49", "Request written sixteen octets at a time", 16},  // what a vector instruction scans
    };
    std::vector<Case> cases;
    for (const Pieces& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-2.1-1", "R9112-2.1-1"},
                         .script = {open({}, chopped(row.size)), expect(opens())}});
    cases.push_back({.id = "8.1.50",
                     .title = "Requests cut in two at every octet",
                     .target = Target::server,
                     .covers = {"R6455-2.1-1", "R9112-2.1-1"},
                     .script = {open(), expect(opens())},
                     .variants = every_split()});
    cases.push_back({.id = "8.1.51",
                     .title = "Thirty-two requests one after the other, each with a key of its own",
                     .target = Target::server,
                     .covers = {"R6455-4.2.2-17"},
                     .script = {open(), expect(opens())},
                     .variants = std::vector<Script>(31, Script{open(), expect(opens())})});
    return cases;
}

std::vector<Case> around_the_request() {
    std::string empty_lines;
    for (int i = 0; i < 100; ++i) empty_lines += "\r\n";
    return {
        {.id = "8.1.52",
         .title = "Request behind one empty line",
         .target = Target::server,
         .covers = {"R9112-2.2-4"},
         .script = {open(Handshake{}.preceded_by("\r\n")), should_open()}},
        {.id = "8.1.53",
         .title = "Request behind a hundred empty lines",
         .target = Target::server,
         .covers = {"R9112-2.2-4", "R6455-10.1-1"},
         .script = {open(Handshake{}.preceded_by(empty_lines)), may_open_or_refuse()}},
        {.id = "8.1.54",
         .title = "Request with a text message right behind it",
         .target = Target::server,
         .covers = {"R9112-2.1-1", "R6455-4.2.2-19"},
         .needs = Need::echo,
         .script = {open(Handshake{}.with_early({text("early")})),
                    expect({opens(), refuses_with_any_status().informational(), drops().informational()}),
                    send(text("later")),
                    expect({receives({text("early"), text("later")}), receives(text("later")).informational(),
                            fails(1002).after({text("early"), text("later")}).informational()}),
                    closing_handshake()},
         .note = "A client has to wait for the answer (4.1), so the server may also refuse, forget the message, or "
                 "call it an error. It may not garble it."},
        {.id = "8.1.55",
         .title = "Request with the first octet of a frame behind it, the rest after the answer",
         .target = Target::server,
         .covers = {"R9112-2.1-1", "R6455-4.2.2-19"},
         .needs = Need::echo,
         .script = {open(Handshake{}.followed_by("\x81")),
                    expect({opens(), refuses_with_any_status().informational(), drops().informational()}),
                    send_octets(hex("85 37 fa 21 3d 7f 9f 4d 51 58")),
                    expect({receives(text("Hello")), fails(1002).informational(), drops().non_strict(),
                            waits().non_strict()})},
         .note = "A client has to wait for the answer (4.1). A server that throws away what came too early finds "
                 "opcode 5 in front of it and has to fail the connection, now or when all 55 octets of that frame are "
                 "there."},
    };
}

}  // namespace

std::vector<Case> success() {
    std::vector<Case> cases = {{
        .id = "8.1.1",
        .title = "Request with the five required fields and nothing else",
        .target = Target::server,
        .covers = {"R6455-4.2.2-14", "R6455-4.2.2-15", "R6455-4.2.2-16", "R6455-4.2.2-17", "R6455-4.4-2",
                   "R6455-4.2.1-10", "R6455-4.2.2-9", "R6455-4.2.2-12", "R6455-11.3.3-1", "R9110-7.8-4", "R9110-8.6-1",
                   "R9112-6.1-2"},
        .script = {open(), expect(opens())},
    }};
    for (auto part :
         {keys, names_and_order, upgrade_and_connection, white_space, further_fields, segments, around_the_request})
        std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::opening
