// Contract: any octets can be checked as an answer to any of our requests. Each defect cites the catalogue. An answer
// that opens is, by a naive reading, what RFC 6455 section 4.2.2 describes; what the client has to do follows from the
// defects; an agreement on permessage-deflate is one that the request offered; with an unknown field more, or with
// field names in another case, it is judged the same.
//
// Input: an octet that says what is asked for, then the head of the answer, in which {accept} stands for the right
// Sec-WebSocket-Accept.
#include <algorithm>
#include <string>

#include "fuzz/targets.h"
#include "reference/handshake.h"
#include "reference/permessage_deflate.h"
#include "reference/requirements.h"

namespace wsspec::targets {

namespace {

constexpr std::string_view offers[] = {
    "",
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; server_max_window_bits=10; server_no_context_takeover, permessage-deflate",
    "permessage-deflate; client_max_window_bits=10, x-other; a=b",
    "permessage-deflate; bad",
    "PERMESSAGE-DEFLATE",
    "=",
};

std::string with_lower_names(std::string_view head) {
    std::string out;
    bool in_name = false;  // the start line has none
    bool first_line = true;
    for (char const c : head) {
        if (c == '\n') {
            in_name = true;
            first_line = false;
        } else if (c == ':') {
            in_name = false;
        }
        out += !first_line && in_name && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

}  // namespace

void response(OctetView input) {
    Input in(input);
    unsigned const what = in.octet();
    ClientRequest asked;
    asked.host = "localhost:80";
    asked.key = "AQIDBAUGBwgJCgsMDQ4PEA==";
    asked.extensions = offers[what & 7];
    if ((what & 8) != 0) asked.subprotocols = {"chat", "superchat"};
    if ((what & 16) != 0) asked.more_lines = {"Sec-WebSocket-Key: BQIDBAUGBwgJCgsMDQ4PEA=="};
    if ((what & 32) != 0) asked.more_lines = {"Sec-WebSocket-Version: 12"};
    auto request = check_request(build_request(asked));
    if ((what & 64) != 0) request.wrong_version = true;

    std::string text(as_text(in.rest()));
    for (auto at = text.find("{accept}"); at != std::string::npos; at = text.find("{accept}", at))
        text.replace(at, 8, accept_for(asked.key));
    auto const size = head_size(text);
    std::string const head = text.substr(0, size.value_or(text.size()));
    auto const checked = check_response(head, request);
    auto const duty = client_duty(checked);
    if (!checked) {
        demand(duty == ClientDuty::fail, "no response at all, and the client may open");
        return;
    }
    for (const auto& defect : checked->defects)
        demand(find_requirement(defect.requirement) != nullptr && !defect.what.empty(), "a defect of nothing");
    demand(!(duty == ClientDuty::open) || (checked->head.status == 101 && checked->defects.empty()),
           "open in spite of a defect");
    demand(checked->head.status == 101 || duty == ClientDuty::fail, "open in spite of the status");
    if (duty == ClientDuty::open) {
        demand(checked->opens(), "open, and it does not open");
        demand(head.starts_with("HTTP/1.1 101"), "opens without a status line");
        demand(head.find(accept_for(asked.key)) != std::string::npos || (what & 16) != 0, "opens without its key");
        std::string const lower = with_lower_names(head);
        for (std::string_view const name : {"upgrade:", "connection:", "sec-websocket-accept:"})
            demand(lower.find(name) != std::string::npos, "opens without a field");
        demand(checked->subprotocol.empty() || checked->subprotocol == "chat" || checked->subprotocol == "superchat",
               "opens with a subprotocol that nobody asked for");
    }
    if (checked->opens()) {
        if (auto const agreed = deflate_agreement(checked->extensions)) {
            demand(((what & 7) != 0 && (what & 7) < 5) || (what & 7) == 6, "an agreement that nobody offered");
            demand(agreed->server_max_window_bits >= 8 && agreed->server_max_window_bits <= 15 &&
                       agreed->client_max_window_bits >= 8 && agreed->client_max_window_bits <= 15,
                   "a window that is none");
        }
    }
    if (!size || head.find('\0') != std::string::npos) return;
    auto const same = [&](const std::string& changed) {
        auto const again = check_response(changed, request);
        return again && client_duty(again) == duty && again->defects.size() == checked->defects.size();
    };
    bool const plain =
        head.ends_with("\r\n\r\n") && head.find("\n ") == std::string::npos && head.find("\n\t") == std::string::npos;
    if (!plain) return;
    demand(same(head.substr(0, head.size() - 2) + "X-Unknown: a value\r\n\r\n"), "an unknown field matters");
    demand(same(with_lower_names(head)), "the case of field names matters");
}

}  // namespace wsspec::targets
