// 14.6: how far back a message may refer, and who has to remember it (RFC 7692 sections 7.1.1, 7.1.2 and 7.2).
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

constexpr std::size_t whole_window = 32768;

/// `distance` octets, then a copy of the first of them.
Octets there_and_back(std::size_t distance, unsigned length) {
    return DeflateWriter{}.stored(noise(distance)).fixed({copy(static_cast<unsigned>(distance), length)}).message();
}
Script within_one(Script opening, std::size_t distance, unsigned length) {
    opening.push_back(send(deflated_binary(there_and_back(distance, length))));
    opening.push_back(expect(receives(binary(with_copy(noise(distance), distance, length)))));
    opening.push_back(closing_handshake());
    return opening;
}

std::vector<Case> within_a_message() {
    std::vector<Case> cases;
    for (std::size_t const distance : {1U, 2U, 256U, 257U, 512U, 1024U, 4096U, 16384U, 32768U})
        cases.push_back(
            {.id = "14.6." + std::to_string(cases.size() + 1),
             .title = "Send back-references over " + std::to_string(distance) + " octets of the same message",
             .covers = {"R7692-7.2.2-9", "R7692-7.2.2-1"},
             .needs = Need::echo | Need::deflate | Need::client_window,
             .script = within_one({offering_deflate()}, distance, 3),
             .variants = {within_one({offering_deflate()}, distance, 258)}});
    return cases;
}

/// The first message makes the window, the second refers to its first octet.
Script across_two(std::size_t distance, unsigned length) {
    return {offering_deflate(),
            send({deflated_binary(DeflateWriter{}.stored(noise(distance)).message()),
                  deflated_binary(DeflateWriter{}.fixed({copy(static_cast<unsigned>(distance), length)}).message())}),
            expect(receives({binary(noise(distance)), binary([&] {
                                 Octets const all = with_copy(noise(distance), distance, length);
                                 return Octets(all.begin() + static_cast<std::ptrdiff_t>(distance), all.end());
                             }())})),
            closing_handshake()};
}

std::vector<Case> across_messages() {
    std::vector<Case> cases;
    Need const needs = Need::echo | Need::deflate | Need::client_takeover | Need::client_window;
    int number = 10;
    for (std::size_t const distance : {1U, 256U, 512U, 1024U, 4096U, 16384U, 32767U, 32768U})
        cases.push_back({.id = "14.6." + std::to_string(number++),
                         .title = "Send a message that refers " + std::to_string(distance) +
                                  " octets back to the start of the one before",
                         .covers = {"R7692-7.2.2-4", "R7692-7.2.2-9"},
                         .needs = needs,
                         .script = across_two(distance, 3),
                         .variants = {across_two(distance, 258)}});

    // The window slides: what is 32768 octets back now stands in the middle of the first message.
    Octets const first = noise(whole_window);
    Octets const second = repeated('-', 1000);
    Octets const from_the_middle(first.begin() + 1000, first.begin() + 1258);
    cases.push_back(
        {.id = "14.6.18",
         .title = "Send 1000 more octets, then refer over the whole window into the middle of a message",
         .covers = {"R7692-7.2.2-4", "R7692-7.2.2-9"},
         .needs = needs,
         .script = {
             offering_deflate(),
             send({deflated_binary(DeflateWriter{}.stored(first).message()),
                   deflated_binary(DeflateWriter{}
                                       .fixed({literal("-"), copy(1, 258), copy(1, 258), copy(1, 258), copy(1, 225)})
                                       .message()),
                   deflated_binary(DeflateWriter{}.fixed({copy(32768, 258)}).message())}),
             expect(receives({binary(first), binary(second), binary(from_the_middle)})), closing_handshake()}});

    Script many = {offering_deflate()};
    Octets const piece = noise(400);
    std::vector<Frame> sent;
    std::vector<Frame> echoes;
    for (int i = 0; i < 82; ++i) {  // 82 times 400 octets: 32,800
        sent.push_back(deflated_binary(DeflateWriter{}.stored(piece).message()));
        echoes.push_back(binary(piece));
    }
    sent.push_back(deflated_binary(DeflateWriter{}.dynamic({copy(32768, 258)}).message()));
    echoes.push_back(binary(Octets(piece.begin() + 32, piece.begin() + 290)));
    many.push_back(send(std::move(sent)));
    many.push_back(expect(receives(std::move(echoes))));
    many.push_back(closing_handshake());
    cases.push_back({.id = "14.6.19",
                     .title = "Send 82 messages of 400 octets, then refer over the whole window",
                     .covers = {"R7692-7.2.2-4", "R7692-7.2.2-9"},
                     .needs = needs,
                     .script = std::move(many)});
    cases.push_back(
        {.id = "14.6.20",
         .title = "Send a message in fragments that refers back over a ping and over the message before",
         .covers = {"R7692-7.2.2-4", "R7692-7.2.2-7"},
         .needs = Need::echo | Need::deflate | Need::client_takeover,
         .script = {offering_deflate(), send(deflated_text(hello())), expect(receives(text("Hello"))),
                    send({deflated_text(hex("f2 00")).more(), ping("window")}), expect(receives(pong("window"))),
                    send(continuation(hex("11 00 00"))), expect(receives(text("Hello"))), closing_handshake()}});
    return cases;
}

/// A window for the client is offered; how much of it the target grants, only its answer says.
std::vector<Case> offered_windows() {
    std::vector<Case> cases;
    int number = 21;
    constexpr const char* note =
        "The expectation lists both reactions; which of them is right follows from the answer, and is judged by it: a "
        "window that was not narrowed has to be there (RFC 7692 section 7.2.2).";
    for (unsigned bits = 8; bits <= 15; ++bits) {
        std::string const offer = "permessage-deflate; client_max_window_bits=" + std::to_string(bits);
        // 256 octets are within any answer.
        cases.push_back({.id = "14.6." + std::to_string(number++),
                         .title = "Offer client_max_window_bits=" + std::to_string(bits) +
                                  " and refer 256 octets back, the least that can be agreed",
                         .target = Target::server,
                         .covers = {"R7692-7.2.2-10", "R7692-7.1.2.2-4"},
                         .needs = Need::echo | Need::deflate,
                         .script = within_one({offering(offer), opens_or_refuses()}, 256, 3),
                         .variants = {within_one({offering(offer), opens_or_refuses()}, 256, 258)}});
        std::size_t const window = std::size_t{1} << bits;
        auto const maybe = [&](std::size_t distance) {
            return Script{offering(offer), opens_or_refuses(), send(deflated_binary(there_and_back(distance, 100))),
                          takes_or_refuses(binary(with_copy(noise(distance), distance, 100)))};
        };
        Case edge{.id = "14.6." + std::to_string(number++),
                  .title = "Offer client_max_window_bits=" + std::to_string(bits) +
                           (bits < 15 ? " and refer back to its edge, and beyond" : " and refer back to its edge"),
                  .target = Target::server,
                  .covers = {"R7692-7.2.2-10", "R7692-7.2.2-9"},
                  .needs = Need::echo | Need::deflate,
                  .script = maybe(window),
                  .note = note};
        if (bits == 8) edge.script = within_one({offering(offer), opens_or_refuses()}, 256, 100);
        if (bits < 15) {
            edge.variants.push_back(maybe(window + 1));
            edge.variants.push_back(maybe(whole_window));
        }
        cases.push_back(std::move(edge));
    }

    std::string const hint = "permessage-deflate; client_no_context_takeover";
    std::vector<Frame> const twice = {deflated_text(hello()), deflated_text(hex("f2 00 11 00 00"))};
    cases.push_back({.id = "14.6.37",
                     .title = "Offer client_no_context_takeover, find it not taken up, and refer to the message before",
                     .target = Target::server,
                     .covers = {"R7692-7.2.2-4", "R7692-7.2.1-9"},
                     .needs = Need::echo | Need::deflate | Need::client_takeover,
                     .script = {offering(hint), opens_or_refuses(), send(twice),
                                expect(receives({text("Hello"), text("Hello")})), closing_handshake()},
                     .note = "In an offer the parameter is a hint (RFC 7692 section 7.1.1.2). A server that does not "
                             "answer it has to keep the window."});
    cases.push_back(
        {.id = "14.6.38",
         .title = "Offer client_no_context_takeover and refer to the message before, agreed or not",
         .target = Target::server,
         .covers = {"R7692-7.2.2-4", "R7692-7.2.1-8"},
         .needs = Need::echo | Need::deflate,
         .script = {offering(hint), opens_or_refuses(), send(twice),
                    expect({receives({text("Hello"), text("Hello")}), fails_to_inflate().after({text("Hello")})})},
         .note = note});
    cases.push_back(
        {.id = "14.6.39",
         .title = "Offer client_no_context_takeover and send messages that stand alone",
         .target = Target::server,
         .covers = {"R7692-7.1.1.2-1", "R7692-5-14"},
         .needs = Need::echo | Need::deflate,
         .script = {offering(hint), opens_or_refuses(), send({deflated_text(hello()), deflated_text(hello())}),
                    expect(receives({text("Hello"), text("Hello")})), closing_handshake()}});
    return cases;
}

/// Plain or compressed, the echoes show how the target compresses; that it keeps to what was agreed is judged always.
RoundTrips repeating(std::size_t period, std::size_t size, std::size_t count) {
    return {.content = {.kind = Content::Kind::pattern, .pattern = noise(period)},
            .opcode = Opcode::binary,
            .size = size,
            .count = count,
            .compressed = true};
}

std::vector<Case> output_of_the_target() {
    std::vector<Case> cases = {
        {.id = "14.6.40",
         .title = "Offer server_no_context_takeover and send equal messages in a row",
         .target = Target::server,
         .covers = {"R7692-7.2.1-10", "R7692-7.1.1.1-2"},
         .needs = Need::echo | Need::deflate,
         .script = {offering("permessage-deflate; server_no_context_takeover"), opens_or_refuses(),
                    round_trips(repeating(500, 500, 5)), round_trips(repeating(4000, 4000, 5)), closing_handshake()}},
        {.id = "14.6.41",
         .title = "Offer permessage-deflate and send equal messages in a row, plain",
         .covers = {"R7692-7.2.1-1", "R7692-6.1-2"},
         .needs = Need::echo | Need::deflate,
         .script = {offering_deflate(), send({binary(noise(2000)), binary(noise(2000)), binary(noise(2000))}),
                    expect(receives({binary(noise(2000)), binary(noise(2000)), binary(noise(2000))})),
                    closing_handshake()}},
    };
    for (int bits = 9; bits <= 15; ++bits) {
        std::string const offer = "permessage-deflate; server_max_window_bits=" + std::to_string(bits);
        Case made{.id = "14.6." + std::to_string(33 + bits),
                  .title = "Offer server_max_window_bits=" + std::to_string(bits) +
                           " and send what repeats from near and from afar",
                  .target = Target::server,
                  .covers = {"R7692-7.2.1-12", "R7692-7.1.2.1-4"},
                  .needs = Need::echo | Need::deflate};
        for (std::size_t const period : {300U, 600U, 1000U, 5000U, 20000U, 32768U}) {
            Script script = {offering(offer), opens_or_refuses(), round_trips(repeating(period, period + 2000, 2)),
                             closing_handshake()};
            add_script(made, std::move(script));
        }
        cases.push_back(std::move(made));
    }
    cases.push_back({.id = "14.6.49",
                     .title = "Offer server_max_window_bits=8 and send what repeats from beyond 256 octets",
                     .target = Target::server,
                     .covers = {"R7692-7.2.1-12", "R7692-7-4"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering("permessage-deflate; server_max_window_bits=8"), opens_or_refuses(),
                                round_trips(repeating(300, 3000, 3)), closing_handshake()},
                     .note = "zlib does not compress with 8 bits. To decline is right; to agree and to use 512 octets "
                             "all the same is not."});
    cases.push_back({.id = "14.6.50",
                     .title = "Agree on deflate and send JSON that any compressor makes smaller",
                     .covers = {"R7692-6.1-1", "R7692-5-14"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(),
                                round_trips({.content = {.kind = Content::Kind::json},
                                             .opcode = Opcode::text,
                                             .size = 8192,
                                             .count = 10,
                                             .compressed = true}),
                                closing_handshake()},
                     .note = "A target that agrees and never compresses breaks no rule; that is a remark."});
    return cases;
}

}  // namespace

std::vector<Case> windows() {
    std::vector<Case> cases;
    for (auto chapter : {within_a_message, across_messages, offered_windows, output_of_the_target})
        std::ranges::move(chapter(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::deflating
