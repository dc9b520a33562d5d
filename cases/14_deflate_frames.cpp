// 14.3: compressed messages and their frames (RFC 7692 section 6). RSV1 belongs to the first frame of a message and to
// no other; the payloads of all frames together are one piece of DEFLATE data.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

Octets part(const Octets& whole, std::size_t from, std::size_t to) {
    return {whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(to)};
}
Frame first(Octets payload) { return deflated_text(std::move(payload)).more(); }
Frame middle(Octets payload) { return continuation(std::move(payload)).more(); }
Frame last(Octets payload) { return continuation(std::move(payload)); }

/// "Hello" in the two fragments of 7.2.3.1.
Frame hel() { return first(hex("f2 48 cd")); }
Frame lo() { return last(hex("c9 c9 07 00")); }

/// A text with all three kinds of blocks, and what it says.
Octets mixed() {
    return DeflateWriter{}
        .stored("stored ")
        .fixed({literal("fixed "), copy(6, 6)})
        .dynamic({literal("dynamic "), copy(8, 20)})
        .message();
}
Octets mixed_text() { return with_copy(joined(with_copy(octets("stored fixed "), 6, 6), octets("dynamic ")), 8, 20); }

/// The frames, then a ping that must not be answered any more (RFC 6455 section 7.1.7).
Script refused(std::vector<Frame> frames) {
    frames.push_back(ping("after the fault"));
    return {offering_deflate(), send(std::move(frames)), expect(fails(1002))};
}

Script comes_back_from(std::vector<Frame> frames, const Frame& echo, Delivery delivery = {}) {
    return {offering_deflate(), send(std::move(frames), std::move(delivery)), expect(receives(echo)),
            closing_handshake()};
}

struct Fault {
    const char* id;
    const char* title;
    std::vector<Frame> frames;
    const char* requirement = "R7692-6.1-4";
};

std::vector<Case> bits_out_of_place() {
    std::vector<Case> cases = {
        {.id = "14.3.1",
         .title = "Offer no extension and send a compressed message all the same",
         .covers = {"R7692-5-12", "R6455-5.2-4"},
         .script = {open(), send({deflated_text(hello()), ping("after the fault")}), expect(fails(1002))}}};
    std::vector<Fault> const faults = {
        {"14.3.2", "Agree on deflate and send a ping with RSV1", {ping("Hello").with_rsv(rsv1)}},
        {"14.3.3",
         "Agree on deflate and send a ping with RSV1 and a compressed payload",
         {ping(hello()).with_rsv(rsv1)}},
        {"14.3.4", "Agree on deflate and send an empty ping with RSV1", {ping().with_rsv(rsv1)}},
        {"14.3.5", "Agree on deflate and send a pong with RSV1", {pong(hello()).with_rsv(rsv1)}},
        {"14.3.6", "Agree on deflate and send a Close with RSV1", {close_frame(1000).with_rsv(rsv1)}},
        {"14.3.7", "Send a ping with RSV1 inside a compressed message", {hel(), ping("Hello").with_rsv(rsv1), lo()}},
        {"14.3.8", "Send a pong with RSV1 inside a compressed message", {hel(), pong("Hello").with_rsv(rsv1), lo()}},
        {"14.3.9", "Send a Close with RSV1 inside a compressed message", {hel(), close_frame(1000).with_rsv(rsv1)}},
        {"14.3.10", "Send a compressed message with RSV1 on its last fragment, too", {hel(), lo().with_rsv(rsv1)}},
        {"14.3.11",
         "Send a compressed message with RSV1 on its middle fragment, too",
         {hel(), middle(hex("c9 c9")).with_rsv(rsv1), last(hex("07 00"))}},
        {"14.3.12",
         "Send a compressed message with RSV1 on an empty continuation, too",
         {hel(), middle({}).with_rsv(rsv1), lo()}},
        {"14.3.13",
         "Send a plain message with RSV1 on its last fragment",
         {text("Hel").more(), continuation("lo").with_rsv(rsv1)}},
        {"14.3.14",
         "Send a message with RSV1 on its second fragment only, compressed from there on",
         {text("").more(), continuation(hello()).with_rsv(rsv1)}},
        {"14.3.15",
         "Send a continuation with RSV1 and nothing to continue",
         {continuation(hello()).with_rsv(rsv1)},
         "R6455-5.4-4"},
        {"14.3.16", "Agree on deflate and send a message with RSV2", {text("Hello").with_rsv(rsv2)}, "R6455-5.2-4"},
        {"14.3.17", "Agree on deflate and send a message with RSV3", {text("Hello").with_rsv(rsv3)}, "R6455-5.2-4"},
        {"14.3.18",
         "Send a compressed message with RSV2",
         {deflated_text(hello()).with_rsv(rsv1 | rsv2)},
         "R6455-5.2-4"},
        {"14.3.19",
         "Send a compressed message with RSV3",
         {deflated_text(hello()).with_rsv(rsv1 | rsv3)},
         "R6455-5.2-4"},
        {"14.3.20",
         "Send a compressed message with all three reserved bits",
         {deflated_binary(hello()).with_rsv(rsv1 | rsv2 | rsv3)},
         "R6455-5.2-4"},
        {"14.3.21",
         "Send a compressed message with RSV2 on its continuation",
         {hel(), lo().with_rsv(rsv2)},
         "R6455-5.2-4"},
        {"14.3.22", "Agree on deflate and send a ping with RSV3", {ping("Hello").with_rsv(rsv3)}, "R6455-5.2-4"},
        {"14.3.23",
         "Send a second compressed message inside an unfinished one",
         {hel(), deflated_text(hello()), lo()},
         "R6455-5.4-5"},
        {"14.3.24", "Send a plain message inside a compressed one", {hel(), text("Hello"), lo()}, "R6455-5.4-5"},
        {"14.3.25",
         "Send a ping of 126 octets inside a compressed message",
         {hel(), ping(repeated('*', 126)), lo()},
         "R6455-5.5-3"},
        {"14.3.26",
         "Send a ping with FIN = 0 inside a compressed message",
         {hel(), ping("Hello").more(), lo()},
         "R6455-5.4-8"},
    };
    for (const Fault& row : faults)
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {row.requirement},
                         .needs = Need::deflate,
                         .script = refused(row.frames)});

    Case data{.id = "14.3.27",
              .title = "Agree on deflate and send each reserved data opcode with RSV1",
              .covers = {"R6455-5.2-6"},
              .needs = Need::deflate,
              .script = refused({frame(0x3, hello()).with_rsv(rsv1)})};
    for (Octet opcode = 0x4; opcode <= 0x7; ++opcode)
        data.variants.push_back(refused({frame(opcode, hello()).with_rsv(rsv1)}));
    cases.push_back(std::move(data));
    Case control{.id = "14.3.28",
                 .title = "Agree on deflate and send each reserved control opcode with RSV1",
                 .covers = {"R6455-5.2-6", "R7692-6.1-4"},
                 .needs = Need::deflate,
                 .script = refused({frame(0xb, hello()).with_rsv(rsv1)})};
    for (Octet opcode = 0xc; opcode <= 0xf; ++opcode)
        control.variants.push_back(refused({frame(opcode, hello()).with_rsv(rsv1)}));
    cases.push_back(std::move(control));
    return cases;
}

std::vector<Case> control_frames_between() {
    std::vector<Case> cases;
    cases.push_back({.id = "14.3.29",
                     .title = "Send a compressed message in two fragments and await the pong of a ping between them",
                     .covers = {"R7692-7.2.2-7", "R6455-5.4-11", "R7692-6-1"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send({hel(), ping("Hello")}), expect(receives(pong("Hello"))),
                                send(lo()), expect(receives(text("Hello"))), closing_handshake()}});
    cases.push_back({.id = "14.3.30",
                     .title = "Send a compressed message with a ping between its fragments in one write",
                     .covers = {"R7692-7.2.2-7", "R6455-5.4-11"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send({hel(), ping("Hello"), lo()}),
                                expect({receives({pong("Hello"), text("Hello")}),
                                        receives({text("Hello"), pong("Hello")}).non_strict()}),
                                closing_handshake()}});
    cases.push_back({.id = "14.3.31",
                     .title = "Send a compressed message with a pong between its fragments",
                     .covers = {"R7692-7.2.2-7", "R6455-5.5.3-3"},
                     .needs = Need::echo | Need::deflate,
                     .script = comes_back_from({hel(), pong("Hello"), lo()}, text("Hello"))});
    cases.push_back({.id = "14.3.32",
                     .title = "Send a compressed message with a ping between its fragments whose payload is compressed",
                     .covers = {"R7692-6-1", "R7692-7.2.2-7"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send({hel(), ping(hello())}), expect(receives(pong(hello()))),
                                send(lo()), expect(receives(text("Hello"))), closing_handshake()},
                     .note = "The extension does not touch control frames: the octets come back as they are."});

    Script many = {offering_deflate()};
    Octets const data = mixed();
    for (std::size_t i = 0; i < data.size(); ++i) {
        Octets piece = part(data, i, i + 1);
        std::string const number = std::to_string(i);
        many.push_back(send({i == 0 ? first(std::move(piece)) : middle(std::move(piece)), ping(number)}));
        many.push_back(expect(receives(pong(number))));
    }
    many.push_back(send(last({})));
    many.push_back(expect(receives(text(mixed_text()))));
    many.push_back(closing_handshake());
    cases.push_back({.id = "14.3.33",
                     .title = "Send a compressed message octet by octet in fragments, awaiting a pong behind each",
                     .covers = {"R7692-7.2.2-7", "R7692-6.2-1", "R6455-5.4-11"},
                     .needs = Need::echo | Need::deflate,
                     .script = std::move(many)});
    cases.push_back({.id = "14.3.34",
                     .title = "Send a Close inside a compressed message",
                     .covers = {"R6455-5.5.1-9", "R6455-5.4-11"},
                     .needs = Need::deflate,
                     .script = {offering_deflate(), send({hel(), close_frame(1000)}), expect(closes({1000, 0}))}});
    return cases;
}

std::vector<Case> every_cut() {
    std::vector<Case> cases;
    Octets const data = mixed();
    Frame const echo = text(mixed_text());
    // The script and its variants: a cut behind 1, 2, 3 … octets.
    auto const family = [&](const char* id, const char* title, const char* requirement, auto frames) {
        Case made{.id = id,
                  .title = title,
                  .covers = {"R7692-6.2-1", requirement},
                  .needs = Need::echo | Need::deflate,
                  .script = comes_back_from(frames(1), echo)};
        for (std::size_t at = 2; at < data.size(); ++at) made.variants.push_back(comes_back_from(frames(at), echo));
        cases.push_back(std::move(made));
    };
    family("14.3.35", "Send a compressed message in two fragments, cut behind each octet in turn", "R7692-6.1-1",
           [&](std::size_t at) {
               return std::vector<Frame>{first(part(data, 0, at)), last(part(data, at, data.size()))};
           });
    family("14.3.36", "Send a compressed message with an empty fragment behind each octet in turn", "R6455-5.4-12",
           [&](std::size_t at) {
               return std::vector<Frame>{first(part(data, 0, at)), middle({}), last(part(data, at, data.size()))};
           });

    std::vector<Frame> single;
    for (std::size_t i = 0; i < data.size(); ++i) {
        Octets piece = part(data, i, i + 1);
        single.push_back(i == 0                 ? first(std::move(piece))
                         : i + 1 == data.size() ? last(std::move(piece))
                                                : middle(std::move(piece)));
    }
    std::vector<Frame> hundred(102, middle({}));
    hundred.front() = hel();
    hundred.back() = lo();

    struct Good {
        const char* id;
        const char* title;
        const char* requirement;
        std::vector<Frame> frames;
        Frame echo;
        Delivery delivery = {};
    };
    std::vector<Good> const rows = {
        {"14.3.37", "Send a compressed message in fragments of one octet", "R7692-6.2-1", single, echo},
        {"14.3.38", "Send a compressed message in fragments of one octet, one octet a write", "R7692-6.2-1", single,
         echo, chopped(1)},
        {"14.3.39",
         "Send a compressed message in one frame, one octet a write",
         "R7692-6.2-1",
         {deflated_text(data)},
         echo,
         chopped(1)},
        {"14.3.40",
         "Send a compressed message whose first fragment is empty",
         "R7692-6.2-1",
         {first({}), last(data)},
         echo},
        {"14.3.41",
         "Send a compressed message whose last fragment is empty",
         "R7692-6.2-1",
         {first(data), last({})},
         echo},
        {"14.3.42", "Send a compressed message with a hundred empty fragments in the middle", "R7692-6.2-1", hundred,
         text("Hello")},
        // An implementation that flushes at every fragment and removes nothing, as it must (7.2.1).
        {"14.3.43",
         "Send a compressed message with a flush at the end of each fragment",
         "R7692-7.2.1-6",
         {first(DeflateWriter{}.fixed({literal("Hel")}).with_tail()),
          middle(DeflateWriter{}.fixed({literal("lo, ")}).with_tail()),
          last(DeflateWriter{}.fixed({literal("Hello")}).message())},
         text("Hello, Hello")},
        // 7.2.3.6: who finds out late that there is no more ends with the octet 00.
        {"14.3.44",
         "Send a flushed compressed fragment, then a last one with only the octet 00",
         "R7692-7.2.3.6-1",
         {first(DeflateWriter{}.fixed({literal("Hello")}).with_tail()), last(hex("00"))},
         text("Hello")},
        {"14.3.45",
         "Send two flushed compressed fragments, then a last one with only the octet 00",
         "R7692-7.2.3.6-1",
         {deflated_binary(DeflateWriter{}.stored("Hel").with_tail()).more(),
          middle(DeflateWriter{}.dynamic({literal("lo")}).with_tail()), last(hex("00"))},
         binary(octets("Hello"))},
        {"14.3.46",
         "Send a compressed fragment of 4096 octets, then a last one with only the octet 00",
         "R7692-7.2.3.6-1",
         {deflated_binary(DeflateWriter{}.stored(noise(4091)).as_is()).more(), last(hex("00"))},
         binary(noise(4091))},
        {"14.3.47",
         "Send a compressed message whose last fragment cuts the empty block behind the text",
         "R7692-6.2-1",
         {first(hex("f2 48 cd c9 c9 07")), last(hex("00"))},
         text("Hello")},
    };
    for (const Good& row : rows) {
        Case made{.id = row.id,
                  .title = row.title,
                  .covers = {row.requirement},
                  .needs = Need::echo | Need::deflate,
                  .script = comes_back_from(row.frames, row.echo, row.delivery)};
        if (made.covers.front() != "R7692-6.2-1") made.covers.push_back("R7692-6.2-1");
        cases.push_back(std::move(made));
    }
    return cases;
}

}  // namespace

std::vector<Case> frames() {
    std::vector<Case> cases;
    for (auto chapter : {bits_out_of_place, control_frames_between, every_cut})
        std::ranges::move(chapter(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::deflating
