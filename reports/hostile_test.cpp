// Whatever a target puts into whichever field: no writer lets it out as more than text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "reports/badge.h"
#include "reports/baseline.h"
#include "reports/compare.h"
#include "reports/github.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/pcap.h"
#include "reports/sample_runs_test.h"
#include "reports/tap.h"
#include "reports/terminal.h"
#include "reports/xml_check_test.h"

namespace wsspec {
namespace {

using namespace std::string_literals;

const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)> ' & ]]> <!-- &lt; &#60;",
        "\x1b[2J\x1b]0;title\x07\x9b"
        "31m",
        "nul\0inside"s,
        "\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
        "\xe2\x80\xae gnp.exe \xe2\x81\xa6 \xef\xbb\xbf \xc2\x85 \xe2\x80\xa8 caf\xc3\xa9",
        "a\r\n::error title=x::y\n::set-env name=A::b\n##[error]z\r%0A%25",
        "\nok 1 - all well\nnot ok 2\nBail out! now\n1..0 # SKIP all\n  ...\n---\n",
        "# SKIP me # TODO later \\# \\",
        "` `` ``` | a |\n\n# Heading\n[x](javascript:alert(1)) ![y](http://z/) @someone https://evil.example",
        "  ",
        "`",
        std::string(1 << 20, '<'),
        std::string(1 << 20, '\xf0'),
        std::string(1 << 20, '`'),
        std::string(1 << 20, '\n'),
    };
    return texts;
}

struct Field {
    const char* name;
    std::function<void(RunResult&, const std::string&)> set;
};

/// All strings of a run that a target, or a file made by somebody else, decides.
const std::vector<Field>& fields() {
    using Text = const std::string&;
    auto const each = [](auto set) {
        return [set](RunResult& run, Text text) {
            for (auto& result : run.cases) set(result, text);
        };
    };
    static const std::vector<Field> all = {
        {"url", [](RunResult& run, Text text) { run.options.clear(), run.url = text; }},
        {"options", [](RunResult& run, Text text) { run.options = {{text, text}, {"url", text}, {"spawn", text}}; }},
        {"started", [](RunResult& run, Text text) { run.started = text; }},
        {"rerun", [](RunResult& run, Text text) { run.rerun = text + "{case}"; }},
        {"agent", [](RunResult& run, Text text) { run.profile.agent = text; }},
        {"echo_detail", [](RunResult& run, Text text) { run.profile.echo_detail = run.profile.failure = text; }},
        {"incomplete",
         [](RunResult& run, Text text) {
             run.complete = false;
             run.incomplete_because = {text, text};
         }},
        {"title", each([](CaseResult& result, Text text) { result.title = text; })},
        {"group", each([](CaseResult& result, Text text) { result.group = result.group_title = text; })},
        {"detail", each([](CaseResult& result, Text text) { result.detail = text; })},
        {"requirement", each([](CaseResult& result, Text text) {
             result.requirement = text;
             result.requirements = {text};
             result.cited = Citation{text, text, text, text};
         })},
        {"expected", each([](CaseResult& result, Text text) { result.expected = text; })},
        {"observed", each([](CaseResult& result, Text text) { result.observed = text; })},
        {"findings", each([](CaseResult& result, Text text) { result.findings = {{Grade::fail, text, text, 1}}; })},
        {"reason", each([](CaseResult& result, Text text) {
             if (result.known) result.known->reason = result.known->link = result.known->expires = text;
         })},
        {"transcript", each([](CaseResult& result, Text text) {
             result.transcript = {{0, TranscriptEntry::Direction::received, octets(text), text.size(), text}};
             result.first_transcript = result.transcript;
         })},
        {"id", [](RunResult& run, Text text) { run.cases.front().id = text; }},
    };
    return all;
}

/// Printable ASCII, line feeds and our own signs.
bool is_harmless(std::string text) {
    for (std::string_view const sign : {"…", "×", "–"})
        for (auto at = text.find(sign); at != std::string::npos; at = text.find(sign, at)) text.erase(at, sign.size());
    return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); });
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::size_t from = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

/// The line without its code spans, as GitHub reads them (GFM section 6.3), and without escaped signs.
std::string markup_of(const std::string& line) {
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == '\\' && at + 1 < line.size()) {
            at += 2;
            continue;
        }
        if (line[at] != '`') {
            out += line[at++];
            continue;
        }
        auto const run_at = [&](std::size_t from) {
            return std::min(line.find_first_not_of('`', from), line.size()) - from;
        };
        std::size_t const fence = run_at(at);
        std::size_t close = at + fence;
        std::size_t run = 0;
        while ((close = line.find('`', close)) != std::string::npos && (run = run_at(close)) != fence) close += run;
        if (close == std::string::npos) return out + "UNCLOSED";
        at = close + fence;
    }
    return out;
}

void expect_tap(const std::string& text, std::size_t cases) {
    std::size_t results = 0;
    bool inside = false;
    auto const lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (line == "  ---") {
            inside = true;
        } else if (line == "  ...") {
            inside = false;
        } else if (inside) {
            EXPECT_TRUE(line.starts_with("  ") && line.ends_with('"')) << line;
        } else if (line.starts_with("ok ") || line.starts_with("not ok ")) {
            ++results;
            std::size_t directives = 0;
            for (std::size_t at = 0; at < line.size(); ++at) {
                if (line[at] == '\\') {
                    ++at;
                } else if (line[at] == '#') {
                    ++directives;
                }
            }
            EXPECT_LE(directives, 1U) << line;
            if (line.starts_with("ok ") && directives == 1) {
                EXPECT_THAT(line, testing::HasSubstr(" # SKIP skipped: "));
            }
        } else {
            EXPECT_TRUE(line == "TAP version 14" || line.starts_with("1..") ||
                        (line.starts_with("Bail out! ") && i + 1 == lines.size()))
                << line;
        }
    }
    EXPECT_EQ(results, cases);
}

void expect_pcapng(const std::string& text) {
    auto const number = [&](std::size_t at) {
        std::size_t out = 0;
        for (std::size_t i = 4; i-- > 0;) out = out << 8 | static_cast<Octet>(text.at(at + i));
        return out;
    };
    for (std::size_t at = 0; at < text.size();) {
        ASSERT_LE(at + 12, text.size());
        std::size_t const size = number(at + 4);
        ASSERT_EQ(size % 4, 0U);
        ASSERT_GE(size, 12U);
        ASSERT_LE(at + size, text.size());
        ASSERT_EQ(number(at + size - 4), size);
        if (number(at) == 6) {
            ASSERT_LE(number(at + 20), number(at + 24));
        }
        at += size;
    }
}

TEST(Hostile, EveryTextInEveryFieldOfEveryFormat) {
    for (const auto& field : fields())
        for (std::size_t i = 0; i < hostile_texts().size(); ++i) {
            SCOPED_TRACE(std::string(field.name) + ", text " + std::to_string(i));
            RunResult run = test::sample_run();
            field.set(run, hostile_texts()[i]);
            std::span<const RunResult> const runs{&run, 1};
            for (bool const strict : {false, true}) {
                std::string const junit = to_junit(runs, strict);
                EXPECT_TRUE(is_harmless(junit));
                EXPECT_EQ(junit.find("<script"), std::string::npos);
                EXPECT_EQ(junit.find("<img"), std::string::npos);

                std::string const markdown = to_markdown(runs, strict);
                EXPECT_TRUE(is_harmless(markdown));
                for (const auto& line : lines_of(markdown)) {
                    std::string const markup = markup_of(line);
                    for (const char* bad : {"<", "](", "@", "://", "www.", "UNCLOSED"})
                        EXPECT_EQ(markup.find(bad), std::string::npos) << bad << " in " << line.substr(0, 200);
                }

                std::string const github = to_github(runs, strict);
                EXPECT_TRUE(is_harmless(github));
                EXPECT_FALSE(github.empty());
                for (const auto& line : lines_of(github)) {
                    EXPECT_TRUE(line.starts_with("::error title=") || line.starts_with("::notice title="))
                        << line.substr(0, 200);
                    // The first "::" behind the title ends the properties.
                    std::string const title = line.substr(14, line.find("::", 14) - 14);
                    EXPECT_EQ(title.find_first_of(":,"), std::string::npos) << title;
                }

                std::string const tap = to_tap(runs, strict);
                EXPECT_TRUE(is_harmless(tap));
                expect_tap(tap, run.cases.size());

                for (const auto& text : {junit, markdown, github, tap}) EXPECT_LT(text.size(), 300U << 10);
                Badge const badge = badge_of(runs, strict);
                EXPECT_TRUE(badge == Badge({.message = "3 of 8 fail", .color = "#e05d44"}) ||
                            badge == Badge({.message = "4 of 8 fail", .color = "#e05d44"}) ||
                            badge == Badge({.message = "incomplete", .color = "#9f9f9f"}))
                    << badge.message;
            }
            std::string const pcapng = to_pcapng(runs);
            expect_pcapng(pcapng);
            RunResult const before = test::sample_run();
            Baseline const baseline{.cases = {{"98.1", {.verdict = Verdict::pass, .reason = hostile_texts()[i]}},
                                              {hostile_texts()[i], {.reason = "", .expires = hostile_texts()[i]}}}};
            for (const auto& text :
                 {describe(compare(before, run, true)), summary(run), describe_baseline(baseline, run, "2026-11-22")}) {
                EXPECT_TRUE(is_harmless(text));
                EXPECT_LT(text.size(), 100U << 10);
            }
        }
}

TEST(Hostile, TheJUnitFileStaysValid) {
    for (std::size_t i = 0; i < hostile_texts().size(); ++i) {
        RunResult run = test::sample_run();
        for (const auto& field : fields()) field.set(run, hostile_texts()[i]);
        auto const checked = test::checked_by_xsd(to_junit({&run, 1}, true), "reports/junit_test.xsd");
        EXPECT_TRUE(checked.valid) << i << ": " << checked.output;
    }
}

TEST(Hostile, ACaptureOfAClaimedExbioctetStaysSmall) {
    RunResult run = test::sample_run();
    run.cases.front().transcript = {
        {UINT64_MAX, TranscriptEntry::Direction::received, Octets(1 << 20, 0xff), UINT64_MAX, ""}};
    std::string const pcapng = to_pcapng({&run, 1});
    EXPECT_LT(pcapng.size(), 2U << 20);
    expect_pcapng(pcapng);
}

}  // namespace
}  // namespace wsspec
