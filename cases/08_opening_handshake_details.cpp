// 8.17: requests that are right, or wrong, by a detail which only a close reading of the fields shows: lists, names and
// values compared by their beginnings, ends or parts (RFC 6455 section 4.2.1; HTTP by RFC 9110 and 9112).
#include <string>
#include <string_view>
#include <utility>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

namespace {

Case request(std::string_view id, std::string_view title, std::vector<std::string> covers, const Handshake& handshake,
             Step expected, std::string_view note = {}) {
    return {.id = std::string(id),
            .title = std::string(title),
            .target = Target::server,
            .covers = std::move(covers),
            .script = {open(handshake), std::move(expected)},
            .note = std::string(note)};
}

/// One or the other, each on a connection of its own.
Case any_of(std::string_view id, std::string_view title, std::vector<std::string> covers,
            const std::vector<Handshake>& handshakes, const Step& expected, std::string_view note = {}) {
    Case made = request(id, title, std::move(covers), handshakes.front(), expected, note);
    for (std::size_t i = 1; i < handshakes.size(); ++i) made.variants.push_back({open(handshakes[i]), expected});
    return made;
}

std::vector<Handshake> each(std::string_view name, std::initializer_list<std::string_view> values) {
    std::vector<Handshake> all;
    for (std::string_view const value : values) all.push_back(Handshake{}.set(name, value));
    return all;
}

}  // namespace

std::vector<Case> request_details() {
    return {
        any_of("8.17.1", "Request with empty elements in Upgrade", {"R9110-5.6.1-1", "R6455-4.2.1-6"},
               each("Upgrade", {", websocket", "websocket,", ",,websocket ,\t,"}), should_open(),
               "A recipient has to pass over empty elements of a list (RFC 9110 section 5.6.1.2)."),
        any_of("8.17.2", "Request with websocket among the protocols of Upgrade, wherever it stands",
               {"R6455-4.2.1-6", "R9110-7.8-4"},
               each("Upgrade", {"h2c, websocket", "websocket, h2c", "h2c,websocket", "h2c , WebSocket , x/1"}),
               should_open()),
        any_of("8.17.3", "Request with a Connection that holds Upgrade with something behind it", {"R6455-4.2.1-7"},
               each("Connection", {"Upgrade;x", "Upgrade=1", "Upgrade/1", "keep-alive, Upgrade;q=1", "Upgrade:"}),
               must_not_switch(), "An option is a token (RFC 9110 section 7.6.1); parameters it has none."),
        any_of("8.17.4", "Request with a Connection that names Upgrade among others, wherever it stands",
               {"R6455-4.2.1-7", "R9110-7.6.1-1"},
               each("Connection",
                    {"keep-alive,\tUpgrade", "x-a, Upgrade, x-b", "keep-alive , upgrade", "close-x,Upgrade"}),
               should_open()),
        any_of("8.17.5", "Request with underscores for hyphens in the name of a field that it needs",
               {"R6455-4.2.1-8", "R6455-4.2.1-9"},
               {Handshake{}.replace_line("Sec-WebSocket-Key", "Sec_WebSocket_Key: {key}"),
                Handshake{}.replace_line("Sec-WebSocket-Version", "Sec_WebSocket_Version: 13")},
               must_refuse(), "CGI makes one name of both (RFC 3875 section 4.1.18); HTTP has two."),
        any_of("8.17.6", "Request with the name of a field that it needs at the end of a longer one",
               {"R6455-4.2.1-8", "R6455-4.2.1-9"},
               {Handshake{}.replace_line("Sec-WebSocket-Key", "X-Sec-WebSocket-Key: {key}"),
                Handshake{}.replace_line("Sec-WebSocket-Key", "Sec-WebSocket-Key2: {key}"),
                Handshake{}.replace_line("Sec-WebSocket-Version", "X-Sec-WebSocket-Version: 13")},
               must_refuse()),
        any_of("8.17.7", "Request with Upgrade or Connection in a field of another name",
               {"R6455-4.2.1-6", "R6455-4.2.1-7"},
               {Handshake{}.replace_line("Upgrade", "X-Upgrade: websocket"),
                Handshake{}.replace_line("Connection", "Proxy-Connection: Upgrade")},
               must_not_switch()),
        any_of(
            "8.17.8", "Request with a field that it needs inside the value of another", {"R6455-4.2.1-8"},
            {Handshake{}.drop("Sec-WebSocket-Key").add("X-Note", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
             Handshake{}.drop("Sec-WebSocket-Key").add("Cookie", "a=b; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")},
            must_refuse()),
        any_of("8.17.9", "Request with another form of a host in Host", {"R9112-3.2-2"},
               each("Host", {"[::1]", "[2001:db8::1]:8080", "EXAMPLE.ORG", "localhost.", "xn--bcher-kva.example:80",
                             "127.0.0.1", "a-b.c_d.example"}),
               expect({opens(), refuses_with_any_status().informational(), drops().non_strict()}),
               "A server may serve some hosts only."),
        request("8.17.10", "Offer two lines of subprotocols that nobody has", {"R6455-4.2.2-8", "R9110-5.3-1"},
                Handshake{}.add("Sec-WebSocket-Protocol", "x-none").add("Sec-WebSocket-Protocol", "such"),
                expect({opens(), refuses_with_any_status().informational(), drops().non_strict()}),
                "Two lines are one list with a comma between them, not one name."),
        any_of("8.17.11", "Request with a key whose last bits are not zero, and look at the answer to it",
               {"R6455-1.3-2", "R6455-4.2.2-17"},
               each("Sec-WebSocket-Key",
                    {"AAAAAAAAAAAAAAAAAAAAAB==", "AQIDBAUGBwgJCgsMDQ4PEC==", "dGhlIHNhbXBsZSBub25jZf=="}),
               may_open_or_refuse(), "The answer is made from the value as it stands in the request."),
    };
}

}  // namespace wsspec::opening
