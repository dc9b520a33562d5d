// The negotiation of permessage-deflate (RFC 7692 section 7.1): which offers are legal, and which answers honour them.
#pragma once

#include <optional>
#include <vector>

#include "reference/extensions.h"
#include "reference/frame.h"
#include "reference/http.h"

namespace wsspec {

inline constexpr std::string_view permessage_deflate = "permessage-deflate";

/// What client and server have agreed on (RFC 7692 section 7.1): the parameters of the answer.
struct DeflateAgreement {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = 15;
    int client_max_window_bits = 15;

    bool no_context_takeover(Role sender) const {
        return sender == Role::client ? client_no_context_takeover : server_no_context_takeover;
    }
    /// Back-references of what this side sends go back 2 to this power at most (7.2.1).
    int window_bits(Role sender) const {
        return sender == Role::client ? client_max_window_bits : server_max_window_bits;
    }

    bool operator==(const DeflateAgreement&) const = default;
};

/// The agreement that an answer states. A value that is not from 8 to 15 counts as absent.
DeflateAgreement deflate_agreement(const Extension& answer);

/// The agreement among all extensions that a response names; nothing if permessage-deflate is not among them.
std::optional<DeflateAgreement> deflate_agreement(const std::vector<Extension>& answers);

/// Why a server must decline this offer (RFC 7692 section 7); nothing if it may accept.
std::optional<Defect> check_deflate_offer(const Extension& offer);

/// What a server asks for beyond what an offer does, where the offer lets it.
struct DeflatePolicy {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    /// 8 to 15: the client is told to keep to this window, or a smaller one that it has offered (7.1.2.2). Only a
    /// client that offers the parameter can be told.
    std::optional<int> client_max_window_bits = {};
};

struct AcceptedDeflate {
    DeflateAgreement agreement;
    Extension answer;  ///< What the response has to say.
};

/// What a server makes of the offers of a client, of all extensions, in the client's order of preference: the first one
/// of permessage-deflate that is legal and can be served. Nothing: none can, and no extension is answered.
std::optional<AcceptedDeflate> accept_deflate_offer(const std::vector<Extension>& offers,
                                                    const DeflatePolicy& policy = {});

/// What a client offers that can serve whatever answer is legal.
Extension deflate_offer();

/// Why a client must fail the connection over this answer to its offers; nothing if some legal offer covers it.
std::optional<Defect> check_deflate_answer(const Extension& answer, const std::vector<Extension>& offers);

}  // namespace wsspec
