// Incremental validation of UTF-8 (RFC 3629 section 4), as RFC 6455 section 8.1 asks of text and Close reasons.
#pragma once

#include <cstdint>
#include <optional>

#include "reference/octets.h"

namespace wsspec {

/// Takes a text in pieces cut anywhere. Finds the first octet that cannot be part of valid text, which is the
/// earliest point where anybody can know: overlong forms, surrogates and code points above U+10FFFF show in the second
/// octet of a sequence, not at its end.
class Utf8Validator {
public:
    /// Index in `octets` of the first octet that no valid text has there; nothing if all fit so far. After a bad octet
    /// the validator must be reset.
    std::optional<std::size_t> feed(OctetView octets);

    /// No sequence is open: the text may end here.
    bool complete() const { return missing_ == 0; }

    void reset() { *this = {}; }

private:
    bool accept(Octet octet);

    // What the sequence under way still needs: how many octets, and the range of the next one.
    unsigned missing_ = 0;
    Octet low_ = 0x80;
    Octet high_ = 0xbf;
};

/// Whole text at once.
bool is_valid_utf8(OctetView octets);

}  // namespace wsspec
