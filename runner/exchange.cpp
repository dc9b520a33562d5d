#include "runner/exchange.h"

#include <algorithm>
#include <utility>

#include "reference/compressed_message.h"

namespace wsspec {

namespace {

/// Of one write. Large enough for few system calls, small enough for a target's Pings to be answered in time.
constexpr std::size_t most_at_once = 64U << 10;

/// Messages from here on are expected to be compressed by whoever compresses at all: short ones may be left alone.
constexpr std::size_t worth_compressing = 4096;

bool is_compressible(Content::Kind kind) {
    return kind == Content::Kind::json || kind == Content::Kind::prose || kind == Content::Kind::html;
}

Octets whole(const MessageOctets& message) {
    Octets out(message.size());
    message.copy(0, out);
    return out;
}

}  // namespace

std::size_t messages_of(const RoundTrips& trips, Profile profile) {
    constexpr std::size_t small = 4096;
    switch (profile) {
        case Profile::full:
            break;
        case Profile::standard:
            return std::min<std::size_t>(trips.count, trips.size <= small ? 64 : 16);
        case Profile::quick:
            return std::min<std::size_t>(trips.count, trips.size <= small ? 8 : 3);
    }
    return trips.count;
}

const Octets& CompressedMessages::message(const RoundTrips& trips, const Messages& messages, std::uint64_t n,
                                          int window_bits) {
    std::uint64_t const which = n % messages.period();
    Key key{trips.content.kind, trips.content.pattern, trips.opcode, trips.size, which, window_bits};
    auto found = made_.find(key);
    if (found == made_.end()) {
        auto& deflater = deflaters_.try_emplace(window_bits, window_bits, false).first->second;
        found = made_.emplace(std::move(key), deflater.compress(whole(messages[which]))).first;
    }
    return found->second;
}

Exchange::Exchange(const RoundTrips& trips, Settings settings)
    : trips_(trips), settings_(std::move(settings)), messages_(trips.content, trips.opcode, trips.size) {}

// ---- Sending ----

void Exchange::begin_message() {
    message_open_ = true;
    message_at_ = 0;
    first_frame_ = true;
    last_frame_ = false;
    packed_ = nullptr;
    plain_ = messages_[sent_];
    message_size_ = plain_->size();
    // A message that is not compressed is always allowed (RFC 7692 section 6).
    if (trips_.compressed && settings_.deflate &&
        settings_.deflate->window_bits(settings_.sender) >= MessageDeflater::smallest_window_bits) {
        int const bits = settings_.deflate->window_bits(settings_.sender);
        if (settings_.deflate->no_context_takeover(settings_.sender) && settings_.compressed) {
            packed_ = &settings_.compressed->message(trips_, messages_, sent_, bits);
        } else {
            if (!deflater_) deflater_.emplace(bits, !settings_.deflate->no_context_takeover(settings_.sender));
            packed_here_ = deflater_->compress(whole(*plain_));
            packed_ = &packed_here_;
        }
        message_size_ = packed_->size();
    }
    ++sent_;
}

void Exchange::begin_frame() {
    std::size_t const rest = message_size_ - message_at_;
    // A message that fills its last fragment is followed by an empty one, as a writer makes it that only then finds
    // that there is no more; one that needs no second fragment is sent whole.
    bool const whole_message = trips_.fragment == 0 || (first_frame_ && rest <= trips_.fragment);
    frame_left_ = whole_message ? rest : std::min(rest, trips_.fragment);
    last_frame_ = whole_message || rest < trips_.fragment;
    frame_at_ = 0;
    key_ = settings_.fresh_key ? settings_.fresh_key() : MaskingKey{};
    Frame header;
    header.fin = last_frame_;
    header.rsv = first_frame_ && packed_ != nullptr ? rsv1 : Octet{0};
    header.opcode = first_frame_ ? trips_.opcode : Opcode::continuation;
    header.claimed_length = frame_left_;
    append(pending_, wire(header, settings_.sender, key_));
    first_frame_ = false;
}

void Exchange::fill(std::size_t write_size) {
    std::size_t const enough = write_size == 0 ? most_at_once : write_size;
    if (pending_at_ != 0) {
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(pending_at_));
        pending_at_ = 0;
    }
    while (pending_.size() < enough && !broken_) {
        if (frame_left_ == 0) {
            if (settings_.write_a_frame && !pending_.empty()) return;
            if (message_open_ && last_frame_) message_open_ = false;
            if (!message_open_) {
                if (sent_ == settings_.count || !window_open()) return;
                begin_message();
            }
            begin_frame();
        }
        std::size_t const at = pending_.size();
        std::size_t const size = std::min(frame_left_, std::max(enough, at) - at);
        pending_.resize(at + size);
        auto const piece = std::span(pending_).subspan(at);
        if (packed_ != nullptr) {
            std::copy_n(packed_->begin() + static_cast<std::ptrdiff_t>(message_at_), size, piece.begin());
        } else {
            plain_->copy(message_at_, piece);
        }
        if (settings_.sender == Role::client) apply_mask(piece, key_, frame_at_);
        message_at_ += size;
        frame_at_ += size;
        frame_left_ -= size;
    }
}

Octets Exchange::next_write() {
    std::size_t const write_size = settings_.write_size ? settings_.write_size() : trips_.write_size;
    fill(write_size);
    std::size_t size = pending_.size() - pending_at_;
    if (write_size != 0) size = std::min(size, write_size);
    auto const from = pending_.begin() + static_cast<std::ptrdiff_t>(pending_at_);
    Octets out(from, from + static_cast<std::ptrdiff_t>(size));
    pending_at_ += size;
    moved_ += size;
    return out;
}

std::uint64_t Exchange::octets() const { return returned_ * (expected_ ? expected_->size() : 0); }

std::uint64_t Exchange::largest_under_way() const { return sent_ == returned_ || !plain_ ? 0 : plain_->size(); }

std::uint64_t Exchange::fragments_under_way() const {
    if (sent_ == returned_ || trips_.fragment == 0 || message_size_ <= trips_.fragment) return 1;
    return message_size_ / trips_.fragment + 1;
}

// ---- Receiving ----

std::string Exchange::which() const {
    if (settings_.count == 1) return "the message";
    return "message " + std::to_string(returned_ + 1) + " of " + std::to_string(settings_.count);
}

void Exchange::fail(std::string_view requirement, std::string what) {
    if (!broken_) broken_ = Finding{Grade::fail, std::string(requirement), std::move(what)};
}

void Exchange::on_message_begin(Opcode opcode) {
    if (broken_) return;
    received_ = 0;
    is_greeting_ = settings_.greetings > 0 && returned_ == 0;
    if (is_greeting_) {
        --settings_.greetings;
        return;
    }
    if (returned_ == sent_) return fail("", "sends a message that no message of ours asked for");
    expected_ = messages_[returned_];
    if (opcode != trips_.opcode) {
        fail("R6455-6.1-3", which() + " comes back as " + std::string(to_string(opcode)) + ", not as " +
                                std::string(to_string(trips_.opcode)));
    }
}

void Exchange::on_message_piece(OctetView octets) {
    if (broken_ || is_greeting_) return;
    std::size_t const fits = std::min(octets.size(), expected_->size() - received_);
    if (!expected_->equals(received_, octets.first(fits))) {
        Octets wanted(fits);
        expected_->copy(received_, wanted);
        auto const [at, ignored] = std::ranges::mismatch(wanted, octets.first(fits));
        return fail("", which() + " comes back changed: the first difference is at octet " +
                            std::to_string(received_ + static_cast<std::size_t>(at - wanted.begin())) + " of " +
                            std::to_string(expected_->size()));
    }
    received_ += fits;
    moved_ += fits;
    if (fits != octets.size())
        fail("", which() + " comes back with more than its " + std::to_string(expected_->size()) + " octets");
}

void Exchange::on_message_end(const InflateFacts* deflate) {
    if (broken_ || is_greeting_) return;
    if (received_ != expected_->size()) {
        return fail("", which() + " comes back cut: " + std::to_string(received_) + " octets of " +
                            std::to_string(expected_->size()));
    }
    if (deflate != nullptr && settings_.deflate) {
        ++compressed_;
        auto const breaches = compression_breaches(*deflate, *settings_.deflate, other(settings_.sender));
        for (const auto& breach : breaches) {
            if (!breach.tolerable) fail(breach.requirement, which() + ": " + breach.what);
            if (breach.tolerable && !remark_)
                remark_ = Finding{Grade::non_strict, std::string(breach.requirement), which() + ": " + breach.what};
        }
        if (broken_) return;
    }
    ++returned_;
    ++moved_;
}

std::optional<Finding> Exchange::remark() const {
    bool const never_compressed = trips_.compressed && settings_.deflate && compressed_ == 0 && returned_ != 0 &&
                                  trips_.size >= worth_compressing && is_compressible(trips_.content.kind);
    if (!never_compressed) return remark_;
    // RFC 7692 section 6 leaves it to the sender, message by message; but then there was little reason to agree.
    return Finding{Grade::informational, "R7692-6.1-1",
                   "agrees to permessage-deflate and compresses none of its " + std::to_string(returned_) +
                       " messages of " + std::to_string(trips_.size) +
                       (trips_.opcode == Opcode::text ? " characters" : " octets")};
}

}  // namespace wsspec
