#include "cases/expectation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wsspec {
namespace {

using Progress = Match::Progress;
using Kind = Seen::Kind;

constexpr Grade pass = Grade::pass;
constexpr Grade info = Grade::informational;
constexpr Grade loose = Grade::non_strict;
constexpr Grade fail = Grade::fail;

Seen seen(const Frame& frame, std::uint64_t sent = 0) {
    Seen out{.payload = frame.payload, .sent = sent};
    switch (frame.opcode) {
        case Opcode::ping:
            out.kind = Kind::ping;
            break;
        case Opcode::pong:
            out.kind = Kind::pong;
            break;
        default:
            out.opcode = frame.opcode;
            break;
    }
    return out;
}
Seen closed(std::uint16_t code, std::uint64_t sent = 0) { return {.kind = Kind::close, .code = code, .sent = sent}; }
/// A Close with a code that must not be used.
Seen closed_badly(std::uint16_t code) {
    return {.kind = Kind::violation,
            .code = code,
            .violation =
                Violation{.kind = Violation::Kind::close_body, .requirement = {}, .what = {}, .refused_code = code}};
}
Seen broken() {
    return {.kind = Kind::violation,
            .violation = Violation{.kind = Violation::Kind::framing, .requirement = {}, .what = {}}};
}
Seen end(Kind how = Kind::end_of_stream, std::uint64_t sent = 0) { return {.kind = how, .sent = sent}; }

struct Row {
    const char* name;
    std::vector<Outcome> any_of;
    std::vector<Seen> seen;
    Progress progress;
    Grade grade = Grade::pass;  ///< If it matched.
    std::size_t consumed = 0;   ///< If it matched.
    bool echoes = true;
};

void check(const std::vector<Row>& rows, const Marks& marks = {}) {
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        auto const found = match(Expect{row.any_of}, row.seen, marks, row.echoes);
        EXPECT_EQ(found.progress, row.progress);
        if (row.progress != Progress::matched || found.progress != row.progress) continue;
        EXPECT_EQ(found.grade, row.grade);
        EXPECT_EQ(found.consumed, row.consumed);
    }
}

constexpr auto open_still = Progress::open;
constexpr auto matched = Progress::matched;
constexpr auto impossible = Progress::impossible;

TEST(MatchReceives, OneAfterTheOther) {
    std::vector<Frame> const two = {text("1"), text("2")};
    check({
        {"nothing yet", {receives(text("1"))}, {}, open_still},
        {"it", {receives(text("1"))}, {seen(text("1"))}, matched, pass, 1},
        {"its own grade", {receives(text("1")).non_strict()}, {seen(text("1"))}, matched, loose, 1},
        {"a grade of fail", {receives(text("1")).is_fail()}, {seen(text("1"))}, matched, fail, 1},
        {"what comes behind belongs to the next step",
         {receives(text("1"))},
         {seen(text("1")), seen(text("2"))},
         matched,
         pass,
         1},
        {"the first of two", {receives(two)}, {seen(text("1"))}, open_still},
        {"both", {receives(two)}, {seen(text("1")), seen(text("2"))}, matched, pass, 2},
        {"out of order", {receives(two)}, {seen(text("2"))}, impossible},
        {"another message", {receives(text("1"))}, {seen(text("x"))}, impossible},
        {"another type", {receives(text("1"))}, {seen(binary(octets("1")))}, impossible},
        {"a ping of the target between",
         {receives(two)},
         {seen(text("1")), seen(ping()), seen(text("2"))},
         matched,
         pass,
         3},
        {"a pong that nobody waits for", {receives(text("1"))}, {seen(pong("?")), seen(text("1"))}, matched, pass, 2},
        {"a pong twice",
         {receives({pong("p"), text("1")})},
         {seen(pong("p")), seen(pong("p")), seen(text("1"))},
         matched,
         loose,
         3},
        {"Close instead", {receives(text("1"))}, {closed(1000)}, impossible},
        {"the end instead", {receives(text("1"))}, {end()}, impossible},
        {"a reset instead", {receives(text("1"))}, {end(Kind::reset)}, impossible},
        {"no time left", {receives(text("1"))}, {end(Kind::deadline)}, impossible},
        {"a flood", {receives(text("1"))}, {end(Kind::flood)}, impossible},
        {"a violation", {receives(text("1"))}, {broken()}, impossible},
        {"nothing is asked for", {receives(std::vector<Frame>{})}, {}, matched, pass, 0},
    });
}

TEST(MatchReceives, PongsMayBeLeftOut) {
    std::vector<Frame> const pongs = {pong("1"), pong("2"), pong("3")};
    check({
        {"all", {receives(pongs)}, {seen(pong("1")), seen(pong("2")), seen(pong("3"))}, matched, pass, 3},
        {"the last alone (5.5.3)", {receives(pongs)}, {seen(pong("3"))}, matched, pass, 1},
        {"one left out", {receives(pongs)}, {seen(pong("1")), seen(pong("3"))}, matched, pass, 2},
        {"the last is missing", {receives(pongs)}, {seen(pong("1")), seen(pong("2"))}, open_still},
        {"the wrong order", {receives(pongs)}, {seen(pong("2")), seen(pong("1"))}, impossible},
        {"a message between keeps them apart",
         {receives({pong("1"), text("m"), pong("2")})},
         {seen(pong("2"))},
         impossible},
        {"a message may not be left out", {receives({text("m"), pong("1")})}, {seen(pong("1"))}, impossible},
    });
}

TEST(MatchReceives, AsksTargetsWithoutEchoForPongsOnly) {
    check({
        {"messages are not awaited", {receives({text("m"), pong("1")})}, {seen(pong("1"))}, matched, pass, 1, false},
        {"what it says is its own affair",
         {receives(pong("1"))},
         {seen(text("news")), seen(pong("1"))},
         matched,
         pass,
         2,
         false},
        {"nothing is left to wait for", {receives(text("m"))}, {}, matched, pass, 0, false},
    });
}

TEST(MatchFails, ByCloseThenTheEnd) {
    check({
        {"nothing yet", {fails(1002)}, {}, open_still},
        {"the Close alone is not all", {fails(1002)}, {closed(1002)}, open_still},
        {"Close and FIN", {fails(1002)}, {closed(1002), end()}, matched, pass, 2},
        {"Close and RST", {fails(1002)}, {closed(1002), end(Kind::reset)}, matched, pass, 2},
        {"Close, and TCP open: the judge has the word on that",
         {fails(1002)},
         {closed(1002), end(Kind::deadline)},
         matched,
         pass,
         2},
        {"one of several codes", {fails({1007, 1002})}, {closed(1002), end()}, matched, pass, 2},
        {"another code is implied", {fails(1002)}, {closed(1011), end()}, matched, loose, 2},
        {"no code is implied", {fails(1002)}, {closed(1005), end()}, matched, loose, 2},
        {"FIN alone is implied", {fails(1002)}, {end()}, matched, loose, 1},
        {"RST alone is implied", {fails(1002)}, {end(Kind::reset)}, matched, loose, 1},
        {"nothing in time", {fails(1002)}, {end(Kind::deadline)}, impossible},
        {"a flood", {fails(1002)}, {end(Kind::flood)}, impossible},
        {"a code that must not be sent", {fails(1002)}, {closed_badly(1006)}, impossible},
        {"its own violation", {fails(1002)}, {broken()}, impossible},
        {"a worse grade stays", {fails(1002).informational()}, {end()}, matched, loose, 1},
        {"messages before it are the judge's", {fails(1002)}, {seen(text("1")), closed(1002), end()}, matched, pass, 3},
        {"after() may come, or not", {fails(1002).after({text("1")})}, {closed(1002), end()}, matched, pass, 2},
    });
}

TEST(MatchCloses, ByTheAnswerThenTheEnd) {
    check({
        {"the Close alone is not all", {closes(1000)}, {closed(1000)}, open_still},
        {"Close and FIN", {closes(1000)}, {closed(1000), end()}, matched, pass, 2},
        {"0 means an empty body", {closes({1000, 0})}, {closed(1005), end()}, matched, pass, 2},
        {"an empty body that is not listed", {closes(1000)}, {closed(1005), end()}, matched, info, 2},
        {"another code that accuses nobody", {closes(1000)}, {closed(1001), end()}, matched, info, 2},
        {"another code of the application", {closes(1000)}, {closed(4000), end()}, matched, info, 2},
        {"1002", {closes(1000)}, {closed(1002), end()}, impossible},
        {"1003", {closes(1000)}, {closed(1003), end()}, impossible},
        {"1007", {closes(1000)}, {closed(1007), end()}, impossible},
        {"1009", {closes(1000)}, {closed(1009), end()}, impossible},
        {"1010", {closes(1000)}, {closed(1010), end()}, impossible},
        {"1002 where it is listed",
         {closes(1000), closes(1002).non_strict()},
         {closed(1002), end()},
         matched,
         loose,
         2},
        {"a bad code that was ours", {closes(1004).non_strict()}, {closed_badly(1004)}, matched, loose, 1},
        {"a bad code that was not", {closes(1000)}, {closed_badly(1004)}, impossible},
        {"FIN alone", {closes(1000)}, {end()}, impossible},
        {"nothing", {closes(1000)}, {end(Kind::deadline)}, impossible},
    });
}

TEST(MatchOthers, DropsWaitsAnything) {
    check({
        {"drops: FIN", {drops()}, {end()}, matched, pass, 1},
        {"drops: RST", {drops()}, {end(Kind::reset)}, matched, pass, 1},
        {"drops: not with a Close", {drops()}, {closed(1000), end()}, impossible},
        {"drops: not yet", {drops()}, {}, open_still},
        {"drops: not at all", {drops()}, {end(Kind::deadline)}, impossible},
        {"waits: the time is not over", {waits()}, {}, open_still},
        {"waits: it is", {waits()}, {end(Kind::deadline)}, matched, pass, 1},
        {"waits: no", {waits()}, {end()}, impossible},
        {"waits: no, it closed", {waits()}, {closed(1000), end(Kind::deadline)}, impossible},
        {"anything: nothing yet", {anything()}, {}, open_still},
        {"anything: a message is not the end of it", {anything()}, {seen(text("1"))}, open_still},
        {"anything: Close", {anything().informational()}, {closed(1002), end()}, matched, info, 2},
        {"anything: FIN", {anything()}, {end()}, matched, pass, 1},
        {"opening outcomes say nothing about frames", {opens(), refuses(400)}, {end()}, impossible},
        {"no outcome at all", {}, {end()}, impossible},
    });
}

TEST(Match, TakesTheBestOutcome) {
    check({
        {"the better grade, listed last", {waits().non_strict(), fails(1002)}, {closed(1002), end()}, matched, pass, 2},
        {"the better grade, listed first",
         {fails(1008), closes(1008).informational()},
         {closed(1008), end()},
         matched,
         pass,
         2},
        {"implied by one, named by another", {fails(1002), drops()}, {end()}, matched, pass, 1},
        {"open beats impossible", {receives(text("1")), fails(1002)}, {closed(1002)}, open_still},
        {"matched beats open", {receives(text("1")), fails(1002)}, {seen(text("1"))}, matched, pass, 1},
        {"all impossible", {receives(text("1")), closes(1000)}, {end()}, impossible},
    });
}

TEST(Match, GradesByTheMark) {
    Marks const marks = {{"digested", 20}};
    auto const timely = fails(1007).before("digested");
    check(
        {
            {"before the mark", {timely}, {closed(1007, 19), end()}, matched, pass, 2},
            {"as the mark was set", {timely}, {closed(1007, 20), end()}, matched, pass, 2},
            {"behind it", {timely}, {closed(1007, 21), end(Kind::end_of_stream, 21)}, matched, loose, 2},
            {"a drop before it", {timely}, {end(Kind::end_of_stream, 20)}, matched, loose, 1},
            {"the Close decides, not the end",
             {timely},
             {closed(1007, 20), end(Kind::end_of_stream, 40)},
             matched,
             pass,
             2},
            {"drops() behind it", {drops().before("digested")}, {end(Kind::end_of_stream, 21)}, matched, loose, 1},
            {"a mark that was never set",
             {fails(1007).before("elsewhere")},
             {closed(1007, 99), end()},
             matched,
             pass,
             2},
            {"an outcome without a mark",
             {timely, fails(1007).informational()},
             {closed(1007, 21), end()},
             matched,
             info,
             2},
        },
        marks);
}

TEST(MatchOpening, TellsTheAnswersApart) {
    using Answer = Opening::Answer;
    Opening const ok{.answer = Answer::opened, .status = 101};
    Opening const refused{.answer = Answer::refused, .status = 400};
    Opening const teapot{.answer = Answer::refused, .status = 418};
    struct OpeningRow {
        const char* name;
        std::vector<Outcome> any_of;
        Opening opening;
        Progress progress;
        Grade grade = Grade::pass;
    };
    for (const auto& row : std::vector<OpeningRow>{
             {"opens", {opens()}, ok, matched},
             {"opens: but it refused", {opens()}, refused, impossible},
             {"refuses with the status", {refuses(400)}, refused, matched},
             {"refuses with one of several", {refuses({403, 418})}, teapot, matched},
             {"refuses with another", {refuses(400)}, teapot, impossible},
             {"another is non-strict where that is said",
              {refuses(400), refuses_with_any_status().non_strict()},
              teapot,
              matched,
              loose},
             {"the better of the two", {refuses_with_any_status().non_strict(), refuses(400)}, refused, matched},
             {"refuses: but it opened", {refuses_with_any_status()}, ok, impossible},
             {"drops", {drops().non_strict()}, {.answer = Answer::dropped}, matched, loose},
             {"drops: but it was silent", {drops()}, {.answer = Answer::silent}, impossible},
             {"silence is nothing",
              {opens(), refuses_with_any_status(), drops()},
              {.answer = Answer::silent},
              impossible},
             {"garbage is no answer", {opens(), refuses_with_any_status()}, {.answer = Answer::garbage}, impossible},
             {"garbage opens nothing: as good as a drop",
              {drops().non_strict()},
              {.answer = Answer::garbage},
              matched,
              loose},
             {"anything: refused", {anything().informational()}, refused, matched, info},
             {"anything: dropped", {anything().informational()}, {.answer = Answer::dropped}, matched, info},
             {"anything: garbage", {anything().informational()}, {.answer = Answer::garbage}, matched, info},
             {"anything, but not without end", {anything().informational()}, {.answer = Answer::flood}, impossible},
             {"frames say nothing here", {receives(text("1")), fails(1002), closes(1000), waits()}, ok, impossible},
         }) {
        SCOPED_TRACE(row.name);
        auto const found = match(Expect{row.any_of}, row.opening);
        EXPECT_EQ(found.progress, row.progress);
        if (row.progress == matched) {
            EXPECT_EQ(found.grade, row.grade);
        }
    }
}

TEST(MatchOpening, KnowsWhatIsAboutIt) {
    for (const auto& outcome : {opens(), refuses(400), refuses_with_any_status().non_strict()})
        EXPECT_TRUE(is_about_opening(Expect{{anything(), outcome}}));
    EXPECT_FALSE(
        is_about_opening(Expect{{receives(text("1")), fails(1002), closes(1000), drops(), waits(), anything()}}));
    EXPECT_FALSE(is_about_opening(Expect{}));
}

}  // namespace
}  // namespace wsspec
