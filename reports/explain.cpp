#include "reports/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <variant>

#include "cases/agreement.h"
#include "cases/catalogue.h"
#include "cases/describe.h"
#include "reference/forecast.h"
#include "reference/judge.h"
#include "reference/requirements.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

constexpr unsigned width = 100;
/// The key of the examples in RFC 6455 section 5.7, where a run takes a fresh one for every frame.
constexpr MaskingKey example_key = {0x37, 0xfa, 0x21, 0x3d};

constexpr std::size_t shown_octets = 32;
constexpr std::size_t shown_frames = 16;
constexpr std::size_t shown_lines = 24;
/// A longer stream is not forecast: the text would say nothing more, and explain stays quick.
constexpr std::size_t longest_forecast = std::size_t{16} << 20;

std::string indented(std::size_t indent, std::string_view text) {
    return std::string(indent, ' ') + wrapped(text, indent, width) + "\n";
}

std::string row(std::string_view label, std::string_view text) {
    return fmt::format("  {:<11}", label) + wrapped(text, 13, width) + "\n";
}

std::string_view target_text(Target target) {
    switch (target) {
        case Target::any:
            return "servers and, mirrored, clients";
        case Target::server:
            return "servers";
        case Target::client:
            return "clients";
    }
    return "";
}

std::string_view target_name(Target target) {
    switch (target) {
        case Target::any:
            return "any";
        case Target::server:
            return "server";
        case Target::client:
            return "client";
    }
    return "";
}

std::vector<std::string> needs_of(Need needs) {
    std::vector<std::string> out;
    if (includes(needs, Need::echo)) out.emplace_back("echo");
    if (includes(needs, Need::subprotocol)) out.emplace_back("subprotocol");
    if (includes(needs, Need::deflate)) out.emplace_back("permessage-deflate");
    if (includes(needs, Need::client_takeover)) out.emplace_back("context takeover by the client");
    if (includes(needs, Need::client_window)) out.emplace_back("the client's whole window");
    if (includes(needs, Need::tls)) out.emplace_back("TLS");
    return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    return fmt::format("{}", fmt::join(parts, between));
}

// ---- octets
// ----------------------------------------------------------------------------------------------------------

/// A frame header as a receiver reads it from the wire.
struct WireHeader {
    std::size_t size = 0;  ///< Without the masking key.
    std::size_t key_size = 0;
    std::string meaning;
};

WireHeader read_header(OctetView octets) {
    WireHeader header;
    Octet const first = octets[0];
    Octet const second = octets[1];
    bool const masked = (second & 0x80) != 0;
    std::uint64_t length = second & 0x7f;
    std::size_t const more = length == 126 ? 2 : length == 127 ? 8 : 0;
    header.size = std::min<std::size_t>(2 + more, octets.size());
    if (more != 0) {
        length = 0;
        for (std::size_t i = 2; i < header.size; ++i) length = length << 8 | octets[i];
    }
    header.key_size = masked ? std::min<std::size_t>(4, octets.size() - header.size) : 0;
    header.meaning = fmt::format("FIN {}, RSV {:03b}, opcode {:#x} ({}), MASK {}, payload length {}{}", first >> 7,
                                 (first >> 4) & 7U, first & 0xfU, to_string(static_cast<Opcode>(first & 0xf)),
                                 masked ? 1 : 0, length,
                                 more == 0   ? ""
                                 : more == 2 ? " in 16 bits"
                                             : " in 64 bits");
    return header;
}

/// "81 85           meaning"
std::string hex_line(std::size_t indent, OctetView octets, std::string_view meaning) {
    std::string const line = std::string(indent, ' ') + fmt::format("{:<14}  ", to_hex(octets));
    return line + wrapped(meaning, line.size(), width) + "\n";
}

/// Octets in lines of 16, the rest as a number.
std::string hex_block(std::size_t indent, OctetView octets) {
    std::string out;
    OctetView const visible = octets.first(std::min(octets.size(), shown_octets));
    for (std::size_t at = 0; at < visible.size(); at += 16)
        out += std::string(indent, ' ') + to_hex(visible.subspan(at, std::min<std::size_t>(16, visible.size() - at))) +
               "\n";
    if (visible.size() < octets.size())
        out += std::string(indent, ' ') + "and " +
               counted(octets.size() - visible.size(), "more octet", "more octets") + "\n";
    return out;
}

std::string frame_octets(OctetView octets, std::size_t indent) {
    WireHeader const header = read_header(octets);
    std::string out = hex_line(indent, octets.first(header.size), header.meaning);
    OctetView rest = octets.subspan(header.size);
    if (header.key_size != 0) out += hex_line(indent, rest.first(header.key_size), "masking key");
    rest = rest.subspan(header.key_size);
    if (rest.empty()) return out;
    if (rest.size() <= 5) return out + hex_line(indent, rest, header.key_size != 0 ? "payload, masked" : "payload");
    out += std::string(indent, ' ') + (header.key_size != 0 ? "payload, masked:\n" : "payload:\n");
    return out + hex_block(indent, rest);
}

// ---- handshake
// -------------------------------------------------------------------------------------------------------

/// The request as it goes out, one line of it a line, with its line ends to be seen and the placeholders as they are.
std::string handshake_lines(const Handshake& handshake, std::size_t indent) {
    std::string const request = render(handshake, {.resource = "{resource}",
                                                   .host = "{host}",
                                                   .key = "{key}",
                                                   .subprotocol = "{subprotocol}",
                                                   .origin = "{origin}",
                                                   .accept = "{accept}",
                                                   .extra_fields = {}});
    std::vector<std::string_view> lines;
    for (std::string_view rest = request; !rest.empty();) {
        auto const end = rest.find('\n');
        auto const size = end == std::string_view::npos ? rest.size() : end + 1;
        lines.push_back(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    constexpr std::size_t longest_line = 160;
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        // Of a long list of fields: its beginning and its end.
        if (lines.size() > shown_lines && i == shown_lines - 4) {
            std::size_t const last = lines.size() - 3;
            out += std::string(indent, ' ') + fmt::format("and {} more lines\n", last - i);
            i = last;
        }
        std::string line = printable(lines[i], longest_line);
        if (lines[i].size() > longest_line) line += fmt::format(" ({} octets)", lines[i].size());
        out += std::string(indent, ' ') + line + "\n";
    }
    return out;
}

// ---- steps
// -----------------------------------------------------------------------------------------------------------

std::string outcomes(const Expect& expect, std::size_t indent) {
    std::string out;
    auto const line = [&](std::string_view grade, std::string_view text) {
        out += std::string(indent, ' ') + fmt::format("{:<15}", grade) + wrapped(text, indent + 15, width) + "\n";
    };
    bool fails_somehow = false;
    for (const auto& outcome : expect.any_of) {
        Outcome bare = outcome;
        bare.grade = Grade::pass;
        line(to_string(outcome.grade), shown(describe(bare)));
        fails_somehow = fails_somehow || outcome.kind == Outcome::Kind::fails;
    }
    if (fails_somehow)
        line("non-strict",
             "the same with another fitting code, or TCP dropped without a Close, where no line above says "
             "better (RFC 6455 section 7.1.7)");
    line("fail", "anything else");
    return out;
}

/// Writes the steps of one script and collects what goes to the target behind the opening handshake.
class Teller {
public:
    explicit Teller(Role tester) : tester_(tester) {}

    void tell(const Script& script, std::size_t indent = 2) {
        std::size_t number = 0;
        for (const auto& step : script) {
            std::string const mark = fmt::format("{:>2}. ", ++number);
            begin_ = std::string(indent, ' ') + mark;
            inner_ = indent + mark.size();
            std::visit([&](const auto& action) { (*this)(action); }, step.action);
        }
    }

    std::string take_text() { return std::move(text_); }
    const Octets& stream() const { return stream_; }
    bool half_closed() const { return half_closed_; }
    bool silent() const { return silent_; }
    bool barriers() const { return barriers_; }
    bool too_long() const { return too_long_; }

    void operator()(const Open& open) {
        if (tester_ == Role::server) {
            line("take the target's connection" + tls_of(open) + ", read its opening handshake, " +
                 std::string(open.answer ? "and answer with" : "answer 101") + how(open.delivery));
            if (open.answer) text_ += handshake_lines(*open.answer, inner_ + 2);
        } else {
            line("connect and send the opening handshake" + tls_of(open) + how(open.delivery));
            text_ += handshake_lines(open.handshake, inner_ + 2);
        }
        const auto& filler = open.answer ? open.answer->filler : open.handshake.filler;
        if (filler.count != 0) text_ += indented(inner_, "with " + shown(describe(filler)));
        if (open.silent) {
            silent_ = true;
            text_ += indented(inner_, "From here on nothing is answered: no Pong for a Ping, no Close for a Close.");
        }
        const auto& early = open.answer ? open.answer->early : open.handshake.early;
        if (!early.empty()) {
            text_ += indented(inner_, tester_ == Role::server ? "in the same write:"
                                                              : "in the same write, before any answer is read:");
            frames(early);
        }
    }
    void operator()(const Send& send) {
        if (send.frames.size() == 1) {
            line("send " + shown(describe(send.frames.front())) + how(send.delivery));
        } else {
            line("send " + counted(send.frames.size(), "frame", "frames") + how(send.delivery));
        }
        frames(send.frames);
    }
    void operator()(const SendOctets& send) {
        line("send " + counted(send.octets.size(), "octet", "octets") + " as they are" + how(send.delivery));
        auto const from = stream_octets_ + 1;
        add(send.octets);
        text_ += hex_block(inner_ + 2, send.octets);
        if (!send.octets.empty()) text_ += position(from);
    }
    void operator()(const Barrier& barrier) {
        barriers_ = true;
        plain(barrier);
    }
    void operator()(const Expect& expect) {
        if (expect.any_of.empty()) return line("expect what the forecast below allows, and nothing else");
        line("expect one of");
        text_ += outcomes(expect, inner_ + 2);
    }
    void operator()(const ClosingHandshake& closing) {
        plain(closing);
        frames({close_frame(closing.code)});
    }
    void operator()(const HalfClose& half_close) {
        half_closed_ = true;
        plain(half_close);
    }
    /// TLS ends the connection, not what stands above it: for the forecast, that is a direction of ours that ended.
    void operator()(const SendBelowTls& step) {
        half_closed_ = true;
        plain(step);
    }
    void operator()(const CutOffTls& step) {
        half_closed_ = true;
        plain(step);
    }
    void operator()(const Renegotiate& step) { plain(step); }
    void operator()(const Repeat& repeat) {
        line(counted(repeat.times, "time", "times") + ":");
        Teller once(tester_);
        once.stream_octets_ = stream_octets_;
        once.tell(repeat.script, inner_ + 2);
        text_ += once.text_;
        barriers_ = barriers_ || once.barriers_;
        half_closed_ = half_closed_ || once.half_closed_;
        for (std::size_t i = 0; i < repeat.times && !too_long_; ++i) add(once.stream_);
        stream_octets_ = too_long_ ? stream_octets_ : stream_.size();
    }
    void operator()(const Await& step) { plain(step); }
    void operator()(const AwaitEnding& step) { plain(step); }
    void operator()(const StopReading& step) { plain(step); }
    void operator()(const ResumeReading& step) { plain(step); }
    void operator()(const Abort& step) { plain(step); }
    void operator()(const Flood& step) { plain(step); }
    void operator()(const Crowd& step) { plain(step); }
    /// They come back before anything else happens: nothing behind them depends on them.
    void operator()(const RoundTrips& step) { plain(step); }

private:
    void line(std::string_view text) { text_ += begin_ + wrapped(text, inner_, width) + "\n"; }
    template <class Action>
    void plain(const Action& action) {
        line(shown(describe(Step{action})));
    }
    static std::string how(const Delivery& delivery) {
        return delivery == Delivery{} ? "" : " (" + shown(describe(delivery), 300) + ")";
    }
    /// In the words of describe(), behind its "open the connection".
    static std::string tls_of(const Open& open) {
        constexpr std::string_view begin = "open the connection";
        return describe(Step{Open{.handshake = {}, .delivery = {}, .tls = open.tls}}).substr(begin.size());
    }

    void add(OctetView octets) {
        stream_octets_ += octets.size();
        if (stream_.size() + octets.size() > longest_forecast) too_long_ = true;
        if (!too_long_) append(stream_, octets);
    }

    std::string position(std::uint64_t from) const {
        return std::string(inner_ + 2, ' ') +
               (from == stream_octets_ ? fmt::format("octet {} of our stream\n", from)
                                       : fmt::format("octets {} to {} of our stream\n", from, stream_octets_));
    }

    void frames(const std::vector<Frame>& list) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            Octets const octets = wire(list[i], tester_, example_key);
            auto const from = stream_octets_ + 1;
            add(octets);
            if (i >= shown_frames) continue;
            std::size_t const indent = inner_ + 2;
            if (list.size() > 1)
                text_ += std::string(indent, ' ') +
                         wrapped(fmt::format("{}: {}", i + 1, shown(describe(list[i]))), indent, width) + "\n";
            text_ += frame_octets(octets, indent);
            text_ += position(from);
        }
        if (list.size() > shown_frames)
            text_ += indented(inner_ + 2, "and " + counted(list.size() - shown_frames, "more frame", "more frames"));
    }

    Role tester_;
    std::string text_;
    std::string begin_;
    std::size_t inner_ = 0;
    Octets stream_;
    std::uint64_t stream_octets_ = 0;
    bool half_closed_ = false;
    bool silent_ = false;
    bool barriers_ = false;
    bool too_long_ = false;
};

/// What the forecast makes of the stream, without a look at what the author expects.
std::string owed(const Teller& teller, const Script& script, Role tester) {
    if (teller.stream().empty()) return "";
    std::string out = "\nWhat the forecast says\n";
    if (teller.too_long()) return out + indented(2, "The stream is too long to be shown here.");
    TargetProfile profile;
    profile.role = other(tester);
    profile.deflate = agreement_over(script, profile.role);
    profile.proven_message = std::max<std::uint64_t>(profile.proven_message, largest_message(script));
    Forecast made = forecast(profile, teller.stream());
    made.half_closed = teller.half_closed();
    made.silent = teller.silent();
    std::string text = fmt::format(
        "Of {} in our stream{}, a {} that {}echoes owes: {}.", counted(teller.stream().size(), "octet", "octets"),
        teller.barriers() ? ", the pings of barriers not counted" : "", to_string(profile.role),
        profile.deflate ? "agrees to permessage-deflate and " : "", shown(describe_owed(made)));
    out += indented(2, text);
    for (std::size_t i = 1; i < made.readings.size(); ++i) {
        const Reading& reading = made.readings[i];
        Forecast only = made;
        only.readings = {reading};
        out += indented(2, fmt::format("Another reading, {}{}: {}. It owes: {}.", to_string(reading.grade),
                                       reading.requirement.empty() ? "" : " (" + reading.requirement + ")",
                                       shown(reading.why), shown(describe_owed(only))));
    }
    return out;
}

}  // namespace

std::string explain(const Case& one, Role tester) {
    std::string out = wrapped(one.id + " " + shown(one.title), one.id.size() + 1, width) + "\n";
    std::string const group = group_of(one.id);
    auto const title = group_title(one.id);
    out += row("Group", title.empty() ? group : fmt::format("{}, {}", group, title));
    out += row("Autobahn", one.autobahn ? "has this case under this id" : "does not have this case");
    out += row("Target", target_text(one.target));
    auto const needs = needs_of(one.needs);
    out += row("Needs", needs.empty() ? "nothing" : joined(needs, ", "));
    if (one.url) {
        bool const tls = includes(one.needs, Need::tls);
        out += row("URL", shown(url_at(*one.url, {.tls = tls, .host = "127.0.0.1", .port = 9001})) +
                              ", if the port of this case is 9001: the client has to be started by --spawn, with "
                              "{case_url}");
        out += row("Allowed", shown(describe(*one.url), 1000));
    }
    if (one.may_hurt) out += row("Permission", "--allow-dos: it may hurt a target that others use");
    if (one.holding)
        out += row("Memory", fmt::format("with --spawn or --pid: non-strict from {} octets held for each that was sent",
                                         one.holding->ratio));
    if (one.idling) out += row("CPU time", "with --spawn or --pid: non-strict from a fifth of what the case takes");
    if (one.growth) out += row("Time", "by the " + shown(one.growth->of) + ": non-strict if it grows much faster");
    if (!one.note.empty()) out += row("Note", shown(one.note));

    out += "\nRequirements\n";
    for (const auto& id : one.covers) {
        const Requirement* const statement = find_requirement(id);
        if (statement == nullptr) {
            out += indented(2, shown(id, 40) + ": not in the catalogue");
            continue;
        }
        out += indented(
            2, fmt::format(
                   "{}: {}, binds {}", id, citation(id),
                   statement->bound == Bound::both ? "both ends" : "the " + std::string(to_string(statement->bound))));
        out += indented(4, shown(statement->statement));
    }

    std::vector<const Script*> scripts{&one.script};
    for (const auto& variant : one.variants) scripts.push_back(&variant);
    if (scripts.size() > 1)
        out += "\n" +
               indented(0, fmt::format("The case has {} scripts, each on a connection of its own; the worst counts.",
                                       scripts.size()));
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        Teller teller(tester);
        teller.tell(*scripts[i]);
        out += scripts.size() == 1 ? "\nScript\n" : fmt::format("\nScript {} of {}\n", i + 1, scripts.size());
        out += teller.take_text();
        out += owed(teller, *scripts[i], tester);
    }
    if (one.alive_afterwards && tester == Role::client)
        out += "\n" + indented(0,
                               "Behind it a fresh connection has to open and to send a message back, else the case "
                               "fails.");
    if (tester == Role::client)
        out += "\n" + indented(0, fmt::format("{} stands for the masking key, which is fresh for every frame of a run "
                                              "unless the frame names one.",
                                              to_hex(example_key)));
    return out;
}

std::string list_line(const Case& one) {
    std::vector<std::string> marks;
    if (one.target == Target::server) marks.emplace_back("servers only");
    if (one.target == Target::client) marks.emplace_back("clients only");
    auto const needs = needs_of(one.needs);
    if (!needs.empty()) marks.push_back("needs " + joined(needs, " and "));
    if (one.may_hurt) marks.emplace_back("--allow-dos");
    if (one.url) marks.emplace_back("needs --spawn with {case_url}");
    return fmt::format("{:<9} {}{}", one.id, shown(one.title), marks.empty() ? "" : "  [" + joined(marks, "; ") + "]");
}

std::string catalogue_json() {
    using Json = nlohmann::ordered_json;
    Json out = Json::array();
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            out.push_back(Json{{"id", one.id},
                               {"title", one.title},
                               {"group", group.number},
                               {"group_title", group.title},
                               {"target", target_name(one.target)},
                               {"needs", needs_of(one.needs)},
                               {"requirements", one.covers},
                               {"autobahn", one.autobahn},
                               {"alive_afterwards", one.alive_afterwards},
                               {"may_hurt", one.may_hurt},
                               {"note", one.note}});
    return out.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace wsspec
