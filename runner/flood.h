// One `Flood` step: frames made while they are sent, and what comes back of them counted while it passes. Sans I/O;
// memory does not grow with their number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>

#include "cases/script.h"
#include "reference/judge.h"
#include "reference/observation.h"
#include "runner/exchange.h"

namespace wsspec {

/// How often the frames of a flood are sent in this profile.
std::size_t rounds_of(const Flood& flood, Profile profile);

class FloodStream final : public MessageSink {
public:
    struct Settings {
        Role sender = Role::client;
        std::size_t rounds = 1;
        bool target_echoes = false;
        std::uint64_t greetings = 0;  ///< Messages of the target's own that are still to come.
        std::function<MaskingKey()> fresh_key = {};
    };
    /// `flood` must outlive the stream.
    FloodStream(const Flood& flood, Settings settings);

    /// Whole frames, about 64 KiB of them at once; empty: everything was handed out.
    Octets next_write();
    bool all_sent() const { return part_ == Part::done; }
    /// That was enough: what a target takes no more is not made.
    void stop();
    bool stopped() const { return stopped_; }

    /// All messages that were sent have come back, as far as the target echoes.
    bool all_returned() const { return !flood_.echoes || !settings_.target_echoes || returned_ == messages_; }
    const std::optional<Finding>& broken() const { return broken_; }

    std::uint64_t octets() const { return octets_; }  ///< On the wire.
    std::uint64_t frames() const { return frames_; }
    std::uint64_t payload() const { return payload_; }  ///< Of messages.
    std::uint64_t messages() const { return messages_; }
    /// Octets that a target has to make of what was sent, at most, where it is compressed.
    std::uint64_t inflated() const {
        return compressed_ ? std::min(most_inflated * payload_, std::uint64_t{256} << 20) : 0;
    }
    std::uint64_t returned() const { return returned_; }
    /// Octets of the largest message that came back, inflated.
    std::uint64_t largest_returned() const { return largest_returned_; }
    std::uint64_t pongs() const { return pongs_; }
    /// Changes with all that is sent or comes back.
    std::uint64_t moved() const { return octets_ + came_; }

private:
    void on_message_begin(Opcode opcode) override;
    void on_message_piece(OctetView octets) override;
    void on_message_end(const InflateFacts* deflate) override;
    bool takes_pong(OctetView payload) override;

    enum class Part { first, frames, last, done };
    void add(Octets& out, const std::vector<Frame>& frames);
    void fail(std::string what);

    const Flood& flood_;
    Settings settings_;
    static constexpr std::uint64_t most_inflated = 1032;  // octets of one: DEFLATE makes no more
    bool compressed_ = false;
    /// The message that the frames are, if they are one.
    const Frame* whole_ = nullptr;

    Part part_ = Part::first;
    std::size_t round_ = 0;
    bool stopped_ = false;
    std::uint64_t octets_ = 0;
    std::uint64_t frames_ = 0;
    std::uint64_t payload_ = 0;
    std::uint64_t messages_ = 0;

    std::uint64_t returned_ = 0;
    std::uint64_t largest_returned_ = 0;
    std::uint64_t pongs_ = 0;
    std::uint64_t came_ = 0;
    std::uint64_t at_ = 0;
    bool is_greeting_ = false;
    std::optional<Finding> broken_;
};

}  // namespace wsspec
