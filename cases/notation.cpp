#include "cases/notation.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "reference/close_code.h"

namespace wsspec {

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string hex_number(std::uint64_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[value & 0xf]);
        value >>= 4;
    } while (value != 0);
    return "0x" + digits;
}

std::string octet_number(Octet octet) {
    std::string const digits = hex_number(octet).substr(2);
    return (digits.size() == 1 ? "0x0" : "0x") + digits;
}

template <class Range, class Write>
std::string list(const Range& range, const Write& write) {
    std::string out = "{";
    for (const auto& element : range) out += (out.size() == 1 ? "" : ", ") + write(element);
    return out + "}";
}

std::string one_or_list(const std::vector<Frame>& frames) {
    auto const write = [](const Frame& frame) { return notation(frame); };
    return frames.size() == 1 ? write(frames.front()) : list(frames, write);
}

bool is_readable(OctetView octets) {
    return std::ranges::all_of(octets, [](Octet o) { return o >= 0x20 && o < 0x7f; });
}

/// What stands between the parentheses of a builder that takes text as well.
std::string payload_of(OctetView payload) {
    constexpr std::size_t worth_folding = 16;
    if (payload.size() >= worth_folding &&
        std::ranges::all_of(payload, [&](Octet octet) { return octet == payload.front(); }))
        return "repeated(" + octet_number(payload.front()) + ", " + number(payload.size()) + ")";
    if (is_readable(payload)) return literal_of(as_text(payload));
    return "hex(\"" + to_hex(payload) + "\")";
}

std::string octets_of(OctetView payload) {
    std::string const text = payload_of(payload);
    if (payload.empty()) return "";
    return text.starts_with('"') ? "octets(" + text + ")" : text;
}

std::string base_of(const Frame& frame) {
    const auto& payload = frame.payload;
    std::string const readable = payload.empty() ? "" : payload_of(payload);
    switch (frame.opcode) {
        case Opcode::text:
            return "text(" + payload_of(payload) + ")";
        case Opcode::continuation:
            return "continuation(" + payload_of(payload) + ")";
        case Opcode::binary:
            return payload.empty() ? "binary({})" : "binary(" + octets_of(payload) + ")";
        case Opcode::ping:
            return "ping(" + readable + ")";
        case Opcode::pong:
            return "pong(" + readable + ")";
        case Opcode::close:
            if (payload.empty()) return "close_frame()";
            if (payload.size() >= 2) {
                std::string const code = number(static_cast<unsigned>(payload[0] << 8 | payload[1]));
                auto const reason = as_text(OctetView(payload).subspan(2));
                return "close_frame(" + code + (reason.empty() ? "" : ", " + literal_of(reason)) + ")";
            }
            break;
        default:
            break;
    }
    std::string out = "frame(" + hex_number(static_cast<Octet>(frame.opcode));
    if (!payload.empty()) out += ", " + octets_of(payload);
    return out + ")";
}

std::string grade_of(const Outcome& outcome, Grade usual) {
    if (outcome.grade == usual) return "";
    switch (outcome.grade) {
        case Grade::pass:
            return "";
        case Grade::informational:
            return ".informational()";
        case Grade::non_strict:
            return ".non_strict()";
        case Grade::fail:
            return ".is_fail()";
    }
    return "";
}

std::string codes_of(const std::vector<unsigned>& codes) {
    if (codes.size() == 1) return number(codes.front());
    return list(codes, [](unsigned code) { return number(code); });
}

std::string frames_of(const std::vector<Frame>& frames) {
    return list(frames, [](const Frame& frame) { return notation(frame); });
}

/// The name of a field line, as drop() and replace_line() look for it; empty if it has none.
std::string_view name_of(std::string_view line) {
    std::string_view const name = line.substr(0, std::min(line.find(':'), line.size()));
    return name.substr(0, name.find_last_not_of(" \t") + 1);
}

/// The edits of the fluent members that make the fields of `made` out of those of `base`; nothing if they cannot.
std::string edits(Handshake base, const Handshake& made) {
    std::string out;
    if (made.start_line != base.start_line) out += ".with_request_line(" + literal_of(made.start_line) + ")";
    // Lines that are gone.
    for (const auto& line : std::vector<std::string>(base.fields)) {
        auto const name = name_of(line);
        bool const kept = std::ranges::any_of(
            made.fields, [&](const auto& other) { return other == line || name_of(other) == name; });
        if (kept) continue;
        base = base.drop(name);
        out += ".drop(" + literal_of(name) + ")";
    }
    // Lines that are written otherwise, in their places.
    for (std::size_t i = 0; i < base.fields.size() && i < made.fields.size(); ++i) {
        auto const name = std::string(name_of(base.fields[i]));
        if (base.fields[i] == made.fields[i] || name_of(made.fields[i]) != name) continue;
        Handshake const changed = base.replace_line(name, made.fields[i]);
        if (changed.fields.size() != base.fields.size()) break;
        base = changed;
        out += ".replace_line(" + literal_of(name) + ", " + literal_of(made.fields[i]) + ")";
    }
    if (base.fields.size() > made.fields.size() ||
        !std::ranges::equal(base.fields, std::span(made.fields).first(base.fields.size())))
        return {};
    for (std::size_t i = base.fields.size(); i < made.fields.size(); ++i)
        out += ".add_line(" + literal_of(made.fields[i]) + ")";
    if (made.line_end != base.line_end) out += ".with_line_end(" + literal_of(made.line_end) + ")";
    if (!made.before.empty()) out += ".preceded_by(" + literal_of(made.before) + ")";
    if (!made.after.empty()) out += ".followed_by(" + literal_of(made.after) + ")";
    if (!made.complete) out += ".unfinished()";
    if (!made.early.empty()) out += ".with_early(" + frames_of(made.early) + ")";
    return out;
}

std::string_view content_name(Content::Kind kind) {
    switch (kind) {
        case Content::Kind::pattern:
            return "pattern";
        case Content::Kind::json:
            return "json";
        case Content::Kind::photo:
            return "photo";
        case Content::Kind::prose:
            return "prose";
        case Content::Kind::html:
            return "html";
        case Content::Kind::document:
            return "document";
    }
    return "";
}

std::string members_of(const RoundTrips& trips) {
    std::string out;
    auto const member = [&](const std::string& name, const std::string& value) {
        out += (out.empty() ? "." : ", .") + name + " = " + value;
    };
    if (trips.content.kind != Content::Kind::pattern)
        member("content", "{.kind = Content::Kind::" + std::string(content_name(trips.content.kind)) + "}");
    else if (!trips.content.pattern.empty())
        member("content", "{.pattern = " + octets_of(trips.content.pattern) + "}");
    if (trips.opcode == Opcode::text) member("opcode", "Opcode::text");
    if (trips.size != 0) member("size", number(trips.size));
    if (trips.count != 1) member("count", number(trips.count));
    if (trips.fragment != 0) member("fragment", number(trips.fragment));
    if (trips.write_size != 0) member("write_size", number(trips.write_size));
    if (trips.in_flight != 1) member("in_flight", number(trips.in_flight));
    if (trips.compressed) member("compressed", "true");
    constexpr std::string_view limits[] = {"none", "at", "above", "far_above"};
    if (trips.limit != RoundTrips::Limit::none)
        member("limit", "RoundTrips::Limit::" + std::string(limits[static_cast<std::size_t>(trips.limit)]));
    return out;
}

std::string with_delivery(const Delivery& delivery) { return delivery == Delivery{} ? "" : ", " + notation(delivery); }

std::string members_of(const Tls& tls) {
    std::string out;
    auto const member = [&](std::string_view name, std::string_view value) {
        out += (out.empty() ? "." : ", .") + std::string(name) + " = " + std::string(value);
    };
    switch (tls.version) {
        case TlsVersion::any:
            break;
        case TlsVersion::tls1_0:
            member("version", "TlsVersion::tls1_0");
            break;
        case TlsVersion::tls1_1:
            member("version", "TlsVersion::tls1_1");
            break;
        case TlsVersion::tls1_2:
            member("version", "TlsVersion::tls1_2");
            break;
        case TlsVersion::tls1_3:
            member("version", "TlsVersion::tls1_3");
            break;
    }
    if (tls.name == Tls::Name::none) member("name", "Tls::Name::none");
    if (tls.name == Tls::Name::unknown) member("name", "Tls::Name::unknown");
    if (!tls.spoken) member("spoken", "false");
    switch (tls.certificate) {
        case Tls::Certificate::good:
            break;
        case Tls::Certificate::self_signed:
            member("certificate", "Tls::Certificate::self_signed");
            break;
        case Tls::Certificate::expired:
            member("certificate", "Tls::Certificate::expired");
            break;
        case Tls::Certificate::other_name:
            member("certificate", "Tls::Certificate::other_name");
            break;
    }
    return out;
}

std::string pieces_of(const Delivery& delivery) {
    switch (delivery.how) {
        case Delivery::How::together:
            return "together()";
        case Delivery::How::per_frame:
            return "per_frame()";
        case Delivery::How::chopped:
            return "chopped(" + number(delivery.size) + ")";
        case Delivery::How::cut:
            return "cut_at(" + list(delivery.cuts, [](std::size_t at) { return number(at); }) + ")";
    }
    return "";
}

/// For what has no builder.
std::string members_of(const Delivery& delivery) {
    constexpr std::string_view hows[] = {"together", "per_frame", "chopped", "cut"};
    constexpr std::string_view records[] = {"one_a_write", "joined", "cut"};
    std::string out = ".how = Delivery::How::" + std::string(hows[static_cast<std::size_t>(delivery.how)]);
    if (delivery.size != 0) out += ", .size = " + number(delivery.size);
    if (!delivery.cuts.empty()) out += ", .cuts = " + list(delivery.cuts, [](std::size_t at) { return number(at); });
    if (delivery.records != Delivery::Records::one_a_write)
        out += ", .records = Delivery::Records::" + std::string(records[static_cast<std::size_t>(delivery.records)]);
    if (delivery.close_notify) out += ", .close_notify = true";
    if (delivery.broken_off) out += ", .broken_off = true";
    return out;
}

std::string needs_of(Need needs) {
    constexpr std::pair<Need, std::string_view> names[] = {{Need::echo, "Need::echo"},
                                                           {Need::subprotocol, "Need::subprotocol"},
                                                           {Need::deflate, "Need::deflate"},
                                                           {Need::client_takeover, "Need::client_takeover"},
                                                           {Need::client_window, "Need::client_window"},
                                                           {Need::tls, "Need::tls"}};
    std::string out;
    for (const auto& [need, name] : names)
        if (includes(needs, need)) out += (out.empty() ? "" : " | ") + std::string(name);
    return out;
}

}  // namespace

std::string literal_of(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        auto const octet = static_cast<Octet>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (octet >= 0x20 && octet < 0x7f) {
            // Two question marks may begin a trigraph.
            if (c == '?' && out.ends_with('?')) out += '\\';
            out += c;
        } else {
            // Three digits are all that an octal escape takes, whatever follows.
            out += '\\';
            for (int const shift : {6, 3, 0}) out += static_cast<char>('0' + ((octet >> shift) & 7));
        }
    }
    out += '"';
    // The compiler would take a NUL for the end.
    return text.find('\0') == text.npos ? out : "std::string(" + out + ", " + number(text.size()) + ")";
}

std::string notation(const Frame& frame) {
    std::string out = base_of(frame);
    if (!frame.fin) out += ".more()";
    if (frame.rsv == rsv1) {
        out += ".with_rsv(rsv1)";
    } else if (frame.rsv != 0) {
        out += ".with_rsv(" + number(frame.rsv) + ")";
    }
    if (frame.mask_bit == MaskBit::wrong_for_role) out += ".wrongly_masked()";
    if (frame.key) out += ".with_key(" + list(*frame.key, octet_number) + ")";
    switch (frame.length_form) {
        case LengthForm::minimal:
            break;
        case LengthForm::seven_bits:
            out += ".in_form(LengthForm::seven_bits)";
            break;
        case LengthForm::sixteen_bits:
            out += ".in_form(LengthForm::sixteen_bits)";
            break;
        case LengthForm::sixtyfour_bits:
            out += ".in_form(LengthForm::sixtyfour_bits)";
            break;
    }
    if (frame.claimed_length) {
        bool const large = *frame.claimed_length > 0xffff;
        out += ".claiming(" + (large ? hex_number(*frame.claimed_length) : number(*frame.claimed_length)) + ")";
    }
    return out;
}

std::string notation(const Handshake& handshake) {
    bool const answer = handshake.start_line.starts_with("HTTP/");
    Handshake const base = answer ? acceptance() : Handshake{};
    std::string const name = answer ? "acceptance()" : "Handshake{}";
    if (handshake == base) return name;
    if (std::string const edited = edits(base, handshake); !edited.empty()) return name + edited;
    Handshake const usual;
    std::string out = "Handshake{.start_line = " + literal_of(handshake.start_line) +
                      ", .fields = " + list(handshake.fields, [](const auto& line) { return literal_of(line); });
    if (handshake.line_end != usual.line_end) out += ", .line_end = " + literal_of(handshake.line_end);
    if (handshake.filler != usual.filler)
        out += ", .filler = {.begin = " + literal_of(handshake.filler.begin) +
               ", .pattern = " + literal_of(handshake.filler.pattern) + ", .count = " + number(handshake.filler.count) +
               (handshake.filler.end.empty() ? "" : ", .end = " + literal_of(handshake.filler.end)) + "}";
    if (!handshake.complete) out += ", .complete = false";
    if (!handshake.before.empty()) out += ", .before = " + literal_of(handshake.before);
    if (!handshake.after.empty()) out += ", .after = " + literal_of(handshake.after);
    if (!handshake.early.empty()) out += ", .early = " + frames_of(handshake.early);
    return out + "}";
}

std::string notation(const Delivery& delivery) {
    if (delivery.close_notify || delivery.broken_off) return "Delivery{" + members_of(delivery) + "}";
    switch (delivery.records) {
        case Delivery::Records::one_a_write:
            return pieces_of(delivery);
        case Delivery::Records::joined:
            return "in_one_segment(" + pieces_of(delivery) + ")";
        case Delivery::Records::cut:
            return "across_records(" + pieces_of(delivery) + ")";
    }
    return "";
}

std::string notation(const Outcome& outcome) {
    auto const base = [&]() -> std::string {
        switch (outcome.kind) {
            case Outcome::Kind::opens:
                return "opens()";
            case Outcome::Kind::refuses:
                return outcome.codes.empty() ? "refuses_with_any_status()" : "refuses(" + codes_of(outcome.codes) + ")";
            case Outcome::Kind::receives:
                return "receives(" + one_or_list(outcome.frames) + ")";
            case Outcome::Kind::fails:
                return "fails(" + codes_of(outcome.codes) + ")";
            case Outcome::Kind::closes:
                return "closes(" + codes_of(outcome.codes) + ")";
            case Outcome::Kind::waits:
                return "waits()";
            case Outcome::Kind::drops:
                return "drops()";
            case Outcome::Kind::anything:
                return "anything()";
            case Outcome::Kind::refuses_tls:
                return "refuses_tls()";
        }
        return "";
    };
    std::string out = base();
    if (outcome.kind != Outcome::Kind::receives && !outcome.frames.empty())
        out += ".after(" + frames_of(outcome.frames) + ")";
    if (outcome.notified) out += ".with_close_notify()";
    out += grade_of(outcome, Grade::pass);
    if (!outcome.before_mark.empty()) out += ".before(" + literal_of(outcome.before_mark) + ")";
    return out;
}

std::string notation(const Step& step) {
    struct Writer {
        std::string operator()(const Open& open) const {
            if (open.silent && !open.answer && open.tls == Tls{} && open.delivery == Delivery{})
                return open.handshake == Handshake{} ? "open_silently()"
                                                     : "open_silently(" + notation(open.handshake) + ")";
            if (open.tls != Tls{} || open.silent) {
                std::string const tls = members_of(open.tls);
                if (!open.silent && !open.answer && open.handshake == Handshake{})
                    return "open_over({" + tls + "}" + with_delivery(open.delivery) + ")";
                return "Step{Open{.handshake = " + notation(open.handshake) +
                       ", .delivery = " + notation(open.delivery) +
                       (open.answer ? ", .answer = " + notation(*open.answer) : "") + ", .tls = {" + tls + "}" +
                       (open.silent ? ", .silent = true" : "") + "}}";
            }
            if (open.answer) return "answer_with(" + notation(*open.answer) + with_delivery(open.delivery) + ")";
            bool const plain = open.handshake == Handshake{} && open.delivery == Delivery{};
            return plain ? "open()" : "open(" + notation(open.handshake) + with_delivery(open.delivery) + ")";
        }
        std::string operator()(const Send& send) const {
            return "send(" + one_or_list(send.frames) + with_delivery(send.delivery) + ")";
        }
        std::string operator()(const SendOctets& send) const {
            return "send_octets(" + (send.octets.empty() ? "{}" : octets_of(send.octets)) +
                   with_delivery(send.delivery) + ")";
        }
        std::string operator()(const Barrier& barrier) const { return "barrier(" + literal_of(barrier.name) + ")"; }
        std::string operator()(const Await& await) const { return "await(" + literal_of(await.name) + ")"; }
        std::string operator()(const AwaitEnding& await) const {
            return await.what == AwaitEnding::What::close ? "await_close()" : "await_end_of_tcp()";
        }
        std::string operator()(const Flood& flood) const {
            std::string out;
            if (!flood.first.empty()) out += ".first = " + frames_of(flood.first) + ", ";
            out += ".frames = " + frames_of(flood.frames);
            if (flood.count != 1) out += ", .count = " + number(flood.count);
            if (!flood.last.empty()) out += ", .last = " + frames_of(flood.last);
            if (flood.echoes) out += ", .echoes = true";
            return "flood({" + out + "})";
        }
        std::string operator()(const Crowd& crowd) const {
            constexpr std::string_view requests[] = {"whole", "part", "one_more_each"};
            constexpr std::string_view endings[] = {"stay", "fin", "reset"};
            std::string out = ".connections = " + number(crowd.connections);
            if (crowd.request != Crowd::Request::whole)
                out += ", .request = Crowd::Request::" + std::string(requests[static_cast<std::size_t>(crowd.request)]);
            if (crowd.octets != 0) out += ", .octets = " + number(crowd.octets);
            if (!crowd.frames.empty()) out += ", .frames = " + frames_of(crowd.frames);
            if (crowd.rounds != 1) out += ", .rounds = " + number(crowd.rounds);
            if (crowd.ending != Crowd::Ending::stay)
                out += ", .ending = Crowd::Ending::" + std::string(endings[static_cast<std::size_t>(crowd.ending)]);
            return "crowd({" + out + "})";
        }
        std::string operator()(const StopReading&) const { return "stop_reading()"; }
        std::string operator()(const ResumeReading&) const { return "resume_reading()"; }
        std::string operator()(const HalfClose&) const { return "half_close()"; }
        std::string operator()(const Abort&) const { return "abort_connection()"; }
        std::string operator()(const CutOffTls&) const { return "cut_off_tls()"; }
        std::string operator()(const Renegotiate&) const { return "renegotiate()"; }
        std::string operator()(const SendBelowTls& send) const {
            return "send_below_tls(" + (send.octets.empty() ? "{}" : octets_of(send.octets)) + ")";
        }
        std::string operator()(const Repeat& repeat) const {
            return "repeat(" + number(repeat.times) + ", " +
                   list(repeat.script, [](const Step& step) { return notation(step); }) + ")";
        }
        std::string operator()(const Expect& expect) const {
            auto const write = [](const Outcome& outcome) { return notation(outcome); };
            return "expect(" + (expect.any_of.size() == 1 ? write(expect.any_of.front()) : list(expect.any_of, write)) +
                   ")";
        }
        std::string operator()(const ClosingHandshake& closing) const {
            return "closing_handshake(" + (closing.code == 1000 ? "" : number(closing.code)) + ")";
        }
        std::string operator()(const RoundTrips& trips) const { return "round_trips({" + members_of(trips) + "})"; }
    };
    return std::visit(Writer{}, step.action);
}

std::string notation(const Script& script, std::size_t indent) {
    std::string out = "{";
    for (const auto& step : script)
        out += (out.size() == 1 ? "" : ",\n" + std::string(indent + 1, ' ')) + notation(step);
    return out + "}";
}

std::string notation(const Case& one) {
    std::string out = "add({.id = " + literal_of(one.id) + ",\n     .title = " + literal_of(one.title);
    if (one.target == Target::server) out += ",\n     .target = Target::server";
    if (one.target == Target::client) out += ",\n     .target = Target::client";
    if (!one.covers.empty())
        out += ",\n     .covers = " + list(one.covers, [](const auto& id) { return literal_of(id); });
    if (std::string const needs = needs_of(one.needs); !needs.empty()) out += ",\n     .needs = " + needs;
    constexpr std::string_view script = "     .script = ";
    return out + ",\n" + std::string(script) + notation(one.script, script.size()) + "});\n";
}

}  // namespace wsspec
