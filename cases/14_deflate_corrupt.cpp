// 14.7: data that is no DEFLATE data, or not all of it. RFC 7692 section 7.2.2 tells the receiver to decompress it;
// where that cannot be done, the connection has to be failed, and nothing may be delivered in its place. Data that an
// inflater merely finds too short is another thing: no sentence says what to do about it.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

// No ping behind the fault: who inflates in another thread may answer it first, and no sentence is against that. A
// target that goes on is asked for a sign of life all the same.
Script refused(std::vector<Frame> frames) {
    return {offering_deflate(), send(std::move(frames)), expect(fails_to_inflate())};
}
Script refused(Octets data) { return refused(std::vector<Frame>{deflated_binary(std::move(data))}); }

/// A message that is not complete: each of `there` is what can be made out of it.
Script refused_or_cut(Octets data, const std::vector<Octets>& there) {
    std::vector<Outcome> any_of = {fails_to_inflate()};
    for (const auto& octets : there) any_of.push_back(receives(binary(octets)).non_strict());
    return {offering_deflate(), send(deflated_binary(std::move(data))), expect(std::move(any_of))};
}

struct Bad {
    const char* id;
    const char* title;
    Octets data;
    const char* requirement = "R7692-7.2.2-11";
    const char* note = "";
    std::vector<Octets> there = {};  ///< Of a message that is not complete: what a target may deliver.
};

std::vector<Case> of(const std::vector<Bad>& rows) {
    std::vector<Case> cases;
    for (const Bad& row : rows)
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {row.requirement},
                         .needs = Need::deflate,
                         .script = row.there.empty() ? refused(row.data) : refused_or_cut(row.data, row.there),
                         .note = row.note});
    return cases;
}

Octets without_last(Octets data, std::size_t count) {
    data.resize(data.size() - count);
    return data;
}

/// The header of a dynamic block, written by hand (RFC 1951 3.2.7), with code lengths 0, 1, 2 and runs of zeros.
class CodeLengths {
public:
    CodeLengths(unsigned literals, unsigned distances) {
        counts(literals, distances);
        // In the order of the RFC: 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15.
        for (unsigned const length : {0U, 0U, 2U, 2U, 0U, 0U, 0U, 0U, 0U, 0U, 0U, 0U, 0U, 0U, 0U, 2U, 0U, 2U, 0U})
            writer_.bits(length, 3);
    }
    /// Of the code length code itself, in that order.
    CodeLengths(unsigned literals, unsigned distances, const std::vector<unsigned>& lengths) {
        counts(literals, distances);
        for (std::size_t i = 0; i < 19; ++i) writer_.bits(i < lengths.size() ? lengths[i] : 0, 3);
    }
    CodeLengths& length(unsigned bits) {
        writer_.code(bits, 2);  // 0, 1 and 2 are 00, 01 and 10
        return *this;
    }
    CodeLengths& zeros(unsigned count) {
        for (; count > 138; count -= 138) run(138);
        if (count >= 11) {
            run(count);
        } else {
            for (; count > 0; --count) length(0);
        }
        return *this;
    }
    CodeLengths& run(unsigned count) {
        writer_.code(0b11, 2).bits(count - 11, 7);
        return *this;
    }
    DeflateWriter& writer() { return writer_; }
    Octets data() const { return writer_.as_is(); }

private:
    void counts(unsigned literals, unsigned distances) {
        writer_.bits(0, 1).bits(2, 2).bits(literals - 257, 5).bits(distances - 1, 5).bits(15, 4);
    }
    DeflateWriter writer_;
};

/// Zeros behind a broken header, so that it is not merely cut off.
Octets and_more(CodeLengths lengths) { return joined(lengths.data(), Octets(64, 0)); }

/// A fixed block that begins with "abc".
DeflateWriter fixed_abc() {
    DeflateWriter writer;
    writer.bits(0, 1).bits(1, 2);
    for (unsigned const letter : {0x61U, 0x62U, 0x63U}) writer.code(0x30 + letter, 8);
    return writer;
}

std::vector<Case> broken_blocks() {
    Octets const compressed = DeflateWriter{}.stored("abc").reserved_block().message();
    auto cases = of({
        {"14.7.1", "Send a block of the reserved type", DeflateWriter{}.reserved_block().message()},
        {"14.7.2", "Send a block of the reserved type behind a good one", compressed},
        {"14.7.3", "Send a stored block whose NLEN is not the complement of LEN",
         DeflateWriter{}.stored_claiming(5, 5, octets("Hello")).message()},
        {"14.7.4", "Send a stored block whose NLEN differs in one bit",
         DeflateWriter{}.stored_claiming(5, 0xfffa ^ 0x8000, octets("Hello")).message()},
        {"14.7.5", "Send a back-reference over 1 octet where nothing is",
         DeflateWriter{}.fixed({copy(1, 3)}).message()},
        {"14.7.6", "Send a back-reference over 6 octets behind 5",
         DeflateWriter{}.fixed({literal("Hello"), copy(6, 3)}).message()},
        {"14.7.7", "Send a back-reference over 32768 octets behind 5",
         DeflateWriter{}.fixed({literal("Hello"), copy(32768, 258)}).message()},
        {"14.7.8", "Send a back-reference over 32768 octets behind 32767",
         DeflateWriter{}.stored(noise(32767)).dynamic({copy(32768, 3)}).message()},
        {"14.7.9", "Send the symbol 286 in a fixed block", fixed_abc().code(0b11000110, 8).message()},
        {"14.7.10", "Send the symbol 287 in a fixed block", fixed_abc().code(0b11000111, 8).message()},
        {"14.7.11", "Send the distance code 30 in a fixed block",
         fixed_abc().code(0b0000001, 7).code(0b11110, 5).message()},
        {"14.7.12", "Send the distance code 31 in a fixed block",
         fixed_abc().code(0b0000001, 7).code(0b11111, 5).message()},
    });
    Octets const hello_again = DeflateWriter{}.fixed({copy(6, 3)}).message();
    cases.push_back({.id = "14.7.13",
                     .title = "Send Hello, then a message that refers 6 octets back",
                     .covers = {"R7692-7.2.2-11"},
                     .needs = Need::echo | Need::deflate,
                     .script = {offering_deflate(), send(deflated_text(hello())), expect(receives(text("Hello"))),
                                send({deflated_binary(hello_again)}), expect(fails_to_inflate())},
                     .note = "Only five octets were ever sent, whether the window is kept or not."});
    return cases;
}

std::vector<Case> broken_codes() {
    return of({
        {"14.7.14", "Send a dynamic block whose code length code has too many codes",
         and_more(CodeLengths(257, 1, {1, 1, 1}))},
        {"14.7.15", "Send a dynamic block whose code length code has too few codes",
         and_more(CodeLengths(257, 1, {0, 0, 2}))},
        {"14.7.16", "Send a dynamic block whose code length code is empty", and_more(CodeLengths(257, 1, {}))},
        {"14.7.17", "Send a dynamic block whose literals have too many codes",
         and_more(CodeLengths(257, 1).length(1).length(1).zeros(254).length(1).length(1))},
        {"14.7.18", "Send a dynamic block whose literals have too few codes",
         and_more(CodeLengths(257, 1).length(2).zeros(255).length(2).length(1))},
        {"14.7.19", "Send a dynamic block without a code for its end",
         and_more(CodeLengths(257, 1).length(1).length(1).zeros(254).length(0).length(1))},
        {"14.7.20", "Send a dynamic block whose distances have too many codes",
         and_more(CodeLengths(257, 3).length(1).zeros(255).length(1).length(1).length(1).length(1))},
        {"14.7.21", "Send a dynamic block whose distances have too few codes",
         and_more(CodeLengths(257, 2).length(1).zeros(255).length(1).length(2).length(2))},
        {"14.7.22", "Send a dynamic block whose first code length repeats the one before",
         and_more(CodeLengths(257, 1, {1, 0, 0, 1}).length(0b10))},  // 0 is 0 and 16 is 1
        {"14.7.23", "Send a dynamic block whose code lengths run beyond their number",
         and_more(CodeLengths(257, 1).run(138).run(138))},
        {"14.7.24", "Send a dynamic block with 287 codes for literals and lengths", and_more(CodeLengths(287, 1))},
        {"14.7.25", "Send a dynamic block with 31 codes for distances", and_more(CodeLengths(257, 31))},
    });
}

std::vector<Case> cut_off() {
    Octets const dynamic = DeflateWriter{}.dynamic({literal(noise(100))}).message();
    auto const claiming = [](unsigned more) {
        auto const length = static_cast<std::uint16_t>(5 + more);
        return DeflateWriter{}.stored_claiming(length, static_cast<std::uint16_t>(~length), octets("Hello")).as_is();
    };
    constexpr const char* inside =
        "Behind the data the receiver puts 00 00 ff ff. They have to be the rest of an empty stored block: where they "
        "are read as something else, the message is not complete, and the sender to blame (RFC 7692 section 7.2.1). To "
        "deliver what there is of it breaks no sentence, but the strict reading; nor does what section 7.2.2 makes of "
        "it literally, with those four octets as data.";
    // Of the data above that end inside a stored block.
    Octets const padded_abc = hex("41 42 43 00 00 ff ff");
    Octets const padded_hello = hex("48 65 6c 6c 6f 00 00 ff ff");
    Octets const first_of_noise = noise(78);
    std::vector<Case> cases = of({
        {"14.7.26",
         "Send a fixed block that is cut off",
         hex("f2 48 cd"),
         "R7692-7.2.2-13",
         inside,
         {octets("He"), octets("Heh")}},
        {"14.7.27",
         "Send a fixed block without its end",
         fixed_abc().as_is(),
         "R7692-7.2.2-13",
         inside,
         {octets("abc")}},
        {"14.7.28",
         "Send Hello without its last octet, the 00",
         without_last(hello(), 1),
         "R7692-7.2.2-13",
         inside,
         {octets("Hello")}},
        {"14.7.29",
         "Send a dynamic block that is cut off in its header",
         Octets(dynamic.begin(), dynamic.begin() + 8),
         "R7692-7.2.2-13",
         inside,
         {Octets()}},
        {"14.7.30",
         "Send a dynamic block that is cut off in its data",
         without_last(dynamic, 20),
         "R7692-7.2.2-13",
         inside,
         {first_of_noise}},
        {"14.7.31",
         "Send a stored block that is cut off in its length",
         hex("00 05"),
         "R7692-7.2.2-13",
         inside,
         {Octets()}},
        {"14.7.32",
         "Send a stored block of 20 octets with only 3 there",
         hex("00 14 00 eb ff 41 42 43"),
         "R7692-7.2.2-13",
         inside,
         {octets("ABC"), padded_abc}},
        {"14.7.33",
         "Send a stored block with 1 octet less than it claims",
         claiming(1),
         "R7692-7.2.2-13",
         inside,
         {octets("Hello"), hex("48 65 6c 6c 6f 00")}},
        {"14.7.34",
         "Send a stored block with 4 octets less than it claims",
         claiming(4),
         "R7692-7.2.2-13",
         "The four octets that the receiver puts behind the message fit into the block exactly. They are no data (the "
         "sender took them from behind an empty block); but RFC 7692 section 7.2.2, read literally, has them inflated "
         "with the rest.",
         {octets("Hello"), padded_hello}},
        {"14.7.35",
         "Send a stored block with 5 octets less than it claims",
         claiming(5),
         "R7692-7.2.2-13",
         inside,
         {octets("Hello"), padded_hello}},
        {"14.7.36",
         "Send a stored block of 65535 octets with none there",
         hex("00 ff ff 00 00"),
         "R7692-7.2.2-13",
         inside,
         {Octets(), hex("00 00 ff ff")}},
    });
    cases.push_back(
        {.id = "14.7.37",
         .title = "Send a stored block of 20 octets with only 3 there, then a good message",
         .covers = {"R7692-7.2.2-13", "R7692-7.2.2-12"},
         .needs = Need::deflate,
         .script = {offering_deflate(), send({deflated_binary(hex("00 14 00 eb ff 41 42 43")), deflated_text(hello())}),
                    expect({fails_to_inflate(), receives({binary(octets("ABC")), text("Hello")}).non_strict(),
                            receives({binary(padded_abc), text("Hello")}).non_strict(),
                            fails_to_inflate().after({binary(padded_abc)}).non_strict()})},
         .note = inside});
    return cases;
}

std::vector<Case> something_else() {
    constexpr const char* behind_final =
        "Behind a block with BFINAL further blocks may follow (RFC 7692 section 7.2.1), so these octets are data as "
        "well. "
        "To stop at BFINAL loses nothing here; the strict reading is another.";
    return of({
        {"14.7.38", "Send a hundred octets of noise", joined(hex("07"), noise(100))},
        {"14.7.39", "Send plain text with RSV1", octets("Hello, world!")},
        {"14.7.40", "Send a message in gzip's format",
         hex("1f 8b 08 00 00 00 00 00 00 03 f3 48 cd c9 c9 07 00 82 89 d1 f7 05 00 00 00")},
        {"14.7.41", "Send a message in zlib's format", hex("78 9c f3 48 cd c9 c9 07 00 05 8c 01 f5")},
        {"14.7.42", "Send the octets ff ff ff ff with RSV1", hex("ff ff ff ff")},
        {"14.7.43",
         "Send a block with BFINAL, the octet 00 and noise",
         joined(DeflateWriter{}.bfinal().fixed({literal("Hello")}).as_is(), hex("00 07 aa bb cc")),
         "R7692-7.2.2-12",
         behind_final,
         {octets("Hello")}},
        {"14.7.44",
         "Send a block with BFINAL, then one of the reserved type",
         joined(DeflateWriter{}.bfinal().fixed({literal("Hello")}).as_is(), hex("07")),
         "R7692-7.2.2-12",
         behind_final,
         {octets("Hello")}},
        {"14.7.45",
         "Send a block with BFINAL, then a stored one that is cut off",
         joined(DeflateWriter{}.bfinal().fixed({literal("Hello")}).as_is(), hex("00 14 00 eb ff 41 42 43")),
         "R7692-7.2.2-12",
         behind_final,
         {octets("Hello"), hex("48 65 6c 6c 6f 41 42 43 00 00 ff ff")}},
        {"14.7.46", "Send a message in zlib's format behind an empty block",
         joined(DeflateWriter{}.with_tail(), hex("78 9c f3 48 cd c9 c9 07 00 05 8c 01 f5"))},
    });
}

std::vector<Case> in_the_middle() {
    Octets const bad = DeflateWriter{}.reserved_block().as_is();
    Octets const flushed = DeflateWriter{}.fixed({literal("Hello")}).with_tail();
    Case next{.id = "14.7.51",
              .title = "Send data that is no DEFLATE, then a good message on the next connection",
              .covers = {"R7692-7.2.2-11", "R7692-5-14"},
              .needs = Need::echo | Need::deflate,
              .script = refused(hex("ff ff ff ff"))};
    next.variants.push_back(comes_back(deflated_text(hello()), text("Hello")));
    next.variants.push_back(
        refused_or_cut(hex("00 14 00 eb ff 41 42 43"), {octets("ABC"), hex("41 42 43 00 00 ff ff")}));
    next.variants.push_back(comes_back(deflated_text(hello()), text("Hello")));
    return {
        {.id = "14.7.47",
         .title = "Send a good compressed message, then one that is no DEFLATE",
         .covers = {"R7692-7.2.2-11"},
         .needs = Need::echo | Need::deflate,
         .script = {offering_deflate(), send(deflated_text(hello())), expect(receives(text("Hello"))),
                    send({deflated_text(bad)}), expect(fails_to_inflate())}},
        {.id = "14.7.48",
         .title = "Send a compressed message whose second fragment is broken, behind a ping",
         .covers = {"R7692-7.2.2-11", "R7692-6.2-1"},
         .needs = Need::deflate,
         .script = {offering_deflate(), send(deflated_binary(flushed).more()), barrier("first fragment accepted"),
                    send({continuation(bad)}), expect(fails_to_inflate())}},
        {.id = "14.7.49",
         .title = "Send a compressed message whose first fragment is broken, and its end behind a ping",
         .covers = {"R7692-7.2.2-11", "R7692-6.2-1"},
         .needs = Need::deflate,
         .script = {offering_deflate(), send(deflated_binary(bad).more()), barrier("broken data digested"),
                    send({continuation(hello())}), expect(fails_to_inflate())},
         .note = "RFC 7692 section 6.2 puts the fragments together first: to notice at the end is as good."},
        {.id = "14.7.50",
         .title = "Send a compressed message that is broken, one octet a write",
         .covers = {"R7692-7.2.2-11"},
         .needs = Need::deflate,
         .script = {offering_deflate(),
                    send({deflated_binary(DeflateWriter{}.stored_claiming(5, 5, octets("Hello")).message())},
                         chopped(1)),
                    expect(fails_to_inflate())}},
        std::move(next),
    };
}

}  // namespace

std::vector<Case> corrupt_data() {
    std::vector<Case> cases;
    for (auto chapter : {broken_blocks, broken_codes, cut_off, something_else, in_the_middle})
        std::ranges::move(chapter(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::deflating
