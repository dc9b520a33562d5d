#include "cases/describe.h"

#include <algorithm>
#include <utility>

#include "reference/close_code.h"

namespace wsspec {

namespace {

constexpr std::size_t shown_octets = 32;

std::string joined(std::string_view between, const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts) {
        if (!out.empty()) out += between;
        out += part;
    }
    return out;
}

std::string octets_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " octet" : " octets"); }

std::string payload_text(OctetView payload) {
    if (payload.empty()) return "empty";
    std::string out = octets_text(payload.size()) + " ";
    bool const readable = std::ranges::all_of(payload, [](Octet o) { return o >= 0x20 && o < 0x7f; });
    if (readable) return out + '"' + printable(as_text(payload), shown_octets) + '"';
    return out + to_hex(payload, shown_octets);
}

std::string code_text(unsigned code) {
    if (code == 0 || code == 1005) return "without a body";
    auto const name = close_code_name(static_cast<std::uint16_t>(code));
    return std::to_string(code) + (name.empty() ? "" : " (" + std::string(name) + ")");
}

std::string codes_text(const std::vector<unsigned>& codes) {
    std::vector<std::string> parts;
    for (unsigned const code : codes) parts.push_back(code_text(code));
    return joined(" or ", parts);
}

std::string content_text(const Content& content) {
    switch (content.kind) {
        case Content::Kind::pattern:
            return payload_text(content.pattern) + " over and over";
        case Content::Kind::json:
            return "JSON";
        case Content::Kind::photo:
            return "a grey picture";
        case Content::Kind::prose:
            return "German prose";
        case Content::Kind::html:
            return "HTML";
        case Content::Kind::document:
            return "a document with pictures";
    }
    return "";
}

std::string bare(const Outcome& outcome) {
    std::vector<std::string> frames;
    // Of many: their beginning and the last.
    constexpr std::size_t shown = 8;
    std::size_t const count = outcome.frames.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (count > shown && i == shown - 1) {
            frames.push_back(std::to_string(count - shown) + " more");
            i = count - 1;
        }
        frames.push_back(describe(outcome.frames[i]));
    }
    std::string const list = joined(", then ", frames);
    std::string const first = list.empty() ? "" : "(perhaps " + list + ", then) ";
    switch (outcome.kind) {
        case Outcome::Kind::opens:
            return "101 and an open connection";
        case Outcome::Kind::refuses: {
            if (outcome.codes.empty()) return "an HTTP status other than 101";
            std::vector<std::string> parts;
            for (unsigned const status : outcome.codes) parts.push_back(std::to_string(status));
            return "HTTP status " + joined(" or ", parts);
        }
        case Outcome::Kind::receives:
            return list.empty() ? "nothing" : list;
        case Outcome::Kind::fails:
            return first + "the connection failed with Close " + codes_text(outcome.codes);
        case Outcome::Kind::closes:
            return first + "Close " + codes_text(outcome.codes) + " in answer, then " +
                   (outcome.notified ? "close_notify and the end of TCP" : "the end of TCP");
        case Outcome::Kind::waits:
            return "nothing, until the deadline";
        case Outcome::Kind::drops:
            return first + "the connection dropped without a word";
        case Outcome::Kind::anything:
            return "any reaction";
        case Outcome::Kind::refuses_tls:
            return "a TLS handshake that fails";
    }
    return "";
}

std::string tls_text(const Tls& tls) {
    if (!tls.spoken) return " in clear, where TLS is expected";
    std::string out;
    auto const add = [&](std::string_view what) { out += (out.empty() ? " over TLS, " : ", ") + std::string(what); };
    switch (tls.version) {
        case TlsVersion::any:
            break;
        case TlsVersion::tls1_0:
            add("offering version 1.0 only");
            break;
        case TlsVersion::tls1_1:
            add("offering version 1.1 only");
            break;
        case TlsVersion::tls1_2:
            add("offering version 1.2 only");
            break;
        case TlsVersion::tls1_3:
            add("offering version 1.3 only");
            break;
    }
    if (tls.name == Tls::Name::none) add("without a server name");
    if (tls.name == Tls::Name::unknown) add("with a server name that nobody has");
    switch (tls.certificate) {
        case Tls::Certificate::good:
            break;
        case Tls::Certificate::self_signed:
            add("with a certificate that nobody has signed");
            break;
        case Tls::Certificate::expired:
            add("with a certificate that has expired");
            break;
        case Tls::Certificate::other_name:
            add("with the certificate of another host");
            break;
    }
    return out;
}

}  // namespace

std::string_view to_string(Grade grade) {
    switch (grade) {
        case Grade::pass:
            return "pass";
        case Grade::informational:
            return "informational";
        case Grade::non_strict:
            return "non-strict";
        case Grade::fail:
            return "fail";
    }
    return "";
}

std::string describe(const Frame& frame) {
    std::string out(to_string(frame.opcode));
    if (frame.opcode == Opcode::close && frame.payload.size() >= 2) {
        auto const code = static_cast<unsigned>(frame.payload[0] << 8 | frame.payload[1]);
        // Those that stand for a missing body are on the wire here.
        out += " " + (code == 0 || code == 1005 ? std::to_string(code) : code_text(code));
        if (frame.payload.size() > 2) out += ", reason of " + payload_text(OctetView(frame.payload).subspan(2));
    } else {
        out += ", " + payload_text(frame.payload);
    }
    if (!frame.fin) out += ", FIN = 0";
    if (frame.rsv != 0) {
        out += ",";
        if ((frame.rsv & rsv1) != 0) out += " RSV1";
        if ((frame.rsv & rsv2) != 0) out += " RSV2";
        if ((frame.rsv & rsv3) != 0) out += " RSV3";
        out += " set";
    }
    if (frame.mask_bit == MaskBit::wrong_for_role) out += ", mask bit wrong for the sender";
    if (frame.key) out += ", masking key " + to_hex(*frame.key);
    switch (frame.length_form) {
        case LengthForm::minimal:
            break;
        case LengthForm::seven_bits:
            out += ", length in 7 bits";
            break;
        case LengthForm::sixteen_bits:
            out += ", length in 16 bits";
            break;
        case LengthForm::sixtyfour_bits:
            out += ", length in 64 bits";
            break;
    }
    if (frame.claimed_length) out += ", claiming " + std::to_string(*frame.claimed_length) + " octets";
    return out;
}

std::string describe(const Outcome& outcome) {
    std::string out = bare(outcome);
    if (!outcome.before_mark.empty()) out += " before \"" + outcome.before_mark + "\" (later: non-strict)";
    if (outcome.grade != Grade::pass) out += " [" + std::string(to_string(outcome.grade)) + "]";
    return out;
}

std::string describe(const Expect& expect) {
    if (expect.any_of.empty()) return "what the forecast allows";
    std::vector<std::string> parts;
    for (const auto& outcome : expect.any_of) parts.push_back(describe(outcome));
    return joined("; or ", parts);
}

namespace {

std::string pieces_text(const Delivery& delivery) {
    switch (delivery.how) {
        case Delivery::How::together:
            return "in one write";
        case Delivery::How::per_frame:
            return "one write a frame";
        case Delivery::How::chopped:
            return "in writes of " + octets_text(delivery.size);
        case Delivery::How::cut: {
            std::vector<std::string> parts;
            for (std::size_t const cut : delivery.cuts) parts.push_back(std::to_string(cut));
            return "cut behind octet " + joined(", ", parts);
        }
    }
    return "";
}

}  // namespace

std::string describe(const Delivery& delivery) {
    std::string out = pieces_text(delivery);
    switch (delivery.records) {
        case Delivery::Records::one_a_write:
            break;
        case Delivery::Records::joined:
            out += ", as TLS records that go to TCP in one write";
            break;
        case Delivery::Records::cut:
            out += ", counted in its TLS records";
            break;
    }
    if (delivery.close_notify) out += ", close_notify behind them";
    if (delivery.broken_off) out += ", the rest never sent";
    return out;
}

std::string describe(const Handshake::Filler& filler) {
    return "\"" + printable(filler.pattern, 40) + "\" " + std::to_string(filler.count) +
           " times behind the first line" +
           (filler.begin.empty() ? "" : " and \"" + printable(filler.begin, 40) + "\"");
}

std::string describe(const Step& step) {
    struct Describer {
        std::string operator()(const Open& open) const {
            if (open.answer)
                return "answer the opening handshake with \"" + printable(open.answer->start_line, 80) + "\" …" +
                       tls_text(open.tls) +
                       (open.answer->filler.count != 0 ? " with " + describe(open.answer->filler) : "") +
                       suffix(open.delivery);
            std::string out = open.handshake == Handshake{} ? "open the connection" + tls_text(open.tls)
                                                            : "send the opening handshake " + std::string("\"") +
                                                                  printable(open.handshake.start_line, 80) + "\" …";
            if (open.handshake.filler.count != 0) out += " with " + describe(open.handshake.filler);
            for (const auto& frame : open.handshake.early) out += " + " + describe(frame);
            if (open.silent) out += "; from here on answer nothing";
            return out + suffix(open.delivery);
        }
        std::string operator()(const Send& send) const {
            std::string out = "send ";
            if (send.frames.size() > 1) out += std::to_string(send.frames.size()) + " frames: ";
            constexpr std::size_t shown = 6;
            for (std::size_t i = 0; i < send.frames.size() && i < shown; ++i)
                out += (i == 0 ? "" : "; ") + describe(send.frames[i]);
            if (send.frames.size() > shown) out += "; …";
            return out + suffix(send.delivery);
        }
        std::string operator()(const SendOctets& send) const {
            return "send the octets " + to_hex(send.octets, shown_octets) + suffix(send.delivery);
        }
        std::string operator()(const Barrier& barrier) const {
            return "barrier \"" + barrier.name + "\": send a ping, wait for its pong, a Close or the end of TCP";
        }
        std::string operator()(const Await& await) const {
            return "await \"" + await.name + "\": give the target time to react";
        }
        std::string operator()(const AwaitEnding& await) const {
            return await.what == AwaitEnding::What::close ? "give the target time to send Close"
                                                          : "wait until the target ends TCP, and see how long it takes";
        }
        std::string operator()(const StopReading&) const { return "stop reading"; }
        std::string operator()(const ResumeReading&) const { return "read again"; }
        std::string operator()(const HalfClose&) const { return "end our direction of TCP"; }
        std::string operator()(const CutOffTls&) const { return "end our direction of TCP without close_notify"; }
        std::string operator()(const SendBelowTls& send) const {
            return "send the octets " + to_hex(send.octets, shown_octets) + " to TCP, below TLS";
        }
        std::string operator()(const Renegotiate&) const { return "ask for a new TLS handshake"; }
        std::string operator()(const Abort&) const { return "reset TCP"; }
        std::string operator()(const Repeat& repeat) const {
            std::vector<std::string> parts;
            for (const auto& inner : repeat.script) parts.push_back(describe(inner));
            return std::to_string(repeat.times) + " times: " + joined("; ", parts);
        }
        std::string operator()(const Expect& expect) const { return "expect " + describe(expect); }
        std::string operator()(const ClosingHandshake& closing) const {
            return "close with " + code_text(closing.code) + " and expect the closing handshake";
        }
        std::string operator()(const RoundTrips& trips) const {
            std::string out = "send ";
            if (trips.count != 1) out += "up to " + std::to_string(trips.count) + " messages, each ";
            out += std::string(to_string(trips.opcode)) + " of ";
            bool const text_of_corpus = trips.opcode == Opcode::text && trips.content.kind != Content::Kind::pattern;
            switch (trips.limit) {
                case RoundTrips::Limit::none:
                    out += text_of_corpus ? std::to_string(trips.size) + " characters" : octets_text(trips.size);
                    break;
                case RoundTrips::Limit::at:
                    out += "the largest size that the target takes";
                    break;
                case RoundTrips::Limit::above:
                    out += "one octet more than the target takes";
                    break;
                case RoundTrips::Limit::far_above:
                    out += "five times what the target takes, and more than 64 MiB, in fragments of half of it";
                    break;
            }
            out += " (" + content_text(trips.content) + ")";
            if (trips.compressed) out += ", compressed as agreed";
            if (trips.fragment != 0) out += ", in fragments of " + octets_text(trips.fragment);
            if (trips.write_size != 0) out += ", in writes of " + octets_text(trips.write_size);
            bool const above = trips.limit == RoundTrips::Limit::above || trips.limit == RoundTrips::Limit::far_above;
            out += above              ? "; it must not come back cut"
                   : trips.count == 1 ? "; expect it to come back"
                                      : "; expect each to come back";
            if (trips.in_flight > 1) out += ", up to " + std::to_string(trips.in_flight) + " under way at once";
            return out;
        }
        std::string operator()(const Flood& flood) const {
            std::string out = "send ";
            if (!flood.first.empty()) out += frames_text(flood.first) + ", then ";
            if (flood.count != 1) out += std::to_string(flood.count) + " times ";
            out += frames_text(flood.frames);
            if (!flood.last.empty()) out += ", then " + frames_text(flood.last);
            return out + (flood.echoes ? "; expect each message to come back" : "") +
                   "; then a ping: wait for its pong, a Close or the end of TCP";
        }
        std::string operator()(const Crowd& crowd) const {
            std::string out = std::to_string(crowd.connections) + " more connections, each with ";
            switch (crowd.request) {
                case Crowd::Request::whole:
                    out += "an opening handshake";
                    break;
                case Crowd::Request::part:
                    out += octets_text(crowd.octets) + " of an opening handshake";
                    break;
                case Crowd::Request::one_more_each:
                    out += "one octet more of an opening handshake than the one before";
                    break;
            }
            if (!crowd.frames.empty())
                out += ", then " + (crowd.rounds == 1 ? "" : std::to_string(crowd.rounds) + " times ") +
                       frames_text(crowd.frames);
            switch (crowd.ending) {
                case Crowd::Ending::stay:
                    return out + "; they stay open";
                case Crowd::Ending::fin:
                    return out + ", then the end of TCP";
                case Crowd::Ending::reset:
                    break;
            }
            return out + ", then a reset of TCP";
        }
        static std::string frames_text(const std::vector<Frame>& frames) {
            constexpr std::size_t shown = 3;
            std::string out;
            for (std::size_t i = 0; i < frames.size() && i < shown; ++i)
                out += (i == 0 ? "" : "; ") + describe(frames[i]);
            return out + (frames.size() > shown ? "; …" : "");
        }
        static std::string suffix(const Delivery& delivery) {
            return delivery == Delivery{} ? "" : " (" + describe(delivery) + ")";
        }
    };
    return std::visit(Describer{}, step.action);
}

std::string describe(const Seen& event) {
    switch (event.kind) {
        case Seen::Kind::message:
            return std::string(to_string(event.opcode)) + ", " + payload_text(event.payload);
        case Seen::Kind::ping:
            return "ping, " + payload_text(event.payload);
        case Seen::Kind::pong:
            return "pong, " + payload_text(event.payload);
        case Seen::Kind::close:
            return "Close " + code_text(event.code) +
                   (event.payload.empty() ? "" : ", reason of " + payload_text(event.payload));
        case Seen::Kind::violation:
            return "a breach of the protocol: " + std::string(event.violation->what);
        case Seen::Kind::flood:
            return "more than the tester keeps";
        case Seen::Kind::end_of_stream:
            return event.truncated ? "end of TCP (FIN) without close_notify" : "end of TCP (FIN)";
        case Seen::Kind::reset:
            return "TCP reset";
        case Seen::Kind::deadline:
            return "nothing more before the deadline";
    }
    return "";
}

std::string describe(std::span<const Seen> seen, std::size_t limit) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < seen.size();) {
        std::string const text = describe(seen[i]);
        std::size_t run = 1;
        while (i + run < seen.size() && describe(seen[i + run]) == text) ++run;
        parts.push_back(run == 1 ? text : std::to_string(run) + " × " + text);
        i += run;
    }
    if (parts.size() > limit) {
        std::size_t const left_out = parts.size() - limit;
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(limit) - 2, parts.end() - 2);
        parts.insert(parts.end() - 2, "… " + std::to_string(left_out) + " more …");
    }
    return parts.empty() ? "nothing" : joined("; ", parts);
}

std::string describe(const Opening& opening) {
    switch (opening.answer) {
        case Opening::Answer::opened:
            return "101, the connection is open";
        case Opening::Answer::refused:
            return "HTTP status " + std::to_string(opening.status);
        case Opening::Answer::garbage:
            return "octets that are no HTTP response";
        case Opening::Answer::dropped:
            return "the connection dropped without an HTTP response";
        case Opening::Answer::silent:
            return "no HTTP response before the deadline";
        case Opening::Answer::flood:
            return "a header section without end";
        case Opening::Answer::no_tls:
            return "a TLS handshake that failed";
    }
    return "";
}

}  // namespace wsspec
