#include "reports/coverage.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "reports/terminal.h"
#include "reports/untested.h"

namespace wsspec {

namespace {

constexpr unsigned width = 100;

struct Coverage {
    std::vector<std::string> cases;
    bool at_server = false;  ///< One of them can run against a server.
};
using CoverageMap = std::map<std::string_view, Coverage>;

CoverageMap covered_by(std::span<const Group> groups) {
    CoverageMap map;
    for (const auto& group : groups) {
        for (const auto& one : group.cases) {
            for (const auto& id : one.covers) {
                Coverage& entry = map[id];
                entry.cases.push_back(one.id);
                entry.at_server = entry.at_server || one.target != Target::client;
            }
        }
    }
    return map;
}

/// Why no case asks for it.
std::string_view reason(const Requirement& statement) {
    return reason_without_case(statement).value_or("no case, and no reason why");
}

struct Count {
    std::size_t all = 0;
    std::size_t covered = 0;
};

struct Numbers {
    Count any;    ///< Statements of RFC 6455 that show at a server.
    Count musts;  ///< Of them, MUST and MUST NOT.
    Count testable;
    std::size_t explained = 0;             ///< Of the testable: without a case, for a reason that is written down.
    std::vector<std::string_view> gaps{};  ///< Of the testable: neither case nor reason.
};

Numbers numbers_of(std::span<const Requirement> statements, const CoverageMap& map) {
    Numbers numbers;
    for (const auto& statement : statements) {
        if (is_testable(statement)) {
            ++numbers.testable.all;
            if (map.contains(statement.id)) {
                ++numbers.testable.covered;
            } else if (reason_without_case(statement)) {
                ++numbers.explained;
            } else {
                numbers.gaps.push_back(statement.id);
            }
        }
        if (statement.rfc != "6455" || !includes(statement.observable, Observable::at_server)) continue;
        auto const found = map.find(statement.id);
        std::size_t const covered = found != map.end() && found->second.at_server ? 1 : 0;
        bool const must = statement.level == Level::must || statement.level == Level::must_not;
        ++numbers.any.all;
        numbers.any.covered += covered;
        if (!must) continue;
        ++numbers.musts.all;
        numbers.musts.covered += covered;
    }
    return numbers;
}

std::string heading(const Requirement& statement) {
    return statement.rfc == "IANA" ? fmt::format("IANA registry \"{}\"", statement.section)
                                   : fmt::format("RFC {} section {}", statement.rfc, statement.section);
}

}  // namespace

std::string coverage_text(std::span<const Requirement> statements, std::span<const Group> groups) {
    auto const map = covered_by(groups);
    std::string out;
    std::string current;
    for (const auto& statement : statements) {
        if (std::string const now = heading(statement); now != current) {
            out += (current.empty() ? "" : "\n") + now + "\n";
            current = now;
        }
        out +=
            fmt::format("  {:<15} {:<10} {}\n", statement.id, level_name(statement.level), to_string(statement.bound));
        out += "    " + wrapped(shown(statement.statement), 4, width) + "\n";
        auto const found = map.find(statement.id);
        out += "    " +
               wrapped(found == map.end() ? fmt::format("- {}", reason(statement))
                                          : "> " + fmt::format("{}", fmt::join(found->second.cases, " ")),
                       6, width) +
               "\n";
    }
    Numbers const numbers = numbers_of(statements, map);
    out += fmt::format(
        "\n{} of {} testable requirements have a case, {} have none for the reason given, and {} lack both.\n",
        numbers.testable.covered, numbers.testable.all, numbers.explained, numbers.gaps.size());
    out += fmt::format(
        "{} of {} server-observable RFC 6455 requirements have a case; of the MUST and MUST NOT {} of {}.\n",
        numbers.any.covered, numbers.any.all, numbers.musts.covered, numbers.musts.all);
    return out;
}

std::string coverage_json(std::span<const Requirement> statements, std::span<const Group> groups) {
    using Json = nlohmann::ordered_json;
    auto const map = covered_by(groups);
    Json rows = Json::array();
    for (const auto& statement : statements) {
        Json observable = Json::array();
        if (includes(statement.observable, Observable::at_server)) observable.push_back("server");
        if (includes(statement.observable, Observable::at_client)) observable.push_back("client");
        auto const found = map.find(statement.id);
        rows.push_back(Json{{"id", statement.id},
                            {"rfc", statement.rfc},
                            {"section", statement.section},
                            {"level", level_name(statement.level)},
                            {"bound", to_string(statement.bound)},
                            {"observable", std::move(observable)},
                            {"statement", statement.statement},
                            {"cases", found == map.end() ? std::vector<std::string>{} : found->second.cases},
                            {"reason", found == map.end() ? reason(statement) : ""}});
    }
    Numbers const numbers = numbers_of(statements, map);
    auto const count = [](const Count& one) { return Json{{"all", one.all}, {"covered", one.covered}}; };
    Json const file = {{"requirements", std::move(rows)},
                       {"summary",
                        {{"testable",
                          {{"all", numbers.testable.all},
                           {"covered", numbers.testable.covered},
                           {"explained", numbers.explained},
                           {"gaps", numbers.gaps}}},
                         {"server_observable_rfc6455", count(numbers.any)},
                         {"of_them_must", count(numbers.musts)}}}};
    return file.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> coverage_gaps(std::span<const Requirement> statements, std::span<const Group> groups) {
    auto const gaps = numbers_of(statements, covered_by(groups)).gaps;
    return {gaps.begin(), gaps.end()};
}

std::string coverage_text() { return coverage_text(requirements(), catalogue()); }
std::vector<std::string> coverage_gaps() { return coverage_gaps(requirements(), catalogue()); }
std::string coverage_json() { return coverage_json(requirements(), catalogue()); }

}  // namespace wsspec
