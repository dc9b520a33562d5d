// Group 11: masking (RFC 6455 sections 5.1 and 5.3). Autobahn has no case for it.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

namespace {

/// The key of the examples in RFC 6455 section 5.7: four octets that all differ.
constexpr MaskingKey example_key = {0x37, 0xfa, 0x21, 0x3d};

/// Seven octets long, so that no two of the key's four meet the same octet soon again.
Octets payload(std::size_t length) { return pattern("abcdefg", length); }

/// 5.1 asks for closing the connection; Close 1002 is allowed, not required.
Step expect_failure() { return expect({fails(1002), drops()}); }

Step expect_failure_after(std::vector<Frame> frames) {
    return expect({fails(1002).after(frames), drops().after(frames)});
}

// 11.1

std::vector<Case> wrong_mask_bit() {
    struct Wrong {
        std::string_view id, title;
        Frame frame;
    };
    const Wrong rows[] = {
        {"11.1.1", "Send a text frame whose mask bit is wrong for the sender", text("Hello")},
        {"11.1.2", "Send a binary frame whose mask bit is wrong for the sender", binary(hex("00 ff 10 20"))},
        {"11.1.3", "Send a ping whose mask bit is wrong for the sender", ping("Hello")},  // control frames, too
        {"11.1.4", "Send a pong whose mask bit is wrong for the sender", pong("Hello")},  // else without any reaction
        {"11.1.5", "Send a Close whose mask bit is wrong for the sender", close_frame(1000)},  // its code from the key
        {"11.1.6", "Send an empty text frame whose mask bit is wrong for the sender", text("")},  // nothing to unmask
        {"11.1.7", "Send an empty ping whose mask bit is wrong for the sender", ping()},
        {"11.1.8", "Send a Close without a body whose mask bit is wrong for the sender", close_frame()},
        {"11.1.9", "Send a binary frame of 126 octets whose mask bit is wrong for the sender",
         binary(payload(126))},  // 16-bit length
        {"11.1.10", "Send a binary frame of 65536 octets whose mask bit is wrong for the sender",
         binary(payload(65536))},  // 64-bit length
        {"11.1.11", "Send a first fragment whose mask bit is wrong for the sender", text("Hel").more()},
    };
    std::vector<Case> cases;
    for (const Wrong& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .covers = {"R6455-5.1-2", "R6455-5.1-5", "R6455-5.1-3", "R6455-5.1-6"},
                         .script = {open(), send(row.frame.wrongly_masked()), expect_failure()}});

    std::vector<Case> more = {
        {.id = "11.1.12",
         .title = "Send a fragment, then a continuation whose mask bit is wrong for the sender",
         .covers = {"R6455-5.1-2", "R6455-5.1-5"},
         .script = {open(), send(text("Hel").more()), send(continuation("lo").wrongly_masked()), expect_failure()}},
        {.id = "11.1.13",
         .title = "Send a fragment, then a ping whose mask bit is wrong for the sender",
         .covers = {"R6455-5.1-2", "R6455-5.1-5"},
         .script = {open(), send(text("Hel").more()), send(ping("Hello").wrongly_masked()), expect_failure()}},
        {.id = "11.1.14",
         .title = "Send a good message, then one whose mask bit is wrong for the sender",
         .covers = {"R6455-5.1-2", "R6455-5.1-5"},
         .needs = Need::echo,
         .script = {open(), send(text("good")), expect(receives(text("good"))), send(text("bad").wrongly_masked()),
                    expect_failure()}},
        {.id = "11.1.15",
         .title = "Send a good, a wrongly masked and another good message in one write",
         .covers = {"R6455-5.1-2", "R6455-5.1-5", "R6455-7.1.7-7"},
         .script = {open(), send({text("good"), text("bad").wrongly_masked(), text("late")}),
                    expect_failure_after({text("good")})}},
        {.id = "11.1.16",
         .title = "Send a wrongly masked text frame and a good Close in one write",
         .covers = {"R6455-5.1-2", "R6455-5.1-5", "R6455-7.1.7-7"},
         .script = {open(), send({text("bad").wrongly_masked(), close_frame(1000)}), expect_failure()}},
        {.id = "11.1.17",
         .title = "Send a text frame whose mask bit is wrong for the sender octet by octet",
         .covers = {"R6455-5.1-2", "R6455-5.1-5"},
         .script = {open(), send(text("Hello").wrongly_masked(), chopped(1)), expect_failure()}},
        {.id = "11.1.18",
         .title = "Request with an unmasked text frame right behind it, then a good message",
         .target = Target::server,
         .covers = {"R6455-5.1-2"},
         .needs = Need::echo,
         .script = {open(Handshake{}.with_early({text("bad").wrongly_masked()})),
                    expect({opens(), refuses_with_any_status().informational(), drops().informational()}),
                    send(text("good")), expect({fails(1002), drops(), receives(text("good")).informational()})},
         .note = "A client has to wait for the answer (4.1), so the server may also refuse, or forget the frame."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 11.2

std::vector<Case> keys() {
    struct Key {
        std::string_view id, title;
        MaskingKey key;
    };
    static const Key rows[] = {
        {"11.2.1", "Send a text frame with the masking key 00000000", {0x00, 0x00, 0x00, 0x00}},  // "not masked"
        {"11.2.2", "Send a text frame with the masking key ffffffff", {0xff, 0xff, 0xff, 0xff}},  // no UTF-8 masked
        {"11.2.3", "Send a text frame with the masking key 01020304", {0x01, 0x02, 0x03, 0x04}},  // order of octets
        {"11.2.4", "Send a text frame with the masking key 37fa213d", example_key},               // RFC 6455, 5.7
        {"11.2.5",
         "Send a text frame whose masking key is its own beginning",
         {'H', 'e', 'l', 'l'}},                                                                   // zeros on the wire
        {"11.2.6", "Send a text frame with the masking key 80000000", {0x80, 0x00, 0x00, 0x00}},  // sign bit
        {"11.2.7", "Send a text frame with the masking key 00000001", {0x00, 0x00, 0x00, 0x01}},  // masks every fourth
        {"11.2.8", "Send a text frame whose masking key is a line end and an empty frame", {'\r', '\n', 0x81, 0x80}},
    };
    std::vector<Case> cases;
    for (const Key& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-5.2-6", "R6455-5.3-5"},
                         .needs = Need::echo,
                         .script = {open(), send(text("Hello, masked world").with_key(row.key)),
                                    expect(receives(text("Hello, masked world"))), closing_handshake()}});

    constexpr MaskingKey blanks = {0x20, 0x20, 0x20, 0x20};  // turns lower case into upper case and back
    constexpr MaskingKey other_key = {0xc4, 0x02, 0x9b, 0x66};
    constexpr MaskingKey third_key = {0x05, 0x77, 0xe8, 0xb1};
    std::vector<Case> more = {
        {.id = "11.2.9",
         .title = "Send three messages with the same masking key",
         .target = Target::server,
         .covers = {"R6455-5.2-6", "R6455-5.3-5"},
         .needs = Need::echo,
         .script = {open(), send(text("one").with_key(example_key)), expect(receives(text("one"))),
                    send(text("three").with_key(example_key)), expect(receives(text("three"))),
                    send(text("two").with_key(example_key)), expect(receives(text("two"))), closing_handshake()},
         .note = "A client has to choose a new key for each frame; a server has no duty to notice that it did not."},
        {.id = "11.2.10",
         .title = "Send a message with a key, then an unmasked one that the same key would turn into text",
         .target = Target::server,
         .covers = {"R6455-5.1-2"},
         .needs = Need::echo,
         .script = {open(), send(text("Hello").with_key(blanks)), expect(receives(text("Hello"))),
                    send(text("World").wrongly_masked()), expect_failure()},
         .note = "mosquitto 3705: the key of the frame before was applied again."},
        {.id = "11.2.11",
         .title = "Send the fragments of a message with a key each",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.4-3"},
         .needs = Need::echo,
         .script = {open(),
                    send({text("Hel").with_key(example_key).more(), continuation("lo, ").with_key(other_key).more(),
                          continuation("world").with_key(third_key)}),
                    expect(receives(text("Hello, world"))), closing_handshake()}},
        {.id = "11.2.12",
         .title = "Send a ping with another key between two fragments that share theirs",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.4-11"},
         .needs = Need::echo,
         .script = {open(), send(text("Hel").with_key(example_key).more()), send(ping("ping").with_key(other_key)),
                    send(continuation("lo").with_key(example_key)),
                    expect({receives({pong("ping"), text("Hello")}), receives({text("Hello"), pong("ping")})}),
                    closing_handshake()}},
        {.id = "11.2.13",
         .title = "Send an empty message with a key, then one with another key",
         .target = Target::server,
         .covers = {"R6455-5.3-6", "R6455-5.3-5"},
         .needs = Need::echo,
         .script = {open(), send({text("").with_key(other_key), text("Hello").with_key(example_key)}),
                    expect(receives({text(""), text("Hello")})), closing_handshake()},
         .note = "An empty masked frame has a key all the same."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 11.3

/// A binary message of `length` octets there and back.
void append_echo(Script& script, std::size_t length, Delivery delivery) {
    script.push_back(send(binary(payload(length)).with_key(example_key), std::move(delivery)));
    script.push_back(expect(receives(binary(payload(length)))));
}

Script echoes_of_all_lengths(std::size_t piece) {
    // Up to two words, then around 16, 32, 64 (vector registers) and 126 (the length field grows).
    static constexpr std::size_t lengths[] = {1,  2,  3,  4,  5,  6,  7,   8,   9,   15,  16,  17,
                                              31, 32, 33, 63, 64, 65, 125, 126, 127, 128, 129, 130};
    Script script = {open()};
    for (std::size_t length : lengths) append_echo(script, length, chopped(piece));
    script.push_back(closing_handshake());
    return script;
}

/// The same message once for every cut from 1 to `last`.
Script echoes_of_all_cuts(std::size_t length, std::size_t last) {
    Script script = {open()};
    for (std::size_t cut = 1; cut <= last; ++cut) append_echo(script, length, cut_at({cut}));
    script.push_back(closing_handshake());
    return script;
}

Script echoes_in_one_write(std::size_t count) {
    std::vector<Frame> sent;
    std::vector<Frame> back;
    for (std::size_t length = 1; length <= count; ++length) {
        sent.push_back(binary(payload(length)).with_key({0x11, 0x22, 0x44, static_cast<Octet>(length)}));
        back.push_back(binary(payload(length)));
    }
    return {open(), send(sent), expect(receives(back)), closing_handshake()};
}

std::vector<Case> rotation() {
    struct Pieces {
        std::string_view id, title;
        std::size_t size;
    };
    static const Pieces pieces[] = {
        {"11.3.1", "Send messages of 1 to 130 octets in pieces of 1 octet", 1},
        {"11.3.2", "Send messages of 1 to 130 octets in pieces of 2 octets", 2},  // begins at key octets 0 and 2
        {"11.3.3", "Send messages of 1 to 130 octets in pieces of 3 octets", 3},  // at all four in turn
        {"11.3.4", "Send messages of 1 to 130 octets in pieces of 5 octets", 5},
        {"11.3.5", "Send messages of 1 to 130 octets in pieces of 7 octets", 7},  // the first ends behind one octet
    };
    std::vector<Case> cases;
    for (const Pieces& row : pieces)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-5.3-5", "R6455-5.2-6"},
                         .needs = Need::echo,
                         .script = echoes_of_all_lengths(row.size)});

    std::vector<Case> more = {
        {.id = "11.3.6",
         .title = "Send a message of 17 octets, cut in two at every octet of header, key and payload",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.2-15"},
         .needs = Need::echo,
         .script = echoes_of_all_cuts(17, 2 + 4 + 17 - 1)},
        {.id = "11.3.7",
         .title = "Send a message of 300 octets, cut in two at every octet of header and key and a little beyond",
         .target = Target::server,
         .covers = {"R6455-5.2-15", "R6455-5.2-18"},
         .needs = Need::echo,
         .script = echoes_of_all_cuts(300, 2 + 2 + 4 + 3)},
        {.id = "11.3.8",
         .title = "Send a message of 65536 octets, cut in two at every octet of header and key and a little beyond",
         .target = Target::server,
         .covers = {"R6455-5.2-15", "R6455-5.2-18"},
         .needs = Need::echo,
         .script = echoes_of_all_cuts(65536, 2 + 8 + 4 + 3)},
        {.id = "11.3.9",
         .title = "Send fragments of 1, 3, 5, 7 and 9 octets with a key each",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.4-3"},
         .needs = Need::echo,
         .script = {open(),
                    send({text("a").with_key({1, 2, 3, 4}).more(), continuation("bcd").with_key({5, 6, 7, 8}).more(),
                          continuation("efghi").with_key({9, 10, 11, 12}).more(),
                          continuation("jklmnop").with_key({13, 14, 15, 16}).more(),
                          continuation("qrstuvwxy").with_key({17, 18, 19, 20})}),
                    expect(receives(text("abcdefghijklmnopqrstuvwxy"))), closing_handshake()},
         .note = "The key begins anew with each frame, wherever the message stands."},
        {.id = "11.3.10",
         .title = "Send three messages with different keys in one write",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = {open(),
                    send({text("one").with_key({1, 2, 3, 4}), text("three").with_key({5, 6, 7, 8}),
                          text("twelve").with_key({9, 10, 11, 12})}),
                    expect(receives({text("one"), text("three"), text("twelve")})), closing_handshake()}},
        {.id = "11.3.11",
         .title = "Send messages of 1 to 64 octets with different keys in one write",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = echoes_in_one_write(64),
         .note = "Each payload stands at another address: code that unmasks whole words has to find its way."},
        {.id = "11.3.12",
         .title = "Send messages with different keys in writes that end inside the next frame",
         .target = Target::server,
         .covers = {"R6455-5.3-5", "R6455-5.2-15", "R6455-5.2-16"},
         .needs = Need::echo,
         // Frames of 9, 11 and 12 octets: cut in the payload, in the header, in the key.
         .script = {open(),
                    send({text("one").with_key({1, 2, 3, 4}), text("three").with_key({5, 6, 7, 8}),
                          text("twelve").with_key({9, 10, 11, 12})},
                         cut_at({7, 10, 23})),
                    expect(receives({text("one"), text("three"), text("twelve")})), closing_handshake()}},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 11.4

/// What clients send: every frame masked (the judge looks at each, in all cases), with keys that nobody can foresee.
std::vector<Case> keys_of_clients() {
    std::vector<Case> cases = {
        {.id = "11.4.1",
         .title = "Have the client send data frames: each is masked",
         .target = Target::client,
         .covers = {"R6455-5.1-1", "R6455-5.3-1"},
         .needs = Need::echo,
         .script = {open(), send({text("Hello"), binary(hex("00 ff")), text("")}),
                    expect(receives({text("Hello"), binary(hex("00 ff")), text("")})), closing_handshake()}},
        {.id = "11.4.2",
         .title = "Have the client send pongs: each is masked, with and without payload",
         .target = Target::client,
         .covers = {"R6455-5.1-1", "R6455-5.3-1"},
         .script = {open(), send(ping("Hello")), expect(receives(pong("Hello"))), send(ping()),
                    expect(receives(pong(""))), closing_handshake()}},
        {.id = "11.4.3",
         .title = "Have the client send a Close: it is masked",
         .target = Target::client,
         .covers = {"R6455-5.1-1", "R6455-5.3-1"},
         .script = {open(), closing_handshake()}},
        {.id = "11.4.4",
         .title = "Have the client fail the connection: its Close is masked",
         .target = Target::client,
         .covers = {"R6455-5.1-1", "R6455-5.3-1"},
         .script = {open(), send(frame(0x3)), expect(fails(1002))}},
    };
    struct Asked {
        std::string_view id, title;
        std::vector<std::string> covers;
        KeyQuestion question;
    };
    const Asked asked[] = {
        {"11.4.5",
         "Over the run: masking keys do not come back",
         {"R6455-5.3-2", "R6455-10.3-1"},
         KeyQuestion::repeated},
        {"11.4.6",
         "Over the run: no masking key can be told from those before",
         {"R6455-5.3-4", "R6455-10.3-1"},
         KeyQuestion::predictable},
        {"11.4.7", "Over the run: the masking key is not zero", {"R6455-5.3-3", "R6455-10.3-3"}, KeyQuestion::zero},
        {"11.4.8", "Over the run: the bits of masking keys are random", {"R6455-5.3-3"}, KeyQuestion::biased},
    };
    for (const Asked& row : asked)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::client,
                         .covers = row.covers,
                         .script = {open(), repeat(80, {send(ping("Hello")), expect(receives(pong("Hello")))}),
                                    closing_handshake()},
                         .keys = row.question,
                         .note = "Judged by all frames of the run; who is called guilty has a chance of less than one "
                                 "in a million to be innocent."});
    return cases;
}

}  // namespace

Group masking() {
    Group group{.number = "11", .title = "Masking", .cases = {}};
    for (auto part : {wrong_mask_bit, keys, rotation, keys_of_clients})
        std::ranges::move(part(), std::back_inserter(group.cases));
    return group;
}

}  // namespace wsspec
