// What the golden files do not show: schemas, limits, and how the writers treat whole runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/badge.h"
#include "reports/date.h"
#include "reports/github.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/sample_runs_test.h"
#include "reports/tap.h"
#include "reports/xml_check_test.h"

namespace wsspec {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(JUnit, FitsTheSchema) {
    for (bool const strict : {false, true}) {
        auto const checked = test::checked_by_xsd(to_junit(test::sample_runs(), strict), "reports/junit_test.xsd");
        EXPECT_TRUE(checked.valid) << checked.output;
    }
    auto const nothing = test::checked_by_xsd(to_junit({}, false), "reports/junit_test.xsd");
    EXPECT_TRUE(nothing.valid) << nothing.output;
}

TEST(JUnit, TheSchemaRefusesWhatReadersDoNotKnow) {
    for (const char* bad : {"<testsuites/>",
                            "<testsuites name=\"x\" tests=\"0\" failures=\"0\" errors=\"0\" "
                            "skipped=\"0\" time=\"0\"><case/></testsuites>"}) {
        auto const checked = test::checked_by_xsd(bad, "reports/junit_test.xsd");
        EXPECT_FALSE(checked.valid);
        EXPECT_THAT(checked.output, HasSubstr("fails to validate"));
    }
}

TEST(Markdown, IsCutAtItsLimitBetweenTwoCases) {
    RunResult run = test::sample_run();
    for (int i = 0; i < 5000; ++i)
        run.cases.push_back(test::sample_case("97." + std::to_string(i), "Send", Verdict::fail, std::to_string(i)));
    for (std::size_t const limit : {std::size_t{3000}, std::size_t{100'000}}) {
        std::string const text = to_markdown({&run, 1}, false, limit);
        EXPECT_LE(text.size(), limit);
        EXPECT_GT(text.size(), limit - 1000);
        EXPECT_THAT(text, EndsWith("\n\n**Cut here: more does not fit. The JSON result has all.**\n"));
    }
    EXPECT_THAT(to_markdown({&run, 1}, false, 10), Not(HasSubstr("#")));
    EXPECT_THAT(to_markdown({&run, 1}, false), Not(HasSubstr("Cut here")));
}

TEST(Markdown, FitsAJobSummaryWhateverTheRun) {
    std::vector<RunResult> runs(20, test::sample_run());
    for (auto& run : runs)
        for (int i = 0; i < 1000; ++i)
            run.cases.push_back(test::sample_case("97." + std::to_string(i), std::string(300, 'x'), Verdict::fail,
                                                  std::to_string(i) + std::string(1000, '<')));
    EXPECT_LE(to_markdown(runs, false).size(), std::size_t{1} << 20);
}

TEST(GitHub, NoMoreThanTenAnnotationsOfAKind) {
    RunResult run = test::sample_run();
    for (int i = 0; i < 50; ++i)
        run.cases.push_back(test::sample_case("97." + std::to_string(i), "Send", Verdict::fail, std::to_string(i)));
    std::string const text = to_github({&run, 1}, false);
    std::size_t errors = 0;
    for (auto at = text.find("::error "); at != std::string::npos; at = text.find("::error ", at + 1)) ++errors;
    EXPECT_EQ(errors, 10U);
    EXPECT_THAT(text, HasSubstr("::error title=And more::43 failures more, in the summary\n"));
}

TEST(GitHub, ARunThatIsWellSaysNothing) {
    RunResult run = test::sample_run();
    std::erase_if(run.cases, [](const CaseResult& result) { return result.verdict != Verdict::pass; });
    EXPECT_EQ(to_github({&run, 1}, true), "");
}

TEST(Tap, PlansEveryCaseOfEveryRun) {
    EXPECT_THAT(to_tap(test::sample_runs(), false), HasSubstr("\n1..10\n"));
    EXPECT_EQ(to_tap({}, false), "TAP version 14\n1..0\n");
}

TEST(Badge, SaysTheWorst) {
    auto const of = [](std::vector<Verdict> verdicts, bool complete = true) {
        RunResult run;
        run.complete = complete;
        for (Verdict const verdict : verdicts) run.cases.push_back(test::sample_case("98.1", "Send", verdict));
        return badge_of({&run, 1}, false).message;
    };
    EXPECT_EQ(of({Verdict::pass, Verdict::informational, Verdict::skipped}), "2 kept");
    EXPECT_EQ(of({Verdict::pass, Verdict::non_strict}), "2 kept, 1 not strictly");
    EXPECT_EQ(of({Verdict::pass, Verdict::non_strict, Verdict::fail}), "1 of 3 fail");
    EXPECT_EQ(of({Verdict::pass, Verdict::fail}, false), "incomplete");
    EXPECT_EQ(of({Verdict::skipped}), "nothing tested");
    EXPECT_EQ(badge_of({}, false).message, "incomplete");
    RunResult run;
    run.complete = true;
    run.cases = {test::sample_case("98.1", "Send", Verdict::fail)};
    run.cases[0].known = KnownVerdict{.verdict = Verdict::fail, .reason = "known"};
    EXPECT_EQ(badge_of({&run, 1}, false).message, "1 known of 1 fail");
}

TEST(Badge, TheShieldsFileHasWhatShieldsReads) {
    auto const json = nlohmann::json::parse(to_shields(badge_of(test::sample_runs(), false)));
    EXPECT_EQ(json.at("schemaVersion"), 1);
    EXPECT_TRUE(json.at("label").is_string() && json.at("message").is_string() && json.at("color").is_string());
}

TEST(Date, TakesDaysAndSecondsThatThereAre) {
    using namespace std::chrono_literals;
    EXPECT_EQ(parse_date("1970-01-02")->time_since_epoch(), std::chrono::days(1));
    EXPECT_TRUE(parse_date("2028-02-29"));
    for (const char* bad : {"", "2027-02-29", "2027-13-01", "2027-00-01", "27-01-01", "2027/01/01", "2027-01-01 "})
        EXPECT_FALSE(parse_date(bad)) << bad;
    EXPECT_EQ(parse_utc("1970-01-01T01:00:01Z")->time_since_epoch(), 3601s);
    for (const char* bad : {"1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z",
                            "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-02-30T00:00:00Z"})
        EXPECT_FALSE(parse_utc(bad)) << bad;
}

}  // namespace
}  // namespace wsspec
