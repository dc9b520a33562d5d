// `wsspec run`: probe, schedule, report.
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "cases/catalogue.h"
#include "reports/file.h"
#include "reports/json.h"
#include "reports/standing.h"
#include "reports/terminal.h"
#include "runner/commands.h"
#include "runner/console.h"
#include "runner/ending_signals.h"
#include "runner/failure.h"
#include "runner/judged.h"
#include "runner/probe.h"
#include "runner/process.h"
#include "runner/scheduler.h"
#include "runner/server_target.h"
#include "runner/transcript_budget.h"
#include "wsspec_version.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// The deadline of a case: long enough for a slow target on a loaded machine, since a case that goes well never waits
/// for it.
std::chrono::milliseconds deadline_for(const RunOptions& options, double round_trip_ms) {
    if (options.timeout_s > 0) return std::chrono::milliseconds(std::lround(options.timeout_s * 1000));
    return std::max(3000ms, std::chrono::milliseconds(std::lround(round_trip_ms * 50)));
}

class Run {
public:
    /// `selected`: how many cases all shards together play.
    Run(const RunOptions& options, std::vector<const Case*> cases, std::size_t selected, Baseline baseline)
        : options_(options),
          cases_(std::move(cases)),
          baseline_(std::move(baseline)),
          today_(today()),
          console_(options.color, options.quiet || options.silent),
          signals_(io_),
          progress_tick_(io_),
          save_tick_(io_) {
        add_ending_signals(signals_);
        run_.seed = options.seed != 0 ? options.seed : std::random_device{}();
        run_.started = utc_now();
        note_options();
        run_.tool.version = WSSPEC_VERSION;
        run_.selected = selected;
        run_.shard = options.shard;
        run_.incomplete_because = {"the run had not ended when this was written"};
        for (const auto& one : cases_) run_.cases.push_back(pending(*one));
        run_.rerun = rerun();
    }

    /// An error is the user's.
    std::optional<std::string> reach() {
        auto made = ServerTarget::make(io_.get_executor(), options_, "run");
        if (!made) return made.error();
        target_ = std::move(*made);
        run_.url = target_->url();
        return std::nullopt;
    }

    const RunResult& result() const { return run_; }
    RunResult take_result() { return std::move(run_); }

    int go() {
        // A file that cannot be written is the user's error, and better known before the run than behind it.
        if (!save_all(can_be_rewritten)) return exit_usage;
        set_up_session();
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            interrupted_ = true;
            io_.stop();
        });
        started_ = Clock::now();
        target_->start([this](std::string failure) {
            if (failure.empty()) return probe();
            run_.profile.failure = std::move(failure);
            io_.stop();
        });
        io_.run();
        return report();
    }

private:
    CaseResult pending(const Case& one) const {
        CaseResult result;
        result.id = one.id;
        result.detail = "not run: the run ended before";
        return finished(std::move(result));
    }

    static bool is_pending(const CaseResult& result) {
        return result.verdict == Verdict::error && result.attempts == 0;
    }

    /// The result as it goes into reports.
    CaseResult finished(CaseResult result) const {
        bool const good = result.verdict == Verdict::pass || result.verdict == Verdict::informational;
        if (options_.keep_transcripts == Keep::none || (options_.keep_transcripts == Keep::failures && good)) {
            result.transcript.clear();
            result.first_transcript.clear();
        }
        result.known = expectation(baseline_, result.id, today_);
        return described(std::move(result));
    }

    CaseResult within_budget(CaseResult result) {
        transcripts_.take(result.transcript);
        transcripts_.take(result.first_transcript);
        return result;
    }

    /// All that decides which cases run, and how: shards with equal options belong together. Files and secrets stay
    /// out.
    void note_options() {
        auto const note = [&](const char* name, const std::string& value) {
            if (!value.empty()) run_.options[name] = value;
        };
        auto const note_all = [&](const char* name, const std::vector<std::string>& values) {
            note(name, fmt::format("{}", fmt::join(values, " ")));
        };
        note("url", options_.url);
        note_all("case", options_.selection.cases);
        note_all("exclude", options_.selection.excluded);
        note_all("section", options_.selection.sections);
        note("delivery", options_.delivery);
        note("profile", options_.profile);
        note("strict", options_.strict ? "true" : "");
        note("jobs", std::to_string(options_.jobs));
        note("subprotocol", options_.subprotocol);
        note("origin", options_.origin);
        note("connect-to", options_.connect_to);
        note("unix", options_.unix_path);
        note("spawn", options_.spawn);
        note("allow-dos", options_.allow_dos ? "true" : "");
        if (options_.pid > 0) note("pid", std::to_string(options_.pid));
        if (options_.timeout_s > 0) note("timeout", fmt::format("{}", options_.timeout_s));
    }

    void set_up_session() {
        session_ = target_->session();
        session_.deadline = deadline_for(options_, 0);
        session_.player.delivery = parse_delivery(options_.delivery).value_or(DeliveryMode{});
        if (options_.profile == "quick") session_.player.volume = Profile::quick;
        if (options_.profile == "full") session_.player.volume = Profile::full;
        session_.player.seed = run_.seed;
    }

    void probe() {
        console_.status("looking at the target");
        auto const learnt = [this](ProbedProfile found) {
            run_.profile = std::move(found);
            if (!options_.agent.empty()) run_.profile.agent = options_.agent;
            (void)malloc_trim(0);  // messages of 16 MiB have come back
            console_.print(describe_probe(run_.profile, run_.url, console_.style()));
            if (!run_.profile.failure.empty()) return io_.stop();
            schedule();
        };
        async_probe(io_.get_executor(), session_, learnt, target_->starting_until());
    }

    void schedule() {
        ScheduleSettings settings;
        settings.session = session_;
        settings.session.deadline = deadline_for(options_, run_.profile.round_trip_ms);
        // The round trip is the target's word: in a run that takes long, fewer of them have to do.
        if (options_.timeout_s <= 0)
            settings.least_deadline =
                std::max(3000ms, std::chrono::milliseconds(std::lround(run_.profile.round_trip_ms * 20)));
        settings.profile = run_.profile;
        settings.jobs = std::min(options_.jobs, connections_allowed());
        settings.most_waiting = connections_allowed() - settings.jobs;
        settings.seed = run_.seed;
        settings.subprotocol_given = !options_.subprotocol.empty();
        settings.allow_dos = options_.allow_dos;
        settings.transcripts_are_kept_elsewhere = true;
        if (options_.pid > 0) {
            settings.process = [pid = options_.pid] { return pid; };
        } else if (target_->is_spawned()) {
            settings.process = [this] { return target_->pid(); };
        }
        if (target_->is_spawned()) {
            settings.revive = [this](std::function<void(bool)> then) { target_->revive(std::move(then)); };
            settings.death = [this] { return target_->death(); };
            settings.starts = [this] { return target_->starts(); };
        }
        index_.clear();
        for (std::size_t i = 0; i < cases_.size(); ++i) index_[cases_[i]->id] = i;
        settings.unconfirmed = [this](CaseResult result) {
            if (result.verdict == Verdict::error) return;
            result.detail += " (the run ended before it was played again)";
            result.transcript.clear();
            auto& place = run_.cases[index_.at(result.id)];
            place = finished(std::move(result));
        };
        print_cost();
        show_progress();
        keep_showing_progress();
        async_schedule(
            io_.get_executor(), without_excluded(), std::move(settings),
            [this](const CaseResult& result) {
                run_.cases[index_.at(result.id)] = within_budget(finished(result));
                // A case may be settled a second time, if the target died soon after the first.
                if (reported_.insert(result.id).second) ++done_;
                counts_ = counts_of(run_);
                // What is still to come is no error yet.
                counts_[Verdict::error] -= static_cast<std::size_t>(std::ranges::count_if(run_.cases, is_pending));
                if (options_.on_result) options_.on_result(run_, result);
                show_progress();
                save_now_and_then();
            },
            [this](std::vector<CaseResult> results) {
                for (auto& result : results) {
                    auto& place = run_.cases[index_.at(result.id)];
                    auto transcript = std::move(place.transcript);
                    auto first_transcript = std::move(place.first_transcript);
                    place = finished(std::move(result));
                    place.transcript = std::move(transcript);
                    place.first_transcript = std::move(first_transcript);
                }
                auto const lost = run_.count(Verdict::error);
                run_.complete = lost == 0;
                run_.incomplete_because.clear();
                if (lost != 0) run_.incomplete_because = {counted(lost, "case", "cases") + " ended in error"};
                io_.stop();
            });
    }

    /// Some deliveries make many connections of a case.
    void print_cost() {
        const auto& player = session_.player;
        if (player.delivery.how != DeliveryMode::How::every_split) return;
        std::size_t connections = 0;
        for (const Case* one : cases_)
            connections += visits_of(*one, player.delivery, Role::client, player.values).size();
        console_.print(fmt::format("  Delivery     every split: {} are {}\n", counted(cases_.size(), "case", "cases"),
                                   counted(connections, "connection", "connections")));
    }

    /// The cases to play; what the agent is spared gets its verdict here.
    std::vector<const Case*> without_excluded() {
        if (!options_.excluded) return cases_;
        std::vector<const Case*> out;
        for (const Case* one : cases_) {
            if (!options_.excluded(run_.profile.agent, one->id)) {
                out.push_back(one);
                continue;
            }
            CaseResult left_out;
            left_out.id = one->id;
            left_out.verdict = Verdict::skipped;
            left_out.detail = "excluded for this agent";
            run_.cases[index_.at(one->id)] = finished(std::move(left_out));
        }
        return out;
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

    void show_progress() {
        if (!console_.live() || Clock::now() - shown_ < 50ms) return;
        shown_ = Clock::now();
        console_.status(progress_line(done_, cases_.size(), counts_, seconds(), console_.style().width));
    }

    /// What is known so far survives a `kill -9` of the tester. Writing takes a twentieth of the time at most: it stops
    /// the run meanwhile.
    void save_now_and_then() {
        if (options_.json_file.empty() || !can_be_rewritten(options_.json_file) || save_is_due_) return;
        save_is_due_ = true;
        save_tick_.expires_at(next_save_);
        save_tick_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            save_is_due_ = false;
            auto const before = Clock::now();
            std::string ignored;
            run_.duration_ms = seconds() * 1000;
            write_json_file(ignored);
            auto const now = Clock::now();
            next_save_ = now + std::max<Clock::duration>(200ms, 20 * (now - before));
        });
    }

    std::string rerun() const {
        ServerOptions reached = options_;
        if (options_.url.starts_with("loop:")) reached.subprotocol.clear();
        std::string command = "wsspec run" + shell_arguments(reached);
        if (!options_.delivery.empty()) command += " --delivery " + options_.delivery;
        if (options_.profile != "standard") command += " --profile " + options_.profile;
        if (options_.allow_dos) command += " --allow-dos";
        if (options_.timeout_s > 0) command += fmt::format(" --timeout {}", options_.timeout_s);
        return command + " --seed " + std::to_string(run_.seed) + " --case {case}";
    }

    int report() {
        console_.clear_status();
        run_.duration_ms = seconds() * 1000;
        if (!run_.profile.failure.empty()) {
            run_.incomplete_because = {run_.profile.failure};
            for (auto& result : run_.cases) result.detail = "not run: " + run_.profile.failure;
            bool const saved = save_all();
            std::fprintf(stderr, "wsspec: %s: %s\n", printable(run_.url, 200).c_str(),
                         shown(run_.profile.failure, 700).c_str());
            return saved ? exit_incomplete : exit_usage;
        }
        if (interrupted_) {
            run_.complete = false;
            run_.incomplete_because = {"the run was interrupted"};
            console_.print("Interrupted.\n");
        }
        print_failures();
        if (auto const restarts = target_->restarts(); restarts != 0)
            console_.print("The target died and was started again " + counted(restarts, "time", "times") +
                           "; the end of what it printed: " + shown(target_->last_output()) + "\n");
        if (!options_.silent) console_.summary(summary(run_, console_.style()));
        console_.summary(describe_baseline(baseline_, run_, today_));
        if (!save_all()) return exit_usage;
        if (options_.baseline.update) return update_baseline(options_.baseline, baseline_, run_, options_.strict);
        return exit_status({&run_, 1}, options_.strict);
    }

    bool write_json_file(std::string& error) {
        bool const written =
            write_atomically(options_.json_file, [this](const TextSink& out) { write_json(run_, out); }, error);
        (void)malloc_trim(0);
        return written;
    }

    /// One fault of a target often shows in many cases: it is described once, with the first of them.
    void print_failures() {
        auto const alike = worse_alike(run_, options_.strict);
        for (const auto& results : alike) {
            std::string text =
                "\n" + describe_failure(*results.front(), rerun_command(run_, results.front()->id), console_.style());
            if (results.size() > 1) {
                std::string ids = "The same in " + counted(results.size() - 1, "more case", "more cases") + ":";
                for (std::size_t i = 1; i < results.size(); ++i) ids += " " + results[i]->id;
                text += "  " + wrapped(ids, 2, console_.style().width) + "\n";
            }
            console_.print(text);
        }
        if (!alike.empty()) console_.print("\n");
    }

    /// Whoever reads the log of a long run wants to see it move.
    void keep_noting_progress() {
        if (options_.quiet || options_.silent) return;
        progress_tick_.expires_after(options_.note_every);
        progress_tick_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            constexpr unsigned width = 120;
            std::fprintf(stderr, "wsspec: %s\n",
                         progress_line(done_, cases_.size(), counts_, seconds(), width).c_str());
            keep_noting_progress();
        });
    }

    /// The time goes on in the status line while nothing else does.
    void keep_showing_progress() {
        if (!console_.live()) return keep_noting_progress();
        progress_tick_.expires_after(500ms);
        progress_tick_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            show_progress();
            keep_showing_progress();
        });
    }

    /// Every file that was asked for and that `wanted` takes. A partial run leaves reports that say so.
    bool save_all(const std::function<bool(const std::string&)>& wanted = [](const std::string&) { return true; }) {
        std::string error;
        OutputOptions outputs = options_.outputs;
        std::erase_if(outputs.files, [&](const auto& file) { return !wanted(file.second); });
        bool const json = !options_.json_file.empty() && wanted(options_.json_file);
        if ((!json || write_json_file(error)) && write_outputs({&run_, 1}, outputs, options_.strict, error))
            return true;
        std::fprintf(stderr, "wsspec: the result cannot be written: %s\n", error.c_str());
        return false;
    }

    const RunOptions& options_;
    std::vector<const Case*> cases_;
    Baseline baseline_;
    std::string today_;
    Console console_;
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer progress_tick_;
    boost::asio::steady_timer save_tick_;
    SessionSettings session_;
    std::unique_ptr<ServerTarget> target_;
    RunResult run_;
    std::map<std::string, std::size_t, std::less<>> index_;
    Counts counts_;
    TranscriptBudget transcripts_;
    std::set<std::string> reported_;
    std::size_t done_ = 0;
    bool interrupted_ = false;
    Clock::time_point started_;
    Clock::time_point shown_;
    Clock::time_point next_save_;
    bool save_is_due_ = false;
};

}  // namespace

int usage_error(const std::string& what) {
    std::fprintf(stderr, "wsspec: %s\n", what.c_str());
    return exit_usage;
}

int run_command(const RunOptions& options) { return test_server(options).status; }

Ran test_server(const RunOptions& given) {
    auto const usage_error = [](const std::string& what) { return Ran{.status = wsspec::usage_error(what)}; };
    RunOptions options = given;
    auto const selected = select_cases(options.selection);
    if (!selected) return usage_error(selected.error());
    auto const cases = options.shard ? part_of(*selected, *options.shard) : *selected;
    if (cases.empty())
        return usage_error(fmt::format("--shard {}/{} of {} leaves no case to run", options.shard->index,
                                       options.shard->of, counted(selected->size(), "case", "cases")));
    auto baseline = read_baseline(options.baseline);
    if (!baseline) return usage_error(baseline.error());
    if (auto const unknown = unknown_ids(*baseline, {}); !unknown.empty())
        return usage_error(unknown_cases(options.baseline, unknown));
    if (auto const few = too_few_files()) return usage_error(*few);
    if (options.pid > 0 && !usage_of(options.pid))
        return usage_error(fmt::format("--pid: there is no process {}, or none that can be looked at", options.pid));

    if (!parse_delivery(options.delivery))
        return usage_error("--delivery \"" + printable(options.delivery, 40) + "\" is none of " +
                           std::string(delivery_names));
    if (options.url.starts_with("loop:") && options.subprotocol.empty()) options.subprotocol = "wsspec.example";
    CommandsStopped stopped(options.outputs.github);
    Run run(options, cases, selected->size(), std::move(*baseline));
    if (auto error = run.reach()) return usage_error(*error);
    int const status = run.go();
    stopped.resume();
    std::string error;
    if (options.outputs.github && !write_to_github({&run.result(), 1}, options.strict, error)) {
        std::fprintf(stderr, "wsspec: %s\n", error.c_str());
        return {.status = exit_usage, .result = run.take_result()};
    }
    return {.status = status, .result = run.take_result()};
}

}  // namespace wsspec
