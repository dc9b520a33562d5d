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
#include "reference/deflate.h"
#include "reference/permessage_deflate.h"
#include "reference/utf8.h"

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
    /// length counts before it arrives. Of a compressed message both what arrives and what it inflates to count; no
    /// more than the limit is ever inflated (RFC 7692 section 8).
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

    /// `deflate`: the opening handshake has agreed on permessage-deflate. All messages are then sent compressed, unless
    /// our window is limited to 8 bits (see MessageDeflater); messages of either kind are received.
    explicit Endpoint(Role role, EndpointLimits limits = {}, std::optional<DeflateAgreement> deflate = {});

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
    /// Why the connection failed; nothing if it did not, or over a limit. What shows only after inflating (data that
    /// is no DEFLATE, text that is no UTF-8) has `decidable_at` at the end of the octets that were received together.
    const std::optional<Violation>& violation() const { return violation_; }
    /// The code of the first Close received: 1005 without a body, 1006 if none came (7.1.5).
    std::uint16_t received_code() const { return received_code_; }

private:
    void on_header(const FrameHeader& header) override;
    void on_payload(OctetView payload, std::uint64_t offset) override;
    void on_frame_end(std::uint64_t offset) override;
    void on_violation(const Violation& violation) override;

    void take_compressed(OctetView payload, std::uint64_t offset);
    bool end_compressed(std::uint64_t offset);

    void send(const Frame& frame);
    void fail(std::uint16_t code, std::string_view reason);
    void fail_too_big();
    void fail_inflating(std::uint64_t offset);
    void fail_data(Violation::Kind kind, std::string_view requirement, std::string_view what, std::uint64_t offset);
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
    bool message_compressed_ = false;
    std::uint64_t announced_ = 0;  ///< Octets of the message's payload, as far as its frames have told.
    Octets control_;

    // Made when the first compressed message comes or goes: they are large.
    std::optional<DeflateAgreement> deflate_;
    std::optional<MessageInflater> inflater_;
    std::optional<MessageDeflater> deflater_;
    Utf8Validator inflated_text_;

    Octets output_;
    std::vector<EndpointEvent> events_;
};

}  // namespace wsspec
