// DEFLATE data by hand (RFC 1951), for messages that no compressor would make: every block as the author says, and
// every fault.
//
//     DeflateWriter{}.fixed({literal("Hello"), copy(5, 5)}).message()
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "reference/octets.h"

namespace wsspec {

/// Literals, or a back-reference if `length` is not zero.
struct DeflateItem {
    Octets literals;
    unsigned distance = 0;
    unsigned length = 0;
};

DeflateItem literal(std::string_view text);
DeflateItem literal(Octets octets);

/// `length` octets (3 to 258) from `distance` octets back (1 to 32768), whether there is anything or not.
/// Throws std::invalid_argument beyond that: DEFLATE has no symbols for it, and the arguments are source code.
DeflateItem copy(unsigned distance, unsigned length);

/// What the codes of a dynamic block look like.
enum class DeflateCodeShape {
    flat,   // as short as so many symbols allow
    steep,  // 1, 2, 3 … bits, up to the 15 that DEFLATE has if there are 16 symbols
};

/// Writes block after block. Nothing is checked but what could not be written: a back-reference may go anywhere.
class DeflateWriter {
public:
    /// The block written next has BFINAL = 1. What follows it begins with an octet of its own (RFC 7692 7.2.3.4).
    DeflateWriter& bfinal();

    /// A stored block. Throws std::invalid_argument above 65535 octets.
    DeflateWriter& stored(std::string_view data);
    DeflateWriter& stored(OctetView data);
    /// The same with a LEN and NLEN of the author's choice, whatever follows them.
    DeflateWriter& stored_claiming(std::uint16_t length, std::uint16_t complement, OctetView data);
    /// What a sync flush leaves: 00 00 ff ff stays in the message.
    DeflateWriter& empty_stored();

    /// A block with the fixed codes.
    DeflateWriter& fixed(const std::vector<DeflateItem>& items);
    /// A block with codes of its own. They depend on which symbols it has, not on how often.
    DeflateWriter& dynamic(const std::vector<DeflateItem>& items, DeflateCodeShape shape = DeflateCodeShape::flat);

    /// A header with BTYPE = 3, and nothing else.
    DeflateWriter& reserved_block();

    /// For faults: the `count` (up to 32) lowest bits of `value`, the lowest first, as DEFLATE writes all but codes.
    DeflateWriter& bits(std::uint32_t value, unsigned count);
    /// For faults: the same, the highest first, as DEFLATE writes codes. `code(0b11110, 5)` is the fixed distance 30.
    DeflateWriter& code(std::uint32_t value, unsigned count);
    /// Pads up to the next octet; nothing if there is no octet begun.
    DeflateWriter& align();
    /// Where bits are padded from now on, with these (its highest bits end up highest). Zeros unless told.
    DeflateWriter& padding(Octet bits);

    /// As RFC 7692 7.2.1 has it: ends with an empty stored block, whose 00 00 ff ff is removed. After bfinal() that
    /// block is the final one.
    Octets message() const;
    /// The same with 00 00 ff ff left in.
    Octets with_tail() const;
    /// Ends where it ends.
    Octets as_is() const;

private:
    void header(unsigned block_type);
    void end_block();

    Octets octets_;
    unsigned free_bits_ = 0;  // of the last octet
    Octet padding_ = 0;
    bool next_is_final_ = false;
    bool final_ = false;  // the block under way
};

}  // namespace wsspec
