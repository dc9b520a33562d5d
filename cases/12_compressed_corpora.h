// What groups 12 and 13 have in common: a corpus, message by message, compressed.
#pragma once

#include <string>
#include <vector>

#include "cases/case.h"

namespace wsspec {

/// One family of groups 12 and 13: one corpus and one offer, in 18 sizes of messages and fragments.
struct CompressedFamily {
    std::string id;      ///< "12.1": of 12.1.1 to 12.1.18.
    std::string action;  ///< The first half of the title: "Send JSON compressed".
    Content::Kind corpus = Content::Kind::json;
    Opcode opcode = Opcode::text;
    std::string offer;  ///< Value of Sec-WebSocket-Extensions.
    std::vector<std::string> covers;
};

/// What all offers of these groups begin with: the client could do without its context and with a smaller window.
inline constexpr const char* base_offer = "permessage-deflate; client_no_context_takeover; client_max_window_bits";

std::vector<Case> cases_of(const CompressedFamily& family);

}  // namespace wsspec
