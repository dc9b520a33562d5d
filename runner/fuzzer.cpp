#include "runner/fuzzer.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "fuzz/scripts.h"
#include "fuzz/shrinker.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Alone, one after another, before it is believed.
constexpr unsigned confirmations = 3;
/// Of one requirement and kind so many different scripts are shrunk; what comes then is counted.
constexpr unsigned shrunk_of_a_kind = 2;
constexpr std::size_t most_questions = 400;
/// With the whole deadline, where the short one led astray.
constexpr std::size_t most_patient_questions = 60;
/// Sessions that wait for the end of their connection leave their place, up to so many for each job.
constexpr unsigned waiting_for_each_job = 16;
/// Whether the target still answers is looked at beside the scripts, this often.
constexpr auto between_checks = 3s;
/// A target may die some time after what killed it was answered.
constexpr auto suspicious = 1s;
constexpr unsigned looks_for_death = 20;
constexpr auto between_looks = 10ms;
/// Doubts that are kept with their scripts.
constexpr std::size_t most_doubts = 100;
/// What did not show alone so often is left alone.
constexpr unsigned doubts_of_a_kind = 3;

std::uint64_t mixed(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t z = seed + (number + 1) * 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

bool is_expectation(const Step& step) { return std::holds_alternative<Expect>(step.action); }

/// Behind a script the player waits by itself.
Script without_last_wait(Script script) {
    while (script.size() > 1 && (std::holds_alternative<Await>(script.back().action) ||
                                 std::holds_alternative<Barrier>(script.back().action)))
        script.pop_back();
    return script;
}

Script without_expectations(Script script) {
    std::erase_if(script, is_expectation);
    return script;
}

}  // namespace

std::size_t FuzzFinding::steps() const {
    return script.size() - static_cast<std::size_t>(std::ranges::count_if(script, is_expectation));
}

Script fuzz_script(std::uint64_t number, const FuzzSettings& settings) {
    return without_expectations(without_last_wait(generate(mixed(settings.seed, number), settings.generator)));
}

std::uint64_t fuzz_keys(std::uint64_t number, const FuzzSettings& settings) { return mixed(~settings.seed, number); }

Case fuzz_case(Script script, Role target) {
    Case one{.id = "fuzz", .title = "Play a script", .covers = {}};
    bool stopped = false;
    Script playable;
    for (auto& step : script) {
        // Nobody would read the pong.
        if (std::holds_alternative<Barrier>(step.action) && std::exchange(stopped, false))
            playable.push_back(resume_reading());
        if (std::holds_alternative<StopReading>(step.action)) stopped = true;
        if (std::holds_alternative<ResumeReading>(step.action)) stopped = false;
        playable.push_back(std::move(step));
    }
    one.script = judged_by_forecast(playable, target);
    auto const* open = one.script.empty() ? nullptr : std::get_if<Open>(&one.script.front().action);
    bool const about_opening = one.script.size() > 1 && is_expectation(one.script[1]);
    if (open == nullptr || !about_opening || target != Role::server) return one;
    // What it does wrong: a server that opens all the same overlooks just that.
    HandshakeValues values;
    values.host = "127.0.0.1";
    values.key = "AQIDBAUGBwgJCgsMDQ4PEA==";
    std::string const text = render(open->handshake, values);
    auto const request = check_request(std::string_view(text).substr(0, head_size(text).value_or(text.size())));
    auto const grave = std::ranges::find_if(request.defects, [](const Defect& defect) { return !defect.tolerable; });
    if (grave != request.defects.end()) one.covers = {grave->requirement};
    return one;
}

class Fuzzer::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(boost::asio::any_io_executor executor, Arena& arena, FuzzSettings settings, Handlers handlers)
        : executor_(std::move(executor)),
          arena_(arena),
          settings_(std::move(settings)),
          handlers_(std::move(handlers)),
          tick_(executor_),
          next_check_(executor_) {
        settings_.session.player.forecast_alone = true;
        settings_.session.player.patience_to_end = 1.0 / 3;
        settings_.generator.target = arena_.target();
    }

    FuzzOutcome out;

    void start() {
        started_ = Clock::now();
        wait_for_check();
        report_opening();
    }

    void interrupt() {
        if (over_) return;
        over_ = true;
        tick_.cancel();
        next_check_.cancel();
        out.seconds = seconds();
        if (out.incomplete_because.empty()) out.incomplete_because = "it was interrupted";
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }
    bool over() const { return over_; }

private:
    struct Job {
        std::uint64_t number = 0;
        std::uint64_t keys = 0;
        Script script;  // without expectations
        Case one;
        bool waits = false;
        Clock::time_point ended = {};
        Breach breach = {};
        std::string last_output = {};
    };
    using JobPtr = std::shared_ptr<Job>;

    // ---- Hunting ----

    bool may_start() const {
        if (over_ || died_ || unanswered_ || !suspects_.empty()) return false;
        return !is_spent();
    }

    bool is_spent() const {
        return (settings_.most_scripts != 0 && next_ >= settings_.most_scripts) ||
               (settings_.time.count() != 0 && Clock::now() - started_ >= settings_.time) ||
               (settings_.most_findings != 0 && out.findings.size() >= settings_.most_findings);
    }

    void hunt() {
        if (over_) return;
        while (running_ < settings_.jobs && may_start()) launch();
        if (running_ + waiting_ == 0 && !settling_) {
            settling_ = true;
            // Not by recursion: there may be any number of findings.
            boost::asio::post(executor_, [self = shared_from_this()] {
                self->settling_ = false;
                self->settle();
            });
        }
    }

    JobPtr make_job(std::uint64_t number) const {
        auto job = std::make_shared<Job>();
        job->number = number;
        job->keys = fuzz_keys(number, settings_);
        job->script = fuzz_script(number, settings_);
        job->one = fuzz_case(job->script, arena_.target());
        return job;
    }

    void launch() {
        auto job = make_job(next_++);
        ++running_;
        SessionSettings session = settings_.session;
        session.player.seed = job->keys;
        session.on_idle = [self = shared_from_this(), job] {
            if (job->waits || self->waiting_ >= waiting_for_each_job * self->settings_.jobs) return;
            job->waits = true;
            --self->running_;
            ++self->waiting_;
            self->hunt();
        };
        arena_.play(job->one, job->one.script, std::move(session),
                    [self = shared_from_this(), job](ArenaResult result) { self->played(job, std::move(result)); });
    }

    void played(const JobPtr& job, ArenaResult result) {
        --(std::exchange(job->waits, true) ? waiting_ : running_);
        if (over_) return;
        ++out.scripts;
        job->ended = Clock::now();
        recent_.push_back(job);
        forget_old();
        const Played& played = result.session.played;
        out.exercised.insert(played.exercised.begin(), played.exercised.end());
        if (played.inconclusive) ++out.inconclusive;
        if (!result.death.empty()) {
            // A process of its own: nobody else can have been it.
            job->breach = breach_of_death(result.death);
            job->last_output = std::move(result.last_output);
            suspect(job);
        } else if (!arena_.death().empty()) {
            died_ = true;
        } else if (!result.session.connect_error.empty()) {
            unanswered_ = true;
            why_unanswered_ = result.session.connect_error;
        } else if (!died_ && !unanswered_) {
            if (auto breach = breach_in(played)) {
                job->breach = std::move(*breach);
                suspect(job);
            }
        }
        hunt();
    }

    std::optional<Breach> breach_in(const Played& played) const { return breach_of(played, settings_.strict); }

    void forget_old() {
        std::size_t const most = (1 + waiting_for_each_job) * settings_.jobs;
        while (!recent_.empty() && (recent_.size() > most ||
                                    Clock::now() - recent_.front()->ended > settings_.session.deadline + suspicious))
            recent_.pop_front();
    }

    void suspect(const JobPtr& job) {
        auto const known = shrunk_.find(signature(job->breach));
        if (known != shrunk_.end() && known->second.size() >= shrunk_of_a_kind) {
            ++out.findings[known->second.front()].again;
            return;
        }
        if (doubted_[signature(job->breach)] >= doubts_of_a_kind) return;
        // One of a kind at a time: what the first turns out to be, the others may be.
        if (std::ranges::none_of(suspects_, [&](const JobPtr& other) { return other->breach.is_like(job->breach); }))
            suspects_.push_back(job);
    }

    static std::string signature(const Breach& breach) { return breach.requirement + '\n' + breach.kind; }

    /// Nothing is under way: what comes next?
    void settle() {
        if (over_) return;
        if (died_) return investigate();
        if (unanswered_) return check_alive();
        bool const enough = settings_.most_findings != 0 && out.findings.size() >= settings_.most_findings;
        if (!suspects_.empty() && !enough) {
            auto const job = suspects_.front();
            suspects_.pop_front();
            return confirm(job);
        }
        if (is_spent()) return finish("");
        hunt();
    }

    void finish(const std::string& incomplete_because) {
        over_ = true;
        next_check_.cancel();
        out.seconds = seconds();
        out.restarts = arena_.restarts();
        out.incomplete_because = incomplete_because;
        out.complete = incomplete_because.empty();
        if (handlers_.done) handlers_.done();
    }

    // ---- The target as it is ----

    /// What is wrong with its answer to every opening handshake is found once, and not in every script.
    void report_opening() {
        auto job = std::make_shared<Job>();
        job->script = {open()};
        job->one = fuzz_case(job->script, arena_.target());
        auto const known = std::exchange(settings_.session.player.known_defects, {});
        if (known.empty()) return hunt();
        play_alone(job->one, 0, full_deadline(), [self = shared_from_this(), job, known](ArenaResult result) {
            self->settings_.session.player.known_defects = known;
            if (auto breach = self->breach_in(result.session.played)) {
                job->breach = std::move(*breach);
                self->record(job, job->script, std::move(result), 1, 0, Clock::now());
            }
            self->hunt();
        });
    }

    void wait_for_check() {
        if (arena_.target() == Role::client) return;
        next_check_.expires_after(between_checks);
        next_check_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (error || self->over_) return;
            bool const hunting = self->running_ + self->waiting_ != 0;
            if (!hunting) return self->wait_for_check();
            self->play_alive([self](bool alive) {
                // Nothing is certain yet: many may be asking a slow target at the same time.
                if (!alive) self->unanswered_ = true;
                self->wait_for_check();
                self->hunt();
            });
        });
    }

    /// One good connection.
    void play_alive(std::function<void(bool)> then) {
        auto one = std::make_shared<Case>(fuzz_case({open()}, arena_.target()));
        SessionSettings session = settings_.session;
        arena_.play(
            *one, one->script, std::move(session),
            [self = shared_from_this(), one, then = std::move(then)](ArenaResult result) {
                if (self->over_) return;
                const auto& opening = result.session.opening;
                self->why_unanswered_ = result.session.connect_error;
                // What it does on the connection is for the scripts to say.
                then(result.session.connect_error.empty() && opening && opening->answer == Opening::Answer::opened);
            });
    }

    void check_alive() {
        play_alive([self = shared_from_this()](bool alive) {
            self->unanswered_ = false;
            if (alive) self->failures_ = 0;
            if (alive) return self->hunt();
            if (self->arena_.target() == Role::client) {
                if (++self->failures_ < 5) return self->hunt();
                return self->finish("clients do not come any more: " + self->why_unanswered_);
            }
            if (!self->arena_.can_restart())
                return self->finish("the target was lost: it " +
                                    (self->why_unanswered_.empty() ? std::string("answers nobody any more")
                                                                   : "takes no connections: " + self->why_unanswered_));
            self->died_ = true;
            self->hunt();
        });
    }

    /// Calls `then(true)` with a target that answers.
    void revive(std::function<void(bool)> then) {
        auto again = [self = shared_from_this(), then = std::move(then)](bool reachable) {
            if (self->over_) return;
            if (!reachable) {
                std::string why = "the target does not come back";
                if (auto const how = self->arena_.death(); !how.empty()) why += ": it " + how;
                return self->finish(why);
            }
            then(true);
        };
        if (arena_.death().empty()) return arena_.restart(again);
        arena_.revive(again);
    }

    // ---- A target that died, or hangs ----

    struct Investigation {
        std::vector<JobPtr> suspects;  // taken from the back
        std::string how;
        std::string last_output;
    };

    void investigate() {
        died_ = false;
        unanswered_ = false;
        suspects_.clear();  // what they saw may have come of it
        auto hunt = std::make_shared<Investigation>();
        hunt->how = arena_.death();
        if (hunt->how.empty()) hunt->how = "answers nobody any more";
        hunt->last_output = arena_.last_output();
        auto const breach = breach_of_death(hunt->how);
        auto const known = shrunk_.find(signature(breach));
        bool const is_known = known != shrunk_.end() && known->second.size() >= shrunk_of_a_kind;
        if (is_known) ++out.findings[known->second.front()].again;
        if (!is_known) hunt->suspects.assign(recent_.begin(), recent_.end());
        recent_.clear();
        if (!is_known && handlers_.busy)
            handlers_.busy("the target " + hunt->how + ": looking for the script that did it");
        revive([self = shared_from_this(), hunt, is_known](bool) {
            if (is_known) return self->hunt();
            self->next_suspect(hunt);
        });
    }

    void next_suspect(const std::shared_ptr<Investigation>& hunt) {
        if (hunt->suspects.empty()) {
            // No script does it alone. That it died is a finding all the same.
            auto job = std::make_shared<Job>();
            job->breach = breach_of_death(hunt->how + ", and no script alone does it again");
            job->last_output = hunt->last_output;
            record(job, {}, {}, 0, 0, Clock::now());
            return this->hunt();
        }
        auto job = hunt->suspects.back();
        hunt->suspects.pop_back();
        kills(job->one, job->keys, [self = shared_from_this(), hunt, job](const std::string& how) {
            if (how.empty()) return self->next_suspect(hunt);
            job->breach = breach_of_death(how);
            job->last_output = self->arena_.last_output();
            self->revive([self, job](bool) { self->confirm(job, 1); });
        });
    }

    /// Plays it alone and looks whether the target survives; `then` gets how it ended, or nothing.
    void kills(const Case& one, std::uint64_t keys, std::function<void(const std::string&)> then) {
        play_alone(one, keys, full_deadline(),
                   [self = shared_from_this(), then = std::move(then)](ArenaResult result) mutable {
                       self->last_alone_ = std::move(result.session);
                       self->play_alive([self, then = std::move(then)](bool alive) mutable {
                           self->look_for_death(alive ? 1 : looks_for_death, alive, std::move(then));
                       });
                   });
    }

    void look_for_death(unsigned looks, bool alive, std::function<void(const std::string&)> then) {
        auto const death = arena_.death();
        if (!death.empty()) return then(death);
        if (looks == 0) return then(alive ? "" : "answers nobody any more");
        tick_.expires_after(between_looks);
        tick_.async_wait(
            [self = shared_from_this(), looks, alive, then = std::move(then)](boost::system::error_code error) mutable {
                if (!error && !self->over_) self->look_for_death(looks - 1, alive, std::move(then));
            });
    }

    // ---- One finding ----

    std::chrono::milliseconds full_deadline() const {
        // Alone there is nobody to wait for.
        return std::max(settings_.session.deadline / 2, std::chrono::milliseconds(1000));
    }

    /// While shrinking a target is asked hundreds of times; what comes of it is played with patience at the end.
    std::chrono::milliseconds short_deadline() const {
        return std::min(full_deadline(), std::max(std::chrono::milliseconds(300), 30 * settings_.round_trip));
    }

    void play_alone(const Case& one, std::uint64_t keys, std::chrono::milliseconds deadline,
                    std::function<void(ArenaResult)> then) {
        ++out.played_alone;
        SessionSettings session = settings_.session;
        session.player.seed = keys;
        session.deadline = deadline;
        arena_.play(one, one.script, std::move(session),
                    [self = shared_from_this(), then = std::move(then)](ArenaResult result) {
                        if (!self->over_) then(std::move(result));
                    });
    }

    static bool is_death(const Breach& breach) {
        return breach.requirement == "R6455-10.1-1" && breach.kind.starts_with("dies");
    }

    /// Plays it alone: does it fail as `wanted` says? The target is brought back if that is its death.
    void fails(const JobPtr& job, std::shared_ptr<Case> one, const Breach& wanted, std::chrono::milliseconds deadline,
               std::function<void(bool, std::optional<Breach>, ArenaResult)> then) {
        bool const shared_death = is_death(wanted) && arena_.can_restart();
        if (shared_death) {
            return kills(*one, job->keys, [self = shared_from_this(), one, wanted, then](const std::string& how) {
                std::optional<Breach> breach;
                if (!how.empty()) breach = breach_of_death(how);
                ArenaResult result;
                result.session = self->last_alone_;
                result.last_output = self->arena_.last_output();
                bool const like = breach && breach->is_like(wanted);
                if (how.empty()) return then(like, breach, std::move(result));
                self->revive([then, like, breach, result](bool) { then(like, breach, result); });
            });
        }
        play_alone(*one, job->keys, deadline, [self = shared_from_this(), one, wanted, then](ArenaResult result) {
            auto breach = result.death.empty() ? self->breach_in(result.session.played)
                                               : std::optional(breach_of_death(result.death));
            // It died of something that was not looked for.
            if (auto const how = self->arena_.death(); !how.empty()) {
                breach = breach_of_death(how);
                result.last_output = self->arena_.last_output();
                return self->revive([then, breach, result](bool) { then(false, breach, result); });
            }
            if (!result.session.connect_error.empty()) breach.reset();
            then(breach && breach->is_like(wanted), breach, std::move(result));
        });
    }

    void confirm(const JobPtr& job, unsigned times = 0) {
        if (handlers_.busy) handlers_.busy("confirming: " + job->breach.what);
        auto const one = std::make_shared<Case>(job->one);
        fails(job, one, job->breach, full_deadline(),
              [self = shared_from_this(), job, times](bool like, std::optional<Breach> breach, ArenaResult result) {
                  if (like) job->breach = *breach;
                  if (like && times + 1 >= confirmations) return self->shrink(job, std::move(result));
                  if (like) return self->confirm(job, times + 1);
                  // Among others it may have looked different.
                  if (times == 0 && breach && !self->adopted_.contains(job->number)) {
                      self->adopted_.insert(job->number);
                      job->breach = *breach;
                      auto const known = self->shrunk_.find(signature(*breach));
                      if (known != self->shrunk_.end() && known->second.size() >= shrunk_of_a_kind) {
                          ++self->out.findings[known->second.front()].again;
                          return self->hunt();
                      }
                      return self->confirm(job, 1);
                  }
                  ++self->doubted_[signature(job->breach)];
                  if (self->out.doubts.size() < most_doubts)
                      self->out.doubts.push_back({job->breach, job->number, job->keys, job->script});
                  self->hunt();
              });
    }

    struct Shrinking {
        JobPtr job;
        Shrinker shrinker;
        Clock::time_point since;
        std::chrono::milliseconds deadline;
        ArenaResult last;  // of the original, or of the smallest that was verified
        std::size_t questions = 0;
        bool patient = false;
    };

    void shrink(const JobPtr& job, ArenaResult last) {
        auto shrinking = std::make_shared<Shrinking>(Shrinking{.job = job,
                                                               .shrinker = Shrinker(job->script, most_questions),
                                                               .since = Clock::now(),
                                                               .deadline = short_deadline(),
                                                               .last = std::move(last)});
        ask(shrinking);
    }

    void ask(const std::shared_ptr<Shrinking>& shrinking) {
        auto const candidate = shrinking->shrinker.next();
        if (!candidate || Clock::now() - shrinking->since > settings_.shrink_time) return verify(shrinking, 0);
        ++shrinking->questions;
        if (handlers_.busy && shrinking->questions % 10 == 1)
            handlers_.busy("shrinking: " + shrinking->job->breach.what);
        auto const one = std::make_shared<Case>(fuzz_case(*candidate, arena_.target()));
        fails(shrinking->job, one, shrinking->job->breach, shrinking->deadline,
              [self = shared_from_this(), shrinking](bool like, const std::optional<Breach>&, const ArenaResult&) {
                  shrinking->shrinker.answer(like);
                  self->ask(shrinking);
              });
    }

    /// With patience: does what is left still fail?
    void verify(const std::shared_ptr<Shrinking>& shrinking, unsigned times) {
        auto const job = shrinking->job;
        Script const smallest = without_expectations(shrinking->shrinker.smallest());
        if (smallest == job->script)
            return record(job, job->script, std::move(shrinking->last), confirmations, shrinking->questions,
                          shrinking->since, true);
        auto const one = std::make_shared<Case>(fuzz_case(smallest, arena_.target()));
        fails(job, one, job->breach, full_deadline(),
              [self = shared_from_this(), shrinking, job, smallest, times](
                  bool like, const std::optional<Breach>& breach, ArenaResult result) {
                  if (like && times + 1 >= confirmations) {
                      job->breach = *breach;
                      return self->record(job, smallest, std::move(result), times + 1, shrinking->questions,
                                          shrinking->since, true);
                  }
                  if (like) return self->verify(shrinking, times + 1);
                  if (shrinking->patient)
                      return self->record(job, job->script, std::move(shrinking->last), confirmations,
                                          shrinking->questions, shrinking->since, true);
                  shrinking->patient = true;
                  shrinking->deadline = self->full_deadline();
                  shrinking->since = Clock::now();
                  shrinking->shrinker = Shrinker(job->script, most_patient_questions);
                  self->ask(shrinking);
              });
    }

    void record(const JobPtr& job, const Script& smallest, ArenaResult result, unsigned confirmed,
                std::size_t questions, Clock::time_point since, bool go_on = false) {
        FuzzFinding finding;
        finding.breach = job->breach;
        // Alike whatever else the scripts have in them; filed under what the smallest is about.
        if (finding.breach.requirement.empty()) finding.breach.requirement = presumed_requirement(smallest);
        finding.script = smallest.empty() ? Script{} : fuzz_case(smallest, arena_.target()).script;
        finding.original = job->script;
        finding.number = job->number;
        finding.keys = job->keys;
        finding.confirmed = confirmed;
        finding.questions = questions;
        finding.seconds = std::chrono::duration<double>(Clock::now() - since).count();
        finding.session = std::move(result.session);
        if (is_death(job->breach))
            finding.last_output = result.last_output.empty() ? job->last_output : std::move(result.last_output);
        std::string const shape = shape_of(finding.script);
        auto& of_kind = shrunk_[signature(job->breach)];
        auto const same = std::ranges::find_if(
            of_kind, [&](std::size_t index) { return shape_of(out.findings[index].script) == shape; });
        if (same != of_kind.end()) {
            ++out.findings[*same].again;
            // The next will be the same, too.
            of_kind.resize(std::max<std::size_t>(of_kind.size(), shrunk_of_a_kind), of_kind.front());
        } else {
            of_kind.push_back(out.findings.size());
            out.findings.push_back(std::move(finding));
            if (handlers_.finding) handlers_.finding(out.findings.back());
        }
        if (go_on) hunt();
    }

    boost::asio::any_io_executor executor_;
    Arena& arena_;
    FuzzSettings settings_;
    Handlers handlers_;
    boost::asio::steady_timer tick_;
    boost::asio::steady_timer next_check_;
    Clock::time_point started_;
    std::uint64_t next_ = 0;
    unsigned running_ = 0;
    unsigned waiting_ = 0;
    unsigned failures_ = 0;
    bool settling_ = false;
    bool over_ = false;
    bool died_ = false;
    bool unanswered_ = false;
    std::string why_unanswered_;
    std::deque<JobPtr> recent_;
    std::deque<JobPtr> suspects_;
    std::set<std::uint64_t> adopted_;
    SessionResult last_alone_;
    std::map<std::string, unsigned> doubted_;
    /// Signature of a breach to its findings, as indices.
    std::map<std::string, std::vector<std::size_t>> shrunk_;
};

Fuzzer::Fuzzer(boost::asio::any_io_executor executor, Arena& arena, FuzzSettings settings, Handlers handlers)
    : impl_(std::make_shared<Impl>(std::move(executor), arena, std::move(settings), std::move(handlers))) {}
Fuzzer::~Fuzzer() { impl_->interrupt(); }
void Fuzzer::start() { impl_->start(); }
void Fuzzer::interrupt() { impl_->interrupt(); }
const FuzzOutcome& Fuzzer::outcome() const { return impl_->out; }

}  // namespace wsspec
