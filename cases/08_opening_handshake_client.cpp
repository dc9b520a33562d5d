// Group 8, the other side: what clients make of the answer to their opening handshake (RFC 6455 section 4.1; HTTP by
// RFC 9110 and 9112).
#include "cases/08_opening_handshake_client.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace wsspec::opening {

Case client_case(std::string_view id, std::string_view title, std::vector<std::string> covers, Script script,
                 std::string_view note) {
    return {.id = std::string(id),
            .title = std::string(title),
            .target = Target::client,
            .covers = std::move(covers),
            .script = std::move(script),
            .note = std::string(note)};
}

Step must_fail() { return expect({drops(), fails(1002).non_strict(), waits().non_strict()}); }

Script opens_and_pongs(Step answer) {
    return {std::move(answer), send(ping("Hello")), expect(receives(pong("Hello")))};
}

Script opens_or(Step answer, Outcome refusal) {
    return {std::move(answer), send(ping("Hello")),
            expect({receives(pong("Hello")), std::move(refusal), waits().non_strict()})};
}

namespace {

/// HTTP says what comes next (an error, a redirect, a log-in), so TCP may stay; but no connection is open.
Step must_not_open() { return expect({drops(), waits(), fails(1002).non_strict()}); }

/// Nearly legal: who opens is lenient where the RFC is not.
Script fails_or_opens(Step answer) {
    return {std::move(answer), send(ping("Hello")),
            expect({drops(), receives(pong("Hello")).non_strict(), waits().non_strict()})};
}

/// Of clients that send every message back.
Case echo_case(std::string_view id, std::string_view title, std::vector<std::string> covers, Script script) {
    Case one = client_case(id, title, std::move(covers), std::move(script));
    one.needs = Need::echo;
    return one;
}

// 8.11

std::vector<Case> good_answers() {
    const Handshake good = acceptance();
    std::vector<Case> cases = {
        client_case("8.11.1", "Answer 101 with the three fields", {"R6455-4.1-40"}, opens_and_pongs(answer_with(good))),
        client_case("8.11.2", "Answer with field names in lower case", {"R6455-4.1-39", "R9110-5.1-1"},
                    opens_and_pongs(answer_with(good.with_lower_names()))),
        client_case("8.11.3", "Answer with field names in upper case", {"R6455-4.1-39", "R9110-5.1-1"},
                    opens_and_pongs(answer_with(good.with_upper_names()))),
        client_case("8.11.4", "Answer with the fields in another order", {"R6455-4.1-40"},
                    opens_and_pongs(answer_with(good.in_reverse_order()))),
        client_case("8.11.5", "Answer with Upgrade: WebSocket", {"R6455-4.1-31"},
                    opens_and_pongs(answer_with(good.set("Upgrade", "WebSocket")))),
        client_case("8.11.6", "Answer with Upgrade: WEBSOCKET", {"R6455-4.1-31"},
                    opens_and_pongs(answer_with(good.set("Upgrade", "WEBSOCKET")))),
        client_case("8.11.7", "Answer with Connection: upgrade", {"R6455-4.1-32"},
                    opens_and_pongs(answer_with(good.set("Connection", "upgrade")))),
        client_case("8.11.8", "Answer with Connection: UPGRADE", {"R6455-4.1-32"},
                    opens_and_pongs(answer_with(good.set("Connection", "UPGRADE")))),
        client_case("8.11.9", "Answer with Connection: keep-alive, Upgrade", {"R6455-4.1-32", "R9110-7.6.1-1"},
                    opens_or(answer_with(good.set("Connection", "keep-alive, Upgrade")), drops().non_strict()),
                    "The field has to contain the token; many clients compare all of it."),
        client_case("8.11.10", "Answer with two Connection lines", {"R6455-4.1-32", "R9110-5.3-1"},
                    opens_or(answer_with(good.add_first("Connection", "keep-alive")), drops().non_strict())),
        client_case(
            "8.11.11", "Answer with blanks and tabs around Sec-WebSocket-Accept", {"R6455-4.1-35", "R9112-5.1-2"},
            opens_and_pongs(
                answer_with(good.replace_line("Sec-WebSocket-Accept", "Sec-WebSocket-Accept: \t {accept} \t ")))),
        client_case(
            "8.11.12", "Answer with no blank behind the colons", {"R9112-5.1-2"},
            opens_and_pongs(answer_with(good.replace_line("Upgrade", "Upgrade:websocket")
                                            .replace_line("Connection", "Connection:Upgrade")
                                            .replace_line("Sec-WebSocket-Accept", "Sec-WebSocket-Accept:{accept}")))),
        client_case("8.11.13", "Answer with fields that the client has not asked for", {"R6455-4.1-40", "R6455-1.3-6"},
                    opens_and_pongs(answer_with(good.add_first("Server", "wsspec")
                                                    .add("Date", "Tue, 15 Nov 1994 08:12:31 GMT")
                                                    .add("Set-Cookie", "a=1")
                                                    .add("Set-Cookie", "b=2")
                                                    .add("X-Unknown", "value, \"with\"; odd=characters")))),
        client_case("8.11.14", "Answer with another reason phrase", {"R6455-4.1-40"},
                    opens_and_pongs(answer_with(good.with_request_line("HTTP/1.1 101 Fine")))),
        client_case("8.11.15", "Answer with an empty reason phrase", {"R6455-4.1-40"},
                    opens_and_pongs(answer_with(good.with_request_line("HTTP/1.1 101 ")))),
        client_case("8.11.16", "Answer with a reason phrase beyond ASCII", {"R9112-4-1", "R6455-4.1-40"},
                    opens_or(answer_with(good.with_request_line("HTTP/1.1 101 \xc3\x9c"
                                                                "bergang")),
                             drops().non_strict()),
                    "obs-text is legal in a reason phrase (RFC 9112 section 4)."),
        client_case("8.11.17", "Answer without a blank behind the status code", {"R6455-4.1-38"},
                    opens_or(answer_with(good.with_request_line("HTTP/1.1 101")), drops()),
                    "RFC 9112 section 4 has the blank even in front of an empty phrase."),
        client_case("8.11.18", "Answer octet by octet", {"R6455-4.1-40"},
                    opens_and_pongs(answer_with(good, chopped(1)))),
        client_case("8.11.19", "Answer in two pieces, cut inside the empty line", {"R6455-4.1-40"},
                    {answer_with(good.followed_by(""), cut_at({127, 128})), send(ping("Hello")),
                     expect(receives(pong("Hello")))}),
        echo_case("8.11.20", "Answer with a text frame in the same segment", {"R6455-4.2.2-19"},
                  {answer_with(good.with_early({text("Hello")})), expect(receives(text("Hello")))}),
        client_case("8.11.21", "Answer with a ping, a text frame and a Close in the same segment", {"R6455-4.2.2-19"},
                    {answer_with(good.with_early({ping("p"), text("Hello"), close_frame(1000)})),
                     expect(closes({1000, 0}).after({pong("p"), text("Hello")}))}),
        echo_case("8.11.22", "Answer with a text frame in the same segment, octet by octet",
                  {"R6455-4.2.2-19", "R6455-4.1-40"},
                  {answer_with(good.with_early({text("Hello"), ping("p")}), chopped(1)),
                   // The application sends the message back; the Pong is the library's, and need not wait for it.
                   expect({receives({text("Hello"), pong("p")}), receives({pong("p"), text("Hello")})})}),
        client_case("8.11.23", "Answer with a field of 4 KiB", {"R6455-4.1-40"},
                    opens_or(answer_with(good.add("X-Filler", std::string(4096, 'a'))), drops().informational())),
        client_case("8.11.24", "Answer with 100 fields", {"R6455-4.1-40"},
                    opens_or(answer_with([&] {
                                 Handshake many = good;
                                 for (int i = 0; i < 97; ++i)
                                     many = many.add_first("X-Field-" + std::to_string(i), "v");
                                 return many;
                             }()),
                             drops().informational())),
        client_case("8.11.25", "Answer with a field of 60 KiB", {"R6455-4.1-40", "R6455-10.4-1"},
                    opens_or(answer_with(good.add("X-Filler", std::string(61440, 'a'))), drops().informational()),
                    "No RFC says how much a client has to take: which it is, is reported."),
        client_case("8.11.26", "Answer 100 Continue, then 101", {"R9110-15.2-1", "R6455-4.1-30"},
                    opens_or(answer_with(good.preceded_by("HTTP/1.1 100 Continue\r\n\r\n")), drops().non_strict()),
                    "HTTP has a client take any number of interim responses; RFC 6455 speaks of none."),
        client_case(
            "8.11.27", "Answer 103 Early Hints twice, then 101", {"R9110-15.2-1", "R6455-4.1-30"},
            opens_or(answer_with(good.preceded_by("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
                                                  "HTTP/1.1 103 Early Hints\r\nLink: </b.css>; rel=preload\r\n\r\n")),
                     drops().non_strict())),
        client_case("8.11.28", "Answer with a list field that has empty elements", {"R9110-5.6.1-1"},
                    opens_or(answer_with(good.set("Connection", ", Upgrade,")), drops().non_strict())),
        client_case("8.11.29", "Answer with Sec-WebSocket-Version: 13", {"R6455-4.1-40"},
                    opens_and_pongs(answer_with(good.add("Sec-WebSocket-Version", "13"))),
                    "The field belongs to refusals (4.4); as any other it may be there."),
        client_case("8.11.30", "Answer with a field whose value is an octet e9, and no UTF-8",
                    {"R9110-5.5-2", "R6455-4.1-40"},
                    opens_or(answer_with(good.add("X-Foo", "\xe9")), drops().non_strict()),
                    "obs-text is legal in a value, and has no encoding that a recipient could know (RFC 9110 section "
                    "5.5)."),
        client_case("8.11.31", "Answer with a field whose value is empty", {"R6455-4.1-40"},
                    opens_and_pongs(answer_with(good.add_line("X-Foo:"))),
                    "A value may be empty (RFC 9110 section 5.5)."),
        client_case("8.11.32", "Answer with a reason phrase that is an octet e9, and no UTF-8",
                    {"R9112-4-1", "R6455-4.1-40"},
                    opens_or(answer_with(good.with_request_line("HTTP/1.1 101 \xe9")), drops().non_strict()),
                    "obs-text is legal in a reason phrase, and a client has no use for what it says (RFC 9112 section "
                    "4)."),
    };
    return cases;
}

// 8.12

std::vector<Case> bad_fields() {
    const Handshake good = acceptance();
    std::vector<Case> cases;
    auto const refused = [&](std::string_view id, std::string_view title, std::vector<std::string> covers,
                             const Handshake& answer, std::string_view note = {}) {
        cases.push_back(client_case(id, title, std::move(covers), {answer_with(answer), must_fail()}, note));
    };
    refused("8.12.1", "Answer without Upgrade", {"R6455-4.1-31"}, good.drop("Upgrade"));
    refused("8.12.2", "Answer with Upgrade: h2c", {"R6455-4.1-31"}, good.set("Upgrade", "h2c"));
    refused("8.12.3", "Answer with Upgrade: websocketx", {"R6455-4.1-31"}, good.set("Upgrade", "websocketx"));
    refused("8.12.4", "Answer with an empty Upgrade", {"R6455-4.1-31"}, good.set("Upgrade", ""));
    refused("8.12.5", "Answer with Upgrade: websocket, h2c", {"R6455-4.1-31"}, good.set("Upgrade", "websocket, h2c"),
            "4.1 compares the value as a whole: a list is no match.");
    refused("8.12.6", "Answer without Connection", {"R6455-4.1-32"}, good.drop("Connection"));
    refused("8.12.7", "Answer with Connection: close", {"R6455-4.1-32"}, good.set("Connection", "close"));
    refused("8.12.8", "Answer with Connection: keep-alive", {"R6455-4.1-32"}, good.set("Connection", "keep-alive"));
    refused("8.12.9", "Answer with Connection: upgradex", {"R6455-4.1-32"}, good.set("Connection", "upgradex"));
    refused("8.12.10", "Answer with an empty Connection", {"R6455-4.1-32"}, good.set("Connection", ""));
    refused("8.12.11", "Answer without Sec-WebSocket-Accept", {"R6455-4.1-33", "R6455-1.3-3"},
            good.drop("Sec-WebSocket-Accept"));
    refused("8.12.12", "Answer with an empty Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", ""));
    refused("8.12.13", "Answer with the Sec-WebSocket-Accept of another key", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "The one of the RFC's own example.");
    refused("8.12.14", "Answer with the key itself in Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "{key}"));
    refused("8.12.15", "Answer with an octet behind Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "{accept}="),
            "Who compares as much as was expected, or decodes, takes it.");
    refused("8.12.16", "Answer with a blank inside Sec-WebSocket-Accept", {"R6455-4.1-34", "R6455-4.1-35"},
            good.set("Sec-WebSocket-Accept", "{accept} {accept}"));
    refused("8.12.17", "Answer with quotes around Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "\"{accept}\""));
    refused("8.12.18", "Answer with Sec-WebSocket-Accept of 1 KiB", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", std::string(1024, 'A')));
    refused("8.12.19", "Answer with two Sec-WebSocket-Accept lines, good and bad", {"R6455-4.1-34", "R6455-11.3.3-1"},
            good.add("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    refused("8.12.20", "Answer with two Sec-WebSocket-Accept lines, bad and good", {"R6455-4.1-34", "R6455-11.3.3-1"},
            good.add_first("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    cases.push_back(client_case("8.12.21", "Answer with two equal Sec-WebSocket-Accept lines", {"R6455-11.3.3-1"},
                                fails_or_opens(answer_with(good.add("Sec-WebSocket-Accept", "{accept}")))));
    refused("8.12.22", "Answer with Sec-WebSocket-Accept in lower case", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "{accept-in-lower-case}"),
            "Base64 tells the cases apart: a value compared without regard to case is not compared.");
    refused("8.12.23", "Answer with no field at all", {"R6455-4.1-31", "R6455-4.1-32", "R6455-4.1-33"},
            good.drop("Upgrade").drop("Connection").drop("Sec-WebSocket-Accept"));
    refused("8.12.24", "Answer with Sec-WebSocket-Key in place of Sec-WebSocket-Accept", {"R6455-4.1-33"},
            good.replace_line("Sec-WebSocket-Accept", "Sec-WebSocket-Key: {accept}"));
    refused("8.12.25", "Answer with two Upgrade lines, websocket and h2c", {"R6455-4.1-31", "R9110-5.3-1"},
            good.add("Upgrade", "h2c"), "Two lines are one list (RFC 9110 section 5.3), and a list is no match.");
    refused("8.12.26", "Answer with two Upgrade lines, h2c and websocket", {"R6455-4.1-31", "R9110-5.3-1"},
            good.add_first("Upgrade", "h2c"));
    refused("8.12.27", "Answer with Upgrade: websocket/13", {"R6455-4.1-31"}, good.set("Upgrade", "websocket/13"),
            "The value as a whole is compared, a version included.");
    refused("8.12.28", "Answer with an Upgrade whose s is U+017F", {"R6455-4.1-31"},
            good.set("Upgrade", "web\xc5\xbfocket"),
            "Full case folding makes an s of it, ASCII's does not (RFC 6455 section 2.1).");
    refused("8.12.29", "Answer with Connection: keep-alive; Upgrade", {"R6455-4.1-32"},
            good.set("Connection", "keep-alive; Upgrade"), "Elements of a list end with commas: this is one.");
    refused("8.12.30", "Answer with U+00A0 in front of Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "\xc2\xa0{accept}"),
            "White space is SP and HTAB there (RFC 9110 section 5.6.3).");
    refused("8.12.31", "Answer with Upgrade: websocket, folded, and h2c on the next line",
            {"R6455-4.1-31", "R9112-5.2-2"}, good.set("Upgrade", "websocket\r\n , h2c"),
            "A user agent puts blanks in place of the fold (RFC 9112 section 5.2): what it gets is a list.");
    refused("8.12.32", "Answer with the first 27 of the 28 letters of Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "{accept-27}"),
            "The padding is missing: who compares as much as has come, or decodes, takes it.");
    refused("8.12.33", "Answer with the first 5 letters of Sec-WebSocket-Accept", {"R6455-4.1-34"},
            good.set("Sec-WebSocket-Accept", "{accept-5}"));
    return cases;
}

// 8.13

std::vector<Case> unasked_for() {
    const Handshake good = acceptance();
    std::vector<Case> cases;
    struct Row {
        std::string_view id, title, value;
        std::vector<std::string> covers;
    };
    const Row extensions[] = {
        {"8.13.1", "Answer with an extension that nobody has heard of", "x-wsspec-unknown", {"R6455-4.1-36"}},
        {"8.13.2", "Answer with an extension and parameters", "x-wsspec-unknown; a=1; b=\"2\"", {"R6455-4.1-36"}},
        {"8.13.3",
         "Answer with two extensions, unknown and permessage-deflate",
         "x-wsspec-unknown, permessage-deflate",
         {"R6455-4.1-36"}},
        {"8.13.4",
         "Answer with an extension that begins like permessage-deflate",
         "permessage-deflate2",
         {"R6455-4.1-36", "R7692-5-13"}},
        {"8.13.5", "Answer with permessage-bzip2", "permessage-bzip2", {"R6455-4.1-36", "R7692-5-13"}},
        {"8.13.6", "Answer with x-webkit-deflate-frame", "x-webkit-deflate-frame", {"R6455-4.1-36", "R7692-5-13"}},
        {"8.13.7",
         "Answer with a list of extensions that breaks the grammar",
         "permessage-deflate; =1",
         {"R6455-9.1-1"}},
        {"8.13.8", "Answer with permessage-deflate twice", "permessage-deflate, permessage-deflate", {"R7692-5-8"}},
        {"8.13.9",
         "Answer with server_max_window_bits=7",
         "permessage-deflate; server_max_window_bits=7",
         {"R7692-7-6"}},
        {"8.13.10",
         "Answer with server_max_window_bits=16",
         "permessage-deflate; server_max_window_bits=16",
         {"R7692-7-6"}},
        {"8.13.11",
         "Answer with server_max_window_bits=010",
         "permessage-deflate; server_max_window_bits=010",
         {"R7692-7-6"}},
        {"8.13.12",
         "Answer with server_max_window_bits and no value",
         "permessage-deflate; server_max_window_bits",
         {"R7692-7-6"}},
        {"8.13.13",
         "Answer with client_max_window_bits and no value",
         "permessage-deflate; client_max_window_bits",
         {"R7692-7-6"}},
        {"8.13.14",
         "Answer with client_max_window_bits=16",
         "permessage-deflate; client_max_window_bits=16",
         {"R7692-7-6"}},
        {"8.13.15",
         "Answer with client_max_window_bits=abc",
         "permessage-deflate; client_max_window_bits=abc",
         {"R7692-7-6"}},
        {"8.13.16",
         "Answer with server_no_context_takeover=1",
         "permessage-deflate; server_no_context_takeover=1",
         {"R7692-7-6"}},
        {"8.13.17",
         "Answer with client_no_context_takeover=false",
         "permessage-deflate; client_no_context_takeover=false",
         {"R7692-7-6"}},
        {"8.13.18",
         "Answer with a parameter that permessage-deflate does not have",
         "permessage-deflate; x-wsspec-unknown",
         {"R7692-7-5"}},
        {"8.13.19",
         "Answer with server_no_context_takeover twice",
         "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
         {"R7692-7-7"}},
        {"8.13.20",
         "Answer with server_max_window_bits twice, with different values",
         "permessage-deflate; server_max_window_bits=10; server_max_window_bits=12",
         {"R7692-7-7"}},
        {"8.13.21",
         "Answer with client_max_window_bits where it was not offered",
         "permessage-deflate; client_max_window_bits=10",
         {"R7692-7.1.2.2-7"}},
        {"8.13.22",
         "Answer with server_max_window_bits=999999999999999999999",
         "permessage-deflate; server_max_window_bits=999999999999999999999",
         {"R7692-7-6"}},
    };
    for (const Row& row : extensions)
        cases.push_back(client_case(row.id, row.title, row.covers,
                                    {answer_with(good.add("Sec-WebSocket-Extensions", row.value)), must_fail()}));
    cases.push_back(client_case("8.13.23", "Answer with an empty Sec-WebSocket-Extensions", {"R6455-4.1-38"},
                                fails_or_opens(answer_with(good.add("Sec-WebSocket-Extensions", ""))),
                                "The grammar wants one extension at least (4.2.2), but none is named."));
    const Row protocols[] = {
        {"8.13.24", "Answer with a subprotocol that was not offered", "wsspec.unknown", {"R6455-4.1-37"}},
        {"8.13.25",
         "Answer with two subprotocols in one line",
         "wsspec.unknown, wsspec.other",
         {"R6455-4.1-37", "R6455-4.2.2-10"}},
        {"8.13.26", "Answer with a subprotocol that is no token", "wsspec unknown", {"R6455-4.1-37", "R6455-4.2.2-10"}},
    };
    for (const Row& row : protocols)
        cases.push_back(client_case(row.id, row.title, row.covers,
                                    {answer_with(good.add("Sec-WebSocket-Protocol", row.value)), must_fail()}));
    cases.push_back(client_case(
        "8.13.27", "Answer with two lines of subprotocols", {"R6455-4.1-37", "R6455-1.3-5"},
        {answer_with(
             good.add("Sec-WebSocket-Protocol", "wsspec.unknown").add("Sec-WebSocket-Protocol", "wsspec.other")),
         must_fail()}));
    cases.push_back(client_case("8.13.28", "Answer with an empty Sec-WebSocket-Protocol", {"R6455-4.1-38"},
                                fails_or_opens(answer_with(good.add("Sec-WebSocket-Protocol", ""))),
                                "An empty string is no subprotocol, and not the same as none (4.2.2)."));

    // Legal agreements: each goes on with a compressed message of its own kind.
    struct Agreement {
        std::string_view id, title, value;
        std::vector<std::string> covers;
    };
    const Agreement agreements[] = {
        {"8.13.29", "Answer with permessage-deflate", "permessage-deflate", {"R7692-5-14"}},
        {"8.13.30",
         "Answer with both no_context_takeover",
         "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
         {"R7692-7.1.1.2-3", "R7692-7.1.1.1-4"}},
        {"8.13.31",
         "Answer with server_max_window_bits=10 unasked",
         "permessage-deflate; server_max_window_bits=10",
         {"R7692-7.1.2.1-6"}},
        {"8.13.32",
         "Answer with a quoted server_max_window_bits",
         "permessage-deflate; server_max_window_bits=\"12\"",
         {"R7692-7.1.2.1-6", "R6455-9.1-1"}},
    };
    for (const Agreement& row : agreements) {
        // "Hello" compressed (RFC 7692 section 7.2.3.1).
        Frame const packed = text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1);
        Case one = client_case(row.id, row.title, row.covers,
                               {answer_with(good.add("Sec-WebSocket-Extensions", row.value)), send(packed),
                                expect(receives(text("Hello")))});
        one.needs = Need::echo | Need::deflate;
        cases.push_back(std::move(one));
    }
    auto const refused = [&](std::string_view id, std::string_view title, std::vector<std::string> covers,
                             const Handshake& answer, Need needs, std::string_view note = {}) {
        cases.push_back(client_case(id, title, std::move(covers), {answer_with(answer), must_fail()}, note));
        cases.back().needs = needs;
    };
    refused(
        "8.13.33", "Answer with two lines of extensions, permessage-deflate and unknown", {"R6455-4.1-36"},
        good.add("Sec-WebSocket-Extensions", "permessage-deflate").add("Sec-WebSocket-Extensions", "x-wsspec-unknown"),
        Need::none, "Several lines are legal (erratum 3433), and count as one list.");
    refused(
        "8.13.34", "Answer with two lines of extensions, unknown and permessage-deflate", {"R6455-4.1-36"},
        good.add("Sec-WebSocket-Extensions", "x-wsspec-unknown").add("Sec-WebSocket-Extensions", "permessage-deflate"),
        Need::none);
    refused("8.13.35", "Answer with permessage-deflate and a semicolon", {"R6455-9.1-1"},
            good.add("Sec-WebSocket-Extensions", "permessage-deflate;"), Need::none);
    refused("8.13.36", "Answer with server_max_window_bits=1\"0\"", {"R6455-9.1-1"},
            good.add("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=1\"0\""), Need::none,
            "A value is a token or a quoted-string, not one behind the other.");
    cases.push_back(client_case("8.13.37", "Answer with the first subprotocol that the client offers", {"R6455-4.1-40"},
                                opens_and_pongs(answer_with(good.add("Sec-WebSocket-Protocol", "{offered}")))));
    cases.back().needs = Need::subprotocol;
    refused("8.13.38", "Answer with two of the subprotocols that the client offers, in one line",
            {"R6455-4.1-37", "R6455-4.2.2-10"}, good.add("Sec-WebSocket-Protocol", "{offered}, {offered-too}"),
            Need::subprotocol, "One is in use, or none: a list is the name of neither.");
    refused("8.13.39", "Answer with the subprotocol that the client offers, in another case", {"R6455-4.1-37"},
            good.add("Sec-WebSocket-Protocol", "{offered-in-another-case}"), Need::subprotocol,
            "Nothing has them compared without regard to case, so this one was not offered.");
    refused("8.13.40", "Answer with the subprotocol that the client offers and a letter behind", {"R6455-4.1-37"},
            good.add("Sec-WebSocket-Protocol", "{offered}x"), Need::subprotocol);
    refused("8.13.41", "Answer with two lines of subprotocols that the client offers",
            {"R6455-4.1-37", "R6455-11.3.4-2"},
            good.add("Sec-WebSocket-Protocol", "{offered}").add("Sec-WebSocket-Protocol", "{offered-too}"),
            Need::subprotocol, "The field must not be there twice: which of the two is in use?");
    for (const Row& row : std::initializer_list<Row>{
             {"8.13.42", "Answer with client_max_window_bits=0", "0", {"R7692-7-6", "R7692-7.1.2.2-5"}},
             {"8.13.43", "Answer with client_max_window_bits=7", "7", {"R7692-7-6", "R7692-7.1.2.2-5"}},
             {"8.13.44", "Answer with client_max_window_bits=010", "010", {"R7692-7-6", "R7692-7.1.2.2-5"}}})
        refused(row.id, row.title, row.covers,
                good.add("Sec-WebSocket-Extensions",
                         "permessage-deflate; client_max_window_bits=" + std::string(row.value)),
                Need::none, "8 to 15, without a zero in front; and nothing at all to who has not offered it.");
    refused("8.13.45", "Answer with the subprotocol that the client offers but for its last letter", {"R6455-4.1-37"},
            good.add("Sec-WebSocket-Protocol", "{offered-shortened}"), Need::subprotocol);
    return cases;
}

// 8.14

std::vector<Case> other_statuses() {
    struct Row {
        std::string_view id, status_line;
        std::vector<std::string> more;
    };
    const Row rows[] = {
        {"8.14.1", "HTTP/1.1 200 OK", {}},
        {"8.14.2", "HTTP/1.1 201 Created", {}},
        {"8.14.3", "HTTP/1.1 204 No Content", {}},
        {"8.14.4", "HTTP/1.1 206 Partial Content", {}},
        {"8.14.5", "HTTP/1.1 300 Multiple Choices", {}},
        {"8.14.6", "HTTP/1.1 301 Moved Permanently", {"Location: /"}},
        {"8.14.7", "HTTP/1.1 302 Found", {"Location: /"}},
        {"8.14.8", "HTTP/1.1 303 See Other", {"Location: /"}},
        {"8.14.9", "HTTP/1.1 307 Temporary Redirect", {"Location: /"}},
        {"8.14.10", "HTTP/1.1 308 Permanent Redirect", {"Location: /"}},
        {"8.14.11", "HTTP/1.1 302 Found", {"Location: file:///"}},
        {"8.14.12", "HTTP/1.1 400 Bad Request", {}},
        {"8.14.13", "HTTP/1.1 401 Unauthorized", {"WWW-Authenticate: Basic realm=\"wsspec\""}},
        {"8.14.14", "HTTP/1.1 403 Forbidden", {}},
        {"8.14.15", "HTTP/1.1 404 Not Found", {}},
        {"8.14.16", "HTTP/1.1 407 Proxy Authentication Required", {"Proxy-Authenticate: Basic realm=\"wsspec\""}},
        {"8.14.17", "HTTP/1.1 426 Upgrade Required", {"Sec-WebSocket-Version: 8"}},
        {"8.14.18", "HTTP/1.1 500 Internal Server Error", {}},
        {"8.14.19", "HTTP/1.1 503 Service Unavailable", {"Retry-After: 0"}},
        {"8.14.20", "HTTP/1.1 999 Unknown", {}},
    };
    std::vector<Case> cases;
    for (const Row& row : rows) {
        Handshake answer = acceptance().with_request_line(row.status_line);
        for (const auto& line : row.more) answer = answer.add_line(line);
        // No body may follow a 204.
        if (row.id != "8.14.3") answer = answer.add("Content-Length", "0");
        std::string title = "Answer " + std::string(row.status_line.substr(9)) + " with all fields of a 101";
        if (!row.more.empty()) title += ", and " + row.more.front();
        cases.push_back(client_case(row.id, title, {"R6455-4.1-30"}, {answer_with(answer), must_not_open()},
                                    "What HTTP makes of the status is the client's business; open is the connection "
                                    "only behind 101."));
    }
    cases.push_back(client_case("8.14.21", "Answer 100 Continue with all fields of a 101, and nothing behind",
                                {"R6455-4.1-30", "R9110-15.2-1"},
                                {answer_with(acceptance().with_request_line("HTTP/1.1 100 Continue")), must_not_open()},
                                "An interim response: the final one is still to come."));
    cases.push_back(
        client_case("8.14.22", "Answer 102 Processing with all fields of a 101, and nothing behind",
                    {"R6455-4.1-30", "R9110-15.2-1"},
                    {answer_with(acceptance().with_request_line("HTTP/1.1 102 Processing")), must_not_open()}));
    // A client that has opened says so by a pong. One that waits for the final response reads the frames as a status
    // line that does not end.
    for (auto const& [id, status] : {std::pair{"8.14.23", "100 Continue"}, std::pair{"8.14.24", "102 Processing"}})
        cases.push_back(client_case(
            id, "Answer " + std::string(status) + " with all fields of a 101, and a ping and a text frame behind",
            {"R6455-4.1-30", "R9110-15.2-1"},
            {answer_with(acceptance()
                             .with_request_line("HTTP/1.1 " + std::string(status))
                             .with_early({ping("Hello"), text("Hello")})),
             must_not_open()},
            "Of frames HTTP knows nothing: what stands there is no response, and no connection is open."));
    return cases;
}

// 8.15

std::vector<Case> broken_answers() {
    const Handshake good = acceptance();
    Handshake nothing{
        .start_line = "", .fields = {}, .line_end = "", .complete = false, .before = {}, .after = {}, .early = {}};
    /// As a frame it is a whole one, so that nobody waits for more: RSV bits, a reserved opcode, and 10 octets. The
    /// chunked one below is one of 13, and HTTP is a fragmented Close of 84.
    constexpr std::string_view body = "{\n\"hello\":1}";
    /// Half a head: a client may wait for the rest as long as it likes, and should not for ever.
    Step const gives_up_or_waits = expect({drops(), waits().informational(), fails(1002).non_strict()});
    std::vector<Case> cases = {
        client_case("8.15.1", "Answer in HTTP/1.0", {"R6455-4.1-38"},
                    fails_or_opens(answer_with(good.with_request_line("HTTP/1.0 101 Switching Protocols"))),
                    "4.2.2 writes the status line with HTTP/1.1."),
        client_case("8.15.2", "Answer in HTTP/2.0", {"R6455-4.1-38"},
                    fails_or_opens(answer_with(good.with_request_line("HTTP/2.0 101 Switching Protocols")))),
        client_case("8.15.3", "Answer with the status 0101", {"R6455-4.1-38"},
                    {answer_with(good.with_request_line("HTTP/1.1 0101 Switching Protocols")), must_fail()}),
        client_case("8.15.4", "Answer with the status 1O1", {"R6455-4.1-38"},
                    {answer_with(good.with_request_line("HTTP/1.1 1O1 Switching Protocols")), must_fail()}),
        client_case("8.15.5", "Answer with the status 1010", {"R6455-4.1-38"},
                    {answer_with(good.with_request_line("HTTP/1.1 1010 Switching Protocols")), must_fail()}),
        client_case("8.15.6", "Answer with ICY in place of HTTP/1.1", {"R6455-4.1-38"},
                    {answer_with(good.with_request_line("ICY 101 Switching Protocols")), must_fail()}),
        client_case("8.15.7", "Answer with a status line that has no version", {"R6455-4.1-38"},
                    {answer_with(good.with_request_line("101 Switching Protocols")), must_fail()}),
        client_case("8.15.8", "Answer with a request", {"R6455-4.1-38"},
                    {answer_with(good.with_request_line("GET / HTTP/1.1")), must_fail()}),
        client_case("8.15.9", "Answer with lines that are no HTTP", {"R6455-4.1-38"},
                    {answer_with(nothing.preceded_by("220 wsspec.example ESMTP\r\n250 Hello\r\n\r\n")), must_fail()}),
        client_case(
            "8.15.10", "Answer with octets that are no text", {"R6455-4.1-38"},
            {answer_with(nothing.preceded_by(std::string("\x16\x03\x03\x00\x02\x02\x28\r\n\r\n", 11))), must_fail()},
            "A TLS alert."),
        client_case("8.15.11", "Answer with a frame and no handshake", {"R6455-4.1-3", "R6455-4.1-38"},
                    {answer_with(nothing.with_early({text("Hello")})), gives_up_or_waits}),
        client_case("8.15.12", "Answer with a field line that has no colon", {"R9112-5-1", "R6455-4.1-38"},
                    fails_or_opens(answer_with(good.add_line_first("no colon here")))),
        client_case("8.15.13", "Answer with a blank in front of a colon", {"R6455-4.1-38"},
                    fails_or_opens(answer_with(good.add_line_first("X-Blank : value"))),
                    "RFC 9112 section 5.1 has servers refuse it, and proxies take the blank out."),
        client_case("8.15.14", "Answer with a line folded", {"R9112-5.2-2"},
                    opens_or(answer_with(good.add_first("X-Folded", "one\r\n two")), drops()),
                    "A client that reads it puts the parts together; obs-fold is not to be sent, though."),
        client_case(
            "8.15.15", "Answer with lines that end in LF alone", {"R6455-4.1-38"},
            {answer_with(good.with_line_end("\n")), send(ping("Hello")),
             expect({receives(pong("Hello")), drops(), waits().informational()})},
            "RFC 9112 section 2.2 lets a recipient take it. For who does not, the head has no end, and may come "
            "yet."),
        client_case("8.15.16", "Answer with a bare CR in a value", {"R9112-2.2-2", "R9110-5.5-1"},
                    fails_or_opens(answer_with(good.add_first("X-CR", "one\rtwo")))),
        client_case("8.15.17", "Answer with a NUL in a value", {"R9110-5.5-1"},
                    fails_or_opens(answer_with(good.add_first("X-NUL", std::string("one\0two", 7))))),
        client_case("8.15.18", "Answer whose Sec-WebSocket-Accept stands behind a bare CR",
                    {"R6455-4.1-33", "R9112-2.2-2"},
                    {answer_with(good.drop("Sec-WebSocket-Accept").add("X-CR", "x\rSec-WebSocket-Accept: {accept}")),
                     must_fail()},
                    "Who takes a bare CR for a line end can be given fields by whoever chooses a value."),
        client_case("8.15.19", "Answer 101 with octets behind that are no frame", {"R6455-5.2-3", "R9112-6.3-4"},
                    {answer_with(good.followed_by(body)), expect({fails(1002), drops()})}),
        client_case("8.15.20", "Answer 101 with Content-Length: 12 and a body", {"R9112-6.3-4", "R6455-5.2-3"},
                    {answer_with(good.add("Content-Length", "12").followed_by(body)), expect({fails(1002), drops()})},
                    "A 101 has no body (RFC 9112 section 6.3): who skips it can be made to see other frames than a "
                    "proxy does."),
        client_case("8.15.21", "Answer 101 with Transfer-Encoding: chunked and a body", {"R9112-6.3-4", "R6455-5.2-3"},
                    {answer_with(good.add("Transfer-Encoding", "chunked").followed_by("5\r\nhello\r\n0\r\n\r\n")),
                     expect({fails(1002), drops()})}),
        client_case("8.15.22", "Answer 101 with Content-Length: 0", {"R9112-6.3-4"},
                    opens_or(answer_with(good.add("Content-Length", "0")), drops().informational()),
                    "Not to be sent (RFC 9110 section 8.6), and without a meaning if it is: a 1xx ends with the empty "
                    "line (RFC 9112 section 6.3)."),
        client_case("8.15.23", "Answer with a head that never ends", {"R6455-4.1-38", "R6455-10.4-1"},
                    {answer_with(good.unfinished()), gives_up_or_waits},
                    "How long a client waits is not said; that it gives up in the end is for its users to hope."),
        client_case("8.15.24", "Answer with half a status line, then end TCP", {"R6455-4.1-38", "R6455-4.1-10"},
                    {answer_with(nothing.preceded_by("HTTP/1.1 10")), half_close(), must_fail()}),
        client_case("8.15.25", "Answer with all but the last line end, then end TCP", {"R6455-4.1-38", "R6455-4.1-10"},
                    {answer_with(good.unfinished()), half_close(), must_fail()}),
        client_case("8.15.26", "End TCP in place of an answer", {"R6455-4.1-10"},
                    {answer_with(nothing), half_close(), must_fail()}),
        client_case(
            "8.15.27", "Answer with a status line of 1 MiB", {"R6455-4.1-38", "R6455-10.4-1"},
            {answer_with(nothing.preceded_by("HTTP/1.1 101 " + std::string(1U << 20, 'a'))), gives_up_or_waits}),
        client_case("8.15.28", "Answer with a head of 4 MiB that does not end", {"R6455-4.1-38", "R6455-10.4-1"},
                    {answer_with(good.add("X-Filler", std::string(4U << 20, 'a')).unfinished()), gives_up_or_waits},
                    "Who keeps all of it can be made to keep any amount."),
        client_case("8.15.29", "Answer 101 twice", {"R6455-5.2-3", "R6455-4.1-40"},
                    {answer_with(good.followed_by(
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: {accept}\r\n\r\n")),
                     expect({fails(1002), drops()})},
                    "The second one is read as frames: its H is a Close in fragments with RSV1 set."),
        client_case(
            "8.15.30", "Answer with interim responses, 1000 of them", {"R9110-15.2-1", "R6455-10.4-1"},
            {answer_with([&] {
                 std::string many;
                 for (int i = 0; i < 1000; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
                 return good.preceded_by(many);
             }()),
             send(ping("Hello")), expect({receives(pong("Hello")), drops().informational(), waits().non_strict()})}),
        client_case("8.15.31", "Answer in http/1.1", {"R6455-4.1-38"},
                    fails_or_opens(answer_with(good.with_request_line("http/1.1 101 Switching Protocols"))),
                    "RFC 2616, which RFC 6455 cites, compares the name in any case (section 2.1); it is case-sensitive "
                    "since RFC 7230 (RFC 9112 section 2.3)."),
        client_case("8.15.32", "Answer in HTTP/1.10", {"R6455-4.1-38"},
                    fails_or_opens(answer_with(good.with_request_line("HTTP/1.10 101 Switching Protocols"))),
                    "RFC 2616 section 3.1 has it above 1.9, RFC 9112 section 2.3 has one digit there."),
        client_case("8.15.33", "Answer 101 with a CR LF behind", {"R6455-5.2-4", "R6455-4.1-40"},
                    {answer_with(good.followed_by("\r\n").with_early({ping("Hello"), ping("Hello"), ping("Hello")})),
                     expect({fails(1002), drops()})},
                    "The head ends with its empty line: as a frame, 0d 0a is a reserved opcode, and 10 octets long."),
        client_case("8.15.34", "Answer 101 with a CR behind", {"R6455-5.2-4", "R6455-4.1-40"},
                    {answer_with(good.followed_by("\r").with_early({ping("Hello"), ping("Hello"), ping("Hello")})),
                     expect({fails(1002), drops()})}),
    };
    return cases;
}

}  // namespace

std::vector<Case> client_answers() {
    std::vector<Case> cases;
    for (auto part : {good_answers, bad_fields, unasked_for, other_statuses, broken_answers})
        std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::opening
