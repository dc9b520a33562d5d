// A failure of a parser, for people.
#include <algorithm>

#include "fuzz/adapters/parser_check.h"
#include "reference/requirements.h"

namespace wsspec {

namespace {

std::string line(std::string_view label, std::string_view text) {
    std::string out(label);
    out.resize(13, ' ');
    return out + std::string(text) + '\n';
}

/// The octets around the one that decided, which stands in brackets; sixteen a line.
std::string octets_around(OctetView stream, std::uint64_t offset) {
    constexpr std::size_t before = 96;
    constexpr std::size_t behind = 32;
    std::size_t const decided = std::min<std::size_t>(stream.size(), std::max<std::uint64_t>(offset, 1)) - 1;
    std::size_t const from = decided > before ? (decided - before) / 16 * 16 : 0;
    std::size_t const to = std::min(stream.size(), decided + behind);
    std::string out;
    for (std::size_t at = from; at < to; at += 16) {
        std::string row = std::to_string(at);
        row.resize(8, ' ');
        for (std::size_t i = at; i < std::min(at + 16, to); ++i) {
            std::string const octet = to_hex(stream.subspan(i, 1));
            row += i == decided ? "[" + octet + "] " : octet + " ";
        }
        row.pop_back();
        out += line(at == from ? "Octets" : "", row);
    }
    return out;
}

std::string agreement_text(const DeflateAgreement& agreement) {
    std::string out = "permessage-deflate";
    if (agreement.server_no_context_takeover) out += "; server_no_context_takeover";
    if (agreement.client_no_context_takeover) out += "; client_no_context_takeover";
    out += "; server_max_window_bits=" + std::to_string(agreement.server_max_window_bits);
    return out + "; client_max_window_bits=" + std::to_string(agreement.client_max_window_bits);
}

}  // namespace

std::string describe(const ParserFailure& failure, std::string_view parser, std::string_view again) {
    std::string out =
        "wsspec: \"" + printable(parser, 80) + "\" breaks the rule \"" + std::string(to_string(failure.rule)) + "\"\n";
    if (const auto* requirement = find_requirement(failure.requirement)) {
        bool const registry = requirement->rfc == "IANA";
        out += line("Requirement", failure.requirement + " (" +
                                       (registry ? "IANA" : "RFC " + std::string(requirement->rfc)) +
                                       (registry ? "" : " section " + std::string(requirement->section)) + ", " +
                                       std::string(level_name(requirement->level)) + ")");
        out += line("", requirement->statement);
    }
    out += line("Expected", failure.expected);
    out += line("Observed", failure.observed);
    out += line("Why", failure.why);
    out += line("Parser", "as a " + std::string(to_string(failure.input.role)) + ", max_message " +
                              std::to_string(failure.max_message) + ", fed " + failure.chunking);
    if (failure.input.agreement) out += line("Agreed", agreement_text(*failure.input.agreement));
    out += octets_around(failure.input.stream, failure.offset);
    out += line("", std::to_string(failure.input.stream.size()) +
                        " octets in all; in brackets the last that it had been "
                        "given");
    if (failure.chunking.starts_with("in pieces") && !failure.input.cuts.empty()) {
        std::string cuts;
        for (std::size_t i = 0; i < std::min<std::size_t>(failure.input.cuts.size(), 24); ++i)
            cuts += (i == 0 ? "" : " ") + std::to_string(failure.input.cuts[i]);
        out += line("Cut behind", cuts + (failure.input.cuts.size() > 24 ? " ..." : ""));
    }
    return out + line("Run again", again);
}

}  // namespace wsspec
