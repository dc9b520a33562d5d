#include "runner/probe.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "cases/describe.h"
#include "reference/extensions.h"

namespace wsspec {

namespace {

constexpr std::size_t probed_sizes[] = {65536, 1U << 20};

/// Is `answer` an echo of `sent`, even a broken one? A target that answers with something else entirely is no echo
/// server, and is not accused of being a bad one.
bool resembles(const Seen& answer, const Frame& sent) {
    if (answer.payload == sent.payload) return true;
    if (answer.payload.empty() || answer.payload.size() == sent.payload.size()) return true;
    auto const [at, ignored] = std::ranges::mismatch(answer.payload, sent.payload);
    return at - answer.payload.begin() >= 4;
}

class Probe : public std::enable_shared_from_this<Probe> {
public:
    Probe(boost::asio::any_io_executor executor, SessionSettings base, std::function<void(ProbedProfile)> done)
        : executor_(executor), base_(std::move(base)), done_(std::move(done)) {
        base_.player.profile.echoes = false;
        first_ = Case{.id = "probe",
                      .title = "Open the connection and ping",
                      .script = {open(), barrier("alive"), closing_handshake()}};
        echo_ = Case{
            .id = "probe", .title = "Send a message", .script = {open(), send(message_), expect(receives(message_))}};
        extensions_ = Case{
            .id = "probe",
            .title = "Offer permessage-deflate",
            .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")),
                       expect({opens(), anything()})}};
        for (std::size_t const size : probed_sizes) {
            Frame const large = binary(pattern("wsspec: how large may a message be? ", size));
            sizes_.push_back(Case{.id = "probe",
                                  .title = "Send a large message",
                                  .script = {open(), send(large), expect(receives(large))}});
        }
    }

    void start() {
        play(first_, base_, [this](const SessionResult& result) { on_first(result); });
    }

private:
    void play(const Case& one, const SessionSettings& settings, std::function<void(const SessionResult&)> then) {
        async_play(executor_, one, one.script, settings,
                   [self = shared_from_this(), then = std::move(then)](SessionResult result) { then(result); });
    }

    void on_first(const SessionResult& result) {
        if (!result.connect_error.empty()) {
            found_.failure = "no connection: " + result.connect_error;
            if (result.connect_error.find("certificate verify failed") != std::string::npos)
                found_.failure += "; trust it with --ca FILE, or take any with --insecure";
            return done_(std::move(found_));
        }
        found_.reachable = true;
        if (!result.opening || result.opening->answer != Opening::Answer::opened) {
            found_.failure = "the target does not open a WebSocket connection: it answers with " +
                             (result.opening ? describe(*result.opening) : std::string("nothing"));
            if (result.opening && result.opening->answer == Opening::Answer::refused)
                found_.failure += " (is the path right? does it ask for --origin, --header or --subprotocol?)";
            return done_(std::move(found_));
        }
        found_.upgrades = true;
        found_.handshake_defects = result.opening->defects;
        if (auto const head = parse_response_head(result.response_head))
            found_.agent = head->fields.first("Server").value_or("");
        if (result.first_pong) found_.round_trip_ms = static_cast<double>(result.first_pong->count()) / 1000.0;
        for (const auto& event : result.seen) {
            if (event.kind == Seen::Kind::pong) break;
            if (event.kind == Seen::Kind::message) ++found_.greetings;
        }
        // The rest is independent of each other.
        pending_ = 2 + sizes_.size();
        SessionSettings with_echo = base_;
        with_echo.player.profile.echoes = true;
        with_echo.player.profile.greetings = found_.greetings;
        play(echo_, with_echo, [this](const SessionResult& r) { on_echo(r); });
        play(extensions_, base_, [this](const SessionResult& r) { on_extensions(r); });
        for (std::size_t i = 0; i < sizes_.size(); ++i)
            play(sizes_[i], with_echo, [this, i](const SessionResult& r) { on_size(r, probed_sizes[i]); });
    }

    void on_echo(const SessionResult& result) {
        std::size_t greetings = 0;
        found_.echo_detail = "no message came back";
        for (const auto& event : result.seen) {
            if (event.kind != Seen::Kind::message) continue;
            if (event.payload == message_.payload || greetings >= found_.greetings) {
                found_.echoes = resembles(event, message_);
                found_.echo_detail =
                    event.payload == message_.payload && event.opcode == message_.opcode
                        ? ""
                        : "\"" + printable(as_text(message_.payload)) + "\" was answered with " + describe(event);
                break;
            }
            ++greetings;
        }
        // Ended by the target in the middle of a plain message: that is for the cases to say.
        bool const broke = std::ranges::any_of(result.seen, [](const Seen& event) {
            return event.kind == Seen::Kind::violation || event.kind == Seen::Kind::close ||
                   event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset;
        });
        if (!found_.echoes && broke && greetings == found_.greetings &&
            std::ranges::none_of(result.seen, [](const Seen& e) { return e.kind == Seen::Kind::message; })) {
            found_.echoes = true;
            found_.echo_detail = "the connection ended before a message came back: " + describe(result.seen);
        }
        finished_one();
    }

    void on_extensions(const SessionResult& result) {
        auto const head = parse_response_head(result.response_head);
        if (head && head->status == 101) {
            if (auto const list = parse_extensions(head->fields.all("Sec-WebSocket-Extensions")))
                for (const auto& extension : *list) found_.extensions.push_back(to_string({extension}));
        }
        finished_one();
    }

    void on_size(const SessionResult& result, std::size_t size) {
        for (const auto& event : result.seen) {
            if (event.kind == Seen::Kind::message && event.payload.size() == size)
                found_.message_limit = std::max<std::uint64_t>(found_.message_limit, size);
            // Only the target's own word (1009) makes a limit; a failure at a size may be a fault.
            if (event.kind == Seen::Kind::close && event.code == 1009)
                found_.refused_size = std::min<std::uint64_t>(found_.refused_size.value_or(size), size);
        }
        finished_one();
    }

    void finished_one() {
        if (--pending_ == 0) done_(std::move(found_));
    }

    boost::asio::any_io_executor executor_;
    SessionSettings base_;
    std::function<void(ProbedProfile)> done_;
    Frame message_ = text("wsspec: do you echo?");
    Case first_;
    Case echo_;
    Case extensions_;
    std::vector<Case> sizes_;
    std::size_t pending_ = 0;
    ProbedProfile found_;
};

}  // namespace

void async_probe(boost::asio::any_io_executor executor, SessionSettings base, std::function<void(ProbedProfile)> done) {
    std::make_shared<Probe>(std::move(executor), std::move(base), std::move(done))->start();
}

TargetProfile target_profile(const ProbedProfile& probed) {
    TargetProfile profile;
    profile.echoes = probed.echoes;
    profile.greetings = probed.greetings;
    profile.proven_message = std::max<std::uint64_t>(probed.message_limit, 125);
    return profile;
}

}  // namespace wsspec
