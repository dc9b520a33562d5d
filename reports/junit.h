// JUnit XML, as Jenkins, GitLab and GitHub's viewers read it: what Jenkins' xunit plugin and Maven Surefire have in
// common (junit_test.xsd, beside this file).
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// A suite for each group of each run, a test case for each case. A failure is what is worse than required; a known one
/// is skipped with its reason, as is what was not run. An incomplete run has a test case of its own that ends in an
/// error: no viewer shows a pass. ASCII but for our own "…" and "×".
std::string to_junit(std::span<const RunResult> runs, bool strict);

}  // namespace wsspec
