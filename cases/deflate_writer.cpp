#include "cases/deflate_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

#include "reference/deflate_code.h"

namespace wsspec {

namespace {

/// A symbol and what follows its code.
struct Symbol {
    unsigned symbol = 0;
    unsigned extra = 0;
    unsigned extra_bits = 0;
};

/// The last symbol from `first` on whose values begin at or below this one.
template <class Meanings>
Symbol symbol_for(unsigned value, unsigned first, unsigned last, const Meanings& meanings) {
    unsigned symbol = last;
    while (symbol > first && meanings[symbol].value > value) --symbol;
    return {symbol, value - meanings[symbol].value, meanings[symbol].extra};
}

Symbol length_symbol(unsigned length) { return symbol_for(length, 257, 285, deflate_literals_and_lengths); }
Symbol distance_symbol(unsigned distance) { return symbol_for(distance, 0, 29, deflate_distances); }

/// Length and code of each symbol.
struct Codes {
    std::vector<std::uint8_t> lengths;
    std::vector<unsigned> codes;

    /// RFC 1951 3.2.2.
    explicit Codes(std::span<const std::uint8_t> of) : lengths(of.begin(), of.end()), codes(of.size()) {
        unsigned code = 0;
        for (unsigned length = 1; length <= deflate_longest_code; ++length) {
            code *= 2;
            for (std::size_t i = 0; i < lengths.size(); ++i)
                if (lengths[i] == length) codes[i] = code++;
        }
    }

    void write(DeflateWriter& to, const Symbol& symbol) const {
        to.code(codes[symbol.symbol], lengths[symbol.symbol]);
        to.bits(symbol.extra, symbol.extra_bits);
    }
};

void write_items(DeflateWriter& to, const std::vector<DeflateItem>& items, const Codes& literals,
                 const Codes& distances) {
    for (const auto& item : items) {
        for (unsigned const octet : item.literals) literals.write(to, {octet});
        if (item.length == 0) continue;
        literals.write(to, length_symbol(item.length));
        distances.write(to, distance_symbol(item.distance));
    }
    literals.write(to, {deflate_end_of_block});
}

/// Code lengths for the symbols in use that leave no code unassigned; one symbol alone gets one bit (3.2.7).
std::vector<std::uint8_t> code_lengths(const std::set<unsigned>& used, DeflateCodeShape shape) {
    std::vector<std::uint8_t> out(used.empty() ? 1 : *used.rbegin() + 1);
    auto left = static_cast<unsigned>(used.size());
    unsigned depth = 0;
    auto symbol = used.begin();
    if (shape == DeflateCodeShape::steep) {
        // One more bit for each, as long as the others still find room below 15.
        for (; left > 2 && left - 1 <= 1U << (deflate_longest_code - depth - 1); --left)
            out[*symbol++] = static_cast<std::uint8_t>(++depth);
    }
    // The rest share what is left: some codes of `shorter` bits, and twice as many one bit longer for the others.
    unsigned const shorter = left > 1 ? static_cast<unsigned>(std::bit_width(left)) - 1 : 1;
    unsigned const short_codes = left > 1 ? (2U << shorter) - left : left;
    for (unsigned i = 0; i < left; ++i)
        out[*symbol++] = static_cast<std::uint8_t>(depth + (i < short_codes ? shorter : shorter + 1));
    return out;
}

/// 3.2.7: code lengths as their own alphabet writes them.
std::vector<Symbol> run_lengths(std::span<const std::uint8_t> lengths) {
    std::vector<Symbol> out;
    for (std::size_t at = 0; at < lengths.size();) {
        auto const same = std::find_if(lengths.begin() + static_cast<std::ptrdiff_t>(at), lengths.end(),
                                       [&](auto length) { return length != lengths[at]; });
        auto run = static_cast<unsigned>(same - lengths.begin()) - static_cast<unsigned>(at);
        if (lengths[at] == 0 && run >= 11) {
            run = std::min(run, 138U);
            out.push_back({18, run - 11, 7});
        } else if (lengths[at] == 0 && run >= 3) {
            out.push_back({17, run - 3, 3});
        } else if (at > 0 && lengths[at] == lengths[at - 1] && run >= 3) {
            run = std::min(run, 6U);
            out.push_back({16, run - 3, 2});
        } else {
            run = 1;
            out.push_back({lengths[at]});
        }
        at += run;
    }
    return out;
}

}  // namespace

DeflateItem literal(std::string_view text) { return {.literals = octets(text)}; }
DeflateItem literal(Octets octets) { return {.literals = std::move(octets)}; }

DeflateItem copy(unsigned distance, unsigned length) {
    if (distance < 1 || distance > 32768 || length < 3 || length > 258)
        throw std::invalid_argument("DEFLATE has no such back-reference");
    return {.literals = {}, .distance = distance, .length = length};
}

DeflateWriter& DeflateWriter::bfinal() {
    next_is_final_ = true;
    return *this;
}

void DeflateWriter::header(unsigned block_type) {
    final_ = std::exchange(next_is_final_, false);
    bits(final_ ? 1 : 0, 1);
    bits(block_type, 2);
}

void DeflateWriter::end_block() {
    if (final_) align();
}

DeflateWriter& DeflateWriter::stored(std::string_view data) { return stored(as_octets(data)); }

DeflateWriter& DeflateWriter::stored(OctetView data) {
    if (data.size() > 0xffff) throw std::invalid_argument("a stored block has at most 65535 octets");
    auto const length = static_cast<std::uint16_t>(data.size());
    return stored_claiming(length, static_cast<std::uint16_t>(~length), data);
}

DeflateWriter& DeflateWriter::stored_claiming(std::uint16_t length, std::uint16_t complement, OctetView data) {
    header(0);
    align();
    bits(length, 16);
    bits(complement, 16);
    append(octets_, data);
    return *this;
}

DeflateWriter& DeflateWriter::empty_stored() { return stored(OctetView()); }

DeflateWriter& DeflateWriter::fixed(const std::vector<DeflateItem>& items) {
    static const Codes literals(deflate_fixed_lengths);
    static const Codes distances(deflate_fixed_distance_lengths);
    header(1);
    write_items(*this, items, literals, distances);
    end_block();
    return *this;
}

DeflateWriter& DeflateWriter::dynamic(const std::vector<DeflateItem>& items, DeflateCodeShape shape) {
    // Two symbols at least: 3.2.7 allows a code with a single one for distances only.
    std::set<unsigned> used_literals{0, deflate_end_of_block};
    std::set<unsigned> used_distances;
    for (const auto& item : items) {
        used_literals.insert(item.literals.begin(), item.literals.end());
        if (item.length == 0) continue;
        used_literals.insert(length_symbol(item.length).symbol);
        used_distances.insert(distance_symbol(item.distance).symbol);
    }
    auto lengths = code_lengths(used_literals, shape);
    auto const literal_count = lengths.size();
    auto const distance_lengths = code_lengths(used_distances, shape);
    lengths.insert(lengths.end(), distance_lengths.begin(), distance_lengths.end());
    auto const all = std::span<const std::uint8_t>(lengths);
    Codes const literals(all.first(literal_count));
    Codes const distances(all.subspan(literal_count));

    auto const runs = run_lengths(lengths);
    std::set<unsigned> used_lengths;
    for (const auto& run : runs) used_lengths.insert(run.symbol);
    auto code_length_lengths = code_lengths(used_lengths, DeflateCodeShape::flat);
    code_length_lengths.resize(deflate_code_lengths.size());
    Codes const code_length_codes(code_length_lengths);
    std::size_t hclen = deflate_code_length_order.size();
    while (code_length_lengths[deflate_code_length_order[hclen - 1]] == 0) --hclen;

    header(2);
    bits(static_cast<std::uint32_t>(literal_count - 257), 5);
    bits(static_cast<std::uint32_t>(distance_lengths.size() - 1), 5);
    bits(static_cast<std::uint32_t>(hclen - 4), 4);
    for (std::size_t i = 0; i < hclen; ++i) bits(code_length_lengths[deflate_code_length_order[i]], 3);
    for (const auto& run : runs) code_length_codes.write(*this, run);
    write_items(*this, items, literals, distances);
    end_block();
    return *this;
}

DeflateWriter& DeflateWriter::reserved_block() {
    header(3);
    return *this;
}

DeflateWriter& DeflateWriter::bits(std::uint32_t value, unsigned count) {
    if (count > 32) throw std::invalid_argument("at most 32 bits at once");
    for (; count > 0; --count, value >>= 1) {
        if (free_bits_ == 0) {
            octets_.push_back(0);
            free_bits_ = 8;
        }
        octets_.back() = static_cast<Octet>(octets_.back() | (value & 1) << (8 - free_bits_));
        --free_bits_;
    }
    return *this;
}

DeflateWriter& DeflateWriter::code(std::uint32_t value, unsigned count) {
    if (count > 32) throw std::invalid_argument("at most 32 bits at once");
    while (count > 0) bits(value >> --count, 1);
    return *this;
}

DeflateWriter& DeflateWriter::align() {
    return bits(static_cast<std::uint32_t>(padding_) >> (8 - free_bits_), free_bits_);
}

DeflateWriter& DeflateWriter::padding(Octet bits) {
    padding_ = bits;
    return *this;
}

Octets DeflateWriter::message() const {
    auto all = *this;
    all.header(0);
    all.align();
    return all.octets_;
}

Octets DeflateWriter::with_tail() const {
    auto out = message();
    append(out, hex("00 00 ff ff"));
    return out;
}

Octets DeflateWriter::as_is() const { return octets_; }

}  // namespace wsspec
