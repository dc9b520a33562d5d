// Group 17: limits and hostile input. RFC 6455 sets no limit to a frame or a message, has an endpoint protect itself
// where it has one (section 10.4), and has codes to say so (7.4.1: 1009, 1008). So nearly everything is allowed here
// but to fall over: what decides is whether the target goes on serving, on this connection or, if it ended that, on
// others. Where its process can be watched, what it holds and what it leaves open are figures, and a word is said where
// they are out of all proportion.
#include "cases/17_limits.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

namespace limits {

Case may_hurt(Case one) {
    one.may_hurt = true;
    one.watched = true;
    return one;
}

Step offering_deflate() {
    return open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"));
}

}  // namespace limits

Group hostile_input() {
    Group group{.number = "17", .title = "Limits and hostile input", .cases = {}};
    for (auto part : {limits::lengths, limits::fragments, limits::control, limits::messages, limits::compression,
                      limits::requests, limits::connections, limits::growing, limits::waiting})
        std::ranges::move(part(), std::back_inserter(group.cases));
    for (auto& one : group.cases) one.alive_afterwards = one.target != Target::client;
    return group;
}

}  // namespace wsspec
