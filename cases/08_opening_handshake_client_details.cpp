// 8.18: answers that are right, or wrong, by a detail which only a close reading of the fields shows (RFC 6455 section
// 4.1, RFC 7692 section 7.1; HTTP by RFC 9110 and 9112).
#include <string>
#include <string_view>
#include <utility>

#include "cases/08_opening_handshake_client.h"
#include "cases/14_deflate.h"

namespace wsspec::opening {

namespace {

Case refused(std::string_view id, std::string_view title, std::vector<std::string> covers,
             const std::vector<Handshake>& answers, std::string_view note = {}) {
    Case made = client_case(id, title, std::move(covers), {answer_with(answers.front()), must_fail()}, note);
    for (std::size_t i = 1; i < answers.size(); ++i) made.variants.push_back({answer_with(answers[i]), must_fail()});
    return made;
}

std::vector<Handshake> each(std::string_view name, std::initializer_list<std::string_view> values) {
    std::vector<Handshake> all;
    for (std::string_view const value : values) all.push_back(acceptance().set(name, value));
    return all;
}

std::vector<Handshake> with(std::string_view name, std::initializer_list<std::string_view> values) {
    std::vector<Handshake> all;
    for (std::string_view const value : values) all.push_back(acceptance().add(name, value));
    return all;
}

std::vector<Case> basic_fields() {
    const Handshake good = acceptance();
    std::vector<Case> cases = {
        refused(
            "8.18.1", "Answer with a Sec-WebSocket-Accept of which one letter is another", {"R6455-4.1-34"},
            each("Sec-WebSocket-Accept", {"{accept-but-0}", "{accept-but-9}", "{accept-but-20}", "{accept-but-26}"}),
            "The first, two inside, and the last in front of the padding."),
        refused("8.18.2", "Answer with a Sec-WebSocket-Accept of which one letter is in the other case",
                {"R6455-4.1-34"}, each("Sec-WebSocket-Accept", {"{accept-last-case}", "{accept-first-case}"})),
        refused("8.18.3", "Answer with a Sec-WebSocket-Accept whose last bits are not zero", {"R6455-4.1-34"},
                each("Sec-WebSocket-Accept", {"{accept-last-bits}"}),
                "Decoded, it is the right one: but the value is what is compared."),
        refused("8.18.4", "Answer with a Sec-WebSocket-Accept in the alphabet of base64url", {"R6455-4.1-34"},
                each("Sec-WebSocket-Accept", {"{accept-url}"})),
        refused("8.18.5", "Answer with a Sec-WebSocket-Accept and something behind it", {"R6455-4.1-34"},
                each("Sec-WebSocket-Accept",
                     {"{accept}, x", "{accept};x", "{accept} x", "{accept},", std::string_view("{accept}\0x", 10)})),
        refused("8.18.6", "Answer with something in front of Sec-WebSocket-Accept", {"R6455-4.1-34"},
                each("Sec-WebSocket-Accept", {"x{accept}", "x, {accept}", ",{accept}"})),
        refused("8.18.7", "Answer with an Upgrade that holds websocket only as a part", {"R6455-4.1-31"},
                each("Upgrade", {"xwebsocket", "web socket", "\"websocket\"", "websocket;q=1", "websocket websocket",
                                 "websocket, websocket"}),
                "The value as a whole is compared (4.1)."),
        refused("8.18.8", "Answer with a Connection that holds Upgrade only as a part", {"R6455-4.1-32"},
                each("Connection", {"not-upgrade", "\"Upgrade\"", "Upgrade;x", "Up grade", "Upgrade=1", "xUpgrade"})),
        refused("8.18.9", "Answer with a field that it needs under a longer name",
                {"R6455-4.1-31", "R6455-4.1-32", "R6455-4.1-33"},
                {good.replace_line("Upgrade", "X-Upgrade: websocket"),
                 good.replace_line("Connection", "X-Connection: Upgrade"),
                 good.replace_line("Sec-WebSocket-Accept", "X-Sec-WebSocket-Accept: {accept}"),
                 good.replace_line("Sec-WebSocket-Accept", "Sec_WebSocket_Accept: {accept}")}),
        refused("8.18.10", "Answer with a field that it needs inside the value of another",
                {"R6455-4.1-31", "R6455-4.1-33"},
                {good.drop("Sec-WebSocket-Accept").add("X-Note", "Sec-WebSocket-Accept: {accept}"),
                 good.drop("Upgrade").add("X-Note", "Upgrade: websocket")}),
        refused("8.18.11", "Answer 103 Early Hints with all fields of a 101, then 101 with none of them",
                {"R6455-4.1-31", "R6455-4.1-33", "R9110-15.2-1"},
                {good.with_request_line("HTTP/1.1 103 Early Hints")
                     .followed_by("HTTP/1.1 101 Switching Protocols\r\n\r\n")}),
    };
    auto const opening = [&](std::string_view id, std::string_view title, std::vector<std::string> covers,
                             const std::vector<Handshake>& answers, std::string_view note) {
        Case made = client_case(id, title, std::move(covers),
                                opens_or(answer_with(answers.front()), drops().non_strict()), note);
        for (std::size_t i = 1; i < answers.size(); ++i)
            made.variants.push_back(opens_or(answer_with(answers[i]), drops().non_strict()));
        cases.push_back(std::move(made));
    };
    opening("8.18.12", "Answer with a Connection that names Upgrade among others", {"R6455-4.1-32", "R9110-7.6.1-1"},
            each("Connection", {"Upgrade, keep-alive", "keep-alive,Upgrade", "keep-alive,\tUpgrade",
                                "keep-alive, x-a, Upgrade", ", Upgrade,"}),
            "The field has to contain the token (4.1); many clients compare all of it.");
    cases.push_back(client_case("8.18.13", "Answer with blanks and tabs behind the values", {"R9112-5.1-2"},
                                opens_and_pongs(answer_with(good.set("Upgrade", "websocket \t")
                                                                .set("Connection", "Upgrade\t ")
                                                                .set("Sec-WebSocket-Accept", "{accept} ")))));
    opening("8.18.14", "Answer 102 Processing, then 101", {"R9110-15.2-1", "R6455-4.1-30"},
            {good.preceded_by("HTTP/1.1 102 Processing\r\n\r\n")}, "An interim response comes before the final one.");
    return cases;
}

std::vector<Case> agreements() {
    const Handshake good = acceptance();
    constexpr std::string_view extensions = "Sec-WebSocket-Extensions";
    std::vector<Case> cases = {
        refused(
            "8.18.15", "Answer with a server_max_window_bits that is no number from 8 to 15", {"R7692-7-6"},
            with(extensions,
                 {"permessage-deflate; server_max_window_bits=266",
                  "permessage-deflate; server_max_window_bits=4294967306",
                  "permessage-deflate; server_max_window_bits=10abc", "permessage-deflate; server_max_window_bits=10.0",
                  "permessage-deflate; server_max_window_bits=0xa", "permessage-deflate; server_max_window_bits=+10",
                  "permessage-deflate; server_max_window_bits=1e1", "permessage-deflate; server_max_window_bits=-10",
                  "permessage-deflate; server_max_window_bits=00010"}),
            "266 and 4294967306 are 10 in 8 and in 32 bits."),
        refused(
            "8.18.16", "Answer with a list of extensions that breaks the grammar in a value",
            {"R6455-9.1-1", "R6455-4.1-38"},
            with(extensions,
                 {"permessage-deflate; server_max_window_bits=\"10",
                  "permessage-deflate; server_max_window_bits=", "permessage-deflate; server_max_window_bits=10\"",
                  "permessage-deflate; ; server_max_window_bits=10", "permessage-deflate server_max_window_bits=10"})),
        refused(
            "8.18.17", "Answer with the name of a parameter written in another way", {"R7692-7-5"},
            with(extensions,
                 {"permessage-deflate; server-no-context-takeover", "permessage-deflate; server_no_context_takeover_",
                  "permessage-deflate; no_context_takeover", "permessage-deflate; max_window_bits=10"})),
    };
    auto const agreed = [&](std::string_view id, std::string_view title, std::vector<std::string> covers,
                            std::string_view value, Script rest, std::string_view note = {}) {
        Script script = {answer_with(good.add(extensions, value))};
        for (Step& step : rest) script.push_back(std::move(step));
        script.push_back(closing_handshake());
        Case made = client_case(id, title, std::move(covers), std::move(script), note);
        made.needs = Need::echo | Need::deflate;
        cases.push_back(std::move(made));
    };
    // "Hello" compressed (RFC 7692 section 7.2.3.1).
    Frame const packed = text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1);
    agreed("8.18.18", "Answer with parameters that have no blank in front", {"R6455-9.1-1", "R7692-5-14"},
           "permessage-deflate;server_no_context_takeover;server_max_window_bits=12",
           {send(packed), expect(receives(text("Hello")))});
    agreed("8.18.19", "Answer with blanks and tabs around the parameters", {"R6455-9.1-1", "R7692-5-14"},
           "permessage-deflate \t;  server_no_context_takeover\t; server_max_window_bits=12 ",
           {send(packed), expect(receives(text("Hello")))});
    // What repeats from beyond 512 octets: judged by what was agreed.
    auto const far_away = [](std::size_t period) {
        return round_trips({.content = {.kind = Content::Kind::pattern, .pattern = deflating::noise(period)},
                            .opcode = Opcode::binary,
                            .size = 2 * period + 500,
                            .count = 2,
                            .compressed = true});
    };
    agreed("8.18.20", "Answer with client_max_window_bits=\"9\", quoted, where it was offered",
           {"R6455-9.1-1", "R7692-7.2.1-11"}, "permessage-deflate; client_max_window_bits=\"9\"",
           {far_away(600), far_away(5000)}, "Quoted or not, the value is the same (RFC 6455 section 9.1).");
    agreed(
        "8.18.21", "Answer with client_no_context_takeover, and have equal messages of both types come back",
        {"R7692-7.1.1.2-3", "R7692-7.2.1-8"}, "permessage-deflate; client_no_context_takeover",
        {send({binary(octets("Hello, hello, hello, hello!")), binary(octets("Hello, hello, hello, hello!")),
               text("Hello, hello, hello, hello!"), text(""), text("Hello, hello, hello, hello!"),
               binary(octets("Hello, hello, hello, hello!"))}),
         expect(receives({binary(octets("Hello, hello, hello, hello!")), binary(octets("Hello, hello, hello, hello!")),
                          text("Hello, hello, hello, hello!"), text(""), text("Hello, hello, hello, hello!"),
                          binary(octets("Hello, hello, hello, hello!"))}))});
    Case small = client_case("8.18.22", "Answer with server_max_window_bits=8", {"R7692-7.1.2.1-6", "R7692-7-4"},
                             opens_or(answer_with(good.add(extensions, "permessage-deflate; server_max_window_bits=8")),
                                      drops().non_strict()),
                             "The least value that there is: zlib inflates what it allows with 9 bits.");
    small.needs = Need::deflate;
    cases.push_back(std::move(small));
    Case subprotocols = refused(
        "8.18.23", "Answer with the subprotocol that the client offers and something behind it", {"R6455-4.1-37"},
        with("Sec-WebSocket-Protocol",
             {"{offered} x", "{offered};v=2", "{offered},", "\"{offered}\"", "{offered}/1", "x{offered}"}));
    subprotocols.needs = Need::subprotocol;
    cases.push_back(std::move(subprotocols));
    return cases;
}

}  // namespace

std::vector<Case> answer_details() {
    std::vector<Case> cases = basic_fields();
    for (Case& one : agreements()) cases.push_back(std::move(one));
    return cases;
}

}  // namespace wsspec::opening
