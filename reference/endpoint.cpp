#include "reference/endpoint.h"

#include <utility>

#include "reference/close_code.h"

namespace wsspec {

Endpoint::Endpoint(Role role, EndpointLimits limits, std::optional<DeflateAgreement> deflate)
    : role_(role),
      limits_(limits),
      decoder_(DecoderRules{.sender = other(role), .rsv1_defined = deflate.has_value()}, *this),
      deflate_(deflate) {}

std::size_t Endpoint::receive(std::span<Octet> octets) {
    std::size_t taken = 0;
    // 7.1.7: after failing, the endpoint "MUST NOT continue to attempt to process data (including a responding Close
    // frame)"; 5.5.1: what follows a Close is discarded as well.
    while (!ignore_input_ && events_.empty() && taken < octets.size())
        taken += decoder_.feed_frame(octets.subspan(taken));
    return ignore_input_ ? octets.size() : taken;
}

void Endpoint::receive_eof() {
    // The transport is gone in one direction. With our Close outstanding nothing will come; without one there was no
    // closing handshake (7.1.5: 1006). Either way there is nobody left to talk to.
    ignore_input_ = true;
    if (state_ != State::closed) state_ = State::closed;
    close_expected_ = true;
}

void Endpoint::on_header(const FrameHeader& header) {
    if (ignore_input_) return;
    header_ = header;
    if (is_control(header.opcode)) {
        control_.clear();
        return;
    }
    if (header.opcode != Opcode::continuation) {
        message_opcode_ = header.opcode;
        message_compressed_ = header.rsv == rsv1;  // RFC 7692 section 6; the decoder lets no other bit pass.
        message_.clear();
        announced_ = 0;
        inflated_text_.reset();
    }
    // 10.4: the limit is checked on what is announced, before memory is spent on it.
    if (header.payload_length > limits_.message - announced_) return fail_too_big();
    announced_ += header.payload_length;
}

void Endpoint::on_payload(OctetView payload, std::uint64_t offset) {
    if (ignore_input_) return;
    if (!is_control(header_.opcode) && message_compressed_) return take_compressed(payload, offset + payload.size());
    append(is_control(header_.opcode) ? control_ : message_, payload);
}

void Endpoint::take_compressed(OctetView payload, std::uint64_t offset) {
    if (!inflater_)
        inflater_.emplace(deflate_->window_bits(other(role_)), !deflate_->no_context_takeover(other(role_)),
                          limits_.message);
    std::size_t const had = message_.size();
    auto const result = inflater_->feed(payload, message_);
    // RFC 7692 section 6.1: text is validated as it was before compression.
    if (message_opcode_ == Opcode::text && inflated_text_.feed(OctetView(message_).subspan(had)))
        return fail_data(Violation::Kind::text, "R6455-8.1-1", "a text message holds octets that are not UTF-8",
                         offset);
    if (result == MessageInflater::Result::too_large) return fail_too_big();
    if (result == MessageInflater::Result::broken) fail_inflating(offset);
}

/// A compressed message is complete; `offset` is the first octet behind it.
bool Endpoint::end_compressed(std::uint64_t offset) {
    // Without an inflater there was no payload yet, which is an empty message; see MessageInflater::end().
    if (inflater_ && inflater_->end() != MessageInflater::Result::ok) {
        fail_inflating(offset);
    } else if (message_opcode_ == Opcode::text && !inflated_text_.complete()) {
        fail_data(Violation::Kind::text, "R6455-8.1-1", "a text message ends inside a UTF-8 sequence", offset);
    }
    return !violation_;
}

void Endpoint::on_frame_end(std::uint64_t offset) {
    if (ignore_input_) return;
    switch (header_.opcode) {
        case Opcode::ping:
            // 5.5.2: a Pong in answer, with the same data (5.5.3).
            send({.opcode = Opcode::pong, .payload = control_});
            events_.push_back({.kind = EndpointEvent::Kind::ping, .payload = std::exchange(control_, {})});
            return;
        case Opcode::pong:
            events_.push_back({.kind = EndpointEvent::Kind::pong, .payload = std::exchange(control_, {})});
            return;
        case Opcode::close:
            return close_received();
        default:
            if (!header_.fin || (message_compressed_ && !end_compressed(offset))) return;
            events_.push_back({.kind = EndpointEvent::Kind::message,
                               .opcode = message_opcode_,
                               .payload = std::exchange(message_, {})});
    }
}

void Endpoint::close_received() {
    received_code_ = number(CloseCode::no_status_received);
    if (control_.size() >= 2) {
        received_code_ = static_cast<std::uint16_t>(control_[0] << 8 | control_[1]);
        control_.erase(control_.begin(), control_.begin() + 2);
    }
    events_.push_back({.kind = EndpointEvent::Kind::close, .payload = control_, .code = received_code_});
    // 5.5.1: answer unless we sent one; "typically echoes the status code it received".
    if (received_code_ == number(CloseCode::no_status_received)) {
        send(close_frame());
    } else {
        send(close_frame(received_code_));
    }
    state_ = State::closing;
    ignore_input_ = true;
    // 7.1.1: the server closes TCP first; the client waits for it.
    if (role_ == Role::server) close_expected_ = true;
}

void Endpoint::fail_too_big() { fail(number(CloseCode::message_too_big), "message too big"); }

void Endpoint::fail_inflating(std::uint64_t offset) {
    fail_data(Violation::Kind::framing, "R7692-7.2.2-11", "a compressed message cannot be decompressed", offset);
}

/// What a message holds is at fault, which the decoder could not see.
void Endpoint::fail_data(Violation::Kind kind, std::string_view requirement, std::string_view what,
                         std::uint64_t offset) {
    on_violation({.kind = kind,
                  .requirement = requirement,
                  .what = what,
                  .frame_offset = header_.offset,
                  .decidable_at = offset,
                  .close_code = number(CloseCode::invalid_payload)});
}

void Endpoint::on_violation(const Violation& violation) {
    if (ignore_input_) return;
    violation_ = violation;
    fail(violation.close_code, violation.what);
}

void Endpoint::fail(std::uint16_t code, std::string_view reason) {
    send(close_frame(code, reason));
    state_ = State::closing;
    ignore_input_ = true;
    close_expected_ = true;
}

void Endpoint::send(const Frame& frame) {
    if (state_ != State::open) return;
    append(output_, wire(frame, role_));
}

void Endpoint::send_message(Opcode opcode, OctetView payload) {
    // What is not sent must not get into the window either (RFC 7692 section 7.2.2).
    if (state_ != State::open) return;
    int const bits = deflate_ ? deflate_->window_bits(role_) : 0;
    if (bits < MessageDeflater::smallest_window_bits)
        return send({.opcode = opcode, .payload = Octets(payload.begin(), payload.end())});
    if (!deflater_) deflater_.emplace(bits, !deflate_->no_context_takeover(role_));
    send({.rsv = rsv1, .opcode = opcode, .payload = deflater_->compress(payload)});
}

void Endpoint::send_ping(OctetView payload) {
    send({.opcode = Opcode::ping, .payload = Octets(payload.begin(), payload.end())});
}

void Endpoint::send_close(std::uint16_t code, std::string_view reason) {
    if (state_ != State::open) return;
    send(close_frame(code, reason));
    state_ = State::closing;
}

Octets Endpoint::take_output() { return std::exchange(output_, {}); }

std::vector<EndpointEvent> Endpoint::take_events() { return std::exchange(events_, {}); }

}  // namespace wsspec
