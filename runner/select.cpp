#include "runner/select.h"

#include <algorithm>
#include <charconv>

#include "cases/catalogue.h"
#include "cases/derived.h"
#include "reference/octets.h"
#include "reference/requirements.h"

namespace wsspec {

namespace {

bool plain_glob(std::string_view glob, std::string_view text) {
    // Backtracks to the last star only: linear in practice, quadratic at worst.
    std::size_t g = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
            ++g;
            ++t;
        } else if (g < glob.size() && glob[g] == '*') {
            star = g++;
            star_text = t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

bool cites(const Case& one, std::string_view section) {
    std::string_view rfc = "6455";
    if (auto const colon = section.find(':'); colon != std::string_view::npos) {
        rfc = section.substr(0, colon);
        section.remove_prefix(colon + 1);
        if (rfc.starts_with("RFC") || rfc.starts_with("rfc")) rfc.remove_prefix(3);
    }
    return std::ranges::any_of(one.covers, [&](const std::string& id) {
        const Requirement* requirement = find_requirement(id);
        return requirement != nullptr && requirement->rfc == rfc &&
               (requirement->section == section ||
                (requirement->section.starts_with(section) && requirement->section[section.size()] == '.'));
    });
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view text) {
    return plain_glob(glob, text) || (text.starts_with(glob) && text.size() > glob.size() &&
                                      (text[glob.size()] == '.' || text[glob.size()] == '/'));
}

std::expected<std::vector<const Case*>, std::string> select_cases(const Selection& selection) {
    std::vector<const Case*> all;
    std::vector<const Case*> for_the_other_part;
    auto const add = [&](const Case& one) {
        bool const fits =
            selection.target == Target::any || one.target == Target::any || one.target == selection.target;
        (fits ? all : for_the_other_part).push_back(&one);
    };
    auto const has_slash = [](const std::string& glob) { return is_derived(glob); };
    bool const by_name =
        std::ranges::any_of(selection.cases, has_slash) || std::ranges::any_of(selection.excluded, has_slash);
    if (!selection.derived)
        for (const auto& group : catalogue()) std::ranges::for_each(group.cases, add);
    if (selection.derived || by_name) std::ranges::for_each(derived_cases(), add);
    // "6.*" means what it says on the list of hand-written cases.
    auto const glob_takes = [&](const std::string& glob, const Case* one) {
        return (selection.derived || is_derived(glob) || !is_derived(one->id)) && glob_matches(glob, one->id);
    };

    auto const matches_nothing = [&](std::string_view what, const std::string& pattern) {
        if (what != "--section" &&
            std::ranges::any_of(for_the_other_part, [&](const Case* one) { return glob_takes(pattern, one); }))
            return std::unexpected(
                "no case matches " + std::string(what) + " \"" + printable(pattern, 100) + "\" but such as are for " +
                (selection.target == Target::server ? "clients only (`wsspec serve`)" : "servers only (`wsspec run`)"));
        return std::unexpected("no case matches " + std::string(what) + " \"" + printable(pattern, 100) +
                               "\"; `wsspec list` shows them all");
    };
    for (const auto* globs : {&selection.cases, &selection.excluded})
        for (const auto& glob : *globs)
            if (std::ranges::none_of(all, [&](const Case* one) { return glob_takes(glob, one); }))
                return matches_nothing(globs == &selection.cases ? "--case" : "--exclude", glob);
    for (const auto& section : selection.sections)
        if (std::ranges::none_of(all, [&](const Case* one) { return cites(*one, section); }))
            return matches_nothing("--section", section);

    std::vector<const Case*> out;
    for (const Case* one : all) {
        auto const any_glob = [&](const std::vector<std::string>& globs) {
            return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_takes(glob, one); });
        };
        if (!selection.derived && is_derived(one->id) && !any_glob(selection.cases)) continue;
        if (!selection.cases.empty() && !any_glob(selection.cases)) continue;
        if (any_glob(selection.excluded)) continue;
        if (!selection.sections.empty() &&
            std::ranges::none_of(selection.sections, [&](const std::string& section) { return cites(*one, section); }))
            continue;
        out.push_back(one);
    }
    if (out.empty()) return std::unexpected("--case, --exclude and --section together leave no case to run");
    return out;
}

std::optional<Shard> parse_shard(std::string_view text) {
    auto const number = [](std::string_view digits) -> std::uint64_t {
        std::uint32_t out = 0;
        auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        return error == std::errc() && end == digits.data() + digits.size() ? out : 0;
    };
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    Shard const shard{.index = number(text.substr(0, slash)), .of = number(text.substr(slash + 1))};
    if (shard.index == 0 || shard.index > shard.of) return std::nullopt;
    return shard;
}

std::vector<const Case*> part_of(const std::vector<const Case*>& cases, Shard shard) {
    std::vector<const Case*> out;
    for (std::size_t i = shard.index - 1; i < cases.size(); i += shard.of) out.push_back(cases[i]);
    return out;
}

}  // namespace wsspec
