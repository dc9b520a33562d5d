// An open WebSocket connection between a stream and whoever has something to say: the reference's endpoint, with
// messages in and out.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "reference/net/stream.h"

namespace wsspec {

class Connection : public std::enable_shared_from_this<Connection> {
public:
    struct Handlers {
        std::function<void(const EndpointEvent&)> message = {};  ///< Text or binary.
        std::function<void()> ended = {};                        ///< Once, when TCP is closed.
    };

    Connection(const boost::asio::any_io_executor& executor, std::shared_ptr<net::Stream> stream, Role role,
               Handlers handlers);

    /// `behind`: what came with the opening handshake. The connection lives until it has ended.
    void start(Octets behind);
    /// Dropped if so much is unsent already that the peer cannot be reading.
    void send(Opcode opcode, OctetView payload);
    /// Starts the closing handshake; TCP ends two seconds later at the latest.
    void close(std::uint16_t code);
    bool is_open() const { return endpoint_.state() == Endpoint::State::open; }
    /// Of the peer's Close; 1005 and 1006 as in RFC 6455 section 7.1.5.
    std::uint16_t close_code() const { return endpoint_.received_code(); }

private:
    void read();
    void take(std::span<Octet> received);
    void write();
    void wait_for_end();
    void end();

    std::shared_ptr<net::Stream> stream_;
    Handlers handlers_;
    boost::asio::steady_timer deadline_;
    Endpoint endpoint_;
    Octets input_;
    Octets output_;
    Octets waiting_;
    bool writing_ = false;
    bool ending_ = false;
    bool shut_ = false;
    bool ended_ = false;
};

/// Connects, without compression, and performs the opening handshake within ten seconds. `request.key` and
/// `request.host` are filled in. `done` gets the connection, not started yet, and what came with the response; or one
/// sentence.
struct Opened {
    std::shared_ptr<Connection> connection;
    Octets behind = {};
};
void async_open(boost::asio::any_io_executor executor, net::Address address, boost::asio::ssl::context* tls,
                ClientRequest request, Connection::Handlers handlers,
                std::function<void(std::expected<Opened, std::string>)> done);

}  // namespace wsspec
