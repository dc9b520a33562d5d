// Faulty clients: the reference client with one behaviour bent, as faults.h has it of servers. Each proves that a case
// catches the breach that it commits.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runner/faults.h"

namespace wsspec {

/// In the order of the RFCs: request, answer, frames, closing, compression, keys; then those that servers have as well.
std::span<const Fault> client_faults();

namespace detail {

// The parts of client_faults(), one a file.
std::vector<Fault> client_handshake_faults();
std::vector<Fault> client_frame_faults();
std::vector<Fault> client_state_faults();
/// The faulty servers (faults.h) on the other side: each whose breach is one of a client, too.
std::vector<Fault> mirrored_faults();

}  // namespace detail

}  // namespace wsspec
