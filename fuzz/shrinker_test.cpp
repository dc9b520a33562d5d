#include "fuzz/shrinker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "cases/describe.h"
#include "fuzz/generator.h"
#include "fuzz/scripts.h"
#include "reference/forecast.h"

namespace wsspec {
namespace {

Shrinker shrunk(const Script& script, const std::function<bool(const Script&)>& fails, std::size_t most = 2000) {
    Shrinker shrinker(script, most);
    while (auto const candidate = shrinker.next()) {
        EXPECT_FALSE(*candidate == shrinker.smallest());
        shrinker.answer(fails(*candidate));
    }
    return shrinker;
}

bool any_frame(Script script, const std::function<bool(const Frame&)>& fits) {
    bool found = false;
    for_each_frame(script, [&](Frame& frame) { found = found || fits(frame); });
    return found;
}

std::string words(const Script& script) {
    std::string out;
    for (const auto& step : script) out += describe(step) + "\n";
    return out;
}

TEST(Shrinker, FindsTheOneStepThatMatters) {
    Script long_one = {open(Handshake{}.add("X-Some", "thing"), chopped(3))};
    for (int i = 0; i < 40; ++i) long_one.push_back(send({text("some text"), ping("p")}, chopped(2)));
    long_one.insert(long_one.begin() + 23, send({text("before"), frame(3, octets("looooong")), text("behind")}));
    long_one.push_back(barrier("end"));
    auto const result = shrunk(long_one, [](const Script& script) {
        return any_frame(script, [](const Frame& frame) { return frame.opcode == Opcode{3}; });
    });
    Script const expected = {open(), send(frame(3))};
    EXPECT_TRUE(result.smallest() == expected) << words(result.smallest());
    EXPECT_LT(result.questions(), 120U);
}

TEST(Shrinker, KeepsStepsThatNeedEachOther) {
    Script const script = {open(),       send(text("a").more()),  barrier("x"),
                           send(ping()), send(continuation("b")), send(text("c")),
                           barrier("y")};
    // Fails as long as a fragment stands in front of a continuation with a `b`.
    auto const result = shrunk(script, [](const Script& candidate) {
        bool open_message = false, failed = false;
        Script copy = candidate;
        for_each_frame(copy, [&](Frame& frame) {
            if (frame.opcode == Opcode::continuation && open_message)
                failed = failed || std::ranges::find(frame.payload, Octet{'b'}) != frame.payload.end();
            if (!is_control(frame.opcode)) open_message = !frame.fin;
        });
        return failed;
    });
    Script const expected = {open(), send({text("").more(), continuation("b")})};
    EXPECT_TRUE(result.smallest() == expected) << words(result.smallest());
}

TEST(Shrinker, ShrinksRepeatsHandshakesAndRawOctets) {
    Script const script = {open(Handshake{}.add("X-A", "1").drop("Host").add("X-B", "2").with_line_end("\n")),
                           repeat(100, {send(text("x")), repeat(10, {send(pong("y"))})}),
                           send_octets(hex("00 11 22 33 44 55 66 77 88 99"), chopped(1))};
    auto const result = shrunk(script, [](const Script& candidate) {
        const auto* open = candidate.empty() ? nullptr : std::get_if<Open>(&candidate.front().action);
        bool const no_host = open != nullptr && open->handshake.drop("Host").fields == open->handshake.fields;
        bool const pongs = any_frame(candidate, [](const Frame& frame) { return frame.opcode == Opcode::pong; });
        bool const raw = std::ranges::any_of(candidate, [](const Step& step) {
            const auto* send = std::get_if<SendOctets>(&step.action);
            return send != nullptr && std::ranges::find(send->octets, Octet{0x55}) != send->octets.end();
        });
        return no_host && pongs && raw;
    });
    ASSERT_EQ(result.smallest().size(), 3U) << words(result.smallest());
    EXPECT_TRUE(result.smallest()[1] == send(pong())) << words(result.smallest());
    EXPECT_TRUE(result.smallest()[2] == send_octets({0x55})) << words(result.smallest());
    EXPECT_TRUE(result.smallest()[0] == open(Handshake{}.drop("Host"))) << words(result.smallest());
}

TEST(Shrinker, LeavesAloneWhatCannotGo) {
    Script const script = {open(), send(frame(3)), half_close()};
    auto const result = shrunk(script, [&](const Script& candidate) { return candidate == script; });
    EXPECT_TRUE(result.smallest() == script);
    Shrinker empty{Script{}};
    EXPECT_FALSE(empty.next());
    empty.answer(true);
    EXPECT_TRUE(empty.smallest().empty());
}

TEST(Shrinker, AsksNoMoreThanItMay) {
    Script const script = generate(3, {.deflate = true});
    for (std::size_t const most : {0U, 1U, 17U}) {
        auto const result = shrunk(script, [](const Script&) { return true; }, most);
        EXPECT_LE(result.questions(), most);
    }
    // The same question until it is answered.
    Shrinker shrinker(script);
    auto const first = shrinker.next();
    EXPECT_TRUE(shrinker.next() == first);
    EXPECT_EQ(shrinker.questions(), 1U);
    shrinker.answer(false);
    EXPECT_FALSE(shrinker.next() == first);
}

/// Every violation that the generator makes comes down to a few steps, with the same statement broken.
TEST(Shrinker, BringsGeneratedScriptsDownToAFewSteps) {
    auto const broken = [](const Script& script) -> std::string {
        auto const stream = wire_stream(script, Role::client, 1U << 20);
        auto const made = forecast({.deflate = DeflateAgreement{}}, stream.octets);
        const auto& duties = made.readings.front().duties;
        auto const bad = std::ranges::find(duties, Duty::Kind::violation, &Duty::kind);
        return bad == duties.end() ? "" : std::string(bad->violation.requirement);
    };
    unsigned tried = 0;
    std::size_t worst = 0;
    for (std::uint64_t seed = 0; tried < 60; ++seed) {
        Script const script = generate(seed, {.deflate = true, .largest_message = 2000, .largest_script = 8000});
        std::string const why = broken(script);
        if (why.empty()) continue;
        ++tried;
        auto const result = shrunk(script, [&](const Script& candidate) { return broken(candidate) == why; }, 1000);
        EXPECT_EQ(broken(result.smallest()), why);
        EXPECT_LE(result.smallest().size(), 3U) << why << "\n" << words(result.smallest());
        worst = std::max(worst, result.smallest().size());
    }
    EXPECT_GE(worst, 2U);
}

}  // namespace
}  // namespace wsspec
