// Group 5: fragmentation. A message is one frame or a first fragment, continuations and a last one; control frames may
// stand between them, other data frames may not (RFC 6455 section 5.4).
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

constexpr const char* ping_payload = "ping payload";
constexpr const char* stray = "non-continuation payload";
constexpr const char* hello = "Hello, world!";

constexpr const char* late_pong =
    "Autobahn fails an echo in front of the pong. RFC 6455 section 5.4 wants the ping handled in the middle of the "
    "message, yet section 5.5.2 says SHOULD about when the pong is sent: non-strict.";

Frame first(std::string_view payload) { return text(payload).more(); }
Frame middle(std::string_view payload) { return continuation(payload).more(); }

/// "fragment1" and "fragment2" with something or nothing between them.
Script two_fragments(Delivery delivery) {
    return {open(), send({first("fragment1"), continuation("fragment2")}, std::move(delivery)),
            expect(receives(text("fragment1fragment2"))), closing_handshake()};
}

Step expect_pong_and(const Frame& the_pong, const Frame& message) {
    return expect({receives({the_pong, message}), receives({message, the_pong}).non_strict()});
}

Script ping_between(Delivery delivery) {
    return {open(), send({first("fragment1"), ping(ping_payload), continuation("fragment2")}, std::move(delivery)),
            expect_pong_and(pong(ping_payload), text("fragment1fragment2")), closing_handshake()};
}

/// The frames, then a ping that must not be answered any more (section 7.1.7).
Script refused(std::vector<Frame> frames) {
    frames.push_back(ping("after the fault"));
    return {open(), send(std::move(frames)), expect(fails(1002))};
}

/// As above; these messages come back first. Without them it is non-strict: all may be in one read.
Script refused_after(std::vector<Frame> good, std::vector<Frame> frames) {
    frames.push_back(ping("after the fault"));
    return {open(), send(std::move(frames)), expect(fails(1002).after(std::move(good)))};
}

/// How a case is written to the wire: together, frame by frame, octet by octet.
enum class Writes { together, per_frame, per_octet };

Delivery delivery(Writes writes) {
    return writes == Writes::together ? together() : writes == Writes::per_frame ? per_frame() : chopped(1);
}
const char* words(Writes writes) {
    return writes == Writes::together    ? ""
           : writes == Writes::per_frame ? ", one write a frame"
                                         : ", one octet a write";
}

struct Row {
    const char* id;
    Writes writes;
};
struct Stray {
    const char* id;
    bool fin;
    Writes writes;
};

// clang-format off
constexpr Row plain_rows[] = {
    {"5.3", Writes::together},   // both fragments in one read
    {"5.4", Writes::per_frame},  // a read for each
    {"5.5", Writes::per_octet},  // every header split
};
constexpr Row ping_rows[] = {
    {"5.6", Writes::together},   // ping and last fragment are there at once: no excuse to reorder
    {"5.7", Writes::per_frame},  // the ping comes while the message is open
    {"5.8", Writes::per_octet},  // every header split
};
constexpr Stray strays[] = {
    {"5.9", true, Writes::together},    // seems complete: may be taken for a message
    {"5.10", true, Writes::per_frame},  // the good text comes when the fault has been seen
    {"5.11", true, Writes::per_octet},  // every header split
    {"5.12", false, Writes::together},  // seems to open a message: the good text may be taken into it
    {"5.13", false, Writes::per_frame}, // the good text comes when the fault has been seen
    {"5.14", false, Writes::per_octet}, // every header split
};
// clang-format on

/// A data frame inside an unfinished message.
struct Intruder {
    const char* id;
    Octet open;
    Octet intruder;
    bool fin;
};

// clang-format off
constexpr Intruder intruders[] = {
    {"5.23.1", 0x1, 0x1, false}, // may be taken for another fragment
    {"5.23.2", 0x1, 0x2, true},  // a whole message of the other type
    {"5.23.3", 0x1, 0x2, false}, // two messages open at once
    {"5.23.4", 0x2, 0x1, true},  // the other way round; binary has no UTF-8 state to stumble over
    {"5.23.5", 0x2, 0x1, false}, // two messages open at once
    {"5.23.6", 0x2, 0x2, true},  // the same type
    {"5.23.7", 0x2, 0x2, false}, // may be taken for another fragment
};
// clang-format on

struct Fault {
    const char* id;
    const char* title;
    const char* requirement;
    std::vector<Frame> good;    ///< What comes back first.
    std::vector<Frame> frames;  ///< What is sent; a ping follows.
};

struct Good {
    const char* id;
    const char* title;
    const char* requirement;
    std::vector<Frame> frames;
    std::vector<Frame> echoes;
    Writes writes = Writes::together;
};

/// "data" in two fragments with a hundred empty ones between them.
std::vector<Frame> with_a_hundred_empty() {
    std::vector<Frame> frames(102, middle(""));
    frames.front() = first("da");
    frames.back() = continuation("ta");
    return frames;
}

/// Ten fragments, each followed by a ping whose pong must come before the next is sent.
Script ping_behind_each_fragment() {
    Script script = {open()};
    std::string whole;
    for (char digit = '0'; digit <= '9'; ++digit) {
        std::string const payload = std::string("part") + digit;
        whole += payload;
        script.push_back(send({digit == '0' ? first(payload) : middle(payload), ping(payload)}));
        script.push_back(expect(receives(pong(payload))));
    }
    script.push_back(send(continuation("")));
    script.push_back(expect(receives(text(whole))));
    script.push_back(closing_handshake());
    return script;
}

}  // namespace

Group fragmentation() {
    std::vector<Case> cases;
    auto add = [&cases](Case added) { cases.push_back(std::move(added)); };

    add({.id = "5.1",
         .title = "Send a ping with FIN = 0, then a continuation",
         .covers = {"R6455-5.4-8"},
         .script = {open(), send({ping("fragment1").more(), continuation("fragment2")}), expect(fails(1002))},
         .autobahn = true});
    add({.id = "5.2",
         .title = "Send a pong with FIN = 0, then a continuation",
         .covers = {"R6455-5.4-8"},
         .script = {open(), send({pong("fragment1").more(), continuation("fragment2")}), expect(fails(1002))},
         .autobahn = true});
    for (const auto& row : plain_rows) {
        add({.id = row.id,
             .title = std::string("Send a text message in two fragments") + words(row.writes),
             .covers = {"R6455-5.4-3", "R6455-5.4-13", "R6455-5.4-1"},
             .needs = Need::echo,
             .script = two_fragments(delivery(row.writes)),
             .autobahn = true});
    }
    for (const auto& row : ping_rows) {
        add({.id = row.id,
             .title = std::string("Send a text message in two fragments with a ping between them") + words(row.writes),
             .covers = {"R6455-5.4-11", "R6455-5.5-5", "R6455-5.5.2-2", "R6455-5.5.2-3"},
             .needs = Need::echo,
             .script = ping_between(delivery(row.writes)),
             .note = late_pong,
             .autobahn = true});
    }
    for (const auto& row : strays) {
        Frame const bad = row.fin ? continuation(stray) : middle(stray);
        add({.id = row.id,
             .title = std::string("Send a continuation with FIN = ") + (row.fin ? "1" : "0") +
                      " and nothing to continue, then a text" + words(row.writes),
             .covers = {"R6455-5.4-4", "R6455-7.1.7-7"},
             .script = {open(), send({bad, text(hello)}, delivery(row.writes)), expect(fails(1002))},
             .autobahn = true});
    }
    add({.id = "5.15",
         .title = "Send a message in two fragments, a continuation with FIN = 0 and a text",
         .covers = {"R6455-5.4-4", "R6455-7.1.7-7"},
         .script = {open(),
                    send({first("fragment1"), continuation("fragment2"), middle("fragment3"), text("fragment4")}),
                    expect(fails(1002).after({text("fragment1fragment2")}))},
         .note = "The echo of the good message may be missing where the target reads all frames at once: then "
                 "non-strict (RFC 6455 section 7.1.7). A target that does not echo is judged without it.",
         .autobahn = true});
    add({.id = "5.16",
         .title = "Twice send a continuation with FIN = 0 and nothing to continue, then a message in two fragments",
         .covers = {"R6455-5.4-4", "R6455-7.1.7-7"},
         .script = {open(),
                    send({middle("fragment1"), first("fragment2"), continuation("fragment3"), middle("fragment1"),
                          first("fragment2"), continuation("fragment3")}),
                    expect(fails(1002))},
         .autobahn = true});
    add({.id = "5.17",
         .title = "Twice send a continuation with FIN = 1 and nothing to continue, then a message in two fragments",
         .covers = {"R6455-5.4-4", "R6455-7.1.7-7"},
         .script = {open(),
                    send({continuation("fragment1"), first("fragment2"), continuation("fragment3"),
                          continuation("fragment1"), first("fragment2"), continuation("fragment3")}),
                    expect(fails(1002))},
         .autobahn = true});
    add({.id = "5.18",
         .title = "Send a text frame inside an unfinished text message",
         .covers = {"R6455-5.4-5"},
         .script = {open(), send({first("fragment1"), text("fragment2")}), expect(fails(1002))},
         .autobahn = true});
    for (const auto& row : {Row{"5.19", Writes::together}, Row{"5.20", Writes::per_frame}}) {
        add({.id = row.id,
             .title = std::string("Send a message in five fragments with two pings, waiting for the first pong") +
                      words(row.writes),
             .covers = {"R6455-5.4-11", "R6455-5.5-5", "R6455-5.5.2-2", "R6455-5.5.2-3"},
             .needs = Need::echo,
             .script = {open(),
                        send({first("fragment1"), middle("fragment2"), ping("pongme 1!")}, delivery(row.writes)),
                        expect(receives(pong("pongme 1!"))),
                        send({middle("fragment3"), middle("fragment4"), ping("pongme 2!"), continuation("fragment5")},
                             delivery(row.writes)),
                        expect_pong_and(pong("pongme 2!"), text("fragment1fragment2fragment3fragment4fragment5")),
                        closing_handshake()},
             .note = late_pong,
             .autobahn = true});
    }

    // A Close whose answer is 1000 was taken for a good one; hence the code.
    add({.id = "5.21.1",
         .title = "Send a Close with FIN = 0, then a continuation",
         .covers = {"R6455-5.4-8"},
         .script = refused({close_frame(1000).more(), continuation("fragment2")})});
    add({.id = "5.21.2",
         .title = "Send a ping with FIN = 0 inside a fragmented message",
         .covers = {"R6455-5.4-8"},
         .script = refused({first("fragment1"), ping("fragment2").more(), continuation("fragment3")})});
    add({.id = "5.21.3",
         .title = "Send an empty ping with FIN = 0",
         .covers = {"R6455-5.4-8"},
         .script = refused({ping().more()})});
    add({.id = "5.21.4",
         .title = "Send an empty pong with FIN = 0",
         .covers = {"R6455-5.4-8"},
         .script = refused({pong().more()})});
    add({.id = "5.21.5",
         .title = "Send a ping of 126 octets inside a fragmented message",
         .covers = {"R6455-5.5-3"},
         .script = refused({first("fragment1"), ping(repeated('*', 126)), continuation("fragment2")})});

    Good const binaries[] = {
        // Each half may look like text; the type is that of the first frame.
        {"5.22.1",
         "Send a binary message in two fragments",
         "R6455-5.4-3",
         {binary(hex("00 ff")).more(), continuation(hex("fe 01"))},
         {binary(hex("00 ff fe 01"))}},
        // Octets that no text has, in the continuations: no UTF-8 check there.
        {"5.22.2",
         "Send a binary message in three fragments, one octet a write",
         "R6455-5.4-3",
         {binary(hex("c3")).more(), continuation(hex("28 ff")).more(), continuation(hex("c0"))},
         {binary(hex("c3 28 ff c0"))},
         Writes::per_octet},
        {"5.22.3",
         "Send a binary message with an empty first fragment",
         "R6455-5.4-12",
         {binary(Octets{}).more(), continuation(hex("ff fe"))},
         {binary(hex("ff fe"))}},
        {"5.22.4",
         "Send an empty binary message in three fragments",
         "R6455-5.4-12",
         {binary(Octets{}).more(), continuation("").more(), continuation("")},
         {binary(Octets{})}},
    };
    for (const auto& row : binaries) {
        add({.id = row.id,
             .title = row.title,
             .covers = {row.requirement, "R6455-5.4-18", "R6455-5.6-4"},
             .needs = Need::echo,
             .script = {open(), send(row.frames, delivery(row.writes)), expect(receives(row.echoes)),
                        closing_handshake()}});
    }
    for (const auto& row : intruders) {
        Frame intruder = frame(row.intruder, octets("fragment2"));
        intruder.fin = row.fin;
        add({.id = row.id,
             .title = "Send a " + std::string(to_string(intruder.opcode)) +
                      " frame with FIN = " + (row.fin ? "1" : "0") + " inside an unfinished " +
                      std::string(to_string(static_cast<Opcode>(row.open))) + " message",
             .covers = {"R6455-5.4-5"},
             .script = refused({frame(row.open, octets("fragment1")).more(), intruder, continuation("fragment3")})});
    }

    Fault const strays_behind[] = {
        // Where "a message is open" is not reset.
        {"5.24.1",
         "Send a text message, then a continuation",
         "R6455-5.4-4",
         {text(hello)},
         {text(hello), continuation(stray)}},
        {"5.24.2",
         "Send a message in two fragments, then one continuation too many",
         "R6455-5.4-4",
         {text("fragment1fragment2")},
         {first("fragment1"), continuation("fragment2"), continuation("fragment3")}},
        // Nothing to deliver, so nothing to notice.
        {"5.24.3",
         "Send an empty continuation with FIN = 1 and nothing to continue",
         "R6455-5.4-4",
         {},
         {continuation("")}},
        {"5.24.4", "Send an empty continuation with FIN = 0 and nothing to continue", "R6455-5.4-4", {}, {middle("")}},
        // Where an empty message counts as none.
        {"5.24.5",
         "Send an empty text message, then a continuation",
         "R6455-5.4-4",
         {text("")},
         {text(""), continuation(stray)}},
        {"5.24.6",
         "Send an empty message in two fragments, then an empty continuation",
         "R6455-5.4-4",
         {text("")},
         {first(""), continuation(""), continuation("")}},
        // A ping is a frame in front, but opens nothing.
        {"5.24.7",
         "Send a ping, then a continuation",
         "R6455-5.4-4",
         {pong(ping_payload)},
         {ping(ping_payload), continuation(stray)}},
        // Behind a binary message in case only text is looked after.
        {"5.24.8",
         "Send a binary message, then a continuation",
         "R6455-5.4-4",
         {binary(hex("00 ff"))},
         {binary(hex("00 ff")), continuation(stray)}},
    };
    for (const auto& row : strays_behind) {
        add({.id = row.id,
             .title = row.title,
             .covers = {row.requirement},
             .script = row.good.empty() ? refused(row.frames) : refused_after(row.good, row.frames)});
    }

    Good const empties[] = {
        {"5.25.1",
         "Send a message with an empty first fragment",
         "R6455-5.4-12",
         {first(""), continuation("data")},
         {text("data")}},
        {"5.25.2",
         "Send a message with an empty fragment in the middle",
         "R6455-5.4-12",
         {first("da"), middle(""), continuation("ta")},
         {text("data")}},
        // An empty frame with FIN = 1 that is not seen keeps the message open: the next one would be an intruder.
        {"5.25.3",
         "Send a message with an empty last fragment, then another message",
         "R6455-5.4-12",
         {first("data"), continuation(""), text("next")},
         {text("data"), text("next")}},
        {"5.25.4",
         "Send a message with a hundred empty fragments in the middle",
         "R6455-5.4-12",
         with_a_hundred_empty(),
         {text("data")}},
        // The empty last fragment alone in a read, with no octet behind it.
        {"5.25.5",
         "Send a message with an empty last fragment, one write a frame",
         "R6455-5.4-12",
         {first("data"), continuation("")},
         {text("data")},
         Writes::per_frame},
    };
    for (const auto& row : empties) {
        add({.id = row.id,
             .title = row.title,
             .covers = {row.requirement, "R6455-5.4-3"},
             .needs = Need::echo,
             .script = {open(), send(row.frames, delivery(row.writes)), expect(receives(row.echoes)),
                        closing_handshake()}});
    }
    add({.id = "5.26.1",
         .title = "Send an empty ping between two fragments",
         .covers = {"R6455-5.4-11", "R6455-5.5-5"},
         .needs = Need::echo,
         .script = {open(), send({first("frag"), ping(), continuation("ment")}),
                    expect_pong_and(pong(), text("fragment")), closing_handshake()}});
    add({.id = "5.26.2",
         .title = "Send an empty pong between two fragments",
         .covers = {"R6455-5.4-11", "R6455-5.5.3-3"},
         .needs = Need::echo,
         .script = {open(), send({first("frag"), pong(), continuation("ment")}), expect(receives(text("fragment"))),
                    closing_handshake()}});
    add({.id = "5.26.3",
         .title = "Send a ping between two empty fragments",
         .covers = {"R6455-5.4-11", "R6455-5.4-12"},
         .needs = Need::echo,
         .script = {open(), send({first(""), ping(ping_payload), continuation("")}),
                    expect_pong_and(pong(ping_payload), text("")), closing_handshake()}});
    add({.id = "5.26.4",
         .title = "Send a ping between two fragments of a binary message",
         .covers = {"R6455-5.4-11", "R6455-5.5-5"},
         .needs = Need::echo,
         .script = {open(), send({binary(hex("00 ff")).more(), ping(ping_payload), continuation(hex("fe"))}),
                    expect_pong_and(pong(ping_payload), binary(hex("00 ff fe"))), closing_handshake()}});

    add({.id = "5.27.1",
         .title = "Send a text message in 200 fragments of one octet, in one write",
         .covers = {"R6455-5.4-3", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = {open(), send(in_fragments(text(pattern("BAsd7&jh23", 200)), 1)),
                    expect(receives(text(pattern("BAsd7&jh23", 200)))), closing_handshake()}});
    add({.id = "5.27.2",
         .title = "Send a binary message in 200 fragments of three octets, one write a frame",
         .covers = {"R6455-5.4-3", "R6455-5.4-1"},
         .needs = Need::echo,
         .script = {open(), send(in_fragments(binary(pattern("BAsd7&jh23", 600)), 3), per_frame()),
                    expect(receives(binary(pattern("BAsd7&jh23", 600)))), closing_handshake()}});
    // Each pong is awaited while the message is open, so it can't be put off to its end.
    add({.id = "5.27.3",
         .title = "Send a ping behind each of ten fragments, waiting for each pong",
         .covers = {"R6455-5.4-11", "R6455-5.5.2-2"},
         .needs = Need::echo,
         .script = ping_behind_each_fragment()});

    Good const back_to_back[] = {
        {"5.28.1",
         "Send two fragmented text messages in one write",
         "R6455-6.2-4",
         {first("a1"), continuation("a2"), first("b1"), continuation("b2")},
         {text("a1a2"), text("b1b2")}},
        // The type is to be noted anew.
        {"5.28.2",
         "Send a fragmented text and a fragmented binary message in one write",
         "R6455-6.2-3",
         {first("a1"), continuation("a2"), binary(octets("b1")).more(), continuation("b2")},
         {text("a1a2"), binary(octets("b1b2"))}},
        {"5.28.3",
         "Send a fragmented, a whole and a fragmented message, one octet a write",
         "R6455-6.2-4",
         {first("a1"), continuation("a2"), text("whole"), first("c1"), continuation("c2")},
         {text("a1a2"), text("whole"), text("c1c2")},
         Writes::per_octet},
        // A first fragment that is longer than the whole message behind it.
        {"5.28.4",
         "Send a fragmented message, then a shorter one in as many fragments",
         "R6455-6.2-4",
         {first("long fragment 1"), continuation("long fragment 2"), first("x"), continuation("y")},
         {text("long fragment 1long fragment 2"), text("xy")}},
    };
    for (const auto& row : back_to_back) {
        add({.id = row.id,
             .title = row.title,
             .covers = {row.requirement, "R6455-5.4-3"},
             .needs = Need::echo,
             .script = {open(), send(row.frames, delivery(row.writes)), expect(receives(row.echoes)),
                        closing_handshake()}});
    }
    add({.id = "5.28.5",
         .title = "Send a fragment, a ping, an empty fragment and the last one",
         .covers = {"R6455-5.4-11", "R6455-5.4-12"},
         .needs = Need::echo,
         .script = {open(), send({first("ab"), ping("p")}), expect(receives(pong("p"))),
                    send({continuation("").more(), continuation("cd")}), expect(receives(text("abcd"))),
                    closing_handshake()}});
    // Every length form in the place of a continuation.
    add({.id = "5.29.1",
         .title = "Send a binary message whose fragments have 125, 126, 65535 and 65536 octets",
         .covers = {"R6455-5.4-3", "R6455-5.2-7", "R6455-5.2-8", "R6455-5.2-9"},
         .needs = Need::echo,
         .script = {open(),
                    send({binary(repeated('a', 125)).more(), continuation(repeated('a', 126)).more(),
                          continuation(repeated('a', 65535)).more(), continuation(repeated('a', 65536))}),
                    expect(receives(binary(repeated('a', 125 + 126 + 65535 + 65536)))), closing_handshake()}});
    // Nothing limits how long a message stays open.
    add({.id = "5.29.2",
         .title = "Leave a message unfinished over three barriers, then finish it",
         .covers = {"R6455-5.4-11", "R6455-5.4-3"},
         .needs = Need::echo,
         .script = {open(), send(first("begun ")), barrier("first"), barrier("second"), barrier("third"),
                    send(continuation("and ended")), expect(receives(text("begun and ended"))), closing_handshake()}});
    return {.number = "5", .title = "Fragmentation", .cases = std::move(cases)};
}

}  // namespace wsspec
