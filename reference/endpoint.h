// An endpoint of an open WebSocket connection (RFC 6455 sections 5 to 7), sans I/O: octets and end of stream go in,
// octets and events come out. It has no clock and no socket, and it never raises for what a peer sent: it fails the
// connection as section 7.1.7 says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/decoder.h"

namespace wsspec {

/// A whole message, or the payload of a control frame.
struct EndpointEvent {
    enum class Kind { message, ping, pong, close };
    Kind kind = Kind::message;
    Opcode opcode = Opcode::text;  ///< Of a message: text or binary.
    Octets payload;                ///< Of a Close: the reason.
    /// Of a Close: its code, or 1005 if it has none (7.1.5).
    std::uint16_t code = 0;

    bool operator==(const EndpointEvent&) const = default;
};

struct EndpointLimits {
    /// Octets of a message, however it is fragmented; above it the connection fails with 1009 (10.4). An announced
    /// length counts before it arrives.
    std::uint64_t message = 64U << 20;
};

class Endpoint final : private DecoderSink {
public:
    /// The states of section 4.1 and 7.1 that an open connection can reach.
    enum class State {
        open,
        closing,  ///< A Close was sent, by us first or in answer, or the connection failed.
        closed,   ///< Nothing goes out any more, nothing is read any more.
    };

    explicit Endpoint(Role role, EndpointLimits limits = {});

    /// Takes what the peer sent, up to the end of the first frame that makes an event, and returns how many octets
    /// that were. Look at take_events() and call again with the rest: so an answer to one message goes out before the
    /// next frame is judged, however the octets arrived. They are unmasked where they lie.
    std::size_t receive(std::span<Octet> octets);
    /// The peer's direction of the transport has ended.
    void receive_eof();

    // To send. All are ignored once a Close was sent (5.5.1). Payloads are not fragmented.
    void send_message(Opcode opcode, OctetView payload);
    void send_ping(OctetView payload);
    /// Starts the closing handshake (7.1.2).
    void send_close(std::uint16_t code, std::string_view reason = {});

    /// What has to go to the peer now; empty after the call.
    Octets take_output();
    bool has_output() const { return !output_.empty(); }
    /// What happened since the last call, in order.
    std::vector<EndpointEvent> take_events();

    State state() const { return state_; }
    /// The transport should be closed by us as soon as the output is written: always when the connection failed, and
    /// for a server when the closing handshake is done (7.1.1).
    bool close_expected() const { return close_expected_; }
    /// Why the connection failed; nothing if it did not.
    const std::optional<Violation>& violation() const { return violation_; }
    /// The code of the first Close received: 1005 without a body, 1006 if none came (7.1.5).
    std::uint16_t received_code() const { return received_code_; }

private:
    void on_header(const FrameHeader& header) override;
    void on_payload(OctetView payload, std::uint64_t offset) override;
    void on_frame_end(std::uint64_t offset) override;
    void on_violation(const Violation& violation) override;

    void send(const Frame& frame);
    void fail(std::uint16_t code, std::string_view reason);
    void close_received();

    Role role_;
    EndpointLimits limits_;
    Decoder decoder_;
    State state_ = State::open;
    bool close_expected_ = false;
    bool ignore_input_ = false;
    std::uint16_t received_code_ = 1006;
    std::optional<Violation> violation_;

    FrameHeader header_;
    Octets message_;
    Opcode message_opcode_ = Opcode::text;
    Octets control_;

    Octets output_;
    std::vector<EndpointEvent> events_;
};

}  // namespace wsspec
