// Group 3: reserved bits. No extension is agreed upon here, so RSV1, RSV2 and RSV3 must be 0 in every frame, and a
// receiver must fail the connection if one is not (RFC 6455 section 5.2).
#include <array>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

constexpr const char* hello = "Hello, world!";

constexpr const char* echo_note =
    "The echo of the good message may be missing where the target reads both frames at once: then non-strict (RFC 6455 "
    "section 7.1.7). A target that does not echo is judged without it.";

/// The frames, then a ping that must not be answered any more (section 7.1.7).
Script refused(std::vector<Frame> frames) {
    frames.push_back(ping("after the fault"));
    return {open(), send(std::move(frames)), expect(fails(1002))};
}

struct Bits {
    Octet value;
    const char* name;
    /// On: ping, pong, Close, a final continuation, the first of two fragments.
    std::array<const char*, 5> ids;
};

// clang-format off
constexpr Bits bits[] = {
    {1, "RSV3", {"3.8.1", "3.9.1", "3.10.1", "3.11.1", "3.12.1"}},                 // lowest of the three
    {2, "RSV2", {"3.8.2", "3.9.2", "3.10.2", "3.11.2", "3.12.2"}},                 // the middle one
    {3, "RSV2 and RSV3", {"3.8.3", "3.9.3", "3.10.3", "3.11.3", "3.12.3"}},        // both that no known extension uses
    {4, "RSV1", {"3.8.4", "3.9.4", "3.10.4", "3.11.4", "3.12.4"}},                 // permessage-deflate's, not agreed
    {5, "RSV1 and RSV3", {"3.8.5", "3.9.5", "3.10.5", "3.11.5", "3.12.5"}},        // a known one beside an unknown
    {6, "RSV1 and RSV2", {"3.8.6", "3.9.6", "3.10.6", "3.11.6", "3.12.6"}},        // the other such pair
    {7, "RSV1, RSV2 and RSV3", {"3.8.7", "3.9.7", "3.10.7", "3.11.7", "3.12.7"}},  // all at once
};
// clang-format on

struct Carrier {
    const char* what;
    std::vector<Frame> frames;  ///< What is sent …
    std::size_t marked;         ///< … and the frame of it that gets the bits.
};

}  // namespace

Group reserved_bits() {
    std::vector<Case> cases = {
        {.id = "3.1",
         .title = "Send a text frame with RSV3 set",
         .covers = {"R6455-5.2-3"},
         .script = {open(), send(text(hello).with_rsv(rsv3)), expect(fails(1002))},
         .autobahn = true},
        {.id = "3.2",
         .title = "Send a good text, a text frame with RSV2 set and a ping",
         .covers = {"R6455-5.2-3", "R6455-7.1.7-7"},
         .script = {open(), send({text(hello), text(hello).with_rsv(rsv2), ping("behind it")}),
                    expect(fails(1002).after({text(hello)}))},
         .note = echo_note,
         .autobahn = true},
        {.id = "3.3",
         .title = "Send a good text, a text frame with RSV2 and RSV3 set and a ping, one write a frame",
         .covers = {"R6455-5.2-3", "R6455-7.1.7-7"},
         .script = {open(), send({text(hello), text(hello).with_rsv(rsv2 | rsv3), ping("behind it")}, per_frame()),
                    expect(fails(1002).after({text(hello)}))},
         .note = echo_note,
         .autobahn = true},
        {.id = "3.4",
         .title = "Send a good text, a text frame with RSV1 set and a ping, one octet a write",
         .covers = {"R6455-5.2-3", "R6455-7.1.7-7"},
         .script = {open(), send({text(hello), text(hello).with_rsv(rsv1), ping("behind it")}, chopped(1)),
                    expect(fails(1002).after({text(hello)}))},
         .note = echo_note,
         .autobahn = true},
        {.id = "3.5",
         .title = "Send a binary frame with RSV1 and RSV3 set",
         .covers = {"R6455-5.2-3"},
         .script = {open(), send(binary(hex("00 ff fe fd fc fb 00 ff")).with_rsv(rsv1 | rsv3)), expect(fails(1002))},
         .autobahn = true},
        {.id = "3.6",
         .title = "Send a binary frame with RSV1 and RSV2 set",
         .covers = {"R6455-5.2-3"},
         .script = {open(), send(binary(octets(hello)).with_rsv(rsv1 | rsv2)), expect(fails(1002))},
         .note = "Autobahn describes this case as a ping and sends opcode 2; so do we. RFC 6455 section 5.2 makes no "
                 "difference. Pings follow in 3.8.",
         .autobahn = true},
        {.id = "3.7",
         .title = "Send an empty Close with RSV1, RSV2 and RSV3 set",
         .covers = {"R6455-5.2-3"},
         .script = {open(), send(close_frame().with_rsv(rsv1 | rsv2 | rsv3)), expect(fails(1002))},
         .autobahn = true},
    };

    // The bits that Autobahn tries on data frames, here on every other kind. A Close with code 1000 whose answer is
    // 1000 was taken for a good one; hence the code.
    Carrier const carriers[] = {
        {"a ping", {ping("payload")}, 0},
        {"a pong", {pong("payload")}, 0},
        {"a Close with code 1000", {close_frame(1000)}, 0},
        {"the last of two fragments", {text("frag").more(), continuation("ment")}, 1},
        {"the first of two fragments", {text("frag").more(), continuation("ment")}, 0},
    };
    for (std::size_t column = 0; column < std::size(carriers); ++column) {
        for (const auto& row : bits) {
            std::vector<Frame> frames = carriers[column].frames;
            Frame& marked = frames[carriers[column].marked];
            marked = marked.with_rsv(row.value);
            cases.push_back({.id = row.ids[column],
                             .title = std::string("Set ") + row.name + " in " + carriers[column].what,
                             .covers = {"R6455-5.2-3", "R6455-7.1.7-7"},
                             .script = refused(std::move(frames))});
        }
    }
    // A parser that judges the header only when it has all of it, or only on the first read, is caught here.
    cases.push_back({.id = "3.13.1",
                     .title = "Send a ping with RSV1 set between two fragments",
                     .covers = {"R6455-5.2-3"},
                     .script = refused({text("frag").more(), ping("payload").with_rsv(rsv1), continuation("ment")})});
    cases.push_back({.id = "3.13.2",
                     .title = "Send an empty text frame with RSV1 set",
                     .covers = {"R6455-5.2-3"},
                     .script = refused({text("").with_rsv(rsv1)})});
    cases.push_back({.id = "3.13.3",
                     .title = "Send a binary frame of 65536 octets with RSV2 set",
                     .covers = {"R6455-5.2-3"},
                     .script = refused({binary(repeated(0xfe, 65536)).with_rsv(rsv2)})});
    return {.number = "3", .title = "Reserved bits", .cases = std::move(cases)};
}

}  // namespace wsspec
