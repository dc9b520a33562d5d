#include "reports/transcript_frames.h"

#include <algorithm>

#include "reference/http.h"

namespace wsspec {

namespace {

/// One direction of the connection.
struct Way {
    std::string head = {};
    Octets waiting = {};
    bool cut = false;

    void take(const TranscriptEntry& entry) {
        if (cut) return;
        append(waiting, entry.octets);
        cut = entry.size != entry.octets.size();
        if (!head.empty()) return;
        auto const size = head_size(as_text(waiting));
        if (!size) return;
        head = std::string(as_text(waiting).substr(0, *size));
        drop(*size);
    }

    void drop(std::size_t count) {
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
    }
};

/// The frame at the start of `waiting`, if it is whole (RFC 6455 section 5.2).
std::optional<TranscriptFrame> take_frame(Way& way) {
    const Octets& from = way.waiting;
    if (from.size() < 2) return std::nullopt;
    std::uint64_t length = from[1] & 0x7fU;
    std::size_t at = 2;
    std::size_t const more = length == 126 ? 2 : length == 127 ? 8 : 0;
    bool const masked = (from[1] & 0x80U) != 0;
    std::size_t const header = at + more + (masked ? 4 : 0);
    if (from.size() < header) return std::nullopt;
    if (more != 0) length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8 | from[at++];
    if (length > from.size() - header) return std::nullopt;

    TranscriptFrame frame;
    frame.fin = (from[0] & 0x80U) != 0;
    frame.rsv = static_cast<Octet>(from[0] >> 4 & 0x7U);
    frame.opcode = static_cast<Octet>(from[0] & 0xfU);
    if (masked) {
        frame.key.emplace();
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), 4, frame.key->begin());
    }
    auto const payload = std::span(from).subspan(header, static_cast<std::size_t>(length));
    frame.payload.assign(payload.begin(), payload.end());
    if (frame.key) apply_mask(frame.payload, *frame.key);
    way.drop(header + static_cast<std::size_t>(length));
    return frame;
}

bool opened(const Way& a, const Way& b) {
    auto const accepts = [](const Way& way) { return way.head.starts_with("HTTP/1.1 101"); };
    return !a.head.empty() && !b.head.empty() && (accepts(a) || accepts(b));
}

}  // namespace

TranscriptFrames frames_of(std::span<const TranscriptEntry> transcript) {
    using Direction = TranscriptEntry::Direction;
    Way sent;
    Way received;
    TranscriptFrames out;
    for (const auto& entry : transcript) {
        if (entry.direction == Direction::note) continue;
        (entry.direction == Direction::sent ? sent : received).take(entry);
        if (!opened(sent, received)) continue;
        for (Way* way : {&sent, &received})
            while (auto frame = take_frame(*way)) {
                frame->sent = way == &sent;
                out.frames.push_back(std::move(*frame));
            }
    }
    bool const we_asked = !sent.head.starts_with("HTTP/");
    out.request = we_asked ? sent.head : received.head;
    out.response = we_asked ? received.head : sent.head;
    return out;
}

}  // namespace wsspec
