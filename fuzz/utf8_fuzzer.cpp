// Contract: the validator agrees with the table of well-formed byte sequences of the Unicode Standard (table 3-7, which
// is RFC 3629 section 4 in other words): which octet is the first that no valid text has there, and whether the text
// may end. However it is cut.
//
// Input: an octet that says how pieces are cut, the text.
#include "fuzz/targets.h"
#include "reference/utf8.h"

namespace wsspec::targets {

namespace {

struct Row {
    Octet first[2];
    Octet second[2];
    unsigned more;  // octets 80 to BF behind these
};
/// Sequences of two octets and more.
constexpr Row table[] = {
    {{0xc2, 0xdf}, {0x80, 0xbf}, 0}, {{0xe0, 0xe0}, {0xa0, 0xbf}, 1}, {{0xe1, 0xec}, {0x80, 0xbf}, 1},
    {{0xed, 0xed}, {0x80, 0x9f}, 1}, {{0xee, 0xef}, {0x80, 0xbf}, 1}, {{0xf0, 0xf0}, {0x90, 0xbf}, 2},
    {{0xf1, 0xf3}, {0x80, 0xbf}, 2}, {{0xf4, 0xf4}, {0x80, 0x8f}, 2},
};

struct Verdict {
    std::size_t first_bad = SIZE_MAX;
    bool complete = false;
};

Verdict by_table(OctetView text) {
    auto const within = [](Octet octet, const Octet(&range)[2]) { return octet >= range[0] && octet <= range[1]; };
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] < 0x80) {
            ++at;
            continue;
        }
        const Row* row = nullptr;
        for (const Row& candidate : table)
            if (within(text[at], candidate.first)) row = &candidate;
        if (row == nullptr) return {at};
        if (at + 1 == text.size()) return {};
        if (!within(text[at + 1], row->second)) return {at + 1};
        for (unsigned i = 0; i < row->more; ++i) {
            if (at + 2 + i == text.size()) return {};
            if (text[at + 2 + i] < 0x80 || text[at + 2 + i] > 0xbf) return {at + 2 + i};
        }
        at += 2 + row->more;
    }
    return {.first_bad = SIZE_MAX, .complete = true};
}

}  // namespace

void utf8(OctetView input) {
    Input in(input);
    unsigned const seed = in.octet();
    auto const text = in.rest();
    auto const expected = by_table(text);
    demand(is_valid_utf8(text) == expected.complete, "is_valid_utf8() disagrees with the table");
    Utf8Validator validator;
    for (unsigned const longest : {1U, 37U, 1U << 30}) {
        Pieces pieces(seed, longest);
        validator.reset();
        std::size_t at = 0;
        std::size_t bad = SIZE_MAX;
        while (at < text.size() && bad == SIZE_MAX) {
            auto const piece =
                text.subspan(at, std::min(longest == 1U << 30 ? text.size() : pieces.next(), text.size() - at));
            if (auto const index = validator.feed(piece)) bad = at + *index;
            at += piece.size();
        }
        demand(bad == expected.first_bad, "another octet is the first bad one");
        if (bad == SIZE_MAX) demand(validator.complete() == expected.complete, "complete() disagrees");
    }
}

}  // namespace wsspec::targets
