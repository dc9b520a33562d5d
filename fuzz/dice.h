// Pseudo-random numbers that are the same on every machine: what the generator and the mutator draw from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "reference/octets.h"

namespace wsspec {

/// splitmix64. The standard's distributions differ between libraries; these do not. Not for keys that protect anything.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t number() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    /// 0 to sides - 1; `sides` is not 0.
    std::size_t roll(std::size_t sides) { return static_cast<std::size_t>(number() % sides); }
    bool one_in(std::size_t sides) { return roll(sides) == 0; }
    Octet octet() { return static_cast<Octet>(number() >> 32); }
    Octets octets(std::size_t count) {
        Octets out(count);
        for (auto& octet : out) octet = this->octet();
        return out;
    }
    template <class Range>
    decltype(auto) pick(Range&& from) {
        return from[roll(std::size(from))];
    }

private:
    std::uint64_t state_;
};

}  // namespace wsspec
