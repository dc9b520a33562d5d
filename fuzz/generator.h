// Scripts made by the dice: sessions that are legal but for one bent rule, or none, so that what is behind the bent one
// is reached.
#pragma once

#include <cstdint>

#include "cases/script.h"

namespace wsspec {

struct GeneratorSettings {
    Role target = Role::server;
    /// The target sends messages back: then a barrier follows messages less often, since the echoes tell as well.
    bool echoes = true;
    /// The target was seen to agree to permessage-deflate: some sessions offer it (to a client: answer with it) and
    /// send compressed messages.
    bool deflate = false;
    /// Bend the opening handshake, too, in some sessions.
    bool handshakes = true;
    /// Octets of the largest message that the target takes (it was seen to take it); larger ones are not sent.
    std::size_t largest_message = 65536;
    /// Of all payloads of a script together, about.
    std::size_t largest_script = 256U << 10;
};

/// The same script for the same seed and settings, on every machine. It has no expectations but the one of the opening
/// handshake (see opening_expectation()): the forecast judges it. Where a ping can stand it ends in a barrier, else in
/// an await, so that the tester knows when it is through.
Script generate(std::uint64_t seed, const GeneratorSettings& settings);

}  // namespace wsspec
