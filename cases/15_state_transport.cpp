// 15.5 to 15.8: the end of TCP. FIN at any point, RST at any point, a Close with echoes still to be sent, and who ends
// TCP first and when.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/15_state.h"

namespace wsspec::state {
namespace {

constexpr const char* fin_note =
    "RFC 6455 knows no connection of which one direction is left: who reads the end of the stream has lost the "
    "connection (sections 7.2.1 and 7.2.2) and has to end it. He may say so with a Close first, and may send back what "
    "came in front.";
constexpr const char* fin_behind_close_note =
    "The other direction is open, so the Close can be answered (RFC 6455 section 5.5.1). FIN may also mean that nobody "
    "is left to read an answer: to end TCP without one is non-strict, to leave it open a fail.";
constexpr const char* reset_note = "Nothing can be answered on this connection; the next one shows what it did.";
constexpr const char* backlog_note =
    "Echoes of the messages in front of the Close may be missing (RFC 6455 section 5.5.1). What comes has to be whole "
    "frames: a Close behind half a frame is a part of its payload.";

Frame violation() { return frame(0x3, octets("reserved")); }

/// "message 1" and so on.
std::vector<Frame> messages(std::size_t count) {
    std::vector<Frame> out;
    for (std::size_t i = 1; i <= count; ++i) out.push_back(text("message " + std::to_string(i)));
    return out;
}

std::vector<Frame> then(std::vector<Frame> frames, const Frame& last) {
    frames.push_back(last);
    return frames;
}

/// What is left to do when our direction has ended without a Close.
Step expect_end(const std::vector<Frame>& echoes = {}) {
    return expect({drops().after(echoes), closes({1000, 1001, 1002, 1007, 1011, 0}).after(echoes)});
}

struct Half {
    const char* id;
    const char* title;
    std::vector<Step> before;
    std::vector<Frame> echoes = {};
};

void ends_our_direction(std::vector<Case>& cases) {
    auto const with_close = [&](const char* id, const char* title, std::vector<Frame> frames,
                                const std::vector<Frame>& echoes = {}) {
        cases.push_back({.id = id,
                         .title = title,
                         .covers = {"R6455-5.5.1-9", "R6455-7.2.2-2"},
                         .script = {open(), send(std::move(frames)), half_close(),
                                    expect({closes({1000, 0}).after(echoes), drops().after(echoes).non_strict()})},
                         .alive_afterwards = true,
                         .note = fin_behind_close_note});
    };
    auto const without = [&](Half row) {
        Script script = {open()};
        for (auto& step : row.before) script.push_back(std::move(step));
        script.push_back(half_close());
        script.push_back(expect_end(row.echoes));
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {"R6455-7.2.2-2", "R6455-7.2.1-2"},
                         .script = std::move(script),
                         .alive_afterwards = true,
                         .note = fin_note});
    };
    with_close("15.5.1", "Send Close and end our direction of TCP", {close_frame(1000)});
    with_close("15.5.2", "Send a Close without a body and end our direction of TCP", {close_frame()});
    // They are read together: who ends the connection at the end of the stream at once loses what came in front of it.
    with_close("15.5.3", "Send 20 messages and a Close and end our direction of TCP, in one segment",
               then(messages(20), close_frame(1000)), messages(20));
    with_close("15.5.4", "Send a ping and a Close and end our direction of TCP", {ping("last"), close_frame(1000)},
               {pong("last")});
    with_close("15.5.5", "Send a fragment and a Close and end our direction of TCP",
               {text("fragment").more(), close_frame(1000)});

    Half const rows[] = {
        {"15.5.6", "End our direction of TCP on a connection on which nothing was sent", {}},
        {"15.5.7", "Send a message and end our direction of TCP, in one segment", {send(text("last"))}, {text("last")}},
        {"15.5.8", "Send a ping and end our direction of TCP, in one segment", {send(ping("last"))}, {pong("last")}},
        {"15.5.9", "Send 20 messages and end our direction of TCP, in one segment", {send(messages(20))}, messages(20)},
        {"15.5.10", "End our direction of TCP behind the first octet of a frame", {send_octets(hex("81"))}},
        {"15.5.11", "End our direction of TCP behind the header of a frame", {send(text("").claiming(100))}},
        {"15.5.12", "End our direction of TCP inside the payload of a frame", {send(text("half").claiming(8))}},
        {"15.5.13", "End our direction of TCP inside a message", {send(text("fragment").more())}},
        // As above, with a target that has digested it all.
        {"15.5.14",
         "Send a fragment, wait for a pong, and end our direction of TCP",
         {send(text("fragment").more()), barrier("digested")}},
        {"15.5.15",
         "Send 1 MiB of a frame of 2 MiB and end our direction of TCP",
         {send(binary(repeated(0xfe, 1U << 20)).claiming(2U << 20))}},
    };
    for (const auto& row : rows) without(row);
    cases.push_back(
        {.id = "15.5.16",
         .title = "Have a message back, then end our direction of TCP",
         .covers = {"R6455-7.2.2-2", "R6455-7.2.1-2"},
         .needs = Need::echo,
         .script = {open(), send(text("Hello")), expect(receives(text("Hello"))), half_close(), expect_end()},
         .alive_afterwards = true,
         .note = fin_note});
    cases.push_back({.id = "15.5.17",
                     .title = "Send a reserved opcode and end our direction of TCP, in one segment",
                     .covers = {"R6455-7.1.7-3", "R6455-7.2.2-2"},
                     .script = {open(), send(violation()), half_close(), expect(fails(1002))},
                     .alive_afterwards = true});
}

void resets(std::vector<Case>& cases) {
    auto const add = [&](const char* id, const char* title, std::vector<Step> before, Need needs = Need::none) {
        Script script = {open()};
        for (auto& step : before) script.push_back(std::move(step));
        script.push_back(abort_connection());
        cases.push_back({.id = id,
                         .title = title,
                         .target = Target::server,
                         .covers = {"R6455-7.2.2-2"},
                         .needs = needs,
                         .script = std::move(script),
                         .alive_afterwards = true,
                         .note = reset_note});
    };
    add("15.6.1", "Reset TCP on a connection on which nothing was sent", {});
    add("15.6.2", "Reset TCP behind the first octet of a frame", {barrier("open"), send_octets(hex("81"))});
    add("15.6.3", "Reset TCP behind the header of a frame", {barrier("open"), send(text("").claiming(100))});
    add("15.6.4", "Reset TCP inside the payload of a frame", {barrier("open"), send(text("half").claiming(8))});
    add("15.6.5", "Reset TCP inside a message", {send(text("fragment").more()), barrier("digested")});
    add("15.6.6", "Reset TCP behind 100 messages, whose echoes nobody will read", {send(messages(100))});
    add("15.6.7", "Reset TCP behind a Close", {send(close_frame(1000))});
    add("15.6.8", "Reset TCP behind a reserved opcode", {send(violation())});
    add("15.6.9", "Reset TCP behind 20 messages and a Close", {send(then(messages(20), close_frame(1000)))});
    Step const large = repeat(6, {send(binary(repeated(0xfe, 1U << 20)))});
    add("15.6.10", "Stop reading, send 6 MiB, and reset TCP", {stop_reading(), large});
    add("15.6.11", "Stop reading, send 6 MiB and a Close, and reset TCP",
        {stop_reading(), large, send(close_frame(1000))});
    add("15.6.12", "Have the target's Close over a reserved opcode, and reset TCP instead of an answer",
        {send(violation()), await_close()});
    cases.back().script.front() = open_silently();
    add("15.6.13", "Reset TCP behind 1000 pings in one write",
        {send(std::vector<Frame>(1000, ping("nobody reads the pong")))});
}

/// The target's echoes do not fit into the buffers of TCP when the Close comes, or something as final.
void backlogs(std::vector<Case>& cases) {
    // Each octet of a message counts in a pattern: half a frame and the Close behind it would not decode.
    auto const large = [](std::size_t times) {
        return repeat(times, {send(binary(pattern({"\x00\xfe\x23\xfa\xf0", 5}, 1U << 20)))});
    };
    auto const add = [&](const char* id, const char* title, std::vector<Step> sent, Outcome outcome,
                         std::vector<std::string> covers, bool fin = false) {
        Script script = {open(), stop_reading()};
        std::ranges::move(sent, std::back_inserter(script));
        if (fin) script.push_back(half_close());
        // Time to fill the buffers of TCP, and to act upon what stands behind the messages.
        script.push_back(await("echoes wait"));
        script.push_back(resume_reading());
        script.push_back(fin ? expect({outcome, drops().non_strict()}) : expect(std::move(outcome)));
        cases.push_back({.id = id,
                         .title = title,
                         .covers = std::move(covers),
                         .script = std::move(script),
                         .alive_afterwards = true,
                         .note = backlog_note});
    };
    Outcome const closed = closes({1000, 0});
    add("15.7.1", "Stop reading, send six messages of 1 MiB and a Close, and read again",
        {large(6), send(close_frame(1000))}, closed, {"R6455-5.5.1-9", "R6455-5.5.1-8", "R6455-5.5.1-12"});
    add("15.7.2", "Stop reading, send six messages of 1 MiB and a Close, end our direction of TCP, and read again",
        {large(6), send(close_frame(1000))}, closed, {"R6455-5.5.1-9", "R6455-5.5.1-8", "R6455-7.2.2-2"}, true);
    add("15.7.3", "Stop reading, send six messages of 1 MiB and a reserved opcode, and read again",
        {large(6), send(violation())}, fails(1002), {"R6455-7.1.7-5", "R6455-5.5.1-8", "R6455-7.1.7-3"});
    add("15.7.4", "Stop reading, send six messages of 1 MiB, a Close, a message and a ping, and read again",
        {large(6), send({close_frame(1000), text("behind the Close"), ping("behind the Close")})}, closed,
        {"R6455-5.5.1-18", "R6455-5.5.1-8", "R6455-5.5.2-5"});
    add("15.7.5", "Stop reading, send six messages of 1 MiB with pings among them and a Close, and read again",
        {large(3), send(ping("in the middle")), large(3), send({ping("last"), close_frame(1000)})}, closed,
        {"R6455-5.5.1-9", "R6455-5.5.1-8", "R6455-5.5.3-2"});
}

void who_ends_tcp(std::vector<Case>& cases) {
    cases.push_back({.id = "15.8.1",
                     .title = "Close, and leave the end of TCP to the server",
                     .target = Target::server,
                     .covers = {"R6455-5.5.1-14", "R6455-7.1.1-3", "R6455-7.1.1-5", "R6455-5.5.1-13", "R6455-5.5.1-11",
                                "R6455-7.1.2-2", "R6455-7.4.1-12"},
                     .script = {open_silently(), send(close_frame(1000)), expect(closes({1000, 0}))}});
    cases.push_back(
        {.id = "15.8.2",
         .title = "Send a reserved opcode, never answer the Close, and see how long the server leaves TCP open",
         .target = Target::server,
         .covers = {"R6455-7.1.1-5", "R6455-7.1.7-3"},
         .script = {open_silently(), send(violation()), await_end_of_tcp(), expect(fails(1002))},
         .note = "What counts is the figure. RFC 6455 section 7.1.7 has the server close the connection without "
                 "waiting; many wait for our Close, to be sure that theirs was read. The full profile waits for "
                 "more than a minute."});
    cases.push_back(
        {.id = "15.8.3",
         .title = "Close, do not end TCP, and see whether the client does so first",
         .target = Target::client,
         .covers = {"R6455-5.5.1-15", "R6455-5.5.1-16", "R6455-7.1.1-6", "R6455-7.1.1-4", "R6455-5.5.1-7"},
         .script = {open_silently(), send(close_frame(1000)), await("a reasonable time"), await_end_of_tcp(),
                    expect(closes({1000, 0}))},
         .note = "RFC 6455 section 5.5.1: a client SHOULD wait for the server to end TCP, and MAY end it after a "
                 "reasonable time; a sixth of the deadline is taken for one. When it does so is a figure."});
    cases.push_back({.id = "15.8.4",
                     .title = "Close, and end TCP after a while",
                     .target = Target::client,
                     .covers = {"R6455-5.5.1-15", "R6455-7.1.1-6", "R6455-5.5.1-13"},
                     .script = {open_silently(), send(close_frame(1000)), await("a reasonable time"), half_close(),
                                expect(closes({1000, 0}))}});
    cases.push_back(
        {.id = "15.8.5",
         .title = "Send a reserved opcode, never answer the Close, and see how long the client leaves TCP open",
         .target = Target::client,
         .covers = {"R6455-7.1.7-1", "R6455-7.2.1-1"},
         .script = {open_silently(), send(violation()), await_end_of_tcp(), expect(fails(1002))},
         .note = "What counts is the figure. RFC 6455 section 7.1.7 has the client close the connection, and lets "
                 "it send a Close first."});
}

}  // namespace

std::vector<Case> transport() {
    std::vector<Case> cases;
    ends_our_direction(cases);
    resets(cases);
    backlogs(cases);
    who_ends_tcp(cases);
    return cases;
}

}  // namespace wsspec::state
