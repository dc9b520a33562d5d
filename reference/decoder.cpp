#include "reference/decoder.h"

#include <algorithm>

#include "reference/close_code.h"

namespace wsspec {

void Decoder::feed(std::span<Octet> octets) {
    while (!failed_ && !octets.empty()) octets = octets.subspan(feed_frame(octets));
}

std::size_t Decoder::feed_frame(std::span<Octet> octets) {
    std::size_t taken = 0;
    frame_ended_ = false;
    while (!failed_ && !frame_ended_ && taken < octets.size()) {
        auto const rest = octets.subspan(taken);
        taken += in_payload_ ? take_payload(rest) : take_header(rest);
    }
    return failed_ ? octets.size() : taken;
}

std::size_t Decoder::take_header(std::span<Octet> octets) {
    std::size_t const count = std::min<std::size_t>(need_ - have_, octets.size());
    std::copy_n(octets.begin(), count, raw_.begin() + have_);
    unsigned const had = have_;
    have_ += static_cast<unsigned>(count);
    if (had == 0) header_.offset = offset_;
    offset_ += count;

    if (had < 1 && !examine_first_octet()) return count;
    if (had < 2 && have_ >= 2 && !examine_second_octet()) return count;
    if (have_ > 2 && !examine_length(had)) return count;
    if (have_ == need_ && have_ >= 2) header_complete();
    return count;
}

bool Decoder::examine_first_octet() {
    header_.fin = (raw_[0] & 0x80) != 0;
    header_.rsv = (raw_[0] >> 4) & 7;
    header_.opcode = static_cast<Opcode>(raw_[0] & 0xf);
    bool const starts_message = header_.opcode == Opcode::text || header_.opcode == Opcode::binary;
    std::uint64_t const here = header_.offset + 1;

    if (header_.rsv != 0) {
        if (header_.rsv != rsv1 || !rules_.rsv1_defined) {
            fail(Violation::Kind::framing, here, "R6455-5.2-3",
                 "a reserved bit is set without an extension that defines it");
        } else if (!starts_message) {
            fail(Violation::Kind::framing, here, "R7692-6.1-4", "RSV1 is set on a frame that does not start a message");
        }
    }
    if (!failed_ && is_reserved(header_.opcode))
        fail(Violation::Kind::framing, here, "R6455-5.2-4", "the opcode is reserved");
    if (!failed_ && is_control(header_.opcode) && !header_.fin)
        fail(Violation::Kind::framing, here, "R6455-5.4-8", "a control frame is fragmented");
    if (!failed_ && header_.opcode == Opcode::continuation && !message_open_)
        fail(Violation::Kind::framing, here, "R6455-5.4-4", "a continuation frame has no message to continue");
    if (!failed_ && starts_message && message_open_)
        fail(Violation::Kind::framing, here, "R6455-5.4-5", "a new message starts before the last one is finished");
    return !failed_;
}

bool Decoder::examine_second_octet() {
    header_.masked = (raw_[1] & 0x80) != 0;
    unsigned const length = raw_[1] & 0x7f;
    std::uint64_t const here = header_.offset + 2;

    if (header_.masked != (rules_.sender == Role::client)) {
        if (rules_.sender == Role::client) {
            fail(Violation::Kind::masking, here, "R6455-5.1-2", "a frame from a client is not masked");
        } else {
            fail(Violation::Kind::masking, here, "R6455-5.1-5", "a frame from a server is masked");
        }
        return false;
    }
    if (is_control(header_.opcode) && length > 125 && rules_.minimal_length) {
        fail(Violation::Kind::framing, here, "R6455-5.5-3", "the payload of a control frame is longer than 125 octets");
        return false;
    }
    if (header_.opcode == Opcode::close && length == 1) {
        fail(Violation::Kind::close_body, here, "R6455-5.5.1-3", "the body of a Close frame is one octet");
        return false;
    }
    header_.payload_length = length;
    unsigned const length_octets = length == 126 ? 2 : length == 127 ? 8 : 0;
    need_ = 2 + length_octets + (header_.masked ? 4 : 0);
    return true;
}

// Looks at the extended length as far as it is there and was not looked at before; `had` octets of the header were.
bool Decoder::examine_length(unsigned had) {
    unsigned const length = raw_[1] & 0x7f;
    unsigned const end = length == 126 ? 4 : 10;
    if (length == 127) {
        if (had < 3 && (raw_[2] & 0x80) != 0) {
            fail(Violation::Kind::length, header_.offset + 3, "R6455-5.2-11",
                 "the highest bit of a 64-bit payload length is set", 1002, 1009);
            return false;
        }
        bool const small = std::all_of(raw_.begin() + 2, raw_.begin() + 8, [](Octet o) { return o == 0; });
        if (rules_.minimal_length && had < 8 && have_ >= 8 && small) {
            fail(Violation::Kind::length, header_.offset + 8, "R6455-5.2-14",
                 "the payload length is not written in the fewest octets");
            return false;
        }
    } else if (length == 126) {
        bool const small = raw_[2] == 0 && raw_[3] < 126;
        if (rules_.minimal_length && had < 4 && have_ >= 4 && small) {
            fail(Violation::Kind::length, header_.offset + 4, "R6455-5.2-14",
                 "the payload length is not written in the fewest octets");
            return false;
        }
    }
    if (!rules_.minimal_length && is_control(header_.opcode) && length >= 126 && had < end && have_ >= end)
        return examine_long_control_length(end);
    return true;
}

// Only without the rule of minimal lengths: a control frame whose length is written long, but may be short.
bool Decoder::examine_long_control_length(unsigned end) {
    std::uint64_t length = 0;
    for (unsigned at = 2; at < end; ++at) length = length << 8 | raw_[at];
    if (length > 125) {
        fail(Violation::Kind::framing, header_.offset + end, "R6455-5.5-3",
             "the payload of a control frame is longer than 125 octets");
    } else if (header_.opcode == Opcode::close && length == 1) {
        fail(Violation::Kind::close_body, header_.offset + end, "R6455-5.5.1-3",
             "the body of a Close frame is one octet");
    }
    return !failed_;
}

void Decoder::header_complete() {
    unsigned at = 2;
    if (header_.payload_length >= 126) {
        unsigned const end = header_.payload_length == 126 ? 4 : 10;
        header_.payload_length = 0;
        for (; at < end; ++at) header_.payload_length = header_.payload_length << 8 | raw_[at];
    }
    header_.key = {};
    if (header_.masked) std::copy_n(raw_.begin() + at, header_.key.size(), header_.key.begin());
    header_.size = have_;
    have_ = 0;
    need_ = 2;

    if (header_.opcode == Opcode::text || header_.opcode == Opcode::binary) {
        message_open_ = true;
        validate_text_ = header_.opcode == Opcode::text && header_.rsv == 0;
        text_.reset();
    } else if (header_.opcode == Opcode::close) {
        reason_.reset();
    }
    payload_taken_ = 0;
    sink_.on_header(header_);
    in_payload_ = true;
    if (header_.payload_length == 0) frame_complete();
}

std::size_t Decoder::take_payload(std::span<Octet> octets) {
    std::uint64_t const left = header_.payload_length - payload_taken_;
    auto const piece = octets.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, octets.size())));
    if (header_.masked) apply_mask(piece, header_.key, payload_taken_);

    if (header_.opcode == Opcode::close) {
        if (!examine_close_body(piece)) return piece.size();
    } else if (validate_text_ && !is_control(header_.opcode)) {
        if (!examine_text(piece)) return piece.size();
    }
    sink_.on_payload(piece, offset_);
    offset_ += piece.size();
    payload_taken_ += piece.size();
    if (payload_taken_ == header_.payload_length) frame_complete();
    return piece.size();
}

bool Decoder::examine_text(OctetView payload) {
    auto const bad = text_.feed(payload);
    if (!bad) return true;
    if (*bad != 0) sink_.on_payload(payload.first(*bad), offset_);
    offset_ += *bad + 1;
    fail(Violation::Kind::text, offset_, "R6455-8.1-1", "a text message holds octets that are not UTF-8", 1007);
    return false;
}

bool Decoder::examine_close_body(OctetView payload) {
    for (std::size_t i = 0; i < payload.size(); ++i) {
        std::uint64_t const index = payload_taken_ + i;
        bool bad_code = false;
        bool bad_reason = false;
        if (index < 2) {
            code_[index] = payload[i];
            bad_code = index == 1 && !may_be_sent(static_cast<std::uint16_t>(code_[0] << 8 | code_[1]));
        } else {
            bad_reason = reason_.feed(payload.subspan(i, 1)).has_value();
        }
        if (!bad_code && !bad_reason) continue;
        if (i != 0) sink_.on_payload(payload.first(i), offset_);
        offset_ += i + 1;
        if (bad_code) {
            auto const code = static_cast<std::uint16_t>(code_[0] << 8 | code_[1]);
            fail(Violation::Kind::close_body, offset_, broken_requirement(classify(code), code),
                 "a Close frame has a code that must not be used", 1002, 0, code);
        } else {
            fail(Violation::Kind::close_body, offset_, "R6455-5.5.1-5", "the reason of a Close frame is not UTF-8",
                 1007, 1002);
        }
        return false;
    }
    return true;
}

void Decoder::frame_complete() {
    in_payload_ = false;
    frame_ended_ = true;
    if (header_.opcode == Opcode::close && !reason_.complete())
        return fail(Violation::Kind::close_body, offset_, "R6455-5.5.1-5", "the reason of a Close frame is not UTF-8",
                    1007, 1002);
    if (!is_control(header_.opcode) && header_.fin) {
        if (validate_text_ && !text_.complete())
            return fail(Violation::Kind::text, offset_, "R6455-8.1-1", "a text message ends inside a UTF-8 sequence",
                        1007);
        message_open_ = false;
        validate_text_ = false;
    }
    sink_.on_frame_end(offset_);
}

void Decoder::fail(Violation::Kind kind, std::uint64_t decidable_at, std::string_view requirement,
                   std::string_view what, std::uint16_t code, std::uint16_t other_code, std::uint16_t refused_code) {
    failed_ = true;
    offset_ = decidable_at;
    sink_.on_violation({.kind = kind,
                        .requirement = requirement,
                        .what = what,
                        .frame_offset = header_.offset,
                        .decidable_at = decidable_at,
                        .close_code = code,
                        .other_code = other_code,
                        .refused_code = refused_code});
}

}  // namespace wsspec
