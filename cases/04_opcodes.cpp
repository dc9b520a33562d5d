// Group 4: reserved opcodes. 0x3 to 0x7 are kept for data frames, 0xb to 0xf for control frames; a receiver that gets
// one it does not know must fail the connection (RFC 6455 sections 5.2, 5.5 and 5.6).
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {
namespace {

constexpr const char* hello = "Hello, world!";
constexpr const char* reserved = "reserved opcode payload";

constexpr const char* echo_note =
    "The echo of the good message may be missing where the target reads both frames at once: then non-strict (RFC 6455 "
    "section 7.1.7). A target that does not echo is judged without it.";

/// "0x3", "0xb"
std::string name(Octet opcode) { return std::string("0x") + "0123456789abcdef"[opcode & 0xf]; }

/// What says that the opcode is reserved: section 5.6 for data frames, 5.5 for control frames.
const char* reserved_by(Octet opcode) { return opcode < 0x8 ? "R6455-5.6-1" : "R6455-5.5-1"; }

/// The frames, then a ping that must not be answered any more (section 7.1.7).
Script refused(std::vector<Frame> frames) {
    frames.push_back(ping("after the fault"));
    return {open(), send(std::move(frames)), expect(fails(1002))};
}

/// Autobahn's ten: the fault alone, or between a good text and a ping.
struct Classic {
    const char* id;
    Octet opcode;
    const char* payload;
    bool behind_good_text;
    bool octet_by_octet;
};

// clang-format off
constexpr Classic classics[] = {
    {"4.1.1", 0x3, "", false, false},       // the lowest reserved data opcode, nothing but a header
    {"4.1.2", 0x4, reserved, false, false}, // with a payload that may be taken for a message
    {"4.1.3", 0x5, "", true, false},        // in one read with frames that are right
    {"4.1.4", 0x6, hello, true, false},     // the same payload as the good text: a second echo shows
    {"4.1.5", 0x7, hello, true, true},      // the highest, with the header cut from the payload
    {"4.2.1", 0xb, "", false, false},       // the lowest reserved control opcode
    {"4.2.2", 0xc, reserved, false, false}, // with a payload
    {"4.2.3", 0xd, "", true, false},        // in one read with frames that are right
    {"4.2.4", 0xe, hello, true, false},     // the same payload as the good text
    {"4.2.5", 0xf, hello, true, true},      // the highest, with the header cut from the payload
};
// clang-format on

Case classic(const Classic& row) {
    Frame const bad = frame(row.opcode, octets(row.payload));
    std::string title = "Send opcode " + name(row.opcode) + (bad.payload.empty() ? " without" : " with") + " payload";
    if (row.behind_good_text) title += " between a good text and a ping";
    if (row.octet_by_octet) title += ", one octet a write";
    Case made{.id = row.id,
              .title = std::move(title),
              .covers = {"R6455-5.2-4", reserved_by(row.opcode), "IANA-opcode-1"},
              .script = {open(), send(bad), expect(fails(1002))},
              .autobahn = true};
    if (row.behind_good_text) {
        made.covers.emplace_back("R6455-7.1.7-7");
        made.script = {open(),
                       send({text(hello), bad, ping("behind it")}, row.octet_by_octet ? chopped(1) : together()),
                       expect(fails(1002).after({text(hello)}))};
        made.note = echo_note;
    }
    return made;
}

/// Every reserved opcode between two fragments, and with FIN = 0 in front of a continuation.
struct Everywhere {
    Octet opcode;
    const char* between_id;
    const char* unfinished_id;
};

// clang-format off
constexpr Everywhere everywhere[] = {
    {0x3, "4.3.1", "4.5.1"},   // binary plus one: the upper bound of a range check
    {0x4, "4.3.2", "4.5.2"},   // looks like continuation to a parser that takes two bits
    {0x5, "4.3.3", "4.5.3"},   // looks like text to a parser that takes two bits
    {0x6, "4.3.4", "4.5.4"},   // looks like binary to a parser that takes two bits
    {0x7, "4.3.5", "4.5.5"},   // the last below the control frames
    {0xb, "4.3.6", "4.5.6"},   // pong plus one: the upper bound of a range check
    {0xc, "4.3.7", "4.5.7"},   // a control frame whose low bits say Close plus 4
    {0xd, "4.3.8", "4.5.8"},   // the low bits say ping plus 4
    {0xe, "4.3.9", "4.5.9"},   // the low bits say pong plus 4
    {0xf, "4.3.10", "4.5.10"}, // all bits set
};
// clang-format on

struct Sized {
    const char* id;
    Octet opcode;
    std::size_t size;
};

// clang-format off
constexpr Sized large[] = {
    {"4.4.1", 0x3, 126},    // 16-bit length form
    {"4.4.2", 0x3, 65536},  // 64-bit length form: not to be read to its end first
    {"4.4.3", 0xb, 126},    // too long for a control frame besides
    {"4.4.4", 0xb, 65536},  // and in the 64-bit form
};
/// The header is enough to know, but no sentence says that it has to be enough.
constexpr Sized announced[] = {
    {"4.6.1", 0x3, 100},    // a data frame in the 7-bit form
    {"4.6.2", 0x7, 65535},  // a data frame in the 16-bit form
    {"4.6.3", 0xb, 100},    // a control frame of legal length
    {"4.6.4", 0xf, 2},      // a control frame as short as a Close with a code
};
// clang-format on

}  // namespace

Group opcodes() {
    std::vector<Case> cases;
    for (const auto& row : classics) cases.push_back(classic(row));

    for (const auto& row : everywhere) {
        cases.push_back({.id = row.between_id,
                         .title = "Send opcode " + name(row.opcode) + " between two fragments",
                         .covers = {"R6455-5.2-4", reserved_by(row.opcode)},
                         .script = refused({text("fragment1").more(), frame(row.opcode, octets(reserved)),
                                            continuation("fragment2")})});
    }
    for (const auto& row : large) {
        cases.push_back(
            {.id = row.id,
             .title = "Send opcode " + name(row.opcode) + " with a payload of " + std::to_string(row.size) + " octets",
             .covers = {"R6455-5.2-4", reserved_by(row.opcode)},
             .script = refused({frame(row.opcode, repeated('*', row.size))})});
    }
    for (const auto& row : everywhere) {
        cases.push_back(
            {.id = row.unfinished_id,
             .title = "Send opcode " + name(row.opcode) + " with FIN = 0, then a continuation",
             .covers = {"R6455-5.2-4", reserved_by(row.opcode)},
             .script = refused({frame(row.opcode, octets("fragment1")).more(), continuation("fragment2")})});
    }
    for (const auto& row : announced) {
        cases.push_back({.id = row.id,
                         .title = "Announce " + std::to_string(row.size) + " octets under opcode " + name(row.opcode) +
                                  " and send none of them",
                         .covers = {"R6455-5.2-4", reserved_by(row.opcode)},
                         .script = {open(), send(frame(row.opcode).claiming(row.size)),
                                    expect({fails(1002), waits().non_strict()})}});
    }
    return {.number = "4", .title = "Reserved opcodes", .cases = std::move(cases)};
}

}  // namespace wsspec
