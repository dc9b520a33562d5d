// Contract: the endpoint's inflater, on zlib, takes the messages that the watching one takes, and puts out the same;
// cut into pieces it does the same as whole; it never puts out more than the limit, and says so; and a reader of
// compressed messages finds the same problem in every cutting.
//
// Input: an octet (bit 0: text; 1: no context takeover), one that says how pieces are cut, two for the limit (0: none),
// one for the length of the first message; what follows it is the second.
#include <algorithm>

#include "fuzz/targets.h"
#include "reference/compressed_message.h"
#include "reference/deflate.h"

namespace wsspec::targets {

namespace {

using Result = MessageInflater::Result;

struct Inflated {
    Result result = Result::ok;
    Octets out;
    bool operator==(const Inflated&) const = default;
};

Inflated inflate_message(MessageInflater& inflater, OctetView payload, Pieces pieces, bool whole) {
    Inflated out;
    while (!payload.empty() && out.result == Result::ok) {
        auto const piece = payload.first(whole ? payload.size() : std::min(pieces.next(), payload.size()));
        out.result = inflater.feed(piece, out.out);
        payload = payload.subspan(piece.size());
    }
    if (out.result == Result::ok) out.result = inflater.end();
    return out;
}

struct Read {
    Octets out;
    std::string_view requirement;
    bool too_large = false;
    bool operator==(const Read&) const = default;
};

Read read_message(CompressedMessageReader& reader, Opcode opcode, OctetView payload, Pieces pieces, bool whole) {
    Read out;
    auto const note = [&](const std::optional<Violation>& violation) {
        if (violation && out.requirement.empty()) out.requirement = violation->requirement;
    };
    reader.begin(opcode);
    while (!payload.empty()) {
        auto const piece = payload.first(whole ? payload.size() : std::min(pieces.next(), payload.size()));
        note(reader.feed(piece, out.out));
        payload = payload.subspan(piece.size());
    }
    note(reader.end());
    out.too_large = reader.too_large();
    if (reader.problem() != InflateProblem::none) {
        demand(!to_string(reader.problem()).empty(), "a problem without words");
        reader.recover();
    }
    return out;
}

}  // namespace

void message_inflater(OctetView input) {
    Input in(input);
    unsigned const flags = in.octet();
    Pieces const pieces(in.octet());
    unsigned const wanted = in.two_octets();
    std::uint64_t const limit = wanted == 0 ? 64U << 20 : wanted;
    bool const takeover = (flags & 2) == 0;
    auto const first = in.take(in.octet());
    OctetView const payloads[] = {first, in.rest()};

    MessageInflater whole(15, takeover, limit), cut(15, takeover, limit);
    WatchingInflater watching(limit);
    for (auto const payload : payloads) {
        auto const result = inflate_message(whole, payload, pieces, true);
        auto const in_pieces = inflate_message(cut, payload, pieces, false);
        demand(result.result == in_pieces.result, "in pieces the result is another one");
        demand(result.out.size() <= limit, "more comes out than the limit lets");
        demand(result.out.capacity() <= 2 * limit + 4096, "more memory is taken than the limit lets");
        if (result.result != Result::too_large) demand(result == in_pieces, "in pieces something else comes out");
        if (result.result != Result::ok) break;

        // The endpoint takes an empty payload for an empty message; the watching one reports it.
        if (payload.empty()) continue;
        Octets watched;
        watching.feed(payload, watched);
        demand(watching.end_message() == InflateProblem::none, "the watching inflater refuses what this one takes");
        demand(watched == result.out, "the two put out different octets");
        if (!takeover) watching.forget();
    }

    Opcode const opcode = (flags & 1) != 0 ? Opcode::text : Opcode::binary;
    CompressedMessageReader reader(limit), reader_in_pieces(limit);
    for (auto const payload : payloads) {
        auto const read = read_message(reader, opcode, payload, pieces, true);
        demand(read.out.size() <= limit, "the reader puts out more than the limit");
        demand(read == read_message(reader_in_pieces, opcode, payload, pieces, false), "the reader minds the pieces");
        for (Role const sender : {Role::client, Role::server}) {
            DeflateAgreement const narrow{true, true, 9, 9};
            for (const auto& breach : compression_breaches(reader.facts(), narrow, sender))
                demand(!breach.requirement.empty() && !breach.what.empty(), "a breach without words");
            demand(compression_breaches({}, narrow, sender).empty(), "a breach in a message that is not there");
        }
    }
}

}  // namespace wsspec::targets
