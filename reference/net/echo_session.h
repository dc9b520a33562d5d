// An open connection that sends every message back: the part that echo server and echo client share.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "reference/endpoint.h"
#include "reference/net/closing.h"
#include "reference/net/filter.h"
#include "reference/net/stream.h"

namespace wsspec::net {

/// Reads, lets the endpoint think, writes what it says, in this order and never ahead: as long as something is being
/// written, nothing is read. So a peer that does not read is not read from, and memory is bounded.
class EchoSession : public std::enable_shared_from_this<EchoSession> {
public:
    struct Outcome {
        std::uint64_t messages = 0;
        std::uint16_t close_code = 1006;  ///< 7.1.5
        std::string_view violation = {};  ///< Why we failed the connection; empty if we did not.
        bool peer_ended = false;          ///< The peer ended its direction of the transport.
        ErrorCode error = {};             ///< The transport failed.
    };

    /// `deflate`: what the opening handshake agreed on. `patience` is the time that the peer has to end its direction
    /// after the closing handshake. `filter` may be null.
    EchoSession(boost::asio::any_io_executor executor, std::shared_ptr<Stream> stream, Role role,
                const EndpointLimits& limits, std::optional<DeflateAgreement> deflate,
                std::chrono::milliseconds patience, std::unique_ptr<Filter> filter = {});

    /// `received`: what came in one read with the opening handshake. RFC 6455 4.1 and 4.2.2: the connection is open as
    /// soon as the handshake is. `done` is called once, when the transport is closed.
    void start(OctetView received, std::function<void(const Outcome&)> done);
    /// Starts the closing handshake with 1001 (7.4.1: "going away").
    void go_away();

private:
    void advance();
    void take_input();
    void take_output();
    void filter_input();
    void read();
    void write();
    void end();
    void linger();
    void finish(ErrorCode error);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Stream> stream_;
    Role role_;
    std::chrono::milliseconds patience_;
    std::unique_ptr<Filter> filter_;
    std::function<void(const Outcome&)> done_;
    Endpoint endpoint_;
    Outcome outcome_;

    boost::asio::steady_timer lingering_;
    Octets buffer_;
    Octets input_octets_;     ///< Where `input_` lies, if not in `buffer_`.
    std::span<Octet> input_;  ///< Received, not yet looked at.
    Octets output_;           ///< Being written, or to be written next.
    bool reading_ = false;
    bool writing_ = false;
    bool closing_handshake_done_ = false;
    bool drop_ = false;  ///< The filter wants TCP dropped.
};

}  // namespace wsspec::net
