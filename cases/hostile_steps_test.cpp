// Floods, crowds and fillers as plain data: what they are, how they read, and what the cases of group 17 promise.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "cases/describe.h"

namespace wsspec {
namespace {

TEST(Flood, ComparesByContent) {
    Flood const one{.first = {text("a").more()}, .frames = {continuation("b").more()}, .count = 3};
    EXPECT_EQ(std::get<Flood>(flood(one).action), one);
    std::vector<Flood> others(5, one);
    others[0].first.clear();
    others[1].frames.push_back(ping("p"));
    others[2].count = 4;
    others[3].last = {continuation("")};
    others[4].echoes = true;
    for (const auto& other : others) EXPECT_NE(flood(other), flood(one));
}

TEST(Flood, IsDescribed) {
    EXPECT_EQ(describe(flood({.frames = {ping("p")}, .count = 5})),
              "send 5 times ping, 1 octet \"p\"; then a ping: wait for its pong, a Close or the end of TCP");
    EXPECT_EQ(
        describe(flood({.first = {text("a").more()},
                        .frames = {continuation("b").more(), ping(), ping(), ping()},
                        .count = 2,
                        .last = {continuation("")},
                        .echoes = true})),
        "send text, 1 octet \"a\", FIN = 0, then 2 times continuation, 1 octet \"b\", FIN = 0; ping, empty; ping, "
        "empty; …, then continuation, empty; expect each message to come back; then a ping: wait for its pong, a "
        "Close or the end of TCP");
}

TEST(Flood, CountsThePayloadOfMessages) {
    EXPECT_EQ(payload_of({text("Hello"), ping("not counted"), continuation("!")}), 6U);
    EXPECT_EQ(payload_of({}), 0U);
}

TEST(Crowd, ComparesAndIsDescribed) {
    Crowd const one{.connections = 7};
    Crowd const part{.connections = 7, .request = Crowd::Request::part, .octets = 40, .ending = Crowd::Ending::fin};
    Crowd const each{.connections = 7,
                     .request = Crowd::Request::one_more_each,
                     .frames = {text("a")},
                     .ending = Crowd::Ending::reset};
    EXPECT_EQ(crowd(one), crowd(one));
    EXPECT_NE(crowd(one), crowd(part));
    EXPECT_EQ(describe(crowd(one)), "7 more connections, each with an opening handshake; they stay open");
    EXPECT_EQ(describe(crowd(part)),
              "7 more connections, each with 40 octets of an opening handshake, then the end of TCP");
    EXPECT_EQ(describe(crowd(each)),
              "7 more connections, each with one octet more of an opening handshake than the one before, then text, 1 "
              "octet \"a\", then a reset of TCP");
}

TEST(Filler, StandsBehindTheFirstLineAndIsWrittenOnce) {
    Handshake const filled =
        Handshake{}.filled_with({.begin = "X-Filler: ", .pattern = "ab", .count = 1'000'000'000, .end = "\r\n"});
    HandshakeValues values;
    values.resource = "/chat";
    values.host = "h";
    values.key = "K==";
    EXPECT_EQ(render_front(filled, values), "GET /chat HTTP/1.1\r\nX-Filler: ab");
    std::string const text = render(filled, values);
    EXPECT_TRUE(text.starts_with("GET /chat HTTP/1.1\r\nX-Filler: ab\r\nHost: h\r\n")) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
    EXPECT_NE(filled, Handshake{});
    EXPECT_EQ(describe(filled.filler), "\"ab\" 1000000000 times behind the first line and \"X-Filler: \"");
    EXPECT_EQ(render_front(Handshake{}, values), "GET /chat HTTP/1.1\r\n");
}

const Group& group_17() {
    auto const all = catalogue();
    return *std::ranges::find(all, "17", &Group::number);
}

std::uint64_t payload_of(const Script& script) {
    std::uint64_t octets = 0;
    for (const auto& step : script) {
        if (const auto* open = std::get_if<Open>(&step.action)) {
            const auto& filler = open->answer ? open->answer->filler : open->handshake.filler;
            octets += filler.count * filler.pattern.size();
        }
        if (const auto* frames = std::get_if<Flood>(&step.action)) {
            Octets one;
            for (const auto& frame : frames->frames) append(one, wire(frame, Role::client, {}));
            octets += one.size() * frames->count;
        }
        if (const auto* trips = std::get_if<RoundTrips>(&step.action)) octets += trips->size;
    }
    return octets;
}

// What a run sends in the `standard` profile is bounded, and so is the memory of the tester.
TEST(HostileInput, IsBounded) {
    constexpr std::uint64_t mib = 1U << 20;
    std::uint64_t all = 0;
    for (const auto& one : group_17().cases) {
        std::uint64_t octets = payload_of(one.script);
        for (const auto& variant : one.variants) octets += payload_of(variant);
        EXPECT_LE(octets, 70 * mib) << one.id;
        if (!one.may_hurt) {
            EXPECT_LE(octets, mib / 4) << one.id;
        }
        all += octets;
        for (const auto& step : one.script)
            if (const auto* connections = std::get_if<Crowd>(&step.action)) {
                EXPECT_LE(connections->connections, 400U) << one.id;
            }
    }
    EXPECT_LE(all, 500 * mib);
}

TEST(HostileInput, NeedsPermissionWhereItMayHurt) {
    std::size_t harmless = 0;
    for (const auto& one : group_17().cases) {
        bool const crowded = std::ranges::any_of(one.script, [](const Step& step) {
            return std::holds_alternative<Crowd>(step.action) || std::holds_alternative<Flood>(step.action);
        });
        EXPECT_TRUE(one.may_hurt || (!crowded && !one.growth)) << one.id;
        EXPECT_TRUE(one.alive_afterwards || one.target == Target::client) << one.id;
        EXPECT_TRUE(!one.holding || one.watched) << one.id;
        if (!one.may_hurt) ++harmless;
    }
    EXPECT_GE(harmless, 30U);
    for (const auto& group : catalogue()) {
        if (group.number == "17") continue;
        for (const auto& one : group.cases) EXPECT_FALSE(one.growth || one.holding) << one.id;
    }
}

TEST(HostileInput, GrowsInEqualSteps) {
    std::size_t growing = 0;
    for (const auto& one : group_17().cases) {
        if (!one.growth) continue;
        ++growing;
        EXPECT_EQ(one.growth->sizes.size(), one.variants.size() + 1) << one.id;
        EXPECT_GE(one.growth->sizes.size(), 5U) << one.id;
        for (std::size_t i = 1; i < one.growth->sizes.size(); ++i)
            EXPECT_EQ(one.growth->sizes[i], 2 * one.growth->sizes[i - 1]) << one.id;
        EXPECT_NE(std::ranges::find(one.covers, one.growth->requirement), one.covers.end()) << one.id;
    }
    EXPECT_GE(growing, 8U);
}

}  // namespace
}  // namespace wsspec
