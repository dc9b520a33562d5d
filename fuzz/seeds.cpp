#include "fuzz/seeds.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "fuzz/edges.h"
#include "fuzz/generator.h"
#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "reference/handshake.h"

namespace wsspec {

namespace {

class Collector {
public:
    explicit Collector(std::size_t largest) : largest_(largest) {}

    std::vector<Seed> seeds;

    void add(std::string_view target, Octets octets) {
        if (octets.size() > largest_ || !seen_.emplace(std::string(target), octets).second) return;
        seeds.push_back({std::string(target), std::move(octets)});
    }
    /// `octets` behind `parameters`.
    void add(std::string_view target, Octets parameters, OctetView octets) {
        append(parameters, octets);
        add(target, std::move(parameters));
    }

private:
    std::size_t largest_;
    std::set<std::pair<std::string, Octets>> seen_;
};

HandshakeValues values() {
    return {.resource = "/",
            .host = "localhost",
            .key = "AQIDBAUGBwgJCgsMDQ4PEA==",
            .subprotocol = "chat",
            .origin = "http://localhost",
            .accept = "{accept}",
            .extra_fields = {}};
}

/// The steps of the judge's target: the script, with what a target may answer at each step that asks for something.
/// `choice`: which of the outcomes, as far as there are so many.
Script answered(const Script& script, std::size_t choice) {
    Script out;
    auto const answer = [&](Script steps) {
        out.push_back(await("target"));
        for (auto& step : steps) out.push_back(std::move(step));
        out.push_back(await("tester"));
    };
    for (const auto& step : script) {
        if (std::holds_alternative<Await>(step.action)) continue;
        const auto* expect = std::get_if<Expect>(&step.action);
        if (expect == nullptr) {
            out.push_back(step);
            if (std::holds_alternative<Barrier>(step.action)) answer({send(pong("wsspec barrier 1"))});
            if (const auto* closing = std::get_if<ClosingHandshake>(&step.action)) {
                // It is the last thing that the tester sends, and wire_stream() ends there.
                out.back() = send(close_frame(closing->code));
                answer({send(close_frame(closing->code)), half_close()});
            }
            continue;
        }
        const auto& outcome = expect->any_of[std::min(choice, expect->any_of.size() - 1)];
        Script steps;
        if (!outcome.frames.empty()) steps.push_back(send(outcome.frames));
        if (!outcome.codes.empty() && (outcome.kind == Outcome::Kind::fails || outcome.kind == Outcome::Kind::closes)) {
            auto const code = static_cast<std::uint16_t>(outcome.codes[choice % outcome.codes.size()]);
            steps.push_back(send(code == 0 ? close_frame() : close_frame(code)));
        }
        if (outcome.kind != Outcome::Kind::receives && outcome.kind != Outcome::Kind::waits)
            steps.push_back(choice % 3 == 2 ? abort_connection() : half_close());
        answer(std::move(steps));
    }
    return out;
}

/// The payloads of compressed messages.
std::vector<Octets> compressed_messages(const Script& script) {
    std::vector<Octets> out;
    Script copy = script;
    bool open = false;
    for_each_frame(copy, [&](Frame& frame) {
        if (is_control(frame.opcode)) return;
        if (frame.opcode != Opcode::continuation) {
            open = (frame.rsv & rsv1) != 0;
            if (open) out.emplace_back();
        }
        if (open) append(out.back(), frame.payload);
    });
    return out;
}

Octets all_text(const Script& script) {
    Octets out;
    Script copy = script;
    bool is_text = false;
    for_each_frame(copy, [&](Frame& frame) {
        if (is_control(frame.opcode)) return;
        if (frame.opcode != Opcode::continuation) is_text = frame.opcode == Opcode::text;
        if (is_text) append(out, frame.payload);
    });
    return out;
}

void add_script(Collector& to, const Script& script, Role sender) {
    Octets const encoded = encode(script);
    for (const auto* target : {"script_codec", "forecast", "beast_difference"}) to.add(target, encoded);
    for (std::size_t choice = 0; choice < 4; ++choice) to.add("judge", encode(answered(script, choice)));
    auto const stream = wire_stream(script, sender, 1U << 20);
    auto const packed = compressed_messages(script);
    Octet const rules = static_cast<Octet>((sender == Role::server ? 1 : 0) | (packed.empty() ? 0 : 2));
    to.add("decoder", {rules, 5}, stream.octets);
    for (std::size_t i = 0; i < packed.size(); ++i) {
        auto const first = static_cast<Octet>(std::min<std::size_t>(packed[i].size(), 255));
        Octets both = packed[i];
        if (i + 1 < packed.size()) append(both, packed[i + 1]);
        to.add("watching_inflater", {7, first}, both);
        to.add("message_inflater", {static_cast<Octet>(i % 4), 7, 0, 0, first}, both);
    }
    if (auto const words = all_text(script); !words.empty()) to.add("utf8", {3}, words);
}

void add_handshakes(Collector& to, const Script& script, Role target) {
    for (const auto& step : script) {
        const auto* open = std::get_if<Open>(&step.action);
        if (open == nullptr) continue;
        if (target == Role::server) {
            to.add("request", octets(render(open->handshake, values())));
        } else if (open->answer) {
            Octet const offer = render(*open->answer, values()).find("ermessage-deflate") == std::string::npos ? 0 : 2;
            for (Octet const what : {Octet{0}, Octet{8}})
                to.add("response", {static_cast<Octet>(offer | what)}, octets(render(*open->answer, values())));
        }
        Octets lines;
        for (const auto& line : (open->answer ? *open->answer : open->handshake).fields) {
            constexpr std::string_view name = "Sec-WebSocket-Extensions:";
            if (!line.starts_with(name)) continue;
            if (!lines.empty()) lines.push_back('\n');
            append(lines, as_octets(trimmed(std::string_view(line).substr(name.size()))));
        }
        for (Octet const policy : {Octet{0}, Octet{7}})
            if (!lines.empty()) to.add("extensions", {policy, 1}, lines);
    }
}

void add_others(Collector& to) {
    Dice dice(1);
    for (unsigned i = 0; i < 60; ++i) to.add("endpoint_pair", dice.octets(20 + dice.roll(200)));
    for (unsigned parameters = 0; parameters < 256; parameters += 7) {
        Octets input = {static_cast<Octet>(parameters)};
        for (int messages = 0; messages < 4; ++messages) {
            Octets const content = edges::data(dice, dice.roll(100));
            input.push_back(static_cast<Octet>(content.size() | (dice.one_in(3) ? 0x80U : 0U)));
            append(input, content);
        }
        to.add("deflate_round_trip", std::move(input));
    }
    for (unsigned i = 0; i < 40; ++i)
        to.add("message_inflater", {0, 3, static_cast<Octet>(i % 2), 100, 255},
               edges::deflated(dice, 3000, 0, i % 4 != 0));
    for (unsigned i = 0; i < 40; ++i) to.add("watching_inflater", {9, 255}, edges::deflated(dice, 3000, 0, i % 4 != 0));
    for (auto const code : edges::close_codes)
        to.add("words", {static_cast<Octet>(code >> 8), static_cast<Octet>(code & 0xff)}, dice.octets(dice.roll(80)));
    // Every statement, opcode and class of codes.
    for (unsigned code = 1000; code < 1016; ++code)
        to.add("words", {static_cast<Octet>(code >> 8), static_cast<Octet>(code)},
               as_octets("Hello, \xc3\xbc \x1b[0m"));
    for (auto const line : edges::extensions) to.add("extensions", {0, 0}, as_octets(line));
    for (Octet const made : hex("00 01 02 03 80 81 82 83")) to.add("key_record", {made, 39}, dice.octets(900));
    // 16 octets as base64 has them, over and over, and different ones.
    for (auto const key : {"AQIDBAUGBwgJCgsMDQ4PEA==", "dGhlIHNhbXBsZSBub25jZQ=="}) {
        Octets input = {0x80, 39};
        for (int i = 0; i < 39; ++i) {
            input.push_back(24);
            append(input, as_octets(key));
        }
        to.add("key_record", std::move(input));
    }
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        for (Role const target : {Role::server, Role::client}) {
            Script const script = generate(seed, {.target = target, .deflate = true, .largest_message = 700});
            add_script(to, script, other(target));
            add_handshakes(to, script, target);
        }
    }
}

std::string quoted(OctetView octets) {
    std::string out = "\"";
    for (Octet const octet : octets) {
        char text[8];
        bool const plain = octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\';
        std::snprintf(text, sizeof text, plain ? "%c" : "\\x%02X", octet);
        out += text;
    }
    return out + "\"\n";
}

}  // namespace

std::vector<Seed> seeds(std::size_t largest) {
    Collector to(largest);
    for (Role const target : {Role::server, Role::client}) {
        for (const auto& [one, script] : catalogue_scripts(target)) {
            add_script(to, *script, other(target));
            add_handshakes(to, *script, target);
        }
    }
    add_others(to);
    return std::move(to.seeds);
}

std::string fuzz_dictionary() {
    std::string out = "# The dictionary of all targets, made by `wsspec seeds`.\n";
    auto const words = {"GET / HTTP/1.1\r\n",
                        "HTTP/1.1 101 Switching Protocols\r\n",
                        "HTTP/1.1 400 Bad Request\r\n",
                        "HTTP/1.1 426 Upgrade Required\r\n",
                        "Host: localhost\r\n",
                        "Upgrade: websocket\r\n",
                        "Connection: Upgrade\r\n",
                        "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n",
                        "Sec-WebSocket-Version: 13\r\n",
                        "Sec-WebSocket-Accept: {accept}\r\n",
                        "Sec-WebSocket-Protocol: chat\r\n",
                        "Sec-WebSocket-Extensions: ",
                        "Content-Length: 5\r\n",
                        "Transfer-Encoding: chunked\r\n",
                        "\r\n\r\n",
                        "permessage-deflate",
                        "server_no_context_takeover",
                        "client_no_context_takeover",
                        "server_max_window_bits=",
                        "client_max_window_bits",
                        "; ",
                        ", "};
    for (const std::string_view word : words) out += quoted(as_octets(word));
    for (unsigned const first : {0x80U, 0x81U, 0x82U, 0x01U, 0x00U, 0xc1U, 0x88U, 0x89U, 0x8aU, 0x83U, 0x8bU})
        for (unsigned const second : {0x00U, 0x7dU, 0x7eU, 0x7fU, 0x80U, 0xfdU, 0xfeU, 0xffU})
            out += quoted(Octets{static_cast<Octet>(first), static_cast<Octet>(second)});
    for (auto const length : edges::claimed_lengths) {
        Octets octets;
        for (int shift = 56; shift >= 0; shift -= 8) octets.push_back(static_cast<Octet>(length >> shift));
        out += quoted(octets);
        if (length <= 65535) out += quoted(OctetView(octets).last(2));
    }
    for (auto const code : edges::close_codes)
        out += quoted(Octets{static_cast<Octet>(code >> 8), static_cast<Octet>(code & 0xff)});
    for (auto const character : edges::characters) out += quoted(as_octets(character));
    for (auto const character : edges::bad_characters) out += quoted(as_octets(character));
    for (const auto& tail : {hex("00 00 ff ff"), hex("01 00 00 ff ff"), hex("f2 48 cd c9 c9 07 00"), hex("03 00")})
        out += quoted(tail);
    return out;
}

}  // namespace wsspec
