#include "cases/catalogue.h"

#include <string>
#include <unordered_map>

#include "cases/also_covered.h"
#include "cases/derived.h"
#include "cases/groups.h"

namespace wsspec {

std::span<const Group> catalogue() {
    static const auto groups = [] {
        // One after another: an initializer list would hold every group twice for a while.
        std::vector<Group> made;
        for (auto* const make :
             {single_frames, ping_pong, reserved_bits, opcodes, fragmentation, utf8_text, closing, opening_handshake,
              volume, automatic_fragments, masking, compressed_corpora, deflate_parameters, deflate_structure,
              state_and_closing, delivery_group, hostile_input, tls_group})
            made.push_back(make());
        add_also_covered(made);
        return made;
    }();
    return groups;
}

const Case* find_case(std::string_view id) {
    static const auto by_id = [] {
        std::unordered_map<std::string_view, const Case*> made;
        for (const auto& group : catalogue())
            for (const auto& one : group.cases) made.emplace(one.id, &one);
        return made;
    }();
    auto const found = by_id.find(id);
    return found == by_id.end() ? find_derived(id) : found->second;
}

std::string_view group_title(std::string_view id) {
    if (is_derived(id)) return "Flows with one thing changed";
    std::string_view const number = id.substr(0, id.find('.'));
    for (const auto& group : catalogue())
        if (group.number == number) return group.title;
    return {};
}

}  // namespace wsspec
