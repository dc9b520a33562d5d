// What targets were seen to do, as facts that can be published: a page of Markdown.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// A table of the targets, and for each the statements of the RFCs that it was seen to break, with section and cases.
/// What could help an attacker before the target's maintainers know is left out: cases about limits and hostile input
/// (group 17), cases that look whether the target survived, and whatever it died of. See SECURITY.md.
std::string to_facts(std::span<const RunResult> runs);

}  // namespace wsspec
