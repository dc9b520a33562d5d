// Faulty clients in state and closing, as faults_state.cpp has servers (RFC 6455 sections 1.4, 5.5 and 7).
#include <algorithm>
#include <utility>

#include "runner/client_faults.h"
#include "runner/state_peers.h"

namespace wsspec::detail {

namespace {

using namespace state;

constexpr Role self = Role::client;

Frames loses_close_of_read(Frames frames) {
    if (std::ranges::any_of(frames, is_data)) std::erase_if(frames, is_close);
    return frames;
}

Frames reverses_pings(Frames frames) {
    if (std::ranges::all_of(frames, is_ping)) std::ranges::reverse(frames);
    return frames;
}

/// Ends TCP in place of the Close.
class DropsInsteadOfAnswer final : public FrameFilter {
public:
    DropsInsteadOfAnswer() : FrameFilter(nothing, Role::client) {}

private:
    Frames outgoing_frame(Frame frame) override {
        if (is_close(frame)) drop();
        return {std::move(frame)};
    }
};

}  // namespace

std::vector<Fault> client_state_faults() {
    return {
        {"answers-close-behind-violation",
         "R6455-1.4-2",
         "Fails the connection, then answers the Close that crosses its own.",
         {"15.1.1", "15.1.5"},
         at_crossing(self, [](Frame own, Frame ours) -> Frames { return {std::move(own), std::move(ours)}; })},
        {"echoes-behind-closing-handshake",
         "R6455-5.5.1-8",
         "Sends messages back when the closing handshake is through.",
         {"15.2.1"},
         goes_on_behind(self, EndsAt::close, is_text)},
        {"pongs-behind-closing-handshake",
         "R6455-7.1.3-1",
         "Answers pings when the closing handshake is through.",
         {"15.2.2"},
         goes_on_behind(self, EndsAt::close, is_ping)},
        {"closes-for-each-close",
         "R6455-7.1.5-1",
         "Answers every Close, not the first alone.",
         {"15.2.3"},
         goes_on_behind(self, EndsAt::close, is_close)},
        {"echoes-behind-failing",
         "R6455-7.1.7-7",
         "Sends back what comes when its Close over a violation is out.",
         {"15.3.1"},
         goes_on_behind(self, EndsAt::violation, is_text)},
        {"answers-the-answer",
         "R6455-1.4-2",
         "Closes, and answers our answer with another Close.",
         {"15.1.7", "15.1.8"},
         goes_on_behind(self, EndsAt::violation, is_close)},
        {"completes-message-behind-close",
         "R6455-5.5.1-19",
         "Answers a Close inside a message, and sends the message back when the rest of it has come.",
         {"15.4.9"},
         goes_on_behind(self, EndsAt::close, is_text)},
        {"refuses-close-inside-message",
         "R6455-5.5.1-19",
         "Answers a Close between fragments with 1002.",
         {"15.4.1"},
         at_close_inside_message(self, [](Frame, std::size_t) -> Frames { return {refused_with_1002()}; })},
        {"loses-close-in-front-of-fin",
         "R6455-5.5.1-9",
         "Loses a Close that comes together with messages.",
         {"15.5.3"},
         bends_reads(self, loses_close_of_read),
         Verdict::non_strict},
        {"stays-at-fin",
         "R6455-7.2.1-2",
         "Leaves TCP open when the server has ended its direction.",
         {"15.5.6"},
         stays_at_fin(self, Place::anywhere)},
        {"stays-at-fin-inside-frame",
         "R6455-7.2.1-2",
         "Waits for the rest of a frame when the server has ended its direction.",
         {"15.5.12"},
         stays_at_fin(self, Place::inside_frame)},
        {"closes-inside-frame",
         "R6455-5.5.1-12",
         "Sends its Close when half of a large frame is out.",
         {"15.7.1"},
         cuts_sixth_large_message(self)},
        {"ends-tcp-first",
         "R6455-5.5.1-15",
         "Ends TCP when it has answered a Close.",
         {"15.8.3", "15.8.4"},
         ends_tcp_first(),
         Verdict::non_strict},
        {"drops-tcp-in-place-of-close",
         "R6455-5.5.1-9",
         "Ends TCP in place of an answer to a Close.",
         {"15.8.4"},
         peer<DropsInsteadOfAnswer>()},
        {"refuses-4096",
         "R6455-7.4.2-4",
         "Answers 4096 with 1002.",
         {"15.9.10"},
         refuses_close(self, [](const Frame& f) { return close_code_of(f) == 4096; })},
        {"reverses-pongs",
         "R6455-5.5.3-2",
         "Answers pings that come together from the last to the first.",
         {"15.10.1"},
         bends_reads(self, reverses_pings),
         Verdict::non_strict},
    };
}

}  // namespace wsspec::detail
