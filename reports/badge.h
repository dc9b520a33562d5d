// A badge: one line that says how the runs ended.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// What a badge says. Nothing in it was chosen by a target.
struct Badge {
    std::string label = "RFC 6455";
    std::string message;
    std::string color;  ///< "#97ca00"

    bool operator==(const Badge&) const = default;
};

/// The worst first: incomplete, worse than required, non-strict, all well. Known failures are counted, not hidden.
Badge badge_of(std::span<const RunResult> runs, bool strict);

/// The JSON that a Shields endpoint badge reads.
std::string to_shields(const Badge& badge);
/// A picture that needs nothing but itself.
std::string to_svg(const Badge& badge);

}  // namespace wsspec
