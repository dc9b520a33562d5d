// What the transcripts of a run may take in memory and in its files, whatever the target sends.
#pragma once

#include <cstdint>
#include <vector>

#include "reports/run.h"

namespace wsspec {

class TranscriptBudget {
public:
    /// `octets`: for all transcripts together, what each entry costs beside its octets included.
    explicit TranscriptBudget(std::uint64_t octets = std::uint64_t{24} << 20)
        : left_(static_cast<std::int64_t>(octets)) {}

    /// Cuts the transcript to its share of what is left, and says so in it. A transcript has 64 KiB as long as there is
    /// plenty, and at least a few KiB even when nothing is left: the beginning of a connection is enough to see what
    /// was asked.
    void take(std::vector<TranscriptEntry>& transcript);
    /// This one, which take() has seen, is not kept any more.
    void give_back(const std::vector<TranscriptEntry>& transcript);

private:
    std::int64_t left_;  // below zero: the few KiB that each has at least
};

}  // namespace wsspec
