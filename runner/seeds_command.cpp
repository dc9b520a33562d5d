// `wsspec seeds`: a folder of inputs for every fuzz target.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>

#include "cases/catalogue.h"
#include "fuzz/seeds.h"
#include "reports/baseline.h"
#include "reports/file.h"
#include "reports/json.h"
#include "runner/commands.h"
#include "runner/replay_file.h"
#include "runner/wstest_spec.h"

namespace wsspec {

namespace {

/// The name that libFuzzer gives an input: SHA-1 of its octets.
std::string name_of(std::string_view content) {
    std::array<unsigned char, 20> digest{};
    unsigned size = 0;
    EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::string out;
    for (auto const octet : digest) {
        char text[3];
        std::snprintf(text, sizeof text, "%02x", static_cast<unsigned>(octet));
        out += text;
    }
    return out;
}

/// A result that says of one case all that a result can say.
std::string small_result() {
    RunResult run;
    run.url = "ws://localhost:9001/";
    run.profile.reachable = true;
    run.profile.extensions = {"permessage-deflate"};
    run.profile.refused_size = 70000;
    run.profile.handshake_defects = {{"R6455-4.2.2-16", "a defect", true}};
    run.options = {{"--seed", "1"}};
    run.incomplete_because = {"the target was lost"};
    run.shard = Shard{2, 3};
    CaseResult result;
    result.id = catalogue().front().cases.front().id;
    result.verdict = Verdict::flaky;
    result.first_verdict = Verdict::fail;
    result.requirement = "R6455-5.1-2";
    result.detail = "a detail";
    result.findings = {{Grade::fail, "R6455-5.1-2", "a finding", 7}};
    result.known =
        KnownVerdict{.verdict = Verdict::fail, .reason = "known", .link = "https://a/", .expires = "2027-01-31"};
    result.closing = {.detected = true, .close_sent = true, .code = 1002};
    result.deciding_octet = 7;
    result.figures = Figures{.messages = 3, .seconds = 0.5};
    TranscriptEntry entry;
    entry.octets = hex("81 05 48 65 6c 6c 6f");
    entry.size = 70;
    entry.note = "a note";
    result.transcript = result.first_transcript = {entry};
    result = described(std::move(result));
    run.cases.push_back(result);
    return to_json(run);
}

std::map<std::string, std::vector<std::string>> seeds_of_formats() {
    std::map<std::string, std::vector<std::string>> out;
    out["result_reader"] = {small_result(), to_json(RunResult{})};
    out["baseline_reader"] = {to_json(Baseline{}),
                              R"({"format": "wsspec-baseline/1", "cases": {"6.4.3": {"verdict": "non-strict", )"
                              R"("reason": "drops", "link": "https://a/", "expires": "2027-01-31"}}})"};
    int mode = 0;
    for (const auto* name : {"fuzzingclient", "fuzzingserver", "massconnect"})
        out["spec_reader"].push_back(std::string(1, static_cast<char>(mode++)) + wstest_template(name));
    for (const auto& group : catalogue())
        out["replay_reader"].push_back(to_json(Replay{.script = group.cases.front().script, .keys = 5}));
    out["spec_reader"].push_back(
        std::string(1, '\1') + R"({"url": "ws://127.0.0.1:9001", "cases": ["1.*", "6.4.1"], "exclude-cases": ["9.*"],)"
                               R"( "exclude-agent-cases": {"a.*": ["7.*"]}, "options": {"failByDrop": false}})");
    out["serve_url"] = {"/getCaseCount",
                        "/getCaseInfo?case=3",
                        "/runCase?case=1&agent=a%20b",
                        "/getCaseStatus?casetuple=6.4.1&agent=x",
                        "/updateReports?agent=a&shutdownOnComplete=true",
                        "/case/7.1.1?agent=a+b#c",
                        "/stopServer"};
    return out;
}

}  // namespace

int seeds_command(const std::string& folder) {
    std::map<std::string, std::map<std::string, std::string>> files;
    for (const auto& seed : seeds()) {
        std::string content(as_text(seed.octets));
        std::string const name = name_of(content);
        files[seed.target][name] = std::move(content);
    }
    for (const auto& [target, contents] : seeds_of_formats())
        for (const auto& content : contents) files[target][name_of(content)] = content;
    std::size_t count = 0;
    std::string error;
    for (const auto& [target, contents] : files) {
        if (!write_folder((std::filesystem::path(folder) / target).string(), contents, error))
            return usage_error("cannot write the seeds: " + error);
        count += contents.size();
    }
    std::printf("%zu seeds for %zu targets in %s\n", count, files.size(), printable(folder, 200).c_str());
    return exit_as_required;
}

}  // namespace wsspec
