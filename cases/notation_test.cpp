// What is printed is what the compiler reads: each script stands here once, as code, and the preprocessor has its text.
#include "cases/notation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "cases/catalogue.h"

namespace wsspec {
namespace {

/// Without blanks outside of literals, in which alone the preprocessor and the printer differ.
std::string squeezed(std::string_view code) {
    std::string out;
    bool inside = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (inside && code[i] == '\\') {
            out += code[i++];
        } else if (code[i] == '"') {
            inside = !inside;
        }
        if (inside || (code[i] != ' ' && code[i] != '\n')) out += code[i];
    }
    return out;
}

TEST(Notation, OfFrames) {
    EXPECT_EQ(notation(text("Hello")), "text(\"Hello\")");
    EXPECT_EQ(notation(text("")), "text(\"\")");
    EXPECT_EQ(notation(binary({})), "binary({})");
    EXPECT_EQ(notation(binary(octets("abc"))), "binary(octets(\"abc\"))");
    EXPECT_EQ(notation(binary(repeated(0xfe, 126))), "binary(repeated(0xfe, 126))");
    EXPECT_EQ(notation(ping()), "ping()");
    EXPECT_EQ(notation(pong(hex("00 ff"))), "pong(hex(\"00 ff\"))");
    EXPECT_EQ(notation(close_frame()), "close_frame()");
    EXPECT_EQ(notation(close_frame(1000, "by\xc3\xa9")), "close_frame(1000, \"by\\303\\251\")");
    EXPECT_EQ(notation(frame(0x8, hex("03"))), "frame(0x8, hex(\"03\"))");
    EXPECT_EQ(notation(frame(0xb)), "frame(0xb)");
}

#define EXPECT_NOTATION(...) EXPECT_EQ(squeezed(notation(Script __VA_ARGS__)), squeezed(#__VA_ARGS__))

TEST(Notation, IsTheCodeOfTheScript) {
    EXPECT_NOTATION({});
    EXPECT_NOTATION({open()});
    EXPECT_NOTATION({open(Handshake{}.drop("Sec-WebSocket-Key"), chopped(1)),
                     expect({refuses(400), refuses_with_any_status().non_strict(), drops().informational()})});
    EXPECT_NOTATION({open(Handshake{}.add_line("Sec-WebSocket-Extensions: permessage-deflate")),
                     send(text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1))});
    EXPECT_NOTATION({open(Handshake{}
                              .with_request_line("POST {resource} HTTP/1.1")
                              .drop("Host")
                              .replace_line("Upgrade", "Upgrade : websocket")
                              .with_line_end("\n")
                              .preceded_by("\r\n")
                              .followed_by(std::string("x\000y", 3))
                              .unfinished()
                              .with_early({ping("early")}))});
    EXPECT_NOTATION({answer_with(acceptance().replace_line("Upgrade", "Upgrade: h2c"))});
    EXPECT_NOTATION({open(), send({text("Hel").more(), ping("?\?="), continuation("lo")}, per_frame()),
                     send(ping("x").wrongly_masked().with_key({0x00, 0x01, 0xfe, 0xff}), cut_at({1, 7})),
                     send(text("").with_rsv(6).in_form(LengthForm::sixteen_bits).claiming(65535)),
                     send(binary({}).claiming(0x8000000000000000)), send_octets(hex("81 00")),
                     send_octets(octets("GET"))});
    EXPECT_NOTATION({open(), barrier("a \"b\""), await("c\\"), stop_reading(), resume_reading(), half_close(),
                     abort_connection(), repeat(3, {send(ping()), barrier("x")})});
    EXPECT_NOTATION(
        {open_over({.version = TlsVersion::tls1_2,
                    .name = Tls::Name::none,
                    .spoken = false,
                    .certificate = Tls::Certificate::expired}),
         send(ping("a"), in_one_segment(per_frame())), send(ping("b"), across_records(cut_at({3}))),
         send(ping("c"),
              Delivery{.how = Delivery::How::cut, .cuts = {3}, .records = Delivery::Records::cut, .broken_off = true}),
         send_below_tls(hex("15 03")), renegotiate(), cut_off_tls(),
         expect({refuses_tls(), closes(1000).with_close_notify()})});
    EXPECT_NOTATION({expect(receives(text("a"))), expect(receives({text("a"), pong("b")})),
                     expect(fails({1002, 1007}).after({text("a")}).before("x")), expect(closes(1000).is_fail()),
                     expect({opens(), waits(), anything()}), closing_handshake(), closing_handshake(1001)});
    EXPECT_NOTATION({round_trips({.content = {.pattern = octets("abc")},
                                  .opcode = Opcode::text,
                                  .size = 70000,
                                  .count = 10,
                                  .fragment = 100,
                                  .write_size = 7,
                                  .in_flight = 3,
                                  .compressed = true,
                                  .limit = RoundTrips::Limit::above}),
                     round_trips({.content = {.kind = Content::Kind::prose}, .size = 5})});
}

TEST(Notation, OfAHandshakeThatNoEditMakesHasAllMembers) {
    Handshake const odd = Handshake{}.in_reverse_order().unfinished();
    EXPECT_EQ(notation(odd),
              "Handshake{.start_line = \"GET {resource} HTTP/1.1\", .fields = {\"Sec-WebSocket-Version: 13\", "
              "\"Sec-WebSocket-Key: {key}\", \"Connection: Upgrade\", \"Upgrade: websocket\", \"Host: {host}\"}, "
              ".complete = false}");
}

TEST(Notation, OfACaseCanBePasted) {
    Case const one{.id = "2.16.1",
                   .title = "Send a ping",
                   .target = Target::server,
                   .covers = {"R6455-5.5.3-1", "R6455-5.5.2-2"},
                   .needs = Need::echo | Need::deflate,
                   .script = {open(), send(ping("two keys"))}};
    EXPECT_EQ(notation(one), R"(add({.id = "2.16.1",
     .title = "Send a ping",
     .target = Target::server,
     .covers = {"R6455-5.5.3-1", "R6455-5.5.2-2"},
     .needs = Need::echo | Need::deflate,
     .script = {open(),
                send(ping("two keys"))}});
)");
}

TEST(Notation, IsPrintableForAllOfTheCatalogue) {
    for (const auto& group : catalogue()) {
        for (const auto& one : group.cases) {
            std::string const code = notation(one);
            EXPECT_TRUE(std::ranges::all_of(code, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }))
                << one.id;
        }
    }
}

}  // namespace
}  // namespace wsspec
