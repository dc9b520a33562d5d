#include "runner/state_peers.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace wsspec::state {

namespace {

constexpr std::size_t large = 1U << 20;

/// A frame that the peer writes by itself: without the key of whoever sent it.
Frame own(Frame frame) {
    frame.key.reset();
    frame.mask_bit = MaskBit::as_role;
    return frame;
}

class BendsReads final : public FrameFilter {
public:
    BendsReads(Role self, ReadHook hook) : FrameFilter(bad_opcode, self), hook_(std::move(hook)) {}

private:
    Frames read_ends(Frames frames) override { return hook_(std::move(frames)); }

    ReadHook hook_;
};

class BendsAnswers final : public FrameFilter {
public:
    BendsAnswers(Role self, FrameHook hook) : FrameFilter(nothing, self), hook_(std::move(hook)) {}
    Octets incoming(Octets octets) override { return octets; }

private:
    Frames outgoing_frame(Frame frame) override { return hook_(std::move(frame)); }

    FrameHook hook_;
};

/// The reference would stop there, so a ping takes the place of what ends the connection, and its pong becomes the
/// Close. TCP ends when our direction of it does.
class GoesOn final : public FrameFilter {
public:
    GoesOn(Role self, EndsAt end, Which answered, FrameHook answer)
        : FrameFilter(bad_opcode, self), end_(end), answered_(std::move(answered)), answer_(std::move(answer)) {}

private:
    static constexpr std::string_view marker = "here the connection ends";

    Frames incoming_frame(Frame frame) override {
        if (close_) return answered_(frame) ? Frames{std::move(frame)} : Frames{};
        if (end_ == EndsAt::close ? !is_close(frame) : !is_violation(frame)) return {std::move(frame)};
        close_ = end_ == EndsAt::close ? own(std::move(frame)) : close_frame(1002);
        return {ping(marker)};
    }
    Frames outgoing_frame(Frame frame) override {
        if (frame.opcode == Opcode::pong && as_text(frame.payload) == marker) return {*close_};
        return close_ && answer_ ? answer_(std::move(frame)) : Frames{std::move(frame)};
    }

    EndsAt end_;
    Which answered_;
    FrameHook answer_;
    std::optional<Frame> close_;
};

class AtCrossing final : public FrameFilter {
public:
    AtCrossing(Role self, CrossingHook what) : FrameFilter(bad_opcode, self), what_(std::move(what)) {}

private:
    Frames incoming_frame(Frame frame) override {
        violated_ = violated_ || is_violation(frame);
        if (violated_ && is_close(frame) && !ours_) ours_ = own(frame);
        return {std::move(frame)};
    }
    Frames outgoing_frame(Frame frame) override {
        return ours_ && is_close(frame) ? what_(std::move(frame), *ours_) : Frames{std::move(frame)};
    }

    CrossingHook what_;
    bool violated_ = false;
    std::optional<Frame> ours_;
};

class AtCloseInsideMessage final : public FrameFilter {
public:
    AtCloseInsideMessage(Role self, CutHook what) : FrameFilter(nothing, self), what_(std::move(what)) {}

private:
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) {
            octets_ = (starts_message(frame) ? 0 : octets_) + frame.payload.size();
            open_ = !frame.fin;
        }
        return open_ && is_close(frame) ? what_(std::move(frame), octets_) : Frames{std::move(frame)};
    }

    CutHook what_;
    bool open_ = false;
    std::size_t octets_ = 0;
};

class AtTheEndOfTcp final : public FrameFilter {
public:
    struct Manners {
        Place place = Place::anywhere;
        bool at_fin = true;
        bool at_reset = false;
        bool stays = false;
        std::shared_ptr<bool> dead = {};  ///< Of all connections of a server.
    };
    AtTheEndOfTcp(Role self, Manners manners) : FrameFilter(nothing, self), manners_(std::move(manners)) {}

    std::string request(std::string head) override { return manners_.dead && *manners_.dead ? std::string() : head; }
    Ending peer_ended(bool reset) override {
        if (reset ? !manners_.at_reset : !manners_.at_fin) return Ending::as_reference;
        if (!is_there()) return Ending::as_reference;
        if (manners_.dead) *manners_.dead = true;
        return manners_.stays ? Ending::keep_open : Ending::as_reference;
    }

private:
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) open_ = !frame.fin;
        return {std::move(frame)};
    }
    Frames outgoing_frame(Frame frame) override {
        large_ = large_ || frame.payload.size() >= large;
        return {std::move(frame)};
    }
    bool is_there() const {
        switch (manners_.place) {
            case Place::anywhere:
                break;
            case Place::inside_frame:
                return inside_header() || inside_payload();
            case Place::inside_message:
                return open_;
            case Place::behind_large_echo:
                return large_;
        }
        return true;
    }

    Manners manners_;
    bool open_ = false;
    bool large_ = false;
};

class EndsTcpFirst final : public net::Filter {
    Ending ending() override { return Ending::send_fin; }
};

net::FilterFactory at_the_end_of_tcp(Role self, AtTheEndOfTcp::Manners manners) {
    return [self, manners = std::move(manners)] { return std::make_unique<AtTheEndOfTcp>(self, manners); };
}

}  // namespace

bool any_frame(const Frame&) { return true; }
bool is_text(const Frame& frame) { return frame.opcode == Opcode::text || frame.opcode == Opcode::continuation; }
bool is_ping(const Frame& frame) { return frame.opcode == Opcode::ping; }
bool is_close(const Frame& frame) { return frame.opcode == Opcode::close; }
bool is_violation(const Frame& frame) { return is_reserved(frame.opcode); }

net::FilterFactory bends_reads(Role self, ReadHook hook) {
    return [self, hook = std::move(hook)] { return std::make_unique<BendsReads>(self, hook); };
}

net::FilterFactory bends_answers(Role self, FrameHook hook) {
    return [self, hook = std::move(hook)] { return std::make_unique<BendsAnswers>(self, hook); };
}

net::FilterFactory goes_on_behind(Role self, EndsAt end, Which answered, FrameHook answer) {
    return [=] { return std::make_unique<GoesOn>(self, end, answered, answer); };
}

net::FilterFactory at_crossing(Role self, CrossingHook what) {
    return [self, what = std::move(what)] { return std::make_unique<AtCrossing>(self, what); };
}

net::FilterFactory at_close_inside_message(Role self, CutHook what) {
    return [self, what = std::move(what)] { return std::make_unique<AtCloseInsideMessage>(self, what); };
}

net::FilterFactory refuses_close(Role self, Which which) {
    return bends_reads(self, [which = std::move(which)](Frames frames) {
        for (auto& frame : frames)
            if (is_close(frame) && which(frame)) frame = refused_with_1002();
        return frames;
    });
}

net::FilterFactory takes_close(Role self, Which which) {
    return bends_reads(self, [which = std::move(which)](Frames frames) {
        for (auto& frame : frames)
            if (is_close(frame) && which(frame)) frame = close_frame(1000);
        return frames;
    });
}

net::FilterFactory stays_at_fin(Role self, Place place) {
    return at_the_end_of_tcp(self, {.place = place, .stays = true});
}

net::FilterFactory dies_at_fin() { return at_the_end_of_tcp(Role::server, {.dead = std::make_shared<bool>(false)}); }

net::FilterFactory dies_at_reset(Place place) {
    return at_the_end_of_tcp(
        Role::server, {.place = place, .at_fin = false, .at_reset = true, .dead = std::make_shared<bool>(false)});
}

net::FilterFactory ends_tcp_first() { return peer<EndsTcpFirst>(); }

net::FilterFactory cuts_sixth_large_message(Role self) {
    return bends_answers(self, [count = 0](Frame frame) mutable -> Frames {
        if (frame.payload.size() < large || ++count != 6) return {std::move(frame)};
        auto const size = frame.payload.size();
        frame.payload.resize(size / 2);
        return {frame.claiming(size)};
    });
}

}  // namespace wsspec::state
