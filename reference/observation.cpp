#include "reference/observation.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace wsspec {

namespace {

/// Of one connection: enough to judge them by, and little beside the payload that may be kept.
constexpr std::size_t most_keys = 4096;

}  // namespace

namespace {

/// Compressed octets that are inflated before a limit is looked at again: DEFLATE makes at most 1032 octets of one.
constexpr std::size_t inflated_at_once = 4096;

}  // namespace

Observer::Observer(Role target, std::uint64_t limit, const std::optional<DeflateAgreement>& deflate)
    : decoder_(DecoderRules{.sender = target, .rsv1_defined = deflate.has_value()}, *this),
      limit_(limit),
      // The limit above is enforced piece by piece; it grows with what is asked for.
      inflater_(std::numeric_limits<std::uint64_t>::max()) {}

void Observer::receive(std::span<Octet> octets, std::uint64_t sent) {
    sent_ = sent;
    while (!over_ && !octets.empty()) octets = octets.subspan(decoder_.feed_frame(octets));
}

void Observer::end(Seen::Kind how, std::uint64_t sent, bool truncated) {
    if (over_) return;
    sent_ = sent;
    add({.kind = how, .truncated = truncated});
    over_ = true;
}

void Observer::add(Seen event) {
    event.sent = sent_;
    event.offset = decoder_.offset();
    // An event costs memory, too, with or without payload: a target may ping for ever.
    kept_ += event.payload.size() + sizeof(Seen);
    if (kept_ > limit_ && event.kind != Seen::Kind::flood) event = {.kind = Seen::Kind::flood, .sent = sent_};
    if (event.kind == Seen::Kind::flood || event.kind == Seen::Kind::violation) over_ = true;
    seen_.push_back(std::move(event));
}

void Observer::on_header(const FrameHeader& header) {
    header_ = header;
    inside_frame_ = true;
    if (header.masked && masking_keys_.size() < most_keys) masking_keys_.push_back(header.key);
    if (is_control(header.opcode)) {
        control_.clear();
    } else if (header.opcode != Opcode::continuation) {
        message_opcode_ = header.opcode;
        message_.clear();
        // 7.2.1: RSV1 of the first frame says it for the whole message.
        compressed_ = (header.rsv & rsv1) != 0;
        if (compressed_) inflater_.begin(header.opcode);
        diverted_ = sink_ != nullptr;
        if (diverted_) sink_->on_message_begin(header.opcode);
    }
}

void Observer::on_payload(OctetView payload, std::uint64_t) {
    if (over_) return;
    if (is_control(header_.opcode)) {
        append(control_, payload);
    } else if (!compressed_ && diverted_) {
        if (sink_ != nullptr) sink_->on_message_piece(payload);
    } else if (!compressed_) {
        if (kept_ + message_.size() + payload.size() > limit_) return add({.kind = Seen::Kind::flood});
        append(message_, payload);
    } else {
        while (!payload.empty() && !over_) {
            auto const piece = payload.first(std::min(inflated_at_once, payload.size()));
            payload = payload.subspan(piece.size());
            if (auto problem = inflater_.feed(piece, message_)) return compression_failed(*problem);
            message_grew();
        }
    }
}

void Observer::message_grew() {
    if (diverted_) {
        if (sink_ != nullptr && !message_.empty()) sink_->on_message_piece(message_);
        message_.clear();
    } else if (kept_ + message_.size() > limit_) {
        add({.kind = Seen::Kind::flood});
    }
}

void Observer::on_frame_end(std::uint64_t offset) {
    inside_frame_ = false;
    boundary_ = offset;
    if (over_) return;
    switch (header_.opcode) {
        case Opcode::ping:
            return add({.kind = Seen::Kind::ping, .payload = std::exchange(control_, {})});
        case Opcode::pong:
            if (sink_ != nullptr && sink_->takes_pong(control_)) return control_.clear();
            return add({.kind = Seen::Kind::pong, .payload = std::exchange(control_, {})});
        case Opcode::close: {
            Seen close{.kind = Seen::Kind::close, .code = 1005};
            if (control_.size() >= 2) {
                close.code = static_cast<std::uint16_t>(control_[0] << 8 | control_[1]);
                close.payload.assign(control_.begin() + 2, control_.end());
            }
            close_seen_ = true;
            return add(std::move(close));
        }
        default:
            break;
    }
    if (!header_.fin) return;
    if (compressed_) {
        if (auto problem = inflater_.end()) return compression_failed(*problem);
    }
    if (diverted_) {
        if (sink_ != nullptr) sink_->on_message_end(compressed_ ? &inflater_.facts() : nullptr);
        return;
    }
    Seen message{.kind = Seen::Kind::message, .opcode = message_opcode_, .payload = std::exchange(message_, {})};
    if (compressed_) message.deflate = inflater_.facts();
    add(std::move(message));
}

void Observer::compression_failed(Violation violation) {
    violation.frame_offset = header_.offset;
    violation.decidable_at = decoder_.offset();
    on_violation(violation);
}

void Observer::on_violation(const Violation& violation) {
    if (over_) return;
    Seen event{.kind = Seen::Kind::violation, .violation = violation};
    if (violation.kind == Violation::Kind::close_body && header_.opcode == Opcode::close) {
        event.code = violation.refused_code;
        close_seen_ = true;
    }
    add(std::move(event));
}

}  // namespace wsspec
