// `wsspec serve`: clients connect and are put through the cases; one result for each agent.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "cases/catalogue.h"
#include "reports/autobahn.h"
#include "reports/file.h"
#include "reports/html_text.h"
#include "reports/json.h"
#include "reports/standing.h"
#include "reports/terminal.h"
#include "runner/case_result.h"
#include "runner/case_server.h"
#include "runner/certificates.h"
#include "runner/commands.h"
#include "runner/console.h"
#include "runner/ending_signals.h"
#include "runner/failure.h"
#include "runner/judged.h"
#include "runner/scheduler.h"
#include "runner/spawn.h"
#include "runner/transcript_budget.h"
#include "wsspec_version.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::string_view case_url_placeholder = "{case_url}";
constexpr std::string_view url_placeholder = "{url}";

std::string replaced(std::string text, std::string_view placeholder, std::string_view value) {
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size()))
        text.replace(at, placeholder.size(), value);
    return text;
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

class Serve {
public:
    Serve(const ServeOptions& options, std::vector<const Case*> cases, Baseline baseline)
        : options_(options),
          cases_(std::move(cases)),
          baseline_(std::move(baseline)),
          today_(today()),
          console_(options.color, options.quiet || options.silent),
          signals_(io_),
          tick_(io_),
          end_tick_(io_),
          seed_(options.seed != 0 ? options.seed : std::random_device{}()) {
        add_ending_signals(signals_);
        for (std::size_t i = 0; i < cases_.size(); ++i) index_[cases_[i]->id] = i;
        for (const Case* one : cases_)
            if (has_what_it_needs(*one)) playable_.push_back(one);
    }

    int go() {
        if (!options_.tls_folder.empty()) {
            try {
                authority_ = std::make_unique<TestAuthority>(options_.tls_folder);
            } catch (const std::exception& error) {
                return usage_error("--tls: " + reason_of(error));
            }
        }
        CaseServerSettings settings;
        settings.host = options_.host;
        settings.port = options_.spawn.empty() ? options_.port : std::uint16_t{0};
        settings.certificate_file = options_.certificate_file;
        settings.key_file = options_.key_file;
        settings.authority = authority_.get();
        settings.own_port_agent = autobahn_file_part(agent());
        // Who comes of his own accord may come through a forwarded port, or by another name.
        if (!options_.spawn.empty()) settings.url_host = url_host();
        settings.cases = playable_;
        settings.session.deadline = std::chrono::milliseconds(std::lround(options_.timeout_s * 1000));
        settings.session.player.patience_to_end = 1.0 / 3;
        settings.session.player.seed = seed_;
        settings.session.player.delivery = delivery();
        if (options_.profile == "quick") settings.session.player.volume = Profile::quick;
        if (options_.profile == "full") settings.session.player.volume = Profile::full;
        settings.on_result = [this](const std::string& agent, CaseResult result) { take(agent, std::move(result)); };
        settings.page_port = options_.page_port;
        settings.excluded = options_.excluded;
        settings.on_case = options_.on_case;
        settings.on_update_reports = [this] {
            server_->judge_run();
            if (options_.on_update_reports) options_.on_update_reports();
            save();
        };
        // Behind the answer to who asked for it.
        settings.on_stop = [this] { end_soon(); };
        settings.verdict = [this](const std::string& agent, const std::string& id) { return verdict(agent, id); };
        settings.status_page = [this] { return status_page(); };
        if (authority_) {
            auto const files = authority_->files(Tls::Certificate::good);
            settings.certificate_file = files.certificate;
            settings.key_file = files.key;
        }
        try {
            server_ = std::make_unique<CaseServer>(io_.get_executor(), std::move(settings));
        } catch (const std::exception& error) {
            return usage_error(
                listening_failure(printable(options_.host, 100) + ":" + std::to_string(options_.port), error));
        }
        url_ = url_at(server_->port());
        if (!server_->page_error().empty()) {
            std::string const what =
                fmt::format("the page for people cannot be at port {}: {}", *options_.page_port, server_->page_error());
            if (options_.page_port_must) return usage_error(what);
            std::fprintf(stderr, "wsspec: %s\n", what.c_str());
        }
        if (options_.on_listening) options_.on_listening(url_, server_->page_port());
        started_ = Clock::now();
        console_.print(fmt::format("Listening on {}, {} selected; the page for people is http{}\n", url_,
                                   counted(cases_.size(), "case", "cases"), url_.substr(2)));
        if (DeliveryMode const mode = delivery(); mode.how == DeliveryMode::How::every_split) {
            std::size_t connections = 0;
            for (const Case* one : playable_) connections += visits_of(*one, mode, Role::server, {}).size();
            console_.print(fmt::format("Every split: {} are {}\n", counted(playable_.size(), "case", "cases"),
                                       counted(connections, "connection", "connections")));
        }
        std::fflush(stdout);
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (!error) io_.stop();
        });
        if (!options_.spawn.empty()) start_clients();
        io_.run();
        return report();
    }

private:
    struct Client {
        std::unique_ptr<SpawnedTarget> process;
        const Case* one = nullptr;  ///< That it was started for.
        Clock::time_point until = {};
        bool asked = false;
        unsigned looks = 0;    ///< At it since it has ended.
        bool control = false;  ///< Only to see that such a client comes at all.
    };

    DeliveryMode delivery() const { return parse_delivery(options_.delivery).value_or(DeliveryMode{}); }

    /// Certificates are for names, and so is SNI (RFC 6066 section 3).
    std::string url_host() const {
        std::string const host = authority_ && options_.host == "127.0.0.1" ? "localhost" : options_.host;
        return host.find(':') == std::string::npos ? host : "[" + host + "]";
    }
    std::string url_at(std::uint16_t port) const {
        bool const tls = authority_ || !options_.certificate_file.empty();
        return fmt::format("{}://{}:{}", tls ? "wss" : "ws", url_host(), port);
    }

    /// Why the case is not for these clients; empty if it is.
    std::string why_not(const Case& one) const {
        if (one.may_hurt && !options_.allow_dos) return may_hurt_a_shared_target;
        if (wants_known_url(one) && options_.spawn.empty())
            return "compares with the URL that the client was given, which is known with --spawn only";
        bool const one_by_one = options_.spawn.find(case_url_placeholder) != std::string::npos;
        if (one.url && !one_by_one) return "is about the URL that the client is given: needs --spawn with {case_url}";
        if (one.url && one.url->host != GivenUrl().host && !is_loopback(options_.host))
            return "has a URL of its own for localhost: needs --host 127.0.0.1";
        if (!includes(one.needs, Need::tls)) return {};
        if (options_.certificate_file.empty() && options_.tls_folder.empty())
            return "is about TLS, and the URL says ws: needs --tls, or --cert and --key";
        if (wants_strange_tls(one) && (options_.tls_folder.empty() || !one_by_one))
            return "is about the TLS handshake itself: needs --tls, and --spawn with {case_url}";
        return {};
    }
    bool has_what_it_needs(const Case& one) const { return why_not(one).empty(); }

    // ---- results ----

    RunResult& run_of(const std::string& agent) {
        auto const found = runs_.find(agent);
        if (found != runs_.end()) return found->second;
        RunResult run;
        run.tool.version = WSSPEC_VERSION;
        run.role = "client";
        run.url = url_;
        run.profile.reachable = true;
        run.profile.upgrades = true;
        run.profile.echoes = true;
        run.profile.agent = agent;
        run.options["profile"] = options_.profile;
        if (!options_.delivery.empty()) run.options["delivery"] = options_.delivery;
        if (options_.strict) run.options["strict"] = "true";
        run.seed = seed_;
        run.started = utc_now();
        if (options_.allow_dos) run.options["allow-dos"] = "true";
        run.selected = cases_.size();
        for (const Case* one : cases_) {
            CaseResult pending;
            pending.id = one->id;
            pending.detail = "not run: the client did not ask for it";
            if (!has_what_it_needs(*one)) {
                pending.verdict = Verdict::skipped;
                pending.detail = why_not(*one);
            }
            run.cases.push_back(finished(std::move(pending)));
        }
        return runs_.emplace(agent, std::move(run)).first->second;
    }

    CaseResult finished(CaseResult result) const {
        bool const good = result.verdict == Verdict::pass || result.verdict == Verdict::informational;
        if (options_.keep_transcripts == Keep::none || (options_.keep_transcripts == Keep::failures && good))
            result.transcript.clear();
        result.known = expectation(baseline_, result.id, today_);
        return described(std::move(result));
    }

    void take(const std::string& agent, CaseResult result) {
        RunResult& run = run_of(agent);
        CaseResult& place = run.cases[index_.at(result.id)];
        ran_[agent].insert(result.id);
        transcripts_.give_back(place.transcript);
        place = finished(std::move(result));
        transcripts_.take(place.transcript);
        for (auto& client : clients_)
            if (client.one != nullptr && client.one->id == place.id) client.asked = true;
        if (console_.live())
            console_.status(
                progress_line(ran_[agent].size(), cases_.size(), counts_of(run), seconds(), console_.style().width));
        save_now_and_then();
    }

    std::optional<Verdict> verdict(const std::string& agent, const std::string& id) const {
        auto const ran = ran_.find(agent);
        if (ran == ran_.end() || !ran->second.contains(id)) return std::nullopt;
        return runs_.at(agent).cases[index_.at(id)].verdict;
    }

    void close_books() {
        for (auto& [agent, run] : runs_) {
            run.duration_ms = seconds() * 1000;
            std::size_t const missing = playable_.size() - ran_[agent].size();
            std::size_t const lost = run.count(Verdict::error) - missing;
            run.incomplete_because.clear();
            if (missing != 0)
                run.incomplete_because.push_back(counted(missing, "case was", "cases were") + " not asked for");
            if (lost != 0) run.incomplete_because.push_back(counted(lost, "case", "cases") + " ended in error");
            std::size_t in_part = 0;
            for (const Case* one : cases_)
                in_part += ran_[agent].contains(one->id) && server_->unplayed(agent, *one) != 0 ? 1U : 0U;
            if (in_part != 0)
                run.incomplete_because.push_back("not every script of " + counted(in_part, "case", "cases") +
                                                 " was asked for: /getCaseCount counts them");
            if (!gave_up_.empty()) run.incomplete_because.push_back(gave_up_);
            run.complete = run.incomplete_because.empty();
        }
    }

    // ---- files ----

    std::string json_path(const std::string& agent) const {
        if (runs_.size() == 1) return options_.json_file;
        auto const dot = options_.json_file.rfind('.');
        auto const slash = options_.json_file.rfind('/');
        bool const has_ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
        std::string const stem = has_ending ? options_.json_file.substr(0, dot) : options_.json_file;
        return stem + "-" + autobahn_file_part(agent) + (has_ending ? options_.json_file.substr(dot) : "");
    }

    bool save() {
        close_books();
        std::string error;
        bool good = true;
        std::vector<RunResult> all;
        for (const auto& [agent, run] : runs_) {
            if (!options_.json_file.empty()) good = write_atomically(json_path(agent), to_json(run), error) && good;
            all.push_back(run);
        }
        OutputOptions outputs = options_.outputs;
        if (!ended_) outputs.github = false;
        if (!all.empty()) good = write_outputs(all, outputs, options_.strict, error) && good;
        if (!good) std::fprintf(stderr, "wsspec: the result cannot be written: %s\n", error.c_str());
        return good;
    }

    /// Reports are kept up as results come in; writing takes a twentieth of the time at most.
    void save_now_and_then() {
        if (save_is_due_ || (options_.json_file.empty() && options_.outputs.files.empty())) return;
        save_is_due_ = true;
        auto timer = std::make_shared<boost::asio::steady_timer>(io_, next_save_);
        timer->async_wait([this, timer](boost::system::error_code error) {
            save_is_due_ = false;
            if (error) return;
            auto const before = Clock::now();
            save();
            next_save_ = Clock::now() + std::max<Clock::duration>(500ms, 20 * (Clock::now() - before));
        });
    }

    std::string status_page() const {
        std::string out =
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>wsspec serve</title>"
            "<meta name=\"viewport\" content=\"width=device-width\"></head><body><h1>wsspec serve</h1><p>" +
            counted(cases_.size(), "case", "cases") + " for WebSocket clients. A client connects to <code>" +
            html_escaped(url_) +
            "/runCase?case=N&amp;agent=NAME</code> (N from 1), or to <code>/case/ID?agent=NAME</code>, and sends every "
            "message back; <code>/getCaseCount</code> says how many there are, <code>/updateReports?agent=NAME</code> "
            "writes the reports.</p>";
        out += "<p>Being played now: " + counted(server_->running(), "case", "cases") + ".</p>";
        if (runs_.empty()) return out + "<p>No client has ended a case yet.</p></body></html>\n";
        out += "<table><tr><th>Agent</th><th>Run</th><th>Verdicts</th></tr>";
        for (const auto& [agent, run] : runs_) {
            std::string verdicts;
            for (Verdict const each : all_verdicts) {
                std::size_t count = run.count(each);
                if (each == Verdict::error) count -= playable_.size() - ran_.at(agent).size();
                if (count != 0)
                    verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", count, to_string(each));
            }
            out += "<tr><td>" + html_escaped(agent) + "</td><td>" + std::to_string(ran_.at(agent).size()) +
                   "</td><td>" + verdicts + "</td></tr>";
        }
        return out + "</table></body></html>\n";
    }

    // ---- clients that we start ----

    void start_clients() {
        bool const one_by_one = options_.spawn.find(case_url_placeholder) != std::string::npos;
        if (one_by_one) {
            DeliveryMode const mode = parse_delivery(options_.delivery).value_or(DeliveryMode{});
            for (const Case* one : cases_)
                if (has_what_it_needs(*one))
                    to_start_.insert(to_start_.end(), visits_of(*one, mode, Role::server, {}).size(), one);
            std::ranges::reverse(to_start_);  // taken from the back
            clients_.resize(std::max(1U, options_.jobs));
        } else {
            Client driver;
            driver.process =
                std::make_unique<SpawnedTarget>(replaced(options_.spawn, url_placeholder, url_), server_->port());
            if (auto const begun = driver.process->start(); !begun) {
                failure_ = begun.error();
                return io_.stop();
            }
            clients_.push_back(std::move(driver));
        }
        watch_clients();
    }

    std::string agent() const { return options_.agent.empty() ? "client" : options_.agent; }

    static std::string printed_by(const SpawnedTarget& process) {
        std::string const output = process.last_output();
        return output.empty() ? "; it printed nothing" : "; it printed: " + shown(output);
    }

    /// Of those that came and did not get what they wanted.
    std::string refused() const {
        const auto& why = server_->last_refusal();
        return why.empty() ? "" : "; the last request was refused: " + why;
    }

    /// Of clients that are started for each case: what is to be said if none of them ever came.
    void remember(Client& client) {
        if (came()) return;
        bool const runs = client.process->running();
        last_client_ = "; the last that --spawn started " +
                       (runs ? std::string("was given up at its deadline") : client.process->how_it_ended()) +
                       printed_by(*client.process);
    }

    /// It is not heard of any more: `Client::until` is put off by whatever it asks for.
    bool is_lost(Client& driver) {
        auto const patience = options_.driver_patience.value_or(std::max<std::chrono::milliseconds>(
            60s, std::chrono::milliseconds(std::lround(options_.timeout_s * 12000))));
        auto const now = Clock::now();
        bool const heard =
            driver.until == Clock::time_point() || server_->running() != 0 || server_->served() != served_;
        if (heard) driver.until = now + patience;
        served_ = server_->served();
        if (now <= driver.until) return false;
        gave_up_ = fmt::format("the client that --spawn started has asked for nothing for {} s",
                               std::chrono::ceil<std::chrono::seconds>(patience).count());
        if (runs_.empty()) failure_ = gave_up_ + refused() + printed_by(*driver.process);
        return true;
    }

    /// Somebody who was started has come for something.
    bool came() const { return !ran_.empty() || server_->served() != 0; }

    /// A client with the URL of a case about that, which has ended, or had time enough: if it never asked, that is its
    /// answer. True: nothing more is to come of it.
    bool is_through_with_url(Client& client, bool late) {
        auto const callers = server_->callers_of(*client.one);
        // What it sent just before its end is still to be read.
        constexpr unsigned looks_at_the_end = 3;
        if (!late && (callers.under_way || ++client.looks < looks_at_the_end)) return false;
        std::string how = late ? "until the deadline" : "the client " + client.process->how_it_ended();
        if (!callers.note.empty()) how = callers.note + "; " + how;
        CaseResult absence = absence_of(*client.one, how);
        absence.transcript.push_back({.note = "the client was given " + printable(server_->url_of(*client.one), 300)});
        absence.transcript.push_back({.note = absence.observed + printed_by(*client.process)});
        absences_.push_back(std::move(absence));
        file_absences();
        return true;
    }

    /// Of clients that never come for anything, nothing is learnt by that.
    void file_absences() {
        if (!came()) return;
        for (auto& absence : std::exchange(absences_, {})) take(autobahn_file_part(agent()), std::move(absence));
    }

    bool is_through(Client& client) {
        // A case that is being played has its own deadline, which volume puts off: ending its client would look like
        // the client's doing. And who has ended may have a result still to come, which the next client of the same case
        // would be taken to have given.
        bool const playing = server_->playing(autobahn_file_part(agent()), client.one->id);
        bool const late = Clock::now() > client.until && !playing;
        bool const ended = !client.process->running() && !playing;
        if (client.asked || (client.control && came())) return true;
        if (!ended && !late) return false;
        return client.control || !client.one->url || is_through_with_url(client, late);
    }

    /// Starts a client with a URL, for this case.
    bool start(Client& client, const Case& one, const std::string& url) {
        client.one = &one;
        client.process =
            std::make_unique<SpawnedTarget>(with_word(options_.spawn, case_url_placeholder, url), server_->port());
        client.until = Clock::now() + std::chrono::milliseconds(std::lround(options_.timeout_s * 1000)) + 10s;
        auto const begun = client.process->start();
        if (!begun) failure_ = begun.error();
        return begun.has_value();
    }

    std::string plain_url_of(const Case& one) const {
        return url_at(server_->port_of(one)) + "/case/" + one.id + "?agent=" + autobahn_file_part(agent());
    }

    /// A client that was slow to start, or lost, has left out a script of a case: once more, for those.
    void make_up() {
        std::string const name = autobahn_file_part(agent());
        auto const ran = ran_.find(name);
        if (ran == ran_.end() || options_.spawn.find(case_url_placeholder) == std::string::npos) return;
        for (const Case* one : playable_)
            if (ran->second.contains(one->id)) to_start_.insert(to_start_.end(), server_->unplayed(name, *one), one);
    }

    void watch_clients() {
        bool busy = !to_start_.empty();
        for (auto& client : clients_) {
            if (client.process && client.one != nullptr) {
                if (is_through(client)) {
                    remember(client);
                    client = {};
                }
            } else if (client.process && !client.process->running()) {
                if (runs_.empty())
                    failure_ = "the client that --spawn started " + client.process->how_it_ended() +
                               " and asked for no case" + refused() + printed_by(*client.process);
                client = {};
            } else if (client.process && is_lost(client)) {
                return io_.stop();
            }
            if (!client.process && !to_start_.empty()) {
                // The variants of a case have one URL: two clients on it at once could not be told apart, and the first
                // result would end both.
                auto const next = std::ranges::find_if(to_start_.rbegin(), to_start_.rend(), [&](const Case* one) {
                    return std::ranges::none_of(clients_, [&](const Client& other) { return other.one == one; });
                });
                if (next == to_start_.rend()) break;
                const Case& one = **next;
                to_start_.erase(std::next(next).base());
                if (!start(client, one, one.url ? server_->url_of(one) : plain_url_of(one))) return io_.stop();
            }
            busy = busy || client.process;
        }
        if (!busy && !absences_.empty() && !came() && !std::exchange(controlled_, true)) {
            Client& client = clients_.front();
            client.control = busy = true;
            const Case* one = find_case(absences_.front().id);
            if (!start(client, *one, url_ + "/case/" + one->id + "?agent=" + autobahn_file_part(agent())))
                return io_.stop();
        }
        if (!busy && server_->running() == 0 && !std::exchange(made_up_, true)) {
            make_up();
            busy = !to_start_.empty();
        }
        // A case that is being played has its own deadline.
        if (!busy && server_->running() == 0) return io_.stop();
        tick_.expires_after(20ms);
        tick_.async_wait([this](boost::system::error_code error) {
            if (!error) watch_clients();
        });
    }

    /// What is being played, and who asked for the end, get their answers.
    void end_soon() {
        server_->stop();
        to_start_.clear();
        end_by_ = Clock::now() + 2s;
        wait_for_end();
    }

    void wait_for_end() {
        if (!server_->busy() || Clock::now() > end_by_) return io_.stop();
        end_tick_.expires_after(10ms);
        end_tick_.async_wait([this](boost::system::error_code error) {
            if (!error) wait_for_end();
        });
    }

    // ---- the end ----

    double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

    int report() {
        ended_ = true;
        console_.clear_status();
        clients_.clear();
        if (failure_.empty()) file_absences();
        if (!failure_.empty()) {
            std::fprintf(stderr, "wsspec: %s\n", shown(failure_, 700).c_str());
            return exit_incomplete;
        }
        if (runs_.empty()) {
            std::fprintf(stderr, "wsspec: no client asked for a case%s%s\n", printable(refused(), 300).c_str(),
                         last_client_.c_str());
            return exit_incomplete;
        }
        server_->judge_run();
        if (!gave_up_.empty()) std::fprintf(stderr, "wsspec: %s\n", gave_up_.c_str());
        bool const saved = save();
        std::vector<RunResult> all;
        for (const auto& [agent, run] : runs_) {
            for (const auto& results : worse_alike(run, options_.strict)) {
                std::string text = "\n" + describe_failure(*results.front(), {}, console_.style());
                if (results.size() > 1) {
                    std::string ids = "The same in " + counted(results.size() - 1, "more case", "more cases") + ":";
                    for (std::size_t i = 1; i < results.size(); ++i) ids += " " + results[i]->id;
                    text += "  " + wrapped(ids, 2, console_.style().width) + "\n";
                }
                console_.print(text);
            }
            if (!options_.silent) console_.summary("\n" + shown(agent, 200) + "\n" + summary(run, console_.style()));
            all.push_back(run);
        }
        if (!saved) return exit_usage;
        if (options_.baseline.update) {
            if (all.size() != 1) return usage_error("--update-baseline is about one client; several came");
            return update_baseline(options_.baseline, baseline_, all.front(), options_.strict);
        }
        return exit_status(all, options_.strict);
    }

    const ServeOptions& options_;
    std::vector<const Case*> cases_;
    std::vector<const Case*> playable_;
    Baseline baseline_;
    std::string today_;
    Console console_;
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer tick_;
    boost::asio::steady_timer end_tick_;
    Clock::time_point end_by_;
    std::uint64_t seed_;
    std::unique_ptr<TestAuthority> authority_;
    std::unique_ptr<CaseServer> server_;
    std::string url_;
    Clock::time_point started_;
    Clock::time_point next_save_;
    bool save_is_due_ = false;
    bool ended_ = false;
    std::string failure_;
    std::string last_client_;  // see remember()
    std::string gave_up_;      // on a driver, and why
    std::size_t served_ = 0;   // when we last looked at it
    std::map<std::string, std::size_t, std::less<>> index_;
    std::map<std::string, RunResult> runs_;
    TranscriptBudget transcripts_;  // of all of them
    std::map<std::string, std::set<std::string>> ran_;
    std::vector<Client> clients_;
    std::vector<const Case*> to_start_;
    std::vector<CaseResult> absences_;  // not filed yet
    bool made_up_ = false;
    bool controlled_ = false;  // a client was started to see whether any comes
};

}  // namespace

int serve_command(const ServeOptions& options) {
    if (!options.tls_folder.empty() && !(options.certificate_file.empty() && options.key_file.empty()))
        return usage_error("--tls makes its own certificates: not with --cert and --key");
    if (options.certificate_file.empty() != options.key_file.empty())
        return usage_error(std::string("wss needs both --cert and --key: ") +
                           (options.key_file.empty() ? "--key" : "--cert") + " is missing");
    if (!options.agent.empty() && options.spawn.empty())
        return usage_error("--agent names the clients that --spawn starts; others say in their URL who they are");
    if (auto const few = too_few_files()) return usage_error(*few);
    if (!parse_delivery(options.delivery))
        return usage_error("--delivery \"" + printable(options.delivery, 40) + "\" is none of " +
                           std::string(delivery_names));
    auto cases = select_cases(options.selection);
    if (!cases) return usage_error(cases.error());
    if (!options.cases.empty()) cases = options.cases;
    auto baseline = read_baseline(options.baseline);
    if (!baseline) return usage_error(baseline.error());
    if (auto const unknown = unknown_ids(*baseline, {}); !unknown.empty())
        return usage_error(unknown_cases(options.baseline, unknown));
    bool const placeholder = options.spawn.find(url_placeholder) != std::string::npos ||
                             options.spawn.find(case_url_placeholder) != std::string::npos;
    if (!options.spawn.empty() && !placeholder)
        return usage_error(
            "--spawn wants {url} (a driver, which asks for the cases) or {case_url} (a client, started "
            "for each case) in its command");
    if (!options.allow_dos && std::ranges::all_of(*cases, [](const Case* one) { return one->may_hurt; }))
        return usage_error("all selected cases are skipped: each " + std::string(may_hurt_a_shared_target));
    return Serve(options, *cases, std::move(*baseline)).go();
}

}  // namespace wsspec
