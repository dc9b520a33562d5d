#include "cases/corpus.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cases/corpora.h"

namespace wsspec {
namespace {

/// Long enough that copying and comparing go at the speed of memory, short enough for the first-level cache.
constexpr std::size_t run_size = 8192;

/// As many whole repetitions as `run_size` has room for, at least one.
Octets expanded(const Octets& pattern) {
    Octets many;
    if (pattern.empty()) return many;
    do append(many, pattern);
    while (many.size() + pattern.size() <= run_size);
    return many;
}

Corpus binary_corpus(Octets octets) { return {.octets = std::move(octets), .starts = {}}; }

Corpus text_corpus(Octets octets) {
    Corpus made{.octets = std::move(octets), .starts = {}};
    for (std::size_t at = 0; at < made.octets.size(); ++at)
        if (begins_code_point(made.octets[at])) made.starts.push_back(static_cast<std::uint32_t>(at));
    if (made.starts.size() == made.octets.size()) {
        made.starts.clear();  // ASCII
    } else {
        made.starts.push_back(static_cast<std::uint32_t>(made.octets.size()));
    }
    return made;
}

}  // namespace

std::size_t Corpus::units(Opcode opcode) const {
    return opcode == Opcode::text && !starts.empty() ? starts.size() - 1 : octets.size();
}

std::size_t Corpus::offset(Opcode opcode, std::size_t unit) const {
    std::size_t const rounds = unit / units(opcode);
    std::size_t const rest = unit % units(opcode);
    return rounds * octets.size() + (opcode == Opcode::text && !starts.empty() ? starts[rest] : rest);
}

const Corpus& corpus(Content::Kind kind) {
    switch (kind) {
        case Content::Kind::pattern:
            break;
        case Content::Kind::json: {
            static const Corpus made = text_corpus(json_corpus());
            return made;
        }
        case Content::Kind::photo: {
            static const Corpus made = binary_corpus(photo_corpus());
            return made;
        }
        case Content::Kind::prose: {
            static const Corpus made = text_corpus(prose_corpus());
            return made;
        }
        case Content::Kind::html: {
            static const Corpus made = text_corpus(html_corpus());
            return made;
        }
        case Content::Kind::document: {
            static const Corpus made = binary_corpus(document_corpus());
            return made;
        }
    }
    static const Corpus none;
    return none;
}

OctetView MessageOctets::run(std::size_t offset, std::size_t at_most) const {
    auto const rest = loop_.subspan((start_ + offset) % loop_.size());
    return rest.first(std::min(rest.size(), at_most));
}

void MessageOctets::copy(std::size_t offset, std::span<Octet> into) const {
    while (!into.empty()) {
        auto const piece = run(offset, into.size());
        std::ranges::copy(piece, into.begin());
        into = into.subspan(piece.size());
        offset += piece.size();
    }
}

bool MessageOctets::equals(std::size_t offset, OctetView piece) const {
    if (offset > size_ || piece.size() > size_ - offset) return false;
    while (!piece.empty()) {
        auto const wanted = run(offset, piece.size());
        if (!std::ranges::equal(wanted, piece.first(wanted.size()))) return false;
        piece = piece.subspan(wanted.size());
        offset += wanted.size();
    }
    return true;
}

Messages::Messages(const Content& content, Opcode opcode, std::size_t size)
    : corpus_(content.kind == Content::Kind::pattern ? nullptr : &corpus(content.kind)),
      pattern_(corpus_ == nullptr ? expanded(content.pattern) : Octets{}),
      opcode_(opcode),
      size_(size) {}

MessageOctets Messages::operator[](std::uint64_t n) const {
    if (corpus_ == nullptr) return {pattern_, 0, pattern_.empty() ? 0 : size_};
    // The remainders first: n * size need not fit.
    std::size_t const units = corpus_->units(opcode_);
    std::size_t const first = (n % units) * (size_ % units) % units;
    std::size_t const start = corpus_->offset(opcode_, first);
    return {corpus_->octets, start, corpus_->offset(opcode_, first + size_) - start};
}

std::uint64_t Messages::period() const {
    if (corpus_ == nullptr) return 1;
    std::size_t const units = corpus_->units(opcode_);
    return units / std::gcd(units, size_);
}

std::size_t Messages::largest() const {
    std::size_t largest = 0;
    for (std::uint64_t n = 0; n < period(); ++n) largest = std::max(largest, (*this)[n].size());
    return largest;
}

Octets message(const Content& content, Opcode opcode, std::size_t size, std::uint64_t n) {
    Messages const messages(content, opcode, size);
    auto const one = messages[n];
    Octets whole(one.size());
    one.copy(0, whole);
    return whole;
}

}  // namespace wsspec
