// One rule of RFC 6455 or 7692 bent: what the generator and the mutator do to frames and handshakes.
#pragma once

#include <vector>

#include "cases/handshake.h"
#include "fuzz/dice.h"
#include "reference/frame.h"

namespace wsspec {

struct BendSettings {
    bool deflate = true;          ///< Compressed messages make sense.
    std::size_t largest = 65536;  ///< Octets that a payload may grow to.
};

/// Bends one rule somewhere in the frames of a message or of several; adds frames, if that is the bend. Of an empty
/// list it makes a frame that is bent.
void bend(std::vector<Frame>& frames, Dice& dice, const BendSettings& settings = {});

/// Bends one line of a request, or of an answer (which starts with HTTP/). Mostly so that a connection opens or is
/// refused at once: a head always ends.
Handshake bent_handshake(const Handshake& handshake, Dice& dice);

}  // namespace wsspec
