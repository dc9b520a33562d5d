// Both decoders: the plain one against tables written from the RFC, the fast one against the plain one.
#include "reference/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "reference/close_code.h"
#include "reference/event_log_test.h"
#include "reference/plain_decoder.h"
#include "reference/requirements.h"

namespace wsspec {
namespace {

using test::at_every_octet;
using test::Cuts;
using test::decode;
using test::Decoded;
using test::Dice;
using test::Event;
using test::EventLog;
using test::FrameEnd;
using test::PayloadRun;

constexpr MaskingKey key{0x37, 0xfa, 0x21, 0x3d};

Octets stream_of(Role sender, const std::vector<Frame>& frames) {
    Octets stream;
    for (const auto& frame : frames) append(stream, wire(frame, sender, key));
    return stream;
}

constexpr DecoderRules from_client{};
constexpr DecoderRules from_server{.sender = Role::server};
constexpr DecoderRules deflate_from_client{.rsv1_defined = true};
constexpr DecoderRules deflate_from_server{.sender = Role::server, .rsv1_defined = true};
constexpr DecoderRules lenient_client{.minimal_length = false};
constexpr DecoderRules lenient_server{.sender = Role::server, .minimal_length = false};

/// The plain decoder's answer for the whole stream, once every other way of reading it has given the same.
Decoded agreed(const DecoderRules& rules, OctetView stream, const std::vector<Cuts>& ways) {
    auto const expected = decode<PlainDecoder>(rules, stream);
    EXPECT_EQ(decode<Decoder>(rules, stream), expected) << "whole";
    for (const auto& cuts : ways) {
        EXPECT_EQ(decode<Decoder>(rules, stream, cuts), expected) << ::testing::PrintToString(cuts);
        EXPECT_EQ(decode<PlainDecoder>(rules, stream, cuts), expected) << ::testing::PrintToString(cuts);
    }
    return expected;
}

std::vector<Cuts> every_way(std::size_t size) {
    std::vector<Cuts> ways{at_every_octet(size)};
    for (std::size_t cut = 0; cut <= size; ++cut) ways.push_back({cut});
    Dice dice(size);
    for (int i = 0; i < 8; ++i) ways.push_back(dice.cuts(size));
    return ways;
}

// Streams without a fault.

TEST(DecoderEvents, OfTheMaskedHello) {
    auto const stream = hex("81 85 37 fa 21 3d 7f 9f 4d 51 58");  // section 5.7
    std::vector<Event> const expected{
        {FrameHeader{.fin = true, .opcode = Opcode::text, .masked = true, .key = key, .payload_length = 5, .size = 6}},
        {PayloadRun{6, octets("Hello")}},
        {FrameEnd{11}}};
    auto const decoded = agreed(from_client, stream, every_way(stream.size()));
    EXPECT_EQ(decoded.events, expected);
    EXPECT_FALSE(decoded.failed);
    EXPECT_EQ(decoded.offset, 11U);
}

TEST(DecoderEvents, OfFragmentsWithAPingBetween) {
    auto const stream = hex("01 03 48 65 6c   89 00   80 02 6c 6f");
    std::vector<Event> const expected{
        {FrameHeader{.opcode = Opcode::text, .payload_length = 3, .size = 2}},
        {PayloadRun{2, octets("Hel")}},
        {FrameEnd{5}},
        {FrameHeader{.fin = true, .opcode = Opcode::ping, .offset = 5, .size = 2}},
        {FrameEnd{7}},
        {FrameHeader{.fin = true, .opcode = Opcode::continuation, .payload_length = 2, .offset = 7, .size = 2}},
        {PayloadRun{9, octets("lo")}},
        {FrameEnd{11}}};
    EXPECT_EQ(agreed(from_server, stream, every_way(stream.size())).events, expected);
}

TEST(DecoderEvents, OfAStreamThatEndsInsideAFrame) {
    struct Row {
        char const* digits;
        std::size_t events;
        char const* why;
    };
    for (const auto& row : std::vector<Row>{
             {"", 0, "nothing yet"},
             {"81", 0, "half of the shortest header"},
             {"81 7e 01", 0, "half a length"},
             {"81 7f 00 00 00 01 00 00 00", 0, "seven of eight"},
             {"81 7f 7f ff ff ff ff ff ff ff", 1, "the largest length there is: a header, and no limit here"},
             {"81 05 48", 2, "one octet of five"},
         }) {
        auto const stream = hex(row.digits);
        auto const decoded = agreed(from_server, stream, every_way(stream.size()));
        EXPECT_EQ(decoded.events.size(), row.events) << row.why;
        EXPECT_FALSE(decoded.failed) << row.why;
        EXPECT_EQ(decoded.offset, stream.size()) << row.why;
    }
}

/// The frames come out as they went in: neither decoder has a say in what is right here.
void expect_frames(const DecoderRules& rules, const std::vector<Frame>& frames, const std::string& why) {
    SCOPED_TRACE(why);
    std::vector<Event> expected;
    Octets stream;
    for (const auto& frame : frames) {
        auto const sent = wire(frame, rules.sender, key);
        bool const masked = rules.sender == Role::client;
        expected.push_back({FrameHeader{.fin = frame.fin,
                                        .rsv = frame.rsv,
                                        .opcode = frame.opcode,
                                        .masked = masked,
                                        .key = masked ? key : MaskingKey{},
                                        .payload_length = frame.payload.size(),
                                        .offset = stream.size(),
                                        .size = static_cast<unsigned>(sent.size() - frame.payload.size())}});
        if (!frame.payload.empty())
            expected.push_back({PayloadRun{stream.size() + sent.size() - frame.payload.size(), frame.payload}});
        append(stream, sent);
        expected.push_back({FrameEnd{stream.size()}});
    }
    Dice dice(stream.size());
    auto const ways = stream.size() < 1000 ? every_way(stream.size())
                                           : std::vector<Cuts>{at_every_octet(stream.size()), dice.cuts(stream.size())};
    EXPECT_EQ(agreed(rules, stream, ways), (Decoded{expected, false, stream.size()}));
}

TEST(DecoderAccepts, EveryLengthAtABoundaryInItsOwnForm) {
    for (std::size_t const length :
         {0U, 1U, 7U, 8U, 31U, 32U, 33U, 124U, 125U, 126U, 127U, 255U, 256U, 65535U, 65536U}) {
        auto const why = std::to_string(length) + " octets";
        expect_frames(from_client, {binary(pattern("\xff\x80wsspec", length)), ping("behind")}, why);
        expect_frames(from_server, {text(pattern("wsspec ", length)), ping("behind")}, why);
    }
}

TEST(DecoderAccepts, WhatTheRfcAllows) {
    auto const bad_utf8 = hex("ff fe 80");
    struct Row {
        std::string why;
        DecoderRules rules;
        std::vector<Frame> frames;
    };
    std::vector<Row> rows{
        {"empty message", from_client, {text("")}},
        {"message of empty fragments", from_client, {text("").more(), continuation("").more(), continuation("")}},
        {"two messages", from_client, {text("a"), text("b")}},
        {"all control frames", from_client, {ping("a"), pong("b"), close_frame()}},
        {"control frames of 125 octets", from_server, {ping(repeated('p', 125)), pong(repeated('q', 125))}},
        {"control frames between all fragments",
         from_client,
         {text("a").more(), ping("p"), continuation("b").more(), pong("q"), continuation("c")}},
        {"binary is not text", from_client, {binary(bad_utf8)}},
        {"the continuation of binary is not text", from_client, {binary(bad_utf8).more(), continuation(bad_utf8)}},
        {"the payload of ping and pong is not text", from_client, {ping(bad_utf8), pong(bad_utf8)}},
        {"not even inside a text message", from_client, {text("a").more(), ping(bad_utf8), continuation("b")}},
        {"a sequence goes on behind the end of a fragment",
         from_client,
         {text(hex("f0")).more(), continuation(hex("9f")).more(), continuation(hex("98 80"))}},
        {"and behind a ping", from_server, {text(hex("f0 9f")).more(), ping("p"), continuation(hex("98 80"))}},
        {"and behind an empty fragment",
         from_client,
         {text(hex("c3")).more(), continuation("").more(), continuation(hex("a9"))}},
        {"a Close inside a text message that has a sequence open",
         from_client,
         {text(hex("c3")).more(), close_frame(1000, "κόσμε")}},
        {"a Close with the longest reason", from_client, {close_frame(1000, std::string(123, 'r'))}},
        {"frames behind a Close: whoever reads the events knows", from_client, {close_frame(1000), text("a")}},
        {"RSV1 on text, once it is defined", deflate_from_client, {text("a").with_rsv(rsv1)}},
        {"RSV1 on binary", deflate_from_server, {binary(octets("a")).with_rsv(rsv1)}},
        {"compressed text is not validated here", deflate_from_client, {text(bad_utf8).with_rsv(rsv1)}},
        {"nor are its fragments",
         deflate_from_client,
         {text(bad_utf8).with_rsv(rsv1).more(), ping("p"), continuation(bad_utf8)}},
        {"uncompressed messages are legal beside it",
         deflate_from_client,
         {text("a"), text("b").with_rsv(rsv1), text("c")}},
    };
    for (const auto& row : rows) expect_frames(row.rules, row.frames, row.why);
}

TEST(DecoderAccepts, LongFormsWhereTheyAreForgiven) {
    for (const auto& rules : {lenient_client, lenient_server}) {
        for (auto const form : {LengthForm::sixteen_bits, LengthForm::sixtyfour_bits}) {
            for (std::size_t const length : {0U, 1U, 125U, 126U, 300U})
                expect_frames(rules, {binary(repeated(7, length)).in_form(form), ping("behind")},
                              std::to_string(length));
            expect_frames(rules,
                          {ping("").in_form(form), pong(repeated('p', 125)).in_form(form),
                           close_frame(1000, "reason").in_form(form)},
                          "control frames");
        }
    }
}

TEST(DecoderAccepts, EachCloseCodeThatMayBeSentAndNoOther) {
    for (unsigned number = 0; number < 65536; ++number) {
        auto const code = static_cast<std::uint16_t>(number);
        auto const stream = wire(close_frame(code), Role::client, key);
        auto const plain = decode<PlainDecoder>(from_client, stream);
        ASSERT_EQ(plain.failed, !may_be_sent(code)) << code;
        ASSERT_EQ(decode<Decoder>(from_client, stream), plain) << code;
        if (!plain.failed) continue;
        ASSERT_EQ(plain.violation()->requirement, broken_requirement(classify(code), code)) << code;
        ASSERT_EQ(plain.violation()->decidable_at, 8U) << code;
    }
}

// Streams with a fault: what it breaks, where it shows.

constexpr auto framing = Violation::Kind::framing;
constexpr auto masking = Violation::Kind::masking;
constexpr auto bad_length = Violation::Kind::length;
constexpr auto bad_text = Violation::Kind::text;
constexpr auto close_body = Violation::Kind::close_body;

struct Fault {
    std::string why;
    DecoderRules rules;
    std::vector<Frame> frames;
    Violation::Kind kind;
    std::string_view requirement;
    std::uint64_t frame_offset;
    std::uint64_t decidable_at;
    std::uint16_t close_code = 1002;
    std::uint16_t other_code = 0;
};

// A masked header takes 6 octets up to 125 octets of payload, an unmasked one 2.
// clang-format off
std::vector<Fault> faults() {
    std::vector<Fault> rows{
        // 5.2: reserved bits
        {"RSV1", from_client, {text("a").with_rsv(rsv1)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV2", from_client, {text("a").with_rsv(rsv2)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV3", from_server, {text("a").with_rsv(rsv3)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV1 on a ping", from_client, {ping("a").with_rsv(rsv1)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV2 beside a defined RSV1", deflate_from_client, {text("a").with_rsv(rsv2)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV1 and RSV2", deflate_from_client, {text("a").with_rsv(rsv1 | rsv2)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV1 and RSV3", deflate_from_server, {text("a").with_rsv(rsv1 | rsv3)}, framing, "R6455-5.2-3", 0, 1},
        {"RSV3 on a continuation", deflate_from_server,
         {text("a").more(), continuation("b").with_rsv(rsv3)}, framing, "R6455-5.2-3", 3, 4},
        {"defined RSV1 on a ping", deflate_from_client, {ping("a").with_rsv(rsv1)}, framing, "R7692-6.1-4", 0, 1},
        {"defined RSV1 on a Close", deflate_from_server,
         {close_frame(1000).with_rsv(rsv1)}, framing, "R7692-6.1-4", 0, 1},
        {"defined RSV1 on a continuation", deflate_from_client,
         {text("a").with_rsv(rsv1).more(), continuation("b").with_rsv(rsv1)}, framing, "R7692-6.1-4", 7, 8},
        {"RSV1 goes before the opcode: both show in one octet", from_client,
         {frame(0x3).with_rsv(rsv1)}, framing, "R6455-5.2-3", 0, 1},
        {"opcode goes before FIN", from_client, {frame(0xb).more()}, framing, "R6455-5.2-4", 0, 1},
        {"the first octet goes before the second", from_client,
         {frame(0xb).wrongly_masked()}, framing, "R6455-5.2-4", 0, 1},
        // 5.4: fragments
        {"fragmented ping", from_client, {ping("a").more()}, framing, "R6455-5.4-8", 0, 1},
        {"fragmented pong", from_server, {pong("a").more()}, framing, "R6455-5.4-8", 0, 1},
        {"fragmented Close", from_client, {close_frame(1000).more()}, framing, "R6455-5.4-8", 0, 1},
        {"nothing to continue", from_client, {continuation("a")}, framing, "R6455-5.4-4", 0, 1},
        {"nothing to continue, with more to come", from_server,
         {continuation("a").more()}, framing, "R6455-5.4-4", 0, 1},
        {"nothing left to continue", from_client, {text("a"), continuation("b")}, framing, "R6455-5.4-4", 7, 8},
        {"nothing left behind the last fragment", from_server,
         {text("a").more(), continuation("b"), continuation("c")}, framing, "R6455-5.4-4", 6, 7},
        {"a ping is nothing to continue", from_server, {ping("a"), continuation("b")}, framing, "R6455-5.4-4", 3, 4},
        {"text inside text", from_client, {text("a").more(), text("b")}, framing, "R6455-5.4-5", 7, 8},
        {"binary inside text", from_server, {text("a").more(), binary(octets("b"))}, framing, "R6455-5.4-5", 3, 4},
        {"text inside binary, behind a ping", from_server,
         {binary(octets("a")).more(), ping(), text("b").more()}, framing, "R6455-5.4-5", 5, 6},
        {"text inside a message of empty fragments", from_server,
         {text("").more(), continuation("").more(), text("")}, framing, "R6455-5.4-5", 4, 5},
        // 5.1: masks
        {"unmasked client", from_client, {text("a").wrongly_masked()}, masking, "R6455-5.1-2", 0, 2},
        {"masked server", from_server, {text("a").wrongly_masked()}, masking, "R6455-5.1-5", 0, 2},
        {"unmasked second frame", from_client, {text("a"), ping("b").wrongly_masked()}, masking, "R6455-5.1-2", 7, 9},
        {"unmasked and empty", from_client, {text("").wrongly_masked()}, masking, "R6455-5.1-2", 0, 2},
        {"the mask goes before the length", from_client,
         {ping(repeated(0, 126)).wrongly_masked()}, masking, "R6455-5.1-2", 0, 2},
        // 5.5: size of control frames, in the second octet already
        {"ping of 126", from_client, {ping(repeated(0, 126))}, framing, "R6455-5.5-3", 0, 2},
        {"pong of 65536", from_server, {pong(repeated(0, 65536))}, framing, "R6455-5.5-3", 0, 2},
        {"ping of 5 in sixteen bits", from_client,
         {ping("Hello").in_form(LengthForm::sixteen_bits)}, framing, "R6455-5.5-3", 0, 2},
        {"ping of 126 where long forms are forgiven: the length must be known first", lenient_client,
         {ping(repeated(0, 126))}, framing, "R6455-5.5-3", 0, 4},
        {"the same in sixty-four bits", lenient_server,
         {pong(repeated(0, 126)).in_form(LengthForm::sixtyfour_bits)}, framing, "R6455-5.5-3", 0, 10},
        {"a Close of one octet where long forms are forgiven", lenient_client,
         {frame(0x8, hex("03")).in_form(LengthForm::sixteen_bits)}, close_body, "R6455-5.5.1-3", 0, 4},
        {"the same in sixty-four bits", lenient_server,
         {frame(0x8, hex("03")).in_form(LengthForm::sixtyfour_bits)}, close_body, "R6455-5.5.1-3", 0, 10},
        {"and in its own form", lenient_server, {frame(0x8, hex("03"))}, close_body, "R6455-5.5.1-3", 0, 2},
        {"Close of 126", from_server, {frame(0x8, repeated(0, 126))}, framing, "R6455-5.5-3", 0, 2},
        // 5.2: lengths
        {"highest bit, and the frame is too big for anyone", from_client,
         {text("").claiming(0x8000'0000'0000'0000)}, bad_length, "R6455-5.2-11", 0, 3, 1002, 1009},
        {"all bits", lenient_server,
         {text("").claiming(0xffff'ffff'ffff'ffff)}, bad_length, "R6455-5.2-11", 0, 3, 1002, 1009},
        {"0 in sixteen bits", from_client,
         {text("").in_form(LengthForm::sixteen_bits)}, bad_length, "R6455-5.2-14", 0, 4},
        {"125 in sixteen bits", from_server,
         {text("").claiming(125).in_form(LengthForm::sixteen_bits)}, bad_length, "R6455-5.2-14", 0, 4},
        {"0 in sixty-four bits", from_client,
         {text("").in_form(LengthForm::sixtyfour_bits)}, bad_length, "R6455-5.2-14", 0, 8},
        {"125 in sixty-four bits", from_client,
         {text("").claiming(125).in_form(LengthForm::sixtyfour_bits)}, bad_length, "R6455-5.2-14", 0, 8},
        {"65535 in sixty-four bits", from_server,
         {text("").claiming(65535).in_form(LengthForm::sixtyfour_bits)}, bad_length, "R6455-5.2-14", 0, 8},
        {"in a later frame", from_server,
         {text("a").more(), continuation("").in_form(LengthForm::sixteen_bits)}, bad_length, "R6455-5.2-14", 3, 7},
        // 8.1: text
        {"a tail first", from_client, {text(hex("80"))}, bad_text, "R6455-8.1-1", 0, 7, 1007},
        {"a bad octet behind ASCII", from_client,
         {text(hex("61 61 61 61 61 61 61 61 61 ff 61"))}, bad_text, "R6455-8.1-1", 0, 16, 1007},
        {"above the last code point: the second octet tells", from_client,
         {text(hex("f4 90 80 80"))}, bad_text, "R6455-8.1-1", 0, 8, 1007},
        {"a surrogate", from_server, {text(hex("61 ed a0 80"))}, bad_text, "R6455-8.1-1", 0, 5, 1007},
        {"in the second fragment", from_server,
         {text("a").more(), continuation(hex("62 ff"))}, bad_text, "R6455-8.1-1", 3, 7, 1007},
        {"a sequence broken over fragments and a ping", from_server,
         {text(hex("e0")).more(), ping("p"), continuation(hex("9f bf"))}, bad_text, "R6455-8.1-1", 6, 9, 1007},
        {"ends inside a sequence", from_server, {text(hex("61 c3"))}, bad_text, "R6455-8.1-1", 0, 4, 1007},
        {"ends inside a sequence, in a later fragment", from_server,
         {text(hex("c3")).more(), continuation("")}, bad_text, "R6455-8.1-1", 3, 5, 1007},
        {"text behind binary is validated again", from_server,
         {binary(hex("ff")), text(hex("ff"))}, bad_text, "R6455-8.1-1", 3, 6, 1007},
        {"text behind compressed text is validated again", deflate_from_server,
         {text(hex("c3")).with_rsv(rsv1), text(hex("a9"))}, bad_text, "R6455-8.1-1", 3, 6, 1007},
        {"uncompressed text is validated beside an extension", deflate_from_client,
         {text(hex("ff"))}, bad_text, "R6455-8.1-1", 0, 7, 1007},
        // 5.5.1: Close
        {"a body of one octet", from_client, {frame(0x8, hex("03"))}, close_body, "R6455-5.5.1-3", 0, 2},
        {"code 0", from_client, {close_frame(0)}, close_body, "R6455-7.4.2-1", 0, 8},
        {"code 999", from_server, {close_frame(999)}, close_body, "R6455-7.4.2-1", 0, 4},
        {"code 1004", from_client, {close_frame(1004)}, close_body, "R6455-7.4.1-4", 0, 8},
        {"code 1005", from_server, {close_frame(1005)}, close_body, "R6455-7.4.1-5", 0, 4},
        {"code 1006", from_client, {close_frame(1006, "reason")}, close_body, "R6455-7.4.1-6", 0, 8},
        {"code 1015", from_client, {close_frame(1015)}, close_body, "R6455-7.4.1-14", 0, 8},
        {"code 1016", from_server, {close_frame(1016)}, close_body, "R6455-7.4.2-2", 0, 4},
        {"code 2999", from_client, {close_frame(2999)}, close_body, "R6455-7.4.2-2", 0, 8},
        {"code 5000", from_client, {close_frame(5000)}, close_body, "R6455-7.4.2-5", 0, 8},
        {"code 65535", from_server, {close_frame(65535)}, close_body, "R6455-7.4.2-5", 0, 4},
        {"the code goes before the reason", from_server,
         {close_frame(1005, "\xff")}, close_body, "R6455-7.4.1-5", 0, 4},
        {"a reason that is not UTF-8", from_client,
         {close_frame(1000, "ab\xff")}, close_body, "R6455-5.5.1-5", 0, 11, 1007, 1002},
        {"a reason that ends inside a sequence", from_server,
         {close_frame(1000, "\xe2\x82")}, close_body, "R6455-5.5.1-5", 0, 6, 1007, 1002},
        {"a reason is a text of its own", from_server,
         {text(hex("c3")).more(), close_frame(1000, "\xa9")}, close_body, "R6455-5.5.1-5", 3, 8, 1007, 1002},
        {"even behind another open reason", from_server,
         {close_frame(1000), close_frame(1000, "\x80")}, close_body, "R6455-5.5.1-5", 4, 9, 1007, 1002},
        {"a reason inside compressed text is validated", deflate_from_server,
         {text("a").with_rsv(rsv1).more(), close_frame(1000, "\xff")}, close_body, "R6455-5.5.1-5", 3, 8, 1007, 1002},
    };
    for (Octet const opcode : hex("03 04 05 06 07 0b 0c 0d 0e 0f")) {
        rows.push_back({"reserved opcode", from_client, {frame(opcode, octets("a"))}, framing, "R6455-5.2-4", 0, 1});
        rows.push_back({"reserved opcode", deflate_from_server, {ping(), frame(opcode)}, framing, "R6455-5.2-4", 2, 3});
    }
    return rows;
}
// clang-format on

TEST(DecoderRefuses, EachFaultAtItsOctetHoweverTheStreamIsCut) {
    for (const auto& row : faults()) {
        SCOPED_TRACE(row.why + " (" + std::string(row.requirement) + ", from the " +
                     std::string(to_string(row.rules.sender)) + ")");
        auto stream = stream_of(row.rules.sender, row.frames);
        if (stream.size() > 200) stream.resize(200);
        append(stream, stream_of(row.rules.sender, {text("ignored"), text("ignored").with_rsv(7)}));

        auto const decoded = agreed(row.rules, stream, every_way(stream.size()));
        ASSERT_NE(decoded.violation(), nullptr) << decoded;
        Violation const violation = *decoded.violation();
        EXPECT_EQ(violation.kind, row.kind) << decoded;
        EXPECT_EQ(violation.requirement, row.requirement);
        EXPECT_EQ(violation.frame_offset, row.frame_offset);
        EXPECT_EQ(violation.decidable_at, row.decidable_at);
        EXPECT_EQ(violation.close_code, row.close_code);
        EXPECT_EQ(violation.other_code, row.other_code);
        EXPECT_FALSE(violation.what.empty());
        EXPECT_NE(find_requirement(violation.requirement), nullptr);
        EXPECT_TRUE(decoded.failed);
        EXPECT_EQ(decoded.offset, row.decidable_at) << "what stands behind a violation does not count";

        // decidable_at is exact: one octet less, and nobody can know.
        auto const before = OctetView(stream).first(row.decidable_at - 1);
        EXPECT_EQ(decode<Decoder>(row.rules, before).violation(), nullptr);
        EXPECT_EQ(decode<PlainDecoder>(row.rules, before).violation(), nullptr);
        auto const just = OctetView(stream).first(row.decidable_at);
        EXPECT_EQ(decode<Decoder>(row.rules, just), decoded);
        EXPECT_EQ(decode<PlainDecoder>(row.rules, just), decoded);
    }
}

TEST(DecoderRefuses, TheTableHasAllKinds) {
    std::map<Violation::Kind, int> kinds;
    for (const auto& row : faults()) ++kinds[row.kind];
    EXPECT_EQ(kinds.size(), 5U);
}

template <class AnyDecoder>
class EitherDecoder : public ::testing::Test {};
using Decoders = ::testing::Types<PlainDecoder, Decoder>;
TYPED_TEST_SUITE(EitherDecoder, Decoders);

TYPED_TEST(EitherDecoder, IgnoresAllInputOnceItFailed) {
    EventLog log;
    TypeParam decoder(from_client, log);
    auto bad = stream_of(Role::client, {text("a").wrongly_masked()});
    decoder.feed(bad);
    ASSERT_TRUE(decoder.failed());
    auto const events = log.events;
    auto const offset = decoder.offset();
    auto good = stream_of(Role::client, {text("a"), close_frame(1000)});
    auto const untouched = good;
    for (int i = 0; i < 3; ++i) decoder.feed(good);
    decoder.feed({});
    EXPECT_EQ(log.events, events);
    EXPECT_EQ(decoder.offset(), offset);
    EXPECT_EQ(good, untouched) << "ignored octets are not unmasked, either";
}

TYPED_TEST(EitherDecoder, TakesEmptyPiecesAnywhere) {
    auto const stream = stream_of(Role::client, {text("a").more(), ping(""), continuation(repeated('b', 200))});
    Cuts doubled;
    for (std::size_t i = 0; i <= stream.size(); ++i) doubled.insert(doubled.end(), {i, i});
    EXPECT_EQ(decode<TypeParam>(from_client, stream, doubled), decode<PlainDecoder>(from_client, stream));
}

TYPED_TEST(EitherDecoder, TouchesNothingBeyondItsPiece) {
    constexpr Octet guard = 0xa5;
    auto const stream = stream_of(Role::client, {text(pattern("text ", 45)).more(), ping("ping"), continuation("end"),
                                                 binary(repeated(0xee, 130)), close_frame(1000, "reason")});
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        EventLog log;
        TypeParam decoder(from_client, log);
        for (std::size_t at = 0; at < stream.size(); at += size) {
            std::size_t const count = std::min(size, stream.size() - at);
            Octets memory(stream.size() + 80, guard);  // nothing of the neighbourhood may be read as stream or unmasked
            std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), count, memory.begin() + 40);
            decoder.feed(std::span(memory).subspan(40, count));
            ASSERT_TRUE(std::all_of(memory.begin(), memory.begin() + 40, [](Octet o) { return o == guard; })) << size;
            ASSERT_TRUE(std::all_of(memory.begin() + 40 + static_cast<std::ptrdiff_t>(count), memory.end(),
                                    [](Octet o) { return o == guard; }))
                << size;
        }
        ASSERT_EQ(log.events, decode<PlainDecoder>(from_client, stream).events) << "pieces of " << size;
    }
}

TYPED_TEST(EitherDecoder, ReadsNothingBeyondItsPiece) {
    // Each piece is an allocation of exactly its size: AddressSanitizer watches.
    auto const stream = stream_of(Role::client, {text(pattern("text ", 45)), close_frame(1000, "reason")});
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        EventLog log;
        TypeParam decoder(from_client, log);
        for (std::size_t at = 0; at < stream.size(); at += size) {
            auto const piece = OctetView(stream).subspan(at, std::min(size, stream.size() - at));
            Octets exact(piece.begin(), piece.end());
            exact.shrink_to_fit();
            decoder.feed(exact);
        }
        ASSERT_EQ(log.events.size(), 6U) << size;
    }
}

TEST(FastDecoder, GivesPayloadWhereItLies) {
    // In place: a sink can keep what it was given for as long as the buffer lives.
    class Where final : public DecoderSink {
    public:
        void on_header(const FrameHeader&) override {}
        void on_payload(OctetView payload, std::uint64_t) override { at = payload.data(); }
        void on_frame_end(std::uint64_t) override {}
        void on_violation(const Violation&) override {}
        Octet const* at = nullptr;
    } sink;
    auto stream = stream_of(Role::client, {text("Hello")});
    Decoder decoder(from_client, sink);
    decoder.feed(stream);
    EXPECT_EQ(sink.at, stream.data() + 6);
    EXPECT_EQ(as_text(OctetView(stream).subspan(6)), "Hello");
}

// Streams that nobody thought of.

/// Mostly legal frames with, mostly, one fault: pure noise would end at the first octet.
class StreamMaker {
public:
    explicit StreamMaker(std::uint64_t seed) : dice_(seed) {
        rules_.sender = dice_.one_in(2) ? Role::client : Role::server;
        rules_.rsv1_defined = dice_.one_in(2);
        rules_.minimal_length = dice_.one_in(2);
    }

    const DecoderRules& rules() const { return rules_; }
    Dice& dice() { return dice_; }

    Octets make() {
        Octets stream;
        std::size_t const count = 1 + dice_.roll(6);
        std::size_t const faulty = dice_.one_in(3) ? count : dice_.roll(count);
        for (std::size_t i = 0; i < count; ++i) {
            Frame frame = legal_frame();
            if (i == faulty) frame = spoilt(frame);
            append(stream, wire(frame, rules_.sender, {dice_.octet(), dice_.octet(), dice_.octet(), dice_.octet()}));
        }
        if (dice_.one_in(6)) {  // one bit, anywhere
            stream[dice_.roll(stream.size())] ^= static_cast<Octet>(1U << dice_.roll(8));
        }
        if (dice_.one_in(8)) stream.resize(dice_.roll(stream.size() + 1));
        if (dice_.one_in(12)) append(stream, dice_.octets(dice_.roll(30)));
        return stream;
    }

private:
    Octets utf8() {
        static std::vector<std::string_view> const characters = {"a",
                                                                 "abcdefgh",
                                                                 "\x7f",
                                                                 "\xc2\x80",
                                                                 "\xdf\xbf",
                                                                 "\xe0\xa0\x80",
                                                                 "\xed\x9f\xbf",
                                                                 "\xee\x80\x80",
                                                                 "\xef\xbf\xbf",
                                                                 "\xf0\x90\x80\x80",
                                                                 "\xf4\x8f\xbf\xbf",
                                                                 std::string_view("\0", 1)};
        Octets out;
        for (std::size_t left = dice_.roll(20); left > 0; --left) append(out, as_octets(dice_.pick(characters)));
        return out;
    }

    Octets some_payload() {
        static std::vector<std::size_t> const edges = {0, 0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 124, 125, 126, 127, 130};
        return dice_.octets(dice_.pick(edges));
    }

    Frame legal_frame() {
        if (dice_.one_in(4)) {
            if (dice_.one_in(4)) return dice_.one_in(3) ? close_frame() : close_frame(3000, "legal");
            auto payload = some_payload();
            payload.resize(std::min<std::size_t>(payload.size(), 125));
            return dice_.one_in(2) ? ping(std::move(payload)) : pong(std::move(payload));
        }
        bool const fin = dice_.one_in(2);
        bool const starts = !open_;
        if (starts) {
            is_text_ = dice_.one_in(2);
            compressed_ = rules_.rsv1_defined && dice_.one_in(3);
            rest_.clear();
        }
        Frame made = starts ? frame(is_text_ ? 0x1 : 0x2) : continuation("");
        if (starts && compressed_) made.rsv = rsv1;
        if (is_text_ && !compressed_) {
            // Fragments cut the text anywhere, in the middle of a sequence as well.
            append(rest_, utf8());
            std::size_t const now = fin ? rest_.size() : dice_.roll(rest_.size() + 1);
            made.payload.assign(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(now));
            rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(now));
        } else {
            made.payload = some_payload();
        }
        made.fin = fin;
        open_ = !fin;
        return made;
    }

    Frame spoilt(Frame made) {
        switch (dice_.roll(12)) {
            case 0:
                return made.with_rsv(static_cast<Octet>(dice_.roll(8)));
            case 1:
                return made.wrongly_masked();
            case 2:
                made.opcode = static_cast<Opcode>(dice_.roll(16));
                return made;
            case 3:
                made.fin = !made.fin;
                return made;
            case 4:
                return made.in_form(dice_.one_in(2) ? LengthForm::sixteen_bits : LengthForm::sixtyfour_bits);
            case 5:
                return made.claiming(dice_.roll(300));
            case 6:
                return made.claiming((dice_.one_in(2) ? 1ULL << 63 : 0) | dice_.roll(SIZE_MAX));
            case 7:
                made.payload.push_back(dice_.octet());
                return made;
            case 8:
                if (!made.payload.empty()) made.payload[dice_.roll(made.payload.size())] = dice_.octet();
                return made;
            case 9: {
                static std::vector<std::uint16_t> const codes = {0,    999,  1000, 1003, 1004, 1005, 1006, 1007, 1011,
                                                                 1012, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535};
                auto const reason = dice_.one_in(3) ? dice_.octets(dice_.roll(6)) : utf8();
                made = close_frame(dice_.pick(codes), as_text(reason));
                if (made.payload.size() > 125) made.payload.resize(125);
                return made;
            }
            case 10:
                return frame(0x8, dice_.octets(dice_.roll(4)));
            default:
                return ping(dice_.octets(120 + dice_.roll(12)));
        }
    }

    Dice dice_;
    DecoderRules rules_;
    bool open_ = false;
    bool is_text_ = false;
    bool compressed_ = false;
    Octets rest_;  // text that the next fragment begins with
};

TEST(DecoderProperty, BothGiveEqualEventsForRandomStreamsInRandomPieces) {
    constexpr std::uint64_t streams = 20'000;
    std::map<std::string_view, unsigned> seen;
    for (std::uint64_t seed = 0; seed < streams; ++seed) {
        StreamMaker maker(seed);
        auto const stream = maker.make();
        auto const expected = decode<PlainDecoder>(maker.rules(), stream);
        auto const random_cuts = maker.dice().cuts(stream.size());
        ASSERT_EQ(decode<Decoder>(maker.rules(), stream), expected) << "seed " << seed << ", whole";
        ASSERT_EQ(decode<Decoder>(maker.rules(), stream, at_every_octet(stream.size())), expected)
            << "seed " << seed << ", octet by octet";
        ASSERT_EQ(decode<Decoder>(maker.rules(), stream, random_cuts), expected)
            << "seed " << seed << ", cut at " << ::testing::PrintToString(random_cuts);
        ASSERT_EQ(decode<PlainDecoder>(maker.rules(), stream, random_cuts), expected) << "seed " << seed;
        ++seen[expected.failed ? expected.violation()->requirement : "none"];
    }
    // The streams are worth the name only if they get everywhere.
    EXPECT_GE(seen["none"], streams / 10);
    EXPECT_LE(seen["none"], streams * 8 / 10);
    for (const auto& row : faults()) EXPECT_GE(seen[row.requirement], 10U) << row.requirement;
}

TEST(DecoderProperty, BothGiveEqualEventsForNoise) {
    // Pure noise reaches little, but it reaches it from everywhere.
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        Dice dice(seed);
        DecoderRules const rules{dice.one_in(2) ? Role::client : Role::server, dice.one_in(2), dice.one_in(2)};
        auto stream = dice.octets(dice.roll(60));
        // The masks right, so that the second octet is not always the end.
        if (stream.size() > 1)
            stream[1] = static_cast<Octet>((stream[1] & 0x7f) | (rules.sender == Role::client ? 0x80 : 0));
        auto const expected = decode<PlainDecoder>(rules, stream);
        ASSERT_EQ(decode<Decoder>(rules, stream), expected) << "seed " << seed;
        ASSERT_EQ(decode<Decoder>(rules, stream, dice.cuts(stream.size())), expected) << "seed " << seed;
    }
}

}  // namespace
}  // namespace wsspec
