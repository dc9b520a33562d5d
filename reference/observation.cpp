#include "reference/observation.h"

#include <utility>

namespace wsspec {

Observer::Observer(Role target, std::uint64_t limit, bool rsv1_defined)
    : decoder_(DecoderRules{.sender = target, .rsv1_defined = rsv1_defined}, *this), limit_(limit) {}

void Observer::receive(std::span<Octet> octets, std::uint64_t sent) {
    sent_ = sent;
    while (!over_ && !octets.empty()) octets = octets.subspan(decoder_.feed_frame(octets));
}

void Observer::end(Seen::Kind how, std::uint64_t sent) {
    if (over_) return;
    sent_ = sent;
    add({.kind = how});
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
    if (is_control(header.opcode)) {
        control_.clear();
    } else if (header.opcode != Opcode::continuation) {
        message_opcode_ = header.opcode;
        message_.clear();
    }
}

void Observer::on_payload(OctetView payload, std::uint64_t) {
    if (over_) return;
    auto& to = is_control(header_.opcode) ? control_ : message_;
    if (kept_ + to.size() + payload.size() > limit_) {
        add({.kind = Seen::Kind::flood});
        return;
    }
    append(to, payload);
}

void Observer::on_frame_end(std::uint64_t offset) {
    inside_frame_ = false;
    boundary_ = offset;
    if (over_) return;
    switch (header_.opcode) {
        case Opcode::ping:
            return add({.kind = Seen::Kind::ping, .payload = std::exchange(control_, {})});
        case Opcode::pong:
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
            if (header_.fin)
                add({.kind = Seen::Kind::message, .opcode = message_opcode_, .payload = std::exchange(message_, {})});
    }
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
