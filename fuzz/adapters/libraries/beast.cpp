// Boost.Beast's websocket::stream on its in-memory test stream. It answers Pings and Closes by itself; the answers are
// thrown away but for a Close, which tells with which code it fails a connection. One file, because it takes half a
// minute to compile.
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <cstring>
#include <memory>
#include <string>

#include "wsspec_parser.h"

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

struct wsspec_parser_instance {
    wsspec_parser_instance(const wsspec_parser_config& config, const wsspec_parser_sink* to)
        : sink(to), server(config.role == WSSPEC_SERVER), peer(context), stream(context) {
        stream.next_layer().connect(peer);
        websocket::permessage_deflate offer;
        offer.server_enable = offer.client_enable = config.deflate != nullptr;
        if (config.deflate != nullptr) {
            offer.server_no_context_takeover = config.deflate->server_no_context_takeover != 0;
            offer.client_no_context_takeover = config.deflate->client_no_context_takeover != 0;
            offer.server_max_window_bits = config.deflate->server_max_window_bits;
            offer.client_max_window_bits = config.deflate->client_max_window_bits;
        }
        stream.set_option(offer);
        stream.read_message_max(config.max_message);
        stream.control_callback([this](websocket::frame_type kind, beast::string_view payload) {
            auto const* const octets = reinterpret_cast<const std::uint8_t*>(payload.data());
            if (kind == websocket::frame_type::ping) sink->on_ping(sink->context, octets, payload.size());
            if (kind == websocket::frame_type::pong) sink->on_pong(sink->context, octets, payload.size());
        });
        std::string const extension = config.deflate != nullptr ? parameters(*config.deflate) : std::string();
        if (server) {
            accept(extension);
        } else {
            connect(extension);
        }
        peer.clear();
        read();
        context.restart();
        context.poll();
    }

    std::size_t feed(const std::uint8_t* octets, std::size_t size) {
        peer.clear();
        boost::asio::write(peer, boost::asio::buffer(octets, size));
        context.restart();
        context.poll();
        return size;
    }

    const wsspec_parser_sink* sink;
    bool over = false;

private:
    static std::string parameters(const wsspec_deflate& deflate) {
        std::string out = "permessage-deflate";
        if (deflate.server_no_context_takeover != 0) out += "; server_no_context_takeover";
        if (deflate.client_no_context_takeover != 0) out += "; client_no_context_takeover";
        if (deflate.server_max_window_bits != 15)
            out += "; server_max_window_bits=" + std::to_string(deflate.server_max_window_bits);
        if (deflate.client_max_window_bits != 15)
            out += "; client_max_window_bits=" + std::to_string(deflate.client_max_window_bits);
        return out;
    }

    void accept(const std::string& extension) {
        http::request<http::empty_body> request{http::verb::get, "/", 11};
        request.set(http::field::host, "localhost");
        request.set(http::field::upgrade, "websocket");
        request.set(http::field::connection, "Upgrade");
        request.set(http::field::sec_websocket_key, "AQIDBAUGBwgJCgsMDQ4PEA==");
        request.set(http::field::sec_websocket_version, "13");
        if (!extension.empty()) request.set(http::field::sec_websocket_extensions, extension);
        beast::error_code error;
        stream.accept(request, error);
    }

    void connect(const std::string& extension) {
        stream.async_handshake("localhost", "/", [](beast::error_code) {});
        context.poll();
        auto const request = std::string(peer.str());
        static constexpr char name[] = "Sec-WebSocket-Key: ";
        auto const key = request.find(name) + std::strlen(name);
        websocket::detail::sec_ws_accept_type value;
        websocket::detail::make_sec_ws_accept(value, request.substr(key, request.find('\r', key) - key));
        std::string response =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            std::string(value.data(), value.size()) + "\r\n";
        if (!extension.empty()) response += "Sec-WebSocket-Extensions: " + extension + "\r\n";
        boost::asio::write(peer, boost::asio::buffer(response + "\r\n"));
        context.restart();
        context.poll();
    }

    void read() {
        stream.async_read(message, [this](beast::error_code error, std::size_t) {
            if (error) return end(error);
            auto const data = message.cdata();
            sink->on_message(sink->context, stream.got_text() ? WSSPEC_TEXT : WSSPEC_BINARY,
                             static_cast<const std::uint8_t*>(data.data()), data.size());
            message.consume(message.size());
            read();
        });
    }

    void end(beast::error_code error) {
        if (error == boost::asio::error::operation_aborted) return;
        over = true;
        if (error == websocket::error::closed) {
            auto const& reason = stream.reason();
            auto const* const octets = reinterpret_cast<const std::uint8_t*>(reason.reason.data());
            bool const without = reason.code == websocket::close_code::none;
            return sink->on_close(sink->context, without ? WSSPEC_NO_STATUS : reason.code, octets,
                                  reason.reason.size());
        }
        sink->on_failure(sink->context, code_sent(), nullptr);
    }

    /// Of the Close frame that was sent last; a client masks it.
    int code_sent() const {
        auto const sent = peer.str();
        std::size_t const size = server ? 4 : 8;
        if (sent.size() < size) return WSSPEC_NO_CODE;
        auto const* const frame = reinterpret_cast<const std::uint8_t*>(sent.data() + sent.size() - size);
        if (frame[0] != 0x88 || frame[1] != (server ? 2 : 0x82)) return WSSPEC_NO_CODE;
        if (server) return frame[2] << 8 | frame[3];
        return (frame[6] ^ frame[2]) << 8 | (frame[7] ^ frame[3]);
    }

    bool server;
    boost::asio::io_context context;
    beast::test::stream peer;
    websocket::stream<beast::test::stream> stream;
    beast::flat_buffer message;
};

extern "C" const wsspec_parser_adapter* wsspec_parser() {
    static wsspec_parser_adapter adapter;
    adapter.abi = WSSPEC_PARSER_ABI;
    adapter.name = "Boost.Beast";
    adapter.roles = WSSPEC_SERVER | WSSPEC_CLIENT;
    adapter.deflate = 1;
    adapter.create = [](const wsspec_parser_config* config, const wsspec_parser_sink* sink) {
        return new wsspec_parser_instance(*config, sink);
    };
    adapter.feed = [](wsspec_parser_instance* parser, const std::uint8_t* octets, std::size_t size) {
        return parser->over ? size : parser->feed(octets, size);
    };
    adapter.destroy = [](wsspec_parser_instance* parser) { delete parser; };
    return &adapter;
}
