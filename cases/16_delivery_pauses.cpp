// Group 16: pauses. A transmission can be held back at any place (RFC 6455 section 2.1), as a congested network or a
// phone in a tunnel does it. A reader with a timeout of its own, or one that is called anew for each segment, may have
// lost by then what it had read.
#include <string>
#include <utility>

#include "cases/16_delivery.h"

namespace wsspec::delivery {

namespace {

/// `sent`, nothing for a sixth of the deadline behind its first `at` octets, then the rest.
Script held_up(const Octets& sent, std::size_t at, const Frame& back) {
    auto const cut = sent.begin() + static_cast<std::ptrdiff_t>(at);
    return {open(),
            send_octets({sent.begin(), cut}),
            await("a pause"),
            send_octets({cut, sent.end()}),
            expect(receives(back)),
            closing_handshake()};
}

/// Octets differ between the two roles, as headers do.
Case inside_header(std::string id, std::string title, Target target, const Frame& frame, std::size_t at) {
    Role const sender = target == Target::server ? Role::client : Role::server;
    Frame const sent = sender == Role::client ? frame.with_key(uneven_key) : frame;
    return {.id = std::move(id),
            .title = std::move(title),
            .target = target,
            .covers = {"R6455-5.2-15", "R6455-2.1-1"},
            .needs = Need::echo,
            .script = held_up(wire(sent, sender), at, frame)};
}

// A masking key of zeros, as legal as any, leaves the payload as it is, so that the same octets serve a server and,
// unmasked, a client.
Script inside_payload(const Frame& frame, std::size_t at, Step end) {
    Octets const& all = frame.payload;
    auto const cut = all.begin() + static_cast<std::ptrdiff_t>(at);
    Frame begun = frame.claiming(all.size()).with_key({0, 0, 0, 0});
    begun.payload.assign(all.begin(), cut);
    Script script = {open(), send(std::move(begun)), await("a pause"), send_octets({cut, all.end()}), std::move(end)};
    if (frame.opcode != Opcode::close) script.push_back(closing_handshake());
    return script;
}

}  // namespace

std::vector<Case> pauses() {
    std::vector<Case> cases = {
        inside_header("16.8.1", "Send a message, its second octet after a pause", Target::server, message(40), 1),
        inside_header("16.8.2", "Send a message, with a pause inside its payload length", Target::server, message(300),
                      3),
        inside_header("16.8.3", "Send a message, with a pause inside its masking key", Target::server, message(40), 4),
        inside_header("16.8.4", "Send a client a message, its second octet after a pause", Target::client, message(40),
                      1),
        inside_header("16.8.5", "Send a client a message, with a pause inside its payload length", Target::client,
                      message(300), 3)};
    Frame const characters = text("\xe2\x82\xac \xc3\xa9t\xc3\xa9");
    cases.push_back({.id = "16.8.6",
                     .title = "Send a message, its payload after a pause",
                     .covers = {"R6455-5.2-15", "R6455-2.1-1"},
                     .needs = Need::echo,
                     .script = inside_payload(message(40), 0, expect(receives(message(40))))});
    cases.push_back({.id = "16.8.7",
                     .title = "Send a text, with a pause inside a character",
                     .covers = {"R6455-5.2-15", "R6455-2.1-1"},
                     .needs = Need::echo,
                     .script = inside_payload(characters, 2, expect(receives(characters)))});
    cases.push_back({.id = "16.8.8",
                     .title = "Send a ping, with a pause inside its payload",
                     .covers = {"R6455-5.2-15", "R6455-2.1-1", "R6455-5.5.2-2"},
                     .script = inside_payload(ping("Hello"), 3, expect(receives(pong("Hello"))))});
    cases.push_back({.id = "16.8.9",
                     .title = "Send a Close, with a pause inside its status code",
                     .covers = {"R6455-5.2-15", "R6455-2.1-1", "R6455-5.5.1-9"},
                     .script = inside_payload(close_frame(1000), 1, expect(closes({1000, 0})))});
    cases.push_back({.id = "16.8.10",
                     .title = "Send a message in two fragments, the second after a pause",
                     .covers = {"R6455-5.4-3", "R6455-2.1-1"},
                     .needs = Need::echo,
                     .script = {open(), send(text("before ").more()), await("a pause"), send(continuation("behind")),
                                expect(receives(text("before behind"))), closing_handshake()}});
    cases.push_back({.id = "16.8.11",
                     .title = "Send a message, and after a pause another",
                     .covers = {"R6455-6.2-1", "R6455-2.1-1"},
                     .needs = Need::echo,
                     .script = {open(), send(text("before")), expect(receives(text("before"))), await("a pause"),
                                send(text("behind")), expect(receives(text("behind"))), closing_handshake()}});
    cases.push_back({.id = "16.8.12",
                     .title = "Send nothing behind the opening handshake, and after a pause a message",
                     .covers = {"R6455-6.2-1", "R6455-2.1-1"},
                     .needs = Need::echo,
                     .script = {open(), await("a pause"), send(text("behind")), expect(receives(text("behind"))),
                                closing_handshake()}});
    return cases;
}

}  // namespace wsspec::delivery
