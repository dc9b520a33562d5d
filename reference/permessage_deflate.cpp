#include "reference/permessage_deflate.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "reference/deflate.h"

namespace wsspec {

namespace {

constexpr std::string_view server_takeover = "server_no_context_takeover";
constexpr std::string_view client_takeover = "client_no_context_takeover";
constexpr std::string_view server_bits = "server_max_window_bits";
constexpr std::string_view client_bits = "client_max_window_bits";

const ExtensionParameter* find(const Extension& extension, std::string_view name) {
    auto const found = std::ranges::find(extension.parameters, name, &ExtensionParameter::name);
    return found == extension.parameters.end() ? nullptr : &*found;
}

/// 7.1.2: 1*DIGIT without a leading zero, 8 to 15; nothing for anything else.
std::optional<int> window_bits(const std::string& value) {
    if (value == "8" || value == "9") return value[0] - '0';
    if (value.size() == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5') return 10 + value[1] - '0';
    return std::nullopt;
}

/// What holds for offers and answers alike.
std::optional<Defect> check_parameters(const Extension& extension, std::string_view undefined, std::string_view invalid,
                                       std::string_view repeated, bool is_answer) {
    for (const auto& parameter : extension.parameters) {
        auto const& [name, value] = parameter;
        if (std::ranges::count(extension.parameters, name, &ExtensionParameter::name) > 1)
            return Defect{std::string(repeated), "permessage-deflate repeats the parameter " + name};
        if (name == server_takeover || name == client_takeover) {
            if (value) return Defect{std::string(invalid), "the parameter " + name + " has a value"};
        } else if (name == server_bits || name == client_bits) {
            if (!value && name == client_bits && !is_answer) continue;  // 7.1.2.2: a hint without a value
            if (!value || !window_bits(*value))
                return Defect{std::string(invalid), "the parameter " + name + " has not a value from 8 to 15"};
        } else {
            return Defect{std::string(undefined), "permessage-deflate does not define the parameter " + name};
        }
    }
    return std::nullopt;
}

/// 7.1.2.2 has a client hold such an answer for invalid; what else an answer makes of an offer is for the client to
/// judge.
constexpr std::string_view unasked_client_bits = "R7692-7.1.2.2-6";

/// Does the answer honour this offer?
std::optional<Defect> check_against(const Extension& answer, const Extension& offer) {
    if (find(answer, client_bits) != nullptr && find(offer, client_bits) == nullptr)
        return Defect{std::string(unasked_client_bits),
                      "client_max_window_bits is answered although it was not offered"};
    if (find(offer, server_takeover) != nullptr && find(answer, server_takeover) == nullptr)
        return Defect{"R7692-7.1.1.1-2", "server_no_context_takeover was asked for and is not confirmed"};
    if (const auto* asked = find(offer, server_bits)) {
        const auto* given = find(answer, server_bits);
        // Without the parameter the window has 15 bits: where 15 were asked for, only the form is missing.
        if (given == nullptr)
            return Defect{"R7692-7.1.2.1-4", "server_max_window_bits was asked for and is not confirmed",
                          *window_bits(*asked->value) == 15};
        if (*window_bits(*given->value) > *window_bits(*asked->value))
            return Defect{"R7692-7.1.2.1-4", "server_max_window_bits is larger than what was asked for"};
    }
    if (const auto* given = find(answer, client_bits)) {
        const auto* asked = find(offer, client_bits);
        if (asked->value && *window_bits(*given->value) > *window_bits(*asked->value))
            return Defect{"R7692-7.1.2.2-4", "client_max_window_bits is larger than what was offered", true};
    }
    return std::nullopt;
}

}  // namespace

DeflateAgreement deflate_agreement(const Extension& answer) {
    DeflateAgreement out;
    out.server_no_context_takeover = find(answer, server_takeover) != nullptr;
    out.client_no_context_takeover = find(answer, client_takeover) != nullptr;
    auto const bits = [&](std::string_view name) {
        const auto* parameter = find(answer, name);
        return parameter != nullptr && parameter->value ? window_bits(*parameter->value).value_or(15) : 15;
    };
    out.server_max_window_bits = bits(server_bits);
    out.client_max_window_bits = bits(client_bits);
    return out;
}

std::optional<DeflateAgreement> deflate_agreement(const std::vector<Extension>& answers) {
    auto const found = std::ranges::find(answers, permessage_deflate, &Extension::name);
    if (found == answers.end()) return std::nullopt;
    return deflate_agreement(*found);
}

std::optional<Defect> check_deflate_offer(const Extension& offer) {
    return check_parameters(offer, "R7692-7-1", "R7692-7-2", "R7692-7-3", false);
}

std::optional<Defect> check_deflate_answer(const Extension& answer, const std::vector<Extension>& offers) {
    if (auto defect = check_parameters(answer, "R7692-7-5", "R7692-7-6", "R7692-7-7", true)) return defect;
    std::optional<Defect> first;
    for (const auto& offer : offers) {
        if (offer.name != permessage_deflate) continue;
        auto defect = check_deflate_offer(offer);
        if (defect) defect->what = "it accepts an offer in which " + defect->what;
        if (!defect) defect = check_against(answer, offer);
        if (!defect || defect->tolerable) return defect;
        // Of several offers it may be an answer to the one that it fits best.
        if (!first || first->requirement == unasked_client_bits) first = std::move(defect);
    }
    return first;
}

namespace {

std::optional<Extension> answer_to(const Extension& offer, const DeflatePolicy& policy) {
    if (check_deflate_offer(offer)) return std::nullopt;
    Extension answer{.name = std::string(permessage_deflate), .parameters = {}};
    auto const add = [&](std::string_view name, std::optional<std::string> value = {}) {
        answer.parameters.push_back({std::string(name), std::move(value)});
    };
    if (find(offer, server_takeover) != nullptr || policy.server_no_context_takeover) add(server_takeover);
    // 7.1.1.2: as an offer this is only a hint. It binds the client when it is answered, and frees us from its window.
    if (find(offer, client_takeover) != nullptr || policy.client_no_context_takeover) add(client_takeover);
    if (const auto* asked = find(offer, server_bits)) {
        // 7.1.2.1: decline what can't be supported. That is 8 bits, see MessageDeflater.
        if (*window_bits(*asked->value) < MessageDeflater::smallest_window_bits) return std::nullopt;
        add(server_bits, asked->value);
    }
    if (const auto* hinted = find(offer, client_bits); hinted != nullptr && policy.client_max_window_bits) {
        int const most = hinted->value ? *window_bits(*hinted->value) : 15;
        add(client_bits, std::to_string(std::min(most, *policy.client_max_window_bits)));
    }
    return answer;
}

}  // namespace

std::optional<AcceptedDeflate> accept_deflate_offer(const std::vector<Extension>& offers, const DeflatePolicy& policy) {
    for (const auto& offer : offers) {
        if (offer.name != permessage_deflate) continue;
        if (auto answer = answer_to(offer, policy)) return AcceptedDeflate{deflate_agreement(*answer), *answer};
    }
    return std::nullopt;
}

Extension deflate_offer() {
    // 7.1.2.2: without this a server may not limit our window. Whatever it asks for can be served: with 8 bits, which
    // MessageDeflater has not, we send messages uncompressed.
    return {.name = std::string(permessage_deflate), .parameters = {{std::string(client_bits), std::nullopt}}};
}

}  // namespace wsspec
