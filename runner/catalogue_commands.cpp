// `wsspec list`, `explain` and `coverage`: the catalogue, without a target.
#include <algorithm>
#include <cstdio>

#include "cases/catalogue.h"
#include "reference/octets.h"
#include "reference/requirements.h"
#include "reports/catalogue_page.h"
#include "reports/coverage.h"
#include "reports/explain.h"
#include "runner/commands.h"
#include "runner/faults.h"

namespace wsspec {

int list_command(const ListOptions& options) {
    if (options.faults) {
        for (const auto& fault : faults())
            std::printf("%-40.*s %.*s\n%-40s breaks %.*s\n", static_cast<int>(fault.name.size()), fault.name.data(),
                        static_cast<int>(fault.what.size()), fault.what.data(), "",
                        static_cast<int>(fault.requirement.size()), fault.requirement.data());
        return exit_as_required;
    }
    if (options.json) {
        std::puts(catalogue_json().c_str());
        return exit_as_required;
    }
    if (options.markdown) {
        std::fputs(catalogue_page(catalogue()).c_str(), stdout);
        return exit_as_required;
    }
    if (options.groups) {
        for (const auto& group : catalogue()) std::printf("%s\t%s\n", group.number.c_str(), group.title.c_str());
        return exit_as_required;
    }
    Selection selection = options.selection;
    selection.target = Target::any;
    auto const cases = select_cases(selection);
    if (!cases) return usage_error(cases.error());
    std::string group;
    for (const Case* one : *cases) {
        if (group_of(one->id) != group) {
            group = group_of(one->id);
            std::printf("%s%s  %.*s\n", one == cases->front() ? "" : "\n", group.c_str(),
                        static_cast<int>(group_title(one->id).size()), group_title(one->id).data());
        }
        std::puts(list_line(*one).c_str());
    }
    return exit_as_required;
}

int explain_command(const std::vector<std::string>& globs) {
    auto const cases = select_cases({.cases = globs, .target = Target::any});
    if (!cases) return usage_error(cases.error());
    for (const Case* one : *cases)
        std::fputs((explain(*one, one->target == Target::client ? Role::server : Role::client) + "\n").c_str(), stdout);
    return exit_as_required;
}

int coverage_command(bool json, bool check) {
    if (check) {
        auto const gaps = coverage_gaps();
        for (const auto& id : gaps)
            std::printf("%s has neither a case nor a reason why not: %s\n", id.c_str(),
                        std::string(find_requirement(id)->statement).c_str());
        return gaps.empty() ? exit_as_required : exit_worse;
    }
    std::fputs((json ? coverage_json() + "\n" : coverage_text()).c_str(), stdout);
    return exit_as_required;
}

}  // namespace wsspec
