// Faults of peers that keep a rule for the first message of a connection and forget it later, inside of a message, or
// where permessage-deflate is agreed (RFC 6455 sections 5 to 8): what else they do is right.
#include <optional>
#include <utility>

#include "reference/utf8.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

enum class When { behind_messages, inside_message };

/// Keeps the rules until a message has come, or except inside of one.
class ForgetsRule : public FrameFilter {
protected:
    explicit ForgetsRule(When when, unsigned forgiven = nothing) : FrameFilter(forgiven), when_(when) {}

    bool is_later() const { return when_ == When::inside_message ? inside_ : messages_ != 0; }
    virtual Frames judged(Frame frame) = 0;

private:
    Frames incoming_frame(Frame frame) final {
        auto out = judged(frame);
        if (is_data(frame)) {
            inside_ = !frame.fin;
            messages_ += frame.fin ? 1 : 0;
        }
        return out;
    }

    When when_;
    bool inside_ = false;
    unsigned messages_ = 0;
};

class ForgetsMasks final : public ForgetsRule {
public:
    ForgetsMasks() : ForgetsRule(When::behind_messages, no_mask) {}

private:
    Frames judged(Frame frame) override {
        // What the reference sees is masked anew, as its peer should have had it.
        frame.mask_bit = MaskBit::as_role;
        bool const masked = frame.key.has_value();
        bool const right = masked == (reference() == Role::server);
        return right || is_later() ? Frames{frame} : Frames{refused_with_1002()};
    }
};

template <When when>
class ForgetsCloseCodes final : public ForgetsRule {
public:
    ForgetsCloseCodes() : ForgetsRule(when) {}

private:
    Frames judged(Frame frame) override {
        if (frame.opcode != Opcode::close || !is_later()) return {frame};
        auto const code = close_code_of(frame);
        bool const bad = code < 1000 || (code == 1005 && !frame.payload.empty());
        return bad ? Frames{close_frame(1000)} : Frames{frame};
    }
};

class ForgetsText final : public ForgetsRule {
public:
    ForgetsText() : ForgetsRule(When::behind_messages) {}

private:
    Frames judged(Frame frame) override {
        bool const begins_text = frame.opcode == Opcode::text;
        if (is_data(frame) && frame.opcode != Opcode::continuation) text_ = begins_text;
        // In its place something that the reference takes, and that is not what was sent.
        if (is_data(frame) && text_ && is_later() && !is_valid_utf8(frame.payload)) frame.payload = octets("?");
        return {frame};
    }

    bool text_ = false;
};

/// Notes that a message is under way by what there is of it.
class ForgetsEmptyFragments final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame)) return {frame};
        if (starts_message(frame) && held_) held_.reset();
        if (starts_message(frame) && !frame.fin && frame.payload.empty()) {
            held_ = frame;
            return {};
        }
        if (!held_) return {frame};
        frame.opcode = held_->opcode;
        held_.reset();
        return {frame};
    }

    std::optional<Frame> held_;
};

}  // namespace

std::vector<Fault> later_faults() {
    return {
        {"forgets-masks-behind-a-message",
         "R6455-5.1-2",
         "Looks at the mask bit up to the first message alone.",
         {"15.12.1", "15.12.2"},
         peer<ForgetsMasks>()},
        {"forgets-close-codes-behind-a-message",
         "R6455-7.4.1-5",
         "Takes any Close once a message has come.",
         {"15.12.11", "15.12.12", "15.12.13"},
         peer<ForgetsCloseCodes<When::behind_messages>>()},
        {"forgets-close-codes-inside-a-message",
         "R6455-7.4.1-5",
         "Takes any Close inside a message.",
         {"15.13.11", "15.13.12", "15.13.13", "15.14.11"},
         peer<ForgetsCloseCodes<When::inside_message>>()},
        {"forgets-utf8-behind-a-message",
         "R6455-8.1-1",
         "Looks at the first text message alone.",
         {"15.12.16", "15.12.17"},
         peer<ForgetsText>()},
        {"begins-anew-behind-an-empty-fragment",
         "R6455-5.4-5",
         "Takes a new message behind a first fragment without payload.",
         {"15.14.15"},
         peer<ForgetsEmptyFragments>()},
    };
}

}  // namespace wsspec::detail
