#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "runner/commands.h"

namespace wsspec {
namespace {

/// What a run says of itself while it lasts, where there is no terminal.
std::string notes_of(bool quiet) {
    RunOptions options;
    options.url = "loop:never-answers-pings";
    options.selection.cases = {"1.1.1", "2.2"};
    options.jobs = 1;
    options.timeout_s = 1;
    options.quiet = quiet;
    options.note_every = std::chrono::milliseconds(100);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(test_server(options).status, int{exit_worse});
    testing::internal::GetCapturedStdout();
    return testing::internal::GetCapturedStderr();
}

TEST(RunCommand, SaysNowAndThenHowFarItIs) {
    auto const notes = notes_of(false);
    EXPECT_TRUE(notes.starts_with("wsspec: ")) << notes;
    EXPECT_NE(notes.find(" of 2, "), std::string::npos) << notes;
    EXPECT_NE(notes.find("1 pass"), std::string::npos) << notes;
    EXPECT_EQ(notes.find("error"), std::string::npos) << "what is still to come is none: " << notes;
    EXPECT_TRUE(notes.ends_with("\n"));
    EXPECT_EQ(notes_of(true), "");
}

}  // namespace
}  // namespace wsspec
