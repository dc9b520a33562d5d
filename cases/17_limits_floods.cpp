// 17.2 to 17.5: frames without end. Fragments (RFC 6455 sections 5.4, 10.4), control frames (5.5), messages (6.1), and
// what a little data inflates to (RFC 7692 section 8). Counts are those of the `standard` profile: enough that a target
// that keeps what it gets shows it beside a garbage collector's disorder (24 MiB), and that one that is slow is through
// in ten seconds, where the tester ends a flood.
#include <iterator>
#include <string>
#include <utility>

#include "cases/17_limits.h"
#include "cases/deflate_writer.h"

namespace wsspec::limits {

namespace {

constexpr const char* flood_note =
    "Above a limit of its own a target ends the connection, best with 1009, 1008 or 1013; below it has to go on.";

Case flooded(Case one, Flood frames, bool read = true) {
    one.script.insert(one.script.begin(), includes(one.needs, Need::deflate) ? offering_deflate() : open());
    if (!read) one.script.push_back(stop_reading());
    one.script.push_back(flood(std::move(frames)));
    one.script.push_back(closing_handshake());
    if (one.note.empty()) one.note = flood_note;
    return may_hurt(std::move(one));
}

Frame more_of(Opcode opcode, Octets payload) { return Frame{.opcode = opcode, .payload = std::move(payload)}.more(); }

/// 200,000 rounds: 1.2 MiB on the wire.
constexpr std::size_t many_tiny = 200'000;

}  // namespace

std::vector<Case> fragments() {
    // A fragment of an octet is worth one octet: a list of buffers is not.
    Holding const tiny{.ratio = ratio_of_tiny_frames,
                       .requirement = "R6455-5.4-19",
                       .what = "keeps far more of tiny fragments than their payload"};
    // Only a target that has shown a limit is judged: without one it may keep the message.
    Holding const large{.ratio = ratio_of_payload,
                        .requirement = "R6455-5.4-19",
                        .what = "keeps several times what an unfinished message has"};
    std::vector<std::string> const covers = {"R6455-5.4-19", "R6455-10.4-1", "R6455-10.4-2"};
    auto const endless = [&](const char* id, std::string what, Opcode opcode, Octets payload, std::size_t count,
                             const Holding& holding, const char* note = "") {
        return flooded({.id = id,
                        .title = "Send " + std::move(what) + " without an end",
                        .covers = covers,
                        .holding = holding,
                        .note = note},
                       {.first = {more_of(opcode, octets("x"))},
                        .frames = {more_of(Opcode::continuation, std::move(payload))},
                        .count = count});
    };
    std::vector<Case> cases;
    cases.push_back(endless("17.2.1", "text fragments of 64 KiB", Opcode::text, repeated('*', 64 * kib), 512, large,
                            "Netty, CVE-2014-0193; Bandit, CVE-2026-42786: each frame was below the limit, and the "
                            "message without one."));
    cases.push_back(
        endless("17.2.2", "binary fragments of 64 KiB", Opcode::binary, repeated(0xfe, 64 * kib), 512, large));
    cases.push_back(
        endless("17.2.3", "binary fragments of 125 octets", Opcode::binary, repeated(0xfe, 125), 100'000, large));
    cases.push_back(endless("17.2.4", "empty text fragments", Opcode::text, {}, many_tiny, tiny,
                            "undici, CVE-2026-12151: the size was limited, the number of fragments not."));
    cases.push_back(endless("17.2.5", "empty binary fragments", Opcode::binary, {}, many_tiny, tiny));
    cases.push_back(endless("17.2.6", "text fragments of one octet", Opcode::text, {'x'}, many_tiny, tiny,
                            "ws, CVE-2026-48779: what each fragment was wrapped in cost more than the limit of the "
                            "message."));
    cases.push_back(endless("17.2.7", "binary fragments of one octet", Opcode::binary, {0xfe}, many_tiny, tiny));
    cases.push_back(flooded({.id = "17.2.8",
                             .title = "Send text fragments of one octet without an end, a ping between each two",
                             .covers = {"R6455-5.4-19", "R6455-5.4-11"},
                             .holding = tiny},
                            {.first = {more_of(Opcode::text, {'x'})},
                             .frames = {more_of(Opcode::continuation, {'x'}), ping("p")},
                             .count = many_tiny / 4}));
    cases.push_back(flooded({.id = "17.2.9",
                             .title = "Send empty fragments of a compressed message without an end",
                             .covers = {"R6455-5.4-19", "R7692-8-2"},
                             .needs = Need::deflate,
                             .holding = tiny},
                            {.first = {more_of(Opcode::text, {}).with_rsv(rsv1)},
                             .frames = {more_of(Opcode::continuation, {})},
                             .count = many_tiny}));
    // The limit of the target itself, as the probe has found it.
    RoundTrips const far{.content = {.pattern = octets("fragment")}, .limit = RoundTrips::Limit::far_above};
    cases.push_back(
        may_hurt({.id = "17.2.10",
                  .title = "Send a message of five times what the target takes, in fragments of half of it",
                  .covers = {"R6455-10.4-2", "R6455-10.4-1"},
                  .needs = Need::echo,
                  .script = {open(), round_trips(far)},
                  .note = "Section 10.4 names two limits: of a frame, and of the message after reassembly. The first "
                          "may lie below the second; so more than 64 MiB are sent, where thousands of fragments do."}));
    return cases;
}

std::vector<Case> control() {
    Holding const unread{
        .ratio = ratio_of_what_is_not_read, .requirement = "R6455-10.1-1", .what = "queues answers that nobody reads"};
    std::vector<Case> cases;
    cases.push_back(flooded({.id = "17.3.1",
                             .title = "Send 100,000 pings of 125 octets and read all pongs",
                             .covers = {"R6455-5.5.2-2", "R6455-10.1-1"}},
                            {.frames = {ping(repeated('p', 125))}, .count = 100'000}));
    cases.push_back(flooded({.id = "17.3.2",
                             .title = "Send 500,000 pings of 125 octets and read nothing until no more can be sent",
                             .covers = {"R6455-10.1-1", "R6455-5.5.3-2"},
                             .holding = unread,
                             .note = "curl, CVE-2026-11586. Section 5.5.3 has only the newest of several pings "
                                     "answered, and TCP tells a sender to wait. Judged from half of what was sent, and "
                                     "24 MiB at least."},
                            {.frames = {ping(repeated('p', 125))}, .count = 500'000}, false));
    cases.push_back(flooded({.id = "17.3.3",
                             .title = "Send 200,000 empty pings and read nothing until no more can be sent",
                             .covers = {"R6455-10.1-1", "R6455-5.5.3-2"},
                             .holding = Holding{.ratio = ratio_of_tiny_frames,
                                                .requirement = "R6455-10.1-1",
                                                .what = "queues answers that nobody reads"}},
                            {.frames = {ping()}, .count = many_tiny}, false));
    cases.push_back(flooded({.id = "17.3.4",
                             .title = "Send 200,000 pongs that nobody asked for",
                             .covers = {"R6455-5.5.3-3", "R6455-10.1-1"}},
                            {.frames = {pong("unasked")}, .count = many_tiny}));
    cases.push_back(flooded({.id = "17.3.5",
                             .title = "Send 100,000 pings, an empty one after each with a body",
                             .covers = {"R6455-5.5.2-2", "R6455-10.1-1"}},
                            {.frames = {ping("body"), ping()}, .count = 50'000}));
    return cases;
}

std::vector<Case> messages() {
    Holding const unread{
        .ratio = ratio_of_what_is_not_read, .requirement = "R6455-10.1-1", .what = "queues messages that nobody reads"};
    std::vector<Case> cases;
    cases.push_back(flooded({.id = "17.4.1",
                             .title = "Send 50,000 short messages in a row and read all echoes",
                             .covers = {"R6455-10.1-1", "R6455-5.4-1"}},
                            {.frames = {text("Hello")}, .count = 50'000, .echoes = true}));
    cases.push_back(flooded({.id = "17.4.2",
                             .title = "Send 50,000 empty messages in a row and read all echoes",
                             .covers = {"R6455-10.1-1", "R6455-5.2-7"}},
                            {.frames = {text("")}, .count = 50'000, .echoes = true}));
    cases.push_back(
        flooded({.id = "17.4.3",
                 .title = "Send 64 MiB of messages and read nothing until no more can be sent",
                 .covers = {"R6455-10.1-1"},
                 .holding = unread,
                 .note = "QEMU, CVE-2017-15268: what a slow reader left was kept without a bound. TCP tells "
                         "a sender to wait, and a server can pass that on by reading no more. Judged from "
                         "half of what was sent, and 24 MiB at least."},
                {.frames = {binary(repeated(0xfe, 64 * kib))}, .count = 1024, .echoes = true}, false));
    cases.push_back(flooded({.id = "17.4.4",
                             .title = "Send 100,000 short messages and read nothing until no more can be sent",
                             .covers = {"R6455-10.1-1"},
                             .holding = Holding{.ratio = ratio_of_tiny_frames,
                                                .requirement = "R6455-10.1-1",
                                                .what = "queues messages that nobody reads"}},
                            {.frames = {text("Hello")}, .count = 100'000, .echoes = true}, false));
    // Volume is small here: what counts is that every octet comes by itself, as it would from a slow sender.
    cases.push_back(
        {.id = "17.4.5",
         .title = "Send a message of 300 octets, one octet a write",
         .covers = {"R6455-5.2-15", "R6455-10.1-1"},
         .needs = Need::echo,
         .script = {open(), round_trips({.content = {.pattern = octets("drip")}, .size = 300, .write_size = 1}),
                    closing_handshake()}});
    cases.push_back(
        {.id = "17.4.6",
         .title = "Send a message of 300 octets in fragments of one octet, one octet a write",
         .covers = {"R6455-5.4-3", "R6455-5.2-15", "R6455-10.1-1"},
         .needs = Need::echo,
         .script = {open(),
                    round_trips({.content = {.pattern = octets("drip")}, .size = 300, .fragment = 1, .write_size = 1}),
                    closing_handshake()}});
    return cases;
}

std::vector<Case> compression() {
    constexpr std::size_t bomb_block = mib;
    // 1 MiB of zeros is 1 KiB on the wire.
    Octets const zeros = [] {
        DeflateWriter writer;
        std::vector<DeflateItem> items = {literal(std::string_view("\0", 1))};
        constexpr unsigned longest_copy = 258;
        for (std::size_t made = 1; made + longest_copy <= bomb_block; made += longest_copy)
            items.push_back(copy(1, longest_copy));
        writer.dynamic(items);
        return writer.message();
    }();
    // message() takes off the tail that a sync flush has; inside a message it stays.
    Octets const block = [&] {
        Octets out = zeros;
        append(out, hex("00 00 ff ff"));
        return out;
    }();
    Octets const empty_blocks = [] {
        Octets out;
        for (int i = 0; i < 12'000; ++i) append(out, hex("00 00 00 ff ff"));
        return out;
    }();
    std::vector<std::string> const covers = {"R7692-8-2", "R6455-10.4-1", "R6455-10.4-2"};
    Holding const inflated{
        .ratio = 64, .requirement = "R7692-8-2", .what = "keeps what an unfinished message inflates to"};
    auto const bombed = [&](Case one, Flood frames, bool read = true) {
        one.needs = Need::deflate;
        return flooded(std::move(one), std::move(frames), read);
    };
    std::vector<Case> cases;
    cases.push_back(bombed({.id = "17.5.1",
                            .title = "Send a compressed message without an end, 1 MiB of zeros in each fragment",
                            .covers = covers,
                            .holding = inflated,
                            .note = "A fragment has 2 KiB. A target with a limit has to look at it while it inflates "
                                    "(RFC 7692 section 8); one that inflates at the end holds little."},
                           {.first = {more_of(Opcode::binary, block).with_rsv(rsv1)},
                            .frames = {more_of(Opcode::continuation, block)},
                            .count = 128}));
    cases.push_back(bombed({.id = "17.5.2",
                            .title = "Send 64 MiB of zeros in one compressed message of many fragments",
                            .covers = covers,
                            .note = "undici, CVE-2026-1526; websockets, CVE-2018-1000518: the limit was held against "
                                    "what came over the wire."},
                           {.first = {more_of(Opcode::binary, block).with_rsv(rsv1)},
                            .frames = {more_of(Opcode::continuation, block)},
                            .count = 62,
                            .last = {Frame{.opcode = Opcode::continuation, .payload = zeros}},
                            .echoes = true}));
    cases.push_back(bombed(
        {.id = "17.5.3", .title = "Send compressed messages of 1 MiB of zeros, 64 in a row", .covers = covers},
        {.frames = {Frame{.rsv = rsv1, .opcode = Opcode::binary, .payload = zeros}}, .count = 64, .echoes = true}));
    cases.push_back(bombed(
        {.id = "17.5.4",
         .title = "Send compressed messages of 1 MiB of zeros, 64 in a row, and read nothing at first",
         .covers = covers},
        {.frames = {Frame{.rsv = rsv1, .opcode = Opcode::binary, .payload = zeros}}, .count = 64, .echoes = true},
        false));
    cases.push_back(bombed({.id = "17.5.5",
                            .title = "Send a compressed message of empty blocks without an end",
                            .covers = {"R7692-8-3", "R6455-10.4-1"}},
                           {.first = {more_of(Opcode::text, {}).with_rsv(rsv1)},
                            .frames = {more_of(Opcode::continuation, empty_blocks)},
                            .count = 64}));
    Octets one_frame;
    for (int i = 1; i < 64; ++i) append(one_frame, block);
    append(one_frame, zeros);
    cases.push_back(
        bombed({.id = "17.5.6",
                .title = "Send 64 MiB of zeros in one compressed frame",
                .covers = covers,
                .note = "The frame has some 130 KiB. Who has a limit has to end the connection over it, or "
                        "to refuse the message and go on."},
               {.frames = {Frame{.rsv = rsv1, .opcode = Opcode::binary, .payload = one_frame}}, .echoes = true}));
    return cases;
}

}  // namespace wsspec::limits
