#include "reference/frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace wsspec {
namespace {

constexpr MaskingKey key{0x37, 0xfa, 0x21, 0x3d};

Octets joined(Octets front, OctetView back) {
    append(front, back);
    return front;
}

// RFC 6455 section 5.7, octet for octet.

TEST(FrameWire, UnmaskedHello) { EXPECT_EQ(wire(text("Hello"), Role::server, key), hex("81 05 48 65 6c 6c 6f")); }

TEST(FrameWire, MaskedHello) {
    EXPECT_EQ(wire(text("Hello"), Role::client, key), hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
}

TEST(FrameWire, FragmentedHello) {
    EXPECT_EQ(wire(text("Hel").more(), Role::server, key), hex("01 03 48 65 6c"));
    EXPECT_EQ(wire(continuation("lo"), Role::server, key), hex("80 02 6c 6f"));
}

TEST(FrameWire, PingAndMaskedPong) {
    EXPECT_EQ(wire(ping("Hello"), Role::server, key), hex("89 05 48 65 6c 6c 6f"));
    EXPECT_EQ(wire(pong("Hello"), Role::client, key), hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"));
}

TEST(FrameWire, Binary256InOneFrame) {
    auto const payload = repeated(0x2a, 256);
    EXPECT_EQ(wire(binary(payload), Role::server, key), joined(hex("82 7e 01 00"), payload));
}

TEST(FrameWire, Binary64KInOneFrame) {
    auto const payload = repeated(0x2a, 65536);
    EXPECT_EQ(wire(binary(payload), Role::server, key), joined(hex("82 7f 00 00 00 00 00 01 00 00"), payload));
}

// Lengths.

TEST(FrameWire, LengthIsWrittenInTheFewestOctets) {
    struct Row {
        std::size_t length;
        char const* header;
        char const* why;
    };
    for (const auto& row : std::vector<Row>{
             {0, "82 00", "empty"},
             {1, "82 01", "one"},
             {125, "82 7d", "the last in seven bits"},
             {126, "82 7e 00 7e", "the first in sixteen"},
             {127, "82 7e 00 7f", "the mark of sixty-four"},
             {255, "82 7e 00 ff", "one octet full"},
             {256, "82 7e 01 00", "two octets: big-endian"},
             {32768, "82 7e 80 00", "the sign of a short"},
             {65535, "82 7e ff ff", "the last in sixteen"},
             {65536, "82 7f 00 00 00 00 00 01 00 00", "the first in sixty-four"},
         }) {
        auto const payload = repeated(0x55, row.length);
        EXPECT_EQ(wire(binary(payload), Role::server, key), joined(hex(row.header), payload)) << row.why;
    }
}

TEST(FrameWire, LengthTakesTheFormThatIsAskedFor) {
    struct Row {
        std::uint64_t length;
        LengthForm form;
        char const* header;
        char const* why;
    };
    for (const auto& row : std::vector<Row>{
             {0, LengthForm::seven_bits, "82 00", "minimal anyway"},
             {125, LengthForm::seven_bits, "82 7d", "minimal anyway"},
             {126, LengthForm::seven_bits, "82 7e", "does not fit: reads as the mark of sixteen bits"},
             {127, LengthForm::seven_bits, "82 7f", "does not fit: reads as the mark of sixty-four bits"},
             {128, LengthForm::seven_bits, "82 00", "cut off, and no part of it in the mask bit"},
             {0, LengthForm::sixteen_bits, "82 7e 00 00", "too long a form"},
             {125, LengthForm::sixteen_bits, "82 7e 00 7d", "too long a form, just so"},
             {126, LengthForm::sixteen_bits, "82 7e 00 7e", "minimal anyway"},
             {65536 + 5, LengthForm::sixteen_bits, "82 7e 00 05", "cut off"},
             {0, LengthForm::sixtyfour_bits, "82 7f 00 00 00 00 00 00 00 00", "too long a form"},
             {65535, LengthForm::sixtyfour_bits, "82 7f 00 00 00 00 00 00 ff ff", "too long a form, just so"},
             {0x0123456789abcdef, LengthForm::sixtyfour_bits, "82 7f 01 23 45 67 89 ab cd ef", "network byte order"},
         })
        EXPECT_EQ(wire(binary(Octets{}).claiming(row.length).in_form(row.form), Role::server, key), hex(row.header))
            << row.why;
}

TEST(FrameWire, ClaimedLengthLeavesThePayloadAlone) {
    EXPECT_EQ(wire(text("Hello").claiming(3), Role::server, key), hex("81 03 48 65 6c 6c 6f")) << "less than there is";
    EXPECT_EQ(wire(text("Hello").claiming(200), Role::server, key), hex("81 7e 00 c8 48 65 6c 6c 6f")) << "more";
    EXPECT_EQ(wire(text("").claiming(0x7fff'ffff'ffff'ffff), Role::server, key), hex("81 7f 7f ff ff ff ff ff ff ff"));
    EXPECT_EQ(wire(text("").claiming(0x8000'0000'0000'0000), Role::server, key), hex("81 7f 80 00 00 00 00 00 00 00"))
        << "the bit that must be 0";
    EXPECT_EQ(wire(text("Hello").claiming(0), Role::client, key), hex("81 80 37 fa 21 3d 7f 9f 4d 51 58"));
}

TEST(FrameWire, MaskedLengthsKeepTheMaskBitAndTheKeyBehindTheLength) {
    Octets payload = repeated(0x00, 126);
    auto const sent = wire(binary(payload), Role::client, key);
    apply_mask(payload, key);
    EXPECT_EQ(sent, joined(hex("82 fe 00 7e 37 fa 21 3d"), payload));
    payload = repeated(0x00, 65536);
    auto const large = wire(binary(payload), Role::client, key);
    apply_mask(payload, key);
    EXPECT_EQ(large, joined(hex("82 ff 00 00 00 00 00 01 00 00 37 fa 21 3d"), payload));
}

// Bits.

TEST(FrameWire, EveryFirstOctetCanBeSent) {
    for (unsigned value = 0; value < 256; ++value) {
        Frame sent = frame(static_cast<Octet>(value & 0xf)).with_rsv(static_cast<Octet>(value >> 4 & 7));
        if (value < 0x80) sent = sent.more();
        EXPECT_EQ(wire(sent, Role::server, key), (Octets{static_cast<Octet>(value), 0x00})) << value;
    }
}

TEST(FrameWire, RsvBitsHaveTheirPlaces) {
    EXPECT_EQ(wire(text("").with_rsv(rsv1), Role::server, key), hex("c1 00"));
    EXPECT_EQ(wire(text("").with_rsv(rsv2), Role::server, key), hex("a1 00"));
    EXPECT_EQ(wire(text("").with_rsv(rsv3), Role::server, key), hex("91 00"));
    EXPECT_EQ(wire(text("").with_rsv(rsv1 | rsv2 | rsv3), Role::server, key), hex("f1 00"));
    EXPECT_EQ(wire(text("").with_rsv(0xff), Role::server, key), hex("f1 00")) << "three bits and no more";
}

TEST(FrameWire, AnOpcodeHasFourBits) { EXPECT_EQ(wire(frame(0xff), Role::server, key), hex("8f 00")); }

TEST(FrameWire, TheMaskCanBeWrongForEitherRole) {
    EXPECT_EQ(wire(text("Hello").wrongly_masked(), Role::client, key), hex("81 05 48 65 6c 6c 6f"));
    EXPECT_EQ(wire(text("Hello").wrongly_masked(), Role::server, key), hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
}

TEST(FrameWire, AKeyOfTheFrameGoesBeforeAFreshOne) {
    EXPECT_EQ(wire(text("Hello").with_key(key), Role::client, MaskingKey{}), hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
    EXPECT_EQ(wire(text("Hello").with_key(key), Role::client), hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
    EXPECT_EQ(wire(text("Hello").with_key(key), Role::server, MaskingKey{}), hex("81 05 48 65 6c 6c 6f"))
        << "a key alone masks nothing";
    EXPECT_EQ(wire(text("Hello").with_key({}), Role::client, key), hex("81 85 00 00 00 00 48 65 6c 6c 6f"))
        << "a zero key is a key";
}

TEST(FrameWire, WithoutAKeyEverySendingHasAnotherOne) {
    EXPECT_EQ(wire(text("Hello"), Role::client).size(), 11U);
    EXPECT_NE(wire(text("Hello"), Role::client), wire(text("Hello"), Role::client));
    EXPECT_EQ(wire(text("Hello"), Role::server), wire(text("Hello"), Role::server));
}

// What never validates lets everything through.

TEST(FrameWire, NothingIsValidated) {
    auto const long_ping = wire(ping(repeated('p', 126)), Role::server, key);
    EXPECT_EQ(long_ping, joined(hex("89 7e 00 7e"), repeated('p', 126))) << "a control frame above 125 octets";
    EXPECT_EQ(wire(ping("x").more(), Role::server, key), hex("09 01 78")) << "a fragmented control frame";
    EXPECT_EQ(wire(text(hex("ff fe")), Role::server, key), hex("81 02 ff fe")) << "text that is not UTF-8";
    EXPECT_EQ(wire(frame(0x8, hex("03")), Role::server, key), hex("88 01 03")) << "half a close code";
    EXPECT_EQ(wire(close_frame(1005), Role::server, key), hex("88 02 03 ed")) << "a code that is never sent";
    EXPECT_EQ(wire(close_frame(0xffff, "\xff"), Role::server, key), hex("88 03 ff ff ff")) << "and a bad reason";
    EXPECT_EQ(wire(frame(0xb, octets("a")), Role::server, key), hex("8b 01 61")) << "a reserved opcode";
}

// The values.

TEST(FrameMakers, GiveTheOpcodesOfTheRfc) {
    EXPECT_EQ(continuation("").opcode, static_cast<Opcode>(0x0));
    EXPECT_EQ(text("").opcode, static_cast<Opcode>(0x1));
    EXPECT_EQ(binary(Octets{}).opcode, static_cast<Opcode>(0x2));
    EXPECT_EQ(close_frame().opcode, static_cast<Opcode>(0x8));  // 5.5.1; a widely copied overview has it wrong
    EXPECT_EQ(ping().opcode, static_cast<Opcode>(0x9));
    EXPECT_EQ(pong().opcode, static_cast<Opcode>(0xa));
    EXPECT_EQ(frame(0x3).opcode, static_cast<Opcode>(0x3));
}

TEST(FrameMakers, TakeTextAndOctetsAlike) {
    EXPECT_EQ(text("ab"), text(hex("61 62")));
    EXPECT_EQ(continuation("ab"), continuation(hex("61 62")));
    EXPECT_EQ(ping("ab"), ping(hex("61 62")));
    EXPECT_EQ(pong("ab"), pong(hex("61 62")));
    EXPECT_EQ(close_frame(0x6162, "c").payload, octets("abc"));
    EXPECT_TRUE(close_frame().payload.empty());
    EXPECT_TRUE(ping().payload.empty());
    EXPECT_TRUE(pong().payload.empty());
}

TEST(FrameMembers, ReturnChangedCopies) {
    Frame const original = text("a");
    Frame const changed =
        original.more().with_rsv(5).wrongly_masked().with_key(key).in_form(LengthForm::sixtyfour_bits).claiming(9);
    EXPECT_EQ(original, text("a"));
    Frame expected = text("a");
    expected.fin = false;
    expected.rsv = 5;
    expected.mask_bit = MaskBit::wrong_for_role;
    expected.key = key;
    expected.length_form = LengthForm::sixtyfour_bits;
    expected.claimed_length = 9;
    EXPECT_EQ(changed, expected);
}

TEST(Opcodes, AreControlReservedOrNot) {
    for (unsigned value = 0; value < 16; ++value) {
        auto const opcode = static_cast<Opcode>(value);
        bool const named = value <= 2 || (value >= 8 && value <= 10);  // 11.8
        EXPECT_EQ(is_control(opcode), value >= 8) << value;
        EXPECT_EQ(is_reserved(opcode), !named) << value;
        EXPECT_EQ(to_string(opcode).starts_with("opcode 0x"), !named) << value;
        if (!named) {
            EXPECT_EQ(to_string(opcode).back(), "0123456789abcdef"[value]);
        }
    }
    EXPECT_EQ(to_string(Opcode::continuation), "continuation");
    EXPECT_EQ(to_string(Opcode::text), "text");
    EXPECT_EQ(to_string(Opcode::binary), "binary");
    EXPECT_EQ(to_string(Opcode::close), "close");
    EXPECT_EQ(to_string(Opcode::ping), "ping");
    EXPECT_EQ(to_string(Opcode::pong), "pong");
}

TEST(Roles, AreTwo) {
    EXPECT_EQ(other(Role::client), Role::server);
    EXPECT_EQ(other(Role::server), Role::client);
    EXPECT_EQ(to_string(Role::client), "client");
    EXPECT_EQ(to_string(Role::server), "server");
}

}  // namespace
}  // namespace wsspec
