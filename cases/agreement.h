// What a script's opening handshake comes to.
#pragma once

#include <optional>

#include "cases/script.h"
#include "reference/permessage_deflate.h"

namespace wsspec {

/// What is agreed on if the target accepts the first offer of permessage-deflate that it may accept and asks for
/// nothing beyond it (RFC 7692 section 7.1). To a client, what the offer asks of the server is asked of it. Nothing:
/// the script opens no connection, or offers nothing that can be accepted.
std::optional<DeflateAgreement> agreement_over(const Script& script, Role target);

}  // namespace wsspec
