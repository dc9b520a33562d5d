// What the judge grants a target that has enough: floods, and messages that are only announced (RFC 6455 section 10.4).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reference/judge.h"

namespace wsspec {
namespace {

using Kind = Seen::Kind;

Judgement judged(const Forecast& forecast, const std::vector<Frame>& answer, Kind end) {
    Observer observer(forecast.profile.role, 1U << 20);
    for (const auto& frame : answer) {
        Octets octets = wire(frame, forecast.profile.role);
        observer.receive(octets, forecast.octets);
    }
    observer.end(end, forecast.octets);
    return judge(forecast, observer.seen());
}

Judgement under_flood(const std::vector<Frame>& answer, Kind end, bool flood = true) {
    Octets const stream = wire(ping("behind the flood"), Role::client);
    Forecast made = forecast({}, stream);
    made.under_way.flood = flood;
    return judged(made, answer, end);
}

TEST(JudgeUnderFlood, LetsATargetHaveEnough) {
    for (auto const code : std::vector<std::uint16_t>{1008, 1009, 1013}) {
        auto const said = under_flood({close_frame(code)}, Kind::end_of_stream);
        EXPECT_EQ(said.grade, Grade::pass) << code;
        EXPECT_FALSE(said.inconclusive) << code;
        EXPECT_TRUE(said.closing.detected && said.closing.code_fits) << code;
        // What is left of the flood makes a reset of it.
        EXPECT_EQ(under_flood({close_frame(code)}, Kind::reset).grade, Grade::pass) << code;
    }
}

TEST(JudgeUnderFlood, WantsItToSaySo) {
    for (auto const code : std::vector<std::uint16_t>{1000, 1001, 1002, 1007, 1011}) {
        auto const said = under_flood({close_frame(code)}, Kind::end_of_stream);
        EXPECT_EQ(said.grade, Grade::non_strict) << code;
        EXPECT_EQ(said.findings.front().requirement, "R6455-7.4.1-9") << code;
        EXPECT_FALSE(said.closing.code_fits) << code;
    }
    EXPECT_EQ(under_flood({close_frame(1010)}, Kind::end_of_stream).grade, Grade::fail) << "a client's code";
    auto const fin = under_flood({}, Kind::end_of_stream);
    EXPECT_EQ(fin.grade, Grade::informational);
    EXPECT_EQ(fin.findings.front().requirement, "R6455-7.1.7-5");
    // The Close may have been lost with the reset.
    EXPECT_EQ(under_flood({}, Kind::reset).grade, Grade::informational);
}

TEST(JudgeUnderFlood, AcceptsNoSilence) {
    auto const silent = under_flood({}, Kind::deadline);
    EXPECT_EQ(silent.grade, Grade::fail);
    EXPECT_EQ(silent.findings.front().requirement, "R6455-5.5.2-2");
    EXPECT_EQ(under_flood({close_frame(1009)}, Kind::deadline).grade, Grade::non_strict) << "TCP stays open";
}

TEST(JudgeUnderFlood, GrantsNothingWithoutOne) {
    EXPECT_EQ(under_flood({}, Kind::end_of_stream, false).grade, Grade::fail);
    EXPECT_EQ(under_flood({}, Kind::reset, false).grade, Grade::fail);
    EXPECT_EQ(under_flood({close_frame(1009)}, Kind::end_of_stream, false).grade, Grade::fail);
}

Forecast announced(std::uint64_t length, const std::vector<Frame>& before = {}, Frame frame = text("x")) {
    Octets stream;
    for (const auto& one : before) append(stream, wire(one, Role::client));
    append(stream, wire(frame.claiming(length), Role::client));
    return forecast({}, stream);
}

TEST(ForecastOfAnnounced, AddsUpTheMessage) {
    EXPECT_EQ(announced(1U << 20).readings.front().announced, 1U << 20);
    EXPECT_EQ(announced(0x7fffffffffffffffU).readings.front().announced, 0x7fffffffffffffffU);
    Frame const more = continuation("");
    EXPECT_EQ(announced(1000, {text("Hello").more()}, more).readings.front().announced, 1005U);
    EXPECT_EQ(
        announced(100, {text("Hello").more(), continuation(" ").more(), ping("p")}, more).readings.front().announced,
        106U);
    EXPECT_EQ(announced(100, {text("a whole one")}).readings.front().announced, 100U);
    EXPECT_EQ(announced(1).readings.front().announced, 0U) << "complete";
    EXPECT_EQ(forecast({}, wire(ping("Hello"), Role::client)).readings.front().announced, 0U);
}

TEST(JudgeOfAnnounced, LetsATargetRefuseIt) {
    auto const large = announced(std::uint64_t{1} << 40);
    EXPECT_EQ(judged(large, {close_frame(1009)}, Kind::end_of_stream).grade, Grade::pass);
    for (auto const code : std::vector<std::uint16_t>{1002, 1008, 1011}) {
        auto const said = judged(large, {close_frame(code)}, Kind::end_of_stream);
        EXPECT_EQ(said.grade, Grade::non_strict) << code;
        EXPECT_EQ(said.findings.front().requirement, "R6455-7.4.1-9") << code;
    }
    EXPECT_EQ(judged(large, {close_frame(1007)}, Kind::end_of_stream).grade, Grade::non_strict)
        << "1009 says it better";
    EXPECT_EQ(judged(large, {}, Kind::end_of_stream).grade, Grade::non_strict);
    EXPECT_EQ(judged(large, {}, Kind::deadline).grade, Grade::informational) << "it waits for what was announced";
    EXPECT_EQ(judged(large, {text("x")}, Kind::deadline).grade, Grade::fail) << "it did not wait";
    EXPECT_EQ(judged(large, {pong("inside")}, Kind::deadline).grade, Grade::informational);
}

TEST(JudgeOfAnnounced, LetsNobodyRefuseWhatHeWasSeenToTake) {
    auto const small = announced(1000);
    EXPECT_EQ(judged(small, {close_frame(1009)}, Kind::end_of_stream).grade, Grade::fail);
    EXPECT_EQ(judged(small, {}, Kind::deadline).grade, Grade::fail);
}

/// Pongs that a sink takes are forgotten; others are kept.
TEST(Observer, ForgetsPongsThatASinkTakes) {
    class Counter final : public MessageSink {
    public:
        unsigned pongs = 0;
        void on_message_begin(Opcode) override {}
        void on_message_piece(OctetView) override {}
        void on_message_end(const InflateFacts*) override {}
        bool takes_pong(OctetView payload) override {
            if (as_text(payload) != "mine") return false;
            ++pongs;
            return true;
        }
    } counter;
    Observer observer(Role::server, 4096);
    observer.divert(&counter);
    for (int i = 0; i < 1000; ++i) {
        Octets octets = wire(pong("mine"), Role::server);
        observer.receive(octets, 0);
    }
    Octets other = wire(pong("other"), Role::server);
    observer.receive(other, 0);
    EXPECT_EQ(counter.pongs, 1000U);
    ASSERT_EQ(observer.seen().size(), 1U);
    EXPECT_EQ(as_text(observer.seen().front().payload), "other");
}

}  // namespace
}  // namespace wsspec
