#include "fuzz/adapters/parser_input.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "fuzz/adapters/parser_fuzzing.h"
#include "fuzz/adapters/planted/planted_bugs.h"
#include "fuzz/script_codec.h"
#include "reference/requirements.h"

namespace wsspec {
namespace {

Script offering(std::string_view extension) {
    return {open(Handshake{}.add("sec-websocket-EXTENSIONS", extension)), send(text("a"))};
}

TEST(ParserInput, AgreesOnWhatTheScriptOffers) {
    auto const script =
        offering("permessage-deflate; server_max_window_bits=9; server_no_context_takeover, permessage-deflate");
    auto const server = parser_input(script, Role::server, true);
    ASSERT_TRUE(server.agreement);
    EXPECT_EQ(server.agreement->server_max_window_bits, 9);
    EXPECT_TRUE(server.agreement->server_no_context_takeover);
    auto const client = parser_input(script, Role::client, true);
    ASSERT_TRUE(client.agreement);
    EXPECT_EQ(client.agreement->client_max_window_bits, 9);
    EXPECT_EQ(client.agreement->server_max_window_bits, 15);
    EXPECT_TRUE(client.agreement->client_no_context_takeover);
    EXPECT_FALSE(parser_input(script, Role::server, false).agreement);
    EXPECT_FALSE(parser_input(offering("permessage-deflate; nonsense"), Role::server, true).agreement);
    EXPECT_FALSE(parser_input({open(), send(text("a"))}, Role::server, true).agreement);
}

TEST(ParserInput, RoundTripsBecomeTwoShortMessages) {
    Script script = {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate")),
                     round_trips({.content = {.kind = Content::Kind::pattern, .pattern = {0}},
                                  .opcode = Opcode::binary,
                                  .size = 16U << 20,
                                  .count = 1000,
                                  .fragment = 1000,
                                  .compressed = true})};
    auto const bomb = parser_input(script, Role::server, true);
    EXPECT_LT(bomb.stream.size(), 20000U);
    auto const made = forecast({.deflate = bomb.agreement}, bomb.stream);
    ASSERT_EQ(made.readings.front().duties.size(), 2U);
    EXPECT_EQ(made.readings.front().duties.back().payload.size(), 2U << 20);
    EXPECT_FALSE(bomb.cuts.empty()) << "a piece for each frame";

    auto const plain = parser_input(script, Role::server, false);
    auto const in_full = forecast({}, plain.stream);
    ASSERT_EQ(in_full.readings.front().duties.size(), 2U);
    EXPECT_EQ(in_full.readings.front().duties.front().payload.size(), 4096U);
}

TEST(ParserInput, RawOctetsSayHowTheyAreMeant) {
    auto const octets = hex("07 81 00 81 00 81 00");
    auto const raw = raw_parser_input(octets, true);
    EXPECT_EQ(raw.role, Role::client);
    EXPECT_TRUE(raw.agreement);
    EXPECT_EQ(raw.stream, hex("81 00 81 00 81 00"));
    EXPECT_EQ(raw.cuts, (std::vector<std::size_t>{3}));
    EXPECT_FALSE(raw_parser_input(octets, false).agreement);
    EXPECT_EQ(raw_parser_input(hex("00 81"), true).role, Role::server);
    EXPECT_TRUE(raw_parser_input({}, true).stream.empty());
}

TEST(ParserInput, OneInputIsTriedAsAllThatItCanBe) {
    auto const octets = encode({open(), send(text("Hello"))});
    auto adapter = planted_parser(nullptr);
    auto const all = parser_inputs(octets, adapter);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].role, Role::server);
    EXPECT_EQ(all[1].role, Role::client);
    EXPECT_EQ(all[1].stream, wire(text("Hello"), Role::server, {}));
    EXPECT_EQ(all[2].stream, Octets(octets.begin() + 1, octets.end()));
    adapter.roles = WSSPEC_CLIENT;
    EXPECT_EQ(parser_inputs(octets, adapter).size(), 2U);
    EXPECT_TRUE(parser_inputs({}, adapter).empty());
}

TEST(ParserSeeds, ComeInTheSameOrderForTheSameSeed) {
    ParserSeeds a(7);
    ParserSeeds b(7);
    ParserSeeds c(8);
    EXPECT_GT(a.size(), 800U);
    bool differs = false;
    for (std::size_t n = 0; n < a.size() + 20; ++n) {
        Script const made = a.next();
        ASSERT_EQ(made, b.next());
        EXPECT_EQ(a.unchanged(), n < a.size());
        differs = differs || made != c.next();
    }
    EXPECT_TRUE(differs);
}

TEST(ParserFuzzing, RefusesAnAdapterThatCannotWork) {
    auto const good = planted_parser(nullptr);
    EXPECT_EQ(problem_of(good), "");
    auto const with = [&](auto change) {
        auto adapter = good;
        change(adapter);
        return problem_of(adapter);
    };
    EXPECT_EQ(with([](auto& a) { a.abi = 2; }),
              "the adapter is for version 2 of the interface, this fuzzer knows versions up to 1");
    EXPECT_NE(with([](auto& a) { a.abi = 0; }), "");
    EXPECT_NE(with([](auto& a) { a.name = nullptr; }), "");
    EXPECT_NE(with([](auto& a) { a.create = nullptr; }), "");
    EXPECT_NE(with([](auto& a) { a.feed = nullptr; }), "");
    EXPECT_NE(with([](auto& a) { a.destroy = nullptr; }), "");
    EXPECT_NE(with([](auto& a) { a.roles = 0; }), "");
    EXPECT_NE(with([](auto& a) { a.roles = 4; }), "");
    EXPECT_NE(with([](auto& a) { a.deflate = 2; }), "");
    EXPECT_NE(with([](auto& a) { a.permitted_count = 1; }), "");
    static wsspec_permitted permitted;
    auto const permitting = [&](const char* requirement, const char* reason) {
        permitted = {requirement, reason};
        return with([](auto& a) {
            a.permitted = &permitted;
            a.permitted_count = 1;
        });
    };
    EXPECT_EQ(permitting("R6455-5.1-2", "why"), "");
    EXPECT_EQ(permitting("R6455-0.0-0", "why"), "`permitted` names a requirement that does not exist: R6455-0.0-0");
    EXPECT_EQ(permitting("R6455-5.1-2", ""), "no reason is given for permitting R6455-5.1-2");
    EXPECT_NE(permitting(nullptr, "why"), "");
}

TEST(ParserFuzzing, MutatesWithinTheRoomThatThereIs) {
    Octets const one = encode({open(), send(text("Hello"))});
    Octets const two = encode({open(), send({ping("a"), binary(Octets(300))})});
    for (unsigned seed = 0; seed < 200; ++seed) {
        Octets data = one;
        data.resize(4096);
        auto const size = mutate_input(data.data(), one.size(), data.size(), seed);
        ASSERT_LE(size, data.size());
        ASSERT_LE(mutate_input(data.data(), size, 10, seed), 10U);
        ASSERT_LE(cross_inputs(one, two, data.data(), 64, seed), 64U);
    }
}

TEST(PlantedBugs, HaveNamesOfTheirOwnAndKnownRequirements) {
    std::set<std::string_view> names;
    for (const auto& bug : planted_bugs()) {
        EXPECT_TRUE(names.insert(bug.name).second) << bug.name;
        EXPECT_TRUE(bug.story.ends_with('.')) << bug.name;
        if (!bug.requirement.empty()) {
            EXPECT_NE(find_requirement(bug.requirement), nullptr) << bug.name;
        }
    }
    EXPECT_GE(names.size(), 20U);
}

}  // namespace
}  // namespace wsspec
