#include "reports/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_runs_test.h"
#include "reports/standing.h"

namespace wsspec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view today = "2026-11-22";

std::string file(std::string_view entries) {
    return R"({"format": "wsspec-baseline/1", "cases": {)" + std::string(entries) + "}}";
}

std::string error_of(std::string_view text) {
    auto const baseline = baseline_from_json(text);
    return baseline ? "no error" : baseline.error();
}

TEST(Baseline, IsReadAndComesBack) {
    auto const baseline = baseline_from_json(file(
        R"("6.10.1": {"verdict": "fail", "reason": "é"},
           "6.4.3": {"verdict": "non-strict", "reason": "slow", "link": "https://example.org/", "expires": "2027-01-31"})"));
    ASSERT_TRUE(baseline) << baseline.error();
    EXPECT_EQ(baseline->cases.at("6.4.3"), (KnownVerdict{.verdict = Verdict::non_strict,
                                                         .reason = "slow",
                                                         .link = "https://example.org/",
                                                         .expires = "2027-01-31"}));
    EXPECT_EQ(baseline->cases.begin()->first, "6.4.3") << "in the order of ids";
    auto const again = baseline_from_json(to_json(*baseline));
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->cases, baseline->cases);
    EXPECT_THAT(to_json(*baseline), HasSubstr("é"));
}

TEST(Baseline, ErrorsNameThePlace) {
    EXPECT_THAT(error_of("{"), HasSubstr("not JSON"));
    EXPECT_EQ(error_of("[]"), "the file: not an object");
    EXPECT_EQ(error_of(R"({"format": "x", "cases": {}})"), "format: \"x\" is not \"wsspec-baseline/1\"");
    EXPECT_EQ(error_of(R"({"format": "wsspec-baseline/1"})"), "the file: \"cases\" is missing");
    EXPECT_EQ(error_of(R"({"format": "wsspec-baseline/1", "cases": {}, "case": {}})"), "case: no such member");
    EXPECT_EQ(error_of(file(R"("6.4.3": "fail")")), "cases.6.4.3: not an object");
    EXPECT_EQ(error_of(file(R"("6.4.3": {"reason": "x"})")), "cases.6.4.3: \"verdict\" is missing");
    EXPECT_EQ(error_of(file(R"("6.4.3": {"verdict": "failed"})")), "cases.6.4.3.verdict: no such verdict: \"failed\"");
    EXPECT_THAT(error_of(file(R"("6.4.3": {"verdict": "error"})")), HasSubstr("cases.6.4.3.verdict: \"error\" says"));
    EXPECT_EQ(error_of(file(R"("6.4.3": {"verdict": "fail", "reson": "x"})")), "cases.6.4.3.reson: no such member");
    EXPECT_EQ(error_of(file(R"("6.4.3": {"verdict": "fail", "reason": 3})")), "cases.6.4.3.reason: not a string");
    EXPECT_EQ(error_of(file(R"("6.4.3": {"verdict": "fail", "reason": "x", "link": "javascript:x"})")),
              "cases.6.4.3.link: neither https:// nor http://");
    for (const char* date : {"tomorrow", "2027-02-30", "2027-1-1", "2027-01-011"})
        EXPECT_EQ(error_of(file(R"("6.4.3": {"verdict": "fail", "expires": ")" + std::string(date) + R"("})")),
                  "cases.6.4.3.expires: no date as 2027-01-31");
}

TEST(Baseline, WithoutAReasonOrPastItsDateItExpectsNothing) {
    Baseline const baseline{.cases = {{"1", {.verdict = Verdict::fail, .reason = "x"}},
                                      {"2", {.verdict = Verdict::fail, .reason = " \n"}},
                                      {"3", {.verdict = Verdict::fail, .reason = std::string(reason_placeholder)}},
                                      {"4", {.verdict = Verdict::fail, .reason = "x", .expires = "2026-11-21"}},
                                      {"5", {.verdict = Verdict::fail, .reason = "x", .expires = "2026-11-22"}}}};
    EXPECT_TRUE(expectation(baseline, "1", today));
    EXPECT_FALSE(expectation(baseline, "2", today));
    EXPECT_FALSE(expectation(baseline, "3", today));
    EXPECT_FALSE(expectation(baseline, "4", today));
    EXPECT_TRUE(expectation(baseline, "5", today)) << "the last day counts";
    EXPECT_FALSE(expectation(baseline, "6", today));
}

TEST(Baseline, UnknownIds) {
    RunResult const run = test::sample_run();
    Baseline const baseline{.cases = {{"1.1.1", {}}, {"98.1", {}}, {"97.1", {}}}};
    EXPECT_THAT(unknown_ids(baseline, {&run, 1}), ElementsAre("97.1"));
    EXPECT_THAT(unknown_ids(baseline, {}), ElementsAre("97.1", "98.1"));
}

TEST(Baseline, EachKindOfTroubleIsToldByItself) {
    Baseline const baseline{.cases = {{"98.1", {.verdict = Verdict::fail, .reason = "was broken"}},
                                      {"98.3", {.verdict = Verdict::non_strict, .reason = "lenient"}},
                                      {"98.10", {.verdict = Verdict::fail, .reason = ""}},
                                      {"98.11", {.verdict = Verdict::fail, .reason = "old", .expires = "2020-01-01"}},
                                      {"99.3", {.verdict = Verdict::flaky, .reason = "races"}}}};
    RunResult run = test::sample_run();
    for (auto& result : run.cases) result.known = expectation(baseline, result.id, today);
    EXPECT_EQ(describe_baseline(baseline, run, today),
              "Baseline\n"
              "  regression      98.3  fail, the baseline expects non-strict: lenient\n"
              "  improvement     98.1  pass, the baseline expects fail: was broken\n"
              "  missing reason  98.10  fail is not accepted before it has one\n"
              "  expired         98.11  fail counted up to 2020-01-01: old\n");
    EXPECT_EQ(standing_so(run, Standing::worse, false).size(), 3U) << "98.3, and the two that excuse nothing";
    EXPECT_EQ(describe_baseline({}, run, today).find("missing"), std::string::npos);
}

TEST(Baseline, UpdatingKeepsReasonsAndDropsWhatIsWell) {
    Baseline const old{.cases = {{"98.1", {.verdict = Verdict::fail, .reason = "passes now"}},
                                 {"98.2", {.verdict = Verdict::fail, .reason = "less bad now", .link = "https://a/"}},
                                 {"99.1", {.verdict = Verdict::fail, .reason = "skipped now"}},
                                 {"99.3", {.verdict = Verdict::flaky, .reason = "races"}},
                                 {"1.1.1", {.verdict = Verdict::fail, .reason = "not selected"}}}};
    auto const fresh = updated(old, test::sample_run(), false);
    EXPECT_FALSE(fresh.cases.contains("98.1"));
    EXPECT_EQ(fresh.cases.at("98.2"),
              (KnownVerdict{.verdict = Verdict::non_strict, .reason = "less bad now", .link = "https://a/"}));
    EXPECT_EQ(fresh.cases.at("99.1"), old.cases.at("99.1"));
    EXPECT_EQ(fresh.cases.at("99.3"), old.cases.at("99.3"));
    EXPECT_EQ(fresh.cases.at("1.1.1"), old.cases.at("1.1.1"));
    EXPECT_EQ(fresh.cases.at("98.3").verdict, Verdict::fail);
    EXPECT_TRUE(lacks_reason(fresh.cases.at("98.3")));
    EXPECT_FALSE(fresh.cases.contains("98.12")) << "non-strict is as required";
    EXPECT_TRUE(updated(old, test::sample_run(), true).cases.contains("98.12"));
}

}  // namespace
}  // namespace wsspec
