// 17.6: opening handshakes of any size (RFC 6455 sections 4.2.1, 10.4, 10.7; RFC 9112). No RFC says how large a request
// or a response may be. 8.8 has the sizes that any server may meet; here are those that nobody sends in good faith.
#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "cases/17_limits.h"

namespace wsspec::limits {

namespace {

using Filler = Handshake::Filler;

Filler many_fields(std::size_t count) { return {.begin = "", .pattern = "X-Filler: a\r\n", .count = count, .end = ""}; }
Filler one_field(std::size_t size) {
    return {.begin = "X-Filler: ", .pattern = std::string(64, 'a'), .count = size / 64, .end = "\r\n"};
}
/// One field of this name with `count` times `pattern`.
Filler field_of(std::string begin, std::string pattern, std::size_t count, std::string end = "\r\n") {
    return {.begin = std::move(begin), .pattern = std::move(pattern), .count = count, .end = std::move(end)};
}

/// A server that closes while the request is still coming makes its kernel reset TCP: its answer may be lost.
Step opens_or_refuses() { return expect({opens(), refuses_with_any_status(), drops().informational()}); }

constexpr const char* size_note =
    "How much a server takes is its own affair; that it answers, or ends the connection, and serves on, is not.";

std::vector<Case> sizes() {
    struct Row {
        const char* id;
        std::string title;
        Filler filler;
        bool hurts;
    };
    std::vector<Row> const rows = {
        {"17.6.1", "Request with 2000 equal fields", many_fields(2000), false},
        {"17.6.2", "Request with 10,000 equal fields", many_fields(10'000), true},
        {"17.6.3", "Request with 100,000 equal fields", many_fields(100'000), true},
        {"17.6.4", "Request with a field of 128 KiB", one_field(128 * kib), false},
        {"17.6.5", "Request with a field of 1 MiB", one_field(mib), true},
        {"17.6.6", "Request with a field of 16 MiB", one_field(16 * mib), true},
        {"17.6.7", "Request with a field of 64 MiB", one_field(64 * mib), true},
        {"17.6.8",
         "Request with a field name of 1 MiB",
         {.begin = "X-", .pattern = std::string(64, 'a'), .count = mib / 64, .end = ": a\r\n"},
         true},
    };
    std::vector<Case> cases;
    for (const auto& row : rows) {
        Case one{.id = row.id,
                 .title = row.title,
                 .target = Target::server,
                 .covers = {"R6455-10.1-1", "R6455-4.2.1-12", "R6455-10.7-4"},
                 .script = {open(Handshake{}.filled_with(row.filler)), opens_or_refuses()},
                 .watched = true,
                 .note = size_note};
        cases.push_back(row.hurts ? may_hurt(std::move(one)) : std::move(one));
    }
    // Nothing is complete, so nothing is owed; but who keeps all of it can be made to keep any amount.
    Holding const endless{.ratio = ratio_of_payload,
                          .requirement = "R6455-10.1-1",
                          .what = "keeps several times what an unfinished request has"};
    for (const auto& [id, title, filler] :
         {std::tuple{"17.6.9", "Request of 16 MiB of fields that does not end", many_fields(16 * mib / 13)},
          std::tuple{"17.6.10", "Request with a field of 16 MiB that does not end", one_field(16 * mib)}})
        cases.push_back(may_hurt(
            {.id = id,
             .title = title,
             .target = Target::server,
             .covers = {"R6455-10.1-1", "R6455-10.7-4"},
             .script = {open(Handshake{}.filled_with(filler).unfinished()),
                        expect({refuses_with_any_status(), drops().informational(), anything().informational()})},
             .holding = endless,
             .note = size_note}));
    return cases;
}

/// The same with more and more: time that grows much faster than the size is time that a client can take at will.
Case grows(const char* id, const char* title, std::string of, const std::vector<std::size_t>& counts,
           std::size_t octets_each, Filler (*filler)(std::size_t), Delivery delivery = {}, const char* note = "") {
    Case one{.id = id,
             .title = title,
             .target = Target::server,
             .covers = {"R6455-10.1-1"},
             .growth = Growth{.of = std::move(of), .sizes = {}, .requirement = "R6455-10.1-1"},
             .note = note};
    for (std::size_t const count : counts) {
        Script script = {open(Handshake{}.filled_with(filler(count)), delivery), opens_or_refuses()};
        one.growth->sizes.push_back(count * octets_each);
        add_script(one, std::move(script));
    }
    return may_hurt(std::move(one));
}

std::vector<Case> times() {
    return {
        grows(
            "17.6.11", "Request with a field of 64 KiB to 1 MiB, in writes of 1 KiB", "octets of a field",
            {1 * kib, 2 * kib, 4 * kib, 8 * kib, 16 * kib}, 64, [](std::size_t n) { return one_field(n * 64); },
            chopped(kib),
            "tungstenite, CVE-2023-43669: all was parsed anew with every piece. Judged only where the last three "
            "times grow with a power above 1.6 and the last is 1 s at least."),
        grows("17.6.12", "Request with 1000 to 16,000 equal fields, in writes of 1 KiB", "number of fields",
              {1000, 2000, 4000, 8000, 16'000}, 1, many_fields, chopped(kib)),
        grows(
            "17.6.13", "Request with 2 to 32 KiB of blanks in Sec-WebSocket-Protocol", "blanks",
            {2 * kib, 4 * kib, 8 * kib, 16 * kib, 32 * kib}, 1,
            [](std::size_t n) { return field_of("Sec-WebSocket-Protocol: b", " ", n, "x\r\n"); }, {},
            "ws, CVE-2021-32640."),
        grows(
            "17.6.14", "Request with 4 to 64 KiB of escapes in a quoted value of Sec-WebSocket-Extensions", "escapes",
            {2 * kib, 4 * kib, 8 * kib, 16 * kib, 32 * kib}, 2,
            [](std::size_t n) { return field_of("Sec-WebSocket-Extensions: x-a;b=\"", "\\c", n); }, {},
            "websocket-extensions, CVE-2020-7662 and CVE-2020-7663."),
        grows("17.6.15", "Request with 4 to 64 KiB of commas in Sec-WebSocket-Extensions", "commas",
              {4 * kib, 8 * kib, 16 * kib, 32 * kib, 64 * kib}, 1,
              [](std::size_t n) { return field_of("Sec-WebSocket-Extensions: x-a", ",", n); }),
    };
}

/// Legal answers, and larger than a client should keep.
std::vector<Case> answers() {
    struct Row {
        const char* id;
        const char* title;
        Filler filler;
    };
    std::vector<Case> cases;
    for (const auto& row : {Row{"17.6.16", "Answer with 10,000 equal fields", many_fields(10'000)},
                            Row{"17.6.17", "Answer with a field of 1 MiB", one_field(mib)},
                            Row{"17.6.18", "Answer with a field of 16 MiB", one_field(16 * mib)}})
        cases.push_back(may_hurt({.id = row.id,
                                  .title = row.title,
                                  .target = Target::client,
                                  .covers = {"R6455-4.1-40", "R6455-10.4-1"},
                                  .script = {answer_with(acceptance().filled_with(row.filler)), send(ping("Hello")),
                                             expect({receives(pong("Hello")), drops().informational()})},
                                  .note = "hackney, CVE-2026-47073: the answer was kept, however long."}));
    return cases;
}

}  // namespace

std::vector<Case> requests() {
    std::vector<Case> cases;
    for (auto part : {sizes, times, answers}) std::ranges::move(part(), std::back_inserter(cases));
    return cases;
}

}  // namespace wsspec::limits
