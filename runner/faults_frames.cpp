// Faults in frames: masking, reserved bits, opcodes, lengths, segments, control frames, fragmentation (RFC 6455
// section 5).
#include <algorithm>
#include <utility>

#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

// ---- Masking ----

/// Takes unmasked frames that `which` picks for masked ones.
template <class Which>
net::FilterFactory accepts_unmasked(Which which) {
    return bend_incoming(
        [which](Frame frame) -> Frames {
            if (which(frame)) frame.mask_bit = MaskBit::as_role;
            return {frame};
        },
        FrameFilter::no_mask);
}

template <class Which>
net::FilterFactory sends_masked(Which which) {
    return bend_outgoing([which](Frame frame) -> Frames {
        if (which(frame)) frame = frame.wrongly_masked().with_key({0x12, 0x34, 0x56, 0x78});
        return {frame};
    });
}

/// mosquitto 3705: MASK = 0, and the key of the frame before is applied again.
net::FilterFactory applies_stale_key() {
    return bend_incoming(
        [key = MaskingKey{}](Frame frame) mutable -> Frames {
            if (frame.mask_bit == MaskBit::wrong_for_role) {
                apply_mask(frame.payload, key);
                frame.mask_bit = MaskBit::as_role;
            }
            key = frame.key.value_or(key);
            return {frame};
        },
        FrameFilter::no_mask);
}

/// Beast 1061, moddable 1695: octet i of what a read brought is taken for octet i of the payload.
class RestartsKeyAtEachRead final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!frame.key) return {frame};
        apply_mask(frame.payload, *frame.key);
        auto starts = read_starts();
        starts.insert(starts.begin(), 0);
        starts.push_back(frame.payload.size());
        for (std::size_t i = 0; i + 1 < starts.size(); ++i)
            apply_mask(std::span(frame.payload).subspan(starts[i], starts[i + 1] - starts[i]), *frame.key);
        return {frame};
    }
};

/// mongoose 165: the key of the first frame serves for all that came with it.
class UsesFirstKeyOfRead final : public FrameFilter {
    void read_begins() override { key_.reset(); }
    Frames incoming_frame(Frame frame) override {
        if (frame.key) {
            if (!key_) key_ = frame.key;
            apply_mask(frame.payload, *frame.key);
            apply_mask(frame.payload, *key_);
        }
        return {frame};
    }

    std::optional<MaskingKey> key_;
};

net::FilterFactory runs_key_on() {
    return bend_incoming([at = std::uint64_t{0}](Frame frame) mutable -> Frames {
        if (!frame.key || is_control(frame.opcode)) return {frame};
        apply_mask(frame.payload, *frame.key);
        apply_mask(frame.payload, *frame.key, at);
        at += frame.payload.size();
        return {frame};
    });
}

net::FilterFactory leaves_tail_masked() {
    return bend_incoming([](Frame frame) -> Frames {
        std::size_t const whole = frame.payload.size() / 4 * 4;
        if (frame.key) apply_mask(std::span(frame.payload).subspan(whole), *frame.key, whole);
        return {frame};
    });
}

net::FilterFactory swaps_key() {
    return bend_incoming([](Frame frame) -> Frames {
        if (!frame.key) return {frame};
        MaskingKey swapped = *frame.key;
        std::ranges::reverse(swapped);
        apply_mask(frame.payload, *frame.key);
        apply_mask(frame.payload, swapped);
        return {frame};
    });
}

class ReadsKeyBeforeLength final : public FrameFilter {
    bool key_comes_first() const override { return true; }
};

// ---- Reserved bits and opcodes ----

template <class Which>
net::FilterFactory ignores_rsv(Octet bits, Which which) {
    return bend_incoming(
        [bits, which](Frame frame) -> Frames {
            if (which(frame)) frame.rsv = static_cast<Octet>(frame.rsv & ~bits);
            return {frame};
        },
        FrameFilter::bad_rsv);
}

/// Frames that `which` picks leave with other bits or under another opcode.
template <class Which, class Change>
net::FilterFactory sends_changed(Which which, Change change) {
    return bend_outgoing([which, change](Frame frame) -> Frames {
        if (which(frame)) change(frame);
        return {frame};
    });
}

template <class Which>
net::FilterFactory loses_incoming(Which which, unsigned forgiven = FrameFilter::nothing) {
    return bend_incoming([which](const Frame& frame) -> Frames { return which(frame) ? Frames{} : Frames{frame}; },
                         forgiven);
}

template <class Which, class Change>
net::FilterFactory reads_changed(Which which, Change change, unsigned forgiven = FrameFilter::nothing) {
    return bend_incoming(
        [which, change](Frame frame) -> Frames {
            if (which(frame)) change(frame);
            return {frame};
        },
        forgiven);
}

/// A widely copied overview says: Ping 0x8, Pong 0x9, Close 0xA.
class NumbersControlOpcodesWrongly final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (frame.opcode == Opcode::close)
            frame.opcode = Opcode::ping;
        else if (frame.opcode == Opcode::ping)
            frame.opcode = Opcode::pong;
        else if (frame.opcode == Opcode::pong)
            frame.opcode = Opcode::close;
        return {frame};
    }
    Frames outgoing_frame(Frame frame) override {
        if (frame.opcode == Opcode::ping)
            frame.opcode = Opcode::close;
        else if (frame.opcode == Opcode::pong)
            frame.opcode = Opcode::ping;
        else if (frame.opcode == Opcode::close)
            frame.opcode = Opcode::pong;
        return {frame};
    }
};

// ---- Lengths ----

using Announced = std::uint64_t (*)(std::uint64_t length, unsigned length_octets);

template <Announced read>
class ReadsLength final : public FrameFilter {
    std::uint64_t announced(std::uint64_t length, unsigned length_octets) const override {
        return read(length, length_octets);
    }
};

std::uint64_t little_endian_16(std::uint64_t length, unsigned octets) {
    return octets == 2 ? (length & 0xff) << 8 | length >> 8 : length;
}
std::uint64_t low_16_bits(std::uint64_t length, unsigned octets) { return octets == 8 ? length & 0xffff : length; }
std::uint64_t low_32_bits(std::uint64_t length, unsigned octets) { return octets == 8 ? length & 0xffffffff : length; }
std::uint64_t without_top_bit(std::uint64_t length, unsigned octets) {
    return octets == 8 ? length & 0x7fffffffffffffff : length;
}
/// A negative length is none.
std::uint64_t signed_16(std::uint64_t length, unsigned octets) { return octets == 2 && length > 0x7fff ? 0 : length; }
/// baresip/re 1584: four octets of key and the length are added before the sum is looked at.
std::uint64_t wrapping(std::uint64_t length, unsigned) { return length > UINT64_MAX - 4 ? length + 4 : length; }
std::uint64_t key_included(std::uint64_t length, unsigned) { return length >= 4 ? length - 4 : length; }
std::uint64_t one_less_than_125(std::uint64_t length, unsigned octets) {
    return octets == 0 && length == 125 ? 124 : length;
}

/// Messages are sent back with at most so many octets.
net::FilterFactory truncates_echoes(std::size_t limit) {
    return bend_outgoing([limit](Frame frame) -> Frames {
        if (is_data(frame) && frame.payload.size() > limit) frame.payload.resize(limit);
        return {frame};
    });
}

net::FilterFactory writes_lengths_in(LengthForm form, std::size_t up_to) {
    return bend_outgoing([form, up_to](const Frame& frame) -> Frames {
        return {is_data(frame) && frame.payload.size() <= up_to ? frame.in_form(form) : frame};
    });
}

class RefusesLargeMessages final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame) || frame.payload.size() < 65536) return {frame};
        refused_ = true;
        return {refused_with_1002()};
    }
    Frames outgoing_frame(Frame frame) override {
        return {refused_ && frame.opcode == Opcode::close ? close_frame(1009, "too big") : frame};
    }

    bool refused_ = false;
};

// ---- Segments ----

class LosesAllButFirstFrameOfRead final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        if (frames.size() > 1) frames.resize(1);
        return frames;
    }
};

class NeedsWholeHeaderInOneRead final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        if (inside_header()) drop();
        return frames;
    }
};

/// tinymux 822: a frame without payload is dispatched when the octet behind it comes.
class DispatchesEmptyFramesLate final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        Frames out = std::exchange(held_, {});
        (frame.payload.empty() ? held_ : out).push_back(std::move(frame));
        return out;
    }

    Frames held_;
};

/// pico-ws-server 16: an empty frame eats the first octet of the next.
class EatsOctetBehindEmptyFrame final : public FrameFilter {
    std::uint64_t announced(std::uint64_t length, unsigned) const override {
        lied_ = length == 0;
        return lied_ ? 1 : length;
    }
    Frames incoming_frame(Frame frame) override {
        if (lied_) frame.payload.clear();
        return {frame};
    }

    mutable bool lied_ = false;
};

// ---- Control frames ----

net::FilterFactory answers_pings_with(FrameHook pong_hook) {
    return bend_outgoing([hook = std::move(pong_hook)](Frame frame) -> Frames {
        return frame.opcode == Opcode::pong ? hook(std::move(frame)) : Frames{frame};
    });
}

/// The buffer of the last pong is written over and not cut.
net::FilterFactory sends_stale_pongs() {
    return answers_pings_with([stale = Octets{}](Frame frame) mutable -> Frames {
        Octets const fresh = frame.payload;
        if (stale.size() > fresh.size()) {
            std::ranges::copy(fresh, stale.begin());
            frame.payload = stale;
        }
        stale = frame.payload;
        return {frame};
    });
}

class AnswersFirstOfSeveralPings final : public FrameFilter {
    void read_begins() override { seen_ = false; }
    Frames incoming_frame(Frame frame) override {
        if (frame.opcode == Opcode::ping && std::exchange(seen_, true)) return {};
        return {frame};
    }

    bool seen_ = false;
};

net::FilterFactory validates_pings() {
    return bend_incoming([](Frame frame) -> Frames {
        bool const odd = frame.opcode == Opcode::ping &&
                         std::ranges::any_of(frame.payload, [](Octet octet) { return octet > 0x7f; });
        return {odd ? refused_with_1007() : frame};
    });
}

// ---- Fragmentation ----

/// Knows whether a message is under way.
class FragmentFilter : public FrameFilter {
protected:
    using FrameFilter::FrameFilter;
    /// `open`: this frame stands inside a message that an earlier one began.
    virtual Frames take(Frame frame, bool open) = 0;

private:
    Frames incoming_frame(Frame frame) final {
        bool const open = open_;
        if (is_data(frame)) open_ = !frame.fin;
        return take(std::move(frame), open);
    }

    bool open_ = false;
};

/// As before, for faults of one expression.
template <auto what>
class OnFragments final : public FragmentFilter {
    Frames take(Frame frame, bool open) override { return what(std::move(frame), open); }
};

Frames takes_stray_for_text(Frame frame, bool open) {
    if (frame.opcode == Opcode::continuation && !open) frame.opcode = Opcode::text;
    return {frame};
}
Frames ignores_stray(const Frame& frame, bool open) {
    return frame.opcode == Opcode::continuation && !open ? Frames{} : Frames{frame};
}
Frames appends_intruder(Frame frame, bool open) {
    if (starts_message(frame) && open) frame.opcode = Opcode::continuation;
    return {frame};
}
Frames loses_ping_inside(const Frame& frame, bool open) {
    return frame.opcode == Opcode::ping && open ? Frames{} : Frames{frame};
}
Frames loses_empty_ping_inside(const Frame& frame, bool open) {
    return frame.opcode == Opcode::ping && open && frame.payload.empty() ? Frames{} : Frames{frame};
}
Frames takes_pong_for_data(Frame frame, bool open) {
    if (frame.opcode == Opcode::pong && open) frame = continuation(frame.payload).more();
    return {frame};
}
Frames loses_empty_last_fragment(const Frame& frame, bool open) {
    bool const lost = frame.opcode == Opcode::continuation && open && frame.fin && frame.payload.empty();
    return lost ? Frames{} : Frames{frame};
}
Frames refuses_empty_fragment(const Frame& frame, bool) {
    bool const refused =
        is_data(frame) && frame.payload.empty() && (!frame.fin || frame.opcode == Opcode::continuation);
    return {refused ? refused_with_1002() : frame};
}
Frames refuses_fragment(const Frame& frame, bool) {
    return {is_data(frame) && !frame.fin ? refused_with_1002() : frame};
}
Frames joins_with_line_end(Frame frame, bool open) {
    if (frame.opcode == Opcode::continuation && open) frame.payload.insert(frame.payload.begin(), '\n');
    return {frame};
}
Frames takes_fragmented_binary_for_text(Frame frame, bool) {
    if (frame.opcode == Opcode::binary && !frame.fin) frame.opcode = Opcode::text;
    return {frame};
}

class EchoesEachFragment final : public FragmentFilter {
    Frames take(Frame frame, bool) override {
        if (!is_data(frame)) return {frame};
        if (starts_message(frame)) type_ = frame.opcode;
        frame.opcode = type_;
        frame.fin = true;
        return {frame};
    }

    Opcode type_ = Opcode::text;
};

/// Collects a message before the reference sees it, but not what the reference refuses in any case.
class CollectingFilter : public FragmentFilter {
protected:
    Frames take(Frame frame, bool open) override {
        if (!is_data(frame)) return control(std::move(frame), open);
        if (starts_message(frame) && open) begun_again();
        bool const stray = frame.opcode == Opcode::continuation && !open;
        bool const last = frame.fin || stray || frame.rsv != 0 || frame.mask_bit != MaskBit::as_role;
        message_.push_back(std::move(frame));
        return last ? std::exchange(message_, {}) : Frames{};
    }
    virtual Frames control(Frame frame, bool) { return {std::move(frame)}; }
    virtual void begun_again() {}

    Frames message_;
};

class ForgetsMessageForNewOne final : public CollectingFilter {
    void begun_again() override { message_.clear(); }
};

class KeepsOnlyLastFragment final : public CollectingFilter {
    Frames take(Frame frame, bool open) override {
        Frames whole = CollectingFilter::take(std::move(frame), open);
        if (whole.size() > 1 && is_data(whole.front())) {
            whole.back().opcode = whole.front().opcode;
            whole.erase(whole.begin(), whole.end() - 1);
        }
        return whole;
    }
};

class ForgetsMessageAtPing final : public CollectingFilter {
    Frames control(Frame frame, bool open) override {
        if (open && frame.opcode == Opcode::ping && !message_.empty()) {
            Opcode const type = message_.front().opcode;
            message_ = {Frame{.fin = false, .opcode = type}};
        }
        return {frame};
    }
};

/// Control frames wait for the end of the message.
class DelaysPings final : public FragmentFilter {
    Frames take(Frame frame, bool open) override {
        if (frame.opcode == Opcode::ping && open) {
            held_.push_back(std::move(frame));
            return {};
        }
        bool const ends = is_data(frame) && frame.fin;
        Frames out{std::move(frame)};
        if (ends)
            for (auto& ping : std::exchange(held_, {})) out.push_back(std::move(ping));
        return out;
    }

    Frames held_;
};

/// All messages come back under the opcode of the first.
net::FilterFactory keeps_type_of_first_message() {
    return bend_outgoing([first = std::optional<Opcode>()](Frame frame) mutable -> Frames {
        if (!starts_message(frame)) return {frame};
        if (!first) first = frame.opcode;
        frame.opcode = *first;
        return {frame};
    });
}

net::FilterFactory leaves_old_octets_in_messages() {
    return bend_outgoing([stale = Octets{}](Frame frame) mutable -> Frames {
        if (!is_data(frame)) return {frame};
        if (stale.size() > frame.payload.size()) {
            std::ranges::copy(frame.payload, stale.begin());
            frame.payload = stale;
        }
        stale = frame.payload;
        return {frame};
    });
}

// ---- Predicates ----

constexpr auto any = [](const Frame&) { return true; };
constexpr auto data = [](const Frame& frame) { return is_data(frame); };
constexpr auto control = [](const Frame& frame) { return is_control(frame.opcode); };
constexpr auto empty = [](const Frame& frame) { return frame.payload.empty(); };
constexpr auto too_long = [](const Frame& frame) { return is_control(frame.opcode) && frame.payload.size() > 125; };
constexpr auto is(Opcode opcode) {
    return [opcode](const Frame& frame) { return frame.opcode == opcode; };
}
constexpr auto is_unfinished(Opcode opcode) {
    return [opcode](const Frame& frame) { return frame.opcode == opcode && !frame.fin; };
}
constexpr auto is_long(Opcode opcode) {
    return [opcode](const Frame& frame) { return frame.opcode == opcode && too_long(frame); };
}
constexpr auto reserved_data = [](const Frame& frame) { return is_data(frame) && is_reserved(frame.opcode); };
constexpr auto reserved_control = [](const Frame& frame) { return !is_data(frame) && is_reserved(frame.opcode); };
constexpr auto becomes(Opcode opcode) {
    return [opcode](Frame& frame) { frame.opcode = opcode; };
}
constexpr auto finish = [](Frame& frame) { frame.fin = true; };
constexpr auto refuse = [](Frame& frame) { frame = refused_with_1002(); };

}  // namespace

std::vector<Fault> frame_faults() {
    return {
        // 5.1 and 5.3
        {"accepts-unmasked-frames",
         "R6455-5.1-2",
         "Takes frames of every kind without a mask.",
         {"11.1.1", "11.1.10"},
         accepts_unmasked(any)},
        {"accepts-unmasked-text",
         "R6455-5.1-2",
         "Asks for a mask on all but text frames.",
         {"11.1.1"},
         accepts_unmasked(is(Opcode::text))},
        {"accepts-unmasked-pings",
         "R6455-5.1-2",
         "Asks for a mask on all but pings.",
         {"11.1.3"},
         accepts_unmasked(is(Opcode::ping))},
        {"accepts-unmasked-pongs",
         "R6455-5.1-2",
         "Asks for a mask on all but pongs.",
         {"11.1.4"},
         accepts_unmasked(is(Opcode::pong))},
        {"accepts-unmasked-closes",
         "R6455-5.1-2",
         "Asks for a mask on all but Close frames.",
         {"11.1.5"},
         accepts_unmasked(is(Opcode::close))},
        {"accepts-unmasked-continuations",
         "R6455-5.1-2",
         "Asks for a mask only where a message begins.",
         {"11.1.12"},
         accepts_unmasked(is(Opcode::continuation))},
        {"accepts-unmasked-empty-frames",
         "R6455-5.1-2",
         "Asks for a mask only where there is something to unmask.",
         {"11.1.6", "11.1.8"},
         accepts_unmasked(empty)},
        {"applies-stale-key",
         "R6455-5.1-2",
         "Unmasks an unmasked frame with the key of the frame before.",
         {"11.2.10"},
         applies_stale_key()},
        {"masks-its-frames", "R6455-5.1-4", "Masks all that it sends.", {"1.1.2", "2.2"}, sends_masked(any)},
        {"masks-its-control-frames",
         "R6455-5.1-4",
         "Masks pongs and Close frames.",
         {"2.2", "7.3.3"},
         sends_masked(control)},
        {"restarts-key-at-each-read",
         "R6455-5.3-5",
         "Begins with the first octet of the key at each read.",
         {"11.3.1", "11.3.3"},
         peer<RestartsKeyAtEachRead>()},
        {"uses-first-key-of-read",
         "R6455-5.3-5",
         "Unmasks all frames of one read with the key of the first.",
         {"11.3.10"},
         peer<UsesFirstKeyOfRead>()},
        {"runs-key-on", "R6455-5.3-5", "Goes on in the key where the frame before ended.", {"11.3.9"}, runs_key_on()},
        {"leaves-tail-masked",
         "R6455-5.3-5",
         "Unmasks whole words only: up to three octets stay masked.",
         {"11.3.11"},
         leaves_tail_masked()},
        {"swaps-key",
         "R6455-5.3-5",
         "Reads the masking key with its octets in reverse order.",
         {"11.2.3"},
         swaps_key()},
        {"refuses-zero-key",
         "R6455-5.2-6",
         "Takes a masking key of zeros for none and fails the connection.",
         {"11.2.1"},
         reads_changed([](const Frame& frame) { return frame.key == MaskingKey{}; }, refuse)},
        {"counts-key-as-payload",
         "R6455-5.3-6",
         "Takes the key for a part of the payload length.",
         {"11.2.13"},
         peer<ReadsLength<key_included>>()},
        {"reads-key-before-length",
         "R6455-5.2-18",
         "Looks for the key in front of the extended length.",
         {"11.3.7"},
         peer<ReadsKeyBeforeLength>()},

        // 5.2: reserved bits
        {"ignores-rsv1",
         "R6455-5.2-3",
         "Takes RSV1 for nothing although no extension was agreed on.",
         {"3.8.4"},
         ignores_rsv(rsv1, any)},
        {"ignores-rsv2", "R6455-5.2-3", "Takes RSV2 for nothing.", {"3.8.2"}, ignores_rsv(rsv2, any)},
        {"ignores-rsv3", "R6455-5.2-3", "Takes RSV3 for nothing.", {"3.1", "3.8.1"}, ignores_rsv(rsv3, any)},
        {"ignores-rsv-in-control-frames",
         "R6455-5.2-3",
         "Looks at the reserved bits of data frames only.",
         {"3.8.7", "3.9.7", "3.10.4"},
         ignores_rsv(7, control)},
        {"ignores-rsv-in-continuations",
         "R6455-5.2-3",
         "Looks at the reserved bits only where a message begins.",
         {"3.11.4"},
         ignores_rsv(7, is(Opcode::continuation))},
        {"ignores-rsv-in-empty-frames",
         "R6455-5.2-3",
         "Looks at the reserved bits only if there is a payload.",
         {"3.13.2"},
         ignores_rsv(7, empty)},
        {"sends-rsv1-in-echoes",
         "R6455-5.2-2",
         "Sets RSV1 in the messages that it sends.",
         {"1.1.2"},
         sends_changed(data, [](Frame& frame) { frame.rsv = rsv1; })},
        {"refuses-long-pongs",
         "R6455-5.5.3-3",
         "Fails the connection over a pong of 100 octets and more.",
         {"2.16.1", "2.16.3"},
         bend_incoming([](Frame frame) -> Frames {
             return {frame.opcode == Opcode::pong && frame.payload.size() >= 100 ? refused_with_1002() : frame};
         })},
        {"tires-of-pings",
         "R6455-5.5.2-2",
         "Answers no more than 1024 pings.",
         {"2.17.1"},
         bend_outgoing([pongs = 0](Frame frame) mutable -> Frames {
             if (frame.opcode == Opcode::pong && ++pongs > 1024) return {};
             return {frame};
         })},
        {"sends-rsv3-in-pongs",
         "R6455-5.2-2",
         "Sets RSV3 in its pongs.",
         {"2.2"},
         sends_changed(is(Opcode::pong), [](Frame& frame) { frame.rsv = rsv3; })},

        // 5.2, 5.5 and 5.6: opcodes
        {"ignores-reserved-data-opcodes",
         "R6455-5.6-1",
         "Skips frames with the opcodes 0x3 to 0x7.",
         {"4.1.4"},
         loses_incoming(reserved_data, FrameFilter::bad_opcode)},
        {"ignores-reserved-control-opcodes",
         "R6455-5.5-1",
         "Skips frames with the opcodes 0xb to 0xf.",
         {"4.2.4"},
         loses_incoming(reserved_control, FrameFilter::bad_opcode)},
        {"takes-reserved-data-opcodes-for-binary",
         "R6455-5.2-4",
         "Takes the opcodes 0x3 to 0x7 for binary.",
         {"4.1.2", "4.4.1"},
         reads_changed(reserved_data, becomes(Opcode::binary), FrameFilter::bad_opcode)},
        {"takes-reserved-control-opcodes-for-ping",
         "R6455-5.2-4",
         "Takes the opcodes 0xb to 0xf for a ping.",
         {"4.3.6"},
         reads_changed(reserved_control, becomes(Opcode::ping), FrameFilter::bad_opcode)},
        {"reads-two-bits-of-data-opcodes",
         "IANA-opcode-1",
         "Looks at the two lowest bits of the opcode of data frames.",
         {"4.1.3"},
         reads_changed(
             reserved_data,
             [](Frame& frame) { frame.opcode = static_cast<Opcode>(static_cast<Octet>(frame.opcode) & 3); },
             FrameFilter::bad_opcode)},
        {"numbers-control-opcodes-wrongly",
         "R6455-5.2-5",
         "Has it that Ping is 0x8, Pong 0x9 and Close 0xa.",
         {"1.7.3"},
         peer<NumbersControlOpcodesWrongly>()},
        {"echoes-text-as-binary",
         "R6455-6.1-3",
         "Sends text back under the opcode of binary.",
         {"1.7.3"},
         sends_changed(is(Opcode::text), becomes(Opcode::binary))},
        {"echoes-binary-as-text",
         "R6455-5.6-2",
         "Sends binary messages back as text.",
         {"1.2.2"},
         sends_changed(is(Opcode::binary), becomes(Opcode::text))},
        {"begins-messages-with-continuations",
         "R6455-6.1-2",
         "Sends messages that have no first frame.",
         {"1.1.2"},
         sends_changed(data, becomes(Opcode::continuation))},
        {"sends-messages-without-end",
         "R6455-5.4-10",
         "Never sets FIN in a data frame, so that messages mingle.",
         {"1.7.1"},
         sends_changed(data, [](Frame& frame) { frame.fin = false; })},
        {"sends-reserved-data-opcodes",
         "R6455-11.8-1",
         "Sends messages under opcode 0x3.",
         {"1.1.2"},
         sends_changed(data, becomes(static_cast<Opcode>(0x3)))},
        {"sends-reserved-control-opcodes",
         "R6455-11.8-1",
         "Sends pongs under opcode 0xb.",
         {"2.2"},
         sends_changed(is(Opcode::pong), becomes(static_cast<Opcode>(0xb)))},

        // 5.2: lengths
        {"reads-125-as-124",
         "R6455-5.2-7",
         "Is off by one at the longest length of the 7-bit form.",
         {"1.1.2"},
         peer<ReadsLength<one_less_than_125>>()},
        {"reads-16-bit-lengths-little-endian",
         "R6455-5.2-12",
         "Reads 16-bit lengths with their octets swapped.",
         {"1.3.7"},
         peer<ReadsLength<little_endian_16>>()},
        {"reads-16-bit-lengths-as-signed",
         "R6455-5.2-8",
         "Reads 16-bit lengths as signed numbers.",
         {"1.3.10"},
         peer<ReadsLength<signed_16>>()},
        {"cuts-64-bit-lengths-to-16-bits",
         "R6455-5.2-9",
         "Uses the last two octets of a 64-bit length.",
         {"1.3.14"},
         peer<ReadsLength<low_16_bits>>()},
        {"cuts-64-bit-lengths-to-32-bits",
         "R6455-5.2-11",
         "Uses the last four octets of a 64-bit length.",
         {"1.5.6"},
         peer<ReadsLength<low_32_bits>>()},
        {"ignores-top-bit-of-lengths",
         "R6455-5.2-11",
         "Masks the top bit of a 64-bit length away.",
         {"1.5.1", "1.5.2"},
         peer<ReadsLength<without_top_bit>>()},
        {"wraps-huge-lengths",
         "R6455-5.2-11",
         "Adds the key to the length in 64 bits without looking for a carry.",
         {"1.5.4"},
         peer<ReadsLength<wrapping>>()},
        {"accepts-long-lengths",
         "R6455-5.2-14",
         "Takes lengths in a longer form than they need.",
         {"1.4.1", "1.4.9"},
         reads_changed(
             any, [](Frame& frame) { frame.length_form = LengthForm::minimal; }, FrameFilter::long_length),
         Verdict::non_strict},
        {"writes-16-bit-lengths",
         "R6455-5.2-13",
         "Writes lengths up to 125 in the 16-bit form.",
         {"1.1.2"},
         writes_lengths_in(LengthForm::sixteen_bits, 125)},
        {"writes-64-bit-lengths",
         "R6455-5.2-13",
         "Writes all lengths of messages in the 64-bit form.",
         {"1.1.5"},
         writes_lengths_in(LengthForm::sixtyfour_bits, 65535)},
        {"writes-lengths-little-endian",
         "R6455-5.2-12",
         "Writes 16-bit lengths with their octets swapped.",
         {"1.3.7"},
         sends_changed([](const Frame& frame) { return frame.payload.size() > 125 && frame.payload.size() <= 65535; },
                       [](Frame& frame) {
                           frame.claimed_length = little_endian_16(frame.payload.size(), 2);
                           frame.length_form = LengthForm::sixteen_bits;
                       })},
        {"sets-top-bit-of-lengths",
         "R6455-5.2-10",
         "Sets the top bit of the 64-bit lengths that it writes.",
         {"1.1.7"},
         sends_changed([](const Frame& frame) { return frame.payload.size() > 65535; },
                       [](Frame& frame) { frame.claimed_length = frame.payload.size() | 1ULL << 63; })},
        {"truncates-echoes-to-125",
         "R6455-5.2-8",
         "Sends back no more than 125 octets of a message.",
         {"1.1.3"},
         truncates_echoes(125)},
        {"truncates-echoes-to-65535",
         "R6455-5.2-9",
         "Sends back no more than 65535 octets of a message.",
         {"1.1.7"},
         truncates_echoes(65535)},
        {"refuses-messages-of-64-kib",
         "R6455-5.7-5",
         "Closes with 1009 where a frame needs the 64-bit length.",
         {"1.6.5"},
         peer<RefusesLargeMessages>()},

        // 5.2: segments
        {"loses-all-but-first-frame-of-read",
         "R6455-5.2-16",
         "Throws away what comes behind the first frame of a read.",
         {"1.7.1"},
         peer<LosesAllButFirstFrameOfRead>()},
        {"needs-whole-header-in-one-read",
         "R6455-5.2-15",
         "Drops TCP if a read ends inside a frame header.",
         {"1.7.7"},
         peer<NeedsWholeHeaderInOneRead>()},
        {"dispatches-empty-frames-late",
         "R6455-5.5.1-1",
         "Acts upon an empty frame when the next one comes.",
         {"7.3.1"},
         peer<DispatchesEmptyFramesLate>()},
        {"eats-octet-behind-empty-frame",
         "R6455-5.2-16",
         "Reads one octet of payload where there is none.",
         {"1.7.4"},
         peer<EatsOctetBehindEmptyFrame>()},

        // 5.4: fragmentation
        {"accepts-stray-continuations",
         "R6455-5.4-4",
         "Takes a continuation without a beginning for a text message.",
         {"5.9", "5.24.2"},
         peer<OnFragments<takes_stray_for_text>>()},
        {"ignores-stray-continuations",
         "R6455-5.4-4",
         "Skips continuations that have nothing to continue.",
         {"5.9"},
         peer<OnFragments<ignores_stray>>()},
        {"forgets-message-for-new-one",
         "R6455-5.4-5",
         "Drops an unfinished message when a new one begins.",
         {"5.18"},
         peer<ForgetsMessageForNewOne>()},
        {"appends-new-message-to-open-one",
         "R6455-5.4-5",
         "Takes a text frame inside a message for a fragment of it.",
         {"5.18"},
         peer<OnFragments<appends_intruder>>()},
        {"echoes-each-fragment",
         "R6455-5.4-3",
         "Takes every fragment for a message.",
         {"5.3"},
         peer<EchoesEachFragment>()},
        {"keeps-only-last-fragment",
         "R6455-5.4-3",
         "Delivers the last fragment instead of the message.",
         {"5.4"},
         peer<KeepsOnlyLastFragment>()},
        {"refuses-fragments",
         "R6455-5.4-13",
         "Fails the connection over a fragmented message.",
         {"5.3"},
         peer<OnFragments<refuses_fragment>>()},
        {"joins-fragments-with-line-ends",
         "R6455-5.4-1",
         "Puts a line end where two fragments meet.",
         {"5.3"},
         peer<OnFragments<joins_with_line_end>>()},
        {"loses-empty-last-fragment",
         "R6455-5.4-12",
         "Does not see FIN in a fragment without payload.",
         {"5.25.3"},
         peer<OnFragments<loses_empty_last_fragment>>()},
        {"refuses-empty-fragments",
         "R6455-5.4-12",
         "Fails the connection over a fragment without payload.",
         {"5.25.2"},
         peer<OnFragments<refuses_empty_fragment>>()},
        {"takes-fragmented-binary-for-text",
         "R6455-5.4-18",
         "Treats all fragmented messages as text.",
         {"5.22.1"},
         peer<OnFragments<takes_fragmented_binary_for_text>>()},
        {"loses-pings-inside-messages",
         "R6455-5.4-11",
         "Overlooks pings between fragments.",
         {"5.6"},
         peer<OnFragments<loses_ping_inside>>()},
        {"loses-empty-pings-inside-messages",
         "R6455-5.5-5",
         "Overlooks empty pings between fragments.",
         {"5.26.1"},
         peer<OnFragments<loses_empty_ping_inside>>()},
        {"forgets-message-at-ping",
         "R6455-5.4-11",
         "Loses what it has of a message when a ping comes.",
         {"5.26.4"},
         peer<ForgetsMessageAtPing>()},
        {"takes-pongs-for-data",
         "R6455-5.4-11",
         "Takes a pong between fragments for one of them.",
         {"2.14.4"},
         peer<OnFragments<takes_pong_for_data>>()},
        {"delays-pings-to-end-of-message",
         "R6455-5.5.2-3",
         "Answers a ping between fragments when the message is over.",
         {"5.6"},
         peer<DelaysPings>(),
         Verdict::non_strict},
        {"keeps-type-of-first-message",
         "R6455-6.2-3",
         "Sends all messages back under the opcode of the first.",
         {"1.7.2"},
         keeps_type_of_first_message()},
        {"leaves-old-octets-in-messages",
         "R6455-6.2-4",
         "Sends a short message back with the end of a longer one.",
         {"1.7.6"},
         leaves_old_octets_in_messages()},
        {"ignores-empty-messages",
         "R6455-5.4-2",
         "Does not send an empty message back.",
         {"6.1.1"},
         loses_incoming(
             [](const Frame& frame) { return starts_message(frame) && frame.fin && frame.payload.empty(); })},

        // 5.5: control frames
        {"accepts-long-pings",
         "R6455-5.5-3",
         "Answers a ping of more than 125 octets.",
         {"2.5", "2.13.1"},
         reads_changed(
             is_long(Opcode::ping),
             [](Frame& frame) { frame = ping(Octets(frame.payload.begin(), frame.payload.begin() + 125)); },
             FrameFilter::bad_control)},
        {"accepts-long-pongs",
         "R6455-5.5-3",
         "Takes a pong of more than 125 octets.",
         {"2.13.3"},
         loses_incoming(is_long(Opcode::pong), FrameFilter::bad_control)},
        {"accepts-long-closes",
         "R6455-5.5-3",
         "Takes a Close of more than 125 octets.",
         {"7.3.6"},
         reads_changed(
             is_long(Opcode::close), [](Frame& frame) { frame = close_frame(1000); }, FrameFilter::bad_control)},
        {"accepts-fragmented-pings",
         "R6455-5.4-8",
         "Does not look at FIN in pings.",
         {"5.21.3"},
         reads_changed(is_unfinished(Opcode::ping), finish, FrameFilter::bad_control)},
        {"accepts-fragmented-pongs",
         "R6455-5.4-8",
         "Does not look at FIN in pongs.",
         {"5.21.4"},
         reads_changed(is_unfinished(Opcode::pong), finish, FrameFilter::bad_control)},
        {"accepts-fragmented-closes",
         "R6455-5.4-8",
         "Does not look at FIN in Close frames.",
         {"7.17.1"},
         reads_changed(is_unfinished(Opcode::close), finish, FrameFilter::bad_control)},
        {"sends-fragmented-pongs",
         "R6455-5.5-4",
         "Sends pongs with FIN = 0.",
         {"2.2"},
         sends_changed(is(Opcode::pong), [](Frame& frame) { frame.fin = false; })},
        {"sends-long-pongs",
         "R6455-5.5-2",
         "Pads its pongs to 126 octets.",
         {"2.2"},
         sends_changed(is(Opcode::pong), [](Frame& frame) { frame.payload.resize(126); })},
        {"never-answers-pings", "R6455-5.5.2-2", "Sends no pongs.", {"2.2"}, loses_incoming(is(Opcode::ping))},
        {"answers-pings-with-pings",
         "R6455-5.5.2-2",
         "Sends a ping back instead of a pong.",
         {"2.2"},
         sends_changed(is(Opcode::pong), becomes(Opcode::ping))},
        {"answers-first-of-several-pings",
         "R6455-5.5.2-2",
         "Of pings that come together, answers the oldest.",
         {"2.10"},
         peer<AnswersFirstOfSeveralPings>()},
        {"validates-pings",
         "R6455-5.5.2-1",
         "Fails the connection over a ping that is not ASCII.",
         {"2.3"},
         validates_pings()},
        {"sends-empty-pongs",
         "R6455-5.5.3-1",
         "Leaves the data of the ping out of the pong.",
         {"2.2"},
         sends_changed(is(Opcode::pong), [](Frame& frame) { frame.payload.clear(); })},
        {"truncates-pongs",
         "R6455-5.5.3-1",
         "Sends back 124 octets of a ping of 125.",
         {"2.4"},
         sends_changed(is(Opcode::pong),
                       [](Frame& frame) { frame.payload.resize(std::min<std::size_t>(frame.payload.size(), 124)); })},
        {"sends-stale-pongs",
         "R6455-5.5.3-1",
         "Sends a short pong with the end of a longer one.",
         {"2.15.1"},
         sends_stale_pongs()},
        {"answers-pings-twice",
         "R6455-5.5.3-2",
         "Sends each pong twice.",
         {"2.2"},
         answers_pings_with([](const Frame& frame) -> Frames { return {frame, frame}; }),
         Verdict::non_strict},
        {"answers-pongs",
         "R6455-5.5.3-3",
         "Answers a pong with a pong.",
         {"2.9"},
         reads_changed(is(Opcode::pong), becomes(Opcode::ping))},
    };
}

}  // namespace wsspec::detail
