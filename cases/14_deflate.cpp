// Group 14: permessage-deflate by structure (RFC 7692). Groups 12 and 13 ask whether content survives; this one, what a
// target makes of everything that the two RFCs allow to be agreed on and to be sent, and of what they do not.
#include "cases/14_deflate.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

namespace deflating {

Step offering(std::string_view extensions) { return open(Handshake{}.add("Sec-WebSocket-Extensions", extensions)); }
Step offering_deflate() { return offering("permessage-deflate"); }

Step opens_or_refuses() { return expect({opens(), refuses_with_any_status().non_strict(), drops().non_strict()}); }

Frame deflated(Opcode opcode, Octets payload) {
    return frame(static_cast<Octet>(opcode), std::move(payload)).with_rsv(rsv1);
}
Frame deflated_text(Octets payload) { return deflated(Opcode::text, std::move(payload)); }
Frame deflated_binary(Octets payload) { return deflated(Opcode::binary, std::move(payload)); }

Octets hello() { return hex("f2 48 cd c9 c9 07 00"); }

Outcome fails_to_inflate() { return fails({1007, 1002}); }

Step takes_or_refuses(std::vector<Frame> frames) { return expect({receives(std::move(frames)), fails_to_inflate()}); }
Step takes_or_refuses(Frame frame) { return takes_or_refuses(std::vector<Frame>{std::move(frame)}); }

Octets noise(std::size_t size) {
    Octets out(size);
    std::uint32_t state = 1;
    for (auto& octet : out) {
        // Numerical Recipes' linear congruential generator; its high bits are good enough for no three to repeat often.
        state = state * 1664525U + 1013904223U;
        octet = static_cast<Octet>(state >> 24);
    }
    return out;
}

Octets joined(Octets first, OctetView second) {
    append(first, second);
    return first;
}

Octets with_copy(Octets so_far, std::size_t distance, std::size_t length) {
    // Octet by octet: the source may overlap what is being written.
    for (std::size_t i = 0; i < length; ++i) so_far.push_back(so_far[so_far.size() - distance]);
    return so_far;
}

Script comes_back(const Frame& sent, const Frame& echo) {
    return {offering_deflate(), send(sent), expect(receives(echo)), closing_handshake()};
}

}  // namespace deflating

Group deflate_structure() {
    std::vector<Case> cases;
    for (auto part : {deflating::legal_offers, deflating::illegal_offers, deflating::frames, deflating::messages,
                      deflating::blocks, deflating::windows, deflating::corrupt_data, deflating::limits})
        std::ranges::move(part(), std::back_inserter(cases));
    return {.number = "14", .title = "permessage-deflate: structure", .cases = std::move(cases)};
}

}  // namespace wsspec
