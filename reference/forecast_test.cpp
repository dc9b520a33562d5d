#include "reference/forecast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace wsspec {
namespace {

using Kind = Duty::Kind;

Octets stream_of(const std::vector<Frame>& frames, Role target = Role::server) {
    Octets out;
    for (const auto& one : frames) append(out, wire(one, other(target)));
    return out;
}

/// "text "Hello" 11-11", "ping "x" 18-18", "close 1000 8-8", "violation R6455-5.2-4 1-7"; "-" without an end: never
/// due.
std::string line(const Duty& duty) {
    std::string out;
    auto const payload = " \"" + printable(as_text(duty.payload), 20) + "\"";
    switch (duty.kind) {
        case Kind::message:
            out = std::string(to_string(duty.opcode)) + payload;
            break;
        case Kind::ping:
            out = "ping" + payload;
            break;
        case Kind::pong:
            out = "pong" + payload;
            break;
        case Kind::close:
            out = "close " + std::to_string(duty.code);
            break;
        case Kind::violation:
            out = std::string(duty.violation.requirement) + " code " + std::to_string(duty.violation.close_code);
            if (duty.violation.other_code != 0) out += "/" + std::to_string(duty.violation.other_code);
            break;
    }
    return out + " " + std::to_string(duty.from) + "-" + (duty.due ? std::to_string(*duty.due) : "");
}

/// Without the times: what is forbidden or tolerated has no due.
std::vector<std::string> payloads(const std::vector<Duty>& duties) {
    std::vector<std::string> out;
    for (const auto& duty : duties) {
        std::string const all = line(duty);
        out.push_back(all.substr(0, all.rfind(' ')));
    }
    return out;
}

std::vector<std::string> lines(const std::vector<Duty>& duties) {
    std::vector<std::string> out;
    for (const auto& duty : duties) out.push_back(line(duty));
    return out;
}

struct Row {
    const char* name;
    std::vector<Frame> frames;
    std::vector<std::string> duties;
    std::vector<std::string> forbidden = {};
    std::vector<std::string> tolerated = {};
};

// A masked header has six octets; the lengths below follow.
TEST(Forecast, WritesDownTheDuties) {
    for (const auto& row : std::vector<Row>{
             {"nothing", {}, {}},
             {"a message", {text("Hello")}, {"text \"Hello\" 11-11"}},
             {"a message, a ping and a pong",
              {binary(octets("1")), ping("2"), pong("3")},
              {"binary \"1\" 7-7", "ping \"2\" 14-14", "pong \"3\" 21-21"}},
             {"fragments: owed at the end of the last",
              {text("Hel").more(), ping("!"), continuation("lo")},
              {"ping \"!\" 16-16", "text \"Hello\" 24-24"}},
             {"a message without its end", {text("Hel").more()}, {}},
             {"half a frame", {text("Hel").claiming(5)}, {}},
             {"close", {close_frame(1000)}, {"close 1000 8-8"}},
             {"close without a body", {close_frame()}, {"close 1005 6-6"}},
             {"nothing behind a close is a duty",
              {close_frame(1000), text("late"), ping("late")},
              {"close 1000 8-8"},
              {"text \"late\"", "ping \"late\""}},
             {"a reserved opcode: known from the first octet, due with the frame",
              {text("ok"), frame(0x3, octets("abc")), text("late")},
              {"text \"ok\" 8-8", "R6455-5.2-4 code 1002 9-17"},
              {"opcode 0x3 \"abc\"", "text \"late\""}},
             {"a bad frame that never ends is never due", {frame(0xb).claiming(5)}, {"R6455-5.2-4 code 1002 1-"}},
             {"a wrong mask: the second octet; the frame is forbidden at face value",
              {text("Hello").wrongly_masked()},
              {"R6455-5.1-2 code 1002 2-7"},
              {"text \"Hello\""}},
             {"a long ping: answered by who does not look",
              {ping(repeated('p', 126))},
              {"R6455-5.5-3 code 1002 2-134"},
              {"ping \"pppppppppppppppppppp\xe2\x80\xa6\""}},
             {"the highest bit of a length: two codes fit",
              {binary({}).in_form(LengthForm::sixtyfour_bits).claiming(UINT64_MAX)},
              {"R6455-5.2-11 code 1002/1009 3-"}},
             {"bad text: known at the octet, due at the end of the message",
              {text(hex("61 ff 62")).more(), ping("p"), continuation("c")},
              {"R6455-8.1-1 code 1007 8-23"},
              {"text \"a\\xffbc\""},
              {"ping \"p\""}},
             {"bad text: not due before the message ends",
              {text(hex("ff")).more(), ping("p")},
              {"R6455-8.1-1 code 1007 7-"},
              {},
              {"ping \"p\""}},
             {"bad text in a later fragment: the message at face value",
              {text("a").more(), continuation(hex("ff")).more(), continuation("b"), ping("p")},
              {"R6455-8.1-1 code 1007 14-21"},
              {"text \"a\\xffb\"", "ping \"p\""}},
             {"a bad close code", {close_frame(1006)}, {"R6455-7.4.1-6 code 1002 8-8"}},
             {"a bad reason: 1007 or 1002", {close_frame(1000, "\xff")}, {"R6455-5.5.1-5 code 1007/1002 9-9"}},
         }) {
        for (Role const target : {Role::server, Role::client}) {
            if (target == Role::client && !row.frames.empty() && row.frames.front().mask_bit != MaskBit::as_role)
                continue;
            SCOPED_TRACE(std::string(row.name) + ", " + std::string(to_string(target)));
            auto const made = forecast({.role = target}, stream_of(row.frames, target));
            ASSERT_EQ(made.readings.size(), 1U);
            const auto& reading = made.readings.front();
            EXPECT_EQ(reading.grade, Grade::pass);
            // The octets are counted for a client's stream.
            if (target == Role::server) {
                EXPECT_EQ(lines(reading.duties), row.duties);
            }
            EXPECT_EQ(reading.duties.size(), row.duties.size());
            EXPECT_EQ(payloads(reading.forbidden), row.forbidden);
            EXPECT_EQ(payloads(reading.tolerated), row.tolerated);
        }
    }
}

TEST(Forecast, ReadsALengthThatIsTooLongBothWays) {
    for (const auto& row : std::vector<Row>{
             {"sixteen bits", {text("Hello").in_form(LengthForm::sixteen_bits)}, {"text \"Hello\" 13-13"}},
             {"sixty-four bits", {text("Hello").in_form(LengthForm::sixtyfour_bits)}, {"text \"Hello\" 19-19"}},
             {"a ping", {ping("p").in_form(LengthForm::sixteen_bits)}, {"ping \"p\" 9-9"}},
             {"a close, and what is behind it",
              {close_frame(1000).in_form(LengthForm::sixteen_bits), text("late")},
              {"close 1000 10-10"},
              {"text \"late\""}},
             {"another fault behind it",
              {text("a").in_form(LengthForm::sixteen_bits), frame(0x3)},
              {"text \"a\" 9-9", "R6455-5.2-4 code 1002 10-15"},
              {"opcode 0x3 \"\""}},
         }) {
        SCOPED_TRACE(row.name);
        auto const made = forecast({}, stream_of(row.frames));
        ASSERT_EQ(made.readings.size(), 2U);
        ASSERT_EQ(made.readings[0].duties.size(), 1U);
        EXPECT_EQ(made.readings[0].duties[0].kind, Kind::violation);
        EXPECT_EQ(made.readings[1].grade, Grade::non_strict);
        EXPECT_EQ(made.readings[1].requirement, "R6455-5.2-14");
        EXPECT_EQ(lines(made.readings[1].duties), row.duties);
        EXPECT_EQ(payloads(made.readings[1].forbidden), row.forbidden);
    }
    // Broken either way: one reading.
    EXPECT_EQ(forecast({}, stream_of({ping(repeated('p', 126))})).readings.size(), 1U);
    EXPECT_EQ(forecast({}, stream_of({ping(repeated('p', 126)).in_form(LengthForm::sixtyfour_bits)})).readings.size(),
              1U);
}

TEST(Forecast, LetsATargetThrowAwayWhatCameTooEarly) {
    std::vector<Frame> const early = {text("early")};
    std::vector<Frame> const all = {text("early"), ping("p"), close_frame(1000), text("late")};
    auto const made = forecast({}, stream_of(all), stream_of(early).size());
    ASSERT_EQ(made.readings.size(), 3U);
    EXPECT_EQ(lines(made.readings[0].duties),
              (std::vector<std::string>{"text \"early\" 11-11", "ping \"p\" 18-18", "close 1000 26-26"}));
    EXPECT_EQ(lines(made.readings[1].duties), (std::vector<std::string>{"ping \"p\" 18-18", "close 1000 26-26"}));
    EXPECT_EQ(payloads(made.readings[1].forbidden), (std::vector<std::string>{"text \"late\""}));
    ASSERT_FALSE(made.readings[1].forbidden.empty());
    EXPECT_EQ(made.readings[1].forbidden[0].from, 36U);
    EXPECT_EQ(made.readings[1].grade, Grade::informational);
    // Or call it an error, whenever it finds out.
    ASSERT_EQ(made.readings[2].duties.size(), 3U);
    EXPECT_EQ(made.readings[2].duties.back().kind, Duty::Kind::violation);
    EXPECT_EQ(made.readings[2].duties.back().violation.close_code, 1002);
    EXPECT_EQ(made.readings[2].grade, Grade::informational);

    // With a length that is too long behind it there are four ways to read.
    auto const four = forecast({}, stream_of({text("early"), ping("p").in_form(LengthForm::sixteen_bits)}), 11);
    EXPECT_EQ(four.readings.size(), 4U);
}

TEST(Forecast, KnowsATextThatIsCutByAClose) {
    struct Cut {
        const char* name;
        std::vector<Frame> frames;
        bool cut;
    };
    for (const auto& row : std::vector<Cut>{{"inside a character", {text(hex("ce")).more(), close_frame(1000)}, true},
                                            {"between characters", {text("a").more(), close_frame(1000)}, false},
                                            {"a finished message", {text("a"), close_frame(1000)}, false},
                                            {"binary", {binary(hex("ce")).more(), close_frame(1000)}, false}}) {
        auto const made = forecast({}, stream_of(row.frames));
        EXPECT_EQ(made.readings.front().text_is_cut, row.cut) << row.name;
        EXPECT_FALSE(made.readings.front().goes_on_after_close) << row.name;
    }
    EXPECT_TRUE(forecast({}, stream_of({close_frame(1000), ping()})).readings.front().goes_on_after_close);
}

TEST(FrameBoundary, IsFoundAtFaceValue) {
    Octets const stream = stream_of({text("Hel").more(), frame(0x3, octets("abc")).with_rsv(7),
                                     text("x").wrongly_masked(), binary(repeated(1, 300)), close_frame(1006)});
    std::vector<std::size_t> const boundaries = {0, 9, 18, 21, 329, 337};
    ASSERT_EQ(stream.size(), boundaries.back());
    for (std::size_t cut = 0; cut <= stream.size(); ++cut)
        EXPECT_EQ(ends_at_frame_boundary(OctetView(stream).first(cut)), std::ranges::count(boundaries, cut) == 1)
            << cut;
    EXPECT_FALSE(ends_at_frame_boundary(stream_of({binary({}).claiming(UINT64_MAX)})));
}

TEST(Forecast, SurvivesEveryCutOfAnything) {
    Octets const stream = stream_of({text("a").in_form(LengthForm::sixteen_bits), text(hex("ff")).more(), ping("p"),
                                     binary(repeated(1, 200)), close_frame(5000, "\xff"), text("late")});
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        for (std::size_t early = 0; early <= cut; early += 7) {
            auto const made = forecast({}, OctetView(stream).first(cut), early);
            ASSERT_FALSE(made.readings.empty());
            for (const auto& reading : made.readings)
                for (const auto& duty : reading.duties) ASSERT_LE(duty.from, cut);
        }
    }
}

// Who inflates as it comes knows that the message is broken; who waits for its end finds a Close instead (RFC
// 7692 6.2).
TEST(Forecast, ABrokenCompressedMessageCutOffByACloseHasTwoReadings) {
    Frame const broken = binary(hex("06")).with_rsv(rsv1).more();  // a block of the reserved type
    TargetProfile const profile{.deflate = DeflateAgreement{}};
    auto const made = forecast(profile, stream_of({broken, close_frame(1000)}));
    ASSERT_EQ(made.readings.size(), 2U);
    EXPECT_EQ(lines(made.readings[0].duties), (std::vector<std::string>{"close 1000 15-15"}));
    EXPECT_EQ(lines(made.readings[1].duties), (std::vector<std::string>{"R7692-7.2.2-11 code 1007/1002 6-"}));
    EXPECT_EQ(made.readings[1].grade, Grade::pass);

    // The same in front of a frame that breaks a rule itself.
    auto const in_front = forecast(profile, stream_of({broken, binary(hex("00"))}));
    ASSERT_EQ(in_front.readings.size(), 2U);
    EXPECT_EQ(lines(in_front.readings[0].duties), (std::vector<std::string>{"R6455-5.4-5 code 1002 8-14"}));
    EXPECT_EQ(lines(in_front.readings[1].duties), (std::vector<std::string>{"R7692-7.2.2-11 code 1007/1002 6-"}));

    // A good one, cut off, leaves no choice.
    Frame const good = binary(hex("f2 48 cd")).with_rsv(rsv1).more();
    EXPECT_EQ(forecast(profile, stream_of({good, close_frame(1000)})).readings.size(), 1U);
}

// 7.2.1: without context takeover the second message must not refer to the first. In which of its fragments a receiver
// stumbles over it depends on how it inflates.
TEST(Forecast, AQuestionableCompressedMessageCanBeRefusedFromItsFirstOctetOn) {
    TargetProfile const profile{.deflate = DeflateAgreement{.client_no_context_takeover = true}};
    auto const first = binary(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1);
    auto const made = forecast(
        profile, stream_of({first, binary(hex("f2 00 11 00")).with_rsv(rsv1).more(), continuation(hex("00"))}));
    ASSERT_EQ(made.readings.size(), 2U);
    EXPECT_EQ(lines(made.readings[1].duties).back(), "R7692-7.2.1-8 code 1007/1002 19-30");
    // Nor is it known whether he did before something cuts the message off.
    auto const part = binary(hex("f2 00 11")).with_rsv(rsv1).more();
    for (const auto& behind : {text("not a continuation"), close_frame(1000)}) {
        auto const cut = forecast(profile, stream_of({first, part, behind}));
        ASSERT_EQ(cut.readings.size(), 2U);
        EXPECT_EQ(lines(cut.readings[1].duties).back(), "R7692-7.2.1-8 code 1007/1002 19-");
    }
    EXPECT_EQ(forecast(profile, stream_of({first, part})).readings.size(), 2U);
}

// The same where the message is wrong in another way as well: zlib, with an empty window, ends at the distance.
TEST(Forecast, ABadMessageThatIsQuestionableBeforeCanBeRefusedFromItsFirstOctetOn) {
    auto const refusal = [](bool no_context_takeover, const std::vector<Frame>& frames) {
        TargetProfile const profile{.deflate = DeflateAgreement{.client_no_context_takeover = no_context_takeover}};
        return lines(forecast(profile, stream_of(frames)).readings.front().duties).back();
    };
    std::vector<Frame> const cut = {binary(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1),
                                    binary(hex("f2 00 11")).with_rsv(rsv1)};
    EXPECT_TRUE(refusal(true, cut).ends_with(" 19-22")) << refusal(true, cut);
    EXPECT_TRUE(refusal(false, cut).ends_with(" 22-22")) << refusal(false, cut);
    // In fragments, as a fuzzer found it.
    std::vector<Frame> const fragments = {binary(hex("3b 7d 62 3f b7 eb dc 89 87 68 48 89 89 13 01 00")).with_rsv(rsv1),
                                          text(hex("02")).with_rsv(rsv1).more(), continuation("a").more(),
                                          continuation("")};
    EXPECT_TRUE(refusal(true, fragments).ends_with(" 28-42")) << refusal(true, fragments);
}

// A receiver reports code and reason of a Close (7.1.5, 7.1.6).
TEST(Forecast, TellsTheReasonOfAClose) {
    auto const made = forecast({}, stream_of({close_frame(1000, "bye")}));
    EXPECT_EQ(made.readings.front().duties.back().payload, octets("bye"));
    EXPECT_TRUE(forecast({}, stream_of({close_frame()})).readings.front().duties.back().payload.empty());
}

}  // namespace
}  // namespace wsspec
