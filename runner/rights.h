// Peers within their rights: the reference with one behaviour that is other than its own, and that an RFC allows. No
// case may accuse them; each proves that of those about the permission it makes use of. They are made as the faulty
// peers are (see faults.h).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "reference/frame.h"
#include "reference/net/filter.h"
#include "reports/run.h"

namespace wsspec {

struct Right {
    std::string_view name;                ///< "fragments-its-echoes"
    std::string_view requirement;         ///< The statement that allows it.
    std::string_view what;                ///< What the peer does, in one sentence.
    std::vector<std::string_view> cases;  ///< Globs of ids: those that might accuse it.
    net::FilterFactory make;
    Role role = Role::server;  ///< Whose it is.
    /// The worst that may be said of it: non_strict where another statement says SHOULD NOT.
    Verdict worst = Verdict::pass;
};

/// In the order of the RFCs; those of clients last.
std::span<const Right> rights();

}  // namespace wsspec
