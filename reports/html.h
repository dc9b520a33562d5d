// The run as one page for a browser: everything in one file that loads nothing, works offline and from file://.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// Runs of several targets (or of one), side by side: a matrix of cases x targets, the RFCs by section, the figures of
/// round trips where there are any, and every case as prose with what passed over the wire. Pure.
///
/// Pure ASCII whatever a target sent. All data stands in one JSON block from which the page's script makes text nodes,
/// never markup; what cannot be seen (control characters, bidi controls, octets that are no UTF-8) is spelled out. The
/// page's content security policy lets no other script run and nothing be loaded.
///
/// Bounded: texts are cut after 2000 characters. Transcripts take about 7 MB at most, the worst verdicts first, and
/// those of passes are left out with more than two runs; the page says where one is missing or cut.
std::string to_html(std::span<const RunResult> runs);

}  // namespace wsspec
