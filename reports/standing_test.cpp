#include "reports/standing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/badge.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/sample_runs_test.h"
#include "reports/terminal.h"

namespace wsspec {
namespace {

CaseResult result(Verdict verdict, std::optional<Verdict> known = std::nullopt) {
    CaseResult out = test::sample_case("98.1", "Send nothing", verdict);
    if (known) out.known = KnownVerdict{.verdict = *known, .reason = "known"};
    return out;
}

TEST(Standing, WithoutABaselineFailAndFlakyAreWorse) {
    for (Verdict const verdict : all_verdicts) {
        bool const bad = verdict == Verdict::fail || verdict == Verdict::flaky;
        EXPECT_EQ(standing(result(verdict), false), bad ? Standing::worse : Standing::as_required)
            << to_string(verdict);
        bool const lenient = verdict == Verdict::non_strict;
        EXPECT_EQ(standing(result(verdict), true), bad || lenient ? Standing::worse : Standing::as_required)
            << to_string(verdict);
    }
}

TEST(Standing, ABaselineSaysWhatIsRequired) {
    struct Row {
        Verdict known;
        Verdict seen;
        Standing stands;
    };
    for (const Row& row :
         {Row{Verdict::fail, Verdict::fail, Standing::as_required},
          Row{Verdict::fail, Verdict::non_strict, Standing::better},
          Row{Verdict::fail, Verdict::flaky, Standing::better}, Row{Verdict::fail, Verdict::pass, Standing::better},
          Row{Verdict::non_strict, Verdict::non_strict, Standing::as_required},
          Row{Verdict::non_strict, Verdict::fail, Standing::worse},
          Row{Verdict::non_strict, Verdict::flaky, Standing::worse},
          Row{Verdict::pass, Verdict::non_strict, Standing::worse},
          Row{Verdict::pass, Verdict::informational, Standing::as_required},
          // Not judged: neither a breach nor an improvement.
          Row{Verdict::fail, Verdict::skipped, Standing::as_required},
          Row{Verdict::pass, Verdict::error, Standing::as_required},
          // Flaky may be anything.
          Row{Verdict::flaky, Verdict::fail, Standing::as_required},
          Row{Verdict::flaky, Verdict::pass, Standing::as_required},
          Row{Verdict::skipped, Verdict::fail, Standing::worse}})
        for (bool const strict : {false, true})
            EXPECT_EQ(standing(result(row.seen, row.known), strict), row.stands)
                << to_string(row.known) << " -> " << to_string(row.seen);
}

TEST(Standing, BetterFailsOnlyWithStrict) {
    RunResult run;
    run.cases = {result(Verdict::pass, Verdict::fail)};
    EXPECT_FALSE(fails(run, false));
    EXPECT_TRUE(fails(run, true));
    run.cases = {result(Verdict::fail)};
    EXPECT_TRUE(fails(run, false));
}

TEST(Standing, ForeignDataIsBadWhateverTheCasesSay) {
    RunResult run = test::sample_run();
    run.cases = {result(Verdict::pass)};
    run.complete = true;
    EXPECT_FALSE(fails(run, false));
    run.profile.reachable = run.profile.upgrades = run.profile.echoes = true;
    run.profile.foreign_data = "sends to one connection what another has sent: <text>";
    EXPECT_TRUE(fails(run, false));
    auto const back = from_json(to_json(run));
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(back->profile.foreign_data, run.profile.foreign_data);
    EXPECT_TRUE(fails(*back, false));
    using testing::HasSubstr;
    EXPECT_THAT(to_junit({&run, 1}, false), HasSubstr("failures=\"1\""));
    EXPECT_THAT(to_junit({&run, 1}, false), HasSubstr("what another has sent: &lt;text&gt;"));
    EXPECT_THAT(to_markdown({&run, 1}, false), HasSubstr("Foreign data"));
    EXPECT_THAT(to_html({&run, 1}), HasSubstr("what another has sent"));
    EXPECT_THAT(describe_probe(run.profile, run.url), HasSubstr("Foreign data"));
    EXPECT_THAT(summary(run), HasSubstr("FOREIGN DATA"));
    EXPECT_EQ(badge_of({&run, 1}, false).message, "foreign data");
}

TEST(Standing, AKnownBreachIsNeitherWellNorNews) {
    EXPECT_TRUE(is_known(result(Verdict::fail, Verdict::fail), true));
    EXPECT_TRUE(is_known(result(Verdict::non_strict, Verdict::non_strict), false));
    EXPECT_TRUE(is_known(result(Verdict::flaky, Verdict::fail), false));
    EXPECT_FALSE(is_known(result(Verdict::non_strict, Verdict::fail), false));
    EXPECT_FALSE(is_known(result(Verdict::pass, Verdict::flaky), false));
    EXPECT_FALSE(is_known(result(Verdict::fail, Verdict::non_strict), false));
    EXPECT_FALSE(is_known(result(Verdict::skipped, Verdict::fail), false));
    EXPECT_FALSE(is_known(result(Verdict::fail), false));
}

TEST(Standing, FailuresAlikeStandTogether) {
    RunResult const run = test::sample_run();
    auto const alike = worse_alike(run, false);
    ASSERT_EQ(alike.size(), 2U);
    ASSERT_EQ(alike[0].size(), 2U);
    EXPECT_EQ(alike[0][0]->id, "98.3");
    EXPECT_EQ(alike[0][1]->id, "98.10");
    EXPECT_EQ(alike[1][0]->id, "99.3");
}

}  // namespace
}  // namespace wsspec
