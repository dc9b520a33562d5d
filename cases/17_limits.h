// Group 17 comes in several files; this header is theirs alone. Here are the parts, and the marks that they put on
// their cases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cases/case.h"

namespace wsspec::limits {

std::vector<Case> lengths();      // 17.1
std::vector<Case> fragments();    // 17.2
std::vector<Case> control();      // 17.3
std::vector<Case> messages();     // 17.4
std::vector<Case> compression();  // 17.5
std::vector<Case> requests();     // 17.6
std::vector<Case> connections();  // 17.7
std::vector<Case> growing();      // 17.8
std::vector<Case> waiting();      // 17.9

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

/// Sent by volume, in numbers, or to many: with --allow-dos only.
Case may_hurt(Case one);

// What a target may hold for an octet that it was sent. Kept by value and with a little order of its own, an octet of
// payload takes two, and a frame about fifty: the limits lie well above.

/// Of a fragment with one octet of payload or none, which has 6 or 7 on the wire: 120 octets each and more.
inline constexpr double ratio_of_tiny_frames = 16;
/// Of what need not be kept at all, because nothing is read from the target: a part of it fills the buffers of TCP.
inline constexpr double ratio_of_what_is_not_read = 0.5;
/// Of what nobody waits for any more, by many connections one after another: to be given back as they end, and well
/// above what is under way at one time.
inline constexpr double ratio_of_what_is_lost = 0.6;
/// Of messages whose payload is most of them.
inline constexpr double ratio_of_payload = 4;

/// Opens with permessage-deflate (RFC 7692).
Step offering_deflate();

}  // namespace wsspec::limits
