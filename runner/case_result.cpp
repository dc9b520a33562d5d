#include "runner/case_result.h"

#include <utility>

namespace wsspec {

namespace {

Verdict verdict_of(const Played& played) {
    if (!played.unimplemented.empty()) return Verdict::unimplemented;
    if (!played.error.empty() || played.inconclusive) return Verdict::error;
    switch (played.grade) {
        case Grade::pass:
            return Verdict::pass;
        case Grade::informational:
            return Verdict::informational;
        case Grade::non_strict:
            return Verdict::non_strict;
        case Grade::fail:
            return Verdict::fail;
    }
    return Verdict::error;
}

int weight(Verdict verdict) {
    switch (verdict) {
        case Verdict::fail:
            return 5;
        case Verdict::error:
            return 4;
        case Verdict::non_strict:
            return 3;
        case Verdict::informational:
            return 2;
        case Verdict::pass:
            return 1;
        default:  // one script that does not apply says nothing of the others
            return 0;
    }
}

}  // namespace

bool is_worse(Verdict verdict, Verdict than) { return weight(verdict) > weight(than); }

bool add_finding(CaseResult& result, Finding finding) {
    Verdict const verdict = finding.grade == Grade::fail         ? Verdict::fail
                            : finding.grade == Grade::non_strict ? Verdict::non_strict
                                                                 : Verdict::informational;
    bool const decides = is_worse(verdict, result.verdict);
    if (decides) {
        result.verdict = verdict;
        result.detail = finding.what;
        result.requirement = finding.requirement;
        result.deciding_octet.reset();
    }
    result.findings.insert(decides ? result.findings.begin() : result.findings.end(), std::move(finding));
    return decides;
}

CaseResult result_of(const Case& one, SessionResult session) {
    CaseResult out;
    out.id = one.id;
    out.duration_ms = static_cast<double>(session.duration.count()) / 1000.0;
    out.transcript = std::move(session.transcript);
    if (!session.connect_error.empty()) {
        out.verdict = Verdict::error;
        out.detail = "no connection: " + session.connect_error;
        return out;
    }
    Played& played = session.played;
    out.verdict = verdict_of(played);
    out.expected = std::move(played.expected);
    out.observed = std::move(played.observed);
    out.findings = std::move(played.findings);
    out.closing = played.closing;
    out.figures = session.figures;
    for (const auto& remark : played.remarks) out.observed += (out.observed.empty() ? "" : "; ") + remark;
    if (!played.unimplemented.empty()) {
        out.detail = played.unimplemented;
    } else if (!played.error.empty()) {
        out.detail = played.error;
    } else if (!out.findings.empty()) {
        const Finding& first = out.findings.front();
        out.detail = first.what;
        out.requirement = first.requirement;
        if (first.offset) out.deciding_octet = session.response_head.size() + *first.offset;
        if (played.inconclusive) out.detail += ": the target may do that at any time, so nothing is learnt";
    } else if (out.verdict != Verdict::pass) {
        out.detail = out.observed;
        if (!one.covers.empty()) out.requirement = one.covers.front();
    }
    return out;
}

CaseResult absence_of(const Case& one, const std::string& how) {
    CaseResult out;
    out.id = one.id;
    out.verdict = Verdict::pass;
    out.attempts = 1;
    out.expected = describe(*one.url);
    out.observed = "no request: " + how;
    Grade const grade = one.url->stays_away;
    if (grade != Grade::pass)
        add_finding(out, {.grade = grade,
                          .requirement = one.covers.front(),
                          .what = "never asks for its URL: " + how +
                                  (one.url->why_away.empty() ? "" : "; " + one.url->why_away)});
    return out;
}

void add_life(CaseResult& result, const Case& one, SessionResult life, bool alone) {
    bool const unreachable = !life.connect_error.empty();
    bool const not_his = life.own_shortage;
    bool const unopened = !life.played.error.empty();
    CaseResult const shown = result_of(one, std::move(life));
    bool const dead = unreachable || unopened || shown.verdict == Verdict::fail;
    auto const shift = static_cast<std::uint64_t>(result.duration_ms * 1000);
    result.duration_ms += shown.duration_ms;
    result.transcript.push_back({.at_us = shift,
                                 .note = dead ? "afterwards, on a fresh connection: " + shown.detail
                                              : "afterwards a fresh connection opens and answers"});
    if (!dead) return;
    for (const auto& entry : shown.transcript) {
        result.transcript.push_back(entry);
        result.transcript.back().at_us += shift;
    }
    if (unreachable && (!alone || not_his)) {
        result.verdict = Verdict::error;
        result.detail = (alone ? "afterwards: " : "afterwards, among other cases: ") + shown.detail;
        return;
    }
    result.verdict = Verdict::fail;
    result.detail = "afterwards, on a fresh connection: " + shown.detail;
    result.requirement = one.covers.empty() ? std::string() : one.covers.front();
    result.deciding_octet.reset();
    result.findings.insert(result.findings.begin(),
                           {.grade = Grade::fail, .requirement = result.requirement, .what = result.detail});
}

}  // namespace wsspec
