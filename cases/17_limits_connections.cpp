// 17.7 to 17.9: many connections, more and more of one message, and none of it. RFC 6455 leaves it to a server how many
// it takes (section 7.2.3 has clients come back later); but those that it has taken it has to serve, whatever the
// others do.
#include <string>
#include <utility>

#include "cases/17_limits.h"

namespace wsspec::limits {

namespace {

constexpr std::size_t hundreds = 300;

/// The script's own connection was there before the others, and is served beside them.
Case beside(const char* id, std::string title, Crowd others, const char* note = "",
            std::optional<Holding> holding = {}) {
    return may_hurt({.id = id,
                     .title = std::move(title),
                     .target = Target::server,
                     .covers = {"R6455-10.1-1", "R6455-5.5.2-2"},
                     .script = {open(), crowd(std::move(others)), send(ping("served")),
                                expect(receives(pong("served"))), closing_handshake()},
                     .holding = std::move(holding),
                     .note = note});
}

}  // namespace

std::vector<Case> connections() {
    using Request = Crowd::Request;
    using Ending = Crowd::Ending;
    char const* const files_note =
        "Judged where the process is watched and keeps a quarter of the connections, and 17 files at least, half a "
        "second after they were reset.";
    Frame const half = text("Hello").claiming(100);
    std::vector<Frame> tiny = {text("x").more()};
    for (int i = 0; i < 1000; ++i) tiny.push_back(Frame{.opcode = Opcode::continuation, .payload = {'x'}}.more());
    return {
        beside("17.7.1", "Hold 300 connections without an octet, and send a ping beside them",
               {.connections = hundreds, .request = Request::part, .octets = 0}),
        beside("17.7.2", "Hold 300 connections in the middle of their request, and send a ping beside them",
               {.connections = hundreds, .request = Request::part, .octets = 40}),
        beside("17.7.3", "Hold 300 open connections, and send a ping beside them", {.connections = hundreds}),
        beside("17.7.4", "Hold 300 open connections in the middle of a frame, and send a ping beside them",
               {.connections = hundreds, .frames = {half}}),
        beside("17.7.5", "Reset TCP behind every octet of the request, 400 connections in all, then send a ping",
               {.connections = 400, .request = Request::one_more_each, .ending = Ending::reset},
               "QEMU, CVE-2025-11234: gone while the handshake was pending."),
        beside("17.7.6", "Reset 200 connections right behind the opening handshake, then send a ping",
               {.connections = 200, .ending = Ending::reset}, files_note),
        beside("17.7.7", "Reset 200 connections with an echo on its way, then send a ping",
               {.connections = 200, .frames = {text("Hello"), text("Hello")}, .ending = Ending::reset}, files_note),
        beside("17.7.8", "Reset 200 connections in the middle of a frame, then send a ping",
               {.connections = 200, .frames = {half}, .ending = Ending::reset}, files_note),
        beside("17.7.9", "Reset 200 connections in the middle of a message, then send a ping",
               {.connections = 200, .frames = {text("Hello").more()}, .ending = Ending::reset}, files_note),
        beside("17.7.10", "Reset 200 connections behind a Close frame, then send a ping",
               {.connections = 200, .frames = {close_frame(1000)}, .ending = Ending::reset}, files_note),
        beside("17.7.11", "End 200 open connections without a Close frame, then send a ping",
               {.connections = 200, .ending = Ending::fin}),
        beside("17.7.12", "Send 1000 fragments of one octet on each of 100 connections, and a ping beside them",
               {.connections = 100, .frames = std::move(tiny)},
               "ws, CVE-2026-62389: the number of fragments was looked at when the message was complete.",
               Holding{.ratio = ratio_of_tiny_frames,
                       .requirement = "R6455-5.4-19",
                       .what = "keeps far more of tiny fragments than their payload"}),
        beside("17.7.13", "End 128 connections one octet before the end of a frame of 1 MiB, then send a ping",
               {.connections = 128, .frames = {binary(repeated(0xfe, mib - 1)).claiming(mib)}, .ending = Ending::fin},
               "What a connection was sent has to go with it. Judged from three fifths of what all of them sent.",
               Holding{.ratio = ratio_of_what_is_lost,
                       .requirement = "R6455-10.1-1",
                       .what = "keeps what connections were sent that have ended"}),
    };
}

std::vector<Case> waiting() {
    auto const paused = [](const char* id, std::string what, const char* where, const char* before,
                           const char* behind) {
        Idling idling{.requirement = "R6455-10.1-1", .what = "while it waits for the rest of a " + std::string(where)};
        return may_hurt({.id = id,
                         .title = "Send " + std::move(what) + ", and the rest after a while",
                         .target = Target::server,
                         .covers = {"R6455-10.1-1", "R6455-5.2-15"},
                         .needs = Need::echo,
                         .script = {open(), send_octets(hex(before)), await("a while"), await("a while longer"),
                                    send_octets(hex(behind)), expect(receives(text("Help"))), closing_handshake()},
                         .idling = std::move(idling),
                         .note = "Judged where the process is watched and takes a fifth of what one processor does."});
    };
    // The key is 01 02 03 04.
    return {
        paused("17.9.1", "half the payload of a text frame", "frame", "81 84 01 02 03 04 49 67", "6f 74"),
        paused("17.9.2", "half the header of a text frame", "header", "81 84 01", "02 03 04 49 67 6f 74"),
        paused("17.9.3", "a text fragment", "message", "01 82 01 02 03 04 49 67", "80 82 01 02 03 04 6d 72"),
    };
}

std::vector<Case> growing() {
    auto const grows = [](const char* id, const char* title, std::string of, const std::vector<std::size_t>& sizes,
                          auto trips, const char* note = "") {
        Case one{.id = id,
                 .title = title,
                 .target = Target::server,
                 .covers = {"R6455-10.1-1", "R6455-5.4-1"},
                 .needs = Need::echo,
                 .growth = Growth{.of = std::move(of), .sizes = sizes, .requirement = "R6455-10.1-1"},
                 .note = note};
        for (std::size_t const size : sizes) {
            Script script = {open(), round_trips(trips(size)), closing_handshake()};
            add_script(one, std::move(script));
        }
        return may_hurt(std::move(one));
    };
    return {
        grows(
            "17.8.1", "Send messages of 4000 to 64,000 fragments of one octet", "number of fragments",
            {4000, 8000, 16'000, 32'000, 64'000},
            [](std::size_t size) {
                return RoundTrips{.content = {.pattern = octets("fragment")}, .size = size, .fragment = 1};
            },
            "Whoever appends each fragment to a copy of all before it takes a time that grows with the square. Judged "
            "as 17.6.11."),
        grows("17.8.2", "Send messages of 256 KiB to 4 MiB in fragments of 64 octets", "number of fragments",
              {256 * kib, 512 * kib, mib, 2 * mib, 4 * mib},
              [](std::size_t size) {
                  return RoundTrips{.content = {.pattern = octets("fragment")}, .size = size, .fragment = 64};
              }),
        grows(
            "17.8.3", "Send messages of 256 KiB to 4 MiB in one frame, in writes of 512 octets", "octets of a frame",
            {256 * kib, 512 * kib, mib, 2 * mib, 4 * mib},
            [](std::size_t size) {
                return RoundTrips{.content = {.pattern = octets("frame")}, .size = size, .write_size = 512};
            },
            "Whoever looks at all of the buffer whenever something is added to it takes a time that grows with the "
            "square."),
    };
}

}  // namespace wsspec::limits
