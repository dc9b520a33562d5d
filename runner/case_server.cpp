#include "runner/case_server.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "reference/net/closing.h"
#include "reference/net/handshake_reader.h"
#include "reference/net/listener.h"
#include "reports/autobahn.h"
#include "runner/case_result.h"
#include "runner/direct_commands.h"
#include "runner/failure.h"
#include "runner/key_ledger.h"
#include "runner/serve_url.h"
#include "runner/visitor.h"

namespace wsspec {

namespace {

using namespace std::chrono_literals;

constexpr auto closing_patience = 5s;

std::string http(std::string_view status, std::string_view type, const std::string& body) {
    return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

/// A connection on which we say one thing at most, close without a code, and wait until the client has closed, too.
class Answering : public std::enable_shared_from_this<Answering> {
public:
    /// `token` is held as long as there is something to say.
    Answering(boost::asio::any_io_executor executor, std::shared_ptr<net::Stream> stream, std::shared_ptr<int> token)
        : executor_(executor),
          stream_(std::move(stream)),
          token_(std::move(token)),
          deadline_(executor),
          endpoint_(Role::server) {}

    void start(const std::string& key, const std::optional<std::string>& message, Octets behind) {
        input_ = std::move(behind);
        output_ = octets(build_acceptance(key));
        if (message) append(output_, wire(text(*message), Role::server));
        append(output_, wire(close_frame(), Role::server));
        deadline_.expires_after(closing_patience);
        deadline_.async_wait([self = shared_from_this()](net::ErrorCode error) {
            if (!error) self->stream_->close();
        });
        stream_->async_write(output_, [self = shared_from_this()](net::ErrorCode error) {
            if (error) return self->end();
            self->take(self->input_);
        });
    }

private:
    void take(std::span<Octet> received) {
        while (!received.empty()) {
            received = received.subspan(endpoint_.receive(received));
            for (const auto& event : endpoint_.take_events())
                if (event.kind == EndpointEvent::Kind::close) return end();
            endpoint_.take_output();
            if (endpoint_.close_expected()) return end();
        }
        input_.resize(4096);
        stream_->async_read(input_, [self = shared_from_this()](net::ErrorCode error, std::size_t size) {
            if (error) return self->end();
            self->take(std::span(self->input_).first(size));
        });
    }

    void end() {
        deadline_.cancel();
        net::async_end(executor_, stream_, {.patience = 2s}, nullptr, [self = shared_from_this()](bool) {});
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<net::Stream> stream_;
    std::shared_ptr<int> token_;
    boost::asio::steady_timer deadline_;
    Endpoint endpoint_;
    Octets input_;
    Octets output_;
};

}  // namespace

class CaseServer::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(boost::asio::any_io_executor executor, CaseServerSettings settings)
        : executor_(std::move(executor)),
          settings_(std::move(settings)),
          tls_(net::server_context(settings_.certificate_file, settings_.key_file)),
          listener_(executor_, {.host = settings_.host, .port = settings_.port},
                    [this](net::Socket socket) { accepted(std::move(socket), Secure::as_configured); }) {
        settings_.session.player.profile.role = Role::client;
        // Nobody has asked it.
        settings_.session.player.profile.may_take_text_alone = true;
        settings_.session.player.compressed = std::make_shared<CompressedMessages>();
        for (const Case* one : settings_.cases) {
            auto const& visits = visits_[one] = visits_of(*one, settings_.session.player.delivery, Role::server, {});
            for (std::size_t i = 1; i < visits.size(); ++i) further_.push_back({.one = one, .turn = i});
        }
    }

    void start() {
        listener_.start();
        for (const Case* one : settings_.cases) {
            if (own_ports_.contains(one)) continue;
            if (one->url) listen_for_url(*one);
            if (wants_strange_tls(*one) && settings_.authority != nullptr) listen_strangely(*one);
        }
        if (!settings_.page_port) return;
        try {
            page_listener_ = std::make_unique<net::Listener>(
                executor_, net::ListenAddress{.host = settings_.host, .port = *settings_.page_port},
                [this](net::Socket socket) { accepted(std::move(socket), Secure::never); });
            page_listener_->start();
        } catch (const std::exception& error) {
            page_error_ = reason_of(error);
        }
    }
    void stop() {
        listener_.stop();
        for (auto& [one, place] : own_ports_) place->listener.stop();
        if (page_listener_) page_listener_->stop();
    }
    void judge_run() { keys_.judge(settings_.on_result); }
    std::uint16_t port() const { return listener_.port(); }
    std::uint16_t port_of(const Case& one) const {
        auto const found = own_ports_.find(&one);
        return found == own_ports_.end() ? port() : found->second->listener.port();
    }
    std::string url_of(const Case& one) const { return url_at(*one.url, place_of(one)); }
    Callers callers_of(const Case& one) const {
        const OwnPort& place = *own_ports_.at(&one);
        return {.under_way = place.visitors != 0 || playing(settings_.own_port_agent, one.id), .note = place.note};
    }
    std::uint16_t page_port() const { return page_listener_ ? page_listener_->port() : std::uint16_t{0}; }
    const std::string& page_error() const { return page_error_; }
    std::size_t running() const { return running_.size(); }
    bool playing(const std::string& agent, const std::string& id) const { return running_.contains({agent, id}); }
    std::size_t served() const { return served_; }
    const std::string& last_refusal() const { return last_refusal_; }
    bool busy() const { return !running_.empty() || token_.use_count() > 1; }
    std::size_t unplayed(const std::string& agent, const Case& one) const {
        std::size_t const all = visits_to(one).size();
        if (all == 1) return 0;
        auto const found = connections_.find({agent, one.id});
        return all - (found == connections_.end() ? 0 : found->second.size());
    }

private:
    using VisitorPtr = std::shared_ptr<Visitor>;
    enum class Secure { as_configured, never };

    void accepted(net::Socket socket, Secure secure) {
        async_visit(executor_, std::move(socket), secure == Secure::never ? nullptr : tls_.get(),
                    [self = shared_from_this()](const VisitorPtr& visitor, net::ReadHead read) {
                        if (read.error)
                            return self->refuse(visitor, "431 Request Header Fields Too Large",
                                                "the request is too long\n");
                        self->route(visitor, std::move(read));
                    });
    }

    /// Where one case alone is to be had: with the certificate and the version of TLS, or by the URL, that it is about.
    struct OwnPort {
        OwnPort(const boost::asio::any_io_executor& executor, const std::string& host,
                std::unique_ptr<boost::asio::ssl::context> context, std::function<void(net::Socket)> accepted)
            : tls(std::move(context)), listener(executor, {.host = host, .port = 0}, std::move(accepted)) {}
        std::unique_ptr<boost::asio::ssl::context> tls;  // none: in clear
        net::Listener listener;
        std::size_t visitors = 0;  // who have not said yet what they want
        std::string note = {};     // Callers::note
    };

    void listen_for_url(const Case& one) {
        auto place = std::make_unique<OwnPort>(
            executor_, settings_.host, net::server_context(settings_.certificate_file, settings_.key_file),
            [this, &one](net::Socket socket) {
                OwnPort& own = *own_ports_.at(&one);
                ++own.visitors;
                async_visit(
                    executor_, std::move(socket), own.tls.get(),
                    [self = shared_from_this(), &one](const VisitorPtr& visitor, net::ReadHead read) {
                        --self->own_ports_.at(&one)->visitors;
                        if (read.error) return self->leaves(one, {.came = std::move(read.head)});
                        self->play(visitor, self->settings_.own_port_agent, one, std::nullopt, std::move(read));
                    },
                    [self = shared_from_this(), &one](const NoRequest& how) {
                        --self->own_ports_.at(&one)->visitors;
                        self->leaves(one, how);
                    },
                    settings_.session.deadline);
            });
        place->listener.start();
        own_ports_.emplace(&one, std::move(place));
    }

    /// Somebody came to the port of a case about a URL, and there is no request to be judged.
    void leaves(const Case& one, const NoRequest& how) {
        // RFC 8446 section 5.1: a handshake record, and the major version.
        bool const tls = how.came.starts_with("\x16\x03");
        if (how.no_tls && net::is_clear_text(how.why)) {
            // Of what makes a URL a secure one, section 3 speaks.
            bool const scheme = std::ranges::find(one.covers, "R6455-3-2") != one.covers.end();
            return accuse(one, scheme ? "" : "R6455-4.1-11", "sends no TLS, and its URL says wss");
        }
        if (tls) return accuse(one, "", "begins with TLS, and its URL says ws");
        if (!how.came.empty()) return accuse(one, "", "sends a request without an end: " + printable(how.came, 100));
        // Who must not ask may find that out once TCP stands; and who has asked may keep a second connection ready.
        bool const asked = playing(settings_.own_port_agent, one.id) ||
                           settings_.verdict(settings_.own_port_agent, one.id).has_value();
        if (how.late && one.url->stays_away != Grade::pass && !asked)
            return accuse(one, "R6455-4.1-14", "connects, and sends no opening handshake");
        own_ports_.at(&one)->note = how.no_tls ? "the TLS handshake failed: " + how.why.message()
                                               : std::string("it connected and sent nothing");
    }

    /// Under the first of its requirements, if none is named.
    void accuse(const Case& one, std::string_view requirement, std::string what) {
        CaseResult result{.id = one.id, .expected = describe(*one.url), .observed = what};
        result.transcript.push_back({.note = "the client was given " + printable(url_of(one), 300)});
        result.transcript.push_back({.note = "it " + what});
        result.attempts = 1;
        if (requirement.empty()) requirement = one.covers.front();
        add_finding(result, {.grade = Grade::fail, .requirement = std::string(requirement), .what = std::move(what)});
        settings_.on_result(settings_.own_port_agent, std::move(result));
    }

    UrlPlace place_of(const Case& one) const {
        return {.tls = tls_ != nullptr, .host = settings_.url_host, .port = port_of(one)};
    }

    void listen_strangely(const Case& one) {
        auto const& tls = std::get<Open>(one.script.front().action).tls;
        auto const files = settings_.authority->files(tls.certificate);
        auto place = std::make_unique<OwnPort>(
            executor_, settings_.host, net::server_context(files.certificate, files.key, tls.version, tls.version),
            [this, &one](net::Socket socket) {
                async_visit(
                    executor_, std::move(socket), own_ports_.at(&one)->tls.get(),
                    [self = shared_from_this()](const VisitorPtr& visitor, net::ReadHead read) {
                        if (!read.error) self->route(visitor, std::move(read));
                    },
                    [self = shared_from_this(), &one](const NoRequest& how) {
                        if (how.no_tls) self->refused_tls(one, how.why);
                    });
            });
        place->listener.start();
        own_ports_.emplace(&one, std::move(place));
    }

    /// As the case may want it: there is no connection to play it on.
    void refused_tls(const Case& one, net::ErrorCode why) {
        PlayerSettings settings = settings_.session.player;
        settings.profile.role = Role::client;
        Player player(one, one.script, settings);
        player.no_tls();
        for (int i = 0; i < 10 && player.next().what != Player::Action::What::finished; ++i) continue;
        SessionResult result;
        result.played = player.result();
        result.transcript.push_back({.note = "the TLS handshake fails: " + why.message()});
        agents_.insert(settings_.own_port_agent);
        Run run;
        run.agent = settings_.own_port_agent;
        run.one = &one;
        running_.insert({run.agent, one.id});
        played(run, std::move(result));
    }

    void refuse(const VisitorPtr& visitor, std::string_view status, const std::string& why) {
        last_refusal_ = why.substr(0, why.find('\n'));
        write(visitor, http(status, "text/plain; charset=utf-8", why));
    }

    void write(const VisitorPtr& visitor, std::string response) {
        visitor->response = std::move(response);
        visitor->stream->async_write(
            as_octets(visitor->response), [self = shared_from_this(), visitor](net::ErrorCode error) {
                if (error) return;
                net::async_end(self->executor_, visitor->stream, {.patience = 2s}, nullptr, [visitor](bool) {});
            });
    }

    void route(const VisitorPtr& visitor, net::ReadHead read) {
        auto const request = check_request(read.head);
        // A client that forgets a field of its opening handshake is one that came to be tested, too.
        if (!request.head.fields.has_token("Upgrade", "websocket") &&
            request.head.fields.count("Sec-WebSocket-Key") == 0) {
            bool const page = request.head.method == "GET" && request.head.target == "/";
            if (page) return write(visitor, http("200 OK", "text/html; charset=utf-8", settings_.status_page()));
            return refuse(visitor, request.head.method.empty() ? "400 Bad Request" : "404 Not Found",
                          "wsspec tests WebSocket clients here; the page for people is /\n");
        }
        auto const call = parse_serve_call(request.head.target);
        if (!call) return refuse(visitor, "404 Not Found", call.error() + "\n");
        using What = ServeCall::What;
        if (call->what == What::run_case && !is_spared(*call)) return run_case(visitor, *call, std::move(read));
        if (request.must_be_refused()) {
            last_refusal_ = printable(request.defects.front().what, 200);
            return write(visitor, build_refusal(request));
        }
        auto const answer = [&](const std::optional<std::string>& message) {
            ++served_;
            std::make_shared<Answering>(executor_, visitor->stream, token_)
                ->start(request.key, message, std::move(read.behind));
        };
        switch (call->what) {
            case What::case_count:
                return answer(std::to_string(settings_.cases.size() + further_.size()));
            case What::case_info: {
                const Case* one = find(visitor, *call).one;
                if (one == nullptr) return;
                return answer(nlohmann::json{{"id", one->id}, {"description", one->title}}.dump());
            }
            case What::case_status: {
                const Case* one = find(visitor, *call).one;
                if (one == nullptr) return;
                // Held back while the case is being played.
                if (running_.contains({call->agent, one->id})) {
                    ++served_;
                    waiting_.emplace(
                        std::pair{call->agent, one->id},
                        [answer = std::make_shared<Answering>(executor_, visitor->stream, token_), key = request.key,
                         behind = std::move(read.behind)](const std::string& message) mutable {
                            answer->start(key, message, std::move(behind));
                        });
                    return;
                }
                return answer(status_of(call->agent, one->id));
            }
            case What::update_reports:
                settings_.on_update_reports();
                answer(std::nullopt);
                if (call->shutdown_on_complete) settings_.on_stop();
                return;
            case What::stop_server:
                answer(std::nullopt);
                return settings_.on_stop();
            case What::run_case:
                return answer(std::nullopt);
            case What::commands:
                ++served_;
                return async_obey(executor_, visitor->stream, request.key, std::move(read.behind), token_);
        }
    }

    bool is_spared(const ServeCall& call) const {
        const Case* one = selected(call).one;
        if (one == nullptr) return false;
        return one->url || (settings_.excluded && settings_.excluded(call.agent, one->id));
    }

    struct Selected {
        const Case* one = nullptr;
        std::optional<std::size_t> turn = {};  ///< By number: which of its connections, from 0.
    };

    Selected selected(const ServeCall& call) const {
        const auto& cases = settings_.cases;
        if (!call.number) {
            auto const found = std::ranges::find(cases, call.id, &Case::id);
            return {.one = found == cases.end() ? nullptr : *found};
        }
        std::size_t const at = *call.number - 1;
        if (at < cases.size()) return {.one = cases[at], .turn = 0};
        return at - cases.size() < further_.size() ? further_[at - cases.size()] : Selected{};
    }

    std::string status_of(const std::string& agent, const std::string& id) const {
        auto const verdict = settings_.verdict(agent, id);
        return nlohmann::json{{"behavior", verdict ? autobahn_behavior(*verdict) : "MISSING"}}.dump();
    }

    /// The case that was asked for; none if there is none, and the client has been told.
    Selected find(const VisitorPtr& visitor, const ServeCall& call) {
        Selected const found = selected(call);
        if (found.one == nullptr && call.number)
            refuse(visitor, "404 Not Found",
                   "there is no case " + std::to_string(*call.number) + ": the last one is " +
                       std::to_string(settings_.cases.size() + further_.size()) + "\n");
        if (found.one == nullptr && !call.number)
            refuse(visitor, "404 Not Found",
                   "the case " + printable(call.id, 40) + " is not selected, or does not exist\n");
        return found;
    }

    void run_case(const VisitorPtr& visitor, const ServeCall& call, net::ReadHead read) {
        auto const [one, wanted] = find(visitor, call);
        if (one == nullptr) return;
        if (!agents_.contains(call.agent) && agents_.size() >= settings_.most_agents)
            return refuse(visitor, "503 Service Unavailable", "too many agents have come already\n");
        play(visitor, call.agent, *one, wanted, std::move(read));
    }

    void play(const VisitorPtr& visitor, const std::string& agent, const Case& one, std::optional<std::size_t> wanted,
              net::ReadHead read) {
        agents_.insert(agent);
        ++served_;
        if (settings_.on_case) settings_.on_case(agent, one.id, visitor->peer);
        auto run = std::make_shared<Run>();
        run->agent = agent;
        run->one = &one;
        running_.insert({agent, one.id});
        auto const& visits = visits_to(one);
        SessionSettings session = settings_.session;
        session.player.request = std::move(read.head);
        session.player.seed ^= std::hash<std::string>{}(one.id);
        session.player.tls = visitor->stream->tls();
        if (const auto* first = first_request(agent, one, session.player)) {
            session.player.known_defects = *first;
            session.player.knows_first_request = true;
        }
        if (one.url) session.player.authority = authority_at(*one.url, place_of(one));
        if (!one.url && !settings_.url_host.empty())
            session.player.authority = settings_.url_host + ":" + std::to_string(port_of(one));
        // A connection is one script, or one place to cut it. A number says which; asked for by its id, a case plays
        // them in turn.
        run->turn = wanted ? *wanted : turns_[{agent, one.id}]++ % visits.size();
        const Visit& visit = visits[run->turn];
        const Script& script = visit.script == 0 ? one.script : one.variants[visit.script - 1];
        session.player.cut = run->cut = visit.cut;
        session.player.delivery_seed =
            session.player.delivery.seed ^ stable_hash(one.id) ^ (visit.script * 0x9e3779b97f4a7c15U);
        async_play(executor_, one, script, Accepted{visitor->stream, std::move(read.behind)}, std::move(session),
                   [self = shared_from_this(), run](SessionResult result) { self->played(*run, std::move(result)); });
    }

    /// The defects of the first opening handshake of this client; nothing if this is it, or if the case gives it a URL
    /// of its own.
    const std::vector<Defect>* first_request(const std::string& agent, const Case& one, const PlayerSettings& player) {
        if (one.url) return nullptr;
        auto const known = first_defects_.find(agent);
        if (known != first_defects_.end()) return &known->second;
        auto const authority =
            settings_.url_host.empty() ? "" : settings_.url_host + ":" + std::to_string(port_of(one));
        first_defects_[agent] =
            client_defects(check_request(player.request), {.authority = authority, .tls = player.tls.has_value()});
        return nullptr;
    }

    struct Run {
        std::string agent;
        const Case* one = nullptr;
        std::size_t turn = 0;
        std::optional<Cut> cut = {};
    };

    const std::vector<Visit>& visits_to(const Case& one) const { return visits_.at(&one); }

    void played(const Run& run, SessionResult session) {
        CaseResult result = result_of(*run.one, session);
        result = keys_.take(run.agent, *run.one, session, std::move(result));
        result.attempts = 1;
        if (run.one->url)
            result.transcript.insert(result.transcript.begin(),
                                     {.note = "the client was given " + printable(url_of(*run.one), 300)});
        const auto& mode = settings_.session.player.delivery;
        bool const ours = mode.how != DeliveryMode::How::as_written && result.verdict != Verdict::pass;
        if (ours) result.delivery = run.cut ? describe(*run.cut) : describe(mode);
        std::pair const key{run.agent, run.one->id};
        running_.erase(running_.find(key));
        if (visits_to(*run.one).size() > 1) {
            // Of each connection the last word counts, of all the worst.
            auto& connections = connections_[key];
            connections.insert_or_assign(run.turn, std::move(result));
            const CaseResult* worst = &connections.begin()->second;
            for (const auto& [turn, each] : connections)
                if (is_worse(each.verdict, worst->verdict)) worst = &each;
            result = *worst;
        }
        settings_.on_result(run.agent, std::move(result));
        if (running_.contains(key)) return;
        auto const [first, last] = waiting_.equal_range(key);
        std::string const status = status_of(run.agent, run.one->id);
        for (auto each = first; each != last; ++each) each->second(status);
        waiting_.erase(first, last);
    }

    using Key = std::pair<std::string, std::string>;  // agent, id

    boost::asio::any_io_executor executor_;
    CaseServerSettings settings_;
    std::unique_ptr<boost::asio::ssl::context> tls_;
    net::Listener listener_;
    std::unique_ptr<net::Listener> page_listener_;
    std::string page_error_;
    std::size_t served_ = 0;
    std::string last_refusal_;
    KeyLedger keys_;
    std::shared_ptr<int> token_ = std::make_shared<int>();
    std::vector<Selected> further_;  // the scripts that come behind the first one of a case
    std::set<std::string> agents_;
    std::multiset<Key> running_;
    std::map<Key, std::size_t> turns_;
    std::map<std::string, std::vector<Defect>> first_defects_;      // by agent
    std::map<Key, std::map<std::size_t, CaseResult>> connections_;  // of cases with more than one
    std::map<const Case*, std::vector<Visit>> visits_;
    std::map<const Case*, std::unique_ptr<OwnPort>> own_ports_;
    std::multimap<Key, std::function<void(const std::string&)>> waiting_;
};

bool wants_strange_tls(const Case& one) {
    const auto* open = one.script.empty() ? nullptr : std::get_if<Open>(&one.script.front().action);
    if (open == nullptr || one.target != Target::client) return false;
    return open->tls.certificate != Tls::Certificate::good || open->tls.version != TlsVersion::any;
}

bool has_own_port(const Case& one) { return one.url || wants_strange_tls(one); }

bool wants_known_url(const Case& one) {
    return one.target == Target::client && std::ranges::find(one.covers, "R9112-3.2-2") != one.covers.end();
}

CaseServer::CaseServer(boost::asio::any_io_executor executor, CaseServerSettings settings)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(settings))) {
    impl_->start();
}

CaseServer::~CaseServer() { impl_->stop(); }

std::uint16_t CaseServer::port() const { return impl_->port(); }
std::uint16_t CaseServer::port_of(const Case& one) const { return impl_->port_of(one); }
std::string CaseServer::url_of(const Case& one) const { return impl_->url_of(one); }
CaseServer::Callers CaseServer::callers_of(const Case& one) const { return impl_->callers_of(one); }
std::uint16_t CaseServer::page_port() const { return impl_->page_port(); }
const std::string& CaseServer::page_error() const { return impl_->page_error(); }
std::size_t CaseServer::running() const { return impl_->running(); }
bool CaseServer::playing(const std::string& agent, const std::string& id) const { return impl_->playing(agent, id); }
std::size_t CaseServer::served() const { return impl_->served(); }
const std::string& CaseServer::last_refusal() const { return impl_->last_refusal(); }
bool CaseServer::busy() const { return impl_->busy(); }
std::size_t CaseServer::unplayed(const std::string& agent, const Case& one) const {
    return impl_->unplayed(agent, one);
}
void CaseServer::judge_run() { impl_->judge_run(); }
void CaseServer::stop() { impl_->stop(); }

}  // namespace wsspec
