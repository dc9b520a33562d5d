#include "fuzz/script_codec.h"

#include <gtest/gtest.h>

#include <numeric>

#include "cases/describe.h"
#include "fuzz/dice.h"
#include "fuzz/scripts.h"

namespace wsspec {
namespace {

TEST(ScriptCodec, GivesBackEveryScriptOfTheCatalogue) {
    std::size_t octets = 0;
    std::size_t scripts = 0;
    for (Role const target : {Role::server, Role::client}) {
        for (const auto& [one, script] : catalogue_scripts(target)) {
            Octets const encoded = encode(*script);
            EXPECT_TRUE(decode(encoded) == *script) << one->id;
            octets += encoded.size();
            ++scripts;
        }
    }
    EXPECT_GT(scripts, 3000U);
    // Patterns are written as such: or the seeds would have many tens of megabytes.
    EXPECT_LT(octets, 28U << 20);
}

TEST(ScriptCodec, WritesItsVersionFirst) {
    EXPECT_EQ(script_version(encode({open()})), script_format);
    EXPECT_EQ(script_version({}), std::nullopt);
    EXPECT_EQ(script_version(Octets{9, 1}), 9);
}

/// Format 1 as it is on disk: corpora and replay files live longer than a build.
TEST(ScriptCodec, KeepsItsFormat) {
    EXPECT_EQ(to_hex(encode({open()})), "01 00 00 00 00 00 07");
    EXPECT_EQ(to_hex(encode({send(text("Hi").more().with_key({1, 2, 3, 4}), chopped(2))})),
              "01 01 02 02 00 01 01 02 01 02 03 04 02 48 69");
    EXPECT_EQ(to_hex(encode({send(binary(repeated(7, 300)).claiming(128))})),
              "01 01 00 00 00 01 82 0c 80 01 ac 02 00 07");
    EXPECT_EQ(to_hex(encode({barrier("b"), await("a"), half_close(), abort_connection(), closing_handshake(1001)})),
              "01 03 01 62 04 01 61 07 08 0b e9 07");
    EXPECT_EQ(to_hex(encode({open_silently(), await_close(), await_end_of_tcp()})), "01 00 04 00 00 00 07 12 00 12 01");
    EXPECT_EQ(to_hex(encode({repeat(3, {send_octets({0xff}, cut_at({5, 2}))})})),
              "01 09 03 01 02 03 00 02 05 fd ff ff ff ff ff ff ff ff 01 01 ff");
}

TEST(ScriptCodec, WhatIsSaidOfTlsSurvives) {
    Script const script = {open_over({.version = TlsVersion::tls1_2,
                                      .name = Tls::Name::unknown,
                                      .spoken = false,
                                      .certificate = Tls::Certificate::other_name},
                                     across_records(chopped(7))),
                           send(text("a"), {.how = Delivery::How::cut,
                                            .cuts = {1},
                                            .records = Delivery::Records::joined,
                                            .close_notify = true,
                                            .broken_off = true}),
                           send_below_tls(hex("15 03 03")),
                           renegotiate(),
                           cut_off_tls(),
                           expect({refuses_tls().non_strict(), closes(1000).with_close_notify()})};
    EXPECT_EQ(decode(encode(script)), script);
}

TEST(ScriptCodec, EveryFieldSurvives) {
    Script const script = {
        open(Handshake{}
                 .with_method("PUT")
                 .add("X", "y")
                 .with_line_end("\n")
                 .preceded_by("b")
                 .followed_by("a")
                 .with_early({ping("early")})
                 .filled_with({.begin = "X: ", .pattern = "ab", .count = 1000, .end = "\r\n"})
                 .unfinished(),
             per_frame()),
        answer_with(acceptance().drop("Upgrade"), cut_at({1, 2, 300})),
        send({frame(0xf, hex("00 ff"))
                  .with_rsv(5)
                  .wrongly_masked()
                  .in_form(LengthForm::sixtyfour_bits)
                  .claiming(UINT64_MAX),
              text(pattern("abc", 1000)), binary({})}),
        open_silently(),
        await_close(),
        await_end_of_tcp(),
        stop_reading(),
        resume_reading(),
        expect({receives({text("a"), ping()}).non_strict().before("mark"), refuses({400, 426}), anything(),
                fails(1002).is_fail()}),
        round_trips({.content = {.kind = Content::Kind::pattern, .pattern = octets("*")},
                     .opcode = Opcode::text,
                     .size = 1000,
                     .count = 7,
                     .fragment = 64,
                     .write_size = 100,
                     .in_flight = 3,
                     .compressed = true,
                     .limit = RoundTrips::Limit::above}),
        flood({.first = {text("a").more()},
               .frames = {continuation("b").more(), ping("c")},
               .count = 300'000,
               .last = {continuation("")},
               .echoes = true}),
        crowd({.connections = 300,
               .request = Crowd::Request::part,
               .octets = 40,
               .frames = {text("Hello").claiming(7)},
               .ending = Crowd::Ending::reset}),
    };
    EXPECT_TRUE(decode(encode(script)) == script);
}

TEST(ScriptCodec, AnyOctetsAreSomeScript) {
    Dice dice(1);
    std::size_t steps = 0;
    for (int i = 0; i < 3000; ++i) {
        Script const script = decode(dice.octets(dice.roll(200)));
        steps += script.size();
        // And that one survives as it is.
        EXPECT_TRUE(decode(encode(script)) == script);
    }
    EXPECT_GT(steps, 3000U);
    EXPECT_TRUE(decode({}).empty());
}

TEST(ScriptCodec, EveryPrefixIsSomeScript) {
    auto const scripts = catalogue_scripts(Role::server);
    for (std::size_t i = 0; i < scripts.size(); i += 5) {
        const auto& [one, script] = scripts[i];
        Octets const encoded = encode(*script);
        if (encoded.size() > 300) continue;
        for (std::size_t size = 0; size < encoded.size(); ++size)
            EXPECT_LE(decode(OctetView(encoded).first(size)).size(), script->size()) << one->id;
    }
}

std::size_t unrolled_steps(const Script& script, std::size_t times = 1) {
    std::size_t steps = 0;
    for (const auto& step : script) {
        steps += times;
        if (const auto* repeat = std::get_if<Repeat>(&step.action))
            steps += unrolled_steps(repeat->script, times * repeat->times);
    }
    return steps;
}

std::size_t unrolled_payload(const Script& script, std::size_t times = 1) {
    std::size_t octets = 0;
    for (const auto& step : script) {
        if (const auto* repeat = std::get_if<Repeat>(&step.action))
            octets += unrolled_payload(repeat->script, times * repeat->times);
        if (const auto* send = std::get_if<Send>(&step.action))
            for (const auto& frame : send->frames) octets += frame.payload.size() * times;
        if (const auto* send = std::get_if<SendOctets>(&step.action)) octets += send->octets.size() * times;
    }
    return octets;
}

/// What a few octets can ask for is bounded.
TEST(ScriptCodec, SmallInputsMakeNoLargeScripts) {
    Octets const huge_pattern = hex("01 01 00 00 00 01 82 08 ff ff ff ff 7f 00 61");
    // Repeats of the most times, in each other, around the largest pattern.
    Octets nested = {script_format};
    for (int depth = 0; depth < 8; ++depth) append(nested, hex("09 e8 07 7f"));
    append(nested, std::span(huge_pattern).subspan(1));
    Octets many = nested;
    for (int i = 0; i < 200; ++i) append(many, std::span(nested).subspan(1));
    Octets endless = hex("01 09 e8 07 7f");
    for (int i = 0; i < 100; ++i) append(endless, hex("02 00 00 00 7f"));
    for (const auto& input : {huge_pattern, nested, many, endless}) {
        Script const script = decode(input);
        EXPECT_LE(unrolled_steps(script), ScriptBounds::steps);
        EXPECT_LE(unrolled_payload(script), ScriptBounds::payload + input.size());
    }
    Dice dice(2);
    for (int i = 0; i < 300; ++i) {
        Octets input = dice.octets(300);
        for (auto& octet : input)
            if (dice.one_in(3)) octet = 9;
        Script const script = decode(input);
        EXPECT_LE(unrolled_steps(script), ScriptBounds::steps);
        EXPECT_LE(unrolled_payload(script), ScriptBounds::payload + input.size());
    }
}

}  // namespace
}  // namespace wsspec
