// The catalogue: every case, in the order of its groups.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cases/case.h"

namespace wsspec {

/// A group of cases: one file.
struct Group {
    std::string number;  ///< "6"
    std::string title;   ///< "UTF-8 handling"
    std::vector<Case> cases;
};

std::span<const Group> catalogue();

/// The case with this id, hand-written or derived (derived.h), or nullptr.
const Case* find_case(std::string_view id);

/// The title of the group that the id belongs to; empty if there is none.
std::string_view group_title(std::string_view id);

}  // namespace wsspec
