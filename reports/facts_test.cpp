#include "reports/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wsspec {
namespace {

using testing::HasSubstr;
using testing::Not;

CaseResult failed(std::string id, std::string requirement, std::string group = "1") {
    return {.id = std::move(id),
            .group = std::move(group),
            .verdict = Verdict::fail,
            .requirement = std::move(requirement),
            .cited = Citation{.rfc = "6455", .section = "5.1", .level = "MUST", .statement = "Mask <every> frame."}};
}

RunResult sample() {
    RunResult run;
    run.role = "client";
    run.profile.agent = "a|b *1*";
    run.started = "2026-11-25T10:00:00Z";
    run.complete = true;
    run.cases = {failed("1.1.1", "R6455-5.1-2"),
                 failed("1.1.2", "R6455-5.1-2"),
                 {.id = "1.1.3", .group = "1", .verdict = Verdict::pass},
                 {.id = "1.1.4", .group = "1", .verdict = Verdict::skipped}};
    return run;
}

TEST(Facts, ATableAndWhatIsBrokenByRequirement) {
    auto const run = sample();
    auto const page = to_facts({&run, 1});
    EXPECT_THAT(page, HasSubstr("| a\\|b \\*1\\* | client | 2026\\-11\\-25 | 1 | 0 | 0 | 2 | 0 | 1 |\n"));
    EXPECT_THAT(page, HasSubstr("- RFC 6455 section 5\\.1, MUST (R6455\\-5\\.1\\-2): Mask \\<every\\> frame\\. "
                                "Broken in 1.1.1, 1.1.2.\n"));
}

/// Nobody breaks a MAY; whoever does not bear with the other end's use of it does wrong.
TEST(Facts, APermissionIsNotTakenRatherThanBroken) {
    auto run = sample();
    run.cases = {failed("14.5.41", "R7692-7.2.1-4", "14")};
    run.cases.front().cited->level = "MAY";
    EXPECT_THAT(to_facts({&run, 1}), HasSubstr("What one end may do the other has to take; it does not in 14.5.41.\n"));
}

TEST(Facts, WhatHelpsAnAttackerIsLeftOut) {
    auto run = sample();
    run.cases = {failed("17.1.1", "R6455-10.4-1", "17"), failed("1.1.1", "R6455-10.1-1")};
    auto const page = to_facts({&run, 1});
    EXPECT_THAT(page, HasSubstr("| 0 | 0 | 0 | 0 | 0 | 0 |\n"));
    EXPECT_THAT(page, HasSubstr("No case that ran breaks a MUST."));
    EXPECT_THAT(page, Not(HasSubstr("17.1.1")));
}

TEST(Facts, AnIncompleteRunSaysSo) {
    auto run = sample();
    run.complete = false;
    EXPECT_THAT(to_facts({&run, 1}), HasSubstr("The run is incomplete."));
}

}  // namespace
}  // namespace wsspec
