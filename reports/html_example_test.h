// Runs to draw in tests of the HTML report: small ones by hand, and large ones by rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reports/run.h"

namespace wsspec {

inline Octets http_response() {
    return octets(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

inline Octets http_request() {
    return octets(
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
}

inline TranscriptEntry entry(std::uint64_t at_us, TranscriptEntry::Direction direction, Octets octets) {
    auto const size = octets.size();
    return {.at_us = at_us, .direction = direction, .octets = std::move(octets), .size = size};
}

/// The target answers RFC 6455 section 5.7's masked "Hello" with a masked one: octet 2 of its frame is wrong.
inline CaseResult masking_failure(const std::string& id = "1.1.1") {
    using enum TranscriptEntry::Direction;
    CaseResult result{.id = id, .verdict = Verdict::fail};
    result.detail = "breaks the protocol in what it sends: a frame from a server is masked";
    result.requirement = "R6455-5.1-4";
    result.expected = "text, 5 octets \"Hello\"";
    result.observed = "a breach of the protocol: a frame from a server is masked";
    result.findings = {{.grade = Grade::fail,
                        .requirement = "R6455-5.1-4",
                        .what = "breaks the protocol in what it sends: a frame from a server is masked",
                        .offset = 2}};
    result.closing = {.end = ClosingRecord::End::tester};
    result.duration_ms = 0.4;
    result.attempts = 2;
    result.transcript = {entry(50, sent, http_request()), entry(90, received, http_response()),
                         entry(120, sent, hex("81 85 37 fa 21 3d 7f 9f 4d 51 58")),
                         entry(180, received, hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"))};
    result.deciding_octet = http_response().size() + 2;
    return described(std::move(result));
}

inline CaseResult clean_pass(const std::string& id) {
    CaseResult result{.id = id, .verdict = Verdict::pass};
    result.closing = {
        .close_sent = true, .code = 1000, .code_fits = true, .end = ClosingRecord::End::target_fin, .clean = true};
    result.attempts = 1;
    result.duration_ms = 0.3;
    return described(std::move(result));
}

inline Figures figures(std::uint64_t size, double seconds) {
    return {.messages = 100,
            .message_size = size,
            .octets = size * 100,
            .wire_sent = size * 100 + 1400,
            .wire_received = size * 100 + 1000,
            .seconds = seconds,
            .round_trip_min_us = seconds * 8000,
            .round_trip_median_us = seconds * 1e4,
            .round_trip_p99_us = seconds * 2e4};
}

/// Every case of the catalogue; one in seven fails, one in eleven is non-strict, a few did not run. With figures.
inline RunResult example_run(std::size_t number = 0) {
    RunResult run;
    run.tool.version = "1.2.3";
    run.url = "ws://target-" + std::to_string(number) + ".example:9001/";
    run.profile = {.reachable = true, .upgrades = true, .echoes = true, .message_limit = 65536, .round_trip_ms = 0.25};
    run.profile.agent = "Example/" + std::to_string(number);
    run.started = "2026-01-31T12:00:00Z";
    run.duration_ms = 2345;
    run.complete = true;
    run.rerun = "wsspec run '" + run.url + "' --case {case}";
    std::size_t place = number;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) {
            ++place;
            if (place % 7 == 0) {
                run.cases.push_back(masking_failure(one.id));
            } else {
                run.cases.push_back(clean_pass(one.id));
                auto& result = run.cases.back();
                if (place % 11 == 0) {
                    result.verdict = Verdict::non_strict;
                    result.detail = "drops TCP without a Close frame";
                    result.closing = {.end = ClosingRecord::End::target_reset};
                } else if (place % 97 == 0) {
                    result.verdict = Verdict::skipped;
                    result.detail = "the target does not echo";
                }
            }
        }
    for (std::size_t power = 4; power <= 22; power += 3) {
        run.cases.push_back(clean_pass("9.1." + std::to_string(power / 3)));
        run.cases.back().group_title = "Limits and performance";
        run.cases.back().figures = figures(std::uint64_t{1} << power, 0.01 * static_cast<double>((number + 1) * power));
    }
    std::ranges::stable_sort(run.cases, &id_less, &CaseResult::id);
    auto const repeated = std::ranges::unique(run.cases, {}, &CaseResult::id);
    run.cases.erase(repeated.begin(), repeated.end());
    run.selected = run.cases.size();
    return run;
}

}  // namespace wsspec
