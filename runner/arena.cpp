#include "runner/arena.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "reference/http.h"
#include "reference/net/listener.h"
#include "runner/spawn.h"
#include "runner/visitor.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

class ServerArena final : public Arena {
public:
    ServerArena(boost::asio::any_io_executor executor, ServerTarget& target, ServerOptions options)
        : executor_(std::move(executor)), target_(target), options_(std::move(options)) {}

    Role target() const override { return Role::server; }
    std::string name() const override { return target_.url(); }
    std::string arguments() const override { return shell_arguments(options_); }

    void play(const Case& one, const Script& script, SessionSettings settings,
              std::function<void(ArenaResult)> done) override {
        async_play(executor_, one, script, std::move(settings),
                   [done = std::move(done)](SessionResult result) { done({.session = std::move(result)}); });
    }

    bool can_restart() const override { return target_.is_spawned(); }
    std::string death() override { return target_.death(); }
    std::string last_output() const override { return target_.last_output(); }
    unsigned restarts() const override { return target_.restarts(); }
    void revive(std::function<void(bool)> then) override { target_.revive(std::move(then)); }
    void restart(std::function<void(bool)> then) override { target_.restart(std::move(then)); }

private:
    boost::asio::any_io_executor executor_;
    ServerTarget& target_;
    ServerOptions options_;
};

constexpr std::string_view url_placeholder = "{url}";
constexpr std::string_view path_prefix = "/fuzz/";
/// A client that was started has this long to connect: some bring a virtual machine along.
constexpr auto patience_to_connect = 15s;
/// And this long to end when its connection has; then it is ended.
constexpr auto patience_to_exit = 1s;
constexpr auto look_again = 10ms;

class ClientArena final : public Arena, public std::enable_shared_from_this<ClientArena> {
public:
    ClientArena(boost::asio::any_io_executor executor, ClientOptions options,
                std::function<void(const std::string&)> request)
        : executor_(std::move(executor)),
          options_(std::move(options)),
          request_(std::move(request)),
          tls_(net::server_context(options_.certificate_file, options_.key_file)),
          listener_(executor_,
                    {.host = options_.host, .port = options_.spawn.empty() ? options_.port : std::uint16_t{0}},
                    [this](net::Socket socket) { accepted(std::move(socket)); }) {
        url_ = std::string(tls_ ? "wss" : "ws") + "://" +
               (options_.host.find(':') == std::string::npos ? options_.host : "[" + options_.host + "]") + ":" +
               std::to_string(listener_.port());
    }

    void start() { listener_.start(); }
    void stop() {
        stopped_ = true;
        listener_.stop();
        plays_.clear();
        arrived_.clear();
    }

    Role target() const override { return Role::client; }
    std::string name() const override { return options_.spawn.empty() ? "clients of " + url_ : options_.spawn; }
    std::string arguments() const override {
        std::string out = " --client";
        if (!options_.spawn.empty()) return out + " --spawn " + shell_quoted(options_.spawn);
        return out + " --host " + shell_quoted(options_.host) + " --port " + std::to_string(options_.port);
    }

    void play(const Case& one, const Script& script, SessionSettings settings,
              std::function<void(ArenaResult)> done) override {
        std::uint64_t const id = ++ids_;
        auto& play = plays_[id];
        play = std::make_shared<Play>(executor_);
        play->id = id;
        play->one = &one;
        play->script = &script;
        play->settings = std::move(settings);
        play->done = std::move(done);
        play->until = Clock::now() + patience_to_connect;
        if (options_.spawn.empty()) {
            if (arrived_.empty()) return;  // the next one that comes
            auto next = std::move(arrived_.front());
            arrived_.pop_front();
            return begin(play, std::move(next.first), std::move(next.second));
        }
        std::string command = options_.spawn;
        std::string const url = url_ + std::string(path_prefix) + std::to_string(id);
        for (auto at = command.find(url_placeholder); at != std::string::npos;
             at = command.find(url_placeholder, at + url.size()))
            command.replace(at, url_placeholder.size(), url);
        play->process = std::make_unique<SpawnedTarget>(command, listener_.port());
        if (auto const begun = play->process->start(); !begun) {
            play->result.session.connect_error = begun.error();
            return boost::asio::post(executor_, [self = shared_from_this(), play] { self->finish(play); });
        }
        watch(play);
    }

private:
    struct Play {
        explicit Play(const boost::asio::any_io_executor& executor) : tick(executor) {}
        std::uint64_t id = 0;
        const Case* one = nullptr;
        const Script* script = nullptr;
        SessionSettings settings = {};
        std::function<void(ArenaResult)> done = {};
        std::unique_ptr<SpawnedTarget> process = {};
        boost::asio::steady_timer tick;
        Clock::time_point until = {};
        enum class State { awaited, playing, played } state = State::awaited;
        ArenaResult result = {};
    };
    using PlayPtr = std::shared_ptr<Play>;
    using VisitorPtr = std::shared_ptr<Visitor>;

    void accepted(net::Socket socket) {
        async_visit(executor_, std::move(socket), tls_.get(),
                    [self = shared_from_this()](const VisitorPtr& visitor, net::ReadHead read) {
                        self->visited(visitor, std::move(read));
                    });
    }

    void visited(const VisitorPtr& visitor, net::ReadHead read) {
        if (stopped_ || read.error) return visitor->stream->close();
        request_(read.head);
        if (options_.spawn.empty()) {
            auto const waiting = std::ranges::find_if(
                plays_, [](const auto& each) { return each.second->state == Play::State::awaited; });
            if (waiting != plays_.end()) return begin(waiting->second, visitor, std::move(read));
            constexpr std::size_t most_waiting = 1000;
            if (arrived_.size() < most_waiting) return arrived_.emplace_back(visitor, std::move(read)), void();
            return visitor->stream->close();
        }
        auto const head = parse_request_head(read.head);
        std::uint64_t id = 0;
        if (head.target.starts_with(path_prefix)) {
            auto const digits = std::string_view(head.target).substr(path_prefix.size());
            std::from_chars(digits.data(), digits.data() + digits.size(), id);
        }
        auto const play = plays_.find(id);
        // Who connects a second time gets nothing more.
        if (play == plays_.end() || play->second->state != Play::State::awaited) return visitor->stream->close();
        begin(play->second, visitor, std::move(read));
    }

    void begin(const PlayPtr& play, const VisitorPtr& visitor, net::ReadHead read) {
        play->state = Play::State::playing;
        play->settings.player.request = std::move(read.head);
        async_play(executor_, *play->one, *play->script, Accepted{visitor->stream, std::move(read.behind)},
                   play->settings, [self = shared_from_this(), play](SessionResult result) {
                       play->state = Play::State::played;
                       play->result.session = std::move(result);
                       play->until = Clock::now() + patience_to_exit;
                       if (!play->process) self->finish(play);
                   });
    }

    /// There is no event for the end of a process that runs in a shell.
    void watch(const PlayPtr& play) {
        if (stopped_) return;
        bool const running = play->process->running();
        bool const late = Clock::now() > play->until;
        if (play->state == Play::State::awaited && (!running || late)) {
            play->result.session.connect_error =
                running ? "the client does not connect"
                        : "the client did not connect: it " + play->process->how_it_ended();
            play->state = Play::State::played;
        }
        if (play->state == Play::State::played && (!running || late)) return finish(play);
        play->tick.expires_after(look_again);
        play->tick.async_wait([self = shared_from_this(), play](net::ErrorCode error) {
            if (!error) self->watch(play);
        });
    }

    void finish(const PlayPtr& play) {
        plays_.erase(play->id);
        if (play->process) {
            if (play->process->crashed()) play->result.death = play->process->how_it_ended();
            play->result.last_output = play->process->last_output();
            play->process.reset();
        }
        if (!stopped_) play->done(std::move(play->result));
    }

    boost::asio::any_io_executor executor_;
    ClientOptions options_;
    std::function<void(const std::string&)> request_;
    std::unique_ptr<boost::asio::ssl::context> tls_;
    net::Listener listener_;
    std::string url_;
    std::uint64_t ids_ = 0;
    std::map<std::uint64_t, PlayPtr> plays_;
    std::deque<std::pair<VisitorPtr, net::ReadHead>> arrived_;
    bool stopped_ = false;
};

/// Whoever holds it holds the listener; what is under way may outlive it.
class ClientArenaHandle final : public Arena {
public:
    explicit ClientArenaHandle(std::shared_ptr<ClientArena> arena) : arena_(std::move(arena)) { arena_->start(); }
    ~ClientArenaHandle() override { arena_->stop(); }

    Role target() const override { return arena_->target(); }
    std::string name() const override { return arena_->name(); }
    std::string arguments() const override { return arena_->arguments(); }
    void play(const Case& one, const Script& script, SessionSettings settings,
              std::function<void(ArenaResult)> done) override {
        arena_->play(one, script, std::move(settings), std::move(done));
    }

private:
    std::shared_ptr<ClientArena> arena_;
};

}  // namespace

std::unique_ptr<Arena> server_arena(boost::asio::any_io_executor executor, ServerTarget& target,
                                    ServerOptions options) {
    return std::make_unique<ServerArena>(std::move(executor), target, std::move(options));
}

std::unique_ptr<Arena> client_arena(boost::asio::any_io_executor executor, ClientOptions options,
                                    std::function<void(const std::string& head)> request) {
    return std::make_unique<ClientArenaHandle>(
        std::make_shared<ClientArena>(std::move(executor), std::move(options), std::move(request)));
}

}  // namespace wsspec
