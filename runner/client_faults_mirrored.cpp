// Faults that both sides can have: what bends the reference server on an open connection bends the reference client in
// the same way, as roles differ in little more than the mask bit (RFC 6455 sections 5 to 8, RFC 7692 section 7).
#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "cases/catalogue.h"
#include "reference/requirements.h"
#include "runner/client_faults.h"
#include "runner/frame_filter.h"
#include "runner/select.h"

namespace wsspec::detail {

namespace {

/// Of the cases that catch the server, so many that clients play are enough.
constexpr std::size_t most_cases = 6;

net::FilterFactory in_front_of_client(net::FilterFactory make) {
    return [make = std::move(make)] {
        auto filter = make();
        if (auto* const frames = dynamic_cast<FrameFilter*>(filter.get())) frames->play(Role::client);
        return filter;
    };
}

bool covers(const Case& one, std::string_view requirement) {
    return std::ranges::find(one.covers, requirement) != one.covers.end();
}

/// Volume apart, which takes its time; unless nothing else is about the requirement.
std::vector<std::string_view> cases_for_clients(const Fault& fault) {
    std::vector<std::string_view> ids;
    const Case* with_volume = nullptr;
    bool covered = false;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) {
            bool const named =
                std::ranges::any_of(fault.caught_by, [&](auto glob) { return glob_matches(glob, one.id); });
            if (!named || one.target == Target::server) continue;
            if (has_volume(one)) {
                if (with_volume == nullptr && covers(one, fault.requirement)) with_volume = &one;
            } else if (ids.size() < most_cases) {
                ids.emplace_back(one.id);
                covered = covered || covers(one, fault.requirement);
            }
        }
    if (!covered && with_volume != nullptr) ids.emplace_back(with_volume->id);
    return ids;
}

bool binds_clients(const Requirement* statement) {
    return statement != nullptr && statement->bound != Bound::server && statement->bound != Bound::intermediary &&
           includes(statement->observable, Observable::at_client);
}

}  // namespace

std::vector<Fault> mirrored_faults() {
    std::vector<Fault> out;
    for (auto part : {frame_faults, text_faults, closing_faults, deflate_faults, pause_faults, later_faults,
                      shape_faults, content_faults})
        for (Fault& fault : part()) {
            auto cases = cases_for_clients(fault);
            bool const on_frames = dynamic_cast<FrameFilter*>(fault.make().get()) != nullptr;
            if (!on_frames || cases.empty() || !binds_clients(find_requirement(fault.requirement))) continue;
            fault.caught_by = std::move(cases);
            fault.make = in_front_of_client(std::move(fault.make));
            out.push_back(std::move(fault));
        }
    return out;
}

}  // namespace wsspec::detail
