// What a target was seen to do, as values: the input of the judge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reference/compressed_message.h"
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
    Octets payload = {};           ///< Of a message (inflated, if compressed), ping or pong; the reason of a Close.
    /// Of a message that came compressed (RFC 7692): what it is made of.
    std::optional<InflateFacts> deflate = {};
    std::uint16_t code = 0;  ///< Of a Close; 1005 without a body.
    std::optional<Violation> violation = {};
    /// Octets of ours, behind the opening handshake, that were on their way when it was seen: the target cannot have
    /// reacted to any later one. The end of our direction counts as one more, as in TCP.
    std::uint64_t sent = 0;
    /// Where it ends in the target's stream.
    std::uint64_t offset = 0;
    bool truncated = false;  ///< Of an end of stream over TLS: no close_notify came before (RFC 8446 section 6.1).
};

/// Nothing comes behind it: the end of the transport, or of the tester's patience.
constexpr bool is_an_end(const Seen& event) {
    return event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset ||
           event.kind == Seen::Kind::deadline;
}

/// Takes the messages of round trips as they come, piece by piece, in place of the observer's memory.
class MessageSink {
public:
    MessageSink() = default;
    MessageSink(const MessageSink&) = delete;
    MessageSink& operator=(const MessageSink&) = delete;
    virtual ~MessageSink() = default;

    virtual void on_message_begin(Opcode opcode) = 0;
    /// Valid during the call only.
    virtual void on_message_piece(OctetView octets) = 0;
    /// `deflate`: nothing if the message came uncompressed.
    virtual void on_message_end(const InflateFacts* deflate) = 0;
    /// True: this pong was counted, and is to be forgotten.
    virtual bool takes_pong(OctetView payload) {
        (void)payload;
        return false;
    }
};

/// Turns the octets of a target into what was seen, under the strict rules for its role. Memory is bounded whatever
/// arrives.
class Observer final : private DecoderSink {
public:
    /// `limit`: octets of payload that are kept over the whole connection; more is a flood.
    /// `deflate`: permessage-deflate was agreed to; messages are inflated.
    Observer(Role target, std::uint64_t limit, const std::optional<DeflateAgreement>& deflate = {});

    /// More was asked for, so more may come.
    void raise_limit(std::uint64_t octets) { limit_ += octets; }

    /// From now on messages go to `sink`, which must stay until nullptr takes its place; control frames stay here. A
    /// message that has begun before goes on as it began.
    void divert(MessageSink* sink) { sink_ = sink; }

    /// `sent`: octets of ours that were on their way by now. The octets are unmasked where they lie.
    void receive(std::span<Octet> octets, std::uint64_t sent);
    /// end_of_stream, reset or deadline. `truncated`: see Seen.
    void end(Seen::Kind how, std::uint64_t sent, bool truncated = false);

    const std::vector<Seen>& seen() const { return seen_; }
    /// The same, when nothing more is asked.
    std::vector<Seen> take_seen() { return std::move(seen_); }
    /// Of the first frames that were masked (5.3), in order.
    const std::vector<MaskingKey>& masking_keys() const { return masking_keys_; }
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
    void compression_failed(Violation violation);
    void message_grew();

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
    bool compressed_ = false;
    CompressedMessageReader inflater_;
    MessageSink* sink_ = nullptr;
    bool diverted_ = false;  // the message under way
    Octets message_;
    Octets control_;
    std::vector<Seen> seen_;
    std::vector<MaskingKey> masking_keys_;
};

}  // namespace wsspec
