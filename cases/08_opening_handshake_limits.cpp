// 8.8: the request as an HTTP message: syntax, size, body, and what could be smuggled behind it.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

namespace {

using namespace std::string_view_literals;

std::vector<Case> line_ends() {
    return {
        {.id = "8.8.1",
         .title = "Request with a bare LF behind an unknown field",
         .target = Target::server,
         .covers = {"R9112-2.2-1"},
         .script = {open(Handshake{}.add_line("X-A: b\nX-C: d")), may_open_or_refuse()},
         .note = "The request ends with CR LF CR LF, so every server can see that it is complete."},
        {.id = "8.8.2",
         .title = "Request with a bare LF behind the request line",
         .target = Target::server,
         .covers = {"R9112-2.2-1"},
         .script = {open(Handshake{}.with_request_line("GET {resource} HTTP/1.1\nX-A: b")), may_open_or_refuse()}},
        {.id = "8.8.3",
         .title = "Request with a bare CR inside the value of Upgrade",
         .target = Target::server,
         .covers = {"R9112-2.2-2", "R6455-4.2.1-6"},
         .script = {open(Handshake{}.set("Upgrade", "websocket\rX-A: b")), must_refuse()},
         .note = "Read as a blank, the CR leaves a value that is not websocket."},
        {.id = "8.8.4",
         .title = "Request with a bare CR inside an unknown field",
         .target = Target::server,
         .covers = {"R9112-2.2-2", "R9110-5.5-1"},
         .script = {open(Handshake{}.add("X-A", "b\rX-C: d")), may_open_or_refuse()}},
        {.id = "8.8.5",
         .title = "Request whose Upgrade field stands behind a bare CR",
         .target = Target::server,
         .covers = {"R9112-2.2-2", "R6455-4.2.1-6"},
         .script = {open(Handshake{}.drop("Upgrade").add("X-A", "b\rUpgrade: websocket")), must_not_switch()},
         .note = "A bare CR ends no line, so there is no Upgrade field."},
    };
}

std::vector<Case> names() {
    struct Line {
        std::string_view id, title, name, line;
    };
    static const Line before_colon[] = {
        {"8.8.6", "Request with a blank between Host and its colon", "Host", "Host : {host}"},
        {"8.8.7", "Request with a blank between Upgrade and its colon", "Upgrade", "Upgrade : websocket"},
        {"8.8.8", "Request with a tab between Upgrade and its colon", "Upgrade", "Upgrade\t: websocket"},
        {"8.8.9", "Request with a blank between Connection and its colon", "Connection", "Connection : Upgrade"},
        {"8.8.10", "Request with a blank between Sec-WebSocket-Key and its colon", "Sec-WebSocket-Key",
         "Sec-WebSocket-Key : {key}"},
        {"8.8.11", "Request with a blank between an unknown name and its colon", "X-A", "X-A : b"},
    };
    std::vector<Case> cases;
    for (const Line& row : before_colon)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-5.1-1"},
                         .script = {open(Handshake{}.replace_line(row.name, row.line)), must_answer_400()}});

    static const Row malformed[] = {
        {"8.8.12", "Request with a field line without a colon", "Foo"},
        {"8.8.13", "Request with a field without a name", ": x"},
        {"8.8.14", "Request with a blank inside a field name", "X A: b"},
        {"8.8.15", "Request with a parenthesis in a field name", "X(A): b"},
        {"8.8.16", "Request with an octet 80 in a field name", "X\x80: b"},  // negative table index
        {"8.8.17", "Request with a NUL in a field name", "X\0A: b"sv},
        {"8.8.18", "Request with a field name in UTF-8", "X-\xc3\xa9: b"},
    };
    for (const Row& row : malformed)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-5-1"},
                         .script = {open(Handshake{}.add_line_first(row.value)), should_refuse()}});
    return cases;
}

std::vector<Case> values_and_folds() {
    std::vector<Case> cases;

    // In front of all others: whoever stops at the odd octet loses the fields of the handshake.
    static const Row values[] = {
        {"8.8.19", "Request with a NUL in an unknown field", "a\0b"sv},
        {"8.8.20", "Request with an octet 01 in an unknown field",
         "a\x01"
         "b"},
        {"8.8.21", "Request with an octet 7f in an unknown field",
         "a\x7f"
         "b"},
        {"8.8.22", "Request with an octet ff in an unknown field",
         "a\xff"
         "b"},  // EOF, as a signed char
        {"8.8.23", "Request with UTF-8 in an unknown field", "\xc3\xa9"},
        {"8.8.24", "Request with invalid UTF-8 in an unknown field", "\xc3("},  // text conversion that throws
    };
    for (const Row& row : values)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9110-5.5-1", "R6455-8.1-2"},
                         .script = {open(Handshake{}.add_first("X-A", row.value)), may_open_or_refuse()}});

    std::vector<Case> more = {
        {.id = "8.8.25",
         .title = "Request with Connection folded over two lines",
         .target = Target::server,
         .covers = {"R9112-5.2-1"},
         .script = {open(Handshake{}.replace_line("Connection", "Connection: keep-alive,\r\n Upgrade")),
                    may_open_or_refuse()}},
        {.id = "8.8.26",
         .title = "Request with an unknown field folded over two lines",
         .target = Target::server,
         .covers = {"R9112-5.2-1"},
         .script = {open(Handshake{}.add_line("X-A: b\r\n\tc")), may_open_or_refuse()}},
        {.id = "8.8.27",
         .title = "Request whose Upgrade field is the second line of a folded one",
         .target = Target::server,
         .covers = {"R9112-5.2-1", "R6455-4.2.1-6"},
         .script = {open(Handshake{}.drop("Upgrade").add_line("X-A: b\r\n Upgrade: websocket")), must_not_switch()},
         .note = "Joined, the lines are one value of X-A; there is no Upgrade field."},
        {.id = "8.8.28",
         .title = "Request with a blank in front of the first field",
         .target = Target::server,
         .covers = {"R9112-2.2-5"},
         .script = {open(Handshake{}.add_line_first(" X-A: b")), may_open_or_refuse()}},
        {.id = "8.8.29",
         .title = "Request whose Upgrade field comes first, behind a blank",
         .target = Target::server,
         .covers = {"R9112-2.2-5", "R6455-4.2.1-6"},
         .script = {open(Handshake{}.drop("Upgrade").add_line_first(" Upgrade: websocket")), must_not_switch()},
         .note = "Such a line has to be dropped, if the request is not refused."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

Handshake with_lines_in_front(int count) {
    Handshake request;
    std::vector<std::string> lines;
    for (int i = 1; i <= count; ++i) lines.push_back("X-Filler-" + std::to_string(i) + ": a");
    request.fields.insert(request.fields.begin(), lines.begin(), lines.end());
    return request;
}

std::vector<Case> sizes() {
    std::string const large(65536, 'a');
    return {
        {.id = "8.8.30",
         .title = "Request with an unknown field of 8 KiB",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-10.4-1"},
         .script = {open(Handshake{}.add_first("X-A", std::string(8192, 'a'))), may_open_or_refuse()}},
        {.id = "8.8.31",
         .title = "Request with an unknown field of 64 KiB",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-10.4-1"},
         .script = {open(Handshake{}.add_first("X-A", large)), may_open_or_refuse()}},
        {.id = "8.8.32",
         .title = "Request with an unknown field of 64 KiB, in writes of 256 octets",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-10.4-1"},
         .script = {open(Handshake{}.add_first("X-A", large), chopped(256)), may_open_or_refuse()},
         .note = "tungstenite, CVE-2023-43669: the whole request was parsed anew with every piece."},
        {.id = "8.8.33",
         .title = "Request with an unknown field whose name has 8 KiB",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-10.4-1"},
         .script = {open(Handshake{}.add_first("X-" + std::string(8192, 'a'), "b")), may_open_or_refuse()}},
        {.id = "8.8.34",
         .title = "Request with 100 unknown fields in front of the required ones",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-10.4-1"},
         .script = {open(with_lines_in_front(100)), may_open_or_refuse()}},
        {.id = "8.8.35",
         .title = "Request with 1000 unknown fields in front of the required ones",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12", "R6455-10.4-1"},
         .script = {open(with_lines_in_front(1000)), may_open_or_refuse()},
         .note = "ws, CVE-2024-37890: the parser dropped what came behind its limit, and the server crashed."},
        {.id = "8.8.36",
         .title = "Request with a method of 8 KiB",
         .target = Target::server,
         .covers = {"R9112-3-2", "R6455-4.2.1-2"},
         .script = {open(Handshake{}.with_method(std::string(8192, 'G'))),
                    expect({refuses({501, 400, 405, 414, 431}), refuses_with_any_status().non_strict(),
                            drops().non_strict()})}},
    };
}

std::vector<Case> bodies() {
    std::vector<Case> cases = {
        {.id = "8.8.37",
         .title = "Request with Content-Length: 0",
         .target = Target::server,
         .covers = {"R9112-6.3-3"},
         .script = {open(Handshake{}.add("Content-Length", "0")),
                    expect({opens(), refuses_with_any_status().informational(), drops().non_strict()})}},
        {.id = "8.8.38",
         .title = "Request with a body of five octets, then a message",
         .target = Target::server,
         .covers = {"R9112-6.3-3"},
         .needs = Need::echo,
         .script = {open(Handshake{}.add("Content-Length", "5").followed_by("hello")), may_open_or_refuse(),
                    send(text("Hello")), expect(receives(text("Hello"))), closing_handshake()},
         .note = "The body belongs to HTTP: refused or skipped, but never read as a frame."},
        {.id = "8.8.39",
         .title = "Request with a body that looks like a frame, then a message",
         .target = Target::server,
         .covers = {"R9112-6.3-3"},
         .needs = Need::echo,
         // The masked text "body", under the key "abcd".
         .script = {open(Handshake{}
                             .add("Content-Length", "10")
                             .followed_by("\x81\x84"
                                          "abcd\x03\x0d\x07\x1d")),
                    may_open_or_refuse(), send(text("Hello")), expect(receives(text("Hello"))), closing_handshake()}},
        {.id = "8.8.40",
         .title = "Request with an empty chunked body, then a message",
         .target = Target::server,
         .covers = {"R9112-6.3-3"},
         .needs = Need::echo,
         .script = {open(Handshake{}.add("Transfer-Encoding", "chunked").followed_by("0\r\n\r\n")),
                    may_open_or_refuse(), send(text("Hello")), expect(receives(text("Hello"))), closing_handshake()}},
        {.id = "8.8.41",
         .title = "Request with Transfer-Encoding and Content-Length",
         .target = Target::server,
         .covers = {"R9112-6.1-1"},
         .script =
             {open(Handshake{}.add("Transfer-Encoding", "chunked").add("Content-Length", "5").followed_by("0\r\n\r\n")),
              must_not_switch()},
         .note = "Whatever the server makes of the body, it has to close the connection after its answer."},
    };

    static const Row codings[] = {
        {"8.8.42", "Request with Transfer-Encoding: gzip", "gzip"},
        {"8.8.43", "Request with Transfer-Encoding: xchunked", "xchunked"},                    // suffix comparison
        {"8.8.44", "Request with Transfer-Encoding: chunked, identity", "chunked, identity"},  // chunked, but not last
    };
    for (const Row& row : codings)
        cases.push_back(
            {.id = std::string(row.id),
             .title = std::string(row.title),
             .target = Target::server,
             .covers = {"R9112-6.3-1"},
             .script = {open(Handshake{}.add("Transfer-Encoding", row.value)),
                        expect({refuses({400, 501}), refuses_with_any_status().non_strict(), drops().non_strict()})}});

    static const Row lengths[] = {
        {"8.8.45", "Request with Content-Length: abc", "abc"},   {"8.8.46", "Request with Content-Length: -1", "-1"},
        {"8.8.47", "Request with Content-Length: +0", "+0"},     {"8.8.48", "Request with Content-Length: 0x0", "0x0"},
        {"8.8.49", "Request with Content-Length: 0, 1", "0, 1"},  // a list is tolerable if all are the same
        {"8.8.50", "Request with an empty Content-Length", ""},
    };
    for (const Row& row : lengths)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-6.3-2"},
                         .script = {open(Handshake{}.add("Content-Length", row.value)), must_answer_400()}});
    cases.push_back(
        {.id = "8.8.51",
         .title = "Request with two Content-Length lines that differ",
         .target = Target::server,
         .covers = {"R9112-6.3-2"},
         .script = {open(Handshake{}.add("Content-Length", "0").add("Content-Length", "1")), must_answer_400()}});
    return cases;
}

std::vector<Case> behind_the_request() {
    std::string const second =
        "GET {resource} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    return {
        {.id = "8.8.52",
         .title = "Request for version 12 with a plain request right behind it",
         .target = Target::server,
         .covers = {"R6455-4.4-1", "R9112-11.2-1"},
         .script = {open(Handshake{}
                             .set("Sec-WebSocket-Version", "12")
                             .followed_by("GET /wsspec-smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n")),
                    must_refuse_version()}},
        {.id = "8.8.53",
         .title = "Request without a key with a good one right behind it",
         .target = Target::server,
         .covers = {"R6455-4.2.1-8", "R9112-9.3-1"},
         .script = {open(Handshake{}.drop("Sec-WebSocket-Key").followed_by(second)), must_refuse()}},
        {.id = "8.8.54",
         .title = "Two good requests in one segment, then a message",
         .target = Target::server,
         .covers = {"R9112-2.1-1", "R6455-5.2-4"},
         .needs = Need::echo,
         .script = {open(Handshake{}.followed_by(second)),
                    expect({opens(), refuses_with_any_status().informational(), drops().informational()}),
                    send(text("Hello")), expect({fails(1002), receives(text("Hello")).informational()})},
         .note = "After the first answer the connection is no HTTP any more: G is a frame with RSV1 and opcode 7. A "
                 "server may have thrown away what came before its answer (4.1), but never answer 101 twice."},
        {.id = "8.8.55",
         .title = "Request with Expect: 100-continue",
         .target = Target::server,
         .covers = {"R9110-7.8-12"},
         .script = {open(Handshake{}.add("Expect", "100-continue")),
                    expect({opens().informational(), refuses(417), refuses_with_any_status().informational(),
                            drops().non_strict()})},
         .note = "RFC 9110 asks for 100 before 101 (7.8), and excuses it where there is no body to wait for (10.1.1)."},
        {.id = "8.8.56",
         .title = "Request with an expectation that nobody knows",
         .target = Target::server,
         .covers = {"R9110-10.1.1-1"},
         .script = {open(Handshake{}.add("Expect", "x-foo")), may_open_or_refuse()}},
    };
}

std::vector<Case> other_protocols() {
    // Each ends with CR LF CR LF, so that a server which waits for the end of a request has seen it.
    static const Row rows[] = {
        {"8.8.57", "Begin a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv},
        {"8.8.58", "Send the banner of an SSH client", "SSH-2.0-OpenSSH_9.9"},
        {"8.8.59", "Greet a mail server", "EHLO wsspec.example"},
        {"8.8.60", "Send a command to Redis", "PING"},
        {"8.8.61", "Send sixteen octets of noise", "\x9f\x3c\xe1\x07\xb4\x58\xd2\x86\x11\xfa\x6d\xc0\x83\x2e\x95\x7b"},
        {"8.8.62", "Send empty octets instead of a request", "\0\0\0\0\0\0\0\0"sv},
        {"8.8.63", "Send a response instead of a request", "HTTP/1.1 101 Switching Protocols"},
    };
    std::vector<Case> cases;
    for (const Row& row : rows) {
        Handshake garbage = Handshake{}.with_request_line(row.value);
        garbage.fields.clear();
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9112-2.2-6"},
                         .script = {open(garbage), expect({refuses(400), anything().non_strict()})},
                         .note = "RFC 9112 recommends 400 and demands nothing."});
    }
    Handshake preface = Handshake{}.with_request_line("PRI * HTTP/2.0").followed_by("SM\r\n\r\n");
    preface.fields.clear();
    cases.push_back({.id = "8.8.64",
                     .title = "Begin HTTP/2",
                     .target = Target::server,
                     .covers = {"R9112-2.2-6"},
                     .script = {open(preface),
                                expect({refuses_with_any_status(), drops().non_strict(), anything().informational()})},
                     .note = "A server that speaks HTTP/2 answers in it."});
    return cases;
}

}  // namespace

std::vector<Case> limits() {
    std::vector<Case> cases;
    for (auto part : {line_ends, names, values_and_folds, sizes, bodies, behind_the_request, other_protocols})
        std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::opening
