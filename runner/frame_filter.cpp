#include "runner/frame_filter.h"

#include <algorithm>

namespace wsspec {

namespace {

constexpr std::uint64_t longest = 16U << 20;

/// Hooks for one direction; the other is left as it is, not even cut into frames.
class HookedFilter final : public FrameFilter {
public:
    HookedFilter(FrameHook in, FrameHook out, unsigned forgiven)
        : FrameFilter(forgiven), in_(std::move(in)), out_(std::move(out)) {}

    Octets incoming(Octets octets) override { return in_ ? FrameFilter::incoming(std::move(octets)) : octets; }
    Octets outgoing(Octets octets) override { return out_ ? FrameFilter::outgoing(std::move(octets)) : octets; }

private:
    Frames incoming_frame(Frame frame) override { return in_(std::move(frame)); }
    Frames outgoing_frame(Frame frame) override { return out_(std::move(frame)); }

    FrameHook in_;
    FrameHook out_;
};

/// For which the reference fails the connection without having seen more (RFC 6455 sections 5.1, 5.2, 5.4, 5.5).
unsigned wrong_with(const Frame& frame, std::uint64_t length) {
    unsigned wrong = FrameFilter::nothing;
    if (frame.rsv != 0) wrong |= FrameFilter::bad_rsv;
    if (is_reserved(frame.opcode)) wrong |= FrameFilter::bad_opcode;
    if (frame.mask_bit != MaskBit::as_role) wrong |= FrameFilter::no_mask;
    if (is_control(frame.opcode) && (!frame.fin || length > 125)) wrong |= FrameFilter::bad_control;
    if (frame.length_form != LengthForm::minimal) wrong |= FrameFilter::long_length;
    return wrong;
}

/// Frames that passed keep their key; one that a fault has made gets a fresh one as a client's (5.3).
Octets written(const Frame& frame, Role sender) {
    if (sender == Role::client && !frame.key) return wire(frame, sender);
    return wire(frame, sender, {});
}

}  // namespace

Octets FrameFilter::incoming(Octets octets) {
    if (in_.passes) return octets;
    in_.starts.push_back(in_.pending.size());
    append(in_.pending, octets);
    read_begins();
    Frames frames;
    while (auto frame = next(in_))
        for (auto& instead : incoming_frame(std::move(*frame))) frames.push_back(std::move(instead));
    Octets out;
    for (const auto& frame : read_ends(std::move(frames))) append(out, wire(frame, in_.sender, {}));
    if (in_.passes) append(out, std::exchange(in_.pending, {}));
    return out;
}

Octets FrameFilter::outgoing(Octets octets) {
    if (out_.passes) return octets;
    append(out_.pending, octets);
    Octets out;
    while (auto frame = next(out_))
        for (const auto& instead : outgoing_frame(std::move(*frame))) append(out, written(instead, out_.sender));
    if (out_.passes) append(out, std::exchange(out_.pending, {}));
    return out;
}

std::optional<FrameFilter::Begun> FrameFilter::header(const Direction& direction) const {
    auto const& octets = direction.pending;
    if (octets.size() < 2) return std::nullopt;
    bool const masked = (octets[1] & 0x80) != 0;
    unsigned const field = octets[1] & 0x7fU;
    std::size_t const length_octets = field == 126 ? 2 : field == 127 ? 8 : 0;
    std::size_t const key_octets = masked ? 4 : 0;
    Begun out;
    out.size = 2 + length_octets + key_octets;
    if (octets.size() < out.size) return std::nullopt;

    bool const incoming = &direction == &in_;
    bool const from_client = direction.sender == Role::client;
    bool const key_first = incoming && key_comes_first();
    std::size_t const length_at = key_first ? 2 + key_octets : 2;
    std::size_t const key_at = key_first ? 2 : 2 + length_octets;
    out.length = length_octets == 0 ? field : 0;
    for (std::size_t i = 0; i < length_octets; ++i) out.length = out.length << 8 | octets[length_at + i];
    bool const minimal = length_octets == 0 || (length_octets == 2 && out.length > 125) || out.length > 0xffff;

    Frame& frame = out.frame;
    frame.fin = (octets[0] & 0x80) != 0;
    frame.rsv = static_cast<Octet>(octets[0] >> 4 & 7);
    frame.opcode = static_cast<Opcode>(octets[0] & 0xf);
    frame.mask_bit = masked == from_client ? MaskBit::as_role : MaskBit::wrong_for_role;
    if (masked) std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(key_at), 4, frame.key.emplace().begin());
    if (!minimal) frame.length_form = length_octets == 2 ? LengthForm::sixteen_bits : LengthForm::sixtyfour_bits;
    if (incoming) out.length = announced(out.length, static_cast<unsigned>(length_octets));
    return out;
}

bool FrameFilter::takes_hold(const Begun& begun) const {
    return begun.length <= longest && (wrong_with(begun.frame, begun.length) & ~forgiven_) == 0;
}

std::optional<Frame> FrameFilter::next(Direction& direction) {
    if (direction.passes) return std::nullopt;
    auto found = header(direction);
    if (!found) return std::nullopt;
    if (found->length > longest) {
        direction.passes = true;
        return std::nullopt;
    }
    auto const size = found->size + static_cast<std::size_t>(found->length);
    if (direction.pending.size() < size) {
        direction.passes = !takes_hold(*found);
        return std::nullopt;
    }
    auto const begin = direction.pending.begin();
    auto const from = [begin](std::size_t at) { return begin + static_cast<std::ptrdiff_t>(at); };
    Frame& frame = found->frame;
    frame.payload.assign(from(found->size), from(size));
    if (frame.key) apply_mask(frame.payload, *frame.key);

    read_starts_.clear();
    std::vector<std::size_t> starts;
    for (std::size_t const start : direction.starts) {
        if (start >= size)
            starts.push_back(start - size);
        else if (start >= found->size)
            read_starts_.push_back(start - found->size);
    }
    direction.starts = std::move(starts);
    direction.pending.erase(begin, from(size));
    return std::move(frame);
}

void FrameFilter::forget_begun_frame() {
    in_.pending.clear();
    in_.starts.clear();
}

bool FrameFilter::inside_header() const { return !in_.passes && !in_.pending.empty() && !header(in_); }

std::optional<Frame> FrameFilter::inside_payload() const {
    auto found = in_.passes ? std::nullopt : header(in_);
    if (!found) return std::nullopt;
    Frame& frame = found->frame;
    frame.payload.assign(in_.pending.begin() + static_cast<std::ptrdiff_t>(found->size), in_.pending.end());
    if (frame.key) apply_mask(frame.payload, *frame.key);
    return std::move(frame);
}

net::FilterFactory bend_incoming(FrameHook hook, unsigned forgiven) {
    return [hook = std::move(hook), forgiven] { return std::make_unique<HookedFilter>(hook, FrameHook{}, forgiven); };
}

net::FilterFactory bend_outgoing(FrameHook hook) {
    return [hook = std::move(hook)] { return std::make_unique<HookedFilter>(FrameHook{}, hook, FrameFilter::nothing); };
}

std::uint16_t close_code_of(const Frame& frame) {
    if (frame.payload.empty()) return 1005;
    if (frame.payload.size() == 1) return 0;
    return static_cast<std::uint16_t>(frame.payload[0] << 8 | frame.payload[1]);
}

Frame refused_with_1002() { return frame(0x3); }
Frame refused_with_1007(Opcode opcode) { return {.opcode = opcode, .payload = {0xff}}; }

}  // namespace wsspec
