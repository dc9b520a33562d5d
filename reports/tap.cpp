#include "reports/tap.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/merge.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

/// In a description '#' would begin a directive, and '\' escapes it.
std::string tap(std::string_view text, std::size_t limit = 300) {
    std::string out;
    for (char const c : shown(text, limit)) {
        if (c == '#' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

/// Every JSON string is a YAML string.
std::string yaml(std::string_view text) {
    return nlohmann::json(shown(text)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string diagnosis(const RunResult& run, const CaseResult& result) {
    std::string out = "  ---\n";
    auto const line = [&](std::string_view name, std::string_view text) {
        if (!text.empty()) out += fmt::format("  {}: {}\n", name, yaml(text));
    };
    line("verdict", to_string(result.verdict));
    line("message", result.detail);
    line("requirement", result.requirement);
    if (result.cited)
        line("cited",
             fmt::format("RFC {} section {}, {}", result.cited->rfc, result.cited->section, result.cited->level));
    line("expected", result.expected);
    line("observed", result.observed);
    line("rerun", rerun_command(run, result.id));
    return out + "  ...\n";
}

}  // namespace

std::string to_tap(std::span<const RunResult> runs, bool strict) {
    std::size_t plan = 0;
    for (const auto& run : runs) plan += run.cases.size();
    std::string out = fmt::format("TAP version 14\n1..{}\n", plan);
    std::size_t number = 0;
    for (const auto& run : runs) {
        std::string const target = runs.size() > 1 ? tap(target_of(run), 200) + " " : "";
        for (const auto& result : run.cases) {
            auto const stands = standing(result, strict);
            bool const judged = severity(result.verdict).has_value();
            bool const known = is_known(result, strict);
            bool const worse = stands == Standing::worse || (strict && stands == Standing::better);
            bool const ok = !worse && !known && result.verdict != Verdict::error;
            out += fmt::format("{} {} - {}{} {}", ok ? "ok" : "not ok", ++number, target, tap(result.id, 20),
                               tap(result.title));
            if (known && !worse) {
                out += " # TODO " + tap(result.known->reason);
            } else if (!judged && ok) {
                out += fmt::format(" # SKIP {}: {}", to_string(result.verdict), tap(result.detail));
            }
            out += "\n";
            if (!ok) out += diagnosis(run, result);
        }
    }
    for (const auto& run : runs) {
        if (run.complete) continue;
        out += "Bail out! " + tap(target_of(run), 200) + ": incomplete";
        for (const auto& because : run.incomplete_because) out += ": " + tap(because);
        return out + "\n";
    }
    return out;
}

}  // namespace wsspec
