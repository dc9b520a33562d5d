#include "reference/plain_decoder.h"

#include "reference/close_code.h"

namespace wsspec {

void PlainDecoder::feed(OctetView octets) {
    for (Octet const octet : octets) {
        if (state_ == State::failed) return;
        ++offset_;
        take(octet);
    }
}

void PlainDecoder::take(Octet octet) {
    switch (state_) {
        case State::first_octet:
            return first_octet(octet);
        case State::second_octet:
            return second_octet(octet);
        case State::extended_length:
            return extended_length(octet);
        case State::masking_key:
            return masking_key(octet);
        case State::payload:
            return payload(octet);
        case State::failed:
            return;
    }
}

void PlainDecoder::first_octet(Octet octet) {
    header_ = {};
    header_.offset = offset_ - 1;
    header_.fin = (octet & 0x80) != 0;
    header_.rsv = (octet >> 4) & 7;
    header_.opcode = static_cast<Opcode>(octet & 0xf);
    bool const starts_message = header_.opcode == Opcode::text || header_.opcode == Opcode::binary;

    // 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values". RFC 7692 section 6
    // defines RSV1 on the first frame of a message and nowhere else.
    if ((header_.rsv & (rsv2 | rsv3)) != 0 || (header_.rsv != 0 && !rules_.rsv1_defined))
        return fail(Violation::Kind::framing, "R6455-5.2-3",
                    "a reserved bit is set without an extension that defines it", 1002);
    if (header_.rsv == rsv1 && !starts_message)
        return fail(Violation::Kind::framing, "R7692-6.1-4", "RSV1 is set on a frame that does not start a message",
                    1002);
    // 5.2: "If an unknown opcode is received, the receiving endpoint MUST fail the connection".
    if (is_reserved(header_.opcode))
        return fail(Violation::Kind::framing, "R6455-5.2-4", "the opcode is reserved", 1002);
    // 5.5: control frames "MUST NOT be fragmented".
    if (is_control(header_.opcode) && !header_.fin)
        return fail(Violation::Kind::framing, "R6455-5.4-8", "a control frame is fragmented", 1002);
    // 5.4: a continuation frame continues something, a data frame does not interrupt something.
    if (header_.opcode == Opcode::continuation && !message_open_)
        return fail(Violation::Kind::framing, "R6455-5.4-4", "a continuation frame has no message to continue", 1002);
    if (starts_message && message_open_)
        return fail(Violation::Kind::framing, "R6455-5.4-5", "a new message starts before the last one is finished",
                    1002);
    state_ = State::second_octet;
}

void PlainDecoder::second_octet(Octet octet) {
    header_.masked = (octet & 0x80) != 0;
    Octet const length = octet & 0x7f;

    // 5.1: a client masks all frames, a server none; the other side MUST close the connection if it does not.
    if (header_.masked != (rules_.sender == Role::client)) {
        if (rules_.sender == Role::client)
            return fail(Violation::Kind::masking, "R6455-5.1-2", "a frame from a client is not masked", 1002);
        return fail(Violation::Kind::masking, "R6455-5.1-5", "a frame from a server is masked", 1002);
    }
    // 5.5: control frames "MUST have a payload length of 125 bytes or less".
    // If lengths need not be minimal, a longer form may still stand for a shorter payload.
    if (is_control(header_.opcode) && length > 125 && rules_.minimal_length)
        return fail(Violation::Kind::framing, "R6455-5.5-3", "the payload of a control frame is longer than 125 octets",
                    1002);

    octets_of_field_ = 0;
    if (length == 126) {
        length_octets_ = 2;
        state_ = State::extended_length;
    } else if (length == 127) {
        length_octets_ = 8;
        state_ = State::extended_length;
    } else {
        length_octets_ = 0;
        header_.payload_length = length;
        after_length();
    }
}

void PlainDecoder::extended_length(Octet octet) {
    header_.payload_length = header_.payload_length << 8 | octet;  // 5.2: network byte order
    ++octets_of_field_;

    // 5.2: "the most significant bit MUST be 0".
    if (length_octets_ == 8 && octets_of_field_ == 1 && (octet & 0x80) != 0)
        return fail(Violation::Kind::length, "R6455-5.2-11", "the highest bit of a 64-bit payload length is set", 1002,
                    1009);
    // 5.2: "the minimal number of bytes MUST be used to encode the length". Sixteen bits are enough as soon as the
    // first six octets of the long form are zero.
    if (rules_.minimal_length) {
        bool const short_was_enough = length_octets_ == 2 && octets_of_field_ == 2 && header_.payload_length < 126;
        bool const sixteen_bits_were_enough =
            length_octets_ == 8 && octets_of_field_ == 6 && header_.payload_length == 0;
        if (short_was_enough || sixteen_bits_were_enough)
            return fail(Violation::Kind::length, "R6455-5.2-14",
                        "the payload length is not written in the fewest octets", 1002);
    }
    if (octets_of_field_ == length_octets_) after_length();
}

void PlainDecoder::after_length() {
    octets_of_field_ = 0;
    // Now the length is known in whatever form it was written.
    if (is_control(header_.opcode) && header_.payload_length > 125)
        return fail(Violation::Kind::framing, "R6455-5.5-3", "the payload of a control frame is longer than 125 octets",
                    1002);
    // 5.5.1: if there is a body, its first two octets are the code.
    if (header_.opcode == Opcode::close && header_.payload_length == 1)
        return fail(Violation::Kind::close_body, "R6455-5.5.1-3", "the body of a Close frame is one octet", 1002);
    if (header_.masked) {
        state_ = State::masking_key;
    } else {
        start_payload();
    }
}

void PlainDecoder::masking_key(Octet octet) {
    header_.key[octets_of_field_++] = octet;
    if (octets_of_field_ == header_.key.size()) start_payload();
}

void PlainDecoder::start_payload() {
    header_.size = static_cast<unsigned>(offset_ - header_.offset);
    if (header_.opcode == Opcode::text || header_.opcode == Opcode::binary) {
        message_open_ = true;
        message_is_text_ = header_.opcode == Opcode::text;
        message_has_rsv1_ = header_.rsv == rsv1;
        text_.reset();
    }
    reason_.reset();
    close_code_ = 0;
    payload_taken_ = 0;
    sink_.on_header(header_);
    state_ = State::payload;
    if (header_.payload_length == 0) end_of_frame();
}

void PlainDecoder::payload(Octet octet) {
    // 5.3: octet i of the payload is XORed with octet i mod 4 of the key.
    std::uint64_t const index = payload_taken_++;
    if (header_.masked) octet ^= header_.key[index % 4];

    if (header_.opcode == Opcode::close) {
        close_octet(octet, index);
    } else if (!is_control(header_.opcode) && message_is_text_ && !message_has_rsv1_) {
        // 8.1: octets that cannot be part of valid UTF-8 MUST fail the connection; now is the earliest moment.
        if (text_.feed({&octet, 1}))
            fail(Violation::Kind::text, "R6455-8.1-1", "a text message holds octets that are not UTF-8", 1007);
    }
    if (state_ == State::failed) return;
    sink_.on_payload({&octet, 1}, offset_ - 1);
    if (payload_taken_ == header_.payload_length) end_of_frame();
}

void PlainDecoder::close_octet(Octet octet, std::uint64_t index) {
    if (index < 2) {
        close_code_ = static_cast<std::uint16_t>(close_code_ << 8 | octet);
        if (index == 0 || may_be_sent(close_code_)) return;
        return fail(Violation::Kind::close_body, broken_requirement(classify(close_code_), close_code_),
                    "a Close frame has a code that must not be used", 1002, 0, close_code_);
    }
    // 5.5.1 and 8.1: the reason is UTF-8. The RFC names no code: the data is bad (1007), and so is the frame (1002).
    if (reason_.feed({&octet, 1}))
        fail(Violation::Kind::close_body, "R6455-5.5.1-5", "the reason of a Close frame is not UTF-8", 1007, 1002);
}

void PlainDecoder::end_of_frame() {
    if (header_.opcode == Opcode::close && !reason_.complete())
        return fail(Violation::Kind::close_body, "R6455-5.5.1-5", "the reason of a Close frame is not UTF-8", 1007,
                    1002);
    if (!is_control(header_.opcode) && header_.fin) {
        // 5.6: only "the whole message MUST contain valid UTF-8": a sequence may be open until here.
        if (message_is_text_ && !message_has_rsv1_ && !text_.complete())
            return fail(Violation::Kind::text, "R6455-8.1-1", "a text message ends inside a UTF-8 sequence", 1007);
        message_open_ = false;
    }
    state_ = State::first_octet;
    sink_.on_frame_end(offset_);
}

void PlainDecoder::fail(Violation::Kind kind, std::string_view requirement, std::string_view what, std::uint16_t code,
                        std::uint16_t other_code, std::uint16_t refused_code) {
    state_ = State::failed;
    sink_.on_violation({.kind = kind,
                        .requirement = requirement,
                        .what = what,
                        .frame_offset = header_.offset,
                        .decidable_at = offset_,
                        .close_code = code,
                        .other_code = other_code,
                        .refused_code = refused_code});
}

}  // namespace wsspec
