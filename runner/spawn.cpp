#include "runner/spawn.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "runner/guardian.h"

namespace wsspec {

namespace {

/// Waits for the end of the process, for `ms` at most; true if it is gone.
bool gone_within(pid_t pid, int& status, int ms) {
    int const fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (fd >= 0) {
        pollfd event{.fd = fd, .events = POLLIN, .revents = 0};
        poll(&event, 1, ms);
        close(fd);
    }
    return waitpid(pid, &status, WNOHANG) != 0;
}

std::string describe_status(int status) {
    if (WIFSIGNALED(status))
        return "was killed by signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")";
    return "exited with status " + std::to_string(WEXITSTATUS(status));
}

bool is_fault(int signal) {
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
           signal == SIGTRAP || signal == SIGSYS;
}

/// A shell in between says 128 + signal.
bool ended_by_fault(int status) {
    if (WIFSIGNALED(status)) return is_fault(WTERMSIG(status));
    return WEXITSTATUS(status) > 128 && is_fault(WEXITSTATUS(status) - 128);
}

}  // namespace

SpawnedTarget::SpawnedTarget(std::string command, std::uint16_t port) : command_(std::move(command)) {
    std::string const placeholder = "{port}";
    for (auto at = command_.find(placeholder); at != std::string::npos; at = command_.find(placeholder, at))
        command_.replace(at, placeholder.size(), std::to_string(port));
}

SpawnedTarget::~SpawnedTarget() {
    stop();
    if (log_ != nullptr) std::fclose(log_);
}

std::string SpawnedTarget::last_output(std::size_t limit) const {
    if (log_ == nullptr) return {};
    std::string text(limit, '\0');
    off_t const size = lseek(fileno(log_), 0, SEEK_END);
    ssize_t const got = pread(fileno(log_), text.data(), limit, std::max<off_t>(0, size - static_cast<off_t>(limit)));
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
}

bool SpawnedTarget::crashed() const {
    if (ended_.empty()) return false;
    constexpr std::size_t end_of_report = 4096;
    std::string const printed = last_output(end_of_report);
    return by_fault_ || printed.find("Sanitizer") != std::string::npos ||
           printed.find("runtime error: ") != std::string::npos;
}

std::expected<void, std::string> SpawnedTarget::start() {
    stop();
    ended_.clear();
    by_fault_ = false;
    if (log_ == nullptr) {
        log_ = std::tmpfile();
        if (log_ != nullptr) fcntl(fileno(log_), F_SETFL, O_RDWR | O_APPEND);
    }
    start_guardian();
    pid_t const pid = fork();
    if (pid < 0) return std::unexpected(std::string("cannot start the target: ") + std::strerror(errno));
    if (pid == 0) {
        setpgid(0, 0);
        guard(getpid());
        // What we ignore a program would ignore, too, and not be what it is elsewhere.
        for (int const ours : {SIGPIPE, SIGXFSZ}) std::signal(ours, SIG_DFL);
        // Our own output is for our report.
        if (log_ != nullptr) {
            dup2(fileno(log_), STDOUT_FILENO);
            dup2(fileno(log_), STDERR_FILENO);
        }
        execl("/bin/sh", "sh", "-c", command_.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    setpgid(pid, pid);
    pid_ = pid;
    ++starts_;
    return {};
}

/// Who prints without end would fill the disk. Called whenever somebody looks at the process, which is all the time.
void SpawnedTarget::keep_log_small() const {
    constexpr off_t large = 32 << 20;
    constexpr std::size_t kept = 64U << 10;
    struct stat now{};
    if (log_ == nullptr || fstat(fileno(log_), &now) != 0 || now.st_size < large) return;
    std::string const end = last_output(kept);
    // The end of the file is where it goes on: see start().
    if (ftruncate(fileno(log_), 0) == 0) (void)!write(fileno(log_), end.data(), end.size());
}

bool SpawnedTarget::running() {
    if (pid_ < 0) return false;
    keep_log_small();
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == 0) return true;
    ended_ = describe_status(status);
    by_fault_ = ended_by_fault(status);
    kill(-pid_, SIGKILL);  // what it left behind
    unguard(pid_);
    pid_ = -1;
    return false;
}

void SpawnedTarget::stop() {
    if (pid_ < 0) return;
    int status = 0;
    kill(-pid_, SIGTERM);
    if (!gone_within(pid_, status, 2000)) {
        kill(-pid_, SIGKILL);
        waitpid(pid_, &status, 0);
    }
    kill(-pid_, SIGKILL);  // children of its own that outlived it
    unguard(pid_);
    pid_ = -1;
}

namespace {

enum class Quotes { none, single, twofold };

/// `word` as it has to be written inside of these quotes (POSIX, Shell Command Language, section 2.2).
std::string written_in(Quotes quotes, std::string_view word) {
    constexpr std::string_view plain = "-_./:%@,+=[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view end_and_begin = "'\\''";
    if (quotes == Quotes::none && !word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
        return std::string(word);
    std::string out;
    for (char const c : word) {
        bool const special = c == '\\' || c == '"' || c == '$' || c == '`';
        if (quotes == Quotes::twofold && special) out += '\\';
        if (quotes != Quotes::twofold && c == '\'') {
            out += end_and_begin;
        } else {
            out += c;
        }
    }
    return quotes == Quotes::none ? "'" + out + "'" : out;
}

}  // namespace

std::string with_word(std::string_view command, std::string_view placeholder, std::string_view word) {
    struct Level {
        Quotes quotes = Quotes::none;
        unsigned parentheses = 0;  // of this level, open
    };
    std::vector<Level> levels(1);
    std::string out;
    while (!command.empty()) {
        auto const take = [&](std::size_t size) {
            out += command.substr(0, size);
            command.remove_prefix(size);
        };
        Level& level = levels.back();
        if (command.starts_with(placeholder)) {
            out += written_in(level.quotes, word);
            command.remove_prefix(placeholder.size());
            continue;
        }
        char const c = command.front();
        if (level.quotes == Quotes::single) {
            if (c == '\'') level.quotes = Quotes::none;
            take(1);
        } else if (c == '\\' && command.size() > 1) {
            take(2);
        } else if (command.starts_with("$(")) {
            levels.push_back({});
            take(2);
        } else {
            bool const bare = level.quotes == Quotes::none;
            if (c == '"') level.quotes = bare ? Quotes::twofold : Quotes::none;
            if (bare && c == '\'') level.quotes = Quotes::single;
            if (bare && c == '(') ++level.parentheses;
            if (bare && c == ')') {
                if (level.parentheses != 0) {
                    --level.parentheses;
                } else if (levels.size() > 1) {
                    levels.pop_back();
                }
            }
            take(1);
        }
    }
    return out;
}

std::uint16_t free_port() {
    int const fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return 0;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bool const bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(fd);
    return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

}  // namespace wsspec
