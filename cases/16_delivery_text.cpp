// Group 16: characters, empty frames and control frames that end at, or are cut by, the end of a segment.
#include <algorithm>
#include <string>
#include <utility>

#include "cases/16_delivery.h"

namespace wsspec::delivery {

namespace {

/// The lead octets whose second octet is restricted (RFC 3629 section 4): who validates piece by piece has to remember
/// which it was.
struct Character {
    const char* name;
    const char* octets;  // well-formed, at the border of what is allowed
    const char* bad;     // with a second octet just beyond it
};
constexpr Character characters_at_borders[] = {
    {"E0 A0 80", "e0 a0 80", "e0 9f bf"},           // no overlong form
    {"ED 9F BF", "ed 9f bf", "ed a0 80"},           // no surrogate
    {"F0 90 80 80", "f0 90 80 80", "f0 8f bf bf"},  // no overlong form
    {"F4 8F BF BF", "f4 8f bf bf", "f4 90 80 80"},  // not above U+10FFFF
};

Octets around(const char* digits) {
    Octets out = octets("wsspec ");
    append(out, hex(digits));
    append(out, as_octets(" wsspec"));
    return out;
}

}  // namespace

std::vector<Case> characters() {
    std::vector<Case> cases;
    unsigned number = 0;
    auto const id = [&number] { return "16.3." + std::to_string(++number); };
    // Cuts between the octets of the character, whichever role sends it: headers of 2 and of 6 octets.
    constexpr std::size_t first = 2 + 7;
    constexpr std::size_t last = 6 + 7 + 4;
    for (const auto& each : characters_at_borders) {
        Frame const whole = text(around(each.octets));
        Script script = {open()};
        append_cuts(script, whole, whole, first, last);
        script.push_back(closing_handshake());
        cases.push_back({.id = id(),
                         .title = std::string("Send ") + each.name + " in one frame, cut at each of its octets",
                         .covers = {"R3629-4-2", "R3629-4-1"},
                         .needs = Need::echo,
                         .script = std::move(script)});
    }
    for (const auto& each : characters_at_borders) {
        Octets const character = hex(each.octets);
        Script script = {open()};
        for (std::size_t cut = 1; cut < character.size(); ++cut) {
            Octets const front(character.begin(), character.begin() + static_cast<std::ptrdiff_t>(cut));
            Octets const back(character.begin() + static_cast<std::ptrdiff_t>(cut), character.end());
            // Also with an empty fragment between: it must not reset what is known.
            script.push_back(send({text(front).more(), continuation(back)}, per_frame()));
            script.push_back(expect(receives(text(character))));
            script.push_back(send({text(front).more(), continuation("").more(), continuation(back)}, chopped(1)));
            script.push_back(expect(receives(text(character))));
        }
        script.push_back(closing_handshake());
        cases.push_back({.id = id(),
                         .title = std::string("Send ") + each.name + " cut into fragments at each of its octets",
                         .covers = {"R3629-4-2", "R6455-5.6-3"},
                         .needs = Need::echo,
                         .script = std::move(script)});
    }
    for (const auto& each : characters_at_borders) {
        Frame const bad = text(around(each.bad));
        std::vector<Script> scripts;
        for (std::size_t cut = first; cut <= last; ++cut)
            scripts.push_back({open(), send(bad, cut_at({cut})), expect(fails(1007))});
        Case made{.id = id(),
                  .title = "Send " + to_hex(hex(each.bad)) + " in one frame, cut at each of its octets",
                  .covers = {"R3629-4-1", "R3629-4-2", "R6455-8.1-1"},
                  .script = scripts.front()};
        made.variants.assign(scripts.begin() + 1, scripts.end());
        cases.push_back(std::move(made));
    }
    // Where a buffer ends in the middle of a character: characters of three and of four octets in many distances.
    for (std::size_t const size : {512U, 1024U, 1536U, 2048U, 4096U, 8192U, 16384U, 32768U}) {
        Script script = {open()};
        for (std::size_t letters = 0; letters < 10; ++letters) {
            std::string const unit = std::string(letters, 'a') + "\xe2\x82\xac\xf0\x9f\x98\x80";
            Octets const payload = pattern(unit, (size / unit.size() + 2) * unit.size());
            script.push_back(send(text(payload)));
            script.push_back(expect(receives(text(payload))));
        }
        script.push_back(closing_handshake());
        cases.push_back(
            {.id = id(),
             .title = "Send texts with characters of three and four octets around octet " + std::to_string(size),
             .covers = {"R3629-4-2", "R6455-5.6-3"},
             .needs = Need::echo,
             .script = std::move(script)});
    }
    return cases;
}

std::vector<Case> small() {
    auto const closes_at_each = [](const Frame& close, std::size_t last) {
        std::vector<Script> scripts;
        for (std::size_t cut = 1; cut <= last; ++cut)
            scripts.push_back({open(), send(close, cut_at({cut})), expect(closes({1000, 0}))});
        return scripts;
    };
    auto with_variants = [](Case made, std::vector<Script> scripts) {
        made.script = scripts.front();
        made.variants.assign(scripts.begin() + 1, scripts.end());
        return made;
    };
    std::vector<Case> cases;
    cases.push_back(with_variants({.id = "16.4.1",
                                   .title = "Send Close 1000 \"bye\" once for each place to cut it",
                                   .covers = {"R6455-5.2-15", "R6455-5.5.1-9"}},
                                  closes_at_each(close_frame(1000, "bye"), 10)));
    cases.push_back(with_variants({.id = "16.4.2",
                                   .title = "Send a Close without a body once for each place to cut it",
                                   .covers = {"R6455-5.2-15", "R6455-5.5.1-1"}},
                                  {{open(), send(close_frame(), cut_at({1})), expect(closes(0))},
                                   {open(), send(close_frame(), cut_at({2})), expect(closes(0))},
                                   {open(), send(close_frame(), cut_at({3})), expect(closes(0))},
                                   {open(), send(close_frame(), cut_at({4})), expect(closes(0))},
                                   {open(), send(close_frame(), cut_at({5})), expect(closes(0))}}));
    // A frame that is complete with its header: who reads the payload only when more comes never sees it.
    Script empties = {open()};
    auto const alone = [&empties](const Frame& frame, const Frame& back) {
        empties.push_back(send(frame));
        empties.push_back(expect(receives(back)));
    };
    alone(text(""), text(""));
    alone(ping(), pong());
    alone(binary({}), binary({}));
    alone(text("").with_key({0, 0, 0, 0}), text(""));
    empties.push_back(closing_handshake());
    cases.push_back({.id = "16.4.3",
                     .title = "Send an empty text, ping and binary frame, each alone in a segment",
                     .covers = {"R6455-5.2-7", "R6455-5.2-15", "R6455-5.5.2-2"},
                     .needs = Need::echo,
                     .script = std::move(empties)});
    Script cut_empties = {open()};
    append_cuts(cut_empties, text(""), text(""), 1, 6);
    append_cuts(cut_empties, ping(), pong(), 1, 6);
    cut_empties.push_back(closing_handshake());
    cases.push_back({.id = "16.4.4",
                     .title = "Send an empty text frame and an empty ping once for each place to cut them",
                     .covers = {"R6455-5.2-15", "R6455-5.2-7"},
                     .needs = Need::echo,
                     .script = std::move(cut_empties)});
    cases.push_back(
        {.id = "16.4.5",
         .title = "Send empty frames with frames behind them in one write",
         .covers = {"R6455-5.2-16", "R6455-5.2-7"},
         .needs = Need::echo,
         .script = {open(), send({text(""), text("a"), ping(), binary({}), binary(content(3)), text("")}),
                    expect(mixed({text(""), text("a"), binary({}), binary(content(3)), text("")}, {pong()})),
                    closing_handshake()}});
    cases.push_back({.id = "16.4.6",
                     .title = "Send a fragment, then an empty last fragment alone in a segment",
                     .covers = {"R6455-5.4-3", "R6455-5.2-15"},
                     .needs = Need::echo,
                     .script = {open(), send(text("Hello").more()), barrier("the fragment is read"),
                                send(continuation("")), expect(receives(text("Hello"))), send(text("next")),
                                expect(receives(text("next"))), closing_handshake()}});
    cases.push_back({.id = "16.4.7",
                     .title = "Send an empty last fragment once for each place to cut it",
                     .covers = {"R6455-5.4-3", "R6455-5.2-15"},
                     .needs = Need::echo,
                     .script = [] {
                         Script script = {open()};
                         for (std::size_t cut = 1; cut <= 6; ++cut) {
                             script.push_back(send(text("Hello").more()));
                             script.push_back(send(continuation(""), cut_at({cut})));
                             script.push_back(expect(receives(text("Hello"))));
                         }
                         script.push_back(closing_handshake());
                         return script;
                     }()});
    std::vector<Frame> const with_pings = {text("one").more(), ping("1"), continuation("two").more(), ping("2"),
                                           continuation("three")};
    auto const answers = expect(mixed({text("onetwothree")}, {pong("1"), pong("2")}));
    struct Row {
        const char* id;
        const char* title;
        Delivery delivery;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"16.4.8", "Send three fragments with pings between them in one write", together()},
             {"16.4.9", "Send three fragments with pings between them, one write a frame", per_frame()},
             {"16.4.10", "Send three fragments with pings between them, one write an octet", chopped(1)},
             {"16.4.11", "Send three fragments with pings between them in writes of 3 octets", chopped(3)},
             {"16.4.12", "Send three fragments with pings between them in writes of 7 octets", chopped(7)}})
        cases.push_back({.id = row.id,
                         .title = row.title,
                         .covers = {"R6455-5.2-15", "R6455-5.4-11"},
                         .needs = Need::echo,
                         .script = {open(), send(with_pings, row.delivery), answers, closing_handshake()}});
    cases.push_back({.id = "16.4.13",
                     .title = "Send a message and a Close in one write, the Close cut behind its first octet",
                     .covers = {"R6455-5.2-15", "R6455-5.5.1-9"},
                     .script = {open(),
                                send({text("last").with_key(uneven_key), close_frame(1000).with_key({4, 3, 2, 1})},
                                     cut_at({client_header(4) + 4 + 1})),
                                expect(closes({1000, 0}).after({text("last")}))}});
    return cases;
}

}  // namespace wsspec::delivery
