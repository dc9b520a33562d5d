#include "runner/player.h"

#include <algorithm>
#include <utility>

#include "cases/describe.h"
#include "reference/close_code.h"

namespace wsspec {

namespace {

/// That an octet a write makes of one step, or of the messages of round trips.
constexpr std::size_t most_pieces = 8192;

/// Who takes a message of so much, and refuses a frame of a fifth of it, has no limit of messages: or so it looks.
constexpr std::size_t beyond_any_message = (64U << 20) + 1;

/// The share of the deadline that a target gets for a reaction before it is asked whether it is still there.
constexpr double patience_to_react = 1.0 / 6;

using enum DeliveryMode::How;

void unroll(const Script& script, std::vector<std::reference_wrapper<const Step>>& into) {
    for (const auto& step : script) {
        if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
            for (std::size_t i = 0; i < repeat->times; ++i) unroll(repeat->script, into);
        } else {
            into.emplace_back(step);
        }
    }
}

/// The target has to end the connection, if it keeps to the strict reading.
bool awaits_an_end(const Forecast& made) {
    const auto& duties = made.readings.front().duties;
    return !duties.empty() && (duties.back().kind == Duty::Kind::violation || duties.back().kind == Duty::Kind::close);
}

}  // namespace

Player::Player(const Case& played, const Script& script, PlayerSettings settings)
    : case_(played),
      settings_(std::move(settings)),
      random_(settings_.seed),
      delivery_random_(settings_.delivery_seed) {
    unroll(script, program_);
}

MaskingKey Player::fresh_key() {
    // Repeatable by seed. Unpredictability matters to clients that browsers run, not to a tester.
    std::uint64_t const z = next_random(random_);
    return {static_cast<Octet>(z), static_cast<Octet>(z >> 8), static_cast<Octet>(z >> 16),
            static_cast<Octet>(z >> 24)};
}

Octets Player::wire_of(const Frame& frame) { return wire(frame, other(settings_.profile.role), fresh_key()); }

Player::Action Player::next() {
    run();
    join_pieces();
    if (pieces_.empty() && fills()) refill();
    if (!pieces_.empty()) {
        Piece piece = std::move(pieces_.front());
        pieces_.pop_front();
        sent_ += piece.of_stream;
        piece.action.what = Action::What::write;
        piece.action.cut = !pieces_.empty() || fills();
        piece.action.then_fin = pieces_.empty() && !fills() && at_ < program_.size() &&
                                std::holds_alternative<HalfClose>(program_[at_].get().action);
        return std::move(piece.action);
    }
    bool const client_closes = settings_.profile.role == Role::client && observer_ && observer_->close_seen();
    if (client_closes && !ended_ && !silent_ && !transport_over_ && (close_sent_ || !at_frame_boundary())) {
        // 7.1.1: the server ends TCP. Where our Close cannot stand, inside or behind a frame that is none, it does so
        // without one: the client has failed the connection (7.1.7), and waits for that.
        ended_ = true;
        return {.what = Action::What::half_close};
    }
    if (transport_action_) return {.what = *std::exchange(transport_action_, std::nullopt)};
    if (phase_ == Phase::script && gathering_ == Gathering::asked && at_ < program_.size()) {
        const auto* crowd = std::get_if<Crowd>(&program_[at_].get().action);
        if (crowd != nullptr && !crowd_given_) {
            crowd_given_ = true;
            Action out{.what = Action::What::crowd, .octets = octets(render({}, settings_.values)), .crowd = crowd};
            for (std::size_t i = 0; i < crowd->rounds; ++i)
                for (const auto& frame : crowd->frames) append(out.behind, wire_of(frame));
            return out;
        }
    }
    if (phase_ == Phase::finished) return {.what = Action::What::finished};
    return {.what = Action::What::wait, .patience = patience_used_ ? 0 : patience_};
}

void Player::run() {
    // A step starts when everything before it was handed to the transport: what the target does is then counted
    // against what it can have got.
    while (phase_ != Phase::finished && !transport_action_ && !fills() && (pieces_.empty() || joins_next())) {
        if (phase_ == Phase::opening) return;
        if (phase_ == Phase::leaving) {
            if (!observer_ || observer_->over() || transport_over_ || patience_used_) finish();
            return;
        }
        if (at_ == program_.size()) {
            if (settings_.forecast_alone && !settle()) return;
            leave();
            continue;
        }
        if (!step(program_[at_])) return;
        ++at_;
        nonce_.clear();
        patience_ = 0;
        patience_used_ = false;
    }
}

// Starts the step, or looks whether it is through. True: on to the next.
bool Player::step(const Step& step) {
    if (const auto* open = std::get_if<Open>(&step.action)) {
        if (!opening_) {
            start_opening(*open);
            // 4.1: a client sends nothing before the answer. A server may send with it what need not wait for more.
            bool const goes_on = at_ + 1 < program_.size() && opening_ && settings_.delivery.how == coalesced;
            if (!opening_ || (!pieces_.empty() && !goes_on)) return false;
        }
        judge_opening();
        return phase_ == Phase::script;
    }
    if (const auto* expect = std::get_if<Expect>(&step.action)) return check_expectation(*expect);
    if (const auto* trips = std::get_if<RoundTrips>(&step.action)) return exchange(*trips);
    if (const auto* frames = std::get_if<Flood>(&step.action)) return flood(*frames);
    if (const auto* connections = std::get_if<Crowd>(&step.action)) return gather(*connections);
    if (const auto* ending = std::get_if<AwaitEnding>(&step.action)) return await_ending(*ending);
    if (const auto* closing = std::get_if<ClosingHandshake>(&step.action)) {
        if (!close_sent_ && !target_is_done()) send_frames({close_frame(closing->code)}, {}, "");
        if (!pieces_.empty()) return false;
        std::vector<unsigned> codes{closing->code, 0U};
        if (closing->code != number(CloseCode::normal)) codes.insert(codes.begin() + 1, number(CloseCode::normal));
        return check_expectation(Expect{{closes(std::move(codes))}});
    }
    if (std::holds_alternative<CutOffTls>(step.action)) {
        // Also behind the target's Close, where nothing can be sent any more.
        half_closed_ = true;
        ended_ = true;
        if (opened_ && !transport_over_) transport_action_ = Action::What::cut_off;
        return true;
    }
    if (target_is_done()) {
        // What is left to send would not be read. Marks are still set: the target reacted before them.
        if (const auto* barrier = std::get_if<Barrier>(&step.action)) marks_.emplace(barrier->name, sent_);
        if (const auto* await = std::get_if<Await>(&step.action)) marks_.emplace(await->name, sent_);
        return true;
    }
    if (const auto* send = std::get_if<Send>(&step.action)) {
        send_frames(send->frames, send->delivery, "");
        return true;
    }
    if (const auto* send = std::get_if<SendOctets>(&step.action)) {
        append(stream_, send->octets);
        queue(send->octets, send->octets.size(), {send->octets.size()}, send->delivery, describe(step));
        return true;
    }
    if (const auto* below = std::get_if<SendBelowTls>(&step.action)) {
        half_closed_ = true;
        pieces_.push_back({.action = {.octets = below->octets, .below_tls = true, .note = describe(step)}});
        return true;
    }
    if (const auto* barrier = std::get_if<Barrier>(&step.action)) {
        // Inside a frame it would be payload.
        if (nonce_.empty() && settings_.forecast_alone && !at_frame_boundary()) return true;
        if (nonce_.empty()) {
            nonce_ = octets("wsspec barrier " + std::to_string(++nonces_));
            send_frames({ping(nonce_)}, {}, "barrier \"" + barrier->name + "\"");
            return false;
        }
        const auto& seen = observer_->seen();
        bool const answered = std::ranges::any_of(
            seen, [&](const Seen& event) { return event.kind == Seen::Kind::pong && event.payload == nonce_; });
        if (answered) marks_.emplace(barrier->name, sent_);
        return answered;
    }
    if (const auto* await = std::get_if<Await>(&step.action)) {
        patience_ = patience_to_react;
        if (patience_used_) marks_.emplace(await->name, sent_);
        silent_for_long_ = silent_for_long_ || (silent_ && patience_used_);
        return patience_used_;
    }
    if (std::holds_alternative<HalfClose>(step.action)) {
        half_closed_ = true;
        ended_ = true;
        transport_action_ = Action::What::half_close;
    } else if (std::holds_alternative<Renegotiate>(step.action)) {
        half_closed_ = true;
        transport_action_ = Action::What::renegotiate;
    } else if (std::holds_alternative<Abort>(step.action)) {
        transport_action_ = Action::What::abort;
        transport_over_ = true;
    } else if (std::holds_alternative<StopReading>(step.action)) {
        reading_ = false;
        transport_action_ = Action::What::stop_reading;
    } else if (std::holds_alternative<ResumeReading>(step.action)) {
        reading_ = true;
        transport_action_ = Action::What::resume_reading;
    }
    return true;
}

bool Player::await_ending(const AwaitEnding& await) {
    bool const measured = await.what == AwaitEnding::What::end_of_tcp;
    if (measured && opened_ && transport_over_ && !end_measured_) end_measured(std::chrono::milliseconds(0));
    if (!opened_ || transport_over_ || observer_->over()) return true;
    if (measured) return false;  // the deadline ends it
    patience_ = patience_to_react;
    return patience_used_ || observer_->close_seen();
}

bool Player::measures_end() const {
    if (phase_ != Phase::script || at_ >= program_.size() || !observer_) return false;
    const auto* await = std::get_if<AwaitEnding>(&program_[at_].get().action);
    return await != nullptr && await->what == AwaitEnding::What::end_of_tcp;
}

void Player::end_measured(std::chrono::milliseconds took) {
    end_measured_ = true;
    auto const& seen = observer_->seen();
    bool const ended = std::ranges::any_of(seen, [](const Seen& event) {
        return event.kind == Seen::Kind::end_of_stream || event.kind == Seen::Kind::reset;
    });
    std::string const seconds =
        std::to_string(took.count() / 1000) + "." + std::to_string(took.count() % 1000 / 100) + " s";
    findings_.push_back({Grade::informational, {}, (ended ? "ends TCP after " : "does not end TCP within ") + seconds});
}

/// Looks only at what was added since it was last true: a target that pings without end asks for it every time.
bool Player::at_frame_boundary() {
    if (!ends_at_frame_boundary(OctetView(stream_).subspan(whole_frames_))) return false;
    whole_frames_ = stream_.size();
    return true;
}

bool Player::target_is_done() const {
    if (!opened_ || transport_over_ || observer_->over()) return true;
    // Whoever answers nothing goes on with his script behind the target's Close, too.
    return observer_->close_seen() && !silent_;
}

// ---- Round trips ----

bool Player::exchange(const RoundTrips& trips) {
    if (!exchange_) {
        if (target_is_done()) return true;
        if (trips.limit != RoundTrips::Limit::none && settings_.message_limit == 0) {
            unimplemented_ = "how large a message the target takes is not known";
            finish();
            return false;
        }
        trips_ = trips;
        over_limit_ = trips.limit == RoundTrips::Limit::above || trips.limit == RoundTrips::Limit::far_above;
        if (trips.limit != RoundTrips::Limit::none)
            trips_.size = static_cast<std::size_t>(settings_.message_limit) + (over_limit_ ? 1 : 0);
        if (trips.limit == RoundTrips::Limit::far_above) {
            constexpr std::size_t many_fragments = 10'000;
            trips_.size *= 5;
            trips_.fragment = std::max<std::size_t>(1, static_cast<std::size_t>(settings_.message_limit) / 2);
            if (beyond_any_message / trips_.fragment < many_fragments)
                trips_.size = std::max(trips_.size, beyond_any_message);
        }
        Exchange::Settings exchange{
            .sender = other(settings_.profile.role),
            .count = messages_of(trips_, settings_.volume),
            .greetings = greetings_left(),
            .deflate = settings_.profile.deflate,
            .fresh_key = [this] { return fresh_key(); },
            .compressed = settings_.compressed,
        };
        set_write_sizes(exchange);
        exchange_.emplace(trips_, std::move(exchange));
        observer_->divert(&*exchange_);
        // Control frames of the target's own: as many as may come with every message.
        observer_->raise_limit(messages_of(trips_, settings_.volume) * 256);
    }
    react();
    if (exchange_->broken()) {
        findings_.push_back(*exchange_->broken());
        exchange_ended();
        finish();
        return false;
    }
    if (exchange_->done()) {
        if (auto const remark = exchange_->remark()) findings_.push_back(*remark);
        if (over_limit_) findings_.push_back(taken_above_limit());
        over_limit_ = false;
        exchange_ended();
        return true;
    }
    // What came instead is the judge's.
    if (target_is_done()) return true;
    if (pieces_.empty()) {
        Octets octets = exchange_->next_write();
        if (octets.empty()) {
            write_stalled();  // all is sent that can be: what came back meanwhile waits to be read
        } else {
            pieces_.push_back({.action = {.octets = std::move(octets), .note = "messages"}});
        }
    }
    return false;
}

/// 10.4 has an endpoint with a limit protect itself against what exceeds it, and RFC 7692 section 8 has that hold for
/// what a message inflates to. A limit of frames may lie below that of messages.
Finding Player::taken_above_limit() const {
    std::string const size = std::to_string(trips_.size);
    std::string const refused = ", though the probe saw it refuse one of " +
                                std::to_string(settings_.message_limit + 1) + " that was not compressed";
    if (trips_.compressed && settings_.profile.deflate)
        return {Grade::non_strict, "R7692-8-2", "takes a message that inflates to " + size + " octets" + refused};
    if (trips_.fragment == 0 || trips_.fragment >= trips_.size)
        return {Grade::informational, "R6455-10.4-2",
                "takes a message of " + size + " octets, though the probe saw it refuse one"};
    bool const far = trips_.limit == RoundTrips::Limit::far_above && trips_.size >= beyond_any_message;
    return {far ? Grade::non_strict : Grade::informational, "R6455-10.4-2",
            "takes a message of " + size + " octets in fragments, though the probe saw it refuse one of " +
                std::to_string(settings_.message_limit + 1) + " in one frame: its limit is one of frames" +
                (far ? ", not of messages" : "")};
}

/// What the target says to everybody, and has not said yet: the step takes it upon itself.
std::uint64_t Player::greetings_left() {
    std::uint64_t greeted = 0;
    for (const Seen& event : observer_->seen()) greeted += event.kind == Seen::Kind::message ? 1 : 0;
    std::uint64_t const left = settings_.profile.greetings - std::min(greeted, settings_.profile.greetings);
    settings_.profile.greetings = std::min(greeted, settings_.profile.greetings);
    return left;
}

bool Player::write_stalled() {
    if (flood_ && !flood_->all_sent()) flood_->stop();
    if (reading_) return false;
    reading_ = true;
    transport_action_ = Action::What::resume_reading;
    return true;
}

void Player::cannot_write() {
    enough();
    filler_left_ = 0;
    behind_filler_.clear();
}

void Player::enough() {
    if (flood_) flood_->stop();
}

void Player::exchange_ended() {
    volume_ = volume();
    volume_.moved -= filler_sent_;  // counted by itself
    volume_.under_way = false;
    observer_->divert(nullptr);
    exchange_.reset();
}

Player::Volume Player::volume() const {
    Volume out = volume_;
    out.moved += filler_sent_;
    out.under_way = out.under_way || fills();
    if (flood_) {
        out.moved += flood_->moved();
        out.allowance += flood_->octets();
        // What the target has not read yet is what fits into the buffers of TCP; who has little to read may have much
        // to do with it. And who only looks at frames is done with four times as many in a second as one that answers
        // each.
        constexpr std::uint64_t buffered = 8U << 20;
        std::uint64_t const unread = std::min(flood_->octets(), buffered);
        out.octets_under_way = buffered + flood_->inflated() / 8;
        out.frames_under_way = flood_->octets() == 0 ? 0 : flood_->frames() * unread / flood_->octets() / 4;
        out.one_at_a_time = false;
        out.under_way = true;
        out.flood = true;
    }
    if (!exchange_) return out;
    std::uint64_t const count = messages_of(trips_, settings_.volume);
    out.moved += exchange_->moved();
    out.allowance += 2 * count * trips_.size;
    std::uint64_t const at_once = std::min<std::uint64_t>(count, std::max<std::size_t>(1, trips_.in_flight));
    out.octets_under_way = at_once * trips_.size;
    out.frames_under_way = trips_.fragment == 0 ? at_once : at_once * (trips_.size / trips_.fragment + 1);
    out.returned += exchange_->returned();
    out.octets += exchange_->octets();
    out.compressed += exchange_->compressed();
    out.message_size = std::max<std::uint64_t>(out.message_size, trips_.size);
    out.one_at_a_time = out.one_at_a_time && trips_.in_flight <= 1;
    out.under_way = true;
    return out;
}

// ---- Sending ----

void Player::send_frames(const std::vector<Frame>& frames, const Delivery& delivery, std::string note) {
    Octets all;
    std::vector<std::size_t> ends;
    for (const auto& frame : frames) {
        append(all, wire_of(frame));
        ends.push_back(all.size());
        if (frame.opcode == Opcode::close) close_sent_ = true;
        if (frames.size() <= 4) note += (note.empty() ? "" : "; ") + describe(frame);
    }
    if (frames.size() > 4) note = std::to_string(frames.size()) + " frames";
    // What comes back, and some control frames beside each frame of data: 5.4 lets them stand inside a message. Our
    // pongs allow nothing: who pings without end would have no limit.
    constexpr std::uint64_t beside_a_frame = 1024;
    auto const data =
        static_cast<std::uint64_t>(std::ranges::count_if(frames, [](const Frame& f) { return !is_control(f.opcode); }));
    if (observer_) observer_->raise_limit(2 * all.size() + data * beside_a_frame);
    if (delivery.broken_off) {
        // Of a record that is not complete nothing reaches the target.
        half_closed_ = true;
        return queue(std::move(all), 0, ends, delivery, note);
    }
    half_closed_ = half_closed_ || delivery.close_notify;
    append(stream_, all);
    std::size_t const size = all.size();
    queue(std::move(all), size, ends, delivery, note);
}

/// Where writes end in these octets, of which the last `of_stream` stand behind the opening handshake and are the last
/// of `stream_`.
std::vector<std::size_t> Player::cuts_in(std::size_t size, std::size_t of_stream,
                                         const std::vector<std::size_t>& frame_ends, const Delivery& wanted) {
    auto const chopped_into = [size](std::size_t piece) {
        std::vector<std::size_t> cuts;
        for (std::size_t at = piece; piece != 0 && at < size; at += piece) cuts.push_back(at);
        return cuts;
    };
    switch (wanted.records == Delivery::Records::one_a_write ? settings_.delivery.how : as_written) {
        case as_written:
            break;
        case whole:
        case coalesced:
            return {};
        case DeliveryMode::How::per_frame:
            return frame_ends;
        case per_octet:
            // Where a megabyte would take a minute, few octets a write have to do.
            return chopped_into(size / most_pieces + 1);
        case every_split: {
            if (!settings_.cut) return {};
            std::size_t const head = size - of_stream;
            if (settings_.cut->opening) return head == 0 ? std::vector<std::size_t>{} : std::vector{settings_.cut->at};
            std::size_t const begin = stream_.size() - of_stream;
            if (settings_.cut->at <= begin || of_stream == 0) return {};
            return {head + settings_.cut->at - begin};
        }
        case random: {
            std::vector<std::size_t> cuts;
            for (std::size_t at = 0; at < size; cuts.push_back(at)) at += random_piece(delivery_random_, size - at);
            return cuts;
        }
    }
    switch (wanted.how) {
        case Delivery::How::together:
            return {};
        case Delivery::How::per_frame:
            return frame_ends;
        case Delivery::How::chopped:
            return chopped_into(wanted.size);
        case Delivery::How::cut:
            return wanted.cuts;
    }
    return {};
}

void Player::queue(Octets octets, std::size_t of_stream, const std::vector<std::size_t>& frame_ends,
                   const Delivery& wanted, const std::string& note) {
    auto cuts = cuts_in(octets.size(), of_stream, frame_ends, wanted);
    if (wanted.records != Delivery::Records::one_a_write) {
        // One write as far as this goes; the session makes records of it.
        Piece piece{.action = {.octets = std::move(octets),
                               .records = wanted.records,
                               .ends = std::move(cuts),
                               .close_notify = wanted.close_notify,
                               .broken_off = wanted.broken_off,
                               .note = note},
                    .of_stream = of_stream};
        // What is cut is longer than what it carries.
        bool const chops = wanted.records == Delivery::Records::cut && wanted.how == Delivery::How::chopped;
        if (chops) piece.action.chop = wanted.size;
        return pieces_.push_back(std::move(piece));
    }
    cuts.push_back(octets.size());
    std::size_t from = 0;
    std::size_t const head = octets.size() - of_stream;
    for (std::size_t const to : cuts) {
        if (to <= from || to > octets.size()) continue;
        Piece piece;
        piece.action.octets.assign(octets.begin() + static_cast<std::ptrdiff_t>(from),
                                   octets.begin() + static_cast<std::ptrdiff_t>(to));
        piece.of_stream = to - std::max(from, std::min(head, to));
        if (from == 0) piece.action.note = note;
        pieces_.push_back(std::move(piece));
        from = to;
    }
}

/// The next step may go into the same write as what waits to be written: it does not ask what became of that.
bool Player::joins_next() {
    bool const may = settings_.delivery.how == coalesced || settings_.delivery.how == random;
    if (!may || phase_ != Phase::script || at_ >= program_.size() || !opened_) return false;
    const auto& action = program_[at_].get().action;
    const auto* send = std::get_if<Send>(&action);
    if (send != nullptr && send->delivery.records != Delivery::Records::one_a_write) return false;
    bool const fits = send != nullptr || std::holds_alternative<SendOctets>(action) ||
                      (std::holds_alternative<Barrier>(action) && nonce_.empty()) ||
                      (std::holds_alternative<ClosingHandshake>(action) && !close_sent_);
    return fits && (settings_.delivery.how == coalesced || next_random(delivery_random_) % 2 == 0);
}

/// Coalesced: all that waits is one write.
void Player::join_pieces() {
    auto const plain = [](const Piece& piece) {
        return piece.action.records == Delivery::Records::one_a_write && !piece.action.below_tls;
    };
    if (settings_.delivery.how != coalesced || !std::ranges::all_of(pieces_, plain)) return;
    while (pieces_.size() > 1) {
        Piece& first = pieces_[0];
        append(first.action.octets, pieces_[1].action.octets);
        first.of_stream += pieces_[1].of_stream;
        first.action.note += (first.action.note.empty() ? "" : "; ") + pieces_[1].action.note;
        pieces_.erase(pieces_.begin() + 1);
    }
}

/// Round trips have as many writes as a test can wait for: an octet a write where it is few of them.
void Player::set_write_sizes(Exchange::Settings& settings) {
    std::uint64_t const total = std::uint64_t{trips_.size} * settings.count;
    std::size_t const least = static_cast<std::size_t>(total / most_pieces) + 1;
    switch (settings_.delivery.how) {
        case as_written:
        case every_split:
            return;
        case whole:
        case coalesced:
            trips_.write_size = 0;
            return;
        case DeliveryMode::How::per_frame:
            trips_.write_size = 0;
            settings.write_a_frame = true;
            return;
        case per_octet:
            trips_.write_size = least;
            return;
        case random:
            settings.write_size = [this, least] { return least - 1 + random_piece(delivery_random_, 65536); };
            return;
    }
}

// ---- Receiving ----

namespace {

/// Two letters of an HTTP method. A client's frame has the mask bit where the second one stands.
bool begins_a_request(std::span<const Octet> octets) {
    auto const is_letter = [](Octet octet) { return octet >= 'A' && octet <= 'Z'; };
    return octets.size() >= 2 && is_letter(octets[0]) && is_letter(octets[1]);
}

}  // namespace

void Player::received(std::span<Octet> octets) {
    if (phase_ == Phase::opening) {
        response_.append(as_text(octets));
        return take_response();
    }
    if (!observer_ || phase_ == Phase::finished || other_protocol_) return;
    if (settings_.profile.role == Role::client && !answered()) spoke_early_ = true;
    if (http_goes_on_ && seen().empty() && begins_a_request(octets)) {
        transport_over_ = true;
        pieces_.clear();
        return observer_->end(Seen::Kind::deadline, octets_sent());
    }
    observer_->receive(octets, octets_sent());
    react();
}

/// All of our answer to a client's opening handshake is on its way.
bool Player::answered() const {
    return !fills() && std::ranges::none_of(
                           pieces_, [](const Piece& piece) { return piece.of_stream < piece.action.octets.size(); });
}

// What any endpoint owes while a script runs: pongs, and a Close for a Close. Nothing is put inside a frame of the
// script that is not complete.
void Player::react() {
    if (silent_) return;
    const auto& seen = observer_->seen();
    if (exchange_ && !exchange_->at_frame_boundary()) return;  // looked at again before the next write
    for (; reacted_ < seen.size(); ++reacted_) {
        const Seen& event = seen[reacted_];
        if (close_sent_ || half_closed_ || !at_frame_boundary()) continue;
        if (event.kind == Seen::Kind::ping) send_frames({pong(event.payload)}, {}, "");
        if (event.kind == Seen::Kind::close)
            send_frames({event.code == number(CloseCode::no_status_received) ? close_frame() : close_frame(event.code)},
                        {}, "");
    }
}

void Player::ended(Seen::Kind how, bool truncated) {
    transport_over_ = true;
    pieces_.clear();
    filler_left_ = 0;
    behind_filler_.clear();
    if (phase_ == Phase::finished) return;
    if (phase_ == Phase::opening || !opening_) {
        if (how == Seen::Kind::deadline) return finish_opening({.answer = Opening::Answer::silent});
        // A status line without the end of its head is an answer, if a poor one.
        auto const checked = response_.empty() ? std::nullopt : check_response(response_ + "\r\n\r\n", request_);
        if (checked && checked->head.status >= 200)
            return finish_opening(
                {.answer = Opening::Answer::refused, .status = checked->head.status, .defects = checked->defects});
        return finish_opening({.answer = response_.empty() ? Opening::Answer::dropped : Opening::Answer::garbage});
    }
    observer_->end(how, octets_sent(), truncated);
}

bool Player::may_lack_tls() const {
    const auto* open = program_.empty() ? nullptr : std::get_if<Open>(&program_.front().get().action);
    const auto* expect = program_.size() > 1 ? std::get_if<Expect>(&program_[1].get().action) : nullptr;
    bool const expected = expect != nullptr && std::ranges::any_of(expect->any_of, [](const Outcome& outcome) {
                              return outcome.kind == Outcome::Kind::refuses_tls;
                          });
    return expected || (open != nullptr && open->tls.version != TlsVersion::any);
}

void Player::no_tls() {
    transport_over_ = true;
    finish_opening({.answer = Opening::Answer::no_tls});
}

void Player::patience_over() {
    patience_used_ = true;
    // Of the same length it may be, but where the script pauses nothing has to end.
    bool const pauses = at_ < program_.size() && std::holds_alternative<Await>(program_[at_].get().action);
    if (phase_ == Phase::script && observer_ && settings_.patience_to_end != 0 && !pauses &&
        patience_ == settings_.patience_to_end) {
        // The target's Close is here, the end of TCP is not: 7.1.1 wants it at once. Or to do nothing is an answer,
        // too.
        transport_over_ = true;
        pieces_.clear();
        return observer_->end(Seen::Kind::deadline, octets_sent());
    }
    bool const settles = settings_.forecast_alone && at_ == program_.size();
    if (phase_ != Phase::script || (at_ >= program_.size() && !settles) || !observer_) return;
    // A target that did nothing about a violation: a ping shows at once whether it went on as if nothing had been.
    bool const expects = settles || std::holds_alternative<Expect>(program_[at_].get().action);
    bool const may_send = !target_is_done() && !observer_->close_seen() && !close_sent_ && !half_closed_;
    if (expects && opened_ && head_ended_ && !nudged_ && may_send && at_frame_boundary()) {
        nudged_ = true;
        nonce_ = octets("wsspec: still there?");
        send_frames({ping(nonce_)}, {}, "is the target still there?");
    }
}

/// The step that leaves it to the forecast.
bool Player::check_forecast() {
    auto const made = prediction();
    std::span<const Seen> const seen(observer_->seen());
    if (transport_over_ || observer_->over() || settled(made, seen)) {
        cursor_ = seen.size();
        return true;
    }
    if (observer_->close_seen()) {
        if (patience_ != settings_.patience_to_end) {
            patience_ = settings_.patience_to_end;
            patience_used_ = false;
        }
        return false;
    }
    if (judge(made, seen).grade == Grade::fail) {
        leave();  // whatever may come
        return false;
    }
    if (patience_ == 0 && awaits_an_end(made)) patience_ = patience_to_react;
    return false;
}

bool Player::check_expectation(const Expect& expect) {
    if (expect.any_of.empty()) return check_forecast();
    std::span<const Seen> seen(observer_->seen());
    std::vector<Seen> without_greetings;
    if (settings_.profile.greetings != 0) {
        // What a target says to everybody who connects is no answer to the case.
        std::uint64_t greetings = settings_.profile.greetings;
        for (const Seen& event : seen) {
            if (event.kind == Seen::Kind::message && greetings > 0) {
                --greetings;
            } else {
                without_greetings.push_back(event);
            }
        }
        seen = without_greetings;
    }
    auto const since = seen.subspan(std::min(cursor_, seen.size()));
    // A client that sends frames holds the connection for open (RFC 6455 section 4.1), whatever it does next.
    bool const holds_it_for_open = must_fail() && !spoke_early_ && std::ranges::any_of(since, [](const Seen& event) {
                                       return event.kind == Seen::Kind::message || event.kind == Seen::Kind::ping ||
                                              event.kind == Seen::Kind::pong;
                                   });
    Match const found = holds_it_for_open ? Match{.progress = Match::Progress::impossible}
                                          : match(expect, since, marks_, settings_.profile.echoes);
    if (found.progress == Match::Progress::matched) {
        take_grade(found.grade, describe(since.first(std::min(found.consumed, since.size()))));
        cursor_ += found.consumed;
        return true;
    }
    bool const over = transport_over_ || observer_->over();
    bool const went_on = nudged_ && std::ranges::any_of(since, [&](const Seen& event) {
                             return event.kind == Seen::Kind::pong && event.payload == nonce_;
                         });
    if (found.progress == Match::Progress::open && !over && !went_on && !beyond_repair()) {
        bool const fails = std::ranges::any_of(
            expect.any_of, [](const Outcome& outcome) { return outcome.kind == Outcome::Kind::fails; });
        bool const may_wait = std::ranges::any_of(
            expect.any_of, [](const Outcome& outcome) { return outcome.kind == Outcome::Kind::waits; });
        if (must_fail() && head_ended_ && !nudged_ && !observer_->close_seen()) {
            // Who does nothing may be waiting for the next message, or have gone without ending TCP.
            if (patience_ == 0) patience_ = patience_to_react;
        } else if (observer_->close_seen() || may_wait || must_fail()) {
            if (patience_ != settings_.patience_to_end) {
                patience_ = settings_.patience_to_end;
                patience_used_ = false;
            }
        } else if (fails && patience_ == 0) {
            patience_ = patience_to_react;
        }
        return false;
    }
    // Unmet. If the end of TCP is still to come it is part of the picture, and so may be a late Close.
    if (!over && observer_->close_seen() && !std::ranges::any_of(seen, is_an_end)) return false;
    unmet_ = describe(expect);
    leave();
    return false;
}

/// An outcome that is listed, but not the one that is asked for first.
void Player::take_grade(Grade grade, const std::string& what) {
    if (grade <= expectation_grade_) return;
    expectation_grade_ = grade;
    expectation_reason_ =
        what + (grade == Grade::informational ? ": the RFC leaves that open" : ": allowed, but not what is asked for");
}

/// What came so far breaks a MUST, whatever may come: who waits on learns nothing, and a faulty target has many cases.
bool Player::beyond_repair() {
    constexpr std::size_t small_stream = 64U << 10;
    constexpr std::size_t few_events = 64;
    const auto& seen = observer_->seen();
    bool const look = opened_ && !must_fail() && !other_protocol_ && !observer_->close_seen() &&
                      seen.size() != looked_at_ && seen.size() <= few_events && stream_.size() <= small_stream;
    if (!look) return false;
    looked_at_ = seen.size();
    return judge(prediction(), seen).grade == Grade::fail;
}

Forecast Player::prediction() const {
    Forecast made = forecast(settings_.profile, stream_, early_);
    made.half_closed = half_closed_;
    if (flood_) made.under_way = {.octets = flood_->payload(), .flood = true};
    made.silent = silent_;
    made.holds_tcp = silent_ && std::ranges::any_of(program_, [](const Step& step) {
                         return std::holds_alternative<Await>(step.action);
                     });
    made.silent_for_long = silent_for_long_;
    if (exchange_)
        made.under_way = {.octets = exchange_->largest_under_way(),
                          .fragments = exchange_->fragments_under_way(),
                          .binary = trips_.opcode == Opcode::binary,
                          .over_limit = over_limit_};
    return made;
}

// The script is through, or there is no point in going on. A connection that is still good is closed politely; what the
// target does from here on is not judged.
void Player::leave() {
    if (opened_ && !judged_) judged_ = observer_->seen().size();
    bool const may_close = !close_sent_ && !half_closed_ && !silent_;
    if (!opened_ || target_is_done() || !may_close || !at_frame_boundary()) return finish();
    phase_ = Phase::leaving;
    patience_ = patience_to_react;
    patience_used_ = false;
    Octets const judged_stream = stream_;
    send_frames({close_frame(number(CloseCode::normal))}, {}, "the script is through: closing");
    stream_ = judged_stream;
}

bool Player::waits_for_an_ending() const {
    if (phase_ == Phase::leaving) return true;
    if (phase_ == Phase::script && at_ == program_.size() && settings_.forecast_alone) return true;
    if (phase_ != Phase::script || at_ >= program_.size()) return false;
    const auto& action = program_[at_].get().action;
    if (std::holds_alternative<ClosingHandshake>(action) || std::holds_alternative<Await>(action) ||
        std::holds_alternative<AwaitEnding>(action))
        return true;
    const auto* expect = std::get_if<Expect>(&action);
    if (expect != nullptr && expect->any_of.empty()) return awaits_an_end(prediction());
    return expect != nullptr && std::ranges::none_of(expect->any_of, [](const Outcome& outcome) {
               return outcome.kind == Outcome::Kind::receives;
           });
}

std::string Player::awaited() const {
    if (phase_ == Phase::opening) return "an answer to the opening handshake";
    if (at_ < program_.size()) return describe(program_[at_]);
    return settings_.forecast_alone ? "what the target owes, or the end of TCP" : "the end of TCP";
}

Played Player::result() const {
    Played out;
    out.error = error_;
    out.unimplemented = unimplemented_;
    if (!error_.empty() || !unimplemented_.empty()) return out;
    out.findings = findings_;
    out.flood_payload = flood_payload_ + (flood_ ? flood_->payload() : 0);
    out.remarks = remarks_;
    out.observed = opening_ && (!opened_ || observer_->seen().empty()) ? answer_in_words() : "";
    std::vector<std::string> expected;
    if (case_.url) expected.push_back(describe(*case_.url));
    for (const Step& step : program_) {
        if (const auto* expect = std::get_if<Expect>(&step.action)) expected.push_back(describe(*expect));
        if (std::holds_alternative<ClosingHandshake>(step.action)) expected.push_back("the closing handshake");
        if (std::holds_alternative<Flood>(step.action))
            expected.push_back("a Pong behind the flood, or the end of the connection with 1009, 1008 or 1013");
    }
    for (const auto& text : expected) {
        if (out.expected.size() > 600) {
            out.expected += "; …";
            break;
        }
        out.expected += (out.expected.empty() ? "" : "; then ") + text;
    }
    Grade grade = expectation_grade_;
    if (spoke_early_)
        out.findings.push_back(
            {Grade::fail, "R6455-4.1-29", "sends data before the answer to its opening handshake is complete"});
    if (must_fail()) {
        // There is no connection to be judged: what counts is that the client sees it that way.
        if (!observer_->seen().empty()) out.observed = describe(observer_->seen());
        if (!unmet_.empty())
            out.findings.push_back(
                {Grade::fail, {}, "does not fail the connection over our answer to its opening handshake"});
    } else if (refused_without_a_word()) {
        out.observed = describe(seen());
        // What becomes of an answer that the case makes is about that answer, not about the frames behind it.
        if (!unmet_.empty())
            out.findings.push_back(
                {Grade::fail,
                 {},
                 seen().front().kind == Seen::Kind::deadline
                     ? "does nothing behind our answer to its opening handshake, which it has to take"
                     : "ends TCP over our answer to its opening handshake, which it has to take"});
    } else if (opened_ && !other_protocol_) {
        auto const seen = std::span(observer_->seen()).first(judged_.value_or(observer_->seen().size()));
        Judgement judgement = judge(prediction(), seen);
        out.inconclusive = judgement.inconclusive;
        // A right that a target makes use of excuses nothing else that it did.
        if (judgement.grade != Grade::fail) out.unimplemented = judgement.unsupported;
        out.closing = judgement.closing;
        if (!seen.empty()) out.observed = describe(seen);
        if (out.observed.empty()) out.observed = answer_in_words();
        for (auto& finding : judgement.findings) out.findings.push_back(std::move(finding));
        if (!unmet_.empty() && findings_.empty() && !out.inconclusive && out.unimplemented.empty() &&
            judgement.grade != Grade::fail)
            out.findings.push_back({.grade = Grade::fail, .requirement = {}, .what = "does not do what is expected"});
    }
    if (!beside_.empty())
        for (auto& finding : out.findings)
            if (finding.grade == Grade::fail && !finding.offset) finding.what += beside_;
    if (!unmet_.empty()) {
        out.expected = unmet_;
        if (!opened_ || other_protocol_ || must_fail()) grade = Grade::fail;
    }
    if (settings_.forecast_alone) {
        out.exercised = exercised();
        if (out.expected.empty() && opened_ && !other_protocol_) out.expected = describe_owed(prediction());
    }
    // A verdict without a reason helps nobody.
    bool const explained =
        expectation_reason_.empty() ||
        std::ranges::any_of(out.findings, [&](const Finding& finding) { return finding.grade >= expectation_grade_; });
    if (!explained)
        out.findings.push_back({.grade = expectation_grade_, .requirement = {}, .what = expectation_reason_});
    std::ranges::stable_sort(out.findings, std::greater<>(), &Finding::grade);
    for (auto& finding : out.findings) {
        grade = std::max(grade, finding.grade);
        if (finding.requirement.empty() && !case_.covers.empty()) finding.requirement = case_.covers.front();
    }
    out.grade = grade;
    return out;
}

}  // namespace wsspec
