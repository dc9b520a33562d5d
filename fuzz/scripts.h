// What the generator, the mutator, the shrinker and the fuzz targets have in common about scripts.
#pragma once

#include <functional>
#include <optional>

#include "cases/case.h"
#include "cases/script.h"

namespace wsspec {

/// All scripts of the catalogue that make sense for this target, variants included: where seeds come from.
struct CatalogueScript {
    const Case* of = nullptr;
    const Script* script = nullptr;
};
std::vector<CatalogueScript> catalogue_scripts(Role target);

/// What the target may make of this opening handshake, as a step that follows it, by the reference's own check and
/// never harsher than the catalogue. Nothing: the handshake bends no rule, so that a target opens, or what it does is
/// its own decision (of a client: what follows the handshake shows it).
std::optional<Step> opening_expectation(const Open& open, Role target);

/// The same script, to be judged by the forecast alone: the expectations, closing handshakes, floods and crowds go, and
/// an opening handshake that bends a rule gets the expectation that the reference has of it. For scripts that were
/// made, mutated or shrunk: what a case expects holds for its own script only.
Script judged_by_forecast(const Script& script, Role target);

/// Calls `visit` for every frame that the script sends, early ones and those inside of Repeat included.
void for_each_frame(Script& script, const std::function<void(Frame&)>& visit);

/// All that the script sends behind the opening handshake, as it stands on the wire, at most `limit` octets; frames
/// without a key get one that depends on their number alone. Barriers are pings. Where the script ends our direction
/// (HalfClose, Abort, the closing handshake), the stream ends.
struct WireStream {
    Octets octets;
    /// Ascending: where the deliveries of the script cut it; none at 0 or at the end.
    std::vector<std::size_t> cuts;
};
WireStream wire_stream(const Script& script, Role sender, std::size_t limit);

}  // namespace wsspec
