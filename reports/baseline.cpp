#include "reports/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cases/catalogue.h"
#include "reports/date.h"
#include "reports/json_reader.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

using json_reader::Json;
using json_reader::Place;
using json_reader::Unreadable;

void only(const Place& place, std::initializer_list<std::string_view> names) {
    place.each_member([&](const std::string& name, const Place& member) {
        if (std::ranges::find(names, std::string_view(name)) == names.end()) member.complain("no such member");
    });
}

std::string string_or_nothing(const Place& place, std::string_view name) {
    return place.has(name) ? place.at(name).string() : std::string();
}

KnownVerdict known_from(const Place& place) {
    only(place, {"verdict", "reason", "link", "expires"});
    KnownVerdict known{.verdict = place.at("verdict").verdict(),
                       .reason = string_or_nothing(place, "reason"),
                       .link = string_or_nothing(place, "link"),
                       .expires = string_or_nothing(place, "expires")};
    if (known.verdict == Verdict::error)
        place.at("verdict").complain("\"error\" says nothing about a target, so it cannot be expected");
    // A report makes it a link, and what a link may do is up to its scheme.
    if (!known.link.empty() && !known.link.starts_with("https://") && !known.link.starts_with("http://"))
        place.at("link").complain("neither https:// nor http://");
    if (!known.expires.empty() && !parse_date(known.expires)) place.at("expires").complain("no date as 2027-01-31");
    return known;
}

}  // namespace

std::expected<Baseline, std::string> baseline_from_json(std::string_view text) {
    try {
        Json const file = json_reader::parsed(text);
        Place const whole(file, "");
        Place const format = whole.at("format");
        if (format.string() != baseline_format)
            format.complain(fmt::format("\"{}\" is not \"{}\"", printable(format.string(), 40), baseline_format));
        only(whole, {"format", "cases"});
        Baseline baseline;
        whole.at("cases").each_member(
            [&](const std::string& id, const Place& place) { baseline.cases[id] = known_from(place); });
        return baseline;
    } catch (const Unreadable& unreadable) {
        return std::unexpected(unreadable.why);
    } catch (const nlohmann::json::parse_error& error) {
        return std::unexpected("not JSON, from octet " + std::to_string(error.byte) + " on");
    } catch (const nlohmann::json::exception& error) {
        return std::unexpected("not readable: " + printable(error.what(), 200));
    }
}

std::string to_json(const Baseline& baseline) {
    Json cases = Json::object();
    for (const auto& [id, known] : baseline.cases) {
        Json& entry = cases[id] = {{"verdict", to_string(known.verdict)}, {"reason", known.reason}};
        if (!known.link.empty()) entry["link"] = known.link;
        if (!known.expires.empty()) entry["expires"] = known.expires;
    }
    Json const file = {{"format", baseline_format}, {"cases", std::move(cases)}};
    // People edit this file: two columns, and no escapes where UTF-8 does.
    return file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool lacks_reason(const KnownVerdict& known) {
    return known.reason == reason_placeholder || known.reason.find_first_not_of(" \t\r\n") == std::string::npos;
}

bool has_expired(const KnownVerdict& known, std::string_view today) {
    return !known.expires.empty() && known.expires < today;
}

std::optional<KnownVerdict> expectation(const Baseline& baseline, const std::string& id, std::string_view today) {
    auto const found = baseline.cases.find(id);
    if (found == baseline.cases.end() || lacks_reason(found->second) || has_expired(found->second, today))
        return std::nullopt;
    return found->second;
}

std::vector<std::string> unknown_ids(const Baseline& baseline, std::span<const RunResult> runs) {
    std::set<std::string_view> in_runs;
    for (const auto& run : runs)
        for (const auto& result : run.cases) in_runs.insert(result.id);
    std::vector<std::string> out;
    for (const auto& [id, known] : baseline.cases)
        if (find_case(id) == nullptr && !in_runs.contains(id)) out.push_back(id);
    return out;
}

std::string describe_baseline(const Baseline& baseline, const RunResult& run, std::string_view today) {
    std::string out;
    auto const line = [&](std::string_view what, std::string_view id, const std::string& text) {
        out += fmt::format("  {:<15} {}  {}\n", what, shown(id, 20), shown(text, 300));
    };
    // Standing without --strict: an entry names its verdict, so the option changes nothing here.
    for (const auto& [what, which] :
         {std::pair{"regression", Standing::worse}, std::pair{"improvement", Standing::better}})
        for (const CaseResult* result : standing_so(run, which, false))
            if (result->known)
                line(what, result->id,
                     fmt::format("{}, the baseline expects {}: {}", to_string(result->verdict),
                                 to_string(result->known->verdict), result->known->reason));
    for (const auto& [id, known] : baseline.cases)
        if (lacks_reason(known))
            line("missing reason", id, fmt::format("{} is not accepted before it has one", to_string(known.verdict)));
    for (const auto& [id, known] : baseline.cases)
        if (!lacks_reason(known) && has_expired(known, today))
            line("expired", id,
                 fmt::format("{} counted up to {}: {}", to_string(known.verdict), known.expires, known.reason));
    return out.empty() ? out : "Baseline\n" + out;
}

Baseline updated(Baseline baseline, const RunResult& run, bool strict) {
    for (const auto& result : run.cases) {
        auto const found = severity(result.verdict);
        if (!found) continue;
        auto const entry = baseline.cases.find(result.id);
        if (entry == baseline.cases.end()) {
            if (*found >= (strict ? 1U : 2U))
                baseline.cases[result.id] = {.verdict = result.verdict, .reason = std::string(reason_placeholder)};
        } else if (entry->second.verdict == Verdict::flaky) {
            continue;
        } else if (*found == 0) {
            baseline.cases.erase(entry);
        } else {
            entry->second.verdict = result.verdict;
        }
    }
    return baseline;
}

}  // namespace wsspec
