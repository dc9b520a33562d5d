#include "reports/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "cases/catalogue.h"

namespace wsspec {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string explained(Script script, Role tester = Role::client) {
    return explain({.id = "99.1", .title = "Try it", .covers = {"R6455-5.1-2"}, .script = std::move(script)}, tester);
}

TEST(Explain, GoldenText) {
    Case const one{.id = "99.4.1",
                   .title = "Send half a text, then octets that are no UTF-8",
                   .covers = {"R6455-8.1-1"},
                   .needs = Need::echo,
                   .script = {open(), send(text("Hello").more()), barrier("half"),
                              send({continuation(hex("f4 90")), ping()}, per_frame()),
                              expect({fails(1007), receives(text("Hello")).non_strict()})},
                   .note = "A note.",
                   .autobahn = true};
    EXPECT_EQ(explain(one, Role::client), R"(99.4.1 Send half a text, then octets that are no UTF-8
  Group      99
  Autobahn   has this case under this id
  Target     servers and, mirrored, clients
  Needs      echo
  Note       A note.

Requirements
  R6455-8.1-1: RFC 6455 section 8.1, MUST, binds both ends
    Fail the connection if bytes that are meant to be UTF-8 turn out to be invalid.

Script
   1. connect and send the opening handshake
        GET {resource} HTTP/1.1\r\n
        Host: {host}\r\n
        Upgrade: websocket\r\n
        Connection: Upgrade\r\n
        Sec-WebSocket-Key: {key}\r\n
        Sec-WebSocket-Version: 13\r\n
        \r\n
   2. send text, 5 octets "Hello", FIN = 0
        01 85           FIN 0, RSV 000, opcode 0x1 (text), MASK 1, payload length 5
        37 fa 21 3d     masking key
        7f 9f 4d 51 58  payload, masked
        octets 1 to 11 of our stream
   3. barrier "half": send a ping, wait for its pong, a Close or the end of TCP
   4. send 2 frames (one write a frame)
        1: continuation, 2 octets f4 90
        80 82           FIN 1, RSV 000, opcode 0x0 (continuation), MASK 1, payload length 2
        37 fa 21 3d     masking key
        c3 6a           payload, masked
        octets 12 to 19 of our stream
        2: ping, empty
        89 80           FIN 1, RSV 000, opcode 0x9 (ping), MASK 1, payload length 0
        37 fa 21 3d     masking key
        octets 20 to 25 of our stream
   5. expect one of
        pass           the connection failed with Close 1007 (invalid payload data)
        non-strict     text, 5 octets "Hello"
        non-strict     the same with another fitting code, or TCP dropped without a Close, where no
                       line above says better (RFC 6455 section 7.1.7)
        fail           anything else

What the forecast says
  Of 25 octets in our stream, the pings of barriers not counted, a server that echoes owes: the
  connection failed with 1007 (a text message holds octets that are not UTF-8), from octet 19, by
  octet 19 of our stream.

37 fa 21 3d stands for the masking key, which is fresh for every frame of a run unless the frame
names one.
)");
}

TEST(Explain, AServerSendsWithoutMask) {
    std::string const text = explained({open(), send(ping("ab")), expect(receives(pong("ab")))}, Role::server);
    EXPECT_THAT(text, HasSubstr("   1. take the target's connection, read its opening handshake, answer 101\n"));
    EXPECT_THAT(text, HasSubstr("        89 02           FIN 1, RSV 000, opcode 0x9 (ping), MASK 0, payload length 2\n"
                                "        61 62           payload\n"
                                "        octets 1 to 4 of our stream\n"));
    EXPECT_THAT(text, HasSubstr("a client that echoes owes: a Pong for the last of 1 Ping."));
    EXPECT_THAT(text, Not(HasSubstr("masking key")));
}

TEST(Explain, AKeyThatTheFrameNamesIsShown) {
    EXPECT_THAT(explained({open(), send(ping("a").with_key({1, 2, 3, 4})), expect(receives(pong("a")))}),
                HasSubstr("        01 02 03 04     masking key\n        60              payload, masked\n"));
}

TEST(Explain, LengthsAreReadFromTheWire) {
    EXPECT_THAT(
        explained({open(), send(binary(repeated(0, 126)).with_key({0, 0, 0, 0})), expect(anything())}),
        HasSubstr(
            "        82 fe 00 7e     FIN 1, RSV 000, opcode 0x2 (binary), MASK 1, payload length 126 in 16 bits\n"));
    EXPECT_THAT(
        explained(
            {open(), send(frame(0xb).with_rsv(5).in_form(LengthForm::sixtyfour_bits).claiming(1)), expect(anything())}),
        HasSubstr("        db ff 00 00 00 00 00 00 00 01  FIN 1, RSV 101, opcode 0xb (opcode 0xb), MASK 1, payload\n"
                  "                                       length 1 in 64 bits\n"));
}

TEST(Explain, LongPayloadsAreShortened) {
    std::string const text = explained({open(), send(binary(repeated(0xaa, 1000))), expect(anything())});
    EXPECT_THAT(text, HasSubstr("        payload, masked:\n"
                                "        9d 50 8b 97 9d 50 8b 97 9d 50 8b 97 9d 50 8b 97\n"
                                "        9d 50 8b 97 9d 50 8b 97 9d 50 8b 97 9d 50 8b 97\n"
                                "        and 968 more octets\n"
                                "        octets 1 to 1008 of our stream\n"));
}

TEST(Explain, ManyFramesAreShortened) {
    std::string const text = explained({open(), send(std::vector<Frame>(20, ping())), expect(anything())});
    EXPECT_THAT(text, HasSubstr("   2. send 20 frames\n        1: ping, empty\n"));
    EXPECT_THAT(text, HasSubstr("        16: ping, empty\n"));
    EXPECT_THAT(text, HasSubstr("        and 4 more frames\n"));
    EXPECT_THAT(text, Not(HasSubstr("17: ping")));
    EXPECT_THAT(text, HasSubstr("Of 120 octets in our stream"));
}

TEST(Explain, RepeatsCountInTheStream) {
    std::string const text = explained({open(), repeat(3, {send(ping())}), send(ping()), expect(anything())});
    EXPECT_THAT(text, HasSubstr("   2. 3 times:\n"));
    EXPECT_THAT(text, HasSubstr("octets 1 to 6 of our stream\n"));
    EXPECT_THAT(text, HasSubstr("octets 19 to 24 of our stream\n"));
    EXPECT_THAT(text, HasSubstr("Of 24 octets in our stream"));
}

TEST(Explain, AStreamWithoutMeasureIsNotForecast) {
    std::string const text =
        explained({open(), repeat(1000000000, {send(binary(repeated(0, 1 << 20)))}), expect(anything())});
    EXPECT_THAT(text, HasSubstr("The stream is too long to be shown here."));
}

TEST(Explain, OctetsAndClosesAreInTheStream) {
    std::string const text =
        explained({open(), send_octets(hex("89 80 00 00 00 00"), chopped(1)), closing_handshake()});
    EXPECT_THAT(text, HasSubstr("   2. send 6 octets as they are (in writes of 1 octet)\n"
                                "        89 80 00 00 00 00\n"
                                "        octets 1 to 6 of our stream\n"));
    EXPECT_THAT(text, HasSubstr("octets 7 to 14 of our stream\n"));
    EXPECT_THAT(text, HasSubstr("a Pong for the last of 1 Ping, then Close\n  in answer, and the end of TCP."));
}

TEST(Explain, HandshakesShowPlaceholdersAndLineEnds) {
    std::string const text =
        explained({open(Handshake{}.add("X", "a\x01").with_target("/\xff").followed_by("GET / HTTP/1.1\r\n")),
                   expect(refuses(400))});
    EXPECT_THAT(text, HasSubstr("        GET /\\xff HTTP/1.1\\r\\n\n        Host: {host}\\r\\n\n"));
    EXPECT_THAT(text, HasSubstr("        X: a\\x01\\r\\n\n        \\r\\n\n        GET / HTTP/1.1\\r\\n\n"));
    EXPECT_THAT(text, HasSubstr("        pass           HTTP status 400\n        fail           anything else\n"));
    EXPECT_THAT(text, Not(HasSubstr("What the forecast says")));
}

TEST(Explain, LongHandshakesAreShortened) {
    Handshake many;
    for (int i = 0; i < 1000; ++i) many = many.add_line("F: v");
    many = many.add("Long", std::string(70000, 'x'));
    std::string const text = explained({open(many), expect(opens())});
    EXPECT_LT(text.size(), 4000U);
    EXPECT_THAT(text, HasSubstr("        and 985 more lines\n"));
    EXPECT_THAT(text, HasSubstr("… (70008 octets)\n"));
}

TEST(Explain, EarlyFramesBeginTheStream) {
    std::string const text = explained({open(Handshake{}.with_early({ping()})), send(ping()), expect(anything())});
    EXPECT_THAT(text, HasSubstr("      in the same write, before any answer is read:\n"));
    EXPECT_THAT(text, HasSubstr("octets 7 to 12 of our stream\n"));
}

TEST(Explain, TheUrlThatAClientIsGivenIsShown) {
    Case const one{.id = "8.16.99",
                   .title = "Give",
                   .target = Target::client,
                   .covers = {"R6455-4.1-4"},
                   .needs = Need::tls,
                   .script = {open(), expect(opens())},
                   .url = GivenUrl{.written = "{ws}://{host}:{port}/a\nb",
                                   .requests = {{"/ab", Grade::informational, "so"}},
                                   .stays_away = Grade::pass}};
    std::string const text = explain(one, Role::server);
    EXPECT_THAT(text, HasSubstr("URL        wss://127.0.0.1:9001/a\\nb, if the port"));
    EXPECT_THAT(text, HasSubstr("Allowed    no request; or (informational) a request for /ab\n"));
    EXPECT_THAT(list_line(one), HasSubstr("needs --spawn with {case_url}"));
}

TEST(Explain, EachVariantIsTold) {
    std::string const text = explain({.id = "99.1",
                                      .title = "Try it",
                                      .script = {open(), send(ping()), expect(anything())},
                                      .variants = {{open(), send(pong()), expect(anything())}}},
                                     Role::client);
    EXPECT_THAT(text, HasSubstr("The case has 2 scripts, each on a connection of its own; the worst counts.\n"));
    EXPECT_THAT(text, HasSubstr("\nScript 1 of 2\n"));
    EXPECT_THAT(text, HasSubstr("\nScript 2 of 2\n"));
}

TEST(Explain, OtherReadingsAreTold) {
    // Five octets, their number in 16 bits: the rule binds the sender only.
    std::string const text = explained({open(), send(wsspec::text("Hello").in_form(LengthForm::sixteen_bits)),
                                        expect({fails(1002), receives(wsspec::text("Hello"))})});
    EXPECT_THAT(text, HasSubstr("  Another reading, "));
}

TEST(Explain, EveryCaseInBothParts) {
    for (const auto& group : catalogue()) {
        for (const auto& one : group.cases) {
            for (Role const tester : {Role::client, Role::server}) {
                std::string const text = explain(one, tester);
                EXPECT_TRUE(text.starts_with(one.id + " ")) << one.id;
                EXPECT_THAT(text, Not(HasSubstr("not in the catalogue"))) << one.id;
                EXPECT_LT(text.size(), 200000U) << one.id;
                bool const clean = std::ranges::all_of(text, [](char c) {
                    auto const octet = static_cast<Octet>(c);
                    return c == '\n' || (octet >= 0x20 && octet != 0x7f);
                });
                EXPECT_TRUE(clean) << one.id;
            }
        }
    }
}

TEST(List, GoldenLines) {
    EXPECT_EQ(list_line({.id = "99.4.1", .title = "Try it"}), "99.4.1    Try it");
    EXPECT_EQ(list_line({.id = "99.4.1", .title = "Try it", .needs = Need::echo}), "99.4.1    Try it  [needs echo]");
    EXPECT_EQ(
        list_line(
            {.id = "99.4.1", .title = "Try it", .target = Target::server, .needs = Need::echo | Need::subprotocol}),
        "99.4.1    Try it  [servers only; needs echo and subprotocol]");
    EXPECT_EQ(list_line({.id = "99.4.1", .title = "Try it", .needs = Need::echo | Need::deflate}),
              "99.4.1    Try it  [needs echo and permessage-deflate]");
    EXPECT_EQ(list_line({.id = "99.4.1", .title = "Try it", .target = Target::client}),
              "99.4.1    Try it  [clients only]");
}

TEST(List, TheCatalogueAsJson) {
    auto const json = nlohmann::json::parse(catalogue_json());
    std::size_t count = 0;
    for (const auto& group : catalogue()) count += group.cases.size();
    ASSERT_EQ(json.size(), count);
    for (const auto& row : json) {
        const Case* const one = find_case(row["id"].get<std::string>());
        ASSERT_NE(one, nullptr);
        EXPECT_EQ(row["title"], one->title);
        EXPECT_EQ(row["group"], group_of(one->id));
        EXPECT_EQ(row["group_title"], std::string(group_title(one->id)));
        EXPECT_EQ(row["requirements"], nlohmann::json(one->covers));
        EXPECT_EQ(row["autobahn"], one->autobahn);
        EXPECT_EQ(row["alive_afterwards"], one->alive_afterwards);
        EXPECT_EQ(row["note"], one->note);
        EXPECT_EQ(row["may_hurt"], one->may_hurt);
        EXPECT_EQ(row.size(), 11U);
        EXPECT_TRUE(row["target"] == "any" || row["target"] == "server" || row["target"] == "client");
        EXPECT_EQ(row["needs"].size(), static_cast<std::size_t>(std::popcount(static_cast<unsigned>(one->needs))));
    }
}

}  // namespace
}  // namespace wsspec
