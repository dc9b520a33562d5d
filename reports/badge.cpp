#include "reports/badge.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/standing.h"

namespace wsspec {

Badge badge_of(std::span<const RunResult> runs, bool strict) {
    std::size_t judged = 0;
    std::size_t worse = 0;
    std::size_t known = 0;
    std::size_t lenient = 0;
    for (const auto& run : runs)
        for (const auto& result : run.cases) {
            auto const found = severity(result.verdict);
            if (!found) continue;
            ++judged;
            bool const bad = standing(result, strict) == Standing::worse;
            if (bad) ++worse;
            if (!bad && *found >= 2) ++known;
            if (!bad && *found == 1) ++lenient;
        }
    bool const complete = !runs.empty() && std::ranges::all_of(runs, &RunResult::complete);
    if (!complete) return {.message = "incomplete", .color = "#9f9f9f"};
    bool const foreign =
        std::ranges::any_of(runs, [](const RunResult& run) { return !run.profile.foreign_data.empty(); });
    if (foreign && worse == 0) return {.message = "foreign data", .color = "#e05d44"};
    if (judged == 0) return {.message = "nothing tested", .color = "#9f9f9f"};
    if (worse != 0) return {.message = fmt::format("{} of {} fail", worse, judged), .color = "#e05d44"};
    if (known != 0) return {.message = fmt::format("{} known of {} fail", known, judged), .color = "#dfb317"};
    if (lenient != 0) return {.message = fmt::format("{} kept, {} not strictly", judged, lenient), .color = "#97ca00"};
    return {.message = fmt::format("{} kept", judged), .color = "#4c1"};
}

std::string to_shields(const Badge& badge) {
    nlohmann::ordered_json const file = {
        {"schemaVersion", 1}, {"label", badge.label}, {"message", badge.message}, {"color", badge.color}};
    return file.dump(1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string to_svg(const Badge& badge) {
    // The text is stretched to the width that it is given, so that a rough estimate of its font does.
    auto const width = [](const std::string& text) { return 6 * text.size() + 12; };
    std::size_t const left = width(badge.label);
    std::size_t const right = width(badge.message);
    auto const text = [](std::size_t x, std::size_t length, const std::string& words) {
        return fmt::format("  <text x=\"{}\" y=\"14\" textLength=\"{}\">{}</text>\n", x, length, words);
    };
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"20\" role=\"img\" "
               "aria-label=\"{1}: {2}\">\n"
               " <title>{1}: {2}</title>\n"
               " <rect width=\"{3}\" height=\"20\" fill=\"#555\"/>\n"
               " <rect x=\"{3}\" width=\"{4}\" height=\"20\" fill=\"{5}\"/>\n"
               " <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n",
               left + right, badge.label, badge.message, left, right, badge.color) +
           text(6, left - 12, badge.label) + text(left + 6, right - 12, badge.message) + " </g>\n</svg>\n";
}

}  // namespace wsspec
