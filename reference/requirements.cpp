#include "reference/requirements.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace wsspec {

namespace detail {
std::span<const Requirement> rfc6455();
std::span<const Requirement> rfc7692();
std::span<const Requirement> related();
std::span<const Requirement> tls();
}  // namespace detail

std::span<const Requirement> requirements() {
    static std::vector<Requirement> const all = [] {
        std::vector<Requirement> rows;
        for (auto part : {detail::rfc6455(), detail::rfc7692(), detail::related(), detail::tls()})
            rows.insert(rows.end(), part.begin(), part.end());
        return rows;
    }();
    return all;
}

const Requirement* find_requirement(std::string_view id) {
    static std::unordered_map<std::string_view, const Requirement*> const index = [] {
        std::unordered_map<std::string_view, const Requirement*> map;
        for (auto const& row : requirements()) map.emplace(row.id, &row);
        return map;
    }();
    auto const found = index.find(id);
    return found == index.end() ? nullptr : found->second;
}

std::string_view level_name(Level level) {
    switch (level) {
        case Level::must:
            return "MUST";
        case Level::must_not:
            return "MUST NOT";
        case Level::should:
            return "SHOULD";
        case Level::should_not:
            return "SHOULD NOT";
        case Level::may:
            return "MAY";
    }
    return "";
}

std::string_view to_string(Bound bound) {
    switch (bound) {
        case Bound::client:
            return "client";
        case Bound::server:
            return "server";
        case Bound::both:
            return "both";
        case Bound::sender:
            return "sender";
        case Bound::receiver:
            return "receiver";
        case Bound::intermediary:
            return "intermediary";
    }
    return "";
}

}  // namespace wsspec
