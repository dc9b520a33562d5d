// What targets were seen to do, as facts that can be published: a page of Markdown.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// A table of the targets, and for each the statements of the RFCs that it was seen to break, with section and cases.
/// Of each run, what is publishable().
std::string to_facts(std::span<const RunResult> runs);

}  // namespace wsspec
