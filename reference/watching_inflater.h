// An inflater that watches: what a compressed message is made of, not only what it says (RFC 7692, RFC 1951).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "reference/deflate_code.h"
#include "reference/octets.h"

namespace wsspec {

/// What one compressed message was seen to be made of.
struct InflateFacts {
    std::uint64_t octets = 0;  // inflated
    // Blocks of each kind. The empty one that the receiver's 00 00 ff ff completes does not count.
    std::uint64_t stored = 0;
    std::uint64_t fixed = 0;
    std::uint64_t dynamic = 0;
    std::uint64_t final_blocks = 0;      // with BFINAL = 1, the one that the receiver completes included
    std::uint32_t largest_distance = 0;  // of all back-references
    std::uint32_t reach = 0;  // how far in front of the message's first octet they go; 0: the message stands alone
    std::uint64_t octets_to_final = 0;  // inflated up to the end of the last BFINAL block; 0 without one
    bool reaches_over_final = false;  // one goes back over the end of a BFINAL block, of this message or an earlier one
    bool padding = false;             // a pad bit behind a final block is not zero, as RFC 7692 7.2.1 wants it
    bool ends_behind_final = false;   // nothing follows a BFINAL block: the 00 of RFC 7692 7.2.3.4 is missing
    bool tail_left_in = false;        // ends with an empty stored block, 00 00 ff ff included: 7.2.1 removes them

    bool operator==(const InflateFacts&) const = default;
};

/// Why a message does not inflate.
enum class InflateProblem {
    none,
    reserved_block_type,     // BTYPE = 3
    stored_length_mismatch,  // NLEN is not the complement of LEN
    bad_code_lengths,        // a dynamic block's code lengths make no usable code
    bad_symbol,              // a code without meaning: lengths 286 and 287, distances 30 and 31, codes nobody assigned
    distance_too_far,        // back to where nothing is
    ends_inside_block,       // with 00 00 ff ff put back it does not end behind the empty stored block they belong to
    no_octets,               // not even the header of that block
    too_large,
};
/// For people.
std::string_view to_string(InflateProblem problem);

/// Inflates messages one after another, in pieces cut anywhere, and records how they are made. zlib with its window of
/// 32 KiB takes whatever breaks `max_window_bits` or `no_context_takeover`; so does this, and says what it saw.
///
/// Takes what zlib takes of DEFLATE. Blocks may follow a BFINAL block from the next octet on (RFC 7692 7.2.3.4). Two
/// endings that RFC 7692 does not know are tolerated, since all the data is there: `ends_behind_final` and
/// `tail_left_in`.
///
/// Holds 96 KiB and some tables, whatever comes. Copies are independent.
class WatchingInflater {
public:
    /// `limit`: octets that a message may inflate to.
    explicit WatchingInflater(std::uint64_t limit);

    /// A piece of a message's payload: what it inflates to is appended to `out`, `limit` octets a message at most, and
    /// up to the problem if there is one. After a problem everything is ignored, and the problem returned, until
    /// forget().
    InflateProblem feed(OctetView piece, Octets& out);

    /// The message is complete: the 00 00 ff ff that its sender removed is put back (RFC 7692 7.2.2). Nothing more can
    /// come out: these octets are no data, even where an unfinished block would take them for it.
    InflateProblem end_message();

    /// After end_message() found that the message ends inside a block, or in place of it if the message has no octets:
    /// reads the 00 00 ff ff as 7.2.2 has it literally, whatever they turn out to be. True: nothing in them is wrong;
    /// their content, if they have any, is appended to `out`, and a block that they leave unfinished goes on with the
    /// next message, as it does in zlib. Else the problem stays.
    bool complete_literally(Octets& out);
    /// The data so far ends inside a block, or inside of its header.
    bool inside_block() const { return state_ != State::block_header || input_.count != 0; }

    /// Throws the window away (no context takeover), with the message under way and the problem if there are any.
    /// To find who refers to a context that he agreed to give up, do not call it, and look at `reach`.
    void forget();

    /// Of the message under way, or the last one.
    const InflateFacts& facts() const { return facts_; }

private:
    using LiteralCode = DeflateCode<10, deflate_literals_and_lengths.size()>;
    using DistanceCode = DeflateCode<8, deflate_distances.size()>;
    using CodeLengthCode = DeflateCode<7, deflate_code_lengths.size()>;

    // What is read next (RFC 1951 3.2.3).
    enum class State {
        block_header,
        stored_length,
        stored_octets,
        code_counts,
        code_length_lengths,
        code_lengths,
        symbols
    };

    // The bits not used yet: `count` in `bits`, lowest first and zeros above, then `octets`.
    struct Input {
        std::uint64_t bits = 0;
        unsigned count = 0;
        OctetView octets;

        void fill();
        bool has(unsigned needed);
        unsigned take(unsigned wanted);
        unsigned drop_padding();
    };

    // Each does one state's work, and is false if it cannot go on: the input is used up, or there is a problem.
    bool step(Octets& out);
    bool block_header();
    bool stored_length();
    bool stored_octets(Octets& out);
    bool code_counts();
    bool code_length_lengths();
    bool code_lengths();
    bool symbols(Octets& out);

    enum class Symbols { block_ended, failed, no_margin };
    Symbols symbols_quickly(const LiteralCode& literals, const DistanceCode& distances);

    void begin_message();
    void end_block();
    bool fail(InflateProblem problem);
    void note_references(std::uint32_t largest_distance, std::size_t lowest_source);
    std::uint64_t octets_allowed() const { return limit_ - facts_.octets - (at_ - given_); }
    void give(Octets& out);
    void make_room(Octets& out);

    std::uint64_t limit_;
    InflateProblem problem_ = InflateProblem::none;
    InflateFacts facts_;
    bool in_message_ = false;

    Input input_;
    State state_ = State::block_header;
    bool final_ = false;                // the block under way has BFINAL = 1
    bool behind_final_ = false;         // the block just ended had it
    bool behind_empty_stored_ = false;  // the block just ended was that
    std::uint32_t stored_left_ = 0;

    // A dynamic block's header.
    unsigned literal_count_ = 0;
    unsigned distance_count_ = 0;
    unsigned code_length_count_ = 0;
    unsigned lengths_known_ = 0;
    std::array<std::uint8_t, 320> lengths_{};

    bool fixed_code_ = false;  // or the codes of a dynamic block, which follow
    LiteralCode literals_;
    DistanceCode distances_;
    CodeLengthCode code_length_code_;

    // What came out last, for the back-references. Indices into it; those that lie before it are 0, which no
    // back-reference can undercut.
    Octets window_;
    std::size_t at_ = 0;             // where the next octet goes
    std::size_t given_ = 0;          // so much of it is in the caller's hands
    std::size_t message_start_ = 0;  // the first octet of the message
    std::size_t final_end_ = 0;      // the end of the last BFINAL block
};

}  // namespace wsspec
