// Group 1: single frames. A message in one frame comes back whatever its length, its type and its neighbours
// (RFC 6455 sections 5.2, 5.4 and 5.6).
#include <cstdint>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

/// Octets that look random and are always the same: a lost, doubled or swapped octet shows.
Octets noise(std::size_t size) {
    Octets made;
    made.reserve(size);
    std::uint32_t state = 6455;
    while (made.size() < size) {
        state = state * 1664525U + 1013904223U;
        made.push_back(static_cast<Octet>(state >> 24));
    }
    return made;
}

/// One message out, the same message back.
Script echo(const Frame& message, Delivery delivery = {}) {
    return {open(), send(message, std::move(delivery)), expect(receives(message)), closing_handshake()};
}

/// Several messages in one step, the same messages back in the same order.
Script echo_all(const std::vector<Frame>& messages, Delivery delivery = {}) {
    return {open(), send(messages, std::move(delivery)), expect(receives(messages)), closing_handshake()};
}

/// Messages of 116 to 135 octets.
std::vector<Frame> around_seven_bits() {
    std::vector<Frame> messages;
    for (std::size_t size = 116; size < 136; ++size) messages.push_back(binary(noise(size)));
    return messages;
}

struct Length {
    const char* id;
    std::size_t size;
    std::size_t chop;  ///< Octets a write; 0: all in one.
    const char* length_form;
};

constexpr const char* seven_bits = "R6455-5.2-7";
constexpr const char* sixteen_bits = "R6455-5.2-8";
constexpr const char* sixtyfour_bits = "R6455-5.2-9";

// clang-format off
constexpr Length text_lengths[] = {
    {"1.1.1", 0, 0, seven_bits},            // the empty message
    {"1.1.2", 125, 0, seven_bits},          // the longest that 7 bits can say
    {"1.1.3", 126, 0, sixteen_bits},        // the first of the 16-bit form; equals its own marker
    {"1.1.4", 127, 0, sixteen_bits},        // equals the marker of the 64-bit form
    {"1.1.5", 128, 0, sixteen_bits},        // the first with the high bit in the low octet: signed octets
    {"1.1.6", 65535, 0, sixteen_bits},      // the last of the 16-bit form
    {"1.1.7", 65536, 0, sixtyfour_bits},    // the first of the 64-bit form
    {"1.1.8", 65536, 997, sixtyfour_bits},  // in many reads, none of them aligned with anything
};
constexpr Length binary_lengths[] = {
    {"1.2.1", 0, 0, seven_bits},            // as 1.1.1 to 1.1.8, with octets that are no text
    {"1.2.2", 125, 0, seven_bits},          // the longest that 7 bits can say
    {"1.2.3", 126, 0, sixteen_bits},        // the first of the 16-bit form
    {"1.2.4", 127, 0, sixteen_bits},        // equals the marker of the 64-bit form
    {"1.2.5", 128, 0, sixteen_bits},        // high bit in the low octet
    {"1.2.6", 65535, 0, sixteen_bits},      // the last of the 16-bit form
    {"1.2.7", 65536, 0, sixtyfour_bits},    // the first of the 64-bit form
    {"1.2.8", 65536, 997, sixtyfour_bits},  // in many reads
};
constexpr Length noise_lengths[] = {
    {"1.3.1", 124, 0, seven_bits},       // one below the limit of 7 bits
    {"1.3.2", 125, 0, seven_bits},       // the limit
    {"1.3.3", 126, 0, sixteen_bits},     // one above
    {"1.3.4", 127, 0, sixteen_bits},     // the other marker
    {"1.3.5", 254, 0, sixteen_bits},     // with a header of 2 octets: a buffer of 256
    {"1.3.6", 255, 0, sixteen_bits},     // the last with a high octet of zero
    {"1.3.7", 256, 0, sixteen_bits},     // the first with a low octet of zero: swapped octets read 1
    {"1.3.8", 257, 0, sixteen_bits},     // both octets the same
    {"1.3.9", 32767, 0, sixteen_bits},   // the largest signed 16-bit number
    {"1.3.10", 32768, 0, sixteen_bits},  // negative when read as signed
    {"1.3.11", 65534, 0, sixteen_bits},  // one below the limit of 16 bits
    {"1.3.12", 65535, 0, sixteen_bits},  // the limit
    {"1.3.13", 65536, 0, sixtyfour_bits},  // cut to 16 bits it is 0
    {"1.3.14", 65537, 0, sixtyfour_bits},  // cut to 16 bits it is 1
};
// clang-format on

void add_echo(std::vector<Case>& cases, const Length& row, std::string kind, const Frame& message, bool autobahn) {
    std::string title = "Send " + std::move(kind) + " of " + std::to_string(row.size) + " octets";
    if (row.chop != 0) title += ", " + std::to_string(row.chop) + " octets a write";
    std::vector<std::string> covers{row.length_form, "R6455-5.4-2", "R6455-5.2-1"};
    if (row.size > 125) covers.emplace_back("R6455-5.2-12");
    if (message.opcode == Opcode::binary) covers.emplace_back("R6455-5.6-4");
    if (row.chop != 0) covers.emplace_back("R6455-5.3-5");
    cases.push_back({.id = row.id,
                     .title = std::move(title),
                     .covers = std::move(covers),
                     .needs = Need::echo,
                     .script = echo(message, row.chop == 0 ? together() : chopped(row.chop)),
                     .autobahn = autobahn});
}

struct LongForm {
    const char* id;
    Octet opcode;
    std::size_t size;
    LengthForm form;
};

// clang-format off
constexpr LongForm long_forms[] = {
    {"1.4.1", 0x1, 5, LengthForm::sixteen_bits},       // an everyday length in the next form
    {"1.4.2", 0x1, 125, LengthForm::sixteen_bits},     // one short of needing it
    {"1.4.3", 0x1, 5, LengthForm::sixtyfour_bits},     // an everyday length in the longest form
    {"1.4.4", 0x1, 126, LengthForm::sixtyfour_bits},   // the 16-bit form skipped
    {"1.4.5", 0x1, 65535, LengthForm::sixtyfour_bits}, // one short of needing it
    {"1.4.6", 0x2, 0, LengthForm::sixteen_bits},       // nothing, said in two octets
    {"1.4.7", 0x2, 0, LengthForm::sixtyfour_bits},     // nothing, said in eight octets
    {"1.4.8", 0x9, 5, LengthForm::sixteen_bits},       // control frames never need more than 7 bits (5.5)
    {"1.4.9", 0x9, 125, LengthForm::sixtyfour_bits},   // the longest control frame in the longest form
};
// clang-format on

void add_long_form(std::vector<Case>& cases, const LongForm& row) {
    Octets const payload = repeated('*', row.size);
    Frame const plain = frame(row.opcode, payload);
    bool const is_ping = plain.opcode == Opcode::ping;
    cases.push_back({.id = row.id,
                     .title = "Write the length " + std::to_string(row.size) + " of a " +
                              std::string(to_string(plain.opcode)) + " frame in the " +
                              (row.form == LengthForm::sixteen_bits ? "16-bit" : "64-bit") + " form",
                     .covers = {"R6455-5.2-14"},
                     .needs = is_ping ? Need::none : Need::echo,
                     .script = {open(), send(plain.in_form(row.form)),
                                expect({fails(1002), receives(is_ping ? pong(payload) : plain).non_strict()})},
                     .note = "RFC 6455 section 5.2 binds the sender to the shortest form and does not tell the "
                             "receiver to fail: accepting the right payload is non-strict."});
}

struct TopBit {
    const char* id;
    std::uint64_t length;
    const char* digits;
    const char* payload;  ///< What is sent of it: the octets that a truncated length would ask for.
};

// clang-format off
constexpr TopBit top_bits[] = {
    {"1.5.1", 0x8000000000000005U, "80 00 00 00 00 00 00 05", "Hello"},  // without the top bit it is the true length
    {"1.5.2", 0x8000000000000000U, "80 00 00 00 00 00 00 00", ""},  // the smallest signed number; without the top bit 0
    {"1.5.3", 0xffffffffffffffffU, "ff ff ff ff ff ff ff ff", ""},  // -1
    {"1.5.4", 0xfffffffffffffffcU, "ff ff ff ff ff ff ff fc", ""},  // plus the 4 octets of the key it wraps to 0
    {"1.5.5", 0xffffffff00000000U, "ff ff ff ff 00 00 00 00", ""},  // cut to 32 bits it is 0
    {"1.5.6", 0xffffffff00000005U, "ff ff ff ff 00 00 00 05", "Hello"},  // cut to 32 bits it is the true length
};
// clang-format on

}  // namespace

Group single_frames() {
    std::vector<Case> cases;
    for (const auto& row : text_lengths) add_echo(cases, row, "a text message", text(repeated('*', row.size)), true);
    for (const auto& row : binary_lengths)
        add_echo(cases, row, "a binary message", binary(repeated(0xfe, row.size)), true);
    for (const auto& row : noise_lengths) add_echo(cases, row, "binary noise", binary(noise(row.size)), false);
    for (const auto& row : long_forms) add_long_form(cases, row);

    // No receiver can hold 2^63 octets, so the header says all: waiting for the payload is no answer. The ping lies
    // inside the announced payload; its pong gives a truncated length away.
    for (const auto& row : top_bits) {
        cases.push_back(
            {.id = row.id,
             .title = std::string("Announce a binary frame with the 64-bit length ") + row.digits,
             .covers = {"R6455-5.2-11"},
             .script = {open(),
                        send({binary(octets(row.payload)).claiming(row.length).in_form(LengthForm::sixtyfour_bits),
                              ping("inside the payload")}),
                        expect(fails({1002, 1009}))}});
    }

    // The examples of section 5.7. Where the tester is the server the key is of no effect: its frames are not masked.
    cases.push_back({.id = "1.6.1",
                     .title = "Send \"Hello\" in one frame, masked with the key of the RFC's example",
                     .covers = {"R6455-5.7-2", "R6455-5.7-1", "R6455-5.3-5"},
                     .needs = Need::echo,
                     .script = echo(text("Hello").with_key({0x37, 0xfa, 0x21, 0x3d}))});
    cases.push_back({.id = "1.6.2",
                     .title = "Send \"Hello\" in the two fragments of the RFC's example",
                     .covers = {"R6455-5.7-3", "R6455-5.4-3"},
                     .needs = Need::echo,
                     .script = {open(), send({text("Hel").more(), continuation("lo")}), expect(receives(text("Hello"))),
                                closing_handshake()}});
    cases.push_back({.id = "1.6.3",
                     .title = "Send a ping with the body \"Hello\" of the RFC's example",
                     .covers = {"R6455-5.7-4", "R6455-5.5.3-1"},
                     .script = {open(), send(ping("Hello").with_key({0x37, 0xfa, 0x21, 0x3d})),
                                expect(receives(pong("Hello"))), closing_handshake()}});
    cases.push_back({.id = "1.6.4",
                     .title = "Send the RFC's example of a binary message of 256 octets",
                     .covers = {"R6455-5.7-5", sixteen_bits, "R6455-5.2-12"},
                     .needs = Need::echo,
                     .script = echo(binary(noise(256)).with_key({0x37, 0xfa, 0x21, 0x3d}))});
    cases.push_back({.id = "1.6.5",
                     .title = "Send the RFC's example of a binary message of 64 KiB",
                     .covers = {"R6455-5.7-5", sixtyfour_bits, "R6455-5.2-12"},
                     .needs = Need::echo,
                     .script = echo(binary(noise(65536)).with_key({0x37, 0xfa, 0x21, 0x3d}))});

    // Several messages: nothing of one may show in the next, and none may be lost behind another (section 6.2).
    cases.push_back({.id = "1.7.1",
                     .title = "Send three text messages in one write",
                     .covers = {"R6455-5.2-16", "R6455-6.2-4"},
                     .needs = Need::echo,
                     .script = echo_all({text("first"), text("second"), text("third")})});
    cases.push_back(
        {.id = "1.7.2",
         .title = "Send text and binary messages in turn, in one write",
         .covers = {"R6455-6.2-3", "R6455-5.2-5", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = echo_all({text("one"), binary(hex("00 fe fd fc")), text("three"), binary(hex("ff 00"))})});
    cases.push_back(
        {.id = "1.7.3",
         .title = "Send the same octets as text, then as binary, then as text",
         .covers = {"R6455-6.2-3", "R6455-5.2-5"},
         .needs = Need::echo,
         .script = {open(), send(text("same octets")), expect(receives(text("same octets"))),
                    send(binary(octets("same octets"))), expect(receives(binary(octets("same octets")))),
                    send(text("same octets")), expect(receives(text("same octets"))), closing_handshake()}});
    // An empty frame that ends where the next begins: some parsers swallow an octet of the neighbour.
    cases.push_back(
        {.id = "1.7.4",
         .title = "Send empty messages between others, in one write",
         .covers = {"R6455-5.2-16", seven_bits, "R6455-6.2-4"},
         .needs = Need::echo,
         .script = echo_all({text(""), text("a"), binary(Octets{}), binary(hex("00")), text(""), text("b")})});
    cases.push_back({.id = "1.7.5",
                     .title = "Send messages in all three length forms, in one write",
                     .covers = {"R6455-5.2-16", seven_bits, sixteen_bits, sixtyfour_bits},
                     .needs = Need::echo,
                     .script = echo_all({binary(noise(5)), binary(noise(126)), binary(noise(65536)), binary(noise(125)),
                                         binary(noise(65535)), binary(noise(1))})});
    // The long one first: a buffer that is not emptied would give the tail of the old message away.
    cases.push_back({.id = "1.7.6",
                     .title = "Send a long message, then ever shorter ones, waiting for each",
                     .covers = {"R6455-6.2-4", "R6455-5.4-2"},
                     .needs = Need::echo,
                     .script = {open(), send(text(repeated('L', 4096))), expect(receives(text(repeated('L', 4096)))),
                                send(text("short")), expect(receives(text("short"))), send(text("")),
                                expect(receives(text(""))), closing_handshake()}});
    cases.push_back({.id = "1.7.7",
                     .title = "Send three messages, one octet a write",
                     .covers = {"R6455-5.2-15", sixteen_bits, "R6455-5.3-5"},
                     .needs = Need::echo,
                     .script = echo_all({text("first"), binary(noise(126)), text("")}, chopped(1))});
    // 7 is coprime to every header length: over the messages the cut falls on every octet of a header.
    cases.push_back({.id = "1.7.8",
                     .title = "Send twenty messages around the limit of the 7-bit form, 7 octets a write",
                     .covers = {"R6455-5.2-15", "R6455-5.2-16", "R6455-5.3-5"},
                     .needs = Need::echo,
                     .script = echo_all(around_seven_bits(), chopped(7))});
    return {.number = "1", .title = "Single frames", .cases = std::move(cases)};
}

}  // namespace wsspec
