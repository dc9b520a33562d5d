// 14.4: compressed messages as a whole (RFC 7692 sections 6 and 7.2.3): the examples of the RFC, empty ones, compressed
// and plain ones in turn, and what the text of a compressed text message has to be.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

/// Messages sent in one write, and their echoes.
struct Good {
    const char* id;
    const char* title;
    std::vector<std::string> covers;
    std::vector<Frame> sent;
    std::vector<Frame> echoes;
    Need needs = Need::none;  ///< Beyond an echo and deflate.
    const char* note = "";
};

std::vector<Case> of(const std::vector<Good>& rows) {
    std::vector<Case> cases;
    for (const Good& row : rows)
        cases.push_back(
            {.id = row.id,
             .title = row.title,
             .covers = row.covers,
             .needs = Need::echo | Need::deflate | row.needs,
             .script = {offering_deflate(), send(row.sent), expect(receives(row.echoes)), closing_handshake()},
             .note = row.note});
    return cases;
}

Frame plain_hello() { return text("Hello"); }
/// "Hello" again, as a reference to the message before (7.2.3.2).
Octets hello_again() { return hex("f2 00 11 00 00"); }

std::vector<Case> examples() {
    return of({
        {"14.4.1",
         "Send the example with one block",
         {"R7692-7.2.3.1-1", "R7692-7.2.2-1"},
         {deflated_text(hello())},
         {plain_hello()}},
        {"14.4.2",
         "Send the example with one block in two fragments",
         {"R7692-7.2.3.1-1", "R7692-6.2-1"},
         {deflated_text(hex("f2 48 cd")).more(), continuation(hex("c9 c9 07 00"))},
         {plain_hello()}},
        {"14.4.3",
         "Send the example that refers to the message before",
         {"R7692-7.2.3.2-1", "R7692-7.2.2-4"},
         {deflated_text(hello()), deflated_text(hello_again())},
         {plain_hello(), plain_hello()},
         Need::client_takeover},
        {"14.4.4",
         "Send the example with a stored block",
         {"R7692-7.2.3.3-1", "R7692-7.2.1-3"},
         {deflated_text(hex("00 05 00 fa ff 48 65 6c 6c 6f 00"))},
         {plain_hello()},
         Need::none,
         "The RFC calls its payload 7 octets long, and its frame says 11: 11 is right."},
        {"14.4.5",
         "Send the example with BFINAL set",
         {"R7692-7.2.3.4-1", "R7692-7.2.1-4"},
         {deflated_text(hex("f3 48 cd c9 c9 07 00 00"))},
         {plain_hello()}},
        {"14.4.6",
         "Send the example with two blocks",
         {"R7692-7.2.3.5-1", "R7692-7.2.1-2"},
         {deflated_text(hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"))},
         {plain_hello()}},
        {"14.4.7",
         "Send the example of an empty fragment at the end",
         {"R7692-7.2.3.6-1"},
         {deflated_text(hex("f2 48 cd c9 c9 07 00 00 00 ff ff")).more(), continuation(hex("00"))},
         {plain_hello()}},
        {"14.4.8",
         "Send the first example as binary",
         {"R7692-6.1-5", "R7692-7.2.3.1-1"},
         {deflated_binary(hello())},
         {binary(octets("Hello"))}},
        {"14.4.9",
         "Send compressed text, binary and text",
         {"R7692-6.1-5"},
         {deflated_text(hello()), deflated_binary(hello()), deflated_text(hello())},
         {plain_hello(), binary(octets("Hello")), plain_hello()}},
    });
}

std::vector<Case> empty_messages() {
    std::vector<Case> cases = of({
        {"14.4.10",
         "Send an empty message compressed as 00",
         {"R7692-7.2.3.6-1"},
         {deflated_text(hex("00"))},
         {text("")}},
        {"14.4.11",
         "Send an empty message compressed as 02 00",
         {"R7692-7.2.3.6-1"},  // zlib's: a fixed block
         {deflated_binary(hex("02 00"))},
         {binary(Octets{})}},
        {"14.4.12",
         "Send five empty compressed messages in a row",
         {"R7692-7.2.3.6-1"},
         {deflated_text(hex("00")), deflated_binary(hex("00")), deflated_text(hex("02 00")), deflated_text(hex("00")),
          deflated_binary(hex("02 00"))},
         {text(""), binary(Octets{}), text(""), text(""), binary(Octets{})}},
        {"14.4.13",
         "Send a compressed message, an empty one and one more",
         {"R7692-7.2.3.6-2", "R7692-7.2.3.6-1"},
         {deflated_text(hello()), deflated_text(hex("00")), deflated_text(hello())},
         {plain_hello(), text(""), plain_hello()}},
        {"14.4.14",
         "Send a compressed message, an empty one and one that refers to the first",
         {"R7692-7.2.2-4", "R7692-7.2.3.6-2"},
         {deflated_text(hello()), deflated_text(hex("00")), deflated_text(hello_again())},
         {plain_hello(), text(""), plain_hello()},
         Need::client_takeover},
        {"14.4.15",
         "Send an empty compressed message in three fragments, the octet 00 in the middle",
         {"R7692-7.2.3.6-1", "R7692-6.2-1"},
         {deflated_text({}).more(), continuation(hex("00")).more(), continuation("")},
         {text("")}},
        {"14.4.16",
         "Send an empty plain message between two compressed ones",
         {"R7692-6-3", "R7692-6-2"},
         {deflated_text(hello()), text(""), deflated_text(hello())},
         {plain_hello(), text(""), plain_hello()}},
    });
    constexpr const char* no_block =
        "A sender writes the octet 00 (RFC 7692 section 7.2.3.6). With nothing there, 00 00 ff ff is put behind "
        "nothing and makes no whole block: error or empty message, either will do. Who inflates just that (section "
        "7.2.2) finds out with the next message only; no sentence is against it.";
    cases.push_back({.id = "14.4.17",
                     .title = "Send a frame with RSV1 and no payload",
                     .covers = {"R7692-7.2.2-14", "R7692-7.2.3.6-1"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send(deflated_text({})), takes_or_refuses(text(""))},
                     .note = no_block});
    // A decoder that is left inside the block header reads the next payload as stored octets.
    cases.push_back({.id = "14.4.18",
                     .title = "Send a frame with RSV1 and no payload, then one whose data says Hello",
                     .covers = {"R7692-7.2.2-14"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send({deflated_text({}), deflated_text(hello())}),
                                expect({receives({text(""), plain_hello()}), fails_to_inflate(),
                                        fails_to_inflate().after({text("")}).non_strict()})},
                     .note = no_block});
    cases.push_back(
        {.id = "14.4.19",
         .title = "Send a compressed message without any payload in two fragments, then a good one",
         .covers = {"R7692-7.2.2-14", "R7692-6.2-1"},
         .needs = Need::echo | Need::deflate,
         .script = {offering_deflate(), send({deflated_binary({}).more(), continuation(""), deflated_text(hello())}),
                    expect({receives({binary(Octets{}), plain_hello()}), fails_to_inflate(),
                            fails_to_inflate().after({binary(Octets{})}).non_strict()})},
         .note = no_block});
    return cases;
}

std::vector<Case> in_turn() {
    std::vector<Frame> alternating;
    std::vector<Frame> echoes;
    for (int i = 0; i < 20; ++i) {
        std::string const word = "message " + std::to_string(i);
        alternating.push_back(i % 2 == 0 ? deflated_text(DeflateWriter{}.fixed({literal(word)}).message())
                                         : text(word));
        echoes.push_back(text(word));
    }
    Octets const random = noise(3000);
    Octets const larger = DeflateWriter{}.fixed({literal(random)}).message();
    return of({
        {"14.4.20",
         "Agree on deflate and send a plain message",
         {"R7692-6-3", "R7692-6.2-2"},
         {plain_hello()},
         {plain_hello()}},
        {"14.4.21",
         "Agree on deflate and send a plain message in three fragments",
         {"R7692-6-3", "R7692-6.2-2"},
         {text("Hel").more(), continuation("").more(), continuation("lo")},
         {plain_hello()}},
        {"14.4.22",
         "Agree on deflate and send compressed octets without RSV1, as binary",
         {"R7692-6.2-2", "R7692-6-2"},
         {binary(hello())},
         {binary(hello())}},
        {"14.4.23",
         "Agree on deflate and send 00 00 ff ff without RSV1, as binary",
         {"R7692-6.2-2", "R7692-6-2"},
         {binary(hex("00 00 ff ff"))},
         {binary(hex("00 00 ff ff"))}},
        {"14.4.24",
         "Send twenty messages, compressed and plain in turn",
         {"R7692-6-2", "R7692-6-3"},
         alternating,
         echoes},
        {"14.4.25",
         "Send a plain message between two, of which the second refers to the first",
         {"R7692-7.2.2-5", "R7692-7.2.2-4"},
         {deflated_text(hello()), text("xyz"), deflated_text(hello_again())},
         {plain_hello(), text("xyz"), plain_hello()},
         Need::client_takeover},
        {"14.4.26",
         "Send 40,000 plain octets between two messages, of which the second refers to the first",
         {"R7692-7.2.2-5", "R7692-7.2.2-4"},
         {deflated_text(hello()), binary(noise(40'000)), deflated_text(hello_again())},
         {plain_hello(), binary(noise(40'000)), plain_hello()},
         Need::client_takeover},
        {"14.4.27",
         "Send three messages, each referring to the one before",
         {"R7692-7.2.2-4", "R7692-7.2.3.2-1"},
         {deflated_text(hello()), deflated_text(hello_again()), deflated_text(hello_again()),
          deflated_text(hello_again())},
         {plain_hello(), plain_hello(), plain_hello(), plain_hello()},
         Need::client_takeover},
        // What the target sends plain must not stay in the window that it compresses with.
        {"14.4.28",
         "Send messages that compress well and not at all in turn, the same ones again",
         {"R7692-7.2.2-6", "R7692-6.1-2"},
         {binary(random), binary(repeated('x', 3000)), binary(random), binary(repeated('x', 3000)), binary(random)},
         {binary(random), binary(repeated('x', 3000)), binary(random), binary(repeated('x', 3000)), binary(random)}},
        {"14.4.29",
         "Send a message that is larger when compressed",
         {"R7692-7.2.2-1", "R7692-6.2-1"},
         {deflated_binary(larger)},
         {binary(random)}},
    });
}

std::vector<Case> text_inside() {
    Octets const greek = octets("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5");
    Octets const packed = DeflateWriter{}.dynamic({literal(greek), copy(11, 11)}).message();
    auto const half = static_cast<std::ptrdiff_t>(packed.size() / 2);
    std::vector<Case> cases = of({
        {"14.4.30",
         "Send compressed text whose octets on the wire are no UTF-8",
         {"R7692-6.1-6"},
         {deflated_text(packed)},
         {text(with_copy(greek, 11, 11))}},
        {"14.4.31",
         "Send compressed text cut inside a character, in two blocks",
         {"R7692-6.1-6", "R7692-7.2.1-2"},
         {deflated_text(DeflateWriter{}
                            .fixed({literal(hex("ce"))})
                            .stored(hex("ba e1 bd"))
                            .fixed({literal(hex("b9"))})
                            .message())},
         {text(hex("ce ba e1 bd b9"))}},
        {"14.4.32",
         "Send compressed text in two fragments",
         {"R7692-6.1-6", "R7692-6.2-1"},
         {deflated_text(Octets(packed.begin(), packed.begin() + half)).more(),
          continuation(Octets(packed.begin() + half, packed.end()))},
         {text(with_copy(greek, 11, 11))}},
        {"14.4.33",
         "Send compressed binary that is no UTF-8",
         {"R7692-6.1-5", "R6455-5.6-4"},
         {deflated_binary(DeflateWriter{}.fixed({literal(hex("ff fe c0 80 ed a0 80"))}).message())},
         {binary(hex("ff fe c0 80 ed a0 80"))}},
    });

    struct Bad {
        const char* id;
        const char* title;
        Octets text;
    };
    std::vector<Bad> const bad = {
        {"14.4.34", "Send compressed text with an octet ff", hex("48 65 6c 6c 6f ff")},
        {"14.4.35", "Send compressed text that ends inside a character", hex("48 65 6c 6c 6f e2 82")},
        {"14.4.36", "Send compressed text with an overlong slash", hex("48 65 c0 af 6c 6c 6f")},
        {"14.4.37", "Send compressed text with a surrogate", hex("48 65 ed a0 80 6c 6c 6f")},
        {"14.4.38", "Send compressed text with a character above U+10FFFF", hex("f4 90 80 80")},
        {"14.4.39", "Send compressed text that begins with a continuation octet", hex("80 48 65 6c 6c 6f")},
    };
    for (const Bad& row : bad)
        cases.push_back(
            {.id = row.id,
             .title = row.title,
             .covers = {"R6455-8.1-1", "R7692-6.1-6"},
             .needs = Need::deflate,
             .script = {offering_deflate(), send({deflated_text(DeflateWriter{}.fixed({literal(row.text)}).message())}),
                        expect(fails(1007))},
             .variants = {
                 {offering_deflate(),
                  send({deflated_text(DeflateWriter{}.stored(row.text).with_tail()).more(), continuation(hex("00"))}),
                  expect(fails(1007))}}});

    auto const late = [](Octets prefix, Octets fault, std::string_view rest) {
        return Script{offering_deflate(),
                      send(deflated_text(DeflateWriter{}.stored(prefix).with_tail()).more()),
                      barrier("prefix accepted"),
                      send(continuation(DeflateWriter{}.stored(fault).with_tail()).more()),
                      barrier("bad octets digested"),
                      send(continuation(DeflateWriter{}.stored(rest).message())),
                      expect(fails(1007))};
    };
    constexpr const char* when =
        "RFC 6455 section 8.1 does not say when, and inflating may lag behind: before the message ends or at its end.";
    cases.push_back({.id = "14.4.40",
                     .title = "Send compressed text with valid, then invalid, then more fragments",
                     .covers = {"R6455-8.1-1", "R7692-6.1-6", "R7692-6.2-1"},
                     .needs = Need::deflate,
                     .script = late(hex("ce ba e1 bd b9"), hex("f4 90 80 80"), "edited"),
                     .note = when});
    cases.push_back({.id = "14.4.41",
                     .title = "Send compressed text with a character that is spoilt in the next fragment",
                     .covers = {"R6455-8.1-1", "R7692-6.1-6", "R7692-6.2-1"},
                     .needs = Need::deflate,
                     .script = late(hex("48 e2 82"), hex("48"), "edited"),
                     .note = when});
    cases.push_back({.id = "14.4.42",
                     .title = "Send good compressed text, then bad",
                     .covers = {"R6455-8.1-1", "R7692-6.1-6"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send(deflated_text(hello())), expect(receives(plain_hello())),
                                send({deflated_text(DeflateWriter{}.fixed({literal(hex("c3 28"))}).message())}),
                                expect(fails(1007))}});
    cases.push_back(
        {.id = "14.4.43",
         .title = "Agree on deflate and send plain text with an octet ff",
         .covers = {"R6455-8.1-1", "R7692-6.2-2"},
         .needs = Need::deflate,
         .script = {offering_deflate(), send({text(hex("48 ff")), ping("after the fault")}), expect(fails(1007))}});
    // Far inside, though few octets go over the wire.
    auto const behind = [](std::size_t letters, const char* digits) {
        return DeflateWriter{}.fixed({literal(joined(repeated('a', letters), hex(digits)))}).message();
    };
    cases.push_back({.id = "14.4.44",
                     .title = "Send compressed text of 20,000 octets with an octet ff behind them",
                     .covers = {"R6455-8.1-1", "R7692-6.1-6"},
                     .needs = Need::deflate,
                     .script = {offering_deflate(), send({deflated_text(behind(20000, "ff"))}), expect(fails(1007))}});
    cases.push_back(
        {.id = "14.4.45",
         .title = "Send compressed text of 70,000 octets that ends inside a character",
         .covers = {"R6455-8.1-1", "R7692-6.1-6"},
         .needs = Need::deflate,
         .script = {offering_deflate(), send({deflated_text(behind(70000, "e2 82"))}), expect(fails(1007))}});
    return cases;
}

/// What a receiver knows of one message must neither outlive it nor go with something else that comes.
std::vector<Case> in_between() {
    std::vector<Case> cases;
    auto const add = [&cases](std::string title, std::vector<std::string> covers, Script script,
                              Need needs = Need::none) {
        script.insert(script.begin(), offering_deflate());
        script.push_back(closing_handshake());
        cases.push_back({.id = "14.4." + std::to_string(46 + cases.size()),
                         .title = std::move(title),
                         .covers = std::move(covers),
                         .needs = Need::echo | Need::deflate | needs,
                         .script = std::move(script)});
    };
    auto const each = [](const std::vector<std::pair<std::vector<Frame>, Frame>>& exchanges) {
        Script script;
        for (const auto& [sent, back] : exchanges) {
            script.push_back(send(sent));
            script.push_back(expect(receives(back)));
        }
        return script;
    };
    Octets const packed = hello();
    auto const cut = packed.begin() + 3;
    std::vector<Frame> const whole = {deflated_text(packed)};
    std::vector<Frame> const in_two = {deflated_text({packed.begin(), cut}).more(),
                                       continuation(Octets(cut, packed.end()))};
    std::vector<Frame> const referring = {deflated_text(hello_again())};
    std::vector<Frame> const plain_in_two = {text("a b").more(), continuation("c d")};
    std::vector<std::string> const window = {"R7692-7.2.2-4", "R7692-7.2.2-7"};

    add("Send a ping between two messages, of which the second refers to the first", window,
        each({{whole, plain_hello()}, {{ping("p")}, pong("p")}, {referring, plain_hello()}}), Need::client_takeover);
    add("Send a pong between two messages, of which the second refers to the first", window,
        {send({deflated_text(packed), pong("p"), deflated_text(hello_again())}),
         expect(receives({plain_hello(), plain_hello()}))},
        Need::client_takeover);
    add("Send a plain message in two fragments between two, of which the second refers to the first",
        {"R7692-7.2.2-5", "R7692-7.2.2-4"},
        each({{whole, plain_hello()}, {plain_in_two, text("a bc d")}, {referring, plain_hello()}}),
        Need::client_takeover);
    add("Send a binary message that refers to the text in front of it", {"R7692-7.2.2-4"},
        each({{whole, plain_hello()}, {{deflated_binary(hello_again())}, binary(octets("Hello"))}}),
        Need::client_takeover);
    Octets const last = noise(500);
    Octets const large = joined(repeated('a', 70'000), last);
    add("Send a message of 70,500 octets, then one that refers to the last 500 of it", {"R7692-7.2.2-4"},
        each({{{deflated_binary(DeflateWriter{}.fixed({literal(large)}).message())}, binary(large)},
              {{deflated_binary(DeflateWriter{}.fixed({copy(500, 250), copy(500, 250)}).message())}, binary(last)}}),
        Need::client_takeover);
    add("Send a compressed message, then a plain one in two fragments", {"R7692-6.2-2", "R7692-6-3"},
        each({{whole, plain_hello()}, {plain_in_two, text("a bc d")}, {whole, plain_hello()}}));
    add("Send a compressed message in two fragments, then a plain one", {"R7692-6.2-2", "R7692-6-3"},
        each({{in_two, plain_hello()}, {{text("plain")}, text("plain")}, {whole, plain_hello()}}));
    add("Send a plain message in two fragments, then a compressed one in as many", {"R7692-6.2-1", "R7692-6-3"},
        each({{plain_in_two, text("a bc d")}, {in_two, plain_hello()}, {plain_in_two, text("a bc d")}}));
    // Compressing takes its time: what is not compressed must neither be taken for it nor overtake the Close.
    Octets const much = noise(300'000);
    add("Send 300,000 octets and a ping in one write", {"R7692-6.1-3", "R6455-5.5.2-2"},
        {send({binary(much), ping("p")}),
         expect({receives({binary(much), pong("p")}), receives({pong("p"), binary(much)})})});
    cases.push_back(
        {.id = "14.4.55",
         .title = "Send 300,000 compressed octets and a Close in one write",
         .covers = {"R6455-5.5.1-8", "R7692-6.2-1"},
         .needs = Need::deflate,
         .script = {offering_deflate(),
                    send({deflated_binary(DeflateWriter{}.fixed({literal(much)}).message()), close_frame(1000)}),
                    expect(closes({1000, 0}).after({binary(much)}))}});
    // Without context takeover a window begins with the message, not with the frame.
    Octets const twice = DeflateWriter{}.fixed({literal("Hello, Hello"), copy(7, 7)}).message();
    auto const middle = twice.begin() + static_cast<std::ptrdiff_t>(twice.size()) - 4;
    Frame const first = deflated_text({twice.begin(), middle}).more();
    Frame const second = continuation(Octets(middle, twice.end()));
    Frame const thrice = text("Hello, Hello, Hello");
    cases.push_back({.id = "14.4.56",
                     .title = "Offer client_no_context_takeover and send a fragment that refers to the one before",
                     .target = Target::server,
                     .covers = {"R7692-6.2-1", "R7692-7.2.2-1"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering("permessage-deflate; client_no_context_takeover"), send({first, second}),
                                expect(receives(thrice)), closing_handshake()}});
    cases.push_back(
        {.id = "14.4.57",
         .title = "Answer with server_no_context_takeover and send a fragment that refers to the one before",
         .target = Target::client,
         .covers = {"R7692-6.2-1", "R7692-7.2.2-1"},
         .needs = Need::echo | Need::deflate,
         .script = {answer_with(
                        acceptance().add("Sec-WebSocket-Extensions", "permessage-deflate; server_no_context_takeover")),
                    send({first, second}), expect(receives(thrice)), closing_handshake()}});
    return cases;
}

}  // namespace

namespace {

/// Where the compressor has nothing to shorten, its output holds what was put in: the tail that is taken off a message
/// (RFC 7692 section 7.2.1) is the one at its end, and no other.
std::vector<Case> tails_inside() {
    Octets const tail = hex("00 00 ff ff");
    Octets const once = joined(joined(noise(250), tail), noise(250));
    Octets const often = joined(joined(joined(joined(tail, noise(300)), tail), tail), noise(100));
    Octets const at_end = joined(noise(300), tail);
    std::vector<Case> cases;
    cases.push_back({.id = "14.4.58",
                     .title = "Agree on deflate and send noise with 00 00 ff ff inside, in front and behind",
                     .covers = {"R7692-7.2.1-6", "R7692-7.2.1-1"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send({binary(once), binary(often), binary(at_end), binary(tail)}),
                                expect(receives({binary(once), binary(often), binary(at_end), binary(tail)})),
                                closing_handshake()}});
    Octets const stored = DeflateWriter{}.stored(often).message();
    cases.push_back(
        {.id = "14.4.59",
         .title = "Send noise with 00 00 ff ff inside in a stored block, in one frame and in fragments",
         .covers = {"R7692-7.2.2-1", "R7692-6.2-1"},
         .needs = Need::echo | Need::deflate,
         .script = {offering_deflate(),
                    send({deflated_binary(stored), deflated_binary({stored.begin(), stored.begin() + 7}).more(),
                          continuation(Octets(stored.begin() + 7, stored.end()))}),
                    expect(receives({binary(often), binary(often)})), closing_handshake()}});
    cases.push_back(
        {.id = "14.4.60",
         .title = "Send eight compressed messages of 600,000 octets, each of which refers to the one before",
         .covers = {"R7692-7.2.2-1"},
         .needs = Need::echo | Need::deflate,
         .script = {offering_deflate(),
                    round_trips({.content = {.kind = Content::Kind::pattern, .pattern = noise(700)},
                                 .opcode = Opcode::binary,
                                 .size = 600'000,
                                 .count = 8,
                                 .compressed = true}),
                    closing_handshake()},
         .note = "Together they are more than 1 and 4 MiB, where a limit of one message may be taken for one "
                 "of the connection."});
    return cases;
}

}  // namespace

std::vector<Case> messages() {
    std::vector<Case> cases;
    for (auto part : {examples, empty_messages, in_turn, text_inside, in_between, tails_inside})
        std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::deflating
