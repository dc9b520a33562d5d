// What the messages of RoundTrips consist of: any piece of any message, without the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cases/script.h"

namespace wsspec {

/// A corpus, and where it can be cut.
struct Corpus {
    Octets octets;
    /// Of a text with characters of more than one octet: where each code point begins, and behind them all the size.
    /// Empty: cut anywhere.
    std::vector<std::uint32_t> starts;

    /// Pieces that a message is counted in: code points for a text message, otherwise octets.
    std::size_t units(Opcode opcode) const;
    /// The octet that this unit begins with. Goes on counting behind the end: where it would be if the corpus were
    /// there over and over.
    std::size_t offset(Opcode opcode, std::size_t unit) const;
};

/// Made when first asked for, once; lives until the program ends. Safe to call from any thread. `pattern` has none: an
/// empty one.
const Corpus& corpus(Content::Kind kind);

/// One message, to be read piece by piece: a window into octets that go round and round. Copies are cheap; it is valid
/// as long as the Messages that it came from.
class MessageOctets {
public:
    MessageOctets(OctetView loop, std::size_t start, std::size_t size) : loop_(loop), start_(start), size_(size) {}

    std::size_t size() const { return size_; }

    /// Fills `into` with the octets from `offset` on. offset + into.size() must not be above size().
    void copy(std::size_t offset, std::span<Octet> into) const;

    /// Whether `piece` is what stands from `offset` on; false if it reaches beyond the end.
    bool equals(std::size_t offset, OctetView piece) const;

private:
    /// The longest piece in a row from `offset` on, `at_most` octets.
    OctetView run(std::size_t offset, std::size_t at_most) const;

    OctetView loop_;
    std::size_t start_;
    std::size_t size_;
};

/// All messages of a RoundTrips step, by their number from 0 on. Takes a few KiB, however large they are.
class Messages {
public:
    /// `size` as in RoundTrips: of a text message from a corpus in code points, otherwise in octets, below 2^48.
    /// Messages of an empty pattern are empty.
    Messages(const Content& content, Opcode opcode, std::size_t size);

    MessageOctets operator[](std::uint64_t n) const;

    /// Message n + period() has the octets of message n: who compresses without context takeover need not do it again.
    std::uint64_t period() const;

    /// Octets of the largest message; characters differ in size.
    std::size_t largest() const;

private:
    const Corpus* corpus_;  ///< nullptr: a pattern.
    Octets pattern_;        ///< Over and over, so that runs are long.
    Opcode opcode_;
    std::size_t size_;
};

/// Message n as a whole.
Octets message(const Content& content, Opcode opcode, std::size_t size, std::uint64_t n);

}  // namespace wsspec
