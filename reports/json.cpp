#include "reports/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cases/describe.h"
#include "reference/utf8.h"
#include "reports/json_reader.h"

namespace wsspec {

namespace {

using json_reader::Json;
using json_reader::Place;
using json_reader::Unreadable;
using Direction = TranscriptEntry::Direction;
using End = ClosingRecord::End;

constexpr std::pair<Direction, std::string_view> directions[] = {
    {Direction::sent, "sent"}, {Direction::received, "received"}, {Direction::note, "note"}};
constexpr std::pair<End, std::string_view> ends[] = {
    {End::open, "nobody"}, {End::target_fin, "target"}, {End::target_reset, "target-reset"}, {End::tester, "tester"}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
    for (const auto& [candidate, name] : table)
        if (candidate == value) return name;
    return {};
}

// ---- writing
// ---------------------------------------------------------------------------------------------------------

constexpr std::string_view digits = "0123456789abcdef";

void escape(std::string& out, Octet octet) {
    out += "\\x";
    out += digits[octet >> 4];
    out += digits[octet & 15];
}

/// Valid UTF-8: octets that cannot be part of it become "\xNN". What is valid stays, so a second pass changes nothing.
std::string valid(std::string_view text) {
    std::string out;
    Utf8Validator validator;
    std::size_t begun = 0;  // Where the character under way starts in `text`.
    auto const escape_unfinished = [&](std::size_t end) {
        for (; begun < end; ++begun) escape(out, static_cast<Octet>(text[begun]));
        validator.reset();
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        OctetView const octet = as_octets(text.substr(at, 1));
        if (validator.feed(octet)) {
            escape_unfinished(at);
            // The octet that did not fit may begin a character of its own.
            if (validator.feed(octet)) {
                escape_unfinished(at + 1);
                continue;
            }
        }
        if (!validator.complete()) continue;
        out += text.substr(begun, at + 1 - begun);
        begun = at + 1;
    }
    escape_unfinished(text.size());
    return out;
}

std::string bare_hex(OctetView octets) {
    std::string out;
    out.reserve(octets.size() * 2);
    for (Octet const octet : octets) {
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

/// Microseconds are enough; JSON has no infinity.
double finite(double value) { return std::isfinite(value) ? value : 0; }
double milliseconds(double value) { return std::round(finite(value) * 1000) / 1000; }

Json strings(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& one : list) out.push_back(valid(one));
    return out;
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json json_of(const std::vector<TranscriptEntry>& transcript) {
    Json out = Json::array();
    for (const auto& entry : transcript)
        out.push_back(Json{{"t_us", entry.at_us},
                           {"dir", name_in(directions, entry.direction)},
                           {"octets", bare_hex(entry.octets)},
                           {"size", entry.size},
                           {"note", valid(entry.note)}});
    return out;
}

Json json_of(const ClosingRecord& closing) {
    return {{"sent", closing.close_sent},
            {"code", closing.code},
            {"code_fits", closing.code_fits},
            {"by", name_in(ends, closing.end)},
            {"clean", closing.clean}};
}

Json json_of(const std::optional<Citation>& cited) {
    if (!cited) return nullptr;
    return {{"rfc", valid(cited->rfc)},
            {"section", valid(cited->section)},
            {"level", valid(cited->level)},
            {"statement", valid(cited->statement)}};
}

Json json_of(const std::optional<KnownVerdict>& known) {
    if (!known) return nullptr;
    return {{"verdict", to_string(known->verdict)},
            {"reason", valid(known->reason)},
            {"link", valid(known->link)},
            {"expires", valid(known->expires)}};
}

Json json_of(const std::optional<Figures>& figures) {
    if (!figures) return nullptr;
    return {{"messages", figures->messages},
            {"message_size", figures->message_size},
            {"octets", figures->octets},
            {"wire_sent", figures->wire_sent},
            {"wire_received", figures->wire_received},
            {"compressed", figures->compressed},
            {"seconds", finite(figures->seconds)},
            {"round_trip_min_us", finite(figures->round_trip_min_us)},
            {"round_trip_median_us", finite(figures->round_trip_median_us)},
            {"round_trip_p99_us", finite(figures->round_trip_p99_us)}};
}

Json json_of(const Resources& resources) {
    Json out = {{"octets_sent", resources.octets_sent}};
    if (resources.processes != 0) {
        out["octets_held"] = resources.held();
        out["processes"] = resources.processes;
        out["memory_before"] = resources.memory_before;
        out["memory_peak"] = resources.memory_peak;
        out["memory_after"] = resources.memory_after;
        out["cpu_seconds"] = finite(resources.cpu_seconds);
        out["files_before"] = resources.files_before;
        out["files_peak"] = resources.files_peak;
        out["files_after"] = resources.files_after;
    }
    if (!resources.growth.empty()) {
        Json points = Json::array();
        for (const auto& point : resources.growth)
            points.push_back(Json{{"size", point.size}, {"seconds", finite(point.seconds)}});
        out["growth"] = std::move(points);
        out["exponent"] = std::max(0.0, finite(resources.exponent));
    }
    return out;
}

Json json_of(const CaseResult& result) {
    Json findings = Json::array();
    for (const auto& finding : result.findings)
        findings.push_back(Json{{"grade", to_string(finding.grade)},
                                {"requirement", valid(finding.requirement)},
                                {"what", valid(finding.what)},
                                {"offset", or_null(finding.offset)}});
    Json out = {{"id", valid(result.id)},
                {"title", valid(result.title)},
                {"group", valid(result.group)},
                {"group_title", valid(result.group_title)},
                {"requirements", strings(result.requirements)},
                {"verdict", to_string(result.verdict)},
                {"detail", valid(result.detail)},
                {"requirement", valid(result.requirement)},
                {"cited", json_of(result.cited)},
                {"baseline", json_of(result.known)},
                {"duration_ms", milliseconds(result.duration_ms)},
                {"attempts", result.attempts},
                {"expected", valid(result.expected)},
                {"observed", valid(result.observed)},
                {"findings", std::move(findings)},
                {"detected", result.closing.detected},
                {"close", json_of(result.closing)},
                {"deciding_octet", or_null(result.deciding_octet)},
                {"figures", json_of(result.figures)},
                {"transcript", json_of(result.transcript)}};
    if (!result.delivery.empty()) out["delivery"] = valid(result.delivery);
    if (result.resources) out["resources"] = json_of(*result.resources);
    if (result.first_verdict) {
        out["first_verdict"] = to_string(*result.first_verdict);
        out["first_transcript"] = json_of(result.first_transcript);
    }
    return out;
}

Json json_of(const ProbedProfile& profile) {
    Json defects = Json::array();
    for (const auto& defect : profile.handshake_defects)
        defects.push_back(Json{
            {"requirement", valid(defect.requirement)}, {"what", valid(defect.what)}, {"tolerable", defect.tolerable}});
    Json out = {{"reachable", profile.reachable},
                {"upgrades", profile.upgrades},
                {"echoes", profile.echoes},
                {"echo_detail", valid(profile.echo_detail)},
                {"extensions", strings(profile.extensions)},
                {"message_limit", profile.message_limit},
                {"refused_size", or_null(profile.refused_size)},
                {"greetings", profile.greetings},
                {"round_trip_ms", milliseconds(profile.round_trip_ms)},
                {"handshake_defects", std::move(defects)},
                {"failure", valid(profile.failure)}};
    if (profile.takes_text_alone) out["takes_text_alone"] = true;
    if (!profile.foreign_data.empty()) out["foreign_data"] = valid(profile.foreign_data);
    return out;
}

// ---- reading
// ---------------------------------------------------------------------------------------------------------

std::vector<TranscriptEntry> transcript_from(const Place& place) {
    std::vector<TranscriptEntry> out;
    place.each([&](const Place& one) {
        TranscriptEntry entry;
        entry.at_us = one.at("t_us").count<std::uint64_t>();
        entry.direction = one.at("dir").one_of(directions);
        entry.octets = one.at("octets").octets();
        entry.size = one.at("size").count<std::uint64_t>();
        if (entry.size < entry.octets.size()) one.at("size").complain("less than the octets that are there");
        entry.note = one.at("note").string();
        out.push_back(std::move(entry));
    });
    return out;
}

std::optional<std::uint64_t> count_or_null(const Place& place) {
    if (place.is_null()) return std::nullopt;
    return place.count<std::uint64_t>();
}

std::optional<Citation> citation_from(const Place& place) {
    if (place.is_null()) return std::nullopt;
    return Citation{.rfc = place.at("rfc").string(),
                    .section = place.at("section").string(),
                    .level = place.at("level").string(),
                    .statement = place.at("statement").string()};
}

std::optional<KnownVerdict> known_from(const Place& place) {
    if (place.is_null()) return std::nullopt;
    return KnownVerdict{.verdict = place.at("verdict").verdict(),
                        .reason = place.at("reason").string(),
                        .link = place.at("link").string(),
                        .expires = place.at("expires").string()};
}

Resources resources_from(const Place& place) {
    Resources out;
    out.octets_sent = place.at("octets_sent").count<std::uint64_t>();
    if (place.has("processes")) {
        out.processes = place.at("processes").count<unsigned>();
        out.memory_before = place.at("memory_before").count<std::uint64_t>();
        out.memory_peak = place.at("memory_peak").count<std::uint64_t>();
        out.memory_after = place.at("memory_after").count<std::uint64_t>();
        out.cpu_seconds = place.at("cpu_seconds").number();
        out.files_before = place.at("files_before").count<std::uint64_t>();
        out.files_peak = place.at("files_peak").count<std::uint64_t>();
        out.files_after = place.at("files_after").count<std::uint64_t>();
    }
    if (place.has("growth")) {
        place.at("growth").each([&](const Place& one) {
            out.growth.push_back(
                {.size = one.at("size").count<std::uint64_t>(), .seconds = one.at("seconds").number()});
        });
        out.exponent = place.at("exponent").number();
    }
    return out;
}

std::optional<Figures> figures_from(const Place& place) {
    if (place.is_null()) return std::nullopt;
    return Figures{.messages = place.at("messages").count<std::uint64_t>(),
                   .message_size = place.at("message_size").count<std::uint64_t>(),
                   .octets = place.at("octets").count<std::uint64_t>(),
                   .wire_sent = place.at("wire_sent").count<std::uint64_t>(),
                   .wire_received = place.at("wire_received").count<std::uint64_t>(),
                   .compressed = place.at("compressed").count<std::uint64_t>(),
                   .seconds = place.at("seconds").number(),
                   .round_trip_min_us = place.at("round_trip_min_us").number(),
                   .round_trip_median_us = place.at("round_trip_median_us").number(),
                   .round_trip_p99_us = place.at("round_trip_p99_us").number()};
}

std::optional<Shard> shard_from(const Place& place) {
    if (place.is_null()) return std::nullopt;
    Shard const shard{.index = place.at("index").count<std::uint64_t>(), .of = place.at("of").count<std::uint64_t>()};
    if (shard.index == 0 || shard.index > shard.of) place.complain("no such shard");
    return shard;
}

/// "1.1.2", or "1.1.2/after-close" of a derived case. Ids are names of files, too.
bool is_case_id(std::string_view id) {
    constexpr std::string_view signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
    constexpr std::size_t longest = 100;
    return !id.empty() && id.size() <= longest && id.find_first_not_of(signs) == std::string_view::npos;
}

CaseResult case_from(const Place& place) {
    CaseResult result;
    result.id = place.at("id").string();
    if (!is_case_id(result.id)) place.at("id").complain("not the id of a case");
    result.title = place.at("title").string();
    result.group = place.at("group").string();
    result.group_title = place.at("group_title").string();
    result.requirements = place.at("requirements").strings();
    result.verdict = place.at("verdict").verdict();
    result.detail = place.at("detail").string();
    result.requirement = place.at("requirement").string();
    result.cited = citation_from(place.at("cited"));
    result.known = known_from(place.at("baseline"));
    result.duration_ms = place.at("duration_ms").number();
    result.attempts = place.at("attempts").count<unsigned>();
    result.expected = place.at("expected").string();
    result.observed = place.at("observed").string();
    place.at("findings").each([&](const Place& one) {
        result.findings.push_back({.grade = one.at("grade").grade(),
                                   .requirement = one.at("requirement").string(),
                                   .what = one.at("what").string(),
                                   .offset = count_or_null(one.at("offset"))});
    });
    Place const close = place.at("close");
    result.closing = {.detected = place.at("detected").boolean(),
                      .close_sent = close.at("sent").boolean(),
                      .code = close.at("code").count<std::uint16_t>(),
                      .code_fits = close.at("code_fits").boolean(),
                      .end = close.at("by").one_of(ends),
                      .clean = close.at("clean").boolean()};
    result.deciding_octet = count_or_null(place.at("deciding_octet"));
    result.figures = figures_from(place.at("figures"));
    if (place.has("resources")) result.resources = resources_from(place.at("resources"));
    result.transcript = transcript_from(place.at("transcript"));
    if (place.has("delivery")) result.delivery = place.at("delivery").string();
    if (place.has("first_verdict")) result.first_verdict = place.at("first_verdict").verdict();
    if (place.has("first_transcript")) result.first_transcript = transcript_from(place.at("first_transcript"));
    return result;
}

RunResult run_from(const Place& file) {
    Place const format = file.at("format");
    if (format.string() != result_format)
        format.complain("\"" + printable(format.string(), 40) + "\" is not \"" + std::string(result_format) + "\"");

    RunResult run;
    run.tool = {.name = file.at("tool").at("name").string(), .version = file.at("tool").at("version").string()};
    run.role = file.at("role").string();
    if (run.role != "server" && run.role != "client") file.at("role").complain("neither \"server\" nor \"client\"");
    Place const target = file.at("target");
    run.url = target.at("url").string();
    Place const profile = target.at("profile");
    run.profile = {.reachable = profile.at("reachable").boolean(),
                   .upgrades = profile.at("upgrades").boolean(),
                   .echoes = profile.at("echoes").boolean(),
                   .echo_detail = profile.at("echo_detail").string(),
                   .extensions = profile.at("extensions").strings(),
                   .message_limit = profile.at("message_limit").count<std::uint64_t>(),
                   .refused_size = count_or_null(profile.at("refused_size")),
                   .greetings = profile.at("greetings").count<std::uint64_t>(),
                   .round_trip_ms = profile.at("round_trip_ms").number(),
                   .agent = target.at("agent").string(),
                   .failure = profile.at("failure").string()};
    if (profile.has("takes_text_alone")) run.profile.takes_text_alone = profile.at("takes_text_alone").boolean();
    if (profile.has("foreign_data")) run.profile.foreign_data = profile.at("foreign_data").string();
    profile.at("handshake_defects").each([&](const Place& one) {
        run.profile.handshake_defects.push_back({.requirement = one.at("requirement").string(),
                                                 .what = one.at("what").string(),
                                                 .tolerable = one.at("tolerable").boolean()});
    });
    file.at("options").each_member(
        [&](const std::string& name, const Place& value) { run.options[name] = value.string(); });
    run.seed = file.at("seed").digits();
    run.started = file.at("started").string();
    run.duration_ms = file.at("duration_ms").number();
    run.complete = file.at("complete").boolean();
    run.incomplete_because = file.at("incomplete_because").strings();
    if (run.complete && !run.incomplete_because.empty())
        file.at("incomplete_because").complain("not empty, although the run is complete");
    run.selected = file.at("selected").count<std::uint64_t>();
    run.shard = shard_from(file.at("shard"));
    run.rerun = file.at("rerun").string();

    std::set<std::string> ids;
    file.at("cases").each([&](const Place& one) {
        run.cases.push_back(case_from(one));
        if (!ids.insert(run.cases.back().id).second)
            one.at("id").complain("\"" + printable(run.cases.back().id, 40) + "\" is there twice");
    });
    if (run.selected < run.cases.size())
        file.at("selected").complain("less than the cases, of which there are " + std::to_string(run.cases.size()));
    for (Verdict const verdict : all_verdicts) {
        Place const total = file.at("totals").at(to_string(verdict));
        auto const counted = run.count(verdict);
        if (total.count<std::uint64_t>() != counted)
            total.complain("does not fit the cases, of which there are " + std::to_string(counted));
    }
    return run;
}

}  // namespace

void write_json(const RunResult& run, const TextSink& out) {
    Json options = Json::object();
    for (const auto& [name, value] : run.options) options[valid(name)] = valid(value);
    Json totals = Json::object();
    for (Verdict const verdict : all_verdicts) totals[std::string(to_string(verdict))] = run.count(verdict);
    Json const file = {
        {"format", result_format},
        {"tool", {{"name", valid(run.tool.name)}, {"version", valid(run.tool.version)}}},
        {"role", valid(run.role)},
        {"target", {{"url", valid(run.url)}, {"agent", valid(run.profile.agent)}, {"profile", json_of(run.profile)}}},
        {"options", std::move(options)},
        {"seed", std::to_string(run.seed)},
        {"started", valid(run.started)},
        {"duration_ms", milliseconds(run.duration_ms)},
        {"complete", run.complete},
        {"incomplete_because", strings(run.incomplete_because)},
        {"selected", run.selected},
        {"shard", run.shard ? Json{{"index", run.shard->index}, {"of", run.shard->of}} : Json(nullptr)},
        {"rerun", valid(run.rerun)},
        {"totals", std::move(totals)}};
    auto const text_of = [](const Json& json) { return json.dump(1, ' ', true, Json::error_handler_t::replace); };
    std::string text = text_of(file);
    constexpr std::string_view end = "\n}";
    text.resize(text.size() - end.size());
    out(text + ",\n \"cases\": [");
    // One case at a time: as one tree, a run of many transcripts takes ten times its size.
    constexpr std::string_view margin = "\n  ";
    for (std::size_t i = 0; i < run.cases.size(); ++i) {
        text = i == 0 ? "" : ",";
        text += margin;
        for (const char c : text_of(json_of(run.cases[i]))) {
            if (c == '\n') {
                text += margin;
            } else {
                text += c;
            }
        }
        out(text);
    }
    out(run.cases.empty() ? "]\n}\n" : "\n ]\n}\n");
}

std::string to_json(const RunResult& run) {
    std::string out;
    write_json(run, [&](std::string_view text) { out += text; });
    return out;
}

std::expected<RunResult, std::string> from_json(std::string_view text) {
    try {
        Json const file = json_reader::parsed(text);
        return run_from(Place(file, ""));
    } catch (const Unreadable& unreadable) {
        return std::unexpected(unreadable.why);
    } catch (const nlohmann::json::parse_error& error) {
        return std::unexpected("not JSON, from octet " + std::to_string(error.byte) + " on");
    } catch (const nlohmann::json::exception& error) {
        return std::unexpected("not readable: " + printable(error.what(), 200));
    }
}

}  // namespace wsspec
