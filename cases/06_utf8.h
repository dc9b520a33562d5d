// Group 6 comes in two files; this header is theirs alone.
#pragma once

#include <vector>

#include "cases/case.h"

namespace wsspec::utf8 {

/// The frames, then a ping that must not be answered any more (section 7.1.7).
Script refused(std::vector<Frame> frames, Delivery delivery = {});

/// 6.36 to 6.39: what is wrong, or cut by a buffer, far inside a text; and what somebody might trim.
std::vector<Case> long_texts();

}  // namespace wsspec::utf8
