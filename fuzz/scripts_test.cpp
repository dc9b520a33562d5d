#include "fuzz/scripts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cases/describe.h"
#include "cases/expectation.h"

namespace wsspec {
namespace {

bool allows(const Expect& expect, Outcome::Kind kind, Grade at_most) {
    return std::ranges::any_of(
        expect.any_of, [&](const Outcome& outcome) { return outcome.kind == kind && outcome.grade <= at_most; });
}

/// Double entry: where a case lets a target open, the expectation that is made for scripts without one does, too.
TEST(OpeningExpectation, IsNeverHarsherThanTheCatalogue) {
    unsigned harsh = 0;
    for (Role const target : {Role::server, Role::client}) {
        for (const auto& [one, script] : catalogue_scripts(target)) {
            if (script->size() < 2) continue;
            const auto* open = std::get_if<Open>(&script->front().action);
            const auto* theirs = std::get_if<Expect>(&(*script)[1].action);
            if (open == nullptr) continue;
            auto const made = opening_expectation(*open, target);
            if (!made) continue;
            const auto& ours = std::get<Expect>(made->action);
            bool const refused = !allows(ours, Outcome::Kind::opens, Grade::non_strict);
            if (refused) ++harsh;
            bool const goes_on = theirs == nullptr ||
                                 (target == Role::server ? !is_about_opening(*theirs) ||
                                                               allows(*theirs, Outcome::Kind::opens, Grade::non_strict)
                                                         : !allows(*theirs, Outcome::Kind::drops, Grade::pass));
            EXPECT_FALSE(refused && goes_on) << one->id << " " << describe(*made) << " but " << describe((*script)[1]);
            if (theirs == nullptr || target == Role::client || !is_about_opening(*theirs)) continue;
            bool const may_refuse = allows(*theirs, Outcome::Kind::refuses, Grade::informational);
            EXPECT_TRUE(!may_refuse || allows(ours, Outcome::Kind::refuses, Grade::informational)) << one->id;
        }
    }
    EXPECT_GT(harsh, 100U);
}

TEST(OpeningExpectation, HasAnOpinionOnWhatNobodyMayTake) {
    auto const of = [](Open open, Role target) { return opening_expectation(open, target); };
    EXPECT_FALSE(of({}, Role::server));
    EXPECT_FALSE(of({.handshake = Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate"), .delivery = {}},
                    Role::server));
    for (const auto* name : {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
        auto const made = of({.handshake = Handshake{}.drop(name), .delivery = {}}, Role::server);
        ASSERT_TRUE(made) << name;
        EXPECT_FALSE(allows(std::get<Expect>(made->action), Outcome::Kind::opens, Grade::non_strict)) << name;
    }
    EXPECT_FALSE(of({.handshake = {}, .delivery = {}, .answer = acceptance()}, Role::client));
    for (const auto* name : {"Upgrade", "Connection", "Sec-WebSocket-Accept"}) {
        auto const made = of({.handshake = {}, .delivery = {}, .answer = acceptance().drop(name)}, Role::client);
        ASSERT_TRUE(made) << name;
        EXPECT_TRUE(allows(std::get<Expect>(made->action), Outcome::Kind::drops, Grade::pass)) << name;
        EXPECT_FALSE(allows(std::get<Expect>(made->action), Outcome::Kind::opens, Grade::fail)) << name;
    }
    // What it offers decides.
    EXPECT_FALSE(of(
        {.handshake = {}, .delivery = {}, .answer = acceptance().add("Sec-WebSocket-Extensions", "permessage-deflate")},
        Role::client));
}

TEST(JudgedByForecast, DropsWhatWasExpectedOfAnotherScript) {
    Script const script = {open(Handshake{}.drop("Host")), expect(refuses(400)),
                           repeat(2, {send(ping()), expect(receives(pong()))}), closing_handshake()};
    Script const judged = judged_by_forecast(script, Role::server);
    ASSERT_EQ(judged.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<Expect>(judged[1].action));
    EXPECT_TRUE(judged[2] == repeat(2, {send(ping())}));
}

TEST(WireStream, IsWhatTheScriptSendsWithItsCuts) {
    Script const script = {open(Handshake{}.with_early({text("e").with_key({0, 0, 0, 0})})),
                           send({text("Hello").with_key({0, 0, 0, 0}), ping().with_key({0, 0, 0, 0})}, per_frame()),
                           send_octets(hex("aa bb cc dd"), chopped(3)),
                           repeat(2, {send_octets(hex("01"))}),
                           half_close(),
                           send(text("never"))};
    auto const made = wire_stream(script, Role::client, 1000);
    EXPECT_EQ(to_hex(made.octets),
              "81 81 00 00 00 00 65 81 85 00 00 00 00 48 65 6c 6c 6f 89 80 00 00 00 00 aa bb cc dd 01 01");
    EXPECT_EQ(made.cuts, (std::vector<std::size_t>{7, 18, 24, 27, 28, 29}));
    auto const as_server =
        wire_stream({send(text("a")), closing_handshake(1001), send(text("never"))}, Role::server, 1000);
    EXPECT_EQ(to_hex(as_server.octets), "81 01 61 88 02 03 e9");
}

TEST(WireStream, HasALimit) {
    auto const made = wire_stream({repeat(1000, {send(binary(repeated(1, 1000)))})}, Role::server, 10000);
    EXPECT_LE(made.octets.size(), 10000U + 14);
    EXPECT_GE(made.octets.size(), 9000U);
    auto const raw =
        wire_stream({send_octets(repeated(1, 20000)), send_octets(repeated(1, 20000))}, Role::server, 10000);
    EXPECT_EQ(raw.octets.size(), 10000U);
    for (auto const cut : raw.cuts) EXPECT_LT(cut, 10000U);
}

}  // namespace
}  // namespace wsspec
