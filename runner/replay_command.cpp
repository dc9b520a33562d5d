// `wsspec replay`: one recorded script, played again and judged.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "cases/describe.h"
#include "reports/file.h"
#include "reports/pcap.h"
#include "runner/case_result.h"
#include "runner/console.h"
#include "runner/ending_signals.h"
#include "runner/fuzz_command.h"
#include "runner/fuzzer.h"
#include "runner/judged.h"
#include "runner/learn.h"
#include "runner/replay_file.h"

namespace wsspec {

namespace {

using namespace std::chrono_literals;

/// A target may die some time after what killed it was answered.
constexpr unsigned looks_for_death = 30;
constexpr auto between_looks = 10ms;

class ReplayRun {
public:
    ReplayRun(const ReplayOptions& options, Replay replay)
        : options_(options),
          replay_(std::move(replay)),
          console_(options.color, false),
          signals_(io_),
          tick_(io_),
          one_(fuzz_case(replay_.script, replay_.target)) {
        add_ending_signals(signals_);
        one_.id = "replay";
        one_.title = "Play " + printable(options.file, 200);
    }

    /// An error is the user's.
    std::optional<std::string> reach() {
        auto made = LearntTarget::make(io_.get_executor(),
                                       {.client = replay_.target == Role::client,
                                        .server = options_,
                                        .clients = {.host = options_.host,
                                                    .port = options_.port,
                                                    .certificate_file = options_.certificate_file,
                                                    .key_file = options_.key_file,
                                                    .spawn = options_.spawn},
                                        .timeout_s = options_.timeout_s},
                                       "replay FILE");
        if (!made) return made.error();
        target_ = std::move(*made);
        return std::nullopt;
    }

    int go() {
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (!error) io_.stop();
        });
        target_->learn([this](const Learnt& learnt) {
            failure_ = learnt.probed.failure;
            if (!failure_.empty()) return io_.stop();
            SessionSettings session = learnt.session;
            session.player.forecast_alone = true;
            session.player.patience_to_end = 1.0 / 3;
            session.player.seed = replay_.keys;
            target_->arena().play(one_, one_.script, std::move(session), [this](ArenaResult result) {
                result_ = std::move(result);
                look_for_death(looks_for_death);
            });
        });
        io_.run();
        return report();
    }

private:
    void look_for_death(unsigned looks) {
        auto& arena = target_->arena();
        if (result_->death.empty()) result_->death = arena.death();
        if (!result_->death.empty() || !arena.can_restart() || looks == 0) return io_.stop();
        tick_.expires_after(between_looks);
        tick_.async_wait([this, looks](boost::system::error_code error) {
            if (!error) look_for_death(looks - 1);
        });
    }

    int report() {
        std::string const name = printable(target_->arena().name(), 200);
        if (!result_ || !failure_.empty()) {
            std::fprintf(stderr, "wsspec: %s: %s\n", name.c_str(),
                         failure_.empty() ? "interrupted" : shown(failure_, 800).c_str());
            return exit_incomplete;
        }
        CaseResult result = result_of(one_, std::move(result_->session));
        result.title = one_.title;
        if (!result_->death.empty()) {
            if (result_->last_output.empty()) result_->last_output = target_->arena().last_output();
            auto const breach = breach_of_death(result_->death);
            result.verdict = Verdict::fail;
            result.requirement = breach.requirement;
            result.detail = breach.what;
        }
        std::string text;
        for (std::size_t i = 0; i < replay_.script.size(); ++i)
            text +=
                wrapped(std::to_string(i + 1) + ". " + shown(describe(replay_.script[i])), 0, console_.style().width) +
                "\n";
        if (!replay_.what.empty())
            text += wrapped("Recorded: " + shown(replay_.what, 500) + " (" + shown(replay_.requirement, 40) + ")", 0,
                            console_.style().width) +
                    "\n";
        text += "\n" + describe_failure(result, "", console_.style());
        if (!result_->death.empty()) text += "  It printed   " + shown(result_->last_output, 2000) + "\n";
        console_.summary(text);
        if (!options_.pcap_file.empty()) {
            RunResult run;
            run.role = std::string(to_string(replay_.target));
            run.url = target_->arena().name();
            run.cases = {result};
            std::string error;
            if (!write_atomically(options_.pcap_file, to_pcapng({&run, 1}), error)) {
                std::fprintf(stderr, "wsspec: the capture cannot be written: %s\n", error.c_str());
                return exit_usage;
            }
        }
        switch (result.verdict) {
            case Verdict::fail:
                return exit_worse;
            case Verdict::non_strict:
                return options_.strict ? exit_worse : exit_as_required;
            case Verdict::error:
                return exit_incomplete;
            default:
                return exit_as_required;
        }
    }

    const ReplayOptions& options_;
    Replay replay_;
    Console console_;
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer tick_;
    Case one_;
    std::unique_ptr<LearntTarget> target_;
    std::optional<ArenaResult> result_;
    std::string failure_;
};

}  // namespace

int replay_command(const ReplayOptions& options) {
    auto const text = read_file(options.file);
    if (!text) return usage_error(text.error());
    auto replay = replay_from_json(*text);
    if (!replay) return usage_error(printable(options.file, 200) + ": " + replay.error());
    ReplayRun run(options, std::move(*replay));
    if (auto error = run.reach()) return usage_error(*error);
    return run.go();
}

}  // namespace wsspec
