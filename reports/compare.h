// Two runs of one target: what changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/run.h"

namespace wsspec {

struct Change {
    std::string id;
    std::string title;
    std::optional<Verdict> before = {};  ///< Nothing: the case was not there.
    std::optional<Verdict> after = {};
    std::string detail = {};  ///< Of the newer result, or of the older one where there is none.
};

struct Comparison {
    std::vector<Change> worse = {};   ///< Than before; or not judged before, and worse than required.
    std::vector<Change> better = {};  ///< Than before.
    std::vector<Change> other = {};   ///< No better and no worse: judged now, or broken in another way.
    std::vector<Change> lost = {};    ///< Judged before, and now not.
    std::size_t same = 0;
};

/// In the order of the ids. `strict` holds for cases that were not judged before: there `non-strict` is worse, too.
Comparison compare(const RunResult& before, const RunResult& after, bool strict);

/// For a terminal; says so if nothing changed.
std::string describe(const Comparison& comparison);

}  // namespace wsspec
