#include "fuzz/shrinker.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace wsspec {

namespace {

/// Takes out the units [at, at + count) of something that is counted over a whole script: of each part as many as the
/// range covers.
class Range {
public:
    Range(std::size_t at, std::size_t count) : at_(at), end_(at + count) {}

    template <class Container>
    void take_from(Container& part) {
        std::size_t const size = part.size();
        std::size_t const from = std::clamp(at_, seen_, seen_ + size) - seen_;
        std::size_t const to = std::clamp(end_, seen_, seen_ + size) - seen_;
        part.erase(part.begin() + static_cast<std::ptrdiff_t>(from), part.begin() + static_cast<std::ptrdiff_t>(to));
        seen_ += size;
    }
    std::size_t seen() const { return seen_; }

private:
    std::size_t at_;
    std::size_t end_;
    std::size_t seen_ = 0;
};

/// Calls for every list of frames that is sent.
void for_each_list(Script& script, const std::function<void(std::vector<Frame>&)>& visit) {
    for (auto& step : script) {
        if (auto* open = std::get_if<Open>(&step.action)) {
            visit(open->handshake.early);
            if (open->answer) visit(open->answer->early);
        } else if (auto* send = std::get_if<Send>(&step.action)) {
            visit(send->frames);
        } else if (auto* repeat = std::get_if<Repeat>(&step.action)) {
            for_each_list(repeat->script, visit);
        }
    }
}

/// The lines that a usual handshake does not have: to take out one that it has is to make it longer to explain.
void take_lines(Handshake& handshake, const Handshake& usual, Range& range) {
    std::erase_if(handshake.fields, [&](const std::string& line) {
        if (std::ranges::find(usual.fields, line) != usual.fields.end()) return false;
        std::string one(1, 'x');
        range.take_from(one);
        return one.empty();
    });
}

void for_each_handshake(Script& script, const std::function<void(Handshake&, const Handshake& usual)>& visit) {
    for (auto& step : script) {
        auto* open = std::get_if<Open>(&step.action);
        if (open == nullptr) continue;
        visit(open->handshake, Handshake{});
        if (open->answer) visit(*open->answer, acceptance());
    }
}

/// Steps without frames or octets do nothing any more.
void drop_empty_steps(Script& script) {
    for (auto& step : script)
        if (auto* repeat = std::get_if<Repeat>(&step.action)) drop_empty_steps(repeat->script);
    std::erase_if(script, [](const Step& step) {
        if (const auto* send = std::get_if<Send>(&step.action)) return send->frames.empty();
        if (const auto* send = std::get_if<SendOctets>(&step.action)) return send->octets.empty();
        if (const auto* repeat = std::get_if<Repeat>(&step.action)) return repeat->script.empty();
        return false;
    });
}

void take_payload(Script& script, Range& range) {
    for_each_list(script, [&](std::vector<Frame>& frames) {
        for (auto& frame : frames) range.take_from(frame.payload);
    });
    for_each_handshake(script, [&](Handshake& handshake, const Handshake& usual) {
        range.take_from(handshake.before);
        range.take_from(handshake.after);
        for (auto& line : handshake.fields)
            if (std::ranges::find(usual.fields, line) == usual.fields.end()) range.take_from(line);
    });
    std::function<void(Script&)> const of_steps = [&](Script& steps) {
        for (auto& step : steps) {
            if (auto* send = std::get_if<SendOctets>(&step.action)) range.take_from(send->octets);
            if (auto* repeat = std::get_if<Repeat>(&step.action)) of_steps(repeat->script);
        }
    };
    of_steps(script);
}

// ---- Plainer values: each is one question ----

using Simplification = std::function<void(Frame&)>;

const std::vector<Simplification>& simplifications() {
    static const std::vector<Simplification> all = {
        [](Frame& frame) { frame.claimed_length.reset(); },
        [](Frame& frame) { frame.length_form = LengthForm::minimal; },
        [](Frame& frame) { frame.rsv = 0; },
        [](Frame& frame) { frame.fin = true; },
        [](Frame& frame) { frame.mask_bit = MaskBit::as_role; },
        [](Frame& frame) { frame.key.reset(); },
        [](Frame& frame) { frame.opcode = Opcode::text; },
        [](Frame& frame) { frame.payload.assign(frame.payload.size(), 'a'); },
        [](Frame& frame) {
            std::ranges::replace_if(
                frame.payload, [](Octet octet) { return octet < 0x20 || octet > 0x7e; }, Octet{'a'});
        },
    };
    return all;
}

/// The n-th way to make one value plainer; false: there are no more. It may change nothing.
bool make_plainer(Script& script, std::size_t n) {
    std::vector<std::function<void()>> ways;
    for (auto& step : script) {
        if (auto* open = std::get_if<Open>(&step.action)) {
            ways.emplace_back([open] { *open = Open{}; });
            ways.emplace_back([open] { open->delivery = {}; });
            ways.emplace_back([open] { open->handshake = Handshake{}; });
            ways.emplace_back([open] { open->answer.reset(); });
            for (auto* handshake : {&open->handshake, open->answer ? &*open->answer : nullptr}) {
                if (handshake == nullptr) continue;
                bool const answer = handshake != &open->handshake;
                ways.emplace_back([=] { handshake->start_line = (answer ? acceptance() : Handshake{}).start_line; });
                ways.emplace_back([=] { handshake->fields = (answer ? acceptance() : Handshake{}).fields; });
                ways.emplace_back([=] { handshake->line_end = "\r\n"; });
                ways.emplace_back([=] { handshake->complete = true; });
            }
        } else if (auto* send = std::get_if<Send>(&step.action)) {
            ways.emplace_back([send] { send->delivery = {}; });
        } else if (auto* send_raw = std::get_if<SendOctets>(&step.action)) {
            ways.emplace_back([send_raw] { send_raw->delivery = {}; });
        } else if (auto* trips = std::get_if<RoundTrips>(&step.action)) {
            ways.emplace_back([trips] { trips->count = 1; });
            ways.emplace_back([trips] { trips->size /= 2; });
            ways.emplace_back([trips] { trips->fragment = trips->write_size = 0; });
            ways.emplace_back([trips] { trips->in_flight = 1; });
        } else if (auto* flood = std::get_if<Flood>(&step.action)) {
            ways.emplace_back([flood] { flood->count /= 2; });
        } else if (auto* crowd = std::get_if<Crowd>(&step.action)) {
            ways.emplace_back([crowd] { crowd->connections /= 2; });
        }
    }
    if (n < ways.size()) {
        ways[n]();
        return true;
    }
    n -= ways.size();
    std::vector<Frame*> frames;
    for_each_list(script, [&](std::vector<Frame>& list) {
        for (auto& frame : list) frames.push_back(&frame);
    });
    const auto& rules = simplifications();
    if (n >= frames.size() * rules.size()) return false;
    rules[n % rules.size()](*frames[n / rules.size()]);
    return true;
}

/// The n-th Repeat of the outermost level done once, or half as often.
bool shorten_repeat(Script& script, std::size_t n) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < script.size(); ++i) {
        auto* repeat = std::get_if<Repeat>(&script[i].action);
        if (repeat == nullptr || seen++ != n / 2) continue;
        if (n % 2 == 0) {
            Script body = std::move(repeat->script);
            auto const at = script.erase(script.begin() + static_cast<std::ptrdiff_t>(i));
            script.insert(at, std::make_move_iterator(body.begin()), std::make_move_iterator(body.end()));
        } else {
            repeat->times /= 2;
        }
        return true;
    }
    return false;
}

/// The n-th pair of neighbouring Send steps becomes one.
bool join_sends(Script& script, std::size_t n) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i + 1 < script.size(); ++i) {
        auto* first = std::get_if<Send>(&script[i].action);
        auto* second = std::get_if<Send>(&script[i + 1].action);
        if (first == nullptr || second == nullptr || seen++ != n) continue;
        first->frames.insert(first->frames.end(), second->frames.begin(), second->frames.end());
        if (first->delivery != second->delivery) first->delivery = per_frame();
        script.erase(script.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return true;
    }
    return false;
}

}  // namespace

Shrinker::Shrinker(Script script, std::size_t most_questions) : smallest_(std::move(script)), most_(most_questions) {
    start(Pass::steps);
}

bool Shrinker::removes() const {
    return pass_ == Pass::steps || pass_ == Pass::frames || pass_ == Pass::lines || pass_ == Pass::payload;
}

/// How many units the pass can take out.
std::size_t Shrinker::units() const {
    Script copy = smallest_;
    Range nothing(0, 0);
    switch (pass_) {
        case Pass::steps: {
            bool const opens = !copy.empty() && std::holds_alternative<Open>(copy.front().action);
            return copy.size() - (opens ? 1 : 0);
        }
        case Pass::frames:
            for_each_list(copy, [&](std::vector<Frame>& frames) { nothing.take_from(frames); });
            return nothing.seen();
        case Pass::lines:
            for_each_handshake(copy, [&](Handshake& one, const Handshake& usual) { take_lines(one, usual, nothing); });
            return nothing.seen();
        case Pass::payload:
            take_payload(copy, nothing);
            return nothing.seen();
        default:
            return 0;
    }
}

void Shrinker::start(Pass pass) {
    pass_ = pass;
    at_ = 0;
    chunk_ = removes() ? units() : 0;
}

/// Makes the change that pass_, chunk_ and at_ say. False: the pass has no more.
bool Shrinker::take_out(Script& script) const {
    Range range(at_, chunk_);
    switch (pass_) {
        case Pass::steps: {
            auto const kept = static_cast<std::ptrdiff_t>(script.size() - units());
            auto const from = kept + static_cast<std::ptrdiff_t>(at_);
            auto const to = std::min<std::ptrdiff_t>(from + static_cast<std::ptrdiff_t>(chunk_), std::ssize(script));
            script.erase(script.begin() + from, script.begin() + to);
            return true;
        }
        case Pass::repeats:
            return shorten_repeat(script, at_);
        case Pass::sends:
            return join_sends(script, at_);
        case Pass::frames:
            for_each_list(script, [&](std::vector<Frame>& frames) { range.take_from(frames); });
            drop_empty_steps(script);
            return true;
        case Pass::lines:
            for_each_handshake(script, [&](Handshake& one, const Handshake& usual) { take_lines(one, usual, range); });
            return true;
        case Pass::payload:
            take_payload(script, range);
            drop_empty_steps(script);
            return true;
        case Pass::plain:
            return make_plainer(script, at_);
        case Pass::end:
            break;
    }
    return false;
}

std::optional<Script> Shrinker::candidate() {
    while (pass_ != Pass::end) {
        // Chunks get smaller; when single units are done the pass is over.
        if (removes() && at_ >= units()) {
            at_ = 0;
            chunk_ = std::min(chunk_, units()) / 2;
        }
        Script changed = smallest_;
        if ((removes() && chunk_ == 0) || !take_out(changed)) {
            auto const next = static_cast<Pass>(static_cast<int>(pass_) + 1);
            if (next != Pass::end || !helped_) {
                start(next);
            } else {
                helped_ = false;
                start(Pass::steps);
            }
            continue;
        }
        if (changed != smallest_) return changed;
        advance(false);
    }
    return std::nullopt;
}

/// To the next question of the pass: the same place again where something went, since others have moved up.
void Shrinker::advance(bool helped) {
    if (!helped) at_ += removes() ? chunk_ : 1;
}

std::optional<Script> Shrinker::next() {
    if (!asked_ && questions_ < most_) {
        asked_ = candidate();
        if (asked_) ++questions_;
    }
    return asked_;
}

void Shrinker::answer(bool still_fails) {
    if (!asked_) return;
    if (still_fails) {
        smallest_ = std::move(*asked_);
        helped_ = true;
    }
    asked_.reset();
    advance(still_fails);
}

}  // namespace wsspec
