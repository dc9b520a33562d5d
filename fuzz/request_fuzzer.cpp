// Contract: any octets can be checked as a request. Each defect cites the catalogue. A request without one is, by a
// naive reading that shares no code, what RFC 6455 section 4.2.1 describes; the answer that is built for it opens the
// connection; it stays good with an unknown field more, with field names in another case and with its fields in another
// order. What is refused is refused by a well-formed response that has a final status. The end of a head is found at
// the same place in every prefix.
//
// Input: the head of a request.
#include <algorithm>
#include <string>

#include "fuzz/targets.h"
#include "reference/handshake.h"
#include "reference/requirements.h"

namespace wsspec::targets {

namespace {

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// Necessary for a good request, read with string search alone.
bool looks_good(std::string_view head) {
    while (head.starts_with("\r\n")) head.remove_prefix(2);
    std::string const text = lower_case(head);
    auto const line_has = [&](std::string_view name, std::string_view word) {
        for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at + 2)) {
            auto const line = text.substr(at + 2, text.find("\r\n", at + 2) - at - 2);
            if (line.starts_with(std::string(name) + ":") && line.find(word) != std::string::npos) return true;
        }
        return false;
    };
    return head.starts_with("GET ") && head.substr(0, head.find("\r\n")).contains(" HTTP/1.") && line_has("host", "") &&
           line_has("upgrade", "websocket") && line_has("connection", "upgrade") &&
           line_has("sec-websocket-key", "==") && line_has("sec-websocket-version", "13") && head.ends_with("\r\n\r\n");
}

void check_good(std::string_view head, const CheckedRequest& request) {
    demand(looks_good(head), "a request without a defect lacks something");
    demand(!request.must_be_refused() && !request.wrong_version, "good and bad at once");
    std::string const subprotocol = request.subprotocols.empty() ? "" : request.subprotocols.front();
    auto const response = check_response(build_acceptance(request.key, subprotocol), request);
    demand(response && response->opens() && response->defects.empty(), "the own answer does not open");
    demand(response->subprotocol == subprotocol, "the subprotocol is lost");

    std::string const text(head);
    auto const still_good = [](const std::string& changed) { return check_request(changed).must_be_accepted(); };
    demand(still_good(text.substr(0, text.size() - 2) + "X-Unknown: a value\r\n\r\n"), "an unknown field spoils it");

    auto const first_end = text.find("\r\n", text.find_first_not_of("\r\n")) + 2;
    std::vector<std::string> lines;
    for (auto at = first_end; at < text.size() - 2;) {
        auto const end = text.find("\r\n", at) + 2;
        lines.push_back(text.substr(at, end - at));
        at = end;
    }
    std::string const start = text.substr(0, first_end);
    std::string changed = start;
    for (const auto& line : lines) changed += lower_case(line.substr(0, line.find(':'))) + line.substr(line.find(':'));
    demand(still_good(changed + "\r\n"), "the case of field names matters");
    // Lines of one name keep their order; here no name of the handshake stands twice but lists, and order means little.
    std::string reversed = start;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) reversed += *line;
    demand(still_good(reversed + "\r\n"), "the order of fields matters");
}

}  // namespace

void request(OctetView input) {
    std::string_view const all = as_text(input);
    auto const size = head_size(all);
    for (std::size_t prefix = 0; prefix < all.size(); prefix = prefix * 2 + 1) {
        auto const found = head_size(all.substr(0, prefix));
        demand(!found || (size && *found == *size && *found <= prefix), "a prefix ends elsewhere");
    }
    std::string_view const head = all.substr(0, size.value_or(all.size()));
    CheckedRequest const request = check_request(head);
    for (const auto& defect : request.defects)
        demand(find_requirement(defect.requirement) != nullptr && !defect.what.empty(), "a defect of nothing");
    auto const of_client = client_defects(request);
    std::string const own(request.head.fields.first("Host").value_or(""));
    for (const auto& authority : {std::string(), own, std::string("localhost"), std::string("[::1]:443")})
        for (bool const tls : {false, true}) {
            auto const defects = client_defects(request, {.authority = authority, .tls = tls});
            for (const auto& defect : defects)
                demand(find_requirement(defect.requirement) != nullptr && !defect.what.empty(),
                       "a client's defect of nothing");
            // To know the URL adds two at most: what Host says, and an absolute request-target.
            demand(defects.size() >= of_client.size() && defects.size() <= of_client.size() + 2,
                   "a known URL changes other defects");
            bool const wrong_host = std::ranges::find(defects, "R9112-3.2-2", &Defect::requirement) != defects.end();
            demand(authority != own || !wrong_host, "Host is not itself");
        }
    if (size && request.must_be_accepted()) return check_good(head, request);

    std::string const refusal = build_refusal(request);
    auto const refused = head_size(refusal);
    demand(refused.has_value(), "a refusal without an end");
    auto const response = parse_response_head(std::string_view(refusal).substr(0, *refused));
    demand(response && response->status >= 400 && response->status < 500 && response->defects.empty(),
           "a refusal that is no good response");
    auto const length = response->fields.first("Content-Length");
    demand(length && std::to_string(refusal.size() - *refused) == *length, "a refusal with the wrong length");
    auto const checked = check_response(std::string_view(refusal).substr(0, *refused), request);
    demand(checked && !checked->opens() && client_duty(checked) == ClientDuty::fail, "a refusal that opens");
    if (request.wrong_version && response->status == 426)
        demand(checked->defects.empty(), "a refused version is not answered as 4.4 has it");
}

}  // namespace wsspec::targets
