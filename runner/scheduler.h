// The scheduler: plays the selected cases against a target, concurrently and in a seeded order, and gives every one of
// them exactly one verdict.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <climits>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

struct ScheduleSettings {
    SessionSettings session = {};  ///< For every case; `player.profile` is filled in from `profile`.
    ProbedProfile profile = {};
    unsigned jobs = 8;
    unsigned most_waiting = UINT_MAX;  ///< Cases that only wait for an end, beside those; or sixteen times as many.
    std::uint64_t seed = 0;
    bool subprotocol_given = false;
    /// In a run that takes longer than `long_run` the deadline of a case is cut in halves, one a minute, down to this;
    /// 0: it stays.
    std::chrono::milliseconds least_deadline{0};
    std::chrono::milliseconds long_run{300'000};
    /// How long second plays have the target to themselves, or half as long as the first ones took if that is more;
    /// what is left then is played as many at a time as the first time.
    std::chrono::milliseconds time_to_confirm{60'000};
    /// What `progress` was told of keeps its transcript there: the results that `done` gets come without.
    bool transcripts_are_kept_elsewhere = false;
    bool allow_dos = false;  ///< Play what may hurt a target that others use.
    /// The target's process, to be watched by the cases of group 17; below 1: not known now. Empty: never known.
    std::function<pid_t()> process = {};
    /// Called when no connection can be made: a chance to bring the target back. `then(true)`: try the case once more.
    std::function<void(std::function<void(bool)> then)> revive = {};
    /// How the target's process ended; empty while it runs.
    std::function<std::string()> death = {};
    /// How often it was started.
    std::function<unsigned()> starts = {};
    /// Called for a first result that has to be confirmed: all there is of it if the run ends before.
    std::function<void(const CaseResult&)> unconfirmed = {};
};

/// Plays the cases; `progress` is called for each result that is final, `done` once with all, in the order of `cases`.
/// What is not a pass the first time is played again, alone as long as there is time for that, before it is final.
void async_schedule(boost::asio::any_io_executor executor, const std::vector<const Case*>& cases,
                    ScheduleSettings settings, std::function<void(const CaseResult&)> progress,
                    std::function<void(std::vector<CaseResult>)> done);

/// Why the case is not run against this target; empty if it is.
struct Skip {
    Verdict verdict = Verdict::pass;  ///< pass: run it.
    std::string why = {};
};
/// Of a case that may hurt, without --allow-dos.
inline constexpr const char* may_hurt_a_shared_target =
    "may hurt a target that others use, by volume, memory or connections: --allow-dos plays it";
Skip skip_reason(const Case& one, const ProbedProfile& profile, bool subprotocol_given, bool tls = false);

}  // namespace wsspec
