// The head of a request or a response as lines, for faulty peers that bend them. Nothing is validated.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cases/handshake.h"

namespace wsspec {

/// The first line, of either kind, becomes `start_line`; the others are the fields, as they stand.
Handshake lines_of(std::string_view head);
/// The other way round; ends with an empty line.
std::string text_of(const Handshake& head);

/// The value of the first line of that name, as it stands; nothing without one.
std::optional<std::string> value_of(const Handshake& head, std::string_view name);

}  // namespace wsspec
