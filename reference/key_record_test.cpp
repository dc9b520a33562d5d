#include "reference/key_record.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "reference/handshake.h"

namespace wsspec {
namespace {

using Says = KeyAnswer::Says;

MaskingKey key_of(std::uint32_t value) {
    return {static_cast<Octet>(value >> 24), static_cast<Octet>(value >> 16), static_cast<Octet>(value >> 8),
            static_cast<Octet>(value)};
}

/// `connections` of them, each with `frames` keys from `next`.
KeyRecord record_of(std::size_t connections, std::size_t frames, const std::function<std::uint32_t()>& next) {
    KeyRecord record;
    for (std::size_t c = 0; c < connections; ++c) {
        std::vector<MaskingKey> keys;
        for (std::size_t f = 0; f < frames; ++f) keys.push_back(key_of(next()));
        record.take(random_key(), keys);
    }
    return record;
}

constexpr KeyQuestion questions[] = {
    KeyQuestion::repeated,       KeyQuestion::predictable,  KeyQuestion::zero,           KeyQuestion::biased,
    KeyQuestion::nonce_repeated, KeyQuestion::nonce_biased, KeyQuestion::nonce_malformed};

TEST(KeyRecord, AccusesNoInnocentClient) {
    // 300 clients, of every size of run.
    std::mt19937_64 engine(6455);
    auto const random = [&] { return static_cast<std::uint32_t>(engine() >> 16U); };
    for (int client = 0; client < 300; ++client) {
        auto const record = record_of(1 + static_cast<std::size_t>(client) % 90,
                                      static_cast<std::size_t>(client) * 7 % 500, [&] { return random(); });
        for (KeyQuestion const question : questions)
            EXPECT_NE(record.answer(question).says, Says::guilty) << client << ": " << record.answer(question).figures;
    }
}

TEST(KeyRecord, AccusesNoInnocentClientHoweverLongTheRun) {
    // Past the birthday bound, where equal keys are to be expected.
    std::mt19937_64 engine(7692);
    auto const random = [&] { return static_cast<std::uint32_t>(engine() >> 16U); };
    auto const record = record_of(200, 1000, [&] { return random(); });
    for (KeyQuestion const question : questions)
        EXPECT_EQ(record.answer(question).says, Says::innocent) << record.answer(question).figures;
}

TEST(KeyRecord, FindsTheGuilty) {
    std::mt19937 engine(1);
    auto const random = [&] { return static_cast<std::uint32_t>(engine()); };
    struct Row {
        const char* name;
        KeyQuestion question;
        std::function<std::uint32_t()> next;
    };
    std::uint32_t counter = random();
    std::uint32_t backwards = random();
    std::uint32_t little = random();
    std::uint32_t stride = random();
    std::uint32_t toggling = 0;
    std::uint32_t shifting = random() | 1U;
    std::minstd_rand minstd(7);
    std::uint32_t const constant = random();
    for (const auto& row : std::vector<Row>{
             {"constant", KeyQuestion::repeated, [&] { return constant; }},
             {"one of 16", KeyQuestion::repeated, [&] { return constant + 77777 * (random() % 16); }},
             {"constant, so predictable", KeyQuestion::predictable, [&] { return constant; }},
             {"counter", KeyQuestion::predictable, [&] { return counter++; }},
             {"backwards", KeyQuestion::predictable, [&] { return backwards -= 3; }},
             {"counter, the other order", KeyQuestion::predictable, [&] { return __builtin_bswap32(little++); }},
             {"stride", KeyQuestion::predictable, [&] { return stride += 0x12345678; }},
             {"xorshift", KeyQuestion::predictable,
              [&] {
                  shifting ^= shifting << 13U;
                  shifting ^= shifting >> 17U;
                  return shifting ^= shifting << 5U;
              }},
             {"minstd, the other order", KeyQuestion::predictable,
              [&] { return __builtin_bswap32(static_cast<std::uint32_t>(minstd())); }},
             {"zero", KeyQuestion::zero, [] { return 0U; }},
             {"zero once in 20", KeyQuestion::zero, [&] { return random() % 20 == 0 ? 0U : random(); }},
             {"ASCII", KeyQuestion::biased, [&] { return random() & 0x7f7f7f7fU; }},
             {"31 bits", KeyQuestion::biased, [&] { return random() >> 1; }},
             {"16 bits", KeyQuestion::biased, [&] { return random() & 0xffffU; }},
             {"a bit that toggles", KeyQuestion::biased, [&] { return (random() & ~1U) | (toggling = 1 - toggling); }},
         }) {
        auto const record = record_of(4, 100, row.next);
        auto const answer = record.answer(row.question);
        EXPECT_EQ(answer.says, Says::guilty) << row.name << ": " << answer.figures;
        EXPECT_FALSE(answer.requirement.empty()) << row.name;
    }
}

// Python's random, PHP's mt_rand(): whoever has seen 624 keys knows the others.
TEST(KeyRecord, FindsTheMersenneTwisterWhereAConnectionIsLong) {
    std::mt19937 engine(1);
    auto const record = record_of(1, 1000, [&] { return static_cast<std::uint32_t>(engine()); });
    EXPECT_EQ(record.answer(KeyQuestion::predictable).says, Says::guilty)
        << record.answer(KeyQuestion::predictable).figures;
    EXPECT_EQ(record.answer(KeyQuestion::biased).says, Says::innocent);
}

TEST(KeyRecord, FindsNoncesThatAreNone) {
    KeyRecord twice;
    std::string const nonce = random_key();
    twice.take(nonce, {});
    EXPECT_EQ(twice.answer(KeyQuestion::nonce_repeated).says, Says::too_few);
    twice.take(random_key(), {});
    EXPECT_EQ(twice.answer(KeyQuestion::nonce_repeated).says, Says::innocent);
    twice.take(nonce, {});
    EXPECT_EQ(twice.answer(KeyQuestion::nonce_repeated).says, Says::guilty);

    // The letter in front stays, so six bits do.
    KeyRecord biased;
    for (int i = 0; i < 100; ++i) biased.take("A" + random_key().substr(1), {});
    EXPECT_EQ(biased.answer(KeyQuestion::nonce_biased).says, Says::guilty);
    EXPECT_EQ(biased.answer(KeyQuestion::nonce_repeated).says, Says::innocent);
}

TEST(KeyRecord, FindsTheOneNonceThatIsMalformed) {
    for (std::string_view const wrong :
         {"AQIDBAUGBwgJCgsMDQ4P", "AQIDBAUGBwgJCgsMDQ4PEA", "AQIDBAUGBwgJCgsMDQ4PEBE=", "AQIDBAUGBwgJCgsMDQ4P-A==",
          "AQIDBAUGBwgJCgsMDQ4P_A==", "AQIDBAUGBwgJCgsMDQ4P A==", "AQIDBAUGBwgJCgsMDQ4PE==="}) {
        KeyRecord record;
        for (int i = 0; i < 40; ++i) {
            EXPECT_EQ(record.answer(KeyQuestion::nonce_malformed).says, i == 0 ? Says::too_few : Says::innocent);
            record.take(random_key(), {});
        }
        record.take(wrong, {});
        record.take(random_key(), {});
        auto const answer = record.answer(KeyQuestion::nonce_malformed);
        EXPECT_EQ(answer.says, Says::guilty) << wrong;
        EXPECT_NE(answer.figures.find("1 of 42 "), std::string::npos) << answer.figures;
        EXPECT_NE(answer.figures.find(wrong), std::string::npos) << answer.figures;
    }
}

TEST(KeyRecord, SaysWhenItHasSeenTooLittle) {
    KeyRecord const nothing;
    for (KeyQuestion const question : questions) {
        EXPECT_EQ(nothing.answer(question).says, Says::too_few);
        EXPECT_FALSE(nothing.answer(question).figures.empty());
    }
    std::mt19937 engine(2);
    auto const random = [&] { return static_cast<std::uint32_t>(engine()); };
    EXPECT_EQ(record_of(1, 64, random).answer(KeyQuestion::biased).says, Says::too_few);
    EXPECT_EQ(record_of(1, 65, random).answer(KeyQuestion::biased).says, Says::innocent);
}

TEST(KeyRecord, TakesAnyTextForANonce) {
    KeyRecord record;
    for (const auto* text : {"", "short", "!!!!!!!!!!!!!!!!!!!!!!==", "AAAAAAAAAAAAAAAAAAAAAAAA"})
        record.take(text, {});
    record.take(std::string(100'000, 'x'), {});
    EXPECT_EQ(record.answer(KeyQuestion::nonce_repeated).says, Says::innocent);
}

}  // namespace
}  // namespace wsspec
