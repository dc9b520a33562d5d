// The HTML report as a reader meets it: opened from file:// in a headless Chromium, filtered, read, looked at.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "reports/html.h"
#include "reports/html_example_test.h"

namespace wsspec {
namespace {

/// Texts that would do something if they became markup, a script or an address; in every field of a run.
RunResult hostile_run() {
    std::string const text = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;\x1b[31m" +
                             std::string("\0", 1) +
                             "\xff\xe2\x80\xae"
                             "evil javascript:alert(3)";
    RunResult run = example_run();
    run.cases.resize(3);
    run.url = run.started = run.rerun = text;
    run.tool = {text, text};
    run.complete = false;
    run.incomplete_because = {text};
    run.options = {{text, text}};
    run.profile.agent = run.profile.echo_detail = run.profile.failure = text;
    run.profile.extensions = {text};
    run.profile.handshake_defects = {{.requirement = text, .what = text, .tolerable = false}};
    CaseResult hostile = masking_failure();
    hostile.id = "<b>1</b>";
    hostile.title = hostile.group_title = hostile.detail = hostile.expected = hostile.observed = text;
    hostile.requirement = text;
    hostile.requirements = {text};
    hostile.cited = Citation{.rfc = "1/../x\"", .section = text, .level = text, .statement = text};
    hostile.known = KnownVerdict{.reason = text, .link = "javascript:alert(4)", .expires = text};
    hostile.findings = {{.grade = Grade::fail, .requirement = text, .what = text}};
    hostile.first_verdict = Verdict::pass;
    for (auto& one : hostile.transcript) one.note = text;
    Octets raw = http_response();
    append(raw, octets("<script>alert(5)</script>" + text));
    hostile.transcript[3] = entry(200, TranscriptEntry::Direction::received, raw);
    hostile.first_transcript = hostile.transcript;
    run.cases.push_back(std::move(hostile));
    return run;
}

void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    ASSERT_TRUE(file.good()) << path;
}

TEST(BrowserHtml, IsWhatAReaderNeeds) {
    namespace fs = std::filesystem;
    ASSERT_TRUE(fs::exists("build/peers/node_modules/playwright-core"))
        << "this test needs Node.js 18 or later (Debian: nodejs, npm), runner/targets/package.json installed with npm "
           "into build/peers, and a Chromium (Debian: chromium-headless-shell); ./dev test does all three";
    auto const folder = fs::path(testing::TempDir()) / ("wsspec_html_" + std::to_string(getpid()));
    fs::create_directories(folder);
    RunResult const one = example_run();
    write(folder / "one.html", to_html({&one, 1}));
    std::vector<RunResult> many;
    for (std::size_t i = 0; i < 12; ++i) many.push_back(example_run(i));
    write(folder / "many.html", to_html(many));
    RunResult const hostile = hostile_run();
    write(folder / "hostile.html", to_html({&hostile, 1}));

    std::string const command =
        "NODE_PATH=build/peers/node_modules node reports/html/browser_check.js '" + folder.string() + "' 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << "the pages and screenshots are in " << folder;
    if (!HasFailure() && std::getenv("WSSPEC_KEEP_SCREENSHOTS") == nullptr) fs::remove_all(folder);
}

}  // namespace
}  // namespace wsspec
