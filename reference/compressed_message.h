// A compressed message as a receiver reads it (RFC 7692 section 7.2.2): inflated piece by piece, and if it is text, the
// inflated octets validated. What its DEFLATE blocks are made of is kept for the judge.
#pragma once

#include <optional>
#include <vector>

#include "reference/decoder_events.h"
#include "reference/permessage_deflate.h"
#include "reference/utf8.h"
#include "reference/watching_inflater.h"

namespace wsspec {

class CompressedMessageReader {
public:
    /// `limit`: octets that one message may inflate to; what lies above is not inflated (see too_large()).
    explicit CompressedMessageReader(std::uint64_t limit) : inflater_(limit) {}

    /// The first frame of a message; `opcode` is text or binary.
    void begin(Opcode opcode);
    /// Inflated octets are appended to `out`. Returns the first thing that is wrong with the message; offsets are the
    /// caller's to fill in. Undecodable data ends the stream; invalid text does not: it can be read on.
    std::optional<Violation> feed(OctetView payload, Octets& out);
    /// Behind the last frame of the message. A message without any payload is wrong, too (7.2.3.6); what follows it is
    /// read as if it had not been there.
    std::optional<Violation> end();
    /// See WatchingInflater; what comes out is no longer validated as text.
    bool complete_literally(Octets& out) { return inflater_.complete_literally(out); }
    bool inside_block() const { return inflater_.inside_block(); }
    bool has_payload() const { return has_payload_; }

    bool too_large() const { return too_large_; }
    /// Why the message cannot be inflated.
    InflateProblem problem() const { return problem_; }
    /// Reads on behind a message that cannot be inflated, with an empty window.
    void recover();
    /// Of the message under way, or of the last one.
    const InflateFacts& facts() const { return inflater_.facts(); }

private:
    std::optional<Violation> check(InflateProblem problem, OctetView inflated, bool at_end);

    WatchingInflater inflater_;
    Utf8Validator text_;
    bool is_text_ = false;
    bool has_payload_ = false;
    bool reported_ = false;
    bool too_large_ = false;
    InflateProblem problem_ = InflateProblem::none;
};

/// Where a message breaks what was agreed, though a receiver with a full window can read it.
struct CompressionBreach {
    std::string_view requirement;
    std::string what;
    bool tolerable = false;  ///< No receiver can be harmed by it.
};
/// What `sender` did wrong in a message of these facts. Pure.
std::vector<CompressionBreach> compression_breaches(const InflateFacts& facts, const DeflateAgreement& agreement,
                                                    Role sender);

}  // namespace wsspec
