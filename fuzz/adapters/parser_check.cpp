#include "fuzz/adapters/parser_check.h"

#include <algorithm>
#include <utility>

#include "reference/judge.h"
#include "reference/requirements.h"

namespace wsspec {

namespace {

using Rule = ParserFailure::Rule;

std::uint64_t memory_allowed(const wsspec_parser_adapter& adapter, std::uint64_t max_message) {
    std::uint64_t const base = adapter.memory_base != 0 ? adapter.memory_base : 1U << 20;
    std::uint64_t const factor = adapter.memory_per_octet != 0 ? adapter.memory_per_octet : 4;
    return base + factor * max_message;
}

bool permits(const wsspec_parser_adapter& adapter, std::string_view requirement) {
    for (std::size_t i = 0; i < adapter.permitted_count; ++i) {
        auto const& one = adapter.permitted[i];
        if (one.reason != nullptr && *one.reason != '\0' && one.requirement == requirement) return true;
    }
    return false;
}

/// What an endpoint that acts on this event would be seen to do: the judge's language.
Seen seen(const ParserEvent& event) {
    Seen out{.payload = event.payload, .sent = event.fed};
    switch (event.kind) {
        case ParserEvent::Kind::message:
            out.kind = Seen::Kind::message;
            out.opcode = event.opcode;
            break;
        case ParserEvent::Kind::ping:
            out.kind = Seen::Kind::pong;
            break;
        case ParserEvent::Kind::pong:
            // A ping of its own: legal at any time, and nothing to be judged.
            out.kind = Seen::Kind::ping;
            break;
        case ParserEvent::Kind::close:
            out.kind = Seen::Kind::close;
            out.code = event.code;
            break;
        case ParserEvent::Kind::failure:
            // 1006 stands for the end of TCP without a Close frame (7.1.5).
            out.kind =
                event.code == WSSPEC_NO_CODE || event.code == 1006 ? Seen::Kind::end_of_stream : Seen::Kind::close;
            out.code = event.code;
    }
    return out;
}

std::string octets_text(OctetView octets) {
    return std::to_string(octets.size()) + (octets.size() == 1 ? " octet" : " octets") +
           (octets.empty() ? "" : " " + to_hex(octets, 24));
}

std::string describe(const Duty& duty) {
    std::string const by = " by octet " + std::to_string(duty.due.value_or(duty.from)) + " of the stream";
    switch (duty.kind) {
        case Duty::Kind::message:
            return std::string(to_string(duty.opcode)) + ", " + octets_text(duty.payload) + "," + by;
        case Duty::Kind::ping:
            return "ping, " + octets_text(duty.payload) + "," + by;
        case Duty::Kind::pong:
            return "pong, " + octets_text(duty.payload) + "," + by;
        case Duty::Kind::close:
            return "Close " +
                   (duty.code == WSSPEC_NO_STATUS ? std::string("without a body") : std::to_string(duty.code)) +
                   (duty.payload.empty() ? "" : ", reason of " + octets_text(duty.payload)) + "," + by;
        case Duty::Kind::violation:
            break;
    }
    return "the connection fails with " + std::to_string(duty.violation.close_code) + " (" +
           std::string(duty.violation.what) + "), from octet " + std::to_string(duty.from) +
           (duty.due ? ", by octet " + std::to_string(*duty.due) : std::string()) + " of the stream";
}

bool is_terminal(const Duty& duty) { return duty.kind == Duty::Kind::close || duty.kind == Duty::Kind::violation; }
bool is_terminal(const ParserEvent& event) {
    return event.kind == ParserEvent::Kind::close || event.kind == ParserEvent::Kind::failure;
}

bool fulfils(const ParserEvent& event, const Duty& duty) {
    switch (duty.kind) {
        case Duty::Kind::message:
            return event.kind == ParserEvent::Kind::message && event.opcode == duty.opcode &&
                   event.payload == duty.payload;
        case Duty::Kind::ping:
            return event.kind == ParserEvent::Kind::ping && event.payload == duty.payload;
        case Duty::Kind::pong:
            return event.kind == ParserEvent::Kind::pong && event.payload == duty.payload;
        case Duty::Kind::close:
            return event.kind == ParserEvent::Kind::close && event.code == duty.code && event.payload == duty.payload;
        case Duty::Kind::violation:
            break;  // which of all ends are allowed is for the judge to say
    }
    return is_terminal(event);
}

}  // namespace

std::string_view to_string(ParserFailure::Rule rule) {
    switch (rule) {
        case Rule::contract:
            return "contract";
        case Rule::forecast:
            return "forecast";
        case Rule::segmentation:
            return "segmentation";
        case Rule::stall:
            return "stall";
        case Rule::after_end:
            return "after-end";
        case Rule::memory:
            break;
    }
    return "memory";
}

/// What the headers of the stream say of its messages.
class ParserExpectation::Messages final : public DecoderSink {
public:
    Messages(const ParserInput& input, std::vector<Message>& out) : out_(out) {
        Decoder decoder(
            {.sender = other(input.role), .rsv1_defined = input.agreement.has_value(), .minimal_length = false}, *this);
        Octets copy = input.stream;
        decoder.feed(copy);
    }

private:
    void on_header(const FrameHeader& header) override {
        header_ = header;
        if (is_control(header.opcode)) return;
        if (header.opcode != Opcode::continuation) out_.push_back({.compressed = (header.rsv & rsv1) != 0});
        Message& message = out_.back();
        ++message.frames;
        std::uint64_t const before = message.announced.empty() ? 0 : message.announced.back().first;
        message.announced.emplace_back(before + header.payload_length, header.offset + header.size);
    }
    void on_payload(OctetView, std::uint64_t) override {}
    void on_frame_end(std::uint64_t offset) override {
        if (!is_control(header_.opcode) && header_.fin) out_.back().end = offset;
    }
    void on_violation(const Violation&) override {}

    std::vector<Message>& out_;
    FrameHeader header_;
};

ParserExpectation::ParserExpectation(ParserInput input) : input_(std::move(input)) {
    Forecast all = forecast({.role = input_.role, .proven_message = usual_max_message, .deflate = input_.agreement},
                            input_.stream);
    for (auto& reading : all.readings) {
        Forecast one{.profile = all.profile, .octets = all.octets, .readings = {}};
        one.readings.push_back(std::move(reading));
        readings_.push_back(std::move(one));
    }
    Messages const messages(input_, messages_);
    chunkings_.push_back(whole());
    chunkings_.push_back(octet_by_octet(input_.stream.size()));
    if (!input_.cuts.empty() && input_.cuts != chunkings_.back().cuts)
        chunkings_.push_back({.name = "in pieces of its own", .cuts = input_.cuts});
}

bool ParserExpectation::legal() const {
    const auto& duties = readings_.front().readings.front().duties;
    return duties.empty() || duties.back().kind != Duty::Kind::violation;
}

std::vector<std::uint64_t> ParserExpectation::limits() const {
    std::uint64_t longest = 0;
    for (const auto& duty : readings_.front().readings.front().duties)
        if (duty.kind == Duty::Kind::message) longest = std::max<std::uint64_t>(longest, duty.payload.size());
    std::vector<std::uint64_t> out = {usual_max_message};
    if (longest >= 2 && longest - 1 != usual_max_message) out.push_back(longest - 1);
    return out;
}

/// One run of one parser, held against the expectation.
class ParserExpectation::Comparison {
public:
    Comparison(const ParserExpectation& expectation, const wsspec_parser_adapter& adapter, const ParserRun& run,
               const Chunking& chunking, std::uint64_t max_message)
        : expectation_(expectation), adapter_(adapter), run_(run), chunking_(chunking), max_message_(max_message) {}

    std::optional<ParserFailure> check() {
        if (!run_.breach.empty())
            return failure(Rule::contract, "", "what wsspec_parser.h asks for", run_.breach, "the adapter is to blame",
                           size());
        if (run_.memory > memory_allowed(adapter_, max_message_)) {
            bool const compressed = std::ranges::any_of(expectation_.messages_, &Message::compressed);
            auto found =
                failure(Rule::memory, compressed ? "R7692-8-2" : "R6455-10.4-1",
                        "at most " + std::to_string(memory_allowed(adapter_, max_message_)) + " octets of memory",
                        std::to_string(run_.memory) + " octets of memory",
                        "the limit of a message does not bound the memory", size());
            if (!permits(adapter_, found.requirement)) return found;
        }
        // The reading that explains most of what was reported is the one to be named.
        std::optional<ParserFailure> best;
        std::size_t most = 0;
        for (const auto& reading : expectation_.readings_) {
            std::size_t matched = 0;
            auto found = check_reading(reading, matched);
            if (!found) return std::nullopt;
            if (!best || matched > most) best = std::move(found);
            most = std::max(most, matched);
        }
        return best;
    }

private:
    std::uint64_t size() const { return expectation_.input_.stream.size(); }

    ParserFailure failure(Rule rule, std::string_view requirement, std::string expected, std::string observed,
                          std::string why, std::uint64_t offset) const {
        return {.rule = rule,
                .requirement = std::string(requirement),
                .chunking = chunking_.name,
                .max_message = max_message_,
                .expected = std::move(expected),
                .observed = std::move(observed),
                .why = std::move(why),
                .offset = offset,
                .input = expectation_.input_};
    }

    /// A message that began by then is known to be longer than it has to be taken (10.4).
    bool over_limit(std::uint64_t fed) const {
        for (const auto& message : expectation_.messages_) {
            for (const auto& [length, known_at] : message.announced)
                if (known_at <= fed && length > max_message_) return true;
            // What it inflates to shows in any of its octets.
            if (!message.compressed || message.announced.front().second > fed) continue;
            if (message.end == 0) return true;
            for (const auto& reading : expectation_.readings_)
                for (const auto& duty : reading.readings.front().duties)
                    if (duty.kind == Duty::Kind::message && duty.from == message.end &&
                        duty.payload.size() > max_message_)
                        return true;
        }
        return false;
    }

    /// Which statement says that `duty` has to be reported; `event` came in its place, or nothing.
    std::string_view requirement_for(const Duty* duty, const ParserEvent* event) const {
        if (duty == nullptr) return "R6455-6.2-1";
        switch (duty->kind) {
            case Duty::Kind::violation:
                return duty->violation.requirement;
            case Duty::Kind::close:
                return "R6455-7.1.5-1";
            case Duty::Kind::ping:
                return event != nullptr && event->kind == ParserEvent::Kind::ping ? "R6455-5.5.3-1" : "R6455-5.5.2-2";
            case Duty::Kind::pong:
                return "R6455-6.2-2";
            case Duty::Kind::message:
                break;
        }
        auto const message = std::ranges::find(expectation_.messages_, duty->from, &Message::end);
        bool const known = message != expectation_.messages_.end();
        if (known && message->compressed) return "R7692-6.2-1";
        if (event != nullptr && event->kind == ParserEvent::Kind::failure) {
            if (event->code == 1007) return "R6455-5.6-3";
            if (event->code == 1009) return "R6455-10.4-2";
        }
        bool const changed = event != nullptr && event->kind == ParserEvent::Kind::message &&
                             event->payload.size() == duty->payload.size();
        if (changed && event->payload != duty->payload && expectation_.input_.role == Role::server)
            return "R6455-5.3-5";
        return known && message->frames > 1 ? "R6455-5.4-3" : "R6455-6.2-1";
    }

    /// The events are what `one` asks for, in order and in time. `matched`: how many of them.
    std::optional<ParserFailure> check_reading(const Forecast& one, std::size_t& matched) const {
        const Reading& reading = one.readings.front();
        std::size_t next = 0;       // of the duties
        std::size_t tolerated = 0;  // of the pings that may be answered still
        std::vector<Seen> as_seen;
        std::optional<ParserFailure> wrong;
        for (const auto& event : run_.events) {
            as_seen.push_back(seen(event));
            if (const Duty* late = overdue(reading, next, event)) {
                wrong = failure(Rule::stall, requirement_for(late, nullptr), describe(*late),
                                event.at_finish ? "only when the stream had ended: " + describe(event)
                                                : "only at octet " + std::to_string(event.fed) + ": " + describe(event),
                                "it has all that it needs, and is silent", event.fed);
                break;
            }
            const Duty* duty = next < reading.duties.size() ? &reading.duties[next] : nullptr;
            if (is_terminal(event)) {
                // Who ends it need not have got round to the rest; what was due before is checked above.
                auto const last = reading.duties.empty() ? nullptr : &reading.duties.back();
                bool const closed = event.kind == ParserEvent::Kind::close;
                if (event.kind == ParserEvent::Kind::failure && over_limit(event.fed) &&
                    (event.code == 1009 || event.code == WSSPEC_NO_CODE))
                    return after_end(event);
                // Octets that begin what never comes (1006): only the end of the stream can be meant.
                if (event.at_finish && event.kind == ParserEvent::Kind::failure &&
                    (last == nullptr || !is_terminal(*last)) && next == reading.duties.size())
                    return after_end(event);
                if (last != nullptr && is_terminal(*last) &&
                    (last->kind == Duty::Kind::violation || fulfils(event, *last)) &&
                    (!closed || next + 1 == reading.duties.size())) {
                    ++matched;
                    if (auto found = judged(one, reading, as_seen, event)) return found;
                    return after_end(event);
                }
                wrong = mismatch(duty, event);
                // A Close that is legal may be refused where the judge grants it: a code that was registered later.
                if (duty != nullptr && duty->kind == Duty::Kind::close && !closed &&
                    judge(one, as_seen).grade == Grade::non_strict)
                    return after_end(event);
                break;
            }
            if (duty != nullptr && !is_terminal(*duty) && fulfils(event, *duty)) {
                ++next;
                ++matched;
                continue;
            }
            if (event.kind == ParserEvent::Kind::ping && duty != nullptr && duty->kind == Duty::Kind::violation) {
                while (tolerated < reading.tolerated.size() && reading.tolerated[tolerated].payload != event.payload)
                    ++tolerated;
                if (tolerated < reading.tolerated.size()) {
                    ++tolerated;
                    continue;
                }
            }
            wrong = mismatch(duty, event);
            break;
        }
        if (run_.stalled_at && !wrong)
            wrong = failure(Rule::stall, "R6455-6.2-1", "all octets are taken",
                            "feed() takes nothing at octet " + std::to_string(*run_.stalled_at),
                            "what stands behind is never looked at", *run_.stalled_at);
        if (!wrong) {
            auto const missing =
                next < reading.duties.size() && reading.duties[next].due && *reading.duties[next].due <= size()
                    ? &reading.duties[next]
                    : nullptr;
            if (missing == nullptr) return std::nullopt;
            wrong = failure(Rule::stall, requirement_for(missing, nullptr), describe(*missing), "nothing",
                            "it has all that it needs, and is silent", size());
            // An end that has to come is the judge's business: it knows who may be silent.
            if (is_terminal(*missing)) {
                as_seen.push_back({.kind = Seen::Kind::deadline, .sent = size(), .offset = 0});
                auto const said = judge(one, as_seen);
                if (said.grade != Grade::fail) return std::nullopt;
                if (missing->kind == Duty::Kind::violation) wrong->why = said.findings.front().what;
            }
        }
        // The judge names the rule that was overlooked, where one was.
        // Under this rule it is always about an event, the last one that was looked at.
        if (wrong->rule == Rule::forecast && run_.events[as_seen.size() - 1].kind != ParserEvent::Kind::failure) {
            auto const said = judge(one, as_seen);
            for (const auto& finding : said.findings) {
                if (finding.grade != Grade::fail || finding.requirement.empty()) continue;
                wrong->requirement = finding.requirement;
                wrong->why = "an endpoint that answers what is reported " + finding.what;
                break;
            }
        }
        if (permits(adapter_, wrong->requirement)) return std::nullopt;
        return wrong;
    }

    /// A duty that had to be fulfilled in a piece before the one in which `event` came.
    const Duty* overdue(const Reading& reading, std::size_t next, const ParserEvent& event) const {
        if (next >= reading.duties.size() || !reading.duties[next].due) return nullptr;
        auto const due = chunking_.end_of_piece(*reading.duties[next].due, size());
        return due < event.fed || (event.at_finish && due <= event.fed) ? &reading.duties[next] : nullptr;
    }

    /// `event` is what the stream asks for behind `duty`.
    bool left_out(const Duty& duty, const ParserEvent& event) const {
        return std::ranges::any_of(expectation_.readings_, [&](const Forecast& one) {
            return std::ranges::any_of(one.readings.front().duties, [&](const Duty& later) {
                return later.from > duty.from && later.kind != Duty::Kind::violation && fulfils(event, later);
            });
        });
    }

    ParserFailure mismatch(const Duty* duty, const ParserEvent& event) const {
        std::string expected = duty != nullptr ? describe(*duty) : std::string("nothing more");
        std::string why = duty == nullptr ? "the stream does not ask for it" : "not what the stream says";
        if (duty != nullptr && duty->kind == Duty::Kind::message && event.kind == ParserEvent::Kind::message) {
            auto const [at, ignored] = std::ranges::mismatch(duty->payload, event.payload);
            why = event.payload == duty->payload
                      ? std::string("the message has another opcode")
                      : "the message differs from octet " + std::to_string(at - duty->payload.begin()) + " on";
        } else if (duty != nullptr && duty->kind != Duty::Kind::violation && left_out(*duty, event)) {
            why = "it is left out";
        } else if (event.kind == ParserEvent::Kind::failure &&
                   (duty == nullptr || duty->kind != Duty::Kind::violation)) {
            why = "what is in order is refused";
        }
        return failure(Rule::forecast, requirement_for(duty, &event), std::move(expected), wsspec::describe(event),
                       std::move(why), event.fed);
    }

    /// The end of the connection, by the judge.
    std::optional<ParserFailure> judged(const Forecast& one, const Reading& reading, const std::vector<Seen>& as_seen,
                                        const ParserEvent& event) const {
        auto const said = judge(one, as_seen);
        for (const auto& finding : said.findings) {
            if (finding.grade != Grade::fail) continue;
            auto found = failure(
                Rule::forecast,
                finding.requirement.empty() ? requirement_for(&reading.duties.back(), &event) : finding.requirement,
                describe(reading.duties.back()), wsspec::describe(event),
                "an endpoint that answers what is reported " + finding.what, event.fed);
            if (!permits(adapter_, found.requirement)) return found;
        }
        return std::nullopt;
    }

    /// 5.5.1, 7.1.7: nothing behind a Close or a failure has a meaning.
    std::optional<ParserFailure> after_end(const ParserEvent& event) const {
        if (&event == &run_.events.back()) return std::nullopt;
        const ParserEvent& more = *(&event + 1);
        bool const closed = event.kind == ParserEvent::Kind::close;
        auto found = failure(
            Rule::after_end, closed ? "R6455-5.5.1-18" : "R6455-7.1.7-7",
            "nothing behind \"" + wsspec::describe(event) + "\"", wsspec::describe(more),
            closed ? "what stands behind a Close frame is processed" : "what stands behind a fault is processed",
            more.fed);
        if (permits(adapter_, found.requirement)) return std::nullopt;
        return found;
    }

    const ParserExpectation& expectation_;
    const wsspec_parser_adapter& adapter_;
    const ParserRun& run_;
    const Chunking& chunking_;
    std::uint64_t max_message_;
};

std::optional<ParserFailure> ParserExpectation::check(const wsspec_parser_adapter& adapter) const {
    unsigned const role = input_.role == Role::server ? WSSPEC_SERVER : WSSPEC_CLIENT;
    if ((adapter.roles & role) == 0 || (input_.agreement && adapter.deflate == 0)) return std::nullopt;
    for (auto const max_message : limits()) {
        std::optional<ParserRun> first;
        for (const auto& chunking : chunkings_) {
            auto run = run_parser(adapter, input_.role, max_message, input_.agreement, input_.stream, chunking);
            if (auto found = Comparison(*this, adapter, run, chunking, max_message).check()) return found;
            if (!first) {
                first = std::move(run);
                continue;
            }
            auto const [a, b] = std::ranges::mismatch(
                first->events, run.events, [](const auto& one, const auto& other) { return one.same_as(other); });
            if (a == first->events.end() && b == run.events.end()) continue;
            auto const text = [](auto at, const auto& events) {
                return at == events.end() ? std::string("nothing more") : wsspec::describe(*at);
            };
            ParserFailure found{.rule = Rule::segmentation,
                                .requirement = "R6455-6.2-1",
                                .chunking = chunking.name,
                                .max_message = max_message,
                                .expected = "as when fed whole: " + text(a, first->events),
                                .observed = text(b, run.events),
                                .why = "where TCP cuts the stream has no meaning",
                                .offset = b == run.events.end() ? input_.stream.size() : b->fed,
                                .input = input_};
            if (!permits(adapter, found.requirement)) return found;
        }
    }
    return std::nullopt;
}

std::optional<ParserFailure> check_parser(const wsspec_parser_adapter& adapter, const ParserInput& input) {
    return ParserExpectation(input).check(adapter);
}

}  // namespace wsspec
