#include "reports/catalogue_page.h"

#include <fmt/format.h>

#include "reports/markdown_text.h"

namespace wsspec {

namespace {

std::string_view against(Target target) {
    switch (target) {
        case Target::server:
            return "servers";
        case Target::client:
            return "clients";
        case Target::any:
            break;
    }
    return "both";
}

}  // namespace

std::string catalogue_page(std::span<const Group> groups) {
    std::size_t count = 0;
    for (const auto& group : groups) count += group.cases.size();
    std::string out = fmt::format(
        "# The catalogue\n\n{} cases, as `wsspec list --markdown` prints them, each with the requirement that a "
        "failure "
        "is filed under, unless another is broken. `wsspec explain ID` says what a case sends, octet by octet, what "
        "is allowed in answer, and which other requirements it is about.\n",
        count);
    for (const auto& group : groups) {
        out += fmt::format("\n## {} {}\n\n| case | what it does | for | about |\n|---|---|---|---|\n", group.number,
                           group.title);
        for (const auto& one : group.cases)
            out += fmt::format("| {} | {} | {} | {} |\n", one.id, markdown_plain(one.title), against(one.target),
                               one.covers.front());
    }
    return out;
}

}  // namespace wsspec
