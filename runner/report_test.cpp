// Reports from outside: `run` with its outputs, baselines and shards, and `report` on what they leave behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "reports/json.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::contents;
using test::Folder;
using test::is_plain;
using test::program;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Two cases: 1.1.1 passes, 4.1.1 is non-strict.
std::vector<std::string> lenient(std::vector<std::string> more = {}) {
    std::vector<std::string> out = {
        "run", "loop:drops-instead-of-failing", "--case", "1.1.1", "--case", "4.1.1", "--seed", "5"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string baseline(const std::string& entries) {
    return R"({"format": "wsspec-baseline/1", "cases": {)" + entries + "}}";
}

RunResult result_in(const std::string& path) {
    auto run = from_json(contents(path));
    if (!run) {
        ADD_FAILURE() << path << ": " << run.error();
        return {};
    }
    return std::move(*run);
}

TEST(Reports, EveryFileIsWritten) {
    Folder const folder;
    auto const ran =
        test::wsspec(lenient({"--json", folder / "r.json", "--junit", folder / "r.xml", "--markdown", folder / "r.md",
                              "--tap", folder / "r.tap", "--badge", folder / "r.svg", "--pcap", folder / "r.pcapng"}));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(contents(folder / "r.xml"), HasSubstr("<testcase name=\"4.1.1 "));
    EXPECT_THAT(contents(folder / "r.md"), HasSubstr("| `loop:drops-instead-of-failing` | 1 | 1 | 2 |"));
    EXPECT_THAT(contents(folder / "r.tap"), HasSubstr("ok 2 - 4.1.1 "));
    EXPECT_THAT(contents(folder / "r.svg"), HasSubstr("2 kept, 1 not strictly"));
    EXPECT_THAT(contents(folder / "r.pcapng"), StartsWith("\x0a\x0d\x0d\x0a"));

    // The result file alone gives the same reports.
    auto const again = test::wsspec({"report", folder / "r.json", "--junit", folder / "s.xml", "--markdown",
                                     folder / "s.md", "--tap", folder / "s.tap", "--badge", folder / "s.svg", "--pcap",
                                     folder / "s.pcapng", "--json", folder / "s.json"});
    EXPECT_EQ(again.status, 0) << again.err;
    for (auto const& [one, other] : {std::pair{"r.xml", "s.xml"},
                                     {"r.md", "s.md"},
                                     {"r.tap", "s.tap"},
                                     {"r.svg", "s.svg"},
                                     {"r.pcapng", "s.pcapng"},
                                     {"r.json", "s.json"}})
        EXPECT_TRUE(contents(folder / one) == contents(folder / other)) << other;
}

TEST(Reports, AFileThatCannotBeWrittenIsKnownBeforeTheRun) {
    auto const ran = test::wsspec(lenient({"--junit", "/nowhere/r.xml"}));
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("/nowhere/r.xml"));
    EXPECT_EQ(ran.out, "") << "nothing was run";
}

TEST(Reports, AStreamGetsOneReport) {
    auto const ran = test::wsspec(lenient({"--quiet", "--tap", "/dev/stdout"}));
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out.find("TAP version 14"), ran.out.rfind("TAP version 14"));
    EXPECT_THAT(ran.out, HasSubstr("TAP version 14"));
}

TEST(Reports, ATargetThatIsNotThereShowsInEveryReport) {
    Folder const folder;
    auto const ran = test::wsspec({"run", "ws://127.0.0.1:1/", "--case", "1.1.1", "--json", folder / "r.json",
                                   "--junit", folder / "r.xml", "--badge", folder / "r.json2"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_FALSE(result_in(folder / "r.json").complete);
    EXPECT_THAT(contents(folder / "r.xml"), HasSubstr("<error type=\"incomplete\""));
    EXPECT_THAT(contents(folder / "r.json2"), HasSubstr("\"incomplete\""));
    EXPECT_EQ(test::wsspec({"report", folder / "r.json"}).status, 3);
}

TEST(Reports, GitHubGetsAnnotationsAndASummary) {
    Folder const folder;
    write(folder / "summary.md", "before\n");
    auto const ran =
        test::wsspec(lenient({"--strict", "--github"}), {"GITHUB_STEP_SUMMARY=" + (folder / "summary.md")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.out, StartsWith("::stop-commands::"));
    auto const token = ran.out.substr(17, ran.out.find('\n') - 17);
    EXPECT_EQ(token.size(), 32U);
    auto const resumed = ran.out.find("\n::" + token + "::\n");
    ASSERT_NE(resumed, std::string::npos);
    EXPECT_GT(ran.out.find("::error title=4.1.1 "), resumed);
    EXPECT_NE(ran.out.find("::error title=4.1.1 "), std::string::npos);
    EXPECT_THAT(contents(folder / "summary.md"), StartsWith("before\n# WebSocket conformance"));
    auto const again = test::wsspec(lenient({"--strict", "--github"}), {"GITHUB_STEP_SUMMARY="});
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(again.out, Not(HasSubstr(token))) << "a token is used once";
}

TEST(Reports, TranscriptsAreKeptAsAsked) {
    Folder const folder;
    for (const auto& [keep, passes, others] :
         {std::tuple{"all", true, true}, {"failures", false, true}, {"none", false, false}}) {
        EXPECT_EQ(test::wsspec(lenient({"--keep-transcripts", keep, "--json", folder / "r.json"})).status, 0);
        auto const run = result_in(folder / "r.json");
        ASSERT_EQ(run.cases.size(), 2U);
        EXPECT_EQ(!run.cases[0].transcript.empty(), passes) << keep;
        EXPECT_EQ(!run.cases[1].transcript.empty(), others) << keep;
    }
    EXPECT_EQ(test::wsspec(lenient({"--keep-transcripts", "some"})).status, 2);
}

// ---- kill -9

TEST(Reports, AfterKillTheResultIsValidAndSaysWhatIsMissing) {
    Folder const folder;
    std::string const file = folder / "r.json";
    // 1.1.1 sends an empty message and waits for its echo for a minute; the others are done at once.
    Child run({program(), "run", "loop:ignores-empty-messages", "--case", "1.1", "--timeout", "60", "--json", file,
               "--junit", folder / "r.xml"});
    // The file is replaced as a whole, so every look at it must find a valid one.
    std::size_t passed = 0;
    auto const until = test::Clock::now() + std::chrono::seconds(30);
    while (passed == 0 && test::Clock::now() < until) {
        std::string const text = contents(file);
        if (text.empty()) continue;
        auto const now = from_json(text);
        ASSERT_TRUE(now) << now.error();
        ASSERT_FALSE(now->complete);
        passed = now->count(Verdict::pass);
    }
    EXPECT_GT(passed, 0U) << "results are written as they come";
    run.signal(SIGKILL);
    run.finish();
    auto const left = result_in(file);
    EXPECT_FALSE(left.complete);
    EXPECT_THAT(left.incomplete_because, testing::ElementsAre("the run had not ended when this was written"));
    EXPECT_GE(left.count(Verdict::pass), passed);
    EXPECT_GT(left.count(Verdict::error), 0U);
    EXPECT_THAT(contents(folder / "r.xml"), HasSubstr("<error type=\"incomplete\""));
    auto const reported = test::wsspec({"report", file});
    EXPECT_EQ(reported.status, 3);
    EXPECT_THAT(reported.out, HasSubstr("INCOMPLETE"));
}

// ---- shards

TEST(Reports, ShardsTogetherAreTheWholeRun) {
    Folder const folder;
    std::vector<std::string> files;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
        files.push_back(folder / ("s" + std::string(shard, 1) + ".json").c_str());
        // Each with a seed of its own.
        auto const ran =
            test::wsspec({"run", "loop:", "--case", "1", "--case", "2.1", "--shard", shard, "--json", files.back()});
        EXPECT_EQ(ran.status, 0) << ran.err;
    }
    EXPECT_EQ(test::wsspec({"run", "loop:", "--case", "1", "--case", "2.1", "--json", folder / "w.json"}).status, 0);
    auto const whole = result_in(folder / "w.json");

    auto const all = test::wsspec({"report", files[2], files[0], files[1], "--json", folder / "m.json"});
    EXPECT_EQ(all.status, 0) << all.err;
    auto const merged = result_in(folder / "m.json");
    EXPECT_TRUE(merged.complete);
    ASSERT_EQ(merged.cases.size(), whole.cases.size());
    for (std::size_t i = 0; i < whole.cases.size(); ++i) EXPECT_EQ(merged.cases[i].id, whole.cases[i].id);

    auto const some = test::wsspec({"report", files[0], files[2], "--json", folder / "m.json"});
    EXPECT_EQ(some.status, 3);
    EXPECT_THAT(some.out, HasSubstr("INCOMPLETE: shard 2 of 3 is missing"));
    EXPECT_FALSE(result_in(folder / "m.json").complete);
    EXPECT_EQ(test::wsspec({"report", files[0], files[0]}).status, 2);
}

TEST(Reports, ShardsThatThereAreNot) {
    for (const char* shard : {"0/3", "4/3", "1", "a/b", "1/3x", "-1/3", "1/99999999999"})
        EXPECT_EQ(test::wsspec({"run", "loop:", "--shard", shard}).status, 2) << shard;
    auto const empty = test::wsspec({"run", "loop:", "--case", "1.1.1", "--shard", "2/2"});
    EXPECT_EQ(empty.status, 2);
    EXPECT_THAT(empty.err, HasSubstr("--shard 2/2 of 1 case leaves no case to run"));
}

// ---- baselines

TEST(Reports, ABaselineDecidesTheExitStatus) {
    struct Row {
        const char* name;
        std::string entries;
        std::vector<std::string> options;
        int status;
        const char* told;
    };
    Folder const folder;
    std::string const file = folder / "b.json";
    for (const auto& row : std::vector<Row>{
             {"known", R"("4.1.1": {"verdict": "non-strict", "reason": "x"})", {"--strict"}, 0, ""},
             {"regression", R"("4.1.1": {"verdict": "pass", "reason": "x"})", {}, 1, "regression      4.1.1"},
             {"better", R"("4.1.1": {"verdict": "fail", "reason": "x"})", {}, 0, "improvement     4.1.1"},
             {"better, strict", R"("4.1.1": {"verdict": "fail", "reason": "x"})", {"--strict"}, 1, "improvement"},
             {"no reason", R"("4.1.1": {"verdict": "non-strict"})", {"--strict"}, 1, "missing reason  4.1.1"},
             {"expired",
              R"("4.1.1": {"verdict": "non-strict", "reason": "x", "expires": "2020-01-01"})",
              {"--strict"},
              1,
              "expired         4.1.1"},
             {"not selected", R"("5.1": {"verdict": "fail", "reason": "x"})", {}, 0, ""},
         }) {
        write(file, baseline(row.entries));
        auto options = lenient({"--baseline", file, "--json", folder / "r.json"});
        options.insert(options.end(), row.options.begin(), row.options.end());
        auto const ran = test::wsspec(options);
        EXPECT_EQ(ran.status, row.status) << row.name << "\n" << ran.out << ran.err;
        EXPECT_THAT(ran.out, HasSubstr(row.told)) << row.name;
        EXPECT_TRUE(is_plain(ran.out));
        // The same from the file.
        std::vector<std::string> report = {"report", folder / "r.json", "--baseline", file};
        report.insert(report.end(), row.options.begin(), row.options.end());
        EXPECT_EQ(test::wsspec(report).status, row.status) << row.name;
        // The result file remembers what was known.
        report.erase(report.begin() + 2, report.begin() + 4);
        EXPECT_EQ(test::wsspec(report).status, row.status) << row.name;
    }
}

TEST(Reports, ABaselineThatCannotBeUsed) {
    Folder const folder;
    write(folder / "unknown.json", baseline(R"("6.4.99999": {"verdict": "fail", "reason": "x"})"));
    write(folder / "typo.json", baseline(R"("1.1.1": {"verdict": "fail", "raeson": "x"})"));
    write(folder / "no.json", "no");
    for (const auto& [file, why] : {std::pair{"unknown.json", "names a case that does not exist: 6.4.99999"},
                                    {"typo.json", "cases.1.1.1.raeson: no such member"},
                                    {"no.json", "not JSON"},
                                    {"absent.json", "No such file"}}) {
        auto const ran = test::wsspec(lenient({"--baseline", folder / file}));
        EXPECT_EQ(ran.status, 2) << file;
        EXPECT_THAT(ran.err, HasSubstr(why));
        EXPECT_EQ(test::lines(ran.err), 1U);
    }
    EXPECT_EQ(test::wsspec(lenient({"--update-baseline"})).status, 2);
}

TEST(Reports, AnUpdatedBaselineAsksForReasons) {
    Folder const folder;
    std::string const file = folder / "b.json";
    auto const made = test::wsspec(lenient({"--strict", "--baseline", file, "--update-baseline"}));
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("1 known case, 1 of them without a reason"));
    EXPECT_EQ(test::wsspec(lenient({"--strict", "--baseline", file})).status, 1);

    std::string text = contents(file);
    auto const at = text.find("(say why)");
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at, 9, "drops TCP without a Close");
    write(file, text);
    EXPECT_EQ(test::wsspec(lenient({"--strict", "--baseline", file})).status, 0);
    EXPECT_EQ(test::wsspec(lenient({"--strict", "--baseline", file, "--update-baseline"})).status, 0);
    EXPECT_EQ(contents(file), text) << "an update without a change changes nothing";

    auto const lost = test::wsspec({"run", "ws://127.0.0.1:1/", "--baseline", file, "--update-baseline"});
    EXPECT_EQ(lost.status, 3);
    EXPECT_EQ(contents(file), text) << "a run that saw nothing says nothing";
}

// ---- comparing

TEST(Reports, AgainstAnOlderResultIsAGate) {
    Folder const folder;
    auto const run = [&](const char* target, const char* file) {
        return test::wsspec({"run", target, "--case", "1.1.1", "--case", "4.1.1", "--json", folder / file});
    };
    run("loop:", "good.json");
    run("loop:drops-instead-of-failing", "lenient.json");
    auto const worse = test::wsspec({"report", folder / "lenient.json", "--against", folder / "good.json"});
    EXPECT_EQ(worse.status, 1);
    EXPECT_THAT(worse.out, HasSubstr("Worse (1)\n  4.1.1 "));
    EXPECT_THAT(worse.out, HasSubstr("pass -> non-strict"));
    auto const better = test::wsspec({"report", folder / "good.json", "--against", folder / "lenient.json"});
    EXPECT_EQ(better.status, 0);
    EXPECT_THAT(better.out, HasSubstr("Better (1)"));
    auto const same =
        test::wsspec({"report", folder / "lenient.json", "--against", folder / "lenient.json", "--strict"});
    EXPECT_EQ(same.status, 0) << "what was there before is no news, even with --strict";
    EXPECT_EQ(test::wsspec({"report", folder / "good.json", folder / "lenient.json", "--against", folder / "good.json"})
                  .status,
              2)
        << "no older result for one of the two";
}

TEST(Reports, SeveralTargetsStandSideBySide) {
    Folder const folder;
    for (const auto& [target, file] : {std::pair{"loop:", "a.json"}, {"loop:drops-instead-of-failing", "b.json"}})
        test::wsspec({"run", target, "--case", "4.1.1", "--json", folder / file});
    auto const ran = test::wsspec({"report", folder / "a.json", folder / "b.json", "--markdown", folder / "r.md"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(contents(folder / "r.md"),
                HasSubstr("| `loop:` | 1 |  | 1 |\n| `loop:drops-instead-of-failing` |  | 1 | 1 |\n"));
    auto const one = test::wsspec({"report", folder / "a.json", folder / "b.json", "--json", folder / "m.json"});
    EXPECT_EQ(one.status, 2);
    EXPECT_THAT(one.err, HasSubstr("--json holds one target"));
}

TEST(Reports, FilesThatAreNoResults) {
    Folder const folder;
    write(folder / "bad.json", R"({"format": "other"})");
    for (const char* file : {"bad.json", "absent.json", "."}) {
        auto const ran = test::wsspec({"report", folder / file});
        EXPECT_EQ(ran.status, 2) << file;
        EXPECT_EQ(test::lines(ran.err), 1U) << ran.err;
        EXPECT_EQ(ran.out, "");
    }
    EXPECT_EQ(test::wsspec({"report"}).status, 2);
}

// ---- tshark

TEST(Reports, WiresharkDecodesTheCapture) {
    if (std::system("command -v tshark >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "tshark is not installed: ./dev test installs it";
    Folder const folder;
    std::string const capture = folder / "r.pcapng";
    ASSERT_EQ(test::wsspec({"run", "loop:", "--case", "1.1.2", "--case", "2.10", "--case", "7.1.1", "--json",
                            folder / "r.json", "--pcap", capture})
                  .status,
              0);
    auto const tshark = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(),
                         {"tshark", "-r", capture, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"});
        auto const ran = Child(arguments, {"HOME=" + (folder / "home")}).finish();
        EXPECT_EQ(ran.status, 0) << ran.err;
        return ran.out;
    };
    auto const lines = [&](const char* filter) { return test::lines(tshark({"-Y", filter})); };
    EXPECT_EQ(lines("tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\" || _ws.malformed"), 0U);
    EXPECT_EQ(lines("tcp.flags.syn == 1 && tcp.flags.ack == 0"), 3U) << "a connection for each case";
    EXPECT_EQ(lines("http.response.code == 101"), 3U);
    EXPECT_EQ(lines("tcp.analysis.flags"), 0U) << "no gaps, nothing out of order";
    // 1.1.2: a text message of 125 octets and its echo, then the closing handshake.
    EXPECT_EQ(tshark({"-Y", "tcp.stream == 0 && websocket", "-T", "fields", "-e", "websocket.opcode", "-e",
                      "websocket.payload_length", "-e", "websocket.mask"}),
              "1\t125\t1\n1\t125\t0\n8\t2\t1\n8\t2\t0\n");
    EXPECT_THAT(tshark({"-Y", "frame.comment", "-T", "fields", "-e", "frame.comment"}),
                StartsWith("case 1.1.2 Send a text message of 125 octets: pass\n"));
}

}  // namespace
}  // namespace wsspec
