// Faulty peers: the reference with one behaviour bent by a filter that stands outside of it. Each proves that a case
// catches the breach that it commits; `wsspec run loop:NAME` and `wsspec echo --fault NAME` bring it to life.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "reference/net/filter.h"
#include "reports/run.h"

namespace wsspec {

struct Fault {
    std::string_view name;                    ///< "accepts-unmasked-frames"
    std::string_view requirement;             ///< The statement of the catalogue that is broken.
    std::string_view what;                    ///< What the peer does wrong, in one sentence.
    std::vector<std::string_view> caught_by;  ///< Ids or globs of cases that have to catch it.
    net::FilterFactory make;
    /// What they have to say at least: non_strict where the RFC has no MUST.
    Verdict expected = Verdict::fail;
};

/// In the order of the RFCs: opening handshake, frames, closing; volume; compression.
std::span<const Fault> faults();

/// The fault of this name, or nullptr.
const Fault* find_fault(std::string_view name);

namespace detail {

// The parts of faults(), one a file.
std::vector<Fault> handshake_faults();
std::vector<Fault> frame_faults();
std::vector<Fault> text_faults();
std::vector<Fault> closing_faults();
std::vector<Fault> state_faults();
std::vector<Fault> volume_faults();
std::vector<Fault> deflate_faults();

}  // namespace detail

}  // namespace wsspec
