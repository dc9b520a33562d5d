// The program with outputs that cannot be written.
#include "runner/standard_output.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::Folder;
using test::lines;
using test::program;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// By a shell, which sets up what is asked for in front of the program.
test::Ran shell(const std::string& before, const std::string& arguments, const std::string& behind = "") {
    return Child({"/bin/sh", "-c", before + program() + " " + arguments + " " + behind}).finish();
}

TEST(StandardOutput, WhatIsLostIsNoSuccess) {
    for (const char* const command : {"list", "--help", "coverage", "explain 1.1.1", "run loop: --case 1.1.1"}) {
        auto const full = shell("", command, ">/dev/full");
        EXPECT_EQ(full.status, 2) << command << full.err;
        EXPECT_EQ(full.err, "wsspec: standard output: No space left on device\n") << command;
        auto const closed = shell("", command, ">&-");
        EXPECT_EQ(closed.status, 2) << command << closed.err;
        EXPECT_EQ(closed.err, "wsspec: standard output: Bad file descriptor\n") << command;
    }
    // A case that fails is no better for that, and one that could not be reached no worse.
    EXPECT_EQ(shell("", "run loop:never-answers-pings --case 2.2 --timeout 1", ">/dev/full").status, 2);
    EXPECT_EQ(shell("", "run ws://127.0.0.1:1/", ">/dev/full").status, 3);
}

TEST(StandardOutput, WhoHasReadEnoughMayGo) {
    auto const ran = Child({"/bin/sh", "-c", "(" + program() + " list; echo $? >&2) | head -n 1"}).finish();
    EXPECT_EQ(ran.err, "0\n");
    EXPECT_EQ(lines(ran.out), 1U);
}

TEST(Reports, ThatCannotBeWrittenAreOneStatusWhateverTheReason) {
    Folder const folder;
    for (const char* const report : {"--json", "--html", "--junit", "--markdown", "--tap"}) {
        auto const ran = test::wsspec({"run", "loop:", "--case", "1.1.1", "-q", report, "/dev/full"});
        EXPECT_EQ(ran.status, 2) << report << ran.err;
        EXPECT_EQ(ran.err, "wsspec: the result cannot be written: cannot write to /dev/full: No space left on device\n")
            << report;
    }
    // A limit for the size of files is an error like others, and does not kill.
    auto const limited = shell("ulimit -f 1; ", "run loop: --case 1.1.1 -q --json " + (folder / "r.json"));
    EXPECT_EQ(limited.status, 2) << limited.err;
    EXPECT_TRUE(holds(limited.err, "File too large")) << limited.err;
    auto const nowhere = test::wsspec({"run", "loop:", "--case", "1.1.1", "-q", "--json", folder / "no/r.json"});
    EXPECT_EQ(nowhere.status, 2) << nowhere.err;
}

}  // namespace
}  // namespace wsspec
