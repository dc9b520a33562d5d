// Group 16: frames with the opening handshake, frames around the sizes that buffers have, and compressed messages.
#include <algorithm>
#include <string>
#include <utility>

#include "cases/14_deflate.h"
#include "cases/16_delivery.h"

namespace wsspec::delivery {

namespace {

/// Of the legal answer: its Sec-WebSocket-Accept always has 28 octets.
std::size_t acceptance_size() {
    HandshakeValues values;
    values.accept.assign(28, 'a');
    return render(acceptance(), values).size();
}

Case of_clients(std::string id, std::string title, std::vector<Frame> with_it, std::vector<Frame> back,
                Delivery delivery) {
    return {.id = std::move(id),
            .title = std::move(title),
            .target = Target::client,
            .covers = {"R6455-4.2.2-19", "R6455-5.2-16"},
            .needs = Need::echo,
            .script = {answer_with(acceptance().with_early(std::move(with_it)), std::move(delivery)),
                       expect(receives(std::move(back))), closing_handshake()}};
}

std::vector<Case> of_servers() {
    std::size_t line = 0;
    std::vector<std::size_t> lines;
    HandshakeValues values;
    values.host = "127.0.0.1:65535";
    values.key.assign(24, 'k');
    std::string const request = render(Handshake{}, values);
    while ((line = request.find('\n', line)) != std::string::npos) lines.push_back(++line);
    std::vector<Frame> const answers = {text("Hello")};
    auto const opened = [&](const char* id, const char* title, Step first) {
        return Case{.id = id,
                    .title = title,
                    .target = Target::server,
                    .covers = {"R9112-2.1-1", "R6455-4.2.2-19"},
                    .needs = Need::echo,
                    .script = {std::move(first), send(text("Hello")), expect(receives(answers)), closing_handshake()}};
    };
    Handshake const long_request = Handshake{}.add("X-Filler", std::string(1024, 'a'));
    auto const early = [](const char* id, const char* title, std::vector<Frame> frames, std::vector<Frame> messages,
                          const std::vector<Frame>& pongs = {}) {
        messages.push_back(text("later"));
        auto outcomes = mixed(messages, pongs);
        outcomes.push_back(receives(text("later")).informational());
        outcomes.push_back(fails(1002).after(messages).informational());
        return Case{
            .id = id,
            .title = title,
            .target = Target::server,
            .covers = {"R9112-2.1-1", "R6455-4.2.2-19"},
            .needs = Need::echo,
            .script = {open(Handshake{}.with_early(std::move(frames))),
                       expect({opens(), refuses_with_any_status().informational(), drops().informational()}),
                       send(text("later")), expect(std::move(outcomes)), closing_handshake()},
            .note =
                "A client has to wait for the answer (4.1), so the server may also refuse, forget what came early, or "
                "call it an error. It may not garble it.",
        };
    };
    return {
        opened("16.5.11", "Request octet by octet, then a message", open({}, chopped(1))),
        opened("16.5.12", "Request line by line, then a message", open({}, cut_at(lines))),
        opened("16.5.13", "Request with a field of 1 KiB in writes of 100 octets, then a message",
               open(long_request, chopped(100))),
        early("16.5.14", "Request with three messages right behind it",
              {text("one").with_key({1, 2, 3, 4}), text("two").with_key({5, 6, 7, 8}),
               text("three").with_key({9, 10, 11, 12})},
              {text("one"), text("two"), text("three")}),
        early("16.5.15", "Request with a ping and 4 KiB of message right behind it", {ping("p"), message(4096)},
              {message(4096)}, {pong("p")}),
    };
}

}  // namespace

std::vector<Case> openings() {
    std::size_t const head = acceptance_size();
    Frame const hello = text("Hello");
    Frame const world = text("World");
    std::size_t const size = 2 + 5;  // of either on the wire
    std::vector<Frame> many;
    for (std::size_t i = 0; i < 20; ++i) many.push_back(message(4000 + i));
    std::vector<Case> cases = {
        of_clients("16.5.1", "Answer with one message in the same segment", {hello}, {hello}, together()),
        of_clients("16.5.2", "Answer with two messages in the same segment", {hello, world}, {hello, world},
                   together()),
        of_clients("16.5.3", "Answer with half a message in the same segment", {hello}, {hello},
                   cut_at({head + size / 2})),
        of_clients("16.5.4", "Answer with one and a half messages in the same segment", {hello, world}, {hello, world},
                   cut_at({head + size + size / 2})),
        of_clients("16.5.5", "Answer with the first octet of a message in the same segment", {hello}, {hello},
                   cut_at({head + 1})),
        of_clients("16.5.6", "Answer with the header of a message in the same segment", {hello}, {hello},
                   cut_at({head + 2})),
        of_clients("16.5.7", "Answer whose last octet comes with the first message", {hello}, {hello},
                   cut_at({head - 1})),
        of_clients("16.5.8", "Answer whose last three octets come with the first message and a half", {hello, world},
                   {hello, world}, cut_at({head - 3, head + size + 3})),
        of_clients("16.5.9", "Answer with 80 kB of messages in the same write", many, many, together()),
        {.id = "16.5.10",
         .title = "Answer of 2 KiB in writes of 100 octets, then a message",
         .target = Target::client,
         .covers = {"R6455-4.1-40", "R6455-4.2.2-19"},
         .needs = Need::echo,
         .script = {answer_with(acceptance().add("X-Filler", std::string(2048, 'a')), chopped(100)), send(hello),
                    expect(receives(hello)), closing_handshake()}},
    };
    std::ranges::move(of_servers(), std::back_inserter(cases));
    return cases;
}

std::vector<Case> buffers() {
    std::vector<Case> cases;
    unsigned number = 0;
    auto const id = [&number] { return "16.6." + std::to_string(++number); };
    constexpr std::size_t sizes[] = {512, 1024, 4096, 8192, 16384, 65536};
    // From a frame that ends eight octets before the end of the buffer to a payload that ends eight behind it.
    for (std::size_t const size : sizes) {
        Script script = {open()};
        for (std::size_t payload = size - 14 - 8; payload <= size + 8; ++payload) {
            script.push_back(round_trips({.content = {.pattern = octets("abcdefg")}, .size = payload}));
        }
        script.push_back(closing_handshake());
        cases.push_back({.id = id(),
                         .title = "Send messages of " + std::to_string(size - 22) + " to " + std::to_string(size + 8) +
                                  " octets, each in one write",
                         .covers = {"R6455-5.2-15", "R6455-5.3-5"},
                         .needs = Need::echo,
                         .script = std::move(script)});
    }
    // A buffer that ends inside the header of the second frame.
    for (std::size_t const size : sizes) {
        Script script = {open()};
        for (std::size_t inside = 1; inside <= 14; ++inside) {
            std::size_t const first = size - inside - client_header(size - inside - 8);
            script.push_back(send({message(first).with_key(uneven_key), message(300).with_key({4, 3, 2, 1})}));
            script.push_back(expect(receives({message(first), message(300)})));
        }
        script.push_back(closing_handshake());
        cases.push_back(
            {.id = id(),
             .title = "Send two messages in one write, the header of the second around octet " + std::to_string(size),
             .covers = {"R6455-5.2-15", "R6455-5.2-16"},
             .needs = Need::echo,
             .script = std::move(script)});
    }
    std::vector<Frame> many(2000, message(11).with_key(uneven_key));
    std::vector<Frame> const back(many.size(), message(11));
    cases.push_back({.id = id(),
                     .title = "Send 2000 messages of 11 octets in one write",
                     .covers = {"R6455-5.2-16", "R6455-5.2-15"},
                     .needs = Need::echo,
                     .script = comes_back(many, back, together())});
    cases.push_back({.id = id(),
                     .title = "Send 2000 messages of 11 octets in writes of 1021 octets",
                     .covers = {"R6455-5.2-15", "R6455-5.2-16"},
                     .needs = Need::echo,
                     .script = comes_back(many, back, chopped(1021))});
    return cases;
}

std::vector<Case> compressed() {
    using namespace deflating;
    Octets const data = deflating::hello();
    Frame const echo = text("Hello");
    auto const cuts_of = [](const std::vector<Frame>& frames, const Frame& back, std::size_t last) {
        Script script = {offering_deflate()};
        for (std::size_t cut = 1; cut <= last; ++cut) {
            script.push_back(send(frames, cut_at({cut})));
            script.push_back(expect(receives(back)));
        }
        script.push_back(closing_handshake());
        return script;
    };
    auto const of_deflate = [](std::string id, std::string title, Script script) {
        return Case{.id = std::move(id),
                    .title = std::move(title),
                    .covers = {"R7692-6.2-1", "R6455-5.2-15"},
                    .needs = Need::echo | Need::deflate,
                    .script = std::move(script)};
    };
    Octets const front(data.begin(), data.begin() + 3);
    Octets const back(data.begin() + 3, data.end());
    Octets const stored = DeflateWriter{}.stored(content(40)).message();
    Octets const euros = DeflateWriter{}.fixed({literal(pattern("\xe2\x82\xac", 12))}).message();
    Frame const euro_text = text(pattern("\xe2\x82\xac", 12));
    std::vector<Frame> const in_two = {deflated(Opcode::text, front).more(), continuation(back)};
    std::vector<Frame> ten;
    std::vector<Frame> ten_echoes;
    for (unsigned i = 0; i < 10; ++i) {
        ten.push_back(deflated_text(data));
        ten.push_back(text("plain"));
        ten_echoes.push_back(echo);
        ten_echoes.push_back(text("plain"));
    }
    return {
        of_deflate("16.7.1", "Send a compressed message once for each place to cut it",
                   cuts_of({deflated_text(data)}, echo, 6 + 6)),
        of_deflate("16.7.2", "Send a compressed message in two fragments once for each place to cut them",
                   cuts_of(in_two, echo, 6 + 3 + 6 + 3)),
        of_deflate("16.7.3", "Send a compressed message of one stored block once for each place to cut it",
                   cuts_of({deflated_binary(stored)}, message(40), 6 + 46)),
        of_deflate("16.7.4", "Send compressed euro signs once for each place to cut them",
                   cuts_of({deflated_text(euros)}, euro_text, 6 + 20)),
        of_deflate("16.7.5", "Send an empty compressed message once for each place to cut it",
                   cuts_of({deflated_text(hex("00"))}, text(""), 6)),
        of_deflate("16.7.6", "Send ten compressed messages and ten others by turns in one write",
                   {offering_deflate(), send(ten), expect(receives(ten_echoes)), closing_handshake()}),
        of_deflate("16.7.7", "Send ten compressed messages and ten others by turns in writes of 5 octets",
                   {offering_deflate(), send(ten, chopped(5)), expect(receives(ten_echoes)), closing_handshake()}),
    };
}

}  // namespace wsspec::delivery
