#include "reports/html_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <ranges>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "cases/catalogue.h"
#include "cases/describe.h"
#include "reference/close_code.h"
#include "reference/forecast.h"
#include "reference/requirements.h"
#include "reports/explain.h"
#include "reports/html_text.h"

namespace wsspec {

namespace {

using Direction = TranscriptEntry::Direction;

// ---- limits ---------------------------------------------------------------------------------------------------------

/// Characters of JSON for all transcripts: with it, 20 targets stay well under 15 MB.
constexpr std::size_t transcripts_budget = 7'000'000;
/// With more targets the octets of a pass are not what a reader came for.
constexpr std::size_t runs_with_all_transcripts = 2;
constexpr std::size_t entries_of_a_transcript = 96;
/// Of an entry: its beginning, and what stands around the octet that decided.
constexpr std::size_t octets_of_an_entry = 768;
constexpr std::size_t octets_before_deciding = 96;
constexpr std::size_t octets_behind_deciding = 64;
constexpr std::size_t findings_of_a_case = 12;
/// Characters of the text that tells a script octet by octet.
constexpr std::size_t longest_telling = 12'000;
constexpr std::size_t tellings_budget = 3'000'000;

// ---- texts ----------------------------------------------------------------------------------------------------------

/// Every text once. Its number is what the rest of the data says.
class Strings {
public:
    Strings() { add(""); }

    std::size_t add(std::string_view text, Lines lines = Lines::spelled_out) {
        std::string literal = page_string(text, lines == Lines::kept ? longest_telling : 2000, lines);
        auto const [found, fresh] = numbers_.try_emplace(std::move(literal), order_.size());
        if (fresh) order_.push_back(&found->first);
        return found->second;
    }
    std::string json() const {
        std::string out = "[";
        for (const auto* one : order_) {
            if (out.size() > 1) out += ",\n";
            out += *one;
        }
        return out + "]";
    }

private:
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<const std::string*> order_;
};

/// "[a,b,c]" from what are JSON texts already.
template <class Range, class ToJson>
std::string array(const Range& range, const ToJson& to_json) {
    std::string out = "[";
    bool first = true;
    for (const auto& one : range) {
        if (!first) out += ',';
        first = false;
        out += to_json(one);
    }
    return out + "]";
}

std::string number(double value) {
    if (!std::isfinite(value)) return "0";
    return fmt::format("{:.10g}", std::round(value * 1e6) / 1e6);
}

template <class Value>
std::string or_null(const std::optional<Value>& value) {
    return value ? fmt::format("{}", *value) : "null";
}

std::string_view flag(bool value) { return value ? "1" : "0"; }

// ---- requirements ---------------------------------------------------------------------------------------------------

/// The whole catalogue, and behind it what only the files know: another version may have written them.
class Statements {
public:
    explicit Statements(Strings& strings) : strings_(strings) {
        for (const auto& one : requirements())
            add(one.id,
                {.rfc = std::string(one.rfc),
                 .section = std::string(one.section),
                 .level = std::string(level_name(one.level)),
                 .statement = std::string(one.statement)},
                to_string(one.bound), static_cast<unsigned>(one.observable));
    }

    /// Its number, or -1 for none.
    long long of(std::string_view id, const std::optional<Citation>& cited = {}) {
        if (id.empty()) return -1;
        auto const found = numbers_.find(std::string(id));
        return found != numbers_.end() ? static_cast<long long>(found->second)
                                       : add(id, cited.value_or(Citation{}), "",
                                             static_cast<unsigned>(Observable::at_server | Observable::at_client));
    }
    std::string json() const { return fmt::format("[{}]", fmt::join(rows_, ",\n")); }

private:
    long long add(std::string_view id, const Citation& cited, std::string_view bound, unsigned observable) {
        rows_.push_back(fmt::format("[{},{},{},{},{},{},{}]", page_string(id), page_string(cited.rfc),
                                    page_string(cited.section), page_string(cited.level), page_string(bound),
                                    strings_.add(cited.statement), observable));
        numbers_.emplace(id, rows_.size() - 1);
        return static_cast<long long>(rows_.size() - 1);
    }

    Strings& strings_;
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::string> rows_;
};

// ---- transcripts ----------------------------------------------------------------------------------------------------

/// The worse, the sooner a transcript is kept.
int rank(Verdict verdict) {
    switch (verdict) {
        case Verdict::fail:
            return 0;
        case Verdict::error:
        case Verdict::flaky:
            return 1;
        case Verdict::non_strict:
        case Verdict::blocked:
            return 2;
        case Verdict::informational:
        case Verdict::unimplemented:
        case Verdict::skipped:
            return 3;
        case Verdict::pass:
            return 4;
    }
    return 4;
}

bool is_a_pass(Verdict verdict) { return rank(verdict) >= 3; }

std::size_t cost(const std::vector<TranscriptEntry>& transcript) {
    std::size_t sum = 0;
    std::size_t entries = 0;
    for (const auto& entry : transcript) {
        if (++entries > entries_of_a_transcript) break;
        sum += 32 + std::min(entry.octets.size(), octets_of_an_entry + octets_before_deciding) * 4 / 3 +
               std::min<std::size_t>(entry.note.size(), 200);
    }
    return sum;
}

/// Whose transcripts there is room for: by rank, and at the same rank every target gets its share of the early cases.
std::unordered_set<const CaseResult*> kept_transcripts(std::span<const RunResult> runs) {
    struct Candidate {
        int rank;
        std::size_t place;
        const CaseResult* result;
    };
    std::vector<Candidate> candidates;
    for (const auto& run : runs)
        for (std::size_t i = 0; i < run.cases.size(); ++i)
            if (runs.size() <= runs_with_all_transcripts || !is_a_pass(run.cases[i].verdict))
                candidates.push_back({rank(run.cases[i].verdict), i, &run.cases[i]});
    std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) {
        return std::pair(a.rank, a.place) < std::pair(b.rank, b.place);
    });
    std::unordered_set<const CaseResult*> kept;
    std::size_t used = 0;
    for (const auto& candidate : candidates) {
        std::size_t const more = cost(candidate.result->transcript) + cost(candidate.result->first_transcript);
        if (used + more > transcripts_budget) continue;
        used += more;
        kept.insert(candidate.result);
    }
    return kept;
}

/// Entries as [microseconds, direction, octets that passed, note, base64 of the first] and, where the deciding octet
/// is further back, [.., its window's start, base64 of the window].
std::string transcript_json(const std::vector<TranscriptEntry>& transcript,
                            const std::optional<std::uint64_t>& deciding, Strings& strings) {
    std::string out = "[";
    std::uint64_t received = 0;
    std::size_t entries = 0;
    for (const auto& entry : transcript) {
        if (entries == entries_of_a_transcript) {
            out += fmt::format(
                ",[{},2,0,{},\"\"]", entry.at_us,
                strings.add(fmt::format("{} more entries are in the result file", transcript.size() - entries)));
            break;
        }
        if (++entries > 1) out += ',';
        std::uint64_t const size = std::max<std::uint64_t>(entry.size, entry.octets.size());
        OctetView const all(entry.octets);
        OctetView const head = all.first(std::min(all.size(), octets_of_an_entry));
        out += fmt::format("[{},{},{},{},\"{}\"", entry.at_us, static_cast<int>(entry.direction), size,
                           strings.add(entry.note), base64(head));
        if (entry.direction == Direction::received) {
            if (deciding && *deciding > received + head.size() && *deciding <= received + all.size()) {
                auto const index = static_cast<std::size_t>(*deciding - received - 1);
                std::size_t const from =
                    std::max(head.size(), index > octets_before_deciding ? index - octets_before_deciding : 0);
                std::size_t const to = std::min(all.size(), index + octets_behind_deciding);
                out += fmt::format(",{},\"{}\"", from, base64(all.subspan(from, to - from)));
            }
            received += size;
        }
        out += ']';
    }
    return out + "]";
}

/// The fault in what we sent, where the case is about one: from which octet on the target could know, and of what.
/// Only where all octets are at hand and no extension was agreed to: else the plain reading is not the right one.
std::string fault_of_ours(const CaseResult& result, const RunResult& run, Strings& strings, Statements& statements) {
    std::string_view const blank_line = "\r\n\r\n";
    Octets sent;
    Octets answer;
    for (const auto& entry : result.transcript) {
        if (entry.size > entry.octets.size()) return "0";
        if (entry.direction == Direction::sent) append(sent, entry.octets);
        if (entry.direction == Direction::received) append(answer, entry.octets);
    }
    bool const we_ask = run.role == "server";
    auto const ours = as_text(sent).find(blank_line);
    auto const theirs = as_text(answer).find(blank_line);
    if (ours == std::string_view::npos || theirs == std::string_view::npos) return "0";
    std::string_view const response = we_ask ? as_text(answer).substr(0, theirs) : as_text(sent).substr(0, ours);
    std::string lower(response);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
    if (!lower.starts_with("http/1.1 101") || lower.contains("sec-websocket-extensions")) return "0";

    TargetProfile profile;
    profile.role = we_ask ? Role::server : Role::client;
    std::size_t const head = ours + blank_line.size();
    Forecast const made = forecast(profile, OctetView(sent).subspan(head));
    const Reading& strict = made.readings.front();
    if (strict.duties.empty() || strict.duties.back().kind != Duty::Kind::violation) return "0";
    const Violation& violation = strict.duties.back().violation;
    return fmt::format("[{},{},{}]", head + violation.decidable_at, strings.add(violation.what),
                       statements.of(violation.requirement));
}

// ---- cases ----------------------------------------------------------------------------------------------------------

std::string needs_text(const Case& one) {
    std::vector<std::string_view> needs;
    if (includes(one.needs, Need::echo)) needs.emplace_back("echo");
    if (includes(one.needs, Need::subprotocol)) needs.emplace_back("a subprotocol");
    if (includes(one.needs, Need::deflate)) needs.emplace_back("permessage-deflate");
    if (includes(one.needs, Need::client_takeover)) needs.emplace_back("context takeover by the client");
    if (includes(one.needs, Need::client_window)) needs.emplace_back("a full window for the client");
    return fmt::format("{}", fmt::join(needs, ", "));
}

/// Steps as [text] or, where the target has to do something, [0, [[grade, text]..]].
std::string script_json(const Script& script, Strings& strings) {
    return array(script, [&](const Step& step) {
        const auto* const expect = std::get_if<Expect>(&step.action);
        if (expect == nullptr || expect->any_of.empty()) return fmt::format("[{}]", strings.add(describe(step)));
        return "[0," +
               array(expect->any_of,
                     [&](const Outcome& outcome) {
                         Outcome bare = outcome;
                         bare.grade = Grade::pass;
                         return fmt::format("[\"{}\",{}]", to_string(outcome.grade), strings.add(describe(bare)));
                     }) +
               "]";
    });
}

/// The case told octet by octet, without what the page shows elsewhere.
std::string telling_of(const Case& one, Role tester) {
    std::string text = explain(one, tester);
    auto const begin = text.find(one.variants.empty() ? "\nScript\n" : "\nThe case has ");
    return begin == std::string::npos ? text : text.substr(begin + 1);
}

struct CaseRow {
    std::string id;
    std::string title;
    std::string group_title;
    std::vector<std::string> covers;
};

auto const by_id = [](const CaseRow& a, const CaseRow& b) { return id_less(a.id, b.id); };

/// What any of the runs played, in the order of ids.
std::vector<CaseRow> case_rows(std::span<const RunResult> runs) {
    std::map<std::string, CaseRow, decltype(&id_less)> rows(&id_less);
    for (const auto& run : runs)
        for (const auto& result : run.cases) {
            CaseRow& row = rows[result.id];
            if (!row.id.empty()) continue;
            row = {result.id, result.title, result.group_title, result.requirements};
            if (const Case* const known = find_case(result.id)) {
                row.title = known->title;
                row.group_title = group_title(result.id);
                row.covers = known->covers;
            }
        }
    std::vector<CaseRow> out;
    for (auto& [id, row] : rows) out.push_back(std::move(row));
    return out;
}

// ---- the whole ------------------------------------------------------------------------------------------------------

std::string closing_json(const ClosingRecord& closing) {
    return fmt::format("[{},{},{},{},{}]", flag(closing.close_sent), closing.code, flag(closing.code_fits),
                       static_cast<int>(closing.end), flag(closing.clean));
}

std::string figures_json(const std::optional<Figures>& figures) {
    if (!figures) return "0";
    return fmt::format("[{},{},{},{},{},{},{},{},{},{}]", figures->messages, figures->message_size, figures->octets,
                       figures->wire_sent, figures->wire_received, figures->compressed, number(figures->seconds),
                       number(figures->round_trip_min_us), number(figures->round_trip_median_us),
                       number(figures->round_trip_p99_us));
}

std::string resources_json(const Resources& resources) {
    return fmt::format(
        "[{},{},{},{},{},{},{},{},{},{},{},{}]", resources.octets_sent, resources.processes, resources.memory_before,
        resources.memory_peak, resources.memory_after, number(resources.cpu_seconds), resources.files_before,
        resources.files_peak, resources.files_after,
        array(resources.growth,
              [](const GrowthPoint& point) { return fmt::format("[{},{}]", point.size, number(point.seconds)); }),
        number(resources.exponent), resources.held());
}

std::string result_json(const CaseResult& result, std::size_t case_number, const RunResult& run, bool with_transcript,
                        Strings& strings, Statements& statements) {
    std::vector<const Finding*> findings;
    for (const auto& finding : result.findings)
        if (finding.grade != Grade::pass && findings.size() < findings_of_a_case) findings.push_back(&finding);
    std::string out = fmt::format(
        "[{},{},{},{},{},{},{},{},{},{},", case_number, static_cast<int>(result.verdict), strings.add(result.detail),
        statements.of(result.requirement, result.cited), strings.add(result.expected), strings.add(result.observed),
        closing_json(result.closing), or_null(result.deciding_octet), number(result.duration_ms), result.attempts);
    out += array(findings, [&](const Finding* finding) {
        return fmt::format("[\"{}\",{},{},{}]", to_string(finding->grade), statements.of(finding->requirement),
                           strings.add(finding->what), or_null(finding->offset));
    });
    out += ',';
    out += with_transcript ? transcript_json(result.transcript, result.deciding_octet, strings) : "0";
    out += with_transcript ? "," + fault_of_ours(result, run, strings, statements) : ",0";
    out += "," + figures_json(result.figures);
    if (result.first_verdict || result.known || result.resources) {
        out += fmt::format(",{},{}", result.first_verdict ? static_cast<int>(*result.first_verdict) : -1,
                           with_transcript ? transcript_json(result.first_transcript, {}, strings) : "0");
        if (result.known)
            out += fmt::format(",[{},{},{},{}]", static_cast<int>(result.known->verdict),
                               strings.add(result.known->reason), strings.add(result.known->link),
                               strings.add(result.known->expires));
        if (result.resources) out += (result.known ? "," : ",0,") + resources_json(*result.resources);
    }
    return out + "]";
}

std::string profile_json(const ProbedProfile& profile) {
    return fmt::format(
        R"({{"reachable":{},"upgrades":{},"echoes":{},"echo_detail":{},"extensions":{},"limit":{},"refused":{},)"
        R"("greetings":{},"round_trip_ms":{},"text_alone":{},"failure":{},"foreign":{},"defects":{}}})",
        profile.reachable, profile.upgrades, profile.echoes, page_string(profile.echo_detail),
        array(profile.extensions | std::views::take(20), [](const std::string& one) { return page_string(one, 200); }),
        profile.message_limit, or_null(profile.refused_size), profile.greetings, number(profile.round_trip_ms),
        profile.takes_text_alone, page_string(profile.failure), page_string(profile.foreign_data, 400),
        array(profile.handshake_defects | std::views::take(20), [](const Defect& defect) {
            return fmt::format("[{},{},{}]", page_string(defect.what, 400), page_string(defect.requirement, 100),
                               flag(defect.tolerable));
        }));
}

std::string run_json(const RunResult& run, const std::vector<CaseRow>& rows,
                     const std::unordered_set<const CaseResult*>& kept, Strings& strings, Statements& statements) {
    std::string out = fmt::format(
        R"({{"url":{},"agent":{},"role":{},"tool":{},"started":{},"seed":"{}","duration_ms":{},"complete":{},)"
        R"("because":{},"selected":{},"shard":{},"rerun":{},"options":{},"profile":{},"results":)",
        page_string(run.url, 300), page_string(run.profile.agent, 200), page_string(run.role, 20),
        page_string(run.tool.version.empty() ? run.tool.name : run.tool.name + " " + run.tool.version, 100),
        page_string(run.started, 40), run.seed, number(run.duration_ms), run.complete,
        array(run.incomplete_because | std::views::take(20),
              [](const std::string& one) { return page_string(one, 500); }),
        run.selected, run.shard ? fmt::format("[{},{}]", run.shard->index, run.shard->of) : "null",
        page_string(rerun_command(run, "{case}"), 4000),
        array(run.options | std::views::take(50),
              [](const auto& one) {
                  return fmt::format("[{},{}]", page_string(one.first, 60), page_string(one.second, 300));
              }),
        profile_json(run.profile));
    out += array(run.cases, [&](const CaseResult& result) {
        auto const row = std::ranges::lower_bound(rows, result.id, &id_less, &CaseRow::id);
        return "\n" + result_json(result, static_cast<std::size_t>(row - rows.begin()), run, kept.contains(&result),
                                  strings, statements);
    });
    return out + "}";
}

std::string case_json(const CaseRow& row, Role tester, std::size_t& tellings_left, Strings& strings,
                      Statements& statements) {
    const Case* const known = find_case(row.id);
    std::string scripts = "[]";
    std::size_t telling = 0;
    if (known != nullptr) {
        std::vector<const Script*> all{&known->script};
        for (const auto& variant : known->variants) all.push_back(&variant);
        // A family of hundreds is told by its first rows.
        scripts = array(all | std::views::take(12), [&](const Script* one) { return script_json(*one, strings); });
        std::string const text = telling_of(*known, tester);
        if (auto const size = std::min(text.size(), longest_telling); size <= tellings_left) {
            tellings_left -= size;
            telling = strings.add(text, Lines::kept);
        }
    }
    return fmt::format("\n[{},{},{},{},{},{},{},{},{}]", page_string(row.id, 40), strings.add(row.title),
                       page_string(group_of(row.id), 20),
                       array(row.covers, [&](const std::string& id) { return std::to_string(statements.of(id)); }),
                       known == nullptr ? 0 : strings.add(known->note),
                       known == nullptr ? 0 : strings.add(needs_text(*known)), scripts, telling,
                       known == nullptr ? 0 : 1 + known->variants.size());
}

}  // namespace

std::string html_data(std::span<const RunResult> runs) {
    Strings strings;
    Statements statements(strings);
    auto const rows = case_rows(runs);
    auto const kept = kept_transcripts(runs);
    Role const tester = !runs.empty() && runs.front().role == "client" ? Role::server : Role::client;

    std::map<std::string, std::string, decltype(&id_less)> groups(&id_less);
    for (const auto& row : rows) groups[group_of(row.id)] = row.group_title;

    std::size_t tellings_left = tellings_budget;
    std::string const cases =
        array(rows, [&](const CaseRow& row) { return case_json(row, tester, tellings_left, strings, statements); });
    std::string const results =
        array(runs, [&](const RunResult& run) { return "\n" + run_json(run, rows, kept, strings, statements); });

    std::map<std::uint16_t, std::string> codes;
    for (unsigned code = 1000; code < 1016; ++code)
        if (auto const name = close_code_name(static_cast<std::uint16_t>(code)); !name.empty())
            codes[static_cast<std::uint16_t>(code)] = std::string(name);

    return fmt::format(
        "{{\"format\":\"wsspec-page/"
        "1\",\n\"verdicts\":{},\n\"codes\":{},\n\"groups\":{},\n\"cases\":{},\n\"runs\":{},\n"
        "\"requirements\":{},\n\"strings\":{}}}",
        array(all_verdicts, [](Verdict verdict) { return page_string(to_string(verdict)); }),
        array(codes, [](const auto& one) { return fmt::format("[{},{}]", one.first, page_string(one.second)); }),
        array(groups,
              [](const auto& one) {
                  return fmt::format("[{},{}]", page_string(one.first, 20), page_string(one.second));
              }),
        cases, results, statements.json(), strings.json());
}

}  // namespace wsspec
