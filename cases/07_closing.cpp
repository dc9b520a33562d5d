// Group 7: closing. A Close is answered with a Close and the connection ends; a malformed Close fails it (RFC 6455
// sections 5.5.1, 7.1 and 7.4).
#include <cstdint>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

constexpr const char* hello = "Hello World!";

constexpr const char* unassigned_note =
    "Autobahn demands 1002. RFC 6455 reserves the code (section 7.4.1 or 7.4.2) without telling the receiver to "
    "fail, so a normal answer is non-strict.";
constexpr const char* out_of_range_note =
    "RFC 6455 section 7.4.2 is silent about codes above 4999: 1002 is a pass, a normal answer is only reported. "
    "Autobahn reports all.";
constexpr const char* bad_reason_note =
    "1007 names the fault, 1002 the frame it is in: both are a pass, as with Autobahn. A normal answer does end the "
    "connection, but hides the fault (RFC 6455 sections 5.5.1 and 8.1): non-strict.";

/// The codes that may answer a Close with `code`: the same, 1000, or an empty body ("typically", section 5.5.1).
std::vector<unsigned> answers_to(unsigned code) {
    return code == 1000 ? std::vector<unsigned>{1000, 0} : std::vector<unsigned>{code, 1000, 0};
}

Script closed(const Frame& close, Delivery delivery = {}) {
    return {open(), send(close, std::move(delivery)), expect(closes({1000, 0}))};
}

constexpr const char* discarded_note =
    "What comes behind a Close is to be discarded (RFC 6455 section 1.4). A target that looks at it and puts 1002 into "
    "its answer is non-strict; Autobahn fails it.";

/// Behind a Close with 1000 that more octets follow.
Step expect_answer_despite_more() { return expect({closes({1000, 0}), closes(1002).non_strict()}); }

/// A Close with 1000 and a reason of any octets.
Frame close_with(const Octets& reason) { return close_frame(1000, as_text(reason)); }

struct Code {
    const char* id;
    std::uint16_t code;
    const char* what;
    std::vector<std::string> covers;
};

/// A code that every endpoint may send.
Case good_code(const Code& row, bool autobahn) {
    return {.id = row.id,
            .title = "Close with " + std::to_string(row.code) + ", " + row.what,
            .covers = row.covers,
            .script = {open(), send(close_frame(row.code)), expect(closes(answers_to(row.code)))},
            .autobahn = autobahn};
}

/// A code that must not be on the wire.
Case bad_code(const Code& row, bool autobahn) {
    return {.id = row.id,
            .title = "Close with " + std::to_string(row.code) + ", " + row.what,
            .covers = row.covers,
            .script = {open(), send(close_frame(row.code)), expect(fails(1002))},
            .autobahn = autobahn};
}

/// A code that is reserved, without a word on what a receiver does.
Case reserved_code(const Code& row, bool autobahn) {
    return {.id = row.id,
            .title = "Close with " + std::to_string(row.code) + ", " + row.what,
            .covers = row.covers,
            .script = {open(), send(close_frame(row.code)),
                       expect({fails(1002), closes(answers_to(row.code)).non_strict()})},
            .note = unassigned_note,
            .autobahn = autobahn};
}

/// A code outside every range of section 7.4.2.
Case unknown_code(const Code& row, bool autobahn) {
    return {.id = row.id,
            .title = "Close with " + std::to_string(row.code) + ", " + row.what,
            .covers = row.covers,
            .script = {open(), send(close_frame(row.code)),
                       expect({fails(1002), closes(answers_to(row.code)).informational()})},
            .note = out_of_range_note,
            .autobahn = autobahn};
}

struct Reason {
    const char* id;
    const char* what;
    Octets reason;
    const char* requirement;
};

}  // namespace

Group closing() {
    std::vector<Case> cases;
    auto add = [&cases](Case added) { cases.push_back(std::move(added)); };

    add({.id = "7.1.1",
         .title = "Send a text message, have it back, then Close",
         .covers = {"R6455-5.5.1-9", "R6455-5.5.1-13"},
         .needs = Need::echo,
         .script = {open(), send(text(hello)), expect(receives(text(hello))), closing_handshake()},
         .autobahn = true});
    add({.id = "7.1.2",
         .title = "Send a Close, then another one without a body",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1", "R6455-5.5.1-9"},
         .script = {open(), send({close_frame(1000), close_frame()}), expect_answer_despite_more()},
         .note = discarded_note,
         .autobahn = true});
    add({.id = "7.1.3",
         .title = "Send a Close, then a ping",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1", "R6455-5.5.2-5"},
         .script = {open(), send({close_frame(1000), ping("behind it")}), expect_answer_despite_more()},
         .note = discarded_note,
         .autobahn = true});
    add({.id = "7.1.4",
         .title = "Send a Close, then a text message",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1"},
         .script = {open(), send({close_frame(1000), text(hello)}), expect_answer_despite_more()},
         .note = discarded_note,
         .autobahn = true});
    add({.id = "7.1.5",
         .title = "Send a first fragment, a Close, then the last fragment",
         .covers = {"R6455-5.5.1-19", "R6455-5.5.1-18", "R6455-1.4-1"},
         .script = {open(), send({text("fragment1").more(), close_frame(1000), continuation("fragment2")}),
                    expect_answer_despite_more()},
         .note = discarded_note,
         .autobahn = true});
    // The answer may wait for the echoes or come before them (section 5.5.1): only what happened is told.
    add({.id = "7.1.6",
         .title = "Send a text of 256 KiB, a short one, a Close and a ping without waiting",
         .covers = {"R6455-5.5.1-12", "R6455-5.5.1-8", "R6455-5.5.1-21"},
         .script = {open(),
                    send({text(pattern("BAsd7&jh23", 262144)), text(hello), close_frame(1000), ping("behind it")}),
                    expect(anything().informational())},
         .autobahn = true});

    add({.id = "7.3.1",
         .title = "Close without a body",
         .covers = {"R6455-5.5.1-1", "R6455-5.5.1-9", "R6455-5.5.1-20"},
         .script = closed(close_frame()),
         .autobahn = true});
    add({.id = "7.3.2",
         .title = "Close with a body of one octet",
         .covers = {"R6455-5.5.1-3", "R6455-5.5.1-2"},
         .script = {open(), send(frame(0x8, octets("a"))), expect(fails(1002))},
         .autobahn = true});
    add({.id = "7.3.3",
         .title = "Close with a code and no reason",
         .covers = {"R6455-5.5.1-9", "R6455-5.5.1-2", "R6455-5.5.1-20"},
         .script = closed(close_frame(1000)),
         .autobahn = true});
    add({.id = "7.3.4",
         .title = "Close with a code and a reason",
         .covers = {"R6455-5.5.1-9", "R6455-5.5.1-4"},
         .script = closed(close_frame(1000, hello)),
         .autobahn = true});
    add({.id = "7.3.5",
         .title = "Close with the longest reason, 123 octets",
         .covers = {"R6455-5.5.1-9", "R6455-5.5.1-4", "R6455-5.5-2"},
         .script = closed(close_with(repeated('*', 123))),
         .autobahn = true});
    add({.id = "7.3.6",
         .title = "Close with a reason of 124 octets, one too many",
         .covers = {"R6455-5.5-3"},
         .script = {open(), send(close_with(repeated('*', 124))), expect(fails(1002))},
         .autobahn = true});
    add({.id = "7.5.1",
         .title = "Close with a reason that holds a surrogate",
         .covers = {"R6455-5.5.1-5", "R6455-8.1-1", "R3629-3-1"},
         .script = {open(), send(close_with(hex("ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64"))),
                    expect({fails({1007, 1002}), closes({1000, 0}).non_strict()})},
         .note = bad_reason_note,
         .autobahn = true});

    Code const good_codes[] = {
        {"7.7.1", 1000, "normal closure", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-5.5.1-10"}},
        {"7.7.2", 1001, "going away", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-5.5.1-10"}},
        {"7.7.3", 1002, "protocol error", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-5.5.1-10"}},
        {"7.7.4", 1003, "data of a type it can't accept", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-7.4.1-3"}},
        {"7.7.5", 1007, "inconsistent data", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-5.5.1-10"}},
        {"7.7.6", 1008, "policy", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-7.4.1-8"}},
        {"7.7.7", 1009, "message too big", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-5.5.1-10"}},
        {"7.7.8", 1010, "an extension is missing", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-5.5.1-10"}},
        {"7.7.9", 1011, "unexpected condition", {"R6455-5.5.1-9", "R6455-7.4.1-1", "R6455-7.4.1-13"}},
        // The edges of the two ranges that are open to libraries and applications.
        {"7.7.10", 3000, "the first registered by libraries", {"R6455-7.4.2-3", "IANA-close-2", "R6455-5.5.1-9"}},
        {"7.7.11", 3999, "the last for libraries", {"R6455-7.4.2-3", "R6455-5.5.1-9"}},
        {"7.7.12", 4000, "the first for private use", {"R6455-7.4.2-4", "IANA-close-3", "R6455-5.5.1-9"}},
        {"7.7.13", 4999, "the last for private use", {"R6455-7.4.2-4", "IANA-close-3", "R6455-5.5.1-9"}},
    };
    for (const auto& row : good_codes) add(good_code(row, true));

    // The edges of what section 7.4.2 leaves unused, then what 7.4.1 names only for local use.
    add(bad_code({"7.9.1", 0, "the lowest number", {"R6455-7.4.2-1"}}, true));
    add(bad_code({"7.9.2", 999, "the last that is not used", {"R6455-7.4.2-1"}}, true));
    add(reserved_code({"7.9.3", 1004, "reserved for a later meaning", {"R6455-7.4.1-4"}}, true));
    add(bad_code({"7.9.4", 1005, "which stands for a missing code", {"R6455-7.4.1-5"}}, true));
    add(bad_code({"7.9.5", 1006, "which stands for a missing Close", {"R6455-7.4.1-6"}}, true));
    add(reserved_code({"7.9.6", 1016, "the first that nobody assigned", {"R6455-7.4.2-2", "IANA-close-2"}}, true));
    add(reserved_code({"7.9.7", 1100, "which nobody assigned", {"R6455-7.4.2-2", "IANA-close-2"}}, true));
    add(reserved_code({"7.9.8", 2000, "reserved for extensions", {"R6455-7.4.2-2", "IANA-close-2"}}, true));
    add(reserved_code({"7.9.9", 2999, "the last that is reserved", {"R6455-7.4.2-2", "IANA-close-2"}}, true));

    add(unknown_code({"7.13.1", 5000, "the first outside all ranges", {"R6455-7.4.2-5"}}, true));
    add(unknown_code({"7.13.2", 65535, "the highest number", {"R6455-7.4.2-5"}}, true));

    // Registered at IANA after RFC 6455: a target that follows only the RFC may answer 1002.
    Code const late_codes[] = {
        {"7.14.1", 1012, "service restart", {"IANA-close-1", "R6455-5.5.1-9"}},
        {"7.14.2", 1013, "try again later", {"IANA-close-1", "R6455-5.5.1-9"}},
        {"7.14.3", 1014, "bad gateway", {"IANA-close-1", "R6455-5.5.1-9"}},
    };
    for (const auto& row : late_codes) {
        Case made = good_code(row, false);
        made.script = {open(), send(close_frame(row.code)),
                       expect({closes(answers_to(row.code)), fails(1002).non_strict()})};
        made.note =
            "The code is not in RFC 6455 but was registered later; section 7.4.2 lets an endpoint of that time "
            "take it for reserved: 1002 is non-strict.";
        add(std::move(made));
    }
    add(bad_code({"7.14.4", 1015, "which stands for a failed TLS handshake", {"R6455-7.4.1-14"}}, false));
    // With a reason: a check on the length of the body alone lets these pass.
    add({.id = "7.14.5",
         .title = "Close with 1005 and a reason",
         .covers = {"R6455-7.4.1-5"},
         .script = {open(), send(close_frame(1005, "no status")), expect(fails(1002))}});
    add({.id = "7.14.6",
         .title = "Close with 1006 and a reason",
         .covers = {"R6455-7.4.1-6"},
         .script = {open(), send(close_frame(1006, "abnormal")), expect(fails(1002))}});
    add({.id = "7.14.7",
         .title = "Close with 1015 and a reason",
         .covers = {"R6455-7.4.1-14"},
         .script = {open(), send(close_frame(1015, "TLS")), expect(fails(1002))}});
    add(bad_code({"7.14.8", 1, "the lowest above zero", {"R6455-7.4.2-1"}}, false));
    add(bad_code({"7.14.9", 500, "a status code of HTTP", {"R6455-7.4.2-1"}}, false));
    // 0x03e8 with its octets swapped is 0xe803: 59395. 0x03 alone is 3.
    add(bad_code({"7.14.10", 3, "the high octet of 1000", {"R6455-7.4.2-1"}}, false));
    add(reserved_code({"7.14.11", 1017, "the second that nobody assigned", {"R6455-7.4.2-2", "IANA-close-2"}}, false));
    add(reserved_code({"7.14.12", 2500, "in the middle of the reserved range", {"R6455-7.4.2-2"}}, false));
    Code const application_codes[] = {
        {"7.14.13", 3001, "which no library registered", {"R6455-7.4.2-3", "R6455-5.5.1-9"}},
        {"7.14.14", 3003, "forbidden", {"R6455-7.4.2-3", "IANA-close-2", "R6455-5.5.1-9"}},
        {"7.14.15", 3008, "timeout", {"R6455-7.4.2-3", "IANA-close-2", "R6455-5.5.1-9"}},
        {"7.14.16", 3333, "in the middle of the range for libraries", {"R6455-7.4.2-3", "R6455-5.5.1-9"}},
        {"7.14.17",
         4321,
         "in the middle of the range for private use",
         {"R6455-7.4.2-4", "IANA-close-3", "R6455-5.5.1-9"}},
    };
    for (const auto& row : application_codes) add(good_code(row, false));
    add(unknown_code({"7.14.18", 5001, "the second outside all ranges", {"R6455-7.4.2-5"}}, false));
    add(unknown_code({"7.14.19", 32768, "negative when read as a signed number", {"R6455-7.4.2-5"}}, false));
    add(unknown_code({"7.14.20", 59395, "which is 1000 with its octets swapped", {"R6455-7.4.2-5", "R6455-5.5.1-2"}},
                     false));

    Octets long_reason = repeated('*', 120);
    append(long_reason, hex("e2 82 ac"));
    Reason const good_reasons[] = {
        {"7.15.1", "of one octet", octets("x"), "R6455-5.5.1-4"},
        // The character fills the frame to its last octet: an off-by-one cuts it.
        {"7.15.2", "of 123 octets that ends in a character of three", long_reason, "R6455-5.5.1-4"},
        {"7.15.3", "with U+0000 inside", octets({"be\0hind", 7}), "R3629-3-8"},
        {"7.15.4", "in characters of two, three and four octets", hex("c3 a9 e2 82 ac f0 9f 98 80"), "R3629-3-8"},
        {"7.15.5", "with the noncharacter U+FFFF", hex("ef bf bf"), "R3629-3-8"},
        {"7.15.6", "with the last character, U+10FFFF", hex("f4 8f bf bf"), "R3629-3-8"},
    };
    for (const auto& row : good_reasons) {
        add({.id = row.id,
             .title = std::string("Close with a reason ") + row.what,
             .covers = {row.requirement, "R6455-5.5.1-9"},
             .script = closed(close_with(row.reason))});
    }
    Octets full_with_fault = repeated('*', 122);
    append(full_with_fault, hex("ff"));
    Octets full_cut_off = repeated('*', 121);
    append(full_cut_off, hex("e2 82"));
    Reason const bad_reasons[] = {
        {"7.15.7", "whose second octet is no continuation, c3 28", hex("c3 28"), "R3629-4-1"},
        {"7.15.8", "that is cut inside a character, e2 82", hex("e2 82"), "R3629-3-6"},
        {"7.15.9", "beyond Unicode, f4 90 80 80", hex("f4 90 80 80"), "R3629-3-2"},
        {"7.15.10", "in an overlong form, c0 af", hex("c0 af"), "R3629-3-3"},
        {"7.15.11", "of a lone continuation octet, 80", hex("80"), "R3629-3-5"},
        // At the far end: a check that stops short does not see it.
        {"7.15.12", "of 123 octets, the last being ff", full_with_fault, "R3629-3-4"},
        {"7.15.13", "of 123 octets that is cut inside a character", full_cut_off, "R3629-3-6"},
    };
    for (const auto& row : bad_reasons) {
        add({.id = row.id,
             .title = std::string("Close with a reason ") + row.what,
             .covers = {"R6455-5.5.1-5", "R6455-8.1-1", row.requirement},
             .script = {open(), send(close_with(row.reason)),
                        expect({fails({1007, 1002}), closes({1000, 0}).non_strict()})},
             .note = bad_reason_note});
    }

    // The Close in pieces: it is acted upon when it is whole, and not before.
    add({.id = "7.16.1",
         .title = "Close with a code and a reason, one octet a write",
         .covers = {"R6455-5.5.1-9", "R6455-5.2-15"},
         .script = closed(close_frame(1000, hello), chopped(1))});
    add({.id = "7.16.2",
         .title = "Close without a body, one octet a write",
         .covers = {"R6455-5.5.1-9", "R6455-5.2-15", "R6455-5.5.1-1"},
         .script = closed(close_frame(), chopped(1))});

    add({.id = "7.17.1",
         .title = "Send a Close with FIN = 0",
         .covers = {"R6455-5.4-8"},
         .script = {open(), send(close_frame(1000).more()), expect(fails(1002))}});
    // 0x03 is how most codes begin: read with a stale or missing second octet it may look right.
    add({.id = "7.17.2",
         .title = "Close with half a code, the octet 03",
         .covers = {"R6455-5.5.1-3", "R6455-5.5.1-2"},
         .script = {open(), send(frame(0x8, hex("03"))), expect(fails(1002))}});
    add({.id = "7.17.3",
         .title = "Close with 126 octets in the 64-bit length form",
         .covers = {"R6455-5.5-3"},
         .script = {open(), send(close_with(repeated('*', 124)).in_form(LengthForm::sixtyfour_bits)),
                    expect(fails(1002))}});
    add({.id = "7.17.4",
         .title = "Announce a Close of 126 octets and send none of them",
         .covers = {"R6455-5.5-3"},
         .script = {open(), send(close_frame().claiming(126)), expect({fails(1002), waits().non_strict()})}});
    // An open message is dropped: neither echoed in part nor waited for.
    add({.id = "7.17.5",
         .title = "Close inside a fragmented text message that never ends",
         .covers = {"R6455-5.5.1-19", "R6455-5.5.1-9"},
         .script = {open(), send({text("fragment1").more(), close_frame(1000)}), expect(closes({1000, 0}))}});
    add({.id = "7.17.6",
         .title = "Close inside a fragmented binary message that never ends, one write a frame",
         .covers = {"R6455-5.5.1-19", "R6455-5.5.1-9"},
         .script = {open(),
                    send({binary(hex("00 ff")).more(), continuation(hex("fe")).more(), close_frame(1000)}, per_frame()),
                    expect(closes({1000, 0}))}});
    // The text is not over, so there is no UTF-8 error yet (section 8.1): a Close is a Close.
    add({.id = "7.17.7",
         .title = "Close inside a text message that is cut inside a character",
         .covers = {"R6455-5.5.1-19", "R6455-5.6-3"},
         .script = {open(), send({text(hex("e2 82")).more(), close_frame(1000)}),
                    expect({closes({1000, 0}), closes(1007).informational()})},
         .note = "The message will never end, so whether it is valid is a question that the RFC does not answer."});

    // What comes behind a Close is discarded, whatever it is (section 1.4).
    Frame const garbage = frame(0xf).with_rsv(7).claiming(UINT64_MAX).in_form(LengthForm::sixtyfour_bits);
    add({.id = "7.18.1",
         .title = "Send a Close and a header that breaks every rule, in one write",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1"},
         .script = {open(), send({close_frame(1000), garbage}), expect_answer_despite_more()},
         .note = discarded_note});
    add({.id = "7.18.2",
         .title = "Send a Close, then the octets ff ff ff ff in their own write",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1"},
         .script = {open(), send(close_frame(1000)), send_octets(hex("ff ff ff ff")), expect_answer_despite_more()},
         .note = discarded_note});
    add({.id = "7.18.3",
         .title = "Send a Close and a second Close with another code, in one write",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1"},
         .script = {open(), send({close_frame(1000), close_frame(4000, "second")}), expect_answer_despite_more()},
         .note = discarded_note});
    add({.id = "7.18.4",
         .title = "Send a Close and a text that is no UTF-8, in one write",
         .covers = {"R6455-5.5.1-18", "R6455-1.4-1"},
         .script = {open(), send({close_frame(1000), text(hex("ff"))}),
                    expect({closes({1000, 0}), closes({1007, 1002}).non_strict()})},
         .note = "What comes behind a Close is to be discarded (RFC 6455 section 1.4), so 1007 is non-strict."});
    // What comes in front of it: echoed or not, both are right (section 5.5.1), but never in half.
    add({.id = "7.18.5",
         .title = "Send a text message and a Close in one write",
         .covers = {"R6455-5.5.1-9", "R6455-5.5.1-12"},
         .script = {open(), send({text(hello), close_frame(1000)}),
                    expect({closes({1000, 0}).after({text(hello)}), closes({1000, 0})})},
         .note = "RFC 6455 section 5.5.1 lets the answer wait for a message that is being sent and demands no echo: "
                 "with or without the echo is a pass."});

    // The reason is text whatever the code, whatever came before, and however it arrives.
    Frame const bad_shutdown = close_frame(1001, "\xff");
    Frame const bad_library = close_frame(3000, "\xff");
    Frame const bad_private = close_frame(4000, "\xff");
    Frame const bad_normal = close_frame(1000, "\xff");
    struct Circumstance {
        const char* id;
        const char* title;
        Script before;
        Step close;
        Need needs = Need::none;
    };
    auto const agreeing = open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate"));
    Circumstance const circumstances[] = {
        {"7.19.1", "Close with 1001 and a reason that is an octet ff", {open()}, send(bad_shutdown)},
        {"7.19.2", "Close with 3000 and a reason that is an octet ff", {open()}, send(bad_library)},
        {"7.19.3", "Close with 4000 and a reason that is an octet ff", {open()}, send(bad_private)},
        {"7.19.4",
         "Have a message back, then close with a reason that is an octet ff",
         {open(), send(text(hello)), expect(receives(text(hello)))},
         send(bad_normal),
         Need::echo},
        {"7.19.5",
         "Agree on permessage-deflate and close with a reason that is an octet ff",
         {agreeing},
         send(bad_normal),
         Need::deflate},
        {"7.19.6",
         "Close with a reason that is an octet ff, one octet a write",
         {open()},
         send(bad_normal, chopped(1))},
        {"7.19.7",
         "Close with a reason of characters of three octets that is cut inside the last, one octet a write",
         {open()},
         send(close_with(hex("e2 82 ac e2 82 ac e2 82")), chopped(1))},
    };
    for (const auto& row : circumstances) {
        Script script = row.before;
        script.push_back(row.close);
        script.push_back(expect({fails({1007, 1002}), closes({1000, 1001, 3000, 4000, 0}).non_strict()}));
        add({.id = row.id,
             .title = row.title,
             .covers = {"R6455-5.5.1-5", "R6455-8.1-1", "R3629-3-4"},
             .needs = row.needs,
             .script = std::move(script),
             .note = bad_reason_note});
    }
    // Who sends the reason back cuts it, if he does, between characters.
    Octets euros;
    for (int i = 0; i < 41; ++i) append(euros, hex("e2 82 ac"));
    Octets faces;
    for (int i = 0; i < 30; ++i) append(faces, hex("f0 9f 98 80"));
    add({.id = "7.19.8",
         .title = "Close with a reason of 41 characters of three octets",
         .covers = {"R6455-5.5.1-4", "R6455-5.5.1-9"},
         .script = closed(close_with(euros))});
    add({.id = "7.19.9",
         .title = "Close with a reason of 10 characters of three octets",
         .covers = {"R6455-5.5.1-4", "R6455-5.5.1-9"},
         .script = closed(close_with(Octets(euros.begin(), euros.begin() + 30)))});
    add({.id = "7.19.10",
         .title = "Close with a reason of 30 characters of four octets",
         .covers = {"R6455-5.5.1-4", "R6455-5.5.1-9"},
         .script = closed(close_with(faces))});
    // Who compares a range's ends, or one octet of the code, takes what is in between for what it is not.
    auto const each_of = [&](const char* id, const char* title, std::vector<std::string> covers,
                             std::initializer_list<std::uint16_t> codes, auto expected, const char* note = "") {
        Case made{.id = id, .title = title, .covers = std::move(covers), .note = note};
        for (std::uint16_t const code : codes) {
            // Every other one has a reason.
            std::string_view const reason = made.variants.size() % 2 == 1 ? "x" : "";
            Script script = {open(), send(close_frame(code, reason)), expect(expected(code))};
            add_script(made, std::move(script));
        }
        add(std::move(made));
    };
    auto const answered = [](unsigned code) { return std::vector<Outcome>{closes(answers_to(code))}; };
    auto const refused = [](unsigned) { return std::vector<Outcome>{fails(1002)}; };
    auto const reserved = [](unsigned code) {
        return std::vector<Outcome>{fails(1002), closes(answers_to(code)).non_strict()};
    };
    auto const reported = [](unsigned code) {
        return std::vector<Outcome>{fails(1002), closes(answers_to(code)).informational()};
    };
    each_of("7.20.1", "Close with codes all over the range that is not used, with and without a reason",
            {"R6455-7.4.2-1"}, {2, 50, 100, 256, 404, 998}, refused);
    each_of("7.20.2", "Close with codes all over the range that is reserved, with and without a reason",
            {"R6455-7.4.2-2", "IANA-close-2"}, {1016, 1050, 1099, 1500, 1999, 2222, 2998}, reserved, unassigned_note);
    each_of("7.20.3", "Close with codes all over the range for libraries, with and without a reason",
            {"R6455-7.4.2-3", "R6455-5.5.1-9"}, {3002, 3100, 3500, 3998}, answered);
    each_of("7.20.4", "Close with codes all over the range for private use, with and without a reason",
            {"R6455-7.4.2-4", "R6455-5.5.1-9"}, {4001, 4100, 4600, 4998}, answered);
    each_of("7.20.5", "Close with codes above all ranges, with and without a reason", {"R6455-7.4.2-5"},
            {6000, 9999, 33768, 65534}, reported, out_of_range_note);
    // A reason is text behind every code, and in every state.
    Octets const no_texts[] = {hex("ff"),          hex("61 62 e2 82"),   hex("61 f0 9f 98"), hex("ed a0 80"),
                               hex("c0 80"),       hex("e0 80 80"),      hex("f4 90 80 80"), hex("80"),
                               hex("61 c3 28 61"), hex("f8 88 80 80 80")};
    Case told{
        .id = "7.20.6",
        .title = "Close with reasons that are no UTF-8 behind all kinds of codes, between messages and inside one",
        .covers = {"R6455-5.5.1-5", "R6455-8.1-1"},
        .note = bad_reason_note};
    std::uint16_t const kinds_of_code[] = {1001, 1011, 1000, 3000, 4999};
    std::vector<Frame> const befores[] = {{}, {text("a").more()}, {text(hello), text(hello)}};
    for (std::size_t i = 0; i < std::size(no_texts); ++i) {
        auto frames = befores[i % std::size(befores)];
        auto const code = kinds_of_code[i % std::size(kinds_of_code)];
        std::vector<Frame> echoes;
        for (const Frame& one : frames)
            if (one.fin) echoes.push_back(one);
        frames.push_back(close_frame(code, as_text(no_texts[i])));
        Script script = {
            open(), send(std::move(frames)),
            expect({fails({1007, 1002}).after(echoes), closes(answers_to(code)).after(echoes).non_strict()})};
        add_script(told, std::move(script));
    }
    add(std::move(told));
    return {.number = "7", .title = "Closing", .cases = std::move(cases)};
}

}  // namespace wsspec
