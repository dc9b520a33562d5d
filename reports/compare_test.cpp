#include "reports/compare.h"

#include <gtest/gtest.h>

#include "reports/sample_runs_test.h"

namespace wsspec {
namespace {

RunResult run_of(std::vector<std::pair<std::string, Verdict>> cases) {
    RunResult run;
    for (auto& [id, verdict] : cases) run.cases.push_back(test::sample_case(id, "Send", verdict));
    return run;
}

std::string ids(const std::vector<Change>& changes) {
    std::string out;
    for (const auto& change : changes) out += change.id + " ";
    return out;
}

TEST(Compare, SortsWhatChanged) {
    auto const before = run_of({{"1", Verdict::pass},
                                {"2", Verdict::fail},
                                {"3", Verdict::fail},
                                {"4", Verdict::pass},
                                {"5", Verdict::skipped},
                                {"6", Verdict::skipped},
                                {"7", Verdict::pass},
                                {"8", Verdict::non_strict}});
    auto const after = run_of({{"1", Verdict::non_strict},
                               {"2", Verdict::flaky},
                               {"3", Verdict::fail},
                               {"4", Verdict::skipped},
                               {"5", Verdict::fail},
                               {"6", Verdict::non_strict},
                               {"8", Verdict::non_strict},
                               {"9", Verdict::fail},
                               {"10", Verdict::pass}});
    auto const comparison = compare(before, after, false);
    EXPECT_EQ(ids(comparison.worse), "1 5 9 ");
    EXPECT_EQ(ids(comparison.better), "2 ");
    EXPECT_EQ(ids(comparison.other), "6 10 ");
    EXPECT_EQ(ids(comparison.lost), "4 7 ");
    EXPECT_EQ(comparison.same, 2U);
    EXPECT_EQ(ids(compare(before, after, true).worse), "1 5 6 9 ");
}

TEST(Compare, AnotherBreachOfTheSameCaseIsTold) {
    auto before = run_of({{"1", Verdict::fail}, {"2", Verdict::pass}});
    auto after = before;
    after.cases[0].requirement = after.cases[1].requirement = "R0-1";
    EXPECT_EQ(ids(compare(before, after, false).other), "1 ");
}

TEST(Compare, SaysThatNothingChanged) {
    auto const run = test::sample_run();
    EXPECT_EQ(describe(compare(run, run, true)), "Nothing changed in 9 cases.\n");
}

}  // namespace
}  // namespace wsspec
