// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdlib>
#include <memory>
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = beast::websocket;
using asio::ip::tcp;
asio::awaitable<void> serve(tcp::socket sock) {
    try {
        auto peer = std::make_unique<ws::stream<beast::tcp_stream>>(std::move(sock));
        ws::permessage_deflate pmd;
        pmd.server_enable = true;
        pmd.client_enable = true;
        pmd.msg_size_threshold = 0;
        peer->set_option(pmd);
        peer->read_message_max(64u << 20);
        co_await peer->async_accept(asio::use_awaitable);
        for (beast::flat_buffer buf;; buf.consume(buf.size())) {
            co_await peer->async_read(buf, asio::use_awaitable);
            peer->text(peer->got_text());
            co_await peer->async_write(buf.data(), asio::use_awaitable);
        }
    } catch (std::exception const&) {
    }
}
int main(int, char** v) {
    asio::io_context io{1};
    tcp::acceptor acc{io, {asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::atoi(v[1]))}};
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            for (;;) asio::co_spawn(io, serve(co_await acc.async_accept(asio::use_awaitable)), asio::detached);
        },
        asio::detached);
    io.run();
}
