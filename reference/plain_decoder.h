// The decoder that is written to be read: one octet at a time, one state for each sentence of RFC 6455 section 5.2.
// It is the oracle that `Decoder` is held against.
#pragma once

#include "reference/decoder_events.h"
#include "reference/utf8.h"

namespace wsspec {

class PlainDecoder {
public:
    /// `sink` must outlive the decoder.
    PlainDecoder(DecoderRules rules, DecoderSink& sink) : rules_(rules), sink_(sink) {}

    void feed(OctetView octets);

    /// After a violation all further octets are ignored (7.1.7).
    bool failed() const { return state_ == State::failed; }
    /// Octets taken so far.
    std::uint64_t offset() const { return offset_; }

private:
    enum class State { first_octet, second_octet, extended_length, masking_key, payload, failed };

    void take(Octet octet);
    void first_octet(Octet octet);
    void second_octet(Octet octet);
    void extended_length(Octet octet);
    void after_length();
    void masking_key(Octet octet);
    void start_payload();
    void payload(Octet octet);
    void close_octet(Octet octet, std::uint64_t index);
    void end_of_frame();
    void fail(Violation::Kind kind, std::string_view requirement, std::string_view what, std::uint16_t code,
              std::uint16_t other_code = 0, std::uint16_t refused_code = 0);

    DecoderRules rules_;
    DecoderSink& sink_;
    State state_ = State::first_octet;
    std::uint64_t offset_ = 0;

    FrameHeader header_;
    unsigned length_octets_ = 0;    // 0, 2 or 8: how the length is written
    unsigned octets_of_field_ = 0;  // of the extended length or the key, taken so far
    std::uint64_t payload_taken_ = 0;

    bool message_open_ = false;  // fragments may follow
    bool message_is_text_ = false;
    bool message_has_rsv1_ = false;
    Utf8Validator text_;
    Utf8Validator reason_;
    std::uint16_t close_code_ = 0;
};

}  // namespace wsspec
