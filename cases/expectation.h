// Does what was seen match what a case expects? Pure; the author's half of the double entry (the other is the
// forecast).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "cases/script.h"
#include "reference/handshake.h"
#include "reference/observation.h"

namespace wsspec {

/// How the target answered the opening handshake.
struct Opening {
    enum class Answer {
        opened,   ///< 101, and the connection can be used (defects may be there all the same).
        refused,  ///< Another final status.
        garbage,  ///< Octets that are no HTTP response.
        dropped,  ///< FIN or RST before an answer was complete.
        silent,   ///< No complete answer in time.
        flood,    ///< A header section without end.
        no_tls,   ///< The TLS handshake failed: nothing could be asked.
    };
    Answer answer = Answer::silent;
    unsigned status = 0;
    std::vector<Extension> extensions = {};  ///< That the target agreed to.
    std::vector<Defect> defects = {};
};

/// Marks that the script has set: the octets of ours that were sent when a barrier or await of that name was passed.
using Marks = std::map<std::string, std::uint64_t, std::less<>>;

struct Match {
    enum class Progress {
        open,        ///< More may come.
        matched,     ///< `grade` says how well.
        impossible,  ///< Whatever comes, no outcome of the list fits any more.
    };
    Progress progress = Progress::open;
    Grade grade = Grade::pass;
    /// `seen` up to here belongs to this step.
    std::size_t consumed = 0;
};

/// An `expect` step behind the opening handshake. `seen`: what came since the last step that consumed something.
/// `echoes` false: the target is not asked to send messages back.
Match match(const Expect& expect, std::span<const Seen> seen, const Marks& marks, bool echoes);

/// An `expect` step right behind `open`.
Match match(const Expect& expect, const Opening& opening);

/// Is the step about the answer to the opening handshake (and not about frames)?
bool is_about_opening(const Expect& expect);

}  // namespace wsspec
