// One parser, one stream, one way of cutting it: what was reported, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/adapters/wsspec_parser.h"
#include "reference/frame.h"
#include "reference/permessage_deflate.h"

namespace wsspec {

/// Of a message: whole, however many pieces it was reported in.
struct ParserEvent {
    enum class Kind { message, ping, pong, close, failure };
    Kind kind = Kind::message;
    Opcode opcode = Opcode::text;  ///< Of a message.
    Octets payload = {};           ///< Of a Close: the reason.
    std::uint16_t code = 0;        ///< Of a Close or a failure.
    /// Octets of the stream that the parser had been given by then.
    std::uint64_t fed = 0;
    bool at_finish = false;  ///< Reported only when the stream had ended.

    /// The same thing, whenever it was reported.
    bool same_as(const ParserEvent& other) const;
};
/// "text, 5 octets 48 65 6c 6c 6f"; free of octets that could do harm to a terminal.
std::string describe(const ParserEvent& event);

/// Where a stream is cut into pieces: ascending positions, none at 0 or at the end.
struct Chunking {
    std::string name;  ///< "octet by octet"
    std::vector<std::size_t> cuts;

    /// The end of the piece that has the octet in front of `offset`.
    std::uint64_t end_of_piece(std::uint64_t offset, std::size_t size) const;
};
Chunking whole();
Chunking octet_by_octet(std::size_t size);

struct ParserRun {
    std::vector<ParserEvent> events;
    /// The adapter breaks the contract of wsspec_parser.h: how; empty if it does not.
    std::string breach;
    /// feed() took nothing of what it was given at this octet of the stream, although nothing was wrong.
    std::optional<std::uint64_t> stalled_at;
    /// The most memory that it held at a time; 0 if it could not be measured.
    std::uint64_t memory = 0;

    /// The Close or the failure, if there is one.
    const ParserEvent* end() const;
};

/// `agreement`: permessage-deflate is agreed on. `finish`: the stream ends behind the octets. Never throws but for
/// std::bad_alloc, and std::runtime_error if the adapter could not make a parser.
ParserRun run_parser(const wsspec_parser_adapter& adapter, Role role, std::uint64_t max_message,
                     const std::optional<DeflateAgreement>& agreement, OctetView stream, const Chunking& chunking);

/// Measures what is allocated between begin() and end(), but not between pause() and resume(); see memory_meter.cpp.
struct MemoryMeter {
    void (*begin)() = nullptr;
    void (*pause)() = nullptr;
    void (*resume)() = nullptr;
    std::uint64_t (*peak)() = nullptr;  ///< Since begin().
    void (*end)() = nullptr;
};
/// Used by all later runs. Without one, only the adapter's own report counts.
void use_memory_meter(const MemoryMeter& meter);

}  // namespace wsspec
