#include "runner/matrix_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "reports/json_reader.h"
#include "runner/toml.h"

namespace wsspec {

namespace {

using json_reader::Json;
using json_reader::Place;
using json_reader::Unreadable;

/// Options that the matrix gives itself: one set of reports for all targets.
constexpr std::array own_outputs = {"json",   "junit",    "html",  "markdown",       "tap", "badge", "pcap",
                                    "github", "autobahn", "facts", "update-baseline"};
constexpr std::array members = {"name", "role", "url", "install", "version"};

bool is_among(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

std::string text_of(const Place& value) {
    const Json& raw = value.raw();
    if (raw.is_string()) return raw.get<std::string>();
    if (raw.is_number()) return raw.dump();
    value.complain("neither text nor a number");
}

/// The members of `from` as options; a later one of the same name takes the place of an earlier.
void take_options(const Place& from, bool is_target,
                  std::vector<std::pair<std::string, std::vector<std::string>>>& options) {
    from.each_member([&](const std::string& name, const Place& value) {
        if (is_target && is_among(members, name)) return;
        if (is_among(own_outputs, name)) value.complain("reports are options of `wsspec matrix`, not of a target");
        bool const plain = !name.empty() && name.front() != '-' &&
                           std::ranges::all_of(name, [](unsigned char c) { return std::islower(c) != 0 || c == '-'; });
        if (!plain) value.complain("no option of `wsspec run` or `wsspec serve`");
        std::vector<std::string> words;
        auto const add = [&](const Place& one) {
            words.push_back("--" + name);
            words.push_back(text_of(one));
        };
        if (value.raw().is_boolean()) {
            if (value.boolean()) words.push_back("--" + name);
        } else if (value.raw().is_array()) {
            value.each(add);
        } else {
            add(value);
        }
        auto const same = std::ranges::find(options, name, [](const auto& option) { return option.first; });
        if (same != options.end()) {
            same->second = std::move(words);
        } else {
            options.emplace_back(name, std::move(words));
        }
    });
}

std::string as_file_name(std::string_view name) {
    std::string out;
    for (char const c : name) {
        bool const good = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (good) out += c;
        if (!good && !out.empty() && out.back() != '-') out += '-';
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

MatrixTarget target_from(const Place& place, const Place* defaults) {
    MatrixTarget target;
    target.name = place.at("name").string();
    target.file_name = as_file_name(target.name);
    if (target.file_name.empty() || target.name.size() > 100)
        place.at("name").complain("wants a letter or a digit, and at most 100 octets");
    if (place.has("role")) target.role = place.at("role").string();
    if (target.role != "server" && target.role != "client") place.at("role").complain("server or client");
    if (place.has("install")) target.install = place.at("install").string();
    if (place.has("version")) target.version = place.at("version").string();
    bool const client = target.role == "client";
    bool const has_url = place.has("url");
    bool const has_spawn = place.has("spawn");
    if (client && (has_url || !has_spawn))
        place.complain("a client has no url, but a spawn: the command that starts it");
    if (!client && !has_url && !has_spawn)
        place.complain("a server has a url, a spawn (the command that starts it), or both");

    target.arguments.push_back(client ? "serve" : "run");
    if (has_url) target.arguments.push_back(place.at("url").string());
    std::vector<std::pair<std::string, std::vector<std::string>>> options;
    if (defaults != nullptr) take_options(*defaults, false, options);
    take_options(place, true, options);
    for (auto& [name, words] : options) target.arguments.insert(target.arguments.end(), words.begin(), words.end());
    return target;
}

}  // namespace

std::expected<std::vector<MatrixTarget>, std::string> matrix_targets(std::string_view text, Notation notation) {
    std::string converted;
    if (notation == Notation::toml) {
        auto json = json_of_toml(text);
        if (!json) return std::unexpected(json.error());
        converted = std::move(*json);
        text = converted;
    }
    try {
        Json const file = json_reader::parsed(text);
        Place const top(file, {});
        top.each_member([](const std::string& name, const Place& value) {
            if (name != "defaults" && name != "target") value.complain("neither \"defaults\" nor \"target\"");
        });
        std::optional<Place> defaults;
        if (top.has("defaults")) defaults = top.at("defaults");
        std::vector<MatrixTarget> targets;
        std::set<std::string> names;
        top.at("target").each([&](const Place& place) {
            targets.push_back(target_from(place, defaults ? &*defaults : nullptr));
            if (!names.insert(targets.back().file_name).second)
                place.at("name").complain("another target has this name, or one that is written like it");
        });
        if (targets.empty()) return std::unexpected("\"target\" is empty: there is nothing to test");
        return targets;
    } catch (const nlohmann::json::parse_error& error) {
        return std::unexpected("octet " + std::to_string(error.byte) + ": no JSON");
    } catch (const Unreadable& error) {
        return std::unexpected(error.why);
    }
}

}  // namespace wsspec
