// A case for people: what it sends, octet by octet, and what is allowed in answer. And the catalogue as lists.
#pragma once

#include <string>

#include "cases/case.h"
#include "reference/frame.h"

namespace wsspec {

/// Everything about a case: requirements, every step with the octets on the wire, allowed outcomes with their grades,
/// and what the forecast says that a target owes. `tester` is the part that we play.
std::string explain(const Case& one, Role tester);

/// "6.4.1     Send valid text, …  [needs echo]": one line, the id first.
std::string list_line(const Case& one);

/// The catalogue as a JSON array of {id, title, group, group_title, target, needs, requirements, autobahn, note}.
std::string catalogue_json();

}  // namespace wsspec
