// Runs for the tests of the writers. The ids are in no catalogue, so that the golden files stay as they are.
#pragma once

#include <vector>

#include "cases/case.h"
#include "reports/run.h"

namespace wsspec::test {

inline CaseResult sample_case(std::string id, std::string title, Verdict verdict, std::string detail = {}) {
    CaseResult result;
    result.id = std::move(id);
    result.title = std::move(title);
    result.group = group_of(result.id);
    result.group_title = result.group == "98" ? "Silence" : "Noise & <other> sounds";
    result.verdict = verdict;
    result.detail = std::move(detail);
    result.duration_ms = 1.5;
    result.attempts = 1;
    return result;
}

/// One of everything that a writer treats in its own way.
inline RunResult sample_run() {
    using Direction = TranscriptEntry::Direction;
    RunResult run;
    run.tool.version = "0.1.0";
    run.url = "ws://127.0.0.1:9001/";
    run.options = {{"url", "ws://127.0.0.1:9001/"}};
    run.profile.reachable = run.profile.upgrades = run.profile.echoes = true;
    run.profile.agent = "Some/1.0";
    run.seed = 7;
    run.started = "2026-11-22T10:00:00Z";
    run.duration_ms = 12.5;
    run.complete = true;
    run.rerun = "wsspec run ws://127.0.0.1:9001/ --seed 7 --case {case}";

    run.cases.push_back(sample_case("98.1", "Send nothing", Verdict::pass));
    run.cases.back().transcript = {
        {10, Direction::sent,
         octets("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"),
         147, ""},
        {200, Direction::received,
         octets("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                "Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
         129, ""},
        {300, Direction::sent, hex("81 85 00 00 00 00 48 65 6c 6c 6f"), 11, "text"},
        {400, Direction::received, hex("81 05 48 65 6c 6c 6f"), 7, ""},
        {450, Direction::note, {}, 0, "the target ended TCP (FIN)"}};
    for (auto& entry : run.cases.back().transcript) entry.size = entry.octets.size();
    run.cases.back().closing.end = ClosingRecord::End::target_fin;
    run.cases.push_back(sample_case("98.2", "Send less", Verdict::non_strict, "ends TCP without a Close frame"));
    run.cases.push_back(sample_case("98.3", "Send | `one` octet", Verdict::fail, "answers `a|b` & <c> 100%"));
    CaseResult& failed = run.cases.back();
    failed.requirement = "R0-1";
    failed.cited = Citation{.rfc = "6455", .section = "5.1", .level = "MUST", .statement = "Mask every frame."};
    failed.expected = "Close 1002";
    failed.observed = "text, 1 octet \"a\"";
    failed.deciding_octet = 3;
    failed.closing = {.close_sent = true, .code = 1002, .end = ClosingRecord::End::tester};
    failed.transcript = {{10, Direction::received, hex("81 01 61 00"), 100000, "cut"}};
    run.cases.push_back(failed);
    run.cases.back().id = "98.10";
    run.cases.back().title = "Send two octets";
    run.cases.push_back(sample_case("98.11", "Send three octets", Verdict::fail, "crashes"));
    run.cases.back().known =
        KnownVerdict{.verdict = Verdict::fail, .reason = "fixed in 2.0 #12", .link = "https://example.org/12"};
    run.cases.push_back(sample_case("98.12", "Send four octets", Verdict::non_strict, "late"));
    run.cases.back().known = KnownVerdict{.verdict = Verdict::fail, .reason = "was worse"};
    run.cases.push_back(sample_case("99.1", "Send # octets", Verdict::skipped, "needs an echo # really"));
    run.cases.push_back(sample_case("99.2", "Ask", Verdict::informational, "answers with 1000"));
    run.cases.push_back(sample_case("99.3", "Send twice", Verdict::flaky, "fail among the others, pass alone"));
    run.cases.back().first_verdict = Verdict::fail;
    run.cases.back().first_transcript = {{5, Direction::sent, hex("82 80 00 00 00 00"), 6, ""}};
    run.selected = run.cases.size();
    return run;
}

/// A target that was lost.
inline RunResult incomplete_run() {
    RunResult run;
    run.url = "ws://127.0.0.1:9002/";
    run.options = {{"url", "ws://127.0.0.1:9002/"}};
    run.started = "not a date";
    run.incomplete_because = {"shard 2 of 3 is missing"};
    run.cases.push_back(sample_case("98.1", "Send nothing", Verdict::error, "no connection"));
    run.selected = 2;
    return run;
}

inline std::vector<RunResult> sample_runs() { return {sample_run(), incomplete_run()}; }

}  // namespace wsspec::test
