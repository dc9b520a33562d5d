// The player against the reference, both sans I/O: no socket, no clock.
#include "runner/player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "cases/describe.h"
#include "reference/endpoint.h"

namespace wsspec {
namespace {

using What = Player::Action::What;

/// The reference echo server without a socket.
class Target {
public:
    void receive(Octets octets) {
        if (refused_ || ended_) return;
        if (!endpoint_) {
            head_.append(as_text(octets));
            auto const size = head_size(head_);
            if (!size) {
                if (head_.size() > header_limit)
                    refuse("HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n");
                return;
            }
            auto const request = check_request(std::string_view(head_).substr(0, *size));
            if (!request.must_be_accepted()) return refuse(build_refusal(request));
            std::string subprotocol;
            if (std::ranges::find(request.subprotocols, "wsspec.example") != request.subprotocols.end())
                subprotocol = "wsspec.example";
            append(output_, wsspec::octets(build_acceptance(request.key, subprotocol)));
            endpoint_.emplace(Role::server);
            octets = wsspec::octets(std::string_view(head_).substr(*size));
        }
        std::span<Octet> rest = octets;
        while (!rest.empty()) {
            rest = rest.subspan(endpoint_->receive(rest));
            for (const auto& event : endpoint_->take_events())
                if (event.kind == EndpointEvent::Kind::message) endpoint_->send_message(event.opcode, event.payload);
            append(output_, endpoint_->take_output());
        }
    }
    void receive_eof() { ended_ = true; }
    Octets take_output() { return std::exchange(output_, {}); }
    bool has_output() const { return !output_.empty(); }
    bool ends() const { return ended_ || refused_ || (endpoint_ && endpoint_->close_expected()); }

private:
    static constexpr std::size_t header_limit = 64U << 10;
    void refuse(const std::string& response) {
        append(output_, octets(response));
        refused_ = true;
    }

    std::string head_;
    std::optional<Endpoint> endpoint_;
    Octets output_;
    bool refused_ = false;
    bool ended_ = false;
};

struct Break {
    std::size_t after = SIZE_MAX;  ///< Actions and reads until the connection ends.
    Seen::Kind how = Seen::Kind::end_of_stream;
    std::size_t piece = SIZE_MAX;  ///< Octets a read.
};

struct Ended {
    Played played;
    std::size_t operations = 0;
    bool broken = false;    ///< The break came before the end.
    bool finished = false;  ///< In a bounded number of calls.
};

Ended play(const Case& one, const Script& script, Break cut = {}) {
    PlayerSettings settings;
    settings.values.host = "127.0.0.1:9001";
    settings.values.subprotocol = "wsspec.example";
    settings.values.origin = "http://127.0.0.1:9001";
    settings.seed = 6455;
    settings.profile.proven_message = 1U << 20;
    Player player(one, script, settings);
    Target target;
    Ended out;
    bool reading = true;
    bool over = false;
    std::deque<Octets> arriving;
    auto const operation = [&] {
        if (out.operations++ < cut.after || over) return;
        out.broken = true;
        over = true;
        player.ended(cut.how);
    };
    auto const arrive = [&] {
        Octets const output = target.take_output();
        for (std::size_t at = 0; at < output.size(); at += std::min(cut.piece, output.size() - at)) {
            auto const size = static_cast<std::ptrdiff_t>(std::min(cut.piece, output.size() - at));
            auto const begin = output.begin() + static_cast<std::ptrdiff_t>(at);
            arriving.emplace_back(begin, begin + size);
        }
    };
    unsigned idle = 0;
    for (std::size_t calls = 0; calls < 1'000'000; ++calls) {
        auto const action = player.next();
        if (action.what == What::finished) {
            out.finished = true;
            break;
        }
        if (action.what != What::wait) {
            idle = 0;
            if (over) continue;
            operation();
            if (over) continue;
            switch (action.what) {
                case What::write:
                    target.receive(action.octets);
                    break;
                case What::half_close:
                    target.receive_eof();
                    break;
                case What::stop_reading:
                    reading = false;
                    break;
                case What::resume_reading:
                    reading = true;
                    break;
                case What::abort:
                    over = true;
                    break;
                default:
                    break;
            }
            arrive();
            continue;
        }
        if (!over && reading && !arriving.empty()) {
            idle = 0;
            operation();
            if (over) continue;
            Octets piece = std::move(arriving.front());
            arriving.pop_front();
            player.received(piece);
            continue;
        }
        if (!over && reading && target.ends()) {
            over = true;
            player.ended(Seen::Kind::end_of_stream);
            continue;
        }
        // Nothing will come: the clock runs.
        ++idle;
        if (action.patience != 0) {
            player.patience_over();
        } else if (!over) {
            over = true;
            player.ended(Seen::Kind::deadline);
        }
        if (idle > 20) break;
    }
    if (out.finished) out.played = player.result();
    return out;
}

std::string words(const Played& played) {
    std::string out = played.error + " expected: " + played.expected + "; observed: " + played.observed;
    for (const auto& finding : played.findings) out += "; " + finding.requirement + " " + finding.what;
    return out;
}

struct Variant {
    const Case* one;
    const Script* script;
};

template <class Kind>
bool has_step(const Script& script) {
    return std::ranges::any_of(script, [](const Step& step) { return std::holds_alternative<Kind>(step.action); });
}

/// Octets without end are made while they are sent: too many to look at one by one.
bool streams(const Script& script) {
    return has_step<Flood>(script) || std::ranges::any_of(script, [](const Step& step) {
               const auto* open = std::get_if<Open>(&step.action);
               return open != nullptr && open->handshake.filler.count != 0;
           });
}

std::vector<Variant> everything() {
    std::vector<Variant> out;
    for (const auto& group : catalogue()) {
        for (const auto& one : group.cases) {
            // What is below is not the player's, and neither are further connections.
            if (one.target == wsspec::Target::client || includes(one.needs, Need::tls)) continue;
            if (has_step<Crowd>(one.script)) continue;
            out.push_back({&one, &one.script});
            for (const auto& variant : one.variants) out.push_back({&one, &variant});
        }
    }
    return out;
}

/// A script of thousands of frames has as many points at which something can happen, and they are much alike.
std::size_t frames_of(const Script& script) {
    std::size_t frames = 0;
    for (const auto& step : script)
        if (const auto* send = std::get_if<Send>(&step.action)) frames += send->frames.size();
    return frames;
}

TEST(Player, LetsTheReferencePassEveryCase) {
    auto const all = everything();
    ASSERT_GE(all.size(), 500U);
    for (const auto& [one, script] : all) {
        auto const ended = play(*one, *script);
        ASSERT_TRUE(ended.finished) << one->id;
        EXPECT_TRUE(ended.played.error.empty()) << one->id << ": " << ended.played.error;
        EXPECT_LE(ended.played.grade, Grade::informational) << one->id << ": " << words(ended.played);
        EXPECT_FALSE(ended.played.inconclusive) << one->id;
    }
}

TEST(Player, LetsItPassOctetByOctet) {
    for (const auto& [one, script] : everything()) {
        if (largest_message(*script) > 5000 || frames_of(*script) > 300 || streams(*script)) continue;
        auto const ended = play(*one, *script, {.piece = 1});
        ASSERT_TRUE(ended.finished) << one->id;
        EXPECT_LE(ended.played.grade, Grade::informational) << one->id << ": " << words(ended.played);
    }
}

/// A sample of each kind of script, for what is done for every operation of it.
std::vector<Variant> sample() {
    std::vector<Variant> out;
    std::string group;
    unsigned of_group = 0;
    for (const auto& variant : everything()) {
        if (group_of(variant.one->id) != group) {
            group = group_of(variant.one->id);
            of_group = 0;
        }
        bool const is_small =
            largest_message(*variant.script) < 5000 && frames_of(*variant.script) <= 30 && !streams(*variant.script);
        if (++of_group % 19 == 1 && is_small) out.push_back(variant);
    }
    return out;
}

TEST(Player, SurvivesTheEndOfTheConnectionAtEveryPoint) {
    auto const scripts = sample();
    ASSERT_GE(scripts.size(), 50U);
    for (const auto& [one, script] : scripts) {
        for (auto const how : {Seen::Kind::end_of_stream, Seen::Kind::reset, Seen::Kind::deadline}) {
            for (std::size_t const piece : {SIZE_MAX, std::size_t{16}}) {
                // Every point of the opening handshake and what follows; of long scripts, every fifth beyond.
                for (std::size_t n = 0;; n += n < 60 ? 1 : 5) {
                    auto const ended = play(*one, *script, {.after = n, .how = how, .piece = piece});
                    ASSERT_TRUE(ended.finished) << one->id << " after " << n;
                    if (!ended.broken) break;
                    ASSERT_LT(n, 5000U) << one->id << " has no end";
                    if (n == 0 && how == Seen::Kind::deadline) {
                        EXPECT_TRUE(!ended.played.error.empty() || ended.played.grade != Grade::pass)
                            << one->id << ": silence from the start passes: " << words(ended.played);
                    }
                }
            }
        }
    }
}

PlayerSettings settings_of(std::uint64_t seed = 0) {
    PlayerSettings settings;
    settings.values.host = "127.0.0.1:9001";
    settings.seed = seed;
    return settings;
}

Case simple(Script script) {
    return {.id = "0.1", .title = "a script of this test", .covers = {"R6455-5.2-4"}, .script = std::move(script)};
}

TEST(Player, SaysWhyAScriptCannotBePlayed) {
    auto const one = simple({open(Handshake{}.drop("Host")), send(text("t")), expect(receives(text("t")))});
    auto const ended = play(one, one.script);
    EXPECT_NE(ended.played.error.find("the opening handshake did not succeed"), std::string::npos)
        << ended.played.error;
}

TEST(Player, FailsWhatTheReferenceDoesOtherwise) {
    struct Row {
        const char* name;
        Script script;
    };
    for (const auto& row : std::vector<Row>{
             {"a close that never comes", {open(), send(text("t")), expect(fails(1002))}},
             {"another echo", {open(), send(text("t")), expect(receives(text("u")))}},
             {"an acceptance that never comes", {open(Handshake{}.drop("Host")), expect(opens())}},
             {"a refusal that never comes", {open(), expect(refuses(400))}},
             {"silence", {open(), expect(receives(text("t")))}},
         }) {
        auto const one = simple(row.script);
        auto const ended = play(one, one.script);
        ASSERT_TRUE(ended.finished) << row.name;
        EXPECT_EQ(ended.played.grade, Grade::fail) << row.name << ": " << words(ended.played);
        EXPECT_FALSE(ended.played.findings.empty()) << row.name;
        for (const auto& finding : ended.played.findings) EXPECT_FALSE(finding.requirement.empty()) << finding.what;
        EXPECT_FALSE(ended.played.expected.empty()) << row.name;
    }
}

TEST(Player, ClosesPolitelyAndDoesNotJudgeThat) {
    auto const one = simple({open(), send(text("t")), expect(receives(text("t")))});
    Player player(one, one.script, settings_of());
    Octets written;
    Target target;
    bool closed = false;
    for (int i = 0; i < 100; ++i) {
        auto const action = player.next();
        if (action.what == What::finished) break;
        if (action.what == What::write) {
            closed = action.note.find("closing") != std::string::npos;
            target.receive(action.octets);
            continue;
        }
        if (closed) {
            player.ended(Seen::Kind::reset);  // rude, but the script is through
            continue;
        }
        Octets output = target.take_output();
        player.received(output);
    }
    EXPECT_TRUE(closed);
    EXPECT_EQ(player.next().what, What::finished);
    EXPECT_EQ(player.result().grade, Grade::pass) << words(player.result());
}

TEST(Player, PutsNothingInsideAFrame) {
    // A ping of the target in mid-frame gets no pong there.
    auto const one = simple(
        {open(), send(text("Hello").claiming(10)), await("half"), send_octets(octets("World")), expect(anything())});
    Player player(one, one.script, settings_of());
    Target target;
    bool half = false;
    for (int i = 0; i < 20 && !half; ++i) {
        auto const action = player.next();
        if (action.what == What::write) target.receive(action.octets);
        if (action.what == What::wait && target.has_output()) {
            Octets output = target.take_output();
            player.received(output);
        } else if (action.what == What::wait) {
            half = true;
        }
    }
    ASSERT_TRUE(half);
    Octets unasked = wire(ping("now?"), Role::server);
    player.received(unasked);
    EXPECT_EQ(player.next().what, What::wait);
    player.patience_over();
    auto const action = player.next();
    EXPECT_EQ(action.what, What::write);
    EXPECT_EQ(action.octets, octets("World"));
}

TEST(Player, RepeatsItselfBySeedOnly) {
    auto const one = simple({open(), send({text("a"), text("b")}), expect(receives({text("a"), text("b")}))});
    auto const frames = [&](std::uint64_t seed) {
        Player player(one, one.script, settings_of(seed));
        Target target;
        target.receive(player.next().octets);
        Octets output = target.take_output();
        player.received(output);
        return player.next().octets;
    };
    EXPECT_EQ(frames(1), frames(1));
    EXPECT_NE(frames(1), frames(2));
}

TEST(Player, CutsAsItIsTold) {
    struct Row {
        const char* name;
        Delivery delivery;
        DeliveryMode forced;
        std::vector<std::size_t> pieces;
    };
    std::vector<Frame> const frames = {text("abc"), ping()};  // 9 and 6 octets
    for (const auto& row : std::vector<Row>{{"together", {}, {}, {15}},
                                            {"per frame", per_frame(), {}, {9, 6}},
                                            {"chopped", chopped(4), {}, {4, 4, 4, 3}},
                                            {"chopped larger than all", chopped(100), {}, {15}},
                                            {"cut", cut_at({1, 14}), {}, {1, 13, 1}},
                                            {"cut outside", cut_at({0, 99}), {}, {15}},
                                            {"forced", chopped(4), {.how = DeliveryMode::How::per_frame}, {9, 6}}}) {
        auto const one = simple({open(), send(frames, row.delivery), expect(receives({text("abc"), pong("")}))});
        PlayerSettings settings = settings_of();
        settings.delivery = row.forced;
        Player player(one, one.script, settings);
        Target target;
        bool opened = false;
        std::vector<std::size_t> pieces;
        for (int i = 0; i < 20; ++i) {
            auto const action = player.next();
            if (action.what == What::write && opened) {
                pieces.push_back(action.octets.size());
                EXPECT_EQ(action.cut, pieces.size() < row.pieces.size()) << row.name;
                continue;
            }
            if (action.what == What::write) target.receive(action.octets);
            if (action.what != What::wait) continue;
            if (opened) break;
            Octets output = target.take_output();
            player.received(output);
            opened = true;
        }
        EXPECT_EQ(pieces, row.pieces) << row.name;
    }
}

TEST(Player, IsBoundedByWhateverComes) {
    auto const one = simple({open(), send(text("t")), expect(receives(text("t")))});
    struct Row {
        const char* name;
        std::string head;
        Octets again;
    };
    auto const response = build_acceptance("dGhlIHNhbXBsZSBub25jZQ==");
    for (const auto& row :
         std::vector<Row>{{"a head without end", "HTTP/1.1 101 Switching Protocols\r\n", octets("X-Filler: y\r\n")},
                          {"interim responses without end", "", octets("HTTP/1.1 100 Continue\r\n\r\n")},
                          {"pings", response, wire(ping("?"), Role::server)},
                          {"messages", response, wire(text("?"), Role::server)},
                          {"nothing but zeros", "", Octets(1000, Octet{0})},
                          {"nothing but line ends", "", octets("\r\n\r\n\r\n")}}) {
        Player player(one, one.script, settings_of());
        Octets head = octets(row.head);
        for (int i = 0; i < 10; ++i) player.next();
        if (!head.empty()) player.received(head);
        bool finished = false;
        for (int i = 0; i < 300'000 && !finished; ++i) {
            Octets again = row.again;
            player.received(again);
            for (int j = 0; j < 4 && !finished; ++j) {
                auto const what = player.next().what;
                if (what == What::wait) break;
                finished = what == What::finished;
            }
            EXPECT_LE(player.response().size(), 200'000U);
        }
        if (!finished) {
            player.ended(Seen::Kind::deadline);
            for (int j = 0; j < 100 && !finished; ++j) finished = player.next().what == What::finished;
        }
        ASSERT_TRUE(finished) << row.name;
        auto const played = player.result();
        EXPECT_TRUE(!played.error.empty() || played.grade == Grade::fail) << row.name;
        EXPECT_LE(player.seen().size(), 100'000U) << row.name;
    }
}

}  // namespace
}  // namespace wsspec
