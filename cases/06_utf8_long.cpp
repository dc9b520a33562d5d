// 6.36 to 6.39: validators that look at the first buffer only, at frames with a short length only, or lose what stands
// across the end of one.
#include <cstddef>
#include <string>
#include <utility>

#include "cases/06_utf8.h"

namespace wsspec::utf8 {

namespace {

constexpr std::size_t kib = 1024;

/// ASCII with something else from octet `at` on.
Octets ascii_but(std::size_t size, const char* digits, std::size_t at) {
    Octets made = pattern("BAsd7&jh23", size);
    for (Octet const octet : hex(digits)) made.at(at++) = octet;
    return made;
}

void add_bad(std::vector<Case>& cases, const char* id, std::string title, std::vector<Frame> frames,
             const char* requirement) {
    cases.push_back({.id = id,
                     .title = std::move(title),
                     .covers = {"R6455-8.1-1", requirement, "R3629-10-1"},
                     .script = refused(std::move(frames))});
}

}  // namespace

std::vector<Case> long_texts() {
    std::vector<Case> cases;
    struct Place {
        const char* id;
        std::size_t size;
        std::size_t at;
    };
    for (const Place& row :
         {Place{"6.36.1", 17001, 16390}, Place{"6.36.2", 17001, 17000}, Place{"6.36.3", 70001, 40000},
          Place{"6.36.4", 70001, 70000}, Place{"6.36.5", 300001, 200000}, Place{"6.36.6", 300001, 300000}})
        add_bad(cases, row.id,
                "Send a text of " + std::to_string(row.size) + " octets with an octet ff as number " +
                    std::to_string(row.at),
                {text(ascii_but(row.size, "ff", row.at))}, "R3629-3-4");

    // One frame of more than a mebioctet; the letters are equal, so that the script stays small.
    Octets large = repeated('a', 1024 * kib + 1);
    large.push_back(0xff);
    add_bad(cases, "6.36.7", "Send a text of 1048578 octets in one frame, the last of which is an octet ff",
            {text(large)}, "R3629-3-4");

    // By the form of the length that the frame has.
    struct End {
        const char* id;
        std::size_t size;
        const char* form;
    };
    for (const End& row :
         {End{"6.37.1", 202, "16-bit"}, End{"6.37.2", 65535, "16-bit"}, End{"6.37.3", 70000, "64-bit"}})
        add_bad(cases, row.id,
                "Send a text of " + std::to_string(row.size) + " octets (" + row.form +
                    " form of the length) that ends inside a character",
                {text(ascii_but(row.size, "e2 82", row.size - 2))}, "R3629-3-6");
    add_bad(cases, "6.37.4", "Send a text of a fragment of 1500 octets and one that begins with an octet ff",
            {text(ascii_but(1500, "", 0)).more(), continuation(hex("ff 61 62 63"))}, "R3629-3-4");
    add_bad(cases, "6.37.5",
            "Send a text in three fragments of 5000 octets, with an octet ff in the middle of the second",
            {text(ascii_but(5000, "", 0)).more(), continuation(ascii_but(5000, "ff", 2500)).more(),
             continuation(ascii_but(5000, "", 0))},
            "R3629-3-4");
    add_bad(cases, "6.37.6", "Send a text in fragments of 5000 and 70000 octets, whose last octet begins a character",
            {text(ascii_but(5000, "", 0)).more(), continuation(ascii_but(70000, "e2", 69999))}, "R3629-3-6");

    // Far beyond what anybody looks at in one go; the letters are equal, so that the script stays small.
    add_bad(cases, "6.37.7", "Send a text of a fragment of 1 MiB and one that begins with an octet ff",
            {text(repeated('a', 1024 * kib)).more(), continuation(hex("ff 61 62 63"))}, "R3629-3-4");

    // Behind more fragments than anybody looks into.
    std::vector<Frame> many = {text("a").more()};
    for (int i = 0; i < 300; ++i) many.push_back(continuation("a").more());
    many.push_back(continuation(hex("ff")));
    add_bad(cases, "6.37.8", "Send a text in 302 fragments, the last of which is an octet ff", std::move(many),
            "R3629-3-4");

    struct Edge {
        const char* id;
        std::size_t size;
        std::size_t edge;
    };
    for (const Edge& row :
         {Edge{"6.38.1", 17000, 16 * kib}, Edge{"6.38.2", 34000, 32 * kib}, Edge{"6.38.3", 66000, 64 * kib},
          Edge{"6.38.4", 140000, 128 * kib}, Edge{"6.38.5", 270000, 256 * kib}}) {
        auto const sent = text(ascii_but(row.size, "e2 82 ac", row.edge - 1));
        cases.push_back({.id = row.id,
                         .title = "Send a text with the character U+20AC from octet " + std::to_string(row.edge - 1),
                         .covers = {"R3629-4-2", "R3629-3-8", "R6455-5.2-16"},
                         .needs = Need::echo,
                         .script = {open(), send(sent), expect(receives(sent)), closing_handshake()}});
    }
    // Three does not divide a power of two: a character stands across each multiple of every buffer's size, up to 2
    // MiB.
    cases.push_back(
        {.id = "6.38.6",
         .title = "Send a text of 2100000 octets, each of its characters U+20AC",
         .covers = {"R3629-4-2", "R3629-3-8", "R6455-5.2-16"},
         .needs = Need::echo,
         .script = {
             open(),
             round_trips({.content = {.pattern = octets("\xe2\x82\xac")}, .opcode = Opcode::text, .size = 2'100'000}),
             closing_handshake()}});
    Octets nobody;
    for (unsigned low = 0x90; low <= 0xaf; ++low) append(nobody, Octets{0xef, 0xb7, static_cast<Octet>(low)});
    cases.push_back({.id = "6.39.1",
                     .title = "Send the noncharacters U+FDD0 to U+FDEF",
                     .covers = {"R3629-3-8", "R3629-4-1"},
                     .needs = Need::echo,
                     .script = {open(), send(text(nobody)), expect(receives(text(nobody))), closing_handshake()}});
    cases.push_back({.id = "6.39.2",
                     .title = "Send a text that begins and ends with white space",
                     .covers = {"R6455-6.2-4", "R3629-3-8"},
                     .needs = Need::echo,
                     .script = {open(), send(text(" \t a \r\n\v\f ")), expect(receives(text(" \t a \r\n\v\f "))),
                                closing_handshake()}});
    return cases;
}

std::vector<Case> edges_of_registers() {
    std::vector<Case> cases;
    // What is read 16, 32 or 64 octets at a time: each kind of bad octets across, before and behind the edges.
    struct Kind {
        const char* digits;
        const char* what;
        const char* requirement;
    };
    std::size_t number = 0;
    for (const Kind& kind :
         {Kind{"ed a0 80", "a surrogate", "R3629-3-1"}, Kind{"f4 90 80 80", "a character beyond Unicode", "R3629-3-2"},
          Kind{"f5 80 80 80", "an octet f5 and three continuations", "R3629-3-4"},
          Kind{"c1 bf", "an overlong form of two octets", "R3629-3-3"},
          Kind{"e0 9f bf", "an overlong form of three octets", "R3629-3-3"},
          Kind{"f0 8f bf bf", "an overlong form of four octets", "R3629-3-3"},
          Kind{"e2 82", "a character of three octets that is cut off", "R3629-3-6"},
          Kind{"f0 9f 98", "a character of four octets that is cut off", "R3629-3-6"},
          Kind{"80", "a lone continuation", "R3629-3-5"},
          Kind{"e2 28 a1", "a character whose second octet is none", "R3629-3-6"}}) {
        Case made{
            .id = "6.41." + std::to_string(++number),
            .title = "Send 128 octets of text with " + std::string(kind.what) + ", at edges of 16, 32 and 64 octets",
            .covers = {"R6455-8.1-1", kind.requirement, "R3629-10-1"}};
        std::size_t const size = hex(kind.digits).size();
        for (std::size_t const at : {14UL, 31UL, 63UL, 128 - size}) {
            Script script = refused({text(ascii_but(128, kind.digits, at))});
            add_script(made, std::move(script));
        }
        cases.push_back(std::move(made));
    }
    return cases;
}

std::vector<Case> ends_inside_characters() {
    Case made{.id = "6.42.1",
              .title = "Send texts that end inside a character, for every kind of first octet and in each place",
              .covers = {"R3629-3-6", "R6455-8.1-1", "R3629-10-1"}};
    // One of each row that a table of states may have (RFC 3629 section 4), and both ends of the long rows.
    for (const char* character : {"c2 80", "df bf", "e0 a0 80", "e1 80 80", "ec bf bf", "ed 80 80", "ee 80 80",
                                  "ef bf bf", "f0 90 80 80", "f1 80 80 80", "f3 bf bf bf", "f4 80 80 80"}) {
        Octets const whole = hex(character);
        for (std::size_t size = 1; size < whole.size(); ++size) {
            Octets ending = octets("ab");
            append(ending, OctetView(whole).first(size));
            Script script = refused({text(std::move(ending))});
            add_script(made, std::move(script));
        }
    }
    return {std::move(made)};
}

}  // namespace wsspec::utf8
