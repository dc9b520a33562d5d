// The prefix codes of DEFLATE (RFC 1951 section 3.2): what the symbols mean, and a decoder for any set of code lengths.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace wsspec {

inline constexpr unsigned deflate_longest_code = 15;  // 3.2.7: code lengths are 0 to 15
inline constexpr unsigned deflate_end_of_block = 256;

/// What a symbol stands for (3.2.5).
struct DeflateMeaning {
    // Flags in `extra` of all that is no length and no distance.
    static constexpr std::uint8_t literal = 0x80;  // `value` itself
    static constexpr std::uint8_t end = 0x40;      // of the block
    static constexpr std::uint8_t bad = 0x20;      // no symbol of DEFLATE
    static constexpr std::uint8_t longer = 0x10;   // only within DeflateCode: the code is longer than its table's index

    std::uint16_t value = 0;  // the literal, or the smallest length or distance meant
    std::uint8_t bits = 0;    // of the code in the data, once it has one
    std::uint8_t extra = 0;   // so many bits behind the code are added to the value; or a flag

    constexpr bool is(unsigned flags) const { return (extra & flags) != 0; }
};

/// 3.2.5: literals 0 to 255, end of block, lengths 3 to 258; the fixed code (3.2.6) has codes for two more, which mean
/// nothing.
inline constexpr auto deflate_literals_and_lengths = [] {
    std::array<DeflateMeaning, 288> out{};
    for (unsigned i = 0; i < 256; ++i) out[i] = {static_cast<std::uint16_t>(i), 0, DeflateMeaning::literal};
    out[deflate_end_of_block].extra = DeflateMeaning::end;
    unsigned length = 3;
    for (unsigned i = 257; i < 285; ++i) {
        unsigned const extra = i < 265 ? 0 : (i - 261) / 4;
        out[i] = {static_cast<std::uint16_t>(length), 0, static_cast<std::uint8_t>(extra)};
        length += 1U << extra;
    }
    out[285] = {258, 0, 0};  // out of line: 284 could say 258 as well
    out[286].extra = out[287].extra = DeflateMeaning::bad;
    return out;
}();

/// 3.2.5: distances 1 to 32768. 3.2.6: "distance codes 30-31 will never actually occur".
inline constexpr auto deflate_distances = [] {
    std::array<DeflateMeaning, 32> out{};
    unsigned distance = 1;
    for (unsigned i = 0; i < 30; ++i) {
        unsigned const extra = i < 4 ? 0 : (i - 2) / 2;
        out[i] = {static_cast<std::uint16_t>(distance), 0, static_cast<std::uint8_t>(extra)};
        distance += 1U << extra;
    }
    out[30].extra = out[31].extra = DeflateMeaning::bad;
    return out;
}();

/// 3.2.7: the symbols in which a dynamic block writes its code lengths: 0 to 15 literally, then three repetitions.
inline constexpr auto deflate_code_lengths = [] {
    std::array<DeflateMeaning, 19> out{};
    for (unsigned i = 0; i < 16; ++i) out[i] = {static_cast<std::uint16_t>(i), 0, DeflateMeaning::literal};
    out[16] = {3, 0, 2};   // the length before, 3 to 6 times
    out[17] = {3, 0, 3};   // zero, 3 to 10 times
    out[18] = {11, 0, 7};  // zero, 11 to 138 times
    return out;
}();

/// 3.2.7: the order in which the lengths of the code length code itself stand.
inline constexpr std::array<std::uint8_t, 19> deflate_code_length_order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                           11, 4,  12, 3, 13, 2, 14, 1, 15};

/// 3.2.6: the code lengths of a fixed block.
inline constexpr auto deflate_fixed_lengths = [] {
    std::array<std::uint8_t, 288> out{};
    for (unsigned i = 0; i < 288; ++i) out[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    return out;
}();
inline constexpr auto deflate_fixed_distance_lengths = [] {
    std::array<std::uint8_t, 32> out{};
    out.fill(5);
    return out;
}();

/// 3.1.1: prefix codes stand in the data with their most significant bit first, all else the other way round.
constexpr unsigned deflate_reversed(unsigned code, unsigned length) {
    code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
    code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
    code = (code & 0x0f0f) << 4 | (code >> 4 & 0x0f0f);
    code = (code & 0x00ff) << 8 | (code >> 8 & 0x00ff);
    return code >> (16 - length);
}

/// Decodes one code (3.2.2): at once if it has at most `index_bits` bits, length by length if more. Longer codes are
/// rare wherever the lengths fit the data, and where they don't it is at most 15 steps.
template <unsigned index_bits, std::size_t symbols>
class DeflateCode {
public:
    using Meanings = std::array<DeflateMeaning, symbols>;

    /// False if no decoder would take these lengths: more codes than there are, or fewer. zlib's two exceptions are
    /// ours: no code at all (an error only where one is read), and a single one of one bit unless `complete_only`
    /// (3.2.7 speaks of a single distance; zlib lets a lone end of block pass as well).
    bool assign(std::span<const std::uint8_t> lengths, const Meanings& meanings, bool complete_only = false) {
        std::array<std::uint16_t, deflate_longest_code + 1> count{};
        for (unsigned const length : lengths) ++count[length];
        std::size_t const coded = lengths.size() - count[0];

        int left = 1;
        unsigned longest = 0;
        for (unsigned length = 1; length <= deflate_longest_code; ++length) {
            left = left * 2 - count[length];
            if (left < 0) return false;
            if (count[length] > 0) longest = length;
        }
        if (left > 0 && coded > 0 && (complete_only || longest > 1)) return false;

        // Codes go up with length first and symbol second: sorted like that, they need no other name than their place.
        std::array<std::uint16_t, deflate_longest_code + 1> place{};
        for (unsigned length = 1; length < deflate_longest_code; ++length)
            place[length + 1] = static_cast<std::uint16_t>(place[length] + count[length]);
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            if (lengths[symbol] == 0) continue;
            auto& meaning = sorted_[place[lengths[symbol]]++];
            meaning = meanings[symbol];
            meaning.bits = lengths[symbol];
        }

        // The index doubles with every length, so that each code is written once and copied in blocks.
        DeflateMeaning const unassigned{0, 1, longest > index_bits ? DeflateMeaning::longer : DeflateMeaning::bad};
        index_[0] = unassigned;
        unsigned code = 0;
        unsigned at = 0;
        for (unsigned length = 1; length <= deflate_longest_code; ++length) {
            code *= 2;
            if (length <= index_bits) {
                std::size_t const half = std::size_t{1} << (length - 1);
                std::memcpy(&index_[half], index_.data(), half * sizeof(DeflateMeaning));
                for (unsigned i = 0; i < count[length]; ++i)
                    index_[deflate_reversed(code + i, length)] = sorted_[at + i];
            }
            code += count[length];
            at += count[length];
            beyond_[length] = static_cast<std::uint16_t>(code << (deflate_longest_code - length));
            from_end_[length] = static_cast<std::int16_t>(static_cast<int>(at) - static_cast<int>(code));
        }
        return true;
    }

    /// The code that `bits` begin with, the first one lowest. Of `bits` at least its own `bits` must be real: whether
    /// they are, the caller finds out afterwards, as nothing behind them influences the result.
    DeflateMeaning decode(std::uint64_t bits) const {
        auto const found = at_once(bits);
        return found.is(DeflateMeaning::longer) ? step_by_step(bits) : found;
    }

    /// decode() in its two halves: the first gives `longer` for a code that takes the second.
    DeflateMeaning at_once(std::uint64_t bits) const { return index_[bits & (index_.size() - 1)]; }
    DeflateMeaning step_by_step(std::uint64_t bits) const {
        unsigned const code = deflate_reversed(static_cast<unsigned>(bits & 0x7fff), deflate_longest_code);
        unsigned length = index_bits + 1;
        while (length < deflate_longest_code && code >= beyond_[length]) ++length;
        int const place = static_cast<int>(code >> (deflate_longest_code - length)) + from_end_[length];
        return sorted_[static_cast<std::size_t>(place)];
    }

private:
    std::array<DeflateMeaning, std::size_t{1} << index_bits> index_{};
    std::array<DeflateMeaning, symbols> sorted_{};
    // For each length: the first code of 15 bits behind all codes so far; and what takes a code to its place.
    std::array<std::uint16_t, deflate_longest_code + 1> beyond_{};
    std::array<std::int16_t, deflate_longest_code + 1> from_end_{};
};

}  // namespace wsspec
