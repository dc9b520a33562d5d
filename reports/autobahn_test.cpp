#include "reports/autobahn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "reports/sample_runs_test.h"

namespace wsspec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;
using End = ClosingRecord::End;

std::size_t occurrences(const std::string& text, std::string_view part) {
    std::size_t out = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++out;
    return out;
}

CaseResult closed(Verdict verdict, ClosingRecord closing, std::string requirement = {}) {
    CaseResult result = test::sample_case("98.1", "Send", verdict);
    result.closing = closing;
    if (!requirement.empty()) result.findings = {{.requirement = std::move(requirement), .what = "it does"}};
    return result;
}

TEST(Autobahn, OnlyItsWords) {
    std::set<std::string_view> const first = {"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED"};
    for (Verdict const verdict : all_verdicts) {
        CaseResult const result = test::sample_case("98.1", "Send", verdict);
        if (is_in_autobahn_report(result))
            EXPECT_TRUE(first.contains(autobahn_behavior(verdict))) << to_string(verdict);
        else
            EXPECT_EQ(autobahn_behavior(verdict), "MISSING");
    }
    CaseResult lost = test::sample_case("98.1", "Send", Verdict::error);
    EXPECT_TRUE(is_in_autobahn_report(lost));
    lost.attempts = 0;
    EXPECT_FALSE(is_in_autobahn_report(lost));
}

TEST(Autobahn, TheSecondColumn) {
    ClosingRecord const clean{.close_sent = true, .code = 1000, .end = End::target_fin, .clean = true};
    ClosingRecord const wrong{.detected = true, .close_sent = true, .code = 1000, .end = End::target_fin};
    ClosingRecord const fits{.detected = true, .close_sent = true, .code = 1002, .code_fits = true};
    ClosingRecord const dropped{.detected = true, .end = End::target_fin};
    ClosingRecord const hangs{.end = End::tester};
    ClosingRecord const answers{.close_sent = true, .code = 1000, .end = End::target_reset};
    struct Row {
        CaseResult result;
        const char* word;
    };
    for (const auto& [result, word] : std::vector<Row>{
             {closed(Verdict::pass, clean), "OK"},
             {closed(Verdict::pass, {}), "OK"},
             {closed(Verdict::informational, clean), "INFORMATIONAL"},
             {closed(Verdict::unimplemented, clean), "UNIMPLEMENTED"},
             {closed(Verdict::fail, wrong), "WRONG CODE"},
             {closed(Verdict::non_strict, wrong), "WRONG CODE"},
             {closed(Verdict::fail, clean, "R6455-7.4.1-2"), "WRONG CODE"},
             {closed(Verdict::fail, clean), "OK"},
             {closed(Verdict::non_strict, fits), "OK"},
             {closed(Verdict::non_strict, dropped), "OK"},
             {closed(Verdict::fail, hangs), "FAILED BY CLIENT"},
             {closed(Verdict::fail, answers), "UNCLEAN"},
             {closed(Verdict::fail, {}), "FAILED"},
             {closed(Verdict::error, {}), "FAILED"},
         })
        EXPECT_EQ(autobahn_behavior_close(result, "server"), word)
            << to_string(result.verdict) << " " << result.closing.code;
    EXPECT_EQ(autobahn_behavior_close(closed(Verdict::fail, hangs), "client"), "FAILED");
}

TEST(Autobahn, NamesOfFilesAreItsOwn) {
    EXPECT_EQ(autobahn_file_part("Python/3.11 aiohttp/3.8.4"), "python_3_11_aiohttp_3_8_4");
    EXPECT_EQ(autobahn_file_part("  A (b) "), "a__b");
    EXPECT_EQ(autobahn_file_part("../../etc/passwd"), "etc_passwd");
    EXPECT_EQ(autobahn_file_part("\xff\x1b[31m"), "31m");
    for (const char* empty : {"", "/", "\xe2\x82\xac"}) EXPECT_EQ(autobahn_file_part(empty), "agent");
    EXPECT_LE(autobahn_file_part(std::string(100000, 'x')).size(), 200U);
}

TEST(Autobahn, TheIndexHasFiveKeysACase) {
    auto const files = to_autobahn(test::sample_runs());
    auto const index = Json::parse(files.at("index.json"));
    ASSERT_EQ(index.size(), 2U);
    const Json& agent = index.at("Some/1.0");
    EXPECT_FALSE(agent.contains("99.1"));  // skipped
    for (const auto& [id, entry] : agent.items()) {
        std::vector<std::string> keys;
        for (const auto& [key, value] : entry.items()) keys.push_back(key);
        EXPECT_THAT(keys, ElementsAre("behavior", "behaviorClose", "duration", "remoteCloseCode", "reportfile"));
        EXPECT_TRUE(entry.at("duration").is_number_integer());
        EXPECT_TRUE(files.contains(entry.at("reportfile").get<std::string>())) << id;
    }
    EXPECT_EQ(agent.at("98.3").at("remoteCloseCode"), 1002);
    EXPECT_TRUE(agent.at("98.1").at("remoteCloseCode").is_null());
    EXPECT_EQ(agent.at("98.3").at("reportfile"), "some_1_0_case_98_3.json");
    EXPECT_EQ(index.at("UnknownServer").at("98.1").at("behavior"), "FAILED");
    // People take it apart with line tools.
    EXPECT_THAT(files.at("index.json"), HasSubstr("{\n   \"Some/1.0\": {\n      \"98.1\": {\n         \"behavior\": "));
}

TEST(Autobahn, ACaseHasAllKeys) {
    auto const files = to_autobahn(test::sample_runs());
    auto const detail = Json::parse(files.at("some_1_0_case_98_1.json"));
    for (const char* key : {"agent",
                            "behavior",
                            "behaviorClose",
                            "case",
                            "closedByMe",
                            "createStats",
                            "createWirelog",
                            "description",
                            "droppedByMe",
                            "duration",
                            "expectation",
                            "expected",
                            "expectedClose",
                            "failedByMe",
                            "httpRequest",
                            "httpResponse",
                            "id",
                            "isServer",
                            "localCloseCode",
                            "localCloseReason",
                            "received",
                            "remoteCloseCode",
                            "remoteCloseReason",
                            "reportCompressionRatio",
                            "reportTime",
                            "result",
                            "resultClose",
                            "rxFrameStats",
                            "rxOctetStats",
                            "txFrameStats",
                            "txOctetStats",
                            "started",
                            "trafficStats",
                            "wasClean",
                            "wasCloseHandshakeTimeout",
                            "wasNotCleanReason",
                            "wasOpenHandshakeTimeout",
                            "wasServerConnectionDropTimeout",
                            "wirelog"})
        EXPECT_TRUE(detail.contains(key)) << key;
    EXPECT_EQ(detail.at("started"), "2026-11-22T10:00:00.000Z");
    EXPECT_THAT(detail.at("httpRequest").get<std::string>(), HasSubstr("Sec-WebSocket-Key"));
    EXPECT_EQ(detail.at("received"), Json::array({Json::array({"message", "Hello", false})}));
    EXPECT_EQ(detail.at("txFrameStats"), Json({{"1", 1}}));
    EXPECT_EQ(detail.at("rxOctetStats").at("7"), 1);
    EXPECT_EQ(detail.at("wirelog").at(0).at(0), "TO");
}

TEST(Autobahn, TheIndexPageCountsFailuresAsItsReadersDo) {
    RunResult run = test::sample_run();
    auto const page = [&] { return to_autobahn({&run, 1}).at("index.html"); };
    EXPECT_GT(occurrences(page(), "case_failed"), 2U);
    EXPECT_THAT(page(), HasSubstr("<a href=\"some_1_0_case_98_3.html\">Fail</a>"));
    EXPECT_THAT(page(), HasSubstr(">Missing<"));
    std::erase_if(run.cases, [](const CaseResult& result) {
        return autobahn_behavior(result.verdict) == "FAILED" || autobahn_behavior_close(result, "server") == "FAILED";
    });
    EXPECT_EQ(occurrences(page(), "case_failed"), 2U);
    EXPECT_THAT(page(), HasSubstr("Pass"));
    run.cases.push_back(closed(Verdict::fail, {.close_sent = true, .clean = true}));
    EXPECT_EQ(occurrences(page(), "case_failed"), 3U);
}

TEST(Autobahn, AgentsThatLookAlikeAreKeptApart) {
    std::vector<RunResult> runs(3, test::sample_run());
    runs[1].profile.agent = "some-1.0";
    auto const files = to_autobahn(runs);
    auto const index = Json::parse(files.at("index.json"));
    EXPECT_TRUE(index.contains("Some/1.0") && index.contains("some-1.0") && index.contains("Some/1.0 (2)"));
    std::set<std::string> reports;
    for (const auto& [agent, cases] : index.items()) reports.insert(cases.at("98.1").at("reportfile"));
    EXPECT_EQ(reports.size(), 3U);
    EXPECT_EQ(to_autobahn({}).at("index.json"), "{}\n");
}

TEST(Autobahn, NothingOfATargetGetsIntoAPageOrAPath) {
    std::string const evil = "</title><script>alert(1)</script>\"'&\xff\x1b[31m/../x";
    RunResult run = test::sample_run();
    run.profile.agent = evil;
    for (auto& result : run.cases) {
        result.observed = result.expected = result.detail = evil;
        result.transcript = {
            {1, TranscriptEntry::Direction::sent, octets("GET / HTTP/1.1\r\n\r\n"), 18, ""},
            {2, TranscriptEntry::Direction::received, octets("HTTP/1.1 101 " + evil + "\r\n\r\n"), 0, ""}};
        result.transcript.back().size = result.transcript.back().octets.size();
        result.transcript.push_back(
            {3, TranscriptEntry::Direction::received, wire(text(evil.substr(0, 33)), Role::server), 0, ""});
        result.transcript.back().size = result.transcript.back().octets.size();
    }
    for (const auto& [name, content] : to_autobahn({&run, 1})) {
        EXPECT_TRUE(std::regex_match(name, std::regex("[a-z0-9_]+\\.(json|html)"))) << name;
        EXPECT_THAT(content, Not(HasSubstr("\x1b")));
        if (name.ends_with(".html")) {
            EXPECT_THAT(content, Not(HasSubstr("<script")));
        } else {
            EXPECT_TRUE(Json::accept(content)) << name;
        }
    }
}

}  // namespace
}  // namespace wsspec
