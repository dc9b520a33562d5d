// Group 15: the rules of framing hold for every kind of frame, of every length, wherever it stands. Whoever checks a
// frame in the branch of one opcode, of one form of the length or of one state forgets it in another (RFC 6455 sections
// 5.1 to 5.5). A case is a rule and a kind of frame; its variants go through the lengths and the states, so that each
// two of them come together.
#include <string>
#include <string_view>
#include <utility>

#include "cases/14_deflate.h"
#include "cases/15_state.h"

namespace wsspec::state {

namespace {

/// What has come before.
using Before = std::vector<Frame>;

Frame begun_text() { return text("a").more(); }
Frame begun_binary() { return binary(octets("a")).more(); }

const std::vector<Before>& between_messages() {
    static const std::vector<Before> all = {{}, {text("Hello")}};
    return all;
}
const std::vector<Before>& inside_messages() {
    static const std::vector<Before> all = {{begun_text()},
                                            {begun_binary()},
                                            {begun_text(), ping("p")},
                                            {text("Hello"), begun_text(), continuation("b").more()}};
    return all;
}
const std::vector<Before>& anywhere() {
    static const std::vector<Before> all = {{}, {begun_text()}, {text("Hello")}, {begun_binary()}};
    return all;
}

/// One of its own for each form of the length, none at all, and one.
constexpr std::size_t data_sizes[] = {0, 5, 126, 1, 65536};
constexpr std::size_t control_sizes[] = {0, 5, 125, 1};
constexpr std::size_t close_sizes[] = {0, 2, 125, 5};

template <class All>
auto const& at(const All& all, std::size_t index) {
    return all[index % std::size(all)];
}

std::size_t control_size(Opcode opcode, std::size_t index) {
    return opcode == Opcode::close ? at(close_sizes, index) : at(control_sizes, index);
}

/// ASCII; of a Close, code 1000 and a reason.
Frame frame_of(Opcode opcode, std::size_t size, bool fin = true) {
    Octets payload(size, 'a');
    if (opcode == Opcode::close && size >= 2) {
        payload[0] = 0x03;
        payload[1] = 0xe8;
    }
    return {.fin = fin, .opcode = opcode, .payload = std::move(payload)};
}

const char* name(Opcode opcode) {
    switch (opcode) {
        case Opcode::text:
            return "a text frame";
        case Opcode::binary:
            return "a binary frame";
        case Opcode::continuation:
            return "a continuation";
        case Opcode::close:
            return "a Close";
        case Opcode::ping:
            return "a ping";
        case Opcode::pong:
            return "a pong";
    }
    return "";
}

constexpr Opcode beginnings[] = {Opcode::text, Opcode::binary};
constexpr Opcode controls[] = {Opcode::ping, Opcode::pong, Opcode::close};

/// What a target may send before it fails the connection over what stands behind `before`.
std::vector<Frame> owed(const Before& before) {
    std::vector<Frame> out;
    for (const Frame& one : before) {
        if (one.opcode == Opcode::ping) out.push_back(pong(one.payload));
        if (!is_control(one.opcode) && one.fin && one.opcode != Opcode::continuation) out.push_back(one);
    }
    return out;
}

Script refused_behind(Before before, Frame bad, std::vector<unsigned> codes = {1002}, Step opening = open()) {
    auto const come_first = owed(before);
    // 5.1 asks for closing the connection; Close 1002 is allowed, not required.
    bool const over_its_mask = bad.mask_bit != MaskBit::as_role;
    auto sent = std::move(before);
    sent.push_back(std::move(bad));
    std::vector<Outcome> outcomes = {fails(std::move(codes)).after(come_first)};
    if (over_its_mask) outcomes.push_back(drops().after(come_first));
    return {std::move(opening), send(std::move(sent)), expect(std::move(outcomes))};
}

/// Its cases, numbered in the order in which they are added.
class Family {
public:
    Family(std::vector<Case>& cases, std::string number) : cases_(cases), number_(std::move(number)) {}

    void add(std::string title, const char* requirement, std::vector<Script> scripts, Need needs = Need::none) {
        Case made{.id = number_ + "." + std::to_string(++added_),
                  .title = std::move(title),
                  .covers = {requirement},
                  .needs = needs,
                  .script = std::move(scripts.front())};
        made.variants.assign(std::make_move_iterator(scripts.begin() + 1), std::make_move_iterator(scripts.end()));
        cases_.push_back(std::move(made));
    }

private:
    std::vector<Case>& cases_;
    std::string number_;
    std::size_t added_ = 0;
};

void add_masks(std::vector<Case>& cases) {
    Family family(cases, "15.18");
    auto const title = [](Opcode opcode) {
        return "Let the mask bit of " + std::string(name(opcode)) + " be wrong for the sender, whatever its length";
    };
    for (Opcode const opcode : beginnings) {
        std::vector<Script> scripts;
        for (std::size_t size = 0; size < std::size(data_sizes); ++size)
            for (std::size_t where = 0; where < between_messages().size(); ++where)
                scripts.push_back(
                    refused_behind(between_messages()[where],
                                   frame_of(opcode, data_sizes[size], (size + where) % 2 == 0).wrongly_masked()));
        family.add(title(opcode), "R6455-5.1-2", std::move(scripts));
    }
    std::vector<Script> scripts;
    for (std::size_t size = 0; size < std::size(data_sizes); ++size)
        for (std::size_t where = 0; where < inside_messages().size(); ++where)
            scripts.push_back(refused_behind(
                inside_messages()[where],
                frame_of(Opcode::continuation, data_sizes[size], (size + where) % 2 == 0).wrongly_masked()));
    family.add(title(Opcode::continuation), "R6455-5.1-2", std::move(scripts));
    for (Opcode const opcode : controls) {
        scripts.clear();
        for (std::size_t where = 0; where < anywhere().size(); ++where)
            for (std::size_t const shift : {0U, 1U})
                scripts.push_back(refused_behind(
                    anywhere()[where], frame_of(opcode, control_size(opcode, where + shift)).wrongly_masked()));
        family.add(title(opcode), "R6455-5.1-2", std::move(scripts));
    }
}

void add_reserved_bits(std::vector<Case>& cases) {
    Family family(cases, "15.19");
    constexpr Octet bits[] = {rsv1, rsv2, rsv3};
    auto const title = [](Opcode opcode) {
        return "Set each reserved bit in " + std::string(name(opcode)) + ", whatever its length";
    };
    auto const data = [&](Opcode opcode, const std::vector<Before>& states) {
        std::vector<Script> scripts;
        for (std::size_t bit = 0; bit < std::size(bits); ++bit)
            for (std::size_t size = 0; size < 3; ++size)
                for (std::size_t fin = 0; fin < 2; ++fin)
                    scripts.push_back(refused_behind(at(states, bit + size + fin),
                                                     frame_of(opcode, data_sizes[size], fin != 0).with_rsv(bits[bit])));
        family.add(title(opcode), "R6455-5.2-3", std::move(scripts));
    };
    for (Opcode const opcode : beginnings) data(opcode, between_messages());
    data(Opcode::continuation, inside_messages());
    for (Opcode const opcode : controls) {
        std::vector<Script> scripts;
        for (std::size_t bit = 0; bit < std::size(bits); ++bit)
            for (std::size_t where = 0; where < anywhere().size(); ++where)
                scripts.push_back(refused_behind(
                    anywhere()[where], frame_of(opcode, control_size(opcode, bit + where)).with_rsv(bits[bit])));
        family.add(title(opcode), "R6455-5.2-3", std::move(scripts));
    }
}

void add_reserved_opcodes(std::vector<Case>& cases) {
    Family family(cases, "15.20");
    for (Octet const opcode : std::initializer_list<Octet>{0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf}) {
        std::vector<Script> scripts;
        for (std::size_t where = 0; where < anywhere().size(); ++where) {
            Frame const whole = frame(opcode, Octets(data_sizes[(where + opcode) % 3], 'a'));
            scripts.push_back(refused_behind(anywhere()[where], where % 2 == 0 ? whole : whole.more()));
        }
        family.add("Send opcode " + to_hex(Octets{opcode}).substr(1) +
                       " between and inside messages, with and without payload",
                   "R6455-5.2-4", std::move(scripts));
    }
}

void add_broken_control_frames(std::vector<Case>& cases) {
    Family unfinished(cases, "15.21");
    for (Opcode const opcode : controls) {
        std::vector<Script> scripts;
        for (std::size_t where = 0; where < anywhere().size(); ++where)
            for (std::size_t const shift : {0U, 1U})
                scripts.push_back(
                    refused_behind(anywhere()[where], frame_of(opcode, control_size(opcode, where + shift), false)));
        unfinished.add("Clear FIN in " + std::string(name(opcode)) + ", between and inside messages", "R6455-5.4-8",
                       std::move(scripts));
    }
    Family too_long(cases, "15.22");
    for (Opcode const opcode : controls) {
        std::vector<Script> scripts;
        constexpr std::size_t sizes[] = {126, 65536, 127};
        for (std::size_t where = 0; where < anywhere().size(); ++where)
            scripts.push_back(refused_behind(anywhere()[where], frame_of(opcode, at(sizes, where))));
        too_long.add("Send more than 125 octets in " + std::string(name(opcode)) + ", between and inside messages",
                     "R6455-5.5-3", std::move(scripts));
    }
}

void add_second_beginnings(std::vector<Case>& cases) {
    struct Row {
        const char* where;
        Before before;
    };
    const Row rows[] = {
        {"Behind a first fragment", {begun_text()}},
        {"Behind a first fragment of a binary message", {begun_binary()}},
        {"Behind a first fragment without payload", {text("").more()}},
        {"Behind a continuation", {begun_text(), continuation("b").more()}},
        {"Behind a continuation without payload", {begun_text(), continuation("").more()}},
        {"Behind a ping inside a message", {begun_text(), ping("p")}},
        {"Behind a pong inside a message", {begun_text(), pong("p")}},
        {"Behind a first fragment of 65536 octets", {text(Octets(65536, 'a')).more()}},
        {"Behind a message, and a first fragment", {text("Hello"), begun_text()}},
    };
    Family family(cases, "15.23");
    std::size_t turn = 0;
    for (const Row& row : rows) {
        std::vector<Script> scripts;
        for (Opcode const opcode : beginnings)
            for (std::size_t size = 0; size < 3; ++size, ++turn)
                scripts.push_back(refused_behind(row.before, frame_of(opcode, data_sizes[size], turn % 2 == 0)));
        family.add(std::string(row.where) + ", send a frame that begins another message", "R6455-5.4-5",
                   std::move(scripts));
    }
}

void add_lone_continuations(std::vector<Case>& cases) {
    struct Row {
        const char* where;
        Before before;
    };
    const Row rows[] = {
        {"First of all", {}},
        {"Behind a text", {text("Hello")}},
        {"Behind a binary message", {binary(octets("Hello"))}},
        {"Behind a text without payload", {text("")}},
        {"Behind a binary message of 70000 octets", {binary(Octets(70000, 'a'))}},
        {"Behind a ping", {ping("p")}},
        {"Behind a pong", {pong("p")}},
        {"Behind a text and a ping", {text("Hello"), ping("p")}},
    };
    Family family(cases, "15.24");
    std::size_t turn = 0;
    for (const Row& row : rows) {
        std::vector<Script> scripts;
        for (std::size_t size = 0; size < 3; ++size, ++turn)
            scripts.push_back(
                refused_behind(row.before, frame_of(Opcode::continuation, data_sizes[size], turn % 2 == 0)));
        family.add(std::string(row.where) + ", send a continuation of nothing", "R6455-5.4-4", std::move(scripts));
    }
}

/// 5.2: "the most significant bit MUST be 0". The rest of the length is right.
void add_top_bits(std::vector<Case>& cases) {
    constexpr std::uint64_t top_bit = 0x8000000000000000U;
    Family family(cases, "15.25");
    auto const lifted = [](Frame frame) {
        std::uint64_t const size = frame.payload.size();
        return std::move(frame).claiming(top_bit + size).in_form(LengthForm::sixtyfour_bits);
    };
    auto const add = [&](Opcode opcode, const std::vector<Before>& states) {
        std::vector<Script> scripts;
        for (const Before& before : states)
            for (bool const fin : {true, false})
                scripts.push_back(refused_behind(before, lifted(frame_of(opcode, 5, fin)), {1002, 1009}));
        family.add("Set the top bit of the length of " + std::string(name(opcode)), "R6455-5.2-11", std::move(scripts));
    };
    for (Opcode const opcode : beginnings) add(opcode, between_messages());
    add(Opcode::continuation, inside_messages());
}

/// The same with permessage-deflate agreed, where frames go through other hands.
void add_compressed(std::vector<Case>& cases) {
    Octets const packed = deflating::hello();
    auto const cut = packed.begin() + 3;
    Frame const whole = deflating::deflated_text(packed);
    Frame const begun = deflating::deflated_text({packed.begin(), cut}).more();
    Octets const rest(cut, packed.end());
    constexpr Octet first_two = rsv1 | rsv2;
    constexpr Octet outer_two = rsv1 | rsv3;
    Family family(cases, "15.26");
    auto const all = [](std::vector<std::pair<Before, Frame>> rows, std::vector<unsigned> codes) {
        std::vector<Script> scripts;
        for (auto& [before, bad] : rows) {
            Script script = refused_behind({}, std::move(bad), codes, deflating::offering_deflate());
            auto& sent = std::get<Send>(script[1].action).frames;
            sent.insert(sent.begin(), before.begin(), before.end());
            scripts.push_back(std::move(script));
        }
        return scripts;
    };
    family.add("Agree on deflate, and let the mask bit of any frame be wrong for the sender", "R6455-5.1-2",
               all({{{}, whole.wrongly_masked()},
                    {{}, begun.wrongly_masked()},
                    {{begun}, continuation(rest).wrongly_masked()},
                    {{}, text("Hello").wrongly_masked()},
                    {{}, ping("p").wrongly_masked()},
                    {{begun}, pong("p").wrongly_masked()},
                    {{begun}, close_frame(1000).wrongly_masked()}},
                   {1002}),
               Need::deflate);
    family.add("Agree on deflate, and set RSV2 or RSV3 in any frame", "R6455-5.2-3",
               all({{{}, whole.with_rsv(first_two)},
                    {{}, whole.with_rsv(outer_two)},
                    {{}, begun.with_rsv(first_two)},
                    {{begun}, continuation(rest).with_rsv(rsv2)},
                    {{begun}, continuation(rest).with_rsv(rsv3)},
                    {{}, text("Hello").with_rsv(rsv2)},
                    {{begun}, ping("p").with_rsv(rsv3)}},
                   {1002}),
               Need::deflate);
    family.add("Inside a compressed message, send its rest in a frame that begins another message", "R6455-5.4-5",
               all({{{begun}, text(rest)},
                    {{begun}, binary(rest)},
                    {{begun}, deflating::deflated_text(rest)},
                    {{begun, ping("p")}, text(rest)}},
                   {1002}),
               Need::deflate);
    family.add(
        "Agree on deflate, and set the top bit of the length of a compressed frame", "R6455-5.2-11",
        all({{{}, Frame(whole).claiming(0x8000000000000000U + packed.size()).in_form(LengthForm::sixtyfour_bits)}},
            {1002, 1009}),
        Need::deflate);
}

}  // namespace

std::vector<Case> rules_for_shapes() {
    std::vector<Case> cases;
    add_masks(cases);
    add_reserved_bits(cases);
    add_reserved_opcodes(cases);
    add_broken_control_frames(cases);
    add_second_beginnings(cases);
    add_lone_continuations(cases);
    add_top_bits(cases);
    add_compressed(cases);
    return cases;
}

}  // namespace wsspec::state
