// Faults of clients that depend on segments: what comes in one read with the answer to their opening handshake (RFC
// 6455 section 4.1; 4.2.2 lets a server send at once), and frames that a read cuts.
#include <algorithm>
#include <memory>
#include <utility>

#include "runner/client_faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

/// What stands behind the answer in its read, as frames.
class BehindAnswer : public FrameFilter {
public:
    BehindAnswer() : FrameFilter(nothing, Role::client) {}

    Octets early(Octets octets) final {
        early_ = true;
        auto out = FrameFilter::incoming(std::move(octets));
        early_ = false;
        return out;
    }

protected:
    bool is_early() const { return early_; }

private:
    bool early_ = false;
};

/// websocket-sharp 669, netty 1331 and many more.
class LosesWhatComesWithAnswer final : public net::Filter {
    Octets early(Octets) override { return {}; }
};

class TakesOneFrameWithAnswer final : public BehindAnswer {
    Frames read_ends(Frames frames) override {
        if (is_early() && frames.size() > 1) frames.resize(1);
        return frames;
    }
};

class DropsAtHalfFrameWithAnswer final : public BehindAnswer {
    Frames read_ends(Frames frames) override {
        if (is_early() && (inside_header() || inside_payload())) drop();
        return frames;
    }
};

class TakesFourKilobytesWithAnswer final : public net::Filter {
    Octets early(Octets octets) override {
        octets.resize(std::min<std::size_t>(octets.size(), 4096));
        return octets;
    }
};

class LosesFirstOctetBehindAnswer final : public net::Filter {
    Octets early(Octets octets) override {
        octets.erase(octets.begin());
        return octets;
    }
};

class ClientThatNeedsHeaderWhole final : public FrameFilter {
public:
    ClientThatNeedsHeaderWhole() : FrameFilter(nothing, Role::client) {}

private:
    Frames read_ends(Frames frames) override {
        if (inside_header()) drop();
        return frames;
    }
};

class ClientThatTakesOneFrameOfRead final : public FrameFilter {
public:
    ClientThatTakesOneFrameOfRead() : FrameFilter(nothing, Role::client) {}

private:
    Frames read_ends(Frames frames) override {
        if (frames.size() > 1) frames.resize(1);
        return frames;
    }
};

class ClientThatNoticesEmptyFramesLate final : public FrameFilter {
public:
    ClientThatNoticesEmptyFramesLate() : FrameFilter(nothing, Role::client) {}

private:
    Frames incoming_frame(Frame frame) override {
        Frames out = std::exchange(held_, {});
        (frame.payload.empty() ? held_ : out).push_back(std::move(frame));
        return out;
    }

    Frames held_;
};

}  // namespace

std::vector<Fault> client_delivery_faults() {
    return {
        {"loses-frames-with-answer",
         "R6455-5.2-16",
         "Loses what comes in one read with the answer to its opening handshake.",
         {"16.5.1", "16.5.2"},
         peer<LosesWhatComesWithAnswer>()},
        {"takes-one-frame-with-answer",
         "R6455-5.2-16",
         "Loses all but the first frame that come in one read with the answer to its opening handshake.",
         {"16.5.2"},
         peer<TakesOneFrameWithAnswer>()},
        {"drops-at-half-frame-with-answer",
         "R6455-5.2-16",
         "Drops TCP when half a frame comes in one read with the answer to its opening handshake.",
         {"16.5.3", "16.5.4"},
         peer<DropsAtHalfFrameWithAnswer>()},
        {"takes-4-kilobytes-with-answer",
         "R6455-5.2-16",
         "Loses what comes in one read with the answer to its opening handshake behind 4096 octets.",
         {"16.5.9"},
         peer<TakesFourKilobytesWithAnswer>()},
        {"loses-octet-behind-answer",
         "R6455-4.2.2-19",
         "Loses the first octet of what comes in one read with the answer to its opening handshake.",
         {"16.5.1", "16.5.5"},
         peer<LosesFirstOctetBehindAnswer>()},
        {"client-needs-header-at-once",
         "R6455-5.2-15",
         "Drops TCP when a read ends inside the header of a frame.",
         {"16.1.1", "16.1.2"},
         peer<ClientThatNeedsHeaderWhole>()},
        {"client-takes-one-frame-of-a-read",
         "R6455-5.2-16",
         "Loses all but the first frame of a read.",
         {"16.4.5", "16.4.8"},
         peer<ClientThatTakesOneFrameOfRead>()},
        {"client-notices-empty-frames-late",
         "R6455-5.2-15",
         "Notices a frame without payload when the next one has come.",
         {"16.4.3", "16.4.4"},
         peer<ClientThatNoticesEmptyFramesLate>()},
    };
}

}  // namespace wsspec::detail
