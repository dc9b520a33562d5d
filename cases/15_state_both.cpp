// 15.10 and 15.11: pings that wait for their pongs together, and both directions of the connection full.
#include <string>
#include <utility>

#include "cases/15_state.h"

namespace wsspec::state {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

constexpr const char* order_note =
    "RFC 6455 section 5.5.3 lets an endpoint answer only the newest ping, so pongs may be missing; those that come "
    "have "
    "to be in order, or an old ping is answered behind a newer one: non-strict.";
constexpr const char* duplex_note =
    "The tester reads nothing until all is written, or until the target takes nothing more: a target may wait for its "
    "peer to read. From then on everything has to come back.";

std::vector<Frame> numbered(Frame (*make)(std::string_view), std::size_t count) {
    std::vector<Frame> out;
    for (std::size_t i = 1; i <= count; ++i) out.push_back(make("number " + std::to_string(i)));
    return out;
}

void pings_that_wait(std::vector<Case>& cases) {
    auto const add = [&](const char* id, const char* title, std::vector<Frame> sent, std::vector<Frame> pongs,
                         Delivery delivery = {}) {
        cases.push_back({.id = id,
                         .title = title,
                         .covers = {"R6455-5.5.3-2", "R6455-5.5.2-2", "R6455-5.5.3-1", "R6455-7.3-2", "R6455-7.2.1-3"},
                         .script = {open(), stop_reading(), send(std::move(sent), std::move(delivery)),
                                    resume_reading(), expect(receives(std::move(pongs))), closing_handshake()},
                         .note = order_note});
    };
    add("15.10.1", "Stop reading, send 30 different pings, and read again", numbered(ping, 30), numbered(pong, 30));
    add("15.10.2", "Stop reading, send 30 different pings, one write a frame, and read again", numbered(ping, 30),
        numbered(pong, 30), per_frame());
    // Alike to who compares too little of them.
    add("15.10.3", "Stop reading, send pings whose payloads begin or end alike, and read again",
        {ping("ping"), ping("ping ping"), ping(octets({"ping\0", 5})), ping("a ping"), ping(octets({"\0", 1})), ping()},
        {pong("ping"), pong("ping ping"), pong(octets({"ping\0", 5})), pong("a ping"), pong(octets({"\0", 1})),
         pong()});
    std::vector<Frame> growing;
    std::vector<Frame> answers;
    for (std::size_t size = 0; size <= 125; size += 5) {
        growing.push_back(ping(pattern("BAsd7&jh23", size)));
        answers.push_back(pong(pattern("BAsd7&jh23", size)));
    }
    add("15.10.4", "Stop reading, send pings of 0, 5, 10 and so on up to 125 octets, and read again", growing, answers);
    // Pongs that nobody asked for, in between, with the payloads of pings: none of them is an answer or needs one.
    add("15.10.5", "Stop reading, send pings and pongs with the same payloads in turn, and read again",
        {ping("a"), pong("a"), pong("b"), ping("b"), pong("a"), ping("c")}, {pong("a"), pong("b"), pong("c")});

    std::vector<Frame> mixed;
    std::vector<Frame> texts;
    for (int i = 1; i <= 20; ++i) {
        std::string const number = std::to_string(i);
        mixed.push_back(ping("ping " + number));
        mixed.push_back(text("text " + number));
        texts.push_back(text("text " + number));
    }
    cases.push_back({.id = "15.10.6",
                     .title = "Stop reading, send 20 pings and 20 messages in turn, and read again",
                     .covers = {"R6455-5.5.3-2", "R6455-5.5.2-3", "R6455-6.2-4"},
                     .needs = Need::echo,
                     .script = {open(), stop_reading(), send(mixed), resume_reading(), expect(receives(texts)),
                                barrier("all is answered"), closing_handshake()},
                     .note = order_note});
    std::vector<Frame> fragments = {text("0").more()};
    for (int i = 1; i <= 30; ++i) {
        fragments.push_back(ping("ping " + std::to_string(i)));
        fragments.push_back(continuation(std::to_string(i % 10)).more());
    }
    fragments.push_back(continuation("end"));
    std::string joined = "0";
    for (int i = 1; i <= 30; ++i) joined += std::to_string(i % 10);
    cases.push_back({.id = "15.10.7",
                     .title = "Send a message of 32 fragments with 30 pings between them",
                     .covers = {"R6455-5.5.3-2", "R6455-5.4-6", "R6455-5.5-5"},
                     .needs = Need::echo,
                     .script = {open(), send(fragments), expect(receives(text(joined + "end"))),
                                barrier("all is answered"), closing_handshake()},
                     .note = order_note});
    auto const large = binary(pattern("BAsd7&jh23", 4 * mib));
    cases.push_back({.id = "15.10.8",
                     .title = "Stop reading, send 4 MiB and a ping, and read again",
                     .covers = {"R6455-5.5.2-3", "R6455-5.5.2-2"},
                     .needs = Need::echo,
                     .script = {open(), stop_reading(), send({large, ping("behind")}), resume_reading(),
                                expect({receives({large, pong("behind")}), receives({pong("behind"), large})}),
                                closing_handshake()}});
    cases.push_back(
        {.id = "15.10.9",
         .title = "Ten times: send a ping and a message and wait for both",
         .covers = {"R6455-5.5.2-2", "R6455-6.2-4", "R6455-7.1.7-8"},
         .needs = Need::echo,
         .script = {
             open(),
             repeat(10, {send({ping("again"), text("again")}),
                         expect({receives({pong("again"), text("again")}), receives({text("again"), pong("again")})})}),
             closing_handshake()}});
    auto const many = numbered(ping, 1000);
    auto const some_limit = [](Outcome outcome) { return outcome.informational(); };
    cases.push_back(
        {.id = "15.10.10",
         .title = "Stop reading, send 1000 different pings, and read again",
         .covers = {"R6455-10.4-1", "R6455-5.5.3-2"},
         .script = {open(), stop_reading(), send(many), resume_reading(),
                    expect({receives(numbered(pong, 1000)), some_limit(closes({1008, 1009, 1011, 1013})),
                            some_limit(drops())})},
         .note = "A target may have a limit to the pings that wait for a pong (RFC 6455 section 10.4): who ends "
                 "the connection over 1000 of them is only reported."});
}

void both_full(std::vector<Case>& cases) {
    auto const add = [&](const char* id, const char* title, RoundTrips trips, bool late = true) {
        Script script = {open()};
        if (late) script.push_back(stop_reading());
        script.push_back(round_trips(std::move(trips)));
        script.push_back(closing_handshake());
        cases.push_back({.id = id,
                         .title = title,
                         .covers = {"R6455-5.1-7", "R6455-6.2-4", "R6455-5.2-16"},
                         .needs = Need::echo,
                         .script = std::move(script),
                         .alone = true,
                         .note = late ? duplex_note : ""});
    };
    Content const picture{.kind = Content::Kind::photo};
    add("15.11.1", "Stop reading and send two messages of 16 MiB",
        {.content = picture, .opcode = Opcode::binary, .size = 16 * mib, .count = 2, .in_flight = 2});
    add("15.11.2", "Stop reading and send two messages of 16 MiB in fragments of 64 KiB",
        {.content = picture,
         .opcode = Opcode::binary,
         .size = 16 * mib,
         .count = 2,
         .fragment = 64 * kib,
         .in_flight = 2});
    add("15.11.3", "Stop reading and send messages of 64 KiB, all under way at once",
        {.content = picture, .opcode = Opcode::binary, .size = 64 * kib, .count = 512, .in_flight = 512});
    add("15.11.4", "Stop reading and send messages of 1 KiB, all under way at once",
        {.content = picture, .opcode = Opcode::binary, .size = kib, .count = 32768, .in_flight = 32768});
    add("15.11.5", "Send two messages of 16 MiB, the second while the first comes back",
        {.content = picture, .opcode = Opcode::binary, .size = 16 * mib, .count = 2, .in_flight = 2}, false);
}

}  // namespace

std::vector<Case> both_at_once() {
    std::vector<Case> cases;
    pings_that_wait(cases);
    both_full(cases);
    return cases;
}

}  // namespace wsspec::state
