#include "runner/replay_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cases/describe.h"
#include "cases/notation.h"
#include "fuzz/script_codec.h"
#include "reports/json_reader.h"

namespace wsspec {

namespace {

using json_reader::Json;
using json_reader::Place;
using json_reader::Unreadable;

/// Octets of a file. A script that needs more is none that a person would look at.
constexpr std::size_t longest_file = 64U << 20;
/// Of JSON in JSON: a parser by recursion must not be asked for more.
constexpr int deepest = 16;

std::string packed_hex(OctetView octets) {
    std::string out;
    out.reserve(octets.size() * 2);
    for (Octet const octet : octets) {
        out += "0123456789abcdef"[octet >> 4];
        out += "0123456789abcdef"[octet & 0xf];
    }
    return out;
}

std::string text_or_nothing(const Place& whole, std::string_view name) {
    return whole.has(name) ? whole.at(name).string() : std::string();
}

}  // namespace

std::string to_json(const Replay& replay) {
    Json out;
    out["format"] = replay_format;
    out["role"] = to_string(replay.target);
    out["target"] = replay.url;
    out["found_by"] = replay.found_by;
    out["requirement"] = replay.requirement;
    out["what"] = replay.what;
    // JavaScript and jq round numbers from 2^53 on.
    out["keys"] = std::to_string(replay.keys);
    out["script"] = packed_hex(encode(replay.script));
    Json steps = Json::array();
    for (const auto& step : replay.script) steps.push_back(describe(step));
    out["steps"] = std::move(steps);
    constexpr std::size_t readable = 64U << 10;
    if (std::string code = notation(replay.script); code.size() <= readable) out["notation"] = std::move(code);
    return out.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::expected<Replay, std::string> replay_from_json(std::string_view text) {
    if (text.size() > longest_file) return std::unexpected("the file is longer than any replay file");
    try {
        int depth = 0;
        bool too_deep = false;
        Json const file = Json::parse(text, [&](int at, Json::parse_event_t, Json&) {
            depth = std::max(depth, at);
            too_deep = too_deep || at > deepest;
            return !too_deep;
        });
        if (too_deep) return std::unexpected("the file is nested more deeply than any replay file");
        Place const whole(file, "");
        Place const format = whole.at("format");
        if (format.string() != replay_format)
            format.complain("\"" + printable(format.string(), 40) + "\" is not \"" + std::string(replay_format) + "\"");
        Replay out;
        constexpr std::pair<Role, std::string_view> roles[] = {{Role::server, "server"}, {Role::client, "client"}};
        out.target = whole.at("role").one_of(roles);
        out.keys = whole.at("keys").digits();
        Octets const octets = whole.at("script").octets();
        auto const version = script_version(octets);
        if (!version) whole.at("script").complain("there is no script");
        if (*version != script_format)
            whole.at("script").complain("format " + std::to_string(*version) +
                                        " of scripts is not known here; a later wsspec may know it");
        out.script = decode(octets);
        out.url = text_or_nothing(whole, "target");
        out.found_by = text_or_nothing(whole, "found_by");
        out.requirement = text_or_nothing(whole, "requirement");
        out.what = text_or_nothing(whole, "what");
        return out;
    } catch (const Unreadable& unreadable) {
        return std::unexpected(unreadable.why);
    } catch (const nlohmann::json::parse_error& error) {
        return std::unexpected("not JSON, from octet " + std::to_string(error.byte) + " on");
    } catch (const nlohmann::json::exception& error) {
        return std::unexpected("not readable: " + printable(error.what(), 200));
    }
}

}  // namespace wsspec
