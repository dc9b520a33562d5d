// Faults in state and closing that show when Closes cross, when TCP ends in the wrong place, or when much is under way
// at once (RFC 6455 sections 1.4, 5.5 and 7).
#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "runner/faults.h"
#include "runner/state_peers.h"

namespace wsspec::detail {

namespace {

using namespace state;

constexpr Role self = Role::server;
constexpr std::size_t mib = 1U << 20;

Frames both(Frame own, Frame ours) { return {std::move(own), std::move(ours)}; }
Frames with_our_code(Frame, Frame ours) { return {std::move(ours)}; }

/// A message is a text that nobody asked for.
Frames as_message(Frame frame) {
    if (frame.opcode == Opcode::pong) frame.opcode = Opcode::text;
    return {std::move(frame)};
}

/// The Close of a read in which there are messages, too, is lost.
Frames loses_close_of_read(Frames frames) {
    if (std::ranges::any_of(frames, is_data)) std::erase_if(frames, is_close);
    return frames;
}

Frames reverses_pings(Frames frames) {
    if (std::ranges::all_of(frames, is_ping)) std::ranges::reverse(frames);
    return frames;
}

Frames forgets_newest_ping(Frames frames) {
    if (frames.size() > 1 && is_ping(frames.back())) frames.pop_back();
    return frames;
}

/// Behind a large message the Close of a read is worked off last.
ReadHook closes_last() {
    return [seen = false](Frames frames) mutable {
        seen = seen || std::ranges::any_of(frames, [](const Frame& f) { return f.payload.size() >= mib; });
        if (seen) std::ranges::stable_partition(frames, [](const Frame& frame) { return !is_close(frame); });
        return frames;
    };
}

ReadHook starves_pings() {
    return [seen = false](Frames frames) mutable {
        seen = seen || std::ranges::any_of(frames, [](const Frame& f) { return f.payload.size() >= mib; });
        if (seen) std::erase_if(frames, is_ping);
        return frames;
    };
}

ReadHook takes_two_at_a_time() {
    return [count = 0](Frames frames) mutable {
        std::erase_if(frames, [&](const Frame& frame) { return frame.payload.size() >= 65536 && ++count > 2; });
        return frames;
    };
}

/// A read is what hooks of reads are for; each connection gets a copy.
net::FilterFactory loses_close_behind(std::size_t octets) {
    return bends_answers(self, [octets, sum = std::size_t{0}](Frame frame) mutable -> Frames {
        sum += frame.payload.size();
        return is_close(frame) && sum > octets ? Frames{} : Frames{std::move(frame)};
    });
}

Frames refuses(Frame, std::size_t) { return {refused_with_1002()}; }
Frames overlooks_if_empty(Frame close, std::size_t octets) { return octets == 0 ? Frames{} : Frames{std::move(close)}; }

class Sends1005InsideMessage final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) open_ = !frame.fin;
        return {std::move(frame)};
    }
    Frames outgoing_frame(Frame frame) override {
        if (open_ && is_close(frame) && frame.payload.empty()) return {close_frame(1005)};
        return {std::move(frame)};
    }

    bool open_ = false;
};

bool has_reason(const Frame& frame) { return frame.payload.size() > 2; }

bool is_unregistered(const Frame& frame) {
    constexpr std::uint16_t known[] = {3000, 3001, 3003, 3008, 3333, 3999};
    auto const code = close_code_of(frame);
    return code >= 3000 && code < 4000 && std::ranges::find(known, code) == std::end(known);
}

}  // namespace

std::vector<Fault> state_faults() {
    return {
        // 15.1: Closes that cross
        {"answers-close-behind-violation",
         "R6455-1.4-2",
         "Fails the connection, then answers the Close that crosses its own.",
         {"15.1.1", "15.1.5"},
         at_crossing(self, both)},
        {"fails-with-the-code-of-our-close",
         "R6455-7.1.7-5",
         "Fails the connection with the code of the Close that crosses its own.",
         {"15.1.1"},
         at_crossing(self, with_our_code),
         Verdict::non_strict},
        {"answers-the-answer",
         "R6455-1.4-2",
         "Closes, and answers our answer with another Close.",
         {"15.1.7", "15.1.8"},
         goes_on_behind(self, EndsAt::violation, is_close)},
        {"answers-answers-without-a-body",
         "R6455-1.4-2",
         "Takes an answer without a body for a Close of its own right, and answers it.",
         {"15.1.9"},
         goes_on_behind(self, EndsAt::violation,
                        [](const Frame& frame) { return is_close(frame) && frame.payload.empty(); })},
        {"fails-over-the-answer",
         "R6455-7.1.7-7",
         "Validates the answer to its own Close, and fails the connection again.",
         {"15.1.11", "15.1.12"},
         goes_on_behind(self, EndsAt::violation,
                        [](const Frame& frame) { return is_close(frame) && close_code_of(frame) < 1007; })},

        // 15.2 and 15.3: behind a Close
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
        {"answers-pings-behind-close-with-data",
         "R6455-5.5.1-8",
         "Answers a ping behind the closing handshake with a message.",
         {"15.2.2"},
         goes_on_behind(self, EndsAt::close, is_ping, as_message)},
        {"closes-for-each-close",
         "R6455-7.1.5-1",
         "Answers every Close, not the first alone.",
         {"15.2.3"},
         goes_on_behind(self, EndsAt::close, is_close)},
        {"fails-behind-closing-handshake",
         "R6455-5.5.1-18",
         "Looks at what comes behind the closing handshake, and fails over it.",
         {"15.2.4"},
         goes_on_behind(self, EndsAt::close, is_violation)},
        {"echoes-behind-failing",
         "R6455-7.1.7-7",
         "Sends back what comes when its Close over a violation is out.",
         {"15.3.1", "15.3.4"},
         goes_on_behind(self, EndsAt::violation, is_text)},
        {"pongs-behind-failing",
         "R6455-7.1.3-1",
         "Answers pings when its Close over a violation is out.",
         {"15.3.2"},
         goes_on_behind(self, EndsAt::violation, is_ping)},
        {"fails-twice",
         "R6455-7.1.7-7",
         "Closes again over a second violation.",
         {"15.3.3"},
         goes_on_behind(self, EndsAt::violation, is_violation)},

        // 15.4: inside a message
        {"refuses-close-inside-message",
         "R6455-5.5.1-19",
         "Answers a Close between fragments with 1002.",
         {"15.4.1", "15.4.4"},
         at_close_inside_message(self, refuses)},
        {"overlooks-close-behind-empty-fragments",
         "R6455-5.5.1-19",
         "Overlooks a Close inside a message of which there are only empty fragments.",
         {"15.4.5"},
         at_close_inside_message(self, overlooks_if_empty)},
        {"sends-1005-inside-message",
         "R6455-7.4.1-5",
         "Answers a Close without a body with the code 1005 if it comes inside a message.",
         {"15.4.3"},
         peer<Sends1005InsideMessage>()},
        {"completes-message-behind-close",
         "R6455-5.5.1-19",
         "Answers a Close inside a message, and sends the message back when the rest of it has come.",
         {"15.4.9"},
         goes_on_behind(self, EndsAt::close, is_text)},

        // 15.5 and 15.6: FIN and RST
        {"loses-close-in-front-of-fin",
         "R6455-5.5.1-9",
         "Loses a Close that comes together with messages.",
         {"15.5.3"},
         bends_reads(self, loses_close_of_read),
         Verdict::non_strict},
        {"stays-at-fin",
         "R6455-7.2.2-2",
         "Leaves TCP open when the client has ended its direction.",
         {"15.5.6", "15.5.7"},
         stays_at_fin(self, Place::anywhere)},
        {"stays-at-fin-inside-frame",
         "R6455-7.2.2-2",
         "Waits for the rest of a frame when the client has ended its direction.",
         {"15.5.11", "15.5.12"},
         stays_at_fin(self, Place::inside_frame)},
        {"stays-at-fin-inside-message",
         "R6455-7.2.2-2",
         "Waits for the rest of a message when the client has ended its direction.",
         {"15.5.13", "15.5.14"},
         stays_at_fin(self, Place::inside_message)},
        {"dies-at-fin",
         "R6455-7.2.2-2",
         "Opens no more connections when a client has left without Close.",
         {"15.5.6"},
         dies_at_fin()},
        {"dies-at-reset",
         "R6455-7.2.2-2",
         "Opens no more connections when TCP was reset.",
         {"15.6.1"},
         dies_at_reset(Place::anywhere)},
        {"dies-at-reset-inside-frame",
         "R6455-7.2.2-2",
         "Opens no more connections when TCP was reset inside a frame.",
         {"15.6.3", "15.6.4"},
         dies_at_reset(Place::inside_frame)},
        {"dies-at-reset-inside-message",
         "R6455-7.2.2-2",
         "Opens no more connections when TCP was reset inside a message.",
         {"15.6.5"},
         dies_at_reset(Place::inside_message)},
        {"dies-at-reset-with-echoes-to-send",
         "R6455-7.2.2-2",
         "Opens no more connections when TCP was reset with echoes still to be sent.",
         {"15.6.10"},
         dies_at_reset(Place::behind_large_echo)},

        // 15.7: echoes that wait
        {"closes-inside-frame",
         "R6455-5.5.1-12",
         "Sends its Close when half of a large frame is out.",
         {"15.7.1"},
         cuts_sixth_large_message(self)},
        {"loses-close-behind-backlog",
         "R6455-5.5.1-9",
         "Ends TCP without an answer to a Close in front of which there was much to be sent back.",
         {"15.7.1"},
         loses_close_behind(4 * mib)},
        {"answers-behind-close-with-backlog",
         "R6455-5.5.1-18",
         "Works off what came behind a Close when there was much to be sent back in front of it.",
         {"15.7.4"},
         bends_reads(self, closes_last())},

        // 15.9: codes
        {"takes-unused-codes-with-a-reason",
         "R6455-7.4.2-1",
         "Looks at the code of a Close only if nothing stands behind it.",
         {"15.9.2"},
         takes_close(self, [](const Frame& f) { return has_reason(f) && close_code_of(f) < 1000; })},
        {"takes-256",
         "R6455-7.4.2-1",
         "Takes 256 for a good code.",
         {"15.9.1"},
         takes_close(self, [](const Frame& f) { return close_code_of(f) == 256; })},
        {"takes-1006-with-the-longest-reason",
         "R6455-7.4.1-6",
         "Takes 1006 for a good code if the reason is 123 octets long.",
         {"15.9.14"},
         takes_close(self, [](const Frame& f) { return close_code_of(f) == 1006 && f.payload.size() == 125; })},
        {"knows-some-codes-of-libraries",
         "R6455-7.4.2-3",
         "Answers codes of libraries that it does not know with 1002.",
         {"15.9.8"},
         refuses_close(self, is_unregistered)},
        {"refuses-4096",
         "R6455-7.4.2-4",
         "Answers 4096 with 1002.",
         {"15.9.10"},
         refuses_close(self, [](const Frame& f) { return close_code_of(f) == 4096; })},
        {"refuses-longest-reason-behind-1011",
         "R6455-5.5.1-4",
         "Answers 1011 with a reason of 123 octets with 1002.",
         {"15.9.4"},
         refuses_close(self, [](const Frame& f) { return close_code_of(f) == 1011 && f.payload.size() == 125; })},

        // 15.10 and 15.11: much at once
        {"reverses-pongs",
         "R6455-5.5.3-2",
         "Answers pings that come together from the last to the first.",
         {"15.10.1", "15.10.4"},
         bends_reads(self, reverses_pings),
         Verdict::non_strict},
        {"forgets-newest-ping",
         "R6455-5.5.2-2",
         "Of pings that come together answers all but the newest.",
         {"15.10.1"},
         bends_reads(self, forgets_newest_ping)},
        {"starves-ping-behind-large-message",
         "R6455-5.5.2-2",
         "Answers no pings when it has a large message to send back.",
         {"15.10.8"},
         bends_reads(self, starves_pings())},
        {"stops-when-both-are-full",
         "R6455-5.1-7",
         "Loses messages that come while two large ones are still to be sent back.",
         {"15.11.3"},
         bends_reads(self, takes_two_at_a_time())},
    };
}

}  // namespace wsspec::detail
