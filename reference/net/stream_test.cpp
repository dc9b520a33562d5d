#include "reference/net/stream.h"

#include "reference/net/echo_server.h"
#include "reference/net/net_test.h"

namespace wsspec::net {
namespace {

using namespace test;
namespace error = boost::asio::error;

struct StreamTest : ::testing::Test {
    boost::asio::io_context io;
    RawServer server{io};

    std::optional<ErrorCode> result;
    std::unique_ptr<Stream> connected;
    ConnectHandler take() {
        return [this](ErrorCode failed, std::unique_ptr<Stream> stream) {
            EXPECT_FALSE(result) << "called twice";
            EXPECT_EQ(!failed, stream != nullptr);
            result = failed;
            connected = std::move(stream);
        };
    }
    bool finished() {
        return run_until(io, [&] { return result.has_value(); });
    }
};

TEST_F(StreamTest, ConnectsByName) {
    auto address = server.address();
    address.host = "localhost";  // ::1 is tried, and refused, where the name has it.
    async_connect(io.get_executor(), address, nullptr, take());
    ASSERT_TRUE(finished());
    EXPECT_FALSE(*result) << result->message();
}

TEST_F(StreamTest, ConnectFails) {
    auto const address = RawServer(io).address();  // Gone by now.
    async_connect(io.get_executor(), address, nullptr, take());
    ASSERT_TRUE(finished());
    EXPECT_EQ(*result, error::connection_refused);

    result.reset();
    async_connect(io.get_executor(), {.unix_path = scratch() / "nobody"}, nullptr, take());
    ASSERT_TRUE(finished());
    EXPECT_EQ(*result, boost::system::errc::no_such_file_or_directory);

    result.reset();
    async_connect(io.get_executor(), {.unix_path = std::string(200, 'x')}, nullptr, take());
    ASSERT_TRUE(finished());
    EXPECT_EQ(*result, error::name_too_long);
}

TEST_F(StreamTest, HandlersAreNeverCalledFromInsideTheCall) {
    async_connect(io.get_executor(), {.unix_path = std::string(200, 'x')}, nullptr, take());
    EXPECT_FALSE(result);
    ASSERT_TRUE(finished());
}

TEST_F(StreamTest, CancelsConnecting) {
    for (auto const& address : {server.address(), Address{.host = "localhost", .port = server.address().port}}) {
        result.reset();
        auto const cancel = async_connect(io.get_executor(), address, nullptr, take());
        cancel();
        ASSERT_TRUE(finished());
        EXPECT_EQ(*result, error::operation_aborted);
    }
}

TEST_F(StreamTest, CancelsTheTlsHandshake) {
    auto tls = client_context();
    auto address = server.address();
    address.tls = true;
    auto const cancel = async_connect(io.get_executor(), address, &tls, take());
    auto peer = server.accept();
    EXPECT_EQ(peer.receive(1), hex("16"));  // The ClientHello is there; no answer comes.
    cancel();
    ASSERT_TRUE(finished());
    EXPECT_EQ(*result, error::operation_aborted);
}

TEST_F(StreamTest, CancellingLaterHasNoEffect) {
    auto const cancel = async_connect(io.get_executor(), server.address(), nullptr, take());
    auto peer = server.accept();
    ASSERT_TRUE(finished());
    cancel();
    RawPeer client(io, std::move(connected));
    client.send("x");
    EXPECT_EQ(peer.receive(1), octets("x"));
}

/// On all kinds of stream, though only TCP has segments.
TEST_F(StreamTest, MayHoldBackUntilItsDirectionEnds) {
    auto tls = client_context();
    auto server_tls = server_context();
    for (bool const with_tls : {false, true}) {
        result.reset();
        auto address = server.address();
        address.tls = with_tls;
        async_connect(io.get_executor(), address, &tls, take());
        auto peer = server.accept(with_tls ? &server_tls : nullptr);
        ASSERT_TRUE(finished());
        RawPeer client(io, std::move(connected));
        client.stream().hold_back();
        client.send("last words");
        client.shutdown_send();
        EXPECT_EQ(peer.receive_rest(), octets("last words"));
        EXPECT_TRUE(peer.ended_cleanly());
    }
}

TEST_F(StreamTest, DestroyingAbortsWhatIsPending) {
    auto tls = client_context();
    auto server_tls = server_context();
    for (bool const with_tls : {false, true}) {
        result.reset();
        auto address = server.address();
        address.tls = with_tls;
        async_connect(io.get_executor(), address, &tls, take());
        auto peer = server.accept(with_tls ? &server_tls : nullptr);
        ASSERT_TRUE(finished());
        ASSERT_FALSE(*result) << result->message();

        std::optional<ErrorCode> read;
        std::optional<ErrorCode> written;
        Octets buffer(100);
        Octets const much(64U << 20);
        connected->async_read(buffer, [&](ErrorCode failed, std::size_t) { read = failed; });
        connected->async_write(much, [&](ErrorCode failed) { written = failed; });
        connected.reset();
        ASSERT_TRUE(run_until(io, [&] { return read && written; }));
        EXPECT_EQ(*read, error::operation_aborted);
        EXPECT_EQ(*written, error::operation_aborted);
    }
}

TEST_F(StreamTest, TlsHalfCloses) {
    auto tls = client_context();
    auto server_tls = server_context();
    auto address = server.address();
    address.tls = true;
    async_connect(io.get_executor(), address, &tls, take());
    auto peer = server.accept(&server_tls);
    ASSERT_TRUE(finished());
    RawPeer client(io, std::move(connected));

    client.send("before");
    client.shutdown_send();
    EXPECT_EQ(peer.receive_rest(), octets("before"));
    EXPECT_TRUE(peer.ended_cleanly());
    EXPECT_FALSE(peer.stream().truncated());
    // The other direction is still open.
    peer.send("behind");
    EXPECT_EQ(client.receive(6), octets("behind"));
    peer.stream().close();
    EXPECT_EQ(client.receive_rest(), Octets());
    EXPECT_TRUE(client.ended_cleanly());
    EXPECT_TRUE(client.stream().truncated());  // The peer sent no close_notify.
}

TEST_F(StreamTest, ResetIsSeenAsReset) {
    async_connect(io.get_executor(), server.address(), nullptr, take());
    auto peer = server.accept();
    ASSERT_TRUE(finished());
    connected->reset();
    EXPECT_EQ(peer.receive_rest(), Octets());
    EXPECT_EQ(*peer.end(), error::connection_reset);
}

TEST_F(StreamTest, TheCertificateMustCarryTheName) {
    auto tls = client_context();
    EchoServer const tls_server(io.get_executor(),
                                {.certificate_file = certificate().file, .key_file = certificate().key_file});
    Address address{.host = "127.0.0.1", .port = std::to_string(tls_server.port()), .tls = true};
    struct {
        std::string name;
        bool fits;
    } const cases[] = {{"", true}, {"localhost", true}, {"127.0.0.2", false}, {"example.org", false}};
    for (const auto& [name, fits] : cases) {
        result.reset();
        address.server_name = name;
        async_connect(io.get_executor(), address, &tls, take());
        ASSERT_TRUE(finished());
        EXPECT_EQ(!*result, fits) << name << ": " << result->message();
    }
    // A context that verifies nothing connects whatever the name.
    result.reset();
    boost::asio::ssl::context careless(boost::asio::ssl::context::tls_client);
    address.server_name = "x";
    async_connect(io.get_executor(), address, &careless, take());
    ASSERT_TRUE(finished());
    EXPECT_FALSE(*result) << result->message();
}

}  // namespace
}  // namespace wsspec::net
