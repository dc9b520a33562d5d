// 14.1 and 14.2: what is offered (RFC 7692 sections 5 and 7.1). Whether the answer is legal, and covered by a legal
// offer, is judged with every handshake; here are the offers, and what must hold afterwards.
#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

struct Row {
    std::string_view id, title, value;
};

/// What was agreed must work: three compressed messages, whose echoes are watched for window and takeover.
Step proof() {
    return round_trips({.content = {.kind = Content::Kind::json},
                        .opcode = Opcode::text,
                        .size = 20'000,
                        .count = 3,
                        .compressed = true});
}
Script agrees_and_works(Step opening) { return {std::move(opening), expect(opens()), proof(), closing_handshake()}; }
/// The same where the whole handshake may be refused: over a single offer that cannot be served, or over a request in
/// which something is wrong, or looks wrong.
Script agrees_and_works_if_opened(Step opening) {
    return {std::move(opening), opens_or_refuses(), proof(), closing_handshake()};
}

// 14.1.1 to 14.1.36: each is a choice of the other three parameters, with all ten of client_max_window_bits.
std::vector<Case> all_combinations() {
    std::vector<Case> cases;
    for (bool const server_alone : {false, true}) {
        for (bool const client_alone : {false, true}) {
            for (int bits = 7; bits <= 15; ++bits) {
                std::string offer;
                if (server_alone) offer += "; server_no_context_takeover";
                if (client_alone) offer += "; client_no_context_takeover";
                if (bits > 7) offer += "; server_max_window_bits=" + std::to_string(bits);
                Case made{.id = "14.1." + std::to_string(cases.size() + 1),
                          .title = "Offer permessage-deflate" + offer + ", each window for the client, and send JSON",
                          .target = Target::server,
                          .covers = {"R7692-5-5", "R7692-5-6", "R7692-5-14"},
                          .needs = Need::echo | Need::deflate};
                if (server_alone) made.covers.insert(made.covers.end(), {"R7692-7.1.1.1-2", "R7692-7.2.1-10"});
                if (bits > 7) made.covers.insert(made.covers.end(), {"R7692-7.1.2.1-4", "R7692-7.2.1-12"});
                made.covers.insert(made.covers.end(), {"R7692-7.1.2.2-4", "R7692-7.1.2.2-6"});
                if (bits == 8)
                    made.note =
                        "zlib does not compress with 8 bits. To decline is right; to agree and to use 512 "
                        "octets all the same is not.";
                made.script = agrees_and_works_if_opened(offering("permessage-deflate" + offer));
                for (int client_bits = 7; client_bits <= 15; ++client_bits) {
                    std::string hint = "; client_max_window_bits";
                    if (client_bits > 7) hint += "=" + std::to_string(client_bits);
                    made.variants.push_back(agrees_and_works_if_opened(offering("permessage-deflate" + offer + hint)));
                }
                cases.push_back(std::move(made));
            }
        }
    }
    return cases;
}

std::vector<Case> lists_and_spelling() {
    std::vector<Case> cases;
    static const Row works[] = {
        {"14.1.37", "Offer a window of 9 bits, else of 10, else any, on one line",
         "permessage-deflate; server_max_window_bits=9, permessage-deflate; server_max_window_bits=10, "
         "permessage-deflate"},
        {"14.1.38", "Offer a window of 8 bits for the server, else any",
         "permessage-deflate; server_max_window_bits=8, permessage-deflate"},  // 7.1.3 has this very list
        {"14.1.39", "Offer to be alone with each message, else a small window, else any",
         "permessage-deflate; server_no_context_takeover; client_no_context_takeover, permessage-deflate; "
         "server_max_window_bits=10, permessage-deflate"},
        {"14.1.40", "Offer any window, else a small one",
         "permessage-deflate, permessage-deflate; server_max_window_bits=10"},
        {"14.1.41", "Offer unknown extensions in front of permessage-deflate and behind it",
         "x-first, permessage-deflate; client_max_window_bits, x-last; a=b"},
        {"14.1.42", "Offer another compression by RSV1 in front of permessage-deflate",
         "permessage-bzip2, permessage-deflate"},
        {"14.1.43", "Offer a browser's old compression in front of permessage-deflate",
         "x-webkit-deflate-frame, permessage-deflate"},  // one of the two, since both want RSV1
        {"14.1.44", "Offer the same permessage-deflate twice", "permessage-deflate, permessage-deflate"},
        {"14.1.45", "Offer all parameters in reverse order",
         "permessage-deflate; client_max_window_bits=12; server_max_window_bits=12; client_no_context_takeover; "
         "server_no_context_takeover"},
    };
    for (const Row& row : works) {
        Case made{.id = std::string(row.id),
                  .title = std::string(row.title),
                  .target = Target::server,
                  .covers = {"R7692-5-2", "R7692-5-6", "R7692-5-7", "R7692-5-14"},
                  .needs = Need::echo | Need::deflate,
                  .script = agrees_and_works(offering(row.value))};
        cases.push_back(std::move(made));
    }

    auto const field = [](const Handshake& handshake, std::string_view value) {
        return handshake.add("Sec-WebSocket-Extensions", value);
    };
    std::vector<Case> more = {
        {.id = "14.1.46",
         .title = "Offer two kinds of permessage-deflate on two lines",
         .target = Target::server,
         .covers = {"R6455-9.1-2", "R7692-5-2", "R7692-5-14"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works(
             open(field(field(Handshake{}, "permessage-deflate; server_max_window_bits=10"), "permessage-deflate")))},
        {.id = "14.1.47",
         .title = "Offer permessage-deflate on the third line, behind two unknown extensions",
         .target = Target::server,
         .covers = {"R6455-9.1-2", "R7692-5-14"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works(
             open(field(field(field(Handshake{}, "x-first"), "x-second; a=1"), "permessage-deflate")))},
        {.id = "14.1.48",
         .title = "Offer a window of 10 bits as a quoted number",
         .target = Target::server,
         .covers = {"R6455-4.3-3", "R7692-7.1.2.1-4", "R7692-7.2.1-12"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works(offering("permessage-deflate; server_max_window_bits=\"10\"")),
         .note = "A quoted value means what it means without quotes (RFC 6455 section 9.1)."},
        {.id = "14.1.49",
         .title = "Offer permessage-deflate without a blank in the field",
         .target = Target::server,
         .covers = {"R6455-9.1-1", "R7692-7.1.2.1-4"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works(offering("permessage-deflate;server_no_context_takeover;server_max_window_bits=12,"
                                             "permessage-deflate"))},
        {.id = "14.1.50",
         .title = "Offer permessage-deflate with tabs and many blanks around its semicolons",
         .target = Target::server,
         .covers = {"R6455-4.3-8", "R7692-7.1.1.1-2"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works(offering("permessage-deflate \t ;   server_no_context_takeover\t;\t"
                                             "server_max_window_bits=12"))},
        {.id = "14.1.51",
         .title = "Offer permessage-deflate between empty elements of the list",
         .target = Target::server,
         .covers = {"R9110-5.6.1-1", "R7692-5-14"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works_if_opened(offering(", ,permessage-deflate, ,")),
         .note = "A recipient has to ignore a reasonable number of empty list elements (RFC 9110 section 5.6.1)."},
        {.id = "14.1.52",
         .title = "Offer Permessage-Deflate with capitals, then a message",
         .target = Target::server,
         .covers = {"R6455-9.1-8", "R6455-4.2.2-11"},
         .needs = Need::echo,
         .script = {offering("Permessage-Deflate"), send(text("Hello")), expect(receives(text("Hello"))),
                    closing_handshake()},
         .note = "No sentence says that the name of an extension is compared without regard to case. An answer that "
                 "takes it up is a remark."},
        {.id = "14.1.53",
         .title = "Offer no extension, then a message long enough to be compressed",
         .target = Target::server,
         .covers = {"R6455-4.2.2-12", "R7692-5-12"},
         .needs = Need::echo,
         .script = {open(),
                    round_trips(
                        {.content = {.kind = Content::Kind::json}, .opcode = Opcode::text, .size = 20'000, .count = 3}),
                    closing_handshake()}},
        {.id = "14.1.54",
         .title = "Offer permessage-deflate, and look at the window that the server keeps to",
         .target = Target::server,
         .covers = {"R7692-7.3-1"},
         .needs = Need::deflate,
         .script = {offering("permessage-deflate"), expect(opens()), closing_handshake()},
         .note = "RFC 7692 recommends 1024 octets or more. Less is informational."},
        {.id = "14.1.55",
         .title = "Offer permessage-deflate with a value that is quoted, one character of it with a backslash",
         .target = Target::server,
         .covers = {"R6455-9.1-1", "R7692-7.1.2.1-4"},
         .needs = Need::echo | Need::deflate,
         .script = agrees_and_works_if_opened(
             offering("permessage-deflate; server_max_window_bits=\"1\\0\", permessage-deflate")),
         .note = "A quoted-string is unescaped first (RFC 6455 section 9.1), so the value is 10."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

// 14.2

/// The connection opens; a server that refuses it goes beyond what RFC 7692 section 7 asks for.
Step declines() { return opens_or_refuses(); }

struct Offer {
    std::string_view id, title, value, covers;
};

// Behind an offer that has to be declined RSV1 has no meaning (RFC 6455 5.2), and messages go as ever (RFC 7692 5).
std::vector<Case> declined_offers() {
    static const Offer rows[] = {
        {"14.2.1", "Offer permessage-deflate with an unknown parameter", "permessage-deflate; x-speed", "R7692-7-1"},
        {"14.2.2", "Offer permessage-deflate with an unknown parameter behind a known one",
         "permessage-deflate; client_max_window_bits; x-speed=9", "R7692-7-1"},
        {"14.2.3", "Offer permessage-deflate with Server_No_Context_Takeover",
         "permessage-deflate; Server_No_Context_Takeover", "R7692-7-1"},
        {"14.2.4", "Offer permessage-deflate with CLIENT_MAX_WINDOW_BITS", "permessage-deflate; CLIENT_MAX_WINDOW_BITS",
         "R7692-7-1"},
        {"14.2.5", "Offer permessage-deflate with max_window_bits", "permessage-deflate; max_window_bits=10",
         "R7692-7-1"},
        {"14.2.6", "Offer permessage-deflate with s2c_no_context_takeover",
         "permessage-deflate; s2c_no_context_takeover", "R7692-7-1"},  // of the drafts
        {"14.2.7", "Offer permessage-deflate with the parameters __proto__", "permessage-deflate; __proto__",
         "R7692-7-1"},
        {"14.2.8", "Offer permessage-deflate with the parameter constructor, with a value",
         "permessage-deflate; constructor=10", "R7692-7-1"},
        {"14.2.9", "Offer permessage-deflate with hasOwnProperty and toString",
         "permessage-deflate; hasOwnProperty; toString=15", "R7692-7-1"},
        {"14.2.10", "Offer permessage-deflate whose server_max_window_bits has no value",
         "permessage-deflate; server_max_window_bits", "R7692-7-2"},
        {"14.2.11", "Offer permessage-deflate with a window of 7 bits for the server",
         "permessage-deflate; server_max_window_bits=7", "R7692-7-2"},
        {"14.2.12", "Offer permessage-deflate with a window of 16 bits for the server",
         "permessage-deflate; server_max_window_bits=16", "R7692-7-2"},
        {"14.2.13", "Offer permessage-deflate with a window of 0 bits for the server",
         "permessage-deflate; server_max_window_bits=0", "R7692-7-2"},
        {"14.2.14", "Offer permessage-deflate with a window of 08 bits for the server",
         "permessage-deflate; server_max_window_bits=08", "R7692-7-2"},
        {"14.2.15", "Offer permessage-deflate with a window of 010 bits for the server",
         "permessage-deflate; server_max_window_bits=010", "R7692-7-2"},
        {"14.2.16", "Offer permessage-deflate with a window of abc bits for the server",
         "permessage-deflate; server_max_window_bits=abc", "R7692-7-2"},
        {"14.2.17", "Offer permessage-deflate with a window of -1 bits for the server",
         "permessage-deflate; server_max_window_bits=-1", "R7692-7-2"},
        {"14.2.18", "Offer permessage-deflate with a window of +9 bits for the server",
         "permessage-deflate; server_max_window_bits=+9", "R7692-7-2"},
        {"14.2.19", "Offer permessage-deflate with a window of 15.0 bits for the server",
         "permessage-deflate; server_max_window_bits=15.0", "R7692-7-2"},
        {"14.2.20", "Offer permessage-deflate with a window of 1e1 bits for the server",
         "permessage-deflate; server_max_window_bits=1e1", "R7692-7-2"},
        {"14.2.21", "Offer permessage-deflate with a window of 0xf bits for the server",
         "permessage-deflate; server_max_window_bits=0xf", "R7692-7-2"},
        {"14.2.22", "Offer permessage-deflate with a window of 99999999999 bits for the server",
         "permessage-deflate; server_max_window_bits=99999999999", "R7692-7-2"},
        {"14.2.23", "Offer permessage-deflate with a window of 18446744073709551625 bits for the server",
         "permessage-deflate; server_max_window_bits=18446744073709551625", "R7692-7-2"},  // 9 in 64 bits
        {"14.2.24", "Offer permessage-deflate with a window of 12x bits for the server",
         "permessage-deflate; server_max_window_bits=12x", "R7692-7-2"},  // strtol stops at the x
        {"14.2.25", "Offer permessage-deflate with a window of 7 bits for the client",
         "permessage-deflate; client_max_window_bits=7", "R7692-7-2"},
        {"14.2.26", "Offer permessage-deflate with a window of 16 bits for the client",
         "permessage-deflate; client_max_window_bits=16", "R7692-7-2"},
        {"14.2.27", "Offer permessage-deflate with a window of 08 bits for the client",
         "permessage-deflate; client_max_window_bits=08", "R7692-7-2"},
        {"14.2.28", "Offer permessage-deflate with a window of 0 bits for the client",
         "permessage-deflate; client_max_window_bits=0", "R7692-7-2"},
        {"14.2.29", "Offer permessage-deflate with a window of abc bits for the client",
         "permessage-deflate; client_max_window_bits=abc", "R7692-7-2"},
        {"14.2.30", "Offer permessage-deflate with a window of -15 bits for the client",
         "permessage-deflate; client_max_window_bits=-15", "R7692-7-2"},
        {"14.2.31", "Offer permessage-deflate whose server_no_context_takeover has the value 1",
         "permessage-deflate; server_no_context_takeover=1", "R7692-7-2"},
        {"14.2.32", "Offer permessage-deflate whose server_no_context_takeover has the value true",
         "permessage-deflate; server_no_context_takeover=true", "R7692-7-2"},
        {"14.2.33", "Offer permessage-deflate whose client_no_context_takeover has the value 15",
         "permessage-deflate; client_no_context_takeover=15", "R7692-7-2"},
        {"14.2.34", "Offer permessage-deflate with client_no_context_takeover twice",
         "permessage-deflate; client_no_context_takeover; client_no_context_takeover", "R7692-7-3"},
        {"14.2.35", "Offer permessage-deflate with two windows for the server",
         "permessage-deflate; server_max_window_bits=15; server_max_window_bits=10", "R7692-7-3"},
        {"14.2.36", "Offer permessage-deflate with the same window for the server twice",
         "permessage-deflate; server_max_window_bits=12; server_max_window_bits=12", "R7692-7-3"},
        {"14.2.37", "Offer permessage-deflate with client_max_window_bits twice, without values",
         "permessage-deflate; client_max_window_bits; client_max_window_bits", "R7692-7-3"},
        {"14.2.38", "Offer permessage-deflate twice, with an unknown parameter and with a window of 7 bits",
         "permessage-deflate; x-speed, permessage-deflate; server_max_window_bits=7", "R7692-5-11"},
        {"14.2.39", "Offer permessage-deflate-2 and x-permessage-deflate", "permessage-deflate-2, x-permessage-deflate",
         "R6455-9.1-8"},  // prefix and suffix comparison
    };
    std::vector<Case> cases;
    for (const Offer& row : rows) {
        Case made{.id = std::string(row.id),
                  .title = std::string(row.title) + ", then send a message with RSV1",
                  .target = Target::server,
                  .covers = {std::string(row.covers), "R7692-5-12"},
                  .script = {offering(row.value), declines(), barrier("open without compression"),
                             send(deflated_text(hello())), send(ping("after the fault")), expect(fails(1002))}};
        if (row.covers != "R7692-5-11") made.covers.push_back("R7692-5-11");
        cases.push_back(std::move(made));
    }
    return cases;
}

std::vector<Case> others() {
    std::vector<Case> cases;
    // One legal offer is enough; what is agreed is judged against it.
    static const Row second[] = {
        {"14.2.40", "Offer an unknown parameter first, then permessage-deflate with a window of 10 bits",
         "permessage-deflate; x-speed, permessage-deflate; server_max_window_bits=10"},
        {"14.2.41", "Offer a window of 7 bits first, then permessage-deflate without context",
         "permessage-deflate; server_max_window_bits=7, permessage-deflate; server_no_context_takeover"},
        {"14.2.42", "Offer a parameter twice first, then permessage-deflate",
         "permessage-deflate; client_max_window_bits; client_max_window_bits, permessage-deflate"},
        {"14.2.43", "Offer permessage-deflate first, then a window of 16 bits",
         "permessage-deflate, permessage-deflate; server_max_window_bits=16"},
    };
    for (const Row& row : second)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R7692-5-2", "R7692-7-1", "R7692-7-2", "R7692-7-3", "R7692-5-14"},
                         .needs = Need::echo | Need::deflate,
                         .script = agrees_and_works_if_opened(offering(row.value))});

    // Not in the grammar: should be refused, is often ignored; must not be agreed to.
    static const Row malformed[] = {
        {"14.2.44", "Offer permessage-deflate with an empty quoted window",
         "permessage-deflate; server_max_window_bits=\"\""},
        {"14.2.45", "Offer permessage-deflate with a window behind two equals signs",
         "permessage-deflate; server_max_window_bits==10"},
        {"14.2.46", "Offer permessage-deflate with a quoted window that does not end",
         "permessage-deflate; server_max_window_bits=\"10"},
        {"14.2.47", "Offer permessage-deflate with a value of its own", "permessage-deflate=1"},
        {"14.2.48", "Offer permessage-deflate with a parameter behind a comma only",
         "permessage-deflate; , =server_no_context_takeover"},
    };
    for (const Row& row : malformed)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-9.1-1", "R6455-4.3-2"},
                         .script = {offering(row.value), expect({refuses(400), refuses_with_any_status().non_strict(),
                                                                 drops().non_strict(), opens().non_strict()})}});

    // Large, and slow for a parser that goes back: it may be refused, or answered in due time.
    auto const many = [](std::string_view piece, std::size_t size) {
        std::string out;
        while (out.size() + piece.size() <= size) out += piece;
        return out;
    };
    std::string const parameters = "permessage-deflate" + many("; x-a=1", 7000);
    std::string const offers = many("permessage-deflate; x-a, ", 7000) + "permessage-deflate";
    std::string const blanks = "permessage-deflate;" + many(" \t", 7000) + "server_max_window_bits=10";
    std::string const digits = "permessage-deflate; server_max_window_bits=1" + std::string(7000, '0');
    std::string const escapes = "permessage-deflate; server_max_window_bits=\"1" + many("\\0", 7000) + "\"";
    std::string const good_offers =
        many("permessage-deflate; server_max_window_bits=10, ", 7000) + "permessage-deflate";
    const Row large[] = {
        {"14.2.49", "Offer permessage-deflate with a thousand unknown parameters", parameters},
        {"14.2.50", "Offer permessage-deflate some hundred times, all illegal but the last", offers},
        {"14.2.51", "Offer permessage-deflate with 7,000 blanks and tabs in front of a parameter", blanks},
        {"14.2.52", "Offer permessage-deflate with a window of 7,001 digits", digits},
        {"14.2.53", "Offer permessage-deflate with a quoted window of 3,501 digits, all escaped", escapes},
        {"14.2.54", "Offer permessage-deflate some hundred times, all legal", good_offers},
    };
    for (const Row& row : large)
        cases.push_back(
            {.id = std::string(row.id),
             .title = std::string(row.title),
             .target = Target::server,
             .covers = {"R6455-10.1-1", "R7692-7-1"},
             .script = {offering(row.value), expect({opens(), refuses_with_any_status(), drops().non_strict()}),
                        closing_handshake()}});
    return cases;
}

std::vector<Case> chained(std::vector<Case> first, std::vector<Case> second) {
    std::ranges::move(second, std::back_inserter(first));
    return first;
}

}  // namespace

std::vector<Case> legal_offers() { return chained(all_combinations(), lists_and_spelling()); }
std::vector<Case> illegal_offers() { return chained(declined_offers(), others()); }

}  // namespace wsspec::deflating
