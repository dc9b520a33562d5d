// 17.1: lengths that are announced, and what they come to (RFC 6455 sections 5.2, 10.4). What stands behind such a
// header lies inside the payload: whoever answers it has read another length.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/17_limits.h"

namespace wsspec::limits {

namespace {

std::string hex_of(std::uint64_t length) {
    Octets octets;
    for (int shift = 56; shift >= 0; shift -= 8) octets.push_back(static_cast<Octet>(length >> shift));
    return to_hex(octets);
}

struct Row {
    const char* id;
    std::uint64_t length;
    const char* payload;  ///< What stands behind the header, in front of the ping.
};

/// 1.5 has binary frames; here are the other opcodes, each with its own path through a parser.
std::vector<Case> top_bit() {
    struct Frames {
        const char* id;
        const char* what;
        std::vector<Frame> before;
        Frame frame;
        std::uint64_t length;
    };
    auto const of = [](Opcode opcode, std::string_view payload) {
        return Frame{.opcode = opcode, .payload = octets(payload)};
    };
    std::vector<Frames> const rows = {
        {"17.1.1", "text frame", {}, of(Opcode::text, "Hello"), 0x8000000000000005U},
        {"17.1.2", "text frame", {}, of(Opcode::text, ""), 0xfffffffffffffff2U},  // plus the header of 14 it wraps to 0
        {"17.1.3", "text frame", {}, of(Opcode::text, "Hello"), 0xfffffffffffffffbU},  // read as signed, minus 5
        {"17.1.4", "continuation", {binary(octets("Hello")).more()}, of(Opcode::continuation, ""), 0x8000000000000000U},
        {"17.1.5",
         "continuation",
         {binary(octets("Hello")).more()},
         of(Opcode::continuation, ""),
         0xfffffffffffffffbU},  // sum 0
        {"17.1.6",
         "continuation",
         {binary(octets("Hello")).more()},
         of(Opcode::continuation, ""),
         0xffffffffffffffffU},  // sum 4
        {"17.1.7", "ping", {}, of(Opcode::ping, ""), 0x8000000000000000U},
        {"17.1.8", "pong", {}, of(Opcode::pong, ""), 0xffffffffffffffffU},
        {"17.1.9", "Close frame", {}, of(Opcode::close, ""), 0x8000000000000002U},  // without the top bit a good one
        {"17.1.10", "ping", {}, of(Opcode::ping, ""), 0xffffffff00000000U},         // cut to 32 bits it is 0
    };
    std::vector<Case> cases;
    for (const auto& row : rows) {
        std::vector<Frame> frames = row.before;
        frames.push_back(Frame(row.frame).claiming(row.length).in_form(LengthForm::sixtyfour_bits));
        frames.push_back(ping("inside the payload"));
        bool const control = is_control(row.frame.opcode);
        cases.push_back(
            {.id = row.id,
             .title = std::string("Announce a ") + row.what + " with the 64-bit length " + hex_of(row.length) +
                      (row.before.empty() ? "" : ", behind a fragment"),
             .covers = control ? std::vector<std::string>{"R6455-5.5-3", "R6455-5.2-11"}
                               : std::vector<std::string>{"R6455-5.2-11"},
             .script = {open(), send(std::move(frames)), expect(control ? fails(1002) : fails({1002, 1009}))}});
    }
    return cases;
}

/// Legal lengths that nobody has the octets for: refused with 1009, or waited for.
std::vector<Case> huge() {
    static const Row rows[] = {
        {"17.1.11", 0x7fffffffU, ""},               // the largest signed 32-bit number
        {"17.1.12", 0x80000000U, ""},               // one more: negative
        {"17.1.13", 0x80000005U, "Hello"},          // without bit 31 it is the true length
        {"17.1.14", 0xffffffffU, ""},               // -1 in 32 bits
        {"17.1.15", 0xfffffffaU, ""},               // plus a header of 6 it wraps to 0 in 32 bits
        {"17.1.16", 0x100000000U, ""},              // cut to 32 bits it is 0
        {"17.1.17", 0x100000005U, "Hello"},         // cut to 32 bits it is the true length
        {"17.1.18", 0x10000000005U, "Hello"},       // 1 TiB and 5
        {"17.1.19", 0x20000000000000U, ""},         // 2^53: where doubles begin to lose ones
        {"17.1.20", 0x20000000000005U, "Hello"},    // 2^53 + 5
        {"17.1.21", 0x4000000000000000U, ""},       // doubled, it is negative
        {"17.1.22", 0x7ffffffffffffff1U, ""},       // plus the header of 14 it is the largest signed number
        {"17.1.23", 0x7ffffffffffffff2U, ""},       // one more: the sum is negative
        {"17.1.24", 0x7fffffffffffffffU, "Hello"},  // the largest legal length
        {"17.1.25", 0x7fffffff00000000U, ""},       // cut to 32 bits it is 0, and legal
    };
    std::vector<Case> cases;
    for (const auto& row : rows)
        cases.push_back(
            {.id = row.id,
             .title = "Announce a binary frame of " + std::to_string(row.length) + " octets, and send few",
             .covers = {"R6455-5.2-9", "R6455-10.4-1"},
             .script = {open(),
                        send({binary(octets(row.payload)).claiming(row.length).in_form(LengthForm::sixtyfour_bits),
                              ping("inside the payload")}),
                        expect({fails(1009), waits().informational()})}});
    return cases;
}

/// The size of the message is that of all its fragments.
std::vector<Case> sums() {
    static const Row rows[] = {
        {"17.1.26", 0x7fffffffffffffffU, ""},  // 5 more than the largest signed number
        {"17.1.27", 0x7ffffffffffffffbU, ""},  // the sum is 2^63
        {"17.1.28", 0x7ffffffffffffffaU, ""},  // the sum is 2^63 - 1
        {"17.1.29", 0xfffffffbU, ""},          // the sum is 2^32
        {"17.1.30", 0xfffffffcU, ""},          // the sum is 2^32 + 1
        {"17.1.31", 0x7ffffffbU, ""},          // the sum is 2^31
    };
    std::vector<Case> cases;
    for (const auto& row : rows)
        cases.push_back(
            {.id = row.id,
             .title = "Send a fragment of five octets, and announce one of " + std::to_string(row.length) + " more",
             .covers = {"R6455-10.4-1", "R6455-5.2-9"},
             .script =
                 {open(), send(binary(octets("Hello")).more()), barrier("the first fragment"),
                  send({Frame{.opcode = Opcode::continuation}.claiming(row.length).in_form(LengthForm::sixtyfour_bits),
                        ping("inside the payload")}),
                  expect({fails(1009), waits().informational()})},
             .note = "gorilla, CVE-2020-27813: the sum overflowed, and the reader never ended."});
    return cases;
}

std::vector<Case> kept_room() {
    // What is announced costs the sender nothing, so it must cost the receiver nothing either.
    Holding const room{
        .ratio = ratio_of_payload, .requirement = "R6455-10.4-2", .what = "makes room for what is only announced"};
    auto const announced = [](std::uint64_t length) {
        return send(binary(octets("x")).claiming(length).in_form(LengthForm::sixtyfour_bits));
    };
    char const* const note =
        "rust-websocket, CVE-2022-35922: the header alone made it allocate. Judged by memory that becomes resident: at "
        "least 24 MiB and four times what was sent.";
    Step const fails_or_waits = expect({fails(1009), waits().informational()});
    std::vector<Case> cases = {
        {.id = "17.1.32",
         .title = "Announce a binary frame of 64 MiB, and send one octet of it",
         .covers = {"R6455-10.4-2", "R6455-10.4-1"},
         .script = {open(), announced(64 * mib), fails_or_waits},
         .watched = true,
         .holding = room,
         .note = note},
        {.id = "17.1.33",
         .title = "Announce a binary frame of 1 GiB, and send one octet of it",
         .covers = {"R6455-10.4-2", "R6455-10.4-1"},
         .script = {open(), announced(1024 * mib), fails_or_waits},
         .watched = true,
         .holding = room,
         .note = note},
        may_hurt(
            {.id = "17.1.34",
             .title = "Announce a binary frame of 8 MiB on each of 64 connections, and send one octet of it",
             .target = Target::server,
             .covers = {"R6455-10.4-2", "R6455-10.1-1"},
             .script = {open(),
                        crowd({.connections = 64,
                               .frames = {binary(octets("x")).claiming(8 * mib).in_form(LengthForm::sixtyfour_bits)}}),
                        send(ping("served")), expect(receives(pong("served"))), closing_handshake()},
             .holding = room,
             .note = note}),
    };
    return cases;
}

}  // namespace

std::vector<Case> lengths() {
    std::vector<Case> cases;
    for (auto part : {top_bit, huge, sums, kept_room}) std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::limits
