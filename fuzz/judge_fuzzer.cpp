// Contract: whatever a script sends and whatever a target answers, the judge has a verdict: findings cite the catalogue
// or the case, their words can go to a terminal, the worst comes first and gives the grade; the observer keeps no more
// than its limit; and silence where something is owed, or an answer behind a failed connection, is never a pass; when
// nothing more has to come, nothing is owed.
//
// Input: an encoded script, in which each Await hands over from the tester to the target and back: the steps in between
// are what that side sends. Between StopReading and ResumeReading messages go to a sink. HalfClose and Abort end the
// target's stream.
#include <algorithm>

#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "fuzz/targets.h"
#include "reference/judge.h"
#include "reference/requirements.h"

namespace wsspec::targets {

namespace {

constexpr std::size_t longest_stream = 60000;

bool fit_for_a_terminal(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

/// Takes messages in place of the observer: they begin, have pieces, and end.
class Sink final : public MessageSink {
public:
    void on_message_begin(Opcode opcode) override {
        demand(opcode == Opcode::text || opcode == Opcode::binary, "a message of no kind");
        open_ = true;
    }
    void on_message_piece(OctetView octets) override { demand(open_ && !octets.empty(), "a piece of nothing"); }
    void on_message_end(const InflateFacts*) override {
        demand(open_, "a message ends that did not begin");
        open_ = false;
    }

private:
    bool open_ = false;
};

struct Exchanged {
    Octets sent;
    std::vector<Seen> seen;
    bool half_closed = false;
};

Exchanged exchanged(const Script& script, const TargetProfile& profile) {
    Exchanged out;
    Sink sink;
    Observer observer(profile.role, 100000, profile.deflate);
    bool target_speaks = false;
    Seen::Kind end = Seen::Kind::deadline;
    Script part;
    auto const hand_over = [&] {
        auto made = wire_stream(part, target_speaks ? profile.role : other(profile.role), longest_stream);
        part.clear();
        if (!target_speaks && out.sent.size() < longest_stream) append(out.sent, made.octets);
        if (target_speaks) observer.receive(made.octets, out.sent.size());
    };
    for (const auto& step : script) {
        if (std::holds_alternative<Await>(step.action)) {
            hand_over();
            target_speaks = !target_speaks;
        } else if (std::holds_alternative<HalfClose>(step.action)) {
            if (target_speaks) end = Seen::Kind::end_of_stream;
            if (!target_speaks) out.half_closed = true;
        } else if (std::holds_alternative<StopReading>(step.action)) {
            hand_over();
            observer.divert(&sink);
        } else if (std::holds_alternative<ResumeReading>(step.action)) {
            hand_over();
            observer.divert(nullptr);
        } else if (std::holds_alternative<Abort>(step.action)) {
            if (target_speaks) end = Seen::Kind::reset;
        } else {
            part.push_back(step);
        }
    }
    hand_over();
    (void)observer.inside_frame();
    observer.end(end, out.sent.size());
    demand(observer.over(), "an observer that goes on behind the end");
    bool const closes =
        std::ranges::any_of(observer.seen(), [](const Seen& event) { return event.kind == Seen::Kind::close; });
    demand(!closes || observer.close_seen(), "a Close that was not seen");
    demand(observer.seen().back().offset <= observer.octets(), "an event beyond the stream");
    demand(observer.masking_keys().size() <= 100000, "masking keys without end");
    std::size_t kept = 0;
    for (const auto& event : observer.seen()) kept += event.payload.size();
    demand(kept <= 100000 + 200, "the observer keeps more than its limit");
    out.seen = observer.seen();
    return out;
}

/// When nothing more has to come, nothing is owed, and nothing was wrong.
void check_settled(const Forecast& made, std::span<const Seen> seen) {
    demand(settled(made, seen), "the connection is over, and something has to come");
    auto const open = seen.first(seen.size() - 1);
    if (open.empty() || !settled(made, open)) return;
    if (std::ranges::any_of(open, [](const Seen& event) {
            return event.kind == Seen::Kind::violation || event.kind == Seen::Kind::flood;
        }))
        return;
    demand(owes_nothing(made, open), "settled, and something is owed");
    demand(wsspec::judge(made, open).grade != Grade::fail, "settled, and a fail");
}

}  // namespace

void judge(OctetView input) {
    Script const script = decode(input);
    for (Role const target : {Role::server, Role::client}) {
        for (int const way : {0, 1, 2, 3, 4, 5}) {
            TargetProfile profile{.role = target};
            if (way == 1) profile.deflate = DeflateAgreement{};
            if (way == 2) {
                profile.deflate = DeflateAgreement{true, true, 8, 9};
                profile.echoes = false;
                profile.greetings = 1;
                profile.proven_message = 100;
            }
            if (way == 5) profile.may_take_text_alone = true;
            auto const what = exchanged(script, profile);
            Forecast made = wsspec::forecast(profile, what.sent, what.sent.size() / 7);
            made.half_closed = what.half_closed;
            if (way == 3) made.under_way = {.octets = 10U << 20, .fragments = 2000};
            if (way == 4) made.under_way = {.octets = 100, .fragments = 3, .over_limit = true};
            if (way == 5) {
                made.under_way = {.octets = 100, .flood = script.size() % 2 == 0};
                made.silent = made.holds_tcp = true;
                made.silent_for_long = script.size() % 3 == 0;
            }
            auto const judgement = wsspec::judge(made, what.seen);
            check_settled(made, what.seen);
            Grade worst = Grade::pass;
            for (const auto& finding : judgement.findings) {
                demand(finding.requirement.empty() || find_requirement(finding.requirement) != nullptr,
                       "a finding about nothing in the catalogue");
                demand(fit_for_a_terminal(finding.what), "a finding that is not fit for a terminal");
                demand(worst == Grade::pass || finding.grade <= worst, "the worst finding is not the first");
                worst = std::max(worst, finding.grade);
                if (!finding.requirement.empty()) (void)sender_requirement(finding.requirement);
            }
            demand(judgement.grade >= worst, "a grade that is better than its findings");
            demand(fit_for_a_terminal(describe_owed(made)), "what is owed is not fit for a terminal");

            // Nothing but silence.
            const auto& duties = made.readings.front().duties;
            bool const owed = std::ranges::any_of(duties, [&](const Duty& duty) {
                return duty.due &&
                       (duty.kind == Duty::Kind::ping || duty.kind == Duty::Kind::close ||
                        duty.kind == Duty::Kind::violation || (duty.kind == Duty::Kind::message && profile.echoes));
            });
            Seen const silence{.kind = Seen::Kind::deadline, .sent = what.sent.size()};
            if (owed && made.readings.size() == 1 && !what.half_closed && way < 3)
                demand(wsspec::judge(made, {&silence, 1}).grade > Grade::pass, "silence passes");
        }
    }
}

}  // namespace wsspec::targets
