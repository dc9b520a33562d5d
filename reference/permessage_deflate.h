// The negotiation of permessage-deflate (RFC 7692 section 7.1): which offers are legal, and which answers honour them.
#pragma once

#include <optional>
#include <vector>

#include "reference/extensions.h"
#include "reference/http.h"

namespace wsspec {

inline constexpr std::string_view permessage_deflate = "permessage-deflate";

/// Why a server must decline this offer (RFC 7692 section 7); nothing if it may accept.
std::optional<Defect> check_deflate_offer(const Extension& offer);

/// Why a client must fail the connection over this answer to its offers; nothing if some legal offer covers it.
std::optional<Defect> check_deflate_answer(const Extension& answer, const std::vector<Extension>& offers);

}  // namespace wsspec
