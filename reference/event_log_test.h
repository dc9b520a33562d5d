// What a decoder reported, written down: for comparison, and for people when a comparison fails.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <variant>
#include <vector>

#include "reference/decoder.h"
#include "reference/decoder_events.h"
#include "reference/plain_decoder.h"

namespace wsspec::test {

/// Adjacent pieces merged: where a decoder cuts the payload has no meaning.
struct PayloadRun {
    std::uint64_t offset = 0;
    Octets octets;
    bool operator==(const PayloadRun&) const = default;
};

struct FrameEnd {
    std::uint64_t offset = 0;
    bool operator==(const FrameEnd&) const = default;
};

struct Event {
    std::variant<FrameHeader, PayloadRun, FrameEnd, Violation> is;
    bool operator==(const Event&) const = default;
};

inline void print(std::ostream& out, const FrameHeader& header) {
    out << "header of " << to_string(header.opcode) << " at " << header.offset << ", " << header.size << " octets, fin "
        << header.fin << ", rsv " << int{header.rsv} << ", ";
    if (header.masked) out << "key " << to_hex(header.key) << ", ";
    out << "payload " << header.payload_length;
}
inline void print(std::ostream& out, const PayloadRun& run) {
    out << "payload at " << run.offset << ", " << run.octets.size() << " octets: " << to_hex(run.octets, 32);
}
inline void print(std::ostream& out, const FrameEnd& end) { out << "end of frame at " << end.offset; }
inline void print(std::ostream& out, const Violation& violation) {
    out << "violation of " << violation.requirement << " (" << violation.what << ", kind "
        << static_cast<int>(violation.kind) << ") in the frame at " << violation.frame_offset << ", decidable at "
        << violation.decidable_at << ", codes " << violation.close_code << ' ' << violation.other_code;
}
inline std::ostream& operator<<(std::ostream& out, const Event& event) {
    std::visit([&](const auto& is) { print(out, is); }, event.is);
    return out;
}

class EventLog final : public DecoderSink {
public:
    void on_header(const FrameHeader& header) override { events.push_back({header}); }
    void on_payload(OctetView payload, std::uint64_t offset) override {
        EXPECT_FALSE(payload.empty()) << "a piece of payload without an octet, at " << offset;
        if (!events.empty()) {
            auto* const last = std::get_if<PayloadRun>(&events.back().is);
            if (last != nullptr && last->offset + last->octets.size() == offset) return append(last->octets, payload);
        }
        events.push_back({PayloadRun{offset, Octets(payload.begin(), payload.end())}});
    }
    void on_frame_end(std::uint64_t offset) override { events.push_back({FrameEnd{offset}}); }
    void on_violation(const Violation& violation) override { events.push_back({violation}); }

    std::vector<Event> events;
};

/// All that can be seen of a decoder from outside.
struct Decoded {
    std::vector<Event> events;
    bool failed = false;
    std::uint64_t offset = 0;

    /// The violation that ends the log, if one does.
    const Violation* violation() const { return events.empty() ? nullptr : std::get_if<Violation>(&events.back().is); }
    bool operator==(const Decoded&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Decoded& decoded) {
    out << "offset " << decoded.offset << (decoded.failed ? ", failed" : ", not failed");
    for (const auto& event : decoded.events) out << "\n    " << event;
    return out;
}

/// Where a stream is cut: ascending positions; empty means "in one piece".
using Cuts = std::vector<std::size_t>;

inline Cuts at_every_octet(std::size_t size) {
    Cuts cuts;
    for (std::size_t i = 1; i < size; ++i) cuts.push_back(i);
    return cuts;
}

/// The same numbers on every machine: the standard's distributions are not.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    /// 0 to sides - 1.
    std::size_t roll(std::size_t sides) { return static_cast<std::size_t>(engine_() % sides); }
    bool one_in(std::size_t sides) { return roll(sides) == 0; }
    Octet octet() { return static_cast<Octet>(engine_()); }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[roll(from.size())];
    }
    Octets octets(std::size_t count) {
        Octets out(count);
        for (auto& octet : out) octet = this->octet();
        return out;
    }
    Cuts cuts(std::size_t size) {
        Cuts out;
        std::size_t const longest = 1 + roll(40);
        for (std::size_t at = roll(longest + 1); at < size; at += 1 + roll(longest)) out.push_back(at);
        return out;
    }

private:
    std::mt19937_64 engine_;
};

template <class AnyDecoder>
Decoded decode(const DecoderRules& rules, OctetView stream, const Cuts& cuts = {}) {
    EventLog log;
    AnyDecoder decoder(rules, log);
    Octets mine(stream.begin(), stream.end());  // Decoder unmasks where it lies
    std::size_t from = 0;
    for (std::size_t const cut : cuts) {
        decoder.feed(std::span(mine).subspan(from, cut - from));
        from = cut;
    }
    decoder.feed(std::span(mine).subspan(from));
    return {std::move(log.events), decoder.failed(), decoder.offset()};
}

}  // namespace wsspec::test
