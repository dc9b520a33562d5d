#include "reports/publishable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wsspec {
namespace {

std::vector<std::string> told(std::vector<CaseResult> cases) {
    RunResult run;
    run.selected = cases.size();
    run.cases = std::move(cases);
    run = publishable(std::move(run));
    EXPECT_EQ(run.selected, run.cases.size());
    std::vector<std::string> ids;
    for (const auto& result : run.cases) ids.push_back(result.id);
    return ids;
}

TEST(Publishable, LeavesOutWhatCouldHelpAnAttacker) {
    EXPECT_THAT(told({
                    {.id = "1.1.1", .group = "1", .verdict = Verdict::fail, .requirement = "R6455-5.1-7"},
                    {.id = "1.1.2", .group = "1", .verdict = Verdict::fail, .requirement = "R6455-10.1-1"},
                    {.id = "11.4.5", .group = "11", .verdict = Verdict::fail, .requirement = "R6455-5.3-2"},
                    {.id = "8.8.42", .group = "8", .verdict = Verdict::fail, .requirement = "R9112-6.3-1"},
                    {.id = "15.6.1", .group = "15", .verdict = Verdict::fail, .requirement = "R6455-7.2.2-2"},
                    {.id = "17.1.1", .group = "17", .verdict = Verdict::pass},
                }),
                testing::ElementsAre("1.1.1"));
}

TEST(Publishable, KeepsWhatNoCatalogueHas) {
    EXPECT_THAT(told({{.id = "99.1", .group = "99"}}), testing::ElementsAre("99.1"));
}

}  // namespace
}  // namespace wsspec
