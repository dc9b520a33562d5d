// 14.5: what a compressed message may be made of (RFC 7692 section 7.2.1): blocks of every type, as many as the sender
// likes, with BFINAL set or not, and the empty one at its end.
#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

struct Good {
    const char* id;
    const char* title;
    std::vector<std::string> covers;
    Octets data;
    Octets inflated;
};

std::vector<Case> of(const std::vector<Good>& rows) {
    std::vector<Case> cases;
    for (const Good& row : rows)
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = row.covers,
                         .needs = Need::echo | Need::deflate,
                         .script = comes_back(deflated_binary(row.data), binary(row.inflated))});
    return cases;
}

Octets every_octet() {
    Octets out(256);
    std::iota(out.begin(), out.end(), Octet{0});
    return out;
}

/// A literal, then copies of each length there is.
std::vector<DeflateItem> every_length() {
    std::vector<DeflateItem> items = {literal("a")};
    for (unsigned length = 3; length <= 258; ++length) items.push_back(copy(1, length));
    return items;
}
std::size_t octets_of_every_length() {
    std::size_t size = 1;
    for (std::size_t length = 3; length <= 258; ++length) size += length;
    return size;
}

/// A copy from each power of two there is up to 4096, on 4096 octets of noise.
std::vector<DeflateItem> many_distances() {
    std::vector<DeflateItem> items = {literal(noise(4096))};
    for (unsigned distance = 1; distance <= 4096; distance *= 2) items.push_back(copy(distance, 5));
    return items;
}
Octets octets_of_many_distances() {
    Octets out = noise(4096);
    for (std::size_t distance = 1; distance <= 4096; distance *= 2) out = with_copy(std::move(out), distance, 5);
    return out;
}

DeflateWriter& write_block(DeflateWriter& writer, int kind, std::string_view data) {
    return kind == 0   ? writer.stored(data)
           : kind == 1 ? writer.fixed({literal(data)})
                       : writer.dynamic({literal(data)});
}

std::vector<Case> kinds() {
    Octets steep;
    for (unsigned i = 0; i < 15; ++i) steep.push_back(static_cast<Octet>('a' + i));

    DeflateWriter fixed_thousand, stored_thousand, dynamic_hundreds;
    Octets const thousand = noise(1000);
    for (Octet const octet : thousand) fixed_thousand.fixed({literal(Octets{octet})});
    for (Octet const octet : thousand) stored_thousand.stored(Octets{octet});
    for (std::size_t i = 0; i < 300; ++i) dynamic_hundreds.dynamic({literal(Octets{thousand[i]})});
    Octets const hundreds(thousand.begin(), thousand.begin() + 300);

    DeflateWriter large;
    for (int i = 0; i < 3; ++i) large.stored(noise(65535));
    Octets const once = noise(65535);
    Octets const thrice = joined(joined(once, once), once);

    std::vector<Case> cases = of({
        {"14.5.1",
         "Send a message in one stored block",
         {"R7692-7.2.1-3", "R7692-7.2.3.3-1"},
         DeflateWriter{}.stored(every_octet()).message(),
         every_octet()},
        {"14.5.2",
         "Send a message in one fixed block, with every literal",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.fixed({literal(every_octet())}).message(),
         every_octet()},
        {"14.5.3",
         "Send a message in one dynamic block, with every literal",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.dynamic({literal(every_octet())}).message(),
         every_octet()},
        {"14.5.4",
         "Send a message in one dynamic block, with codes up to 15 bits",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.dynamic({literal(steep)}, DeflateCodeShape::steep).message(),
         steep},
        {"14.5.5",
         "Send back-references of every length in a fixed block",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.fixed(every_length()).message(),
         repeated('a', octets_of_every_length())},
        {"14.5.6",
         "Send back-references of every length in a dynamic block",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.dynamic(every_length()).message(),
         repeated('a', octets_of_every_length())},
        {"14.5.7",
         "Send back-references of many distances in a fixed block",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.fixed(many_distances()).message(),
         octets_of_many_distances()},
        {"14.5.8",
         "Send back-references of many distances in a dynamic block",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.dynamic(many_distances()).message(),
         octets_of_many_distances()},
        {"14.5.9",
         "Send a message in a thousand fixed blocks of one octet",
         {"R7692-7.2.1-2", "R7692-7.2.1-3"},
         fixed_thousand.message(),
         thousand},
        {"14.5.10",
         "Send a message in a thousand stored blocks of one octet",
         {"R7692-7.2.1-2", "R7692-7.2.1-3"},
         stored_thousand.message(),
         thousand},
        {"14.5.11",
         "Send a message in three hundred dynamic blocks of one octet",
         {"R7692-7.2.1-2", "R7692-7.2.1-3"},
         dynamic_hundreds.message(),
         hundreds},
        {"14.5.12",
         "Send a message in one stored block of 65535 octets",
         {"R7692-7.2.1-3"},
         DeflateWriter{}.stored(once).message(),
         once},
        {"14.5.13",
         "Send a message in three stored blocks of 65535 octets",
         {"R7692-7.2.1-2", "R7692-7.2.1-3"},
         large.message(),
         thrice},
        {"14.5.14",
         "Send a message that refers from each block back into the one before",
         {"R7692-7.2.1-2"},
         DeflateWriter{}.stored("wsspec").fixed({copy(6, 6)}).dynamic({copy(12, 12)}).message(),
         octets("wsspecwsspecwsspecwsspec")},
    });

    Case orders{.id = "14.5.15",
                .title = "Send a stored, a fixed and a dynamic block in each order",
                .covers = {"R7692-7.2.1-3", "R7692-7.2.1-2"},
                .needs = Need::echo | Need::deflate};
    std::array<int, 3> order = {0, 1, 2};
    do {
        DeflateWriter writer;
        for (std::size_t i = 0; i < order.size(); ++i)
            write_block(writer, order[i], std::string(7, static_cast<char>('a' + i)));
        Script script = comes_back(deflated_text(writer.message()), text("aaaaaaabbbbbbbccccccc"));
        add_script(orders, std::move(script));
    } while (std::ranges::next_permutation(order).found);
    cases.push_back(std::move(orders));
    return cases;
}

std::vector<Case> empty_blocks() {
    DeflateWriter ends;
    ends.fixed({literal("Hello")}).empty_stored().fixed({}).dynamic({});
    return of({
        {"14.5.16",
         "Send empty stored blocks in front of a message",
         {"R7692-7.2.1-2", "R7692-7.2.1-3"},
         DeflateWriter{}.empty_stored().empty_stored().fixed({literal("Hello")}).message(),
         octets("Hello")},
        {"14.5.17",
         "Send empty stored blocks between the octets of a message",
         {"R7692-7.2.1-6", "R7692-7.2.3.5-1"},
         DeflateWriter{}
             .fixed({literal("He")})
             .empty_stored()
             .fixed({literal("llo")})
             .empty_stored()
             .empty_stored()
             .fixed({literal("!")})
             .message(),
         octets("Hello!")},
        {"14.5.18",
         "Send empty stored blocks at the end of a message",
         {"R7692-7.2.1-6"},
         DeflateWriter{}.fixed({literal("Hello")}).empty_stored().empty_stored().message(),
         octets("Hello")},
        {"14.5.19",
         "Send empty fixed blocks in front of a message, inside and at its end",
         {"R7692-7.2.1-2"},
         DeflateWriter{}.fixed({}).fixed({literal("He")}).fixed({}).fixed({literal("llo")}).fixed({}).message(),
         octets("Hello")},
        {"14.5.20",
         "Send empty dynamic blocks in front of a message, inside and at its end",
         {"R7692-7.2.1-2"},
         DeflateWriter{}.dynamic({}).dynamic({literal("He")}).dynamic({}).fixed({literal("llo")}).dynamic({}).message(),
         octets("Hello")},
        {"14.5.21",
         "Send an empty block of each kind behind a message",
         {"R7692-7.2.1-2"},
         ends.message(),
         octets("Hello")},
        {"14.5.22",
         "Send an empty message in an empty block of each kind",
         {"R7692-7.2.1-2", "R7692-7.2.3.6-1"},
         DeflateWriter{}.empty_stored().fixed({}).dynamic({}).message(),
         {}},
    });
}

std::vector<Case> final_blocks() {
    std::vector<Case> cases = of({
        {"14.5.23",
         "Send a stored block with BFINAL",
         {"R7692-7.2.1-4", "R7692-7.2.3.4-1"},
         DeflateWriter{}.bfinal().stored("Hello").message(),
         octets("Hello")},
        {"14.5.24",
         "Send a dynamic block with BFINAL",
         {"R7692-7.2.1-4", "R7692-7.2.3.4-1"},
         DeflateWriter{}.bfinal().dynamic({literal("Hello")}).message(),
         octets("Hello")},
        {"14.5.25",
         "Send a block with BFINAL, then one without",
         {"R7692-7.2.2-15", "R7692-7.2.1-4"},
         DeflateWriter{}.bfinal().fixed({literal("Hello, ")}).fixed({literal("world")}).message(),
         octets("Hello, world")},
        {"14.5.26",
         "Send three blocks of each kind, all with BFINAL",
         {"R7692-7.2.2-15", "R7692-7.2.1-4"},
         DeflateWriter{}
             .bfinal()
             .fixed({literal("one ")})
             .bfinal()
             .stored("two ")
             .bfinal()
             .dynamic({literal("three")})
             .message(),
         octets("one two three")},
        {"14.5.27",
         "Send an empty block with BFINAL, then the message",
         {"R7692-7.2.2-15", "R7692-7.2.1-4"},
         DeflateWriter{}.bfinal().fixed({}).fixed({literal("Hello")}).message(),
         octets("Hello")},
        {"14.5.28",
         "Send a message of 4096 octets in a block with BFINAL",
         {"R7692-7.2.1-4"},
         DeflateWriter{}.bfinal().stored(noise(4096)).message(),
         noise(4096)},
        {"14.5.29",
         "Send a message of 4097 octets in a block with BFINAL",
         {"R7692-7.2.1-4"},
         DeflateWriter{}.bfinal().fixed({literal(noise(4097))}).message(),
         noise(4097)},
    });

    Octets const ends = DeflateWriter{}.bfinal().fixed({literal("Hello")}).message();
    Octets const again = hex("f2 00 11 00 00");  // 7.2.3.2: refers to the Hello before
    Octets const no_octet = DeflateWriter{}.bfinal().fixed({literal("Hello")}).as_is();
    Octets const with_tail = DeflateWriter{}.fixed({literal("Hello")}).with_tail();
    Frame const said = text("Hello");
    auto const add = [&](const char* id, const char* title, std::vector<std::string> covers, std::vector<Frame> sent,
                         Step expected, Need needs = Need::none, const char* note = "") {
        // Who may refuse may be gone by then.
        bool const goes_on = std::get<Expect>(expected.action).any_of.size() == 1;
        Case made{.id = id,
                  .title = title,
                  .covers = std::move(covers),
                  .needs = Need::echo | Need::deflate | needs,
                  .script = {offering_deflate(), send(std::move(sent)), std::move(expected)},
                  .note = note};
        if (goes_on) made.script.push_back(closing_handshake());
        cases.push_back(std::move(made));
    };
    auto const come_back = [](std::vector<Frame> frames) { return expect(receives(std::move(frames))); };

    add("14.5.30", "Send a message with BFINAL, then one without", {"R7692-7.2.1-4", "R7692-7.2.3.4-1"},
        {deflated_text(ends), deflated_text(hello())}, come_back({said, said}));
    add("14.5.31", "Send five messages with BFINAL", {"R7692-7.2.1-4", "R7692-7.2.3.4-1"},
        {deflated_text(ends), deflated_text(ends), deflated_text(ends), deflated_text(ends), deflated_text(ends)},
        come_back({said, said, said, said, said}));
    add("14.5.32", "Send a message with BFINAL in fragments of one octet, then one without",
        {"R7692-7.2.1-4", "R7692-6.2-1"},
        {deflated_text(hex("f3")).more(), continuation(hex("48")).more(), continuation(hex("cd")).more(),
         continuation(hex("c9")).more(), continuation(hex("c9")).more(), continuation(hex("07")).more(),
         continuation(hex("00")).more(), continuation(hex("00")), deflated_text(hello())},
        come_back({said, said}));
    add("14.5.33", "Send messages with BFINAL and plain ones in turn", {"R7692-7.2.1-4", "R7692-6-2"},
        {deflated_text(ends), text("plain"), deflated_text(ends), text("plain"), deflated_text(hello())},
        come_back({said, text("plain"), said, text("plain"), said}));

    constexpr const char* open_question =
        "RFC 7692 speaks of the window of the last message, RFC 1951 of streams that know nothing of each other: to "
        "refuse it is a remark.";
    auto const taken_or_remark = [](std::vector<Frame> frames) {
        return expect({receives(std::move(frames)), fails_to_inflate().informational()});
    };
    add("14.5.34", "Send a message with BFINAL, then one that refers to it", {"R7692-7.2.2-15", "R7692-7.2.2-4"},
        {deflated_text(ends), deflated_text(again)}, taken_or_remark({said, said}), Need::client_takeover,
        open_question);
    add("14.5.35", "Send a block with BFINAL, then one in the same message that refers to it", {"R7692-7.2.2-15"},
        {deflated_text(DeflateWriter{}.bfinal().fixed({literal("Hello")}).fixed({copy(5, 5)}).message())},
        taken_or_remark({text("HelloHello")}), Need::none, open_question);
    add("14.5.36", "Send two messages, the second with BFINAL and a reference to the first",
        {"R7692-7.2.2-4", "R7692-7.2.1-4"},
        {deflated_text(hello()), deflated_text(DeflateWriter{}.bfinal().fixed({copy(5, 5)}).message())},
        come_back({said, said}), Need::client_takeover);

    constexpr const char* no_empty_block =
        "RFC 7692 section 7.2.1 lets every message end with an empty stored block, of which 00 is left. Whoever takes "
        "a "
        "message without it does no harm.";
    add("14.5.37", "Send a message with BFINAL without the 00 behind it", {"R7692-7.2.1-1", "R7692-7.2.1-4"},
        {deflated_text(no_octet)}, takes_or_refuses(said), Need::none, no_empty_block);
    add("14.5.38", "Send a message with BFINAL without the 00 behind it, then a good one",
        {"R7692-7.2.1-1", "R7692-7.2.2-12"}, {deflated_text(no_octet), deflated_text(hello())},
        expect({receives({said, said}), fails_to_inflate(), fails_to_inflate().after({said})}), Need::none,
        no_empty_block);
    constexpr const char* tail_kept =
        "The sender had to remove 00 00 ff ff (RFC 7692 section 7.2.1); a receiver may stumble over it.";
    add("14.5.39", "Send a message with its 00 00 ff ff left in", {"R7692-7.2.1-1"}, {deflated_text(with_tail)},
        takes_or_refuses(said), Need::none, tail_kept);
    add("14.5.40", "Send a message with its 00 00 ff ff left in, then a good one", {"R7692-7.2.1-1", "R7692-7.2.2-12"},
        {deflated_text(with_tail), deflated_text(hello())}, expect({receives({said, said}), fails_to_inflate()}),
        Need::none, tail_kept);

    add("14.5.41", "Send a message whose empty block at the end has BFINAL, then a good one",
        {"R7692-7.2.1-4", "R7692-7.2.1-1"},
        {deflated_text(DeflateWriter{}.fixed({literal("Hello")}).bfinal().message()), deflated_text(hello())},
        come_back({said, said}), Need::none,
        "RFC 7692 section 7.2.1 asks for an empty stored block at the end, and does not say which BFINAL it has.");

    add("14.5.42", "Send a message with BFINAL padded with ones", {"R7692-7.2.1-5"},
        {deflated_text(DeflateWriter{}.padding(0xff).bfinal().fixed({literal("Hello")}).message())},
        taken_or_remark({said}), Need::none, "To look at the padding is allowed, to mind it is a remark.");
    add("14.5.43", "Send a stored block behind ones as padding", {"R7692-7.2.1-3"},
        {deflated_text(DeflateWriter{}.padding(0xff).fixed({literal("Hel")}).stored("lo").message())},
        come_back({said}), Need::none, "RFC 1951 section 3.2.4 ignores what pads a stored block.");
    return cases;
}

std::vector<Case> chains() {
    auto const chain = [](std::size_t octets) {
        DeflateWriter writer;
        for (std::size_t i = 0; i < octets / 5; ++i) writer.empty_stored();
        return writer;
    };
    DeflateWriter long_chain = chain(64 << 10);
    DeflateWriter of_fixed;
    for (int i = 0; i < 50'000; ++i) of_fixed.fixed({});
    DeflateWriter of_dynamic;
    for (int i = 0; i < 4'000; ++i) of_dynamic.dynamic({});
    DeflateWriter of_final;
    for (int i = 0; i < 10'000; ++i) of_final.bfinal().fixed({});
    // 8: the size limit does not see them, since nothing comes out.
    std::vector<std::string> const covers = {"R7692-8-3", "R7692-7.2.1-2"};
    return of({
        {"14.5.44", "Send an empty message of 1 KiB of empty stored blocks", covers, chain(1 << 10).message(), {}},
        {"14.5.45", "Send an empty message of 16 KiB of empty stored blocks", covers, chain(16 << 10).message(), {}},
        {"14.5.46", "Send an empty message of 64 KiB of empty stored blocks", covers, chain(64 << 10).message(), {}},
        {"14.5.47", "Send a message behind 64 KiB of empty stored blocks", covers,
         long_chain.fixed({literal("Hello")}).message(), octets("Hello")},
        {"14.5.48", "Send an empty message of 50,000 empty fixed blocks", covers, of_fixed.message(), {}},
        {"14.5.49", "Send an empty message of 4,000 empty dynamic blocks", covers, of_dynamic.message(), {}},
        {"14.5.50", "Send an empty message of 10,000 empty blocks with BFINAL", covers, of_final.message(), {}},
    });
}

}  // namespace

std::vector<Case> blocks() {
    std::vector<Case> cases;
    for (auto chapter : {kinds, empty_blocks, final_blocks, chains})
        std::ranges::move(chapter(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::deflating
