// Group 6 comes in three files; this header is theirs alone.
#pragma once

#include <vector>

#include "cases/case.h"

namespace wsspec::utf8 {

/// The frames, then a ping that must not be answered any more (section 7.1.7).
Script refused(std::vector<Frame> frames, Delivery delivery = {});

/// 6.36 to 6.39: what is wrong, or cut by a buffer, far inside a text; and what somebody might trim.
std::vector<Case> long_texts();

/// 6.40: what somebody might take for more than text.
std::vector<Case> contents();

/// 6.41: bad octets where a validator that takes many at a time goes from one load to the next.
std::vector<Case> edges_of_registers();

/// 6.42
std::vector<Case> ends_inside_characters();

}  // namespace wsspec::utf8
