#include "cases/script.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "cases/case.h"
#include "cases/corpora.h"
#include "cases/corpus.h"
#include "cases/describe.h"

namespace wsspec {
namespace {

template <class Action>
const Action& as(const Step& step) {
    return std::get<Action>(step.action);
}

TEST(Script, Deliveries) {
    EXPECT_EQ(together(), Delivery{});
    EXPECT_EQ(together().how, Delivery::How::together);
    EXPECT_EQ(per_frame().how, Delivery::How::per_frame);
    EXPECT_EQ(chopped(3).how, Delivery::How::chopped);
    EXPECT_EQ(chopped(3).size, 3U);
    EXPECT_EQ(cut_at({1, 4}).how, Delivery::How::cut);
    EXPECT_EQ(cut_at({1, 4}).cuts, (std::vector<std::size_t>{1, 4}));
    EXPECT_NE(chopped(3), chopped(4));
}

TEST(Script, StepsCarryWhatTheyWereGiven) {
    EXPECT_EQ(as<Open>(open()).handshake, Handshake{});
    EXPECT_EQ(as<Open>(open()).delivery, together());
    EXPECT_EQ(as<Open>(open(Handshake{}.drop("Host"), chopped(1))).handshake, Handshake{}.drop("Host"));
    EXPECT_EQ(as<Open>(open({}, chopped(1))).delivery, chopped(1));
    EXPECT_EQ(as<Send>(send(text("a"))).frames, std::vector{text("a")});
    EXPECT_EQ(as<Send>(send({text("a"), ping("b")}, per_frame())).frames, (std::vector{text("a"), ping("b")}));
    EXPECT_EQ(as<Send>(send({text("a"), ping("b")}, per_frame())).delivery, per_frame());
    EXPECT_EQ(as<SendOctets>(send_octets(hex("81 00"), chopped(1))).octets, hex("81 00"));
    EXPECT_EQ(as<SendOctets>(send_octets(hex("81 00"), chopped(1))).delivery, chopped(1));
    EXPECT_EQ(as<Barrier>(barrier("here")).name, "here");
    EXPECT_EQ(as<Await>(await("there")).name, "there");
    EXPECT_TRUE(std::holds_alternative<StopReading>(stop_reading().action));
    EXPECT_TRUE(std::holds_alternative<ResumeReading>(resume_reading().action));
    EXPECT_TRUE(std::holds_alternative<HalfClose>(half_close().action));
    EXPECT_TRUE(std::holds_alternative<Abort>(abort_connection().action));
    EXPECT_EQ(as<ClosingHandshake>(closing_handshake()).code, 1000);
    EXPECT_EQ(as<ClosingHandshake>(closing_handshake(3000)).code, 3000);
    EXPECT_EQ(as<Repeat>(repeat(5, {send(ping())})).times, 5U);
    EXPECT_EQ(as<Repeat>(repeat(5, {send(ping())})).script, (Script{send(ping())}));
}

TEST(Script, RoundTripsCompareByContent) {
    RoundTrips const trips{.content = {.kind = Content::Kind::json}, .opcode = Opcode::text, .size = 64, .count = 10};
    EXPECT_EQ(as<RoundTrips>(round_trips(trips)), trips);
    std::vector<RoundTrips> others(9, trips);
    others[0].content.kind = Content::Kind::html;
    others[1].opcode = Opcode::binary;
    others[2].size = 65;
    others[3].count = 11;
    others[4].fragment = 16;
    others[5].write_size = 16;
    others[6].in_flight = 2;
    others[7].compressed = true;
    others[8].limit = RoundTrips::Limit::at;
    for (const auto& other : others) EXPECT_NE(round_trips(other), round_trips(trips));
    Content const stars{.kind = Content::Kind::pattern, .pattern = octets("*")};
    EXPECT_NE(stars, (Content{.kind = Content::Kind::pattern, .pattern = octets("+")}));
}

TEST(Script, RoundTripsAreDescribed) {
    RoundTrips const one{.content = {.kind = Content::Kind::pattern, .pattern = octets("*")}, .size = 64};
    auto const text_of = [](RoundTrips trips) { return describe(round_trips(std::move(trips))); };
    EXPECT_EQ(text_of(one), "send binary of 64 octets (1 octet \"*\" over and over); expect it to come back");

    RoundTrips many = one;
    many.count = 1000;
    many.fragment = 16;
    many.write_size = 1;
    many.in_flight = 4;
    EXPECT_EQ(text_of(many),
              "send up to 1000 messages, each binary of 64 octets (1 octet \"*\" over and over), in fragments of 16 "
              "octets, in writes of 1 octet; expect each to come back, up to 4 under way at once");

    RoundTrips const html{
        .content = {.kind = Content::Kind::html}, .opcode = Opcode::text, .size = 64, .compressed = true};
    EXPECT_EQ(text_of(html), "send text of 64 characters (HTML), compressed as agreed; expect it to come back");

    RoundTrips limit = one;
    limit.limit = RoundTrips::Limit::at;
    EXPECT_NE(text_of(limit).find("the largest size that the target takes"), std::string::npos) << text_of(limit);
    limit.limit = RoundTrips::Limit::above;
    EXPECT_NE(text_of(limit).find("one octet more than the target takes"), std::string::npos) << text_of(limit);
    EXPECT_EQ(text_of(limit).find("expect each"), std::string::npos) << text_of(limit);
}

TEST(Script, ExpectKeepsTheOrderOfOutcomes) {
    EXPECT_EQ(as<Expect>(expect(opens())).any_of, std::vector{opens()});
    EXPECT_EQ(as<Expect>(expect({refuses(400), drops().non_strict()})).any_of,
              (std::vector{refuses(400), drops().non_strict()}));
    EXPECT_NE(expect({refuses(400), drops()}), expect({drops(), refuses(400)}));
}

TEST(Script, Outcomes) {
    struct Row {
        Outcome outcome;
        Outcome::Kind kind;
        std::vector<unsigned> codes;
        std::vector<Frame> frames;
    };
    const Row rows[] = {
        {opens(), Outcome::Kind::opens, {}, {}},
        {refuses(400), Outcome::Kind::refuses, {400}, {}},
        {refuses({400, 426}), Outcome::Kind::refuses, {400, 426}, {}},
        {refuses_with_any_status(), Outcome::Kind::refuses, {}, {}},
        {receives(text("a")), Outcome::Kind::receives, {}, {text("a")}},
        {receives({text("a"), pong("b")}), Outcome::Kind::receives, {}, {text("a"), pong("b")}},
        {fails(1002), Outcome::Kind::fails, {1002}, {}},
        {fails({1002, 1007}), Outcome::Kind::fails, {1002, 1007}, {}},
        {closes(1000), Outcome::Kind::closes, {1000}, {}},
        {closes({1000, 0}), Outcome::Kind::closes, {1000, 0}, {}},
        {drops(), Outcome::Kind::drops, {}, {}},
        {anything(), Outcome::Kind::anything, {}, {}},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(row.outcome.kind, row.kind);
        EXPECT_EQ(row.outcome.codes, row.codes);
        EXPECT_EQ(row.outcome.frames, row.frames);
        EXPECT_EQ(row.outcome.grade, Grade::pass);
        EXPECT_EQ(row.outcome.before_mark, "");
    }
}

TEST(Script, OutcomesAreGradedInCopies) {
    const Outcome plain = fails(1002);
    EXPECT_EQ(plain.non_strict().grade, Grade::non_strict);
    EXPECT_EQ(plain.informational().grade, Grade::informational);
    EXPECT_EQ(plain.is_fail().grade, Grade::fail);
    EXPECT_EQ(plain.before("mark").before_mark, "mark");
    EXPECT_EQ(plain.after({text("a")}).frames, std::vector{text("a")});
    EXPECT_EQ(plain.before("mark").after({text("a")}).non_strict().codes, plain.codes);
    EXPECT_EQ(plain, fails(1002));
}

TEST(Script, GradesAreOrderedFromGoodToBad) {
    EXPECT_LT(Grade::pass, Grade::informational);
    EXPECT_LT(Grade::informational, Grade::non_strict);
    EXPECT_LT(Grade::non_strict, Grade::fail);
}

TEST(Script, ScriptsCompareByContent) {
    const Script script = {open(), repeat(2, {send(text("a")), expect(receives(text("a")))}), closing_handshake()};
    Script same = script;
    EXPECT_EQ(script, same);
    same[1] = repeat(3, {send(text("a")), expect(receives(text("a")))});
    EXPECT_NE(script, same);
    same[1] = repeat(2, {send(text("b")), expect(receives(text("a")))});
    EXPECT_NE(script, same);
}

TEST(Script, LargestMessage) {
    Content const stars{.kind = Content::Kind::pattern, .pattern = octets("*")};
    Content const html{.kind = Content::Kind::html};
    std::size_t const html_size = corpus(Content::Kind::html).octets.size();
    ASSERT_GT(html_size, corpus_size);
    struct Row {
        std::string_view what;
        Script script;
        std::size_t largest;
    };
    const Row rows[] = {
        {"nothing", {}, 0},
        {"no message", {open(), closing_handshake()}, 0},
        {"one message", {open(), send(text("Hello"))}, 5},
        {"the larger of two", {send(binary(Octets(7))), send(text("Hello"))}, 7},
        {"control frames do not count", {send(ping("a long payload")), send(text("a"))}, 1},
        {"fragments add up", {send(text("Hel").more()), send(continuation("lo"))}, 5},
        {"fragments in one send", {send({text("Hel").more(), continuation("l").more(), continuation("o")})}, 5},
        {"a ping in between", {send({text("Hel").more(), ping("a long payload"), continuation("lo")})}, 5},
        {"the next message begins anew", {send({text("Hel").more(), continuation("lo")}), send(text("Hell"))}, 5},
        {"with the opening handshake", {open(Handshake{}.with_early({text("Hello")}))}, 5},
        {"larger when it comes back", {send(text("a").with_rsv(4)), expect(receives(text("aaaaa")))}, 5},
        {"a continuation alone", {send(continuation("abc"))}, 3},
        {"inside repeat", {send(text("a")), repeat(10, {send(text("Hello"))})}, 5},
        {"round trips", {open(), round_trips({.content = stars, .size = 70000, .count = 3, .fragment = 16})}, 70000},
        {"the larger round trips",
         {round_trips({.content = stars, .size = 7}), send(text("Hello")), round_trips({.content = stars, .size = 6})},
         7},
        {"round trips inside repeat", {repeat(2, {round_trips({.content = stars, .size = 9})})}, 9},
        {"nothing over and over", {round_trips({.size = 9})}, 0},
        {"octets of a corpus", {round_trips({.content = html, .size = 5000})}, 5000},
        {"all its characters",
         {round_trips({.content = html, .opcode = Opcode::text, .size = corpus_size})},
         html_size},
        {"whole messages repeated do not add up",
         {repeat(10, {send(text("Hel").more()), send(continuation("lo"))})},
         5},
    };
    for (const Row& row : rows) EXPECT_EQ(largest_message(row.script), row.largest) << row.what;
}

TEST(Case, GroupIsTheNumberInFront) {
    EXPECT_EQ(group_of("6.4.1"), "6");
    EXPECT_EQ(group_of("12.1"), "12");
    EXPECT_EQ(group_of("7"), "7");
}

TEST(Case, IdsAreOrderedByNumber) {
    std::vector<std::string> const ordered = {"1.1",   "1.1.1", "1.1.2", "1.1.10", "1.2",  "2.1",    "6.2",
                                              "6.2.9", "6.10",  "7.9.1", "7.10",   "10.1", "10.1.1", "11.1.1"};
    for (std::size_t a = 0; a < ordered.size(); ++a)
        for (std::size_t b = 0; b < ordered.size(); ++b)
            EXPECT_EQ(id_less(ordered[a], ordered[b]), a < b) << ordered[a] << " and " << ordered[b];
    std::vector<std::string> shuffled(ordered.rbegin(), ordered.rend());
    std::ranges::sort(shuffled, id_less);
    EXPECT_EQ(shuffled, ordered);
}

TEST(Case, NeedsCombine) {
    Need const both = Need::echo | Need::subprotocol;
    EXPECT_TRUE(includes(both, Need::echo));
    EXPECT_TRUE(includes(both, Need::subprotocol));
    EXPECT_FALSE(includes(Need::echo, Need::subprotocol));
    EXPECT_FALSE(includes(Need::none, Need::echo));
}

}  // namespace
}  // namespace wsspec
