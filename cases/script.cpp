#include "cases/script.h"

#include <algorithm>
#include <span>
#include <utility>

#include "cases/corpus.h"

namespace wsspec {

Delivery together() { return {}; }
Delivery per_frame() { return {.how = Delivery::How::per_frame}; }
Delivery chopped(std::size_t size) { return {.how = Delivery::How::chopped, .size = size}; }
Delivery cut_at(std::vector<std::size_t> cuts) { return {.how = Delivery::How::cut, .cuts = std::move(cuts)}; }

Delivery in_one_segment(Delivery delivery) {
    delivery.records = Delivery::Records::joined;
    return delivery;
}

Delivery across_records(Delivery delivery) {
    delivery.records = Delivery::Records::cut;
    return delivery;
}

Outcome Outcome::non_strict() const {
    Outcome changed = *this;
    changed.grade = Grade::non_strict;
    return changed;
}

Outcome Outcome::informational() const {
    Outcome changed = *this;
    changed.grade = Grade::informational;
    return changed;
}

Outcome Outcome::is_fail() const {
    Outcome changed = *this;
    changed.grade = Grade::fail;
    return changed;
}

Outcome Outcome::before(std::string_view mark) const {
    Outcome changed = *this;
    changed.before_mark = mark;
    return changed;
}

Outcome Outcome::after(std::vector<Frame> before) const {
    Outcome changed = *this;
    changed.frames = std::move(before);
    return changed;
}

Outcome Outcome::with_close_notify() const {
    Outcome changed = *this;
    changed.notified = true;
    return changed;
}

bool Repeat::operator==(const Repeat& o) const { return times == o.times && script == o.script; }

Step open(Handshake handshake, Delivery delivery) {
    return {Open{.handshake = std::move(handshake), .delivery = std::move(delivery)}};
}
Step answer_with(Handshake answer, Delivery delivery) {
    return {Open{.handshake = {}, .delivery = std::move(delivery), .answer = std::move(answer)}};
}
Step open_over(Tls tls, Delivery delivery) {
    return {Open{.handshake = {}, .delivery = std::move(delivery), .tls = tls}};
}
Step open_silently(Handshake handshake) {
    Open made;
    made.handshake = std::move(handshake);
    made.silent = true;
    return {std::move(made)};
}
Step send(Frame frame, Delivery delivery) { return send(std::vector{std::move(frame)}, std::move(delivery)); }
Step send(std::vector<Frame> frames, Delivery delivery) { return {Send{std::move(frames), std::move(delivery)}}; }
Step send_octets(Octets octets, Delivery delivery) { return {SendOctets{std::move(octets), std::move(delivery)}}; }
Step barrier(std::string_view name) { return {Barrier{std::string(name)}}; }
Step await(std::string_view name) { return {Await{std::string(name)}}; }
Step await_close() { return {AwaitEnding{AwaitEnding::What::close}}; }
Step await_end_of_tcp() { return {AwaitEnding{AwaitEnding::What::end_of_tcp}}; }
Step stop_reading() { return {StopReading{}}; }
Step resume_reading() { return {ResumeReading{}}; }
Step half_close() { return {HalfClose{}}; }
Step cut_off_tls() { return {CutOffTls{}}; }
Step send_below_tls(Octets octets) { return {SendBelowTls{std::move(octets)}}; }
Step renegotiate() { return {Renegotiate{}}; }
Step abort_connection() { return {Abort{}}; }
Step repeat(std::size_t times, Script script) { return {Repeat{times, std::move(script)}}; }
Step expect(Outcome outcome) { return expect(std::vector{std::move(outcome)}); }
Step expect_forecast() { return {Expect{}}; }
Step expect(std::vector<Outcome> any_of) { return {Expect{std::move(any_of)}}; }
Step closing_handshake(std::uint16_t code) { return {ClosingHandshake{code}}; }
Step round_trips(RoundTrips messages) { return {std::move(messages)}; }
Step flood(Flood frames) { return {std::move(frames)}; }
Step crowd(Crowd connections) { return {std::move(connections)}; }

namespace {

Outcome outcome(Outcome::Kind kind, std::vector<unsigned> codes = {}) {
    Outcome made;
    made.kind = kind;
    made.codes = std::move(codes);
    return made;
}

}  // namespace

Outcome opens() { return outcome(Outcome::Kind::opens); }
Outcome refuses(unsigned status) { return outcome(Outcome::Kind::refuses, {status}); }
Outcome refuses(std::vector<unsigned> statuses) { return outcome(Outcome::Kind::refuses, std::move(statuses)); }
Outcome refuses_with_any_status() { return outcome(Outcome::Kind::refuses); }
Outcome receives(std::vector<Frame> frames) {
    Outcome made = outcome(Outcome::Kind::receives);
    made.frames = std::move(frames);
    return made;
}
Outcome receives(Frame frame) { return receives(std::vector{std::move(frame)}); }
Outcome fails(unsigned code) { return outcome(Outcome::Kind::fails, {code}); }
Outcome fails(std::vector<unsigned> codes) { return outcome(Outcome::Kind::fails, std::move(codes)); }
Outcome closes(unsigned code) { return outcome(Outcome::Kind::closes, {code}); }
Outcome closes(std::vector<unsigned> codes) { return outcome(Outcome::Kind::closes, std::move(codes)); }
Outcome waits() { return outcome(Outcome::Kind::waits); }
Outcome drops() { return outcome(Outcome::Kind::drops); }
Outcome anything() { return outcome(Outcome::Kind::anything); }
Outcome refuses_tls() { return outcome(Outcome::Kind::refuses_tls); }

std::vector<Frame> in_fragments(const Frame& message, std::size_t size) {
    std::vector<Frame> frames;
    for (std::size_t at = 0; at == 0 || at < message.payload.size(); at += size) {
        auto const rest = std::span(message.payload).subspan(at);
        auto const piece = rest.first(std::min(size, rest.size()));
        Frame next = frame(at == 0 ? static_cast<Octet>(message.opcode) : Octet{0}, Octets(piece.begin(), piece.end()));
        next.fin = at + size >= message.payload.size();
        frames.push_back(std::move(next));
    }
    return frames;
}

std::uint64_t payload_of(const std::vector<Frame>& frames) {
    std::uint64_t octets = 0;
    for (const auto& frame : frames)
        if (!is_control(frame.opcode)) octets += frame.payload.size();
    return octets;
}

std::size_t largest_message(const Script& script) {
    std::size_t largest = 0;
    std::size_t open_message = 0;
    auto const look_at = [&](const std::vector<Frame>& frames) {
        for (const auto& frame : frames) {
            if (is_control(frame.opcode)) continue;
            open_message =
                frame.opcode == Opcode::continuation ? open_message + frame.payload.size() : frame.payload.size();
            largest = std::max(largest, open_message);
        }
    };
    for (const auto& step : script) {
        if (const auto* repeat = std::get_if<Repeat>(&step.action))
            largest = std::max(largest, largest_message(repeat->script));
        if (const auto* trips = std::get_if<RoundTrips>(&step.action))
            largest = std::max(largest, Messages(trips->content, trips->opcode, trips->size).largest());
        if (const auto* open = std::get_if<Open>(&step.action)) {
            look_at(open->handshake.early);
            if (open->answer) look_at(open->answer->early);
        }
        if (const auto* send = std::get_if<Send>(&step.action)) look_at(send->frames);
        // What went out compressed comes back as large as it is.
        if (const auto* expect = std::get_if<Expect>(&step.action))
            for (const auto& outcome : expect->any_of) look_at(outcome.frames);
    }
    return largest;
}

bool awaits_end_of_tcp(const Script& script) {
    return std::ranges::any_of(script, [](const Step& step) {
        const auto* await = std::get_if<AwaitEnding>(&step.action);
        return await != nullptr && await->what == AwaitEnding::What::end_of_tcp;
    });
}

bool asks_for_limit(const Script& script) {
    return std::ranges::any_of(script, [](const Step& step) {
        const auto* trips = std::get_if<RoundTrips>(&step.action);
        return trips != nullptr && trips->limit != RoundTrips::Limit::none;
    });
}

}  // namespace wsspec
