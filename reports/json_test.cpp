#include "reports/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cases/catalogue.h"
#include "reference/requirements.h"
#include "reports/file.h"

namespace wsspec {
namespace {

using testing::HasSubstr;
using testing::Not;

/// One of everything. The id is in no catalogue, so that the golden text stays as it is.
RunResult small_run() {
    RunResult run;
    run.tool = {.name = "wsspec", .version = "0.1.0"};
    run.url = "ws://127.0.0.1:9001/";
    run.profile = {.reachable = true,
                   .upgrades = true,
                   .echoes = true,
                   .extensions = {"permessage-deflate"},
                   .message_limit = 65536,
                   .refused_size = 131072,
                   .round_trip_ms = 0.25,
                   .agent = "Some/1.0",
                   .handshake_defects = {{"R6455-4.2.2-15", "Upgrade is \"foo\"", true}}};
    run.options = {{"jobs", "4"}};
    run.seed = 7;
    run.started = "2026-11-22T10:00:00Z";
    run.duration_ms = 12.5;
    run.complete = true;
    run.selected = 3;
    run.shard = Shard{.index = 2, .of = 3};
    run.rerun = "wsspec run ws://127.0.0.1:9001/ --case {case} --seed 7";
    CaseResult result{
        .id = "99.1.1",
        .title = "Send nothing",
        .group = "99",
        .group_title = "Silence",
        .requirements = {"R6455-5.1-2", "R6455-5.1-5"},
        .verdict = Verdict::flaky,
        .detail = "passed alone",
        .requirement = "R6455-5.1-2",
        .cited = Citation{.rfc = "6455", .section = "5.1", .level = "MUST", .statement = "Mask."},
        .known =
            KnownVerdict{
                .verdict = Verdict::fail, .reason = "known", .link = "https://example.org/1", .expires = "2027-01-31"},
        .expected = "Close 1002",
        .observed = "end of TCP (FIN)",
        .findings = {{Grade::non_strict, "R6455-7.1.7-2", "no Close frame", 3}, {Grade::fail, "", "nothing came", {}}},
        .closing = {.detected = true,
                    .close_sent = true,
                    .code = 1002,
                    .code_fits = true,
                    .end = ClosingRecord::End::target_fin,
                    .clean = true},
        .duration_ms = 1.5,
        .attempts = 2,
        .transcript = {{10, TranscriptEntry::Direction::sent, hex("81 00 ff"), 3, ""},
                       {20, TranscriptEntry::Direction::received, hex("88"), 400, "cut"}},
        .deciding_octet = 130,
        .figures = Figures{.messages = 10,
                           .message_size = 16,
                           .octets = 160,
                           .wire_sent = 220,
                           .wire_received = 180,
                           .compressed = 1,
                           .seconds = 0.5,
                           .round_trip_min_us = 10,
                           .round_trip_median_us = 12.5,
                           .round_trip_p99_us = 90},
        .first_verdict = Verdict::fail,
        .first_transcript = {{5, TranscriptEntry::Direction::note, {}, 0, "deadline"}}};
    run.cases.push_back(std::move(result));
    return run;
}

TEST(Json, ResourcesSurvive) {
    RunResult run = small_run();
    auto const survives = [&](const Resources& resources) {
        run.cases.front().resources = resources;
        auto const back = from_json(to_json(run));
        ASSERT_TRUE(back) << back.error();
        ASSERT_TRUE(back->cases.front().resources);
        EXPECT_EQ(*back->cases.front().resources, resources);
    };
    survives({.octets_sent = 7});
    survives({.octets_sent = 1U << 20,
              .processes = 2,
              .memory_before = 1000,
              .memory_peak = 3000,
              .memory_after = 2000,
              .cpu_seconds = 0.25,
              .files_before = 5,
              .files_peak = 9,
              .files_after = 6,
              .growth = {{64, 0.5}, {128, 1.5}},
              .exponent = 1.58});
    survives({.octets_sent = 7, .growth = {{64, 0.5}}, .exponent = 0});
    EXPECT_NE(to_json(run).find("\"growth\""), std::string::npos);
    EXPECT_EQ(to_json(small_run()).find("resources"), std::string::npos) << "older readers know nothing of it";
}

TEST(Json, GoldenText) {
    EXPECT_EQ(to_json(small_run()), R"json({
 "format": "wsspec-result/1",
 "tool": {
  "name": "wsspec",
  "version": "0.1.0"
 },
 "role": "server",
 "target": {
  "url": "ws://127.0.0.1:9001/",
  "agent": "Some/1.0",
  "profile": {
   "reachable": true,
   "upgrades": true,
   "echoes": true,
   "echo_detail": "",
   "extensions": [
    "permessage-deflate"
   ],
   "message_limit": 65536,
   "refused_size": 131072,
   "greetings": 0,
   "round_trip_ms": 0.25,
   "handshake_defects": [
    {
     "requirement": "R6455-4.2.2-15",
     "what": "Upgrade is \"foo\"",
     "tolerable": true
    }
   ],
   "failure": ""
  }
 },
 "options": {
  "jobs": "4"
 },
 "seed": "7",
 "started": "2026-11-22T10:00:00Z",
 "duration_ms": 12.5,
 "complete": true,
 "incomplete_because": [],
 "selected": 3,
 "shard": {
  "index": 2,
  "of": 3
 },
 "rerun": "wsspec run ws://127.0.0.1:9001/ --case {case} --seed 7",
 "totals": {
  "pass": 0,
  "non-strict": 0,
  "informational": 0,
  "fail": 0,
  "unimplemented": 0,
  "skipped": 0,
  "blocked": 0,
  "flaky": 1,
  "error": 0
 },
 "cases": [
  {
   "id": "99.1.1",
   "title": "Send nothing",
   "group": "99",
   "group_title": "Silence",
   "requirements": [
    "R6455-5.1-2",
    "R6455-5.1-5"
   ],
   "verdict": "flaky",
   "detail": "passed alone",
   "requirement": "R6455-5.1-2",
   "cited": {
    "rfc": "6455",
    "section": "5.1",
    "level": "MUST",
    "statement": "Mask."
   },
   "baseline": {
    "verdict": "fail",
    "reason": "known",
    "link": "https://example.org/1",
    "expires": "2027-01-31"
   },
   "duration_ms": 1.5,
   "attempts": 2,
   "expected": "Close 1002",
   "observed": "end of TCP (FIN)",
   "findings": [
    {
     "grade": "non-strict",
     "requirement": "R6455-7.1.7-2",
     "what": "no Close frame",
     "offset": 3
    },
    {
     "grade": "fail",
     "requirement": "",
     "what": "nothing came",
     "offset": null
    }
   ],
   "detected": true,
   "close": {
    "sent": true,
    "code": 1002,
    "code_fits": true,
    "by": "target",
    "clean": true
   },
   "deciding_octet": 130,
   "figures": {
    "messages": 10,
    "message_size": 16,
    "octets": 160,
    "wire_sent": 220,
    "wire_received": 180,
    "compressed": 1,
    "seconds": 0.5,
    "round_trip_min_us": 10.0,
    "round_trip_median_us": 12.5,
    "round_trip_p99_us": 90.0
   },
   "transcript": [
    {
     "t_us": 10,
     "dir": "sent",
     "octets": "8100ff",
     "size": 3,
     "note": ""
    },
    {
     "t_us": 20,
     "dir": "received",
     "octets": "88",
     "size": 400,
     "note": "cut"
    }
   ],
   "first_verdict": "fail",
   "first_transcript": [
    {
     "t_us": 5,
     "dir": "note",
     "octets": "",
     "size": 0,
     "note": "deadline"
    }
   ]
  }
 ]
}
)json");
}

TEST(Json, TitlesGroupsAndRequirementsComeFromTheCatalogue) {
    const Case& known = catalogue().front().cases.front();
    RunResult run;
    run.cases.push_back(described({.id = known.id, .verdict = Verdict::fail, .requirement = "R6455-5.1-2"}));
    auto const json = nlohmann::json::parse(to_json(run));
    EXPECT_EQ(json["cases"][0]["title"], known.title);
    EXPECT_EQ(json["cases"][0]["group"], "1");
    EXPECT_EQ(json["cases"][0]["group_title"], catalogue().front().title);
    EXPECT_EQ(json["cases"][0]["requirements"], nlohmann::json(known.covers));
    EXPECT_EQ(json["cases"][0]["cited"]["section"], "5.1");
    EXPECT_EQ(json["cases"][0]["cited"]["statement"], find_requirement("R6455-5.1-2")->statement);
}

TEST(Json, ComesBackAsItWas) {
    std::string const text = to_json(small_run());
    auto const back = from_json(text);
    ASSERT_TRUE(back.has_value()) << back.error();
    EXPECT_EQ(to_json(*back), text);
    ASSERT_EQ(back->cases.size(), 1U);
    const CaseResult& result = back->cases.front();
    EXPECT_EQ(result.verdict, Verdict::flaky);
    EXPECT_EQ(result.first_verdict, Verdict::fail);
    EXPECT_EQ(result.transcript.at(0).octets, hex("81 00 ff"));
    EXPECT_EQ(result.transcript.at(1).size, 400U);
    EXPECT_EQ(result.findings.at(0).offset, 3U);
    EXPECT_FALSE(result.findings.at(1).offset.has_value());
    EXPECT_EQ(result.closing.end, ClosingRecord::End::target_fin);
    EXPECT_EQ(back->profile.agent, "Some/1.0");
    EXPECT_EQ(back->profile.handshake_defects, small_run().profile.handshake_defects);
}

TEST(Json, EveryVerdictComesBack) {
    RunResult run;
    for (Verdict const verdict : all_verdicts)
        run.cases.push_back({.id = "99." + std::to_string(run.cases.size()), .verdict = verdict});
    run.selected = run.cases.size();
    auto const back = from_json(to_json(run));
    ASSERT_TRUE(back.has_value()) << back.error();
    for (std::size_t i = 0; i < run.cases.size(); ++i) EXPECT_EQ(back->cases[i].verdict, run.cases[i].verdict);
}

TEST(Json, TheLargestSeedComesBack) {
    RunResult run;
    run.seed = UINT64_MAX;
    auto const back = from_json(to_json(run));
    ASSERT_TRUE(back.has_value()) << back.error();
    EXPECT_EQ(back->seed, UINT64_MAX);
}

/// `text` with one value replaced, as a person or a broken program would.
std::string error_with(std::string_view pointer, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(to_json(small_run()));
    json[nlohmann::json::json_pointer(std::string(pointer))] = value;
    auto const back = from_json(json.dump());
    return back ? "no error" : back.error();
}

TEST(Json, ErrorsNameThePlace) {
    EXPECT_EQ(error_with("/format", "wsspec-result/2"), "format: \"wsspec-result/2\" is not \"wsspec-result/1\"");
    EXPECT_EQ(error_with("/role", "proxy"), "role: neither \"server\" nor \"client\"");
    EXPECT_EQ(error_with("/seed", -1), "seed: not a string");
    EXPECT_EQ(error_with("/seed", "18446744073709551616"), "seed: not a whole number in a string, below 2^64");
    EXPECT_EQ(error_with("/seed", "7 "), "seed: not a whole number in a string, below 2^64");
    EXPECT_EQ(error_with("/duration_ms", -1), "duration_ms: not a number from 0 up");
    EXPECT_EQ(error_with("/shard/index", 4), "shard: no such shard");
    EXPECT_EQ(error_with("/selected", 0), "selected: less than the cases, of which there are 1");
    EXPECT_EQ(error_with("/incomplete_because", {"why"}),
              "incomplete_because: not empty, although the run is complete");
    EXPECT_EQ(error_with("/cases/0/figures/octets", "9"), "cases[0].figures.octets: not a whole number from 0 up");
    EXPECT_EQ(error_with("/options/jobs", 4), "options.jobs: not a string");
    EXPECT_EQ(error_with("/cases", 3), "cases: not an array");
    EXPECT_EQ(error_with("/cases/0", "x"), "cases[0]: not an object");
    for (const char* id : {"", "1.1.1\x1b[2J", "\"><script>", "1 1", "1.1.1\\n"})
        EXPECT_EQ(error_with("/cases/0/id", id), "cases[0].id: not the id of a case") << id;
    EXPECT_EQ(error_with("/cases/0/id", std::string(101, '1')), "cases[0].id: not the id of a case");
    EXPECT_EQ(error_with("/cases/0/verdict", "passed"), "cases[0].verdict: no such verdict: \"passed\"");
    EXPECT_EQ(error_with("/cases/0/close/by", "us"), "cases[0].close.by: no such value: \"us\"");
    EXPECT_EQ(error_with("/cases/0/close/code", 70000), "cases[0].close.code: too large");
    EXPECT_EQ(error_with("/cases/0/findings/1/grade", "bad"), "cases[0].findings[1].grade: no such grade: \"bad\"");
    EXPECT_EQ(error_with("/cases/0/transcript/0/octets", "8"),
              "cases[0].transcript[0].octets: not octets in hexadecimal");
    EXPECT_EQ(error_with("/cases/0/transcript/0/octets", "xy"),
              "cases[0].transcript[0].octets: not octets in hexadecimal");
    EXPECT_EQ(error_with("/cases/0/transcript/0/size", 1),
              "cases[0].transcript[0].size: less than the octets that are there");
    EXPECT_EQ(error_with("/totals/pass", 1), "totals.pass: does not fit the cases, of which there are 0");
    auto const again = nlohmann::json::parse(to_json(small_run()))["cases"][0];
    EXPECT_EQ(error_with("/cases/1", again), "cases[1].id: \"99.1.1\" is there twice");
}

TEST(Json, EveryMemberIsNeeded) {
    auto const whole = nlohmann::json::parse(to_json(small_run()));
    auto const flat = whole.flatten();
    for (const auto& [path, value] : flat.items()) {
        if (path.starts_with("/options/")) continue;  // Any name goes.
        nlohmann::json::json_pointer const pointer(path);
        if (!whole[pointer.parent_pointer()].is_object()) continue;
        // Of a case that is not flaky both are absent.
        if (path.ends_with("/first_verdict") || path.ends_with("/first_transcript")) continue;
        auto broken = whole;
        broken[pointer.parent_pointer()].erase(pointer.back());
        auto const back = from_json(broken.dump());
        ASSERT_FALSE(back.has_value()) << path;
        EXPECT_THAT(back.error(), HasSubstr("\"" + pointer.back() + "\" is missing")) << path;
    }
}

TEST(Json, WhatIsNoJsonIsAnError) {
    std::string const text = to_json(small_run());
    for (std::string_view const bad : {std::string_view(""), std::string_view("{"), std::string_view("\xff\xfe"),
                                       std::string_view(text).substr(0, text.size() / 2)}) {
        auto const back = from_json(bad);
        ASSERT_FALSE(back.has_value());
        EXPECT_THAT(back.error(), HasSubstr("not JSON"));
    }
    EXPECT_EQ(from_json("[]").error(), "the file: not an object");
    EXPECT_EQ(from_json("{}").error(), "the file: \"format\" is missing");
    EXPECT_FALSE(from_json(std::string(100000, '[')).has_value());
}

// ---- the schema
// ------------------------------------------------------------------------------------------------------

struct Checked {
    bool valid = false;
    std::string output;
};

/// Validates with python3-jsonschema, which ./dev installs.
Checked checked_by_schema(const std::string& json) {
    auto const path =
        std::filesystem::path(testing::TempDir()) / ("wsspec-json-" + std::to_string(::getpid()) + ".json");
    std::ofstream(path, std::ios::binary) << json;
    std::string const command =
        "/usr/bin/python3 -c '"
        "import json, sys\n"
        "try:\n"
        "    import jsonschema\n"
        "except ImportError:\n"
        "    sys.exit(\"python3-jsonschema is not installed: ./dev test installs it\")\n"
        "schema = json.load(open(\"reports/wsspec-result-1.schema.json\"))\n"
        "validator = jsonschema.validators.validator_for(schema)\n"
        "validator.check_schema(schema)\n"
        "errors = [\"%s: %s\" % (list(e.path), e.message) for e in "
        "validator(schema).iter_errors(json.load(open(sys.argv[1])))]\n"
        "print(\"\\n\".join(errors))\n"
        "sys.exit(1 if errors else 0)\n"
        "' '" +
        path.string() + "' 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return {false, "cannot run /usr/bin/python3"};
    Checked checked;
    char buffer[4096];
    for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) != 0;)
        checked.output.append(buffer, got);
    int const status = ::pclose(pipe);
    checked.valid = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    std::filesystem::remove(path);
    return checked;
}

TEST(JsonSchema, AcceptsWhatIsWritten) {
    RunResult run = small_run();
    for (Verdict const verdict : all_verdicts)
        run.cases.push_back({.id = "98." + std::to_string(run.cases.size()), .verdict = verdict});
    run.selected = run.cases.size();
    auto const checked = checked_by_schema(to_json(run));
    EXPECT_TRUE(checked.valid) << checked.output;
}

TEST(JsonSchema, AcceptsAnEmptyRun) {
    auto const checked = checked_by_schema(to_json({}));
    EXPECT_TRUE(checked.valid) << checked.output;
}

TEST(JsonSchema, RefusesWhatIsNotInTheFormat) {
    auto json = nlohmann::json::parse(to_json(small_run()));
    json["cases"][0]["verdict"] = "passed";
    json["cases"][0]["surprise"] = 1;
    json.erase("seed");
    auto const checked = checked_by_schema(json.dump());
    EXPECT_FALSE(checked.valid);
    EXPECT_THAT(checked.output, HasSubstr("'passed' is not one of"));
    EXPECT_THAT(checked.output, HasSubstr("'surprise' was unexpected"));
    EXPECT_THAT(checked.output, HasSubstr("'seed' is a required property"));
}

// ---- hostile targets
// -------------------------------------------------------------------------------------------------

const std::vector<std::string>& hostile_texts() {
    using namespace std::string_literals;
    static const std::vector<std::string> texts = {
        "<script>alert(1)</script>",
        "\"}]}, \\u0000 \\",
        "\x1b[2J\x1b]0;title\x07",
        "nul\0inside"s,
        "\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
        "caf\xc3\xa9 \xe2\x80\xae gnp.exe \xe2\x81\xa6 \xef\xbb\xbf",
        "\x7f\xc2\x9b"
        "31m\r\n",
        std::string(1 << 14, '\xf0'),
        std::string(1 << 14, 'A'),
    };
    return texts;
}

RunResult hostile_run(const std::string& text) {
    RunResult run = small_run();
    run.tool = {.name = text, .version = text};
    run.url = run.rerun = text;
    run.profile.agent = text;
    run.profile.echo_detail = text;
    run.profile.failure = text;
    run.profile.extensions = {text, text};
    run.profile.handshake_defects = {{text, text, false}};
    run.options = {{text, text}};
    run.started = text;
    CaseResult& result = run.cases.front();
    result.detail = result.requirement = result.expected = result.observed = text;
    result.title = result.group = result.group_title = text;
    result.requirements = {text};
    result.cited = Citation{text, text, text, text};
    result.known = KnownVerdict{.verdict = Verdict::pass, .reason = text, .link = text, .expires = text};
    result.findings = {{Grade::fail, text, text, 1}};
    result.transcript = {{0, TranscriptEntry::Direction::received, octets(text), text.size(), text}};
    result.first_transcript = result.transcript;
    return run;
}

TEST(JsonHostile, StaysAsciiParseableAndStable) {
    for (const auto& text : hostile_texts()) {
        std::string const json = to_json(hostile_run(text));
        EXPECT_TRUE(std::ranges::all_of(json, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
        EXPECT_TRUE(nlohmann::json::accept(json));
        auto const back = from_json(json);
        ASSERT_TRUE(back.has_value()) << back.error();
        EXPECT_EQ(back->cases.front().transcript.front().octets, octets(text));
        EXPECT_EQ(to_json(*back), json);
    }
}

TEST(JsonHostile, AMebioctetIsNoTrouble) {
    RunResult run = small_run();
    run.profile.agent = std::string(1 << 20, '\xf0');
    run.cases.front().transcript.front().octets = Octets(1 << 20, 0xff);
    run.cases.front().transcript.front().size = 1 << 20;
    auto const back = from_json(to_json(run));
    ASSERT_TRUE(back.has_value()) << back.error();
    EXPECT_EQ(back->profile.agent.size(), std::size_t{4} << 20);
    EXPECT_EQ(back->cases.front().transcript.front().octets, Octets(1 << 20, 0xff));
}

TEST(JsonHostile, FitsTheSchema) {
    auto const checked = checked_by_schema(to_json(hostile_run(hostile_texts().at(4))));
    EXPECT_TRUE(checked.valid) << checked.output;
}

/// Each value takes far more memory than the two octets that it is in the file.
TEST(Json, AFileOfNothingButValuesIsRefused) {
    std::string bomb = "[";
    for (int i = 0; i < 8'000'001; ++i) bomb += "1,";
    bomb += "1]";
    auto const refused = from_json(bomb);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error(), HasSubstr("values"));
    auto const text = from_json("[\"" + std::string(9'000'000, ',') + "\"]");
    ASSERT_FALSE(text);
    EXPECT_THAT(text.error(), Not(HasSubstr("values")));
}

TEST(JsonHostile, OnlyTheOctetsThatAreNoUtf8AreEscaped) {
    RunResult run;
    // An accent; a lone continuation; a sequence cut by a letter; a lead cut by another character; one cut by the end.
    run.profile.agent = "\xc3\xa9 \x80 \xe2\x82z \xf0\xc3\xa9 \xe2\x82";
    auto const back = from_json(to_json(run));
    ASSERT_TRUE(back.has_value()) << back.error();
    EXPECT_EQ(back->profile.agent, "\xc3\xa9 \\x80 \\xe2\\x82z \\xf0\xc3\xa9 \\xe2\\x82");
}

// ---- files
// -----------------------------------------------------------------------------------------------------------

class Folder : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "wsspec-file-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(std::string_view name) const { return (folder_ / name).string(); }
    static std::string read(const std::string& path) {
        std::ostringstream out;
        out << std::ifstream(path, std::ios::binary).rdbuf();
        return out.str();
    }
    std::ptrdiff_t files() const {
        return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
    }

    std::filesystem::path folder_;
    std::string error_;
};

TEST_F(Folder, AFileIsMadeAndReplaced) {
    EXPECT_TRUE(write_atomically(path("a.json"), "one", error_)) << error_;
    EXPECT_EQ(read(path("a.json")), "one");
    EXPECT_TRUE(write_atomically(path("a.json"), std::string(1 << 20, 'x'), error_)) << error_;
    EXPECT_EQ(read(path("a.json")).size(), std::size_t{1} << 20);
    EXPECT_EQ(files(), 1);
}

TEST_F(Folder, TheModeStays) {
    ASSERT_TRUE(write_atomically(path("a.json"), "one", error_)) << error_;
    ASSERT_EQ(::chmod(path("a.json").c_str(), 0640), 0);
    ASSERT_TRUE(write_atomically(path("a.json"), "two", error_)) << error_;
    struct stat now{};
    ASSERT_EQ(::stat(path("a.json").c_str(), &now), 0);
    EXPECT_EQ(now.st_mode & 0777, 0640U);
}

TEST_F(Folder, ALinkStaysALink) {
    ASSERT_TRUE(write_atomically(path("real.json"), "one", error_)) << error_;
    std::filesystem::create_symlink("real.json", path("link.json"));
    ASSERT_TRUE(write_atomically(path("link.json"), "two", error_)) << error_;
    EXPECT_TRUE(std::filesystem::is_symlink(path("link.json")));
    EXPECT_EQ(read(path("real.json")), "two");
}

TEST_F(Folder, FailuresSayWhyAndLeaveNothing) {
    EXPECT_FALSE(write_atomically(path("none/a.json"), "one", error_));
    EXPECT_THAT(error_, HasSubstr("No such file or directory"));
    EXPECT_THAT(error_, HasSubstr("none/a.json"));
    EXPECT_FALSE(write_atomically(folder_.string(), "one", error_));
    EXPECT_THAT(error_, HasSubstr("Is a directory"));
    EXPECT_EQ(files(), 0);
}

TEST_F(Folder, WhatIsNoRegularFileIsWrittenTo) {
    EXPECT_TRUE(write_atomically("/dev/null", "one", error_)) << error_;
    EXPECT_FALSE(write_atomically("/dev/full", "one", error_));
    EXPECT_THAT(error_, HasSubstr("No space left"));
}

}  // namespace
}  // namespace wsspec
