#include "reference/compressed_message.h"

#include <string>

namespace wsspec {

namespace {

Violation undecodable(InflateProblem problem) {
    // 7.2.2 says only that the data has to be decompressed. That it is no valid data makes 1007 fit (RFC 6455 7.4.1),
    // that the protocol defines its form makes 1002 fit as well.
    return {.kind = Violation::Kind::compression,
            .requirement = "R7692-7.2.2-11",
            .what = to_string(problem),
            .close_code = 1007,
            .other_code = 1002};
}

Violation no_text() {
    return {.kind = Violation::Kind::text,
            .requirement = "R6455-8.1-1",
            .what = "a compressed text message does not inflate to valid UTF-8",
            .close_code = 1007};
}

}  // namespace

void CompressedMessageReader::begin(Opcode opcode) {
    is_text_ = opcode == Opcode::text;
    text_.reset();
    reported_ = false;
    has_payload_ = false;
    problem_ = InflateProblem::none;
}

void CompressedMessageReader::recover() { inflater_.forget(); }

std::optional<Violation> CompressedMessageReader::feed(OctetView payload, Octets& out) {
    has_payload_ = has_payload_ || !payload.empty();
    std::size_t const before = out.size();
    auto const problem = inflater_.feed(payload, out);
    return check(problem, OctetView(out).subspan(before), false);
}

std::optional<Violation> CompressedMessageReader::end() {
    // The inflater is not asked: what it knows of earlier messages has to stay.
    return check(has_payload_ ? inflater_.end_message() : InflateProblem::no_octets, {}, true);
}

std::optional<Violation> CompressedMessageReader::check(InflateProblem problem, OctetView inflated, bool at_end) {
    if (problem_ == InflateProblem::none) problem_ = problem;
    too_large_ = too_large_ || problem == InflateProblem::too_large;
    if (reported_) return std::nullopt;
    // In the order in which a receiver comes across them.
    bool const bad_text = is_text_ && text_.feed(inflated).has_value();
    bool const undecoded = problem != InflateProblem::none && problem != InflateProblem::too_large;
    reported_ = bad_text || undecoded || (at_end && is_text_ && !text_.complete());
    if (!reported_) return std::nullopt;
    return undecoded && !bad_text ? undecodable(problem) : no_text();
}

std::vector<CompressionBreach> compression_breaches(const InflateFacts& facts, const DeflateAgreement& agreement,
                                                    Role sender) {
    bool const server = sender == Role::server;
    std::vector<CompressionBreach> out;
    if (facts.reach != 0 && agreement.no_context_takeover(sender)) {
        out.push_back({server ? "R7692-7.2.1-10" : "R7692-7.2.1-8",
                       "a compressed message refers " + std::to_string(facts.reach) +
                           " octets back into earlier messages, although " + std::string(to_string(sender)) +
                           "_no_context_takeover is agreed"});
    }
    std::uint32_t const window = 1U << agreement.window_bits(sender);
    if (facts.largest_distance > window) {
        out.push_back({server ? "R7692-7.2.1-12" : "R7692-7.2.1-11",
                       "a compressed message has a back-reference over " + std::to_string(facts.largest_distance) +
                           " octets, although a window of " + std::to_string(window) + " is agreed"});
    }
    if (facts.tail_left_in)
        out.push_back({"R7692-7.2.1-1", "a compressed message ends with the 00 00 ff ff that has to be removed"});
    if (facts.padding)
        out.push_back({"R7692-7.2.1-5", "the octet behind a block with BFINAL is not padded with zeros"});
    if (facts.ends_behind_final) {
        out.push_back({"R7692-7.2.1-1",
                       "a compressed message ends with a block that has BFINAL set, without the 00 behind it", true});
    }
    return out;
}

}  // namespace wsspec
