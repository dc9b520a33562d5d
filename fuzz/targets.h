// The fuzz targets: each holds one contract of the project to any octets. A contract is stated on top of the target's
// file; a broken one ends the process. libFuzzer drives them (engine/libfuzzer.cpp), and so does fuzz_replay, which any
// compiler builds.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "reference/octets.h"

namespace wsspec::targets {

// Of octets.
void decoder(OctetView input);
void endpoint_pair(OctetView input);
void request(OctetView input);
void response(OctetView input);
void extensions(OctetView input);
void watching_inflater(OctetView input);
void message_inflater(OctetView input);
void deflate_round_trip(OctetView input);
void utf8(OctetView input);
void key_record(OctetView input);
void result_reader(OctetView input);
void baseline_reader(OctetView input);
void spec_reader(OctetView input);
void replay_reader(OctetView input);
void serve_url(OctetView input);
void words(OctetView input);

// Of encoded scripts.
void script_codec(OctetView input);
void forecast(OctetView input);
void judge(OctetView input);
void beast_difference(OctetView input);

/// The contract is broken: says which part, and ends the process.
inline void demand(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "The contract of this target is broken: %s\n", what);
    std::abort();
}

/// Reads an input from the front, one decision after another. Behind its end everything is zero.
class Input {
public:
    explicit Input(OctetView octets) : rest_(octets) {}

    bool empty() const { return rest_.empty(); }
    unsigned octet() {
        if (rest_.empty()) return 0;
        unsigned const value = rest_.front();
        rest_ = rest_.subspan(1);
        return value;
    }
    unsigned two_octets() {
        unsigned const high = octet();
        return high << 8 | octet();
    }
    OctetView take(std::size_t size) {
        auto const taken = rest_.first(size < rest_.size() ? size : rest_.size());
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    OctetView rest() const { return rest_; }

private:
    OctetView rest_;
};

/// Sizes of pieces, 1 to `longest`: decided by one octet, the same on every run.
class Pieces {
public:
    explicit Pieces(unsigned seed, unsigned longest = 37) : state_(seed), longest_(longest) {}
    std::size_t next() { return 1 + (state_ = state_ * 1103515245U + 12345U) / 65536U % longest_; }

private:
    std::uint32_t state_;
    unsigned longest_;
};

}  // namespace wsspec::targets
