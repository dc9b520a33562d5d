#include "runner/breach.h"

#include <algorithm>

namespace wsspec {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Numbers become '#'; close codes stay, since they tell failures apart.
std::string kind_of(std::string_view what) {
    std::string out;
    for (std::size_t i = 0; i < what.size();) {
        if (!is_digit(what[i])) {
            out += what[i++];
            continue;
        }
        auto const from = i;
        while (i < what.size() && is_digit(what[i])) ++i;
        bool const code = i - from == 4 && (out.ends_with("Close ") || out.ends_with("with ") || out.ends_with("; "));
        out += code ? what.substr(from, i - from) : "#";
    }
    return out;
}

std::string size_class(std::uint64_t size) {
    return size == 0 ? "0" : size < 126 ? "s" : size < 65536 ? "m" : size >> 63 != 0 ? "top" : "l";
}

std::string shape_of(const Frame& frame) {
    std::string out(to_string(frame.opcode));
    if (!frame.fin) out += "+";
    if (frame.rsv != 0) out += " rsv" + std::to_string(frame.rsv);
    if (frame.mask_bit == MaskBit::wrong_for_role) out += " mask";
    if (frame.length_form != LengthForm::minimal) out += " form";
    out += " " + size_class(frame.payload.size());
    if (frame.claimed_length) out += " claims " + size_class(*frame.claimed_length);
    return out;
}

std::string shape_of(const Open& open) {
    Handshake const plain = Handshake{}.with_early(open.handshake.early);
    std::string out = open.answer               ? "answer " + open.answer->start_line
                      : open.handshake == plain ? "open"
                                                : "open " + open.handshake.start_line;
    for (const auto& frame : open.handshake.early) out += " early " + shape_of(frame);
    return out;
}

std::string shape_of(const Step& step) {
    if (const auto* open = std::get_if<Open>(&step.action)) return shape_of(*open);
    if (const auto* octets = std::get_if<SendOctets>(&step.action))
        return "octets " + size_class(octets->octets.size());
    if (const auto* repeat = std::get_if<Repeat>(&step.action))
        return "repeat (" + wsspec::shape_of(repeat->script) + ")";
    if (const auto* send = std::get_if<Send>(&step.action)) {
        std::string out = "send";
        for (const auto& frame : send->frames) out += " [" + shape_of(frame) + "]";
        return out;
    }
    return "step " + std::to_string(step.action.index());
}

}  // namespace

std::optional<Breach> breach_of(const Played& played, bool strict) {
    if (!played.error.empty() || !played.unimplemented.empty() || played.inconclusive) return std::nullopt;
    Grade const least = strict ? Grade::non_strict : Grade::fail;
    if (played.grade < least) return std::nullopt;
    if (played.findings.empty() || played.findings.front().grade < least) {
        // An outcome of its opening handshake that has this grade by itself.
        return Breach{.grade = played.grade, .kind = kind_of(played.observed), .what = played.observed};
    }
    const Finding& worst = played.findings.front();
    return Breach{.grade = worst.grade,
                  .requirement = worst.requirement,
                  .kind = kind_of(worst.what),
                  .what = worst.what,
                  .offset = worst.offset};
}

Breach breach_of_death(const std::string& how) {
    // 10.1: an endpoint has to cope with whatever comes.
    return {.grade = Grade::fail, .requirement = "R6455-10.1-1", .kind = "dies: it " + how, .what = "dies: it " + how};
}

std::string shape_of(const Script& script) {
    std::string out;
    for (const auto& step : script) {
        if (std::holds_alternative<Expect>(step.action)) continue;
        out += (out.empty() ? "" : "; ") + shape_of(step);
    }
    return out;
}

std::string presumed_requirement(const Script& script) {
    bool compressed = false;
    bool fragmented = false;
    bool data = false;
    for (const auto& step : script) {
        const auto* send = std::get_if<Send>(&step.action);
        if (send == nullptr) continue;
        for (const auto& frame : send->frames) {
            compressed = compressed || (frame.rsv & rsv1) != 0;
            fragmented = fragmented || frame.opcode == Opcode::continuation;
            data = data || !is_control(frame.opcode);
        }
    }
    if (compressed) return "R7692-7.2.2-1";
    if (fragmented) return "R6455-5.4-3";
    return data ? "R6455-5.4-2" : "R6455-6.2-1";
}

}  // namespace wsspec
