// Contract: any request-target is a call of Autobahn's protocol or is not, with words that can go to a terminal. A call
// about a case names one, by number from 1 on or by id; the agent's name is bounded.
//
// Input: a request-target.
#include <algorithm>

#include "fuzz/targets.h"
#include "runner/serve_url.h"

namespace wsspec::targets {

void serve_url(OctetView input) {
    auto const call = parse_serve_call(as_text(input));
    if (!call) {
        demand(!call.error().empty(), "an error without words");
        demand(std::ranges::none_of(call.error(), [](char c) { return c >= 0 && c < 0x20; }), "an error with controls");
        return;
    }
    using What = ServeCall::What;
    bool const about_a_case =
        call->what == What::run_case || call->what == What::case_info || call->what == What::case_status;
    demand(!about_a_case || (call->number && *call->number > 0) || !call->id.empty(), "a call about no case");
    demand(!about_a_case || call->what == What::case_info || !call->agent.empty(), "a verdict about nobody");
    demand(call->agent.size() <= 4096, "a name without an end");
}

}  // namespace wsspec::targets
