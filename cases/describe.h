// Scripts, expectations and what was seen, in words: for `explain`, the terminal and reports. Octets that a target
// chose come out escaped.
#pragma once

#include <string>

#include "cases/case.h"
#include "cases/expectation.h"
#include "reference/observation.h"

namespace wsspec {

/// "text, 5 octets "Hello"", "ping, FIN = 0", "close 1000" …
std::string describe(const Frame& frame);
std::string describe(const Outcome& outcome);
/// All outcomes of the step, the strict ones first: "Close 1002, then the end of TCP; or (non-strict) …".
std::string describe(const Expect& expect);
std::string describe(const Delivery& delivery);
std::string describe(const Handshake::Filler& filler);
/// One line for a step.
std::string describe(const Step& step);
std::string describe(const Seen& event);
/// The events in order, runs of equal ones folded, cut after `limit`.
std::string describe(std::span<const Seen> seen, std::size_t limit = 12);
std::string describe(const Opening& opening);

std::string_view to_string(Grade grade);

}  // namespace wsspec
