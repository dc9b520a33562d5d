#include "runner/client_faults.h"

#include <algorithm>
#include <iterator>

namespace wsspec {

std::span<const Fault> client_faults() {
    static const std::vector<Fault> all = [] {
        std::vector<Fault> joined;
        for (auto part : {detail::client_handshake_faults, detail::client_answer_faults, detail::client_frame_faults,
                          detail::client_state_faults, detail::client_delivery_faults, detail::client_tls_faults,
                          detail::client_url_faults, detail::mirrored_faults})
            std::ranges::move(part(), std::back_inserter(joined));
        return joined;
    }();
    return all;
}

}  // namespace wsspec
