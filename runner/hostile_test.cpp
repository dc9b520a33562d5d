// The program against servers that mean it ill: it ends, in bounded time and memory, says why, and prints nothing that
// a terminal would obey.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "reference/deflate.h"
#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "reports/json.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::contents;
using test::Folder;
using test::is_plain;
using test::lines;

/// One connection, in a thread of its own.
class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    /// False: the tester has gone.
    bool send(OctetView octets) const {
        while (!octets.empty()) {
            ssize_t const size = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            octets = octets.subspan(static_cast<std::size_t>(size));
        }
        return true;
    }
    bool send(std::string_view octets) const { return send(as_octets(octets)); }
    void send_for_ever(const Octets& octets) const {
        while (send(octets)) {
        }
    }
    Octets receive() const {
        Octets buffer(65536);
        ssize_t const size = recv(fd_, buffer.data(), buffer.size(), 0);
        buffer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return buffer;
    }
    void receive_rest() const {
        while (!receive().empty()) {
        }
    }
    /// The request, answered with 101 and more field lines.
    bool accept(const std::string& more = "") const {
        std::string head;
        while (!head_size(head)) {
            auto const octets = receive();
            if (octets.empty()) return false;
            head += as_text(octets);
        }
        std::string response = build_acceptance(check_request(head.substr(0, *head_size(head))).key);
        response.insert(response.size() - 2, more);
        return send(response);
    }
    /// The tester has gone, or this many milliseconds are over.
    bool gone_within(int ms) const {
        pollfd event{.fd = fd_, .events = POLLIN | POLLRDHUP, .revents = 0};
        while (poll(&event, 1, ms) > 0) {
            if ((event.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return true;
            if (receive().empty()) return true;
        }
        return false;
    }
    /// The reference, as an echo server.
    void echo() const {
        if (!accept()) return;
        Endpoint endpoint(Role::server);
        while (!endpoint.close_expected()) {
            Octets input = receive();
            if (input.empty()) return;
            std::span<Octet> rest = input;
            while (!rest.empty()) {
                rest = rest.subspan(endpoint.receive(rest));
                for (const auto& event : endpoint.take_events())
                    if (event.kind == EndpointEvent::Kind::message) endpoint.send_message(event.opcode, event.payload);
                if (!send(endpoint.take_output())) return;
            }
        }
    }

private:
    int fd_;
};

class Server {
public:
    /// Stops listening after `connections`.
    explicit Server(std::function<void(const Connection&)> behave, unsigned connections = UINT32_MAX)
        : behave_(std::move(behave)), left_(connections) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(listen(listener_, 100), 0);
        EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        url_ = "ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~Server() {
        stopped_ = true;
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        {
            std::lock_guard const lock(mutex_);
            for (auto& one : open_)
                if (one.fd >= 0) shutdown(one.fd, SHUT_RDWR);
        }
        for (auto& one : open_) one.thread.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    const std::string& url() const { return url_; }

private:
    struct Open {
        int fd = -1;
        std::thread thread = {};
    };

    void accept_all() {
        while (!stopped_ && left_-- > 0) {
            int const fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) break;
            std::lock_guard const lock(mutex_);
            Open& one = open_.emplace_back(Open{.fd = fd});
            one.thread = std::thread([this, &one, fd] {
                behave_(Connection(fd));
                std::lock_guard const closing(mutex_);
                close(fd);
                one.fd = -1;
            });
        }
        close(listener_);
    }

    std::function<void(const Connection&)> behave_;
    unsigned left_;
    int listener_ = -1;
    std::string url_;
    std::thread acceptor_;
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::list<Open> open_;
};

struct Row {
    const char* name;
    std::function<void(const Connection&)> behave;
    std::vector<int> statuses;
    std::vector<const char*> said;  ///< In the output or the error.
    unsigned connections = UINT32_MAX;
};

const std::string evil =
    "\x1b]0;owned\x07<script>alert(1)</script>\x1b[2J\x9b"
    "31m";

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
    Server const server(GetParam().behave, GetParam().connections);
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
