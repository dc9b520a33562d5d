// How well a behaviour keeps the RFC.
#pragma once

namespace wsspec {

/// The better first, so that the worse of two is std::max.
enum class Grade {
    pass,           ///< All that the RFC requires and recommends.
    informational,  ///< The RFC leaves it open: reported, not graded.
    non_strict,     ///< Every MUST is kept; a SHOULD, or the strict reading, is not.
    fail,           ///< A MUST is broken.
};

}  // namespace wsspec
