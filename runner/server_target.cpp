#include "runner/server_target.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "reference/net/echo_server.h"
#include "runner/certificates.h"
#include "runner/failure.h"
#include "runner/faults.h"
#include "runner/given_fields.h"
#include "runner/spawn.h"
#include "runner/tls.h"
#include "runner/url.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::string_view loop_scheme = "loop:";
/// What the embedded target supports, unless told.
constexpr auto patience_to_start = 30s;
constexpr const char* loop_subprotocol = "wsspec.example";

}  // namespace

std::string shell_quoted(const std::string& text) {
    constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.,:/@%+=";
    if (!text.empty() && text.find_first_not_of(harmless) == std::string::npos) return text;
    std::string out = "'";
    for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string shell_arguments(const ServerOptions& options) {
    std::string out = options.url.empty() ? "" : " " + shell_quoted(options.url);
    auto const add = [&](const char* option, const std::string& value) {
        if (!value.empty()) out += std::string(" ") + option + " " + shell_quoted(value);
    };
    add("--spawn", options.spawn);
    add("--unix", options.unix_path);
    add("--connect-to", options.connect_to);
    add("--subprotocol", options.subprotocol);
    add("--origin", options.origin);
    for (const auto& line : options.headers) add("--header", line);
    add("--ca", options.ca_file);
    add("--cert", options.certificate_file);
    add("--key", options.key_file);
    if (options.insecure) out += " --insecure";
    if (options.tls) out += " --tls";
    return out;
}

class ServerTarget::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(boost::asio::any_io_executor executor, ServerOptions options, Url url,
         std::shared_ptr<boost::asio::ssl::context> tls)
        : executor_(std::move(executor)),
          options_(std::move(options)),
          url_(std::move(url)),
          tls_(std::move(tls)),
          tick_(executor_) {
        name_ = options_.url.starts_with(loop_scheme)
                    ? options_.url
                    : (url_.secure ? "wss://" : "ws://") + url_.authority + url_.resource;
    }

    /// An error is the user's.
    std::optional<std::string> embed(const Fault* fault) {
        try {
            net::EchoServerSettings settings;
            settings.subprotocols = {options_.subprotocol.empty() ? loop_subprotocol : options_.subprotocol};
            settings.unix_path = options_.unix_path;
            if (options_.tls || (fault != nullptr && fault->tls)) {
                authority_ = TestAuthority::temporary();
                auto const files = authority_->files(Tls::Certificate::good);
                settings.certificate_file = files.certificate;
                settings.key_file = files.key;
                auto made = make_tls_client({.ca_file = authority_->ca_file()});
                if (!made) return made.error();
                tls_ = *made;
                // A name, so that there is one to be sent in the TLS handshake.
                url_.secure = true;
                url_.host = "localhost";
                if (fault != nullptr && fault->tls) bend(settings, *fault->tls);
            }
            embedded_ = std::make_unique<net::EchoServer>(executor_, std::move(settings),
                                                          fault != nullptr ? fault->make : net::FilterFactory{});
        } catch (const std::exception& error) {
            return listening_failure(options_.unix_path.empty() ? "127.0.0.1" : printable(options_.unix_path, 200),
                                     error);
        }
        url_.port = std::to_string(embedded_->port());
        url_.authority = url_.host + ":" + url_.port;
        return std::nullopt;
    }

    void spawn(std::uint16_t port) { spawned_ = std::make_unique<SpawnedTarget>(options_.spawn, port); }

    /// Whoever waits for the target is not called any more.
    void stop() {
        stopped_ = true;
        tick_.cancel();
        waiting_.clear();
        embedded_.reset();
        spawned_.reset();
    }

    const std::string& name() const { return name_; }
    bool is_spawned() const { return spawned_ != nullptr; }
    std::string death() { return spawned_ && !spawned_->running() ? spawned_->how_it_ended() : std::string(); }
    pid_t pid() const { return spawned_ ? spawned_->pid() : -1; }
    unsigned starts() const { return spawned_ ? spawned_->starts() : 1; }
    unsigned restarts() const { return restarts_; }
    std::string last_output() const { return spawned_ ? spawned_->last_output() : std::string(); }

    SessionSettings session() const {
        SessionSettings out;
        out.address = address();
        out.tls = tls_.get();
        auto& values = out.player.values;
        values.resource = url_.resource;
        values.host = url_.authority;
        values.origin = options_.origin;
        values.subprotocol = options_.subprotocol;
        if (values.subprotocol.empty() && embedded_) values.subprotocol = loop_subprotocol;
        values.extra_fields = options_.headers;
        if (!options_.origin.empty()) values.extra_fields.push_back("Origin: " + options_.origin);
        return out;
    }

    void start(std::function<void(std::string)> then) {
        if (!spawned_) return then({});
        if (auto started = spawned_->start(); !started) return then(started.error());
        starting_until_ = Clock::now() + patience_to_start;
        wait_until_reachable(patience_to_start, [this, then = std::move(then)](bool reachable) {
            if (reachable) return then({});
            if (!spawned_->how_it_ended().empty()) return then(not_listening(spawned_->how_it_ended(), {}));
            look_elsewhere(then);
        });
    }

    /// A server that knows IPv6 alone, or takes "localhost" for that.
    void look_elsewhere(const std::function<void(std::string)>& then) {
        net::Address elsewhere = address();
        std::string const how =
            "runs, but for 30 s it took no connection at " +
            (elsewhere.unix_path.empty() ? elsewhere.host + ":" + elsewhere.port : elsewhere.unix_path);
        if (!elsewhere.unix_path.empty() || elsewhere.host != "127.0.0.1") return then(not_listening(how, {}));
        elsewhere.host = "::1";
        elsewhere.tls = false;
        net::async_connect(
            executor_, elsewhere, nullptr,
            [self = shared_from_this(), then, how](net::ErrorCode error, const auto& stream) {
                if (stream) stream->close();
                if (self->stopped_) return;
                then(self->not_listening(how, error ? "" : "; at [::1] it does: give the URL ws://[::1]:{port}/"));
            });
    }

    std::string not_listening(const std::string& how, const std::string& hint) const {
        std::string failure = "the target that --spawn started does not listen: it " + how + hint;
        if (auto const printed = spawned_->last_output(); !printed.empty()) failure += "; it printed: " + printed;
        return failure;
    }

    Clock::time_point starting_until() const { return starting_until_; }

    void revive(std::function<void(bool)> then) {
        waiting_.push_back(std::move(then));
        if (waiting_.size() > 1) return;
        if (!spawned_) return revived(false);
        if (!spawned_->running()) return restart_now();
        // It runs, but takes no connections: perhaps it is on its way out.
        wait_until_reachable(2s, [this](bool reachable) { reachable ? revived(true) : restart_now(); });
    }

    void restart(std::function<void(bool)> then) {
        waiting_.push_back(std::move(then));
        if (waiting_.size() > 1) return;
        if (!spawned_) return revived(false);
        restart_now();
    }

private:
    void restart_now() {
        ++restarts_;
        if (!spawned_->start()) return revived(false);
        wait_until_reachable(patience_to_start, [this](bool reachable) { revived(reachable); });
    }

    void revived(bool reachable) {
        for (auto& then : std::exchange(waiting_, {})) then(reachable);
    }

    net::Address address() const {
        net::Address out;
        out.host = url_.host;
        out.port = url_.port;
        out.tls = url_.secure;
        out.server_name = options_.server_name.empty() ? url_.host : options_.server_name;
        out.unix_path = options_.unix_path;
        if (auto const there = parse_host_and_port(options_.connect_to)) {
            out.host = there->host;
            out.port = there->port;
        }
        if (embedded_ && options_.connect_to.empty()) out.host = "127.0.0.1";
        return out;
    }

    /// Tries to connect until it succeeds, the process ends, or `patience` is over: there is no event for "listens".
    void wait_until_reachable(Clock::duration patience, std::function<void(bool)> then) {
        attempt(Clock::now() + patience, std::move(then));
    }

    void attempt(Clock::time_point until, std::function<void(bool)> then) {
        net::Address plain = address();
        plain.tls = false;
        net::async_connect(executor_, plain, nullptr,
                           [self = shared_from_this(), until, then = std::move(then)](
                               net::ErrorCode error, std::unique_ptr<net::Stream> stream) mutable {
                               if (stream) stream->close();
                               if (self->stopped_) return;
                               bool const over = !self->spawned_->running() || Clock::now() > until;
                               if (!error || over) return then(!error && self->spawned_->running());
                               self->tick_.expires_after(20ms);
                               self->tick_.async_wait([self, until, then = std::move(then)](net::ErrorCode e) mutable {
                                   if (!e && !self->stopped_) self->attempt(until, std::move(then));
                               });
                           });
    }

    boost::asio::any_io_executor executor_;
    ServerOptions options_;
    Url url_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    boost::asio::steady_timer tick_;
    std::string name_;
    std::unique_ptr<TestAuthority> authority_;
    std::unique_ptr<net::EchoServer> embedded_;
    std::unique_ptr<SpawnedTarget> spawned_;
    std::vector<std::function<void(bool)>> waiting_;
    Clock::time_point starting_until_;
    unsigned restarts_ = 0;
    bool stopped_ = false;
};

std::expected<std::unique_ptr<ServerTarget>, std::string> ServerTarget::make(boost::asio::any_io_executor executor,
                                                                             const ServerOptions& options,
                                                                             std::string_view command) {
    using std::unexpected;
    bool const loop = options.url.starts_with(loop_scheme);
    const Fault* fault = nullptr;
    if (loop && options.url.size() > loop_scheme.size()) {
        auto const name = std::string_view(options.url).substr(loop_scheme.size());
        fault = find_fault(name);
        if (fault == nullptr)
            return unexpected("\"" + printable(name, 100) +
                              "\" is no fault of the embedded target; `wsspec list --faults` shows them");
    }
    if (options.url.empty() && options.spawn.empty())
        return unexpected("a URL is missing: wsspec " + std::string(command) +
                          " ws://127.0.0.1:9001/ (or `loop:` for the embedded reference)");
    std::string text = loop ? "ws://127.0.0.1:1/" : options.url.empty() ? "ws://127.0.0.1:{port}/" : options.url;
    bool const named = !options.url.empty() || !options.unix_path.empty() || !options.connect_to.empty();
    if (!options.spawn.empty() && !named && options.spawn.find("{port}") == std::string::npos)
        return unexpected(
            "the command of --spawn has no {port}: put it where the server takes its port, or give the URL where it "
            "listens");
    std::uint16_t port = 0;
    if (!options.spawn.empty()) {
        if (auto const at = text.find("{port}"); at != std::string::npos) {
            port = free_port();
            if (port == 0) return unexpected("no free port on 127.0.0.1 for --spawn");
            text.replace(at, 6, std::to_string(port));
        }
    }
    auto const url = parse_url(text);
    if (!url) return unexpected(url.error());
    if (!options.spawn.empty() && port == 0) port = static_cast<std::uint16_t>(std::stoul(url->port));
    std::vector<std::string> subprotocols;
    if (!options.subprotocol.empty()) subprotocols.push_back(options.subprotocol);
    if (auto const wrong = wrong_in(options.headers, options.origin, subprotocols)) return unexpected(*wrong);
    if (!options.connect_to.empty()) {
        if (auto const there = parse_host_and_port(options.connect_to); !there)
            return unexpected("--connect-to " + there.error());
        if (!options.unix_path.empty()) return unexpected("--connect-to and --unix name two places: give one of them");
    }

    if (options.tls && !loop) return unexpected("--tls is for `loop:`; other targets say wss:// in their URL");
    if (!options.key_file.empty() && options.certificate_file.empty())
        return unexpected("--key belongs to a certificate: --cert is missing");
    std::shared_ptr<boost::asio::ssl::context> tls;
    if (url->secure) {
        auto made = make_tls_client({.ca_file = options.ca_file,
                                     .certificate_file = options.certificate_file,
                                     .key_file = options.key_file,
                                     .insecure = options.insecure});
        if (!made) return unexpected(made.error());
        tls = *made;
    } else if (!options.ca_file.empty() || !options.certificate_file.empty() || !options.key_file.empty() ||
               options.insecure) {
        return unexpected("--ca, --cert, --key and --insecure are for wss:// targets");
    }

    auto impl = std::make_shared<Impl>(std::move(executor), options, *url, std::move(tls));
    if (loop) {
        if (auto error = impl->embed(fault)) return unexpected(*error);
    }
    if (!options.spawn.empty()) impl->spawn(port);
    return std::unique_ptr<ServerTarget>(new ServerTarget(std::move(impl)));
}

ServerTarget::~ServerTarget() { impl_->stop(); }
const std::string& ServerTarget::url() const { return impl_->name(); }
SessionSettings ServerTarget::session() const { return impl_->session(); }
void ServerTarget::start(std::function<void(std::string failure)> then) { impl_->start(std::move(then)); }
bool ServerTarget::is_spawned() const { return impl_->is_spawned(); }
std::string ServerTarget::death() { return impl_->death(); }
std::chrono::steady_clock::time_point ServerTarget::starting_until() const { return impl_->starting_until(); }
pid_t ServerTarget::pid() const { return impl_->pid(); }
unsigned ServerTarget::starts() const { return impl_->starts(); }
unsigned ServerTarget::restarts() const { return impl_->restarts(); }
std::string ServerTarget::last_output() const { return impl_->last_output(); }
void ServerTarget::revive(std::function<void(bool)> then) { impl_->revive(std::move(then)); }
void ServerTarget::restart(std::function<void(bool)> then) { impl_->restart(std::move(then)); }

}  // namespace wsspec
