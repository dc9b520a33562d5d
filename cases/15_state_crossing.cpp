// 15.1 to 15.4: the target's Close and ours cross; frames behind either; a Close inside a message.
//
// A target closes first when it fails the connection: so a violation stands in front of our Close. With both in one
// write our Close is on its way before the target's can have come, which is what "simultaneously" means in section 1.4.
#include <algorithm>
#include <string>
#include <utility>

#include "cases/15_state.h"

namespace wsspec::state {
namespace {

constexpr const char* crossing_note =
    "The violation makes the target send Close while ours is under way. It has then sent its one Close, and processes "
    "nothing more, ours included (RFC 6455 section 7.1.7).";
constexpr const char* discarded_note =
    "What comes behind a Close is to be discarded (RFC 6455 section 1.4). A target that looks at it and puts 1002 into "
    "its answer is non-strict.";

Frame violation() { return frame(0x3, octets("reserved")); }
Frame no_utf8() { return text(hex("ce ba ff")); }

struct Crossing {
    const char* id;
    const char* title;
    Frame bad;
    Frame close;
    unsigned code;  ///< That the target has to close with.
};

struct Behind {
    const char* id;
    const char* title;
    std::vector<Frame> frames;
    std::vector<std::string> covers;
};

void crossing_in_one_write(std::vector<Case>& cases) {
    Crossing const rows[] = {
        {"15.1.1", "Send a reserved opcode and Close 1000 in one write", violation(), close_frame(1000), 1002},
        {"15.1.2", "Send a reserved opcode and Close 1002, the code of the target's own Close, in one write",
         violation(), close_frame(1002), 1002},
        {"15.1.3", "Send text that is no UTF-8 and Close 1000 in one write", no_utf8(), close_frame(1000), 1007},
        {"15.1.4", "Send text that is no UTF-8 and Close 1007, the code of the target's own Close, in one write",
         no_utf8(), close_frame(1007), 1007},
        // An answer that repeats our reason has come from the wrong Close.
        {"15.1.5", "Send a reserved opcode and Close 4000 with a reason in one write", violation(),
         close_frame(4000, "crossing"), 1002},
        {"15.1.6", "Send a reserved opcode and a Close without a body in one write", violation(), close_frame(), 1002},
    };
    for (const auto& row : rows)
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {"R6455-1.4-2", "R6455-5.5.1-17", "R6455-7.1.2-1", "R6455-7.1.7-5",
                                    row.code == 1007 ? "R6455-7.4.1-7" : "R6455-7.4.1-2"},
                         .script = {open(), send({row.bad, row.close}), expect(fails(row.code))},
                         .note = crossing_note});
}

/// Our Close comes when the target's is here: it completes the closing handshake, and is not to be answered.
void behind_its_close(std::vector<Case>& cases) {
    auto const late = [&](const char* id, const char* title, std::vector<Frame> frames,
                          std::vector<std::string> covers) {
        cases.push_back({.id = id,
                         .title = title,
                         .covers = std::move(covers),
                         .script = {open_silently(), send(violation()), await_close(), send(std::move(frames)),
                                    half_close(), expect(fails(1002))}});
    };
    Behind const rows[] = {
        {"15.1.7",
         "Answer the target's Close with the same code",
         {close_frame(1002)},
         {"R6455-1.4-2", "R6455-5.5.1-13", "R6455-7.1.2-2", "R6455-7.1.7-3"}},
        {"15.1.8",
         "Answer the target's Close with another code",
         {close_frame(1000, "another code")},
         {"R6455-1.4-2", "R6455-5.5.1-13", "R6455-7.1.2-2"}},
        {"15.1.9",
         "Answer the target's Close without a body",
         {close_frame()},
         {"R6455-1.4-2", "R6455-5.5.1-1", "R6455-5.5.1-13"}},
        {"15.1.10",
         "Answer the target's Close twice",
         {close_frame(1002), close_frame(1000)},
         {"R6455-1.4-1", "R6455-5.5.1-18", "R6455-7.1.7-7"}},
        // Who looks at it has a second reason to fail, and would send a second Close.
        {"15.1.11",
         "Answer the target's Close with one that has half a code",
         {frame(0x8, hex("03"))},
         {"R6455-7.1.7-7", "R6455-1.4-1"}},
        {"15.1.12",
         "Answer the target's Close with the code 1005, which must not be sent",
         {close_frame(1005)},
         {"R6455-7.1.7-7", "R6455-1.4-1"}},
        {"15.3.1",
         "Send a text message behind the target's Close",
         {text("too late")},
         {"R6455-7.1.7-7", "R6455-5.5.1-8", "R6455-7.1.3-1"}},
        {"15.3.2", "Send a ping behind the target's Close", {ping("too late")}, {"R6455-7.1.7-7", "R6455-7.1.3-1"}},
        {"15.3.3",
         "Send another violation behind the target's Close",
         {frame(0xb, octets("reserved, too"))},
         {"R6455-7.1.7-7", "R6455-1.4-1"}},
        {"15.3.4",
         "Send a message, a ping and a Close behind the target's Close",
         {text("too late"), ping("too late"), close_frame(1000)},
         {"R6455-7.1.7-7", "R6455-5.5.1-8", "R6455-1.4-1"}},
    };
    for (const auto& row : rows) late(row.id, row.title, row.frames, row.covers);
}

/// Behind our Close, when the answer is here. TCP is left open by us, so what the target does is its own doing.
void behind_our_close(std::vector<Case>& cases) {
    Behind const rows[] = {
        {"15.2.1",
         "Send a text message when the closing handshake is through",
         {text("too late")},
         {"R6455-1.4-1", "R6455-5.5.1-8", "R6455-7.1.3-1"}},
        {"15.2.2",
         "Send a ping when the closing handshake is through",
         {ping("too late")},
         {"R6455-5.5.2-5", "R6455-1.4-1", "R6455-7.1.3-1"}},
        {"15.2.3",
         "Send a second Close with another code when the closing handshake is through",
         {close_frame(4000, "second")},
         {"R6455-7.1.5-1", "R6455-1.4-1", "R6455-7.1.6-1"}},
        {"15.2.4",
         "Send a reserved opcode when the closing handshake is through",
         {violation()},
         {"R6455-5.5.1-18", "R6455-1.4-1"}},
    };
    for (const auto& row : rows)
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = row.covers,
                         .script = {open_silently(), send(close_frame(1000)), await_close(), send(row.frames),
                                    half_close(), expect(closes({1000, 0}))}});

    std::vector<Frame> pings = {close_frame(1000)};
    for (int i = 0; i < 200; ++i) pings.push_back(ping("behind the Close"));
    cases.push_back({.id = "15.2.5",
                     .title = "Send a Close and 200 pings in one write",
                     .covers = {"R6455-5.5.2-5", "R6455-5.5.1-18"},
                     .script = {open(), send(std::move(pings)), expect({closes({1000, 0}), closes(1002).non_strict()})},
                     .note = discarded_note});
    // More than one read: who ends TCP with octets unread makes the kernel send RST, which may destroy his Close.
    cases.push_back({.id = "15.2.6",
                     .title = "Send a Close and a text message of 1 MiB in one write",
                     .covers = {"R6455-7.1.1-1", "R6455-5.5.1-18"},
                     .script = {open(), send({close_frame(1000), text(repeated('x', 1U << 20))}),
                                expect({closes({1000, 0}), closes(1002).non_strict()})},
                     .note = discarded_note});
    cases.push_back({.id = "15.2.7",
                     .title = "Send a Close and a frame that never ends in one write",
                     .covers = {"R6455-5.5.1-18", "R6455-5.5.1-14"},
                     .script = {open(), send({close_frame(1000), text("").claiming(100)}),
                                expect({closes({1000, 0}), closes(1002).non_strict()})},
                     .note = discarded_note});
    // In front of it: a pong is owed as long as no Close was received, and may be overtaken by the Close.
    cases.push_back({.id = "15.2.8",
                     .title = "Send two pings and a Close in one write",
                     .covers = {"R6455-5.5.1-9", "R6455-5.5.2-2"},
                     .script = {open(), send({ping("one"), ping("two"), close_frame(1000)}),
                                expect(closes({1000, 0}).after({pong("one"), pong("two")}))}});
    cases.push_back({.id = "15.2.9",
                     .title = "Send a Close with a code, then one without a body, in one write",
                     .covers = {"R6455-7.1.5-1", "R6455-1.4-1"},
                     .script = {open(), send({close_frame(4001, "first"), close_frame()}),
                                expect({closes({4001, 1000, 0}), closes(1002).non_strict()})},
                     .note = discarded_note});
}

/// Group 7 has the plain ones.
void inside_a_message(std::vector<Case>& cases) {
    auto const add = [&](const char* id, const char* title, std::vector<Frame> frames, Outcome outcome,
                         Delivery delivery = {}) {
        cases.push_back({.id = id,
                         .title = title,
                         .covers = {"R6455-5.5.1-19", "R6455-5.5.1-9"},
                         .script = {open(), send(std::move(frames), std::move(delivery)), expect(std::move(outcome))}});
    };
    Outcome const closed = closes({1000, 0});
    add("15.4.1", "Send two fragments of a text with a ping between them, then Close",
        {text("Hel").more(), ping("between"), continuation("lo").more(), close_frame(1000)},
        closed.after({pong("between")}));
    add("15.4.2", "Send a whole message, a fragment of the next, and Close",
        {text("whole"), text("par").more(), close_frame(1000)}, closed.after({text("whole")}));
    add("15.4.3", "Close without a body inside a message", {binary(hex("00 01")).more(), close_frame()}, closed);
    add("15.4.4", "Close with 4999 and a reason inside a message",
        {text("fragment").more(), close_frame(4999, "enough")}, closes({4999, 1000, 0}));
    add("15.4.5", "Close inside a message of which there are only empty fragments",
        {text("").more(), continuation("").more(), continuation("").more(), close_frame(1000)}, closed);
    std::vector<Frame> many = {binary(repeated(0xfe, 1024)).more()};
    for (int i = 0; i < 63; ++i) many.push_back(continuation(repeated(0xfe, 1024)).more());
    many.push_back(close_frame(1000));
    add("15.4.6", "Close behind 64 KiB of a message in 64 fragments", many, closed);
    add("15.4.7", "Close behind 64 KiB of a message in 64 fragments, one write a frame", many, closed, per_frame());
    // Octets of a message that look like a Close are none; the Close stands behind them.
    add("15.4.8", "Send a fragment that reads like a Close, then Close 4000",
        {binary(hex("88 82 00 00 00 00 03 e9 88 02 03 e9")).more(), close_frame(4000)}, closes({4000, 1000, 0}));
    cases.push_back({.id = "15.4.9",
                     .title = "Close inside a message, have the answer, then send the rest of the message",
                     .covers = {"R6455-5.5.1-19", "R6455-5.5.1-18", "R6455-1.4-1"},
                     .script = {open_silently(), send({text("frag").more(), close_frame(1000)}), await_close(),
                                send(continuation("ment")), half_close(), expect(closes({1000, 0}))}});
}

}  // namespace

std::vector<Case> crossing() {
    std::vector<Case> cases;
    crossing_in_one_write(cases);
    behind_its_close(cases);
    behind_our_close(cases);
    inside_a_message(cases);
    // The rows of 15.1 and 15.3 are one table.
    std::ranges::sort(cases, [](const Case& a, const Case& b) { return id_less(a.id, b.id); });
    return cases;
}

}  // namespace wsspec::state
