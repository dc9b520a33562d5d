// Group 16 comes in several files; this header is theirs alone. TCP may cut what a peer sends anywhere and join what it
// sent apart (RFC 6455 sections 5.2 and 5.4): here are the places where implementations have gone wrong.
#pragma once

#include <cstddef>
#include <vector>

#include "cases/case.h"

namespace wsspec::delivery {

std::vector<Case> headers();     // 16.1
std::vector<Case> payloads();    // 16.2
std::vector<Case> characters();  // 16.3
std::vector<Case> small();       // 16.4
std::vector<Case> openings();    // 16.5
std::vector<Case> buffers();     // 16.6
std::vector<Case> compressed();  // 16.7
std::vector<Case> pauses();      // 16.8

/// A key whose octets all differ, and none of which is zero: a wrong rotation shows in every octet.
constexpr MaskingKey uneven_key = {0x37, 0xfa, 0x21, 0x3d};
/// Seven octets over and over, so that no octet of a key meets the same one soon again.
Octets content(std::size_t size);
Frame message(std::size_t size);

/// Sends the frame once for every cut from `first` to `last`, and waits for `back` each time.
void append_cuts(Script& script, const Frame& frame, const Frame& back, std::size_t first, std::size_t last);

/// Sends the frames in these writes, and wants them all back.
Script comes_back(std::vector<Frame> sent, std::vector<Frame> back, Delivery delivery);

/// These messages in this order, and these Pongs in theirs: no sentence of RFC 6455 says how the two are to be mixed,
/// and many implementations answer a Ping before the application has seen the message in front of it.
std::vector<Outcome> mixed(const std::vector<Frame>& messages, const std::vector<Frame>& pongs);

/// Octets of a frame on the wire in front of its payload, if a client sends it (RFC 6455 section 5.2).
constexpr std::size_t client_header(std::size_t payload) { return payload <= 125 ? 6 : payload <= 65535 ? 8 : 14; }

}  // namespace wsspec::delivery
