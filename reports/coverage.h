// Requirement x case: which statement of the RFCs is asked by which case, and why some are not.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reference/requirements.h"

namespace wsspec {

/// For people, by RFC section.
std::string coverage_text(std::span<const Requirement> statements, std::span<const Group> groups);
/// {"requirements": [{id, rfc, section, level, bound, observable, statement, cases, reason}…], "summary": {…}}
std::string coverage_json(std::span<const Requirement> statements, std::span<const Group> groups);
/// Ids of statements that are testable and have neither a case nor a reason why not (untested.h): the gate of
/// `wsspec coverage --check`.
std::vector<std::string> coverage_gaps(std::span<const Requirement> statements, std::span<const Group> groups);

/// Of the whole catalogue.
std::string coverage_text();
std::vector<std::string> coverage_gaps();
std::string coverage_json();

}  // namespace wsspec
