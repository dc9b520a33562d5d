// Group 14 comes in several files; this header is theirs alone. Here are the parts, and the words they share: offers,
// compressed frames, and what a receiver may do about a message that should not have been sent.
#pragma once

#include <string_view>
#include <vector>

#include "cases/case.h"
#include "cases/deflate_writer.h"

namespace wsspec::deflating {

std::vector<Case> legal_offers();    // 14.1
std::vector<Case> illegal_offers();  // 14.2
std::vector<Case> frames();          // 14.3
std::vector<Case> messages();        // 14.4
std::vector<Case> blocks();          // 14.5
std::vector<Case> windows();         // 14.6
std::vector<Case> corrupt_data();    // 14.7
std::vector<Case> limits();          // 14.8

/// Opens with this list of extensions.
Step offering(std::string_view extensions);
/// Opens with permessage-deflate without parameters: so the target may not limit our window, and whether we may refer
/// back to earlier messages is its own decision (RFC 7692 7.1.2.2, 7.1.1.2).
Step offering_deflate();

/// What a legal offer may be answered with. RFC 6455 leaves a server free to refuse whom it likes; but what RFC 7692
/// section 7 has declined is the offer, not the connection.
Step opens_or_refuses();

/// The first frame of a compressed message: RSV1 (RFC 7692 section 6).
Frame deflated(Opcode opcode, Octets payload);
Frame deflated_text(Octets payload);
Frame deflated_binary(Octets payload);

/// "Hello" as RFC 7692 7.2.3.1 has it.
Octets hello();

/// RFC 7692 7.2.2 says only that the data is decompressed: both codes fit data that cannot be (RFC 6455 7.4.1).
Outcome fails_to_inflate();
/// The frames come back; or the target refuses them, which the RFC leaves to it.
Step takes_or_refuses(std::vector<Frame> frames);
Step takes_or_refuses(Frame frame);

/// `size` octets in which nothing repeats that a compressor could use: always the same ones.
Octets noise(std::size_t size);

Octets joined(Octets first, OctetView second);
/// What a back-reference makes of the octets so far.
Octets with_copy(Octets so_far, std::size_t distance, std::size_t length);

/// One message there and back, on an open connection that is then closed.
Script comes_back(const Frame& sent, const Frame& echo);

}  // namespace wsspec::deflating
