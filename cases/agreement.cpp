#include "cases/agreement.h"

#include <string_view>
#include <utility>
#include <vector>

#include "reference/http.h"

namespace wsspec {

namespace {

/// The offers of an opening handshake, whatever else is wrong with it.
std::vector<Extension> offers(const Handshake& handshake) {
    std::vector<std::string_view> values;
    for (std::string_view const line : handshake.fields) {
        auto const colon = line.find(':');
        if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), "Sec-WebSocket-Extensions"))
            values.push_back(trimmed(line.substr(colon + 1)));
    }
    return parse_extensions(values).value_or(std::vector<Extension>{});
}

}  // namespace

std::optional<DeflateAgreement> agreement_over(const Script& script, Role target) {
    for (const auto& step : script) {
        const auto* open = std::get_if<Open>(&step.action);
        if (open == nullptr) continue;
        auto const accepted = accept_deflate_offer(offers(open->handshake));
        if (!accepted) return std::nullopt;
        DeflateAgreement out = accepted->agreement;
        // Mirrored: what the offer asks of the server is asked of the client.
        if (target == Role::client) {
            std::swap(out.server_no_context_takeover, out.client_no_context_takeover);
            std::swap(out.server_max_window_bits, out.client_max_window_bits);
        }
        return out;
    }
    return std::nullopt;
}

}  // namespace wsspec
