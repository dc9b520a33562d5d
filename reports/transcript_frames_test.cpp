#include "reports/transcript_frames.h"

#include <gtest/gtest.h>

#include "reports/sample_runs_test.h"

namespace wsspec {
namespace {

using Direction = TranscriptEntry::Direction;

TranscriptEntry entry(Direction direction, Octets what) {
    TranscriptEntry out;
    out.direction = direction;
    out.size = what.size();
    out.octets = std::move(what);
    return out;
}

/// A handshake that opens, seen from the client.
std::vector<TranscriptEntry> opened() {
    return {entry(Direction::sent, octets("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
            entry(Direction::received, octets("HTTP/1.1 101 Switching Protocols\r\n\r\n"))};
}

TEST(TranscriptFrames, OfASampleRun) {
    auto const run = test::sample_run();
    auto const read = frames_of(run.cases.front().transcript);
    EXPECT_TRUE(read.request.starts_with("GET / HTTP/1.1\r\n"));
    EXPECT_TRUE(read.response.starts_with("HTTP/1.1 101"));
    ASSERT_EQ(read.frames.size(), 2U);
    EXPECT_TRUE(read.frames[0].sent);
    EXPECT_TRUE(read.frames[0].key);
    EXPECT_FALSE(read.frames[1].sent);
    EXPECT_FALSE(read.frames[1].key);
    for (const auto& frame : read.frames) EXPECT_EQ(as_text(frame.payload), "Hello");
}

TEST(TranscriptFrames, AreTheSameHoweverTheOctetsWereCut) {
    Octets const stream = hex("c1 85 01 02 03 04 49 67 6f 68 6e 02 00 8a 7e 00 03 61 62 63");
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        auto transcript = opened();
        for (std::size_t at = 0; at < stream.size(); at += size) {
            auto const piece = std::span(stream).subspan(at, std::min(size, stream.size() - at));
            transcript.push_back(entry(Direction::sent, Octets(piece.begin(), piece.end())));
        }
        auto const read = frames_of(transcript);
        ASSERT_EQ(read.frames.size(), 3U) << size;
        EXPECT_EQ(read.frames[0].rsv, 4);
        EXPECT_EQ(as_text(read.frames[0].payload), "Hello");
        EXPECT_FALSE(read.frames[1].fin);
        EXPECT_EQ(read.frames[1].opcode, 2);
        EXPECT_EQ(as_text(read.frames[2].payload), "abc");
    }
}

TEST(TranscriptFrames, EndWhereOctetsAreMissing) {
    auto transcript = opened();
    transcript.push_back(entry(Direction::received, hex("81 01 61")));
    transcript.push_back(entry(Direction::received, hex("81 01 62 81")));
    transcript.back().size = 100;
    transcript.push_back(entry(Direction::received, hex("01 63")));
    transcript.push_back(entry(Direction::sent, hex("88 00")));
    auto const read = frames_of(transcript);
    ASSERT_EQ(read.frames.size(), 3U);
    EXPECT_EQ(as_text(read.frames[1].payload), "b");
    EXPECT_TRUE(read.frames[2].sent);
}

TEST(TranscriptFrames, AreNotSeenBehindARefusalNorInHugeClaims) {
    EXPECT_TRUE(frames_of({}).frames.empty());
    std::vector<TranscriptEntry> refused = {
        entry(Direction::sent, octets("GET / HTTP/1.1\r\n\r\n")),
        entry(Direction::received, octets("HTTP/1.1 404 Not Found\r\n\r\n\x81\x01\x61"))};
    EXPECT_TRUE(frames_of(refused).frames.empty());
    EXPECT_TRUE(frames_of(refused).response.starts_with("HTTP/1.1 404"));

    auto huge = opened();
    huge.push_back(entry(Direction::received, hex("82 7f ff ff ff ff ff ff ff ff 00")));
    EXPECT_TRUE(frames_of(huge).frames.empty());
}

TEST(TranscriptFrames, OfAClientUnderTest) {
    std::vector<TranscriptEntry> const transcript = {
        entry(Direction::received, octets("GET /runCase HTTP/1.1\r\n\r\n")),
        entry(Direction::sent, octets("HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x01\x61"))};
    auto const read = frames_of(transcript);
    EXPECT_TRUE(read.request.starts_with("GET /runCase"));
    ASSERT_EQ(read.frames.size(), 1U);
    EXPECT_TRUE(read.frames[0].sent);
}

}  // namespace
}  // namespace wsspec
