#include "fuzz/mutator.h"

#include <algorithm>
#include <utility>

#include "fuzz/bends.h"
#include "fuzz/dice.h"
#include "fuzz/edges.h"
#include "fuzz/script_codec.h"

namespace wsspec {

namespace {

template <class T>
auto place(std::vector<T>& in, std::size_t index) {
    return in.begin() + static_cast<std::ptrdiff_t>(index);
}

std::vector<Send*> sends(Script& script) {
    std::vector<Send*> out;
    for (auto& step : script) {
        if (auto* send = std::get_if<Send>(&step.action); send != nullptr && !send->frames.empty()) out.push_back(send);
        if (auto* repeat = std::get_if<Repeat>(&step.action))
            for (auto* send : sends(repeat->script)) out.push_back(send);
    }
    return out;
}

Frame control(Dice& dice) {
    Octets payload = edges::text(dice, dice.one_in(4) ? 125 : dice.roll(12));
    switch (dice.roll(4)) {
        case 0:
            return pong(std::move(payload));
        case 1:
            return {.opcode = Opcode::close, .payload = edges::close_body(dice, true)};
        default:
            return ping(std::move(payload));
    }
}

Delivery delivery(Dice& dice, const Delivery& old) {
    switch (dice.roll(5)) {
        case 0:
            return together();
        case 1:
            return per_frame();
        case 2:
            return chopped(1 + dice.roll(dice.one_in(4) ? 4096 : 16));
        case 3:
            if (old.how == Delivery::How::cut && !old.cuts.empty()) {
                Delivery changed = old;
                dice.pick(changed.cuts) += dice.roll(9) - 4;  // backwards, too: modulo 2^64
                std::ranges::sort(changed.cuts);
                return changed;
            }
            [[fallthrough]];
        default: {
            std::vector<std::size_t> cuts;
            for (std::size_t at = 0, more = 1 + dice.roll(4); more > 0; --more)
                cuts.push_back(at += 1 + dice.roll(dice.one_in(3) ? 300 : 16));
            return cut_at(std::move(cuts));
        }
    }
}

// ---- Of frames ----

/// A data frame becomes two fragments (section 5.4).
void split(std::vector<Frame>& frames, Dice& dice) {
    std::size_t const index = dice.roll(frames.size());
    Frame& first = frames[index];
    if (is_control(first.opcode)) return;
    Frame second = first;
    auto const cut = static_cast<std::ptrdiff_t>(dice.roll(first.payload.size() + 1));
    second.payload.erase(second.payload.begin(), second.payload.begin() + cut);
    first.payload.erase(first.payload.begin() + cut, first.payload.end());
    first.fin = false;
    second.opcode = Opcode::continuation;
    second.rsv = 0;
    first.claimed_length.reset();
    second.claimed_length.reset();
    frames.insert(place(frames, index + 1), std::move(second));
}

void join(std::vector<Frame>& frames, Dice& dice) {
    if (frames.size() < 2) return;
    std::size_t const index = dice.roll(frames.size() - 1);
    append(frames[index].payload, frames[index + 1].payload);
    frames[index].fin = frames[index + 1].fin;
    frames.erase(place(frames, index + 1));
}

void change_payload(Frame& frame, Dice& dice) {
    Octets& payload = frame.payload;
    switch (dice.roll(7)) {
        case 0:
            payload.resize(std::min<std::size_t>(dice.pick(edges::payload_lengths), payload.size() + 4096), 'a');
            break;
        case 1:
            if (!payload.empty()) dice.pick(payload) ^= static_cast<Octet>(1U << dice.roll(8));
            break;
        case 2:
            if (!payload.empty()) dice.pick(payload) = dice.octet();
            break;
        case 3:
            if (!payload.empty()) payload.erase(place(payload, dice.roll(payload.size())));
            break;
        case 4: {
            auto const character =
                as_octets(dice.one_in(2) ? dice.pick(edges::characters) : dice.pick(edges::bad_characters));
            payload.insert(place(payload, dice.roll(payload.size() + 1)), character.begin(), character.end());
            break;
        }
        case 5:
            if (!payload.empty()) payload.resize(dice.roll(payload.size()));  // maybe inside of a character
            break;
        default:
            payload =
                dice.one_in(2) ? edges::deflated(dice, 2048, 500, dice.one_in(2)) : edges::text(dice, dice.roll(64));
            break;
    }
}

void flip_field(Frame& frame, Dice& dice) {
    switch (dice.roll(8)) {
        case 0:
            frame.fin = !frame.fin;
            break;
        case 1:
            frame.rsv ^= static_cast<Octet>(1U << dice.roll(3));
            break;
        case 2:
            frame.opcode = static_cast<Opcode>(dice.roll(16));
            break;
        case 3:
            frame.mask_bit = frame.mask_bit == MaskBit::as_role ? MaskBit::wrong_for_role : MaskBit::as_role;
            break;
        case 4:
            frame.key = dice.one_in(2) ? std::nullopt : std::optional(dice.pick(edges::keys));
            break;
        case 5:
            frame.length_form = static_cast<LengthForm>(dice.roll(4));
            break;
        case 6:
            frame.claimed_length = dice.pick(edges::claimed_lengths);
            break;
        default:
            frame.claimed_length.reset();
            frame.length_form = LengthForm::minimal;
            break;
    }
}

void change_frames(Send& send, Dice& dice) {
    auto& frames = send.frames;
    Frame& frame = dice.pick(frames);
    switch (dice.roll(10)) {
        case 0:
            return split(frames, dice);
        case 1:
            return join(frames, dice);
        case 2:
        case 3:
            return change_payload(frame, dice);
        case 4:
            return flip_field(frame, dice);
        case 5: {
            auto const index = dice.roll(frames.size() + 1);
            frames.insert(place(frames, index), control(dice));
            return;
        }
        case 6: {
            Frame copy = frame;
            frames.insert(place(frames, dice.roll(frames.size() + 1)), std::move(copy));
            return;
        }
        case 7:
            if (frames.size() > 1) frames.erase(place(frames, dice.roll(frames.size())));
            return;
        case 8:
            std::swap(frame, dice.pick(frames));
            return;
        default:
            return bend(frames, dice);
    }
}

// ---- Of steps ----

Step new_step(Dice& dice) {
    switch (dice.roll(8)) {
        case 0:
            return barrier("b");
        case 1:
            return send_octets(dice.octets(1 + dice.roll(12)), delivery(dice, {}));
        case 2:
            return half_close();
        case 3: {
            std::vector<Frame> frames;
            bend(frames, dice);
            return send(std::move(frames), delivery(dice, {}));
        }
        case 4:
            return send(control(dice));
        case 5: {
            Frame frame = binary(edges::deflated(dice, 4096, 0, true));
            return send(frame.with_rsv(rsv1), delivery(dice, {}));
        }
        default:
            return send(text(edges::text(dice, edges::payload_length(dice, 65536))), delivery(dice, {}));
    }
}

void change_steps(Script& script, Dice& dice) {
    // The handshake stays where it is: without it nothing of the rest is reached.
    std::size_t const first = script.empty() || !std::holds_alternative<Open>(script.front().action) ? 0 : 1;
    std::size_t const rest = script.size() - first;
    std::size_t const index = rest == 0 ? first : first + dice.roll(rest);
    switch (rest == 0 ? 0 : dice.roll(4)) {
        case 0:
            script.insert(place(script, first + dice.roll(rest + 1)), new_step(dice));
            return;
        case 1: {
            Step copy = script[index];
            script.insert(place(script, index), std::move(copy));
            return;
        }
        case 2:
            script.erase(place(script, index));
            return;
        default:
            std::swap(script[index], script[first + dice.roll(rest)]);
            return;
    }
}

void change_opening(Script& script, Dice& dice) {
    for (auto& step : script) {
        auto* open = std::get_if<Open>(&step.action);
        if (open == nullptr) continue;
        if (dice.one_in(4)) {
            open->delivery = delivery(dice, open->delivery);
        } else if (dice.one_in(3)) {
            open->handshake = open->handshake.set("Sec-WebSocket-Extensions", dice.pick(edges::extensions));
        } else if (open->answer) {
            *open->answer = bent_handshake(*open->answer, dice);
        } else {
            open->handshake = bent_handshake(open->handshake, dice);
        }
        return;
    }
    script.insert(script.begin(), open());
}

void change_delivery(Script& script, Dice& dice) {
    std::vector<Delivery*> found;
    for (auto& step : script) {
        if (auto* send = std::get_if<Send>(&step.action)) found.push_back(&send->delivery);
        if (auto* send = std::get_if<SendOctets>(&step.action)) found.push_back(&send->delivery);
    }
    if (found.empty()) return;
    auto* const chosen = dice.pick(found);
    *chosen = delivery(dice, *chosen);
}

void change_octets(Script& script, Dice& dice) {
    std::vector<Octets*> found;
    for (auto& step : script)
        if (auto* send = std::get_if<SendOctets>(&step.action); send != nullptr && !send->octets.empty())
            found.push_back(&send->octets);
    if (found.empty()) return;
    auto& octets = *dice.pick(found);
    if (dice.one_in(3)) {
        octets.erase(place(octets, dice.roll(octets.size())));
    } else {
        dice.pick(octets) ^= static_cast<Octet>(1U << dice.roll(8));
    }
}

/// Where large steps may have been doubled, what the codec makes of the script: that is within ScriptBounds.
Script within_bounds(Script script) {
    std::size_t frames = 0;
    std::size_t octets = 0;
    auto const add = [&](const std::vector<Frame>& more) {
        frames += more.size();
        for (const auto& frame : more) octets += frame.payload.size();
    };
    for (const auto* step : sends(script)) add(step->frames);
    // What is expected counts as much.
    for (const auto& step : script)
        if (const auto* expect = std::get_if<Expect>(&step.action))
            for (const auto& outcome : expect->any_of) add(outcome.frames);
    bool const surely = script.size() < 1000 && frames < 1000 && octets < (1U << 20);
    return surely ? script : decode(encode(script));
}

}  // namespace

Script mutate(const Script& script, std::uint64_t seed) {
    Dice dice(seed);
    Script out = script;
    for (std::size_t changes = dice.one_in(2) ? 1 : 1 + dice.roll(4); changes > 0; --changes) {
        switch (dice.roll(12)) {
            case 0:
            case 1:
                change_steps(out, dice);
                break;
            case 2:
                if (dice.one_in(2)) {
                    change_opening(out, dice);
                    break;
                }
                [[fallthrough]];
            case 3:
                change_delivery(out, dice);
                break;
            case 4:
                change_octets(out, dice);
                [[fallthrough]];
            default:
                if (auto const found = sends(out); !found.empty()) {
                    change_frames(*dice.pick(found), dice);
                } else {
                    change_steps(out, dice);
                }
                break;
        }
    }
    return within_bounds(std::move(out));
}

Script splice(const Script& a, const Script& b, std::uint64_t seed) {
    Dice dice(seed);
    Script out = a;
    Script other = b;
    auto const mine = sends(out);
    auto const theirs = sends(other);
    if (!mine.empty() && !theirs.empty() && dice.one_in(2)) {
        // Frames of theirs between ours.
        auto& frames = dice.pick(mine)->frames;
        const auto& from = dice.pick(theirs)->frames;
        std::size_t const first = dice.roll(from.size());
        std::size_t const count = 1 + dice.roll(std::min<std::size_t>(from.size() - first, 8));
        frames.insert(place(frames, dice.roll(frames.size() + 1)), from.begin() + static_cast<std::ptrdiff_t>(first),
                      from.begin() + static_cast<std::ptrdiff_t>(first + count));
        return within_bounds(std::move(out));
    }
    std::size_t const end = dice.roll(out.size() + 1);
    std::size_t from = dice.roll(other.size() + 1);
    // One handshake is enough.
    if (end > 0 && from == 0 && !other.empty() && std::holds_alternative<Open>(other.front().action)) from = 1;
    out.erase(place(out, end), out.end());
    out.insert(out.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
    return within_bounds(std::move(out));
}

}  // namespace wsspec
