// Group 15: the rules of framing hold in every state. An implementation may check a frame in the place where the first
// message is read and nowhere else, or remember of an earlier message what ended with it (RFC 6455 sections 5 to 8,
// RFC 7692 section 6). So what breaks a rule is sent behind messages, inside of one, and where permessage-deflate is
// agreed. Behind nothing at all it stands in the groups of the rules themselves.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cases/14_deflate.h"
#include "cases/15_state.h"

namespace wsspec::state {

namespace {

constexpr std::uint64_t top_bit = 0x8000000000000000U;

struct Rule {
    const char* what;
    std::vector<Frame> frames;
    const char* requirement;
    std::vector<unsigned> codes = {1002};
};

/// The last of them are about text.
constexpr std::size_t about_text = 2;

/// Ids come of the order: there is no room for more. Whoever is inside a message gets a continuation where a rule is
/// about data frames.
std::vector<Rule> rules(bool inside) {
    auto const data = [inside](std::string_view payload) { return inside ? continuation(payload) : text(payload); };
    auto const next =
        inside ? Rule{"a text frame that begins another message", {text("Hello")}, "R6455-5.4-5"}
               : Rule{"a continuation frame with nothing to continue", {continuation("Hello")}, "R6455-5.4-4"};
    auto const fragmented = [inside](std::string_view first, std::string_view last) {
        return std::vector<Frame>{inside ? continuation(first).more() : text(first).more(), continuation(last)};
    };
    return {
        {"a data frame whose mask bit is wrong for the sender", {data("Hello").wrongly_masked()}, "R6455-5.1-2"},
        {"a Close whose mask bit is wrong for the sender", {close_frame(1000).wrongly_masked()}, "R6455-5.1-2"},
        {"a data frame with RSV2", {data("Hello").with_rsv(rsv2)}, "R6455-5.2-3"},
        {"a ping with RSV3", {ping("Hello").with_rsv(rsv3)}, "R6455-5.2-3"},
        {"a frame of the reserved opcode 3", {frame(0x3, octets("Hello"))}, "R6455-5.2-4"},
        {"a frame of the reserved opcode 11", {frame(0xb, octets("Hello"))}, "R6455-5.2-4"},
        {"a ping of 126 octets", {ping(std::string(126, '*'))}, "R6455-5.5-3"},
        {"a pong of 126 octets", {pong(std::string(126, '*'))}, "R6455-5.5-3"},
        {"a ping with FIN = 0", {ping("Hello").more()}, "R6455-5.4-8"},
        {"a data frame whose length has its top bit set",
         {data("Hello").claiming(top_bit + 5).in_form(LengthForm::sixtyfour_bits)},
         "R6455-5.2-11",
         {1002, 1009}},
        {"a Close with 1005", {close_frame(1005)}, "R6455-7.4.1-5"},
        {"a Close with 999", {close_frame(999)}, "R6455-7.4.2-1"},
        {"a Close of one octet", {frame(0x8, hex("03"))}, "R6455-5.5.1-3"},
        {"a Close whose reason is an octet ff", {close_frame(1000, "\xff")}, "R6455-5.5.1-5", {1007, 1002}},
        next,
        {"text that is an octet ff", {inside ? continuation("\xff") : text("\xff")}, "R6455-8.1-1", {1007}},
        {"text in two fragments, the second of which is an octet ff",
         fragmented("good", "\xff"),
         "R6455-8.1-1",
         {1007}},
    };
}

/// `owed`: what may come before.
Step expect_failure(const Rule& rule, const std::vector<Frame>& owed = {}) {
    auto const failing = fails(rule.codes).after(owed);
    // 5.1 asks for closing the connection; Close 1002 is allowed, not required.
    bool const mask = rule.frames.front().mask_bit != MaskBit::as_role;
    return mask ? expect({failing, drops().after(owed)}) : expect(failing);
}

void add_variant(Case& one, const Rule& rule, Script script) {
    add_script(one, std::move(script));
    if (std::ranges::find(one.covers, rule.requirement) == one.covers.end()) one.covers.emplace_back(rule.requirement);
}

struct State {
    std::string family;  ///< "15.12"
    std::string title;   ///< "Behind messages, send "
    Script to_get_there;
    Need needs;
    bool inside = false;      ///< A message has begun.
    bool compressed = false;  ///< And what goes on with it is no text.
};

std::vector<Case> all_in(const State& state) {
    std::vector<Case> cases;
    auto all = rules(state.inside);
    if (state.compressed) all.erase(all.end() - about_text, all.end());
    for (const Rule& rule : all) {
        Script script = state.to_get_there;
        script.push_back(send(rule.frames));
        script.push_back(expect_failure(rule));
        cases.push_back({.id = state.family + "." + std::to_string(cases.size() + 1),
                         .title = state.title + rule.what,
                         .covers = {rule.requirement},
                         .needs = state.needs,
                         .script = std::move(script)});
    }
    return cases;
}

/// There and back, each before the next, so that their order is nobody's question.
void exchange(Script& script, std::vector<Frame> sent, const Frame& back) {
    script.push_back(send(std::move(sent)));
    script.push_back(expect(receives(back)));
}

Script messages_behind(Step opening) {
    Script script = {std::move(opening)};
    for (std::string_view const word : {"one", "two", "three"}) exchange(script, {text(word)}, text(word));
    exchange(script, {binary(octets("fo")).more(), continuation("ur")}, binary(octets("four")));
    exchange(script, {text("fi").more(), continuation("ve")}, text("five"));
    return script;
}

}  // namespace

std::vector<Case> rules_in_states() {
    Octets const packed = deflating::hello();
    auto const cut = packed.begin() + 3;
    Frame const begun = deflating::deflated_text({packed.begin(), cut}).more();

    Script behind = messages_behind(open());
    exchange(behind, {ping("six")}, pong("six"));
    Script compressed = messages_behind(deflating::offering_deflate());
    exchange(compressed, {begun, continuation(Octets(cut, packed.end()))}, text("Hello"));
    exchange(compressed, {deflating::deflated_text(packed)}, text("Hello"));
    const State states[] = {
        {"15.12", "Behind messages and a ping, send ", behind, Need::echo},
        {"15.13", "Inside a message, send ", {open(), send(text("Hel").more())}, Need::none, true},
        {"15.14", "Behind an empty first fragment, send ", {open(), send(text("").more())}, Need::none, true},
        {"15.15", "With deflate agreed, send ", {deflating::offering_deflate()}, Need::deflate},
        {"15.16",
         "Inside a compressed message, send ",
         {deflating::offering_deflate(), send(begun)},
         Need::deflate,
         true,
         true},
        {"15.17", "Behind plain and compressed messages, send ", compressed, Need::echo | Need::deflate},
    };
    std::vector<Case> cases;
    for (const State& state : states)
        for (Case& one : all_in(state)) cases.push_back(std::move(one));
    return cases;
}

/// Without those that other frames or codes of the same rule stand for.
std::vector<Rule> one_of_each(std::vector<Rule> all) {
    constexpr std::string_view left_out[] = {"a Close whose mask bit is wrong for the sender",
                                             "a ping with RSV3",
                                             "a frame of the reserved opcode 11",
                                             "a pong of 126 octets",
                                             "a Close with 1005",
                                             "text in two fragments, the second of which is an octet ff"};
    std::erase_if(all, [&](const Rule& rule) {
        return std::ranges::find(left_out, std::string_view(rule.what)) != std::end(left_out);
    });
    return all;
}

// A case is a state here, and its variants are the rules.
std::vector<Case> rules_in_more_states() {
    Frame const begun = text("Hel").more();
    struct Row {
        const char* title;
        Script before;
        std::vector<Frame> owed;  ///< What may come before the target fails the connection.
        bool inside = false;
        Need needs = Need::none;
        Target target = Target::any;
    };
    std::vector<Frame> const twenty(20, text("again"));
    // Then there is no connection to break a rule on.
    Step const may_refuse = expect({opens(), refuses_with_any_status(), drops().non_strict()});
    Frame const large = binary(Octets(70000, 'a'));
    const Row rows[] = {
        {"Behind a message", {open(), send(text("Hello"))}, {text("Hello")}},
        {"Behind a ping", {open(), send(ping("p"))}, {pong("p")}},
        {"Behind a pong", {open(), send(pong("p"))}, {}},
        {"Behind a message without payload", {open(), send(text(""))}, {text("")}},
        {"Behind a message of 70000 octets", {open(), send(large)}, {large}},
        {"Behind a message in fragments with a ping between them",
         {open(), send({begun, ping("p"), continuation("lo")})},
         {pong("p"), text("Hello")}},
        {"Behind twenty messages", {open(), send(twenty)}, twenty},
        {"Inside a binary message", {open(), send(binary(octets("a")).more())}, {}, true},
        {"Behind a second fragment", {open(), send({begun, continuation("l").more()})}, {}, true},
        {"Behind a ping inside a message", {open(), send({begun, ping("p")})}, {pong("p")}, true},
        {"Inside the second message", {open(), send({text("Hello"), begun})}, {text("Hello")}, true},
        {"With server_no_context_takeover agreed",
         {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate; server_no_context_takeover"))},
         {},
         false,
         Need::deflate},
        {"With a query in the request",
         {open(Handshake{}.with_target("{resource}?a=b&c=%20")), may_refuse},
         {},
         false,
         Need::none,
         Target::server},
        {"With a subprotocol offered",
         {open(Handshake{}.add("Sec-WebSocket-Protocol", "x-none")), may_refuse},
         {},
         false,
         Need::none,
         Target::server},
    };
    std::vector<Case> cases;
    for (const Row& row : rows) {
        Case made{.id = "15.27." + std::to_string(cases.size() + 1),
                  .title = std::string(row.title) + ", break each rule of framing",
                  .target = row.target,
                  .needs = row.needs};
        for (const Rule& rule : one_of_each(rules(row.inside))) {
            bool const about_a_text = rule.requirement == std::string_view("R6455-8.1-1");
            if (about_a_text && std::string_view(row.title) == "Inside a binary message") continue;
            Script script = row.before;
            script.push_back(send(rule.frames));
            script.push_back(expect_failure(rule, row.owed));
            add_variant(made, rule, std::move(script));
        }
        cases.push_back(std::move(made));
    }
    // What comes in the segment of the answer may go through another buffer. (A client has to wait for the answer.)
    Case made{.id = "15.27." + std::to_string(cases.size() + 1),
              .title = "In the segment of the answer, break each rule of framing",
              .target = Target::client};
    for (const Rule& rule : one_of_each(rules(false))) {
        add_variant(made, rule, {answer_with(acceptance().with_early(rule.frames)), expect_failure(rule)});
    }
    cases.push_back(std::move(made));
    return cases;
}

}  // namespace wsspec::state
