#include "runner/scheduler.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "runner/case_result.h"
#include "runner/growth.h"
#include "runner/probe.h"
#include "runner/watch.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;

/// Not to be played a second time.
bool is_settled(Verdict verdict) {
    return verdict == Verdict::pass || verdict == Verdict::informational || verdict == Verdict::unimplemented;
}

class Schedule : public std::enable_shared_from_this<Schedule> {
public:
    Schedule(boost::asio::any_io_executor executor, const std::vector<const Case*>& cases, ScheduleSettings settings,
             std::function<void(const CaseResult&)> progress, std::function<void(std::vector<CaseResult>)> done)
        : executor_(std::move(executor)),
          cases_(cases),
          settings_(std::move(settings)),
          progress_(std::move(progress)),
          done_(std::move(done)),
          results_(cases.size()),
          death_watch_(executor_) {}

    void start() {
        started_ = Clock::now();
        settings_.session.player.profile = target_profile(settings_.profile);
        settings_.session.player.message_limit = settings_.profile.message_limit;
        settings_.session.player.refused_size = settings_.profile.refused_size.value_or(0);
        settings_.session.player.compressed = std::make_shared<CompressedMessages>();
        settings_.session.player.known_defects = settings_.profile.handshake_defects;
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < cases_.size(); ++i) {
            auto skip =
                skip_reason(*cases_[i], settings_.profile, settings_.subprotocol_given, settings_.session.address.tls);
            if (cases_[i]->may_hurt && !settings_.allow_dos && skip.verdict == Verdict::pass)
                skip = {Verdict::skipped, may_hurt_a_shared_target};
            if (skip.verdict == Verdict::pass) {
                order.push_back(i);
                continue;
            }
            results_[i].id = cases_[i]->id;
            results_[i].verdict = skip.verdict;
            results_[i].detail = std::move(skip.why);
            report(i);
        }
        // A seeded shuffle: a target that keeps state between connections shows, and can be made to show again.
        std::mt19937_64 random(settings_.seed);
        for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
        // Volume comes last: a target that is busy with megabytes lets everybody else wait. What measures has it alone.
        Phase light{.jobs = jobs()};
        Phase volume{.jobs = jobs_for_volume()};
        Phase measured{.jobs = 1};
        // What is to be seen in the process must not be another case's doing.
        Phase hostile{.jobs = 1, .alone = true};
        for (std::size_t const index : order) {
            const Case& one = *cases_[index];
            if (is_hostile(one)) {
                hostile.queue.push_back(index);
            } else {
                (!has_volume(one) ? light : one.alone ? measured : volume).queue.push_back(index);
            }
        }
        for (auto* phase : {&light, &volume, &measured, &hostile}) {
            std::ranges::reverse(phase->queue);  // taken from the back
            phases_.push_back(std::move(*phase));
        }
        begin_phase();
    }

private:
    /// Cases that run at the same time.
    struct Phase {
        unsigned jobs = 1;
        std::vector<std::size_t> queue = {};
        bool alone = false;  // not even beside one that only waits for its end
    };

    unsigned jobs() const { return std::max(1U, settings_.jobs); }
    /// Who is far away has nothing to do most of the time, however large the messages.
    unsigned jobs_for_volume() const {
        return settings_.profile.round_trip_ms < far_away_ms ? std::min(jobs(), volume_jobs) : jobs();
    }
    bool is_hostile(const Case& one) const {
        return one.may_hurt || (one.watched && settings_.process && settings_.allow_dos);
    }

    /// What the first look at the target has made of the deadline may be far more than it needs, and it may have seen
    /// to that. In a run that takes long, ever less; see ScheduleSettings::least_deadline.
    std::chrono::milliseconds deadline() const {
        auto const given = settings_.session.deadline;
        auto const over = Clock::now() - started_ - settings_.long_run;
        if (settings_.least_deadline.count() == 0 || over <= Clock::duration(0)) return given;
        auto const halvings = std::min<std::int64_t>(1 + over / between_halvings, 20);
        return std::max(std::min(given, settings_.least_deadline), given / (std::int64_t{1} << halvings));
    }

    void begin_phase() {
        // All count before the first begins: one that finds nothing to do must not end the phase of the others.
        unsigned const jobs = running_ = phases_[phase_].jobs;
        // Not by recursion: a phase may be empty.
        boost::asio::post(executor_, [self = shared_from_this(), jobs] {
            for (unsigned i = 0; i < jobs; ++i) self->next();
        });
    }

    void next() {
        auto& queue = phases_[phase_].queue;
        if (!queue.empty()) {
            std::size_t const index = queue.back();
            queue.pop_back();
            SessionSettings session = settings_.session;
            session.deadline = deadline();
            // A session that waits for a deadline leaves its place to another.
            auto gave_place = std::make_shared<bool>(false);
            unsigned const starts = settings_.starts ? settings_.starts() : 0;
            session.on_idle = [self = shared_from_this(), gave_place] {
                if (*gave_place || self->waiting_ >= std::min(16 * self->settings_.jobs, self->settings_.most_waiting))
                    return;
                *gave_place = true;
                ++self->waiting_;
                self->next();
            };
            if (phases_[phase_].alone) {
                session.on_idle = nullptr;
                session.player.patience_to_end = patience_alone;
            }
            auto const done = [self = shared_from_this(), index, gave_place, starts](CaseResult result) {
                bool const place_is_taken = *gave_place;
                *gave_place = true;
                self->disregard_if_target_died(result, starts);
                self->first_result(index, std::move(result), place_is_taken);
            };
            return play(index, session, done, phases_[phase_].alone);
        }
        stopped();
    }

    /// A target may die some time after what killed it was answered: whoever ended shortly before a death is suspect,
    /// and is played again, alone.
    void look_for_death() {
        if (!settings_.death) return;
        std::erase_if(recent_, [](const auto& ended) { return Clock::now() - ended.first > std::chrono::seconds(1); });
        std::size_t const most = 2 * static_cast<std::size_t>(settings_.jobs);
        if (recent_.size() > most) recent_.erase(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(most));
        if (settings_.death().empty() && settings_.starts() == starts_seen_) return;
        starts_seen_ = settings_.starts();
        for (const auto& [when, index] : recent_) {
            bool const settled = is_settled(results_[index].verdict);
            suspects_.insert(index);
            if (settled) again_.push_back(index);
            // Guilty or a victim: what it saw says nothing.
            results_[index].verdict = Verdict::error;
            results_[index].detail = "the target died soon after";
        }
        recent_.clear();
    }

    /// Some case killed the target while this one was under way: what it saw then says nothing about it.
    void disregard_if_target_died(CaseResult& result, unsigned starts_before) const {
        if (result.verdict == Verdict::pass || !died_since(starts_before)) return;
        result.verdict = Verdict::error;
        result.detail = "the target died meanwhile";
    }

    void stopped() {
        if (--running_ == 0) end_phase();
    }

    /// Those that gave their places away wait on beside the next phase, unless that wants to be alone.
    void end_phase() {
        bool const last = phase_ + 1 == phases_.size();
        if (waiting_ != 0 && (last || phases_[phase_ + 1].alone)) return;
        ++phase_;
        if (!last) return begin_phase();
        std::ranges::sort(again_, std::greater<>());  // taken from the back: in the order of the catalogue
        confirming_since_ = Clock::now();
        next_alone();
    }

    void first_result(std::size_t index, CaseResult result, bool place_is_taken) {
        look_for_death();
        recent_.emplace_back(Clock::now(), index);
        result.attempts = 1;
        bool const settled = is_settled(result.verdict);
        results_[index] = std::move(result);
        if (settled) {
            report(index);
        } else {
            again_.push_back(index);
            if (settings_.unconfirmed) settings_.unconfirmed(results_[index]);
        }
        if (!place_is_taken) return next();
        if (--waiting_ == 0 && running_ == 0) end_phase();
    }

    void next_alone() {
        if (again_.empty()) return done_(std::move(results_));
        if (no_time_to_be_alone() && gather_company()) return begin_company();
        std::size_t const index = again_.back();
        again_.pop_back();
        if (is_confirmed_elsewhere(index)) {
            report(index);
            // Not by recursion: there may be a thousand.
            return boost::asio::post(executor_, [self = shared_from_this()] { self->next_alone(); });
        }
        // Alone there is nobody to wait for: half the time is plenty.
        SessionSettings session = settings_.session;
        session.deadline = std::max(deadline() / 2, std::chrono::milliseconds(1000));
        session.player.patience_to_end = patience_alone;
        play(
            index, session,
            [self = shared_from_this(), index](CaseResult result) {
                if (self->suspects_.contains(index)) return self->wait_for_death(index, std::move(result), 25);
                self->second_result(index, std::move(result), Company::none);
            },
            true);
    }

    /// A target that leaves a deadline unused in hundreds of cases would keep us for hours. What was confirmed alone in
    /// several cases, word for word, is taken as confirmed in the next.
    bool is_confirmed_elsewhere(std::size_t index) {
        bool const slow = results_[index].duration_ms * 4 > static_cast<double>(settings_.session.deadline.count());
        return slow && confirmed_[signature(results_[index])] >= confirmations_that_do;
    }

    // ---- Second plays, several at a time ----
    //
    // A target that fails all cases, slowly and each time in other words, would keep us for an hour with one case after
    // the other. Behind a while of that the rest is played again as the first time, several at a time: that takes no
    // longer than the first time did, whatever the target does.

    bool no_time_to_be_alone() const {
        auto const first_time = confirming_since_ - started_;
        return Clock::now() - confirming_since_ > std::max<Clock::duration>(settings_.time_to_confirm, first_time / 2);
    }

    /// Those that need not have the target to themselves, from the others; false: there are none.
    bool gather_company() {
        Phase light{.jobs = jobs()};
        Phase volume{.jobs = jobs_for_volume()};
        std::erase_if(again_, [&](std::size_t index) {
            const Case& one = *cases_[index];
            if (suspects_.contains(index) || one.alone || is_hostile(one)) return false;
            (has_volume(one) ? volume : light).queue.push_back(index);
            return true;
        });
        company_.clear();
        for (auto* phase : {&volume, &light})  // taken from the back
            if (!phase->queue.empty()) company_.push_back(std::move(*phase));
        return !company_.empty();
    }

    void begin_company() {
        unsigned const places = running_ = company_.back().jobs;
        for (unsigned i = 0; i < places; ++i)
            boost::asio::post(executor_, [self = shared_from_this()] { self->next_in_company(); });
    }

    void next_in_company() {
        auto& queue = company_.back().queue;
        if (queue.empty()) {
            if (--running_ != 0) return;
            company_.pop_back();
            last_alone_.reset();
            return company_.empty() ? next_alone() : begin_company();
        }
        std::size_t const index = queue.back();
        queue.pop_back();
        if (is_confirmed_elsewhere(index)) {
            report(index);
            return boost::asio::post(executor_, [self = shared_from_this()] { self->next_in_company(); });
        }
        SessionSettings session = settings_.session;
        session.deadline = deadline();
        session.player.patience_to_end = patience_alone;
        unsigned const starts = settings_.starts ? settings_.starts() : 0;
        play(index, session, [self = shared_from_this(), index, starts](CaseResult result) {
            if (self->died_since(starts)) {
                // One of those who were there: each of them is played once more, alone.
                self->suspects_.insert(index);
                self->again_.push_back(index);
                self->results_[index].verdict = Verdict::error;
                return self->next_in_company();
            }
            self->second_result(index, std::move(result), Company::others);
        });
    }

    bool died_since(unsigned starts) const {
        return settings_.death && (!settings_.death().empty() || settings_.starts() != starts);
    }

    /// Gives a suspect's deed a quarter of a second to show.
    void wait_for_death(std::size_t index, CaseResult result, unsigned looks) {
        if (looks == 0 || !settings_.death || !settings_.death().empty())
            return second_result(index, std::move(result), Company::none);
        death_watch_.expires_after(std::chrono::milliseconds(10));
        death_watch_.async_wait(
            [self = shared_from_this(), index, result = std::move(result), looks](boost::system::error_code) mutable {
                self->wait_for_death(index, std::move(result), looks - 1);
            });
    }

    /// Who is there beside a second play.
    enum class Company { none, others };

    void second_result(std::size_t index, CaseResult second, Company company) {
        // Only what a delivery makes worse is its doing.
        bool const other_delivery = settings_.session.player.delivery.how != DeliveryMode::How::as_written;
        if (other_delivery && second.delivery.empty() && !is_settled(second.verdict)) {
            SessionSettings session = settings_.session;
            session.player.delivery = {};
            session.player.patience_to_end = 1.0 / 3;
            return play(
                index, session,
                [self = shared_from_this(), index, company, second = std::move(second)](CaseResult as_written) mutable {
                    DeliveryMode mode = self->settings_.session.player.delivery;
                    // No cut made it worse.
                    if (mode.how == DeliveryMode::How::every_split) mode.how = DeliveryMode::How::whole;
                    second.delivery = describe(mode);
                    if (as_written.verdict != second.verdict)
                        second.delivery += "; as the case is written: " + std::string(to_string(as_written.verdict));
                    self->second_result(index, std::move(second), company);
                });
        }
        auto const death = settings_.death ? settings_.death() : std::string();
        if (!death.empty() && !suspects_.contains(index) && company == Company::none) {
            // This case, or the one before it and a little late: both are played again, and given time.
            suspects_.insert(index);
            again_.push_back(index);
            results_[index].verdict = Verdict::error;
            if (last_alone_ && suspects_.insert(*last_alone_).second) {
                results_[*last_alone_].verdict = Verdict::error;
                again_.push_back(*last_alone_);
            }
            last_alone_.reset();
            return next_alone();
        }
        if (company == Company::none) last_alone_ = index;
        CaseResult first = std::exchange(results_[index], {});
        second.attempts = 2;
        if (!death.empty() && company == Company::none) {
            // It was alone with this case: nobody else can have killed it.
            second.verdict = Verdict::fail;
            second.detail = "the target died of this case: it " + death;
            second.requirement = "R6455-10.1-1";
            second.findings.insert(second.findings.begin(),
                                   {.grade = Grade::fail, .requirement = second.requirement, .what = second.detail});
            results_[index] = std::move(second);
            report(index);
            return next_alone();
        }
        // A figure that does not come again was chance: a garbage collector, another program of the machine.
        if (measured_.contains(second.id) && first.verdict != second.verdict) first.verdict = Verdict::error;
        if (first.verdict == second.verdict) ++confirmed_[signature(first)];
        if (first.verdict == second.verdict || first.verdict == Verdict::error) {
            results_[index] = std::move(second);
        } else if (second.verdict == Verdict::error) {
            // The connection, not the target's conformance: what was seen the first time is all there is.
            first.attempts = 2;
            results_[index] = std::move(first);
        } else if (keeps_every_must(first.verdict) && keeps_every_must(second.verdict)) {
            // Both were within its rights: the worse is what there is to know.
            CaseResult worse = is_worse(first.verdict, second.verdict) ? std::move(first) : std::move(second);
            worse.attempts = 2;
            results_[index] = std::move(worse);
        } else {
            CaseResult flaky = std::move(second);
            flaky.detail = std::string(to_string(first.verdict)) + " among the others (" + first.detail + "), " +
                           std::string(to_string(flaky.verdict)) +
                           (company == Company::none ? " alone" : " the second time") +
                           (flaky.detail.empty() ? "" : " (" + flaky.detail + ")");
            if (flaky.requirement.empty()) flaky.requirement = first.requirement;
            flaky.first_verdict = first.verdict;
            flaky.first_transcript = std::move(first.transcript);
            flaky.verdict = Verdict::flaky;
            results_[index] = std::move(flaky);
        }
        report(index);
        company == Company::none ? next_alone() : next_in_company();
    }

    void report(std::size_t index) {
        progress_(results_[index]);
        if (!settings_.transcripts_are_kept_elsewhere) return;
        // Swapped away: clear() keeps the memory.
        std::vector<TranscriptEntry>().swap(results_[index].transcript);
        std::vector<TranscriptEntry>().swap(results_[index].first_transcript);
    }

    static bool keeps_every_must(Verdict verdict) {
        return verdict == Verdict::pass || verdict == Verdict::informational || verdict == Verdict::non_strict;
    }

    static std::string signature(const CaseResult& result) {
        return std::string(to_string(result.verdict)) + ' ' + result.requirement + ' ' + result.detail;
    }

    /// The script and its variants, one after another; the worst decides.
    void play(std::size_t index, const SessionSettings& session, std::function<void(CaseResult)> then,
              bool alone = false) {
        auto run = std::make_shared<OneCase>();
        run->one = cases_[index];
        run->alone = alone;
        run->session = session;
        run->session.player.seed = settings_.seed ^ (index * 0x9e3779b97f4a7c15U);
        run->visits = visits_of(*run->one, session.player.delivery, Role::client, session.player.values);
        run->then = std::move(then);
        if (run->one->growth) run->session.deadline *= patience_for_growth;
        if (run->one->watched) {
            run->watch = std::make_shared<Watch>(settings_.process);
            run->watch->begin();
            run->session.look = [watch = run->watch] { watch->look(); };
        }
        play_script(run);
    }

    struct OneCase {
        const Case* one = nullptr;
        SessionSettings session = {};
        std::function<void(CaseResult)> then = {};
        bool alone = false;  // nothing else is played meanwhile
        std::vector<Visit> visits = {};
        std::size_t visit = 0;
        std::string_view before_cut = {};  // how the script of the visit went uncut
        bool revived = false;
        CaseResult worst = {};
        double duration_ms = 0;
        std::shared_ptr<Watch> watch = {};
        std::uint64_t octets_sent = 0;
        std::uint64_t flood_payload = 0;
        double cpu_seconds = 0;  // by the end of the last script
        std::vector<GrowthPoint> growth = {};
    };

    void play_script(const std::shared_ptr<OneCase>& run) {
        const Visit& visit = run->visits[run->visit];
        const Script& script = visit.script == 0 ? run->one->script : run->one->variants[visit.script - 1];
        run->session.player.cut = visit.cut;
        run->session.player.delivery_seed =
            run->session.player.delivery.seed ^ stable_hash(run->one->id) ^ (visit.script * 0x9e3779b97f4a7c15U);
        async_play(executor_, *run->one, script, run->session,
                   [self = shared_from_this(), run](SessionResult session) { self->played(run, std::move(session)); });
    }

    void played(const std::shared_ptr<OneCase>& run, SessionResult session) {
        if (!session.connect_error.empty() && !session.own_shortage && settings_.revive && !run->revived) {
            run->revived = true;
            return settings_.revive([self = shared_from_this(), run, session = std::move(session)](bool again) mutable {
                if (again) return self->play_script(run);
                self->take(run, std::move(session));
            });
        }
        take(run, std::move(session));
    }

    void take(const std::shared_ptr<OneCase>& run, SessionResult session) {
        bool const connected = session.connect_error.empty();
        run->octets_sent += session.octets_sent;
        run->flood_payload += session.played.flood_payload;
        if (run->one->growth) add_point(*run, session);
        CaseResult result = result_of(*run->one, std::move(session));
        if (run->one->alive_afterwards && connected && result.verdict != Verdict::unimplemented)
            return look_for_life(run, std::move(result));
        settle(run, std::move(result));
    }

    /// Case::alive_afterwards.
    void look_for_life(const std::shared_ptr<OneCase>& run, CaseResult result) {
        const Case& proof = proof_of_life(settings_.profile.echoes);
        SessionSettings session = run->session;
        session.on_idle = nullptr;
        session.player.cut.reset();
        session.look = nullptr;
        async_play(executor_, proof, proof.script, session,
                   [self = shared_from_this(), run, result = std::move(result)](SessionResult life) mutable {
                       add_life(result, *run->one, std::move(life), run->alone);
                       self->settle(run, std::move(result));
                   });
    }

    void settle(const std::shared_ptr<OneCase>& run, CaseResult result) {
        run->duration_ms += result.duration_ms;
        const Visit& visit = run->visits[run->visit];
        if (!visit.cut) run->before_cut = to_string(result.verdict);
        if (visit.script != 0 && result.verdict != Verdict::pass)
            result.detail = "variant " + std::to_string(visit.script) + ": " + result.detail;
        if (run->visit == 0 || is_worse(result.verdict, run->worst.verdict)) {
            run->worst = std::move(result);
            if (visit.cut) run->worst.delivery = describe(*visit.cut) + "; whole: " + std::string(run->before_cut);
        }
        bool const hopeless = run->worst.verdict == Verdict::fail || run->worst.verdict == Verdict::error;
        if (!hopeless && ++run->visit < run->visits.size()) return play_script(run);
        run->worst.duration_ms = run->duration_ms;
        if (run->watch) return look_behind(run, looks_for_files);
        run->then(std::move(run->worst));
    }

    static void add_point(OneCase& run, const SessionResult& session) {
        double seconds = static_cast<double>(session.duration.count()) / 1e6;
        if (run.watch && run.watch->resources().processes != 0) {
            run.watch->look();
            double const cpu = run.watch->resources().cpu_seconds;
            // Ticks of 10 ms: what is shorter is not seen.
            constexpr double a_tick = 0.01;
            seconds = std::max(cpu - run.cpu_seconds, a_tick);
            run.cpu_seconds = cpu;
        }
        const auto& sizes = run.one->growth->sizes;
        std::size_t const script = run.visits[run.visit].script;
        if (script < sizes.size()) run.growth.push_back({sizes[script], seconds});
    }

    /// All connections of the case are closed by now; the target may need a moment to do the same.
    void look_behind(const std::shared_ptr<OneCase>& run, unsigned looks) {
        if (run->watch->end() || looks == 0) return judge_behind(run);
        auto const timer = std::make_shared<boost::asio::steady_timer>(executor_, std::chrono::milliseconds(20));
        timer->async_wait([self = shared_from_this(), run, looks, timer](boost::system::error_code) {
            self->look_behind(run, looks - 1);
        });
    }

    void judge_behind(const std::shared_ptr<OneCase>& run) {
        Resources resources = run->watch->resources();
        resources.octets_sent = run->octets_sent;
        resources.growth = run->growth;
        resources.exponent = exponent_of(run->growth).value_or(0);
        std::uint16_t const code = run->worst.closing.code;
        bool const ended_in_order = code == 1008 || code == 1009 || code == 1013;
        auto findings = judge_resources(*run->one, resources, run->flood_payload, settings_.profile.refused_size,
                                        ended_in_order, run->duration_ms / 1000);
        if (run->one->growth)
            if (auto slow = judge_growth(*run->one->growth, run->growth)) findings.push_back(std::move(*slow));
        run->worst.resources = std::move(resources);
        for (auto& finding : findings)
            if (add_finding(run->worst, std::move(finding))) measured_.insert(run->one->id);
        run->then(std::move(run->worst));
    }

    boost::asio::any_io_executor executor_;
    std::vector<const Case*> cases_;
    ScheduleSettings settings_;
    std::function<void(const CaseResult&)> progress_;
    std::function<void(std::vector<CaseResult>)> done_;
    std::vector<CaseResult> results_;
    std::vector<Phase> phases_;
    std::size_t phase_ = 0;
    std::vector<std::size_t> again_;
    std::vector<Phase> company_;  // of those
    Clock::time_point started_;
    Clock::time_point confirming_since_;
    unsigned running_ = 0;  // places that are taken
    unsigned waiting_ = 0;  // sessions that gave their place away
    static constexpr double patience_alone = 1.0 / 3;
    /// A target that needs ever longer shows how much by its last sizes: they get the time.
    static constexpr unsigned patience_for_growth = 4;
    /// Enough to keep a target busy on all of its threads.
    static constexpr unsigned volume_jobs = 4;
    static constexpr double far_away_ms = 50;
    static constexpr auto between_halvings = std::chrono::minutes(1);
    static constexpr unsigned confirmations_that_do = 3;
    std::map<std::string, unsigned> confirmed_;
    std::set<std::string> measured_;  // cases whose first verdict came of figures
    static constexpr unsigned looks_for_files = 25;
    // For targets that die.
    std::vector<std::pair<Clock::time_point, std::size_t>> recent_;
    std::set<std::size_t> suspects_;
    std::optional<std::size_t> last_alone_;
    unsigned starts_seen_ = 1;
    boost::asio::steady_timer death_watch_;
};

}  // namespace

Skip skip_reason(const Case& one, const ProbedProfile& profile, bool subprotocol_given, bool tls) {
    if (includes(one.needs, Need::tls) && !tls)
        return {Verdict::skipped, "is about TLS, and the URL says ws: needs a wss URL"};
    if (includes(one.needs, Need::echo) && !profile.echoes)
        return {Verdict::skipped, "the target does not send messages back: " + profile.echo_detail};
    if (includes(one.needs, Need::subprotocol) && !subprotocol_given)
        return {Verdict::skipped, "needs a subprotocol that the target supports: give it with --subprotocol"};
    if (asks_for_limit(one.script)) {
        if (!profile.refused_size)
            return {Verdict::skipped, "the target refused no message up to " + std::to_string(profile.message_limit) +
                                          " octets: its limit, if it has one, lies above"};
        if (*profile.refused_size != profile.message_limit + 1)
            return {Verdict::skipped, "the exact limit of the target was not found: it takes " +
                                          std::to_string(profile.message_limit) + " octets and refuses " +
                                          std::to_string(*profile.refused_size)};
        return {};
    }
    std::size_t largest = largest_message(one.script);
    for (const auto& script : one.variants) largest = std::max(largest, largest_message(script));
    if (profile.refused_size && largest >= *profile.refused_size)
        return {Verdict::skipped, "needs a message of " + std::to_string(largest) +
                                      " octets; the target refuses one of " + std::to_string(*profile.refused_size) +
                                      " with 1009, which is its right (RFC 6455 section 10.4)"};
    return {};
}

void async_schedule(boost::asio::any_io_executor executor, const std::vector<const Case*>& cases,
                    ScheduleSettings settings, std::function<void(const CaseResult&)> progress,
                    std::function<void(std::vector<CaseResult>)> done) {
    std::make_shared<Schedule>(std::move(executor), cases, std::move(settings), std::move(progress), std::move(done))
        ->start();
}

}  // namespace wsspec
