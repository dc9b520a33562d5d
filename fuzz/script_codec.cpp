#include "fuzz/script_codec.h"

#include <algorithm>
#include <array>
#include <utility>

namespace wsspec {

namespace {

// The tags of the steps: the index in the variant, but never to change with it.
enum Tag : Octet {
    tag_open,
    tag_send,
    tag_send_octets,
    tag_barrier,
    tag_await,
    tag_stop_reading,
    tag_resume_reading,
    tag_half_close,
    tag_abort,
    tag_repeat,
    tag_expect,
    tag_closing_handshake,
    tag_round_trips,
    tag_send_below_tls,
    tag_renegotiate,
    tag_cut_off_tls,
    tag_flood,
    tag_crowd,
    tag_await_ending,
    tags,
};
static_assert(tags == std::variant_size_v<decltype(Step::action)>,
              "a new kind of step: give it the next tag, write and read it below, and count it in ScriptBounds");

constexpr std::size_t longest_pattern = 64;
constexpr std::size_t shortest_run = 96;  // that is worth a pattern

// Flags of a frame's second octet.
constexpr unsigned wrongly_masked = 1;
constexpr unsigned has_key = 2;
constexpr unsigned has_claim = 4;
constexpr unsigned is_pattern = 8;
constexpr unsigned form_shift = 4;

// Flags of a handshake: what is as in Handshake{} or acceptance() is not written.
constexpr unsigned same_start = 1;
constexpr unsigned same_fields = 2;
constexpr unsigned crlf = 4;
constexpr unsigned incomplete = 8;
constexpr unsigned has_before = 16;
constexpr unsigned has_after = 32;
constexpr unsigned has_early = 64;
constexpr unsigned has_filler = 128;

/// The octets that the payload is `pattern` after `pattern` of; 0: none, or not worth it.
std::size_t period_of(OctetView payload) {
    if (payload.size() < shortest_run) return 0;
    for (std::size_t period = 1; period <= longest_pattern; ++period)
        if (std::ranges::equal(payload.subspan(period), payload.first(payload.size() - period))) return period;
    return 0;
}

// ---- Writing ----

class Writer {
public:
    Octets out;

    void octet(unsigned value) { out.push_back(static_cast<Octet>(value)); }
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) octet(static_cast<unsigned>(value & 0x7f) | 0x80U);
        octet(static_cast<unsigned>(value));
    }
    void bytes(OctetView view) {
        number(view.size());
        append(out, view);
    }
    void words(std::string_view view) { bytes(as_octets(view)); }

    void write(const Delivery& delivery) {
        octet(static_cast<unsigned>(delivery.how) | static_cast<unsigned>(delivery.records) << 2 |
              (delivery.close_notify ? 0x10U : 0U) | (delivery.broken_off ? 0x20U : 0U));
        number(delivery.size);
        number(delivery.cuts.size());
        // As distances: cuts stand in order, and a fuzzer that changes one moves those behind it.
        std::size_t last = 0;
        for (auto const cut : delivery.cuts) {
            number(cut - last);  // modulo 2^64: any order comes back
            last = cut;
        }
    }
    void write(const Frame& frame) {
        octet((frame.fin ? 0x80U : 0U) | (frame.rsv & 7U) << 4 | (static_cast<unsigned>(frame.opcode) & 0xfU));
        std::size_t const period = period_of(frame.payload);
        octet((frame.mask_bit == MaskBit::wrong_for_role ? wrongly_masked : 0) | (frame.key ? has_key : 0) |
              (frame.claimed_length ? has_claim : 0) | (period != 0 ? is_pattern : 0) |
              static_cast<unsigned>(frame.length_form) << form_shift);
        if (frame.key) append(out, *frame.key);
        if (frame.claimed_length) number(*frame.claimed_length);
        number(frame.payload.size());
        if (period != 0) {
            octet(static_cast<unsigned>(period - 1));
            append(out, std::span(frame.payload).first(period));
        } else {
            append(out, frame.payload);
        }
    }
    void write(const std::vector<Frame>& frames) {
        number(frames.size());
        for (const auto& frame : frames) write(frame);
    }
    void write(const Handshake& handshake, const Handshake& usual) {
        octet((handshake.start_line == usual.start_line ? same_start : 0) |
              (handshake.fields == usual.fields ? same_fields : 0) | (handshake.line_end == "\r\n" ? crlf : 0) |
              (handshake.complete ? 0 : incomplete) | (handshake.before.empty() ? 0 : has_before) |
              (handshake.after.empty() ? 0 : has_after) | (handshake.early.empty() ? 0 : has_early) |
              (handshake.filler == Handshake::Filler{} ? 0 : has_filler));
        if (handshake.start_line != usual.start_line) words(handshake.start_line);
        if (handshake.fields != usual.fields) {
            number(handshake.fields.size());
            for (const auto& line : handshake.fields) words(line);
        }
        if (handshake.line_end != "\r\n") words(handshake.line_end);
        if (!handshake.before.empty()) words(handshake.before);
        if (!handshake.after.empty()) words(handshake.after);
        if (!handshake.early.empty()) write(handshake.early);
        if (handshake.filler == Handshake::Filler{}) return;
        words(handshake.filler.begin);
        words(handshake.filler.pattern);
        number(handshake.filler.count);
        words(handshake.filler.end);
    }
    void write(const Script& script) {
        for (const auto& step : script) {
            octet(static_cast<unsigned>(step.action.index()));
            std::visit([this](const auto& action) { write(action); }, step.action);
        }
    }

private:
    void write(const Open& open) {
        octet((open.answer ? 1U : 0U) | (open.tls == Tls{} ? 0U : 2U) | (open.silent ? 4U : 0U));
        if (open.tls != Tls{}) {
            octet(static_cast<unsigned>(open.tls.version) | static_cast<unsigned>(open.tls.name) << 3 |
                  (open.tls.spoken ? 0U : 0x20U));
            octet(static_cast<unsigned>(open.tls.certificate));
        }
        write(open.delivery);
        write(open.handshake, Handshake{});
        if (open.answer) write(*open.answer, acceptance());
    }
    void write(const Send& send) {
        write(send.delivery);
        write(send.frames);
    }
    void write(const SendOctets& send) {
        write(send.delivery);
        bytes(send.octets);
    }
    void write(const Barrier& barrier) { words(barrier.name); }
    void write(const Await& await) { words(await.name); }
    void write(const AwaitEnding& await) { octet(static_cast<unsigned>(await.what)); }
    void write(const StopReading&) {}
    void write(const ResumeReading&) {}
    void write(const HalfClose&) {}
    void write(const SendBelowTls& send) { bytes(send.octets); }
    void write(const Renegotiate&) {}
    void write(const CutOffTls&) {}
    void write(const Abort&) {}
    void write(const Repeat& repeat) {
        number(repeat.times);
        number(repeat.script.size());
        write(repeat.script);
    }
    void write(const Expect& expect) {
        number(expect.any_of.size());
        for (const auto& outcome : expect.any_of) {
            octet(static_cast<unsigned>(outcome.kind) | static_cast<unsigned>(outcome.grade) << 4 |
                  (outcome.notified ? 0x40U : 0U));
            number(outcome.codes.size());
            for (auto const code : outcome.codes) number(code);
            write(outcome.frames);
            words(outcome.before_mark);
        }
    }
    void write(const ClosingHandshake& closing) { number(closing.code); }
    void write(const RoundTrips& trips) {
        octet(static_cast<unsigned>(trips.content.kind) | static_cast<unsigned>(trips.limit) << 4 |
              (trips.compressed ? 0x80U : 0U));
        octet(static_cast<unsigned>(trips.opcode));
        bytes(trips.content.pattern);
        for (auto const value : {trips.size, trips.count, trips.fragment, trips.write_size, trips.in_flight})
            number(value);
    }
    void write(const Flood& flood) {
        octet(flood.echoes ? 1 : 0);
        write(flood.first);
        write(flood.frames);
        write(flood.last);
        number(flood.count);
    }
    void write(const Crowd& crowd) {
        octet(static_cast<unsigned>(crowd.request) | static_cast<unsigned>(crowd.ending) << 4);
        number(crowd.connections);
        number(crowd.octets);
        write(crowd.frames);
        number(crowd.rounds);
    }
};

// ---- Reading ----

class Reader {
public:
    explicit Reader(OctetView octets) : rest_(octets) {}

    Script read_script(std::size_t at_most) {
        Script script;
        while (!rest_.empty() && script.size() < at_most && steps_ + times_ <= ScriptBounds::steps) {
            steps_ += times_;
            unsigned const tag = octet() % unsigned{tags};
            if (tag == tag_repeat && depth_ == ScriptBounds::depth) continue;
            script.push_back(read_step(tag));
        }
        return script;
    }

private:
    Octet octet() {
        if (rest_.empty()) return 0;
        Octet const first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            Octet const next = octet();
            value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
            if (next < 0x80) break;
        }
        return value;
    }
    /// 0 to `limit`.
    std::size_t number(std::size_t limit) {
        std::uint64_t const value = number();
        return static_cast<std::size_t>(value <= limit ? value : value % (limit + 1));
    }
    /// How many of something follow: no more than there are octets left.
    std::size_t count() { return static_cast<std::size_t>(std::min<std::uint64_t>(number(), rest_.size())); }
    OctetView take(std::size_t size) {
        auto const taken = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    Octets bytes() {
        auto const taken = take(count());
        return {taken.begin(), taken.end()};
    }
    /// Octets that may stand inside a Repeat: all but the first time are made, not given.
    Octets repeated_bytes() {
        std::size_t size = count();
        if (times_ > 1) size = std::min(size, (ScriptBounds::payload - made_) / (times_ - 1));
        made_ += size * (times_ - 1);
        auto const taken = take(size);
        return {taken.begin(), taken.end()};
    }
    std::string words() { return std::string(as_text(take(count()))); }

    Delivery delivery() {
        Delivery out;
        unsigned const first = octet();
        out.how = static_cast<Delivery::How>(first & 3U);
        out.records = static_cast<Delivery::Records>((first >> 2 & 3U) % 3);
        out.close_notify = (first & 0x10) != 0;
        out.broken_off = (first & 0x20) != 0;
        out.size = static_cast<std::size_t>(number());
        out.cuts.resize(count());
        std::size_t last = 0;
        for (auto& cut : out.cuts) cut = last += static_cast<std::size_t>(number());
        return out;
    }
    Frame frame() {
        Frame out;
        unsigned const first = octet();
        out.fin = (first & 0x80) != 0;
        out.rsv = static_cast<Octet>(first >> 4 & 7U);
        out.opcode = static_cast<Opcode>(first & 0xfU);
        unsigned const flags = octet();
        if ((flags & wrongly_masked) != 0) out.mask_bit = MaskBit::wrong_for_role;
        out.length_form = static_cast<LengthForm>(flags >> form_shift & 3U);
        if ((flags & has_key) != 0) out.key = MaskingKey{octet(), octet(), octet(), octet()};
        if ((flags & has_claim) != 0) out.claimed_length = number();
        if ((flags & is_pattern) == 0) {
            out.payload = repeated_bytes();
            return out;
        }
        std::size_t const size = number((ScriptBounds::payload - made_) / times_);
        made_ += size * times_;
        auto const repeated = take(1 + octet() % longest_pattern);
        out.payload.resize(size);
        for (std::size_t i = 0; i < size && !repeated.empty(); ++i) out.payload[i] = repeated[i % repeated.size()];
        return out;
    }
    std::vector<Frame> frames() {
        std::vector<Frame> out;
        for (std::size_t more = count(); more > 0 && frames_ + times_ <= ScriptBounds::frames; --more) {
            frames_ += times_;
            out.push_back(frame());
            if (rest_.empty()) break;
        }
        return out;
    }
    Handshake handshake(const Handshake& usual) {
        Handshake out = usual;
        unsigned const flags = octet();
        out.complete = (flags & incomplete) == 0;
        if ((flags & same_start) == 0) out.start_line = words();
        if ((flags & same_fields) == 0) {
            out.fields.clear();
            for (std::size_t more = count(); more > 0 && !rest_.empty(); --more) out.fields.push_back(words());
        }
        if ((flags & crlf) == 0) out.line_end = words();
        if ((flags & has_before) != 0) out.before = words();
        if ((flags & has_after) != 0) out.after = words();
        if ((flags & has_early) != 0) out.early = frames();
        if ((flags & has_filler) == 0) return out;
        out.filler.begin = words();
        out.filler.pattern = words();
        out.filler.count = number(ScriptBounds::volume / std::max<std::size_t>(1, out.filler.pattern.size()));
        out.filler.end = words();
        return out;
    }
    Outcome outcome() {
        Outcome out;
        unsigned const first = octet();
        out.kind = static_cast<Outcome::Kind>((first & 0xfU) % (static_cast<unsigned>(Outcome::Kind::refuses_tls) + 1));
        out.grade = static_cast<Grade>(first >> 4 & 3U);
        out.notified = (first & 0x40) != 0;
        out.codes.resize(count());
        for (auto& code : out.codes) code = static_cast<unsigned>(number());
        out.frames = frames();
        out.before_mark = words();
        return out;
    }
    RoundTrips trips() {
        RoundTrips out;
        unsigned const first = octet();
        out.content.kind = static_cast<Content::Kind>((first & 0xfU) % 6);
        out.limit = static_cast<RoundTrips::Limit>((first >> 4 & 7U) % 4);
        out.compressed = (first & 0x80) != 0;
        out.opcode = static_cast<Opcode>(octet() & 0xfU);
        out.content.pattern = bytes();
        out.size = number(ScriptBounds::volume);
        out.count = number(ScriptBounds::messages);
        out.fragment = number(ScriptBounds::volume);
        out.write_size = number(ScriptBounds::volume);
        out.in_flight = number(ScriptBounds::messages);
        return out;
    }
    Flood flood() {
        Flood out;
        out.echoes = octet() % 2 == 1;
        out.first = frames();
        out.frames = frames();
        out.last = frames();
        std::size_t const round = static_cast<std::size_t>(payload_of(out.frames));
        out.count = number(std::min(ScriptBounds::rounds, ScriptBounds::volume / std::max<std::size_t>(1, round)));
        return out;
    }
    Crowd crowd() {
        Crowd out;
        unsigned const first = octet();
        out.request = static_cast<Crowd::Request>((first & 0xfU) % 3);
        out.ending = static_cast<Crowd::Ending>((first >> 4) % 3);
        out.connections = number(ScriptBounds::connections);
        out.octets = number(ScriptBounds::volume);
        out.frames = frames();
        std::size_t const round = static_cast<std::size_t>(payload_of(out.frames));
        out.rounds = number(std::min(ScriptBounds::rounds, ScriptBounds::volume / std::max<std::size_t>(1, round)));
        return out;
    }
    Open open() {
        Open out;
        unsigned const flags = octet();
        bool const answers = (flags & 1U) != 0;
        out.silent = (flags & 4U) != 0;
        if ((flags & 2) != 0) {
            unsigned const tls = octet();
            out.tls.version = static_cast<TlsVersion>((tls & 7U) % 5);
            out.tls.name = static_cast<Tls::Name>((tls >> 3 & 3U) % 3);
            out.tls.spoken = (tls & 0x20) == 0;
            out.tls.certificate = static_cast<Tls::Certificate>(octet() % 4);
        }
        out.delivery = delivery();
        out.handshake = handshake(Handshake{});
        if (answers) out.answer = handshake(acceptance());
        return out;
    }
    Repeat repeat() {
        Repeat out;
        out.times = number(ScriptBounds::times / times_);
        std::size_t const outside = times_;
        times_ *= std::max<std::size_t>(1, out.times);
        ++depth_;
        out.script = read_script(count());
        --depth_;
        times_ = outside;
        return out;
    }
    Step read_step(unsigned tag) {
        switch (tag) {
            case tag_open:
                return {open()};
            case tag_send: {
                Send out;
                out.delivery = delivery();
                out.frames = frames();
                return {std::move(out)};
            }
            case tag_send_octets: {
                SendOctets out;
                out.delivery = delivery();
                out.octets = repeated_bytes();
                return {std::move(out)};
            }
            case tag_barrier:
                return {Barrier{words()}};
            case tag_await:
                return {Await{words()}};
            case tag_await_ending:
                return {AwaitEnding{static_cast<AwaitEnding::What>(octet() % 2)}};
            case tag_stop_reading:
                return {StopReading{}};
            case tag_resume_reading:
                return {ResumeReading{}};
            case tag_half_close:
                return {HalfClose{}};
            case tag_abort:
                return {Abort{}};
            case tag_repeat:
                return {repeat()};
            case tag_expect: {
                Expect out;
                for (std::size_t more = count(); more > 0 && !rest_.empty(); --more) out.any_of.push_back(outcome());
                return {std::move(out)};
            }
            case tag_send_below_tls:
                return {SendBelowTls{repeated_bytes()}};
            case tag_renegotiate:
                return {Renegotiate{}};
            case tag_cut_off_tls:
                return {CutOffTls{}};
            case tag_closing_handshake:
                return {ClosingHandshake{static_cast<std::uint16_t>(number())}};
            case tag_flood:
                return {flood()};
            case tag_crowd:
                return {crowd()};
            default:
                return {trips()};
        }
    }

    OctetView rest_;
    // Where we are: how deep in Repeats, and how often what is read now will be done.
    std::size_t depth_ = 0;
    std::size_t times_ = 1;
    // What there is so far, counted as often as it will be done.
    std::size_t steps_ = 0;
    std::size_t frames_ = 0;
    std::size_t made_ = 0;
};

}  // namespace

Octets encode(const Script& script) {
    Writer writer;
    writer.octet(script_format);
    writer.write(script);
    return std::move(writer.out);
}

Script decode(OctetView octets) {
    if (octets.empty()) return {};
    return Reader(octets.subspan(1)).read_script(ScriptBounds::steps);
}

std::optional<Octet> script_version(OctetView octets) {
    return octets.empty() ? std::nullopt : std::optional(octets.front());
}

}  // namespace wsspec
