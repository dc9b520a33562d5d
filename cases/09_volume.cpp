// Group 9: volume. Large messages, many fragments, many messages: what comes back, and how fast. RFC 6455 sets no limit
// to a message (section 5.2 has 63 bits for the length of a frame alone); section 10.4 lets the target set one, which
// the probe finds out before.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

constexpr const char* autobahn_note =
    "Autobahn compares type and length of the echo; here every octet has to come back unchanged.";
constexpr const char* figures_note = "What counts is the figure; the verdict is about the echoes alone.";

/// "64 octets", "1 octet", "16 KiB", "4 MiB"
std::string size_text(std::size_t size) {
    if (size >= mib && size % mib == 0) return std::to_string(size / mib) + " MiB";
    if (size >= kib && size % kib == 0) return std::to_string(size / kib) + " KiB";
    return std::to_string(size) + (size == 1 ? " octet" : " octets");
}

std::string type_text(Opcode opcode) { return std::string(to_string(opcode)); }

Content over_and_over(std::string_view text) { return {.kind = Content::Kind::pattern, .pattern = octets(text)}; }

/// Ten octets or five, all different: one that is lost, doubled or out of place shows.
Content mixed(Opcode opcode) {
    return opcode == Opcode::text ? over_and_over("BAsd7&jh23") : over_and_over({"\x00\xfe\x23\xfa\xf0", 5});
}

/// A corpus, so that each message differs from the one before: echoes in another order show.
Content moving_on(Opcode opcode) {
    return {.kind = opcode == Opcode::text ? Content::Kind::json : Content::Kind::photo};
}

/// The sentence of section 5.2 about the field that a length of this size stands in.
std::string length_rule(std::size_t size) {
    return size <= 125 ? "R6455-5.2-7" : size <= 65535 ? "R6455-5.2-8" : "R6455-5.2-9";
}

Script echo(RoundTrips messages) { return {open(), round_trips(std::move(messages)), closing_handshake()}; }

/// The list under construction, family by family.
class Cases {
public:
    void begin(std::string family) {
        family_ = std::move(family);
        number_ = 0;
    }
    /// The id of the next case.
    std::string next() { return family_ + "." + std::to_string(++number_); }

    void add(Case one) {
        one.needs = Need::echo;
        one.alone = true;
        made_.push_back(std::move(one));
    }
    void add_autobahn(Case one) {
        one.autobahn = true;
        one.note = autobahn_note;
        add(std::move(one));
    }
    std::vector<Case> take() { return std::move(made_); }

private:
    std::string family_;
    unsigned number_ = 0;
    std::vector<Case> made_;
};

// ---- 9.1 to 9.8: Autobahn's -----------------------------------------------------------------------------------------

void one_large_frame(Cases& cases, std::string family, Opcode opcode) {
    cases.begin(std::move(family));
    for (std::size_t const size : {64 * kib, 256 * kib, 1 * mib, 4 * mib, 8 * mib, 16 * mib})
        cases.add_autobahn({.id = cases.next(),
                            .title = "Send a " + type_text(opcode) + " message of " + size_text(size) + " in one frame",
                            .covers = {"R6455-5.2-9", "R6455-5.4-2", "R6455-6.2-1"},
                            .script = echo({.content = mixed(opcode), .opcode = opcode, .size = size})});
}

void large_message_in_fragments(Cases& cases, std::string family, Opcode opcode) {
    cases.begin(std::move(family));
    std::string const what = "Send a " + type_text(opcode) + " message of 4 MiB in ";
    for (std::size_t fragment = 64; fragment <= 4 * mib; fragment *= 4) {
        // All of Autobahn's messages here are asterisks, but for 9.4.1.
        bool const other = opcode == Opcode::binary && fragment == 64;
        cases.add_autobahn({.id = cases.next(),
                            .title = what + (fragment == 4 * mib ? "one frame, the largest fragment of this family"
                                                                 : "fragments of " + size_text(fragment)),
                            .covers = {"R6455-5.4-3", "R6455-5.4-13", "R6455-5.4-12", length_rule(fragment)},
                            .script = echo({.content = over_and_over(other ? "\xfe" : "*"),
                                            .opcode = opcode,
                                            .size = 4 * mib,
                                            .fragment = fragment})});
    }
}

void one_large_frame_in_writes(Cases& cases, std::string family, Opcode opcode) {
    cases.begin(std::move(family));
    for (std::size_t write = 64; write <= 2 * kib; write *= 2)
        cases.add_autobahn(
            {.id = cases.next(),
             .title =
                 "Send a " + type_text(opcode) + " message of 1 MiB in one frame, " + size_text(write) + " a write",
             .covers = {"R6455-6.2-1", "R6455-5.2-9"},
             .script = echo({.content = mixed(opcode), .opcode = opcode, .size = 1 * mib, .write_size = write})});
}

/// One after the other: what shows is how long the target takes for one.
void many_messages(Cases& cases, std::string family, Opcode opcode) {
    cases.begin(std::move(family));
    for (std::size_t const size : {std::size_t{0}, std::size_t{16}, std::size_t{64}, std::size_t{256}, kib, 4 * kib})
        cases.add_autobahn({.id = cases.next(),
                            .title = "Send " + type_text(opcode) + " messages of " + size_text(size) +
                                     ", each when the echo before it has come",
                            .covers = {"R6455-6.2-4", "R6455-5.4-2", length_rule(size)},
                            .script = echo({.content = over_and_over(opcode == Opcode::text ? "*" : "\xfe"),
                                            .opcode = opcode,
                                            .size = size,
                                            .count = 1000})});
}

// ---- 9.9 on: ours ---------------------------------------------------------------------------------------------------

struct Load {
    std::size_t size;
    std::size_t count;
};

void throughput(Cases& cases, std::string family, Opcode opcode) {
    cases.begin(std::move(family));
    constexpr std::size_t most_under_way = 16;
    constexpr Load loads[] = {{64, 16384}, {kib, 4096}, {16 * kib, 256}, {64 * kib, 64}, {mib, 4}};
    for (const auto& [size, count] : loads)
        cases.add({.id = cases.next(),
                   .title = "Send " + type_text(opcode) + " messages of " + size_text(size) + ", up to " +
                            std::to_string(std::min(count, most_under_way)) + " under way",
                   .covers = {"R6455-6.2-4", "R6455-5.2-16", length_rule(size)},
                   .script = echo({.content = moving_on(opcode),
                                   .opcode = opcode,
                                   .size = size,
                                   .count = count,
                                   .in_flight = std::min(count, most_under_way)}),
                   .note = figures_note});
}

void latency(Cases& cases) {
    cases.begin("9.11");
    constexpr Load loads[] = {{16, 1000}, {kib, 1000}, {16 * kib, 128}, {64 * kib, 32}};
    for (const auto& [size, count] : loads)
        cases.add({.id = cases.next(),
                   .title = "Send messages of " + size_text(size) + " one at a time, to see how long each takes",
                   .covers = {"R6455-6.2-4", length_rule(size)},
                   .script = echo({.content = mixed(Opcode::binary), .size = size, .count = count}),
                   .note = figures_note});
}

/// The last and the first size of each form of the length (section 5.2), several on one connection.
void limits_of_the_length_field(Cases& cases) {
    cases.begin("9.12");
    for (Opcode const opcode : {Opcode::text, Opcode::binary})
        for (std::size_t const size : {125U, 126U, 65535U, 65536U})
            cases.add({.id = cases.next(),
                       .title = "Send eight " + type_text(opcode) + " messages of " + std::to_string(size) +
                                " octets, four under way",
                       .covers = {length_rule(size), "R6455-6.2-4"},
                       .script = echo(
                           {.content = mixed(opcode), .opcode = opcode, .size = size, .count = 8, .in_flight = 4})});
}

/// The limit that the target has set itself, in one frame and put together from fragments.
void limits_of_the_target(Cases& cases) {
    cases.begin("9.13");
    using Limit = RoundTrips::Limit;
    auto const messages = [](Limit limit, std::size_t fragment) {
        return round_trips({.content = mixed(Opcode::binary), .fragment = fragment, .limit = limit});
    };
    for (std::size_t const fragment : {std::size_t{0}, 16 * kib}) {
        std::string const how = fragment == 0 ? "in one frame" : "in fragments of " + size_text(fragment);
        cases.add({.id = cases.next(),
                   .title = "Send the largest message that the target takes, " + how,
                   .covers = {fragment == 0 ? "R6455-5.4-2" : "R6455-5.4-3", "R6455-5.4-13"},
                   .script = {open(), messages(Limit::at, fragment), closing_handshake()}});
        cases.add({.id = cases.next(),
                   .title = "Send a message of one octet more than the target takes, " + how,
                   .covers = {"R6455-10.4-1", "R6455-10.4-2"},
                   .script = {open(), messages(Limit::above, fragment)}});
    }
}

void fragment_counts(Cases& cases) {
    cases.begin("9.14");
    struct Row {
        const char* title;
        std::size_t size;
        std::size_t fragment;
    };
    // Behind a message that fills its last fragment comes an empty one, unless it is the only one.
    constexpr Row rows[] = {
        {"Send a message of 125 octets in one frame, the longest with a length of 7 bits", 125, 125},
        {"Send a message of 126 octets in two fragments, one octet in the last", 126, 125},
        {"Send a message of 251 octets in three fragments, one octet in the last", 251, 125},
        {"Send a message of 16 fragments, the last one octet short", 1999, 125},
        {"Send a message of 16 full fragments and an empty one", 2000, 125},
        {"Send a message of 16 full fragments and one of one octet", 2001, 125},
        {"Send a message of two fragments of one octet and an empty one", 2, 1},
        {"Send a message of 15 fragments of one octet and an empty one", 15, 1},
        {"Send a message of 999 fragments of one octet and an empty one", 999, 1},
        {"Send a message of 9999 fragments of one octet and an empty one", 9999, 1},
        {"Send a message of 99999 fragments of one octet and an empty one", 99999, 1},
        {"Send a message of 1 MiB in fragments of 65535 octets", mib, 65535},
        {"Send a message of 1 MiB in fragments of 65536 octets", mib, 65536},
    };
    for (const auto& [title, size, fragment] : rows)
        cases.add({.id = cases.next(),
                   .title = title,
                   .covers = {"R6455-5.4-3", "R6455-5.4-12", "R6455-5.4-13"},
                   .script = echo({.content = mixed(Opcode::binary), .size = size, .fragment = fragment})});
    // Ten octets with characters of all four lengths: 7 has no divisor with it, so every character is cut everywhere.
    cases.add({.id = cases.next(),
               .title = "Send a text of 10000 octets, characters of all four lengths, in fragments of 7",
               .covers = {"R6455-5.6-3", "R6455-5.4-3", "R3629-4-2"},
               .script = echo({.content = over_and_over("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
                               .opcode = Opcode::text,
                               .size = 10000,
                               .fragment = 7})});
}

/// What one message leaves behind must not show in the next: buffers, lengths, types.
void sizes_in_turn(Cases& cases) {
    cases.begin("9.15");
    auto const messages = [](Opcode opcode, std::size_t size, std::size_t fragment = 0) {
        return round_trips({.content = mixed(opcode), .opcode = opcode, .size = size, .fragment = fragment});
    };
    Script large_and_small = {open()};
    for (std::size_t const size : {65536U, 65535U, 16384U, 126U})
        for (std::size_t const small : {0U, 125U, 1U}) {
            large_and_small.push_back(messages(Opcode::binary, size));
            large_and_small.push_back(messages(Opcode::text, small));
        }
    large_and_small.push_back(closing_handshake());
    cases.add({.id = cases.next(),
               .title = "Send large binary messages and small texts in turn",
               .covers = {"R6455-6.2-4", "R6455-6.2-3", "R6455-5.4-18"},
               .script = std::move(large_and_small)});

    Script doubling = {open()};
    for (std::size_t size = 1; size <= mib; size *= 4) doubling.push_back(messages(Opcode::binary, size));
    for (std::size_t size = mib; size >= 1; size /= 4) doubling.push_back(messages(Opcode::text, size));
    doubling.push_back(closing_handshake());
    cases.add({.id = cases.next(),
               .title = "Send messages of 1 octet to 1 MiB, each four times the one before, and down again",
               .covers = {"R6455-6.2-4", "R6455-6.2-3", "R6455-5.2-9"},
               .script = std::move(doubling)});

    Script whole_and_fragments = {open()};
    for (std::size_t const fragment : {1U, 125U, 126U, 1000U, 4096U}) {
        whole_and_fragments.push_back(messages(Opcode::text, 5000));
        whole_and_fragments.push_back(messages(Opcode::binary, 5000, fragment));
    }
    whole_and_fragments.push_back(closing_handshake());
    cases.add({.id = cases.next(),
               .title = "Send texts in one frame and binary messages in fragments in turn",
               .covers = {"R6455-5.4-3", "R6455-5.4-18", "R6455-6.2-4"},
               .script = std::move(whole_and_fragments)});
}

/// TCP tells a sender to wait for a reader who is slow. Who sends to him is to wait then, and nobody else.
void unread_echoes(Cases& cases) {
    cases.begin("9.16");
    constexpr std::size_t size = 16 * kib;
    constexpr std::size_t total = 8 * mib;
    Crowd const unread{.connections = 1, .frames = {binary(repeated(0xfe, size))}, .rounds = total / size};
    cases.add(
        {.id = cases.next(),
         .title = "Leave 8 MiB of echoes unread on another connection, and send a ping",
         .target = Target::server,
         .covers = {"R6455-5.5.2-2", "R6455-10.1-1"},
         .script = {open(), crowd(unread), send(ping("served")), expect(receives(pong("served"))), closing_handshake()},
         .note = "A server that writes to one connection until all is written serves nobody else meanwhile: a "
                 "client that does not read stops it for all (RFC 6455 section 10.1). What is left of the echoes "
                 "is its own affair."});
}

}  // namespace

Group volume() {
    Cases cases;
    one_large_frame(cases, "9.1", Opcode::text);
    one_large_frame(cases, "9.2", Opcode::binary);
    large_message_in_fragments(cases, "9.3", Opcode::text);
    large_message_in_fragments(cases, "9.4", Opcode::binary);
    one_large_frame_in_writes(cases, "9.5", Opcode::text);
    one_large_frame_in_writes(cases, "9.6", Opcode::binary);
    many_messages(cases, "9.7", Opcode::text);
    many_messages(cases, "9.8", Opcode::binary);
    throughput(cases, "9.9", Opcode::binary);
    throughput(cases, "9.10", Opcode::text);
    latency(cases);
    limits_of_the_length_field(cases);
    limits_of_the_target(cases);
    fragment_counts(cases);
    sizes_in_turn(cases);
    unread_echoes(cases);
    return {.number = "9", .title = "Volume", .cases = cases.take()};
}

}  // namespace wsspec
