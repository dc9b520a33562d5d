#include "runner/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace wsspec {

namespace {

/// More than `--jobs` can ask for at the same time.
constexpr std::size_t most_groups = 4096;

constexpr int patience_ms = 2000;

void close_all_but(int kept) {
    // close_range(2), Linux 5.9.
    bool closed = true;
#ifdef SYS_close_range
    closed = (kept == 0 || syscall(SYS_close_range, 0U, static_cast<unsigned>(kept - 1), 0U) == 0) &&
             syscall(SYS_close_range, static_cast<unsigned>(kept + 1), ~0U, 0U) == 0;
#else
    closed = false;
#endif
    if (closed) return;
    rlimit limit{};
    constexpr int many = 65536;
    int most = many;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < many) most = static_cast<int>(limit.rlim_cur);
    for (int fd = 0; fd < most; ++fd)
        if (fd != kept) close(fd);
}

/// Behind fork(), in a process that may have had threads: system calls and nothing else. Reads the numbers of groups,
/// negative ones to forget them, until nobody is left who could write them.
[[noreturn]] void keep_watch(int from) {
    // Whoever ends our group, or our session, does not end its guardian.
    setsid();
    for (int const ending : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) std::signal(ending, SIG_IGN);
    prctl(PR_SET_NAME, "wsspec-guardian");
    close_all_but(from);
    std::array<pid_t, most_groups> groups{};
    std::size_t count = 0;
    for (;;) {
        pid_t group = 0;
        ssize_t const size = read(from, &group, sizeof group);
        if (size < 0 && errno == EINTR) continue;
        if (size != static_cast<ssize_t>(sizeof group)) break;
        if (group > 0 && count < groups.size()) groups[count++] = group;
        for (std::size_t i = 0; group < 0 && i < count; ++i)
            if (groups[i] == -group) groups[i--] = groups[--count];
    }
    for (std::size_t i = 0; i < count; ++i) kill(-groups[i], SIGTERM);
    constexpr int between_looks_ms = 20;
    for (int waited = 0; count != 0 && waited < patience_ms; waited += between_looks_ms) {
        for (std::size_t i = 0; i < count; ++i)
            if (kill(-groups[i], 0) != 0) groups[i--] = groups[--count];
        poll(nullptr, 0, between_looks_ms);
    }
    for (std::size_t i = 0; i < count; ++i) kill(-groups[i], SIGKILL);
    _exit(0);
}

class Guardian {
public:
    Guardian() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
        pid_ = fork();
        if (pid_ == 0) {
            close(ends[1]);
            keep_watch(ends[0]);
        }
        close(ends[0]);
        to_ = ends[1];
    }
    /// Nothing is left behind: at the end of a program without targets it goes at once.
    ~Guardian() {
        if (to_ >= 0) close(to_);
        if (pid_ > 0) waitpid(pid_, nullptr, 0);
    }
    Guardian(const Guardian&) = delete;
    Guardian& operator=(const Guardian&) = delete;

    void tell(pid_t group) const {
        if (to_ < 0) return;
        while (write(to_, &group, sizeof group) < 0 && errno == EINTR) {
        }
    }

private:
    int to_ = -1;
    pid_t pid_ = -1;
};

const Guardian& guardian() {
    static const Guardian one;
    return one;
}

}  // namespace

void start_guardian() { (void)guardian(); }
void guard(pid_t group) { guardian().tell(group); }
void unguard(pid_t group) { guardian().tell(-group); }

}  // namespace wsspec
