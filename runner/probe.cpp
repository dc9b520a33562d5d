#include "runner/probe.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "cases/describe.h"
#include "reference/extensions.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t probed_sizes[] = {65536, 1U << 20, 16U << 20};
/// Where a connection that ends without a word may be a limit rather than a fault.
constexpr std::uint64_t plausible_limit = 1U << 20;
/// Connections that the search for the exact limit may cost.
constexpr unsigned limit_searches = 32;

/// A target may send an octet now and then without end, and each is progress. In deadlines: what one connection of the
/// probe may take, and all of it. Large messages get the time that they need besides, at so many octets a second.
constexpr int deadlines_a_connection = 3;
constexpr int deadlines_in_all = 12;
constexpr std::uint64_t slowest_octets = 4U << 20;

const std::string filling = "wsspec: how large may a message be? ";

Case message_of(std::uint64_t size, Opcode opcode = Opcode::binary) {
    RoundTrips const trips{
        .content = {.pattern = octets(filling)}, .opcode = opcode, .size = static_cast<std::size_t>(size)};
    return {.id = "probe", .title = "Send a large message", .script = {open(), round_trips(trips)}};
}

/// What a refusal of an announced length may take, as a share of the deadline: it is for the better, not for a verdict.
constexpr int share_to_refuse = 5;

/// A guess between a size that is taken and one that is refused. Limits are round numbers: powers of two first.
std::uint64_t next_guess(std::uint64_t taken, std::uint64_t refused, unsigned searches) {
    std::uint64_t const power = std::bit_floor(refused - 1);
    if (power > taken) return power;
    if (taken + 1 < refused && std::has_single_bit(taken)) return taken + 1;
    constexpr std::uint64_t decimals[] = {10'000'000, 5'000'000, 2'000'000, 1'000'000,
                                          500'000,    100'000,   50'000,    10'000};
    if (searches < limit_searches / 2) {
        for (std::uint64_t const round : decimals) {
            if (round > taken && round < refused) return round;
            if (round == taken && taken + 1 < refused) return taken + 1;
        }
    }
    return taken + (refused - taken) / 2;
}

/// Is `answer` an echo of `sent`, even a broken one? A target that answers with something else entirely is no echo
/// server, and is not accused of being a bad one.
bool resembles(const Seen& answer, const Frame& sent) {
    if (answer.payload == sent.payload) return true;
    if (answer.payload.empty() || answer.payload.size() == sent.payload.size()) return true;
    auto const [at, ignored] = std::ranges::mismatch(answer.payload, sent.payload);
    return at - answer.payload.begin() >= 4;
}

/// Of a server that is still starting.
constexpr auto between_tries = std::chrono::milliseconds(100);

/// What helps against a certificate that OpenSSL does not take; what it has against it stands in the error.
std::string advice_on(const std::string& connect_error) {
    auto const holds = [&](std::string_view part) { return connect_error.find(part) != std::string::npos; };
    if (!holds("certificate verify failed")) return {};
    if (holds("mismatch"))
        return "; the URL has to have a name that the certificate is for, or take any with --insecure";
    if (holds("expired") || holds("not yet valid")) return "; renew it, or take any with --insecure";
    return "; trust what has signed it with --ca FILE, or take any with --insecure";
}

class Probe : public std::enable_shared_from_this<Probe> {
public:
    Probe(boost::asio::any_io_executor executor, SessionSettings base, std::function<void(ProbedProfile)> done,
          Clock::time_point starting_until)
        : executor_(executor),
          base_(std::move(base)),
          done_(std::move(done)),
          starting_until_(starting_until),
          again_(executor) {
        base_.player.profile.echoes = false;
        first_ = Case{.id = "probe",
                      .title = "Open the connection and ping",
                      .script = {open(), barrier("alive"), closing_handshake()}};
        echo_ = Case{
            .id = "probe", .title = "Send a message", .script = {open(), send(message_), expect(receives(message_))}};
        echo_of_two_ = Case{.id = "probe",
                            .title = "Send two messages",
                            .script = {open(), send(two_[0]), send(two_[1]), expect(receives({two_[0], two_[1]}))}};
        extensions_ = Case{
            .id = "probe",
            .title = "Offer permessage-deflate",
            .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")),
                       expect({opens(), anything()})}};
    }

    void start() {
        ends_ = Clock::now() + deadlines_in_all * base_.deadline;
        play(first_, base_, [this](const SessionResult& result) { on_first(result); });
    }

private:
    void play(const Case& one, SessionSettings settings, std::function<void(const SessionResult&)> then,
              std::uint64_t size = 0) {
        auto const most =
            deadlines_a_connection * settings.deadline + std::chrono::milliseconds(2 * size * 1000 / slowest_octets);
        settings.at_most = std::clamp(left(), std::chrono::milliseconds(1), most);
        async_play(executor_, one, one.script, settings,
                   [self = shared_from_this(), then = std::move(then)](SessionResult result) { then(result); });
    }

    std::chrono::milliseconds left() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(ends_ - Clock::now());
    }

    void on_first(const SessionResult& result) {
        if (!result.connect_error.empty()) {
            found_.failure = "no connection: " + result.connect_error;
            found_.failure += advice_on(result.connect_error);
            return done_(std::move(found_));
        }
        found_.reachable = true;
        if (!result.opening || result.opening->answer != Opening::Answer::opened) {
            bool const refused = result.opening && result.opening->answer == Opening::Answer::refused;
            // RFC 9110 section 15.6: the server knows that it is the one who has erred, or cannot.
            bool const server_error = refused && result.opening->status / 100 == 5;
            if (server_error && Clock::now() < starting_until_) {
                again_.expires_after(between_tries);
                return again_.async_wait([self = shared_from_this()](boost::system::error_code) { self->start(); });
            }
            found_.failure = "the target does not open a WebSocket connection: it answers with " + result.answer;
            if (server_error) {
                found_.failure += " (an error of its own: what does its log say?)";
            } else if (refused) {
                found_.failure += " (is the path right? does it ask for --origin, --header or --subprotocol?)";
            }
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
        // The rest is independent of each other; but small messages at the same time show best whose answer is whose.
        pending_ = 3;
        SessionSettings const with_echo = echoing();
        play(echo_, with_echo, [this](const SessionResult& r) { on_echo(r); });
        play(echo_of_two_, with_echo, [this](const SessionResult& r) { on_echo_of_two(r); });
        play(extensions_, base_, [this](const SessionResult& r) { on_extensions(r); });
    }

    SessionSettings echoing() const {
        SessionSettings settings = base_;
        settings.player.profile.echoes = true;
        settings.player.profile.greetings = found_.greetings;
        return settings;
    }

    void try_sizes(Opcode opcode) {
        type_ = opcode;
        sizes_.clear();
        for (std::uint64_t const size : probed_sizes) sizes_.push_back(message_of(size, type_));
        pending_ = sizes_.size() + 1;
        // Whether the limit, which is a round number with many, lies right there: to announce more costs nobody
        // anything.
        constexpr std::uint64_t largest = std::ranges::max(probed_sizes);
        announced_ = Case{.id = "probe",
                          .title = "Announce a larger message",
                          .script = {open(), send(Frame{.opcode = type_}.claiming(largest + 1)), await("a refusal")}};
        SessionSettings soon = echoing();
        soon.deadline = std::max(soon.deadline / share_to_refuse, std::chrono::milliseconds(1000));
        play(announced_, soon, [this](const SessionResult& result) {
            refuses_announced_ = std::ranges::any_of(
                result.seen, [](const Seen& event) { return event.kind == Seen::Kind::close && event.code == 1009; });
            size_is_known();
        });
        for (std::size_t i = 0; i < sizes_.size(); ++i)
            play(
                sizes_[i], echoing(), [this, i](const SessionResult& r) { on_size(r, probed_sizes[i]); },
                probed_sizes[i]);
    }

    /// The messages that are no greetings.
    std::vector<const Seen*> answers(const SessionResult& result, std::span<const Frame> sent) const {
        std::vector<const Seen*> out;
        std::uint64_t greetings = 0;
        for (const auto& event : result.seen) {
            if (event.kind != Seen::Kind::message) continue;
            bool const ours = std::ranges::any_of(sent, [&](const Frame& f) { return f.payload == event.payload; });
            if (ours || greetings++ >= found_.greetings) out.push_back(&event);
        }
        return out;
    }

    void on_echo(const SessionResult& result) {
        look_for_foreign_data(result, {&message_, 1});
        auto const came = answers(result, {&message_, 1});
        if (!came.empty()) {
            const Seen& first = *came.front();
            answered_ = true;
            found_.echoes = resembles(first, message_);
            found_.echo_detail =
                first.payload == message_.payload && first.opcode == message_.opcode
                    ? ""
                    : "\"" + printable(as_text(message_.payload)) + "\" was answered with " + describe(first);
            return finished_one();
        }
        found_.echo_detail = "no message came back";
        // Ended by the target in the middle of a plain message: that is for the cases to say.
        bool const greeted = result.seen.end() != std::ranges::find(result.seen, Seen::Kind::message, &Seen::kind);
        // More came than was sent: that is an answer, too.
        bool const flooded = result.seen.end() != std::ranges::find(result.seen, Seen::Kind::flood, &Seen::kind);
        if (flooded) {
            found_.echoes = true;
            found_.echo_detail = "more came back than was sent: " + describe(result.seen);
        }
        bool const broke = std::ranges::any_of(result.seen, [](const Seen& event) {
            return event.kind == Seen::Kind::violation || event.kind == Seen::Kind::close ||
                   event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset;
        });
        if (broke && !flooded && !greeted && found_.greetings == 0) {
            found_.echoes = true;
            found_.echo_detail = "the connection ended before a message came back: " + describe(result.seen);
        }
        finished_one();
    }

    void on_echo_of_two(const SessionResult& result) {
        look_for_foreign_data(result, two_);
        for (const Seen* event : answers(result, two_)) {
            late_answer_ = describe(*event);
            break;
        }
        finished_one();
    }

    /// A target that sends nothing back for one message but something for two does echo, in a wrong way: were it taken
    /// for one that does not, the cases that show so would be skipped. The same goes for what belongs to others.
    void decide_on_echo() {
        if (!answered_ && !found_.echoes && !late_answer_.empty()) {
            found_.echoes = true;
            found_.echo_detail = "no message came back for one, only behind a second: " + late_answer_;
        }
        if (!found_.foreign_data.empty()) found_.echoes = true;
    }

    /// Every connection of the probe sends messages of its own.
    void look_for_foreign_data(const SessionResult& result, std::span<const Frame> sent) {
        for (const auto& event : result.seen) {
            if (event.kind != Seen::Kind::message || !found_.foreign_data.empty()) continue;
            auto const is = [&](const Frame& frame) { return frame.payload == event.payload; };
            bool const known =
                is(message_) || std::ranges::any_of(two_, is) || as_text(event.payload).starts_with(filling);
            if (known && std::ranges::none_of(sent, is))
                found_.foreign_data = "sends to one connection what another has sent: " + describe(event);
        }
    }

    void on_extensions(const SessionResult& result) {
        look_for_foreign_data(result, {});
        auto const head = parse_response_head(result.response_head);
        if (head && head->status == 101) {
            if (auto const list = parse_extensions(head->fields.all("Sec-WebSocket-Extensions")))
                for (const auto& extension : *list) found_.extensions.push_back(to_string({extension}));
        }
        finished_one();
    }

    void on_size(const SessionResult& result, std::uint64_t size) {
        learn_size(result, size);
        bool const refused = std::ranges::any_of(
            result.seen, [](const Seen& event) { return event.kind == Seen::Kind::close && event.code == 1003; });
        refused_type_ = refused_type_ || refused;
        size_is_known();
    }

    void size_is_known() {
        if (--pending_ != 0) return;
        constexpr std::uint64_t largest = std::ranges::max(probed_sizes);
        if (refuses_announced_ && !found_.refused_size && found_.message_limit == largest)
            found_.refused_size = largest + 1;
        bool const text_alone = type_ == Opcode::binary && refused_type_ && found_.message_limit == 0;
        if (!text_alone) return search_limit();
        // 7.4.1: it may. What it refuses text for is another matter.
        found_.takes_text_alone = true;
        found_.refused_size.reset();
        try_sizes(Opcode::text);
    }

    void learn_size(const SessionResult& result, std::uint64_t size) {
        if (result.figures && result.figures->messages == 1) {
            found_.message_limit = std::max(found_.message_limit, size);
            return;
        }
        for (const auto& event : result.seen) {
            // The target's own word (1009) makes a limit; a failure at a size may be a fault.
            bool const says_so = event.kind == Seen::Kind::close && event.code == 1009;
            bool const drops = size > plausible_limit && event.kind == Seen::Kind::close;
            bool const ends =
                size > plausible_limit && (event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset);
            if (says_so || drops || ends) found_.refused_size = std::min(found_.refused_size.value_or(size), size);
        }
    }

    void finished_one() {
        if (--pending_ != 0) return;
        decide_on_echo();
        try_sizes(Opcode::binary);
    }

    /// Where exactly the target's limit lies, if one of the sizes was above it.
    void search_limit() {
        auto const refused = found_.refused_size;
        bool const known = !refused || *refused <= found_.message_limit + 1;
        bool const too_late = left() < base_.deadline;
        if (known || !found_.echoes || searches_ == limit_searches || too_late) return done_(std::move(found_));
        std::uint64_t const guess = next_guess(found_.message_limit, *refused, searches_++);
        guess_ = message_of(guess, type_);
        play(
            guess_, echoing(),
            [this, guess](const SessionResult& result) {
                auto const before = std::pair(found_.message_limit, found_.refused_size);
                learn_size(result, guess);
                // Neither taken nor refused: a fault, for the cases to find.
                if (before == std::pair(found_.message_limit, found_.refused_size)) searches_ = limit_searches;
                search_limit();
            },
            guess);
    }

    boost::asio::any_io_executor executor_;
    SessionSettings base_;
    std::function<void(ProbedProfile)> done_;
    Clock::time_point starting_until_;
    boost::asio::steady_timer again_;
    Clock::time_point ends_;
    Frame message_ = text("wsspec: do you echo?");
    std::array<Frame, 2> two_ = {text("wsspec: and do you echo the first of two?"), text("wsspec: and the second?")};
    bool answered_ = false;
    std::string late_answer_;
    Case first_;
    Case echo_;
    Case echo_of_two_;
    Case extensions_;
    std::vector<Case> sizes_;
    Case announced_;
    bool refuses_announced_ = false;
    Opcode type_ = Opcode::binary;  // of the messages in them
    bool refused_type_ = false;
    Case guess_;
    unsigned searches_ = 0;
    std::size_t pending_ = 0;
    ProbedProfile found_;
};

}  // namespace

void async_probe(boost::asio::any_io_executor executor, SessionSettings base, std::function<void(ProbedProfile)> done,
                 Clock::time_point starting_until) {
    std::make_shared<Probe>(std::move(executor), std::move(base), std::move(done), starting_until)->start();
}

TargetProfile target_profile(const ProbedProfile& probed) {
    TargetProfile profile;
    profile.echoes = probed.echoes;
    profile.greetings = probed.greetings;
    profile.proven_message = std::max<std::uint64_t>(probed.message_limit, 125);
    profile.may_take_text_alone = probed.takes_text_alone;
    return profile;
}

}  // namespace wsspec
