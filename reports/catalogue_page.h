// The catalogue as a page of Markdown, for the documentation.
#pragma once

#include <span>
#include <string>

#include "cases/catalogue.h"

namespace wsspec {

/// One table a group: id, title, what part the target plays, the requirement that a failure is filed under.
std::string catalogue_page(std::span<const Group> groups);

}  // namespace wsspec
