// Group 16: delivery. The same octets as everywhere else, in other segments (RFC 6455 sections 5.2, 5.3 and 5.4).
#include "cases/16_delivery.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

namespace delivery {

Octets content(std::size_t size) { return pattern("abcdefg", size); }

Frame message(std::size_t size) { return binary(content(size)); }

void append_cuts(Script& script, const Frame& frame, const Frame& back, std::size_t first, std::size_t last) {
    for (std::size_t cut = first; cut <= last; ++cut) {
        script.push_back(send(frame, cut_at({cut})));
        script.push_back(expect(receives(back)));
    }
}

Script comes_back(std::vector<Frame> sent, std::vector<Frame> back, Delivery delivery) {
    return {open(), send(std::move(sent), std::move(delivery)), expect(receives(std::move(back))), closing_handshake()};
}

std::vector<Outcome> mixed(const std::vector<Frame>& messages, const std::vector<Frame>& pongs) {
    if (messages.empty() || pongs.empty()) return {receives(messages.empty() ? pongs : messages)};
    std::vector<Outcome> out;
    auto const begin_with = [&out](const Frame& first, std::vector<Outcome> rest) {
        for (auto& each : rest) {
            each.frames.insert(each.frames.begin(), first);
            out.push_back(std::move(each));
        }
    };
    begin_with(messages.front(), mixed({messages.begin() + 1, messages.end()}, pongs));
    begin_with(pongs.front(), mixed(messages, {pongs.begin() + 1, pongs.end()}));
    return out;
}

namespace {

Script all_cuts(const Frame& frame, const Frame& back, std::size_t last) {
    Script script = {open()};
    append_cuts(script, frame, back, 1, last);
    script.push_back(closing_handshake());
    return script;
}

/// The payload cut into pieces of 1, 2, 4, 8 … octets behind a first piece of `first`.
Delivery growing_pieces(std::size_t payload, std::size_t first) {
    std::vector<std::size_t> cuts;
    std::size_t const header = client_header(payload);
    for (std::size_t at = first, size = 1; at < payload; at += size, size *= 2) cuts.push_back(header + at);
    return cut_at(std::move(cuts));
}

}  // namespace

std::vector<Case> headers() {
    // As many octets as a client's header has, and one word of payload behind it.
    struct Row {
        const char* id;
        const char* title;
        const char* length;  // the requirement of its length form
        std::size_t size;
    };
    std::vector<Case> cases;
    for (const Row& row : std::initializer_list<Row>{
             {"16.1.1", "Send a message of 5 octets once for each place to cut its header", "R6455-5.2-7", 5},
             {"16.1.2", "Send a message of 126 octets once for each place to cut its header", "R6455-5.2-8", 126},
             {"16.1.3", "Send a message of 65536 octets once for each place to cut its header", "R6455-5.2-9", 65536}})
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {"R6455-5.2-15", row.length},
                         .needs = Need::echo,
                         .script = all_cuts(message(row.size).with_key(uneven_key), message(row.size),
                                            client_header(row.size) + 4)});
    Octets const longest = content(125);
    cases.push_back({.id = "16.1.4",
                     .title = "Send a ping of 125 octets once for each place to cut its header",
                     .covers = {"R6455-5.2-15", "R6455-5.5.2-2"},
                     .script = all_cuts(ping(longest).with_key(uneven_key), pong(longest), client_header(125) + 4)});
    std::vector<Frame> const three = {message(5).with_key({1, 2, 3, 4}), message(300).with_key({5, 6, 7, 8}),
                                      message(70000).with_key({9, 10, 11, 12})};
    std::vector<Frame> const back = {message(5), message(300), message(70000)};
    std::vector<std::size_t> header_octets;
    std::size_t begin = 0;
    for (const auto& frame : three) {
        for (std::size_t i = 1; i <= client_header(frame.payload.size()); ++i) header_octets.push_back(begin + i);
        begin += client_header(frame.payload.size()) + frame.payload.size();
    }
    cases.push_back({.id = "16.1.5",
                     .title = "Send three messages, their headers octet by octet and their payloads whole",
                     .covers = {"R6455-5.2-15", "R6455-5.2-16"},
                     .needs = Need::echo,
                     .script = comes_back(three, back, cut_at(header_octets))});
    cases.push_back({.id = "16.1.6",
                     .title = "Send a frame with a reserved opcode, its first octet by itself",
                     .covers = {"R6455-5.2-15", "R6455-5.2-4"},
                     .script = {open(), send(frame(0x3, octets("Hello")), cut_at({1})), expect(fails(1002))}});
    cases.push_back({.id = "16.1.7",
                     .title = "Send a ping, its first octet together with the message before it",
                     .covers = {"R6455-5.2-15", "R6455-5.5.2-2"},
                     .needs = Need::echo,
                     .script = {open(),
                                send({message(40).with_key(uneven_key), ping("Hello").with_key({8, 7, 6, 5})},
                                     cut_at({client_header(40) + 40 + 1})),
                                expect(mixed({message(40)}, {pong("Hello")})), closing_handshake()}});
    // A reader that waits for all of the longest header stalls at a frame that is shorter (2 to 13 octets).
    Script short_ones = {open()};
    for (std::size_t size = 0; size <= 8; ++size) {
        short_ones.push_back(send(message(size)));
        short_ones.push_back(expect(receives(message(size))));
    }
    short_ones.push_back(closing_handshake());
    cases.push_back({.id = "16.1.8",
                     .title = "Send messages of 0 to 8 octets, each alone in a segment with nothing behind it",
                     .covers = {"R6455-5.2-15", "R6455-5.2-7"},
                     .needs = Need::echo,
                     .script = std::move(short_ones)});
    return cases;
}

namespace {

std::vector<Case> rotation() {
    std::vector<Case> cases;
    Script in_key = {open()};
    append_cuts(in_key, message(64).with_key(uneven_key), message(64), 2, client_header(64));
    in_key.push_back(closing_handshake());
    cases.push_back({.id = "16.2.1",
                     .title = "Send a message once for each place to cut its masking key",
                     .covers = {"R6455-5.2-15", "R6455-5.3-5"},
                     .needs = Need::echo,
                     .script = std::move(in_key)});
    struct Row {
        const char* id;
        const char* title;
        std::size_t first;
    };
    // A key that starts over, or goes on at the wrong octet, at the second piece.
    for (const Row& row : std::initializer_list<Row>{
             {"16.2.2", "Send a message whose first piece has 1 octet of payload, the next ones 1, 2, 4, 8 …", 1},
             {"16.2.3", "Send a message whose first piece has 2 octets of payload, the next ones 1, 2, 4, 8 …", 2},
             {"16.2.4", "Send a message whose first piece has 3 octets of payload, the next ones 1, 2, 4, 8 …", 3},
             {"16.2.5", "Send a message whose first piece has 4 octets of payload, the next ones 1, 2, 4, 8 …", 4}}) {
        Script script = {open()};
        for (std::size_t const size : {std::size_t{100}, std::size_t{1000}, std::size_t{70000}}) {
            script.push_back(send(message(size).with_key(uneven_key), growing_pieces(size, row.first)));
            script.push_back(expect(receives(message(size))));
        }
        script.push_back(closing_handshake());
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {"R6455-5.3-5", "R6455-5.2-15"},
                         .needs = Need::echo,
                         .script = std::move(script)});
    }
    return cases;
}

/// Of all lengths from 0 to 130 one behind the other, in one write behind a filler: their payloads lie at every place
/// of a vector register, for every length of the rest.
std::vector<Case> alignments() {
    constexpr std::size_t at_once = 16;
    constexpr std::size_t longest = 130;
    std::vector<Case> cases;
    for (std::size_t part = 0; part < 64 / at_once; ++part) {
        Script script = {open()};
        for (std::size_t offset = part * at_once; offset < (part + 1) * at_once; ++offset) {
            std::vector<Frame> sent = {pong(content(offset))};
            std::vector<Frame> back;
            for (std::size_t size = 0; size <= longest; ++size) {
                sent.push_back(message(size).with_key(uneven_key));
                back.push_back(message(size));
            }
            script.push_back(send(std::move(sent)));
            script.push_back(expect(receives(std::move(back))));
        }
        script.push_back(closing_handshake());
        cases.push_back({.id = "16.2." + std::to_string(6 + part),
                         .title = "Send messages of 0 to 130 octets in one write, behind fillers of " +
                                  std::to_string(part * at_once) + " to " + std::to_string((part + 1) * at_once - 1) +
                                  " octets",
                         .covers = {"R6455-5.3-5", "R6455-5.2-16"},
                         .needs = Need::echo,
                         .script = std::move(script)});
    }
    return cases;
}

std::vector<Case> several_keys() {
    std::vector<Frame> sent;
    std::vector<Frame> back;
    std::size_t size = 0;
    std::vector<std::size_t> halves;
    for (std::size_t i = 0; i < 9; ++i) {
        sent.push_back(message(33).with_key({static_cast<Octet>(17 * i + 1), static_cast<Octet>(29 * i + 2),
                                             static_cast<Octet>(43 * i + 3), static_cast<Octet>(59 * i + 4)}));
        back.push_back(message(33));
        size += client_header(33) + 33;
        // One and a half: behind every third half of a frame.
        if (i % 3 == 1) halves.push_back(size - 17);
        if (i % 3 == 2) halves.push_back(size);
    }
    std::vector<std::size_t> borders;
    for (std::size_t at = client_header(33) + 33; at < size; at += client_header(33) + 33) {
        borders.push_back(at - 1);
        borders.push_back(at + 1);
    }
    std::vector<Frame> const with_none = {message(20).with_key(uneven_key), message(21).with_key({0, 0, 0, 0}),
                                          message(22).with_key({0xff, 0, 0xff, 0})};
    return {
        {.id = "16.2.10",
         .title = "Send three messages with three masking keys in one write",
         .covers = {"R6455-5.2-16", "R6455-5.3-5"},
         .needs = Need::echo,
         .script = comes_back({sent[0], sent[1], sent[2]}, {back[0], back[1], back[2]}, together())},
        {.id = "16.2.11",
         .title = "Send nine messages with nine masking keys, one and a half in each write",
         .covers = {"R6455-5.2-16", "R6455-5.3-5", "R6455-5.2-15"},
         .needs = Need::echo,
         .script = comes_back(sent, back, cut_at(halves))},
        {.id = "16.2.12",
         .title = "Send nine messages, the last octet of each with the first of the next",
         .covers = {"R6455-5.2-15", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = comes_back(sent, back, cut_at(borders))},
        {.id = "16.2.13",
         .title = "Send messages with a key, with a key of zeros and with one of half zeros in one write",
         .covers = {"R6455-5.3-5", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = comes_back(with_none, {message(20), message(21), message(22)}, together())},
        {.id = "16.2.14",
         .title = "Send a fragmented message whose fragments have three keys, cut inside each",
         .covers = {"R6455-5.3-5", "R6455-5.4-3"},
         .needs = Need::echo,
         .script = comes_back(
             {text(content(30)).more().with_key({1, 2, 3, 4}), continuation(content(31)).more().with_key({5, 6, 7, 8}),
              continuation(content(32)).with_key({9, 10, 11, 12})},
             {text([] {
                 Octets all = content(30);
                 append(all, content(31));
                 append(all, content(32));
                 return all;
             }())},
             cut_at({7 + 6, 36 + 6 + 9, 73 + 6 + 11}))},
        {.id = "16.2.15",
         .title = "Send 200 messages with 200 keys in writes of 97 octets",
         .covers = {"R6455-5.2-15", "R6455-5.2-16", "R6455-5.3-5"},
         .needs = Need::echo,
         .script =
             [] {
                 std::vector<Frame> many;
                 std::vector<Frame> all;
                 for (std::size_t i = 0; i < 200; ++i) {
                     many.push_back(
                         message(i % 50).with_key({static_cast<Octet>(i + 1), 2, static_cast<Octet>(3 * i), 4}));
                     all.push_back(message(i % 50));
                 }
                 return comes_back(std::move(many), std::move(all), chopped(97));
             }()},
    };
}

}  // namespace

std::vector<Case> payloads() {
    std::vector<Case> cases;
    for (auto part : {rotation, alignments, several_keys}) std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace delivery

Group delivery_group() {
    std::vector<Case> cases;
    for (auto part : {delivery::headers, delivery::payloads, delivery::characters, delivery::small, delivery::openings,
                      delivery::buffers, delivery::compressed, delivery::pauses})
        std::ranges::move(part(), std::back_inserter(cases));
    return {.number = "16", .title = "Delivery", .cases = std::move(cases)};
}

}  // namespace wsspec
