#include "runner/learn.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cases/describe.h"
#include "runner/failure.h"
#include "runner/probe.h"

namespace wsspec {

namespace {

using namespace std::chrono_literals;

constexpr auto usual_deadline = 3000ms;
constexpr auto client_deadline = 5000ms;

std::chrono::milliseconds in_ms(double seconds) { return std::chrono::milliseconds(std::lround(seconds * 1000)); }

}  // namespace

std::expected<std::unique_ptr<LearntTarget>, std::string> LearntTarget::make(boost::asio::any_io_executor executor,
                                                                             Options options,
                                                                             std::string_view command) {
    std::unique_ptr<LearntTarget> out(new LearntTarget(executor, std::move(options)));
    if (out->options_.client) {
        if (!out->options_.server.url.empty())
            return std::unexpected("clients connect to us: there is no URL to give with --client");
        auto const& clients = out->options_.clients;
        if (clients.certificate_file.empty() != clients.key_file.empty())
            return std::unexpected(std::string("wss needs both --cert and --key: ") +
                                   (clients.key_file.empty() ? "--key" : "--cert") + " is missing");
        try {
            out->arena_ = client_arena(executor, out->options_.clients, [target = out.get()](const std::string& head) {
                if (target->request_.empty()) target->request_ = head;
            });
        } catch (const std::exception& error) {
            return std::unexpected(listening_failure(
                printable(out->options_.clients.host, 100) + ":" + std::to_string(out->options_.clients.port), error));
        }
        return out;
    }
    auto made = ServerTarget::make(executor, out->options_.server, command);
    if (!made) return std::unexpected(made.error());
    out->server_ = std::move(*made);
    out->arena_ = server_arena(executor, *out->server_, out->options_.server);
    return out;
}

void LearntTarget::learn(std::function<void(const Learnt&)> then) {
    then_ = std::move(then);
    learnt_.session.player.compressed = std::make_shared<CompressedMessages>();
    if (options_.client) return ask_client();
    server_->start([this](std::string failure) {
        if (failure.empty()) return probe();
        learnt_.probed.failure = std::move(failure);
        then_(learnt_);
    });
}

void LearntTarget::probe() {
    learnt_.session = server_->session();
    learnt_.session.deadline = options_.timeout_s > 0 ? in_ms(options_.timeout_s) : usual_deadline;
    auto const learnt = [this](ProbedProfile found) {
        auto& session = learnt_.session;
        session.player.profile = target_profile(found);
        session.player.message_limit = found.message_limit;
        session.player.known_defects = found.handshake_defects;
        if (options_.timeout_s <= 0)
            session.deadline = std::max<std::chrono::milliseconds>(usual_deadline, in_ms(found.round_trip_ms / 20));
        learnt_.deflate = std::ranges::any_of(
            found.extensions, [](const std::string& one) { return one.starts_with("permessage-deflate"); });
        learnt_.probed = std::move(found);
        then_(learnt_);
    };
    async_probe(executor_, learnt_.session, learnt, server_->starting_until());
}

void LearntTarget::ask_client() {
    auto& session = learnt_.session;
    session.deadline = options_.timeout_s > 0 ? in_ms(options_.timeout_s) : client_deadline;
    session.player.profile.role = Role::client;
    session.player.profile.echoes = false;
    session.player.forecast_alone = true;
    session.player.patience_to_end = 1.0 / 3;
    Frame const message = text("wsspec: do you echo?");
    asked_ = Case{.id = "probe", .title = "Send a message", .covers = {"R6455-5.4-2"}};
    // A client that does not send messages back is given the time to.
    asked_.script = {open(), send(message), barrier("alive"), await("an echo")};
    arena_->play(asked_, asked_.script, session, [this, message](ArenaResult result) {
        auto& probed = learnt_.probed;
        if (!result.session.connect_error.empty()) {
            probed.failure = result.session.connect_error;
            if (!result.last_output.empty()) probed.failure += "; it printed: " + result.last_output;
            return then_(learnt_);
        }
        probed.reachable = probed.upgrades = true;
        probed.echoes = std::ranges::any_of(result.session.seen, [&](const Seen& event) {
            return event.kind == Seen::Kind::message && event.payload == message.payload;
        });
        probed.echo_detail = probed.echoes ? "" : "no message came back";
        if (result.session.first_pong)
            probed.round_trip_ms = static_cast<double>(result.session.first_pong->count()) / 1000.0;
        auto const request = check_request(request_);
        if (auto const agent = request.head.fields.first("User-Agent")) probed.agent = *agent;
        for (const auto& offer : request.extensions) {
            probed.extensions.push_back(to_string({offer}));
            learnt_.deflate = learnt_.deflate || offer.name == permessage_deflate;
        }
        learnt_.session.player.profile.echoes = probed.echoes;
        then_(learnt_);
    });
}

}  // namespace wsspec
