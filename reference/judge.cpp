#include "reference/judge.h"

#include <algorithm>
#include <set>
#include <utility>

#include "reference/close_code.h"
#include "reference/compressed_message.h"

namespace wsspec {

namespace {

std::string code_text(std::uint16_t code) {
    if (code == 1005) return "an empty body";
    std::string out = std::to_string(code);
    if (auto const name = close_code_name(code); !name.empty()) out += " (" + std::string(name) + ")";
    return out;
}

/// Where only the whole message has to be right.
bool is_about_content(Violation::Kind kind) {
    return kind == Violation::Kind::text || kind == Violation::Kind::compression;
}

/// A Close that looks like the answer to a Close in good order.
bool looks_normal(std::uint16_t code, std::uint16_t sent_code) {
    return code == 1000 || code == 1005 || code == sent_code;
}

/// Walks through what was seen once, for one reading of the stream. Two queues run through it independently: echoes in
/// the order of the messages, pongs in the order of the pings; control frames may overtake messages (5.4, 5.5).
class Trial {
public:
    Trial(const Forecast& forecast, const Reading& reading)
        : profile_(forecast.profile),
          reading_(reading),
          octets_(forecast.octets),
          under_way_(forecast.under_way),
          half_closed_(forecast.half_closed),
          silent_(forecast.silent),
          holds_tcp_(forecast.holds_tcp && !forecast.silent_for_long),
          greetings_(forecast.profile.greetings) {
        for (const auto& duty : reading.duties) {
            if (duty.kind == Duty::Kind::message) messages_.push_back(&duty);
            if (duty.kind == Duty::Kind::ping) pings_.push_back(&duty);
            if (duty.kind == Duty::Kind::violation || duty.kind == Duty::Kind::close) terminal_ = &duty;
        }
        if (reading.grade != Grade::pass)
            result_.findings.push_back(
                {.grade = reading.grade, .requirement = reading.requirement, .what = reading.why});
    }

    /// There is nothing that has to end the connection.
    bool may_stay_open() const { return terminal_ == nullptr && !half_closed_; }
    bool asks_for_an_answer() const { return !messages_.empty() || !pings_.empty(); }

    Judgement run(std::span<const Seen> seen) {
        for (const Seen& event : seen) {
            if (target_closed_ && !is_an_end(event)) {
                behind_its_close(event);
                continue;
            }
            take(event);
        }
        std::ranges::stable_sort(result_.findings, std::greater<>(), &Finding::grade);
        for (const auto& finding : result_.findings) result_.grade = std::max(result_.grade, finding.grade);
        return std::move(result_);
    }

    /// Once run() is through.
    bool owes_nothing() const {
        return (!profile_.echoes || next_message_ >= messages_.size()) && answered_up_to_.contains(pings_.size());
    }

private:
    void find(Grade grade, std::string_view requirement, std::string what, const Seen& event) {
        result_.findings.push_back(
            {.grade = grade, .requirement = std::string(requirement), .what = std::move(what), .offset = event.offset});
    }

    /// The violation or Close of ours that the target can have known of by then.
    const Duty* governing(const Seen& event) const {
        return terminal_ != nullptr && terminal_->from <= event.sent ? terminal_ : nullptr;
    }

    /// The target can have known that our direction of TCP has ended.
    bool knows_our_end(const Seen& event) const { return half_closed_ && event.sent > octets_; }

    /// 7.2.1, 7.2.2: who has lost the transport has lost the connection.
    std::string_view lost_transport() const {
        return profile_.role == Role::server ? "R6455-7.2.2-2" : "R6455-7.2.1-2";
    }

    void take(const Seen& event) {
        // By the answers that came before this one.
        auto const known =
            std::ranges::upper_bound(pings_, event.sent, {}, [](const Duty* ping) { return ping->from; });
        auto const asked = static_cast<std::size_t>(known - pings_.begin());
        most_waiting_ = std::max(most_waiting_, asked - std::min(asked, *answered_up_to_.begin()));
        switch (event.kind) {
            case Seen::Kind::message:
                return message(event);
            case Seen::Kind::ping:
                return;  // 5.5.2: may come any time
            case Seen::Kind::pong:
                return pong(event);
            case Seen::Kind::close:
                return close(event, event.code);
            case Seen::Kind::violation:
                return violation(event);
            case Seen::Kind::flood:
                return find(Grade::fail, "", "sends without end what nothing asked for", event);
            case Seen::Kind::end_of_stream:
            case Seen::Kind::reset:
                return end(event);
            case Seen::Kind::deadline:
                return deadline(event);
        }
    }

    /// Was it an answer to something that had to be left alone?
    const Duty* forbidden(Duty::Kind kind, const Seen& event) const {
        for (const auto& duty : reading_.forbidden)
            if (duty.kind == kind && duty.from <= event.sent && duty.payload == event.payload) return &duty;
        return nullptr;
    }

    void went_on(const Seen& event, std::string_view with) {
        bool const close = terminal_ != nullptr && terminal_->kind == Duty::Kind::close;
        if (close)
            return find(Grade::fail, event.kind == Seen::Kind::pong ? "R6455-5.5.2-5" : "R6455-5.5.1-18",
                        "answers a " + std::string(with) + " that stood behind our Close frame", event);
        // Which rule was overlooked matters more than that something was processed behind it.
        find(Grade::fail, terminal_ != nullptr ? terminal_->violation.requirement : "R6455-7.1.7-7",
             "goes on after " + std::string(terminal_ != nullptr ? terminal_->violation.what : "a violation") +
                 ": answers a " + std::string(with) + " that stood in or behind the bad frame",
             event);
    }

    void message(const Seen& event) {
        if (event.deflate && profile_.deflate) {
            for (const auto& breach : compression_breaches(*event.deflate, *profile_.deflate, profile_.role))
                find(breach.tolerable ? Grade::non_strict : Grade::fail, breach.requirement, breach.what, event);
        }
        if (!profile_.echoes) return;
        const Duty* next = next_message_ < messages_.size() ? messages_[next_message_] : nullptr;
        if (next != nullptr && next->from > event.sent) next = nullptr;
        bool const same = next != nullptr && next->payload == event.payload;
        if (same && next->opcode == event.opcode) {
            ++next_message_;
            return;
        }
        if (greetings_ > 0) {
            --greetings_;
            return;
        }
        if (same) {
            ++next_message_;
            return find(Grade::fail, "R6455-6.1-3",
                        "sends the message back as " + std::string(to_string(event.opcode)) + ", not as " +
                            std::string(to_string(next->opcode)),
                        event);
        }
        if (forbidden(Duty::Kind::message, event) != nullptr) return went_on(event, "message");
        if (next == nullptr && governing(event) != nullptr)
            return find(Grade::fail,
                        governing(event)->kind == Duty::Kind::close ? "R6455-5.5.1-18"
                                                                    : governing(event)->violation.requirement,
                        governing(event)->kind == Duty::Kind::close
                            ? "sends a message that nothing in front of our Close frame asked for"
                            : "goes on after " + std::string(governing(event)->violation.what) + ": sends a message",
                        event);
        if (next == nullptr)
            return find(Grade::fail, "", "sends a message that no complete message of ours asked for", event);
        for (std::size_t later = next_message_ + 1; later < messages_.size(); ++later) {
            if (messages_[later]->from > event.sent || messages_[later]->payload != event.payload) continue;
            find(Grade::fail, "", "leaves out the echo of message " + std::to_string(next_message_ + 1), event);
            next_message_ = later + 1;
            return;
        }
        auto const& wanted = next->payload;
        constexpr Octet bom[] = {0xef, 0xbb, 0xbf};
        if (wanted.size() == event.payload.size() + 3 && std::ranges::equal(std::span(wanted).first(3), bom) &&
            std::ranges::equal(std::span(wanted).subspan(3), event.payload)) {
            ++next_message_;
            return find(Grade::non_strict, "R3629-6-1", "sends the message back without its byte order mark", event);
        }
        auto const [at, ignored] = std::ranges::mismatch(wanted, event.payload);
        find(Grade::fail, "",
             "sends the message back changed: " + std::to_string(event.payload.size()) + " octets for " +
                 std::to_string(wanted.size()) + ", the first difference at octet " +
                 std::to_string(at - wanted.begin()),
             event);
        ++next_message_;
    }

    /// 5.5.1 forbids data frames there, and has TCP closed once a Close has gone in each direction. That a Close is the
    /// last frame of all is in 1.4 alone, which is not normative; and a Pong may be owed as long as no Close has come
    /// (5.5.2).
    void behind_its_close(const Seen& event) {
        if (event.kind == Seen::Kind::message || event.kind == Seen::Kind::violation)
            return find(Grade::fail, "R6455-5.5.1-8", "sends more after its Close frame", event);
        bool const failed = terminal_ != nullptr && terminal_->kind == Duty::Kind::violation;
        bool const answered =
            (terminal_ != nullptr && terminal_->kind == Duty::Kind::close && terminal_->from <= event.sent) ||
            std::ranges::any_of(reading_.forbidden, [&](const Duty& duty) {
                return duty.kind == Duty::Kind::close && duty.from <= event.sent;
            });
        // What we sent since its first one is our Close, too, or stands behind the bad frame.
        if (event.kind == Seen::Kind::close && (answered || event.sent > sent_at_close_))
            return find(Grade::fail, failed ? "R6455-7.1.7-7" : "R6455-5.5.1-13",
                        "sends a second Close frame in place of the end of TCP", event);
        if (event.kind == Seen::Kind::pong && forbidden(Duty::Kind::ping, event) != nullptr) {
            if (!failed) return went_on(event, "ping");
            return find(Grade::fail, "R6455-7.1.7-7",
                        "answers a ping that stood behind the bad frame, after its Close frame", event);
        }
        find(Grade::non_strict, "R6455-1.4-1",
             event.kind == Seen::Kind::close ? "sends a second Close frame"
                                             : "sends a control frame after its Close frame",
             event);
    }

    void pong(const Seen& event) {
        // Which pings may this be the answer to? Older ones may have been skipped (5.5.3). With equal payloads there
        // are several possibilities, so all are kept.
        std::set<std::size_t> now;
        bool repeats = false;
        for (std::size_t i = 0; i < pings_.size(); ++i) {
            if (pings_[i]->from > event.sent || pings_[i]->payload != event.payload) continue;
            if (i >= *answered_up_to_.begin()) now.insert(i + 1);
            if (i < *answered_up_to_.rbegin()) repeats = true;
        }
        if (!now.empty()) {
            answered_up_to_ = std::move(now);
            return;
        }
        for (std::size_t i = 0; i < reading_.tolerated.size(); ++i) {
            const Duty& ping = reading_.tolerated[i];
            if (ping.from > event.sent || ping.payload != event.payload) continue;
            tolerated_answered_ = i + 1;
            return;
        }
        // An empty Pong may be anybody's keep-alive (5.5.3), and proves nothing.
        if (!event.payload.empty() && forbidden(Duty::Kind::ping, event) != nullptr) return went_on(event, "ping");
        if (repeats)
            return find(Grade::non_strict, "R6455-5.5.3-2", "answers a ping again, or after a later one", event);
        // Likewise: with a payload it is ours that comes back.
        for (const auto& duty : reading_.duties) {
            if (duty.kind == Duty::Kind::pong && duty.from <= event.sent && duty.payload == event.payload)
                return find(event.payload.empty() ? Grade::non_strict : Grade::fail, "R6455-5.5.3-3",
                            "answers a pong with a pong", event);
        }
        // 5.5.3: an unsolicited Pong is legal. Worth a word if a ping stays without its own.
        stray_pong_ = true;
    }

    void violation(const Seen& event) {
        const auto& violation = *event.violation;
        // A code that we sent ourselves, sent back: judged with the other answers to that Close.
        const Duty* cause = governing(event);
        bool const echoed = violation.kind == Violation::Kind::close_body && violation.refused_code != 0 &&
                            cause != nullptr && cause->code == violation.refused_code &&
                            classify(violation.refused_code) != CloseCodeClass::never_on_wire &&
                            classify(violation.refused_code) != CloseCodeClass::unused;
        if (echoed) return close(event, violation.refused_code);
        // Bad text that is sent back is our own: the fault is to have taken it.
        if (cause != nullptr && cause->kind == Duty::Kind::violation && violation.kind == Violation::Kind::text &&
            cause->violation.kind == Violation::Kind::text)
            return find(Grade::fail, cause->violation.requirement,
                        "takes and sends back what is no text: " + std::string(cause->violation.what), event);
        if (violation.kind == Violation::Kind::close_body) {
            target_closed_ = true;
            sent_at_close_ = event.sent;
            result_.closing.close_sent = true;
            result_.closing.code = violation.refused_code;
        }
        find(Grade::fail, sender_requirement(violation.requirement),
             "breaks the protocol in what it sends: " + std::string(violation.what), event);
    }

    void close(const Seen& event, std::uint16_t code) {
        target_closed_ = true;
        sent_at_close_ = event.sent;
        result_.closing.close_sent = true;
        result_.closing.code = code;
        const Duty* cause = governing(event);
        if (cause == nullptr) return close_unprompted(event, code);
        if (cause->kind == Duty::Kind::close) return close_answered(*cause, event, code);
        close_for_violation(*cause, event, code);
    }

    void close_for_violation(const Duty& cause, const Seen& event, std::uint16_t code) {
        const Violation& bad = cause.violation;
        bool const bad_close = cause.opcode == Opcode::close;
        std::string const answer = "answers with Close " + code_text(code);
        if (code == bad.close_code || (bad.other_code != 0 && code == bad.other_code)) {
            result_.closing.detected = true;
            result_.closing.code_fits = true;
            missing_echoes(cause, event);
            return;
        }
        if (code == 1009 && reading_.announced > profile_.proven_message) {
            // 10.4: the message in which the fault stands is too large for it, which it knew before.
            result_.closing.detected = true;
            result_.inconclusive = true;
            return find(Grade::informational, "R6455-10.4-2", answer + " for a message that is large as well", event);
        }
        if (bad_close && looks_normal(code, cause.code)) {
            // The bad Close was taken for a good one, or so it looks.
            auto const code_class = classify(bad.refused_code);
            bool const open_question = bad.refused_code != 0 && (code_class == CloseCodeClass::reserved ||
                                                                 code_class == CloseCodeClass::unassigned);
            bool const silent_rfc = bad.refused_code != 0 && code_class == CloseCodeClass::out_of_range;
            bool const bad_reason = bad.requirement == "R6455-5.5.1-5";
            Grade const grade = silent_rfc                    ? Grade::informational
                                : open_question || bad_reason ? Grade::non_strict
                                                              : Grade::fail;
            return find(grade, bad.requirement,
                        answer + " as if the Close frame were in order: " + std::string(bad.what), event);
        }
        result_.closing.detected = true;
        missing_echoes(cause, event);
        // 7.1.7: "an appropriate status code" is a SHOULD.
        find(Grade::non_strict, "R6455-7.1.7-5",
             answer + ", which does not say what was wrong; " + std::to_string(bad.close_code) + " would", event);
    }

    void close_answered(const Duty& ours, const Seen& event, std::uint16_t code) {
        result_.closing.detected = true;
        if (looks_normal(code, ours.code)) {
            result_.closing.code_fits = true;
            return;
        }
        bool const accuses = code == 1002 || code == 1003 || code == 1007 || code == 1009 || code == 1010;
        std::string const what = "answers our Close " + code_text(ours.code) + " with " + code_text(code);
        if (!accuses)  // 5.5.1 "typically echoes": another code is no breach
            return find(Grade::informational, "R6455-5.5.1-10", what, event);
        if (classify(ours.code) == CloseCodeClass::registered_later)
            return find(Grade::non_strict, "IANA-close-1", what + ": the code was registered after RFC 6455", event);
        if (reading_.goes_on_after_close && octets_ > ours.from && event.sent > ours.from)
            return find(Grade::non_strict, "R6455-5.5.1-18", what + " for what stood behind it", event);
        if (code == 1007 && reading_.text_is_cut)
            return find(Grade::informational, "R6455-5.5.1-19", what + " for the message that it cuts off", event);
        if (code == 1009 && pending_message() > profile_.proven_message) {
            // 10.4: it is the message in front that it speaks of.
            result_.inconclusive = true;
            return find(Grade::informational, "R6455-10.4-2", what + " for a large message in front of it", event);
        }
        find(Grade::fail,
             ours.code >= 4000   ? "R6455-7.4.2-4"
             : ours.code >= 3000 ? "R6455-7.4.2-3"
             : ours.code == 1005 ? "R6455-5.5.1-1"
                                 : "R6455-7.4.1-1",
             what + " although it is legal", event);
    }

    void close_unprompted(const Seen& event, std::uint16_t code) {
        // What code the loss of one direction is worth is not said; 1006 is for the application alone.
        if (knows_our_end(event)) return;
        if (under_way_.over_limit) {
            // 10.4 leaves the limit to the endpoint, 7.4.1 has a code for it.
            result_.closing.detected = true;
            result_.closing.code_fits = code == 1009;
            if (code == 1009) return;
            return find(Grade::non_strict, "R6455-7.4.1-9",
                        "refuses a message above its own limit with " + code_text(code) + "; 1009 would say so", event);
        }
        if (many_pings() && (code == 1008 || code == 1009 || code == 1011 || code == 1013))
            return find(Grade::informational, "R6455-10.4-1", "closes with " + code_text(code) + over_pings(), event);
        if (reading_.announced > profile_.proven_message &&
            (code == 1009 || code == 1002 || code == 1005 || code == 1008 || code == 1011)) {
            // 10.4: a limit can be held against the header already.
            result_.closing.detected = true;
            result_.closing.code_fits = code == 1009;
            if (code == 1009) return;
            return find(Grade::non_strict, "R6455-7.4.1-9",
                        "refuses an announced message of " + std::to_string(reading_.announced) + " octets with " +
                            code_text(code) + "; 1009 would say so",
                        event);
        }
        if (under_way_.flood) {
            // 10.4: an endpoint has to protect itself. 7.4.1 has 1008 and 1009 for that, the registry 1013.
            result_.closing.detected = true;
            result_.closing.code_fits = code == 1008 || code == 1009 || code == 1013;
            std::string const answer = "ends the flood with " + code_text(code);
            if (result_.closing.code_fits) return find(Grade::pass, "R6455-10.4-1", answer, event);
            return find(code == 1010 && profile_.role == Role::server ? Grade::fail : Grade::non_strict,
                        "R6455-7.4.1-9", answer + "; 1009 would say why", event);
        }
        std::string const what = "closes with " + code_text(code) + " although nothing asked for it";
        if (code == 1009 && pending_message() > profile_.proven_message) {
            // 10.4: its own limit.
            result_.inconclusive = true;
            return find(Grade::informational, "R6455-10.4-2", what + " but a large message", event);
        }
        if (code == 1003 && profile_.may_take_text_alone && sent_binary(event)) {
            // 7.4.1: "an endpoint that understands only text data MAY send this if it receives a binary message".
            result_.closing.detected = true;
            result_.closing.code_fits = true;
            result_.unsupported = "the target takes text alone: it closes with 1003 over a binary message";
            return find(Grade::informational, "R6455-7.4.1-15", "closes with 1003 over a binary message", event);
        }
        if ((code == 1008 || code == 1009) && under_way_.fragments > 1) {
            // 10.4 names limits of size; one of the number of fragments has the same end. How low is too low, it does
            // not say.
            constexpr std::uint64_t many_fragments = 1000;
            bool const are_many = under_way_.fragments >= many_fragments;
            if (are_many)
                result_.unsupported = "the target takes no message of " + std::to_string(under_way_.fragments) +
                                      " fragments: it closes with " + code_text(code);
            return find(are_many ? Grade::informational : Grade::non_strict, "R6455-10.4-1",
                        "refuses a message of " + std::to_string(under_way_.fragments) + " fragments with " +
                            code_text(code) + ", as a limit of its own",
                        event);
        }
        // 1007 is about what a text is made of, not about its size.
        bool const calls_it_no_text = code == 1007 && reading_.announced == 0 && !sent_binary(event);
        if (above_any_proof() && code != 1000 && code != 1001 && code != 1005 && !calls_it_no_text) {
            // 10.4: the same limit; 7.4.1 has a better code for it.
            result_.inconclusive = true;
            return find(
                Grade::non_strict, "R6455-7.4.1-9",
                "refuses a message larger than it was seen to take with " + code_text(code) + "; 1009 would say so",
                event);
        }
        if (code == 1001 || code == 1008 || code == 1012 || code == 1013) {
            // 7.3: a server may close whenever it likes; these codes say that it is about itself.
            result_.inconclusive = true;
            return find(Grade::informational, "R6455-7.3-1", what, event);
        }
        if (code == 1010 && profile_.role == Role::server) return find(Grade::fail, "R6455-7.4.1-12", what, event);
        find(Grade::fail, "", what, event);
    }

    bool sent_binary(const Seen& event) const {
        return under_way_.binary || (reading_.first_binary && *reading_.first_binary <= event.sent);
    }

    std::uint64_t pending_message() const {
        std::uint64_t largest = std::max(under_way_.octets, reading_.announced);
        for (std::size_t i = next_message_; i < messages_.size(); ++i) {
            // In frames, where it inflates to less than it is; headers do not count.
            std::uint64_t const size = messages_[i]->payload.size();
            std::uint64_t const in_frames = messages_[i]->from - (i == 0 ? 0 : messages_[i - 1]->from);
            largest = std::max({largest, size, in_frames > 2 * size ? in_frames : 0});
        }
        return largest;
    }

    /// So many Pings have waited for a Pong at the same time that a target may end the connection over them, as a limit
    /// of its own (10.4 speaks of sizes; it is the same care). How few are too few, it does not say. Pings that were
    /// answered one by one are no burden, however many.
    bool many_pings() const {
        constexpr std::size_t many = 50;
        return most_waiting_ >= many;
    }
    std::string over_pings() const {
        return " over " + std::to_string(most_waiting_) + " Pings that wait for a Pong, as a limit of its own";
    }

    /// A message is under way so large that a target may end the connection over it (10.4).
    bool above_any_proof() const {
        constexpr std::uint64_t plausible_limit = 1U << 20;
        return pending_message() > std::max(profile_.proven_message, plausible_limit);
    }

    void missing_echoes(const Duty& cause, const Seen& event) {
        if (!profile_.echoes || next_message_ >= messages_.size()) return;
        if (messages_[next_message_]->from > cause.from) return;
        // 7.1.7 lets an endpoint stop at once, and whether it got round to the echo depends on how TCP cut our octets.
        find(Grade::pass, "R6455-7.1.7-7", "fails the connection without sending back the good messages before", event);
    }

    void end(const Seen& event) {
        bool const fin = event.kind == Seen::Kind::end_of_stream;
        result_.closing.end = fin ? ClosingRecord::End::target_fin : ClosingRecord::End::target_reset;
        const Duty* cause = governing(event);
        if (target_closed_) {
            bool const ours = cause != nullptr && cause->kind == Duty::Kind::close;
            result_.closing.clean = fin && ours;
            // 5.5.1: "SHOULD wait for the server to close the connection but MAY close the connection at any time after
            // sending and receiving a Close message, e.g., if it has not received a TCP Close from the server in a
            // reasonable time period".
            if (holds_tcp_ && ours && profile_.role == Role::client && !knows_our_end(event))
                find(Grade::non_strict, "R6455-5.5.1-15", "ends TCP before the server does", event);
            // A reset is the kernel's doing if octets of ours were left unread; if there were none, it is deliberate.
            if (!fin && ours && !reading_.goes_on_after_close && !under_way_.flood)
                find(Grade::non_strict, "R6455-7.1.1-1", "resets TCP behind the closing handshake", event);
            return;
        }
        std::string const how = fin ? "ends TCP" : "resets TCP";
        if (cause == nullptr && knows_our_end(event)) return;
        if (cause == nullptr && under_way_.flood) {
            result_.closing.detected = true;
            // Who ends TCP while octets of ours are unread makes its kernel send a reset, and a Close frame in front of
            // it may be lost (RFC 9293 section 3.6.1). Whether it is FIN or RST that comes is chance, too.
            return find(Grade::informational, "R6455-7.1.7-5",
                        how + " over a flood; if there was a Close frame, it was lost", event);
        }
        if (cause == nullptr && (under_way_.over_limit || above_any_proof())) {
            result_.closing.detected = true;
            return find(Grade::non_strict, "R6455-7.1.7-5",
                        how + " over a message larger than it was seen to take, without a Close frame that says why",
                        event);
        }
        if (cause == nullptr && many_pings())
            return find(Grade::informational, "R6455-10.4-1", how + over_pings(), event);
        if (cause == nullptr)
            return find(Grade::fail, "R6455-7.3-3", how + " without a Close frame although nothing asked for it",
                        event);
        if (cause->kind == Duty::Kind::close && classify(cause->code) == CloseCodeClass::registered_later)
            return find(Grade::non_strict, "IANA-close-1",
                        how + " over a Close code that was registered after RFC 6455", event);
        // 5.5.1 has no exception; but FIN may mean as well that there is nobody left to read an answer.
        if (cause->kind == Duty::Kind::close && knows_our_end(event))
            return find(Grade::non_strict, "R6455-5.5.1-9",
                        how + " without answering our Close frame, behind which our direction of TCP ended", event);
        if (cause->kind == Duty::Kind::close)
            return find(half_closed_ ? Grade::non_strict : Grade::fail, "R6455-5.5.1-9",
                        how + " without answering our Close frame", event);
        result_.closing.detected = true;
        missing_echoes(*cause, event);
        // 5.1 asks only to close the connection: "a server MAY send a Close frame".
        if (cause->violation.kind == Violation::Kind::masking) return;
        find(Grade::non_strict, "R6455-7.1.7-5", how + " without a Close frame that says why", event);
    }

    void deadline(const Seen& event) {
        const Duty* cause = governing(event);
        Finding late{.grade = Grade::fail, .requirement = {}, .what = {}};
        if (target_closed_) {
            bool const failed = cause != nullptr && cause->kind == Duty::Kind::violation;
            if (silent_ && failed && !knows_our_end(event)) {
                // 7.1.7 has it closed without our answer; how long to wait for one all the same is not said.
                late = {Grade::informational, "R6455-7.1.1-5",
                        "leaves TCP open, having failed the connection, as long as "
                        "its Close is not answered"};
            } else if (knows_our_end(event) && (cause == nullptr || profile_.role == Role::client)) {
                late = {Grade::fail, std::string(lost_transport()),
                        "leaves TCP open although our direction of it has ended"};
            } else if (under_way_.over_limit || under_way_.flood ||
                       (cause != nullptr && cause->kind == Duty::Kind::violation)) {
                late = {Grade::non_strict, "R6455-7.1.1-5", "leaves TCP open after it failed the connection"};
            } else if (profile_.role == Role::server) {
                late = {Grade::fail, "R6455-5.5.1-14", "leaves TCP open after the closing handshake"};
            } else {
                late = {Grade::informational, "R6455-5.5.1-16", "leaves TCP open after the closing handshake"};
            }
        } else if (cause != nullptr && cause->kind == Duty::Kind::close) {
            late = {Grade::fail, "R6455-5.5.1-9", "no reaction to our Close frame"};
        } else if (cause != nullptr && !cause->due && cause->violation.kind == Violation::Kind::framing) {
            // The frame is not complete, and no sentence says that its header alone has to be enough.
            late = {Grade::non_strict, std::string(cause->violation.requirement),
                    "waits for the rest of a frame, although " + std::string(cause->violation.what)};
        } else if (cause != nullptr && !cause->due && is_about_content(cause->violation.kind) &&
                   tolerated_answered_ == reading_.tolerated.size()) {
            // Only the whole message must be UTF-8 (5.6, 8.1), or inflate, and its end was not sent. Who answers pings
            // meanwhile is alive.
            return;
        } else if (cause != nullptr) {
            late = {Grade::fail, std::string(cause->violation.requirement),
                    "no reaction: the connection is open, although " + std::string(cause->violation.what)};
        } else if (knows_our_end(event)) {
            late = {Grade::fail, std::string(lost_transport()),
                    "no reaction: TCP is open although our direction of it has ended"};
        } else if (std::ranges::none_of(answered_up_to_, [&](std::size_t n) { return n == pings_.size(); })) {
            late = {Grade::fail, stray_pong_ ? "R6455-5.5.3-1" : "R6455-5.5.2-2",
                    stray_pong_ ? "no Pong carries the data of our last Ping; another one came"
                                : "no Pong for our last Ping"};
        } else if (profile_.echoes && next_message_ < messages_.size()) {
            late = {Grade::fail, "",
                    "no reaction: message " + std::to_string(next_message_ + 1) + " of " +
                        std::to_string(messages_.size()) + " is not sent back"};
        } else if (under_way_.over_limit) {
            late = {Grade::fail, "", "no reaction to a message above its own limit: neither refused nor sent back"};
        } else if (reading_.announced > profile_.proven_message) {
            late = {Grade::informational, "R6455-10.4-2",
                    "waits for an announced message of " + std::to_string(reading_.announced) + " octets"};
        } else {
            late = {Grade::fail, "", "no reaction"};
        }
        result_.findings.push_back(std::move(late));
    }

    const TargetProfile& profile_;
    const Reading& reading_;
    std::uint64_t octets_;
    Forecast::UnderWay under_way_;
    bool half_closed_;
    bool silent_;
    bool holds_tcp_;
    std::uint64_t greetings_;
    std::vector<const Duty*> messages_;
    std::vector<const Duty*> pings_;
    const Duty* terminal_ = nullptr;

    std::size_t next_message_ = 0;
    /// How many pings the target may consider answered: the possibilities.
    std::set<std::size_t> answered_up_to_ = {0};
    std::size_t most_waiting_ = 0;        // Pings that were not answered, at one time
    std::size_t tolerated_answered_ = 0;  // pings of reading_.tolerated up to here
    bool stray_pong_ = false;
    bool target_closed_ = false;
    std::uint64_t sent_at_close_ = 0;
    Judgement result_;
};

}  // namespace

Judgement judge(const Forecast& forecast, std::span<const Seen> seen) {
    std::optional<Judgement> best;
    for (const auto& reading : forecast.readings) {
        Judgement judgement = Trial(forecast, reading).run(seen);
        if (!best || judgement.grade < best->grade) best = std::move(judgement);
    }
    return std::move(*best);
}

bool settled(const Forecast& forecast, std::span<const Seen> seen) {
    auto const is_last = [](const Seen& event) {
        return is_an_end(event) || event.kind == Seen::Kind::violation || event.kind == Seen::Kind::flood;
    };
    if (std::ranges::any_of(seen, is_last)) return true;
    bool const some_end =
        std::ranges::any_of(forecast.readings, [&](const Reading& r) { return !Trial(forecast, r).may_stay_open(); });
    return std::ranges::any_of(forecast.readings, [&](const Reading& reading) {
        Trial trial(forecast, reading);
        Judgement const judgement = trial.run(seen);
        // Where another reading has the connection fail, silence proves nothing.
        return judgement.grade != Grade::fail && !judgement.closing.close_sent && trial.may_stay_open() &&
               trial.owes_nothing() && (!some_end || trial.asks_for_an_answer());
    });
}

bool owes_nothing(const Forecast& forecast, std::span<const Seen> seen) {
    return std::ranges::any_of(forecast.readings, [&](const Reading& reading) {
        Trial trial(forecast, reading);
        return trial.run(seen).grade != Grade::fail && trial.owes_nothing();
    });
}

std::string describe_owed(const Forecast& forecast) {
    const Reading& reading = forecast.readings.front();
    std::size_t echoes = 0;
    std::size_t pings = 0;
    for (const auto& duty : reading.duties) {
        if (duty.kind == Duty::Kind::message) ++echoes;
        if (duty.kind == Duty::Kind::ping) ++pings;
    }
    std::string out;
    auto const add = [&](const std::string& part) { out += (out.empty() ? "" : ", then ") + part; };
    if (forecast.profile.echoes && echoes != 0)
        add(std::to_string(echoes) + (echoes == 1 ? " message sent back" : " messages sent back"));
    if (pings != 0) add("a Pong for the last of " + std::to_string(pings) + (pings == 1 ? " Ping" : " Pings"));
    if (!reading.duties.empty() && reading.duties.back().kind == Duty::Kind::close)
        add("Close in answer, and the end of TCP");
    if (!reading.duties.empty() && reading.duties.back().kind == Duty::Kind::violation) {
        const Duty& duty = reading.duties.back();
        std::string codes = std::to_string(duty.violation.close_code);
        if (duty.violation.other_code != 0) codes += " or " + std::to_string(duty.violation.other_code);
        add("the connection failed with " + codes + " (" + std::string(duty.violation.what) + "), from octet " +
            std::to_string(duty.from) + (duty.due ? ", by octet " + std::to_string(*duty.due) : "") + " of our stream");
    }
    return out.empty() ? "nothing" : out;
}

std::string_view sender_requirement(std::string_view receiver) {
    constexpr std::pair<std::string_view, std::string_view> pairs[] = {
        {"R6455-5.2-3", "R6455-5.2-2"},   {"R6455-5.2-4", "R6455-11.8-1"},     {"R6455-5.4-8", "R6455-5.5-4"},
        {"R6455-5.4-4", "R6455-6.1-2"},   {"R6455-5.4-5", "R6455-5.4-10"},     {"R6455-5.1-2", "R6455-5.1-1"},
        {"R6455-5.1-5", "R6455-5.1-4"},   {"R6455-5.5-3", "R6455-5.5-2"},      {"R6455-5.5.1-3", "R6455-5.5.1-2"},
        {"R6455-5.2-11", "R6455-5.2-10"}, {"R6455-5.2-14", "R6455-5.2-13"},    {"R6455-8.1-1", "R6455-5.6-2"},
        {"R7692-6.1-4", "R7692-6.1-3"},   {"R7692-7.2.2-11", "R7692-7.2.1-1"},
    };
    for (const auto& [from, to] : pairs)
        if (from == receiver) return to;
    return receiver;
}

}  // namespace wsspec
