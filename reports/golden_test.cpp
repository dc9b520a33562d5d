// Each writer against its golden file: reports/golden/*. WSSPEC_UPDATE_GOLDEN=1 writes them anew; read the difference
// before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "reports/badge.h"
#include "reports/baseline.h"
#include "reports/compare.h"
#include "reports/github.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/pcap.h"
#include "reports/sample_runs_test.h"
#include "reports/tap.h"

namespace wsspec {
namespace {

void expect_golden(const std::string& name, const std::string& text) {
    std::string const path = "reports/golden/" + name;
    if (std::getenv("WSSPEC_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
    std::ostringstream golden;
    golden << std::ifstream(path, std::ios::binary).rdbuf();
    EXPECT_EQ(text, golden.str()) << path;
}

TEST(Golden, JUnit) { expect_golden("junit.xml", to_junit(test::sample_runs(), false)); }
TEST(Golden, JUnitStrict) { expect_golden("junit-strict.xml", to_junit(test::sample_runs(), true)); }
TEST(Golden, Markdown) { expect_golden("markdown.md", to_markdown(test::sample_runs(), false)); }
TEST(Golden, GitHub) { expect_golden("github.txt", to_github(test::sample_runs(), false)); }
TEST(Golden, Tap) { expect_golden("tap.tap", to_tap(test::sample_runs(), false)); }
TEST(Golden, Badge) {
    RunResult const run = test::sample_run();
    expect_golden("badge.svg", to_svg(badge_of({&run, 1}, false)));
    expect_golden("badge.json", to_shields(badge_of({&run, 1}, false)));
}
TEST(Golden, Pcap) {
    // As hexadecimal, so that a difference can be read.
    std::string const capture = to_pcapng(test::sample_runs());
    std::string lines;
    for (std::size_t at = 0; at < capture.size(); at += 32)
        lines += to_hex(as_octets(std::string_view(capture).substr(at, 32))) + "\n";
    expect_golden("pcapng.hex", lines);
}
TEST(Golden, Baseline) { expect_golden("baseline.json", to_json(updated({}, test::sample_run(), true))); }
TEST(Golden, Comparison) {
    RunResult after = test::sample_run();
    after.cases.at(0).verdict = Verdict::fail;
    after.cases.at(0).detail = "hangs";
    after.cases.at(1).verdict = Verdict::pass;
    after.cases.at(3).requirement = "R0-2";
    after.cases.at(7).verdict = Verdict::skipped;
    expect_golden("comparison.txt", describe(compare(test::sample_run(), after, false)));
}

}  // namespace
}  // namespace wsspec
