#include "runner/transcript_budget.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace wsspec {

namespace {

constexpr std::uint64_t least = 4096;
/// Of what is left: one transcript may have so much. With 24 MiB, three hundred large ones are whole.
constexpr std::uint64_t share = 16;

std::uint64_t cost(const TranscriptEntry& entry) { return sizeof entry + entry.octets.size() + entry.note.size(); }

}  // namespace

void TranscriptBudget::take(std::vector<TranscriptEntry>& transcript) {
    if (transcript.empty()) return;
    std::uint64_t const allowed = std::max(least, static_cast<std::uint64_t>(std::max<std::int64_t>(0, left_)) / share);
    std::uint64_t taken = 0;
    auto entry = transcript.begin();
    while (entry != transcript.end() && taken + cost(*entry) <= allowed) taken += cost(*entry++);
    if (entry != transcript.end()) {
        // Of this one there is room for the beginning.
        std::uint64_t const room = allowed - std::min(allowed, taken + sizeof *entry + entry->note.size());
        entry->octets.resize(static_cast<std::size_t>(std::min<std::uint64_t>(room, entry->octets.size())));
        auto const dropped = std::distance(entry, transcript.end()) - 1;
        if (!entry->note.empty()) entry->note += "; ";
        entry->note += "cut here, " + std::to_string(dropped) +
                       " more reads and writes are left out: the transcripts of this run have grown too large";
        transcript.erase(std::next(entry), transcript.end());
        taken = allowed;
    }
    for (auto& kept : transcript) kept.octets.shrink_to_fit();
    transcript.shrink_to_fit();
    left_ -= static_cast<std::int64_t>(taken);
}

void TranscriptBudget::give_back(const std::vector<TranscriptEntry>& transcript) {
    for (const auto& entry : transcript) left_ += static_cast<std::int64_t>(cost(entry));
}

}  // namespace wsspec
