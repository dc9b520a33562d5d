// Contract: any text is a spec file of `wstest`, in each of its modes, or is not, with words that can go to a terminal;
// its patterns select cases of the catalogue or are an error.
//
// Input: an octet of mode, a spec file.
#include <algorithm>

#include "fuzz/targets.h"
#include "runner/wstest_spec.h"

namespace wsspec::targets {

namespace {

void check_words(std::string_view words) {
    demand(!words.empty(), "an error without words");
    demand(std::ranges::none_of(words, [](char c) { return c >= 0 && c < 0x20; }), "words with controls");
}

}  // namespace

void spec_reader(OctetView input) {
    Input in(input);
    constexpr std::string_view modes[] = {"fuzzingclient", "fuzzingserver", "massconnect"};
    auto const mode = modes[in.octet() % 3];
    auto const spec = parse_wstest_spec(as_text(in.rest()), mode);
    if (!spec) return check_words(spec.error());
    demand(!spec->outdir.empty(), "no folder for the reports");
    for (const auto& note : spec->notes) check_words(note);
    // A pattern is a regular expression, and the catalogue has more than a thousand ids.
    if (spec->cases.size() + spec->excluded.size() > 8) return;
    auto const cases = wstest_cases(*spec, Target::server, true);
    if (!cases) return check_words(cases.error());
    for (const auto* one : *cases) demand(one != nullptr, "a case that is none");
    if (!cases->empty()) (void)excluded_for(*spec, "agent/1.0", cases->front()->id);
}

}  // namespace wsspec::targets
