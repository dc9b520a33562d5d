// The freedoms that RFC 6455 leaves to a target, and their limits: what was sent, what was seen, what the judge says.
#include "reference/judge.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "reference/requirements.h"

namespace wsspec {
namespace {

constexpr Grade pass = Grade::pass;
constexpr Grade info = Grade::informational;
constexpr Grade loose = Grade::non_strict;
constexpr Grade fail = Grade::fail;

constexpr auto fin = Seen::Kind::end_of_stream;
constexpr auto rst = Seen::Kind::reset;
constexpr auto deadline = Seen::Kind::deadline;
constexpr auto goes_on = Seen::Kind::flood;  // no end: the connection is still good

using End = ClosingRecord::End;

struct Axes {
    bool detected = false;
    bool close_sent = false;
    std::uint16_t code = 0;
    bool code_fits = false;
    bool clean = false;
    bool operator==(const Axes&) const = default;
};
constexpr Axes none = {};

struct Row {
    const char* name;
    std::vector<Frame> sent;    ///< By the tester.
    std::vector<Frame> answer;  ///< By the target, when all of that was on its way.
    Seen::Kind end = goes_on;
    Grade grade = Grade::pass;
    const char* requirement = "";  ///< Of the worst finding; "": none, or the one that the case is about.
    std::optional<Axes> axes = {};
    TargetProfile profile = {};
    std::size_t early = 0;     ///< Frames before the answer to the opening handshake.
    bool half_closed = false;  ///< Behind all that was sent, and in front of the answer.
    bool inconclusive = false;
    /// Frames that were on their way when the answer came; all by default.
    std::size_t by_then = SIZE_MAX;
    bool silent = false;
    bool holds = false;     ///< TCP, to see who is first.
    bool for_long = false;  ///< Silent for a reasonable time.
    bool in_time = false;   ///< It ended TCP before our direction had ended.
};

Octets stream_of(const std::vector<Frame>& frames, Role sender) {
    Octets out;
    for (const auto& one : frames) append(out, wire(one, sender));
    return out;
}

Judgement judged(const Row& row) {
    Role const target = row.profile.role;
    auto const first = [&](std::size_t count) {
        return std::vector<Frame>(row.sent.begin(),
                                  row.sent.begin() + static_cast<std::ptrdiff_t>(std::min(count, row.sent.size())));
    };
    Octets const stream = stream_of(row.sent, other(target));
    auto prediction = forecast(row.profile, stream, stream_of(first(row.early), other(target)).size());
    prediction.half_closed = row.half_closed;
    prediction.silent = row.silent;
    prediction.holds_tcp = row.holds;
    prediction.silent_for_long = row.for_long;
    std::size_t const our_end = row.half_closed && !row.in_time ? 1 : 0;
    Observer observer(target, 10U << 20);
    Octets answer = stream_of(row.answer, target);
    observer.receive(answer, row.by_then == SIZE_MAX ? stream.size() + our_end
                                                     : stream_of(first(row.by_then), other(target)).size());
    // Behind a violation of its own nothing is looked at any more.
    bool const over = observer.over();
    if (row.end != goes_on) observer.end(row.end, stream.size() + our_end);
    auto said = judge(prediction, observer.seen());
    EXPECT_EQ(said.closing.end, over             ? End::open
                                : row.end == fin ? End::target_fin
                                : row.end == rst ? End::target_reset
                                                 : End::open);
    return said;
}

void check(const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        auto const said = judged(row);
        std::string const worst = said.findings.empty() ? "" : said.findings.front().requirement;
        std::string const what = said.findings.empty() ? "" : said.findings.front().what;
        EXPECT_EQ(said.grade, row.grade) << what;
        EXPECT_EQ(worst, row.requirement) << what;
        EXPECT_TRUE(worst.empty() || find_requirement(worst) != nullptr) << worst;
        EXPECT_EQ(said.inconclusive, row.inconclusive);
        for (std::size_t i = 1; i < said.findings.size(); ++i)
            EXPECT_GE(said.findings[i - 1].grade, said.findings[i].grade) << "the worst stands first";
        if (!row.axes) continue;
        const auto& closing = said.closing;
        EXPECT_EQ(closing.detected, row.axes->detected) << "detected";
        EXPECT_EQ(closing.close_sent, row.axes->close_sent) << "close sent";
        EXPECT_EQ(closing.code, row.axes->code);
        EXPECT_EQ(closing.code_fits, row.axes->code_fits) << "code fits";
        EXPECT_EQ(closing.clean, row.axes->clean) << "clean";
    }
}

Frame bad_opcode() { return frame(0x3, octets("?")); }
Frame bom(std::string_view rest) { return text("\xef\xbb\xbf" + std::string(rest)); }
TargetProfile of_client() { return {.role = Role::client}; }
TargetProfile silent() { return {.echoes = false}; }
TargetProfile greeting(std::uint64_t count) { return {.greetings = count}; }

TEST(Judge, Echoes) {
    check({
        {.name = "the same, in order",
         .sent = {text("1"), binary(octets("2"))},
         .answer = {text("1"), binary(octets("2"))},
         .axes = none},
        {.name = "in fragments, with control frames between (5.4)",
         .sent = {text("Hello"), ping("p")},
         .answer = {text("H").more(), pong("p"), continuation("").more(), continuation("ello")}},
        {.name = "none yet, and no time is up", .sent = {text("1")}, .answer = {}},
        {.name = "none in time", .sent = {text("1")}, .answer = {}, .end = deadline, .grade = fail},
        {.name = "one of two in time",
         .sent = {text("1"), text("2")},
         .answer = {text("1")},
         .end = deadline,
         .grade = fail},
        {.name = "other octets", .sent = {text("abc")}, .answer = {text("abd")}, .grade = fail},
        {.name = "cut short", .sent = {text("abc")}, .answer = {text("ab")}, .grade = fail},
        {.name = "the other type",
         .sent = {text("abc")},
         .answer = {binary(octets("abc"))},
         .grade = fail,
         .requirement = "R6455-6.1-3"},
        {.name = "one left out", .sent = {text("1"), text("2")}, .answer = {text("2")}, .grade = fail},
        {.name = "out of order", .sent = {text("1"), text("2")}, .answer = {text("2"), text("1")}, .grade = fail},
        {.name = "twice", .sent = {text("1")}, .answer = {text("1"), text("1")}, .grade = fail},
        {.name = "before it was sent", .sent = {text("1")}, .answer = {text("1")}, .grade = fail, .by_then = 0},
        {.name = "of a message that has no end", .sent = {text("1").more()}, .answer = {text("1")}, .grade = fail},
        {.name = "without its byte order mark (RFC 3629)",
         .sent = {bom("a")},
         .answer = {text("a")},
         .grade = loose,
         .requirement = "R3629-6-1"},
        {.name = "with it", .sent = {bom("a")}, .answer = {bom("a")}},
        {.name = "a message that nobody asked for",
         .sent = {ping("p")},
         .answer = {text("hi"), pong("p")},
         .grade = fail},
        {.name = "a greeting that is known",
         .sent = {text("1")},
         .answer = {text("hi"), text("1")},
         .profile = greeting(1)},
        {.name = "a second greeting is not",
         .sent = {text("1")},
         .answer = {text("hi"), text("hi"), text("1")},
         .grade = fail,
         .profile = greeting(1)},
        {.name = "a target that does not echo owes none",
         .sent = {text("1"), ping("p")},
         .answer = {pong("p")},
         .profile = silent()},
        {.name = "nor may it not talk",
         .sent = {text("1")},
         .answer = {text("news"), binary(octets("x"))},
         .profile = silent()},
        {.name = "but it has to be alive",
         .sent = {text("1"), ping("p")},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.2-2",
         .profile = silent()},
        {.name = "a ping of its own is free (5.5.2)", .sent = {text("1")}, .answer = {ping("?"), text("1")}},
    });
}

TEST(Judge, Pongs) {
    check({
        {.name = "one each", .sent = {ping("1"), ping("2")}, .answer = {pong("1"), pong("2")}, .axes = none},
        {.name = "only for the last (5.5.3)",
         .sent = {ping("1"), ping("2"), ping("3")},
         .answer = {pong("3")},
         .end = goes_on},
        {.name = "some left out", .sent = {ping("1"), ping("2"), ping("3")}, .answer = {pong("1"), pong("3")}},
        {.name = "the last is missing",
         .sent = {ping("1"), ping("2")},
         .answer = {pong("1")},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.2-2"},
        {.name = "late: after a later one",
         .sent = {ping("1"), ping("2")},
         .answer = {pong("2"), pong("1")},
         .grade = loose,
         .requirement = "R6455-5.5.3-2"},
        {.name = "twice",
         .sent = {ping("1")},
         .answer = {pong("1"), pong("1")},
         .grade = loose,
         .requirement = "R6455-5.5.3-2"},
        {.name = "equal pings, one pong", .sent = {ping("x"), ping("x")}, .answer = {pong("x")}},
        {.name = "equal pings, two pongs", .sent = {ping("x"), ping("x")}, .answer = {pong("x"), pong("x")}},
        {.name = "equal pings around another, all answered",
         .sent = {ping("x"), ping("y"), ping("x")},
         .answer = {pong("x"), pong("y"), pong("x")}},
        {.name = "unsolicited is legal (5.5.3)", .sent = {ping("1")}, .answer = {pong("hello?"), pong("1")}},
        {.name = "with other data: its own is missing",
         .sent = {ping("1")},
         .answer = {pong("one")},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.3-1"},
        {.name = "without data",
         .sent = {ping("1")},
         .answer = {pong("")},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.3-1"},
        {.name = "for a pong",
         .sent = {pong("1")},
         .answer = {pong("1")},
         .grade = fail,
         .requirement = "R6455-5.5.3-3"},
        {.name = "before the ping was sent it is no answer",
         .sent = {ping("1")},
         .answer = {pong("1")},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.3-1",
         .by_then = 0},
        {.name = "overtaking an echo", .sent = {text("1"), ping("p")}, .answer = {pong("p"), text("1")}},
        {.name = "overtaken by a later echo", .sent = {ping("p"), text("1")}, .answer = {text("1"), pong("p")}},
    });
}

TEST(Judge, Violations) {
    Axes const good{.detected = true, .close_sent = true, .code = 1002, .code_fits = true};
    check({
        {.name = "Close 1002, FIN", .sent = {bad_opcode()}, .answer = {close_frame(1002)}, .end = fin, .axes = good},
        {.name = "Close 1002 with a reason, RST: the kernel's doing",
         .sent = {bad_opcode()},
         .answer = {close_frame(1002, "no")},
         .end = rst,
         .axes = good},
        {.name = "another code (7.1.7 SHOULD)",
         .sent = {bad_opcode()},
         .answer = {close_frame(1008)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5",
         .axes = Axes{.detected = true, .close_sent = true, .code = 1008}},
        {.name = "no code",
         .sent = {bad_opcode()},
         .answer = {close_frame()},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5",
         .axes = Axes{.detected = true, .close_sent = true, .code = 1005}},
        {.name = "1011",
         .sent = {bad_opcode()},
         .answer = {close_frame(1011)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5"},
        {.name = "FIN without a word",
         .sent = {bad_opcode()},
         .answer = {},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5",
         .axes = Axes{.detected = true}},
        {.name = "RST without a word",
         .sent = {bad_opcode()},
         .answer = {},
         .end = rst,
         .grade = loose,
         .requirement = "R6455-7.1.7-5",
         .axes = Axes{.detected = true}},
        {.name = "nothing",
         .sent = {bad_opcode()},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.2-4",
         .axes = none},
        {.name = "Close, then TCP stays open",
         .sent = {bad_opcode()},
         .answer = {close_frame(1002)},
         .end = deadline,
         .grade = loose,
         .requirement = "R6455-7.1.1-5"},
        {.name = "a code that must not be sent",
         .sent = {bad_opcode()},
         .answer = {close_frame(1006)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-6"},
        {.name = "goes on: a ping behind it",
         .sent = {bad_opcode(), ping("p")},
         .answer = {pong("p")},
         .grade = fail,
         .requirement = "R6455-5.2-4"},
        {.name = "goes on: a message behind it",
         .sent = {bad_opcode(), text("t")},
         .answer = {text("t")},
         .grade = fail,
         .requirement = "R6455-5.2-4"},
        {.name = "goes on: the bad frame itself",
         .sent = {text("t").with_rsv(rsv2)},
         .answer = {text("t")},
         .grade = fail,
         .requirement = "R6455-5.2-3"},
        {.name = "goes on: a long ping",
         .sent = {ping(repeated('p', 126))},
         .answer = {pong(repeated('p', 126))},
         .grade = fail,
         .requirement = "R6455-5.5-2"},
        {.name = "the echo before it, then Close (A-61)",
         .sent = {text("1"), bad_opcode()},
         .answer = {text("1"), close_frame(1002)},
         .end = fin,
         .axes = good},
        {.name = "no echo before it (7.1.7)",
         .sent = {text("1"), bad_opcode()},
         .answer = {close_frame(1002)},
         .end = fin,
         .requirement = "R6455-7.1.7-7",
         .axes = good},
        {.name = "no pong before it",
         .sent = {ping("1"), bad_opcode()},
         .answer = {close_frame(1002)},
         .end = fin,
         .axes = good},
        {.name = "data after its Close",
         .sent = {text("1"), bad_opcode()},
         .answer = {close_frame(1002), text("1")},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-8"},
        {.name = "a pong for what came behind the violation, after its Close",
         .sent = {bad_opcode(), ping("1")},
         .answer = {close_frame(1002), pong("1")},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.1.7-7"},
        {.name = "a pong after its Close",
         .sent = {ping("1"), bad_opcode()},
         .answer = {close_frame(1002), pong("1")},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-1.4-1"},
        {.name = "Close before the bad frame was sent",
         .sent = {text("1"), bad_opcode()},
         .answer = {text("1"), close_frame(1002)},
         .end = fin,
         .grade = fail,
         .by_then = 1},
        {.name = "half a bad header is enough",
         .sent = {frame(0xb).claiming(100)},
         .answer = {close_frame(1002)},
         .end = fin,
         .axes = good},
        {.name = "waiting for the rest of a bad frame",
         .sent = {frame(0xb).claiming(100)},
         .answer = {},
         .end = deadline,
         .grade = loose,
         .requirement = "R6455-5.2-4",
         .axes = none},
        {.name = "a 64-bit length with its highest bit: 1002",
         .sent = {binary({}).claiming(UINT64_MAX)},
         .answer = {close_frame(1002)},
         .end = fin,
         .axes = good},
        {.name = "or 1009",
         .sent = {binary({}).claiming(UINT64_MAX)},
         .answer = {close_frame(1009)},
         .end = fin,
         .axes = Axes{.detected = true, .close_sent = true, .code = 1009, .code_fits = true}},
        {.name = "10.4: a legal length that is large, refused before it comes",
         .sent = {text("1"), binary({}).claiming(INT64_MAX)},
         .answer = {text("1"), close_frame(1009)},
         .end = fin},
        {.name = "10.4: fragments that are large together",
         .sent = {binary(repeated(1, 60000)).more(), continuation("").claiming(60000)},
         .answer = {close_frame(1009)},
         .end = fin},
        {.name = "10.4: a text that is too large and wrong",
         .sent = {text(hex("ff")).claiming(INT64_MAX)},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-10.4-2",
         .inconclusive = true},
        {.name = "10.4: a large message in front of our Close",
         .sent = {binary(repeated(1, 70000)), close_frame(1000)},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-10.4-2",
         .inconclusive = true},
        {.name = "not a small one",
         .sent = {binary(repeated(1, 60000)), close_frame(1000)},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-1"},
        {.name = "a small one is no reason",
         .sent = {binary({}).claiming(60000)},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = fail},
        {.name = "nor one that was large and is done",
         .sent = {binary(repeated(1, 70000)), binary({}).claiming(10)},
         .answer = {binary(repeated(1, 70000)), close_frame(1009)},
         .end = fin,
         .grade = fail},
        {.name = "but not for ever",
         .sent = {binary({}).claiming(UINT64_MAX)},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.2-11"},
    });
}

TEST(Judge, Masks) {
    auto const bad = text("t").wrongly_masked();
    check({
        {.name = "a client without a mask: 1002", .sent = {bad}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "FIN (A-22: 5.1 asks for no more)",
         .sent = {bad},
         .answer = {},
         .end = fin,
         .axes = Axes{.detected = true}},
        {.name = "RST", .sent = {bad}, .answer = {}, .end = rst, .axes = Axes{.detected = true}},
        {.name = "another code",
         .sent = {bad},
         .answer = {close_frame(1008)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5"},
        {.name = "taken", .sent = {bad}, .answer = {text("t")}, .grade = fail, .requirement = "R6455-5.1-2"},
        {.name = "a masked server: 1002",
         .sent = {bad},
         .answer = {close_frame(1002)},
         .end = fin,
         .profile = of_client()},
        {.name = "taken by a client",
         .sent = {bad},
         .answer = {text("t")},
         .grade = fail,
         .requirement = "R6455-5.1-5",
         .profile = of_client()},
        {.name = "the target's own",
         .sent = {text("t")},
         .answer = {text("t").wrongly_masked()},
         .end = goes_on,
         .grade = fail,
         .requirement = "R6455-5.1-4"},
        {.name = "the target's own, a client",
         .sent = {text("t")},
         .answer = {text("t").wrongly_masked()},
         .end = goes_on,
         .grade = fail,
         .requirement = "R6455-5.1-1",
         .profile = of_client()},
        {.name = "a reserved bit of its own",
         .sent = {text("t")},
         .answer = {text("t").with_rsv(rsv1)},
         .grade = fail,
         .requirement = "R6455-5.2-2"},
        {.name = "a length of its own",
         .sent = {text("t")},
         .answer = {text("t").in_form(LengthForm::sixteen_bits)},
         .grade = fail,
         .requirement = "R6455-5.2-13"},
    });
}

TEST(Judge, Text) {
    auto const bad = hex("ce ba ff");
    check({
        {.name = "1007",
         .sent = {text(bad)},
         .answer = {close_frame(1007)},
         .end = fin,
         .axes = Axes{.detected = true, .close_sent = true, .code = 1007, .code_fits = true}},
        {.name = "1002 does not say what was wrong",
         .sent = {text(bad)},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5"},
        {.name = "at the first bad octet",
         .sent = {text(bad).more(), continuation("rest")},
         .answer = {close_frame(1007)},
         .end = fin,
         .by_then = 1},
        {.name = "at the end of the message, pongs before (8.1)",
         .sent = {text(bad).more(), ping("p"), continuation("rest")},
         .answer = {pong("p"), close_frame(1007)},
         .end = fin},
        {.name = "pongs before, and no end of the message",
         .sent = {text(bad).more(), ping("p")},
         .answer = {pong("p")},
         .end = goes_on},
        {.name = "a ping behind the message",
         .sent = {text(bad), ping("p")},
         .answer = {pong("p")},
         .grade = fail,
         .requirement = "R6455-8.1-1"},
        {.name = "sent back: the fault is to have taken it",
         .sent = {text(bad)},
         .answer = {text(bad)},
         .grade = fail,
         .requirement = "R6455-8.1-1"},
        {.name = "sent back, mended",
         .sent = {text(bad)},
         .answer = {text("\xce\xba\xef\xbf\xbd")},
         .grade = fail,
         .requirement = "R6455-8.1-1"},
        {.name = "bad text of its own",
         .sent = {text("t")},
         .answer = {text(bad)},
         .grade = fail,
         .requirement = "R6455-5.6-2"},
        {.name = "noncharacters are text (A-66)",
         .sent = {text(hex("ef bf be"))},
         .answer = {close_frame(1007)},
         .end = fin,
         .grade = fail},
        {.name = "a zero is text", .sent = {text(hex("61 00 62"))}, .answer = {text("a")}, .grade = fail},
    });
}

TEST(Judge, Lengths) {
    auto const twice = text("t").in_form(LengthForm::sixteen_bits);
    check({
        {.name = "too long a length: 1002 (A-23)", .sent = {twice}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "taken", .sent = {twice}, .answer = {text("t")}, .grade = loose, .requirement = "R6455-5.2-14"},
        {.name = "taken, and the next message, too",
         .sent = {twice, text("u")},
         .answer = {text("t"), text("u")},
         .grade = loose,
         .requirement = "R6455-5.2-14"},
        {.name = "taken wrongly", .sent = {twice}, .answer = {text("u")}, .grade = fail, .requirement = "R6455-5.2-14"},
        {.name = "nothing",
         .sent = {twice},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.2-14"},
        {.name = "a ping in the long form, answered",
         .sent = {ping("p").in_form(LengthForm::sixteen_bits)},
         .answer = {pong("p")},
         .grade = loose,
         .requirement = "R6455-5.2-14"},
    });
}

TEST(Judge, ClosingHandshakes) {
    auto const answered = [](std::uint16_t code, bool clean = true) {
        return Axes{.detected = true, .close_sent = true, .code = code, .code_fits = true, .clean = clean};
    };
    check({
        {.name = "the same code, FIN",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .axes = answered(1000)},
        {.name = "the same code of the application",
         .sent = {close_frame(4999)},
         .answer = {close_frame(4999)},
         .end = fin,
         .axes = answered(4999)},
        {.name = "1000 for it",
         .sent = {close_frame(3000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .axes = answered(1000)},
        {.name = "an empty body for it",
         .sent = {close_frame(1001)},
         .answer = {close_frame()},
         .end = fin,
         .axes = answered(1005)},
        {.name = "without our reason (A-57)",
         .sent = {close_frame(1000, "bye")},
         .answer = {close_frame(1000)},
         .end = fin,
         .axes = answered(1000)},
        {.name = "another legal code (A-28)",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1001)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-5.5.1-10"},
        {.name = "1011 by a client (A-60)",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1011)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-5.5.1-10",
         .profile = of_client()},
        {.name = "1002 accuses us",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-1"},
        {.name = "1002 for a registered code",
         .sent = {close_frame(3000)},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.2-3"},
        {.name = "1002 for a private code",
         .sent = {close_frame(4000)},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.2-4"},
        {.name = "1002 for an empty body",
         .sent = {close_frame()},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-1"},
        {.name = "1005 on the wire",
         .sent = {close_frame()},
         .answer = {close_frame(1005)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-5"},
        {.name = "1012 back (A-25)",
         .sent = {close_frame(1012)},
         .answer = {close_frame(1012)},
         .end = fin,
         .axes = answered(1012)},
        {.name = "1002 for 1014",
         .sent = {close_frame(1014)},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = loose,
         .requirement = "IANA-close-1"},
        {.name = "a drop for 1013",
         .sent = {close_frame(1013)},
         .answer = {},
         .end = fin,
         .grade = loose,
         .requirement = "IANA-close-1"},
        {.name = "no Close",
         .sent = {close_frame(1000)},
         .answer = {},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-9",
         .axes = none},
        {.name = "nothing",
         .sent = {close_frame(1000)},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.1-9"},
        {.name = "a server that leaves TCP open",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.1-14",
         .axes = answered(1000, false)},
        {.name = "a client may",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = deadline,
         .grade = info,
         .requirement = "R6455-5.5.1-16",
         .profile = of_client()},
        {.name = "RST behind it (A-44)",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = rst,
         .grade = loose,
         .requirement = "R6455-7.1.1-1",
         .axes = answered(1000, false)},
        {.name = "RST where octets of ours were unread",
         .sent = {close_frame(1000), text("late")},
         .answer = {close_frame(1000)},
         .end = rst},
        {.name = "two Closes of its own accord",
         .sent = {bad_opcode()},
         .answer = {close_frame(1002), close_frame(1000)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-1.4-1"},
        {.name = "two Closes",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000), close_frame(1000)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-13"},
        {.name = "echoes before it",
         .sent = {text("1"), close_frame(1000)},
         .answer = {text("1"), close_frame(1000)},
         .end = fin},
        {.name = "no echoes before it (A-30)",
         .sent = {text("1"), close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin},
        {.name = "pong before it",
         .sent = {ping("1"), close_frame(1000)},
         .answer = {pong("1"), close_frame(1000)},
         .end = fin},
        {.name = "garbage behind our Close (A-31): 1002",
         .sent = {close_frame(1000), bad_opcode()},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-5.5.1-18"},
        {.name = "a message behind our Close, sent back",
         .sent = {close_frame(1000), text("late")},
         .answer = {text("late")},
         .grade = fail,
         .requirement = "R6455-5.5.1-18"},
        {.name = "a ping behind our Close, answered",
         .sent = {close_frame(1000), ping("late")},
         .answer = {pong("late")},
         .grade = fail,
         .requirement = "R6455-5.5.2-5"},
        {.name = "a message out of nothing",
         .sent = {close_frame(1000)},
         .answer = {text("?")},
         .grade = fail,
         .requirement = "R6455-5.5.1-18"},
        {.name = "inside a message",
         .sent = {text("a").more(), close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin},
        {.name = "inside a character: 1007 is a thought",
         .sent = {text(hex("ce")).more(), close_frame(1000)},
         .answer = {close_frame(1007)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-5.5.1-19"},
        {.name = "between characters it is none",
         .sent = {text("a").more(), close_frame(1000)},
         .answer = {close_frame(1007)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-1"},
        {.name = "our half of TCP ended behind it",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .half_closed = true},
    });
}

TEST(Judge, BadCloses) {
    check({
        {.name = "1004 (A-26): 1002", .sent = {close_frame(1004)}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "1004 back",
         .sent = {close_frame(1004)},
         .answer = {close_frame(1004)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.4.1-4"},
        {.name = "1000 for 1004",
         .sent = {close_frame(1004)},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.4.1-4"},
        {.name = "1000 for 2000: unassigned",
         .sent = {close_frame(2000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.4.2-2"},
        {.name = "5000 (A-24): 1002", .sent = {close_frame(5000)}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "5000 back",
         .sent = {close_frame(5000)},
         .answer = {close_frame(5000)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.4.2-5"},
        {.name = "1000 for 65535",
         .sent = {close_frame(65535)},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.4.2-5"},
        {.name = "1006: 1002", .sent = {close_frame(1006)}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "1000 for 1006",
         .sent = {close_frame(1006)},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-6"},
        {.name = "1006 back",
         .sent = {close_frame(1006)},
         .answer = {close_frame(1006)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-6"},
        {.name = "1000 for 0",
         .sent = {close_frame(0)},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.2-1"},
        {.name = "999 back",
         .sent = {close_frame(999)},
         .answer = {close_frame(999)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.2-1"},
        {.name = "another code for 1006",
         .sent = {close_frame(1006)},
         .answer = {close_frame(1008)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5"},
        {.name = "a drop for 1006",
         .sent = {close_frame(1006)},
         .answer = {},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5"},
        {.name = "a bad reason (A-29): 1007",
         .sent = {close_frame(1000, "\xff")},
         .answer = {close_frame(1007)},
         .end = fin},
        {.name = "a bad reason: 1002", .sent = {close_frame(1000, "\xff")}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "a bad reason: 1000",
         .sent = {close_frame(1000, "\xff")},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-5.5.1-5"},
        {.name = "a bad reason comes back",
         .sent = {close_frame(1000, "\xff")},
         .answer = {close_frame(1000, "\xff")},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-5"},
        {.name = "half a code: 1002", .sent = {frame(0x8, hex("03"))}, .answer = {close_frame(1002)}, .end = fin},
        {.name = "half a code: an empty body",
         .sent = {frame(0x8, hex("03"))},
         .answer = {close_frame()},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-3"},
    });
}

TEST(Judge, OutOfTheBlue) {
    auto const large = binary(repeated(1, 100'000));
    check({
        {.name = "nothing at all is good", .sent = {}, .answer = {}, .axes = none},
        {.name = "going away (7.3)",
         .sent = {},
         .answer = {close_frame(1001)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.3-1",
         .inconclusive = true},
        {.name = "policy",
         .sent = {text("t")},
         .answer = {close_frame(1008)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.3-1",
         .inconclusive = true},
        {.name = "restart",
         .sent = {text("t")},
         .answer = {close_frame(1012)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.3-1",
         .inconclusive = true},
        {.name = "later",
         .sent = {text("t")},
         .answer = {close_frame(1013)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.3-1",
         .inconclusive = true},
        {.name = "text alone (7.4.1)",
         .sent = {binary({0xfe})},
         .answer = {close_frame(1003)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-7.4.1-15",
         .profile = {.may_take_text_alone = true}},
        {.name = "1003 by one that takes binary",
         .sent = {binary({0xfe})},
         .answer = {close_frame(1003)},
         .end = fin,
         .grade = fail},
        {.name = "1003 for text",
         .sent = {text("t")},
         .answer = {close_frame(1003)},
         .end = fin,
         .grade = fail,
         .profile = {.may_take_text_alone = true}},
        {.name = "normal closure for a good message",
         .sent = {text("t")},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = fail},
        {.name = "accused for a good message",
         .sent = {text("t")},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = fail},
        {.name = "1007 for good text", .sent = {text("t")}, .answer = {close_frame(1007)}, .end = fin, .grade = fail},
        {.name = "a message too big for it (10.4)",
         .sent = {large},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-10.4-2",
         .inconclusive = true},
        {.name = "one that it took before",
         .sent = {large},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = fail,
         .profile = {.proven_message = 100'000}},
        {.name = "a message announced that is too big for it",
         .sent = {binary({}).claiming(0xffffffff)},
         .answer = {close_frame(1009)},
         .end = fin},
        {.name = "the end of one announced that is too big for it",
         .sent = {text("a").more(), continuation("").claiming(1U << 24)},
         .answer = {close_frame(1009)},
         .end = fin},
        {.name = "one announced that it took before",
         .sent = {binary({}).claiming(90'000)},
         .answer = {close_frame(1009)},
         .end = fin,
         .grade = fail,
         .profile = {.proven_message = 100'000}},
        {.name = "1002 for a huge message announced",
         .sent = {binary({}).claiming(1U << 30)},
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.4.1-9"},
        {.name = "nothing said over a huge message announced",
         .sent = {binary({}).claiming(1U << 30)},
         .answer = {},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.1.7-5"},
        {.name = "1011 for a text larger than any that it was seen to take",
         .sent = {text(repeated('a', 1'200'000))},
         .answer = {close_frame(1011)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-7.4.1-9",
         .inconclusive = true},
        {.name = "1007 for such a text, which is about what it is made of",
         .sent = {text(repeated('a', 1'200'000))},
         .answer = {close_frame(1007)},
         .end = fin,
         .grade = fail},
        {.name = "1009 for nothing", .sent = {ping("p")}, .answer = {close_frame(1009)}, .end = fin, .grade = fail},
        {.name = "1010 by a server",
         .sent = {ping("p")},
         .answer = {close_frame(1010)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-12"},
        {.name = "FIN", .sent = {text("t")}, .answer = {}, .end = fin, .grade = fail, .requirement = "R6455-7.3-3"},
        {.name = "RST",
         .sent = {text("t")},
         .answer = {text("t")},
         .end = rst,
         .grade = fail,
         .requirement = "R6455-7.3-3"},
        {.name = "FIN when our half ended",
         .sent = {text("t")},
         .answer = {text("t")},
         .end = fin,
         .half_closed = true},
        {.name = "RST when our half ended", .sent = {}, .answer = {}, .end = rst, .half_closed = true},
        {.name = "FIN over a flood of pings",
         .sent = std::vector<Frame>(50, ping("p")),
         .answer = {pong("p")},
         .end = fin,
         .grade = info,
         .requirement = "R6455-10.4-1"},
        {.name = "1008 over a flood of pings",
         .sent = std::vector<Frame>(50, ping("p")),
         .answer = {close_frame(1008)},
         .end = fin,
         .grade = info,
         .requirement = "R6455-10.4-1"},
        {.name = "1002 over a flood of pings is an accusation",
         .sent = std::vector<Frame>(50, ping("p")),
         .answer = {close_frame(1002)},
         .end = fin,
         .grade = fail},
        {.name = "FIN over some pings",
         .sent = std::vector<Frame>(49, ping("p")),
         .answer = {pong("p")},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.3-3"},
        {.name = "nothing though all is done",
         .sent = {text("t"), ping("p")},
         .answer = {text("t"), pong("p")},
         .end = deadline,
         .grade = fail},
    });
}

/// Our direction of TCP ends: with a Close in front of it or without.
TEST(Judge, HalfClosedConnections) {
    check({
        {.name = "FIN for FIN", .sent = {}, .answer = {}, .end = fin, .half_closed = true},
        {.name = "FIN before ours",
         .sent = {text("t")},
         .answer = {},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.3-3",
         .half_closed = true,
         .in_time = true},
        {.name = "1000 before it ends", .sent = {}, .answer = {close_frame(1000)}, .end = fin, .half_closed = true},
        {.name = "1002 before it ends, by a client",
         .sent = {text("t")},
         .answer = {text("t"), close_frame(1002)},
         .end = fin,
         .profile = of_client(),
         .half_closed = true},
        {.name = "1006 is for the application alone",
         .sent = {},
         .answer = {close_frame(1006)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.4.1-6",
         .half_closed = true},
        {.name = "a server that stays",
         .sent = {text("t")},
         .answer = {text("t")},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-7.2.2-2",
         .half_closed = true},
        {.name = "a client that stays",
         .sent = {},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-7.2.1-2",
         .profile = of_client(),
         .half_closed = true},
        {.name = "a server that closes, and stays",
         .sent = {},
         .answer = {close_frame(1000)},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-7.2.2-2",
         .half_closed = true},
        {.name = "a client that answers our Close, and stays",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-7.2.1-2",
         .profile = of_client(),
         .half_closed = true},
        {.name = "a Close is answered, though our direction has ended",
         .sent = {text("t"), close_frame(1000)},
         .answer = {text("t"), close_frame(1000)},
         .end = fin,
         .half_closed = true},
        {.name = "a Close that nobody may be there to answer",
         .sent = {close_frame(1000)},
         .answer = {},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-5.5.1-9",
         .half_closed = true},
        {.name = "a Close that is overlooked",
         .sent = {close_frame(1000)},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.1-9",
         .half_closed = true},
    });
}

/// We answer nothing, and as a server we do not end TCP.
TEST(Judge, SilentPeers) {
    check({
        {.name = "a server need not wait for our Close",
         .sent = {bad_opcode()},
         .answer = {close_frame(1002)},
         .end = fin,
         .silent = true},
        {.name = "a server that waits for it",
         .sent = {bad_opcode()},
         .answer = {close_frame(1002)},
         .end = deadline,
         .grade = info,
         .requirement = "R6455-7.1.1-5",
         .silent = true},
        {.name = "a server that waits for nothing",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-5.5.1-14",
         .silent = true},
        {.name = "a client that ends TCP first",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-5.5.1-15",
         .profile = of_client(),
         .silent = true,
         .holds = true},
        {.name = "a client that ends TCP first where we were about to",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .profile = of_client(),
         .silent = true},
        {.name = "a client that does so after a reasonable time",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .profile = of_client(),
         .silent = true,
         .holds = true,
         .for_long = true},
        {.name = "a client that waits for ours",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = fin,
         .profile = of_client(),
         .half_closed = true,
         .silent = true,
         .holds = true},
        {.name = "a client that never does",
         .sent = {close_frame(1000)},
         .answer = {close_frame(1000)},
         .end = deadline,
         .grade = info,
         .requirement = "R6455-5.5.1-16",
         .profile = of_client(),
         .silent = true},
        {.name = "a client that has failed may be first",
         .sent = {bad_opcode()},
         .answer = {close_frame(1002)},
         .end = fin,
         .profile = of_client(),
         .silent = true},
        {.name = "our Close crosses its own: one is enough",
         .sent = {bad_opcode(), close_frame(1000)},
         .answer = {close_frame(1002)},
         .end = fin},
        {.name = "our Close crosses its own, and is answered",
         .sent = {bad_opcode(), close_frame(1000)},
         .answer = {close_frame(1002), close_frame(1000)},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-7.1.7-7"},
    });
}

TEST(Judge, EarlyData) {
    check({
        {.name = "processed", .sent = {text("early"), ping("p")}, .answer = {text("early"), pong("p")}, .early = 1},
        {.name = "thrown away (A-20)",
         .sent = {text("early"), text("t")},
         .answer = {text("t")},
         .grade = info,
         .requirement = "R6455-4.1-29",
         .early = 1},
        {.name = "only what was early",
         .sent = {text("early"), text("t"), text("u")},
         .answer = {text("u")},
         .grade = fail,
         .early = 1},
        {.name = "a bad frame thrown away",
         .sent = {bad_opcode(), text("t")},
         .answer = {text("t")},
         .grade = info,
         .requirement = "R6455-4.1-29",
         .early = 1},
    });
}

/// Our direction of TCP has ended, inside a frame or behind it.
TEST(Judge, OurStreamEnds) {
    Frame const half = text("Hel").claiming(5);
    check({
        {.name = "FIN for FIN", .sent = {half}, .answer = {}, .end = fin, .half_closed = true},
        {.name = "RST", .sent = {half}, .answer = {}, .end = rst, .half_closed = true},
        {.name = "a last word", .sent = {half}, .answer = {close_frame(1002)}, .end = fin, .half_closed = true},
        {.name = "the connection is kept",
         .sent = {half},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-7.2.2-2",
         .half_closed = true},
        {.name = "by a client",
         .sent = {half},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-7.2.1-2",
         .profile = {.role = Role::client},
         .half_closed = true},
    });
}

TEST(Settled, WhenNothingMoreHasToCome) {
    auto const settled_by = [](const std::vector<Frame>& sent, const std::vector<Frame>& answer,
                               std::optional<Seen::Kind> end = {}, bool half_closed = false) {
        Octets const stream = stream_of(sent, Role::client);
        auto made = forecast({}, stream);
        made.half_closed = half_closed;
        Observer observer(Role::server, 10U << 20);
        Octets octets = stream_of(answer, Role::server);
        observer.receive(octets, stream.size());
        if (end) observer.end(*end, stream.size());
        return settled(made, observer.seen());
    };
    EXPECT_TRUE(settled_by({}, {}));
    EXPECT_TRUE(settled_by({pong()}, {}));
    EXPECT_FALSE(settled_by({text("Hello")}, {}));
    EXPECT_TRUE(settled_by({text("Hello")}, {text("Hello")}));
    EXPECT_FALSE(settled_by({text("Hello")}, {text("Hullo")})) << "another message is not what is owed";
    EXPECT_FALSE(settled_by({text("Hello"), ping("a"), ping("b")}, {text("Hello"), pong("a")}));
    EXPECT_TRUE(settled_by({text("Hello"), ping("a"), ping("b")}, {text("Hello"), pong("b")}));
    EXPECT_FALSE(settled_by({text("Hello")}, {text("Hello"), close_frame(1000)})) << "the end of TCP is to come";
    // A Close, a violation and the end of our stream want the end of the connection.
    EXPECT_FALSE(settled_by({close_frame(1000)}, {close_frame(1000)}));
    EXPECT_TRUE(settled_by({close_frame(1000)}, {close_frame(1000)}, fin));
    EXPECT_FALSE(settled_by({text("Hello").with_rsv(rsv1)}, {}));
    EXPECT_TRUE(settled_by({text("Hello").with_rsv(rsv1)}, {}, deadline));
    EXPECT_FALSE(settled_by({text("Hel").claiming(5)}, {}, {}, true));
    // Two readings of a long form: silence does not say which one it is.
    Frame const long_form = pong("x").in_form(LengthForm::sixteen_bits);
    EXPECT_FALSE(settled_by({long_form}, {}));
    EXPECT_FALSE(settled_by({long_form, ping("behind")}, {}));
    EXPECT_TRUE(settled_by({long_form, ping("behind")}, {pong("behind")}));
}

/// 5.6 and 8.1: a receiver may wait for the end of the message, and where that was not sent nothing is due.
TEST(Judge, BadTextInAMessageThatDoesNotEnd) {
    Frame const bad = text(hex("ff")).more();
    check({
        {.name = "nothing is done about it", .sent = {bad}, .answer = {}, .end = deadline},
        {.name = "a ping behind it is answered", .sent = {bad, ping("p")}, .answer = {pong("p")}, .end = deadline},
        {.name = "a ping behind it is not",
         .sent = {bad, ping("p")},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-8.1-1"},
        {.name = "it is due",
         .sent = {bad, continuation("")},
         .answer = {},
         .end = deadline,
         .grade = fail,
         .requirement = "R6455-8.1-1"},
    });
}

TEST(Judge, AnEndOfOurDirectionBehindOurClose) {
    check({
        {.name = "is taken for the end of all",
         .sent = {close_frame(1000)},
         .answer = {},
         .end = fin,
         .grade = loose,
         .requirement = "R6455-5.5.1-9",
         .half_closed = true},
        {.name = "is none",
         .sent = {close_frame(1000)},
         .answer = {},
         .end = fin,
         .grade = fail,
         .requirement = "R6455-5.5.1-9"},
    });
}

TEST(Judge, KnowsWhenNothingIsOwed) {
    auto const owes_nothing = [](const std::vector<Frame>& sent, const std::vector<Frame>& answer, bool echoes = true) {
        Octets const stream = stream_of(sent, Role::client);
        Observer observer(Role::server, 10U << 20);
        Octets octets = stream_of(answer, Role::server);
        observer.receive(octets, stream.size());
        return wsspec::owes_nothing(forecast({.echoes = echoes}, stream), observer.seen());
    };
    EXPECT_TRUE(owes_nothing({}, {}));
    EXPECT_FALSE(owes_nothing({text("a")}, {}));
    EXPECT_TRUE(owes_nothing({text("a")}, {}, false));
    EXPECT_TRUE(owes_nothing({text("a").more()}, {}));
    EXPECT_FALSE(owes_nothing({text("a"), ping("p")}, {text("a")}));
    EXPECT_FALSE(owes_nothing({text("a"), ping("p")}, {pong("p")}));
    EXPECT_TRUE(owes_nothing({text("a"), ping("p")}, {pong("p"), text("a")}));
    // 5.5.3: the last one is enough.
    EXPECT_TRUE(owes_nothing({ping("p"), ping("q")}, {pong("q")}));
    EXPECT_FALSE(owes_nothing({ping("p"), ping("q")}, {pong("p")}));
    // It may fail the connection over a length that is not minimal; if it goes on, it has taken the message.
    EXPECT_TRUE(owes_nothing({text("a").in_form(LengthForm::sixteen_bits)}, {}));
    EXPECT_FALSE(owes_nothing({text("a").in_form(LengthForm::sixteen_bits), ping("p")}, {pong("p")}));
    EXPECT_TRUE(owes_nothing({text("a").in_form(LengthForm::sixteen_bits), ping("p")}, {text("a"), pong("p")}));
}

// 5.5.3: an empty Pong may be a keep-alive; what came with a payload of ours is an answer.
TEST(Judge, TellsAKeepAliveFromTheAnswerToAPong) {
    check({
        {.name = "empty", .sent = {pong()}, .answer = {pong()}, .grade = loose, .requirement = "R6455-5.5.3-3"},
        {.name = "ours", .sent = {pong("x")}, .answer = {pong("x")}, .grade = fail, .requirement = "R6455-5.5.3-3"},
    });
}

TEST(Judge, HasAWordForEndlessness) {
    auto const prediction = forecast({}, stream_of({ping("p")}, Role::client));
    Seen const flood{.kind = Seen::Kind::flood, .sent = 7};
    EXPECT_EQ(judge(prediction, {&flood, 1}).grade, fail);
}

TEST(Judge, SaysWhereItShows) {
    Row const row{.name = "", .sent = {text("abc")}, .answer = {ping("?"), text("abd")}};
    auto const said = judged(row);
    ASSERT_EQ(said.findings.size(), 1U);
    EXPECT_EQ(said.findings[0].offset, 8U);
    EXPECT_NE(said.findings[0].what.find("octet 2"), std::string::npos) << said.findings[0].what;
}

TEST(Judge, NeverQuotesTheTarget) {
    std::string const evil = "\x1b]0;owned\x07";
    for (const auto& row : std::vector<Row>{
             {.name = "message", .sent = {text("t")}, .answer = {text(evil)}},
             {.name = "pong", .sent = {ping("t")}, .answer = {pong(evil)}, .end = deadline},
             {.name = "close", .sent = {text("t")}, .answer = {close_frame(1002, evil)}, .end = fin},
             {.name = "violation", .sent = {text("t")}, .answer = {frame(0x3, octets(evil))}},
         }) {
        auto const said = judged(row);
        ASSERT_FALSE(said.findings.empty()) << row.name;
        for (const auto& finding : said.findings) {
            EXPECT_EQ(finding.what, printable(finding.what)) << row.name;
            EXPECT_EQ(finding.what.find("owned"), std::string::npos) << row.name;
        }
    }
}

TEST(DescribeOwed, SaysItInWords) {
    auto const words = [](const std::vector<Frame>& frames, TargetProfile profile = {}) {
        return describe_owed(forecast(profile, stream_of(frames, other(profile.role))));
    };
    EXPECT_EQ(words({}), "nothing");
    EXPECT_EQ(words({pong("p")}), "nothing");
    EXPECT_EQ(words({text("1")}), "1 message sent back");
    EXPECT_EQ(words({text("1")}, silent()), "nothing");
    EXPECT_EQ(words({text("1"), text("2"), ping("p"), close_frame(1000)}),
              "2 messages sent back, then a Pong for the last of 1 Ping, then Close in answer, and the end of TCP");
    EXPECT_EQ(words({frame(0x3)}),
              "the connection failed with 1002 (the opcode is reserved), from octet 1, by octet 6 of our stream");
    EXPECT_EQ(
        words({close_frame(1000, "\xff")}),
        "the connection failed with 1007 or 1002 (the reason of a Close frame is not UTF-8), from octet 9, by octet 9 "
        "of our stream");
}

TEST(SenderRequirement, ExistsAndBindsTheSender) {
    for (const char* receiver :
         {"R6455-5.2-3", "R6455-5.2-4", "R6455-5.4-8", "R6455-5.4-4", "R6455-5.4-5", "R6455-5.1-2", "R6455-5.1-5",
          "R6455-5.5-3", "R6455-5.5.1-3", "R6455-5.2-11", "R6455-5.2-14", "R6455-8.1-1", "R7692-6.1-4"}) {
        auto const sender = sender_requirement(receiver);
        EXPECT_NE(sender, receiver);
        EXPECT_NE(find_requirement(sender), nullptr) << sender;
        EXPECT_NE(find_requirement(receiver), nullptr) << receiver;
    }
    EXPECT_EQ(sender_requirement("R6455-7.4.1-6"), "R6455-7.4.1-6");
}

}  // namespace
}  // namespace wsspec
