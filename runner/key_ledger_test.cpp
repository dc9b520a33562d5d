#include "runner/key_ledger.h"

#include <gtest/gtest.h>

#include "cases/catalogue.h"
#include "reference/octets.h"

namespace wsspec {
namespace {

const Case& case_of(const char* id) {
    const Case* const found = find_case(id);
    EXPECT_NE(found, nullptr) << id;
    return *found;
}

/// What becomes of the case after `connections` with nonces and masking keys made by `make` from their number.
template <class Make>
CaseResult asked(const char* id, unsigned connections, Make make) {
    KeyLedger ledger;
    CaseResult last;
    for (unsigned i = 0; i < connections; ++i) {
        CaseResult played;
        played.id = id;
        played.verdict = Verdict::pass;
        last = ledger.take("agent", case_of(id), make(i), std::move(played));
    }
    return last;
}

/// Far from its neighbours in every bit.
std::uint32_t mixed(std::uint32_t value) {
    value = (value ^ value >> 16) * 0x45d9f3bU;
    value = (value ^ value >> 16) * 0x45d9f3bU;
    return value ^ value >> 16;
}

Octets sixteen(unsigned number, Octet mask, Octet set) {
    Octets out;
    for (unsigned i = 0; i < 16; ++i) out.push_back(static_cast<Octet>((mixed(number * 16 + i + 1) >> 7 & mask) | set));
    return out;
}

std::string to_base64(const Octets& octets) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < octets.size(); at += 3) {
        std::uint32_t three = 0;
        for (std::size_t i = at; i < at + 3; ++i) three = three << 8 | (i < octets.size() ? octets[i] : 0U);
        for (unsigned i = 0; i < 4; ++i) out += at + i > octets.size() ? '=' : digits[three >> (18 - 6 * i) & 0x3fU];
    }
    return out;
}

SessionResult with_nonce(const Octets& nonce) {
    SessionResult session;
    session.nonce = to_base64(nonce);
    return session;
}

// Mojolicious takes sixteen decimal digits.
TEST(KeyLedger, ANonceOfDigitsIsNonStrictAndOneThatComesTwiceFails) {
    auto const digits = asked("8.10.14", 400, [](unsigned i) { return with_nonce(sixteen(i, 0x07, '0')); });
    EXPECT_EQ(digits.verdict, Verdict::non_strict) << digits.observed;
    ASSERT_FALSE(digits.findings.empty());
    EXPECT_EQ(digits.findings.front().requirement, "R6455-4.1-22");
    EXPECT_EQ(asked("8.10.14", 400, [](unsigned i) { return with_nonce(sixteen(i, 0xff, 0)); }).verdict, Verdict::pass);
    EXPECT_EQ(asked("8.10.13", 400, [](unsigned i) { return with_nonce(sixteen(i % 8, 0xff, 0)); }).verdict,
              Verdict::fail);
}

// Its masking keys begin with an octet 00; those of Boost.Beast 1.81 come sixteen times each.
TEST(KeyLedger, MaskingKeysHaveToBeUnpredictable) {
    auto const keys = [](auto key_of) {
        return [key_of](unsigned connection) {
            SessionResult session = with_nonce(sixteen(connection, 0xff, 0));
            for (unsigned i = 0; i < 80; ++i) {
                std::uint32_t const key = key_of(connection, i);
                session.masking_keys.push_back({static_cast<Octet>(key >> 24), static_cast<Octet>(key >> 16),
                                                static_cast<Octet>(key >> 8), static_cast<Octet>(key)});
            }
            return session;
        };
    };
    auto const small = keys([](unsigned c, unsigned i) { return mixed(c * 80 + i + 1) >> 8; });
    auto const blocks = keys([](unsigned c, unsigned i) { return mixed(c * 16 + i % 16 + 1); });
    auto const good = keys([](unsigned c, unsigned i) { return mixed(c * 80 + i + 1); });
    EXPECT_EQ(asked("11.4.8", 20, small).verdict, Verdict::fail);
    EXPECT_EQ(asked("11.4.5", 20, blocks).verdict, Verdict::fail);
    for (const char* id : {"11.4.5", "11.4.8"}) EXPECT_EQ(asked(id, 20, good).verdict, Verdict::pass) << id;
}

}  // namespace
}  // namespace wsspec
