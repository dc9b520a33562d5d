#include "runner/serve_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "reference/http.h"
#include "reference/octets.h"

namespace wsspec {

namespace {

constexpr std::size_t longest_agent = 200;
constexpr std::array<std::string_view, 4> schemes = {"http", "https", "ws", "wss"};

/// application/x-www-form-urlencoded, as every driver's library makes it: "+" is a blank.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const escape =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::expected<std::map<std::string, std::string>, std::string> parameters(std::string_view query) {
    std::map<std::string, std::string> out;
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const part = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (part.empty()) continue;
        auto const equals = part.find('=');
        std::string name = decoded(part.substr(0, equals));
        std::string value = equals == std::string_view::npos ? std::string() : decoded(part.substr(equals + 1));
        if (!out.emplace(std::move(name), std::move(value)).second)
            return std::unexpected("the parameter \"" + printable(decoded(part.substr(0, equals)), 40) +
                                   "\" is there twice");
    }
    return out;
}

}  // namespace

std::expected<ServeCall, std::string> parse_serve_call(std::string_view target) {
    using What = ServeCall::What;
    constexpr std::array<std::pair<std::string_view, What>, 6> paths = {{
        {"/getCaseCount", What::case_count},
        {"/getCaseInfo", What::case_info},
        {"/getCaseStatus", What::case_status},
        {"/runCase", What::run_case},
        {"/updateReports", What::update_reports},
        {"/stopServer", What::stop_server},
    }};
    // RFC 6455 section 4.1 lets a client send all of the URI. Whether with the right scheme is a case's question.
    std::string path_and_query;
    if (auto const form = absolute_form(target)) {
        bool const known =
            std::ranges::any_of(schemes, [&](auto one) { return equal_ignoring_case(one, form->scheme); });
        if (known) {
            path_and_query = (form->resource.starts_with('/') ? "" : "/") + std::string(form->resource);
            target = path_and_query;
        }
    }
    target = target.substr(0, target.find('#'));
    auto const mark = target.find('?');
    auto const path = target.substr(0, mark);
    ServeCall call;
    constexpr std::string_view own = "/case/";
    if (path.starts_with(own)) {
        call.id = decoded(path.substr(own.size()));
    } else {
        call.what = What::commands;
        for (const auto& [known, what] : paths)
            if (path == known) call.what = what;
        // Answers of cases that point elsewhere (8.14) point there: whoever follows is to get on with it.
        if (path.empty() || path == "/")
            return std::unexpected(
                "there is nothing at /; a client asks for /getCaseCount, /getCaseInfo, /runCase, "
                "/getCaseStatus, /updateReports, /stopServer or /case/ID");
        if (call.what == What::commands) return call;
    }
    auto given = parameters(mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
    if (!given) return std::unexpected(given.error());
    call.agent = (*given)["agent"];
    if (call.agent.size() > longest_agent)
        return std::unexpected("the agent's name is longer than " + std::to_string(longest_agent) + " octets");
    auto const shutdown = (*given)["shutdownOnComplete"];
    call.shutdown_on_complete = shutdown == "true" || shutdown == "yes";

    bool const about_a_case =
        call.what == What::run_case || call.what == What::case_info || call.what == What::case_status;
    if (!about_a_case) return call;
    // Both are given: the number counts, as with Autobahn.
    if (auto const number = (*given)["case"]; !number.empty()) {
        std::size_t value = 0;
        auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (error != std::errc() || end != number.data() + number.size() || value == 0)
            return std::unexpected("case=" + printable(number, 40) + " is no number from 1 on");
        call.number = value;
    } else if (call.id.empty()) {
        call.id = (*given)["casetuple"];
    }
    if (!call.number && call.id.empty())
        return std::unexpected("which case? Say case=N (its place among the selected ones) or casetuple=ID");
    if (call.agent.empty() && call.what != What::case_info)
        return std::unexpected("the name of the client is missing: agent=NAME");
    return call;
}

}  // namespace wsspec
