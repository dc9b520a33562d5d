// Are a client's masking keys and nonces fresh and unpredictable (RFC 6455 sections 4.1, 5.3 and 10.3)? No single key
// can say; the keys of many frames can. Nor does one nonce that is well formed say that all are. Pure, and of bounded
// size.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/frame.h"

namespace wsspec {

enum class KeyQuestion {
    repeated,         ///< Does a masking key come back more often than chance has it?
    predictable,      ///< Can a key be known from those before: next to the last, as far on, or of a known generator?
    zero,             ///< Is the key 00 00 00 00, which masks nothing?
    biased,           ///< Is there a bit that hardly ever changes, or always does?
    nonce_repeated,   ///< Does a Sec-WebSocket-Key come twice?
    nonce_biased,     ///< As `biased`, of Sec-WebSocket-Key.
    nonce_malformed,  ///< Is a Sec-WebSocket-Key other than 16 octets in base64?
};

struct KeyAnswer {
    enum class Says { too_few, innocent, guilty };
    Says says = Says::too_few;
    std::string requirement = {};  ///< That is broken by who is guilty.
    std::string figures = {};      ///< The numbers, in one sentence.
};

/// How often it may happen to a client with perfect random numbers that it is called guilty, for each question.
inline constexpr double key_significance = 1e-6;

/// What is remembered of all connections of one client.
class KeyRecord {
public:
    /// One connection: its Sec-WebSocket-Key as it came, and its masking keys in the order of the frames.
    void take(std::string_view nonce, std::span<const MaskingKey> keys);
    KeyAnswer answer(KeyQuestion question) const;

private:
    /// Of so many bits: how often each was 1, and how often other than in the key before.
    template <std::size_t bits>
    struct Balance {
        std::array<std::uint64_t, bits> ones = {};
        std::array<std::uint64_t, bits> changes = {};
        std::uint64_t keys = 0;
        std::uint64_t steps = 0;

        void add(std::span<const Octet> key, std::span<const Octet> before);
        KeyAnswer answer(std::string_view what, std::string_view requirement) const;
    };

    // Behind that many, more would not change an answer.
    static constexpr std::size_t most_keys = 1U << 16;
    static constexpr std::size_t most_nonces = 1U << 14;

    std::vector<std::uint32_t> keys_;
    std::uint64_t zeros_ = 0;
    std::uint64_t steps_ = 0;
    std::uint64_t guessed_ = 0;
    Balance<32> balance_;
    std::multiset<std::string, std::less<>> nonces_;
    std::vector<Octet> last_nonce_;
    Balance<128> nonce_balance_;
    std::uint64_t handshakes_ = 0;
    std::uint64_t malformed_ = 0;
    std::string first_malformed_;
};

}  // namespace wsspec
