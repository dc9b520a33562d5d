// Which cases to run: globs over ids, and sections of the RFC.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/case.h"
#include "reports/run.h"

namespace wsspec {

struct Selection {
    std::vector<std::string> cases = {};     ///< Globs ("6.*", "1.1.1", "7"); empty: all.
    std::vector<std::string> excluded = {};  ///< Globs.
    std::vector<std::string> sections = {};  ///< "5.5", "RFC7692:7.2": cases that cite it or a section below it.
    Target target = Target::server;          ///< Which part the target plays; `any`: the cases for both parts and each.
    bool derived = false;                    ///< Among the derived cases (cases/derived.h), not the hand-written ones.
};

/// '*' stands for any text, '?' for one character. A bare number also means everything below it: "7" is "7.*", and
/// "1.1.2" has "1.1.2/rsv1" below it.
bool glob_matches(std::string_view glob, std::string_view text);

/// The cases in the order of the catalogue. Without `derived`, a glob has to have a '/' to match derived ones. An error
/// if a glob or section matches nothing: a typo must not make a run green.
std::expected<std::vector<const Case*>, std::string> select_cases(const Selection& selection);

/// "2/3". Nothing for any other form, and for a shard that there is not.
std::optional<Shard> parse_shard(std::string_view text);

/// The cases of the shard: by their position alone, so that equal selections split alike, whatever the seed. Neighbours
/// go to different shards, since neighbours cost about the same.
std::vector<const Case*> part_of(const std::vector<const Case*>& cases, Shard shard);

}  // namespace wsspec
