#include "runner/transcript_budget.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace wsspec {
namespace {

std::vector<TranscriptEntry> reads(std::size_t count, std::size_t size) {
    std::vector<TranscriptEntry> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back({.direction = TranscriptEntry::Direction::received, .octets = Octets(size, 7), .size = size});
    return out;
}

std::uint64_t octets_in(const std::vector<TranscriptEntry>& transcript) {
    std::uint64_t out = 0;
    for (const auto& entry : transcript) out += sizeof entry + entry.octets.size() + entry.note.size();
    return out;
}

TEST(TranscriptBudget, LeavesWhatFitsAsItIs) {
    TranscriptBudget budget;
    for (int i = 0; i < 100; ++i) {
        auto transcript = reads(16, 4096);
        budget.take(transcript);
        ASSERT_EQ(transcript.size(), 16U);
        EXPECT_EQ(transcript.back().octets.size(), 4096U);
        EXPECT_EQ(transcript.back().note, "");
    }
    std::vector<TranscriptEntry> empty;
    budget.take(empty);
    EXPECT_TRUE(empty.empty());
}

TEST(TranscriptBudget, HoldsHoweverManyLargeOnesCome) {
    constexpr std::uint64_t all = 1U << 20;
    TranscriptBudget budget(all);
    std::uint64_t kept = 0;
    constexpr std::uint64_t many = 500;
    for (std::uint64_t i = 0; i < many; ++i) {
        auto transcript = reads(400, 4096);
        budget.take(transcript);
        kept += octets_in(transcript);
        ASSERT_FALSE(transcript.empty());
        EXPECT_EQ(transcript.front().size, 4096U) << "what passed is told, however little of it is kept";
        EXPECT_GT(transcript.front().octets.size(), 0U);
        EXPECT_NE(transcript.back().note.find("left out"), std::string::npos);
    }
    EXPECT_LE(kept, all + many * 5000);
    // A small one is whole even then.
    auto small = reads(3, 100);
    budget.take(small);
    ASSERT_EQ(small.size(), 3U);
    EXPECT_EQ(small.back().note, "");
}

/// A client that asks for one case for ever: each time the transcript of before goes.
TEST(TranscriptBudget, TakesBackWhatIsNotKept) {
    constexpr std::uint64_t all = 1U << 20;
    TranscriptBudget budget(all);
    std::vector<TranscriptEntry> kept;
    for (int i = 0; i < 1000; ++i) {
        budget.give_back(kept);
        kept = reads(8, 4096);
        budget.take(kept);
        ASSERT_EQ(kept.size(), 8U) << "the " << i << "th time";
        ASSERT_EQ(kept.back().octets.size(), 4096U);
    }
    // What each has at least, beyond the budget, is no credit for later.
    std::vector<std::vector<TranscriptEntry>> many(500);
    for (int round = 0; round < 3; ++round) {
        std::uint64_t held = 0;
        for (auto& each : many) {
            budget.give_back(each);
            each = reads(400, 4096);
            budget.take(each);
        }
        for (const auto& each : many) held += octets_in(each);
        EXPECT_LE(held, all + many.size() * 5000) << round;
    }
}

}  // namespace
}  // namespace wsspec
