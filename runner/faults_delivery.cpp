// Faults that depend on how TCP cuts and joins the octets (RFC 6455 sections 5.2, 5.3 and 5.4): everything is right as
// long as a read brings one whole frame.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "reference/utf8.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

/// Where the octets of a frame begin on the wire, in the whole stream and in the read that completed it.
class PlacedFilter : public FrameFilter {
protected:
    using FrameFilter::FrameFilter;

    /// Octets of the stream in front of the frame shown last, and its size on the wire.
    std::uint64_t frame_at() const { return frame_at_; }
    std::size_t frame_size() const { return frame_size_; }
    std::size_t header_size() const { return frame_size_ - payload_size_; }
    /// Octets of the read in front of its payload; nothing if it began in an earlier one.
    std::optional<std::size_t> payload_in_read() const {
        if (frame_at_ < read_at_) return std::nullopt;
        return static_cast<std::size_t>(frame_at_ - read_at_) + header_size();
    }
    std::size_t frames_in_read() const { return frames_in_read_; }
    std::uint64_t read_end() const { return received_; }

    virtual Frames placed_frame(Frame frame) { return {std::move(frame)}; }

    Octets incoming(Octets octets) final {
        read_at_ = received_;
        received_ += octets.size();
        frames_in_read_ = 0;
        return FrameFilter::incoming(std::move(octets));
    }

private:
    Frames incoming_frame(Frame frame) final {
        frame_at_ = next_at_;
        payload_size_ = frame.payload.size();
        frame_size_ = wire(frame, Role::client).size();
        next_at_ += frame_size_;
        ++frames_in_read_;
        return placed_frame(std::move(frame));
    }

    std::uint64_t received_ = 0;
    std::uint64_t read_at_ = 0;
    std::uint64_t next_at_ = 0;
    std::uint64_t frame_at_ = 0;
    std::size_t frame_size_ = 0;
    std::size_t payload_size_ = 0;
    std::size_t frames_in_read_ = 0;
};

/// The payload masked again from `from` to `to`, with the key `shift` octets further on: what comes of unmasking it so.
void unmask_wrongly(Frame& frame, std::size_t from, std::size_t to, std::size_t shift) {
    auto const part = std::span(frame.payload).subspan(from, to - from);
    apply_mask(part, *frame.key, from);
    apply_mask(part, *frame.key, from + shift);
}

// ---- Masking ----

class ShiftsKeyAtEachRead final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!frame.key) return {frame};
        std::size_t shift = 0;
        std::size_t from = 0;
        auto ends = read_starts();
        ends.push_back(frame.payload.size());
        for (std::size_t const end : ends) {
            if (shift != 0) unmask_wrongly(frame, from, end, shift);
            shift += end != 0 ? 1 : 0;
            from = end;
        }
        return {frame};
    }
};

/// Words of four octets are fast, and what is left over waits for nobody.
class UnmasksWholeWordsOfRead final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!frame.key) return {frame};
        std::size_t from = 0;
        for (std::size_t const end : read_starts()) {
            apply_mask(std::span(frame.payload).subspan(end - (end - from) % 4, (end - from) % 4), *frame.key,
                       end - (end - from) % 4);
            from = end;
        }
        return {frame};
    }
};

/// bufferutil 57: the octets in front of the first that is aligned.
class UnmasksWronglyOutOfAlignment final : public PlacedFilter {
    Frames placed_frame(Frame frame) override {
        constexpr std::size_t vector = 16;
        auto const at = payload_in_read();
        if (!frame.key || !at || *at % vector != 13 || frame.payload.size() < 2 * vector) return {frame};
        unmask_wrongly(frame, 3, frame.payload.size(), 1);
        return {frame};
    }
};

class UnmasksFragmentsWithFirstKey final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!frame.key || is_control(frame.opcode)) return {frame};
        if (starts_message(frame)) {
            key_ = *frame.key;
        } else {
            apply_mask(frame.payload, *frame.key);
            apply_mask(frame.payload, key_);
        }
        return {frame};
    }

    MaskingKey key_{};
};

/// mongoose 165, one further: the key of the frame before, for the second and every later frame of one read.
class UsesKeyOfFrameBefore final : public PlacedFilter {
    Frames placed_frame(Frame frame) override {
        if (!frame.key) return {frame};
        auto const before = std::exchange(key_, *frame.key);
        if (frames_in_read() < 2) return {frame};
        apply_mask(frame.payload, *frame.key);
        apply_mask(frame.payload, before);
        return {frame};
    }

    MaskingKey key_{};
};

// ---- Headers and buffers ----

/// Gives up where a read ends behind so many octets of a header.
template <std::size_t from, std::size_t to>
class NeedsHeaderWhole final : public PlacedFilter {
    Frames placed_frame(Frame frame) override {
        end_ = frame_at() + frame_size();
        return {std::move(frame)};
    }
    Frames read_ends(Frames frames) override {
        std::uint64_t const begun = read_end() - end_;
        if (inside_header() && begun >= from && begun <= to) drop();
        return frames;
    }

    std::uint64_t end_ = 0;
};

/// A ring of 4096 octets: what stands at its end and goes on at its beginning is not put together.
class LosesHeaderAtEndOfBuffer final : public PlacedFilter {
    Frames placed_frame(Frame frame) override {
        constexpr std::uint64_t buffer = 4096;
        bool const broken = frame_at() / buffer != (frame_at() + header_size() - 1) / buffer;
        return broken ? Frames{} : Frames{frame};
    }
};

class LosesFrameThatFillsBuffer final : public PlacedFilter {
    Frames placed_frame(Frame frame) override { return frame_size() == 8192 ? Frames{} : Frames{frame}; }
};

/// A buffer of 16384 octets, one of which is for a zero.
class SpoilsLastOctetOfBuffer final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (frame.payload.size() >= 16384) frame.payload[16383] = 0;
        return {frame};
    }
};

class TakesFewFramesOfRead final : public PlacedFilter {
    Frames placed_frame(Frame frame) override { return frames_in_read() > 64 ? Frames{} : Frames{frame}; }
};

class NeedsControlFrameWhole final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        bool const pieces = is_control(frame.opcode) && !frame.payload.empty() && !read_starts().empty();
        return {pieces ? refused_with_1002() : frame};
    }
};

// ---- Empty frames ----

/// A frame that `which` is about is noticed when the next octet comes.
template <class Which>
class WaitsForMore final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        Frames out = std::exchange(held_, {});
        std::ranges::move(frames, std::back_inserter(out));
        if (!out.empty() && Which{}(out.back())) {
            held_.push_back(std::move(out.back()));
            out.pop_back();
        }
        return out;
    }

    Frames held_;
};
struct IsEmptyLastFragment {
    bool operator()(const Frame& frame) const {
        return frame.opcode == Opcode::continuation && frame.fin && frame.payload.empty();
    }
};
struct IsEmptyClose {
    bool operator()(const Frame& frame) const { return frame.opcode == Opcode::close && frame.payload.empty(); }
};
struct IsEmptyPing {
    bool operator()(const Frame& frame) const { return frame.opcode == Opcode::ping && frame.payload.empty(); }
};

// ---- Characters ----

/// What of the end of `text` may be the beginning of a character.
std::size_t begun_character(OctetView text) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        Octet const octet = text[text.size() - back];
        if (octet < 0x80) return 0;
        if (octet >= 0xc0) return back < (octet >= 0xf0 ? 4U : octet >= 0xe0 ? 3U : 2U) ? back : 0;
    }
    return 0;
}

/// beast 1249: what is missing of a character of three octets when a read ends is filled in, and found wrong.
class FillsUpCharacters final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (frame.opcode != Opcode::text) return {frame};
        for (std::size_t const end : read_starts()) {
            auto const begun = begun_character(OctetView(frame.payload).first(end));
            if (begun != 0 && (frame.payload[end - begun] & 0xf0) == 0xe0) return {refused_with_1007()};
        }
        return {frame};
    }
};

/// Knows only how many octets are to come, not that the next one is restricted (RFC 3629 section 4).
class ForgetsLeadOctet final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        auto& text = frame.payload;
        if (frame.opcode != Opcode::text) return {frame};
        for (std::size_t const end : read_starts()) {
            if (end == 0 || end >= text.size() || begun_character(OctetView(text).first(end)) != 1) continue;
            if ((text[end] & 0xc0) != 0x80) continue;
            Octet const lead = text[end - 1];
            // What any lead octet can have.
            if (lead == 0xe0 || lead == 0xf0) text[end] = 0xa0;
            if (lead == 0xed || lead == 0xf4) text[end] = 0x80;
        }
        return {frame};
    }
};

/// An empty fragment is taken for the end of what was begun.
class ForgetsCharacterAtEmptyFragment final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (is_control(frame.opcode)) return {frame};
        bool const bad = is_text_ && begun_ && frame.opcode == Opcode::continuation && frame.payload.empty();
        if (starts_message(frame)) is_text_ = frame.opcode == Opcode::text;
        begun_ = begun_character(frame.payload) != 0;
        return {bad ? refused_with_1007(Opcode::continuation) : frame};
    }

    bool is_text_ = false;
    bool begun_ = false;
};

// ---- Compression and the opening handshake ----

class NeedsCompressedFrameWhole final : public FrameFilter {
public:
    NeedsCompressedFrameWhole() : FrameFilter(bad_rsv) {}

private:
    Frames incoming_frame(Frame frame) override {
        bool const pieces = (frame.rsv & rsv1) != 0 && !read_starts().empty();
        return {pieces ? refused_with_1002() : frame};
    }
};

/// The reader of the request took one octet too many, and forgot it.
class LosesOctetBehindRequest final : public net::Filter {
    Octets early(Octets octets) override {
        octets.erase(octets.begin());
        return octets;
    }
};

class LosesPartOfFrameBehindRequest final : public FrameFilter {
    Octets early(Octets octets) override {
        early_ = true;
        auto out = FrameFilter::incoming(std::move(octets));
        early_ = false;
        return out;
    }
    Frames incoming_frame(Frame frame) override {
        // The tail of a buffer that was moved to the front.
        if (early_ && frame.payload.size() > 1024) frame.payload.resize(1024);
        return {frame};
    }

    bool early_ = false;
};

}  // namespace

std::vector<Fault> delivery_faults() {
    return {
        {"shifts-key-at-each-read",
         "R6455-5.3-5",
         "Skips an octet of the masking key wherever a read ends inside a payload.",
         {"16.2.2", "16.2.3", "16.2.4", "16.2.5"},
         peer<ShiftsKeyAtEachRead>()},
        {"unmasks-whole-words-of-a-read",
         "R6455-5.3-5",
         "Leaves up to three octets masked at the end of a read inside a payload.",
         {"16.2.2", "16.2.3", "16.2.4"},
         peer<UnmasksWholeWordsOfRead>()},
        {"unmasks-wrongly-out-of-alignment",
         "R6455-5.3-5",
         "Unmasks payloads that begin 13 octets behind a multiple of 16 with the wrong octet of the key.",
         {"16.2.6", "16.2.7"},
         peer<UnmasksWronglyOutOfAlignment>()},
        {"unmasks-fragments-with-first-key",
         "R6455-5.3-5",
         "Unmasks continuations with the masking key of the first fragment.",
         {"16.2.14"},
         peer<UnmasksFragmentsWithFirstKey>()},
        {"uses-key-of-frame-before",
         "R6455-5.3-5",
         "Unmasks all but the first frame of a read with the key of the frame before.",
         {"16.2.10", "16.2.11"},
         peer<UsesKeyOfFrameBefore>()},
        {"needs-first-two-octets-at-once",
         "R6455-5.2-15",
         "Drops TCP when a read ends behind the first octet of a frame.",
         {"16.1.1", "16.1.7", "16.2.12"},
         peer<NeedsHeaderWhole<1, 1>>()},
        {"needs-length-at-once",
         "R6455-5.2-15",
         "Drops TCP when a read ends inside a 16-bit payload length.",
         {"16.1.2", "16.1.5"},
         peer<NeedsHeaderWhole<3, 3>>()},
        {"needs-masking-key-at-once",
         "R6455-5.2-15",
         "Drops TCP when a read ends inside the masking key of a frame with a 64-bit payload length.",
         {"16.1.3"},
         peer<NeedsHeaderWhole<11, 13>>()},
        {"loses-header-at-end-of-buffer",
         "R6455-5.2-15",
         "Loses frames whose header lies across a multiple of 4096 octets.",
         {"16.6.9"},
         peer<LosesHeaderAtEndOfBuffer>()},
        {"loses-frame-that-fills-buffer",
         "R6455-5.2-15",
         "Loses frames that have 8192 octets on the wire.",
         {"16.6.4"},
         peer<LosesFrameThatFillsBuffer>()},
        {"spoils-last-octet-of-buffer",
         "R6455-5.3-5",
         "Puts a zero in place of octet 16383 of a payload.",
         {"16.6.5"},
         peer<SpoilsLastOctetOfBuffer>()},
        {"takes-64-frames-of-a-read",
         "R6455-5.2-16",
         "Loses all frames of a read behind the 64th.",
         {"16.2.6", "16.6.13"},
         peer<TakesFewFramesOfRead>()},
        {"needs-control-frames-whole",
         "R6455-5.2-15",
         "Takes a control frame that comes in two reads for a broken one.",
         {"16.1.4", "16.4.1"},
         peer<NeedsControlFrameWhole>()},
        {"notices-empty-last-fragment-late",
         "R6455-5.4-3",
         "Ends a message with an empty last fragment when the next frame has come.",
         {"16.4.6", "16.4.7"},
         peer<WaitsForMore<IsEmptyLastFragment>>()},
        {"notices-empty-close-late",
         "R6455-5.5.1-1",
         "Waits for an octet behind a Close without a body.",
         {"16.4.2"},
         peer<WaitsForMore<IsEmptyClose>>()},
        {"notices-empty-ping-late",
         "R6455-5.5.2-2",
         "Answers an empty Ping when the next frame has come.",
         {"16.4.3"},
         peer<WaitsForMore<IsEmptyPing>>()},
        {"fills-up-characters",
         "R3629-4-2",
         "Takes a character of three octets for a bad one when a read ends inside it.",
         {"16.3.1", "16.3.2"},
         peer<FillsUpCharacters>()},
        {"forgets-lead-octet",
         "R3629-4-1",
         "Takes any continuation octet behind a lead octet that an earlier read has brought.",
         {"16.3.9", "16.3.10", "16.3.11", "16.3.12"},
         peer<ForgetsLeadOctet>()},
        {"forgets-character-at-empty-fragment",
         "R6455-5.6-3",
         "Takes an empty fragment inside a character for the end of the text.",
         {"16.3.5", "16.3.6", "16.3.7", "16.3.8"},
         peer<ForgetsCharacterAtEmptyFragment>()},
        {"needs-compressed-frames-whole",
         "R7692-6.2-1",
         "Takes a compressed frame that comes in two reads for a broken one.",
         {"16.7.1", "16.7.3"},
         peer<NeedsCompressedFrameWhole>()},
        {"loses-octet-behind-request",
         "R9112-2.1-1",
         "Loses the first octet of what comes in one read with the request.",
         {"16.5.14"},
         peer<LosesOctetBehindRequest>()},
        {"cuts-frame-behind-request",
         "R9112-2.1-1",
         "Cuts a frame that comes in one read with the request off at 1024 octets.",
         {"16.5.15"},
         peer<LosesPartOfFrameBehindRequest>()},
    };
}

}  // namespace wsspec::detail
