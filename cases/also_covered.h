// What a case tests besides what it was written for. Many statements say the same duty again in another section, or
// bind whatever a target sends: a target that breaks one of them fails the cases that are named here, though their
// authors had another in mind. The catalogue adds them to what these cases cover.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cases/catalogue.h"

namespace wsspec {

struct AlsoCovered {
    std::string_view requirement;
    std::string_view because;             ///< Why who breaks it fails them, in one clause.
    std::vector<std::string_view> cases;  ///< Ids, and the beginnings of ids: "13.2" for all of 13.2.
};
std::span<const AlsoCovered> also_covered();

/// `prefix` is the id, or a part of it that ends in front of a dot.
bool is_in(std::string_view id, std::string_view prefix);

/// Appends to `covers`; what a case covers first stays first.
void add_also_covered(std::vector<Group>& groups);

}  // namespace wsspec
