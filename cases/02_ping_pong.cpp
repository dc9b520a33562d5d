// Group 2: ping and pong (RFC 6455 sections 5.5.2 and 5.5.3).
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

constexpr const char* unsolicited = "unsolicited pong payload";

/// A ping out, its pong back.
Script answered(const Octets& payload, Delivery delivery = {}) {
    return {open(), send(ping(payload), std::move(delivery)), expect(receives(pong(payload))), closing_handshake()};
}

/// The frames, then a ping that must not be answered any more (section 7.1.7).
Script refused(std::vector<Frame> frames) {
    frames.push_back(ping("after the fault"));
    return {open(), send(std::move(frames)), expect(fails(1002))};
}

/// "payload-0" to "payload-9", as pings or as pongs.
std::vector<Frame> ten(Frame (*make)(std::string_view)) {
    std::vector<Frame> made;
    for (char digit = '0'; digit <= '9'; ++digit) made.push_back(make(std::string("payload-") + digit));
    return made;
}

/// A ping that travels with data: its pong comes first or in its place. Held back until the echoes are out it is not
/// "as soon as is practical" (section 5.5.2, SHOULD).
Step expect_pong_and(const Frame& the_pong, const Frame& message) {
    return expect({receives({the_pong, message}), receives({message, the_pong}).non_strict()});
}

constexpr const char* only_the_newest =
    "Autobahn demands all ten pongs; RFC 6455 section 5.5.3 lets an endpoint answer only the newest ping, so older "
    "ones may be missing.";

struct Payload {
    const char* id;
    const char* what;
    const char* pattern;
    std::size_t size;
};

// clang-format off
constexpr Payload payloads[] = {
    {"2.12.1", "of one octet", "x", 1},                                     // the shortest that is not empty
    {"2.12.2", "of 3 octets", "abc", 3},                                    // shorter than a masking key
    {"2.12.3", "of 4 octets", "abcd", 4},                                   // as long as a masking key
    {"2.12.4", "of 5 octets", "abcde", 5},                                  // one more: the key starts over
    {"2.12.5", "of 124 octets", "BAsd7&jh23", 124},                         // one below the limit
    {"2.12.6", "of 125 octets that are not all the same", "BAsd7&jh23", 125},  // the limit; a shift shows
    {"2.12.7", "that reads like a text frame", "\x81\x05Hello", 7},         // a payload is never parsed
    {"2.12.8", "that reads like a Close frame", "\x88\x02\x03\xe8", 4},     // nor obeyed
    {"2.12.9", "that holds line ends and quotes", "\r\n\"'%s%n\\", 9},            // nor printed through a format
};
// clang-format on

struct TooLong {
    const char* id;
    const char* title;
    Frame frame;
};

}  // namespace

Group ping_pong() {
    std::vector<Case> cases;
    auto add = [&cases](Case added) { cases.push_back(std::move(added)); };

    add({.id = "2.1",
         .title = "Send an empty ping",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1"},
         .script = answered({}),
         .autobahn = true});
    add({.id = "2.2",
         .title = "Send a ping with 13 ASCII characters",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1", "R6455-5.5.2-1"},
         .script = answered(octets("Hello, world!")),
         .autobahn = true});
    add({.id = "2.3",
         .title = "Send a ping whose payload is no UTF-8",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1", "R6455-5.5.2-1"},
         .script = answered(hex("00 ff fe fd fc fb 00 ff")),
         .autobahn = true});
    add({.id = "2.4",
         .title = "Send a ping with the longest payload, 125 octets",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1", "R6455-5.5.2-1"},
         .script = answered(repeated(0xfe, 125)),
         .autobahn = true});
    add({.id = "2.5",
         .title = "Send a ping with a payload of 126 octets, one too many",
         .covers = {"R6455-5.5-3"},
         .script = {open(), send(ping(repeated(0xfe, 126))), expect(fails(1002))},
         .autobahn = true});
    add({.id = "2.6",
         .title = "Send a ping with 125 octets, one octet a write",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1", "R6455-5.2-15"},
         .script = answered(repeated(0xfe, 125), chopped(1)),
         .autobahn = true});
    add({.id = "2.7",
         .title = "Send an empty pong that nobody asked for, then Close",
         .covers = {"R6455-5.5.3-3", "R6455-5.5.1-9"},
         .script = {open(), send({pong(), close_frame(1000)}), expect(closes({1000, 0}))},
         .autobahn = true});
    add({.id = "2.8",
         .title = "Send a pong with a payload that nobody asked for, then Close",
         .covers = {"R6455-5.5.3-3", "R6455-5.5.1-9"},
         .script = {open(), send({pong(unsolicited), close_frame(1000)}), expect(closes({1000, 0}))},
         .autobahn = true});
    add({.id = "2.9",
         .title = "Send a pong that nobody asked for, then a ping",
         .covers = {"R6455-5.5.3-3", "R6455-5.5.2-2"},
         .script = {open(), send({pong(unsolicited), ping("ping payload")}), expect(receives(pong("ping payload"))),
                    closing_handshake()},
         .autobahn = true});
    add({.id = "2.10",
         .title = "Send ten pings in one write",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-2", "R6455-5.5.3-1"},
         .script = {open(), send(ten(ping)), expect(receives(ten(pong))), closing_handshake()},
         .note = only_the_newest,
         .autobahn = true});
    add({.id = "2.11",
         .title = "Send ten pings, one octet a write",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-2", "R6455-5.2-15"},
         .script = {open(), send(ten(ping), chopped(1)), expect(receives(ten(pong))), closing_handshake()},
         .note = only_the_newest,
         .autobahn = true});

    for (const auto& row : payloads) {
        add({.id = row.id,
             .title = std::string("Send a ping with a payload ") + row.what,
             .covers = {"R6455-5.5.3-1", "R6455-5.5.2-2"},
             .script = answered(pattern(row.pattern, row.size))});
    }

    TooLong const too_long[] = {
        // The form does not matter, the length does.
        {"2.13.1", "Send a ping with 126 octets in the 64-bit length form",
         ping(repeated('*', 126)).in_form(LengthForm::sixtyfour_bits)},
        // Cut to 16 bits the length is zero.
        {"2.13.2", "Send a ping with 65536 octets", ping(repeated('*', 65536))},
        // Nobody waits for a pong; its length is checked all the same.
        {"2.13.3", "Send a pong with 126 octets", pong(repeated('*', 126))},
        {"2.13.4", "Send a pong with 126 octets in the 64-bit length form",
         pong(repeated('*', 126)).in_form(LengthForm::sixtyfour_bits)},
        {"2.13.5", "Send a pong with 65536 octets", pong(repeated('*', 65536))},
    };
    for (const auto& row : too_long) {
        add({.id = row.id, .title = row.title, .covers = {"R6455-5.5-3"}, .script = refused({row.frame})});
    }
    // The header is enough to know (section 5.5), but no sentence says that it has to be enough.
    add({.id = "2.13.6",
         .title = "Announce a ping of 126 octets and send none of them",
         .covers = {"R6455-5.5-3"},
         .script = {open(), send(ping().claiming(126)), expect({fails(1002), waits().non_strict()})}});
    add({.id = "2.13.7",
         .title = "Announce a pong of 65535 octets and send none of them",
         .covers = {"R6455-5.5-3"},
         .script = {open(), send(pong().claiming(65535)), expect({fails(1002), waits().non_strict()})}});

    // Pings among data: neither may disturb the other.
    add({.id = "2.14.1",
         .title = "Send a ping between two text messages, in one write",
         .covers = {"R6455-5.5-5", "R6455-5.5.2-2", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = {open(), send({text("before"), ping("between"), text("behind")}),
                    expect({receives({text("before"), pong("between"), text("behind")}),
                            receives({pong("between"), text("before"), text("behind")}),
                            receives({text("before"), text("behind"), pong("between")}).non_strict()}),
                    closing_handshake()},
         .note = "A pong may overtake an echo. Behind both echoes it is late: RFC 6455 section 5.5.2 says SHOULD, so "
                 "non-strict."});
    add({.id = "2.14.2",
         .title = "Send a ping with 125 octets between two fragments",
         .covers = {"R6455-5.4-11", "R6455-5.5-5", "R6455-5.5.3-1"},
         .needs = Need::echo,
         .script = {open(), send({text("Hel").more(), ping(pattern("BAsd7&jh23", 125)), continuation("lo")}),
                    expect_pong_and(pong(pattern("BAsd7&jh23", 125)), text("Hello")), closing_handshake()}});
    add({.id = "2.14.3",
         .title = "Send a ping and a binary message in one write",
         .covers = {"R6455-5.5.2-2", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = {open(), send({ping("first"), binary(hex("00 ff fe"))}),
                    expect_pong_and(pong("first"), binary(hex("00 ff fe"))), closing_handshake()}});
    // Unsolicited pongs are no part of the message they stand in.
    add({.id = "2.14.4",
         .title = "Send a pong that nobody asked for between two fragments",
         .covers = {"R6455-5.5.3-3", "R6455-5.4-11"},
         .needs = Need::echo,
         .script = {open(), send({text("Hel").more(), pong("not this"), continuation("lo")}),
                    expect(receives(text("Hello"))), closing_handshake()}});
    add({.id = "2.14.5",
         .title = "Send a pong that nobody asked for with the payload of the ping behind it",
         .covers = {"R6455-5.5.3-3", "R6455-5.5.2-2"},
         .script = {open(), send({pong("twin"), ping("twin")}), expect(receives(pong("twin"))), closing_handshake()}});
    // A payload buffer that is not cut to length gives old octets away.
    add({.id = "2.15.1",
         .title = "Send a long ping, then ever shorter ones, waiting for each pong",
         .covers = {"R6455-5.5.3-1", "R6455-5.5.2-2"},
         .script = {open(), send(ping(repeated('s', 125))), expect(receives(pong(repeated('s', 125)))),
                    send(ping("short")), expect(receives(pong("short"))), send(ping()), expect(receives(pong())),
                    closing_handshake()}});
    add({.id = "2.15.2",
         .title = "Send the same ping twice, waiting for each pong",
         .covers = {"R6455-5.5.2-2"},
         .script = {open(), send(ping("again")), expect(receives(pong("again"))), send(ping("again")),
                    expect(receives(pong("again"))), closing_handshake()}});
    // A pong that nobody asked for may be as long as any.
    for (std::size_t const size : {100U, 124U, 125U}) {
        add({.id = "2.16." + std::to_string(size == 125   ? 3
                                            : size == 124 ? 2
                                                          : 1),
             .title = "Send a pong of " + std::to_string(size) + " octets that nobody asked for, then a ping",
             .covers = {"R6455-5.5.3-3", "R6455-5.5.2-2"},
             .script = {open(), send({pong(pattern("BAsd7&jh23", size)), ping("behind it")}),
                        expect(receives(pong("behind it"))), closing_handshake()}});
    }
    // Counters of pings that end somewhere.
    add({.id = "2.17.1",
         .title = "Send 1120 pings, 40 in a write",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1"},
         .script = {open(), repeat(28, {send(std::vector<Frame>(40, ping("again"))), barrier("answered")}),
                    closing_handshake()},
         .note = only_the_newest});
    // Behind the Pong of the one before no Ping waits, so none can be one too many. An empty one goes other ways in
    // some implementations than one with a payload.
    add({.id = "2.17.2",
         .title = "Send 200 empty pings, each behind the pong of the one before",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.2-4"},
         .script = {open(), repeat(200, {send(ping()), expect(receives(pong()))}), closing_handshake()},
         .note =
             "A limit to the pings that wait for a pong (RFC 6455 section 10.4) is none to those that were answered: "
             "section 5.5.2 lets a peer send them at any time while the connection is open."});
    // Any Application data is right, and comes back as it is.
    auto const each_answered = [](const std::vector<Octets>& payloads) {
        Script script = {open()};
        for (const Octets& payload : payloads) {
            script.push_back(send(ping(payload)));
            script.push_back(expect(receives(pong(payload))));
        }
        script.push_back(closing_handshake());
        return script;
    };
    std::vector<Octets> every_length;
    for (std::size_t size = 0; size <= 125; ++size) {
        Octets payload;
        for (std::size_t i = 0; i < size; ++i) payload.push_back(static_cast<Octet>(i));
        every_length.push_back(std::move(payload));
    }
    add({.id = "2.18.1",
         .title = "Send a ping of each length from 0 to 125, each behind the pong of the one before",
         .covers = {"R6455-5.5.3-1", "R6455-5.5.2-2"},
         .script = each_answered(every_length)});
    std::vector<Octets> edges;
    for (const char* edge : {"20", "09", "0a", "0d 0a", "00", "1a", "ff", "22", "5c"}) {
        for (bool const behind : {true, false}) {
            Octets payload = behind ? octets("abc") : hex(edge);
            append(payload, behind ? hex(edge) : octets("abc"));
            edges.push_back(std::move(payload));
        }
        edges.push_back(hex(edge));
    }
    add({.id = "2.18.2",
         .title = "Send pings that begin, or end, with blanks, line ends, NUL and other octets that get stripped",
         .covers = {"R6455-5.5.3-1"},
         .script = each_answered(edges)});
    add({.id = "2.18.3",
         .title = "Send pings with payloads in UTF-8, and in none",
         .covers = {"R6455-5.5.3-1"},
         .script = each_answered({octets("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), octets("\xef\xbb\xbf"), hex("e2 82"),
                                  hex("ff fe fd"), hex("c0 80"), hex("ed a0 80")})});
    add({.id = "2.18.4",
         .title = "Send pongs that nobody asked for with any octets, then a ping",
         .covers = {"R6455-5.5.3-3"},
         .script = {open(),
                    send({pong(hex("ff fe")), pong(hex("00")), pong(hex("c0 80 ed a0 80")), pong(hex("03 e8")),
                          pong("\r\n"), ping("still there")}),
                    expect(receives(pong("still there"))), closing_handshake()}});
    add({.id = "2.18.5",
         .title = "Agree on deflate and send pings with and without payload, between messages and inside one",
         .covers = {"R6455-5.5.2-2", "R6455-5.5.3-1"},
         .needs = Need::echo | Need::deflate,
         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate")), send(ping()),
                    expect(receives(pong())), send(text("Hello")), expect(receives(text("Hello"))), send(ping()),
                    expect(receives(pong())), send({text("Hel").more(), ping("p")}), expect(receives(pong("p"))),
                    send({ping(std::string(125, '*'))}), expect(receives(pong(std::string(125, '*')))),
                    send(continuation("lo")), expect(receives(text("Hello"))), closing_handshake()}});
    add({.id = "2.18.6",
         .title = "Send a ping behind a first fragment of 65536 octets",
         .covers = {"R6455-5.4-11", "R6455-5.5.2-2"},
         .script = {open(), send({text(pattern("BAsd7&jh23", 65536)).more(), ping("inside")}),
                    expect(receives(pong("inside"))), send(continuation("")), barrier("behind"), closing_handshake()}});
    std::vector<Frame> hundred = {text("a").more()};
    for (int i = 0; i < 100; ++i) hundred.push_back(continuation("a").more());
    hundred.push_back(ping("inside"));
    add({.id = "2.18.7",
         .title = "Send a ping behind 101 fragments of a message that goes on",
         .covers = {"R6455-5.4-11", "R6455-5.5.2-2"},
         .script = {open(), send(std::move(hundred)), expect(receives(pong("inside"))), send(continuation("")),
                    barrier("behind"), closing_handshake()}});
    add({.id = "2.18.8",
         .title = "Send 2400 pings, 40 in a write, then one more",
         .covers = {"R6455-5.5.2-2"},
         .script = {open(), repeat(60, {send(std::vector<Frame>(40, ping("again"))), barrier("answered")}),
                    send(ping("the last")), expect(receives(pong("the last"))), closing_handshake()},
         .note = only_the_newest});
    return {.number = "2", .title = "Ping and pong", .cases = std::move(cases)};
}

}  // namespace wsspec
