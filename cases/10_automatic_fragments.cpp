// Group 10: messages that the tester's frame writer cuts into fragments of a fixed size (RFC 6455 sections 5.4, 6.1).
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

/// What a writer produces that only finds out at the end that there is no more: an empty last fragment.
std::vector<Frame> with_empty_end(std::vector<Frame> frames) {
    frames.back().fin = false;
    frames.push_back(continuation(""));
    return frames;
}

Script echo(const Frame& message, std::vector<Frame> frames) {
    return {open(), send(std::move(frames)), expect(receives(message)), closing_handshake()};
}

}  // namespace

Group automatic_fragments() {
    Frame const stars = text(repeated('*', 65536));
    Frame const octets_of_all_kinds = binary(pattern("\xff\xfe\x80\x7f\x01 BAsd7&jh23", 65536));
    Frame const euros = text(pattern("\xe2\x82\xac", 3 * 21845));

    std::vector<Case> cases = {
        {.id = "10.1.1",
         .title = "Send a text message of 65536 octets in fragments of 1300",
         .covers = {"R6455-6.1-7", "R6455-5.4-3", "R6455-5.4-13"},
         .needs = Need::echo,
         .script = echo(stars, in_fragments(stars, 1300)),
         .autobahn = true},
        {.id = "10.1.2",
         .title = "Send a binary message of 65536 octets in fragments of 1300",
         .covers = {"R6455-6.1-7", "R6455-5.4-3", "R6455-5.4-18"},
         .needs = Need::echo,
         .script = echo(octets_of_all_kinds, in_fragments(octets_of_all_kinds, 1300))},
        // 1300 is no multiple of 3: two of three cuts fall inside a character (section 5.6 allows it).
        {.id = "10.1.3",
         .title = "Send 21845 euro signs in fragments of 1300 octets",
         .covers = {"R6455-5.6-3", "R6455-6.1-7", "R3629-4-2"},
         .needs = Need::echo,
         .script = echo(euros, in_fragments(euros, 1300))},
        {.id = "10.1.4",
         .title = "Send a text message of 65536 octets in fragments of 4096 and an empty last one",
         .covers = {"R6455-5.4-12", "R6455-6.1-7"},
         .needs = Need::echo,
         .script = echo(stars, with_empty_end(in_fragments(stars, 4096)))},
    };
    return {.number = "10", .title = "Automatic fragments", .cases = std::move(cases)};
}

}  // namespace wsspec
