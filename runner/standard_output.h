// Whether what was printed has arrived.
#pragma once

#include <optional>
#include <string>

namespace wsspec {

/// A standard stream that is closed leaves its number to the next file that is opened, a connection perhaps, and what
/// we print would go there. To be called before anything is opened.
void occupy_standard_streams();

/// Writes out what is left for standard output. Why not all that was printed could be written, now or before; nothing
/// if it was, or if whoever read it has gone (EPIPE), which is his right.
std::optional<std::string> standard_output_failure();

}  // namespace wsspec
