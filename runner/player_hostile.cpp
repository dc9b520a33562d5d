// The player's part in hostile input: floods, crowds, and opening handshakes larger than memory should be
// (RFC 6455 section 10.4).
#include <algorithm>
#include <utility>

#include "cases/describe.h"
#include "runner/player.h"

namespace wsspec {

namespace {

/// Of one write.
constexpr std::size_t at_once = 64U << 10;
/// Of one write, where an octet a write would take hours.
constexpr std::size_t few_at_once = 1024;
/// The share of the deadline that a target gets for ending TCP behind its Close.
constexpr double patience_to_end_tcp = 1.0 / 5;

}  // namespace

// ---- Floods ----

bool Player::flood(const Flood& flood) {
    if (!flood_) {
        if (target_is_done()) return true;
        flood_.emplace(flood, FloodStream::Settings{
                                  .sender = other(settings_.profile.role),
                                  .rounds = rounds_of(flood, settings_.volume),
                                  .target_echoes = settings_.profile.echoes,
                                  .greetings = greetings_left(),
                                  .fresh_key = [this] { return fresh_key(); },
                              });
        observer_->divert(&*flood_);
        nonce_.clear();
    }
    react();
    if (flood_->broken()) {
        findings_.push_back(*flood_->broken());
        observer_->divert(nullptr);
        finish();
        return false;
    }
    if (target_is_done()) return flood_is_over();
    if (!flood_->all_sent()) {
        if (pieces_.empty()) {
            Octets octets = flood_->next_write();
            if (!octets.empty()) {
                pieces_.push_back({.action = {.octets = std::move(octets), .note = "flood"}});
                return false;
            }
        } else {
            return false;
        }
    }
    if (nonce_.empty()) {
        nonce_ = octets("wsspec behind the flood " + std::to_string(++nonces_));
        send_frames({ping(nonce_)}, {}, "behind the flood");
        return false;
    }
    // All is sent: what came meanwhile is read now.
    if (pieces_.empty() && write_stalled()) return false;
    bool const answered = std::ranges::any_of(observer_->seen(), [&](const Seen& event) {
        return event.kind == Seen::Kind::pong && event.payload == nonce_;
    });
    if (!answered || !flood_->all_returned()) return false;
    return flood_is_over();
}

/// The target has come through, or has ended the connection; then there is nothing left to do but to see how.
bool Player::flood_is_over() {
    bool const survived = !target_is_done();
    bool const tcp_is_over = transport_over_ || observer_->over();
    if (!survived && !tcp_is_over && !patience_used_) {
        patience_ = patience_to_end_tcp;
        return false;
    }
    std::string what =
        std::to_string(flood_->frames()) + " frames of " + std::to_string(flood_->octets()) + " octets sent";
    if (flood_->stopped())
        what += survived ? ": no more was taken, or there was no more time" : " before the target ended the connection";
    if (flood_->pongs() != 0) what += ", " + std::to_string(flood_->pongs()) + " pongs came";
    if (flood_->returned() != 0) what += ", " + std::to_string(flood_->returned()) + " messages came back";
    remarks_.push_back(std::move(what));
    // RFC 7692 section 8: the limit of section 10.4 is one of what a message inflates to.
    std::uint64_t const largest = flood_->largest_returned();
    if (settings_.profile.echoes && flood_->inflated() != 0 && settings_.refused_size != 0 &&
        largest >= settings_.refused_size)
        findings_.push_back({Grade::non_strict, "R7692-8-2",
                             "takes a message that inflates to " + std::to_string(largest) +
                                 " octets, though the probe saw it refuse one of " +
                                 std::to_string(settings_.refused_size) + " that was not compressed"});
    observer_->divert(nullptr);
    if (survived) {
        volume_ = volume();
        volume_.moved -= filler_sent_;  // counted by itself
        volume_.under_way = volume_.flood = false;
        flood_payload_ += flood_->payload();
        flood_.reset();
        return true;
    }
    if (!flood_->all_returned() && !observer_->close_seen() && !observer_->seen().empty() &&
        observer_->seen().back().kind == Seen::Kind::deadline)
        findings_.push_back({Grade::fail,
                             {},
                             "sends back " + std::to_string(flood_->returned()) + " of " +
                                 std::to_string(flood_->messages()) + " messages, then nothing"});
    // The rest of the script has nobody to be played to.
    finish();
    if (!judged_) judged_ = observer_->seen().size();
    return false;
}

// ---- Crowds ----

bool Player::gather(const Crowd& crowd) {
    if (gathering_ == Gathering::done) {
        if (crowd.ending == Crowd::Ending::stay)
            beside_ = ", beside " + std::to_string(crowd.connections) +
                      (crowd.connections == 1 ? " connection" : " connections") +
                      (crowd.rounds == 1 ? "" : " that reads nothing of what it is sent");
        gathering_ = Gathering::no;
        crowd_given_ = false;
        return true;
    }
    // A server under test cannot be made to come more often; and behind a lost connection nothing is learnt.
    if (settings_.profile.role == Role::client || target_is_done()) return true;
    gathering_ = Gathering::asked;
    return false;
}

void Player::crowd_is_there(std::string what, std::uint64_t opened) {
    remarks_.push_back(std::move(what));
    const auto* crowd = at_ < program_.size() ? std::get_if<Crowd>(&program_[at_].get().action) : nullptr;
    // No RFC has a server serve two at a time.
    if (crowd != nullptr && crowd->connections == 1 && crowd->request == Crowd::Request::whole && opened == 0) {
        unimplemented_ = "the target opens no second connection while the first one is open";
        return finish();
    }
    if (gathering_ == Gathering::asked) gathering_ = Gathering::done;
}

// ---- Opening handshakes ----

/// Takes what queue() has made apart where the filler's other repetitions belong.
void Player::begin_filler(const Handshake& handshake, const Delivery& wanted) {
    const auto& filler = handshake.filler;
    if (filler.count < 2 || filler.pattern.empty()) return;
    std::size_t const front = render_front(handshake, settings_.values).size();
    std::deque<Piece> all = std::exchange(pieces_, {});
    std::size_t at = 0;
    for (auto& piece : all) {
        Octets& octets = piece.action.octets;
        std::size_t const size = octets.size();
        if (at + size <= front) {
            pieces_.push_back(std::move(piece));
        } else if (at >= front) {
            behind_filler_.push_back(std::move(piece));
        } else {
            auto const cut = octets.begin() + static_cast<std::ptrdiff_t>(front - at);
            Piece behind{.action = {.octets = Octets(cut, octets.end())}, .of_stream = piece.of_stream};
            octets.erase(cut, octets.end());
            piece.of_stream = 0;
            pieces_.push_back(std::move(piece));
            behind_filler_.push_back(std::move(behind));
        }
        at += size;
    }
    filler_ = filler.pattern;
    filler_left_ = static_cast<std::uint64_t>(filler.count - 1) * filler.pattern.size();
    switch (settings_.delivery.how) {
        case DeliveryMode::How::as_written:
        case DeliveryMode::How::every_split:
            filler_piece_ = wanted.how == Delivery::How::chopped && wanted.size != 0 ? wanted.size : at_once;
            break;
        case DeliveryMode::How::per_octet:
        case DeliveryMode::How::random:
            filler_piece_ = few_at_once;
            break;
        case DeliveryMode::How::whole:
        case DeliveryMode::How::per_frame:
        case DeliveryMode::How::coalesced:
            filler_piece_ = at_once;
            break;
    }
}

void Player::refill() {
    if (filler_left_ == 0) {
        pieces_ = std::exchange(behind_filler_, {});
        return;
    }
    Octets piece(static_cast<std::size_t>(std::min<std::uint64_t>(filler_left_, filler_piece_)));
    // The repetitions are counted from behind, so that a piece may begin within one.
    std::size_t from = static_cast<std::size_t>((filler_.size() - filler_left_ % filler_.size()) % filler_.size());
    for (auto& octet : piece) {
        octet = static_cast<Octet>(filler_[from]);
        from = from + 1 == filler_.size() ? 0 : from + 1;
    }
    filler_left_ -= piece.size();
    filler_sent_ += piece.size();
    pieces_.push_back({.action = {.octets = std::move(piece), .note = "more of the same"}});
}

}  // namespace wsspec
