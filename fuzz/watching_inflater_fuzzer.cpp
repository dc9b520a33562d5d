// Contract: our inflater takes what zlib takes, puts out the same octets, and reports the same facts about blocks; fed
// octet by octet or in pieces it does the same as fed whole. Any octets, as two messages that share a window.
//
// Input: an octet that says how pieces are cut, one that says how long the first message is; what follows it is the
// second.
#include <algorithm>

#include "fuzz/targets.h"
#include "reference/watching_inflater.h"
#include "reference/zlib_oracle_test.h"

namespace wsspec::targets {

namespace {

struct Inflated {
    InflateProblem problem = InflateProblem::none;
    Octets out;
    InflateFacts facts;
    bool operator==(const Inflated&) const = default;
};

template <class NextSize>
Inflated inflate_message(WatchingInflater& inflater, OctetView payload, NextSize next_size) {
    Inflated result;
    while (!payload.empty()) {
        auto const size = std::min<std::size_t>(payload.size(), next_size());
        inflater.feed(payload.first(size), result.out);
        payload = payload.subspan(size);
    }
    result.problem = inflater.end_message();
    result.facts = inflater.facts();
    return result;
}

}  // namespace

void watching_inflater(OctetView input) {
    if (input.size() < 2) return;
    auto const rest = input.subspan(2);
    auto const first = std::min<std::size_t>(rest.size(), input[1] == 255 ? rest.size() : input[1]);

    ZlibOracle zlib;
    static WatchingInflater whole(UINT64_MAX), by_octet(UINT64_MAX), in_pieces(UINT64_MAX);
    for (auto* inflater : {&whole, &by_octet, &in_pieces}) inflater->forget();
    for (auto const payload : {rest.first(first), rest.subspan(first)}) {
        auto const expected = zlib.inflate_message(payload);
        auto const result = inflate_message(whole, payload, [] { return SIZE_MAX; });
        demand((result.problem == InflateProblem::none) == expected.accepted, "one accepts what the other refuses");
        demand(result.out == expected.out, "not the same comes out");
        demand(result.facts.octets == result.out.size(), "not counted right");

        demand(inflate_message(by_octet, payload, [] { return 1; }) == result, "octet by octet it is different");
        unsigned seed = input[0];
        auto const next = [&] { return 1 + (seed = seed * 5 + 1) % 37; };
        demand(inflate_message(in_pieces, payload, next) == result, "in pieces it is different");

        if (!expected.accepted) break;
        demand(result.facts.final_blocks == expected.final_blocks, "final blocks");
        demand(result.facts.ends_behind_final == expected.ends_behind_final, "ends behind a final block");
        demand(result.facts.tail_left_in == expected.tail_left_in, "tail left in");
        demand(result.facts.largest_distance <= 32768 && result.facts.reach <= 32768, "a distance that cannot be");
    }
}

}  // namespace wsspec::targets
