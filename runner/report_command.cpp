// `wsspec report`: result files again, without their targets: rendered, merged, compared.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "reports/compare.h"
#include "reports/file.h"
#include "reports/json.h"
#include "reports/merge.h"
#include "reports/publishable.h"
#include "reports/standing.h"
#include "reports/terminal.h"
#include "runner/commands.h"
#include "runner/console.h"
#include "runner/judged.h"

namespace wsspec {

namespace {

using Runs = std::vector<RunResult>;

std::expected<Runs, std::string> read_runs(const std::vector<std::string>& files) {
    Runs runs;
    for (const auto& file : files) {
        auto const text = read_file(file);
        if (!text) return std::unexpected(text.error());
        auto run = from_json(*text);
        if (!run) return std::unexpected(printable(file, 200) + ": " + run.error());
        runs.push_back(std::move(*run));
    }
    auto whole = merged(std::move(runs));
    if (!whole) return std::unexpected(whole.error());
    return whole;
}

/// The older run of the same target; of the only one, if there is one on each side, whatever it is called.
const RunResult* counterpart(const RunResult& run, const Runs& runs, const Runs& older) {
    if (runs.size() == 1 && older.size() == 1) return &older.front();
    auto const found = std::ranges::find_if(older, [&](const RunResult& candidate) {
        return candidate.role == run.role && target_of(candidate) == target_of(run);
    });
    return found == older.end() ? nullptr : &*found;
}

/// What changed, in words, and whether it is for the worse.
struct Gate {
    std::string text;
    bool worse = false;
    bool incomplete = false;
};

std::expected<Gate, std::string> compared(const Runs& runs, const Runs& older, bool strict) {
    Gate gate;
    for (const auto& run : runs) {
        const RunResult* const old = counterpart(run, runs, older);
        if (old == nullptr) return std::unexpected("--against has no result for " + printable(target_of(run), 200));
        auto const comparison = compare(*old, run, strict);
        gate.text += "\n" + shown(target_of(run), 200) + " against the run of " + shown(old->started, 40) + "\n" +
                     describe(comparison);
        if (!old->complete) gate.text += "The older run is incomplete: what it did not test cannot be compared.\n";
        gate.worse = gate.worse || !comparison.worse.empty() || (strict && !comparison.lost.empty());
        gate.incomplete = gate.incomplete || !run.complete;
    }
    return gate;
}

}  // namespace

int report_command(const ReportOptions& options) {
    auto baseline = read_baseline(options.baseline);
    if (!baseline) return usage_error(baseline.error());
    if (!options.baseline.file.empty() && !options.against.empty())
        return usage_error("--baseline and --against: both say what is expected; give one");
    auto runs = read_runs(options.files);
    if (!runs) return usage_error(runs.error());
    auto const older = read_runs(options.against);
    if (!older) return usage_error(older.error());
    if (options.publishable)
        for (auto& run : *runs) run = publishable(std::move(run));
    if (runs->size() != 1 && !options.json_file.empty())
        return usage_error(fmt::format("--json holds one target, and these files hold {}", runs->size()));
    if (runs->size() != 1 && options.baseline.update)
        return usage_error(fmt::format("--update-baseline is for one target, and these files hold {}", runs->size()));
    if (auto const unknown = unknown_ids(*baseline, *runs); !unknown.empty())
        return usage_error(unknown_cases(options.baseline, unknown));

    std::string const date = today();
    if (!options.baseline.file.empty())
        for (auto& run : *runs)
            for (auto& result : run.cases) result.known = expectation(*baseline, result.id, date);

    CommandsStopped stopped(options.outputs.github);
    Console console(options.color, false);
    for (const auto& run : *runs) {
        console.print((runs->size() > 1 ? "\n" : "") + summary(run, console.style()));
        console.print(describe_baseline(*baseline, run, date));
    }
    std::optional<Gate> gate;
    if (!older->empty()) {
        auto made = compared(*runs, *older, options.strict);
        if (!made) return usage_error(made.error());
        gate = std::move(*made);
        console.print(gate->text);
    }
    stopped.resume();

    std::string error;
    bool written = options.json_file.empty() || write_atomically(options.json_file, to_json(runs->front()), error);
    written = written && write_outputs(*runs, options.outputs, options.strict, error);
    written = written && (!options.outputs.github || write_to_github(*runs, options.strict, error));
    if (!written) return usage_error(error);
    if (options.baseline.update) return update_baseline(options.baseline, *baseline, runs->front(), options.strict);
    if (!gate) return exit_status(*runs, options.strict);
    return gate->incomplete ? exit_incomplete : gate->worse ? exit_worse : exit_as_required;
}

}  // namespace wsspec
