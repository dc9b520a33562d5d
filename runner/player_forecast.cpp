// The player's part where the forecast alone judges: behind a script without expectations it gives the target the time
// to do all that it owes, finds out whether what did not come is late or lost, and closes.
#include <algorithm>
#include <utility>

#include "runner/player.h"

namespace wsspec {

namespace {

/// As in player.cpp: the share of the deadline that a target gets for a reaction before it is asked.
constexpr double patience_to_react = 1.0 / 6;

bool is_terminal(const Duty& duty) { return duty.kind == Duty::Kind::violation || duty.kind == Duty::Kind::close; }

/// A fragmented message is under way: another one cannot begin (5.4).
bool inside_message(OctetView stream, Role sender, bool deflate) {
    class Watch final : public DecoderSink {
    public:
        bool open = false;

    private:
        void on_header(const FrameHeader& header) override {
            if (!is_control(header.opcode)) open = !header.fin;
        }
        void on_payload(OctetView, std::uint64_t) override {}
        void on_frame_end(std::uint64_t) override {}
        void on_violation(const Violation&) override {}
    } watch;
    DecoderRules rules{.sender = sender};
    rules.rsv1_defined = deflate;
    Decoder decoder(rules, watch);
    Octets copy(stream.begin(), stream.end());
    decoder.feed(copy);
    return watch.open;
}

}  // namespace

void Player::wait_for(double share) {
    if (patience_ == share) return;
    patience_ = share;
    patience_used_ = false;
}

/// True: there is nothing more to wait for.
bool Player::settle() {
    if (!opened_ || other_protocol_ || transport_over_ || !observer_ || observer_->over()) return true;
    if (must_fail()) {
        // There is no connection: who says nothing has not opened one either.
        if (patience_used_ && patience_ == patience_to_react) return true;
        wait_for(patience_to_react);
        return false;
    }
    if (!reading_) {
        reading_ = true;
        transport_action_ = Action::What::resume_reading;
        return false;
    }
    if (observer_->close_seen()) {
        wait_for(settings_.patience_to_end);
        return false;
    }
    if (beyond_repair()) return true;
    const Forecast made = prediction();
    const Reading& strict = made.readings.front();
    const Duty* const terminal =
        strict.duties.empty() || !is_terminal(strict.duties.back()) ? nullptr : &strict.duties.back();
    if (terminal == nullptr || (terminal->kind == Duty::Kind::violation && !terminal->due))
        return settle_open_connection(made);
    // The end of the connection is owed. The ping that asks a silent target is sent by patience_over().
    if (!nudged_ && terminal->kind == Duty::Kind::violation) wait_for(patience_to_react);
    // A target that goes on, and is not beyond repair, takes the stream in a way that the RFC leaves to it.
    return nudged_ && is_answered(nonce_) && settle_open_connection(made);
}

bool Player::is_answered(OctetView nonce) const {
    return !nonce.empty() && std::ranges::any_of(observer_->seen(), [&](const Seen& event) {
        return event.kind == Seen::Kind::pong && std::ranges::equal(event.payload, nonce);
    });
}

bool Player::settle_open_connection(const Forecast& made) {
    if (closing_) return false;
    bool const may_send = !half_closed_ && !close_sent_ && at_frame_boundary();
    if (!may_send) {
        if (half_closed_ && owes_nothing(made, observer_->seen())) return true;
        // Inside a frame nothing can be asked. A target that knows better already has had the time to say so.
        if (!patience_used_ || patience_ != patience_to_react) {
            wait_for(patience_to_react);
            return false;
        }
        const auto& duties = made.readings.front().duties;
        if (!duties.empty() && is_terminal(duties.back())) {
            transport_over_ = true;
            observer_->end(Seen::Kind::deadline, sent_);
            return true;
        }
        return owes_nothing(made, observer_->seen());
    }
    if (nonce_.empty()) {
        nonce_ = octets("wsspec: done so far?");
        send_frames({ping(nonce_)}, {}, "is everything answered?");
        return false;
    }
    if (!is_answered(nonce_)) return false;
    if (owes_nothing(made, observer_->seen())) {
        closing_ = true;
        send_frames({close_frame(1000)}, {}, "all is answered: closing");
        return false;
    }
    // Echoes may be late: control frames overtake them. Behind the echo of a later message they are lost.
    if (synchronized_) return false;
    if (!patience_used_ || patience_ != patience_to_react) {
        wait_for(patience_to_react);
        return false;
    }
    if (inside_message(stream_, other(settings_.profile.role), settings_.profile.deflate.has_value())) return false;
    synchronized_ = true;
    send_frames({text("wsspec: and this?")}, {}, "what came back so far is not all");
    return false;
}

std::size_t Player::answers_owed() const {
    if (!opened_ || must_fail() || other_protocol_ || transport_over_ || !observer_ || observer_->over()) return 0;
    if (exchange_ || observer_->close_seen()) return 0;
    const Forecast made = prediction();
    std::span<const Seen> const seen(observer_->seen());
    if (owes_nothing(made, seen) || judge(made, seen).grade == Grade::fail) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(made.readings.front().duties, [](const Duty& duty) {
        return duty.kind == Duty::Kind::message || duty.kind == Duty::Kind::ping;
    }));
}

std::vector<std::string> Player::exercised() const {
    std::vector<std::string> out = case_.covers;
    if (!opened_ || other_protocol_ || must_fail()) return out;
    for (const auto& reading : prediction().readings) {
        if (!reading.requirement.empty()) out.push_back(reading.requirement);
        for (const auto& duty : reading.duties) {
            switch (duty.kind) {
                case Duty::Kind::message:
                    out.emplace_back("R6455-6.1-3");
                    break;
                case Duty::Kind::ping:
                    out.emplace_back("R6455-5.5.2-2");
                    break;
                case Duty::Kind::pong:
                    out.emplace_back("R6455-5.5.3-3");
                    break;
                case Duty::Kind::close:
                    out.emplace_back("R6455-5.5.1-9");
                    break;
                case Duty::Kind::violation:
                    out.emplace_back(duty.violation.requirement);
                    break;
            }
        }
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

}  // namespace wsspec
