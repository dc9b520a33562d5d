#include "reports/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reports/html_data.h"
#include "reports/html_example_test.h"
#include "reports/html_text.h"

namespace wsspec {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

std::string between(std::string_view text, std::string_view from, std::string_view to) {
    auto const begin = text.find(from);
    if (begin == std::string_view::npos) return "";
    auto const end = text.find(to, begin + from.size());
    return std::string(text.substr(begin + from.size(), end - begin - from.size()));
}

std::string page_of(const RunResult& run) { return to_html({&run, 1}); }
Json data_of(std::span<const RunResult> runs) { return Json::parse(html_data(runs)); }
Json data_of(const RunResult& run) { return data_of(std::span(&run, 1)); }

std::string text_of(const Json& data, const Json& number) {
    return data.at("strings").at(number.get<std::size_t>()).get<std::string>();
}

RunResult small_run() {
    RunResult run = example_run();
    run.cases = {masking_failure("1.1.1"), clean_pass("1.1.2")};
    return run;
}

// ---- the file -------------------------------------------------------------------------------------------------------

TEST(Html, IsOneFileThatLoadsNothing) {
    std::string const page = page_of(small_run());
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    EXPECT_TRUE(page.ends_with("</html>\n"));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    for (const char* const loading : {"<link", "<img", "<iframe", " src=", "@import", "url(", "fetch(", "import("})
        EXPECT_THAT(page, Not(HasSubstr(loading)));
    EXPECT_EQ(count(page, "<script"), 2U);
    EXPECT_EQ(count(page, "</script"), 2U);
    EXPECT_EQ(count(page, "<style"), 1U);
    // The ways from text to markup that a browser has: the page's script takes none.
    for (const char* const markup : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                                     "new Function", "srcdoc", "DOMParser"})
        EXPECT_THAT(page, Not(HasSubstr(markup)));
}

std::string policy_hash(std::string_view text) {
    std::array<Octet, 32> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return "'sha256-" + base64(digest) + "'";
}

// A browser runs and applies exactly what the policy names by its hash.
TEST(Html, PolicyNamesItsOwnScriptAndStyle) {
    std::string const page = page_of(small_run());
    EXPECT_THAT(page, HasSubstr("script-src " + policy_hash(between(page, "</script>\n<script>", "</script>"))));
    EXPECT_THAT(page, HasSubstr("style-src " + policy_hash(between(page, "<style>", "</style>"))));
    EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
}

TEST(Html, TheSameRunGivesTheSameFile) { EXPECT_EQ(page_of(small_run()), page_of(small_run())); }

TEST(Html, NoRunAndAnEmptyRunAreAPageToo) {
    EXPECT_TRUE(to_html({}).ends_with("</html>\n"));
    RunResult const empty;
    Json const data = data_of(empty);
    EXPECT_TRUE(data.at("cases").empty());
    EXPECT_FALSE(data.at("runs").at(0).at("complete").get<bool>());
}

// ---- what a target sent ---------------------------------------------------------------------------------------------

const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts = {
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "<img src=x onerror=alert(1)>",
        "]]>&lt;&#60;",
        "\"}]}\\\"",
        "\x1b[2J\x1b]0;title\x07",
        std::string("NUL \0 NUL", 9),
        "\xff\xfe\xc0\x80\xed\xa0\x80",
        "abc\xe2\x80\xae"
        "cba\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf\xf3\xa0\x81\x81",
        "javascript:alert(1)//{case}",
        std::string(1 << 20, 'A'),
        std::string(1 << 20, '\xff'),
    };
    return texts;
}

/// The text in every field that a target, or a file from elsewhere, can fill.
RunResult hostile_run(const std::string& text) {
    RunResult run = small_run();
    run.url = text;
    run.role = text;
    run.started = text;
    run.rerun = text;
    run.tool = {text, text};
    run.incomplete_because = {text};
    run.options = {{text, text}};
    run.profile.agent = text;
    run.profile.echo_detail = text;
    run.profile.failure = text;
    run.profile.extensions = {text};
    run.profile.handshake_defects = {{.requirement = text, .what = text, .tolerable = true}};
    CaseResult hostile = masking_failure();
    hostile.id = text.substr(0, 200);
    hostile.title = hostile.group = hostile.group_title = text;
    hostile.requirements = {text};
    hostile.detail = hostile.requirement = hostile.expected = hostile.observed = text;
    hostile.cited = Citation{.rfc = text, .section = text, .level = text, .statement = text};
    hostile.known = KnownVerdict{.reason = text, .link = text, .expires = text};
    hostile.findings = {{.grade = Grade::fail, .requirement = text, .what = text}};
    hostile.first_verdict = Verdict::pass;
    for (auto& one : hostile.transcript) {
        one.note = text;
        one.octets = octets(text);
        one.size = one.octets.size();
    }
    hostile.first_transcript = hostile.transcript;
    run.cases.push_back(std::move(hostile));
    return run;
}

TEST(Html, HostileTextAnywhereStaysText) {
    for (const auto& text : hostile_texts()) {
        SCOPED_TRACE(page_string(text, 30));
        std::string const page = page_of(hostile_run(text));
        bool const ascii = std::ranges::all_of(page, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); });
        EXPECT_TRUE(ascii);
        EXPECT_EQ(count(page, "<script"), 2U);
        EXPECT_EQ(count(page, "</script"), 2U);
        std::string const data = between(page, "id=\"data\">", "</script>");
        EXPECT_EQ(data.find_first_of("<>&"), std::string::npos);
        EXPECT_TRUE(Json::accept(data));
        EXPECT_LT(page.size(), 1'500'000U);
    }
}

// ---- the data -------------------------------------------------------------------------------------------------------

TEST(HtmlData, SaysWhyACaseFailed) {
    Json const data = data_of(small_run());
    const Json& result = data.at("runs").at(0).at("results").at(0);
    EXPECT_EQ(data.at("cases").at(0).at(0), "1.1.1");
    EXPECT_EQ(data.at("verdicts").at(result.at(1).get<std::size_t>()), "fail");
    EXPECT_EQ(text_of(data, result.at(2)), "breaks the protocol in what it sends: a frame from a server is masked");
    const Json& statement = data.at("requirements").at(result.at(3).get<std::size_t>());
    EXPECT_EQ(statement.at(0), "R6455-5.1-4");
    EXPECT_EQ(statement.at(1), "6455");
    EXPECT_EQ(statement.at(2), "5.1");
    EXPECT_EQ(statement.at(3), "MUST NOT");
    EXPECT_EQ(statement.at(6), 1) << "it shows at a server";
    EXPECT_EQ(result.at(7), http_response().size() + 2);
    const Json& transcript = result.at(11);
    ASSERT_EQ(transcript.size(), 4U);
    EXPECT_EQ(transcript.at(3), Json::parse(R"([180,1,11,0,"gYU3+iE9f59NUVg="])"));
    EXPECT_EQ(data.at("runs").at(0).at("rerun"), "wsspec run 'ws://target-0.example:9001/' --case {case}");
}

TEST(HtmlData, TellsWhatACaseSendsAndAllows) {
    Json const data = data_of(small_run());
    const Json& one = data.at("cases").at(0);
    const Json& script = one.at(6).at(0);
    EXPECT_EQ(text_of(data, script.at(0).at(0)), "open the connection");
    std::string allowed;
    for (const auto& step : script)
        if (step.at(0) == 0)
            for (const auto& outcome : step.at(1))
                allowed += outcome.at(0).get<std::string>() + ": " + text_of(data, outcome.at(1)) + "; ";
    EXPECT_THAT(allowed, HasSubstr("pass: text, empty"));
    EXPECT_THAT(text_of(data, one.at(7)), HasSubstr("Script\n"));
}

TEST(HtmlData, NamesTheFaultInWhatWeSent) {
    RunResult run = small_run();
    auto& transcript = run.cases[0].transcript;
    EXPECT_EQ(data_of(run).at("runs").at(0).at("results").at(0).at(12), 0) << "a masked frame is in order";

    transcript[2] = entry(120, TranscriptEntry::Direction::sent, hex("81 05 48 65 6c 6c 6f"));
    Json const data = data_of(run);
    const Json& fault = data.at("runs").at(0).at("results").at(0).at(12);
    ASSERT_TRUE(fault.is_array()) << fault;
    EXPECT_EQ(fault.at(0), http_request().size() + 2);
    EXPECT_EQ(text_of(data, fault.at(1)), "a frame from a client is not masked");

    // With an extension agreed to, the plain reading could accuse what is in order.
    std::string response(as_text(http_response()));
    response.insert(response.size() - 2, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    transcript[1] = entry(90, TranscriptEntry::Direction::received, octets(response));
    EXPECT_EQ(data_of(run).at("runs").at(0).at("results").at(0).at(12), 0);
}

TEST(HtmlData, KeepsTheOctetsAroundTheOneThatDecided) {
    RunResult run = small_run();
    auto& result = run.cases[0];
    Octets large(100'000, 0x41);
    large[70'000] = 0xff;
    result.transcript[3] = entry(180, TranscriptEntry::Direction::received, large);
    result.deciding_octet = http_response().size() + 70'001;
    Json const data = data_of(run);
    const Json& kept = data.at("runs").at(0).at("results").at(0).at(11).at(3);
    EXPECT_EQ(kept.at(2), 100'000);
    ASSERT_EQ(kept.size(), 7U);
    auto const from = kept.at(5).get<std::size_t>();
    EXPECT_LE(from, 70'000U);
    EXPECT_EQ(kept.at(6), base64(OctetView(large).subspan(from, 70'000 + 64 - from)));
    EXPECT_LT(html_data({&run, 1}).size(), 400'000U);
}

TEST(HtmlData, OfManyTargetsPassesKeepNoOctets) {
    auto run = small_run();
    run.cases[1].transcript = run.cases[0].transcript;
    auto const transcripts = [](const Json& data) {
        std::vector<bool> kept;
        for (const auto& result : data.at("runs").at(0).at("results")) kept.push_back(result.at(11).is_array());
        return kept;
    };
    EXPECT_EQ(transcripts(data_of(run)), (std::vector{true, true}));
    std::vector<RunResult> const three(3, run);
    EXPECT_EQ(transcripts(data_of(three)), (std::vector{true, false}));
}

TEST(HtmlData, EachTextStandsOnce) {
    std::vector<RunResult> const runs(5, small_run());
    std::string const data = html_data(runs);
    EXPECT_EQ(count(data, "breaks the protocol in what it sends"), 1U);
    EXPECT_EQ(count(data, "Send every frame without masking."), 1U);
}

TEST(HtmlData, ShowsCasesAndStatementsThatOnlyTheFileKnows) {
    RunResult run = small_run();
    CaseResult foreign = clean_pass("77.1");
    foreign.title = "From another version";
    foreign.group_title = "Other things";
    foreign.verdict = Verdict::fail;
    foreign.requirement = "R9999-1-1";
    foreign.cited = Citation{.rfc = "9999", .section = "1", .level = "MUST", .statement = "Be from elsewhere."};
    run.cases.push_back(foreign);
    Json const data = data_of(run);
    EXPECT_EQ(text_of(data, data.at("cases").at(2).at(1)), "From another version");
    EXPECT_EQ(data.at("groups").at(1), Json::parse(R"(["77","Other things"])"));
    const Json& statement = data.at("requirements").back();
    EXPECT_EQ(statement.at(0), "R9999-1-1");
    EXPECT_EQ(text_of(data, statement.at(5)), "Be from elsewhere.");
}

TEST(HtmlData, CasesOfAllRunsStandInTheOrderOfIds) {
    std::vector<RunResult> runs(2, small_run());
    runs[0].cases = {clean_pass("1.1.2"), clean_pass("6.10.1")};
    runs[1].cases = {clean_pass("1.1.1"), clean_pass("6.2.1")};
    Json const data = data_of(runs);
    std::vector<std::string> ids;
    for (const auto& one : data.at("cases")) ids.push_back(one.at(0).get<std::string>());
    EXPECT_EQ(ids, (std::vector<std::string>{"1.1.1", "1.1.2", "6.2.1", "6.10.1"}));
    EXPECT_EQ(data.at("runs").at(1).at("results").at(0).at(0), 0);
    EXPECT_EQ(data.at("runs").at(1).at("results").at(1).at(0), 2);
}

// The budget holds when everything fails and every transcript is as long as the runner lets it become.
TEST(HtmlData, ManyLongTranscriptsStayWithinTheBudget) {
    RunResult run = small_run();
    run.cases.clear();
    for (int i = 0; i < 100; ++i) {
        run.cases.push_back(masking_failure("1.1." + std::to_string(i + 1)));
        auto& transcript = run.cases.back().transcript;
        transcript.resize(4 + 200, entry(200, TranscriptEntry::Direction::received, Octets(4096, Octet(i))));
    }
    std::vector<RunResult> const runs(3, run);
    std::string const data = html_data(runs);
    EXPECT_LT(data.size(), 8'500'000U);
    auto const results = Json::parse(data).at("runs").at(0).at("results");
    EXPECT_TRUE(results.at(0).at(11).is_array());
    EXPECT_EQ(results.at(99).at(11), 0) << "no room any more";
}

}  // namespace
}  // namespace wsspec
