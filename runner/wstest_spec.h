// The spec files of `wstest`: which peers, which cases, where the reports go. Pure.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases/case.h"

namespace wsspec {

/// A server to be tested, or to be connected to by massconnect.
struct WstestServer {
    std::string url;
    std::string agent = {};                   ///< Or `name`. Empty: what its Server field says.
    std::string hostname = {};                ///< For TLS (SNI); empty: the URL's host.
    std::string origin = {};                  ///< Of every opening handshake.
    std::vector<std::string> protocols = {};  ///< Subprotocols that are offered.
};

struct WstestSpec {
    std::string url = {};     ///< Where a fuzzingserver listens.
    std::string outdir = {};  ///< Relative to the working directory; never empty.
    std::vector<WstestServer> servers = {};
    std::vector<std::string> cases = {};     ///< Ids, or patterns with `*`.
    std::vector<std::string> excluded = {};  ///< The same.
    /// Pattern of an agent's name to patterns of ids.
    std::vector<std::pair<std::string, std::vector<std::string>>> excluded_for_agents = {};
    std::vector<std::string> protocols = {};
    std::string key_file = {};  ///< PEM, with `certificate_file`: wss.
    std::string certificate_file = {};

    // massconnect
    std::size_t connections = 1000;
    std::size_t batch = 500;
    std::chrono::milliseconds batch_delay{1000};
    std::chrono::milliseconds retry_delay{1000};

    /// What the file asks for and we do not do, a sentence each: for the user.
    std::vector<std::string> notes = {};
};

/// `mode`: "fuzzingclient", "fuzzingserver" or "massconnect". Keys that Autobahn does not know are ignored, as it does;
/// an option (in `options`) that it does not know is an error, on which it hangs. Errors are one sentence.
std::expected<WstestSpec, std::string> parse_wstest_spec(std::string_view json, std::string_view mode);

/// What is written to `<mode>.json` where there is none.
std::string wstest_template(std::string_view mode);

/// The cases that the spec selects, without duplicates, in the order of their ids. A pattern with `*` is a regular
/// expression in which `.` stands for itself and `*` for anything, and need only match the start of an id; without `*`
/// it is an id, and an error if there is none. Of the cases that Autobahn does not have, patterns find those
/// `with_extra` only; an id finds all. In exclusions an unknown id is harmless.
std::expected<std::vector<const Case*>, std::string> wstest_cases(const WstestSpec& spec, Target target,
                                                                  bool with_extra);

/// Whether `exclude-agent-cases` leaves the case out for this agent: both patterns match from end to end. Patterns that
/// are no regular expressions match nothing; wstest_cases() reports them.
bool excluded_for(const WstestSpec& spec, const std::string& agent, const std::string& id);

}  // namespace wsspec
