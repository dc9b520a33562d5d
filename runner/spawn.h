// A target that the tester starts itself (--spawn), restarts when it dies, and stops at the end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <expected>
#include <string>
#include <string_view>

namespace wsspec {

/// One process with its process group. Ends it when destroyed: SIGTERM, then SIGKILL; and if we are killed
/// (runner/guardian.h).
class SpawnedTarget {
public:
    /// `command` is given to /bin/sh; {port} in it is replaced. What it prints goes to a temporary file, of which
    /// the end is kept.
    SpawnedTarget(std::string command, std::uint16_t port);
    ~SpawnedTarget();
    SpawnedTarget(const SpawnedTarget&) = delete;
    SpawnedTarget& operator=(const SpawnedTarget&) = delete;

    /// Starts the process; an error if that is impossible.
    std::expected<void, std::string> start();
    bool running();
    /// "exited with status 1", "was killed by signal 11 (Segmentation fault)"; empty while it runs.
    const std::string& how_it_ended() const { return ended_; }
    /// It ended by a signal that stands for a fault, or a sanitizer ended it: more than an exit status that means
    /// something to somebody.
    bool crashed() const;
    /// The end of what it has printed, at most `limit` octets, as it came.
    std::string last_output(std::size_t limit = 600) const;
    void stop();
    unsigned starts() const { return starts_; }
    /// Of the shell that runs the command, or of the command itself; -1 if it was not started, or has ended.
    pid_t pid() const { return pid_; }

private:
    void keep_log_small() const;

    std::string command_;
    pid_t pid_ = -1;
    std::FILE* log_ = nullptr;
    std::string ended_;
    bool by_fault_ = false;
    unsigned starts_ = 0;
};

/// `command`, for /bin/sh, with `word` in the place of each `placeholder`: whatever it holds, the shell makes of it
/// what it is. The placeholder may stand inside of quotes, and in $(…).
std::string with_word(std::string_view command, std::string_view placeholder, std::string_view word);

/// A TCP port on 127.0.0.1 that was free a moment ago; 0 if there is none.
std::uint16_t free_port();

}  // namespace wsspec
