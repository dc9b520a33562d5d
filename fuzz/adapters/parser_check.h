// What a parser reported, held against itself in other pieces and against the forecast (reference/forecast.h). Pure but
// for the parser itself.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/adapters/parser_run.h"
#include "reference/forecast.h"

namespace wsspec {

/// One stream of one peer, ready to be fed.
struct ParserInput {
    Role role = Role::server;  ///< The part that the parser plays.
    std::optional<DeflateAgreement> agreement = {};
    Octets stream = {};
    std::vector<std::size_t> cuts = {};  ///< Of its own; see Chunking.
};

/// One thing that is wrong with the parser.
struct ParserFailure {
    enum class Rule {
        contract,      ///< It breaks wsspec_parser.h.
        forecast,      ///< What it reports is outside of what the RFCs allow for the stream.
        segmentation,  ///< The same octets in other pieces give other events (they are no concern of WebSocket's).
        stall,         ///< It has all that it needs and does not report it, or takes no more octets.
        after_end,     ///< It reports something behind a Close or a failure.
        memory,        ///< It holds more memory than its limits explain.
    };
    Rule rule = Rule::forecast;
    std::string requirement;  ///< Of the catalogue; empty only where the contract is broken.
    std::string chunking;     ///< In which pieces it was fed.
    std::uint64_t max_message = 0;
    std::string expected;
    std::string observed;
    std::string why;
    std::uint64_t offset = 0;  ///< Octets of the stream that the parser had when it showed.
    ParserInput input;
};
std::string_view to_string(ParserFailure::Rule rule);

/// Feeds the stream whole, octet by octet and in its own pieces; then again to parsers whose `max_message` is one octet
/// less than the longest message in it. The first thing that is wrong; nothing if all is well.
std::optional<ParserFailure> check_parser(const wsspec_parser_adapter& adapter, const ParserInput& input);

/// The stream, and what the RFCs say about it: made once, to check many parsers with.
class ParserExpectation {
public:
    /// What a parser has to take at least, unless the stream asks for less.
    static constexpr std::uint64_t usual_max_message = 65536;

    explicit ParserExpectation(ParserInput input);

    std::optional<ParserFailure> check(const wsspec_parser_adapter& adapter) const;
    const ParserInput& input() const { return input_; }
    /// No requirement is broken by the stream.
    bool legal() const;

private:
    /// A message of the stream, complete or not.
    struct Message {
        std::uint64_t end = 0;  ///< The first octet behind it; 0 if it is not complete.
        bool compressed = false;
        unsigned frames = 0;
        /// Its length as announced, and the octets of the stream after which that is known: a pair for each frame.
        std::vector<std::pair<std::uint64_t, std::uint64_t>> announced = {};
    };
    class Messages;
    class Comparison;

    std::vector<std::uint64_t> limits() const;

    ParserInput input_;
    /// The forecast, each of its readings by itself.
    std::vector<Forecast> readings_;
    std::vector<Message> messages_;
    std::vector<Chunking> chunkings_;
};

/// For people, of several lines. `again`: the command that repeats it.
std::string describe(const ParserFailure& failure, std::string_view parser, std::string_view again);

}  // namespace wsspec
