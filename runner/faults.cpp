#include "runner/faults.h"

#include <algorithm>
#include <iterator>

namespace wsspec {

std::span<const Fault> faults() {
    static const std::vector<Fault> all = [] {
        std::vector<Fault> joined;
        for (auto part : {detail::handshake_faults, detail::frame_faults, detail::text_faults, detail::closing_faults,
                          detail::state_faults, detail::volume_faults, detail::deflate_faults})
            std::ranges::move(part(), std::back_inserter(joined));
        return joined;
    }();
    return all;
}

const Fault* find_fault(std::string_view name) {
    auto const all = faults();
    auto const found = std::ranges::find(all, name, &Fault::name);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace wsspec
