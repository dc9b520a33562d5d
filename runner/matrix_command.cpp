// `wsspec matrix`: runs the targets of a file, each in a process of its own, and puts their results side by side.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "reports/json.h"
#include "reports/publishable.h"
#include "reports/terminal.h"
#include "runner/commands.h"
#include "runner/console.h"
#include "runner/ending_signals.h"
#include "runner/guardian.h"
#include "runner/judged.h"
#include "runner/matrix_file.h"
#include "runner/select.h"

namespace wsspec {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t shown_of_log = 600;

/// Of one target: who prints without end would fill the disk.
constexpr std::uintmax_t largest_log = 64U << 20;
constexpr auto between_looks = std::chrono::milliseconds(200);
/// To say its version.
constexpr auto patience_to_say = std::chrono::seconds(60);

/// A folder that goes away at the end, if the user has named none.
class ResultFolder {
public:
    explicit ResultFolder(const std::string& named) : path_(named), temporary_(named.empty()) {
        if (temporary_) {
            std::string name = (fs::temp_directory_path() / "wsspec-matrix-XXXXXX").string();
            if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
            path_ = name;
        } else {
            fs::create_directories(path_);
        }
    }
    ~ResultFolder() {
        std::error_code ignored;
        if (temporary_) fs::remove_all(path_, ignored);
    }
    ResultFolder(const ResultFolder&) = delete;
    ResultFolder& operator=(const ResultFolder&) = delete;

    fs::path of(const MatrixTarget& target, const char* ending) const { return path_ / (target.file_name + ending); }

private:
    fs::path path_;
    bool temporary_;
};

std::string end_of(const fs::path& file) {
    std::string const path = file.string();
    auto const text = read_file(path);
    if (!text) return {};
    return shown(std::string_view(*text).substr(text->size() - std::min(text->size(), shown_of_log)));
}

class Matrix {
public:
    Matrix(const MatrixOptions& options, std::vector<MatrixTarget> targets)
        : options_(options),
          directory_(fs::absolute(options.file).parent_path()),
          folder_(options.results.empty() ? std::string() : fs::absolute(options.results).string()),
          console_(options.color, false),
          children_(io_, SIGCHLD),
          interrupts_(io_),
          watch_(io_) {
        add_ending_signals(interrupts_);
        for (auto& target : targets) jobs_.push_back({.target = std::move(target)});
    }

    int go() {
        wait_for_children();
        watch_logs();
        wait_for_interrupt();
        for (unsigned i = 0; i < options_.jobs; ++i) start_next();
        if (running_ != 0) io_.run();
        return report();
    }

private:
    struct Job {
        MatrixTarget target;
        enum class Phase { waiting, installing, asking, testing, over } phase = Phase::waiting;
        pid_t pid = -1;
        Clock::time_point started = {};
        double seconds = 0;
        Clock::time_point phase_started = {};
        std::string stopped = {};  ///< Why we have ended its process.
        int status = exit_incomplete;
        std::string version = {};
        std::string failure = {};  ///< Why there is no result.
    };

    /// The end of what it has printed is all that is of use.
    void cut_log(const Job& job) const {
        auto const log = folder_.of(job.target, ".log");
        std::error_code missing;
        auto const size = fs::file_size(log, missing);
        if (missing || size <= largest_log) return;
        constexpr std::size_t kept = 64U << 10;
        std::string end(kept, '\0');
        std::ifstream in(log, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(size - kept));
        in.read(end.data(), static_cast<std::streamsize>(end.size()));
        end.resize(static_cast<std::size_t>(in.gcount()));
        in.close();
        std::ofstream(log, std::ios::binary | std::ios::trunc) << end;
    }

    void start_next() {
        auto const next = std::ranges::find(jobs_, Job::Phase::waiting, &Job::phase);
        if (interrupted_ || next == jobs_.end()) return;
        ++running_;
        next->started = Clock::now();
        if (options_.install && !next->target.install.empty()) {
            next->phase = Job::Phase::installing;
            return start(*next, {"/bin/sh", "-c", next->target.install});
        }
        ask(*next);
    }

    void ask(Job& job) {
        if (job.target.version.empty()) return test(job);
        job.phase = Job::Phase::asking;
        start(job, {"/bin/sh", "-c", job.target.version});
    }

    void test(Job& job) {
        job.phase = Job::Phase::testing;
        std::vector<std::string> arguments = {"/proc/self/exe"};
        arguments.insert(arguments.end(), job.target.arguments.begin(), job.target.arguments.end());
        for (const auto& more : {std::string("--quiet"), std::string("--color"), std::string("never"),
                                 std::string("--json"), folder_.of(job.target, ".json").string()})
            arguments.push_back(more);
        if (job.target.role == "client") {
            arguments.emplace_back("--agent");
            arguments.push_back(job.target.name);
        }
        if (options_.strict && std::ranges::find(arguments, "--strict") == arguments.end())
            arguments.emplace_back("--strict");
        start(job, arguments);
    }

    /// In a process group of its own, with its output in a file: Ctrl-C is ours to pass on.
    void start(Job& job, const std::vector<std::string>& arguments) {
        std::vector<char*> argv;
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        std::string const log = folder_.of(job.target, ".log").string();
        std::string const directory = directory_.string();
        pid_t const parent = getpid();
        start_guardian();
        job.phase_started = Clock::now();
        job.stopped.clear();
        job.pid = fork();
        if (job.pid < 0) return over(job, std::string("no process: ") + std::strerror(errno));
        if (job.pid > 0) {
            setpgid(job.pid, job.pid);
            return;
        }
        setpgid(0, 0);
        guard(getpid());
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        int const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        int const in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        if (getppid() == parent && (directory.empty() || chdir(directory.c_str()) == 0)) execv(argv[0], argv.data());
        _exit(126);
    }

    void wait_for_children() {
        children_.async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            // Before looking: a child that ends meanwhile makes a signal of its own.
            wait_for_children();
            for (auto& job : jobs_) {
                int status = 0;
                if (job.pid > 0 && waitpid(job.pid, &status, WNOHANG) == job.pid) ended(job, status);
            }
        });
    }

    void watch_logs() {
        watch_.expires_after(between_looks);
        watch_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            for (auto& job : jobs_) {
                if (job.pid <= 0 || !job.stopped.empty()) continue;
                std::error_code missing;
                auto const size = fs::file_size(folder_.of(job.target, ".log"), missing);
                bool const slow = job.phase == Job::Phase::asking && Clock::now() - job.phase_started > patience_to_say;
                if (!missing && size > largest_log) {
                    job.stopped = fmt::format("was ended: it has printed more than {} MiB", largest_log >> 20);
                } else if (slow) {
                    job.stopped = "was ended: it took too long";
                } else {
                    continue;
                }
                kill(-job.pid, SIGKILL);
            }
            watch_logs();
        });
    }

    void ended(Job& job, int status) {
        // What a client or an installer has left behind.
        kill(-job.pid, SIGKILL);
        unguard(job.pid);
        job.pid = -1;
        cut_log(job);
        bool const exited = WIFEXITED(status);
        std::string const how = !job.stopped.empty() ? job.stopped
                                : exited             ? fmt::format("exited with status {}", WEXITSTATUS(status))
                                                     : fmt::format("was killed by signal {}", WTERMSIG(status));
        if (job.phase == Job::Phase::installing) {
            if (exited && WEXITSTATUS(status) == 0 && !interrupted_) return ask(job);
            return over(job, "the command that installs it " + how + ": " + end_of(folder_.of(job.target, ".log")));
        }
        if (job.phase == Job::Phase::asking) {
            // Not knowing it is no reason not to test.
            auto const said = read_file(folder_.of(job.target, ".log").string());
            if (exited && WEXITSTATUS(status) == 0 && said) job.version = said->substr(0, said->find('\n'));
            return interrupted_ ? over(job, "interrupted") : test(job);
        }
        job.status = exited ? WEXITSTATUS(status) : int{exit_own_defect};
        bool const has_result = fs::exists(folder_.of(job.target, ".json"));
        over(job,
             has_result ? std::string() : "no result, wsspec " + how + ": " + end_of(folder_.of(job.target, ".log")));
    }

    void over(Job& job, std::string failure) {
        job.phase = Job::Phase::over;
        job.failure = std::move(failure);
        job.seconds = std::chrono::duration<double>(Clock::now() - job.started).count();
        --running_;
        auto run = result_of(job);
        console_.print(line_of(job, run));
        runs_.emplace_back(&job, std::move(run));
        start_next();
        if (running_ == 0) io_.stop();
    }

    void wait_for_interrupt() {
        interrupts_.async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            interrupted_ = true;
            // They write down what they know.
            for (const auto& job : jobs_)
                if (job.pid > 0) kill(-job.pid, SIGINT);
            wait_for_interrupt();
            if (running_ == 0) io_.stop();
        });
    }

    RunResult result_of(const Job& job) const {
        RunResult run;
        if (job.failure.empty()) {
            auto const text = read_file(folder_.of(job.target, ".json").string());
            auto read = text ? from_json(*text) : std::unexpected(text.error());
            if (read) {
                run = std::move(*read);
            } else {
                run.profile.failure = read.error();
            }
        } else {
            run.profile.failure = job.failure;
        }
        if (!run.profile.failure.empty() && run.incomplete_because.empty())
            run.incomplete_because = {run.profile.failure};
        run.role = job.target.role;
        run.options["name"] = job.target.name;
        run.profile.agent = job.target.name + (job.version.empty() ? "" : " " + job.version);
        if (run.tool.version.empty()) run.started = utc_now();
        return run;
    }

    std::string line_of(const Job& job, const RunResult& run) const {
        std::size_t width = 0;
        for (const auto& each : jobs_) width = std::max(width, each.target.name.size());
        std::string counts;
        for (Verdict const verdict : all_verdicts)
            if (auto const count = run.count(verdict); count != 0)
                counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, to_string(verdict));
        std::string const what = !run.profile.failure.empty() ? shown(run.profile.failure, 300) : counts;
        return fmt::format("{:<{}}  {:<6}  {:>7.1f} s  exit {}  {}\n", shown(job.target.name, 100), width,
                           job.target.role, job.seconds, job.status, what);
    }

    /// A defect of ours is worse than a mistake of the user's, that than a run that says nothing, that than a breach.
    int worst_status() const {
        for (int const status : {int{exit_own_defect}, int{exit_usage}, int{exit_incomplete}, int{exit_worse}})
            if (std::ranges::any_of(jobs_, [&](const Job& job) { return job.status == status; })) return status;
        return exit_as_required;
    }

    int report() {
        console_.clear_status();
        // As the file has them, not as they ended.
        std::ranges::sort(runs_, {}, [](const auto& run) { return run.first; });
        std::vector<RunResult> runs;
        for (auto& run : runs_)
            runs.push_back(options_.publishable ? publishable(std::move(run.second)) : std::move(run.second));
        std::string error;
        bool written = runs.empty() || write_outputs(runs, options_.outputs, options_.strict, error);
        written = written && (!options_.outputs.github || write_to_github(runs, options_.strict, error));
        if (!written) return usage_error(error);
        if (interrupted_) console_.print("Interrupted.\n");
        return interrupted_ ? std::max(worst_status(), int{exit_incomplete}) : worst_status();
    }

    const MatrixOptions& options_;
    fs::path directory_;
    ResultFolder folder_;
    Console console_;
    boost::asio::io_context io_;
    boost::asio::signal_set children_;
    boost::asio::signal_set interrupts_;
    boost::asio::steady_timer watch_;
    std::vector<Job> jobs_;
    std::vector<std::pair<const Job*, RunResult>> runs_;
    unsigned running_ = 0;
    bool interrupted_ = false;
};

}  // namespace

int matrix_command(const MatrixOptions& options) {
    auto const text = read_file(options.file);
    if (!text) return usage_error(text.error());
    auto targets = matrix_targets(*text, options.file.ends_with(".toml") ? Notation::toml : Notation::json);
    if (!targets) return usage_error(printable(options.file, 200) + ": " + targets.error());
    for (const auto& glob : options.only)
        if (std::ranges::none_of(*targets, [&](const auto& target) { return glob_matches(glob, target.name); }))
            return usage_error("--only " + printable(glob, 100) + " selects no target of " +
                               printable(options.file, 200));
    if (!options.only.empty())
        std::erase_if(*targets, [&](const MatrixTarget& target) {
            return std::ranges::none_of(options.only,
                                        [&](const auto& glob) { return glob_matches(glob, target.name); });
        });
    if (options.list) {
        for (const auto& target : *targets) std::printf("%s\n", printable(target.name, 100).c_str());
        return exit_as_required;
    }
    CommandsStopped const stopped(options.outputs.github);
    try {
        return Matrix(options, std::move(*targets)).go();
    } catch (const fs::filesystem_error& error) {
        return usage_error(std::string("--results: ") + error.code().message());
    }
}

}  // namespace wsspec
