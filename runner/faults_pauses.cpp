// Faults that show when a peer is slow (RFC 6455 section 2.1): what has been read of a frame or a message is forgotten
// in the meantime, or what comes behind a pause is lost.
#include <chrono>
#include <optional>
#include <utility>

#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

/// Tells reads that come long after the one before, or after the opening handshake.
class ImpatientFilter : public FrameFilter {
protected:
    virtual void after_pause() {}

    Octets incoming(Octets octets) final {
        // A quarter of what the cases wait with the shortest deadline in use; a machine that stalls for as long makes
        // the peer no better.
        constexpr auto pause = std::chrono::milliseconds(100);
        auto const now = std::chrono::steady_clock::now();
        if (now - std::exchange(last_, now) > pause) after_pause();
        return FrameFilter::incoming(std::move(octets));
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Reads a frame in one go, with a timeout, and begins anew behind it.
class ForgetsBegunFrameAtPause final : public ImpatientFilter {
    void after_pause() override { forget_begun_frame(); }
};

class ForgetsFragmentsAtPause final : public ImpatientFilter {
    void after_pause() override { message_.reset(); }
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame)) return {frame};
        if (starts_message(frame)) {
            message_ = frame;
        } else if (message_) {
            append(message_->payload, frame.payload);
        } else {
            return {};
        }
        message_->fin = frame.fin;
        return frame.fin ? Frames{*std::exchange(message_, std::nullopt)} : Frames{};
    }

    std::optional<Frame> message_;
};

/// What wakes it up is not looked at.
class LosesMessageBehindPause final : public ImpatientFilter {
    void after_pause() override { woken_ = true; }
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame)) return {frame};
        return std::exchange(woken_, false) ? Frames{} : Frames{frame};
    }

    bool woken_ = false;
};

}  // namespace

std::vector<Fault> pause_faults() {
    return {
        {"forgets-a-begun-frame-at-a-pause",
         "R6455-5.2-15",
         "Forgets what has come of a frame when the rest is late.",
         {"16.8.?"},
         peer<ForgetsBegunFrameAtPause>()},
        {"forgets-fragments-at-a-pause",
         "R6455-5.4-3",
         "Forgets the fragments of a message when the next one is late.",
         {"16.8.10"},
         peer<ForgetsFragmentsAtPause>()},
        {"loses-the-message-behind-a-pause",
         "R6455-6.2-1",
         "Loses the message that comes after a pause.",
         {"16.8.11", "16.8.12"},
         peer<LosesMessageBehindPause>()},
    };
}

}  // namespace wsspec::detail
