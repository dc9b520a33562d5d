// More servers that mean the tester ill, all at the same time, each with a tester of its own; and clients that mean
// `wsspec serve` ill, all at one of it. Whatever they do: the tester ends in bounded time and memory, gives every case
// a verdict and a reason, and lets nothing out that a terminal would obey. All peers are bounded by the tester's
// patience: they end when it goes away.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "reference/deflate.h"
#include "reports/json.h"
#include "runner/hostile_peer_test.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Clock;
using test::Connection;
using test::contents;
using test::evil;
using test::Folder;
using test::HostileServer;
using test::is_plain;

/// AddressSanitizer keeps what was freed; the bound is for the program as it is shipped.
#if defined(__SANITIZE_ADDRESS__)
constexpr long most_kib = 4 * 1024 * 1024;
#else
constexpr long most_kib = 256 * 1024;
#endif

struct Row {
    const char* name = "";
    std::function<void(const Connection&)> behave;
    std::vector<int> statuses;  ///< 1: cases fail; 3: there is no connection to be had.
    bool tls = false;           ///< Of the URL; the server speaks none.
};

void send_for_ever(const Connection& c, const Frame& frame, unsigned at_once = 1000) {
    Octets const one = wire(frame, Role::server);
    Octets many;
    for (unsigned i = 0; i < at_once; ++i) append(many, one);
    c.send_for_ever(many);
}

/// Opens, waits for the first octets of the case, and then does this.
std::function<void(const Connection&)> opened(std::function<void(const Connection&)> then) {
    return [then = std::move(then)](const Connection& c) {
        if (c.accept() && !c.receive().empty()) then(c);
    };
}

std::vector<Row> servers() {
    std::string const agreement = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    return {
        {"RefusesWithABodyWithoutEnd",
         [](const Connection& c) {
             c.receive();
             if (c.send("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n"))
                 c.send_for_ever(repeated('<', 65536));
         },
         {3}},
        {"ResetsAtOnce", [](const Connection& c) { c.reset_at_end(); }, {3}},
        {"ResetsInTheResponse",
         [](const Connection& c) {
             c.receive();
             c.send("HTTP/1.1 101 Switching Protocols\r\nUpgra");
             c.reset_at_end();
         },
         {3}},
        {"ResetsInAFrame",
         opened([](const Connection& c) {
             c.send(hex("81 7e 01 00 48"));
             c.reset_at_end();
         }),
         {1, 3}},
        {"EndsItsDirectionAtOnce",
         [](const Connection& c) {
             c.half_close();
             c.receive_rest();
         },
         {3}},
        {"EndsItsDirectionBehindTheResponse",
         [](const Connection& c) {
             if (!c.accept()) return;
             c.half_close();
             c.receive_rest();
         },
         {1, 3}},
        {"NeverReads", [](const Connection& c) { c.wait(); }, {3}},
        {"NeverReadsBehindTheResponse",
         [](const Connection& c) {
             if (c.accept()) c.wait();
         },
         {1, 3}},
        {"ClosesForEver", opened([](const Connection& c) { send_for_ever(c, close_frame(1000)); }), {1, 3}},
        {"PongsForEver", opened([](const Connection& c) { send_for_ever(c, pong("?")); }), {1, 3}},
        {"EmptyFragmentsForEver",
         opened([](const Connection& c) {
             c.send(wire(text("").more(), Role::server));
             send_for_ever(c, continuation("").more());
         }),
         {1, 3}},
        {"FragmentsOfOneOctetForEver",
         opened([](const Connection& c) {
             c.send(wire(binary({'x'}).more(), Role::server));
             send_for_ever(c, continuation("x").more());
         }),
         {1, 3}},
        {"MaskedMessagesForEver",
         opened([](const Connection& c) {
             Octets many;
             for (int i = 0; i < 1000; ++i) append(many, wire(text("x"), Role::client, {1, 2, 3, 4}));
             c.send_for_ever(many);
         }),
         {1, 3}},
        {"NoiseForEver",
         opened([](const Connection& c) {
             Octets noise(65536);
             unsigned state = 1;
             for (auto& octet : noise) octet = static_cast<Octet>((state = state * 1664525U + 1013904223U) >> 24);
             c.send_for_ever(noise);
         }),
         {1, 3}},
        {"AnnouncesTwoToThe64",
         opened([](const Connection& c) {
             c.send(hex("82 7f ff ff ff ff ff ff ff ff"));
             c.send_for_ever(repeated('x', 65536));
         }),
         {1, 3}},
        {"AnnouncesALongClose",
         opened([](const Connection& c) {
             c.send(hex("88 7f 00 00 00 01 00 00 00 00"));
             c.send_for_ever(repeated('x', 65536));
         }),
         {1, 3}},
        {"StatusLineWithoutEnd",
         [](const Connection& c) {
             c.receive();
             if (c.send("HTTP/1.1 101 ")) c.send_for_ever(repeated('x', 65536));
         },
         {3}},
        {"FieldsWithoutEnd",
         [](const Connection& c) {
             c.receive();
             Octets many = octets("HTTP/1.1 101 Switching Protocols\r\n");
             if (!c.send(many)) return;
             many.clear();
             for (int i = 0; i < 4000; ++i) append(many, octets("X-Field: " + evil + "\r\n"));
             c.send_for_ever(many);
         },
         {3}},
        {"ExtensionsWithoutSense",
         [](const Connection& c) {
             std::string list = "Sec-WebSocket-Extensions: permessage-deflate";
             while (list.size() < 50'000) list += "; a=\"\\" + evil + "\"";
             if (c.accept(list + "\r\n")) c.echo();
         },
         {1, 3}},
        {"CompressedNoise",
         [agreement](const Connection& c) {
             if (!c.accept(agreement) || c.receive().empty()) return;
             send_for_ever(c, Frame{.rsv = rsv1, .opcode = Opcode::text, .payload = hex("ff fe fd 00 01 02")});
         },
         {1, 3}},
        {"FramesInPlaceOfAResponse",
         [](const Connection& c) {
             c.receive();
             send_for_ever(c, text("Hello"));
         },
         {3}},
        {"AnswersForEver",
         [](const Connection& c) {
             c.receive();
             c.send_for_ever(octets(build_acceptance("dGhlIHNhbXBsZSBub25jZQ==")));
         },
         {1, 3}},
        {"CloseReasonsOfMarkup",
         opened([](const Connection& c) {
             c.send(wire(close_frame(4000, "</script><script>alert(1)</script>]]>&#0;"), Role::server));
             c.receive_rest();
         }),
         {1, 3}},
        {"CloseReasonsThatAreNoText",
         opened([](const Connection& c) {
             c.send(hex("88 06 03 e8 ff fe c0 80"));
             c.receive_rest();
         }),
         {1, 3}},
        {"TextThatIsNoText",
         opened([](const Connection& c) { send_for_ever(c, Frame{.payload = hex("ed a0 80 f4 90 80 80")}); }),
         {1, 3}},
        {"NoTlsButNoise",
         [](const Connection& c) {
             c.receive();
             c.send_for_ever(repeated(0x16, 65536));
         },
         {3},
         true},
        {"NoTlsButHttp",
         [](const Connection& c) {
             c.receive();
             c.send("HTTP/1.1 400 " + evil + "\r\n\r\n");
             c.receive_rest();
         },
         {3},
         true},
        {"NoTlsAndSilence", [](const Connection& c) { c.receive_rest(); }, {3}, true},
    };
}

// With the rows of hostile_test.cpp more than forty.
TEST(HostileServers, GetNowhereTogether) {
    struct Visit {
        Row row;
        Folder folder = {};
        std::unique_ptr<HostileServer> server = {};
        std::unique_ptr<test::Child> tester = {};
    };
    std::vector<std::unique_ptr<Visit>> visits;
    auto const started = Clock::now();
    for (auto& row : servers()) {
        auto visit = std::make_unique<Visit>();
        visit->row = std::move(row);
        visit->server = std::make_unique<HostileServer>(visit->row.behave);
        std::string url = visit->server->url();
        if (visit->row.tls) url.replace(0, 2, "wss");
        std::vector<std::string> command = {
            test::program(), "run",    url,      "--timeout", "1",      "--case", "1.1.1",
            "--case",        "1.2.1",  "--case", "2.2",       "--case", "7.1.1",  "--case",
            "12.1.5",        "--jobs", "5",      "--seed",    "1",      "--json", visit->folder / "r.json"};
        if (visit->row.tls) command.emplace_back("--insecure");
        visit->tester = std::make_unique<test::Child>(command);
        visits.push_back(std::move(visit));
    }
    EXPECT_GE(visits.size(), 25U);
    for (auto& visit : visits) {
        SCOPED_TRACE(visit->row.name);
        auto const ran = visit->tester->finish(std::chrono::seconds(100));
        EXPECT_NE(std::ranges::find(visit->row.statuses, ran.status), visit->row.statuses.end()) << ran.status << "\n"
                                                                                                 << ran.out << ran.err;
        EXPECT_TRUE(is_plain(ran.out)) << testing::PrintToString(ran.out);
        EXPECT_TRUE(is_plain(ran.err)) << testing::PrintToString(ran.err);
        EXPECT_FALSE((ran.out + ran.err).empty());
        EXPECT_LE((ran.out + ran.err).size(), 200'000U);
        EXPECT_LT(ran.peak_kib, most_kib);
        auto const json = contents(visit->folder / "r.json");
        EXPECT_LE(json.size(), 20U << 20);
        EXPECT_TRUE(is_plain(json));
        auto const result = from_json(json);
        ASSERT_TRUE(result) << result.error();
        EXPECT_EQ(result->cases.size(), 5U);
        for (const auto& one : result->cases)
            EXPECT_TRUE(one.verdict == Verdict::pass || !one.detail.empty()) << one.id;
    }
    // Each has seven deadlines of a second at most, one after another; the machine may be slow, but not for ever.
    EXPECT_LT(Clock::now() - started, std::chrono::seconds(100));
}

// ---- Clients ----

std::string request_for(std::string_view resource) {
    ClientRequest request;
    request.host = "127.0.0.1";
    request.resource = std::string(resource);
    request.key = "dGhlIHNhbXBsZSBub25jZQ==";
    return build_request(request);
}

struct ClientRow {
    const char* name;
    const char* id;  ///< Of the case that it asks for; "": none that comes to a result.
    std::function<void(const Connection&, const std::string& request)> behave;
};

/// Sends its request, reads the answer, and then does this.
auto asked(std::function<void(const Connection&)> then) {
    return [then = std::move(then)](const Connection& c, const std::string& request) {
        if (c.send(request) && !c.receive().empty()) then(c);
    };
}

void flood(const Connection& c, const Frame& frame, unsigned at_once = 1000) {
    Octets const one = wire(frame, Role::client, {1, 2, 3, 4});
    Octets many;
    for (unsigned i = 0; i < at_once; ++i) append(many, one);
    c.send_for_ever(many);
}

std::vector<ClientRow> clients() {
    return {
        {"SaysNothing", "", [](const Connection& c, const std::string&) { c.receive_rest(); }},
        {"RequestWithoutEnd", "",
         [](const Connection& c, const std::string&) {
             if (c.send("GET /case/1.1.1?agent=x HTTP/1.1\r\nX: ")) c.send_for_ever(repeated('x', 65536));
         }},
        {"RequestOfFieldsWithoutEnd", "",
         [](const Connection& c, const std::string&) {
             Octets many;
             for (int i = 0; i < 4000; ++i) append(many, octets("X: " + evil + "\r\n"));
             if (c.send("GET / HTTP/1.1\r\n")) c.send_for_ever(many);
         }},
        {"Noise", "",
         [](const Connection& c, const std::string&) { c.send_for_ever(octets("\x16\x03\x01" + evil + "\r\n\r\n")); }},
        {"ResetsInTheRequest", "",
         [](const Connection& c, const std::string& request) {
             c.send(std::string_view(request).substr(0, request.size() / 2));
             c.reset_at_end();
         }},
        {"AnAgentOfEscapes", "",
         [](const Connection& c, const std::string&) {
             c.send("GET /case/1.1.1?agent=" + evil +
                    " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: "
                    "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
             c.receive_rest();
         }},
        {"NeverAnswers", "1.1.1", asked([](const Connection& c) { c.receive_rest(); })},
        {"NeverReads", "1.1.2", asked([](const Connection& c) { c.wait(); })},
        {"PingsForEver", "1.1.3", asked([](const Connection& c) { flood(c, ping("?")); })},
        {"PongsForEver", "1.1.4", asked([](const Connection& c) { flood(c, pong("?")); })},
        {"MessagesForEver", "1.1.5", asked([](const Connection& c) { flood(c, text("x")); })},
        {"UnmaskedForEver", "1.1.6", asked([](const Connection& c) { flood(c, text(evil).wrongly_masked()); })},
        {"EmptyFragmentsForEver", "1.1.7", asked([](const Connection& c) {
             c.send(wire(text("").more(), Role::client, {}));
             flood(c, continuation("").more());
         })},
        {"FragmentsForEver", "1.1.8", asked([](const Connection& c) {
             c.send(wire(text("x").more(), Role::client, {}));
             flood(c, Frame{.opcode = Opcode::continuation, .payload = repeated('x', 60'000)}.more(), 1);
         })},
        {"ClosesForEver", "1.2.1", asked([](const Connection& c) { flood(c, close_frame(1000, evil)); })},
        {"AnnouncesTwoToThe63", "1.2.2", asked([](const Connection& c) {
             c.send(hex("82 ff 7f ff ff ff ff ff ff ff 00 00 00 00"));
             c.send_for_ever(repeated('x', 65536));
         })},
        {"EndsItsDirection", "1.2.3", asked([](const Connection& c) {
             c.half_close();
             c.receive_rest();
         })},
        {"Resets", "1.2.4", asked([](const Connection& c) { c.reset_at_end(); })},
        {"ReservedOpcodesForEver", "1.2.5", asked([](const Connection& c) { flood(c, frame(0xb, octets(evil))); })},
        {"CompressedBombs", "12.1.1",
         [](const Connection& c, const std::string& plain) {
             std::string request = plain;
             request.insert(request.size() - 2, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
             static const Octets bomb = MessageDeflater(15, false).compress(Octets(16U << 20));
             if (c.send(request) && !c.receive().empty())
                 flood(c, {.rsv = rsv1, .opcode = Opcode::binary, .payload = bomb}, 1);
         }},
    };
}

int connected_to(std::uint16_t port) {
    int const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
}

TEST(HostileClients, GetNowhereTogether) {
    Folder const folder;
    std::vector<std::string> command = {
        test::program(), "serve", "--port", "0", "--timeout", "1", "--seed", "1", "--json", folder / "r.json"};
    auto const rows = clients();
    for (const auto& row : rows) {
        if (*row.id == '\0') continue;
        command.emplace_back("--case");
        command.emplace_back(row.id);
    }
    // One that nobody but an honest client asks for.
    command.insert(command.end(), {"--case", "2.1"});
    test::Child tester(command);
    ASSERT_TRUE(tester.prints("ws://127.0.0.1:")) << tester.out();
    auto const at = tester.out().find("ws://127.0.0.1:") + 15;
    ASSERT_TRUE(tester.prints("\n"));
    auto const port = static_cast<std::uint16_t>(std::stoul(tester.out().substr(at)));
    ASSERT_NE(port, 0);

    std::vector<std::thread> threads;
    std::vector<int> fds(rows.size(), -1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        int const fd = fds[i] = connected_to(port);
        bool const asks_for_case = *rows[i].id != '\0';
        std::string const request =
            request_for(std::string("/case/") + (asks_for_case ? rows[i].id : "1.1.1") + "?agent=x");
        threads.emplace_back([&row = rows[i], fd, request] {
            Connection const connection(fd);
            row.behave(connection, request);
            shutdown(fd, SHUT_RDWR);
        });
    }
    // Beside all of them an honest one is served.
    auto const honest = test::wsspec({"connect", "ws://127.0.0.1:" + std::to_string(port) + "/case/2.1?agent=x"});
    EXPECT_EQ(honest.status, 0) << honest.err;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        // Those that no case ends are ended here: the tester owes them nothing.
        if (*rows[i].id == '\0') shutdown(fds[i], SHUT_RDWR);
        threads[i].join();
        close(fds[i]);
    }
    tester.signal(SIGINT);
    auto const ran = tester.finish(std::chrono::seconds(60));
    EXPECT_NE(ran.status, 4) << ran.err;
    EXPECT_GE(ran.status, 0) << ran.err;
    EXPECT_TRUE(is_plain(ran.out)) << testing::PrintToString(ran.out);
    EXPECT_TRUE(is_plain(ran.err)) << testing::PrintToString(ran.err);
    EXPECT_LE((ran.out + ran.err).size(), 400'000U);
    EXPECT_LT(ran.peak_kib, most_kib);
    auto const json =
        contents(folder / "r-x.json").empty() ? contents(folder / "r.json") : contents(folder / "r-x.json");
    EXPECT_LE(json.size(), 20U << 20);
    EXPECT_TRUE(is_plain(json));
    auto const result = from_json(json);
    ASSERT_TRUE(result) << result.error();
    for (const auto& row : rows) {
        if (*row.id == '\0') continue;
        auto const found = std::ranges::find(result->cases, row.id, &CaseResult::id);
        ASSERT_NE(found, result->cases.end()) << row.name;
        EXPECT_EQ(found->detail.find("not run"), std::string::npos) << row.name << ": " << found->detail;
        EXPECT_NE(found->verdict, Verdict::pass) << row.name;
        EXPECT_FALSE(found->detail.empty()) << row.name;
    }
    auto const good = std::ranges::find(result->cases, "2.1", &CaseResult::id);
    ASSERT_NE(good, result->cases.end());
    EXPECT_EQ(good->verdict, Verdict::pass) << good->detail;
}

}  // namespace
}  // namespace wsspec
