// Group 18: TLS below WebSocket (RFC 6455 sections 4.1, 4.2.2, 7.1.1 and 10.6; RFC 8446). Not a test of TLS itself, but
// of where the two meet: records, closure, names, and what is no TLS at all.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/16_delivery.h"
#include "cases/groups.h"

namespace wsspec {

namespace {

using delivery::message;
using delivery::mixed;

Step over(TlsVersion version) { return open_over({.version = version}); }

Case of_servers(std::string id, std::string title, std::vector<std::string> covers, Script script,
                std::string note = {}) {
    return {.id = std::move(id),
            .title = std::move(title),
            .target = Target::server,
            .covers = std::move(covers),
            .needs = Need::tls,
            .script = std::move(script),
            .note = std::move(note)};
}

Case with_echo(std::string id, std::string title, std::vector<std::string> covers, Script script) {
    return {.id = std::move(id),
            .title = std::move(title),
            .covers = std::move(covers),
            .needs = Need::echo | Need::tls,
            .script = std::move(script)};
}

// 18.1

std::vector<Case> versions() {
    std::string const deployment =
        "What an implementation can is one thing, what an operator switches on another: to refuse is non-strict.";
    return {
        of_servers("18.1.1", "Offer TLS 1.2 and nothing else", {"R9325-3.1.1-1", "R6455-10.6-1"},
                   {over(TlsVersion::tls1_2), expect({opens(), refuses_tls().non_strict()})}, deployment),
        of_servers("18.1.2", "Offer TLS 1.3 and nothing else", {"R9325-3.1.1-2", "R6455-10.6-1"},
                   {over(TlsVersion::tls1_3), expect({opens(), refuses_tls().non_strict()})}, deployment),
        of_servers("18.1.3", "Offer TLS 1.0 and nothing else", {"R8996-4-1"},
                   {over(TlsVersion::tls1_0), expect(refuses_tls())}),
        of_servers("18.1.4", "Offer TLS 1.1 and nothing else", {"R8996-5-1"},
                   {over(TlsVersion::tls1_1), expect(refuses_tls())}),
        of_servers(
            "18.1.5", "Open over TLS 1.2 and look for renegotiation_info", {"R9325-3.5-1"},
            {over(TlsVersion::tls1_2), send(ping("Hello")), expect(receives(pong("Hello"))), closing_handshake()}),
        of_servers("18.1.6", "Open over TLS 1.2 and ask for a new TLS handshake in front of a ping",
                   {"R9325-3.5-1", "R6455-10.6-1"},
                   {over(TlsVersion::tls1_2), send(ping("before")), expect(receives(pong("before"))), renegotiate(),
                    send(ping("after")), expect({receives(pong("after")), drops()})},
                   "A server may take part in it, go on without, or end the connection; it may not stall."),
    };
}

// 18.2

std::vector<Case> names() {
    return {
        of_servers("18.2.1", "Open over TLS without a server name", {"R9325-3.7-1"},
                   {open_over({.name = Tls::Name::none}), expect({opens(), refuses_tls()})},
                   "RFC 8446 section 9.2 lets a server insist on the name."),
        of_servers("18.2.2", "Open over TLS with a server name that nobody has", {"R6066-3-1"},
                   {open_over({.name = Tls::Name::unknown}), expect({opens(), refuses_tls()})}),
    };
}

// 18.3

std::vector<Case> records() {
    std::vector<Frame> const three = {text("one"), text("two"), ping("three")};
    auto const all_back = [&](Delivery delivery) {
        return Script{open(), send(three, std::move(delivery)),
                      expect(mixed({text("one"), text("two")}, {pong("three")})), closing_handshake()};
    };
    // A record of a short message: 5 octets of header, up to 8 of explicit nonce, the payload, up to 17 behind it.
    Script cut_everywhere = {open()};
    for (std::size_t cut = 1; cut <= 45; ++cut) {
        cut_everywhere.push_back(send(text("Hello"), across_records(cut_at({cut}))));
        cut_everywhere.push_back(expect(receives(text("Hello"))));
    }
    cut_everywhere.push_back(closing_handshake());
    Script around_a_record = {open()};
    for (std::size_t size = 16384 - 15; size <= 16386; ++size) {
        around_a_record.push_back(send(message(size)));
        around_a_record.push_back(expect(receives(message(size))));
    }
    around_a_record.push_back(closing_handshake());
    return {
        with_echo("18.3.1", "Send three frames in one TLS record", {"R8446-5.1-1"}, all_back(together())),
        with_echo("18.3.2", "Send three frames in three TLS records in one segment", {"R8446-5.1-1"},
                  all_back(in_one_segment(per_frame()))),
        with_echo("18.3.3", "Send three frames, one TLS record an octet, in one segment", {"R8446-5.1-1"},
                  all_back(in_one_segment(chopped(1)))),
        with_echo("18.3.4", "Send three frames, one TLS record and one segment an octet", {"R8446-5.1-1"},
                  all_back(chopped(1))),
        with_echo("18.3.5", "Send three frames in TLS records of 10 octets in one segment", {"R8446-5.1-1"},
                  all_back(in_one_segment(chopped(10)))),
        with_echo("18.3.6", "Send a message once for each place to cut its TLS record", {"R8446-5.1-1"},
                  std::move(cut_everywhere)),
        with_echo("18.3.7", "Send three frames in one TLS record, one segment an octet", {"R8446-5.1-1"},
                  all_back(across_records(chopped(1)))),
        with_echo("18.3.8", "Send a ping, a message of 20000 octets and a ping, their TLS records cut into segments",
                  {"R8446-5.1-1", "R6455-5.2-15"},
                  {open(), send({ping("1"), message(20000), ping("2")}, across_records(chopped(700))),
                   expect(mixed({message(20000)}, {pong("1"), pong("2")})), closing_handshake()}),
        with_echo("18.3.9", "Send messages around the size of the longest TLS record", {"R8446-5.1-1"},
                  std::move(around_a_record)),
        with_echo("18.3.10", "Perform the opening handshake in one TLS record an octet",
                  {"R8446-5.1-1", "R6455-10.6-1"},
                  {open({}, chopped(1)), send(text("Hello")), expect(receives(text("Hello"))), closing_handshake()}),
        with_echo("18.3.11", "Perform the opening handshake in one TLS record, one segment an octet",
                  {"R8446-5.1-1", "R6455-10.6-1"},
                  {open({}, across_records(chopped(1))), send(text("Hello")), expect(receives(text("Hello"))),
                   closing_handshake()}),
        {.id = "18.3.12",
         .title = "Answer with a message in a TLS record of its own in the same segment",
         .target = Target::client,
         .covers = {"R8446-5.1-1", "R6455-4.2.2-19"},
         .needs = Need::echo | Need::tls,
         .script = {answer_with(acceptance().with_early({text("Hello")}), in_one_segment(per_frame())),
                    expect(receives(text("Hello"))), closing_handshake()}},
    };
}

// 18.4

std::vector<Case> closure() {
    std::string const closure_note =
        "RFC 6455 section 7.1.1 wants a clean end of TLS as a SHOULD. To TLS it is a MUST, but behind the closing "
        "handshake nothing can be cut off any more: to leave it out is non-strict.";
    auto const with_notify = [](std::string id, std::string title, Delivery delivery) {
        delivery.close_notify = true;
        return Case{.id = std::move(id),
                    .title = std::move(title),
                    .covers = {"R8446-6.1-3", "R6455-5.5.1-9"},
                    .needs = Need::tls,
                    .script = {over(TlsVersion::tls1_3),
                               send({text("last"), close_frame(1000)}, in_one_segment(std::move(delivery))),
                               expect(closes({1000, 0}).after({text("last")}))},
                    .note =
                        "Of TLS 1.3 alone: before it, close_notify was to be answered at once, whatever was still "
                        "to be written (RFC 5246 section 7.2.1)."};
    };
    auto const ends = expect(drops());
    return {
        {.id = "18.4.1",
         .title = "Send Close and look for close_notify in front of the end of TCP",
         .covers = {"R8446-6.1-1", "R6455-7.1.1-1"},
         .needs = Need::tls,
         .script = {open(), send(close_frame(1000)),
                    expect({closes({1000, 0}).with_close_notify(), closes({1000, 0}).non_strict()})},
         .note = closure_note},
        with_notify("18.4.2", "Send a message and Close in one TLS record, close_notify in the same segment",
                    together()),
        with_notify("18.4.3", "Send a message, Close and close_notify in three TLS records in one segment",
                    per_frame()),
        with_notify("18.4.4", "Send a message and Close, one TLS record an octet, and close_notify in one segment",
                    chopped(1)),
        {.id = "18.4.5",
         .title = "End TCP without close_notify in the middle of a message",
         .covers = {"R8446-6.1-2", "R6455-7.2.1-2"},
         .needs = Need::tls,
         .script = {open(), send(text("half a mess").more()), barrier("the fragment is read"), cut_off_tls(), ends}},
        {.id = "18.4.6",
         .title = "End TCP without close_notify in the middle of a frame",
         .covers = {"R8446-6.1-2", "R6455-7.2.1-2"},
         .needs = Need::tls,
         .script = {open(), send_octets(hex("81")), cut_off_tls(), ends}},
        {.id = "18.4.7",
         .title = "End TCP in the middle of a TLS record",
         .covers = {"R8446-6.1-2", "R6455-7.2.1-2"},
         .needs = Need::tls,
         .script =
             {open(), send(ping("Hello")), expect(receives(pong("Hello"))),
              send(text("never complete"),
                   {.how = Delivery::How::cut, .cuts = {20}, .records = Delivery::Records::cut, .broken_off = true}),
              cut_off_tls(), ends}},
        {.id = "18.4.8",
         .title = "Send Close and end TCP without close_notify when it is answered",
         .covers = {"R6455-5.5.1-9", "R8446-6.1-2"},
         .needs = Need::tls,
         .script = {open(), send(close_frame(1000)), await("the answer"), cut_off_tls(), expect(closes({1000, 0}))}},
    };
}

// 18.5

std::vector<Case> no_tls() {
    auto const forged = [](std::string id, std::string title, std::string requirement, Octets octets) {
        return Case{.id = std::move(id),
                    .title = std::move(title),
                    .covers = {std::move(requirement)},
                    .needs = Need::tls,
                    .script = {open(), send(ping("Hello")), expect(receives(pong("Hello"))),
                               send_below_tls(std::move(octets)), expect(drops())},
                    .alive_afterwards = true};
    };
    auto const joined = [](Octets front, const Octets& back) {
        append(front, back);
        return front;
    };
    return {
        of_servers(
            "18.5.1", "Request in clear on the port of TLS", {"R6455-4.2.2-1"},
            {open_over({.spoken = false}), expect({drops(), refuses(400), refuses_with_any_status().non_strict()})},
            "An alert of TLS, an error page in clear, or the end of TCP: all but an open connection."),
        forged("18.5.2", "Send a record of application data with 64 octets of noise", "R8446-5.2-1",
               joined(hex("17 03 03 00 40"), pattern("\x5a\x13\xc7", 64))),
        forged("18.5.3", "Send the header of a record of 65535 octets, and some of them", "R8446-5.2-2",
               joined(hex("17 03 03 ff ff"), repeated(0x5a, 64))),
        forged("18.5.4", "Send a record of an unknown type", "R8446-5-1",
               joined(hex("63 03 03 00 20"), repeated(0x5a, 32))),
        forged("18.5.5", "Send a ping in clear below TLS", "R8446-5-1", hex("89 85 37 fa 21 3d 7f 9f 4d 51 58")),
        forged("18.5.6", "Send a fatal alert in clear below TLS", "R8446-6-1", hex("15 03 03 00 02 02 28")),
        forged("18.5.7", "Send a new ClientHello in clear below TLS", "R8446-5-1",
               joined(hex("16 03 01 00 2d 01 00 00 29 03 03"), repeated(0x20, 39))),
    };
}

// 18.6

std::vector<Case> certificates() {
    auto const refused = [](std::string id, std::string title, std::string requirement, Tls tls) {
        return Case{.id = std::move(id),
                    .title = std::move(title),
                    .target = Target::client,
                    .covers = {std::move(requirement)},
                    .needs = Need::tls,
                    .script = {open_over(tls), expect(refuses_tls())}};
    };
    using Certificate = Tls::Certificate;
    return {
        {.id = "18.6.1",
         .title = "Look for the server name in the client's TLS handshake",
         .target = Target::client,
         .covers = {"R6455-4.1-13", "R9325-3.7-1"},
         .needs = Need::tls,
         .script = {open(), send(ping("Hello")), expect(receives(pong("Hello"))), closing_handshake()},
         .note = "Only where the client's URL has a name: an address is no server name (RFC 6066 section 3)."},
        refused("18.6.2", "Show a certificate that nobody has signed", "R6455-4.1-12",
                {.certificate = Certificate::self_signed}),
        refused("18.6.3", "Show a certificate that has expired", "R6455-4.1-12", {.certificate = Certificate::expired}),
        refused("18.6.4", "Show the certificate of another host", "R6455-4.1-12",
                {.certificate = Certificate::other_name}),
        refused("18.6.5", "Offer TLS 1.0 and nothing else, as a server", "R8996-4-1", {.version = TlsVersion::tls1_0}),
        refused("18.6.6", "Offer TLS 1.1 and nothing else, as a server", "R8996-5-1", {.version = TlsVersion::tls1_1}),
    };
}

}  // namespace

Group tls_group() {
    std::vector<Case> cases;
    for (auto part : {versions, names, records, closure, no_tls, certificates})
        std::ranges::move(part(), std::back_inserter(cases));
    return {.number = "18", .title = "TLS", .cases = std::move(cases)};
}

}  // namespace wsspec
