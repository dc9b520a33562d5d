#include "reports/autobahn.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "cases/catalogue.h"
#include "reference/utf8.h"
#include "reports/html_text.h"
#include "reports/transcript_frames.h"

namespace wsspec {

namespace {

using Json = nlohmann::json;
using Direction = TranscriptEntry::Direction;

std::string dumped(const Json& json) {
    // A target's octets may be no UTF-8; a report is written all the same.
    return json.dump(3, ' ', true, Json::error_handler_t::replace) + "\n";
}

/// Payload as Autobahn shows it: as text if it is some, else in hexadecimal, cut if it is long.
std::string payload_text(OctetView payload) {
    constexpr std::size_t longest = 60;
    constexpr std::size_t kept = 64;
    std::string text;
    if (is_valid_utf8(payload)) {
        text = as_text(payload);
    } else {
        for (Octet const octet : payload.first(std::min(payload.size(), kept))) text += fmt::format("{:02x}", octet);
        text.insert(0, "0x");
    }
    if (text.size() <= longest) return text;
    std::size_t cut = std::min(kept, text.size());
    // Between two characters.
    while (cut > 0 && cut < text.size() && (static_cast<Octet>(text[cut]) & 0xc0U) == 0x80U) --cut;
    return text.substr(0, cut) + " ...";
}

std::string hex_digits(OctetView octets) {
    std::string out;
    for (Octet const octet : octets) out += fmt::format("{:02x}", octet);
    return out;
}

// ---- what the transcript tells --------------------------------------------------------------------------------------

struct CloseSeen {
    bool there = false;
    std::optional<std::uint16_t> code = {};
    std::optional<std::string> reason = {};
};

CloseSeen close_in(const TranscriptFrames& wire, bool sent) {
    auto const is_close = [&](const TranscriptFrame& frame) { return frame.sent == sent && frame.opcode == 0x8; };
    auto const found = std::ranges::find_if(wire.frames, is_close);
    if (found == wire.frames.end()) return {};
    CloseSeen out{.there = true};
    if (found->payload.size() < 2) return out;
    out.code = static_cast<std::uint16_t>(found->payload[0] << 8 | found->payload[1]);
    auto const reason = std::span(found->payload).subspan(2);
    out.reason = is_valid_utf8(reason) ? std::string(as_text(reason)) : hex_digits(reason);
    return out;
}

/// Messages, pings and pongs of the target. Messages that came compressed are left out: the transcript does not say
/// what they inflate to.
Json received_events(const TranscriptFrames& wire) {
    Json out = Json::array();
    Octets message;
    bool readable = false;
    bool is_binary = false;
    for (const auto& frame : wire.frames) {
        if (frame.sent) continue;
        if (frame.opcode == 0x9 || frame.opcode == 0xa) {
            out.push_back({frame.opcode == 0x9 ? "ping" : "pong", payload_text(frame.payload)});
        } else if (frame.opcode <= 0x2) {
            if (frame.opcode != 0x0) {
                message.clear();
                readable = frame.rsv == 0;
                is_binary = frame.opcode == 0x2;
            }
            append(message, frame.payload);
            if (frame.fin && readable) out.push_back({"message", payload_text(message), is_binary});
        }
    }
    return out;
}

Json octet_stats(const CaseResult& result, Direction direction) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& entry : result.transcript)
        if (entry.direction == direction) ++counts[std::to_string(entry.size)];
    return counts;
}

Json frame_stats(const TranscriptFrames& wire, bool sent) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& frame : wire.frames)
        if (frame.sent == sent) ++counts[std::to_string(frame.opcode)];
    return counts;
}

/// Reads and writes in order, then the frames that they make up.
Json wire_log(const CaseResult& result, const TranscriptFrames& wire) {
    Json log = Json::array();
    for (const auto& entry : result.transcript) {
        if (entry.direction == Direction::note) continue;
        Json const what = {entry.size, hex_digits(entry.octets)};
        if (entry.direction == Direction::sent) {
            log.push_back({"TO", what, false});
        } else {
            log.push_back({"RO", what});
        }
    }
    for (const auto& frame : wire.frames) {
        Json const what = {frame.payload.size(), payload_text(frame.payload)};
        Json const key = frame.key ? Json(hex_digits(*frame.key)) : Json(nullptr);
        if (frame.sent) {
            log.push_back({"TF", what, frame.opcode, frame.fin, frame.rsv, key, nullptr, nullptr, false});
        } else {
            log.push_back({"RF", what, frame.opcode, frame.fin, frame.rsv, frame.key.has_value(), key});
        }
    }
    return log;
}

// ---- agents and files -----------------------------------------------------------------------------------------------

struct Agent {
    std::string name;
    std::string file_part;
    const RunResult* run = nullptr;
};

std::string numbered(std::string name, std::set<std::string>& taken, std::string_view before, std::string_view behind) {
    std::string const plain = name;
    for (unsigned i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}{}{}{}", plain, before, i, behind);
    return name;
}

std::vector<Agent> agents_of(std::span<const RunResult> runs) {
    std::vector<Agent> out;
    std::set<std::string> names;
    std::set<std::string> parts;
    for (const auto& run : runs) {
        std::string name = run.profile.agent;
        if (name.empty()) name = run.role == "client" ? "UnknownClient" : "UnknownServer";
        name = numbered(name, names, " (", ")");
        std::string part = numbered(autobahn_file_part(name), parts, "_", "");
        out.push_back({std::move(name), std::move(part), &run});
    }
    return out;
}

std::string file_of(const Agent& agent, const CaseResult& result, std::string_view ending) {
    std::string id = result.id;
    std::ranges::replace(id, '.', '_');
    // A derived case has a '/'.
    std::ranges::replace_if(
        id, [](char c) { return std::string_view("<>\"'&?#%/").contains(c) || c <= ' ' || c == 0x7f; }, '-');
    return fmt::format("{}_case_{}.{}", agent.file_part, id, ending);
}

/// Where a case stands in Autobahn's own list, from 1; the others follow.
std::map<std::string, std::size_t, std::less<>> places() {
    std::map<std::string, std::size_t, std::less<>> out;
    for (bool const autobahn : {true, false})
        for (const auto& group : catalogue())
            for (const auto& one : group.cases)
                if (one.autobahn == autobahn) out.emplace(one.id, out.size() + 1);
    return out;
}

std::int64_t milliseconds(const CaseResult& result) { return std::llround(std::clamp(result.duration_ms, 0.0, 1e12)); }

Json remote_code(const CaseResult& result) {
    bool const has_one = result.closing.close_sent && result.closing.code != 0 && result.closing.code != 1005;
    return has_one ? Json(result.closing.code) : Json(nullptr);
}

std::string with_milliseconds(std::string utc) {
    if (utc.ends_with("Z") && !utc.contains('.')) utc.insert(utc.size() - 1, ".000");
    return utc;
}

Json detail_of(const Agent& agent, const CaseResult& result, std::size_t place) {
    auto const wire = frames_of(result.transcript);
    auto const local = close_in(wire, true);
    auto const remote = close_in(wire, false);
    auto const first_close = std::ranges::find(wire.frames, Octet{0x8}, &TranscriptFrame::opcode);
    bool const tester_cut = result.closing.end == ClosingRecord::End::tester;
    bool const is_server = agent.run->role == "client";
    auto const optional = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };

    Json out;
    out["agent"] = agent.name;
    out["id"] = result.id;
    out["case"] = place;
    out["description"] = result.title;
    out["expectation"] = result.expected;
    out["started"] = with_milliseconds(agent.run->started);
    out["duration"] = milliseconds(result);
    out["behavior"] = autobahn_behavior(result.verdict);
    out["behaviorClose"] = autobahn_behavior_close(result, agent.run->role);
    // What is expected is a set of behaviours, not a list of events: `expectation` says it in words.
    out["expected"] = Json::object();
    out["received"] = received_events(wire);
    out["expectedClose"] = {{"closeCode", Json::array()}, {"closedByMe", nullptr}, {"requireClean", nullptr}};
    out["result"] = result.detail.empty() ? result.observed : result.detail;
    out["resultClose"] = result.observed;
    out["closedByMe"] = first_close != wire.frames.end() && first_close->sent;
    out["failedByMe"] = tester_cut && result.verdict != Verdict::pass;
    out["droppedByMe"] = tester_cut;
    out["wasClean"] = result.closing.clean;
    out["wasNotCleanReason"] = result.closing.clean ? Json(nullptr) : Json(result.observed);
    out["wasServerConnectionDropTimeout"] = !is_server && tester_cut && local.there && remote.there;
    out["wasOpenHandshakeTimeout"] = !is_server && tester_cut && wire.response.empty();
    out["wasCloseHandshakeTimeout"] = tester_cut && local.there && !remote.there;
    out["localCloseCode"] = optional(local.code);
    out["localCloseReason"] = optional(local.reason);
    out["remoteCloseCode"] = remote_code(result);
    out["remoteCloseReason"] = optional(remote.reason);
    out["isServer"] = is_server;
    out["httpRequest"] = wire.request.empty() ? "?" : wire.request;
    out["httpResponse"] = wire.response.empty() ? "?" : wire.response;
    out["createStats"] = true;
    out["createWirelog"] = !result.transcript.empty();
    out["rxOctetStats"] = octet_stats(result, Direction::received);
    out["txOctetStats"] = octet_stats(result, Direction::sent);
    out["rxFrameStats"] = frame_stats(wire, false);
    out["txFrameStats"] = frame_stats(wire, true);
    out["reportTime"] = result.group == "9";
    out["reportCompressionRatio"] = result.group == "12" || result.group == "13";
    out["trafficStats"] = nullptr;
    out["wirelog"] = wire_log(result, wire);
    return out;
}

// ---- pages ----------------------------------------------------------------------------------------------------------

constexpr std::string_view style =
    "<style>body{font-family:sans-serif;margin:1.5em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .6em;text-align:left;vertical-align:top}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    // Cowboy and gun take a page that says the failure's class more than twice for a failed run, as Autobahn's own
    // style names it twice: so the style does here, and every failed cell counts.
    ".case_failed{background:#d33;color:#fff}.case_failed a{color:#fff}"
    ".case_ok{background:#cfc}.case_non_strict{background:#fe9}.case_info{background:#cdf}"
    ".case_unimplemented,.case_missing{background:#ddd}</style>";

std::string page(const std::string& title, const std::string& body) {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>" + title + "</title>\n" +
           std::string(style) + "\n</head><body>\n<h1>" + title + "</h1>\n" + body + "</body></html>\n";
}

struct Cell {
    std::string_view css;
    std::string_view word;
};

Cell cell_for(std::string_view behavior) {
    constexpr std::pair<std::string_view, Cell> cells[] = {
        {"OK", {"case_ok", "Pass"}},
        {"NON-STRICT", {"case_non_strict", "Non-Strict"}},
        {"INFORMATIONAL", {"case_info", "Info"}},
        {"UNIMPLEMENTED", {"case_unimplemented", "Unimplemented"}},
        {"FAILED", {"case_failed", "Fail"}},
        {"WRONG CODE", {"case_failed", "Wrong Code"}},
        {"UNCLEAN", {"case_failed", "Unclean"}},
        {"FAILED BY CLIENT", {"case_failed", "Fail"}},
    };
    for (const auto& [name, cell] : cells)
        if (name == behavior) return cell;
    return {"case_missing", "Missing"};
}

std::string cells_of(const Agent& agent, const CaseResult* result) {
    if (result == nullptr) return "<td class=\"case_missing\">Missing</td><td class=\"case_missing\"></td>";
    auto const main = cell_for(autobahn_behavior(result->verdict));
    auto const close = cell_for(autobahn_behavior_close(*result, agent.run->role));
    Json const code = remote_code(*result);
    return fmt::format("<td class=\"{}\"><a href=\"{}\">{}</a><br>{} ms</td><td class=\"{}\" title=\"{}\">{}</td>",
                       main.css, file_of(agent, *result, "html"), main.word, milliseconds(*result), close.css,
                       close.word, code.is_null() ? std::string("None") : std::to_string(result->closing.code));
}

std::string index_page(const std::vector<Agent>& agents) {
    std::map<std::string, std::vector<const CaseResult*>, bool (*)(const std::string&, const std::string&)> rows(
        id_less);
    for (std::size_t i = 0; i < agents.size(); ++i)
        for (const auto& result : agents[i].run->cases) {
            auto& row = rows[result.id];
            row.resize(agents.size());
            if (is_in_autobahn_report(result)) row[i] = &result;
        }
    std::string body = "<table>\n<tr><th>Case</th>";
    for (const auto& agent : agents) body += "<th colspan=\"2\">" + html_escaped(agent.name, 200) + "</th>";
    body += "</tr>\n";
    std::string group;
    for (const auto& [id, row] : rows) {
        if (auto const now = group_of(id); now != group) {
            group = now;
            body += fmt::format("<tr><th colspan=\"{}\">{} {}</th></tr>\n", 1 + 2 * agents.size(),
                                html_escaped(group, 40), html_escaped(group_title(id), 200));
        }
        body += "<tr><td>Case " + html_escaped(id, 40) + "</td>";
        for (std::size_t i = 0; i < agents.size(); ++i) body += cells_of(agents[i], row[i]);
        body += "</tr>\n";
    }
    return page("WebSocket protocol test report",
                body +
                    "</table>\n<p>Each case: how the agent behaved and how long it took; then how it closed, with the "
                    "code of its Close frame.</p>\n");
}

std::string case_page(const Agent& agent, const CaseResult& result, const Json& detail) {
    auto const text = [&](const char* key) { return html_escaped(detail.at(key).get<std::string>()); };
    auto const main = cell_for(detail.at("behavior").get<std::string>());
    auto const close = cell_for(detail.at("behaviorClose").get<std::string>());
    std::string body = fmt::format(
        "<p class=\"{}\">{} ({} ms)</p>\n<p class=\"{}\">Closing: {}</p>\n<h2>Case Description</h2>\n<p>{}</p>\n"
        "<h2>Case Expectation</h2>\n<p>{}</p>\n<h2>Case Outcome</h2>\n<p>{}</p>\n<p>{}</p>\n",
        main.css, main.word, milliseconds(result), close.css, close.word, text("description"), text("expectation"),
        text("result"), text("resultClose"));
    body += "<h2>Opening Handshake</h2>\n<pre>" + text("httpRequest") + "</pre>\n<pre>" + text("httpResponse") +
            "</pre>\n<h2>Closing Behavior</h2>\n<table><tr><th>Key</th><th>Value</th></tr>\n";
    for (const char* key : {"closedByMe", "failedByMe", "droppedByMe", "wasClean", "wasNotCleanReason",
                            "wasServerConnectionDropTimeout", "wasOpenHandshakeTimeout", "wasCloseHandshakeTimeout",
                            "localCloseCode", "localCloseReason", "remoteCloseCode", "remoteCloseReason"})
        body += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", key,
                            html_escaped(detail.at(key).dump(-1, ' ', true, Json::error_handler_t::replace)));
    body += "</table>\n<h2>Wire Statistics</h2>\n<table><tr><th>What</th><th>Size or opcode</th><th>Count</th></tr>\n";
    for (const auto& [key, title] : {std::pair{"rxOctetStats", "Octets received"},
                                     {"txOctetStats", "Octets sent"},
                                     {"rxFrameStats", "Frames received"},
                                     {"txFrameStats", "Frames sent"}})
        for (const auto& [size, count] : detail.at(key).items())
            body +=
                fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", title, size, count.get<std::uint64_t>());
    body += "</table>\n<h2>Wire Log</h2>\n<pre>";
    for (const auto& row : detail.at("wirelog"))
        body += html_escaped(row.dump(-1, ' ', true, Json::error_handler_t::replace), 400) + "\n";
    return page(html_escaped(agent.name, 200) + " - Case " + html_escaped(result.id, 40), body + "</pre>\n");
}

}  // namespace

std::string_view autobahn_behavior(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "OK";
        case Verdict::non_strict:
            return "NON-STRICT";
        case Verdict::informational:
            return "INFORMATIONAL";
        case Verdict::unimplemented:
            return "UNIMPLEMENTED";
        // A verdict that changes is no verdict to rely on, and an error is none at all.
        case Verdict::fail:
        case Verdict::flaky:
        case Verdict::error:
            return "FAILED";
        case Verdict::skipped:
        case Verdict::blocked:
            break;
    }
    return "MISSING";
}

std::string_view autobahn_behavior_close(const CaseResult& result, std::string_view target_role) {
    const auto& closing = result.closing;
    switch (result.verdict) {
        case Verdict::pass:
            return "OK";
        case Verdict::non_strict:
        case Verdict::fail:
        case Verdict::flaky:
            break;
        default:
            return autobahn_behavior(result.verdict);
    }
    // RFC 6455 section 7.4 is about codes.
    bool const about_the_code =
        !result.findings.empty() && result.findings.front().requirement.starts_with("R6455-7.4");
    if (closing.close_sent && ((closing.detected && !closing.code_fits) || about_the_code)) return "WRONG CODE";
    // As with Autobahn, the end of TCP alone is good enough an answer to what breaks the protocol.
    if (closing.clean || closing.detected || result.verdict == Verdict::non_strict) return "OK";
    if (closing.end == ClosingRecord::End::tester && target_role == "server") return "FAILED BY CLIENT";
    return closing.close_sent ? "UNCLEAN" : "FAILED";
}

bool is_in_autobahn_report(const CaseResult& result) {
    switch (result.verdict) {
        case Verdict::skipped:
        case Verdict::blocked:
            return false;
        case Verdict::error:
            return result.attempts != 0;
        default:
            return true;
    }
}

std::string autobahn_file_part(std::string_view agent) {
    constexpr std::size_t longest = 150;  // Names of files have their limits; the index has the whole name.
    std::string out;
    for (char const c : agent) {
        char const lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        bool const plain = (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'z');
        // Outer blanks vanish, each of the others counts.
        if (!plain && out.empty()) continue;
        if (out.size() == longest) break;
        out += plain ? lower : '_';
    }
    out.erase(out.find_last_not_of('_') + 1);
    return out.empty() ? "agent" : out;
}

std::map<std::string, std::string> to_autobahn(std::span<const RunResult> runs) {
    std::map<std::string, std::string> files;
    auto const agents = agents_of(runs);
    auto const known = places();
    Json index = Json::object();
    for (const auto& agent : agents) {
        std::size_t selected = 0;
        for (const auto& result : agent.run->cases) {
            ++selected;
            if (!is_in_autobahn_report(result)) continue;
            auto const found = known.find(result.id);
            bool const by_catalogue = agent.run->role == "server" && found != known.end();
            Json const detail = detail_of(agent, result, by_catalogue ? found->second : selected);
            Json& entry = index[agent.name][result.id];
            for (const char* key : {"behavior", "behaviorClose", "duration", "remoteCloseCode"})
                entry[key] = detail.at(key);
            entry["reportfile"] = file_of(agent, result, "json");
            files[file_of(agent, result, "json")] = dumped(detail);
            files[file_of(agent, result, "html")] = case_page(agent, result, detail);
        }
    }
    files["index.json"] = dumped(index);
    files["index.html"] = index_page(agents);
    return files;
}

}  // namespace wsspec
