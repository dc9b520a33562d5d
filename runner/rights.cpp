#include "runner/rights.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cases/deflate_writer.h"
#include "cases/handshake.h"
#include "reference/handshake.h"
#include "runner/deflate_peer.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"
#include "runner/head_lines.h"

namespace wsspec {

namespace {

/// Who leaves out what he SHOULD do is a faulty peer, and keeps every MUST.
net::FilterFactory makes(std::string_view fault) { return find_fault(fault)->make; }

// ---- Answers to the opening handshake ----

class AnswerFilter final : public net::Filter {
public:
    using Hook = std::function<std::string(std::string answer, const Handshake& asked)>;
    explicit AnswerFilter(Hook hook) : hook_(std::move(hook)) {}
    std::string response(std::string response, const std::string& head) override {
        return hook_(std::move(response), lines_of(head));
    }

private:
    Hook hook_;
};

net::FilterFactory answers(AnswerFilter::Hook hook) {
    return [hook = std::move(hook)] { return std::make_unique<AnswerFilter>(hook); };
}

bool opens(std::string_view answer) { return answer.starts_with("HTTP/1.1 101"); }

std::string without_body(std::string_view status, std::string_view field) {
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(field) +
           "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

/// Fields in other letters and in another order, and some more of them.
std::string dressed_up(std::string answer, const Handshake& /*asked*/) {
    if (!opens(answer)) return answer;
    Handshake const right = lines_of(answer);
    Handshake out = right;
    out.start_line = "HTTP/1.1 101 Web Socket Protocol Handshake";
    out.fields = {"Server: another", "Date: Sun, 06 Nov 1994 08:49:37 GMT"};
    for (auto line = right.fields.rbegin(); line != right.fields.rend(); ++line) {
        std::string changed = *line;
        auto const colon = changed.find(':');
        for (std::size_t i = 0; i < colon && i < changed.size(); ++i)
            if (changed[i] >= 'A' && changed[i] <= 'Z') changed[i] = static_cast<char>(changed[i] - 'A' + 'a');
        if (changed == "upgrade: websocket") changed = "upgrade: WebSocket";
        if (changed == "connection: Upgrade") changed = "connection: keep-alive,\tupgrade";
        out.fields.push_back(changed);
    }
    out.fields.emplace_back("Set-Cookie: session=1; HttpOnly");
    out.fields.emplace_back("Set-Cookie: theme=dark");
    return text_of(out);
}

// ---- Frames ----

Frames in_thirds(Frame frame) {
    if (is_control(frame.opcode) || !frame.fin || frame.rsv != 0 || frame.payload.size() < 2) return {frame};
    std::size_t const third = frame.payload.size() / 3;
    OctetView const all = frame.payload;
    auto const part = [](Opcode opcode, OctetView octets) {
        return Frame{.opcode = opcode, .payload = Octets(octets.begin(), octets.end())};
    };
    return {part(frame.opcode, {}).more(), part(Opcode::continuation, all.first(third)).more(),
            part(Opcode::continuation, all.subspan(third)).more(), part(Opcode::continuation, {})};
}

net::FilterFactory sends_in_front_of_data(Frame first) {
    return bend_outgoing([first = std::move(first)](Frame frame) -> Frames {
        if (is_control(frame.opcode)) return {frame};
        return {first, std::move(frame)};
    });
}

/// Of the pings that come in one read, the last is answered.
class AnswersTheLastPing final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        auto const is_ping = [](const Frame& frame) { return frame.opcode == Opcode::ping; };
        auto const last = std::ranges::find_if(frames.rbegin(), frames.rend(), is_ping);
        Frames kept;
        for (auto& frame : frames)
            if (!is_ping(frame) || &frame == &*last) kept.push_back(std::move(frame));
        return kept;
    }
};

net::FilterFactory answers_closes(std::function<Frame(const Frame&)> answer) {
    return bend_outgoing([answer = std::move(answer)](Frame frame) -> Frames {
        return {frame.opcode == Opcode::close && close_code_of(frame) == 1000 ? answer(frame) : frame};
    });
}

/// Closes with `code` in place of the first message that `which` picks, and is done.
class ClosesOver final : public FrameFilter {
public:
    using Which = bool (*)(const Frame&);
    ClosesOver(std::uint16_t code, Which which) : code_(code), which_(which) {}

private:
    Frames incoming_frame(Frame frame) override {
        if (over_ || !is_data(frame) || !which_(frame)) return {frame};
        over_ = true;
        return {refused_with_1002()};
    }
    Frames outgoing_frame(Frame frame) override {
        return {over_ && frame.opcode == Opcode::close ? close_frame(code_) : frame};
    }
    std::uint16_t code_;
    Which which_;
    bool over_ = false;
};

net::FilterFactory closes_over(std::uint16_t code, ClosesOver::Which which) {
    return [=] { return std::make_unique<ClosesOver>(code, which); };
}

// ---- permessage-deflate ----

net::FilterFactory deflates(std::function<Deflate(const DeflateAgreement&)> deflate) {
    return deflate_peer(DeflateManners{.deflate = std::move(deflate)});
}

/// Adds a parameter that the server may add, and acts on it.
net::FilterFactory announces(std::string_view name, std::string_view value = {}) {
    return deflate_peer(
        DeflateManners{.answers = [=](const std::vector<Extension>&, const std::optional<Extension>& right) {
            if (!right) return std::string();
            Extension answer = *right;
            auto const has = std::ranges::find(answer.parameters, name, &ExtensionParameter::name);
            if (has == answer.parameters.end())
                answer.parameters.push_back(
                    {std::string(name), value.empty() ? std::nullopt : std::optional(std::string(value))});
            return to_string(std::vector{answer});
        }});
}

Deflate in_many_blocks(const DeflateAgreement& /*agreement*/) {
    return [](OctetView message) -> std::optional<Octets> {
        if (message.size() > 60000) return std::nullopt;
        std::size_t const half = message.size() / 2;
        DeflateWriter out;
        out.stored(message.first(half)).stored(OctetView());
        out.fixed({literal(Octets(message.begin() + static_cast<std::ptrdiff_t>(half), message.end()))});
        return out.message();
    };
}

Deflate with_final_blocks(const DeflateAgreement& /*agreement*/) {
    return [](OctetView message) -> std::optional<Octets> {
        if (message.size() > 60000) return std::nullopt;
        return DeflateWriter{}.bfinal().fixed({literal(Octets(message.begin(), message.end()))}).message();
    };
}

const std::vector<std::string_view> messages = {"1.1.*", "1.2.*", "1.7.*", "2.*",   "5.1*",
                                                "5.2*",  "6.2*",  "7.1.*", "7.3.*", "15.1*"};
const std::vector<std::string_view> compressed = {"12.1.1*", "12.2.1*", "13.1.1*", "13.2.1*",
                                                  "14.1.*",  "14.2.*",  "14.4.*"};

std::vector<Right> all_rights() {
    return {
        {"dresses-up-its-answer",
         "R6455-1.3-6",
         "Answers with more fields, in another order and in other letters.",
         {"8.1.*", "1.1.1"},
         answers(dressed_up)},
        {"redirects-foreign-origins",
         "R6455-4.2.2-3",
         "Sends browsers elsewhere with a 302.",
         {"8.9.1", "8.9.3", "8.9.4", "8.9.5", "8.9.6", "8.9.7"},
         answers([](std::string answer, const Handshake& asked) {
             return opens(answer) && value_of(asked, "Origin") ? without_body("302 Found", "Location: /elsewhere")
                                                               : answer;
         })},
        {"authenticates-by-token",
         "R6455-10.5-1",
         "Answers credentials other than its own kind with a 401.",
         {"8.1.4*"},
         answers([](std::string answer, const Handshake& asked) {
             return opens(answer) && value_of(asked, "Authorization")
                        ? without_body("401 Unauthorized", "WWW-Authenticate: Bearer")
                        : answer;
         })},
        {"lists-its-versions-on-lines",
         "R6455-11.3.5-1",
         "Names the versions that it knows on a line each.",
         {"8.5.*"},
         answers([](std::string answer, const Handshake& /*asked*/) {
             if (opens(answer)) return answer;
             Handshake const head = lines_of(answer);
             return value_of(head, "Sec-WebSocket-Version") ? text_of(head.add("Sec-WebSocket-Version", "213"))
                                                            : answer;
         })},
        {"drops-invalid-requests",
         "R6455-7.2.2-1",
         "Ends TCP in place of an HTTP error.",
         {"8.2.*", "8.3.*", "8.4.*", "8.5.*"},
         makes("hangs-up-instead-of-refusing"),
         Role::server,
         Verdict::non_strict},
        {"disregards-upgrades-that-it-cannot-make",
         "R9110-7.8-2",
         "Answers with a page, as if nothing but that had been asked for.",
         {"8.3.*"},
         answers([](std::string answer, const Handshake& asked) {
             auto const upgrade = value_of(asked, "Upgrade");
             bool const websocket = upgrade && upgrade->find("ebsocket") != std::string::npos;
             return opens(answer) || websocket ? answer : without_body("200 OK", "Content-Type: text/plain");
         })},

        {"fragments-its-echoes", "R6455-5.4-12", "Sends each message in four fragments, two of them empty.", messages,
         bend_outgoing(in_thirds)},
        {"pings-before-it-answers", "R6455-5.5.2-4", "Sends a ping in front of each message.", messages,
         sends_in_front_of_data(ping("and you?"))},
        {"sends-pongs-unasked", "R6455-5.5.3-3", "Sends a pong in front of each message.", messages,
         sends_in_front_of_data(pong("heartbeat"))},
        {"answers-the-last-ping",
         "R6455-5.5.3-2",
         "Of several pings that wait, answers the last.",
         {"2.10", "2.11", "15.7.5", "15.10.*"},
         peer<AnswersTheLastPing>()},
        {"gives-a-reason", "R6455-5.5.1-4", "Answers a Close with a reason of its own.", messages,
         answers_closes([](const Frame&) { return close_frame(1000, "as you wish"); })},
        {"closes-without-a-body", "R6455-5.5.1-20", "Answers a Close of code 1000 with an empty one.", messages,
         answers_closes([](const Frame&) { return close_frame(); })},
        {"drops-what-it-cannot-follow",
         "R6455-7.1.7-6",
         "Ends TCP without a Close over frames that no endpoint of RFC 6455 sends.",
         {"3.*", "4.*"},
         makes("drops-instead-of-failing"),
         Role::server,
         Verdict::non_strict},
        {"drops-over-invalid-data",
         "R6455-10.7-2",
         "Ends TCP without a Close over invalid text, Close bodies and fragments.",
         {"5.9", "5.1*", "6.3.*", "6.4.*", "6.6.*", "7.3.*", "7.5.*", "7.9.*"},
         makes("drops-instead-of-failing"),
         Role::server,
         Verdict::non_strict},
        {"goes-away",
         "R6455-7.3-1",
         "Closes with 1001 when it is sent a message: it is about to be restarted.",
         {"1.1.*", "5.3", "6.2.*"},
         closes_over(1001, starts_message)},
        {"takes-text-alone",
         "R6455-7.4.1-15",
         "Closes with 1003 when it is sent a binary message.",
         {"1.1.*", "1.2.*", "1.3.*", "1.7.2"},
         closes_over(1003, [](const Frame& frame) { return frame.opcode == Opcode::binary; })},

        {"declines-compression", "R6455-9-1", "Agrees to no offer of permessage-deflate.", compressed,
         deflate_peer(DeflateManners{
             .answers = [](const std::vector<Extension>&, const std::optional<Extension>&) { return std::string(); }})},
        {"never-compresses", "R7692-6-2", "Agrees to compress, and sends messages as they are.", compressed,
         deflates([](const DeflateAgreement&) -> Deflate { return [](OctetView) { return std::nullopt; }; })},
        {"keeps-no-context", "R7692-7.1.1.1-4", "Announces server_no_context_takeover unasked.", compressed,
         announces("server_no_context_takeover")},
        {"uses-a-small-window", "R7692-7.1.2.1-6", "Announces server_max_window_bits=10 unasked.", compressed,
         announces("server_max_window_bits", "10")},
        {"uses-a-tiny-window",
         "R7692-7.3-1",
         "Announces server_max_window_bits=9 unasked.",
         {"14.1.*", "14.4.*"},
         announces("server_max_window_bits", "9")},
        {"wants-no-context", "R7692-7.1.1.2-2", "Imposes client_no_context_takeover.", compressed,
         announces("client_no_context_takeover")},
        {"compresses-in-many-blocks", "R7692-7.2.1-2", "Writes stored blocks, empty ones and one with the fixed codes.",
         compressed, deflates(in_many_blocks)},
        {"ends-each-message-with-a-final-block", "R7692-7.2.1-4", "Sets BFINAL.", compressed,
         deflates(with_final_blocks)},

        {"inflates-afresh",
         "R7692-7.2.2-2",
         "Forgets what it has inflated where server_no_context_takeover is in force.",
         {"13.2.1", "13.2.2", "14.4.*", "14.6.*"},
         deflate_peer(),
         Role::client},
    };
}

}  // namespace

std::span<const Right> rights() {
    static const std::vector<Right> all = all_rights();
    return all;
}

}  // namespace wsspec
