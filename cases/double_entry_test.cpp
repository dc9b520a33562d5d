// Double entry: every hand-written expectation of the catalogue lies inside the forecast, which is made from the RFC
// without a look at the cases; and neither side lets silence, or a target that goes on, pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cases/catalogue.h"
#include "cases/describe.h"
#include "cases/expectation.h"
#include "reference/judge.h"

namespace wsspec {
namespace {

/// What a target was seen to do so far, and what was sent to it.
struct State {
    Role target = Role::server;
    Octets stream = {};
    std::uint64_t early = 0;
    std::optional<DeflateAgreement> deflate = {};
    bool half_closed = false;
    bool silent = false;
    bool silent_for_long = false;
    Marks marks = {};
    /// What came, each with the octets that were on their way.
    std::vector<std::pair<Octets, std::uint64_t>> answers = {};

    void send(const Frame& frame) { append(stream, wire(frame, other(target))); }
    /// As Seen::sent counts.
    std::uint64_t sent() const { return stream.size() + (half_closed ? 1 : 0); }
    void answer(const Frame& frame, std::uint64_t by_then) { answers.emplace_back(wire(frame, target), by_then); }
    void answer(const Frame& frame) { answer(frame, sent()); }

    std::vector<Seen> seen(std::optional<Seen::Kind> end = {}) const {
        Observer observer(target, 64U << 20, deflate);
        std::uint64_t last = 0;
        for (const auto& [octets, sent] : answers) {
            Octets copy = octets;
            observer.receive(copy, sent);
            last = sent;
        }
        if (end) observer.end(*end, std::max<std::uint64_t>(last, sent()));
        return observer.seen();
    }
    Forecast prediction() const {
        auto made = forecast({.role = target, .proven_message = 65536, .deflate = deflate}, stream, early);
        made.half_closed = half_closed;
        made.silent = silent;
        made.holds_tcp = silent_for_long;
        made.silent_for_long = silent_for_long;
        return made;
    }
    Judgement judged(std::optional<Seen::Kind> end = {}) const { return judge(prediction(), seen(end)); }
};

Octets nonce() { return octets("barrier"); }

/// Nothing that has to be answered stands before this octet without an answer that ends the connection.
bool terminal_before(const State& state, std::uint64_t octet) {
    auto const made = state.prediction();
    const auto& duties = made.readings.front().duties;
    return !duties.empty() && duties.back().from <= octet &&
           (duties.back().kind == Duty::Kind::violation || duties.back().kind == Duty::Kind::close);
}

/// What a target may make of the offers of a case (RFC 7692 section 7.1): the narrowest agreement that they and the
/// needs of the case allow, since what is expected has to hold for each.
std::optional<DeflateAgreement> agreement_of(const CheckedRequest& request, const Case& one, Role target) {
    DeflatePolicy policy{.client_no_context_takeover = true, .client_max_window_bits = 8};
    if (includes(one.needs, Need::client_window)) policy.client_max_window_bits.reset();
    auto const accepted = accept_deflate_offer(request.extensions, policy);
    if (!accepted) return std::nullopt;
    DeflateAgreement out = accepted->agreement;
    // The offer may hint at it; the need says that the target did not take it up.
    if (includes(one.needs, Need::client_takeover)) out.client_no_context_takeover = false;
    // Mirrored: it is the server's messages that the script sends.
    if (target == Role::client) {
        std::swap(out.server_no_context_takeover, out.client_no_context_takeover);
        std::swap(out.server_max_window_bits, out.client_max_window_bits);
    }
    return out;
}

class Entry {
public:
    Entry(const Case& one, Role target, std::vector<std::string>& found) : one_(one), found_(found) {
        state_.target = target;
    }

    void walk(const Script& script) {
        for (const auto& step : script) {
            if (over_) return;
            take(step);
        }
    }
    unsigned checked() const { return checked_; }

private:
    void wrong(const std::string& what) {
        found_.push_back(one_.id + " (" + std::string(to_string(state_.target)) + "): " + what);
    }

    void take(const Step& step) {
        if (const auto* open = std::get_if<Open>(&step.action)) return take_open(*open);
        if (const auto* expect = std::get_if<Expect>(&step.action)) return take_expect(*expect);
        if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
            for (std::size_t i = 0; i < repeat->times; ++i) walk(repeat->script);
        } else if (const auto* send = std::get_if<Send>(&step.action)) {
            if (send->delivery.broken_off) {
                // Records are whole or nothing.
                state_.half_closed = true;
                tls_broken_ = true;
                return;
            }
            for (const auto& frame : send->frames) state_.send(frame);
            state_.half_closed = state_.half_closed || send->delivery.close_notify;
        } else if (const auto* raw = std::get_if<SendOctets>(&step.action)) {
            append(state_.stream, raw->octets);
        } else if (const auto* barrier = std::get_if<Barrier>(&step.action)) {
            auto const before = state_.stream.size();
            state_.send(ping(nonce()));
            state_.marks.emplace(barrier->name, state_.stream.size());
            if (!terminal_before(state_, before)) state_.answer(pong(nonce()));
        } else if (const auto* await = std::get_if<Await>(&step.action)) {
            state_.marks.emplace(await->name, state_.stream.size());
            state_.silent_for_long = state_.silent;
        } else if (std::holds_alternative<HalfClose>(step.action)) {
            state_.half_closed = true;
        } else if (std::holds_alternative<SendBelowTls>(step.action) ||
                   std::holds_alternative<CutOffTls>(step.action) || std::holds_alternative<Renegotiate>(step.action)) {
            // RFC 8446 section 5.2: the target has to end a connection whose records are forged, and may end one.
            state_.half_closed = true;
            tls_broken_ = true;
        } else if (std::holds_alternative<Abort>(step.action)) {
            // Nothing of this connection can be expected any more.
            if (one_.alive_afterwards) ++checked_;
            over_ = true;
        } else if (std::holds_alternative<RoundTrips>(step.action) || std::holds_alternative<Flood>(step.action) ||
                   std::holds_alternative<Crowd>(step.action)) {
            // Leaves nothing behind: the player compares what comes as it passes, and what follows starts afresh.
            just_opened_ = false;
        } else if (const auto* closing = std::get_if<ClosingHandshake>(&step.action)) {
            state_.send(close_frame(closing->code));
            State done = state_;
            done.answer(close_frame(closing->code));
            expect_at_most(done, Seen::Kind::end_of_stream, Grade::pass, "the closing handshake");
            over_ = true;
        }
    }

    /// The answer to a client, by the reference's own check of it: against the requests of a client that offers nothing
    /// and of one that offers all there is.
    void take_answer_to_client(const Handshake& answer) {
        ClientRequest asked;
        asked.host = "127.0.0.1:9001";
        asked.key = "AQIDBAUGBwgJCgsMDQ4PEA==";  // not the RFC's own example, whose answer is a case's wrong one
        HandshakeValues values;
        values.key = asked.key;
        values.accept = accept_for(asked.key);
        if (includes(one_.needs, Need::subprotocol)) values.offered = asked.subprotocols = {"chat", "superchat"};
        auto const duty_for = [&](const std::string& offer) {
            asked.extensions = offer;
            auto const request = check_request(build_request(asked));
            std::string const text = render(answer, values);
            std::string_view rest = text;
            auto size = head_size(rest);
            // RFC 9110 section 15.2.
            while (size && (rest.starts_with("HTTP/1.1 100 ") || rest.starts_with("HTTP/1.1 102 ") ||
                            rest.starts_with("HTTP/1.1 103 "))) {
                rest.remove_prefix(*size);
                size = head_size(rest);
            }
            if (!size) return ClientDuty::fail;
            auto const checked = check_response(rest.substr(0, *size), request);
            auto const duty = client_duty(checked);
            if (duty != ClientDuty::fail) {
                state_.deflate = deflate_agreement(checked->extensions);
                state_.stream = octets(rest.substr(*size));
            }
            return duty;
        };
        duty_ = duty_for(includes(one_.needs, Need::deflate) ? "permessage-deflate; client_max_window_bits" : "");
        for (const auto& frame : answer.early) state_.send(frame);
        ++checked_;
        if (includes(one_.needs, Need::deflate) && duty_ != ClientDuty::open)
            wrong("an answer that goes on with compressed messages is not legal for a client that offers everything");
    }

    /// What is expected behind that answer.
    void check_duty(const Expect& expect) {
        auto const offers = [&](auto kinds, Grade at_most) {
            return std::ranges::any_of(expect.any_of, [&](const Outcome& outcome) {
                return outcome.grade <= at_most && std::ranges::find(kinds, outcome.kind) != kinds.end();
            });
        };
        using enum Outcome::Kind;
        std::vector const refusals = {drops};
        std::vector const openings = {receives, closes, anything, opens};
        ++checked_;
        switch (*duty_) {
            case ClientDuty::fail:
                if (offers(openings, Grade::non_strict)) wrong("a client may go on where 4.1 has it fail");
                if (!offers(refusals, Grade::pass)) wrong("a client that fails the connection does not pass");
                over_ = true;
                return;
            case ClientDuty::judge:
                if (!offers(refusals, Grade::informational)) wrong("a client may not refuse what is not quite legal");
                break;
            case ClientDuty::open:
                if (offers(refusals, Grade::pass) && !terminal_before(state_, state_.stream.size()))
                    wrong("a legal answer may be refused");
                break;
        }
    }

    void take_open(const Open& open) {
        tls_ = open.tls;
        state_.silent = open.silent;
        if (open.answer) return take_answer_to_client(*open.answer);
        std::string const text = render(open.handshake, {.host = "127.0.0.1:9001",
                                                         .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                                         .subprotocol = "wsspec.example",
                                                         .origin = "http://127.0.0.1",
                                                         .accept = {},
                                                         .extra_fields = {}});
        auto const head = head_size(text);
        request_ = check_request(std::string_view(text).substr(0, head.value_or(text.size())));
        complete_ = head.has_value();
        state_.deflate = agreement_of(request_, one_, state_.target);
        // A body is none of the stream's octets.
        if (head && request_.head.fields.count("Content-Length") + request_.head.fields.count("Transfer-Encoding") == 0)
            append(state_.stream, octets(std::string_view(text).substr(*head)));
        for (const auto& frame : open.handshake.early) state_.send(frame);
        state_.early = state_.stream.size();
        just_opened_ = true;
    }

    void take_expect(const Expect& expect) {
        bool const first = std::exchange(just_opened_, false);
        if (first && is_about_opening(expect)) return take_answer(expect);
        if (duty_) check_duty(expect);
        if (over_) return;
        std::optional<State> next;
        for (const auto& outcome : expect.any_of) {
            if (outcome.grade == Grade::fail) continue;
            if (auto continued = check_outcome(outcome); continued && !next) next = std::move(continued);
        }
        check_silence(expect);
        check_going_on(expect);
        check_refusals(expect);
        asked_ = state_.stream.size();
        if (next) {
            state_ = std::move(*next);
        } else {
            over_ = true;
        }
    }

    /// The answer to the opening handshake, by the reference's own check of the request.
    void take_answer(const Expect& expect) {
        auto const offers = [&](Outcome::Kind kind, Grade at_most) {
            return std::ranges::any_of(expect.any_of, [&](const Outcome& outcome) {
                return outcome.kind == kind && outcome.grade <= at_most;
            });
        };
        ++checked_;
        // RFC 8996 sections 4 and 5; RFC 6455 sections 4.1 and 4.2.2.
        bool const must_not_open = !tls_.spoken || tls_.version == TlsVersion::tls1_0 ||
                                   tls_.version == TlsVersion::tls1_1 || tls_.certificate != Tls::Certificate::good;
        if (must_not_open) {
            if (offers(Outcome::Kind::opens, Grade::non_strict)) wrong("opens where TLS must not let it");
            if (tls_.spoken && !offers(Outcome::Kind::refuses_tls, Grade::pass)) wrong("TLS may not be refused");
            over_ = true;
            return;
        }
        if (!complete_) {
            if (offers(Outcome::Kind::opens, Grade::non_strict)) wrong("a request without its end is accepted");
        } else if (request_.must_be_refused()) {
            if (offers(Outcome::Kind::opens, Grade::pass))
                wrong("opens() is a pass although \"" + printable(request_.defects.front().what) + "\"");
        } else if (request_.must_be_accepted()) {
            if (!offers(Outcome::Kind::opens, Grade::informational))
                wrong("a request without a defect is not allowed to open: " + describe(expect));
        } else if (!offers(Outcome::Kind::opens, Grade::non_strict) &&
                   !offers(Outcome::Kind::refuses, Grade::informational)) {
            wrong("neither answer is allowed: " + describe(expect));
        }
        over_ = !offers(Outcome::Kind::opens, Grade::non_strict);
    }

    void expect_at_most(const State& state, std::optional<Seen::Kind> end, Grade grade, const std::string& what) {
        ++checked_;
        auto const said = state.judged(end);
        if (said.grade <= grade) return;
        wrong(what + " is expected as " + std::string(to_string(grade)) + ", the judge says " +
              std::string(to_string(said.grade)) + ": " + said.findings.front().requirement + " " +
              said.findings.front().what);
    }

    /// Returns where the script goes on from, if it does.
    std::optional<State> check_outcome(const Outcome& outcome) {
        std::string const what = describe(outcome);
        State base = state_;
        if (!outcome.before_mark.empty()) {
            auto const mark = base.marks.find(outcome.before_mark);
            if (mark == base.marks.end()) {
                wrong("the mark \"" + outcome.before_mark + "\" is not set");
            } else {
                // Timely: nothing of what followed was sent.
                base.stream.resize(mark->second);
                std::erase_if(base.answers, [&](const auto& answer) { return answer.second >= mark->second; });
                // Late: all was digested, the barriers were answered.
                check_ends(late(), outcome, std::max(outcome.grade, Grade::non_strict), what + ", late");
            }
        }
        switch (outcome.kind) {
            case Outcome::Kind::receives: {
                for (const auto& frame : outcome.frames) base.answer(frame);
                expect_at_most(base, {}, outcome.grade, what);
                return base;
            }
            case Outcome::Kind::drops:
                // Of who does not take our answer there is nothing more to judge.
                if (duty_) break;
                [[fallthrough]];
            case Outcome::Kind::fails:
            case Outcome::Kind::closes:
                check_ends(base, outcome, outcome.grade, what);
                break;
            case Outcome::Kind::waits:
                if (duty_) break;  // as above
                expect_at_most(base, Seen::Kind::deadline, outcome.grade, what);
                break;
            case Outcome::Kind::anything:
            case Outcome::Kind::opens:
            case Outcome::Kind::refuses:
            case Outcome::Kind::refuses_tls:
                break;
        }
        return std::nullopt;
    }

    /// All that was sent, with every barrier answered: of a target that looks at the end.
    State late() const {
        State out = state_;
        for (const auto& [name, sent] : state_.marks) {
            bool const known =
                std::ranges::any_of(out.answers, [&, at = sent](const auto& answer) { return answer.second == at; });
            if (!known) out.answer(pong(nonce()), sent);
        }
        return out;
    }

    void check_ends(const State& base, const Outcome& outcome, Grade grade, const std::string& what) {
        std::vector<std::vector<Frame>> befores = {{}};
        if (!outcome.frames.empty()) befores.push_back(outcome.frames);
        for (const auto& before : befores) {
            State state = base;
            for (const auto& frame : before) state.answer(frame);
            if (outcome.kind == Outcome::Kind::drops) {
                expect_at_most(state, Seen::Kind::end_of_stream, grade, what);
                continue;
            }
            for (unsigned const code : outcome.codes) {
                State with_code = state;
                with_code.answer(code == 0 ? close_frame() : close_frame(static_cast<std::uint16_t>(code)));
                expect_at_most(with_code, Seen::Kind::end_of_stream, grade, what + " (" + std::to_string(code) + ")");
            }
            if (outcome.kind == Outcome::Kind::fails)
                expect_at_most(state, Seen::Kind::end_of_stream, std::max(grade, Grade::non_strict),
                               what + ", implied drop");
        }
    }

    void check_silence(const Expect& expect) {
        auto const listed = [&](Outcome::Kind kind) {
            return std::ranges::any_of(expect.any_of, [&](const Outcome& o) { return o.kind == kind; });
        };
        bool const asks = !std::ranges::all_of(
            expect.any_of, [](const Outcome& o) { return o.kind == Outcome::Kind::receives && o.frames.empty(); });
        if (!asks || listed(Outcome::Kind::anything)) return;
        ++checked_;
        Seen const silence{.kind = Seen::Kind::deadline, .sent = state_.stream.size()};
        auto const found = match(expect, {&silence, 1}, state_.marks, true);
        if (found.progress == Match::Progress::matched && found.grade == Grade::pass) wrong("silence is a match");
        // What TLS asks for is the expectation's alone: the forecast begins above it.
        if (!tls_broken_ && state_.judged(Seen::Kind::deadline).grade == Grade::pass) wrong("silence passes the judge");
    }

    /// A target that was to fail or close answers a ping behind: both sides have to mind.
    void check_going_on(const Expect& expect) {
        if (tls_broken_) return;
        bool const must_end = std::ranges::all_of(expect.any_of, [](const Outcome& o) {
            return o.kind == Outcome::Kind::fails || o.kind == Outcome::Kind::closes;
        });
        if (!must_end || expect.any_of.empty() || !ends_at_frame_boundary(state_.stream)) return;
        // Behind the end of our direction there is no ping, and a target that never answers a silent peer may be
        // waiting.
        if (state_.half_closed || state_.silent) return;
        ++checked_;
        State on = state_;
        on.send(ping("still there?"));
        on.answer(pong("still there?"));
        auto const strict = std::ranges::any_of(expect.any_of, [](const Outcome& o) { return o.grade == Grade::pass; });
        // Who inflates beside its reader may answer a ping before it knows; that it never ends is found all the same.
        bool const may_answer = !on.prediction().readings.front().tolerated.empty();
        if (strict && !may_answer && on.judged().grade == Grade::pass) wrong("a target that goes on passes the judge");
        if (strict && !tls_broken_ && on.judged(Seen::Kind::deadline).grade != Grade::fail)
            wrong("a target that goes on, and never ends, is not failed by the judge");
    }

    /// A compressed message that a target may refuse: who does is not to be accused.
    void check_refusals(const Expect& expect) {
        auto const made = state_.prediction();
        for (std::size_t i = 1; i < made.readings.size(); ++i) {
            const Reading& reading = made.readings[i];
            if (reading.duties.empty()) continue;
            const Duty& last = reading.duties.back();
            bool const refuses =
                last.kind == Duty::Kind::violation && last.violation.kind == Violation::Kind::compression;
            if (!refuses || last.from <= asked_) continue;
            ++checked_;
            bool const provided = std::ranges::any_of(expect.any_of, [&](const Outcome& outcome) {
                return outcome.kind == Outcome::Kind::fails && outcome.grade <= reading.grade;
            });
            if (!provided) wrong("a target may refuse " + std::string(last.violation.what) + ": " + describe(expect));
        }
    }

    const Case& one_;
    std::vector<std::string>& found_;
    State state_;
    CheckedRequest request_;
    std::optional<ClientDuty> duty_;  ///< Of a script that answers a client by itself.
    Tls tls_;
    bool tls_broken_ = false;  ///< By us: what comes is the affair of TLS.
    bool complete_ = true;
    bool just_opened_ = false;
    bool over_ = false;
    std::uint64_t asked_ = 0;  ///< Octets of the stream at the last expectation.
    unsigned checked_ = 0;
};

/// Where the two sides differ on purpose, and why.
const std::map<std::string, std::string> documented = {};

TEST(DoubleEntry, EveryExpectationLiesInsideTheForecast) {
    std::vector<std::string> found;
    unsigned checked = 0;
    std::set<std::string> unchecked;
    for (const auto& group : catalogue()) {
        for (const auto& one : group.cases) {
            unsigned of_case = 0;
            for (Role const target : {Role::server, Role::client}) {
                if (one.target == (target == Role::server ? Target::client : Target::server)) continue;
                std::vector<const Script*> scripts = {&one.script};
                for (const auto& variant : one.variants) scripts.push_back(&variant);
                for (const Script* script : scripts) {
                    Entry entry(one, target, found);
                    entry.walk(*script);
                    of_case += entry.checked();
                }
            }
            if (of_case == 0) unchecked.insert(one.id);
            checked += of_case;
        }
    }
    EXPECT_GE(checked, 2000U);
    std::set<std::string> excused;
    for (const auto& what : found) {
        std::string const id = what.substr(0, what.find(' '));
        if (documented.contains(id)) {
            excused.insert(id);
            continue;
        }
        ADD_FAILURE() << what;
    }
    for (const auto& [id, why] : documented) EXPECT_TRUE(excused.contains(id)) << id << " needs no excuse: " << why;
    // Only expectations of `anything`, scripts that end in an abort, and those that end in a message above the target's
    // limit have nothing to hold against the forecast.
    EXPECT_LE(unchecked.size(), 6U) << testing::PrintToString(unchecked);
}

/// The test itself must be able to find something.
TEST(DoubleEntry, FindsWrongExpectations) {
    struct Row {
        const char* name;
        Script script;
    };
    // RFC 7692 section 7.2.3.
    Step const deflate = open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate"));
    Frame const packed = text(hex("f2 48 cd c9 c9 07 00")).with_rsv(rsv1);
    Frame const again = text(hex("f2 00 11 00 00")).with_rsv(rsv1);
    for (const auto& row : std::vector<Row>{
             {"fails for a good message", {open(), send(text("t")), expect(fails(1002))}},
             {"the wrong code", {open(), send(frame(0x3)), expect(fails(1008))}},
             {"an echo of a bad frame", {open(), send(text("t").with_rsv(rsv1)), expect(receives(text("t")))}},
             {"a drop as a pass", {open(), send(frame(0x3)), expect(drops())}},
             {"an echo changed", {open(), send(text("t")), expect(receives(text("u")))}},
             {"an answer that accuses", {open(), send(close_frame(1000)), expect(closes(1002))}},
             {"an answer that must not be", {open(), send(close_frame()), expect(closes(1005))}},
             {"to wait where a reaction is owed", {open(), send(text("t")), expect(waits())}},
             {"a bad request opens", {open(Handshake{}.drop("Sec-WebSocket-Key")), expect(opens())}},
             {"a good request is refused", {open(), expect(refuses(400))}},
             {"a mark that nobody sets", {open(), send(frame(0x3)), expect(fails(1002).before("?"))}},
             {"a compressed message that nobody agreed on", {open(), send(packed), expect(receives(text("Hello")))}},
             {"the failure of a good compressed message", {deflate, send(packed), expect(fails(1007))}},
             {"another message than it inflates to", {deflate, send(packed), expect(receives(text("hello")))}},
             {"the echo of broken data",
              {deflate, send(text(hex("ff ff")).with_rsv(rsv1)), expect(receives(text("")))}},
             {"a context that may be given up, as a duty",
              {deflate, send({packed, again}), expect(receives({text("Hello"), text("Hello")}))}},
             {"a failure where there is a context", {deflate, send({packed, packed}), expect(fails(1007))}},
             {"an offer that must be declined, taken",
              {open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate; x")), send(packed),
               expect(receives(text("Hello")))}},
             {"to stay when a direction is lost", {open(), half_close(), expect(waits())}},
             {"a drop over a Close, as a pass", {open(), send(close_frame(1000)), half_close(), expect(drops())}},
             {"the code of our Close where its own crosses it",
              {open(), send({frame(0x3), close_frame(1000)}), expect(closes({1000, 0}))}},
             {"a message behind a Close, sent back",
              {open_silently(), send(close_frame(1000)), await_close(), send(text("t")), expect(receives(text("t")))}},
             {"a barrier that cannot be passed",
              {open(), send(frame(0x3)), barrier("b"), expect(receives(pong("barrier")))}},
         }) {
        std::vector<std::string> found;
        Case const one{.id = "0", .title = row.name, .script = row.script};
        Entry entry(one, Role::server, found);
        entry.walk(one.script);
        EXPECT_FALSE(found.empty()) << row.name;
    }
    for (const auto& row : std::vector<Row>{
             {"a wrong answer is taken",
              {answer_with(acceptance().drop("Upgrade")), send(text("t")), expect(receives(text("t")))}},
             {"a wrong answer is refused, as a fault",
              {answer_with(acceptance().drop("Upgrade")), expect(drops().non_strict())}},
             {"a right answer is refused", {answer_with(acceptance()), send(text("t")), expect(drops())}},
             {"an answer with an extension, and no need for it",
              {answer_with(acceptance().add("Sec-WebSocket-Extensions", "permessage-deflate")), send(packed),
               expect(receives(text("Hello")))}},
             {"a lenient client is the only one",
              {answer_with(acceptance().with_line_end("\n")), send(text("t")), expect(receives(text("t")))}},
         }) {
        std::vector<std::string> found;
        Case const one{.id = "0", .title = row.name, .target = Target::client, .script = row.script};
        Entry entry(one, Role::client, found);
        entry.walk(one.script);
        EXPECT_FALSE(found.empty()) << row.name;
    }
    std::vector<std::string> found;
    Case const good{.id = "0",
                    .title = "good",
                    .script = {open(), send(text("t")), expect(receives(text("t"))), barrier("b"), send(frame(0x3)),
                               expect(fails(1002))}};
    Entry entry(good, Role::server, found);
    entry.walk(good.script);
    EXPECT_TRUE(found.empty()) << found.front();
    EXPECT_GE(entry.checked(), 3U);
}

}  // namespace
}  // namespace wsspec
