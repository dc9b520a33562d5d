// Faults of peers that keep a rule of framing but for one kind of frame, one form of its length or one state (RFC 6455
// sections 5.1 to 5.5): a check that stands in another branch.
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

/// What has come before a frame.
struct Past {
    std::optional<Opcode> inside = {};  ///< What the message under way began with.
    unsigned fragments = 0;             ///< Of that message.
    bool ping_inside = false;
    std::optional<Frame> last = {};  ///< The last whole frame, of whatever kind.
    std::size_t last_message = 0;    ///< Octets of the last message.
};

using Picks = std::function<bool(const Frame&, const Past&)>;
/// What is read in place of the frame that is forgiven.
using Mends = std::function<Frames(Frame)>;

class Forgives final : public FrameFilter {
public:
    Forgives(unsigned forgiven, Picks is_broken, Picks picks, Mends mends)
        : FrameFilter(forgiven),
          is_broken_(std::move(is_broken)),
          picks_(std::move(picks)),
          mends_(std::move(mends)),
          looks_at_masks_((forgiven & no_mask) != 0) {}

private:
    Frames incoming_frame(Frame frame) override {
        bool wrong_mask = false;
        if (looks_at_masks_) {
            // What the reference sees is masked anew, as its peer should have had it.
            frame.mask_bit = MaskBit::as_role;
            wrong_mask = frame.key.has_value() != (reference() == Role::server);
        }
        bool const broken = looks_at_masks_ ? wrong_mask : is_broken_(frame, past_);
        Frames out = {frame};
        if (broken && picks_(frame, past_)) {
            out = mends_(std::move(frame));
        } else if (wrong_mask) {
            out = {refused_with_1002()};
        }
        for (const Frame& one : out) remember(one);
        return out;
    }

    void remember(const Frame& frame) {
        past_.last = frame;
        if (!is_data(frame)) {
            past_.ping_inside = past_.ping_inside || (past_.inside && frame.opcode == Opcode::ping);
            return;
        }
        if (frame.opcode != Opcode::continuation) past_.last_message = 0;
        past_.last_message += frame.payload.size();
        past_.fragments = frame.opcode == Opcode::continuation ? past_.fragments + 1 : 1;
        if (frame.opcode != Opcode::continuation) past_.inside = frame.opcode;
        if (frame.fin) past_.inside.reset();
        if (frame.fin) past_.ping_inside = false;
    }

    Picks is_broken_;
    Picks picks_;
    Mends mends_;
    bool looks_at_masks_;
    Past past_;
};

net::FilterFactory forgives(unsigned forgiven, Picks is_broken, Picks picks, Mends mends) {
    return [=] { return std::make_unique<Forgives>(forgiven, is_broken, picks, mends); };
}

bool is_long(const Frame& frame) { return frame.payload.size() > 125; }
bool is_continuation(const Frame& frame) { return frame.opcode == Opcode::continuation; }

net::FilterFactory forgives_masks(Picks picks) {
    return forgives(FrameFilter::no_mask, {}, std::move(picks), [](Frame frame) { return Frames{std::move(frame)}; });
}

net::FilterFactory forgives_reserved_bits(Picks picks) {
    return forgives(
        FrameFilter::bad_rsv, [](const Frame& frame, const Past&) { return frame.rsv != 0; }, std::move(picks),
        [](Frame frame) {
            frame.rsv = 0;
            return Frames{std::move(frame)};
        });
}

net::FilterFactory skips_reserved_opcodes(Picks picks) {
    return forgives(
        FrameFilter::bad_opcode, [](const Frame& frame, const Past&) { return is_reserved(frame.opcode); },
        std::move(picks), [](const Frame&) { return Frames{}; });
}

/// Ends what is unfinished, and cuts what is too long.
net::FilterFactory forgives_control_frames(Picks picks) {
    return forgives(
        FrameFilter::bad_control,
        [](const Frame& frame, const Past&) { return is_control(frame.opcode) && (!frame.fin || is_long(frame)); },
        std::move(picks),
        [](Frame frame) {
            frame.fin = true;
            if (is_long(frame)) frame.payload.resize(125);
            return Frames{std::move(frame)};
        });
}

net::FilterFactory takes_beginnings_for_continuations(Picks picks) {
    return forgives(
        FrameFilter::nothing, [](const Frame& frame, const Past& past) { return past.inside && starts_message(frame); },
        std::move(picks),
        [](Frame frame) {
            frame.opcode = Opcode::continuation;
            return Frames{std::move(frame)};
        });
}

net::FilterFactory takes_continuations_for_texts(Picks picks) {
    return forgives(
        FrameFilter::nothing,
        [](const Frame& frame, const Past& past) { return !past.inside && is_continuation(frame); }, std::move(picks),
        [](Frame frame) {
            frame.opcode = Opcode::text;
            return Frames{std::move(frame)};
        });
}

}  // namespace

std::vector<Fault> shape_faults() {
    return {
        {"asks-for-no-mask-in-the-middle",
         "R6455-5.1-2",
         "Looks at the mask bit of first and last fragments alone.",
         {"15.18.3"},
         forgives_masks([](const Frame& frame, const Past&) { return is_continuation(frame) && !frame.fin; })},
        {"asks-for-no-mask-without-payload",
         "R6455-5.1-2",
         "Does not come to the mask bit of continuations without payload.",
         {"15.18.3"},
         forgives_masks(
             [](const Frame& frame, const Past&) { return is_continuation(frame) && frame.payload.empty(); })},
        {"asks-for-no-mask-of-long-frames",
         "R6455-5.1-2",
         "Looks at the mask bit where the length has its shortest form.",
         {"15.18.1", "15.18.2"},
         forgives_masks([](const Frame& frame, const Past&) { return is_long(frame); })},
        {"asks-for-no-mask-of-control-frames-inside",
         "R6455-5.1-2",
         "Looks at the mask bit of no control frame inside a message.",
         {"15.18.4", "15.18.5", "15.18.6"},
         forgives_masks([](const Frame& frame, const Past& past) { return !is_data(frame) && past.inside; })},
        {"takes-rsv3-in-binary-frames",
         "R6455-5.2-3",
         "Looks at RSV3 in text frames alone.",
         {"15.19.2"},
         forgives_reserved_bits(
             [](const Frame& frame, const Past&) { return frame.opcode == Opcode::binary && frame.rsv == rsv3; })},
        {"takes-reserved-bits-in-the-middle",
         "R6455-5.2-3",
         "Looks at the reserved bits of first and last fragments alone.",
         {"15.19.3"},
         forgives_reserved_bits([](const Frame& frame, const Past&) { return is_continuation(frame) && !frame.fin; })},
        {"takes-reserved-bits-in-empty-control-frames",
         "R6455-5.2-3",
         "Does not come to the reserved bits of pings and pongs without payload.",
         {"15.19.4", "15.19.5"},
         forgives_reserved_bits([](const Frame& frame, const Past&) {
             return frame.payload.empty() && (frame.opcode == Opcode::ping || frame.opcode == Opcode::pong);
         })},
        {"skips-reserved-opcodes-without-payload",
         "R6455-5.2-4",
         "Skips frames of reserved opcodes that have no payload.",
         {"15.20.*"},
         skips_reserved_opcodes([](const Frame& frame, const Past&) { return frame.payload.empty(); })},
        {"takes-unfinished-pongs-inside-messages",
         "R6455-5.4-8",
         "Takes pongs with FIN = 0 inside a message.",
         {"15.21.2"},
         forgives_control_frames([](const Frame& frame, const Past& past) {
             return frame.opcode == Opcode::pong && !frame.fin && past.inside && !is_long(frame);
         })},
        {"takes-unfinished-closes-with-a-reason",
         "R6455-5.4-8",
         "Takes a Close with FIN = 0 if it has a reason.",
         {"15.21.3"},
         forgives_control_frames([](const Frame& frame, const Past&) {
             return frame.opcode == Opcode::close && !frame.fin && frame.payload.size() > 2 && !is_long(frame);
         })},
        {"takes-long-closes-behind-messages",
         "R6455-5.5-3",
         "Cuts a Close of more than 125 octets once a message has come.",
         {"15.22.3"},
         forgives_control_frames([](const Frame& frame, const Past& past) {
             return frame.opcode == Opcode::close && is_long(frame) && past.last_message != 0;
         })},
        {"begins-anew-behind-a-ping",
         "R6455-5.4-5",
         "Forgets at a ping that a message is under way, and takes a new one for its rest.",
         {"15.23.6", "15.27.10"},
         takes_beginnings_for_continuations([](const Frame&, const Past& past) { return past.ping_inside; })},
        {"begins-anew-behind-a-continuation",
         "R6455-5.4-5",
         "Looks for a second beginning behind the first fragment alone.",
         {"15.23.4", "15.23.5", "15.27.9"},
         takes_beginnings_for_continuations([](const Frame&, const Past& past) { return past.fragments > 1; })},
        {"takes-empty-beginnings-for-continuations",
         "R6455-5.4-5",
         "Takes a text or binary frame without payload for a continuation.",
         {"15.23.*"},
         takes_beginnings_for_continuations([](const Frame& frame, const Past&) { return frame.payload.empty(); })},
        {"continues-nothing-behind-a-pong",
         "R6455-5.4-4",
         "Takes a continuation behind a pong for a text.",
         {"15.24.7", "15.27.3"},
         takes_continuations_for_texts(
             [](const Frame&, const Past& past) { return past.last && past.last->opcode == Opcode::pong; })},
        {"continues-nothing-behind-a-large-message",
         "R6455-5.4-4",
         "Takes a continuation behind a message of 64 KiB and more for a text.",
         {"15.24.5", "15.27.5"},
         takes_continuations_for_texts([](const Frame&, const Past& past) { return past.last_message >= 65536; })},
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses track of std::function.
}

}  // namespace wsspec::detail
