// The transformation of permessage-deflate (RFC 7692 section 7.2), message by message, on zlib: for an endpoint. Knows
// neither frames nor parameters.
#pragma once

#include <cstdint>
#include <memory>

#include "reference/octets.h"

struct z_stream_s;

namespace wsspec {

/// Compresses messages (7.2.1).
class MessageDeflater {
public:
    /// zlib's raw deflate has no window of 8 bits: it needs 262 octets of look-ahead, and 256 do not hold them.
    static constexpr int smallest_window_bits = 9;

    /// `window_bits`: 9 to 15; back-references reach 2 to this power octets at most. `context_takeover`: they may go
    /// back into earlier messages. `level`: zlib's, 0 (stored) to 9. Takes some 260 KiB for 15 bits.
    /// Throws std::bad_alloc, and std::invalid_argument for numbers outside of these ranges.
    MessageDeflater(int window_bits, bool context_takeover, int level = 6);

    /// The payload of a compressed message, without the 00 00 ff ff at its end. An empty message is the octet 00.
    Octets compress(OctetView message);

private:
    struct Free {
        void operator()(z_stream_s* stream) const noexcept;
    };
    // On the heap: zlib's state points back to its z_stream, which therefore must not move.
    std::unique_ptr<z_stream_s, Free> stream_;
    bool context_takeover_;
};

/// Decompresses messages (7.2.2), piece by piece as they arrive, whatever a peer sends. Time is linear in what goes in
/// and comes out; memory is the window and what it is told to put out.
class MessageInflater {
public:
    enum class Result {
        ok,         ///< All of it taken.
        too_large,  ///< The message has more octets than the limit.
        broken,     ///< This is not DEFLATE data, or not all of it.
    };

    /// `window_bits`: 8 to 15, what the peer keeps to. A back-reference that reaches further is broken data; but zlib
    /// sees it only where the octets are really gone, so it may as well be understood. `context_takeover`: the window
    /// stays from message to message. `limit`: octets of an inflated message.
    /// Throws std::invalid_argument for window bits outside of the range.
    MessageInflater(int window_bits, bool context_takeover, std::uint64_t limit);

    /// The next octets of a message's payload; what they stand for is appended to `out`, which does not grow by more
    /// than the limit, message by message, neither in size nor in capacity. After anything but ok the inflater stays
    /// with that result. Throws std::bad_alloc.
    Result feed(OctetView piece, Octets& out);
    /// The payload is complete. It has to end with the first bits of an empty stored block, whose other four octets
    /// the sender has removed. Three more endings are understood: these octets are still there; the payload ends with a
    /// block whose BFINAL is set; there is no payload at all, which stands for an empty message. What follows is the
    /// next message.
    Result end();

private:
    struct Free {
        void operator()(z_stream_s* stream) const noexcept;
    };

    Result inflate_all(Octets& out);
    void put_out(OctetView octets, Octets& out) const;
    bool has_its_tail() const;
    bool completed_by_tail();
    bool between_blocks() const;

    std::unique_ptr<z_stream_s, Free> stream_;
    bool context_takeover_;
    std::uint64_t limit_;
    Result result_ = Result::ok;

    // Of the message under way:
    bool has_payload_ = false;
    std::uint64_t size_ = 0;         ///< Inflated octets.
    std::uint32_t last_four_ = 0;    ///< Octets of the payload, the latest one lowest.
    bool block_is_empty_ = true;     ///< Nothing has come out of the block that is under way or just ended.
    bool final_block_done_ = false;  ///< What follows, in this message or the next, is a DEFLATE stream of its own.
};

}  // namespace wsspec
