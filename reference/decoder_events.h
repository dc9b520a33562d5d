// What both decoders report, and to whom. Every event carries its offset in the stream: octets counted from the first
// one behind the opening handshake.
#pragma once

#include <cstdint>
#include <string_view>

#include "reference/frame.h"

namespace wsspec {

/// A frame header without a fault (RFC 6455 section 5.2).
struct FrameHeader {
    bool fin = false;
    Octet rsv = 0;
    Opcode opcode = Opcode::continuation;
    bool masked = false;
    MaskingKey key{};
    std::uint64_t payload_length = 0;
    std::uint64_t offset = 0;  ///< Where the frame starts.
    unsigned size = 0;         ///< Octets of the header, 2 to 14.

    bool operator==(const FrameHeader&) const = default;
};

/// What the sender of a stream did wrong. A stream has at most one: behind it nothing has a meaning (7.1.7).
struct Violation {
    enum class Kind { framing, masking, length, text, close_body, compression };

    Kind kind = Kind::framing;
    std::string_view requirement;     ///< The statement of the catalogue that is broken.
    std::string_view what;            ///< For people: "RSV1 is set without an extension that defines it".
    std::uint64_t frame_offset = 0;   ///< Start of the frame in which it shows.
    std::uint64_t decidable_at = 0;   ///< Octets of the stream after which a receiver can know.
    std::uint16_t close_code = 1002;  ///< The code that fits best (7.4.1).
    std::uint16_t other_code = 0;     ///< Another code that fits as well; 0 if none.
    std::uint16_t refused_code = 0;   ///< Where the code of a Close frame is the fault: that code.

    bool operator==(const Violation&) const = default;
};

/// Takes the events of one decoder. Called synchronously from feed(); views are valid during the call only.
class DecoderSink {
public:
    DecoderSink() = default;
    DecoderSink(const DecoderSink&) = delete;
    DecoderSink& operator=(const DecoderSink&) = delete;
    virtual ~DecoderSink() = default;

    virtual void on_header(const FrameHeader& header) = 0;
    /// Unmasked payload of the current frame; pieces may be cut anywhere. `offset` is that of the first octet.
    virtual void on_payload(OctetView payload, std::uint64_t offset) = 0;
    /// The frame is complete; `offset` is the first octet behind it.
    virtual void on_frame_end(std::uint64_t offset) = 0;
    /// The last event of a stream.
    virtual void on_violation(const Violation& violation) = 0;
};

/// What a decoder takes as legal.
struct DecoderRules {
    /// The part that the sender of the stream plays: clients must mask, servers must not (5.1).
    Role sender = Role::client;
    /// An extension that defines RSV1 was negotiated (RFC 7692): then a message may start with it, and its text is
    /// validated by whoever decompresses it, not here.
    bool rsv1_defined = false;
    /// Refuse lengths that are not written in the fewest octets. The rule binds the sender (5.2); what a receiver does
    /// is open, which is why the forecast looks at a stream both ways.
    bool minimal_length = true;
};

}  // namespace wsspec
