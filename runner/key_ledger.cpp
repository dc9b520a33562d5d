#include "runner/key_ledger.h"

#include <utility>

namespace wsspec {

CaseResult KeyLedger::take(const std::string& agent, const Case& one, const SessionResult& session, CaseResult result) {
    Agent& known = agents_[agent];
    known.record.take(session.nonce, session.masking_keys);
    if (!one.keys) return result;
    Asked& asked = known.asked[one.id];
    asked = {.one = &one, .played = std::move(result)};
    return judged(known.record, asked);
}

void KeyLedger::judge(const std::function<void(const std::string& agent, CaseResult result)>& tell) const {
    for (const auto& [name, agent] : agents_)
        for (const auto& [id, asked] : agent.asked) tell(name, judged(agent.record, asked));
}

CaseResult KeyLedger::judged(const KeyRecord& record, const Asked& asked) {
    CaseResult out = asked.played;
    // What went wrong on the connection itself comes first.
    if (out.verdict != Verdict::pass && out.verdict != Verdict::informational) return out;
    auto const answer = record.answer(*asked.one->keys);
    out.observed = "over the run: " + answer.figures;
    switch (answer.says) {
        case KeyAnswer::Says::innocent:
            out.verdict = Verdict::pass;
            out.detail.clear();
            out.requirement.clear();
            break;
        case KeyAnswer::Says::too_few:
            out.verdict = Verdict::skipped;
            out.detail = "the run was too short to tell: " + answer.figures;
            break;
        case KeyAnswer::Says::guilty: {
            // A nonce of which some bits never change, as one of digits, is new and random all the same (4.1): only of
            // masking keys is more asked (5.3).
            Grade const grade = *asked.one->keys == KeyQuestion::nonce_biased ? Grade::non_strict : Grade::fail;
            out.verdict = grade == Grade::fail ? Verdict::fail : Verdict::non_strict;
            out.requirement = answer.requirement;
            out.detail = answer.figures;
            out.findings.insert(out.findings.begin(),
                                {.grade = grade, .requirement = answer.requirement, .what = answer.figures});
            break;
        }
    }
    return out;
}

}  // namespace wsspec
