#include "reference/frame.h"

#include <utility>

namespace wsspec {

std::string_view to_string(Opcode opcode) {
    switch (static_cast<Octet>(opcode)) {
        case 0x0:
            return "continuation";
        case 0x1:
            return "text";
        case 0x2:
            return "binary";
        case 0x3:
            return "opcode 0x3";
        case 0x4:
            return "opcode 0x4";
        case 0x5:
            return "opcode 0x5";
        case 0x6:
            return "opcode 0x6";
        case 0x7:
            return "opcode 0x7";
        case 0x8:
            return "close";
        case 0x9:
            return "ping";
        case 0xa:
            return "pong";
        case 0xb:
            return "opcode 0xb";
        case 0xc:
            return "opcode 0xc";
        case 0xd:
            return "opcode 0xd";
        case 0xe:
            return "opcode 0xe";
        default:
            return "opcode 0xf";
    }
}

Frame Frame::more() const {
    Frame changed = *this;
    changed.fin = false;
    return changed;
}

Frame Frame::with_rsv(Octet bits) const {
    Frame changed = *this;
    changed.rsv = bits;
    return changed;
}

Frame Frame::wrongly_masked() const {
    Frame changed = *this;
    changed.mask_bit = MaskBit::wrong_for_role;
    return changed;
}

Frame Frame::with_key(MaskingKey masking_key) const {
    Frame changed = *this;
    changed.key = masking_key;
    return changed;
}

Frame Frame::in_form(LengthForm form) const {
    Frame changed = *this;
    changed.length_form = form;
    return changed;
}

Frame Frame::claiming(std::uint64_t length) const {
    Frame changed = *this;
    changed.claimed_length = length;
    return changed;
}

Frame frame(Octet opcode, Octets payload) {
    Frame made;
    made.opcode = static_cast<Opcode>(opcode);
    made.payload = std::move(payload);
    return made;
}

Frame text(std::string_view payload) { return frame(0x1, octets(payload)); }
Frame text(Octets payload) { return frame(0x1, std::move(payload)); }
Frame binary(Octets payload) { return frame(0x2, std::move(payload)); }
Frame continuation(std::string_view payload) { return frame(0x0, octets(payload)); }
Frame continuation(Octets payload) { return frame(0x0, std::move(payload)); }
Frame ping(std::string_view payload) { return frame(0x9, octets(payload)); }
Frame ping(Octets payload) { return frame(0x9, std::move(payload)); }
Frame pong(std::string_view payload) { return frame(0xa, octets(payload)); }
Frame pong(Octets payload) { return frame(0xa, std::move(payload)); }
Frame close_frame() { return frame(0x8); }

Frame close_frame(std::uint16_t code, std::string_view reason) {
    Octets body{static_cast<Octet>(code >> 8), static_cast<Octet>(code & 0xff)};
    append(body, as_octets(reason));
    return frame(0x8, std::move(body));
}

Octets wire(const Frame& frame, Role sender, MaskingKey fresh) {
    // Section 5.1: a client masks every frame, a server none.
    bool const masked = (sender == Role::client) == (frame.mask_bit == MaskBit::as_role);
    std::uint64_t const length = frame.claimed_length.value_or(frame.payload.size());

    LengthForm form = frame.length_form;
    if (form == LengthForm::minimal) {
        form = length <= 125      ? LengthForm::seven_bits
               : length <= 0xffff ? LengthForm::sixteen_bits
                                  : LengthForm::sixtyfour_bits;
    }
    int const length_octets = form == LengthForm::seven_bits ? 0 : form == LengthForm::sixteen_bits ? 2 : 8;
    auto const length_field = static_cast<Octet>(length_octets == 0 ? length & 0x7f : length_octets == 2 ? 126 : 127);
    Octets out;
    out.reserve(14 + frame.payload.size());
    out.push_back(
        static_cast<Octet>((frame.fin ? 0x80 : 0) | ((frame.rsv & 7) << 4) | (static_cast<Octet>(frame.opcode) & 0xf)));
    out.push_back(static_cast<Octet>((masked ? 0x80 : 0) | length_field));
    for (int shift = 8 * (length_octets - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<Octet>(length >> shift));
    MaskingKey const key = frame.key.value_or(fresh);
    if (masked) append(out, key);
    std::size_t const start = out.size();
    append(out, frame.payload);
    if (masked) apply_mask(std::span(out).subspan(start), key);
    return out;
}

Octets wire(const Frame& frame, Role sender) { return wire(frame, sender, random_masking_key()); }

}  // namespace wsspec
