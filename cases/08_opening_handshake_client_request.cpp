// Group 8, what clients send: the opening handshake of section 4.1 as it arrives. The player checks every request in
// full; each case reports the defects under the statements that it covers.
#include <string>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

std::vector<Case> client_requests() {
    struct Part {
        std::string_view id, title;
        std::vector<std::string> covers;
        std::string_view note;
    };
    const Part parts[] = {
        {"8.10.1", "The client's request line: GET, HTTP/1.1 or later", {"R6455-4.1-16"}, ""},
        {"8.10.2",
         "The client's request target: the resource name, or an http URI",
         {"R6455-4.1-17"},
         "A fragment has no place in it (section 3), nor has an octet that no URI may hold."},
        {"8.10.3", "The client's Host field: one, with a host and perhaps a port", {"R6455-4.1-18"}, ""},
        {"8.10.4", "The client's Upgrade field names websocket", {"R6455-4.1-19"}, ""},
        {"8.10.5", "The client's Connection field has the token Upgrade", {"R6455-4.1-20"}, ""},
        {"8.10.6",
         "The client's Sec-WebSocket-Key: one, 16 octets in base64",
         {"R6455-4.1-21"},
         "That each is new is seen over the whole run."},
        {"8.10.7", "The client's Sec-WebSocket-Version: one, 13", {"R6455-4.1-25"}, ""},
        {"8.10.8", "The client's Sec-WebSocket-Protocol: tokens, no two the same", {"R6455-4.1-26"}, ""},
        {"8.10.9",
         "The client's Sec-WebSocket-Extensions: well formed, and legal offers of permessage-deflate",
         {"R6455-4.1-27"},
         "RFC 7692 section 7.1 says which parameters an offer may have, and with which values."},
        {"8.10.10", "The client's Origin: one line at most", {"R6455-4.1-24"}, "Only browsers have to send it."},
        {"8.10.11",
         "The rest of the client's request: what HTTP asks of its head",
         {"R6455-4.1-15", "R9112-2.2-3"},
         "RFC 9112 section 2.2 has servers ignore an empty line in front, and user agents send none."},
    };
    std::vector<Case> cases;
    for (const Part& part : parts)
        cases.push_back({.id = std::string(part.id),
                         .title = std::string(part.title),
                         .target = Target::client,
                         .covers = part.covers,
                         .script = {open(), expect(opens())},
                         .note = std::string(part.note)});
    cases.push_back(
        {.id = "8.10.12",
         .title = "Let the client wait for the answer: it sends nothing before",
         .target = Target::client,
         .covers = {"R6455-4.1-29"},
         .script = {answer_with(acceptance(), cut_at({12})), send(ping("Hello")), expect(receives(pong("Hello")))}});
    struct Asked {
        std::string_view id, title;
        KeyQuestion question;
    };
    const Asked asked[] = {
        {"8.10.13", "Over the run: no Sec-WebSocket-Key comes twice", KeyQuestion::nonce_repeated},
        {"8.10.14", "Over the run: the bits of Sec-WebSocket-Key are random", KeyQuestion::nonce_biased},
    };
    for (const Asked& row : asked)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::client,
                         .covers = {"R6455-4.1-22"},
                         .script = {open(), closing_handshake()},
                         .keys = row.question,
                         .note = "Judged by all connections of the run; who is called guilty has a chance of less "
                                 "than one in a million to be innocent." +
                                 std::string(row.question == KeyQuestion::nonce_biased
                                                 ? " A nonce of which some bits never change is new all the same: "
                                                   "non-strict."
                                                 : "")});
    cases.push_back({.id = "8.10.15",
                     .title = "The client's Host field: host and port of the URL that it was given",
                     .target = Target::client,
                     .covers = {"R9112-3.2-2"},
                     .script = {open(), expect(opens())},
                     .note = "The URL is known where we start the client (--spawn). Case does not matter (RFC 3986 "
                             "section 6.2.2.1)."});
    cases.push_back({.id = "8.10.16",
                     .title = "The client's Origin: there, if the client calls itself a browser",
                     .target = Target::client,
                     .covers = {"R6455-4.1-23"},
                     .script = {open(), expect(opens())},
                     .note = "It calls itself one with a User-Agent that begins with Mozilla/. What is no browser need "
                             "not send Origin, and might borrow that name: non-strict."});
    cases.push_back({.id = "8.10.17",
                     .title = "Over the run: each Sec-WebSocket-Key is 16 octets in base64",
                     .target = Target::client,
                     .covers = {"R6455-4.1-21", "R6455-4.3-1"},
                     .script = {open(), closing_handshake()},
                     .keys = KeyQuestion::nonce_malformed,
                     .note = "Judged by all connections of the run: a nonce that is wrong now and then is seldom so in "
                             "8.10.6."});
    return cases;
}

}  // namespace wsspec::opening
