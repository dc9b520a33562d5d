#include "reports/github.h"

#include <fmt/format.h>

#include <vector>

#include "reports/merge.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

/// A step shows no more than ten of a kind.
constexpr std::size_t shown_by_github = 10;

/// '%' begins an escape, line ends end the command; in a property ':' and ',' end the value.
std::string escaped(std::string_view text, bool property) {
    std::string out;
    for (char const c : text) {
        switch (c) {
            case '%':
                out += "%25";
                break;
            case '\r':
                out += "%0D";
                break;
            case '\n':
                out += "%0A";
                break;
            case ':':
                out += property ? "%3A" : ":";
                break;
            case ',':
                out += property ? "%2C" : ",";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string annotation(std::string_view kind, std::string_view title, std::string_view message) {
    return fmt::format("::{} title={}::{}\n", kind, escaped(title, true), escaped(message, false));
}

std::string failure(const RunResult& run, const std::vector<const CaseResult*>& alike) {
    const CaseResult& result = *alike.front();
    std::string message = std::string(to_string(result.verdict));
    if (result.known) message += fmt::format(", the baseline expects {}", to_string(result.known->verdict));
    message += ": " + shown(result.detail, 500);
    auto const line = [&](std::string_view name, const std::string& text) {
        if (!text.empty()) message += fmt::format("\n{}: {}", name, shown(text, 500));
    };
    line("Requirement", result.requirement.empty() || !result.cited
                            ? result.requirement
                            : fmt::format("{} (RFC {} section {}, {})", result.requirement, result.cited->rfc,
                                          result.cited->section, result.cited->level));
    line("Expected", result.expected);
    line("Observed", result.observed);
    line("Run again", rerun_command(run, result.id));
    if (alike.size() > 1) message += "\nThe same in " + counted(alike.size() - 1, "more case", "more cases");
    return annotation("error", shown(result.id, 20) + " " + shown(result.title, 200), message);
}

}  // namespace

std::string to_github(std::span<const RunResult> runs, bool strict) {
    std::string out;
    std::size_t errors = 0;
    std::size_t left_out = 0;
    std::size_t better = 0;
    for (const auto& run : runs) {
        if (!run.complete) {
            std::string why;
            for (const auto& because : run.incomplete_because) why += (why.empty() ? "" : "; ") + shown(because, 300);
            out += annotation("error", "Incomplete: " + shown(target_of(run), 100), why + ". This is no pass.");
            ++errors;
        }
        better += standing_so(run, Standing::better, strict).size();
    }
    for (const auto& run : runs)
        for (const auto& alike : worse_alike(run, strict)) {
            // The last one is kept for the number of those that find no place.
            if (errors + 1 >= shown_by_github) {
                ++left_out;
                continue;
            }
            ++errors;
            out += failure(run, alike);
        }
    if (left_out != 0)
        out += annotation("error", "And more",
                          fmt::format("{} more, in the summary", counted(left_out, "failure", "failures")));
    if (better != 0)
        out += annotation("notice", "Better than the baseline",
                          counted(better, "case is", "cases are") + " better than the baseline expects");
    return out;
}

std::string stop_commands(std::string_view token) { return fmt::format("::stop-commands::{}\n", token); }
std::string resume_commands(std::string_view token) { return fmt::format("::{}::\n", token); }

}  // namespace wsspec
