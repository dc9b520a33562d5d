#include "reports/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "cases/case.h"
#include "reports/date.h"
#include "reports/markup.h"
#include "reports/merge.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

/// For elements and attributes. shown() left printable ASCII only: XML 1.0 has no way to write most control characters.
std::string xml(std::string_view text, std::size_t limit = 2000) { return markup_escaped(shown(text, limit)); }

/// Text of several lines that is fit for a terminal already.
std::string xml_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        out += xml(text.substr(0, end), 10000) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

double seconds(double milliseconds) { return std::isfinite(milliseconds) ? milliseconds / 1000 : 0; }

struct Tally {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    double milliseconds = 0;

    void operator+=(const Tally& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        milliseconds += other.milliseconds;
    }
    std::string attributes() const {
        return fmt::format(R"( tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.6f}")", tests, failures,
                           errors, skipped, seconds(milliseconds));
    }
};

std::string test_case(const RunResult& run, const CaseResult& result, const std::string& suite, bool strict,
                      Tally& tally) {
    ++tally.tests;
    tally.milliseconds += std::isfinite(result.duration_ms) ? result.duration_ms : 0;
    std::string const verdict(to_string(result.verdict));
    std::string body;
    auto const stands = standing(result, strict);
    auto const describe = [&] {
        return xml_lines(describe_failure(result, rerun_command(run, result.id), {.width = 100}));
    };
    if (result.verdict == Verdict::error) {
        ++tally.errors;
        body = fmt::format("      <error type=\"error\" message=\"{}\">{}</error>\n", xml(result.detail), describe());
    } else if (stands == Standing::worse || (strict && stands == Standing::better)) {
        ++tally.failures;
        std::string const message =
            stands == Standing::worse
                ? result.detail
                : fmt::format("better than the baseline, which expects {}", to_string(result.known->verdict));
        body = fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", xml(verdict), xml(message),
                           describe());
    } else if (!severity(result.verdict)) {
        ++tally.skipped;
        body = fmt::format("      <skipped message=\"{}: {}\"/>\n", verdict, xml(result.detail));
    } else if (is_known(result, strict)) {
        ++tally.skipped;
        body = fmt::format("      <skipped message=\"known {}: {}\"/>\n", verdict, xml(result.known->reason));
    } else if (result.verdict != Verdict::pass) {
        body = fmt::format("      <system-out>{}: {}</system-out>\n", verdict, xml(result.detail));
    }
    return fmt::format(R"(    <testcase name="{}" classname="{}" time="{:.6f}")",
                       xml(result.id + " " + result.title, 300), suite, seconds(result.duration_ms)) +
           (body.empty() ? "/>\n" : ">\n" + body + "    </testcase>\n");
}

std::string suite_element(const std::string& name, const RunResult& run, const Tally& tally, const std::string& cases) {
    std::string const time = parse_utc(run.started)
                                 ? fmt::format(R"( timestamp="{}")", run.started.substr(0, run.started.size() - 1))
                                 : std::string();
    return fmt::format(R"(  <testsuite name="{}"{}{}>)", name, tally.attributes(), time) + "\n" + cases +
           "  </testsuite>\n";
}

}  // namespace

std::string to_junit(std::span<const RunResult> runs, bool strict) {
    std::string suites;
    Tally all;
    for (const auto& run : runs) {
        std::string const target = xml(target_of(run), 200);
        std::map<std::string, std::vector<const CaseResult*>, decltype(&id_less)> groups(&id_less);
        for (const auto& result : run.cases) groups[result.group].push_back(&result);
        for (const auto& [number, results] : groups) {
            Tally tally;
            std::string const name =
                fmt::format("{}: {} {}", target, xml(number, 20), xml(results.front()->group_title, 100));
            std::string cases;
            for (const CaseResult* result : results) cases += test_case(run, *result, name, strict, tally);
            suites += suite_element(name, run, tally, cases);
            all += tally;
        }
        if (!run.profile.foreign_data.empty()) {
            Tally const one{.tests = 1, .failures = 1};
            std::string const name = target + ": the probe";
            suites += suite_element(
                name, run, one,
                fmt::format(
                    "    <testcase name=\"each connection has its own data\" classname=\"{}\" time=\"0\">\n      "
                    "<failure type=\"foreign data\" message=\"{}\"/>\n    </testcase>\n",
                    name, xml("the target " + run.profile.foreign_data)));
            all += one;
        }
        if (run.complete) continue;
        std::string why;
        for (const auto& because : run.incomplete_because) why += (why.empty() ? "" : "; ") + because;
        Tally const one{.tests = 1, .errors = 1};
        std::string const name = target + ": the run";
        suites += suite_element(
            name, run, one,
            fmt::format("    <testcase name=\"is complete\" classname=\"{}\" time=\"0\">\n      <error "
                        "type=\"incomplete\" message=\"{}\">What is missing was not tested.</error>\n    </testcase>\n",
                        name, xml(why)));
        all += one;
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wsspec\"" + all.attributes() + ">\n" +
           suites + "</testsuites>\n";
}

}  // namespace wsspec
