#include "runner/wstest_spec.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <regex>

#include "cases/catalogue.h"
#include "reference/octets.h"

namespace wsspec {

namespace {

using Json = nlohmann::json;

/// What Autobahn's two ends can be told under `options`.
constexpr std::array known_options = std::to_array<std::string_view>({
    "acceptMaskedServerFrames",
    "allowHixie76",
    "allowedOrigins",
    "applyMask",
    "autoFragmentSize",
    "autoPingInterval",
    "autoPingSize",
    "autoPingTimeout",
    "closeHandshakeTimeout",
    "echoCloseCodeReason",
    "failByDrop",
    "flashSocketPolicy",
    "logFrames",
    "logOctets",
    "maskClientFrames",
    "maskServerFrames",
    "maxConnections",
    "maxFramePayloadSize",
    "maxMessagePayloadSize",
    "openHandshakeTimeout",
    "requireMaskedClientFrames",
    "serveFlashSocketPolicy",
    "serverConnectionDropTimeout",
    "tcpNoDelay",
    "trackTimings",
    "utf8validateIncoming",
    "version",
    "versions",
    "webStatus",
});

std::string in_quotes(std::string_view text) { return "\"" + printable(text, 80) + "\""; }

/// Reads an object's values; the first that is of a wrong type becomes the error.
class Reader {
public:
    explicit Reader(const Json& object) : object_(object) {}

    void text(const char* key, std::string& out) {
        const Json* const found = find(key);
        if (found == nullptr) return;
        if (!found->is_string()) return wrong(key, "a text");
        out = found->get<std::string>();
    }

    void texts(const char* key, std::vector<std::string>& out) {
        const Json* const found = find(key);
        if (found == nullptr) return;
        if (!all_texts(*found)) return wrong(key, "a list of texts");
        out = found->get<std::vector<std::string>>();
    }

    template <class Number>
    void number(const char* key, std::uint64_t least, std::uint64_t most, Number& out) {
        const Json* const found = find(key);
        if (found == nullptr) return;
        if (!found->is_number_unsigned() || *found < least || *found > most)
            return wrong(key, "a number from " + std::to_string(least) + " to " + std::to_string(most));
        out = Number(found->get<std::uint32_t>());
    }

    const Json* object(const char* key) {
        const Json* const found = find(key);
        if (found != nullptr && !found->is_object()) wrong(key, "an object");
        return found != nullptr && found->is_object() ? found : nullptr;
    }

    const Json* list(const char* key) {
        const Json* const found = find(key);
        if (found != nullptr && !found->is_array()) wrong(key, "a list");
        return found != nullptr && found->is_array() ? found : nullptr;
    }

    static bool all_texts(const Json& json) {
        return json.is_array() && std::ranges::all_of(json, [](const Json& one) { return one.is_string(); });
    }

    void wrong(const char* key, const std::string& wanted) {
        if (error_.empty()) error_ = "\"" + std::string(key) + "\" has to be " + wanted;
    }
    const std::string& error() const { return error_; }

private:
    /// null counts as absent.
    const Json* find(const char* key) const {
        auto const found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }

    const Json& object_;
    std::string error_;
};

/// An error, or nothing; `notes` gets what has no effect.
std::string check_options(const Json& options, std::vector<std::string>& notes) {
    for (const auto& [name, value] : options.items()) {
        if (std::ranges::find(known_options, name) == known_options.end())
            return in_quotes(name) + " is no option that Autobahn knows";
        if (name == "version" && value != 18)
            return "\"version\" has to be 18, which is RFC 6455: earlier drafts are not tested";
        // Harmless words of common specs: failByDrop is what every test does without, and 18 the only version.
        if (name == "version" || name == "failByDrop") continue;
        notes.push_back("the option " + in_quotes(name) +
                        " has no effect: each case says itself what is sent, and when");
    }
    return {};
}

std::expected<WstestServer, std::string> parse_server(const Json& json, std::vector<std::string>& notes) {
    if (!json.is_object()) return std::unexpected("each of \"servers\" has to be an object with a \"url\"");
    Reader reader(json);
    WstestServer server;
    reader.text("url", server.url);
    reader.text("uri", server.url);
    reader.text("name", server.agent);
    reader.text("agent", server.agent);
    reader.text("hostname", server.hostname);
    reader.text("origin", server.origin);
    reader.texts("protocols", server.protocols);
    const Json* const options = reader.object("options");
    if (!reader.error().empty()) return std::unexpected("of a server, " + reader.error());
    if (server.url.empty()) return std::unexpected("a server has no \"url\"");
    if (options != nullptr)
        if (auto const error = check_options(*options, notes); !error.empty()) return std::unexpected(error);
    return server;
}

/// `.` is itself, `*` is anything, the rest is a regular expression: people write "1[1-4].*". Throws std::regex_error.
std::regex pattern_of(std::string_view text) {
    std::string expression;
    for (char const c : text) expression += c == '.' ? "\\." : c == '*' ? ".*" : std::string(1, c);
    // As std::regex is implemented, it tries out ways to match, and there may be exponentially many.
#if defined(__GLIBCXX__)
    return std::regex(expression, std::regex::ECMAScript | std::regex_constants::__polynomial);
#else
    return std::regex(expression);
#endif
}

bool is_pattern(std::string_view text) { return text.contains('*'); }

/// Ids, and patterns that match at the start.
class Patterns {
public:
    explicit Patterns(const std::vector<std::string>& entries) {
        for (const auto& entry : entries) {
            if (!is_pattern(entry)) {
                ids_.push_back(entry);
                continue;
            }
            try {
                patterns_.push_back(pattern_of(entry));
            } catch (const std::regex_error&) {
                if (bad_.empty()) bad_ = entry;
            }
        }
    }

    bool names(const std::string& id) const { return std::ranges::find(ids_, id) != ids_.end(); }
    bool match(const std::string& id) const {
        return std::ranges::any_of(patterns_, [&](const std::regex& pattern) {
            return std::regex_search(id, pattern, std::regex_constants::match_continuous);
        });
    }
    const std::vector<std::string>& ids() const { return ids_; }
    /// The first entry that is no regular expression; empty if all are.
    const std::string& bad() const { return bad_; }

private:
    std::vector<std::string> ids_;
    std::vector<std::regex> patterns_;
    std::string bad_;
};

bool matches_whole(const std::string& pattern, const std::string& text) {
    try {
        return std::regex_match(text, pattern_of(pattern));
    } catch (const std::regex_error&) {
        return false;
    }
}

}  // namespace

std::expected<WstestSpec, std::string> parse_wstest_spec(std::string_view text, std::string_view mode) {
    Json const json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return std::unexpected("it is no JSON");
    if (!json.is_object()) return std::unexpected("it has to be a JSON object");
    WstestSpec spec;
    spec.outdir = mode == "fuzzingserver" ? "./reports/clients/" : "./reports/servers/";
    Reader reader(json);
    reader.text("url", spec.url);
    reader.text("outdir", spec.outdir);
    reader.texts("cases", spec.cases);
    reader.texts("exclude-cases", spec.excluded);
    reader.texts("protocols", spec.protocols);
    reader.text("key", spec.key_file);
    reader.text("cert", spec.certificate_file);
    const Json* const servers = reader.list("servers");
    const Json* const options = reader.object("options");
    const Json* const exclusions = reader.object("exclude-agent-cases");
    if (!reader.error().empty()) return std::unexpected(reader.error());
    if (spec.outdir.empty()) spec.outdir = ".";

    if (servers != nullptr)
        for (const auto& one : *servers) {
            auto server = parse_server(one, spec.notes);
            if (!server) return std::unexpected(server.error());
            spec.servers.push_back(std::move(*server));
        }
    if (exclusions != nullptr)
        for (const auto& [agent, cases] : exclusions->items()) {
            if (!Reader::all_texts(cases))
                return std::unexpected("\"exclude-agent-cases\" has to give a list of texts for " + in_quotes(agent));
            spec.excluded_for_agents.emplace_back(agent, cases.get<std::vector<std::string>>());
        }
    if (mode == "massconnect") {
        if (options == nullptr) return spec;
        Reader numbers(*options);
        numbers.number("connections", 1, 100'000, spec.connections);
        numbers.number("batchsize", 1, 100'000, spec.batch);
        numbers.number("batchdelay", 0, 3'600'000, spec.batch_delay);
        numbers.number("retrydelay", 0, 3'600'000, spec.retry_delay);
        if (!numbers.error().empty()) return std::unexpected("of the options, " + numbers.error());
        return spec;
    }
    if (options != nullptr)
        if (auto const error = check_options(*options, spec.notes); !error.empty()) return std::unexpected(error);
    if (!json.contains("cases")) return std::unexpected("\"cases\" is missing: say [\"*\"] for all");
    if (mode == "fuzzingclient" && !spec.protocols.empty())
        spec.notes.push_back("\"protocols\" has no effect here: it belongs into an entry of \"servers\"");
    if (spec.key_file.empty() != spec.certificate_file.empty())
        return std::unexpected("\"key\" and \"cert\" belong together: give both, or none");
    return spec;
}

std::string wstest_template(std::string_view mode) {
    if (mode == "massconnect")
        return R"({
   "options": {"connections": 1000, "batchsize": 100, "batchdelay": 100, "retrydelay": 200},
   "servers": [{"name": "echo server", "uri": "ws://127.0.0.1:9001", "desc": "An echo server on this machine"}]
}
)";
    std::string const end = R"(   "cases": ["*"],
   "exclude-cases": [],
   "exclude-agent-cases": {}
}
)";
    if (mode == "fuzzingserver")
        return R"({
   "url": "ws://127.0.0.1:9001",
   "outdir": "./reports/clients",
)" + end;
    return R"({
   "outdir": "./reports/servers",
   "servers": [{"url": "ws://127.0.0.1:9001"}],
)" + end;
}

std::expected<std::vector<const Case*>, std::string> wstest_cases(const WstestSpec& spec, Target target,
                                                                  bool with_extra) {
    Patterns const wanted(spec.cases);
    Patterns const excluded(spec.excluded);
    for (const auto* patterns : {&wanted, &excluded})
        if (!patterns->bad().empty()) return std::unexpected(in_quotes(patterns->bad()) + " is no pattern of cases");
    for (const auto& [agent, cases] : spec.excluded_for_agents) {
        std::vector<std::string> both = cases;
        both.push_back(agent);
        for (const auto& one : both) {
            try {
                (void)pattern_of(one);
            } catch (const std::regex_error&) {
                return std::unexpected(in_quotes(one) + " in \"exclude-agent-cases\" is no pattern");
            }
        }
    }
    auto const plays = [&](const Case& one) { return one.target == Target::any || one.target == target; };
    for (const auto& id : wanted.ids()) {
        const Case* const found = find_case(id);
        if (found == nullptr) return std::unexpected("there is no case " + in_quotes(id));
        if (!plays(*found))
            return std::unexpected("case " + in_quotes(id) + " is for " +
                                   (found->target == Target::server ? "servers" : "clients") + " only");
    }
    std::vector<const Case*> out;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) {
            bool const found = wanted.names(one.id) || ((one.autobahn || with_extra) && wanted.match(one.id));
            if (found && plays(one) && !excluded.names(one.id) && !excluded.match(one.id)) out.push_back(&one);
        }
    if (out.empty()) return std::unexpected("\"cases\" and \"exclude-cases\" leave no case to run");
    std::ranges::sort(out, [](const Case* a, const Case* b) { return id_less(a->id, b->id); });
    return out;
}

bool excluded_for(const WstestSpec& spec, const std::string& agent, const std::string& id) {
    return std::ranges::any_of(spec.excluded_for_agents, [&](const auto& entry) {
        return matches_whole(entry.first, agent) &&
               std::ranges::any_of(entry.second, [&](const std::string& one) { return matches_whole(one, id); });
    });
}

}  // namespace wsspec
