#include "cases/expectation.h"

#include <algorithm>

#include "reference/close_code.h"

namespace wsspec {

namespace {

using Progress = Match::Progress;

bool is_end(const Seen& event) {
    return event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset ||
           event.kind == Seen::Kind::deadline || event.kind == Seen::Kind::flood || event.kind == Seen::Kind::violation;
}

bool is_transport_end(const Seen& event) {
    return event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset;
}

bool is_close(const Seen& event) {
    return event.kind == Seen::Kind::close ||
           (event.kind == Seen::Kind::violation && event.violation->kind == Violation::Kind::close_body);
}

bool same(const Seen& event, const Frame& frame) {
    if (frame.opcode == Opcode::pong) return event.kind == Seen::Kind::pong && event.payload == frame.payload;
    return event.kind == Seen::Kind::message && event.opcode == frame.opcode && event.payload == frame.payload;
}

std::vector<Frame> demanded(const std::vector<Frame>& frames, bool echoes) {
    std::vector<Frame> out;
    for (const auto& frame : frames)
        if (echoes || frame.opcode == Opcode::pong) out.push_back(frame);
    return out;
}

/// The frames, in order, among messages and pongs. Pongs that nobody waits for are let through (5.5.3: unsolicited
/// ones are legal), and so is a missing pong if that for a later ping comes. A pong that comes again is non-strict.
Match match_receives(const Outcome& outcome, std::span<const Seen> seen, bool echoes) {
    auto const wanted = demanded(outcome.frames, echoes);
    std::size_t next = 0;
    std::vector<const Frame*> came;
    Grade grade = outcome.grade;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (next == wanted.size()) return {Progress::matched, grade, i};
        const Seen& event = seen[i];
        if (event.kind == Seen::Kind::ping) continue;
        if (event.kind == Seen::Kind::message && !echoes) continue;
        if (is_end(event) || event.kind == Seen::Kind::close) return {Progress::impossible, outcome.grade, i};
        // Skip pongs that a later one makes superfluous.
        std::size_t at = next;
        while (at < wanted.size() && !same(event, wanted[at]) && wanted[at].opcode == Opcode::pong &&
               at + 1 < wanted.size() && wanted[at + 1].opcode == Opcode::pong)
            ++at;
        if (at < wanted.size() && same(event, wanted[at])) {
            next = at + 1;
            came.push_back(&wanted[at]);
        } else if (std::ranges::any_of(came, [&](const Frame* frame) {
                       return frame->opcode == Opcode::pong && same(event, *frame);
                   })) {
            grade = std::max(grade, Grade::non_strict);  // once more
        } else if (event.kind == Seen::Kind::message ||
                   std::ranges::any_of(wanted, [&](const Frame& frame) { return same(event, frame); })) {
            return {Progress::impossible, outcome.grade, i};  // not wanted, or a wanted pong at the wrong place
        }
    }
    if (next == wanted.size()) return {Progress::matched, grade, seen.size()};
    return {Progress::open, outcome.grade, 0};
}

Grade graded(const Outcome& outcome, const Seen& event, const Marks& marks) {
    Grade grade = outcome.grade;
    if (!outcome.before_mark.empty()) {
        auto const mark = marks.find(outcome.before_mark);
        if (mark != marks.end() && event.sent > mark->second) grade = std::max(grade, Grade::non_strict);
    }
    return grade;
}

/// `fails`, `closes` and `drops` are decided when the transport has ended: only then is there nothing left to see.
Match match_ending(const Outcome& outcome, std::span<const Seen> seen, const Marks& marks) {
    auto const ended = std::ranges::find_if(seen, is_end);
    if (ended == seen.end()) return {};
    auto const close = std::ranges::find_if(seen, is_close);
    std::size_t const all = seen.size();
    if (close == seen.end()) {
        if (!is_transport_end(*ended)) return {Progress::impossible, outcome.grade, all};
        Grade const grade = graded(outcome, *ended, marks);
        if (outcome.kind == Outcome::Kind::drops) return {Progress::matched, grade, all};
        // 7.1.7: the Close frame is a SHOULD.
        if (outcome.kind == Outcome::Kind::fails) return {Progress::matched, std::max(grade, Grade::non_strict), all};
        return {Progress::impossible, grade, all};
    }
    if (outcome.kind == Outcome::Kind::drops) return {Progress::impossible, outcome.grade, all};
    Grade const grade = graded(outcome, *close, marks);
    std::uint16_t const code = close->code;
    bool const listed = std::ranges::any_of(outcome.codes, [&](unsigned allowed) {
        return allowed == code || (allowed == 0 && code == number(CloseCode::no_status_received));
    });
    if (outcome.notified && (ended->kind != Seen::Kind::end_of_stream || ended->truncated))
        return {Progress::impossible, grade, all};
    if (listed) return {Progress::matched, grade, all};
    if (close->kind == Seen::Kind::violation) return {Progress::impossible, grade, all};
    if (outcome.kind == Outcome::Kind::fails) return {Progress::matched, std::max(grade, Grade::non_strict), all};
    // 5.5.1: "typically" the code comes back. One that accuses us of something is another matter.
    bool const accuses = code == 1002 || code == 1003 || code == 1007 || code == 1009 || code == 1010;
    if (accuses) return {Progress::impossible, grade, all};
    return {Progress::matched, std::max(grade, Grade::informational), all};
}

Match match_one(const Outcome& outcome, std::span<const Seen> seen, const Marks& marks, bool echoes) {
    switch (outcome.kind) {
        case Outcome::Kind::receives:
            return match_receives(outcome, seen, echoes);
        case Outcome::Kind::fails:
        case Outcome::Kind::closes:
        case Outcome::Kind::drops:
            return match_ending(outcome, seen, marks);
        case Outcome::Kind::waits: {
            auto const ended = std::ranges::find_if(seen, is_end);
            if (ended == seen.end()) return {};
            bool const nothing = ended->kind == Seen::Kind::deadline && std::ranges::none_of(seen, is_close);
            return {nothing ? Progress::matched : Progress::impossible, outcome.grade, seen.size()};
        }
        case Outcome::Kind::anything:
            if (std::ranges::any_of(seen, is_end)) return {Progress::matched, outcome.grade, seen.size()};
            return {};
        case Outcome::Kind::opens:
        case Outcome::Kind::refuses:
        case Outcome::Kind::refuses_tls:
            break;
    }
    return {Progress::impossible, outcome.grade, 0};
}

Match best(Match a, Match b) {
    if (a.progress == Progress::matched && b.progress == Progress::matched) return b.grade < a.grade ? b : a;
    if (a.progress == Progress::matched || b.progress == Progress::impossible) return a;
    if (b.progress == Progress::matched || a.progress == Progress::impossible) return b;
    return a;
}

}  // namespace

bool is_about_opening(const Expect& expect) {
    return std::ranges::any_of(expect.any_of, [](const Outcome& outcome) {
        return outcome.kind == Outcome::Kind::opens || outcome.kind == Outcome::Kind::refuses ||
               outcome.kind == Outcome::Kind::refuses_tls;
    });
}

Match match(const Expect& expect, std::span<const Seen> seen, const Marks& marks, bool echoes) {
    Match out{.progress = Progress::impossible};
    for (const auto& outcome : expect.any_of) out = best(out, match_one(outcome, seen, marks, echoes));
    return out;
}

Match match(const Expect& expect, const Opening& opening) {
    Match out{.progress = Progress::impossible};
    for (const auto& outcome : expect.any_of) {
        bool fits = false;
        switch (outcome.kind) {
            case Outcome::Kind::opens:
                fits = opening.answer == Opening::Answer::opened;
                break;
            case Outcome::Kind::refuses:
                fits =
                    opening.answer == Opening::Answer::refused &&
                    (outcome.codes.empty() || std::ranges::find(outcome.codes, opening.status) != outcome.codes.end());
                break;
            case Outcome::Kind::drops:
                // An error page without a status line (HTTP/0.9) is no answer, but no connection either.
                fits = opening.answer == Opening::Answer::dropped || opening.answer == Opening::Answer::garbage;
                break;
            case Outcome::Kind::anything:
                fits = opening.answer != Opening::Answer::flood;
                break;
            case Outcome::Kind::refuses_tls:
                fits = opening.answer == Opening::Answer::no_tls;
                break;
            default:
                break;
        }
        if (fits) out = best(out, {Progress::matched, outcome.grade, 0});
    }
    return out;
}

}  // namespace wsspec
