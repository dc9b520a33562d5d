// Faults in how a connection ends: Close frames, their codes and reasons, failing, and the end of TCP (RFC 6455
// sections 5.5.1, 7.1 and 7.4).
#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "reference/close_code.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

// ---- What is taken for a good Close, and what is not ----

template <class Which>
net::FilterFactory refuses_close(Which which) {
    return bend_incoming([which](const Frame& frame) -> Frames {
        return {frame.opcode == Opcode::close && which(frame) ? refused_with_1002() : frame};
    });
}

net::FilterFactory refuses_codes(std::uint16_t from, std::uint16_t to) {
    return refuses_close(
        [=](const Frame& frame) { return close_code_of(frame) >= from && close_code_of(frame) <= to; });
}

/// Answers a bad Close as if it had the code 1000 and no reason.
template <class Which>
net::FilterFactory accepts_close(Which which) {
    return bend_incoming([which](const Frame& frame) -> Frames {
        return {frame.opcode == Opcode::close && frame.payload.size() <= 125 && which(frame) ? close_frame(1000)
                                                                                             : frame};
    });
}

net::FilterFactory accepts_codes(std::uint16_t from, std::uint16_t to) {
    return accepts_close([=](const Frame& frame) {
        return frame.payload.size() >= 2 && close_code_of(frame) >= from && close_code_of(frame) <= to;
    });
}

// ---- What is sent ----

net::FilterFactory sends_closes(FrameHook hook) {
    return bend_outgoing([hook = std::move(hook)](Frame frame) -> Frames {
        return frame.opcode == Opcode::close ? hook(std::move(frame)) : Frames{frame};
    });
}

net::FilterFactory sends_code(std::uint16_t code) {
    return sends_closes([code](const Frame&) -> Frames { return {close_frame(code)}; });
}

Frames swaps_code(Frame frame) {
    if (frame.payload.size() >= 2) std::swap(frame.payload[0], frame.payload[1]);
    return {frame};
}

/// Knows whether the peer has sent Close: if not, a Close of ours means that the connection failed.
class EndingFilter : public FrameFilter {
protected:
    bool asked() const { return asked_; }
    bool failed() const { return failed_; }

    Frames incoming_frame(Frame frame) override {
        if (frame.opcode == Opcode::close) asked_ = true;
        return {frame};
    }
    Frames outgoing_frame(Frame frame) override {
        if (frame.opcode == Opcode::close && close_code_of(frame) != 1000 && !asked_) failed_ = true;
        return {frame};
    }

private:
    bool asked_ = false;
    bool failed_ = false;
};

class DropsInsteadOfAnswer final : public EndingFilter {
    Frames outgoing_frame(Frame frame) override {
        if (asked() && frame.opcode == Opcode::close) drop();
        return {frame};
    }
};

class DropsInsteadOfFailing final : public EndingFilter {
    Frames outgoing_frame(Frame frame) override {
        EndingFilter::outgoing_frame(frame);
        if (failed()) drop();
        return {frame};
    }
};

class FailsWithNormalCode final : public EndingFilter {
    Frames outgoing_frame(Frame frame) override {
        EndingFilter::outgoing_frame(frame);
        return {failed() && frame.opcode == Opcode::close ? close_frame(1000) : frame};
    }
};

class LeavesTcpOpenAfterClosing final : public EndingFilter {
    Ending ending() override { return asked() ? Ending::keep_open : Ending::as_reference; }
};

class LeavesTcpOpenAfterFailing final : public EndingFilter {
    Ending ending() override { return failed() ? Ending::keep_open : Ending::as_reference; }
};

class ResetsAfterClosing final : public EndingFilter {
    Ending ending() override { return asked() ? Ending::reset : Ending::as_reference; }
};

/// Reads on without a word, and without an end.
class HangsInsteadOfFailing final : public EndingFilter {
    Frames outgoing_frame(Frame frame) override {
        EndingFilter::outgoing_frame(frame);
        return failed() && frame.opcode == Opcode::close ? Frames{} : Frames{frame};
    }
    Ending ending() override { return failed() ? Ending::keep_open : Ending::as_reference; }
};

class DropsAtEmptyMessage final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (starts_message(frame) && frame.fin && frame.payload.empty()) drop();
        return {frame};
    }
};

/// In place of the first echo; the rest is good manners.
template <std::uint16_t code>
class ClosesInsteadOfEcho final : public FrameFilter {
    Frames outgoing_frame(Frame frame) override {
        if (closed_) return {};
        closed_ = is_data(frame);
        return {closed_ ? close_frame(code) : frame};
    }

    bool closed_ = false;
};

class ClosesAtEmptyMessage final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        refused_ = refused_ || (starts_message(frame) && frame.fin && frame.payload.empty());
        return {refused_ ? refused_with_1002() : frame};
    }
    Frames outgoing_frame(Frame frame) override {
        return {refused_ && frame.opcode == Opcode::close ? close_frame(1011) : frame};
    }

    bool refused_ = false;
};

// ---- What comes behind the end ----

/// What stands behind a Close in the same read is worked off in front of it.
template <Opcode opcode>
class AnswersBehindClose final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        auto const close = std::ranges::find(frames, Opcode::close, &Frame::opcode);
        Frames out(frames.begin(), close);
        std::copy_if(close, frames.end(), std::back_inserter(out), [](const auto& f) { return f.opcode == opcode; });
        std::copy_if(close, frames.end(), std::back_inserter(out), [](const auto& f) { return f.opcode != opcode; });
        return out;
    }
};

/// Answers what stands behind the last frame of a connection, and after its own Close. The reference would stop there,
/// so a ping takes the place of that frame, and its pong becomes the Close.
class GoesOnAfterItsClose : public FrameFilter {
public:
    GoesOnAfterItsClose() : FrameFilter(bad_rsv | bad_opcode) {}

protected:
    /// The Close that `frame` gives rise to; nothing if it does not end the connection.
    virtual std::optional<Frame> close_for(const Frame& frame) = 0;

    Frames read_ends(Frames frames) override {
        auto const last =
            std::ranges::find_if(frames, [&](const Frame& frame) { return close_for(frame).has_value(); });
        if (close_ || last == frames.end()) return frames;
        close_ = close_for(*last);
        *last = ping(marker);
        frames.push_back(close_frame(1000));
        return frames;
    }
    Frames outgoing_frame(Frame frame) override {
        if (frame.opcode == Opcode::pong && as_text(frame.payload) == marker) return {*close_};
        return close_ && frame.opcode == Opcode::close ? Frames{} : Frames{frame};
    }

private:
    static constexpr std::string_view marker = "here the connection ends";
    std::optional<Frame> close_;
};

class GoesOnAfterClosing final : public GoesOnAfterItsClose {
    std::optional<Frame> close_for(const Frame& frame) override {
        return frame.opcode == Opcode::close ? std::optional(frame) : std::nullopt;
    }
};

class GoesOnAfterFailing final : public GoesOnAfterItsClose {
    std::optional<Frame> close_for(const Frame& frame) override {
        return frame.rsv != 0 || is_reserved(frame.opcode) ? std::optional(close_frame(1002)) : std::nullopt;
    }
};

// ---- Close inside a message ----

class DelaysCloseToEndOfMessage final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) open_ = !frame.fin;
        if (frame.opcode == Opcode::close && open_) {
            held_.push_back(std::move(frame));
            return {};
        }
        Frames out{std::move(frame)};
        if (!open_)
            for (auto& close : std::exchange(held_, {})) out.push_back(std::move(close));
        return out;
    }

    bool open_ = false;
    Frames held_;
};

class EchoesIncompleteMessageAtClose final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) open_ = !frame.fin;
        if (frame.opcode == Opcode::close && open_) return {continuation(""), frame};
        return {frame};
    }

    bool open_ = false;
};

class ForgetsReasonsBehindMessages final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        used_ = used_ || is_data(frame);
        bool const blind = used_ && frame.opcode == Opcode::close && frame.payload.size() > 2 &&
                           frame.payload.size() <= 125 && may_be_sent(close_code_of(frame));
        return {blind ? close_frame(1000) : frame};
    }

    bool used_ = false;
};

class CutsReasons final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (frame.opcode == Opcode::close && frame.payload.size() > 2) body_ = frame.payload;
        return {frame};
    }
    Frames outgoing_frame(Frame frame) override {
        constexpr std::size_t code_and_16 = 18;
        if (frame.opcode == Opcode::close && close_code_of(frame) == 1000 && !body_.empty()) {
            frame.payload = body_;
            frame.payload.resize(std::min(frame.payload.size(), code_and_16));
        }
        return {frame};
    }

    Octets body_;
};

}  // namespace

std::vector<Fault> closing_faults() {
    return {
        // 5.5.1: the body
        {"refuses-empty-closes",
         "R6455-5.5.1-1",
         "Answers a Close without a body with 1002.",
         {"7.3.1"},
         refuses_close([](const Frame& frame) { return frame.payload.empty(); })},
        {"swaps-octets-of-close-codes",
         "R6455-5.5.1-2",
         "Writes close codes with the low octet first.",
         {"7.3.3"},
         sends_closes(swaps_code)},
        {"sends-half-close-codes",
         "R6455-5.5.1-2",
         "Sends a Close with a body of one octet.",
         {"7.3.3"},
         sends_closes([](const Frame&) -> Frames { return {frame(0x8, {0x03})}; })},
        {"accepts-half-close-codes",
         "R6455-5.5.1-3",
         "Takes a Close with a body of one octet for a good one.",
         {"7.3.2", "7.17.2"},
         accepts_close([](const Frame& frame) { return frame.payload.size() == 1; })},
        {"refuses-longest-reason",
         "R6455-5.5.1-4",
         "Answers a Close with a reason of 123 octets with 1002.",
         {"7.3.5"},
         refuses_close([](const Frame& frame) { return frame.payload.size() == 125; })},
        {"sends-reasons-that-are-no-utf8",
         "R6455-5.5.1-5",
         "Puts a reason into its Close that is not UTF-8.",
         {"7.3.3"},
         sends_closes([](const Frame&) -> Frames { return {close_frame(1000, "caf\xe9")}; })},
        {"sends-too-long-reasons",
         "R6455-5.5-2",
         "Puts a reason of 124 octets into its Close.",
         {"7.3.3"},
         sends_closes([](const Frame&) -> Frames { return {close_frame(1000, std::string(124, '.'))}; })},
        {"accepts-reasons-that-are-no-utf8",
         "R6455-5.5.1-5",
         "Does not look at the reason of a Close.",
         {"7.5.1", "7.15.12"},
         accepts_close(
             [](const Frame& frame) { return frame.payload.size() > 2 && may_be_sent(close_code_of(frame)); }),
         Verdict::non_strict},

        {"looks-at-reasons-of-1000-only",
         "R6455-5.5.1-5",
         "Looks at the reason of a Close only if its code is 1000.",
         {"7.19.1", "7.19.2", "7.19.3"},
         accepts_close([](const Frame& frame) {
             return frame.payload.size() > 2 && close_code_of(frame) != 1000 && may_be_sent(close_code_of(frame));
         }),
         Verdict::non_strict},
        {"looks-at-reasons-of-unused-connections-only",
         "R6455-5.5.1-5",
         "Does not look at the reason of a Close behind a message.",
         {"7.19.4"},
         peer<ForgetsReasonsBehindMessages>(),
         Verdict::non_strict},
        {"sends-reasons-back-cut",
         "R6455-5.5.1-5",
         "Sends 16 octets of the reason back, wherever that cuts a character.",
         {"7.19.9"},
         peer<CutsReasons>()},

        // 5.5.1: the closing handshake
        {"sends-data-after-close",
         "R6455-5.5.1-8",
         "Sends Close, then the echo of what came behind ours.",
         {"7.1.4"},
         peer<GoesOnAfterClosing>()},
        {"sends-pongs-after-close",
         "R6455-1.4-1",
         "Sends Close, then a pong for what came behind ours.",
         {"7.1.3"},
         peer<GoesOnAfterClosing>()},
        {"sends-two-closes",
         "R6455-5.5.1-13",
         "Answers one Close with two.",
         {"7.3.3"},
         sends_closes([](const Frame& frame) -> Frames { return {frame, frame}; })},
        {"drops-instead-of-close",
         "R6455-5.5.1-9",
         "Ends TCP when a Close comes, without one of its own.",
         {"7.3.1", "7.3.3"},
         peer<DropsInsteadOfAnswer>()},
        {"never-answers-closes",
         "R6455-5.5.1-9",
         "Overlooks Close frames.",
         {"7.3.3"},
         bend_incoming(
             [](const Frame& frame) -> Frames { return frame.opcode == Opcode::close ? Frames{} : Frames{frame}; })},
        {"leaves-tcp-open-after-closing",
         "R6455-5.5.1-14",
         "Waits for the client to end TCP after the closing handshake.",
         {"7.3.3"},
         peer<LeavesTcpOpenAfterClosing>()},
        {"answers-messages-behind-close",
         "R6455-5.5.1-18",
         "Sends a message back that came behind a Close.",
         {"7.1.4"},
         peer<AnswersBehindClose<Opcode::text>>()},
        {"answers-pings-behind-close",
         "R6455-5.5.2-5",
         "Answers a ping that came behind a Close.",
         {"7.1.3"},
         peer<AnswersBehindClose<Opcode::ping>>()},
        {"delays-close-to-end-of-message",
         "R6455-5.5.1-19",
         "Answers a Close between fragments when the message is over.",
         {"7.17.5"},
         peer<DelaysCloseToEndOfMessage>()},
        {"echoes-incomplete-message-at-close",
         "R6455-5.5.1-19",
         "Delivers what it has of a message when a Close comes.",
         {"7.17.5"},
         peer<EchoesIncompleteMessageAtClose>()},

        // 7.1: the end of TCP, and failing
        {"resets-after-closing",
         "R6455-7.1.1-1",
         "Resets TCP after the closing handshake.",
         {"7.3.3"},
         peer<ResetsAfterClosing>(),
         Verdict::non_strict},
        {"leaves-tcp-open-after-failing",
         "R6455-7.1.1-5",
         "Does not end TCP when it has failed the connection.",
         {"3.1"},
         peer<LeavesTcpOpenAfterFailing>(),
         Verdict::non_strict},
        {"hangs-instead-of-failing",
         "R6455-5.2-3",
         "Notices a violation, and neither closes nor ends TCP.",
         {"3.1"},
         peer<HangsInsteadOfFailing>()},
        {"drops-instead-of-failing",
         "R6455-7.1.7-5",
         "Ends TCP over a violation without a Close.",
         {"3.1", "4.1.1"},
         peer<DropsInsteadOfFailing>(),
         Verdict::non_strict},
        {"fails-with-1000",
         "R6455-7.1.7-5",
         "Closes with 1000 over a violation.",
         {"3.1", "4.1.1"},
         peer<FailsWithNormalCode>(),
         Verdict::non_strict},
        {"goes-on-after-failing",
         "R6455-7.1.7-7",
         "Answers what comes behind the frame over which it closed.",
         {"3.8.4"},
         peer<GoesOnAfterFailing>()},
        {"drops-at-empty-message",
         "R6455-7.3-3",
         "Ends TCP when an empty message comes.",
         {"1.1.1"},
         peer<DropsAtEmptyMessage>()},
        {"closes-at-empty-message",
         "R6455-5.2-7",
         "Closes with 1011 when an empty message comes.",
         {"1.1.1"},
         peer<ClosesAtEmptyMessage>()},
        {"closes-with-1010",
         "R6455-7.4.1-12",
         "Asks a client for an extension, with 1010.",
         {"1.1.2"},
         peer<ClosesInsteadOfEcho<1010>>()},

        // 7.4: codes that it refuses
        {"refuses-1001", "R6455-7.4.1-1", "Answers 1001 with 1002.", {"7.7.2"}, refuses_codes(1001, 1001)},
        {"refuses-1007", "R6455-7.4.1-7", "Answers 1007 with 1002.", {"7.7.5"}, refuses_codes(1007, 1007)},
        {"refuses-1009", "R6455-7.4.1-9", "Answers 1009 with 1002.", {"7.7.7"}, refuses_codes(1009, 1009)},
        {"refuses-1003", "R6455-7.4.1-3", "Answers 1003 with 1002.", {"7.7.4"}, refuses_codes(1003, 1003)},
        {"refuses-1008", "R6455-7.4.1-8", "Answers 1008 with 1002.", {"7.7.6"}, refuses_codes(1008, 1008)},
        {"refuses-1011", "R6455-7.4.1-13", "Answers 1011 with 1002.", {"7.7.9"}, refuses_codes(1011, 1011)},
        {"refuses-codes-of-libraries",
         "R6455-7.4.2-3",
         "Answers 3000 to 3999 with 1002.",
         {"7.7.10", "7.7.11"},
         refuses_codes(3000, 3999)},
        {"refuses-registered-codes-of-libraries",
         "IANA-close-2",
         "Answers 3000, 3003 and 3008 with 1002.",
         {"7.14.14", "7.14.15"},
         refuses_codes(3000, 3008)},
        {"refuses-private-codes",
         "R6455-7.4.2-4",
         "Answers 4000 to 4999 with 1002.",
         {"7.7.12", "7.7.13"},
         refuses_codes(4000, 4999)},
        {"refuses-last-private-code", "IANA-close-3", "Answers 4999 with 1002.", {"7.7.13"}, refuses_codes(4999, 4999)},
        {"refuses-later-codes",
         "IANA-close-1",
         "Answers 1012 to 1014 with 1002.",
         {"7.14.1"},
         refuses_codes(1012, 1014),
         Verdict::non_strict},

        // 7.4: codes that it takes
        {"accepts-codes-below-1000",
         "R6455-7.4.2-1",
         "Takes 0 to 999 for good codes.",
         {"7.9.1", "7.9.2"},
         accepts_codes(0, 999)},
        {"accepts-1004",
         "R6455-7.4.1-4",
         "Takes 1004 for a good code.",
         {"7.9.3"},
         accepts_codes(1004, 1004),
         Verdict::non_strict},
        {"accepts-1005",
         "R6455-7.4.1-5",
         "Takes 1005 for a good code.",
         {"7.9.4", "7.14.5"},
         accepts_codes(1005, 1005)},
        {"accepts-1006",
         "R6455-7.4.1-6",
         "Takes 1006 for a good code.",
         {"7.9.5", "7.14.6"},
         accepts_codes(1006, 1006)},
        {"accepts-1015",
         "R6455-7.4.1-14",
         "Takes 1015 for a good code.",
         {"7.14.4", "7.14.7"},
         accepts_codes(1015, 1015)},
        {"accepts-unassigned-codes",
         "R6455-7.4.2-2",
         "Takes 1016 to 2999 for good codes.",
         {"7.9.6", "7.9.9"},
         accepts_codes(1016, 2999),
         Verdict::non_strict},

        // 7.4: codes that it sends
        {"sends-999", "R6455-7.4.2-1", "Closes with 999.", {"7.3.3"}, sends_code(999)},
        {"sends-1004", "R6455-7.4.1-4", "Closes with 1004.", {"7.3.3"}, sends_code(1004)},
        {"sends-1005",
         "R6455-7.4.1-5",
         "Writes 1005 into a Close instead of leaving it empty.",
         {"7.3.1"},
         sends_closes(
             [](const Frame& frame) -> Frames { return {frame.payload.empty() ? close_frame(1005) : frame}; })},
        {"sends-1006", "R6455-7.4.1-6", "Closes with 1006.", {"7.3.3"}, sends_code(1006)},
        {"sends-1015", "R6455-7.4.1-14", "Closes with 1015.", {"7.3.3"}, sends_code(1015)},
        {"sends-2000", "R6455-7.4.2-2", "Closes with a code that nobody assigned.", {"7.3.3"}, sends_code(2000)},
        {"sends-5000", "R6455-7.4.2-5", "Closes with a code outside all ranges.", {"7.3.3"}, sends_code(5000)},
    };
}

}  // namespace wsspec::detail
