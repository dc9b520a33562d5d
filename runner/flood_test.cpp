#include "runner/flood.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "reference/observation.h"

namespace wsspec {
namespace {

FloodStream stream_of(const Flood& flood, std::size_t rounds, bool echoes = true) {
    return FloodStream(flood, {.sender = Role::client, .rounds = rounds, .target_echoes = echoes});
}

Octets all_of(FloodStream& stream) {
    Octets out;
    for (Octets piece = stream.next_write(); !piece.empty(); piece = stream.next_write()) {
        EXPECT_LE(piece.size(), (64U << 10) + 70'000U);
        append(out, piece);
    }
    return out;
}

TEST(Flood, HasRoundsByProfile) {
    Flood flood{.frames = {ping()}, .count = 800};
    EXPECT_EQ(rounds_of(flood, Profile::quick), 100U);
    EXPECT_EQ(rounds_of(flood, Profile::standard), 800U);
    EXPECT_EQ(rounds_of(flood, Profile::full), 6400U);
    flood.count = 1;
    for (auto const profile : {Profile::quick, Profile::standard, Profile::full})
        EXPECT_EQ(rounds_of(flood, profile), 1U);
}

TEST(Flood, IsMadeInWholeFrames) {
    Flood const flood{
        .first = {text("a").more()}, .frames = {continuation("bc").more(), ping("p")}, .last = {continuation("")}};
    auto stream = stream_of(flood, 3);
    Octets const sent = all_of(stream);
    Octets expected = wire(text("a").more(), Role::client, MaskingKey{});
    for (int i = 0; i < 3; ++i) {
        append(expected, wire(continuation("bc").more(), Role::client, MaskingKey{}));
        append(expected, wire(ping("p"), Role::client, MaskingKey{}));
    }
    append(expected, wire(continuation(""), Role::client, MaskingKey{}));
    EXPECT_EQ(sent, expected);
    EXPECT_TRUE(stream.all_sent());
    EXPECT_FALSE(stream.stopped());
    EXPECT_EQ(stream.octets(), sent.size());
    EXPECT_EQ(stream.frames(), 8U);
    EXPECT_EQ(stream.payload(), 7U);
    EXPECT_EQ(stream.messages(), 1U);
}

TEST(Flood, StopsWhenItIsTold) {
    Flood const flood{.frames = {binary(repeated('x', 60'000))}, .last = {text("never")}};
    auto stream = stream_of(flood, 1000);
    EXPECT_FALSE(stream.next_write().empty());
    auto const sent = stream.octets();
    stream.stop();
    EXPECT_TRUE(stream.stopped());
    EXPECT_TRUE(stream.all_sent());
    EXPECT_TRUE(stream.next_write().empty());
    EXPECT_EQ(stream.octets(), sent);
}

/// What comes back goes through an observer, as in the player.
struct Answers {
    explicit Answers(FloodStream& stream) { observer.divert(&stream); }
    void come(const Frame& frame) {
        Octets octets = wire(frame, Role::server);
        observer.receive(octets, 0);
    }
    Observer observer{Role::server, 1U << 20};
};

TEST(Flood, CountsWhatComesBack) {
    Flood const flood{.frames = {text("Hello")}, .echoes = true};
    auto stream = stream_of(flood, 3);
    (void)all_of(stream);
    Answers answers(stream);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(stream.all_returned());
        answers.come(text("Hello"));
    }
    EXPECT_TRUE(stream.all_returned());
    EXPECT_FALSE(stream.broken());
    answers.come(text("Hello"));
    ASSERT_TRUE(stream.broken());
    EXPECT_EQ(stream.broken()->what, "sends a message that no complete message of ours asked for");
}

TEST(Flood, SeesWhatComesBackChanged) {
    Flood const flood{.frames = {text("Hello")}, .echoes = true};
    struct Row {
        Frame back;
        const char* what;
    };
    for (const auto& row : {Row{text("Hullo"), "message 1 of the flood comes back changed"},
                            Row{text("Hello!"), "message 1 of the flood comes back changed"},
                            Row{text("Hell"), "message 1 of the flood comes back cut: 4 octets of 5"},
                            Row{binary(octets("Hello")), "sends a message back as binary, not as text"}}) {
        auto stream = stream_of(flood, 3);
        (void)all_of(stream);
        Answers answers(stream);
        answers.come(row.back);
        ASSERT_TRUE(stream.broken()) << row.what;
        EXPECT_EQ(stream.broken()->what, row.what);
        EXPECT_EQ(stream.broken()->grade, Grade::fail);
    }
}

TEST(Flood, AsksNothingOfATargetThatDoesNotEcho) {
    Flood const flood{.frames = {text("Hello")}, .echoes = true};
    auto stream = stream_of(flood, 3, false);
    (void)all_of(stream);
    EXPECT_TRUE(stream.all_returned());
    Answers answers(stream);
    answers.come(text("whatever"));
    EXPECT_FALSE(stream.broken());
}

TEST(Flood, TakesItsOwnPongsOnly) {
    Flood const flood{.frames = {ping("mine")}};
    auto stream = stream_of(flood, 2);
    (void)all_of(stream);
    Answers answers(stream);
    auto const before = stream.moved();
    answers.come(pong("mine"));
    answers.come(pong("nonce"));
    EXPECT_EQ(stream.pongs(), 1U);
    EXPECT_GT(stream.moved(), before);
    ASSERT_EQ(answers.observer.seen().size(), 1U);
    EXPECT_EQ(as_text(answers.observer.seen().front().payload), "nonce");
}

}  // namespace
}  // namespace wsspec
