// Contract of the words and small values: every value has a name, for whoever wrote it; what comes out of octets can go
// to a terminal; hexadecimal digits come back as the octets that they were; a close code is legal, or there is a
// statement of the catalogue that it breaks; what is drawn at random is what the RFC asks for.
//
// Input: any octets.
#include <algorithm>

#include "fuzz/targets.h"
#include "reference/close_code.h"
#include "reference/frame.h"
#include "reference/handshake.h"
#include "reference/requirements.h"
#include "reference/watching_inflater.h"

namespace wsspec::targets {

namespace {

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

void check_close_code(std::uint16_t code) {
    auto const code_class = classify(code);
    bool const legal = code_class == CloseCodeClass::legal || code_class == CloseCodeClass::registered_later;
    demand(may_be_sent(code) == legal, "may_be_sent() and classify() disagree");
    auto const broken = broken_requirement(code_class, code);
    demand(broken.empty() || find_requirement(broken) != nullptr, "a close code breaks nothing in the catalogue");
    demand(!broken.empty() || legal, "an illegal close code breaks nothing");
    demand(is_plain(close_code_name(code)), "a name that is not plain");
    if (code >= 1000 && code < 1004) demand(!close_code_name(code).empty(), "a code of 7.4.1 without a name");
}

void check_requirement(std::size_t number) {
    auto const all = requirements();
    const Requirement& one = all[number % all.size()];
    demand(find_requirement(one.id) == &one, "a statement is not found by its id");
    demand(!level_name(one.level).empty() && !to_string(one.bound).empty(), "a statement without a level or a bearer");
    demand(one.id.starts_with("IANA-") || one.id.starts_with("R" + std::string(one.rfc) + "-"), "an id of another RFC");
    auto const seen = one.observable | Observable::nowhere;
    demand(includes(seen, Observable::at_server) == includes(one.observable, Observable::at_server), "| loses a part");
}

}  // namespace

void words(OctetView input) {
    Input in(input);
    std::uint16_t const code = static_cast<std::uint16_t>(in.two_octets());
    check_close_code(code);
    check_requirement(code);
    demand(!to_string(static_cast<Opcode>(code & 0xf)).empty(), "an opcode without a name");
    demand(!to_string(static_cast<InflateProblem>(code % 9)).empty(), "a problem without a name");

    Octets const rest(in.rest().begin(), in.rest().end());
    std::string digits = to_hex(rest);
    demand(is_plain(digits), "hexadecimal digits that are none");
    demand(hex(digits) == rest, "hexadecimal digits come back as something else");
    std::ranges::transform(digits, digits.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    demand(hex(digits) == rest, "capital digits come back as something else");
    std::size_t const limit = code % 64;
    demand(is_plain(printable(as_text(rest))), "printable() lets something through");
    std::string cut = printable(as_text(rest), limit);
    if (rest.size() > limit) demand(cut.ends_with("…"), "what is cut does not say so");
    demand(octets(as_text(rest)) == rest, "octets of a text are others");
    if (!rest.empty()) {
        Octets const over = pattern(as_text(rest), limit);
        demand(over.size() == limit, "a pattern of another size");
        for (std::size_t i = 0; i < limit; ++i) demand(over[i] == rest[i % rest.size()], "a pattern that is another");
    }

    ClientRequest asked;
    asked.host = "localhost";
    asked.key = random_key();
    demand(check_request(build_request(asked)).must_be_accepted(), "a random key is no key");
}

}  // namespace wsspec::targets
