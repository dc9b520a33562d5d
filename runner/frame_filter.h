// Filters that see frames instead of octets: what faulty peers are made of (see faults.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "reference/frame.h"
#include "reference/net/filter.h"

namespace wsspec {

using Frames = std::vector<Frame>;

/// Puts the octets of both directions together into frames, shows each to a hook, and writes down what the hook wants
/// in its place. Nothing is validated. Of an incoming frame `key` is that of the sender, `payload` is unmasked, and
/// `mask_bit` says whether it was masked at all; `length_form` is `minimal`, or the longer form that was on the wire.
///
/// The reference may see a frame only when all of it is there, so what it would refuse for its header is let through
/// at once, unless that is what the fault forgives. What no reader can follow (a length above 16 MiB) is let through,
/// too; behind either nothing is looked at any more.
class FrameFilter : public net::Filter {
public:
    /// What can be wrong with a header: a set.
    enum Header : unsigned { nothing = 0, bad_rsv = 1, bad_opcode = 2, no_mask = 4, bad_control = 8, long_length = 16 };
    /// `reference`: the role of the reference that it stands in front of.
    explicit FrameFilter(unsigned forgiven = nothing, Role reference = Role::server)
        : forgiven_(forgiven), in_{.sender = other(reference)}, out_{.sender = reference} {}

    /// It stands in front of the reference in this role, whatever it was made for. Before the first octet.
    void play(Role reference) {
        in_.sender = other(reference);
        out_.sender = reference;
    }

    Octets incoming(Octets octets) override;
    Octets outgoing(Octets octets) override;
    bool drops_now() override { return drops_; }

protected:
    Role reference() const { return out_.sender; }
    /// What goes to the reference in place of a frame from its peer.
    virtual Frames incoming_frame(Frame frame) { return {std::move(frame)}; }
    /// What goes to the peer in place of a frame from the reference.
    virtual Frames outgoing_frame(Frame frame) { return {std::move(frame)}; }
    /// In front of and behind all frames that one read completes: for faults that depend on segments.
    virtual void read_begins() {}
    virtual Frames read_ends(Frames frames) { return frames; }
    /// How long the peer takes the payload of an incoming frame to be; `length_octets` is 0, 2 or 8.
    virtual std::uint64_t announced(std::uint64_t length, unsigned length_octets) const {
        (void)length_octets;
        return length;
    }
    /// The masking key is looked for in front of the extended length, not behind it.
    virtual bool key_comes_first() const { return false; }

    /// Ends TCP without a word.
    void drop() { drops_ = true; }

    /// Offsets in the payload of the frame shown last at which a read began.
    const std::vector<std::size_t>& read_starts() const { return read_starts_; }
    /// An incoming frame has begun, and its header is not complete; or it is, and this much of the payload is there.
    bool inside_header() const;
    std::optional<Frame> inside_payload() const;
    /// Loses what has come of it. Before a read.
    void forget_begun_frame();

private:
    struct Begun {
        std::size_t size = 0;
        std::uint64_t length = 0;
        Frame frame;  // without payload
    };
    struct Direction {
        Role sender;
        Octets pending = {};
        std::vector<std::size_t> starts = {};  // in `pending`, where a read began
        bool passes = false;
    };

    std::optional<Begun> header(const Direction& direction) const;
    bool takes_hold(const Begun& begun) const;
    /// The next complete frame, taken out of what is pending.
    std::optional<Frame> next(Direction& direction);

    unsigned forgiven_;
    Direction in_;
    Direction out_;
    std::vector<std::size_t> read_starts_;
    bool drops_ = false;
};

/// A fault in one sentence: what becomes of each frame. A hook may keep a state of its own: every connection gets a
/// fresh copy of it.
using FrameHook = std::function<Frames(Frame)>;
net::FilterFactory bend_incoming(FrameHook hook, unsigned forgiven = FrameFilter::nothing);
net::FilterFactory bend_outgoing(FrameHook hook);

/// A fault with a class of its own.
template <class Peer>
net::FilterFactory peer() {
    return [] { return std::make_unique<Peer>(); };
}

constexpr bool is_data(const Frame& frame) { return !is_control(frame.opcode); }
/// Text or binary: not a continuation.
constexpr bool starts_message(const Frame& frame) {
    return frame.opcode == Opcode::text || frame.opcode == Opcode::binary;
}
/// The code of a Close, 1005 without a body, 0 with half a one.
std::uint16_t close_code_of(const Frame& frame);

/// Frames for which the reference fails the connection with 1002 and 1007: to make a peer refuse what is legal. The
/// second has an opcode because it may have to stand inside a text message.
Frame refused_with_1002();
Frame refused_with_1007(Opcode opcode = Opcode::text);

}  // namespace wsspec
