// Compressed messages from both sides: as the forecast reads what was sent, and as the observer reads what came.
#include "reference/compressed_message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "reference/deflate.h"
#include "reference/judge.h"

namespace wsspec {
namespace {

Frame packed(std::string_view hexadecimal, Opcode opcode = Opcode::text) {
    return Frame{.rsv = rsv1, .opcode = opcode, .payload = hex(hexadecimal)};
}

constexpr std::string_view hello = "f2 48 cd c9 c9 07 00";        // RFC 7692 7.2.3.1
constexpr std::string_view hello_again = "f2 00 11 00 00";        // 7.2.3.2
constexpr std::string_view final_hello = "f3 48 cd c9 c9 07 00";  // 7.2.3.4, without the 00

Octets stream_of(const std::vector<Frame>& frames, Role sender) {
    Octets out;
    for (const auto& one : frames) append(out, wire(one, sender));
    return out;
}

Forecast forecast_of(const std::vector<Frame>& frames, const DeflateAgreement& agreement = {}) {
    return forecast({.deflate = agreement}, stream_of(frames, Role::client));
}

/// What a reading makes of the stream: "Hello, Hello", "R7692-7.2.2-11".
std::string line(const Reading& reading) {
    std::string out;
    for (const auto& duty : reading.duties) {
        out += &duty == reading.duties.data() ? "" : ", ";
        out += duty.kind == Duty::Kind::violation ? std::string(duty.violation.requirement)
               : duty.kind == Duty::Kind::ping    ? "ping"
                                                  : printable(as_text(duty.payload));
    }
    return out;
}

std::vector<std::string> lines(const Forecast& made) {
    std::vector<std::string> out;
    for (const auto& reading : made.readings) {
        out.push_back(line(reading) + (reading.grade == Grade::pass         ? ""
                                       : reading.grade == Grade::non_strict ? " [non-strict]"
                                                                            : " [informational]"));
    }
    return out;
}

TEST(CompressedForecast, ReadsWhatIsAllowed) {
    DeflateAgreement const no_takeover{.client_no_context_takeover = true};
    struct Row {
        const char* name;
        std::vector<Frame> frames;
        DeflateAgreement agreement;
        std::vector<std::string> readings;
    };
    for (const auto& row : std::vector<Row>{
             {"one message", {packed(hello)}, {}, {"Hello"}},
             {"fragments", {packed("f2 48 cd").more(), continuation(hex("c9 c9 07 00"))}, {}, {"Hello"}},
             {"with context", {packed(hello), packed(hello_again)}, {}, {"Hello, Hello"}},
             {"plain in between", {packed(hello), text("x"), packed(hello_again)}, {}, {"Hello, x, Hello"}},
             {"context although none is agreed",
              {packed(hello), packed(hello_again)},
              no_takeover,
              {"Hello, Hello", "Hello, R7692-7.2.1-8"}},
             {"empty", {packed("00"), packed("02 00")}, {}, {", "}},
             {"nothing at all, then a message",
              {packed(""), packed(hello)},
              {},
              {", Hello", "R7692-7.2.3.6-1", ", R7692-7.2.2-11 [non-strict]"}},
             {"BFINAL", {packed("f3 48 cd c9 c9 07 00 00"), packed(hello)}, {}, {"Hello, Hello"}},
             {"BFINAL, and a reference over it",
              {packed("f3 48 cd c9 c9 07 00 00"), packed(hello_again)},
              {},
              {"Hello, Hello", "Hello, R7692-7.2.2-15 [informational]"}},
             {"ends inside a stored block, and goes on with the next message",
              {packed("00 12 00 ed ff 41 42 43", Opcode::binary), packed(hello, Opcode::binary)},
              {},
              {"R7692-7.2.2-11", "ABC, Hello [non-strict]",
               "ABC\\x00\\x00\\xff\\xff, \\xf2H\\xcd\\xc9\\xc9\\x07\\x00\\x00\\x00\\xff\\xff [non-strict]",
               "ABC\\x00\\x00\\xff\\xff, Hello [non-strict]"}},
             {"BFINAL without the 00", {packed(final_hello)}, {}, {"Hello", "R7692-7.2.1-1"}},
             {"the tail left in", {packed("f2 48 cd c9 c9 07 00 00 00 ff ff")}, {}, {"Hello", "R7692-7.2.1-1"}},
             {"ends inside a block",
              {packed("00 14 00 eb ff 41 42 43"), packed(hello)},
              {},
              {"R7692-7.2.2-11", "ABC, Hello [non-strict]"}},
             {"garbage behind BFINAL",
              {packed("f3 48 cd c9 c9 07 00 07")},
              {},
              {"R7692-7.2.2-11", "Hello [non-strict]"}},
             {"a good one behind one with its tail",
              {packed("f2 48 cd c9 c9 07 00 00 00 ff ff"), packed(hello)},
              {},
              {"Hello, Hello", "R7692-7.2.1-1", "Hello, R7692-7.2.1-1"}},
             {"claims four octets more than there are",
              {packed("00 07 00 f8 ff 41 42 43")},
              {},
              {"R7692-7.2.2-11", "ABC [non-strict]"}},
             {"claims four octets more than there are, and is no text",
              {packed("00 07 00 f8 ff 41 42 43", Opcode::binary), packed(hello)},
              {},
              {"R7692-7.2.2-11", "ABC, Hello [non-strict]", "ABC\\x00\\x00\\xff\\xff, Hello [non-strict]"}},
             {"reserved block type", {text("x"), packed("06 00")}, {}, {"x, R7692-7.2.2-11"}},
             {"a reference to nothing", {packed(hello_again)}, {}, {"R7692-7.2.2-11"}},
             {"no text", {packed("00 01 00 fe ff ff 00")}, {}, {"R6455-8.1-1"}},
             {"no text, which does not matter", {packed("00 01 00 fe ff 41 00", Opcode::binary)}, {}, {"A"}},
             {"cut text", {packed("00 01 00 fe ff c3 00")}, {}, {"R6455-8.1-1"}},
             {"RSV1 on a ping", {ping("x").with_rsv(rsv1)}, {}, {"R7692-6.1-4"}},
             {"RSV1 on a continuation",
              {packed("f2 48 cd").more(), continuation(hex("c9 c9 07 00")).with_rsv(rsv1)},
              {},
              {"R7692-6.1-4"}},
             {"a ping between fragments",
              {packed("f2 48 cd").more(), ping("p"), continuation(hex("c9 c9 07 00"))},
              {},
              {"ping, Hello"}},
         })
        EXPECT_EQ(lines(forecast_of(row.frames, row.agreement)), row.readings) << row.name;
}

TEST(CompressedForecast, WindowsAreHeldToWhatIsAgreed) {
    // 600 octets without repetition, then the first of them again: a distance of 600.
    Octets message;
    for (unsigned i = 0; i < 600; ++i) message.push_back(static_cast<Octet>('a' + (i * i / 7 + i / 26) % 26));
    message.insert(message.end(), message.begin(), message.begin() + 200);
    Octets const compressed = MessageDeflater(15, true).compress(message);
    Frame const frame{.rsv = rsv1, .opcode = Opcode::binary, .payload = compressed};
    EXPECT_EQ(forecast_of({frame}, {.client_max_window_bits = 10}).readings.size(), 1U);
    auto const beyond = forecast_of({frame}, {.client_max_window_bits = 9});
    ASSERT_EQ(beyond.readings.size(), 2U);
    EXPECT_EQ(line(beyond.readings[1]), "R7692-7.2.1-11");
    EXPECT_EQ(beyond.readings[1].duties.back().violation.close_code, 1007);
}

TEST(CompressedForecast, BadTextMayBeFoundAtTheEndOfItsMessage) {
    Octets bad = hex("00 02 00 fd ff 41 ff");  // "A", then no text
    auto const made = forecast_of({Frame{.rsv = rsv1, .payload = bad}.more(), ping("p"), continuation(hex("00"))});
    const auto& reading = made.readings.front();
    ASSERT_EQ(reading.duties.size(), 1U);
    EXPECT_EQ(reading.duties[0].due, made.octets);
    EXPECT_EQ(reading.duties[0].from, 6U) << "behind the header";
    ASSERT_EQ(reading.tolerated.size(), 1U);
    ASSERT_EQ(reading.forbidden.size(), 1U) << "to send it back is to have taken it";
    EXPECT_EQ(reading.forbidden[0].payload, octets("A\xff"));

    auto const endless = forecast_of({Frame{.rsv = rsv1, .payload = bad}.more()});
    ASSERT_EQ(endless.readings.front().duties.size(), 1U);
    EXPECT_FALSE(endless.readings.front().duties[0].due);
}

std::vector<Seen> seen_of(const std::vector<Frame>& frames, std::uint64_t limit = 1U << 20) {
    Observer observer(Role::server, limit, DeflateAgreement{});
    Octets octets = stream_of(frames, Role::server);
    observer.receive(octets, 1U << 20);
    return observer.seen();
}

TEST(CompressedObservation, InflatesAndKeepsTheFacts) {
    auto const seen = seen_of({packed(hello), packed(hello_again), text("plain"), packed("00")});
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0].payload, octets("Hello"));
    ASSERT_TRUE(seen[0].deflate);
    EXPECT_EQ(seen[0].deflate->fixed, 1U);
    EXPECT_EQ(seen[0].deflate->reach, 0U);
    EXPECT_EQ(seen[1].payload, octets("Hello"));
    EXPECT_EQ(seen[1].deflate->reach, 4U) << "all but the H";
    EXPECT_FALSE(seen[2].deflate);
    EXPECT_TRUE(seen[3].payload.empty());
    ASSERT_TRUE(seen[3].deflate);
}

TEST(CompressedObservation, WhatIsNoDataIsAViolation) {
    for (auto const bad : {"06 00", "f2 00 11 00 00", "00 14 00 eb ff 41 42 43", ""}) {
        auto const seen = seen_of({packed(bad), text("more")});
        ASSERT_EQ(seen.size(), 1U) << bad;
        EXPECT_EQ(seen[0].kind, Seen::Kind::violation) << bad;
    }
    auto const text_seen = seen_of({packed("00 01 00 fe ff ff 00")});
    ASSERT_EQ(text_seen.size(), 1U);
    EXPECT_EQ(text_seen[0].violation->requirement, "R6455-8.1-1");
}

TEST(CompressedObservation, ABombIsAFlood) {
    Octets const bomb = MessageDeflater(15, true).compress(Octets(16U << 20));
    auto const seen = seen_of({Frame{.rsv = rsv1, .opcode = Opcode::binary, .payload = bomb}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].kind, Seen::Kind::flood);
}

TEST(CompressionBreaches, EachIsFiledUnderItsStatement) {
    struct Row {
        InflateFacts facts;
        DeflateAgreement agreement;
        Role sender;
        std::string requirement;
    };
    DeflateAgreement const none{};
    DeflateAgreement const no_takeover{.server_no_context_takeover = true, .client_no_context_takeover = true};
    DeflateAgreement const small{.server_max_window_bits = 9, .client_max_window_bits = 10};
    for (const auto& row : std::vector<Row>{
             {{.largest_distance = 32768, .reach = 32768}, none, Role::server, ""},
             {{.reach = 1}, no_takeover, Role::server, "R7692-7.2.1-10"},
             {{.reach = 1}, no_takeover, Role::client, "R7692-7.2.1-8"},
             {{.largest_distance = 512}, small, Role::server, ""},
             {{.largest_distance = 513}, small, Role::server, "R7692-7.2.1-12"},
             {{.largest_distance = 1024}, small, Role::client, ""},
             {{.largest_distance = 1025}, small, Role::client, "R7692-7.2.1-11"},
             {{.tail_left_in = true}, none, Role::server, "R7692-7.2.1-1"},
             {{.ends_behind_final = true}, none, Role::server, "R7692-7.2.1-1"},
             {{.padding = true}, none, Role::server, "R7692-7.2.1-5"},
         }) {
        auto const found = compression_breaches(row.facts, row.agreement, row.sender);
        ASSERT_EQ(found.size(), row.requirement.empty() ? 0U : 1U) << row.requirement;
        if (!found.empty()) {
            EXPECT_EQ(found[0].requirement, row.requirement);
        }
    }
}

TEST(CompressedJudgement, ABreachInAnEchoIsAFail) {
    DeflateAgreement const agreed{.server_no_context_takeover = true};
    auto const made = forecast({.deflate = agreed}, stream_of({packed(hello), packed(hello)}, Role::client));
    auto const good = judge(made, seen_of({packed(hello), packed(hello)}));
    EXPECT_EQ(good.grade, Grade::pass);
    auto const bad = judge(made, seen_of({packed(hello), packed(hello_again)}));
    EXPECT_EQ(bad.grade, Grade::fail);
    ASSERT_FALSE(bad.findings.empty());
    EXPECT_EQ(bad.findings[0].requirement, "R7692-7.2.1-10");
}

}  // namespace
}  // namespace wsspec
