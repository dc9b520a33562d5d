#include "reports/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "cases/catalogue.h"
#include "reference/close_code.h"
#include "reference/requirements.h"

namespace wsspec {

namespace {

// ---- colour
// ----------------------------------------------------------------------------------------------------------

constexpr std::string_view bold = "1";
constexpr std::string_view red = "31";
constexpr std::string_view dim = "2";

std::string_view color_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "32";
        case Verdict::non_strict:
            return "33";
        case Verdict::informational:
            return "36";
        case Verdict::fail:
            return "31";
        case Verdict::flaky:
        case Verdict::error:
            return "35";
        case Verdict::unimplemented:
        case Verdict::skipped:
        case Verdict::blocked:
            return dim;
    }
    return dim;
}

std::string colored(std::string_view text, std::string_view color, const TerminalStyle& style) {
    if (!style.color || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", color, text);
}

// ---- layout
// ----------------------------------------------------------------------------------------------------------

unsigned columns(const TerminalStyle& style) { return std::max(style.width, 40U); }

/// Columns of a text of shown(): every character is one wide.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<Octet>(c) & 0xc0) != 0x80; }));
}

/// Octets of the first `columns` characters.
std::size_t octets_of(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    while (at < text.size()) {
        if ((static_cast<Octet>(text[at]) & 0xc0) != 0x80 && columns-- == 0) return at;
        ++at;
    }
    return at;
}

/// One line: what does not fit ends in "...".
std::string cut(std::string_view text, std::size_t width) {
    if (width_of(text) <= width) return std::string(text);
    if (width <= 3) return std::string(text.substr(0, octets_of(text, width)));
    return std::string(text.substr(0, octets_of(text, width - 3))) + "...";
}

constexpr std::size_t label_end = 15;

/// "  Label        text", wrapped.
std::string row(std::string_view label, std::string_view text, const TerminalStyle& style) {
    if (text.empty()) return "  " + colored(label, dim, style) + "\n";
    std::string const padded = fmt::format("{:<{}}", label, label_end - 2);
    return "  " + (label.empty() ? padded : colored(padded, dim, style)) + wrapped(text, label_end, columns(style)) +
           "\n";
}

/// A file may be older or newer than the catalogue: what it says itself comes first.
std::string title_of(const CaseResult& result) {
    if (!result.title.empty()) return shown(result.title, 300);
    const Case* const known = find_case(result.id);
    return known == nullptr ? "(not in the catalogue of this version)" : known->title;
}

// ---- octets
// ----------------------------------------------------------------------------------------------------------

struct Window {
    std::uint64_t first = 0;  ///< Counted from 1.
    std::vector<std::optional<Octet>> octets;
    bool any = false;
};

/// The target's octets `first` to `last`, counted from 1, as far as the transcript kept them.
Window received_octets(const std::vector<TranscriptEntry>& transcript, std::uint64_t first, std::uint64_t last) {
    Window window{.first = first, .octets = {}, .any = false};
    std::uint64_t before = 0;
    for (const auto& entry : transcript) {
        if (entry.direction != TranscriptEntry::Direction::received) continue;
        std::uint64_t const size = std::max<std::uint64_t>(entry.size, entry.octets.size());
        for (std::uint64_t number = std::max(first, before + 1); number <= last && number <= before + size; ++number) {
            auto const index = number - before - 1;
            if (index < entry.octets.size()) {
                window.octets.push_back(entry.octets[static_cast<std::size_t>(index)]);
                window.any = true;
            } else {
                window.octets.push_back(std::nullopt);
            }
        }
        before += size;
    }
    return window;
}

std::string around_deciding_octet(const CaseResult& result, const TerminalStyle& style) {
    if (!result.deciding_octet || *result.deciding_octet == 0) return "";
    std::uint64_t const deciding = *result.deciding_octet;
    // Eleven before it and eight behind it: one line of 80 columns.
    std::uint64_t const first = deciding > 11 ? deciding - 11 : 1;
    Window const window = received_octets(result.transcript, first, deciding + 8);
    if (!window.any)
        return row("Octets", fmt::format("octet {} of the target's stream decided; it was not kept", deciding), style);
    std::string out = row("Octets",
                          fmt::format("{} to {} of the target's stream, its HTTP response included; [{}] decided",
                                      first, first + window.octets.size() - 1, deciding),
                          style);
    std::string line;
    std::size_t used = label_end;
    auto const flush = [&] {
        if (!line.empty()) out += std::string(label_end, ' ') + line + "\n";
        line.clear();
        used = label_end;
    };
    for (std::size_t i = 0; i < window.octets.size(); ++i) {
        std::string const digits = window.octets[i] ? to_hex({&*window.octets[i], 1}) : "..";
        bool const decided = first + i == deciding;
        std::string const text = decided ? "[" + digits + "]" : digits;
        if (used + 1 + text.size() > columns(style)) flush();
        if (!line.empty()) {
            line += ' ';
            ++used;
        }
        line += decided ? colored(text, "1;31", style) : text;
        used += text.size();
    }
    flush();
    return out;
}

std::string conversation(const std::vector<TranscriptEntry>& transcript, const TerminalStyle& style) {
    using Direction = TranscriptEntry::Direction;
    constexpr std::size_t most = 8;
    if (transcript.empty()) return "";
    std::string out;
    std::size_t const left_out = transcript.size() > most ? transcript.size() - most : 0;
    out += row("Wire", left_out == 0 ? "" : fmt::format("the last {} of {} reads and writes", most, transcript.size()),
               style);
    for (std::size_t i = left_out; i < transcript.size(); ++i) {
        const TranscriptEntry& entry = transcript[i];
        std::string const head = fmt::format("{:>10.1f} ms  {:<10}", static_cast<double>(entry.at_us) / 1000,
                                             entry.direction == Direction::sent       ? "sent"
                                             : entry.direction == Direction::received ? "received"
                                                                                      : "");
        std::size_t const room = columns(style) - head.size();
        std::string text;
        if (!entry.octets.empty()) {
            std::string_view const content = as_text(entry.octets);
            bool const http = content.starts_with("GET ") || content.starts_with("HTTP/");
            std::uint64_t const size = std::max<std::uint64_t>(entry.size, entry.octets.size());
            std::string const all = http ? printable(content, room) : to_hex(entry.octets, room / 3 + 1);
            if (width_of(all) <= room && size == entry.octets.size()) {
                text = all;
            } else {
                std::string const tail = fmt::format(" ({})", counted(size, "octet", "octets"));
                std::size_t const left = room > tail.size() + 4 ? room - tail.size() : 4;
                text = (http ? cut(all, left) : to_hex(entry.octets, (left - 1) / 3)) + tail;
            }
        } else if (entry.size != 0) {
            text = counted(entry.size, "octet", "octets");
        }
        if (!entry.note.empty()) text += (text.empty() ? "" : "  ") + shown(entry.note, 200);
        out += head + cut(text, room) + "\n";
    }
    return out;
}

std::string closing_text(const ClosingRecord& closing) {
    std::string out;
    if (!closing.close_sent) {
        out = "no Close frame";
    } else if (closing.code == 1005) {
        out = "a Close without a body";
    } else {
        auto const name = close_code_name(closing.code);
        out = fmt::format("Close {}{}", closing.code, name.empty() ? "" : fmt::format(" ({})", name));
    }
    switch (closing.end) {
        case ClosingRecord::End::open:
            return out + "; TCP was still open";
        case ClosingRecord::End::target_fin:
            return out + "; the target ended TCP";
        case ClosingRecord::End::target_reset:
            return out + "; the target reset TCP";
        case ClosingRecord::End::tester:
            return out + "; the tester ended TCP";
    }
    return out;
}

// ---- summary
// ---------------------------------------------------------------------------------------------------------

std::string duration_text(double milliseconds) {
    double const seconds = std::isfinite(milliseconds) ? std::max(milliseconds, 0.0) / 1000 : 0;
    if (seconds < 100) return fmt::format("{:.1f} s", seconds);
    auto const whole = static_cast<std::uint64_t>(std::min(seconds, 1e12));
    return fmt::format("{} min {} s", whole / 60, whole % 60);
}

struct TableRow {
    std::string number;
    std::string title;
    Counts counts;
    std::size_t total = 0;
};

std::vector<TableRow> rows_of(const RunResult& run) {
    std::map<std::string, TableRow, decltype(&id_less)> groups(&id_less);
    for (const auto& result : run.cases) {
        std::string const number = group_of(result.id);
        TableRow& group = groups[number];
        group.number = shown(number, 8);
        group.title = result.group_title.empty() ? std::string(group_title(result.id)) : shown(result.group_title, 60);
        ++group.counts[result.verdict];
        ++group.total;
    }
    std::vector<TableRow> rows;
    for (auto& [number, group] : groups) rows.push_back(std::move(group));
    return rows;
}

/// Where the whole words do not fit.
std::string_view short_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::non_strict:
            return "non-s";
        case Verdict::informational:
            return "info";
        case Verdict::unimplemented:
            return "unimp";
        case Verdict::skipped:
            return "skip";
        case Verdict::blocked:
            return "block";
        default:
            return to_string(verdict);
    }
}

std::string table(const RunResult& run, const TerminalStyle& style) {
    auto const counts = counts_of(run);
    auto rows = rows_of(run);
    rows.push_back({.number = "", .title = "All groups", .counts = counts, .total = run.cases.size()});

    std::vector<Verdict> occurring;
    for (Verdict const verdict : all_verdicts)
        if (counts.contains(verdict)) occurring.push_back(verdict);

    std::size_t number_width = 0;
    std::size_t title_width = 5;
    for (const auto& one : rows) {
        number_width = std::max(number_width, one.number.size());
        title_width = std::max(title_width, width_of(one.title));
    }
    auto const width_with = [&](bool whole) {
        std::size_t sum = 2 + std::max<std::size_t>(5, std::to_string(run.cases.size()).size());
        for (Verdict const verdict : occurring)
            sum += 2 + std::max((whole ? to_string(verdict) : short_name(verdict)).size(),
                                std::to_string(counts.at(verdict)).size());
        return sum;
    };
    std::size_t const before = number_width + 2;
    bool const whole = before + std::min<std::size_t>(title_width, 20) + width_with(true) <= columns(style);
    std::size_t const taken = before + width_with(whole);
    title_width = std::min(title_width, taken + 10 < columns(style) ? columns(style) - taken : 10);

    std::string out = fmt::format("{:<{}}  {:<{}}", "", number_width, "Group", title_width);
    auto const name_of = [&](Verdict verdict) { return whole ? to_string(verdict) : short_name(verdict); };
    for (Verdict const verdict : occurring)
        out += fmt::format("  {:>{}}", name_of(verdict), std::to_string(counts.at(verdict)).size());
    std::size_t const total_width = std::max<std::size_t>(5, std::to_string(run.cases.size()).size());
    out += fmt::format("  {:>{}}\n", "total", total_width);
    for (const auto& one : rows) {
        std::string const title = cut(one.title, title_width);
        out += fmt::format("{:>{}}  {}{}", one.number, number_width, title,
                           std::string(title_width - width_of(title), ' '));
        for (Verdict const verdict : occurring) {
            auto const found = one.counts.find(verdict);
            std::size_t const width = std::max(name_of(verdict).size(), std::to_string(counts.at(verdict)).size());
            std::string const number = found == one.counts.end() ? "" : std::to_string(found->second);
            out += "  " + std::string(width - number.size(), ' ') + colored(number, color_of(verdict), style);
        }
        out += fmt::format("  {:>{}}\n", one.total, total_width);
    }
    return out;
}

/// "12 selected = 10 executed + 2 skipped". Of an incomplete run only what it reported is known.
std::string arithmetic(const RunResult& run) {
    std::size_t apart = 0;
    std::string terms;
    for (Verdict const verdict : {Verdict::unimplemented, Verdict::skipped, Verdict::blocked, Verdict::error}) {
        std::size_t const number = run.count(verdict);
        apart += number;
        if (number != 0) terms += fmt::format(" + {} {}", number, to_string(verdict));
    }
    return fmt::format("{} {} = {} executed{}", run.cases.size(), run.complete ? "selected" : "reported",
                       run.cases.size() - apart, terms);
}

std::string list_of(const RunResult& run, Verdict verdict, const TerminalStyle& style) {
    std::string out;
    for (const auto& result : run.cases) {
        if (result.verdict != verdict) continue;
        if (out.empty()) out = "\n" + colored(to_string(verdict), color_of(verdict), style) + "\n";
        std::string why = shown(result.detail, 400);
        if (result.first_verdict)
            why = fmt::format("{} among the others{}", to_string(*result.first_verdict), why.empty() ? "" : "; ") + why;
        std::string line = fmt::format("  {:<7} ", shown(result.id, 20));
        // The title gives way to the reason, down to two fifths of the line.
        std::size_t const room = columns(style) - std::min<std::size_t>(line.size(), columns(style) - 10);
        std::size_t const rest = why.empty() ? 0 : width_of(why) + 2;
        line += cut(title_of(result), std::max(room * 2 / 5, room > rest ? room - rest : 0));
        if (!why.empty()) line += ": " + why;
        out += cut(line, columns(style)) + "\n";
    }
    return out;
}

std::size_t skipped_for_echo(const RunResult& run) {
    return static_cast<std::size_t>(std::ranges::count_if(run.cases, [](const CaseResult& result) {
        const Case* const known = find_case(result.id);
        return result.verdict == Verdict::skipped && known != nullptr && includes(known->needs, Need::echo);
    }));
}

std::string resources_text(const Resources& resources) {
    auto const mib = [](std::uint64_t octets) { return static_cast<double>(octets) / (1U << 20); };
    std::string out = fmt::format("{:.1f} MiB sent", mib(resources.octets_sent));
    if (resources.processes != 0)
        out += fmt::format(
            ", {:.1f} MiB held; memory {:.1f} MiB before, {:.1f} at most, {:.1f} afterwards; {:.2f} s of "
            "CPU time; {} open files before, {} at most, {} afterwards",
            mib(resources.held()), mib(resources.memory_before), mib(resources.memory_peak),
            mib(resources.memory_after), resources.cpu_seconds, resources.files_before, resources.files_peak,
            resources.files_after);
    if (!resources.growth.empty()) {
        std::string points;
        for (const auto& point : resources.growth)
            points += fmt::format("{}{}: {:.3g} s", points.empty() ? "" : ", ", point.size, point.seconds);
        out += fmt::format("; time by size {}; exponent {:.1f}", points, resources.exponent);
    }
    return out;
}

}  // namespace

Counts counts_of(const RunResult& run) {
    Counts counts;
    for (const auto& result : run.cases) ++counts[result.verdict];
    return counts;
}

std::string shown(std::string_view text, std::size_t limit) {
    constexpr std::array<std::string_view, 2> signs = {"…", "×"};
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (out.size() >= limit) return out + "…";
        std::string_view const rest = text.substr(at);
        auto const sign = std::ranges::find_if(signs, [&](std::string_view one) { return rest.starts_with(one); });
        if (sign != signs.end()) {
            out += *sign;
            at += sign->size();
            continue;
        }
        // A backslash is ours: texts that quote a target are escaped already.
        out += rest.front() == '\\' ? "\\" : printable(rest.substr(0, 1));
        ++at;
    }
    return out;
}

std::string wrapped(std::string_view text, std::size_t indent, unsigned width) {
    std::size_t const room = width > indent + 20 ? width - indent : 20;
    std::string out;
    std::size_t used = 0;
    auto const next_line = [&] {
        out += '\n';
        out.append(indent, ' ');
        used = 0;
    };
    while (true) {
        auto const begin = text.find_first_not_of(' ');
        if (begin == std::string_view::npos) return out;
        text.remove_prefix(begin);
        std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(word.size());
        if (used != 0 && used + 1 + width_of(word) > room) next_line();
        if (used != 0) {
            out += ' ';
            ++used;
        }
        while (width_of(word) > room - used) {
            auto const fits = octets_of(word, room - used);
            out += word.substr(0, fits);
            word.remove_prefix(fits);
            next_line();
        }
        out += word;
        used += width_of(word);
    }
}

std::string citation(std::string_view requirement) {
    const Requirement* const known = find_requirement(requirement);
    if (known == nullptr) return "";
    if (known->rfc == "IANA") return fmt::format("IANA registry \"{}\", {}", known->section, level_name(known->level));
    return fmt::format("RFC {} section {}, {}", known->rfc, known->section, level_name(known->level));
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string progress_line(std::size_t done, std::size_t total, const Counts& counts, double running_seconds,
                          unsigned width) {
    std::string line = fmt::format("{} of {}, {}", done, total, duration_text(running_seconds * 1000));
    // What needs a look comes first, so that a narrow terminal loses the least.
    char const* between = ": ";
    for (Verdict const verdict : {Verdict::fail, Verdict::error, Verdict::flaky, Verdict::non_strict, Verdict::pass,
                                  Verdict::informational, Verdict::unimplemented, Verdict::skipped, Verdict::blocked}) {
        auto const found = counts.find(verdict);
        if (found == counts.end() || found->second == 0) continue;
        line += fmt::format("{}{} {}", between, found->second, to_string(verdict));
        between = ", ";
    }
    return cut(line, width);
}

std::string describe_probe(const ProbedProfile& profile, std::string_view url, const TerminalStyle& style) {
    std::string out = row("Target", printable(url, 300), style);
    if (!profile.agent.empty()) out += row("Agent", printable(profile.agent, 200), style);
    if (!profile.reachable) {
        out += row("Reachable", "no", style);
    } else if (!profile.upgrades) {
        out += row("Opens", "no", style);
    } else {
        bool const badly = !std::ranges::all_of(profile.handshake_defects, &Defect::tolerable);
        out += row(
            "Opens",
            fmt::format("{}, round trip {:.1f} ms",
                        badly ? "101, but clients have to refuse it (see Handshake)" : "yes", profile.round_trip_ms),
            style);
        std::string const how = profile.echo_detail.empty() ? "" : ": " + shown(profile.echo_detail, 300);
        if (profile.echoes) {
            std::string text = "yes";
            if (profile.message_limit != 0)
                text += fmt::format(", a message of {} came back", counted(profile.message_limit, "octet", "octets"));
            out += row("Echoes", text + how, style);
        } else {
            out += row("Echoes", "no" + how, style);
        }
        if (!profile.foreign_data.empty())
            out += row("Foreign data", "the target " + shown(profile.foreign_data, 300), style);
        if (profile.refused_size)
            out +=
                row("Limit", fmt::format("1009 for a message of {}", counted(*profile.refused_size, "octet", "octets")),
                    style);
        if (profile.takes_text_alone) out += row("Takes", "text alone: binary messages are refused with 1003", style);
        if (profile.greetings != 0)
            out += row("Greets", counted(profile.greetings, "message", "messages") + " when a connection opens", style);
        std::string extensions;
        for (const auto& one : profile.extensions) {
            if (extensions.size() > 400) {
                extensions += ", ...";
                break;
            }
            extensions += (extensions.empty() ? "" : ", ") + printable(one, 100);
        }
        if (!extensions.empty()) out += row("Extensions", extensions, style);
    }
    constexpr std::size_t most = 8;
    for (std::size_t i = 0; i < profile.handshake_defects.size(); ++i) {
        if (i == most) {
            out += row("", fmt::format("and {} more", profile.handshake_defects.size() - most), style);
            break;
        }
        const Defect& defect = profile.handshake_defects[i];
        std::string const cited = citation(defect.requirement);
        out += row("Handshake",
                   fmt::format("{}{} ({}{})", printable(defect.what, 300), defect.tolerable ? ", tolerable" : "",
                               shown(defect.requirement, 40), cited.empty() ? "" : ": " + cited),
                   style);
    }
    if (!profile.failure.empty()) out += row("No run", shown(profile.failure, 400), style);
    return out;
}

std::string describe_failure(const CaseResult& result, std::string_view rerun_command, const TerminalStyle& style) {
    std::string const verdict(to_string(result.verdict));
    std::string const id = shown(result.id, 20);
    std::size_t const indent = verdict.size() + 1;
    std::string const head = wrapped(id + " " + title_of(result), indent, columns(style));
    std::string out = colored(verdict, color_of(result.verdict), style) + " " + colored(head, bold, style) + "\n";

    const Case* const known = find_case(result.id);
    std::string requirement = result.requirement;
    if (requirement.empty() && known != nullptr && !known->covers.empty()) requirement = known->covers.front();
    if (const Requirement* const statement = find_requirement(requirement)) {
        out += row("Requirement", fmt::format("{} ({})", statement->id, citation(requirement)), style);
        out += row("", shown(statement->statement), style);
        if (statement->level == Level::may) out += row("", "What one end may do, the other has to take.", style);
    } else if (result.cited) {
        out += row("Requirement",
                   shown(fmt::format("{} (RFC {} section {}, {})", requirement, result.cited->rfc,
                                     result.cited->section, result.cited->level),
                         200),
                   style);
        out += row("", shown(result.cited->statement, 1000), style);
    } else if (!requirement.empty()) {
        out += row("Requirement", shown(requirement, 40), style);
    }
    if (!result.expected.empty()) out += row("Expected", shown(result.expected), style);
    if (!result.observed.empty()) out += row("Observed", shown(result.observed), style);
    if (!result.detail.empty()) out += row("Why", shown(result.detail), style);
    if (!result.delivery.empty()) out += row("Delivery", shown(result.delivery), style);
    if (result.first_verdict)
        out += row("Before", fmt::format("{} when it ran among the others", to_string(*result.first_verdict)), style);

    constexpr std::size_t most = 5;
    std::size_t told = 0;
    for (const auto& finding : result.findings) {
        if (finding.grade == Grade::pass || finding.what == result.detail) continue;
        if (++told > most) {
            out += row("", "and more; the result file has all", style);
            break;
        }
        std::string text = shown(finding.what, 500);
        if (finding.requirement != requirement && !finding.requirement.empty())
            text += fmt::format(" ({})", shown(finding.requirement, 40));
        out += row(told == 1 ? "Findings" : "", text, style);
    }
    if (result.resources) out += row("Resources", resources_text(*result.resources), style);
    out += row("Closing", closing_text(result.closing), style);
    out += around_deciding_octet(result, style);
    out += conversation(result.transcript, style);
    if (!rerun_command.empty()) out += "  " + colored("Run again    ", dim, style) + shown(rerun_command, 8000) + "\n";
    return out;
}

std::string summary(const RunResult& run, const TerminalStyle& style) {
    std::string out;
    if (!run.cases.empty()) out += table(run, style);

    for (Verdict const verdict :
         {Verdict::error, Verdict::flaky, Verdict::fail, Verdict::non_strict, Verdict::informational})
        out += list_of(run, verdict, style);

    if (!out.empty()) out += "\n";
    auto const warn = [&](std::string_view text) {
        out += colored(wrapped(text, 0, columns(style)), "1;31", style) + "\n";
    };
    if (std::size_t const untested = run.profile.echoes ? 0 : skipped_for_echo(run); untested != 0)
        warn(
            fmt::format("NOT TESTED: the target does not echo{}, so {} it {} skipped. This run says nothing about what "
                        "{} for.",
                        run.profile.echo_detail.empty() ? "" : " (" + shown(run.profile.echo_detail, 200) + ")",
                        counted(untested, "case that needs", "cases that need"), untested == 1 ? "was" : "were",
                        untested == 1 ? "it looks" : "they look"));
    if (!run.profile.foreign_data.empty())
        warn("FOREIGN DATA: before any case was played, the target " + shown(run.profile.foreign_data, 300) +
             ". An echo server must not, and no verdict can make up for that; a target that hands messages on to "
             "others (a chat) needs an endpoint that sends them back to their sender alone.");
    if (!run.profile.failure.empty()) warn("NO RUN: " + shown(run.profile.failure, 400));
    if (!run.complete) {
        std::string why;
        for (const auto& because : run.incomplete_because) why += (why.empty() ? "" : "; ") + shown(because, 200);
        warn("INCOMPLETE: " + (why.empty() ? "the run did not reach its end" : why) +
             ". What is missing was not tested; this is no pass.");
    }
    if (run.cases.empty()) warn("NOTHING RUN: no case was selected; this is no pass.");

    if (run.shard)
        out += wrapped(fmt::format("Shard {} of {}: {} of the {}. `wsspec report` puts the shards together.",
                                   run.shard->index, run.shard->of, run.cases.size(),
                                   counted(run.selected, "selected case", "selected cases")),
                       0, columns(style)) +
               "\n";
    out += wrapped(arithmetic(run), 0, columns(style)) + "\n";
    out += wrapped(fmt::format("{} in {}, seed {}, started {}", printable(run.url, 300), duration_text(run.duration_ms),
                               run.seed, shown(run.started, 40)),
                   0, columns(style)) +
           "\n";
    if (run.cases.empty()) return out;
    std::size_t const failed = run.count(Verdict::fail);
    std::size_t const lenient = run.count(Verdict::non_strict);
    std::string result =
        failed == 0 ? "No case that ran breaks a MUST" : counted(failed, "case breaks", "cases break") + " a MUST";
    if (lenient != 0)
        result += fmt::format("; {} every MUST but not every SHOULD", counted(lenient, "case keeps", "cases keep"));
    out += colored(wrapped(result + ".", 0, columns(style)), failed != 0 ? red : bold, style) + "\n";
    return out;
}

}  // namespace wsspec
