// Contract: any octets are some script, within bounds; that script survives being written and read; so does whatever
// the mutator and the splicer make of it; they, the shrinker and the way to the wire take any script.
//
// Input: an encoded script; its last octets are also the seed of the changes.
#include "fuzz/mutator.h"
#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "fuzz/shrinker.h"
#include "fuzz/targets.h"

namespace wsspec::targets {

void script_codec(OctetView input) {
    // Large patterns only cost time here.
    constexpr std::size_t largest = 1U << 20;
    Script const script = decode(input);
    auto const stream = wire_stream(script, Role::client, largest);
    if (stream.octets.size() >= largest / 2) return;
    demand(decode(encode(script)) == script, "written and read again it is another script");
    std::uint64_t seed = input.size();
    for (Octet const octet : input.last(std::min<std::size_t>(input.size(), 16))) seed = seed * 31 + octet;
    Script const changed = mutate(script, seed);
    demand(decode(encode(changed)) == changed, "a mutated script does not survive");
    demand(mutate(script, seed) == changed, "the mutator is not deterministic");
    Script const spliced = splice(changed, script, seed);
    demand(decode(encode(spliced)) == spliced, "a spliced script does not survive");
    for (auto const cut : stream.cuts) demand(cut > 0 && cut < stream.octets.size(), "a cut that cuts nothing");
    for (Role const target : {Role::server, Role::client}) {
        Script const judged = judged_by_forecast(script, target);
        demand(judged_by_forecast(judged, target) == judged, "judged twice it is another script");
    }
    if (input.size() > 200) return;
    Shrinker shrinker(script, 40);
    while (auto const candidate = shrinker.next()) {
        demand(*candidate != shrinker.smallest(), "a question that asks nothing");
        shrinker.answer((seed = seed * 5 + 1) % 3 == 0);
    }
    demand(shrinker.questions() <= 40, "too many questions");
}

}  // namespace wsspec::targets
