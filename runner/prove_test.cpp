// The short form of `./dev prove`. Its parts about faults and derived cases are tests of their own.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "runner/program_test.h"

namespace wsspec {
namespace {

TEST(Prove, TheShortFormHolds) {
    const char* const binary = std::getenv("WSSPEC_BINARY");
    ASSERT_NE(binary, nullptr) << "run by ctest";
    auto const build = std::filesystem::path(binary).parent_path().parent_path();
    auto const out = std::filesystem::temp_directory_path() / ("wsspec-prove-" + std::to_string(getpid()) + ".md");
    auto const ran = test::Child({"/usr/bin/python3", "runner/prove.py", "--short", "--build", build.string(), "--out",
                                  out.string(), "--part", "reference", "--part", "load"})
                         .finish(std::chrono::seconds(110));
    std::ifstream file(out);
    std::stringstream written;
    written << file.rdbuf();
    std::filesystem::remove(out);
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    EXPECT_NE(written.str().find("All of it holds."), std::string::npos) << written.str();
    EXPECT_NE(written.str().find("give equal verdicts"), std::string::npos) << written.str();
    EXPECT_EQ(written.str().find("NOT SO"), std::string::npos) << written.str();
}

// A program that breaks what it is to prove is found out.
TEST(Prove, SaysSoWhereItDoesNotHold) {
    char name[] = "/tmp/wsspec-prove-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    std::filesystem::path const folder(name);
    std::filesystem::create_directory(folder / "bin");
    {
        std::ofstream program(folder / "bin/wsspec");
        program << "#!/bin/sh\necho 'R6455-0-0 has neither'\necho '0 of 1 testable requirements have a case'\nexit 1\n";
    }
    std::filesystem::permissions(folder / "bin/wsspec", std::filesystem::perms::owner_all);
    auto const ran = test::Child({"/usr/bin/python3", "runner/prove.py", "--short", "--build", folder.string(),
                                  "--part", "coverage", "--part", "reference", "--part", "load"})
                         .finish(std::chrono::seconds(60));
    std::filesystem::remove_all(folder);
    EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
    for (const char* const text :
         {"NOT SO: each testable requirement", "NOT SO: server over TCP, as written: no result",
          "NOT SO: 3 runs of 0 cases", "do not hold"})
        EXPECT_NE(ran.out.find(text), std::string::npos) << text << " in " << ran.out;
}

}  // namespace
}  // namespace wsspec
