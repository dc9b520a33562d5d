#include "reports/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "cases/case.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

/// What all shards of one run have in common. The URL is the one that was given: --spawn has another port each time.
/// How many cases run at a time says nothing about which, and the seed is drawn anew for each shard.
using Key = std::pair<std::vector<std::string>, std::map<std::string, std::string>>;

Key key_of(const RunResult& run) {
    Key key;
    key.first = {run.role, target_of(run), std::to_string(run.shard->of), std::to_string(run.selected)};
    key.second = run.options;
    key.second.erase("jobs");
    return key;
}

/// Without the seed, which is another one for each shard.
std::string without_seed(const RunResult& run) {
    std::string command = run.rerun;
    std::string const seed = " --seed " + std::to_string(run.seed);
    if (auto const at = command.rfind(seed); at != std::string::npos) command.erase(at, seed.size());
    return command;
}

std::expected<RunResult, std::string> whole(std::vector<RunResult> shards) {
    std::ranges::sort(shards, {}, [](const RunResult& run) { return run.shard->index; });
    std::uint64_t const of = shards.front().shard->of;
    auto const name = [&](std::uint64_t index) { return fmt::format("shard {} of {}", index, of); };

    RunResult out = std::move(shards.front());
    std::vector<std::string> because;
    if (!out.complete) because.push_back(name(out.shard->index) + " is incomplete");
    std::set<std::string> ids;
    for (const auto& result : out.cases) ids.insert(result.id);
    std::set<std::uint64_t> there = {out.shard->index};
    for (std::size_t i = 1; i < shards.size(); ++i) {
        RunResult& shard = shards[i];
        if (!there.insert(shard.shard->index).second)
            return std::unexpected(name(shard.shard->index) + " of " + printable(target_of(shard), 200) +
                                   " is there twice");
        if (!shard.complete) because.push_back(name(shard.shard->index) + " is incomplete");
        if (shard.tool.version != out.tool.version)
            because.push_back(name(shard.shard->index) + " is of another version of the program");
        for (auto& result : shard.cases) {
            if (!ids.insert(result.id).second)
                return std::unexpected("case " + printable(result.id, 40) + " is in " + name(shard.shard->index) +
                                       " and in another one");
            out.cases.push_back(std::move(result));
        }
        out.duration_ms += shard.duration_ms;
        out.started = std::min(out.started, shard.started);
        if (shard.seed != out.seed) out.rerun = without_seed(out);
    }

    // A few missing ones are named; a file may claim any number.
    constexpr std::uint64_t named = 10;
    std::uint64_t const missing = of - there.size();
    std::uint64_t told = 0;
    for (std::uint64_t index = 1; index <= of && told < std::min(missing, named); ++index)
        if (!there.contains(index)) {
            because.push_back(name(index) + " is missing");
            ++told;
        }
    if (missing > named) because.push_back(fmt::format("{} more are missing", missing - named));
    if (missing == 0 && out.cases.size() < out.selected)
        because.push_back(counted(out.selected - out.cases.size(), "selected case is", "selected cases are") +
                          " in no shard");

    std::ranges::sort(out.cases, id_less, &CaseResult::id);
    out.complete = because.empty();
    out.incomplete_because = std::move(because);
    out.shard.reset();
    return out;
}

}  // namespace

std::string target_of(const RunResult& run) {
    auto const option = [&](const char* name) {
        auto const found = run.options.find(name);
        return found == run.options.end() ? std::string() : found->second;
    };
    if (auto name = option("name"); !name.empty()) return name;
    if (auto const spawned = option("spawn"); !spawned.empty()) return spawned;
    auto const given = option("url");
    return given.empty() ? run.url : given;
}

std::expected<std::vector<RunResult>, std::string> merged(std::vector<RunResult> runs) {
    std::vector<std::vector<RunResult>> targets;
    std::map<Key, std::size_t> known;
    for (auto& run : runs) {
        std::size_t at = targets.size();
        if (run.shard) at = known.emplace(key_of(run), at).first->second;
        if (at == targets.size()) targets.emplace_back();
        targets[at].push_back(std::move(run));
    }
    std::vector<RunResult> out;
    for (auto& target : targets) {
        if (!target.front().shard) {
            out.push_back(std::move(target.front()));
            continue;
        }
        auto run = whole(std::move(target));
        if (!run) return std::unexpected(run.error());
        out.push_back(std::move(*run));
    }
    return out;
}

}  // namespace wsspec
