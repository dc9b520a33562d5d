#include "runner/flood.h"

#include <algorithm>
#include <utility>

namespace wsspec {

namespace {

/// Of one write: few system calls, and a target's Close is seen soon.
constexpr std::size_t at_once = 64U << 10;
/// More rounds in `full`, fewer in `quick`.
constexpr std::size_t profile_factor = 8;

bool is_data(const Frame& frame) { return !is_control(frame.opcode); }

}  // namespace

std::size_t rounds_of(const Flood& flood, Profile profile) {
    switch (profile) {
        case Profile::quick:
            return std::max<std::size_t>(1, flood.count / profile_factor);
        case Profile::full:
            return flood.count == 1 ? 1 : flood.count * profile_factor;
        case Profile::standard:
            break;
    }
    return flood.count;
}

FloodStream::FloodStream(const Flood& flood, Settings settings) : flood_(flood), settings_(std::move(settings)) {
    if (flood.frames.size() == 1 && is_data(flood.frames.front()) && flood.frames.front().fin &&
        flood.frames.front().opcode != Opcode::continuation && flood.frames.front().rsv == 0)
        whole_ = flood.frames.data();
    auto const is_compressed = [](const Frame& frame) { return (frame.rsv & rsv1) != 0; };
    compressed_ = std::ranges::any_of(flood.first, is_compressed) || std::ranges::any_of(flood.frames, is_compressed);
}

void FloodStream::add(Octets& out, const std::vector<Frame>& frames) {
    for (const auto& frame : frames) {
        append(out, wire(frame, settings_.sender, settings_.fresh_key ? settings_.fresh_key() : MaskingKey{}));
        ++frames_;
        if (is_data(frame)) payload_ += frame.payload.size();
        if (is_data(frame) && frame.fin) ++messages_;
    }
}

Octets FloodStream::next_write() {
    Octets out;
    while (out.size() < at_once && part_ != Part::done) {
        switch (part_) {
            case Part::first:
                add(out, flood_.first);
                part_ = Part::frames;
                break;
            case Part::frames:
                if (round_ == settings_.rounds) {
                    part_ = Part::last;
                } else {
                    add(out, flood_.frames);
                    ++round_;
                }
                break;
            case Part::last:
                add(out, flood_.last);
                part_ = Part::done;
                break;
            case Part::done:
                break;
        }
    }
    octets_ += out.size();
    return out;
}

void FloodStream::stop() {
    if (part_ == Part::done) return;
    stopped_ = true;
    part_ = Part::done;
}

void FloodStream::fail(std::string what) {
    if (!broken_) broken_ = Finding{Grade::fail, {}, std::move(what)};
}

void FloodStream::on_message_begin(Opcode opcode) {
    at_ = 0;
    is_greeting_ = settings_.greetings > 0 && returned_ == 0;
    if (is_greeting_) {
        --settings_.greetings;
        return;
    }
    if (!settings_.target_echoes) return;
    if (returned_ == messages_) fail("sends a message that no complete message of ours asked for");
    if (whole_ != nullptr && opcode != whole_->opcode)
        fail("sends a message back as " + std::string(to_string(opcode)) + ", not as " +
             std::string(to_string(whole_->opcode)));
}

void FloodStream::on_message_piece(OctetView octets) {
    came_ += octets.size();
    at_ += octets.size();
    if (is_greeting_ || whole_ == nullptr || !settings_.target_echoes) return;
    auto const wanted = OctetView(whole_->payload);
    std::uint64_t const from = at_ - octets.size();
    if (at_ > wanted.size() || !std::ranges::equal(octets, wanted.subspan(from, octets.size())))
        fail("message " + std::to_string(returned_ + 1) + " of the flood comes back changed");
}

void FloodStream::on_message_end(const InflateFacts*) {
    ++came_;
    if (is_greeting_) return;
    if (settings_.target_echoes && whole_ != nullptr && at_ != whole_->payload.size())
        fail("message " + std::to_string(returned_ + 1) + " of the flood comes back cut: " + std::to_string(at_) +
             " octets of " + std::to_string(whole_->payload.size()));
    largest_returned_ = std::max(largest_returned_, at_);
    ++returned_;
}

bool FloodStream::takes_pong(OctetView payload) {
    auto const asked = [&](const Frame& frame) {
        return frame.opcode == Opcode::ping && std::ranges::equal(frame.payload, payload);
    };
    if (!std::ranges::any_of(flood_.first, asked) && !std::ranges::any_of(flood_.frames, asked) &&
        !std::ranges::any_of(flood_.last, asked))
        return false;
    ++pongs_;
    ++came_;
    return true;
}

}  // namespace wsspec
