// Watches the target's process through one case: what it holds of what it was sent, and what it leaves open.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cases/case.h"
#include "reference/judge.h"
#include "reports/run.h"

namespace wsspec {

class Watch {
public:
    /// `pid`: of the target now; below 1: not known.
    explicit Watch(std::function<pid_t()> pid) : pid_(std::move(pid)) {}

    /// In front of the case: its process as it is.
    void begin();
    /// While the case is under way, best when the target holds the most.
    void look();
    /// Behind the case. False: it still has many more files open than before, and may be about to close them.
    bool end();

    const Resources& resources() const { return resources_; }

private:
    std::function<pid_t()> pid_;
    pid_t watched_ = -1;
    bool peak_counts_ = false;
    double cpu_before_ = 0;
    Resources resources_;
};

/// How much more memory than before says something: runtimes with a garbage collector take as much for no reason at
/// all.
inline constexpr std::uint64_t memory_that_counts = 24U << 20;

/// What has to be said of the figures of a case. `flood_payload`: octets of messages that floods sent; `refused_size`:
/// octets of the smallest message that the target refused, as the probe saw; `ended_in_order`: it ended the flood with
/// 1008, 1009 or 1013, so that what it held lay below a limit of its own; `seconds`: what the case took.
std::vector<Finding> judge_resources(const Case& one, const Resources& resources, std::uint64_t flood_payload,
                                     const std::optional<std::uint64_t>& refused_size, bool ended_in_order = false,
                                     double seconds = 0);

}  // namespace wsspec
