// WebSocket++ (libwebsocketpp-dev) as a whole connection over its iostream transport: the opening handshake is played
// first, so that what is fuzzed is what a user gets. C++14: the library is no C++20.
#define _WEBSOCKETPP_CPP11_STL_
#include <cstring>
#include <memory>
#include <string>
#include <websocketpp/base64/base64.hpp>
#include <websocketpp/client.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/config/core_client.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/server.hpp>
#include <websocketpp/sha1/sha1.hpp>

#include "wsspec_parser.h"

struct wsspec_parser_instance {
    explicit wsspec_parser_instance(const wsspec_parser_sink* to) : sink(to) {}
    virtual ~wsspec_parser_instance() = default;
    virtual void feed(const char* octets, std::size_t size) = 0;

    const wsspec_parser_sink* sink;
    bool over = false;
};

namespace {

struct DeflateConfig {
    typedef websocketpp::http::parser::request request_type;
    static const bool allow_disabling_context_takeover = true;
    static const std::uint8_t minimum_outgoing_window_bits = 8;
};

struct ServerConfig : websocketpp::config::core {
    typedef websocketpp::extensions::permessage_deflate::enabled<DeflateConfig> permessage_deflate_type;
};
struct ClientConfig : websocketpp::config::core_client {
    typedef websocketpp::extensions::permessage_deflate::enabled<DeflateConfig> permessage_deflate_type;
};

std::string parameters(const wsspec_deflate& deflate) {
    std::string out = "permessage-deflate";
    if (deflate.server_no_context_takeover) out += "; server_no_context_takeover";
    if (deflate.client_no_context_takeover) out += "; client_no_context_takeover";
    if (deflate.server_max_window_bits != 15)
        out += "; server_max_window_bits=" + std::to_string(deflate.server_max_window_bits);
    if (deflate.client_max_window_bits != 15)
        out += "; client_max_window_bits=" + std::to_string(deflate.client_max_window_bits);
    return out;
}

std::string accept_for(std::string key) {
    key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[20];
    websocketpp::sha1::calc(key.c_str(), key.size(), digest);
    return websocketpp::base64_encode(digest, sizeof digest);
}

template <class Endpoint>
class Parser : public wsspec_parser_instance {
public:
    Parser(const wsspec_parser_config& config, const wsspec_parser_sink* to) : wsspec_parser_instance(to) {
        endpoint_.clear_access_channels(websocketpp::log::alevel::all);
        endpoint_.clear_error_channels(websocketpp::log::elevel::all);
        endpoint_.set_max_message_size(static_cast<std::size_t>(config.max_message));
        endpoint_.set_write_handler([this](websocketpp::connection_hdl, const char* octets, std::size_t size) {
            written_.append(octets, size);
            return websocketpp::lib::error_code();
        });
        endpoint_.set_message_handler([this](websocketpp::connection_hdl, typename Endpoint::message_ptr message) {
            const std::string& payload = message->get_payload();
            bool const text = message->get_opcode() == websocketpp::frame::opcode::text;
            sink->on_message(sink->context, text ? WSSPEC_TEXT : WSSPEC_BINARY, octets(payload), payload.size());
        });
        endpoint_.set_ping_handler([this](websocketpp::connection_hdl, const std::string& payload) {
            sink->on_ping(sink->context, octets(payload), payload.size());
            return true;
        });
        endpoint_.set_pong_handler([this](websocketpp::connection_hdl, const std::string& payload) {
            sink->on_pong(sink->context, octets(payload), payload.size());
        });
        open(endpoint_, config);
    }

    void feed(const char* octets_fed, std::size_t size) override {
        written_.clear();
        connection_->read_all(octets_fed, size);
        if (connection_->get_state() == websocketpp::session::state::open) return;
        over = true;
        // A Close that is in order is answered with what it said; one that is not, with 1002 and a reason why.
        auto const received = connection_->get_remote_close_code();
        std::string const answer = close_sent();
        bool const refused = answer.compare(0, 10, "\x03\xeaInvalid ") == 0;
        if (received == websocketpp::close::status::abnormal_close || refused) {
            int const code = answer.size() < 2
                                 ? WSSPEC_NO_CODE
                                 : static_cast<unsigned char>(answer[0]) << 8 | static_cast<unsigned char>(answer[1]);
            return sink->on_failure(sink->context, code, nullptr);
        }
        const std::string& reason = connection_->get_remote_close_reason();
        sink->on_close(sink->context, received, octets(reason), reason.size());
    }

private:
    static const std::uint8_t* octets(const std::string& text) {
        return reinterpret_cast<const std::uint8_t*>(text.data());
    }

    /// The body of the first Close frame among what was written; control frames only, so lengths are short.
    std::string close_sent() const {
        for (std::size_t at = 0; at + 2 <= written_.size();) {
            std::size_t const size = static_cast<unsigned char>(written_[at + 1]) & 0x7f;
            bool const masked = (static_cast<unsigned char>(written_[at + 1]) & 0x80) != 0;
            std::size_t const header = masked ? 6 : 2;
            if ((written_[at] & 0xf) == 8 && at + header + size <= written_.size()) {
                std::string body = written_.substr(at + header, size);
                for (std::size_t i = 0; masked && i < size; ++i) body[i] ^= written_[at + 2 + i % 4];
                return body;
            }
            at += header + size;
        }
        return {};
    }

    void open(websocketpp::server<ServerConfig>& endpoint, const wsspec_parser_config& config) {
        connection_ = endpoint.get_connection();
        connection_->start();
        std::string request =
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n";
        if (config.deflate != nullptr) request += "Sec-WebSocket-Extensions: " + parameters(*config.deflate) + "\r\n";
        request += "\r\n";
        connection_->read_all(request.data(), request.size());
    }
    void open(websocketpp::client<ClientConfig>& endpoint, const wsspec_parser_config& config) {
        websocketpp::lib::error_code error;
        connection_ = endpoint.get_connection("ws://localhost/", error);
        endpoint.connect(connection_);
        static const char name[] = "Sec-WebSocket-Key: ";
        auto const key = written_.find(name) + std::strlen(name);
        std::string response =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            accept_for(written_.substr(key, written_.find('\r', key) - key)) + "\r\n";
        if (config.deflate != nullptr) response += "Sec-WebSocket-Extensions: " + parameters(*config.deflate) + "\r\n";
        response += "\r\n";
        connection_->read_all(response.data(), response.size());
    }

    Endpoint endpoint_;
    typename Endpoint::connection_ptr connection_;
    std::string written_;  ///< During open(), or the feed under way.
};

}  // namespace

extern "C" const wsspec_parser_adapter* wsspec_parser() {
    static wsspec_parser_adapter adapter;
    adapter.abi = WSSPEC_PARSER_ABI;
    adapter.name = "WebSocket++";
    adapter.roles = WSSPEC_SERVER | WSSPEC_CLIENT;
    adapter.deflate = 1;
    adapter.create = [](const wsspec_parser_config* config, const wsspec_parser_sink* sink) -> wsspec_parser_instance* {
        if (config->role == WSSPEC_SERVER) return new Parser<websocketpp::server<ServerConfig>>(*config, sink);
        return new Parser<websocketpp::client<ClientConfig>>(*config, sink);
    };
    adapter.feed = [](wsspec_parser_instance* parser, const std::uint8_t* octets, std::size_t size) {
        if (!parser->over) parser->feed(reinterpret_cast<const char*>(octets), size);
        return size;
    };
    adapter.destroy = [](wsspec_parser_instance* parser) { delete parser; };
    return &adapter;
}
