#include "reference/key_record.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "reference/handshake.h"
#include "reference/known_generators.h"

namespace wsspec {

namespace {

constexpr double all_keys = 4294967296.0;  // 2 to the 32nd

/// Two keys no further apart can be guessed from one another: counters, in either order of octets.
constexpr std::uint32_t within_reach = 256;
/// Values that known generators would give next (see known_generators.h).
constexpr double known_next = 16;
/// Values of the next key that are held for guessable: in either order of octets, the stride of before, and those.
constexpr double guesses = 2 * (2 * within_reach - 1 + known_next) + 2;

/// P(X >= seen) where X counts rare events of which `expected` are to be expected (Poisson).
double chance_of(std::uint64_t seen, double expected) {
    if (seen == 0) return 1;
    auto const k = static_cast<double>(seen);
    if (k <= expected) return 1;
    double term = std::exp(k * std::log(expected) - expected - std::lgamma(k + 1));
    double sum = 0;
    for (double next = k + 1; term > sum * 1e-12; ++next) {
        sum += term;
        term *= expected / next;
    }
    return std::min(sum, 1.0);
}

/// Hoeffding's bound, both sides: never below the true chance that a fair coin is this far from half.
double chance_of_share(std::uint64_t heads, std::uint64_t throws) {
    double const off = static_cast<double>(heads) / static_cast<double>(throws) - 0.5;
    return std::min(1.0, 2 * std::exp(-2 * static_cast<double>(throws) * off * off));
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", value);
    return text;
}

std::string chance(double p) { return p < 1e-12 ? "chance below 1e-12" : "chance " + number(p); }

KeyAnswer answer_of(double p, std::string_view requirement, std::string figures) {
    return {.says = p < key_significance ? KeyAnswer::Says::guilty : KeyAnswer::Says::innocent,
            .requirement = std::string(requirement),
            .figures = std::move(figures) + " (" + chance(p) + ")"};
}

KeyAnswer too_few(std::string figures) {
    return {.says = KeyAnswer::Says::too_few, .requirement = {}, .figures = std::move(figures)};
}

std::uint32_t big_endian(const MaskingKey& key) {
    return std::uint32_t{key[0]} << 24 | std::uint32_t{key[1]} << 16 | std::uint32_t{key[2]} << 8 | key[3];
}
std::uint32_t little_endian(const MaskingKey& key) { return big_endian({key[3], key[2], key[1], key[0]}); }

bool near(std::uint32_t a, std::uint32_t b) { return a - b < within_reach || b - a < within_reach; }

/// The 16 octets of a nonce; nothing if it is another text.
std::optional<std::vector<Octet>> decoded(std::string_view nonce) {
    if (nonce.size() != 24 || !nonce.ends_with("==")) return std::nullopt;
    std::vector<Octet> out(18);
    auto const* text = reinterpret_cast<const unsigned char*>(nonce.data());
    if (EVP_DecodeBlock(out.data(), text, 24) != 18) return std::nullopt;
    out.resize(16);
    return out;
}

}  // namespace

template <std::size_t bits>
void KeyRecord::Balance<bits>::add(std::span<const Octet> key, std::span<const Octet> before) {
    ++keys;
    steps += before.empty() ? 0 : 1;
    for (std::size_t bit = 0; bit < bits; ++bit) {
        auto const of = [&](std::span<const Octet> octets) { return octets[bit / 8] >> (7 - bit % 8) & 1U; };
        ones[bit] += of(key);
        if (!before.empty()) changes[bit] += of(key) ^ of(before);
    }
}

template <std::size_t bits>
KeyAnswer KeyRecord::Balance<bits>::answer(std::string_view what, std::string_view requirement) const {
    // Fewer could not show even a bit that never changes.
    constexpr std::uint64_t enough = 64;
    std::string const counted = std::to_string(keys) + " " + std::string(what);
    if (steps < enough) return too_few(counted + ": " + std::to_string(enough + 1) + " are needed");
    double worst = 1;
    std::string which;
    auto const look = [&](const auto& counts, std::uint64_t of, std::string_view does) {
        for (std::size_t bit = 0; bit < bits; ++bit) {
            double const p = chance_of_share(counts[bit], of);
            if (p >= worst && !which.empty()) continue;
            worst = p;
            which = "bit " + std::to_string(bit) + " " + std::string(does) + " in " + std::to_string(counts[bit]) +
                    " of " + std::to_string(of);
        }
    };
    look(ones, keys, "is 1");
    look(changes, steps, "changes");
    // The worst of so many looks is judged by all of them (Bonferroni).
    return answer_of(std::min(1.0, worst * 2 * bits), requirement, counted + "; furthest from half: " + which);
}

void KeyRecord::take(std::string_view nonce, std::span<const MaskingKey> keys) {
    handshakes_ += nonce.empty() ? 0 : 1;
    if (!nonce.empty() && !is_nonce(nonce) && malformed_++ == 0) first_malformed_ = nonce.substr(0, 64);
    if (!nonce.empty() && nonces_.size() < most_nonces) {
        nonces_.emplace(nonce.substr(0, 64));
        if (auto octets = decoded(nonce)) {
            nonce_balance_.add(*octets, last_nonce_);
            last_nonce_ = std::move(*octets);
        }
    }
    std::vector<std::uint32_t> so_far;
    std::vector<std::uint32_t> so_far_little;
    for (std::size_t i = 0; i < keys.size() && keys_.size() < most_keys; ++i) {
        std::uint32_t const key = big_endian(keys[i]);
        zeros_ += key == 0 ? 1 : 0;
        if (i > 0) {
            ++steps_;
            std::uint32_t const before = big_endian(keys[i - 1]);
            bool const strides = i > 1 && key - before == before - big_endian(keys[i - 2]);
            bool const strides_little = i > 1 && little_endian(keys[i]) - little_endian(keys[i - 1]) ==
                                                     little_endian(keys[i - 1]) - little_endian(keys[i - 2]);
            if (near(key, before) || near(little_endian(keys[i]), little_endian(keys[i - 1])) || strides ||
                strides_little || follows_from(so_far, key) || follows_from(so_far_little, little_endian(keys[i])))
                ++guessed_;
        }
        so_far.push_back(key);
        so_far_little.push_back(little_endian(keys[i]));
        balance_.add(keys[i], i > 0 ? std::span<const Octet>(keys[i - 1]) : std::span<const Octet>());
        keys_.push_back(key);
    }
}

KeyAnswer KeyRecord::answer(KeyQuestion question) const {
    auto const count = static_cast<double>(keys_.size());
    std::string const keys = std::to_string(keys_.size()) + " masking keys";
    switch (question) {
        case KeyQuestion::repeated: {
            if (keys_.size() < 2) return too_few(keys + ": 2 are needed");
            auto sorted = keys_;
            std::ranges::sort(sorted);
            std::uint64_t pairs = 0;
            std::uint64_t equal = 0;
            std::uint64_t different = 1;
            for (std::size_t i = 1; i < sorted.size(); ++i) {
                equal = sorted[i] == sorted[i - 1] ? equal + 1 : 0;
                different += equal == 0 ? 1 : 0;
                pairs += equal;
            }
            double const expected = count * (count - 1) / 2 / all_keys;
            return answer_of(chance_of(pairs, expected), "R6455-5.3-2",
                             keys + ", " + std::to_string(different) + " different; " + std::to_string(pairs) +
                                 " pairs of equal ones, where chance gives " + number(expected));
        }
        case KeyQuestion::predictable: {
            if (steps_ == 0) return too_few(keys + ", no two on one connection");
            double const expected = static_cast<double>(steps_) * guesses / all_keys;
            return answer_of(chance_of(guessed_, expected), "R6455-5.3-4",
                             std::to_string(guessed_) + " of " + std::to_string(steps_) +
                                 " masking keys could be guessed from those before, where chance gives " +
                                 number(expected));
        }
        case KeyQuestion::zero:
            if (keys_.empty()) return too_few("no masking key was seen");
            return answer_of(chance_of(zeros_, count / all_keys), "R6455-5.3-3",
                             keys + ", " + std::to_string(zeros_) + " of them 00 00 00 00");
        case KeyQuestion::biased:
            return balance_.answer("masking keys", "R6455-5.3-3");
        case KeyQuestion::nonce_repeated: {
            std::string const nonces = std::to_string(nonces_.size()) + " opening handshakes";
            if (nonces_.size() < 2) return too_few(nonces + ": 2 are needed");
            std::uint64_t again = 0;
            for (auto each = std::next(nonces_.begin()); each != nonces_.end(); ++each)
                again += *each == *std::prev(each) ? 1 : 0;
            // 128 bits: not even one comes twice by chance.
            double const expected =
                static_cast<double>(nonces_.size()) * static_cast<double>(nonces_.size()) * std::pow(2.0, -129);
            return answer_of(chance_of(again, expected), "R6455-4.1-22",
                             nonces + "; " + std::to_string(again) + " of them with a Sec-WebSocket-Key of before");
        }
        case KeyQuestion::nonce_biased:
            return nonce_balance_.answer("values of Sec-WebSocket-Key", "R6455-4.1-22");
        case KeyQuestion::nonce_malformed: {
            if (handshakes_ == 0) return too_few("no Sec-WebSocket-Key was seen");
            // No chance has a part in it: one is too many.
            std::string figures = std::to_string(malformed_) + " of " + std::to_string(handshakes_) +
                                  " values of Sec-WebSocket-Key are not the base64 form of 16 octets";
            if (malformed_ == 0) return {.says = KeyAnswer::Says::innocent, .figures = std::move(figures)};
            return {.says = KeyAnswer::Says::guilty,
                    .requirement = "R6455-4.1-21",
                    .figures = std::move(figures) + "; the first of them: " + printable(first_malformed_, 200)};
        }
    }
    return {};
}

}  // namespace wsspec
