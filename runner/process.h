// What a process and its descendants use, as Linux shows it in /proc (proc(5)). Without /proc, or without the right to
// look, nothing is known.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace wsspec {

struct ProcessUsage {
    std::uint64_t memory = 0;  ///< Octets that are resident (RSS), of all together.
    std::uint64_t peak = 0;    ///< The most that was, since reset_peak() or the start, of each, added up.
    double cpu_seconds = 0;    ///< User and system time; of children that have ended, as far as they were waited for.
    std::uint64_t files = 0;   ///< Open file descriptors.
    unsigned processes = 0;
};

/// Of `pid` and all its descendants; nothing if `pid` is gone.
std::optional<ProcessUsage> usage_of(pid_t pid);

/// From now on `peak` counts afresh, where the system allows it.
void reset_peak(pid_t pid);

}  // namespace wsspec
