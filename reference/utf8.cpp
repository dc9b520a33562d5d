#include "reference/utf8.h"

#include <cstring>

namespace wsspec {

bool Utf8Validator::accept(Octet octet) {
    if (missing_ != 0) {
        if (octet < low_ || octet > high_) return false;
        --missing_;
        low_ = 0x80;
        high_ = 0xbf;
        return true;
    }
    // The ABNF of RFC 3629 section 4, by first octet. The narrowed ranges of the second octet are what keeps out
    // overlong forms (e0, f0), surrogates (ed) and code points above U+10FFFF (f4).
    if (octet <= 0x7f) return true;
    if (octet >= 0xc2 && octet <= 0xdf) {
        missing_ = 1;
        return true;
    }
    if (octet >= 0xe0 && octet <= 0xef) {
        missing_ = 2;
        if (octet == 0xe0) low_ = 0xa0;
        if (octet == 0xed) high_ = 0x9f;
        return true;
    }
    if (octet >= 0xf0 && octet <= 0xf4) {
        missing_ = 3;
        if (octet == 0xf0) low_ = 0x90;
        if (octet == 0xf4) high_ = 0x8f;
        return true;
    }
    return false;  // 80..bf alone, c0, c1, f5..ff
}

std::optional<std::size_t> Utf8Validator::feed(OctetView octets) {
    std::size_t i = 0;
    while (i < octets.size()) {
        if (missing_ == 0) {
            // ASCII, eight octets a turn.
            std::uint64_t word = 0;
            while (octets.size() - i >= sizeof word) {
                std::memcpy(&word, octets.data() + i, sizeof word);
                if ((word & 0x8080808080808080U) != 0) break;
                i += sizeof word;
            }
            // Whole sequences of two and three octets: the letters of most scripts. accept() takes the rest.
            auto const tail = [&](std::size_t at) { return (octets[at] & 0xc0) == 0x80; };
            while (octets.size() - i >= 2 && octets[i] >= 0xc2 && octets[i] <= 0xdf && tail(i + 1)) i += 2;
            while (octets.size() - i >= 3 && octets[i] >= 0xe1 && octets[i] <= 0xec && tail(i + 1) && tail(i + 2))
                i += 3;
            if (i == octets.size()) break;
        }
        if (!accept(octets[i])) return i;
        ++i;
    }
    return std::nullopt;
}

bool is_valid_utf8(OctetView octets) {
    Utf8Validator validator;
    return !validator.feed(octets) && validator.complete();
}

}  // namespace wsspec
