// The program against servers that mean it ill: it ends, in bounded time and memory, says why, and prints nothing that
// a terminal would obey.
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "reference/deflate.h"
#include "reports/json.h"
#include "runner/hostile_peer_test.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Connection;
using test::contents;
using test::evil;
using test::Folder;
using test::HostileServer;
using test::is_plain;

struct Row {
    const char* name;
    std::function<void(const Connection&)> behave;
    std::vector<int> statuses;
    std::vector<const char*> said;  ///< In the output or the error.
    unsigned connections = UINT32_MAX;
};

/// Whether it was offered or not.
const std::string agreement = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

std::vector<Row> rows() {
    return {
        {"NeverAnswers", [](const Connection& c) { c.receive_rest(); }, {3}, {"does not open a WebSocket connection"}},
        {"HeaderWithoutEnd",
         [](const Connection& c) {
             c.receive();
             if (c.send("HTTP/1.1 101 Switching Protocols\r\nX-Endless: ")) c.send_for_ever(repeated('x', 65536));
         },
         {3},
         {"does not open a WebSocket connection"}},
        {"InterimResponsesWithoutEnd",
         [](const Connection& c) {
             c.receive();
             Octets many;
             for (int i = 0; i < 1000; ++i) append(many, octets("HTTP/1.1 100 Continue\r\n\r\n"));
             c.send_for_ever(many);
         },
         {3},
         {"does not open a WebSocket connection"}},
        {"PingsWithoutEnd",
         [](const Connection& c) {
             if (!c.accept()) return;
             Octets many;
             for (int i = 0; i < 1000; ++i) append(many, wire(ping("?"), Role::server));
             c.send_for_ever(many);
         },
         {1, 3},
         {}},
        {"AFrameOfTwoToThe63",
         [](const Connection& c) {
             if (c.accept() && c.send(hex("82 7f 7f ff ff ff ff ff ff ff"))) c.send_for_ever(repeated('x', 65536));
         },
         {1, 3},
         {}},
        {"AFrameOfTwoToThe63ThatNeverComes",
         [](const Connection& c) {
             if (c.accept() && c.send(hex("82 7f 7f ff ff ff ff ff ff ff"))) c.receive_rest();
         },
         {1, 3},
         {}},
        {"EchoesWithoutEnd",
         [](const Connection& c) {
             if (!c.accept()) return;
             auto const asked = c.receive();
             if (asked.empty()) return;
             c.send_for_ever(wire(text(repeated('x', 60'000)), Role::server));
         },
         {1, 3},
         {}},
        {"ClosesAtOnce", [](const Connection&) {}, {3}, {"does not open a WebSocket connection"}},
        {"Garbage",
         [](const Connection& c) {
             c.receive();
             c.send("\x16\x03\x01" + evil + "\r\n\r\n" + evil);
         },
         {3},
         {"does not open a WebSocket connection"}},
        {"AnOctetAtATime",
         [](const Connection& c) {
             c.receive();
             for (char const one : build_acceptance("dGhlIHNhbXBsZSBub25jZQ=="))
                 if (!c.send(std::string(1, one)) || c.gone_within(1000)) return;
         },
         {3},
         {"does not open a WebSocket connection"}},
        {"EscapesInARefusal",
         [](const Connection& c) {
             c.receive();
             c.send("HTTP/1.1 403 " + evil + "\r\nServer: " + evil + "\r\nContent-Length: 0\r\n\r\n");
         },
         {3},
         {"403"}},
        {"EscapesInTheHandshakeAndTheClose",
         [](const Connection& c) {
             if (!c.accept("Server: " + evil + "\r\nX-" + evil + ": 1\r\nSec-WebSocket-Protocol: " + evil + "\r\n"))
                 return;
             c.receive();
             c.send(wire(text(evil), Role::server));
             c.send(wire(close_frame(1002, evil), Role::server));
             c.send(wire(close_frame(3000, "\x1b[31mred<b>"), Role::server));
             c.receive_rest();
         },
         {1, 3},
         {}},
        {"CompressedBombsForEver",
         [](const Connection& c) {
             static const Octets bomb = MessageDeflater(15, false).compress(Octets(64U << 20));
             if (!c.accept(agreement)) return;
             c.receive();
             c.send_for_ever(wire({.rsv = rsv1, .opcode = Opcode::binary, .payload = bomb}, Role::server));
         },
         {1},
         {}},
        {"ACompressedMessageThatNeverEnds",
         [](const Connection& c) {
             static const Octets zeros = MessageDeflater(15, false).compress(Octets(1U << 20));
             if (!c.accept(agreement)) return;
             c.receive();
             c.send(wire(Frame{.rsv = rsv1, .opcode = Opcode::text, .payload = zeros}.more(), Role::server));
             // What the sync flush left off stands in front, so that the stream goes on.
             Octets more = hex("00 00 ff ff");
             append(more, zeros);
             c.send_for_ever(wire(continuation(more).more(), Role::server));
         },
         {1},
         {}},
        {"EmptyBlocksForEver",
         [](const Connection& c) {
             if (!c.accept(agreement)) return;
             c.receive();
             c.send(wire(Frame{.rsv = rsv1, .opcode = Opcode::text}.more(), Role::server));
             Octets blocks;
             for (unsigned i = 0; i < 10'000; ++i) append(blocks, hex("00 00 00 ff ff"));
             c.send_for_ever(wire(continuation(blocks).more(), Role::server));
         },
         {1},
         {}},
        {"DiesInMidRun", [](const Connection& c) { c.echo(); }, {3}, {"error"}, 9},
    };
}

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Hostile : public testing::TestWithParam<Row> {};
INSTANTIATE_TEST_SUITE_P(Servers, Hostile, testing::ValuesIn(rows()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST_P(Hostile, GetNowhere) {
    Folder const folder;
    HostileServer const server(GetParam().behave, GetParam().connections);
    auto const ran =
        test::wsspec({"run",    server.url(), "--timeout", "1",     "--case", "1.1.1", "--case", "1.2.1",
                      "--case", "2.2",        "--case",    "4.1.1", "--case", "7.1.1", "--case", "6.4.1",
                      "--case", "12.1.5",     "--jobs",    "4",     "--seed", "1",     "--json", folder / "r.json"});
    std::string const all = ran.out + ran.err;
    EXPECT_NE(std::ranges::find(GetParam().statuses, ran.status), GetParam().statuses.end()) << ran.status << "\n"
                                                                                             << all;
    EXPECT_TRUE(is_plain(ran.out)) << testing::PrintToString(ran.out);
    EXPECT_TRUE(is_plain(ran.err)) << testing::PrintToString(ran.err);
    for (const char* part : GetParam().said) EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
    EXPECT_FALSE(all.empty());
    EXPECT_LE(all.size(), 200'000U);
    auto const json = contents(folder / "r.json");
    EXPECT_LE(json.size(), 20U << 20);
    EXPECT_TRUE(is_plain(json));
    auto const result = from_json(json);
    ASSERT_TRUE(result) << result.error();
    EXPECT_EQ(result->complete, ran.status != 3);
    EXPECT_EQ(result->cases.size(), 7U);
    for (const auto& one : result->cases) EXPECT_TRUE(one.verdict == Verdict::pass || !one.detail.empty()) << one.id;
    if (ran.status == 1) {
        EXPECT_GE(result->count(Verdict::fail), 1U);
        EXPECT_NE(all.find("R6455-"), std::string::npos) << "the requirement is named: " << all;
    }
    // AddressSanitizer keeps what was freed; the bound is for the program as it is shipped.
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(ran.peak_kib, 200 * 1024);
#endif
}

}  // namespace
}  // namespace wsspec
