// What faulty peers in state and closing are made of, servers and clients alike (faults_state.cpp,
// client_faults_state.cpp). `self` is the part that the faulty peer plays.
#pragma once

#include <cstdint>
#include <functional>

#include "runner/frame_filter.h"

namespace wsspec::state {

using Which = std::function<bool(const Frame&)>;

bool any_frame(const Frame& frame);
bool is_text(const Frame& frame);
bool is_ping(const Frame& frame);
bool is_close(const Frame& frame);
bool is_violation(const Frame& frame);

/// What comes in one read, all at once.
using ReadHook = std::function<Frames(Frames)>;
net::FilterFactory bends_reads(Role self, ReadHook hook);
/// What is sent, frame by frame.
net::FilterFactory bends_answers(Role self, FrameHook hook);

/// Answers a Close, or a reserved opcode with Close 1002, and goes on: the frames behind that are `answered` are worked
/// off as if nothing had been, `answer` is what becomes of the answers.
enum class EndsAt { close, violation };
net::FilterFactory goes_on_behind(Role self, EndsAt end, Which answered, FrameHook answer = {});

/// `what` becomes of its Close over a reserved opcode when our Close (the second argument) came behind that.
using CrossingHook = std::function<Frames(Frame own, Frame ours)>;
net::FilterFactory at_crossing(Role self, CrossingHook what);

/// `what` becomes of a Close that comes inside a message of which there are so many octets.
using CutHook = std::function<Frames(Frame close, std::size_t octets)>;
net::FilterFactory at_close_inside_message(Role self, CutHook what);

/// A Close that `which` picks is refused with 1002, or taken for a good one.
net::FilterFactory refuses_close(Role self, Which which);
net::FilterFactory takes_close(Role self, Which which);

/// Where FIN or RST comes.
enum class Place { anywhere, inside_frame, inside_message, behind_large_echo };
/// Leaves its direction of TCP open when ours ends there.
net::FilterFactory stays_at_fin(Role self, Place place);
/// A server that opens no more connections from then on.
net::FilterFactory dies_at_fin();
net::FilterFactory dies_at_reset(Place place);

/// A client that ends TCP when it has answered a Close.
net::FilterFactory ends_tcp_first();

/// The last of six large messages is cut in the middle; what follows stands where the rest of it should be.
net::FilterFactory cuts_sixth_large_message(Role self);

}  // namespace wsspec::state
