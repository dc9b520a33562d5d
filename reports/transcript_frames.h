// A transcript read as what it carried: the two heads of the opening handshake, and the frames behind them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/masking.h"
#include "reference/octets.h"
#include "reports/run.h"

namespace wsspec {

struct TranscriptFrame {
    bool sent = false;  ///< By the tester.
    bool fin = true;
    Octet rsv = 0;  ///< Three bits: RSV1 = 4.
    Octet opcode = 0;
    std::optional<MaskingKey> key = {};
    Octets payload = {};  ///< Unmasked.
};

struct TranscriptFrames {
    std::string request = {};
    std::string response = {};
    std::vector<TranscriptFrame> frames = {};  ///< Whole ones, in the order in which they ended.
};

/// Judges nothing: a frame is what its header says, legal or not. Each direction is read up to the first place at which
/// the transcript was cut, and not at all behind a response other than 101.
TranscriptFrames frames_of(std::span<const TranscriptEntry> transcript);

}  // namespace wsspec
