// The steps of scripts about state and the end of TCP, action by action: no socket, no clock.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "reference/handshake.h"
#include "runner/player.h"

namespace wsspec {
namespace {

using What = Player::Action::What;

/// A player with an open connection to a server.
class Opened {
public:
    explicit Opened(Script script)
        : case_{.id = "0.1",
                .title = "a script of this test",
                .covers = {"R6455-7.1.1-5"},
                .script = std::move(script)},
          player_(case_, case_.script, settings()) {
        auto const request = player_.next();
        EXPECT_EQ(request.what, What::write);
        auto const asked = check_request(as_text(request.octets));
        receive(octets(build_acceptance(asked.key)));
    }

    Player& player() { return player_; }
    void receive(Octets octets) { player_.received(octets); }
    void receive(const Frame& frame) { receive(wire(frame, Role::server)); }
    /// The next action has to be to write, and is told as the opcodes of the frames.
    std::string written() {
        auto const action = player_.next();
        EXPECT_EQ(action.what, What::write);
        std::string out;
        for (std::size_t at = 0; at + 2 <= action.octets.size(); at += 6U + (action.octets[at + 1] & 0x7fU))
            out += std::string(to_string(static_cast<Opcode>(action.octets[at] & 0xf))) + " ";
        return out;
    }
    What next() { return player_.next().what; }

private:
    static PlayerSettings settings() {
        PlayerSettings out;
        out.values.host = "127.0.0.1:9001";
        return out;
    }

    Case case_;
    Player player_;
};

TEST(PlayerState, AnswersAsEveryEndpointDoes) {
    Opened peer({open(), barrier("b"), expect(anything())});
    EXPECT_EQ(peer.written(), "ping ");
    peer.receive(ping("?"));
    EXPECT_EQ(peer.written(), "pong ");
    peer.receive(close_frame(1001));
    EXPECT_EQ(peer.written(), "close ");
}

TEST(PlayerState, AnswersNothingIfItIsSilentAndGoesOnBehindTheClose) {
    Opened peer({open_silently(), send(text("t")), await_close(), send({text("u"), ping("v")}), half_close(),
                 expect(closes({1000, 0}))});
    EXPECT_EQ(peer.written(), "text ");
    EXPECT_EQ(peer.next(), What::wait);
    peer.receive(ping("?"));
    EXPECT_EQ(peer.next(), What::wait);
    peer.receive(close_frame(1000));
    auto const action = peer.player().next();
    EXPECT_EQ(action.what, What::write);
    EXPECT_TRUE(action.then_fin);
    EXPECT_EQ(peer.next(), What::half_close);
    EXPECT_EQ(peer.next(), What::wait);
    peer.player().ended(Seen::Kind::end_of_stream);
    EXPECT_EQ(peer.next(), What::finished);
}

TEST(PlayerState, WaitsForACloseNoLongerThanForAReaction) {
    Opened peer({open_silently(), send(text("t")), await_close(), send(ping("p")), expect(anything())});
    EXPECT_EQ(peer.written(), "text ");
    auto const waiting = peer.player().next();
    EXPECT_EQ(waiting.what, What::wait);
    EXPECT_GT(waiting.patience, 0);
    peer.player().patience_over();
    EXPECT_EQ(peer.written(), "ping ");
}

TEST(PlayerState, SendsNothingBehindTheEndOfItsDirection) {
    Opened peer({open(), send(text("t")), half_close(), expect({drops(), closes({1000, 0})})});
    EXPECT_EQ(peer.written(), "text ");
    EXPECT_EQ(peer.next(), What::half_close);
    peer.receive(ping("?"));
    EXPECT_EQ(peer.next(), What::wait);
    peer.receive(close_frame(1000));
    EXPECT_EQ(peer.next(), What::wait);
    peer.player().ended(Seen::Kind::end_of_stream);
    EXPECT_EQ(peer.next(), What::finished);
    EXPECT_EQ(peer.player().result().grade, Grade::pass);
}

/// The FIN of a target that does not know of ours is its own idea.
TEST(PlayerState, KnowsWhoseEndCameFirst) {
    Opened peer({open(), send(text("t")), half_close(), expect({drops(), closes({1000, 0})})});
    EXPECT_EQ(peer.written(), "text ");
    peer.player().ended(Seen::Kind::end_of_stream);
    while (peer.next() != What::finished) {
    }
    EXPECT_EQ(peer.player().result().grade, Grade::fail);
}

TEST(PlayerState, ReadsRoundTripsWhenAllOfThemAreWritten) {
    Opened peer({open(), stop_reading(),
                 round_trips({.content = {.pattern = octets("*")}, .size = 200'000, .count = 2, .in_flight = 2}),
                 closing_handshake()});
    EXPECT_EQ(peer.next(), What::stop_reading);
    std::size_t octets = 0;
    auto action = peer.player().next();
    for (; action.what == What::write; action = peer.player().next()) octets += action.octets.size();
    EXPECT_GT(octets, 400'000U);
    EXPECT_EQ(action.what, What::resume_reading);
    EXPECT_EQ(peer.next(), What::wait);
}

TEST(PlayerState, NeedNotReadAgainWhatIsReadAlready) {
    Opened peer({open(), stop_reading(), round_trips({.content = {.pattern = octets("*")}, .size = 100, .count = 1}),
                 closing_handshake()});
    EXPECT_EQ(peer.next(), What::stop_reading);
    EXPECT_EQ(peer.next(), What::write);
    EXPECT_TRUE(peer.player().write_stalled());
    EXPECT_EQ(peer.player().take_transport_action(), What::resume_reading);
    EXPECT_EQ(peer.next(), What::wait);
}

TEST(PlayerState, TellsHowLongTheEndOfTcpTook) {
    for (bool const ends : {true, false}) {
        Opened peer({open_silently(), send(frame(0x3)), await_end_of_tcp(), expect(fails(1002))});
        EXPECT_FALSE(peer.player().measures_end());
        EXPECT_EQ(peer.next(), What::write);
        EXPECT_EQ(peer.next(), What::wait);
        EXPECT_TRUE(peer.player().measures_end());
        peer.receive(close_frame(1002));
        EXPECT_EQ(peer.next(), What::wait);
        peer.player().ended(ends ? Seen::Kind::end_of_stream : Seen::Kind::deadline);
        peer.player().end_measured(std::chrono::milliseconds(2345));
        EXPECT_EQ(peer.next(), What::finished);
        auto const played = peer.player().result();
        EXPECT_EQ(played.grade, Grade::informational);
        EXPECT_EQ(played.findings.front().what, ends ? "ends TCP after 2.3 s" : "does not end TCP within 2.3 s");
        EXPECT_EQ(played.findings.front().requirement, "R6455-7.1.1-5");
    }
}

}  // namespace
}  // namespace wsspec
