// What a target was seen to do, as values: the input of the judge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/decoder.h"

namespace wsspec {

/// One thing that the target did.
struct Seen {
    enum class Kind {
        message,  ///< A whole message, however it was fragmented.
        ping,
        pong,
        close,          ///< A Close frame that keeps the rules.
        violation,      ///< Its own stream breaks the RFC; nothing behind that has a meaning.
        flood,          ///< It sent more than the tester is ready to keep.
        end_of_stream,  ///< FIN.
        reset,          ///< RST, or another error of the transport.
        deadline,       ///< Nothing (more) came in time.
    };
    Kind kind = Kind::message;
    Opcode opcode = Opcode::text;  ///< Of a message.
    Octets payload = {};           ///< Of a message, ping or pong; the reason of a Close.
    std::uint16_t code = 0;        ///< Of a Close; 1005 without a body.
    std::optional<Violation> violation = {};
    /// Octets of ours, behind the opening handshake, that were on their way when it was seen: the target cannot have
    /// reacted to any later one.
    std::uint64_t sent = 0;
    /// Where it ends in the target's stream.
    std::uint64_t offset = 0;
};

/// Turns the octets of a target into what was seen, under the strict rules for its role. Memory is bounded whatever
/// arrives.
class Observer final : private DecoderSink {
public:
    /// `limit`: octets of payload that are kept over the whole connection; more is a flood.
    /// `rsv1_defined`: an extension was negotiated that defines RSV1; payload is then kept as it came.
    Observer(Role target, std::uint64_t limit, bool rsv1_defined = false);

    /// More was asked for, so more may come.
    void raise_limit(std::uint64_t octets) { limit_ += octets; }

    /// `sent`: octets of ours that were on their way by now. The octets are unmasked where they lie.
    void receive(std::span<Octet> octets, std::uint64_t sent);
    /// end_of_stream, reset or deadline.
    void end(Seen::Kind how, std::uint64_t sent);

    const std::vector<Seen>& seen() const { return seen_; }
    /// A frame has begun and is not complete: what is here so far is half a frame.
    bool inside_frame() const { return inside_frame_ || decoder_.offset() != boundary_; }
    std::uint64_t octets() const { return decoder_.offset(); }
    bool over() const { return over_; }
    bool close_seen() const { return close_seen_; }

private:
    void on_header(const FrameHeader& header) override;
    void on_payload(OctetView payload, std::uint64_t offset) override;
    void on_frame_end(std::uint64_t offset) override;
    void on_violation(const Violation& violation) override;
    void add(Seen event);

    Decoder decoder_;
    std::uint64_t limit_;
    std::uint64_t kept_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t boundary_ = 0;
    bool inside_frame_ = false;
    bool over_ = false;
    bool close_seen_ = false;

    FrameHeader header_;
    Opcode message_opcode_ = Opcode::text;
    Octets message_;
    Octets control_;
    std::vector<Seen> seen_;
};

}  // namespace wsspec
