#include "fuzz/generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "reference/forecast.h"

namespace wsspec {
namespace {

struct Tally {
    unsigned legal = 0;
    std::map<std::string, unsigned> broken;  ///< Requirement: how often.
};

Tally tally(const GeneratorSettings& settings, std::uint64_t scripts) {
    Tally out;
    for (std::uint64_t seed = 1; seed <= scripts; ++seed) {
        Script const script = generate(seed, settings);
        auto const stream = wire_stream(script, other(settings.target), 1U << 20);
        TargetProfile profile{.role = settings.target};
        if (settings.deflate) profile.deflate = DeflateAgreement{};
        auto const made = forecast(profile, stream.octets);
        const auto& duties = made.readings.front().duties;
        auto const bad = std::ranges::find(duties, Duty::Kind::violation, &Duty::kind);
        if (bad == duties.end()) {
            ++out.legal;
        } else {
            ++out.broken[std::string(bad->violation.requirement)];
        }
    }
    return out;
}

TEST(Generator, TheSameSeedMakesTheSameScript) {
    for (Role const target : {Role::server, Role::client}) {
        std::set<Octets> different;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            Script const script = generate(seed, {.target = target, .deflate = true});
            EXPECT_TRUE(generate(seed, {.target = target, .deflate = true}) == script);
            EXPECT_TRUE(decode(encode(script)) == script);
            different.insert(encode(script));
        }
        EXPECT_GT(different.size(), 195U);
    }
}

/// Every way to break a stream that the decoders know comes up.
TEST(Generator, BreaksOneRuleOrNone) {
    for (Role const target : {Role::server, Role::client}) {
        auto const found = tally({.target = target, .deflate = true}, 3000);
        EXPECT_GT(found.legal, 900U);
        EXPECT_GT(found.broken.size(), 20U) << testing::PrintToString(found.broken);
        auto const plain = tally({.target = target}, 1000);
        EXPECT_GT(plain.legal, 300U);
        EXPECT_LT(plain.legal, 700U);
    }
}

TEST(Generator, KeepsToItsLimits) {
    GeneratorSettings const settings{.largest_message = 1000, .largest_script = 5000};
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Script script = judged_by_forecast(generate(seed, settings), Role::server);
        EXPECT_LE(largest_message(script), 1000U + 70000U);  // a control frame of 65536, if that is the bend
        EXPECT_LE(wire_stream(script, Role::client, 1U << 20).octets.size(), 5000U + 75000U);
    }
}

/// A tester that plays it knows when it is through: the last step waits for something, and nothing waits for what
/// cannot come.
TEST(Generator, EndsInABarrierOrAnAwait) {
    for (Role const target : {Role::server, Role::client}) {
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            Script const script = generate(seed, {.target = target, .deflate = true});
            ASSERT_FALSE(script.empty());
            EXPECT_TRUE(std::holds_alternative<Open>(script.front().action));
            const auto& last = script.back().action;
            bool const refused = std::holds_alternative<Expect>(last) && target == Role::client;
            EXPECT_TRUE(std::holds_alternative<Barrier>(last) || std::holds_alternative<Await>(last) || refused)
                << seed;
            // A barrier stands at the boundary of frames, and in front of every Close.
            Script so_far;
            for (const auto& step : script) {
                if (std::holds_alternative<Barrier>(step.action)) {
                    auto const stream = wire_stream(so_far, other(target), 1U << 20).octets;
                    EXPECT_TRUE(ends_at_frame_boundary(stream)) << seed;
                }
                so_far.push_back(step);
            }
            for (std::size_t i = 1; i < script.size(); ++i)
                EXPECT_TRUE(!std::holds_alternative<Expect>(script[i].action) || i == 1) << seed;
        }
    }
}

}  // namespace
}  // namespace wsspec
