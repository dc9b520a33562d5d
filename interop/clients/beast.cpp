// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <iostream>
#include <string>
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = beast::websocket;
int main(int, char** v) {
    std::string u = std::string(v[1]).substr(5), path = "/";  // ws://host:port/path
    if (auto s = u.find('/'); s != u.npos) {
        path = u.substr(s);
        u.resize(s);
    }
    auto c = u.rfind(':');
    asio::io_context io;
    ws::stream<asio::ip::tcp::socket> w(io);
    try {
        asio::connect(w.next_layer(), asio::ip::tcp::resolver(io).resolve(u.substr(0, c), u.substr(c + 1)));
        ws::permessage_deflate pmd;
        pmd.client_enable = true;
        w.set_option(pmd);
        w.read_message_max(64u << 20);
        w.handshake(u, path);
        for (beast::flat_buffer b;; b.consume(b.size())) {
            w.read(b);
            w.text(w.got_text());
            w.write(b.data());
        }
    } catch (beast::system_error const& e) {
        if (e.code() != ws::error::closed) {
            std::cerr << e.code().message() << "\n";
            return 1;
        }
    }
}
