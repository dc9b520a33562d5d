// `wsspec fuzz`: learn what the target is, make scripts until the time is over, report what they found.
#include "runner/fuzz_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <utility>

#include "reports/file.h"
#include "reports/pcap.h"
#include "runner/console.h"
#include "runner/ending_signals.h"
#include "runner/failure.h"
#include "runner/fuzz_report.h"
#include "runner/fuzzer.h"
#include "runner/judged.h"
#include "runner/learn.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr double usual_seconds = 60;
constexpr unsigned usual_jobs = 8;
/// Each is a process that starts and ends.
constexpr unsigned usual_client_jobs = 2;
/// What a script may hold at most, where the target takes more.
constexpr std::uint64_t largest_message = 65536;

class FuzzRun {
public:
    explicit FuzzRun(const FuzzOptions& options)
        : options_(options), console_(options.color, options.quiet), signals_(io_), progress_(io_) {
        add_ending_signals(signals_);
        record_.target = options.client ? Role::client : Role::server;
        record_.seed = options.seed != 0 ? options.seed : std::random_device{}();
        record_.started = utc_now();
    }

    /// An error is the user's.
    std::optional<std::string> reach() {
        std::error_code error;
        auto const status = std::filesystem::status(options_.folder, error);
        if (std::filesystem::exists(status) && !std::filesystem::is_directory(status))
            return "--out: " + printable(options_.folder, 200) + " is no folder";
        auto made = LearntTarget::make(io_.get_executor(),
                                       {.client = options_.client,
                                        .server = server_options(),
                                        .clients = {.host = options_.host,
                                                    .port = options_.port,
                                                    .certificate_file = options_.certificate_file,
                                                    .key_file = options_.key_file,
                                                    .spawn = options_.spawn},
                                        .timeout_s = options_.timeout_s},
                                       "fuzz");
        if (!made) return made.error();
        target_ = std::move(*made);
        record_.url = target_->arena().name();
        record_.command = "wsspec fuzz" + target_->arena().arguments() + " --seed " + std::to_string(record_.seed);
        if (options_.cases != 0) record_.command += " --cases " + std::to_string(options_.cases);
        return std::nullopt;
    }

    int go() {
        // Better known before than behind.
        if (!options_.json_file.empty() && can_be_rewritten(options_.json_file) && !save_json()) return exit_usage;
        if (options_.client && options_.spawn.empty())
            console_.print("Waiting for " + shown(target_->arena().name()) + "\n");
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            if (fuzzer_) fuzzer_->interrupt();
            interrupted_ = true;
            io_.stop();
        });
        target_->learn([this](const Learnt& learnt) { begin(learnt); });
        io_.run();
        return report();
    }

private:
    ServerOptions server_options() const { return options_; }

    void begin(const Learnt& learnt) {
        if (!learnt.probed.failure.empty()) {
            failure_ = learnt.probed.failure;
            return io_.stop();
        }
        console_.print(describe_probe(learnt.probed, record_.url, console_.style()));
        FuzzSettings settings;
        settings.session = learnt.session;
        settings.round_trip = std::chrono::milliseconds(std::lround(std::ceil(learnt.probed.round_trip_ms)));
        settings.generator.target = record_.target;
        settings.generator.echoes = learnt.probed.echoes;
        settings.generator.deflate = learnt.deflate;
        std::uint64_t const proven = learnt.probed.message_limit;
        if (proven != 0) settings.generator.largest_message = std::min(proven, largest_message);
        settings.seed = record_.seed;
        settings.jobs = options_.jobs != 0 ? options_.jobs : options_.client ? usual_client_jobs : usual_jobs;
        settings.most_scripts = options_.cases;
        double seconds = options_.seconds;
        if (seconds <= 0 && options_.cases == 0) seconds = usual_seconds;
        settings.time = std::chrono::milliseconds(std::lround(seconds * 1000));
        settings.most_findings = options_.findings;
        settings.strict = options_.strict;
        started_ = Clock::now();
        fuzzer_ =
            std::make_unique<Fuzzer>(io_.get_executor(), target_->arena(), std::move(settings),
                                     Fuzzer::Handlers{.finding = [this](const FuzzFinding& finding) { take(finding); },
                                                      .busy =
                                                          [this](const std::string& what) {
                                                              busy_ = what;
                                                              show_progress();
                                                          },
                                                      .done = [this] { io_.stop(); }});
        show_progress();
        keep_showing_progress();
        fuzzer_->start();
    }

    void take(const FuzzFinding& finding) {
        busy_.clear();
        std::string const stem = (std::filesystem::path(options_.folder) / file_stem(finding)).string();
        std::string const replay = "wsspec replay " + shell_quoted(stem + ".json") + target_->arena().arguments();
        console_.print("\n" + describe(finding, record_.target, replay, console_.style()));
        files_.push_back(save(stem, finding));
    }

    /// The name of the replay file; empty if it could not be written.
    std::string save(const std::string& stem, const FuzzFinding& finding) {
        if (!write(stem + ".json", to_json(replay_of(finding, record_)))) return {};
        RunResult run;
        run.role = std::string(to_string(record_.target));
        run.url = record_.url;
        run.cases = {result_of(finding)};
        write(stem + ".pcapng", to_pcapng({&run, 1}));
        return stem + ".json";
    }

    bool write(const std::string& path, const std::string& text) {
        std::error_code ignored;
        std::filesystem::create_directories(options_.folder, ignored);
        std::string error;
        if (write_atomically(path, text, error)) return true;
        cannot_save_ = true;
        std::fprintf(stderr, "wsspec: %s cannot be written: %s\n", printable(path, 300).c_str(), error.c_str());
        return false;
    }

    bool save_json() {
        std::string error;
        if (write_atomically(options_.json_file, to_json(record_, files_), error)) return true;
        std::fprintf(stderr, "wsspec: the result cannot be written: %s\n", error.c_str());
        return false;
    }

    void show_progress() {
        if (!console_.live() || !fuzzer_) return;
        double const seconds = std::chrono::duration<double>(Clock::now() - started_).count();
        console_.status(fuzz_progress(fuzzer_->outcome(), seconds, busy_, console_.style().width));
    }

    void keep_showing_progress() {
        if (!console_.live()) return;
        progress_.expires_after(200ms);
        progress_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            show_progress();
            keep_showing_progress();
        });
    }

    int report() {
        console_.clear_status();
        auto& outcome = record_.outcome;
        if (fuzzer_) outcome = fuzzer_->outcome();
        if (!failure_.empty()) outcome.incomplete_because = failure_;
        if (interrupted_) outcome.incomplete_because = "it was interrupted";
        outcome.complete = outcome.incomplete_because.empty();
        if (!failure_.empty()) {
            std::fprintf(stderr, "wsspec: %s: %s\n", printable(record_.url, 200).c_str(), shown(failure_, 800).c_str());
            if (!options_.json_file.empty()) save_json();
            return exit_incomplete;
        }
        for (std::size_t i = 0; i < outcome.doubts.size(); ++i) {
            auto const name = fmt::format("doubt-{}.json", outcome.doubts[i].number);
            write((std::filesystem::path(options_.folder) / name).string(),
                  to_json(replay_of(outcome.doubts[i], record_)));
        }
        if (!outcome.findings.empty()) console_.print("\n");
        console_.summary(fuzz_summary(record_, console_.style()));
        if (!options_.json_file.empty() && !save_json()) return exit_usage;
        if (cannot_save_) return exit_usage;
        if (!outcome.complete) return exit_incomplete;
        return outcome.findings.empty() ? exit_as_required : exit_worse;
    }

    const FuzzOptions& options_;
    Console console_;
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer progress_;
    std::unique_ptr<LearntTarget> target_;
    std::unique_ptr<Fuzzer> fuzzer_;
    FuzzRecord record_;
    std::vector<std::string> files_;
    std::string failure_;
    std::string busy_;
    bool interrupted_ = false;
    bool cannot_save_ = false;
    Clock::time_point started_ = Clock::now();
};

}  // namespace

int fuzz_command(const FuzzOptions& options) {
    if (auto const few = too_few_files()) return usage_error(*few);
    FuzzRun run(options);
    if (auto error = run.reach()) return usage_error(*error);
    return run.go();
}

}  // namespace wsspec
