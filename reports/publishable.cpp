#include "reports/publishable.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cases/catalogue.h"

namespace wsspec {

namespace {

constexpr std::string_view limits_group = "17";
constexpr std::array<std::string_view, 7> secret = {
    "R6455-10.1-1",                                                                // What a dead target is filed under.
    "R6455-10.4-1",                                                                // No limit.
    "R6455-5.3-2",  "R6455-5.3-3", "R6455-5.3-4", "R6455-10.3-1", "R6455-10.3-3",  // Keys that can be foreseen.
};

/// Who takes a request with two lengths for another than his proxy does can be sent requests of somebody else's.
constexpr std::string_view smuggling = "R9112-6.";

bool may_be_told(const CaseResult& result) {
    const Case* const one = find_case(result.id);
    return result.group != limits_group && !result.requirement.starts_with(smuggling) &&
           std::ranges::find(secret, result.requirement) == secret.end() && (one == nullptr || !one->alive_afterwards);
}

}  // namespace

RunResult publishable(RunResult run) {
    run.selected -= std::erase_if(run.cases, [](const CaseResult& result) { return !may_be_told(result); });
    return run;
}

}  // namespace wsspec
