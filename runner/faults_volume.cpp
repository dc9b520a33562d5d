// Faults that show in volume alone: large messages, many messages, many fragments (RFC 6455 sections 5.2, 5.4,
// 6, 10.4).
#include <algorithm>
#include <utility>

#include "reference/close_code.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

/// Messages that are sent back, with their number on the connection, from 1 on. The reference sends each in one frame.
using EchoHook = std::function<Frames(Frame, std::uint64_t number)>;
net::FilterFactory bend_echoes(EchoHook hook) {
    return bend_outgoing([hook = std::move(hook), number = std::uint64_t{0}](Frame frame) mutable -> Frames {
        return starts_message(frame) ? hook(std::move(frame), ++number) : Frames{std::move(frame)};
    });
}

/// Echoes of `size` octets and more, changed.
template <class Change>
net::FilterFactory changes_echoes_from(std::size_t size, Change change) {
    return bend_echoes([size, change](Frame frame, std::uint64_t) -> Frames {
        if (frame.payload.size() >= size) change(frame);
        return {std::move(frame)};
    });
}

void loses_octet(Octets& octets, std::size_t at) { octets.erase(octets.begin() + static_cast<std::ptrdiff_t>(at)); }

/// A ring buffer without a look at its end: what lies behind 64 KiB is what lay in front.
void wraps_around(Frame& frame) {
    for (std::size_t i = 64 * kib; i < frame.payload.size(); ++i) frame.payload[i] = frame.payload[i - 64 * kib];
}

/// The third and the fourth message of those that came together change places, as with a pool of workers.
class SwapsMessagesOfRead final : public FrameFilter {
    Frames read_ends(Frames frames) override {
        constexpr std::size_t third = 2;
        bool const both = frames.size() > third + 1 && starts_message(frames[third]) && frames[third].fin &&
                          starts_message(frames[third + 1]) && frames[third + 1].fin;
        if (both) std::swap(frames[third], frames[third + 1]);
        return frames;
    }
};

/// The size that the limit is for grows from message to message.
class AddsUpMessages final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame)) return {std::move(frame)};
        sum_ += frame.payload.size();
        refused_ = sum_ > 128 * kib;
        return {refused_ ? refused_with_1002() : std::move(frame)};
    }
    Frames outgoing_frame(Frame frame) override {
        if (refused_ && frame.opcode == Opcode::close)
            return {close_frame(number(CloseCode::message_too_big), "too big")};
        return {std::move(frame)};
    }

    std::size_t sum_ = 0;
    bool refused_ = false;
};

class LimitsFragments final : public FrameFilter {
public:
    explicit LimitsFragments(std::size_t limit) : limit_(limit) {}

private:
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) {
            fragments_ = starts_message(frame) ? 1 : fragments_ + 1;
            if (fragments_ > limit_) return {refused_with_1002()};
        }
        return {std::move(frame)};
    }

    std::size_t limit_;
    std::size_t fragments_ = 0;
};

}  // namespace

std::vector<Fault> volume_faults() {
    return {
        {"loses-octet-at-64-kib",
         "R6455-5.2-9",
         "Loses the octet behind the first 65535 of a message.",
         {"9.1.1", "9.12.8"},
         changes_echoes_from(65536, [](Frame& frame) { loses_octet(frame.payload, 65535); })},
        {"adds-octet-at-64-kib",
         "R6455-5.2-9",
         "Sends a message of 65536 octets or more with one octet more.",
         {"9.12.8"},
         changes_echoes_from(65536, [](Frame& frame) { frame.payload.push_back(frame.payload.back()); })},
        {"announces-lengths-in-16-bits",
         "R6455-5.2-9",
         "Announces the lowest 16 bits of the length of a large message.",
         {"9.2.2"},
         changes_echoes_from(65536,
                             [](Frame& frame) {
                                 auto const length = static_cast<std::uint64_t>(frame.payload.size());
                                 frame = frame.in_form(LengthForm::sixtyfour_bits).claiming(length & 0xffff);
                             })},
        {"wraps-around-at-64-kib",
         "R6455-5.4-2",
         "Sends the first 64 KiB of a message over and over.",
         {"9.2.1", "9.2.2"},
         changes_echoes_from(64 * kib + 1, wraps_around)},
        {"truncates-at-1-mib",
         "R6455-5.4-2",
         "Sends no more than 1 MiB of a message back.",
         {"9.2.4"},
         changes_echoes_from(mib + 1, [](Frame& frame) { frame.payload.resize(mib); })},
        {"changes-octet-in-the-middle",
         "R6455-6.2-1",
         "Changes one octet in the middle of messages of 1 MiB and more.",
         {"9.1.3", "9.6.6"},
         changes_echoes_from(mib, [](Frame& frame) { frame.payload[frame.payload.size() / 2] ^= 0x01; })},
        {"large-text-becomes-binary",
         "R6455-6.2-3",
         "Sends texts of 64 KiB and more back as binary messages.",
         {"9.1.1", "9.15.2"},
         changes_echoes_from(64 * kib, [](Frame& frame) { frame.opcode = Opcode::binary; })},
        {"splits-large-messages",
         "R6455-5.4-2",
         "Sends a message of more than 32 KiB back as two.",
         {"9.1.1"},
         bend_echoes([](Frame frame, std::uint64_t) -> Frames {
             if (frame.payload.size() <= 32 * kib) return {std::move(frame)};
             Frame rest = frame;
             rest.payload.erase(rest.payload.begin(), rest.payload.begin() + 32 * kib);
             frame.payload.resize(32 * kib);
             return {std::move(frame), std::move(rest)};
         })},
        {"refuses-many-fragments",
         "R6455-5.4-3",
         "Refuses messages of more than 1000 fragments.",
         {"9.14.10"},
         [] { return std::make_unique<LimitsFragments>(1000); }},
        {"loses-messages",
         "R6455-6.2-4",
         "Loses every seventh message.",
         {"9.7.2", "9.9.1"},
         bend_echoes([](Frame frame, std::uint64_t number) -> Frames {
             return number % 7 == 0 ? Frames{} : Frames{std::move(frame)};
         })},
        {"stops-after-some-messages",
         "R6455-6.2-4",
         "Sends five messages back, and then no more.",
         {"9.8.3"},
         bend_echoes([](Frame frame, std::uint64_t number) -> Frames {
             return number > 5 ? Frames{} : Frames{std::move(frame)};
         })},
        {"duplicates-messages",
         "R6455-6.2-4",
         "Sends every seventh message back twice.",
         {"9.7.2", "9.9.1"},
         bend_echoes([](const Frame& frame, std::uint64_t number) -> Frames {
             return number % 7 == 0 ? Frames{frame, frame} : Frames{frame};
         })},
        {"swaps-messages",
         "R6455-5.2-16",
         "Of messages that come together, sends the fourth back before the third.",
         {"1.7.2", "11.3.11"},
         peer<SwapsMessagesOfRead>()},
        {"adds-up-messages",
         "R6455-6.2-4",
         "Refuses with 1009 the message with which all of them together have more than 128 KiB.",
         {"9.12.8"},
         peer<AddsUpMessages>()},
    };
}

}  // namespace wsspec::detail
