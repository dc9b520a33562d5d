#include "runner/fuzz_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cases/describe.h"
#include "cases/notation.h"
#include "fuzz/scripts.h"
#include "reference/forecast.h"

namespace wsspec {

namespace {

/// FNV-1a.
std::uint32_t hash_of(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

std::string found_by(const FuzzRecord& record, std::uint64_t number) {
    return record.command + ", script " + std::to_string(number);
}

bool is_about_opening(const Script& script) {
    return script.size() > 1 && std::holds_alternative<Expect>(script[1].action);
}

/// Offers and answers of extensions make what is allowed depend on the target.
bool negotiates(const Script& script) {
    const auto* open = script.empty() ? nullptr : std::get_if<Open>(&script.front().action);
    return open == nullptr || open->answer || open->handshake != Handshake{}.with_early({});
}

Frame echo_of(const Duty& duty) { return frame(static_cast<Octet>(duty.opcode), duty.payload); }

/// What the strict reading of the stream asks for; nothing where that cannot be said in one step at the end.
std::vector<Step> expectation_of(const Script& script, Role target) {
    bool const simple = std::ranges::all_of(script, [](const Step& step) {
        return std::holds_alternative<Open>(step.action) || std::holds_alternative<Send>(step.action) ||
               std::holds_alternative<SendOctets>(step.action) || std::holds_alternative<Barrier>(step.action);
    });
    if (!simple || negotiates(script)) return {};
    constexpr std::size_t longest = 1U << 20;
    auto const stream = wire_stream(script, other(target), longest);
    TargetProfile profile;
    profile.role = target;
    Forecast const made = forecast(profile, stream.octets);
    const auto& duties = made.readings.front().duties;
    // Where the RFC leaves a choice, a person has to look.
    if (made.readings.size() != 1 || stream.octets.size() >= longest) return {};
    std::vector<Frame> answers;
    const Duty* last_ping = nullptr;
    for (const auto& duty : duties) {
        if (duty.kind == Duty::Kind::message) answers.push_back(echo_of(duty));
        if (duty.kind == Duty::Kind::ping) {
            bool const barrier = as_text(duty.payload).starts_with("wsspec barrier ");
            if (barrier) continue;
            // Of several pings only the last has to be answered (5.5.3).
            if (last_ping != nullptr) return {};
            last_ping = &duty;
            answers.push_back(pong(duty.payload));
        }
    }
    bool const ends =
        !duties.empty() && (duties.back().kind == Duty::Kind::violation || duties.back().kind == Duty::Kind::close);
    if (!ends) {
        if (!ends_at_frame_boundary(stream.octets)) return {};
        std::vector<Step> out;
        if (!answers.empty()) out.push_back(expect(receives(answers)));
        out.push_back(closing_handshake());
        return out;
    }
    const Duty& last = duties.back();
    if (!last.due && last.kind == Duty::Kind::violation) return {};
    Outcome outcome;
    if (last.kind == Duty::Kind::violation) {
        std::vector<unsigned> codes{last.violation.close_code};
        if (last.violation.other_code != 0) codes.push_back(last.violation.other_code);
        outcome = fails(codes);
    } else {
        std::vector<unsigned> codes{last.code == 1005 ? 0U : last.code};
        if (last.code != 1000) codes.push_back(1000);
        if (last.code != 1005) codes.push_back(0);
        outcome = closes(codes);
    }
    if (!answers.empty()) outcome = outcome.after(answers);
    return {expect(std::move(outcome))};
}

std::string minutes(double seconds) {
    auto const whole = static_cast<std::uint64_t>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

nlohmann::ordered_json transcript_of(const std::vector<TranscriptEntry>& transcript) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& entry : transcript) {
        nlohmann::ordered_json one{{"t_us", entry.at_us}};
        one["dir"] = entry.direction == TranscriptEntry::Direction::sent       ? "sent"
                     : entry.direction == TranscriptEntry::Direction::received ? "received"
                                                                               : "note";
        one["octets"] = to_hex(entry.octets);
        one["size"] = entry.size;
        if (!entry.note.empty()) one["note"] = shown(entry.note);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace

std::string file_stem(const FuzzFinding& finding) {
    std::string stem = finding.breach.requirement.empty() ? "finding" : finding.breach.requirement;
    std::ranges::replace_if(
        stem, [](char c) { return !(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-'); }, '_');
    return fmt::format("{}-{:08x}", stem, hash_of(finding.breach.kind + "\n" + shape_of(finding.script)));
}

Replay replay_of(const FuzzFinding& finding, const FuzzRecord& record) {
    return {.target = record.target,
            .url = record.url,
            .script = finding.script.empty() ? finding.original : finding.script,
            .keys = finding.keys,
            .requirement = finding.breach.requirement,
            .what = finding.breach.what,
            .found_by = found_by(record, finding.number)};
}

Replay replay_of(const FuzzDoubt& doubt, const FuzzRecord& record) {
    return {.target = record.target,
            .url = record.url,
            .script = doubt.script,
            .keys = doubt.keys,
            .requirement = doubt.breach.requirement,
            .what = doubt.breach.what + " (this did not show three times alone)",
            .found_by = found_by(record, doubt.number)};
}

CaseResult result_of(const FuzzFinding& finding) {
    CaseResult out;
    out.id = file_stem(finding);
    out.title = finding.script.empty() ? "No script does it alone"
                                       : fmt::format("Script {}, shrunk from {} to {}", finding.number,
                                                     counted(finding.original.size(), "step", "steps"),
                                                     counted(finding.steps(), "step", "steps"));
    out.verdict = finding.breach.grade == Grade::fail ? Verdict::fail : Verdict::non_strict;
    out.detail = finding.breach.what;
    out.requirement = finding.breach.requirement;
    const Played& played = finding.session.played;
    out.expected = played.expected;
    out.observed = played.observed;
    out.findings = played.findings;
    out.closing = played.closing;
    out.transcript = finding.session.transcript;
    out.attempts = finding.confirmed;
    out.duration_ms = static_cast<double>(finding.session.duration.count()) / 1000.0;
    if (finding.breach.offset) out.deciding_octet = finding.session.response_head.size() + *finding.breach.offset;
    return out;
}

Case case_of(const FuzzFinding& finding, Role target) {
    Case out{.id = "?.?.?", .title = "Send", .covers = {finding.breach.requirement}, .script = finding.script};
    // One sentence in ASCII, for the author to write anew.
    out.title = "Send (say what): a target " + printable(finding.breach.what).substr(0, 120);
    bool messages = false;
    for (const auto& step : finding.script)
        if (const auto* send = std::get_if<Send>(&step.action))
            for (const auto& frame : send->frames) messages = messages || !is_control(frame.opcode);
    if (messages) out.needs = Need::echo;
    const auto* open = finding.script.empty() ? nullptr : std::get_if<Open>(&finding.script.front().action);
    if (open != nullptr && (open->answer || open->handshake != Handshake{}))
        out.target = target == Role::server ? Target::server : Target::client;
    if (!is_about_opening(finding.script))
        for (auto& step : expectation_of(finding.script, target)) out.script.push_back(std::move(step));
    return out;
}

std::string describe(const FuzzFinding& finding, Role target, const std::string& replay_command,
                     const TerminalStyle& style) {
    std::string out = describe_failure(result_of(finding), replay_command, style);
    if (!finding.last_output.empty()) out += "  It printed   " + shown(finding.last_output, 2000) + "\n";
    if (finding.script.empty()) return out;
    out += "  Found        ";
    out += wrapped(fmt::format("{} times alone, after {} played to shrink it", finding.confirmed,
                               counted(finding.questions, "script", "scripts")),
                   15, style.width) +
           "\n";
    constexpr std::size_t fits = 4000;
    std::string const code = notation(case_of(finding, target));
    if (code.size() > fits) return out + "  As a case    in the replay file: it is long\n";
    out += "  As a case\n";
    std::size_t from = 0;
    while (from < code.size()) {
        auto const end = code.find('\n', from);
        out += "    " + code.substr(from, end - from) + "\n";
        if (end == std::string::npos) break;
        from = end + 1;
    }
    return out;
}

std::string fuzz_progress(const FuzzOutcome& outcome, double seconds, const std::string& busy, unsigned width) {
    std::string out = fmt::format("{}  {}, {:.0f}/s, {}, {} exercised", minutes(seconds),
                                  counted(outcome.scripts, "script", "scripts"),
                                  static_cast<double>(outcome.scripts) / std::max(seconds, 0.001),
                                  counted(outcome.findings.size(), "finding", "findings"),
                                  counted(outcome.exercised.size(), "requirement", "requirements"));
    if (!busy.empty()) out += "; " + printable(busy);
    return out.size() <= width ? out : out.substr(0, width);
}

std::string fuzz_summary(const FuzzRecord& record, const TerminalStyle& style) {
    const auto& outcome = record.outcome;
    std::string out;
    auto const line = [&](const std::string& text) { out += wrapped(text, 0, style.width) + "\n"; };
    for (const auto& finding : outcome.findings)
        line(fmt::format(
            "{} {} {}{}", finding.breach.grade == Grade::fail ? "fail" : "non-strict",
            shown(finding.breach.requirement, 40), shown(finding.breach.what, 300),
            finding.again == 0 ? "" : fmt::format(" ({} more)", counted(finding.again, "script", "scripts"))));
    if (!outcome.doubts.empty()) {
        line(fmt::format("{} did not show three times alone, and count for nothing:",
                         counted(outcome.doubts.size(), "mismatch", "mismatches")));
        constexpr std::size_t most = 5;
        for (std::size_t i = 0; i < std::min(most, outcome.doubts.size()); ++i)
            line(fmt::format("  script {}: {} {}", outcome.doubts[i].number,
                             shown(outcome.doubts[i].breach.requirement, 40),
                             shown(outcome.doubts[i].breach.what, 300)));
    }
    if (outcome.restarts != 0) line("The target was started again " + counted(outcome.restarts, "time", "times") + ".");
    line(fmt::format("{} in {:.1f} s ({:.0f}/s), {} played alone, {} exercised, seed {}.",
                     counted(outcome.scripts, "script", "scripts"), outcome.seconds,
                     static_cast<double>(outcome.scripts) / std::max(outcome.seconds, 0.001), outcome.played_alone,
                     counted(outcome.exercised.size(), "requirement", "requirements"), record.seed));
    if (outcome.inconclusive != 0)
        line(fmt::format("In {} the target ended the connection by a right that it always has: nothing is learnt.",
                         counted(outcome.inconclusive, "script", "scripts")));
    if (!outcome.complete) line("INCOMPLETE: " + shown(outcome.incomplete_because, 600) + ".");
    line(outcome.findings.empty() ? "Nothing found." : counted(outcome.findings.size(), "finding.", "findings."));
    return out;
}

std::string to_json(const FuzzRecord& record, std::span<const std::string> files) {
    using Json = nlohmann::ordered_json;
    const auto& outcome = record.outcome;
    Json out;
    out["format"] = fuzz_format;
    out["role"] = to_string(record.target);
    out["target"] = shown(record.url);
    out["command"] = shown(record.command, 8000);
    out["seed"] = std::to_string(record.seed);
    out["started"] = record.started;
    out["duration_ms"] = outcome.seconds * 1000;
    out["complete"] = outcome.complete;
    if (!outcome.complete) out["incomplete_because"] = shown(outcome.incomplete_because);
    out["scripts"] = outcome.scripts;
    out["scripts_per_second"] = static_cast<double>(outcome.scripts) / std::max(outcome.seconds, 0.001);
    out["played_alone"] = outcome.played_alone;
    out["inconclusive"] = outcome.inconclusive;
    out["restarts"] = outcome.restarts;
    out["requirements"] = outcome.exercised;
    Json findings = Json::array();
    for (std::size_t i = 0; i < outcome.findings.size(); ++i) {
        const auto& finding = outcome.findings[i];
        Json steps = Json::array();
        for (const auto& step : finding.script) steps.push_back(describe(step));
        Json one;
        one["verdict"] = finding.breach.grade == Grade::fail ? "fail" : "non-strict";
        one["requirement"] = finding.breach.requirement;
        one["kind"] = shown(finding.breach.kind);
        one["what"] = shown(finding.breach.what);
        one["shape"] = shown(shape_of(finding.script));
        one["script"] = finding.number;
        one["confirmed"] = finding.confirmed;
        one["more_scripts"] = finding.again;
        one["steps"] = std::move(steps);
        one["case"] = notation(case_of(finding, record.target));
        one["replay"] = i < files.size() ? Json(files[i]) : Json(nullptr);
        one["expected"] = shown(finding.session.played.expected);
        one["observed"] = shown(finding.session.played.observed);
        if (!finding.last_output.empty()) one["last_output"] = shown(finding.last_output);
        one["transcript"] = transcript_of(finding.session.transcript);
        findings.push_back(std::move(one));
    }
    out["findings"] = std::move(findings);
    Json doubts = Json::array();
    for (const auto& doubt : outcome.doubts)
        doubts.push_back(
            {{"requirement", doubt.breach.requirement}, {"what", shown(doubt.breach.what)}, {"script", doubt.number}});
    out["doubts"] = std::move(doubts);
    return out.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace wsspec
