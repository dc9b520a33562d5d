#include "fuzz/mutator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "fuzz/generator.h"
#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"

namespace wsspec {
namespace {

std::size_t size_of(const Script& script) { return wire_stream(script, Role::client, 64U << 20).octets.size(); }

TEST(Mutator, IsDeterministicAndChangesSomething) {
    Script const script = generate(7, {.deflate = true});
    std::set<Octets> different;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Script const changed = mutate(script, seed);
        EXPECT_TRUE(mutate(script, seed) == changed);
        different.insert(encode(changed));
    }
    EXPECT_GT(different.size(), 240U);
}

TEST(Mutator, TakesAnyScriptAndStaysSmall) {
    auto const scripts = catalogue_scripts(Role::server);
    for (std::size_t i = 0; i < scripts.size(); i += 7) {
        const Script& script = *scripts[i].script;
        std::size_t const before = size_of(script);
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            Script const changed = mutate(script, seed);
            EXPECT_LE(changed.size(), script.size() + 4);
            EXPECT_LE(size_of(changed), 16 * before + (300U << 10)) << scripts[i].of->id;
            EXPECT_TRUE(decode(encode(changed)) == changed) << scripts[i].of->id << " " << seed;
        }
    }
    for (std::uint64_t seed = 0; seed < 50; ++seed) EXPECT_NO_THROW((void)mutate({}, seed));
}

/// Applied over and over, as a fuzzer does.
TEST(Mutator, ALongWalkReachesEveryKindOfChange) {
    Script script = {open(), send(text("Hello"))};
    std::set<std::size_t> kinds;
    bool fragmented = false, rsv = false, key = false, claim = false, control = false, cut = false, bent = false;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        script = mutate(seed % 50 == 0 ? Script{open(), send(text("Hello"))} : script, seed);
        for (const auto& step : script) {
            kinds.insert(step.action.index());
            if (const auto* open = std::get_if<Open>(&step.action)) bent = bent || open->handshake != Handshake{};
            if (const auto* send = std::get_if<Send>(&step.action))
                cut = cut || send->delivery.how == Delivery::How::cut;
        }
        for_each_frame(script, [&](Frame& frame) {
            fragmented = fragmented || !frame.fin;
            rsv = rsv || frame.rsv != 0;
            key = key || frame.key.has_value();
            claim = claim || frame.claimed_length.has_value();
            control = control || is_control(frame.opcode);
        });
    }
    EXPECT_GE(kinds.size(), 5U);
    EXPECT_TRUE(fragmented && rsv && key && claim && control && cut && bent);
}

TEST(Splice, TakesFromBoth) {
    Script const a = {open(), send(text("a1")), send(text("a2"))};
    Script const b = {open(), send({text("b1"), text("b2")}), barrier("b")};
    bool mixed = false;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Script made = splice(a, b, seed);
        EXPECT_TRUE(splice(a, b, seed) == made);
        bool from_a = false, from_b = false;
        for_each_frame(made, [&](Frame& frame) {
            from_a = from_a || frame.payload[0] == 'a';
            from_b = from_b || frame.payload[0] == 'b';
        });
        mixed = mixed || (from_a && from_b);
        EXPECT_LE(
            std::ranges::count_if(made, [](const Step& step) { return std::holds_alternative<Open>(step.action); }), 1);
    }
    EXPECT_TRUE(mixed);
    EXPECT_TRUE(splice({}, {}, 1).empty());
}

}  // namespace
}  // namespace wsspec
