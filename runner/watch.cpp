#include "runner/watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/process.h"

namespace wsspec {

namespace {

/// More open files than before that a target may have for reasons of its own.
constexpr std::uint64_t files_of_its_own = 16;

/// Of the time of one processor, and seconds: whoever waits may compile or collect garbage now and then. On a loaded
/// machine a process that never sleeps still gets its share.
constexpr double busy_share = 1.0 / 5;
constexpr double busy_seconds = 0.1;

std::string mib(std::uint64_t octets) { return fmt::format("{:.1f} MiB", static_cast<double>(octets) / (1U << 20)); }

std::uint64_t connections_reset(const Script& script) {
    std::uint64_t count = 0;
    for (const auto& step : script)
        if (const auto* crowd = std::get_if<Crowd>(&step.action))
            if (crowd->ending == Crowd::Ending::reset) count += crowd->connections;
    return count;
}

}  // namespace

void Watch::begin() {
    watched_ = pid_ ? pid_() : -1;
    if (watched_ < 1) return;
    reset_peak(watched_);
    auto const now = usage_of(watched_);
    if (!now) return;
    resources_.processes = now->processes;
    resources_.memory_before = resources_.memory_peak = now->memory;
    resources_.files_before = resources_.files_peak = now->files;
    cpu_before_ = now->cpu_seconds;
    // Where the peak could not be reset it tells of the past.
    constexpr std::uint64_t noise = 1U << 20;
    peak_counts_ = now->peak <= now->memory + noise;
}

void Watch::look() {
    if (resources_.processes == 0) return;
    auto const now = usage_of(watched_);
    if (!now) return;
    resources_.memory_peak = std::max({resources_.memory_peak, now->memory, peak_counts_ ? now->peak : 0});
    resources_.files_peak = std::max(resources_.files_peak, now->files);
    resources_.cpu_seconds = std::max(resources_.cpu_seconds, now->cpu_seconds - cpu_before_);
}

bool Watch::end() {
    if (resources_.processes == 0) return true;
    look();
    auto const now = usage_of(watched_);
    if (!now) return true;
    resources_.memory_after = now->memory;
    resources_.files_after = now->files;
    return now->files <= resources_.files_before + files_of_its_own;
}

std::vector<Finding> judge_resources(const Case& one, const Resources& resources, std::uint64_t flood_payload,
                                     const std::optional<std::uint64_t>& refused_size, bool ended_in_order,
                                     double seconds) {
    std::vector<Finding> out;
    if (resources.processes == 0) return out;
    std::uint64_t const held = resources.held();
    if (one.holding && !ended_in_order && held >= memory_that_counts &&
        static_cast<double>(held) >= one.holding->ratio * static_cast<double>(resources.octets_sent)) {
        // 10.4: an endpoint that has a limit must protect itself against messages above it.
        bool const above_its_limit = refused_size && flood_payload >= 2 * *refused_size && held >= *refused_size;
        out.push_back(
            {above_its_limit ? Grade::fail : Grade::non_strict,
             above_its_limit ? "R6455-10.4-1" : one.holding->requirement,
             fmt::format(
                 "{}: its memory grew by {} for {} that were sent{}", one.holding->what, mib(held),
                 mib(resources.octets_sent),
                 above_its_limit ? fmt::format(", though it refuses a message of {} octets", *refused_size) : "")});
    }
    if (one.idling && resources.cpu_seconds >= busy_seconds && resources.cpu_seconds >= busy_share * seconds)
        out.push_back({Grade::non_strict, one.idling->requirement,
                       fmt::format("keeps a processor busy {}: {:.1f} s of CPU time in {:.1f} s", one.idling->what,
                                   resources.cpu_seconds, seconds)});
    std::uint64_t const reset = connections_reset(one.script);
    std::uint64_t const left =
        resources.files_after > resources.files_before ? resources.files_after - resources.files_before : 0;
    if (reset != 0 && left > files_of_its_own && left >= reset / 4)
        out.push_back({Grade::non_strict, "R6455-10.1-1",
                       fmt::format("keeps {} files open for {} connections that were reset", left, reset)});
    return out;
}

}  // namespace wsspec
