// Contract of the grammar of Sec-WebSocket-Extensions (RFC 6455 section 9.1): what is read and written again reads the
// same; several lines mean the same as one list; an error lies inside of the value; blanks around separators mean
// nothing.
// Contract of the negotiation of permessage-deflate (RFC 7692 section 7.1): an offer is answered if and only if it is
// legal and can be served; the answer is one that check_deflate_answer() takes, for the agreement that it states; and
// so is the whole handshake that carries both.
//
// Input: an octet of policy, an octet of window bits, then the lines of an offer, ended by LF each.
#include <algorithm>
#include <string>

#include "fuzz/targets.h"
#include "reference/handshake.h"
#include "reference/permessage_deflate.h"
#include "reference/requirements.h"

namespace wsspec::targets {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (true) {
        auto const end = text.find('\n');
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

void check_grammar(std::string_view text, const std::vector<std::string_view>& lines) {
    auto const parsed = parse_extensions(lines);
    if (!parsed) {
        demand(parsed.error().offset <= text.size(), "an error beyond the value");
        demand(!parsed.error().what.empty(), "an error without words");
        return;
    }
    demand(!parsed->empty(), "a list without an element");
    std::string const written = to_string(*parsed);
    auto const again = parse_extensions({written});
    demand(again && *again == *parsed, "written and read again it is something else");
    for (const auto& extension : *parsed) {
        demand(is_token(extension.name), "a name that is no token");
        for (const auto& parameter : extension.parameters)
            demand(is_token(parameter.name) && (!parameter.value || is_token(*parameter.value)),
                   "a parameter that is no token");
    }
    std::string joined;
    for (std::string_view const line : lines) joined += (joined.empty() ? "" : ", ") + std::string(line);
    auto const as_one = parse_extensions({joined});
    demand(as_one && *as_one == *parsed, "several lines are not one list");
    if (written.find('"') != std::string::npos) return;
    std::string spaced;
    for (char const c : written)
        spaced += c == ',' || c == ';' || c == '=' ? std::string("\t") + c + " " : std::string(1, c);
    auto const with_blanks = parse_extensions({spaced});
    demand(with_blanks && *with_blanks == *parsed, "blanks around separators mean something");
}

/// Whatever stands in an answer, and in what it answers.
void check_any_answer(const std::vector<Extension>& parsed) {
    std::vector<Extension> const offers(parsed.begin() + 1, parsed.end());
    auto const legal = [](const Extension& offer) {
        return offer.name == permessage_deflate && !check_deflate_offer(offer);
    };
    auto const defect = check_deflate_answer(parsed.front(), offers);
    if (defect) {
        demand(find_requirement(defect->requirement) != nullptr && !defect->what.empty(), "a defect of nothing");
    } else if (std::ranges::any_of(offers, [](const Extension& offer) { return offer.name == permessage_deflate; })) {
        demand(std::ranges::any_of(offers, legal), "an answer to illegal offers is in order");
    }
}

/// A value that the grammar does not allow cannot become another structure.
void check_quoting(std::string_view value) {
    std::vector<Extension> const made = {{"name", {{"parameter", std::string(value)}, {"flag", std::nullopt}}}};
    auto const parsed = parse_extensions({to_string(made)});
    demand(parsed ? *parsed == made : !is_token(value), "a quoted value is read as something else");
}

void check_negotiation(const std::vector<Extension>& offers, const DeflatePolicy& policy) {
    auto const has = [](const Extension& extension, std::string_view name) {
        return std::ranges::find(extension.parameters, name, &ExtensionParameter::name) != extension.parameters.end();
    };
    auto const parameter = [](const Extension& extension, std::string_view name) -> std::string {
        auto const found = std::ranges::find(extension.parameters, name, &ExtensionParameter::name);
        return found == extension.parameters.end() ? "" : found->value.value_or("");
    };
    // Zlib compresses with 9 bits and more.
    auto const can_be_served = [&](const Extension& offer) {
        return offer.name == permessage_deflate && !check_deflate_offer(offer) &&
               parameter(offer, "server_max_window_bits") != "8";
    };
    auto const chosen = std::ranges::find_if(offers, can_be_served);
    auto const accepted = accept_deflate_offer(offers, policy);
    demand(accepted.has_value() == (chosen != offers.end()), "a legal offer is declined, or an illegal one taken");
    if (!accepted) return;

    const auto& [agreement, answer] = *accepted;
    demand(answer.name == permessage_deflate, "another extension is answered");
    demand(deflate_agreement(answer) == agreement, "the answer does not state the agreement");
    demand(deflate_agreement(std::vector{answer}) == agreement, "nor is it found among the answers");
    demand(!check_deflate_answer(answer, offers), "the own answer does not honour the offers");
    demand(!check_deflate_offer(answer) || has(answer, "client_max_window_bits"), "the answer is malformed");
    demand(agreement.server_max_window_bits >= 9 && agreement.server_max_window_bits <= 15, "a window without bits");
    demand(agreement.client_max_window_bits >= 8 && agreement.client_max_window_bits <= 15, "a window without bits");
    if (has(*chosen, "server_no_context_takeover")) demand(agreement.server_no_context_takeover, "7.1.1.1");
    if (!has(*chosen, "client_max_window_bits")) demand(agreement.client_max_window_bits == 15, "7.1.2.2: not offered");
    if (policy.server_no_context_takeover) demand(agreement.server_no_context_takeover, "the policy is not kept");
    auto const asked = parameter(*chosen, "server_max_window_bits");
    if (!asked.empty()) demand(std::to_string(agreement.server_max_window_bits) == asked, "7.1.2.1");
}

void check_handshake(const std::vector<std::string_view>& lines, const DeflatePolicy& policy) {
    ClientRequest asked;
    asked.host = "localhost";
    asked.key = "AQIDBAUGBwgJCgsMDQ4PEA==";
    for (std::string_view const line : lines)
        asked.more_lines.push_back("Sec-WebSocket-Extensions: " + std::string(line));
    auto const request = check_request(build_request(asked));
    auto const accepted = accept_deflate_offer(request.extensions, policy);
    std::string const extensions = accepted ? to_string(std::vector{accepted->answer}) : "";
    auto const response = check_response(build_acceptance(request.key, {}, extensions), request);
    demand(response && response->opens() && response->defects.empty(), "the own answer has a defect");
    demand(deflate_agreement(response->extensions).has_value() == accepted.has_value(), "the agreement is lost");
    demand(client_duty(response) == ClientDuty::open, "a client must not take the own answer");
    (void)client_defects(request);
}

}  // namespace

void extensions(OctetView input) {
    Input in(input);
    unsigned const policy_bits = in.octet();
    unsigned const window_bits = in.octet();
    DeflatePolicy policy{.server_no_context_takeover = (policy_bits & 1) != 0,
                         .client_no_context_takeover = (policy_bits & 2) != 0};
    if ((policy_bits & 4) != 0) policy.client_max_window_bits = 8 + static_cast<int>(window_bits & 7);
    std::string_view const text = as_text(in.rest());
    auto const lines = lines_of(text);
    check_grammar(text, lines);
    check_quoting(text.substr(0, 64));
    if (auto const offers = parse_extensions(lines)) {
        check_negotiation(*offers, policy);
        check_any_answer(*offers);
    }
    // The field cannot carry these.
    if (text.find_first_of(std::string_view("\r\0", 2)) == std::string_view::npos) check_handshake(lines, policy);
    demand(!check_deflate_offer(deflate_offer()), "the own offer is not legal");
}

}  // namespace wsspec::targets
