// The program as a child process, for tests: what it prints, how it ends, how much memory it took; and a folder.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace wsspec::test {

using Clock = std::chrono::steady_clock;

inline std::string program() {
    const char* const path = std::getenv("WSSPEC_BINARY");
    return path != nullptr ? path : "wsspec";
}

struct Ran {
    int status = -1;  ///< Of the exit; -1: killed, or it did not end in time.
    std::string out;
    std::string err;
    long peak_kib = 0;
};

/// A child whose output is read by us.
class Child {
public:
    /// `environment`: "NAME=value" on top of ours.
    explicit Child(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {}) {
        std::array<int, 2> out{};
        std::array<int, 2> err{};
        if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
            ADD_FAILURE() << "no pipe";
            return;
        }
        std::vector<char*> argv;
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        pid_ = fork();
        if (pid_ == 0) {
            dup2(out[1], STDOUT_FILENO);
            dup2(err[1], STDERR_FILENO);
            for (const auto& one : environment) putenv(const_cast<char*>(one.c_str()));
            execvp(argv[0], argv.data());
            _exit(126);
        }
        close(out[1]);
        close(err[1]);
        fds_ = {out[0], err[0]};
    }
    ~Child() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        for (int const fd : fds_)
            if (fd >= 0) close(fd);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }

    /// Reads standard output until the text is there; false if it does not come.
    bool prints(const std::string& text) {
        return read_until([&] { return ran_.out.find(text) != std::string::npos; }, std::chrono::seconds(30)) &&
               ran_.out.find(text) != std::string::npos;
    }
    const std::string& out() const { return ran_.out; }
    void signal(int number) const { kill(pid_, number); }

    /// Until both outputs and the process are at their end.
    Ran finish(std::chrono::seconds deadline = std::chrono::seconds(60)) {
        bool const ended = read_until([] { return false; }, deadline);
        if (!ended) {
            ADD_FAILURE() << "the program does not end";
            kill(pid_, SIGKILL);
        }
        int status = 0;
        waitpid(std::exchange(pid_, -1), &status, 0);
        if (ended && WIFEXITED(status)) ran_.status = WEXITSTATUS(status);
        if (WIFSIGNALED(status)) ran_.err += "\nkilled by signal " + std::to_string(WTERMSIG(status));
        return ran_;
    }

private:
    /// True: `enough()`, or both outputs are at their end.
    template <class Enough>
    bool read_until(Enough enough, std::chrono::seconds deadline) {
        auto const until = Clock::now() + deadline;
        std::array<char, 4096> buffer{};
        while (!enough()) {
            if (fds_[0] < 0 && fds_[1] < 0) return true;
            auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
            if (left <= 0) return false;
            std::array<pollfd, 2> polled{};
            for (std::size_t i = 0; i < 2; ++i) polled[i] = {.fd = fds_[i], .events = POLLIN, .revents = 0};
            // The kernel adds up a child and, from before exec, a copy of its parent; the peak of the program alone is
            // what it says last.
            constexpr int between_looks = 50;
            int const ready = poll(polled.data(), 2, std::min(static_cast<int>(left), between_looks));
            look_at_memory();
            if (ready <= 0) continue;
            for (std::size_t i = 0; i < 2; ++i) {
                if (fds_[i] < 0 || polled[i].revents == 0) continue;
                ssize_t const size = read(fds_[i], buffer.data(), buffer.size());
                if (size > 0) {
                    (i == 0 ? ran_.out : ran_.err).append(buffer.data(), static_cast<std::size_t>(size));
                } else {
                    close(std::exchange(fds_[i], -1));
                }
            }
        }
        return true;
    }

    void look_at_memory() {
        std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmHWM:")) ran_.peak_kib = std::atol(line.c_str() + 6);
    }

    pid_t pid_ = -1;
    std::array<int, 2> fds_ = {-1, -1};
    Ran ran_;
};

inline Ran wsspec(std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) {
    arguments.insert(arguments.begin(), program());
    return Child(arguments, environment).finish();
}

inline std::size_t lines(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

/// Nothing that a terminal could obey.
inline bool is_plain(const std::string& text) {
    return std::ranges::none_of(text, [](char c) {
        auto const octet = static_cast<unsigned char>(c);
        return (octet < 0x20 && c != '\n') || octet == 0x7f;
    });
}

inline std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// Of one test; goes away with it.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "wsspec-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no folder " << name;
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace wsspec::test
