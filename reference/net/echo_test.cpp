#include <sys/resource.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <deque>

#include "reference/deflate.h"
#include "reference/frame.h"
#include "reference/net/echo_client.h"
#include "reference/net/echo_server.h"
#include "reference/net/net_test.h"

namespace wsspec::net {
namespace {

using namespace test;
namespace error = boost::asio::error;

std::string const key = "dGhlIHNhbXBsZSBub25jZQ==";
std::string request_to(std::string host, std::vector<std::string> subprotocols = {}, std::string extensions = {}) {
    ClientRequest asked;
    asked.extensions = std::move(extensions);
    asked.host = std::move(host);
    asked.key = key;
    asked.subprotocols = std::move(subprotocols);
    return build_request(asked);
}
std::string const request = request_to("localhost");
/// Without a key, that is.
std::string const bad_request = std::string(request).replace(request.find("Sec-WebSocket-Key"), 17, "X");

Octets from_client(const Frame& frame) { return wire(frame, Role::client); }
Octets from_server(const Frame& frame) { return wire(frame, Role::server); }

struct EchoTest : ::testing::Test {
    boost::asio::io_context io;
    std::optional<EchoServer> server;
    EchoServerSettings settings;

    void TearDown() override {
        // Whatever a test did: nothing is left, and nothing is called any more on what is gone.
        if (server) {
            bool stopped = false;
            server->stop([&] { stopped = true; });
            EXPECT_TRUE(run_until(io, [&] { return stopped; }));
            EXPECT_EQ(server->connections(), 0U);
        }
        server.reset();
        EXPECT_TRUE(run_until(io, [&] { return io.stopped(); }));
    }

    Address address() const {
        return settings.unix_path.empty() ? Address{.host = settings.host, .port = std::to_string(server->port())}
                                          : Address{.unix_path = settings.unix_path};
    }
    void serve(const FilterFactory& filter = {}) { server.emplace(io.get_executor(), settings, filter); }
    RawPeer connect() {
        if (!server) serve();
        return RawPeer::connect(io, address());
    }
    RawPeer open() {
        auto peer = connect();
        peer.send(request);
        EXPECT_EQ(peer.receive_head(), build_acceptance(key));
        return peer;
    }
    bool all_gone() {
        return run_until(io, [&] { return server->connections() == 0; });
    }
    EchoClientResult run_client(EchoClientSettings client, boost::asio::ssl::context* tls = nullptr) {
        std::optional<EchoClientResult> result;
        start_client(std::move(client), result, tls);
        EXPECT_TRUE(run_until(io, [&] { return result.has_value(); }));
        return result.value_or(EchoClientResult{});
    }
    void start_client(EchoClientSettings client, std::optional<EchoClientResult>& result,
                      boost::asio::ssl::context* tls = nullptr) {
        async_echo_client(io.get_executor(), std::move(client), tls, [&result](EchoClientResult finished) {
            EXPECT_FALSE(result) << "called twice";
            result = std::move(finished);
        });
    }
};

// ---- The server, over every transport

enum class Transport { tcp, tcp6, unix_socket, tls, tls_over_unix };
std::string name_of(Transport transport) {
    constexpr std::array names = {"Tcp", "Tcp6", "UnixSocket", "Tls", "TlsOverUnix"};
    return names[static_cast<std::size_t>(transport)];
}
struct EchoTransportTest : EchoTest, ::testing::WithParamInterface<Transport> {
    boost::asio::ssl::context tls = client_context();

    RawPeer open_transport() {
        bool const with_tls = GetParam() == Transport::tls || GetParam() == Transport::tls_over_unix;
        if (GetParam() == Transport::tcp6) settings.host = "::1";
        if (GetParam() == Transport::unix_socket || GetParam() == Transport::tls_over_unix)
            settings.unix_path = scratch() / "echo.sock";
        if (with_tls) {
            settings.certificate_file = certificate().file;
            settings.key_file = certificate().key_file;
        }
        serve();
        auto to = address();
        to.tls = with_tls;
        if (with_tls) to.server_name = "localhost";
        auto peer = RawPeer::connect(io, to, &tls);
        peer.send(request);
        EXPECT_EQ(peer.receive_head(), build_acceptance(key));
        return peer;
    }
};

TEST_P(EchoTransportTest, EchoesAndCloses) {
    auto peer = open_transport();
    peer.send(from_client(text("Hello")));
    EXPECT_EQ(peer.receive(7), from_server(text("Hello")));
    peer.send(from_client(binary(hex("00 ff"))));
    EXPECT_EQ(peer.receive(4), from_server(binary(hex("00 ff"))));
    peer.send(from_client(close_frame(1000, "bye")));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1000)));
    EXPECT_TRUE(peer.ended_cleanly());
    EXPECT_FALSE(peer.stream().truncated());
    peer.shutdown_send();
    EXPECT_TRUE(all_gone());
}

TEST_P(EchoTransportTest, EchoesABigMessage) {
    auto peer = open_transport();
    auto const big = binary(pattern("0123456789", 1U << 20));
    peer.start_sending(from_client(big));
    auto const echo = from_server(big);
    EXPECT_TRUE(peer.receive(echo.size()) == echo);
}

TEST_P(EchoTransportTest, SurvivesAReset) {
    auto peer = open_transport();
    peer.send(from_client(text("half").claiming(100)));
    peer.stream().reset();
    EXPECT_TRUE(all_gone());
}

INSTANTIATE_TEST_SUITE_P(Net, EchoTransportTest,
                         ::testing::Values(Transport::tcp, Transport::tcp6, Transport::unix_socket, Transport::tls,
                                           Transport::tls_over_unix),
                         [](const auto& transport) { return name_of(transport.param); });

// ---- The server and the opening handshake

TEST_F(EchoTest, HandshakeOctetByOctet) {
    auto peer = connect();
    for (char const octet : request) peer.send(std::string_view(&octet, 1));
    EXPECT_EQ(peer.receive_head(), build_acceptance(key));
    for (Octet const octet : from_client(text("Hello"))) peer.send(Octets{octet});
    EXPECT_EQ(peer.receive(7), from_server(text("Hello")));
}

TEST_F(EchoTest, FrameInOneSegmentWithTheHandshake) {
    auto peer = connect();
    auto glued = octets(request);
    append(glued, from_client(text("Hello")));
    peer.send(glued);
    EXPECT_EQ(peer.receive_head(), build_acceptance(key));
    EXPECT_EQ(peer.receive(7), from_server(text("Hello")));
}

TEST_F(EchoTest, BadRequestIsRefused) {
    auto peer = connect();
    peer.send(bad_request);
    EXPECT_TRUE(peer.receive_head().starts_with("HTTP/1.1 400 "));
    peer.receive_rest();
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, OtherVersionIsRefusedWithTheOneSpoken) {
    auto peer = connect();
    peer.send(std::string(request).replace(request.find("Version: 13"), 11, "Version: 14"));
    auto const head = peer.receive_head();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 426 ")) << head;
    EXPECT_TRUE(head.contains("Sec-WebSocket-Version: 13\r\n")) << head;
    peer.receive_rest();
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, RefusalIsNotDestroyedByWhatIsStillUnderWay) {
    auto peer = connect();
    peer.send(bad_request + std::string(500000, 'x'));
    EXPECT_TRUE(peer.receive_head().starts_with("HTTP/1.1 400 "));
    peer.receive_rest();
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, HeadOverTheLimit) {
    settings.header_limit = 1000;
    for (auto const& head : {"GET / HTTP/1.1\r\nX: " + std::string(2000, 'x'),
                             "GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"}) {
        auto peer = connect();
        peer.send(head);
        EXPECT_TRUE(peer.receive_head().starts_with("HTTP/1.1 431 "));
        EXPECT_EQ(peer.receive_rest(), Octets());
        EXPECT_TRUE(peer.ended_cleanly());
    }
}

TEST_F(EchoTest, FirstSupportedSubprotocolThatIsOffered) {
    settings.subprotocols = {"c", "b", "a"};
    auto peer = connect();
    peer.send(request_to("localhost", {"x", "a", "b"}));
    EXPECT_EQ(peer.receive_head(), build_acceptance(key, "b"));
    auto other = connect();
    other.send(request_to("localhost", {"x"}));
    EXPECT_EQ(other.receive_head(), build_acceptance(key));
}

TEST_F(EchoTest, ClientLeavesDuringTheHandshake) {
    auto peer = connect();
    peer.send("GET / HT");
    peer.shutdown_send();
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_TRUE(peer.ended_cleanly());
    EXPECT_TRUE(all_gone());
}

TEST_F(EchoTest, AgreesOnCompressionWithWhoeverOffersIt) {
    struct Row {
        const char* offers;
        const char* answer;
    };
    serve();
    for (const auto& row : std::vector<Row>{
             {"permessage-deflate", "permessage-deflate"},
             {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
             {"permessage-deflate; server_max_window_bits=10; server_no_context_takeover",
              "permessage-deflate; server_no_context_takeover; server_max_window_bits=10"},
             {"x-foo, permessage-deflate; server_max_window_bits=7, permessage-deflate; client_no_context_takeover",
              "permessage-deflate; client_no_context_takeover"},
             {"permessage-deflate; server_max_window_bits=8", ""},
             {"permessage-deflate; foo", ""},
             {"x-foo", ""},
         }) {
        auto peer = connect();
        peer.send(request_to("localhost", {}, row.offers));
        EXPECT_EQ(peer.receive_head(), build_acceptance(key, {}, row.answer)) << row.offers;
        // Who has not agreed on compression does not get it.
        peer.send(from_client(text("Hello")));
        auto const plain = from_server(text("Hello"));
        auto const compressed = from_server(text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1));
        auto const& echo = *row.answer == '\0' ? plain : compressed;
        EXPECT_EQ(peer.receive(echo.size()), echo) << row.offers;
    }
}

TEST_F(EchoTest, MayBeToldNotToCompress) {
    settings.permessage_deflate = false;
    auto peer = connect();
    peer.send(request_to("localhost", {}, "permessage-deflate"));
    EXPECT_EQ(peer.receive_head(), build_acceptance(key));
    peer.send(from_client(text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1)));
    auto const close = peer.receive_rest();
    ASSERT_GE(close.size(), 4U);
    EXPECT_EQ(Octets(close.begin() + 2, close.begin() + 4), hex("03 ea"));  // 1002
}

// ---- The server and its open connections

TEST_F(EchoTest, UnmaskedFrameFails) {
    auto peer = open();
    auto sent = from_client(text("before"));
    append(sent, from_client(text("bad").wrongly_masked()));
    append(sent, from_client(text("behind")));
    peer.send(sent);
    EXPECT_EQ(peer.receive(8), from_server(text("before")));
    auto const close = peer.receive_rest();
    ASSERT_GE(close.size(), 4U);
    EXPECT_EQ(close[0], 0x88);
    EXPECT_EQ(Octets(close.begin() + 2, close.begin() + 4), hex("03 ea"));  // 1002
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, CloseSurvivesWhatTheClientStillSends) {
    auto peer = open();
    auto sent = from_client(text("bad").wrongly_masked());
    append(sent, repeated(0, 500000));
    peer.send(sent);
    EXPECT_EQ(peer.receive(1), hex("88"));
    peer.receive_rest();
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, ClientThatSendsForeverAfterCloseIsDropped) {
    auto peer = open();
    peer.send(from_client(close_frame(1000)));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1000)));
    peer.start_sending(repeated(0, 64U << 20));
    EXPECT_TRUE(all_gone());
    EXPECT_TRUE(run_until(io, [&] { return !peer.sending(); }));
    EXPECT_TRUE(peer.write_error());
}

TEST_F(EchoTest, ClientThatStaysAfterCloseIsLeft) {
    auto peer = open();
    peer.send(from_client(close_frame()));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame()));
    EXPECT_TRUE(all_gone());  // Its own deadline of two seconds is the event.
}

TEST_F(EchoTest, PingIsAnswered) {
    auto peer = open();
    peer.send(from_client(ping("data")));
    EXPECT_EQ(peer.receive(6), from_server(pong("data")));
    auto sent = from_client(pong("unsolicited"));
    append(sent, from_client(ping()));
    peer.send(sent);
    EXPECT_EQ(peer.receive(2), from_server(pong()));
}

TEST_F(EchoTest, PingBetweenFragments) {
    auto peer = open();
    auto sent = from_client(text("Hel").more());
    append(sent, from_client(ping("between")));
    append(sent, from_client(continuation("lo")));
    peer.send(sent);
    auto expected = from_server(pong("between"));
    append(expected, from_server(text("Hello")));
    EXPECT_EQ(peer.receive(expected.size()), expected);
}

TEST_F(EchoTest, MessageOverTheLimit) {
    settings.limits.message = 1000;
    auto peer = open();
    peer.send(from_client(binary(repeated(1, 1000))));
    EXPECT_EQ(peer.receive(1004), from_server(binary(repeated(1, 1000))));
    peer.send(from_client(binary(repeated(1, 1001))));
    auto const close = peer.receive_rest();
    ASSERT_GE(close.size(), 4U);
    EXPECT_EQ(Octets(close.begin() + 2, close.begin() + 4), hex("03 f1"));  // 1009
    EXPECT_TRUE(peer.ended_cleanly());
}

struct EchoDeflateTest : EchoTest {
    RawPeer open_compressed(std::string parameters = {}) {
        auto const extension = "permessage-deflate" + parameters;
        auto peer = connect();
        peer.send(request_to("localhost", {}, extension));
        EXPECT_EQ(peer.receive_head(), build_acceptance(key, {}, extension));
        return peer;
    }
};

TEST_F(EchoDeflateTest, TalksCompressed) {
    auto peer = open_compressed();
    auto const hello = text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1);
    auto const again = text(hex("f2 00 11 00 00")).with_rsv(rsv1);
    auto const empty = binary(hex("00")).with_rsv(rsv1);
    for (const auto& [sent, echo] : std::vector<std::pair<std::vector<Frame>, Frame>>{
             {{hello}, hello},
             {{ping("p")}, pong("p")},
             {{text(hex("f2 00")).with_rsv(rsv1).more(), continuation(hex("11 00 00"))}, again},
             {{empty}, empty},
             {{text("")}, text(hex("00")).with_rsv(rsv1)},
         }) {
        for (const auto& frame : sent) peer.send(from_client(frame));
        EXPECT_EQ(peer.receive(from_server(echo).size()), from_server(echo));
    }
    peer.send(from_client(close_frame(1000)));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1000)));
}

TEST_F(EchoDeflateTest, ForgetsItsWindowIfItWasAskedTo) {
    auto peer = open_compressed("; server_no_context_takeover");
    auto const echo = from_server(text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1));
    peer.send(from_client(text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1)));
    EXPECT_EQ(peer.receive(echo.size()), echo);
    peer.send(from_client(text(hex("f2 00 11 00 00")).with_rsv(rsv1)));
    EXPECT_EQ(peer.receive(echo.size()), echo);
}

TEST_F(EchoDeflateTest, EchoesABigMessage) {
    auto peer = open_compressed();
    auto const big = pattern("0123456789", 10U << 20);
    auto const frame = binary(MessageDeflater(15, true).compress(big)).with_rsv(rsv1);
    peer.start_sending(from_client(frame));
    EXPECT_TRUE(peer.receive(from_server(frame).size()) == from_server(frame));
}

TEST_F(EchoDeflateTest, FailsOverABomb) {
    settings.limits.message = 1U << 20;
    auto peer = open_compressed();
    peer.send(from_client(binary(MessageDeflater(15, true).compress(Octets(10U << 20))).with_rsv(rsv1)));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1009, "message too big")));
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoDeflateTest, FailsOverWhatIsNoDeflate) {
    auto peer = open_compressed();
    peer.send(from_client(text(hex("00 14 00 eb ff 41 42 43")).with_rsv(rsv1)));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1007, "a compressed message cannot be decompressed")));
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, HalfClosedClientGetsItsEcho) {
    auto peer = open();
    auto const big = text(pattern("a", 1U << 20));
    peer.start_sending(from_client(big));
    ASSERT_TRUE(run_until(io, [&] { return !peer.sending(); }));
    peer.shutdown_send();
    EXPECT_TRUE(peer.receive_rest() == from_server(big));
    EXPECT_TRUE(peer.ended_cleanly());
}

TEST_F(EchoTest, TwoHundredAtOnce) {
    serve();
    std::deque<RawPeer> peers;
    for (int i = 0; i < 200; ++i) peers.push_back(connect());
    for (auto& peer : peers) peer.start_sending(octets(request));
    for (auto& peer : peers) EXPECT_EQ(peer.receive_head(), build_acceptance(key));
    EXPECT_EQ(server->connections(), 200U);
    for (auto& peer : peers) peer.start_sending(from_client(text("Hello")));
    for (auto& peer : peers) EXPECT_EQ(peer.receive(7), from_server(text("Hello")));
    for (auto& peer : peers) peer.start_sending(from_client(close_frame(1000)));
    for (auto& peer : peers) {
        EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1000)));
        peer.stream().close();
    }
    EXPECT_TRUE(all_gone());
}

struct Counts {
    std::size_t incoming = 0;
    std::size_t outgoing = 0;
};
struct CountingFilter : Filter {
    explicit CountingFilter(std::shared_ptr<Counts> counts) : counts_(std::move(counts)) {}
    Octets incoming(Octets octets) override {
        counts_->incoming += octets.size();
        return octets;
    }
    Octets outgoing(Octets octets) override {
        counts_->outgoing += octets.size();
        return octets;
    }
    std::shared_ptr<Counts> counts_;
};

TEST_F(EchoTest, ClientThatNeverReadsIsNotReadFrom) {
    auto const counts = std::make_shared<Counts>();  // Connections may outlive the test's body.
    serve([counts] { return std::make_unique<CountingFilter>(counts); });
    auto peer = open();
    auto const frame = from_client(binary(repeated(7, 60000)));
    Octets much;
    for (int i = 0; i < 1000; ++i) append(much, frame);
    peer.start_sending(std::move(much));
    // Until nothing moves any more: everything that could be said between the two has been said.
    while (io.run_one_for(std::chrono::milliseconds(300)) != 0) {
    }
    EXPECT_TRUE(peer.sending());
    // What the server took is what it answered, a write and a frame aside; the rest of it is the kernel's.
    EXPECT_LT(counts->incoming, counts->outgoing + 3 * frame.size());
    EXPECT_LT(counts->incoming, 40'000'000U);
    // And it goes on where it stopped.
    auto const echo = from_server(binary(repeated(7, 60000)));
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(peer.receive(echo.size()) == echo);
}

TEST_F(EchoTest, AcceptsAgainWhenThereAreFileDescriptorsAgain) {
    serve();
    // The kernel completes the connection; the server has yet to take it.
    boost::asio::ip::tcp::socket client(io);
    client.connect({boost::asio::ip::make_address("127.0.0.1"), server->port()});
    io.poll();
    EXPECT_EQ(server->connections(), 1U);
    boost::asio::ip::tcp::socket second(io);
    second.connect({boost::asio::ip::make_address("127.0.0.1"), server->port()});
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    auto none = before;
    none.rlim_cur = 0;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    // A failed accept, then the timer that starts the next one, and so on.
    for (int i = 0; i < 4; ++i) EXPECT_EQ(io.run_one_for(std::chrono::seconds(5)), 1U);
    EXPECT_EQ(server->connections(), 1U);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(run_until(io, [&] { return server->connections() == 2; }));
}

// ---- Stopping

TEST_F(EchoTest, StopSaysGoingAway) {
    auto peer = open();
    auto silent = connect();
    ASSERT_TRUE(run_until(io, [&] { return server->connections() == 2; }));
    bool stopped = false;
    server->stop([&] { stopped = true; });
    EXPECT_EQ(peer.receive(4), from_server(close_frame(1001)));
    EXPECT_EQ(silent.receive_rest(), Octets());  // No handshake, no Close.
    EXPECT_FALSE(stopped);
    peer.send(from_client(close_frame(1001)));
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_TRUE(peer.ended_cleanly());
    peer.stream().close();
    EXPECT_TRUE(run_until(io, [&] { return stopped; }));

    std::optional<ErrorCode> refused;
    async_connect(io.get_executor(), address(), nullptr, [&](ErrorCode failed, auto) { refused = failed; });
    ASSERT_TRUE(run_until(io, [&] { return refused.has_value(); }));
    EXPECT_EQ(*refused, error::connection_refused);
}

TEST_F(EchoTest, StopDoesNotWaitForeverForAClientThatSaysNothing) {
    auto peer = open();
    bool stopped = false;
    boost::asio::post(io, [&] { server->stop([&] { stopped = true; }); });
    EXPECT_TRUE(run_until(io, [&] { return stopped; }));
    EXPECT_EQ(peer.receive_rest(), from_server(close_frame(1001)));
}

TEST_F(EchoTest, StopWithoutConnections) {
    settings.unix_path = scratch() / "stop.sock";
    serve();
    EXPECT_TRUE(std::filesystem::is_socket(settings.unix_path));
    EXPECT_THROW(EchoServer(io.get_executor(), {.unix_path = scratch()}), boost::system::system_error);
    int stopped = 0;
    server->stop([&] { ++stopped; });
    server->stop([&] { ++stopped; });
    server->stop({});
    EXPECT_TRUE(run_until(io, [&] { return stopped == 2; }));
    EXPECT_FALSE(std::filesystem::exists(settings.unix_path));
}

TEST_F(EchoTest, StaleUnixSocketIsReplaced) {
    settings.unix_path = scratch() / "stale.sock";
    {
        boost::asio::io_context other;
        boost::asio::local::stream_protocol::acceptor const left_behind(other, settings.unix_path);
    }
    ASSERT_TRUE(std::filesystem::exists(settings.unix_path));
    auto peer = open();
    peer.send(from_client(text("Hello")));
    EXPECT_EQ(peer.receive(7), from_server(text("Hello")));
}

TEST_F(EchoTest, DestroyedInTheMiddle) {
    auto peer = open();
    auto silent = connect();
    peer.start_sending(from_client(binary(repeated(7, 1U << 20))));
    server.reset();
    peer.receive_rest();
    silent.receive_rest();
    EXPECT_TRUE(peer.end());
    EXPECT_TRUE(silent.end());
}

TEST_F(EchoTest, TheLoopMayEndBeforeTheConnections) {
    // Nothing is run any more: the loop's own destructor has to get rid of everything (checked by the sanitizer).
    auto const other = std::make_unique<boost::asio::io_context>();
    {
        EchoServer const doomed(other->get_executor(), {});
        auto peer = RawPeer::connect(*other, {.host = "127.0.0.1", .port = std::to_string(doomed.port())});
        peer.send(request);
        EXPECT_EQ(peer.receive_head(), build_acceptance(key));
        EXPECT_EQ(doomed.connections(), 1U);
    }
}

TEST_F(EchoTest, PortInUse) {
    serve();
    EXPECT_THROW(EchoServer(io.get_executor(), {.port = server->port()}), boost::system::system_error);
}

// ---- Filters

/// Bends nothing unless told so.
struct Bent {
    std::function<std::string(std::string)> request, response;
    std::function<Octets(Octets)> incoming, outgoing;
    Filter::Ending ending = Filter::Ending::as_reference;
    std::function<Filter::Ending(bool)> peer_ended;
    std::function<bool()> drops_now;
};
struct BentFilter : Filter {
    explicit BentFilter(const Bent& bent) : bent_(bent) {}
    std::string request(std::string head) override { return bent_.request ? bent_.request(head) : head; }
    std::string response(std::string text, const std::string& head) override {
        EXPECT_TRUE(head.starts_with("GET ")) << head;
        return bent_.response ? bent_.response(text) : text;
    }
    Octets incoming(Octets octets) override { return bent_.incoming ? bent_.incoming(octets) : octets; }
    Octets outgoing(Octets octets) override { return bent_.outgoing ? bent_.outgoing(octets) : octets; }
    Ending ending() override { return bent_.ending; }
    Ending peer_ended(bool reset) override { return bent_.peer_ended ? bent_.peer_ended(reset) : Ending::as_reference; }
    bool drops_now() override { return bent_.drops_now && bent_.drops_now(); }
    const Bent& bent_;
};
struct EchoFilterTest : EchoTest {
    Bent bent;
    RawPeer open_bent() {
        serve([this] { return std::make_unique<BentFilter>(bent); });
        return open();
    }
};

TEST_F(EchoFilterTest, SeesAndChangesAllThatPasses) {
    bent.request = [](const std::string& head) {
        EXPECT_EQ(head, "GET /plain HTTP/1.1\r\n\r\n");
        return request;
    };
    bent.response = [](const std::string& response) {
        EXPECT_EQ(response, build_acceptance(key));
        return "HTTP/1.1 299 Odd\r\n\r\n";
    };
    bent.incoming = [](const Octets& octets) {
        EXPECT_EQ(octets, wsspec::octets("glued"));
        return from_client(text("Hello"));
    };
    std::vector<Octets> out;
    bent.outgoing = [&](const Octets& octets) {
        out.push_back(octets);
        return wsspec::octets("odd");
    };
    serve([this] { return std::make_unique<BentFilter>(bent); });
    auto peer = connect();
    peer.send("GET /plain HTTP/1.1\r\n\r\nglued");
    EXPECT_EQ(peer.receive_head(), "HTTP/1.1 299 Odd\r\n\r\n");
    EXPECT_EQ(peer.receive(3), octets("odd"));
    EXPECT_EQ(out, std::vector<Octets>{from_server(text("Hello"))});
    bent.outgoing = {};
}

TEST_F(EchoFilterTest, KeepsOpen) {
    bent.ending = Filter::Ending::keep_open;
    auto peer = open_bent();
    peer.send(from_client(close_frame()));
    EXPECT_EQ(peer.receive(2), from_server(close_frame()));
    peer.send(repeated(0, 3U << 20));  // Taken, and ignored.
    EXPECT_EQ(server->connections(), 1U);
    peer.shutdown_send();
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_TRUE(all_gone());
}

TEST_F(EchoFilterTest, ResetsAtTheEnd) {
    bent.ending = Filter::Ending::reset;
    auto peer = open_bent();
    peer.send(from_client(close_frame()));
    peer.receive_rest();
    EXPECT_EQ(*peer.end(), error::connection_reset);
    EXPECT_TRUE(all_gone());
}

TEST_F(EchoFilterTest, LearnsHowThePeerEnds) {
    std::vector<bool> resets;
    bent.peer_ended = [&](bool reset) {
        resets.push_back(reset);
        return Filter::Ending::as_reference;
    };
    auto peer = open_bent();
    peer.shutdown_send();
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_TRUE(all_gone());
    EXPECT_EQ(resets, std::vector{false});

    auto other = open();
    other.stream().reset();
    EXPECT_TRUE(all_gone());
    EXPECT_EQ(resets, (std::vector{false, true}));
}

TEST_F(EchoFilterTest, StaysWhenThePeerHasEnded) {
    bent.peer_ended = [](bool) { return Filter::Ending::keep_open; };
    auto peer = open_bent();
    peer.send(from_client(text("Hello")));
    peer.shutdown_send();
    EXPECT_EQ(peer.receive(7), from_server(text("Hello")));
    EXPECT_EQ(server->connections(), 1U);
    peer.stream().close();
}

TEST_F(EchoFilterTest, DropsOnWhatGoesOut) {
    bool drop = false;
    bent.outgoing = [&](const Octets& octets) {
        drop = octets[0] == 0x88;
        return octets;
    };
    bent.drops_now = [&] { return drop; };
    auto peer = open_bent();
    auto sent = from_client(text("Hello"));
    append(sent, from_client(close_frame()));
    peer.send(sent);
    EXPECT_EQ(peer.receive_rest(), from_server(text("Hello")));
    EXPECT_TRUE(all_gone());
}

TEST_F(EchoFilterTest, DropsOnWhatComesIn) {
    bool drop = false;
    bent.incoming = [&](const Octets& octets) {
        drop = true;
        return octets;
    };
    bent.drops_now = [&] { return drop; };
    auto peer = open_bent();
    peer.send(from_client(text("Hello")));
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_TRUE(all_gone());
}

// ---- The client

TEST_F(EchoTest, ServerAndClientAgainstEachOther) {
    // The server's first message rides behind its response; from then on both send it back and forth.
    auto tls = client_context();
    for (Transport const transport : {Transport::tcp, Transport::unix_socket, Transport::tls}) {
        settings = {};
        if (transport == Transport::unix_socket) settings.unix_path = scratch() / "both.sock";
        if (transport == Transport::tls) {
            settings.certificate_file = certificate().file;
            settings.key_file = certificate().key_file;
        }
        Bent bent;
        bent.response = [](const std::string& response) {
            return response + std::string(as_text(from_server(text("Hello"))));
        };
        int rounds = 0;
        bent.outgoing = [&](const Octets& octets) {
            if (++rounds == 10) boost::asio::post(io, [&] { server->stop({}); });
            return octets;
        };
        serve([&] { return std::make_unique<BentFilter>(bent); });
        auto to = address();
        to.tls = transport == Transport::tls;
        auto const result = run_client({.address = to}, &tls);
        EXPECT_TRUE(result.opened);
        EXPECT_EQ(result.close_code, 1001);
        EXPECT_GE(result.messages, 10U);
        EXPECT_EQ(result.error, "");
        EXPECT_TRUE(all_gone());
    }
}

struct EchoClientTest : EchoTest {
    RawServer raw{io};
    std::optional<EchoClientResult> result;

    RawPeer start(EchoClientSettings client = {}) {
        client.address = raw.address();
        client.request.key = key;
        start_client(std::move(client), result);
        return raw.accept();
    }
    RawPeer start_open(EchoClientSettings client = {}) {
        auto peer = start(std::move(client));
        EXPECT_EQ(peer.receive_head(),
                  request_to("127.0.0.1:" + raw.address().port, {}, "permessage-deflate; client_max_window_bits"));
        peer.send(build_acceptance(key));
        return peer;
    }
    bool finished() {
        return run_until(io, [&] { return result.has_value(); });
    }
};

TEST_F(EchoClientTest, EchoesAndWaitsForTheServerToEndTcp) {
    auto peer = start_open();
    peer.send(from_server(text("Hello")));
    auto const echo = peer.receive(11);
    EXPECT_EQ(Octets(echo.begin(), echo.begin() + 2), hex("81 85"));
    peer.send(from_server(close_frame(3000, "done")));
    auto const close = peer.receive(8);
    EXPECT_EQ(Octets(close.begin(), close.begin() + 2), hex("88 82"));
    EXPECT_FALSE(result);
    peer.shutdown_send();
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_TRUE(peer.ended_cleanly());
    ASSERT_TRUE(finished());
    EXPECT_TRUE(result->opened);
    EXPECT_EQ(result->messages, 1U);
    EXPECT_EQ(result->close_code, 3000);
    EXPECT_EQ(result->error, "");
}

TEST_F(EchoClientTest, EndsTcpItselfIfTheServerDoesNot) {
    auto peer = start_open({.close_timeout_ms = 50});
    peer.send(from_server(close_frame()));
    peer.receive_rest();
    EXPECT_TRUE(peer.ended_cleanly());
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->close_code, 1005);
    EXPECT_EQ(result->error, "the server does not end TCP after the closing handshake");
}

TEST_F(EchoClientTest, FailsTheConnection) {
    auto peer = start_open();
    peer.send(from_server(text("masked").wrongly_masked()));
    auto const close = peer.receive_rest();
    ASSERT_GE(close.size(), 6U);
    EXPECT_EQ(close[0], 0x88);
    EXPECT_TRUE(peer.ended_cleanly());
    peer.stream().close();
    ASSERT_TRUE(finished());
    EXPECT_TRUE(result->opened);
    EXPECT_EQ(result->close_code, 1006);
    EXPECT_NE(result->error, "");
}

TEST_F(EchoClientTest, MessageOverTheLimit) {
    auto peer = start_open({.limits = {.message = 10}});
    peer.send(from_server(text("eleven char")));
    EXPECT_FALSE(peer.receive_rest().empty());
    peer.stream().close();
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->error, "message too big");
}

TEST_F(EchoClientTest, ServerEndsTcpWithoutClose) {
    auto peer = start_open();
    peer.stream().close();
    ASSERT_TRUE(finished());
    EXPECT_TRUE(result->opened);
    EXPECT_EQ(result->close_code, 1006);
    EXPECT_EQ(result->error, "the server ends TCP without a Close frame");
}

TEST_F(EchoClientTest, ServerResets) {
    auto peer = start_open();
    peer.send(from_server(ping()));
    EXPECT_EQ(peer.receive(6).size(), 6U);
    peer.stream().reset();
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->close_code, 1006);
    EXPECT_EQ(result->error, ErrorCode(error::connection_reset).message());
}

TEST_F(EchoClientTest, TalksCompressed) {
    auto peer = start();
    peer.receive_head();
    peer.send(build_acceptance(key, {}, "permessage-deflate; client_no_context_takeover"));
    for (const char* payload : {"f2 48 cd c9 c9 07 00", "f2 00 11 00 00"}) {
        peer.send(from_server(text(hex(payload)).with_rsv(rsv1)));
        auto echo = peer.receive(13);
        ASSERT_EQ(echo.size(), 13U);
        EXPECT_EQ(Octets(echo.begin(), echo.begin() + 2), hex("c1 87"));
        apply_mask(std::span(echo).subspan(6), {echo[2], echo[3], echo[4], echo[5]});
        EXPECT_EQ(Octets(echo.begin() + 6, echo.end()), hex("f2 48 cd c9 c9 07 00"));
    }
    peer.send(from_server(close_frame(1000)));
    peer.shutdown_send();
    peer.receive_rest();
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->messages, 2U);
    EXPECT_EQ(result->error, "");
}

TEST_F(EchoClientTest, TakesALimitThatItCannotCompressFor) {
    auto peer = start();
    peer.receive_head();
    peer.send(build_acceptance(key, {}, "permessage-deflate; client_max_window_bits=8"));
    peer.send(from_server(text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1)));
    auto const echo = peer.receive(11);
    ASSERT_EQ(echo.size(), 11U);
    EXPECT_EQ(Octets(echo.begin(), echo.begin() + 2), hex("81 85"));
}

TEST_F(EchoClientTest, FailsOverAnAgreementThatIsNone) {
    struct Row {
        bool offer;
        const char* answer;
        const char* why;
    };
    for (const auto& row : std::vector<Row>{
             {true, "permessage-deflate; foo", "R7692-7-5"},
             {true, "permessage-deflate; client_max_window_bits", "R7692-7-6"},
             {true, "permessage-deflate; server_max_window_bits=16", "R7692-7-6"},
             {true, "permessage-deflate; client_no_context_takeover; client_no_context_takeover", "R7692-7-7"},
             {true, "permessage-deflate, permessage-deflate", "R7692-5-7"},
             {true, "x-foo", "R6455-4.2.2-11"},
             {false, "permessage-deflate", "R6455-4.2.2-12"},
         }) {
        SCOPED_TRACE(row.answer);
        result.reset();
        auto peer = start({.permessage_deflate = row.offer});
        EXPECT_EQ(peer.receive_head().contains("Sec-WebSocket-Extensions"), row.offer);
        peer.send(build_acceptance(key, {}, row.answer));
        EXPECT_EQ(peer.receive_rest(), Octets());
        ASSERT_TRUE(finished());
        EXPECT_FALSE(result->opened);
        EXPECT_TRUE(result->error.contains(row.why)) << result->error;
    }
}

TEST_F(EchoClientTest, WrongAccept) {
    auto peer = start();
    peer.receive_head();
    peer.send(build_acceptance("AAAAAAAAAAAAAAAAAAAAAA=="));
    EXPECT_EQ(peer.receive_rest(), Octets());  // Closed, without a frame.
    ASSERT_TRUE(finished());
    EXPECT_FALSE(result->opened);
    EXPECT_TRUE(result->error.contains("Sec-WebSocket-Accept")) << result->error;
}

TEST_F(EchoClientTest, Refused) {
    auto peer = start();
    peer.receive_head();
    peer.send("HTTP/1.1 403 Not\x1byou\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(finished());
    EXPECT_FALSE(result->opened);
    EXPECT_TRUE(result->error.starts_with("the server refuses: 403 ")) << result->error;
    EXPECT_FALSE(result->error.contains('\x1b'));
}

TEST_F(EchoClientTest, NoHttp) {
    auto peer = start();
    peer.send("SSH-2.0-x\r\n\r\n");
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->error, "the answer is no HTTP response");
}

TEST_F(EchoClientTest, ResponseTooLarge) {
    auto peer = start({.header_limit = 100});
    peer.send("HTTP/1.1 101 OK\r\nX: " + std::string(100, 'x'));
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->error, "the response is too large");
}

TEST_F(EchoClientTest, ServerEndsTcpDuringTheHandshake) {
    auto peer = start();
    peer.receive_head();
    peer.send("HTTP/1.1 101 Sw");
    peer.stream().close();
    ASSERT_TRUE(finished());
    EXPECT_EQ(result->error, "the server ends TCP before its response ends");
}

TEST_F(EchoClientTest, ServerNeverAnswers) {
    auto peer = start({.handshake_timeout_ms = 50});
    ASSERT_TRUE(finished());
    EXPECT_FALSE(result->opened);
    EXPECT_EQ(result->error, "no opening handshake within 50 ms");
}

TEST_F(EchoClientTest, ServerNeverFinishesTls) {
    auto tls = client_context();
    auto address = raw.address();
    address.tls = true;
    EXPECT_EQ(run_client({.address = address, .handshake_timeout_ms = 50}, &tls).error,
              "no opening handshake within 50 ms");
}

TEST_F(EchoClientTest, NobodyListens) {
    auto const failed = run_client({.address = {.unix_path = scratch() / "nobody.sock"}});
    EXPECT_TRUE(failed.error.starts_with("cannot connect: ")) << failed.error;
}

}  // namespace
}  // namespace wsspec::net
