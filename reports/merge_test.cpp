#include "reports/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_runs_test.h"

namespace wsspec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Every `of`-th of nine cases.
RunResult shard(std::uint64_t index, std::uint64_t of, std::string url = "ws://a/") {
    RunResult run;
    run.url = url;
    run.options = {{"url", url}, {"jobs", std::to_string(index)}};
    run.shard = Shard{.index = index, .of = of};
    run.selected = 9;
    run.complete = true;
    run.seed = 100 + index;
    run.rerun = "wsspec run " + url + " --seed " + std::to_string(run.seed) + " --case {case}";
    run.started = "2026-11-22T10:00:0" + std::to_string(9 - index) + "Z";
    run.duration_ms = 10;
    for (std::uint64_t i = index; i <= 9; i += of)
        run.cases.push_back(test::sample_case("98." + std::to_string(i), "Send", Verdict::pass));
    return run;
}

TEST(Merge, ShardsBecomeTheWholeRun) {
    auto const runs = merged({shard(2, 3), shard(3, 3), shard(1, 3)});
    ASSERT_TRUE(runs) << runs.error();
    ASSERT_EQ(runs->size(), 1U);
    const RunResult& run = runs->front();
    EXPECT_TRUE(run.complete);
    EXPECT_TRUE(run.incomplete_because.empty());
    EXPECT_FALSE(run.shard);
    ASSERT_EQ(run.cases.size(), 9U);
    for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(run.cases[i].id, "98." + std::to_string(i + 1));
    EXPECT_EQ(run.duration_ms, 30);
    EXPECT_EQ(run.started, "2026-11-22T10:00:06Z");
    EXPECT_EQ(run.rerun, "wsspec run ws://a/ --case {case}") << "each shard had a seed of its own";
}

TEST(Merge, AMissingShardMakesItIncomplete) {
    auto const runs = merged({shard(1, 3), shard(3, 3)});
    ASSERT_TRUE(runs) << runs.error();
    EXPECT_FALSE(runs->front().complete);
    EXPECT_THAT(runs->front().incomplete_because, ElementsAre("shard 2 of 3 is missing"));
    auto const one = merged({shard(2, 3)});
    ASSERT_TRUE(one);
    EXPECT_THAT(one->front().incomplete_because, ElementsAre("shard 1 of 3 is missing", "shard 3 of 3 is missing"));
}

TEST(Merge, AFileMayClaimAnyNumberOfShards) {
    auto const runs = merged({shard(1, UINT64_MAX)});
    ASSERT_TRUE(runs);
    EXPECT_EQ(runs->front().incomplete_because.size(), 11U);
    EXPECT_THAT(runs->front().incomplete_because.back(), HasSubstr("18446744073709551604 more"));
}

TEST(Merge, AnIncompleteShardMakesItIncomplete) {
    auto broken = shard(2, 2);
    broken.complete = false;
    auto const runs = merged({shard(1, 2), broken});
    ASSERT_TRUE(runs);
    EXPECT_FALSE(runs->front().complete);
    EXPECT_THAT(runs->front().incomplete_because, ElementsAre("shard 2 of 2 is incomplete"));
}

TEST(Merge, ACaseInNoShardMakesItIncomplete) {
    auto thin = shard(2, 2);
    thin.cases.pop_back();
    auto const runs = merged({shard(1, 2), thin});
    ASSERT_TRUE(runs);
    EXPECT_THAT(runs->front().incomplete_because, ElementsAre("1 selected case is in no shard"));
}

TEST(Merge, AnotherVersionMakesItIncomplete) {
    auto other = shard(2, 2);
    other.tool.version = "9";
    auto const runs = merged({shard(1, 2), other});
    ASSERT_TRUE(runs);
    EXPECT_THAT(runs->front().incomplete_because, ElementsAre("shard 2 of 2 is of another version of the program"));
}

TEST(Merge, ContradictionsAreErrors) {
    EXPECT_EQ(merged({shard(1, 2), shard(1, 2)}).error(), "shard 1 of 2 of ws://a/ is there twice");
    auto twice = shard(2, 2);
    twice.cases.push_back(shard(1, 2).cases.front());
    EXPECT_EQ(merged({shard(1, 2), twice}).error(), "case 98.1 is in shard 2 of 2 and in another one");
}

TEST(Merge, TargetsStandSideBySide) {
    auto other_options = shard(2, 2);
    other_options.options["delivery"] = "per-octet";
    auto const runs = merged({shard(1, 2), shard(1, 2, "ws://b/"), shard(2, 2, "ws://b/"), test::sample_run(),
                              test::sample_run(), other_options});
    ASSERT_TRUE(runs) << runs.error();
    ASSERT_EQ(runs->size(), 5U) << "whole runs are never put together, nor runs with other options";
    EXPECT_FALSE(runs->at(0).complete);
    EXPECT_TRUE(runs->at(1).complete);
    EXPECT_EQ(runs->at(1).url, "ws://b/");
    EXPECT_FALSE(runs->at(4).complete);
}

TEST(Merge, ASpawnedTargetHasAnotherPortEachTime) {
    auto one = shard(1, 2);
    auto two = shard(2, 2);
    for (RunResult* run : {&one, &two}) {
        run->options.erase("url");
        run->options["spawn"] = "server {port}";
    }
    two.url = "ws://127.0.0.1:4711/";
    auto const runs = merged({one, two});
    ASSERT_TRUE(runs);
    ASSERT_EQ(runs->size(), 1U);
    EXPECT_TRUE(runs->front().complete);
    EXPECT_EQ(target_of(runs->front()), "server {port}");
}

}  // namespace
}  // namespace wsspec
