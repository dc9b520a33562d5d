// 8.3 to 8.7: the fields of RFC 6455, one by one.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

namespace {

using namespace std::string_view_literals;

// 8.3

std::vector<Case> upgrade() {
    std::vector<Case> cases = {{.id = "8.3.1",
                                .title = "Request without Upgrade",
                                .target = Target::server,
                                .covers = {"R6455-4.2.1-6"},
                                .script = {open(Handshake{}.drop("Upgrade")), must_not_switch()}}};

    static const Row others[] = {
        {"8.3.2", "Request with Upgrade: foo", "foo"},
        {"8.3.3", "Request with Upgrade: h2c", "h2c"},  // Bun 35298 opened a WebSocket
        {"8.3.4", "Request with an empty Upgrade", ""},
        {"8.3.5", "Request with Upgrade: websocketx", "websocketx"},                   // prefix comparison
        {"8.3.6", "Request with Upgrade: xwebsocket", "xwebsocket"},                   // suffix comparison
        {"8.3.7", "Request with Upgrade: web socket", "web socket"},                   // two words
        {"8.3.8", "Request with Upgrade: \"websocket\", in quotes", "\"websocket\""},  // a token, no quoted-string
        {"8.3.9", "Request with Upgrade: websocke", "websocke"},             // comparison up to the shorter length
        {"8.3.10", "Request with Upgrade: TLS/1.0", "TLS/1.0"},              // the other registered upgrade
        {"8.3.11", "Request with Upgrade: foo/websocket", "foo/websocket"},  // the version is no name
    };
    for (const Row& row : others)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-6", "R9110-7.8-5"},
                         .script = {open(Handshake{}.set("Upgrade", row.value)), must_not_switch()}});

    static const Row folded[] = {
        {"8.3.12", "Request with a long s in Upgrade: websocket", "web\xc5\xbfocket"},  // U+017F folds to s
        {"8.3.13", "Request with a Kelvin sign in Upgrade: websocket",
         "websoc\xe2\x84\xaa"
         "et"},  // U+212A folds to k
    };
    for (const Row& row : folded)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-2.1-2", "R6455-4.2.1-6"},
                         .script = {open(Handshake{}.set("Upgrade", row.value)), must_not_switch()}});

    std::vector<Case> more = {
        {.id = "8.3.14",
         .title = "Request with Upgrade: websocket/13",
         .target = Target::server,
         .covers = {"R6455-4.2.1-6", "R9110-7.8-1"},
         .script = {open(Handshake{}.set("Upgrade", "websocket/13")), reports_answer()},
         .note = "RFC 9110 gives a protocol a version; RFC 6455 asks for the value \"websocket\"."},
        {.id = "8.3.15",
         .title = "Request with the values of Upgrade and Connection exchanged",
         .target = Target::server,
         .covers = {"R6455-4.2.1-6", "R6455-4.2.1-7"},
         .script = {open(Handshake{}.set("Upgrade", "Upgrade").set("Connection", "websocket")), must_not_switch()}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

std::vector<Case> connection() {
    std::vector<Case> cases = {{.id = "8.3.16",
                                .title = "Request without Connection",
                                .target = Target::server,
                                .covers = {"R6455-4.2.1-7", "R9110-7.8-9"},
                                .script = {open(Handshake{}.drop("Connection")), must_not_switch()}}};

    static const Row others[] = {
        {"8.3.17", "Request with Connection: keep-alive", "keep-alive"},
        {"8.3.18", "Request with Connection: close", "close"},
        {"8.3.19", "Request with an empty Connection", ""},
        {"8.3.20", "Request with Connection: Upgradex", "Upgradex"},        // prefix comparison
        {"8.3.21", "Request with Connection: xUpgrade", "xUpgrade"},        // suffix comparison
        {"8.3.22", "Request with Connection: not-upgrade", "not-upgrade"},  // a substring; cpp-httplib 2542
        {"8.3.23", "Request with Connection: upgrade-not", "upgrade-not"},
        {"8.3.24", "Request with Connection: Up grade", "Up grade"},
        {"8.3.25", "Request with Connection: \"Upgrade\", in quotes", "\"Upgrade\""},
        {"8.3.26", "Request with a quoted list in Connection", "\"keep-alive, Upgrade\""},  // one string, not a list
        {"8.3.27", "Request with Connection: keep-alive Upgrade, without a comma", "keep-alive Upgrade"},
    };
    for (const Row& row : others)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-7"},
                         .script = {open(Handshake{}.set("Connection", row.value)), must_not_switch()}});

    std::vector<Case> more = {
        {.id = "8.3.28",
         .title = "Request with Connection: Upgrade, close, then a message",
         .target = Target::server,
         .covers = {"R9112-9.6-1"},
         .needs = Need::echo,
         .script = {open(Handshake{}.set("Connection", "Upgrade, close")), may_open_or_refuse(), send(text("Hello")),
                    expect(receives(text("Hello"))), closing_handshake()},
         .note = "close speaks of HTTP; a server that opens has to keep the WebSocket connection."},
        {.id = "8.3.29",
         .title = "Request whose Connection names Sec-WebSocket-Key as well",
         .target = Target::server,
         .covers = {"R9110-7.6.1-1"},
         .script = {open(Handshake{}.set("Connection", "Upgrade, Sec-WebSocket-Key")), may_open_or_refuse()},
         .note = "An intermediary takes the key out; without one, both answers are right."},
    };
    // A field that is read into a buffer, and cut there.
    for (std::size_t const options : {30U, 120U}) {
        std::string value;
        for (std::size_t i = 0; i < options; ++i) value += "x-aaaaaaaa, ";
        more.push_back({.id = options == 30 ? "8.3.30" : "8.3.31",
                        .title = "Request whose Connection names Upgrade behind " + std::to_string(options) + " others",
                        .target = Target::server,
                        .covers = {"R6455-4.2.1-7"},
                        .script = {open(Handshake{}.set("Connection", value + "Upgrade")),
                                   expect({opens(), refuses(431).non_strict()})}});
    }
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 8.4

std::vector<Case> key() {
    std::vector<Case> cases = {{.id = "8.4.1",
                                .title = "Request without Sec-WebSocket-Key",
                                .target = Target::server,
                                .covers = {"R6455-4.2.1-8"},
                                .script = {open(Handshake{}.drop("Sec-WebSocket-Key")), must_refuse()}}};

    static const Row absent[] = {
        {"8.4.2", "Request with an empty key", ""},
        {"8.4.3", "Request with a key of blanks and tabs", " \t \t "},  // empty once trimmed
    };
    for (const Row& row : absent)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.3-1", "R6455-4.2.1-8"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Key", row.value)), must_refuse()}});

    // 4.2.1 asks for sixteen octets; 4.2.2 says that decoding is not necessary. So 101 is lenient, if the accept value
    // belongs to the text of the key.
    std::string const kibibyte = std::string(1364, 'A') + "AA==";
    const Row wrong_length[] = {
        {"8.4.4", "Request with a key of 15 octets", "AAAAAAAAAAAAAAAAAAAA"},      // one less; no padding
        {"8.4.5", "Request with a key of 17 octets", "AAAAAAAAAAAAAAAAAAAAAAA="},  // one more; 24 characters, too
        {"8.4.6", "Request with a key of one octet", "AA=="},
        {"8.4.7", "Request with a key of 1 KiB", kibibyte},
        {"8.4.8", "Request with a key of padding only", "===="},
    };
    for (const Row& row : wrong_length)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.1-8"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Key", row.value)), should_refuse()}});

    static const Row no_base64[] = {
        {"8.4.9", "Request with a key of 24 exclamation marks", "!!!!!!!!!!!!!!!!!!!!!!!!"},
        {"8.4.10", "Request with a key in the URL-safe alphabet", "AAAAAAAAAAAAAAAAAAAA-_=="},
        {"8.4.11", "Request with a key that lacks its padding", "AAAAAAAAAAAAAAAAAAAAAA"},
        {"8.4.12", "Request with a key that has half its padding", "AAAAAAAAAAAAAAAAAAAAAA="},
        {"8.4.13", "Request with a key that goes on behind its padding", "AAAAAAAAAAAAAAAAAAAAAA==A"},
        {"8.4.14", "Request with padding inside the key", "AAAAAAAAAAAAAAAAAAAAAA=A"},  // 24 characters
        {"8.4.15", "Request with a blank inside the key", "dGhlIHNhbXBs ZSBub25jZQ=="},
        {"8.4.16", "Request with a key in quotes", "\"dGhlIHNhbXBsZSBub25jZQ==\""},
        {"8.4.17", "Request with two keys in one line", "dGhlIHNhbXBsZSBub25jZQ==, AAAAAAAAAAAAAAAAAAAAAA=="},
        {"8.4.18", "Request with an octet 80 in the key",
         "AAAAAAAAAA\x80"
         "AAAAAAAAAAA=="},  // signed table index
        {"8.4.19", "Request with a key of 32 hexadecimal digits", "000102030405060708090a0b0c0d0e0f"},
    };
    for (const Row& row : no_base64)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.3-1", "R6455-4.2.1-8"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Key", row.value)), should_refuse()}});

    // Cut off at the odd octet, the rest is a good key.
    static const Row truncated[] = {
        {"8.4.20", "Request with a NUL behind the key, and more behind that", "dGhlIHNhbXBsZSBub25jZQ==\0AAAA"sv},
        {"8.4.21", "Request with a bare CR behind the key, and more behind that", "dGhlIHNhbXBsZSBub25jZQ==\rAAAA"},
    };
    for (const Row& row : truncated)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R9110-5.5-1", "R6455-4.2.1-8"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Key", row.value)), must_refuse()}});

    std::vector<Case> more = {
        {.id = "8.4.22",
         .title = "Request with a key whose last bits are not zero",
         .target = Target::server,
         .covers = {"R6455-4.3-1", "R6455-4.2.1-8"},
         .script = {open(Handshake{}.set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC==")), may_open_or_refuse()},
         .note = "RFC 6455 itself printed this key before erratum 3150."},
        {.id = "8.4.23",
         .title = "Request with the same key in two lines",
         .target = Target::server,
         .covers = {"R6455-4.2.1-1", "R6455-11.3.1-1"},
         .script = {open(Handshake{}
                             .set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                             .add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")),
                    should_refuse()}},
        {.id = "8.4.24",
         .title = "Request with two key lines that differ",
         .target = Target::server,
         .covers = {"R6455-4.2.1-1", "R6455-11.3.1-1"},
         .script = {open(Handshake{}
                             .set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                             .add("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")),
                    must_refuse()},
         .note = "Two parties that pick different lines disagree about the handshake."},
        {.id = "8.4.25",
         .title = "Request with an empty key line in front of a good one",
         .target = Target::server,
         .covers = {"R6455-4.2.1-1", "R6455-11.3.1-1"},
         .script = {open(Handshake{}.add_line_first("Sec-WebSocket-Key:")), must_refuse()}},
        {.id = "8.4.26",
         .title = "Request with a key of 8 KiB",
         .target = Target::server,
         .covers = {"R6455-4.2.1-8", "R6455-10.1-1"},
         .script = {open(Handshake{}.set("Sec-WebSocket-Key", std::string(8192, 'A'))), should_refuse()}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 8.5

std::vector<Case> version() {
    std::vector<Case> cases = {{.id = "8.5.1",
                                .title = "Request without Sec-WebSocket-Version",
                                .target = Target::server,
                                .covers = {"R6455-4.2.1-9"},
                                .script = {open(Handshake{}.drop("Sec-WebSocket-Version")), must_refuse_version()}}};

    static const Row unsupported[] = {
        {"8.5.2", "Request version 25", "25"},     // the example of 4.4
        {"8.5.3", "Request version 0", "0"},       // what a failed conversion gives
        {"8.5.4", "Request version 12", "12"},     // one below
        {"8.5.5", "Request version 14", "14"},     // one above: no "at least"
        {"8.5.6", "Request version 255", "255"},   // the largest that the grammar has
        {"8.5.7", "Request version 1", "1"},       // a prefix of 13
        {"8.5.8", "Request version 3", "3"},       // a suffix of 13
        {"8.5.9", "Request version 130", "130"},   // has 13 as a prefix
        {"8.5.10", "Request version 113", "113"},  // has 13 as a suffix
    };
    for (const Row& row : unsupported)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.4-1", "R6455-4.2.2-6", "R9110-7.8-6"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Version", row.value)), must_refuse_version()}});

    static const Row drafts[] = {
        {"8.5.11", "Request version 7, of a draft", "7"},
        {"8.5.12", "Request version 8, of a draft", "8"},
    };
    for (const Row& row : drafts)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.4-1", "R6455-4.2.2-6"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Version", row.value)),
                                    expect({refuses({426, 400}), opens().informational(),
                                            refuses_with_any_status().non_strict(), drops().non_strict()})},
                         .note = "4.4 shows a server that still speaks the drafts."});

    static const Row malformed[] = {
        {"8.5.13", "Request with an empty version", ""},
        {"8.5.14", "Request version abc", "abc"},
        {"8.5.15", "Request version 13.0", "13.0"},
        {"8.5.16", "Request version 13abc", "13abc"},  // atoi() says 13
        {"8.5.17", "Request version 1 3", "1 3"},      // blanks taken out
        {"8.5.18", "Request version 0x0d", "0x0d"},    // strtol() with base 0
        {"8.5.19", "Request version 13;q=1", "13;q=1"},
        {"8.5.20", "Request version \"13\", in quotes", "\"13\""},
        {"8.5.21", "Request version -1", "-1"},
        {"8.5.22", "Request version 256", "256"},                                    // 0 in eight bits
        {"8.5.23", "Request version 269", "269"},                                    // 13 in eight bits
        {"8.5.24", "Request version 65549", "65549"},                                // 13 in sixteen bits
        {"8.5.25", "Request version 4294967309", "4294967309"},                      // 13 in 32 bits
        {"8.5.26", "Request version 18446744073709551629", "18446744073709551629"},  // 13 in 64 bits
    };
    for (const Row& row : malformed)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.3-5", "R6455-4.2.1-9"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Version", row.value)), must_refuse_version()}});

    static const Row lenient[] = {
        {"8.5.27", "Request version 013", "013"},  // no leading zeros in the grammar; 11 in octal
        {"8.5.28", "Request version +13", "+13"},
        {"8.5.29", "Request the versions 13, 8 in one line", "13, 8"},  // a list is for servers
        {"8.5.30", "Request the versions 8, 13 in one line", "8, 13"},
    };
    for (const Row& row : lenient)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.3-5", "R6455-4.2.1-9"},
                         .script = {open(Handshake{}.set("Sec-WebSocket-Version", row.value)), should_refuse()}});

    struct Pair {
        std::string_view id, title, first, second;
    };
    static const Pair pairs[] = {
        {"8.5.31", "Request version 13 in two lines", "13", "13"},
        {"8.5.32", "Request version 8 and, in a second line, 13", "8", "13"},  // takes the last line
        {"8.5.33", "Request version 13 and, in a second line, 8", "13", "8"},  // takes the first line
    };
    for (const Pair& row : pairs)
        cases.push_back(
            {.id = std::string(row.id),
             .title = std::string(row.title),
             .target = Target::server,
             .covers = {"R6455-4.2.1-1", "R6455-11.3.5-2"},
             .script = {
                 open(Handshake{}.set("Sec-WebSocket-Version", row.first).add("Sec-WebSocket-Version", row.second)),
                 should_refuse()}});

    cases.push_back({.id = "8.5.34",
                     .title = "Request as in draft 76, with two numbers and eight octets for a key",
                     .target = Target::server,
                     .covers = {"R6455-4.2.1-8", "R6455-4.2.1-9"},
                     .script = {open(Handshake{}
                                         .set("Upgrade", "WebSocket")
                                         .drop("Sec-WebSocket-Key")
                                         .drop("Sec-WebSocket-Version")
                                         .add("Sec-WebSocket-Key1", "18x 6]8vM;54 *(5:  {   U1]8  z [  8")
                                         .add("Sec-WebSocket-Key2", "1_ tx7X d  <  nw  334J702) 7]o}` 0")
                                         .add("Origin", "http://{host}")
                                         .followed_by("Tm[K T2u")),
                                expect({refuses_with_any_status(), drops(), anything().informational()})},
                     .note = "A server may speak the draft as well; then it answers in the draft's own way."});
    return cases;
}

// 8.6

std::vector<Case> subprotocols() {
    std::vector<Case> cases;

    // 4.2.2 lets a server go on without a subprotocol; that it names none but an offered one is judged always.
    static const Row unknown[] = {
        {"8.6.1", "Offer a subprotocol that nobody has", "x-none-such"},
        {"8.6.2", "Offer three subprotocols that nobody has", "x-none-such, x-neither, x-nor-this"},
        {"8.6.3", "Offer subprotocols with blanks and tabs around the comma", "x-none-such \t,\t x-neither"},
        {"8.6.4", "Offer subprotocols with empty elements between them", ",x-none-such,,x-neither,"},  // R9110 5.6.1
        {"8.6.5", "Offer a subprotocol of every character that a token may have", "!#$%&'*+-.^_`|~09AZaz"},
    };
    for (const Row& row : unknown)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.2-8", "R6455-4.2.2-9", "R6455-4.2.1-11"},
                         .script = {open(Handshake{}.add("Sec-WebSocket-Protocol", row.value)),
                                    expect({opens(), refuses_with_any_status().informational(), drops().non_strict()})},
                         .note = "1.9 can be read as if the server had to pick one; some servers answer 400."});

    static const Row malformed[] = {
        {"8.6.6", "Offer a subprotocol with an escaped line end in its name",
         "x%0d%0aX-Injected:1"},  // response splitting
        {"8.6.7", "Offer an empty list of subprotocols", ""},
        {"8.6.8", "Offer a list of subprotocols that is a comma", ","},
        {"8.6.9", "Offer a subprotocol with a blank in its name", "x-none such"},
        {"8.6.10", "Offer a subprotocol with a parameter", "x-none;q=1"},
        {"8.6.11", "Offer a subprotocol in quotes", "\"x-none\""},
        {"8.6.12", "Offer a subprotocol with a slash in its name", "x-none/1"},
        {"8.6.13", "Offer a subprotocol that is an octet 80", "\x80"},  // Granian: crash
        {"8.6.14", "Offer a subprotocol in UTF-8", "\xc3\xa9"},
        {"8.6.15", "Offer the same subprotocol twice", "x-none, x-none"},  // 4.1: all unique
        {"8.6.16", "Offer a subprotocol with a NUL in its name", "x-no\0ne"sv},
    };
    for (const Row& row : malformed)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.3-4", "R6455-4.2.2-8", "R9112-11.1-1"},
                         .script = {open(Handshake{}.add("Sec-WebSocket-Protocol", row.value)), may_open_or_refuse()},
                         .note = "Refusing and ignoring it are both right; naming it in the answer is not."});

    static const Row supported[] = {
        {"8.6.17", "Offer the target's subprotocol", "{subprotocol}"},
        {"8.6.18", "Offer the target's subprotocol behind an unknown one", "x-none-such, {subprotocol}"},
        {"8.6.19", "Offer the target's subprotocol in front of an unknown one", "{subprotocol}, x-none-such"},
        {"8.6.20", "Offer the target's subprotocol without a blank behind the comma", "x-none-such,{subprotocol}"},
    };
    for (const Row& row : supported)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.2-8", "R6455-4.2.1-11", "R6455-4.2.2-10", "R6455-11.3.4-2"},
                         .needs = Need::subprotocol,
                         .script = {open(Handshake{}.add("Sec-WebSocket-Protocol", row.value)), expect(opens())}});

    std::string many = "x-0";
    for (int i = 1; many.size() < 60'000; ++i) many += ", x-" + std::to_string(i);
    std::vector<Case> more = {
        {.id = "8.6.21",
         .title = "Offer an unknown subprotocol and, in a second line, the target's",
         .target = Target::server,
         .covers = {"R9110-5.3-1", "R6455-4.2.2-8", "R6455-11.3.4-2"},
         .needs = Need::subprotocol,
         .script = {open(Handshake{}
                             .add("Sec-WebSocket-Protocol", "x-none-such")
                             .add("Sec-WebSocket-Protocol", "{subprotocol}")),
                    expect(opens())}},
        {.id = "8.6.22",
         .title = "Offer 60,000 octets of subprotocols",
         .target = Target::server,
         .covers = {"R6455-4.3-4", "R6455-10.1-1"},
         .script = {open(Handshake{}.add("Sec-WebSocket-Protocol", many)), may_open_or_refuse()}},
        {.id = "8.6.23",
         .title = "Offer a subprotocol with 32,000 blanks in its name",
         .target = Target::server,
         .covers = {"R6455-4.3-4", "R6455-10.1-1"},
         .script = {open(Handshake{}.add("Sec-WebSocket-Protocol", "b" + std::string(32'000, ' ') + "x")),
                    may_open_or_refuse()},
         .note = "ws, CVE-2021-32640: time grew with the square of the length."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 8.7

std::vector<Case> legal_extensions() {
    std::vector<Case> cases;

    static const Row unknown[] = {
        {"8.7.1", "Offer an extension that nobody has", "x-unknown"},
        {"8.7.2", "Offer an unknown extension with parameters", "x-unknown; a=b; c=\"d\""},
        {"8.7.3", "Offer an unknown extension with an escaped character in a quoted value", "x-unknown; a=\"b\\c\""},
        {"8.7.4", "Offer the extension constructor", "constructor"},   // JavaScript's prototypes
        {"8.7.5", "Offer the extension __proto__", "__proto__; a=b"},  // ws GHSA-5v72-xg48-5rpm
        {"8.7.6", "Offer the extension toString with hasOwnProperty", "toString; hasOwnProperty=1"},
        {"8.7.7", "Offer Permessage-Deflate with capital letters", "Permessage-Deflate"},  // known or not: no error
    };
    for (const Row& row : unknown)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-9.1-8", "R6455-4.2.2-11", "R6455-4.2.2-13", "R6455-9.1-9"},
                         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", row.value)), expect(opens())}});

    static const Row deflate[] = {
        {"8.7.8", "Offer permessage-deflate", "permessage-deflate"},
        {"8.7.9", "Offer permessage-deflate between two unknown extensions", "x-foo, permessage-deflate, x-bar"},
        {"8.7.10", "Offer permessage-deflate without the server's context",
         "permessage-deflate; server_no_context_takeover"},
        {"8.7.11", "Offer permessage-deflate without the client's context",
         "permessage-deflate; client_no_context_takeover"},
        {"8.7.12", "Offer permessage-deflate with the largest window for the server",
         "permessage-deflate; server_max_window_bits=15"},
        {"8.7.13", "Offer permessage-deflate with the smallest window for the server",
         "permessage-deflate; server_max_window_bits=8"},  // zlib cannot; declining is right
        {"8.7.14", "Offer permessage-deflate with client_max_window_bits without a value",
         "permessage-deflate; client_max_window_bits"},  // Chrome
        {"8.7.15", "Offer permessage-deflate with client_max_window_bits=10",
         "permessage-deflate; client_max_window_bits=10"},
        {"8.7.16", "Offer permessage-deflate with all four parameters",
         "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; "
         "client_max_window_bits=11"},
        {"8.7.17", "Offer permessage-deflate twice, the first with a small window",
         "permessage-deflate; server_max_window_bits=9, permessage-deflate"},
    };
    for (const Row& row : deflate)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R7692-5-6", "R6455-9.1-8", "R7692-7.1.2.2-6"},
                         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", row.value)), expect(opens())}});

    std::vector<Case> more = {
        {.id = "8.7.18",
         .title = "Offer permessage-deflate in the second of three lines",
         .target = Target::server,
         .covers = {"R6455-9.1-2", "R6455-11.3.2-1"},
         .script = {open(Handshake{}
                             .add("Sec-WebSocket-Extensions", "x-foo")
                             .add("Sec-WebSocket-Extensions", "permessage-deflate")
                             .add("Sec-WebSocket-Extensions", "x-bar")),
                    expect(opens())}},
        {.id = "8.7.19",
         .title = "Offer permessage-deflate with a quoted number",
         .target = Target::server,
         .covers = {"R6455-4.3-3", "R6455-9.1-10"},
         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions",
                                         "permessage-deflate; server_max_window_bits=\"10\"")),
                    expect(opens())}},
        {.id = "8.7.20",
         .title = "Offer permessage-deflate with blanks around = and ;",
         .target = Target::server,
         .covers = {"R6455-4.3-8"},
         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions",
                                         "permessage-deflate ; client_max_window_bits = 15 , x-foo")),
                    should_open()},
         .note = "RFC 2616, whose grammar RFC 6455 uses, allows blanks there; RFC 9110 does not."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

std::vector<Case> illegal_extensions() {
    std::vector<Case> cases;

    // To be declined: the connection opens without it. That the answer accepts no such offer is judged always.
    struct Offer {
        std::string_view id, title, value, covers;
    };
    static const Offer declined[] = {
        {"8.7.21", "Offer permessage-deflate with an unknown parameter", "permessage-deflate; foo", "R7692-7-1"},
        {"8.7.22", "Offer permessage-deflate with the parameter constructor", "permessage-deflate; constructor",
         "R7692-7-1"},  // JavaScript's prototypes
        {"8.7.23", "Offer permessage-deflate with server_max_window_bits without a value",
         "permessage-deflate; server_max_window_bits", "R7692-7-2"},
        {"8.7.24", "Offer permessage-deflate with server_max_window_bits=7",
         "permessage-deflate; server_max_window_bits=7", "R7692-7-2"},  // one below
        {"8.7.25", "Offer permessage-deflate with server_max_window_bits=16",
         "permessage-deflate; server_max_window_bits=16", "R7692-7-2"},  // one above
        {"8.7.26", "Offer permessage-deflate with server_max_window_bits=0",
         "permessage-deflate; server_max_window_bits=0", "R7692-7-2"},  // zlib: "as in the header"
        {"8.7.27", "Offer permessage-deflate with server_max_window_bits=-15",
         "permessage-deflate; server_max_window_bits=-15", "R7692-7-2"},  // zlib: raw deflate
        {"8.7.28", "Offer permessage-deflate with server_max_window_bits=010",
         "permessage-deflate; server_max_window_bits=010", "R7692-7-2"},  // leading zero; 8 in octal
        {"8.7.29", "Offer permessage-deflate with server_max_window_bits=1e1",
         "permessage-deflate; server_max_window_bits=1e1", "R7692-7-2"},  // a number in JavaScript
        {"8.7.30", "Offer permessage-deflate with server_max_window_bits=abc",
         "permessage-deflate; server_max_window_bits=abc", "R7692-7-2"},
        {"8.7.31", "Offer permessage-deflate with server_max_window_bits=4294967306",
         "permessage-deflate; server_max_window_bits=4294967306", "R7692-7-2"},  // 10 in 32 bits
        {"8.7.32", "Offer permessage-deflate with client_max_window_bits=7",
         "permessage-deflate; client_max_window_bits=7", "R7692-7-2"},
        {"8.7.33", "Offer permessage-deflate with client_max_window_bits=16",
         "permessage-deflate; client_max_window_bits=16", "R7692-7-2"},
        {"8.7.34", "Offer permessage-deflate with server_no_context_takeover=1",
         "permessage-deflate; server_no_context_takeover=1", "R7692-7-2"},
        {"8.7.35", "Offer permessage-deflate with client_no_context_takeover=\"true\"",
         "permessage-deflate; client_no_context_takeover=\"true\"", "R7692-7-2"},
        {"8.7.36", "Offer permessage-deflate with server_no_context_takeover twice",
         "permessage-deflate; server_no_context_takeover; server_no_context_takeover", "R7692-7-3"},
        {"8.7.37", "Offer permessage-deflate with client_max_window_bits twice",
         "permessage-deflate; client_max_window_bits; client_max_window_bits=10", "R7692-7-3"},
    };
    auto const add_declined = [&cases](const Offer& row) {
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {std::string(row.covers)},
                         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", row.value)), should_open()}});
    };
    std::ranges::for_each(declined, add_declined);
    cases.push_back(
        {.id = "8.7.38",
         .title = "Offer permessage-deflate with an unknown parameter, then without",
         .target = Target::server,
         .covers = {"R7692-7-1", "R7692-5-2"},
         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate; foo, permessage-deflate")),
                    should_open()}});

    // Not in the grammar of 9.1, so the connection has to be failed at once. Many ignore the field instead.
    static const Row malformed[] = {
        {"8.7.39", "Offer a list of extensions that is a semicolon", ";"},
        {"8.7.40", "Offer a list of extensions that is a comma", ","},  // at least one element
        {"8.7.41", "Offer a list of extensions that is an equals sign", "="},
        {"8.7.42", "Offer an extension with a semicolon at its end", "x-a;"},
        {"8.7.43", "Offer an extension with an empty parameter", "x-a;;b"},
        {"8.7.44", "Offer an extension with a parameter without a name", "x-a;=1"},
        {"8.7.45", "Offer an extension with a parameter that ends in =", "x-a;b="},
        {"8.7.46", "Offer an extension with a quoted value that does not end", "x-a;b=\"c"},
        {"8.7.47", "Offer an extension whose value ends in a backslash", "x-a;b=\"\\"},  // reads beyond the end
        {"8.7.48", "Offer an extension with an empty quoted value", "x-a;b=\"\""},       // unescaped, no token
        {"8.7.49", "Offer an extension with a quoted value of two words", "x-a;b=\"c d\""},
        {"8.7.50", "Offer an extension that has a value itself", "x-a=b"},
        {"8.7.51", "Offer an extension of two words", "x-a b"},
        {"8.7.52", "Offer an extension with an octet 80 in its name", "x-\x80"},
        {"8.7.53", "Offer permessage-deflate with a semicolon at its end",
         "permessage-deflate; server_max_window_bits=10;"},
        {"8.7.54", "Offer permessage-deflate in front of a malformed extension", "permessage-deflate, x-a;"},
        {"8.7.55", "Offer an empty list of extensions", ""},
    };
    for (const Row& row : malformed)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-9.1-1", "R6455-4.3-2"},
                         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", row.value)), should_refuse()}});

    auto const many = [](std::string_view piece) {
        std::string text;
        while (text.size() + piece.size() <= 60'000) text += piece;
        return text;
    };
    std::string const escapes = "x-a;b=\"" + many("\\c");
    std::string const parameters = "x-a" + many(";a");
    std::string const commas = many(",");
    std::string const elements = many("a,") + "a";
    const Row large[] = {
        {"8.7.56", "Offer an extension with 60,000 octets of escapes in a quoted value that does not end",
         escapes},  // CVE-2020-7662, CVE-2020-7663: exponential time
        {"8.7.57", "Offer an extension with 60,000 octets of parameters", parameters},
        {"8.7.58", "Offer 60,000 empty extensions", commas},
        {"8.7.59", "Offer 60,000 octets of extensions", elements},
    };
    for (const Row& row : large)
        cases.push_back(
            {.id = std::string(row.id),
             .title = std::string(row.title),
             .target = Target::server,
             .covers = {"R6455-10.1-1", "R6455-4.3-2"},
             .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", row.value)), may_open_or_refuse()}});
    // Names that a comparison of beginnings or ends takes for others.
    static const Offer lookalikes[] = {
        {"8.7.60", "Offer permessage-deflate with the parameter server_no_context_takeover_x",
         "permessage-deflate; server_no_context_takeover_x", "R7692-7-1"},
        {"8.7.61", "Offer permessage-deflate with the parameter x_client_max_window_bits",
         "permessage-deflate; x_client_max_window_bits=10", "R7692-7-1"},
        {"8.7.62", "Offer the extensions permessage-deflatex and xpermessage-deflate",
         "permessage-deflatex, xpermessage-deflate", "R6455-9.1-8"},
    };
    std::ranges::for_each(lookalikes, add_declined);
    return cases;
}

}  // namespace

std::vector<Case> fields() {
    std::vector<Case> cases;
    for (auto part : {upgrade, connection, key, version, subprotocols, legal_extensions, illegal_extensions})
        std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::opening
