#include "reference/watching_inflater.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace wsspec {

namespace {

constexpr std::size_t history = 32768;                 // RFC 1951 2: how far back references go
constexpr std::size_t capacity = history + 64 * 1024;  // of the window
constexpr std::size_t longest_match = 258;
// How far symbols_quickly() may write in one round: two literals and a match, rounded up by copy_match().
constexpr std::size_t burst = 2 + longest_match + 8;
// How far it may read in one round: two refills.
constexpr std::size_t gulp = 16;

constexpr std::uint64_t low_bits(std::uint64_t bits, unsigned count) {
    return bits & ((std::uint64_t{1} << count) - 1);
}

std::uint64_t load_little_endian(const Octet* from) {
    std::uint64_t value = 0;
    std::memcpy(&value, from, sizeof value);
    if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
    return value;
}

/// A back-reference (RFC 1951 3.2.3); it may overlap what it writes. Writes up to 7 octets more than asked for.
inline void copy_match(Octet* to, std::size_t distance, std::size_t length) {
    const Octet* from = to - distance;
    if (distance >= 8) {
        for (std::size_t done = 0; done < length; done += 8) std::memcpy(to + done, from + done, 8);
    } else if (distance == 1) {
        std::memset(to, *from, length);
    } else {
        for (std::size_t done = 0; done < length; ++done) to[done] = from[done];
    }
}

template <class Code, class Lengths>
Code fixed_code(const Lengths& lengths, const typename Code::Meanings& meanings) {
    Code code;
    code.assign(lengths, meanings);
    return code;
}

}  // namespace

std::string_view to_string(InflateProblem problem) {
    switch (problem) {
        case InflateProblem::none:
            return "no problem";
        case InflateProblem::reserved_block_type:
            return "a block has the reserved type 3";
        case InflateProblem::stored_length_mismatch:
            return "a stored block's LEN and NLEN do not match";
        case InflateProblem::bad_code_lengths:
            return "a dynamic block's code lengths make no valid code";
        case InflateProblem::bad_symbol:
            return "a code has no meaning";
        case InflateProblem::distance_too_far:
            return "a back-reference goes back farther than there is data";
        case InflateProblem::ends_inside_block:
            return "the message ends inside a block";
        case InflateProblem::no_octets:
            return "the message has no octets";
        case InflateProblem::too_large:
            return "the message inflates to more than is allowed";
    }
    return "an unknown problem";
}

WatchingInflater::WatchingInflater(std::uint64_t limit) : limit_(limit), window_(capacity + 8) {}

InflateProblem WatchingInflater::feed(OctetView piece, Octets& out) {
    if (problem_ != InflateProblem::none || piece.empty()) return problem_;
    if (!in_message_) begin_message();
    input_.octets = piece;
    while (step(out)) {
    }
    give(out);
    input_.octets = {};  // the caller's
    return problem_;
}

InflateProblem WatchingInflater::end_message() {
    if (problem_ != InflateProblem::none) return problem_;
    if (!in_message_) {
        begin_message();
        fail(InflateProblem::no_octets);
        return problem_;
    }
    // No need to read 00 00 ff ff: they are right where LEN and NLEN are due, and nowhere else.
    if (state_ == State::stored_length && input_.count == 0) {
        state_ = State::block_header;
        if (final_) final_end_ = at_;
    } else if (state_ == State::block_header && input_.count == 0 && (behind_final_ || behind_empty_stored_)) {
        facts_.ends_behind_final = behind_final_;
        facts_.tail_left_in = behind_empty_stored_;
    } else {
        fail(InflateProblem::ends_inside_block);
        return problem_;
    }
    in_message_ = false;
    return problem_;
}

bool WatchingInflater::complete_literally(Octets& out) {
    if (problem_ != InflateProblem::none && problem_ != InflateProblem::ends_inside_block) return false;
    if (!in_message_) begin_message();
    constexpr Octet tail[] = {0x00, 0x00, 0xff, 0xff};
    InflateProblem const found = std::exchange(problem_, InflateProblem::none);
    Octets inflated;
    if (feed(tail, inflated) != InflateProblem::none) {
        problem_ = found;
        return false;
    }
    append(out, inflated);
    in_message_ = false;
    return true;
}

void WatchingInflater::forget() {
    problem_ = InflateProblem::none;
    in_message_ = false;
    input_ = {};
    state_ = State::block_header;
    at_ = given_ = message_start_ = final_end_ = 0;
}

void WatchingInflater::begin_message() {
    facts_ = {};
    in_message_ = true;
    behind_final_ = behind_empty_stored_ = false;
    message_start_ = at_;
}

bool WatchingInflater::fail(InflateProblem problem) {
    problem_ = problem;
    return false;
}

// ---- bits -----------------------------------------------------------------------------------------------------------

/// More than 56 bits, or all that there are.
void WatchingInflater::Input::fill() {
    while (count <= 56 && !octets.empty()) {
        bits |= std::uint64_t{octets.front()} << count;
        count += 8;
        octets = octets.subspan(1);
    }
}

bool WatchingInflater::Input::has(unsigned needed) {
    if (count < needed) fill();
    return count >= needed;
}

unsigned WatchingInflater::Input::take(unsigned wanted) {
    auto const value = static_cast<unsigned>(low_bits(bits, wanted));
    bits >>= wanted;
    count -= wanted;
    return value;
}

/// To the next octet.
unsigned WatchingInflater::Input::drop_padding() { return take(count % 8); }

// ---- blocks (RFC 1951 3.2.3) ----------------------------------------------------------------------------------------

bool WatchingInflater::step(Octets& out) {
    switch (state_) {
        case State::block_header:
            return block_header();
        case State::stored_length:
            return stored_length();
        case State::stored_octets:
            return stored_octets(out);
        case State::code_counts:
            return code_counts();
        case State::code_length_lengths:
            return code_length_lengths();
        case State::code_lengths:
            return code_lengths();
        case State::symbols:
            return symbols(out);
    }
    return false;
}

bool WatchingInflater::block_header() {
    if (!input_.has(3)) return false;
    behind_final_ = behind_empty_stored_ = false;
    final_ = input_.take(1) == 1;
    if (final_) ++facts_.final_blocks;
    switch (input_.take(2)) {
        case 0:
            input_.drop_padding();  // RFC 1951 3.2.4: ignored
            state_ = State::stored_length;
            return true;
        case 1:
            ++facts_.fixed;
            fixed_code_ = true;
            state_ = State::symbols;
            return true;
        case 2:
            ++facts_.dynamic;
            fixed_code_ = false;
            state_ = State::code_counts;
            return true;
        default:
            return fail(InflateProblem::reserved_block_type);
    }
}

void WatchingInflater::end_block() {
    state_ = State::block_header;
    if (!final_) return;
    // DEFLATE data ends here; RFC 7692 7.2.3.4 goes on with the next octet.
    if (input_.drop_padding() != 0) facts_.padding = true;
    behind_final_ = true;
    final_end_ = at_;
    facts_.octets_to_final = facts_.octets + (at_ - given_);
}

bool WatchingInflater::stored_length() {
    if (!input_.has(32)) return false;
    unsigned const length = input_.take(16);
    if ((input_.take(16) ^ length) != 0xffff) return fail(InflateProblem::stored_length_mismatch);
    ++facts_.stored;
    stored_left_ = length;
    state_ = State::stored_octets;
    if (length == 0) {
        end_block();
        behind_empty_stored_ = true;
    }
    return true;
}

bool WatchingInflater::stored_octets(Octets& out) {
    while (stored_left_ > 0) {
        if (input_.count == 0 && input_.octets.empty()) return false;
        if (octets_allowed() == 0) return fail(InflateProblem::too_large);
        if (at_ == capacity) make_room(out);
        if (input_.count > 0) {  // whole octets
            window_[at_++] = static_cast<Octet>(input_.take(8));
            --stored_left_;
            continue;
        }
        auto const count = static_cast<std::size_t>(
            std::min<std::uint64_t>({stored_left_, input_.octets.size(), capacity - at_, octets_allowed()}));
        std::memcpy(&window_[at_], input_.octets.data(), count);
        input_.octets = input_.octets.subspan(count);
        at_ += count;
        stored_left_ -= static_cast<std::uint32_t>(count);
    }
    end_block();
    return true;
}

// ---- the codes of a dynamic block (3.2.7) ---------------------------------------------------------------------------

bool WatchingInflater::code_counts() {
    if (!input_.has(14)) return false;
    literal_count_ = 257 + input_.take(5);
    distance_count_ = 1 + input_.take(5);
    code_length_count_ = 4 + input_.take(4);
    if (literal_count_ > 286 || distance_count_ > 30) return fail(InflateProblem::bad_code_lengths);
    lengths_known_ = 0;
    lengths_.fill(0);
    state_ = State::code_length_lengths;
    return true;
}

bool WatchingInflater::code_length_lengths() {
    for (; lengths_known_ < code_length_count_; ++lengths_known_) {
        if (!input_.has(3)) return false;
        lengths_[deflate_code_length_order[lengths_known_]] = static_cast<std::uint8_t>(input_.take(3));
    }
    if (!code_length_code_.assign(std::span(lengths_).first(deflate_code_lengths.size()), deflate_code_lengths, true))
        return fail(InflateProblem::bad_code_lengths);
    lengths_known_ = 0;
    state_ = State::code_lengths;
    return true;
}

bool WatchingInflater::code_lengths() {
    unsigned const all = literal_count_ + distance_count_;
    while (lengths_known_ < all) {
        input_.fill();
        auto const symbol = code_length_code_.decode(input_.bits);
        if (symbol.bits > input_.count) return false;
        if (symbol.is(DeflateMeaning::bad)) return fail(InflateProblem::bad_code_lengths);
        if (symbol.is(DeflateMeaning::literal)) {
            input_.take(symbol.bits);
            lengths_[lengths_known_++] = static_cast<std::uint8_t>(symbol.value);
            continue;
        }
        if (symbol.bits + symbol.extra > input_.count) return false;
        input_.take(symbol.bits);
        unsigned const times = symbol.value + input_.take(symbol.extra);
        bool const repeats_previous = symbol.extra == 2;
        if (lengths_known_ + times > all || (repeats_previous && lengths_known_ == 0))
            return fail(InflateProblem::bad_code_lengths);
        auto const length = repeats_previous ? lengths_[lengths_known_ - 1] : std::uint8_t{0};
        std::fill_n(&lengths_[lengths_known_], times, length);
        lengths_known_ += times;
    }
    auto const lengths = std::span(lengths_).first(all);
    if (lengths[deflate_end_of_block] == 0 ||
        !literals_.assign(lengths.first(literal_count_), deflate_literals_and_lengths) ||
        !distances_.assign(lengths.subspan(literal_count_), deflate_distances))
        return fail(InflateProblem::bad_code_lengths);
    state_ = State::symbols;
    return true;
}

// ---- compressed data (3.2.3) ----------------------------------------------------------------------------------------

bool WatchingInflater::symbols(Octets& out) {
    static const auto fixed_literals = fixed_code<LiteralCode>(deflate_fixed_lengths, deflate_literals_and_lengths);
    static const auto fixed_distances = fixed_code<DistanceCode>(deflate_fixed_distance_lengths, deflate_distances);
    const auto& literals = fixed_code_ ? fixed_literals : literals_;
    const auto& distances = fixed_code_ ? fixed_distances : distances_;

    for (;;) {
        if (capacity - at_ < burst) make_room(out);
        if (input_.octets.size() >= gulp && octets_allowed() >= burst) {
            auto const how = symbols_quickly(literals, distances);
            if (how == Symbols::no_margin) continue;
            return how == Symbols::block_ended;
        }

        // Near an end: a symbol is taken when all its bits are there, so there is no state in between.
        input_.fill();
        auto const symbol = literals.decode(input_.bits);
        if (symbol.bits > input_.count) return false;
        if (symbol.is(DeflateMeaning::bad)) return fail(InflateProblem::bad_symbol);
        if (symbol.is(DeflateMeaning::end)) {
            input_.take(symbol.bits);
            end_block();
            return true;
        }
        if (symbol.is(DeflateMeaning::literal)) {
            if (octets_allowed() == 0) return fail(InflateProblem::too_large);
            input_.take(symbol.bits);
            window_[at_++] = static_cast<Octet>(symbol.value);
            continue;
        }

        Input ahead = input_;
        if (symbol.bits + symbol.extra > ahead.count) return false;
        ahead.take(symbol.bits);
        std::size_t const length = symbol.value + ahead.take(symbol.extra);
        auto const back = distances.decode(ahead.bits);
        if (back.bits > ahead.count) return false;
        if (back.is(DeflateMeaning::bad)) return fail(InflateProblem::bad_symbol);
        if (back.bits + back.extra > ahead.count) return false;
        ahead.take(back.bits);
        std::uint32_t const distance = back.value + ahead.take(back.extra);
        input_ = ahead;
        if (distance > at_) return fail(InflateProblem::distance_too_far);
        note_references(distance, at_ - distance);
        auto const allowed = static_cast<std::size_t>(std::min<std::uint64_t>(length, octets_allowed()));
        copy_match(&window_[at_], distance, allowed);
        at_ += allowed;
        if (allowed < length) return fail(InflateProblem::too_large);
    }
}

/// The same without asking at every step whether there is input, room and permission: there is, as long as there is
/// `gulp` of the one and `burst` of the others, which the caller makes sure of once.
WatchingInflater::Symbols WatchingInflater::symbols_quickly(const LiteralCode& literals,
                                                            const DistanceCode& distances) {
    auto bits = input_.bits;
    auto count = input_.count;
    const Octet* in = input_.octets.data();
    const Octet* const in_end = in + input_.octets.size();
    const Octet* const in_stop = in_end - gulp;
    Octet* const begin = window_.data();
    Octet* to = begin + at_;
    Octet* const to_stop = to + std::min<std::uint64_t>(capacity - at_, octets_allowed()) - burst;
    std::uint32_t largest_distance = 0;
    std::size_t lowest_source = capacity;
    auto how = Symbols::no_margin;

    // At least 56 bits. What lies above `count` is what the next refill puts there again.
    auto const refill = [&] {
        bits |= load_little_endian(in) << count;
        in += (63 - count) / 8;
        count |= 56;
    };
    auto const drop = [&](unsigned used) {
        bits >>= used;
        count -= used;
    };
    auto const put_literal = [&](DeflateMeaning symbol) {
        *to++ = static_cast<Octet>(symbol.value);
        drop(symbol.bits);
    };

    while (in <= in_stop && to <= to_stop) {
        refill();
        auto symbol = literals.at_once(bits);
        if (symbol.is(DeflateMeaning::literal)) {
            put_literal(symbol);
            symbol = literals.at_once(bits);
            if (symbol.is(DeflateMeaning::literal)) {
                put_literal(symbol);
                symbol = literals.at_once(bits);
                if (symbol.is(DeflateMeaning::literal)) {
                    put_literal(symbol);
                    continue;
                }
            }
        }
        if (symbol.is(DeflateMeaning::longer | DeflateMeaning::end | DeflateMeaning::bad)) [[unlikely]] {
            if (symbol.is(DeflateMeaning::longer)) symbol = literals.step_by_step(bits);
            if (symbol.is(DeflateMeaning::literal)) {
                put_literal(symbol);
                continue;
            }
            if (symbol.is(DeflateMeaning::end)) {
                drop(symbol.bits);
                how = Symbols::block_ended;
                break;
            }
            if (symbol.is(DeflateMeaning::bad)) {
                fail(InflateProblem::bad_symbol);
                how = Symbols::failed;
                break;
            }
        }

        if (count < 48) refill();  // 15 + 5 of a length, 15 + 13 of a distance
        drop(symbol.bits);
        auto const length = static_cast<std::size_t>(symbol.value + low_bits(bits, symbol.extra));
        drop(symbol.extra);
        auto const back = distances.decode(bits);
        if (back.is(DeflateMeaning::bad)) [[unlikely]] {
            fail(InflateProblem::bad_symbol);
            how = Symbols::failed;
            break;
        }
        drop(back.bits);
        auto const distance = static_cast<std::uint32_t>(back.value + low_bits(bits, back.extra));
        drop(back.extra);
        auto const here = static_cast<std::size_t>(to - begin);
        if (distance > here) [[unlikely]] {
            fail(InflateProblem::distance_too_far);
            how = Symbols::failed;
            break;
        }
        largest_distance = std::max(largest_distance, distance);
        lowest_source = std::min(lowest_source, here - distance);
        copy_match(to, distance, length);
        to += length;
    }

    at_ = static_cast<std::size_t>(to - begin);
    input_ = {low_bits(bits, count), count, OctetView(in, in_end)};
    note_references(largest_distance, lowest_source);
    if (how == Symbols::block_ended) end_block();
    return how;
}

void WatchingInflater::note_references(std::uint32_t largest_distance, std::size_t lowest_source) {
    facts_.largest_distance = std::max(facts_.largest_distance, largest_distance);
    if (lowest_source < message_start_)
        facts_.reach = std::max(facts_.reach, static_cast<std::uint32_t>(message_start_ - lowest_source));
    if (lowest_source < final_end_) facts_.reaches_over_final = true;
}

// ---- what comes out -------------------------------------------------------------------------------------------------

void WatchingInflater::give(Octets& out) {
    append(out, OctetView(window_).subspan(given_, at_ - given_));
    facts_.octets += at_ - given_;
    given_ = at_;
}

/// Keeps what back-references can reach.
void WatchingInflater::make_room(Octets& out) {
    give(out);
    std::size_t const gone = at_ - history;
    std::memmove(window_.data(), &window_[gone], history);
    at_ = given_ = history;
    message_start_ -= std::min(message_start_, gone);
    final_end_ -= std::min(final_end_, gone);
}

}  // namespace wsspec
