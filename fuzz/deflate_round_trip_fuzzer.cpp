// Contract: what MessageDeflater makes of any messages, both inflaters turn back into them; and it keeps what was
// agreed: no back-reference beyond the window, none into an earlier message without context takeover, no BFINAL, the
// tail removed (RFC 7692 section 7.2.1).
//
// Input: an octet (bits 0 to 2: window bits above 9; 3: no context takeover; 4 to 7: level), then messages, each an
// octet of length (bit 7: the content is repeated 256 times) and its content.
#include "fuzz/targets.h"
#include "reference/deflate.h"
#include "reference/watching_inflater.h"

namespace wsspec::targets {

void deflate_round_trip(OctetView input) {
    Input in(input);
    unsigned const parameters = in.octet();
    int const window_bits = 9 + static_cast<int>(parameters & 7) % 7;
    bool const takeover = (parameters & 8) == 0;
    MessageDeflater deflater(window_bits, takeover, static_cast<int>(parameters >> 4) % 10);
    MessageInflater inflater(window_bits, takeover, 1U << 20);
    WatchingInflater watching(1U << 20);
    for (int messages = 0; !in.empty() && messages < 8; ++messages) {
        unsigned const length = in.octet();
        auto const content = in.take(length & 0x7f);
        Octets message(content.begin(), content.end());
        if ((length & 0x80) != 0)
            for (int i = 0; i < 8; ++i) append(message, Octets(message));

        Octets const compressed = deflater.compress(message);
        demand(!compressed.empty(), "a compressed message without an octet (7.2.3.6)");
        Octets out;
        demand(inflater.feed(compressed, out) == MessageInflater::Result::ok, "the own message does not inflate");
        demand(inflater.end() == MessageInflater::Result::ok, "the own message does not end");
        demand(out == message, "it inflates to something else");

        Octets watched;
        watching.feed(compressed, watched);
        demand(watching.end_message() == InflateProblem::none && watched == message, "the watching inflater disagrees");
        const auto& facts = watching.facts();
        demand(facts.octets == message.size(), "the octets are not counted right");
        demand(facts.largest_distance <= 1U << window_bits, "a back-reference beyond the window");
        demand(takeover || facts.reach == 0, "a back-reference into an earlier message");
        demand(facts.final_blocks == 0 && !facts.tail_left_in && !facts.padding,
               "the message does not end as 7.2.1 has it");
    }
}

}  // namespace wsspec::targets
