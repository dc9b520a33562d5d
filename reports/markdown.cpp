#include "reports/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "cases/case.h"
#include "reports/markdown_text.h"
#include "reports/merge.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

std::vector<Verdict> occurring(std::span<const RunResult> runs) {
    std::vector<Verdict> out;
    for (Verdict const verdict : all_verdicts)
        if (std::ranges::any_of(runs, [&](const RunResult& run) { return run.count(verdict) != 0; }))
            out.push_back(verdict);
    return out;
}

std::string table_head(std::string_view first, const std::vector<Verdict>& verdicts) {
    std::string head = fmt::format("| {} |", first);
    std::string line = "|---|";
    for (Verdict const verdict : verdicts) {
        head += fmt::format(" {} |", to_string(verdict));
        line += "---:|";
    }
    return head + " total |\n" + line + "---:|\n";
}

std::string table_row(const std::string& first, const std::vector<Verdict>& verdicts,
                      const std::vector<const CaseResult*>& results) {
    std::string row = fmt::format("| {} |", first);
    for (Verdict const verdict : verdicts) {
        auto const number = std::ranges::count(results, verdict, &CaseResult::verdict);
        row += number == 0 ? "  |" : fmt::format(" {} |", number);
    }
    return row + fmt::format(" {} |\n", results.size());
}

std::vector<const CaseResult*> all_of(const RunResult& run) {
    std::vector<const CaseResult*> out;
    for (const auto& result : run.cases) out.push_back(&result);
    return out;
}

std::string overview(std::span<const RunResult> runs) {
    auto const verdicts = occurring(runs);
    std::string out = table_head("target", verdicts);
    for (const auto& run : runs) {
        out +=
            table_row(markdown_code(target_of(run), 200, MarkdownIn::table) + (run.complete ? "" : " **incomplete**"),
                      verdicts, all_of(run));
    }
    return out + "\n";
}

std::string groups_of(const RunResult& run) {
    std::map<std::string, std::vector<const CaseResult*>, decltype(&id_less)> groups(&id_less);
    for (const auto& result : run.cases) groups[result.group].push_back(&result);
    auto const verdicts = occurring({&run, 1});
    std::string out = table_head("group", verdicts);
    for (const auto& [number, results] : groups)
        out += table_row(markdown_plain(number, 20) + " " + markdown_plain(results.front()->group_title, 100), verdicts,
                         results);
    return out + "\n";
}

std::string failure(const RunResult& run, const std::vector<const CaseResult*>& alike) {
    const CaseResult& result = *alike.front();
    std::string out = fmt::format("#### {} {}\n\n- **{}**", markdown_plain(result.id, 20), markdown_plain(result.title),
                                  to_string(result.verdict));
    if (result.known) out += fmt::format(", the baseline expects {}", to_string(result.known->verdict));
    if (!result.requirement.empty()) out += ", " + markdown_code(result.requirement, 40);
    if (result.cited)
        out += fmt::format(": RFC {} section {}, {}\n- {}", markdown_plain(result.cited->rfc, 20),
                           markdown_plain(result.cited->section, 20), markdown_plain(result.cited->level, 20),
                           markdown_plain(result.cited->statement, 500));
    out += "\n";
    auto const line = [&](std::string_view name, const std::string& text) {
        if (!text.empty()) out += fmt::format("- {}: {}\n", name, markdown_code(text));
    };
    line("Expected", result.expected);
    line("Observed", result.observed);
    line("Why", result.detail);
    if (result.deciding_octet)
        out += fmt::format("- Decided by octet {} of the target's stream\n", *result.deciding_octet);
    line("Run again", rerun_command(run, result.id));
    if (alike.size() > 1) {
        out += fmt::format("- The same in {}:", counted(alike.size() - 1, "more case", "more cases"));
        constexpr std::size_t most = 200;
        for (std::size_t i = 1; i < alike.size() && i <= most; ++i) out += " " + markdown_plain(alike[i]->id, 20);
        if (alike.size() > most + 1) out += " …";
        out += "\n";
    }
    return out + "\n";
}

std::string listed(std::string_view heading, const std::vector<const CaseResult*>& results) {
    if (results.empty()) return "";
    std::string out = fmt::format("### {} ({})\n\n", heading, results.size());
    for (const CaseResult* result : results)
        out += fmt::format("- {} {}: {}{}\n", markdown_plain(result->id, 20), markdown_plain(result->title),
                           to_string(result->verdict),
                           result->known ? ", " + markdown_code(result->known->reason, 200) : "");
    return out + "\n";
}

std::string head_of(const RunResult& run) {
    std::string out = fmt::format("## {}\n\n", markdown_code(target_of(run), 200));
    if (!run.complete) {
        out += "**Incomplete: what is missing was not tested; this is no pass.**\n\n";
        for (const auto& because : run.incomplete_because) out += "- " + markdown_code(because) + "\n";
        out += "\n";
    }
    if (!run.profile.agent.empty()) out += "Calls itself " + markdown_code(run.profile.agent, 200) + ".\n\n";
    if (!run.profile.foreign_data.empty())
        out += "**Foreign data: before any case was played, the target " +
               markdown_code(run.profile.foreign_data, 300) + ".**\n\n";
    if (!run.profile.echoes && run.complete)
        out +=
            "The target does not echo: cases that need it were not run, and this report says nothing about what "
            "they look for.\n\n";
    return out;
}

}  // namespace

std::string to_markdown(std::span<const RunResult> runs, bool strict, std::size_t limit) {
    std::vector<std::string> blocks = {"# WebSocket conformance (wsspec)\n\n"};
    if (!runs.empty()) blocks.push_back(overview(runs));
    for (const auto& run : runs) {
        blocks.push_back(head_of(run));
        blocks.push_back(groups_of(run));
        auto const worse = worse_alike(run, strict);
        if (worse.empty() && run.complete) blocks.push_back("Nothing is worse than required.\n\n");
        if (!worse.empty())
            blocks.push_back(
                fmt::format("### Worse than required ({})\n\n", standing_so(run, Standing::worse, strict).size()));
        for (const auto& alike : worse) blocks.push_back(failure(run, alike));
        blocks.push_back(listed("Better than the baseline", standing_so(run, Standing::better, strict)));
        std::vector<const CaseResult*> known;
        for (const CaseResult* result : standing_so(run, Standing::as_required, strict))
            if (result->known && severity(result->verdict).value_or(0) != 0) known.push_back(result);
        blocks.push_back(listed("Known", known));
    }
    std::string const note = "**Cut here: more does not fit. The JSON result has all.**\n";
    std::string out;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        bool const last = i + 1 == blocks.size();
        if (out.size() + blocks[i].size() + (last ? 0 : note.size()) > limit)
            return out + (out.size() + note.size() <= limit ? note : "");
        out += blocks[i];
    }
    return out;
}

}  // namespace wsspec
