#include "runner/faults.h"

#include <algorithm>
#include <iterator>

#include "reference/net/echo_server.h"

namespace wsspec {

std::span<const Fault> faults() {
    static const std::vector<Fault> all = [] {
        std::vector<Fault> joined;
        for (auto part : {detail::handshake_faults, detail::request_faults, detail::frame_faults, detail::text_faults,
                          detail::closing_faults, detail::state_faults, detail::volume_faults, detail::deflate_faults,
                          detail::delivery_faults, detail::pause_faults, detail::later_faults, detail::shape_faults,
                          detail::content_faults, detail::limit_faults, detail::tls_faults})
            std::ranges::move(part(), std::back_inserter(joined));
        return joined;
    }();
    return all;
}

void bend(net::EchoServerSettings& settings, const TlsBend& tls) {
    settings.oldest_tls = tls.oldest;
    settings.newest_tls = tls.newest;
    settings.also_in_clear = tls.also_in_clear;
}

const Fault* find_fault(std::string_view name) {
    auto const all = faults();
    auto const found = std::ranges::find(all, name, &Fault::name);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace wsspec
