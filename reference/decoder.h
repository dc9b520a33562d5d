// The decoder you would ship: takes spans of any size, unmasks in place, allocates nothing, reports the same events as
// `PlainDecoder` for every stream and every way of cutting it.
#pragma once

#include <array>
#include <span>

#include "reference/decoder_events.h"
#include "reference/utf8.h"

namespace wsspec {

class Decoder {
public:
    /// `sink` must outlive the decoder.
    Decoder(DecoderRules rules, DecoderSink& sink) : rules_(rules), sink_(sink) {}

    /// Unmasks payload where it lies: `octets` is changed.
    void feed(std::span<Octet> octets);
    /// As feed(), but stops behind the first frame that is complete. Returns how many octets were taken; all, if no
    /// frame ended. For an endpoint that has to act on one frame before it looks at the next.
    std::size_t feed_frame(std::span<Octet> octets);

    /// After a violation all further octets are ignored (7.1.7).
    bool failed() const { return failed_; }
    /// Octets taken so far; those behind a violation do not count.
    std::uint64_t offset() const { return offset_; }

private:
    std::size_t take_header(std::span<Octet> octets);
    std::size_t take_payload(std::span<Octet> octets);
    bool examine_first_octet();
    bool examine_second_octet();
    bool examine_length(unsigned had);
    bool examine_long_control_length(unsigned end);
    bool examine_text(OctetView payload);
    bool examine_close_body(OctetView payload);
    void header_complete();
    void frame_complete();
    void fail(Violation::Kind kind, std::uint64_t decidable_at, std::string_view requirement, std::string_view what,
              std::uint16_t code = 1002, std::uint16_t other_code = 0, std::uint16_t refused_code = 0);

    DecoderRules rules_;
    DecoderSink& sink_;
    std::uint64_t offset_ = 0;
    bool failed_ = false;
    bool frame_ended_ = false;

    // The header under way: `have_` of its octets, `need_` of which are known to make it (2, then 2 to 14).
    std::array<Octet, 14> raw_{};
    unsigned have_ = 0;
    unsigned need_ = 2;

    FrameHeader header_;
    bool in_payload_ = false;
    std::uint64_t payload_taken_ = 0;

    bool message_open_ = false;
    bool validate_text_ = false;
    Utf8Validator text_;
    Utf8Validator reason_;
    std::array<Octet, 2> code_{};
};

}  // namespace wsspec
