#include "runner/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

#include "runner/crowd.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;

/// Of one transcript: enough to see what happened, whatever a target sends.
constexpr std::size_t kept_octets_an_entry = 4096;
constexpr std::size_t kept_octets = 64U << 10;
constexpr std::size_t kept_entries = 400;

/// Between the pieces of one delivery, so that the target has a chance to read them one by one: TCP tells nobody when
/// they are read. No verdict depends on it; without it a case about segmentation asks less than its title says. Only
/// the first pieces of a delivery are paced, so that a large message in single octets still ends.
constexpr auto between_pieces = std::chrono::microseconds(300);
constexpr unsigned paced_pieces = 400;

/// For round trips in all: a target that is slower than this many octets a second has other troubles than conformance.
constexpr std::uint64_t slowest_volume = 256U << 10;
/// Without any progress: a target may have megabytes, or fragments by the ten thousand, to put together before it sends
/// the first octet back.
constexpr std::uint64_t slowest_octets = 4U << 20;
constexpr std::uint64_t slowest_frames = 5000;
constexpr auto volume_patience = std::chrono::seconds(60);
/// Of a flood in all: what a target has not taken by then it need not take.
constexpr auto flood_patience = std::chrono::seconds(10);
/// Who has so much to send back, outside of round trips, shows by sending it that he lives: the deadline runs anew, but
/// so many times at most.
constexpr std::uint64_t much_to_echo = 1U << 20;
constexpr int most_deadlines = 5;
/// Octets of a flood between two looks at the target's process.
constexpr std::uint64_t between_looks = 8U << 20;

/// The deadline is long enough for twice as many answers, one after the other, of a target as slow as the probe has
/// seen it.
constexpr std::int64_t answers_a_deadline = 25;

/// While a script does not read: a write in which nothing moves for this share of the deadline is stuck, since the
/// target cannot send. What is written then goes in pieces, to see them move.
constexpr int stuck_share = 10;
constexpr std::size_t piece_to_see = 64U << 10;

/// What the full profile gives a target to end TCP, where a case wants to know how long that takes: many wait for half
/// a minute.
constexpr auto full_patience_to_end = std::chrono::seconds(65);

/// Octets of payload that a script sends besides round trips.
std::uint64_t octets_to_send(const Script& script) {
    std::uint64_t out = 0;
    for (const auto& step : script) {
        if (const auto* repeat = std::get_if<Repeat>(&step.action))
            out += repeat->times * octets_to_send(repeat->script);
        if (const auto* send = std::get_if<Send>(&step.action))
            for (const auto& frame : send->frames) out += frame.payload.size();
    }
    return out;
}

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(boost::asio::any_io_executor executor, const Case& played, const Script& script, SessionSettings settings,
            std::function<void(SessionResult)> done)
        : executor_(executor),
          settings_(std::move(settings)),
          player_(played, script, with_tls_of(settings_, script)),
          done_(std::move(done)),
          deadline_(executor),
          patience_(executor),
          idle_(executor),
          pace_(executor),
          stuck_(executor) {
        settings_.deadline += std::chrono::milliseconds(octets_to_send(script) * 1000 / slowest_octets);
        if (settings_.player.volume == Profile::full && awaits_end_of_tcp(script))
            settings_.deadline = std::max<std::chrono::milliseconds>(settings_.deadline, full_patience_to_end);
    }

    void start() {
        started_ = Clock::now();
        alive_ = started_;
        wait_for_deadline();
        if (settings_.on_idle) watch_idleness();
        cancel_connect_ =
            net::async_connect(executor_, settings_.address, settings_.tls,
                               [self = shared_from_this()](net::ErrorCode error, std::unique_ptr<net::Stream> stream) {
                                   self->on_connected(error, std::move(stream));
                               });
    }

    void start(Accepted client) {
        started_ = Clock::now();
        alive_ = started_;
        wait_for_deadline();
        stream_ = std::move(client.stream);
        record(TranscriptEntry::Direction::received, as_octets(settings_.player.request), "opening handshake");
        // The player has to answer the request before it looks at what came with it.
        boost::asio::post(executor_, [self = shared_from_this(), behind = std::move(client.behind)]() mutable {
            self->pump();
            if (self->over_) return;
            if (!behind.empty()) {
                self->record(TranscriptEntry::Direction::received, behind, {});
                self->player_.received(behind);
            }
            self->read();
            self->pump();
        });
    }

private:
    /// What the script wants of TLS goes into the address.
    static PlayerSettings with_tls_of(SessionSettings& settings, const Script& script) {
        const auto* open = script.empty() ? nullptr : std::get_if<Open>(&script.front().action);
        if (open == nullptr || !settings.address.tls) return settings.player;
        settings.address.tls = open->tls.spoken;
        settings.address.tls_version = open->tls.version;
        if (open->tls.name == Tls::Name::none) settings.address.sni = "";
        // RFC 2606 section 2.
        if (open->tls.name == Tls::Name::unknown) settings.address.sni = "nobody-has-this-name.invalid";
        return settings.player;
    }

    void on_connected(net::ErrorCode error, std::unique_ptr<net::Stream> stream) {
        cancel_connect_ = nullptr;
        if (over_) return;
        if (error && !timed_out_ && settings_.address.tls && net::is_tls_failure(error) && player_.may_lack_tls()) {
            note("the TLS handshake fails: " + error.message());
            player_.no_tls();
            return pump();
        }
        if (error) {
            if (timed_out_ && settings_.address.tls && player_.may_lack_tls()) {
                player_.ended(Seen::Kind::deadline);
                return pump();
            }
            using namespace boost::asio::error;
            using Errors = boost::system::errc::errc_t;
            result_.own_shortage = error == no_descriptors || error == no_buffer_space || error == no_memory ||
                                   error == Errors::too_many_files_open_in_system;
            result_.connect_error = timed_out_ ? "no connection before the deadline" : error.message();
            return finish();
        }
        stream_ = std::move(stream);
        if (auto const tls = stream_->tls()) {
            note("TLS: " + tls->version);
            player_.tls_is(*tls);
        }
        read();
        pump();
    }

    void wait_for_deadline() {
        deadline_.expires_at(due());
        deadline_.async_wait([self = shared_from_this()](net::ErrorCode error) {
            if (error) return;
            if (Clock::now() < self->due() || self->goes_on_answering()) return self->wait_for_deadline();
            self->on_deadline();
        });
    }

    /// A target that answers one thing after the other, slowly, and rightly so far, is not silent: where it owes many
    /// answers it gets a little more time for each of them, as long as octets come.
    bool goes_on_answering() {
        if (!stream_ || player_.volume().under_way) return false;
        auto const now = Clock::now();
        Clock::duration const step = settings_.deadline / 3;
        if (now - last_octets_ > step) return false;
        if (settings_.at_most && now + step > started_ + *settings_.at_most) return false;
        auto const owed = static_cast<std::int64_t>(player_.answers_owed());
        if (longer_ + step > owed * settings_.deadline / answers_a_deadline) return false;
        longer_ += step;
        alive_ = now + step - settings_.deadline;
        return true;
    }

    Clock::time_point due() const {
        auto const idle = alive_ + patience();
        return settings_.at_most ? std::min<Clock::time_point>(idle, started_ + *settings_.at_most) : idle;
    }

    Clock::duration patience() const {
        auto const volume = player_.volume();
        if (!volume.under_way) return settings_.deadline;
        return settings_.deadline + std::chrono::milliseconds(volume.octets_under_way * 1000 / slowest_octets) +
               std::chrono::milliseconds(volume.frames_under_way * 1000 / slowest_frames);
    }

    /// Round trips take as long as they take: the deadline runs from the last progress. But there is an end to that.
    void look_at_volume(Clock::time_point now) {
        auto const volume = player_.volume();
        if (std::exchange(under_way_, volume.under_way) && !volume.under_way) wait_for_deadline();
        if (volume.moved == moved_) return;
        moved_ = volume.moved;
        if (!volume_started_) volume_started_ = now;
        volume_ended_ = now;
        auto const most = volume_patience + std::chrono::milliseconds(volume.allowance * 1000 / slowest_volume);
        if (now < started_ + most) alive_ = now;
        if (volume.flood && now > *volume_started_ + flood_patience) player_.enough();
        if (volume.flood && octets_sent_ > looked_at_ + between_looks) look();
        if (volume.returned == returned_) return;
        if (volume.one_at_a_time && volume.returned == returned_ + 1)
            round_trips_us_.push_back(std::chrono::duration<double, std::micro>(now - asked_).count());
        returned_ = volume.returned;
    }

    std::optional<Figures> figures() {
        auto const volume = player_.volume();
        if (volume.returned == 0 || !volume_started_) return std::nullopt;
        Figures out;
        out.messages = volume.returned;
        out.message_size = volume.message_size;
        out.octets = volume.octets;
        out.wire_sent = wire_sent_;
        out.wire_received = wire_received_;
        out.compressed = volume.compressed;
        out.seconds = std::chrono::duration<double>(volume_ended_ - *volume_started_).count();
        if (!round_trips_us_.empty() && volume.one_at_a_time) {
            std::ranges::sort(round_trips_us_);
            out.round_trip_min_us = round_trips_us_.front();
            out.round_trip_median_us = round_trips_us_[round_trips_us_.size() / 2];
            out.round_trip_p99_us = round_trips_us_[round_trips_us_.size() * 99 / 100];
        }
        return out;
    }

    void on_deadline() {
        timed_out_ = true;
        if (!stream_) {
            if (cancel_connect_) cancel_connect_();  // on_connected follows
            return;
        }
        note("the deadline has passed; awaited: " + player_.awaited());
        player_.ended(Seen::Kind::deadline);
        measured();
        writing_ = false;  // a write that hangs is given up
        pump();
    }

    void read() {
        if (reading_ || !may_read_ || over_) return;
        reading_ = true;
        stream_->async_read(buffer_, [self = shared_from_this()](net::ErrorCode error, std::size_t size) {
            self->on_read(error, size);
        });
    }

    void on_read(net::ErrorCode error, std::size_t size) {
        reading_ = false;
        if (over_) return;
        if (size != 0) {
            last_octets_ = Clock::now();
            record(TranscriptEntry::Direction::received, OctetView(buffer_).first(size), {});
            player_.received(std::span(buffer_).first(size));
            if (player_.opening()) wire_received_ += size;
            auto const now = Clock::now();
            // What the opening handshake took is not held against what comes behind it.
            if (!std::exchange(opened_, player_.opening().has_value()) && player_.opening()) alive_ = now;
            if (octets_sent_ >= much_to_echo && now < started_ + most_deadlines * settings_.deadline) alive_ = now;
            look_at_volume(now);
            if (!result_.first_pong &&
                std::ranges::any_of(player_.seen(), [](const Seen& event) { return event.kind == Seen::Kind::pong; }))
                result_.first_pong = since(asked_);
        }
        if (error) {
            bool const fin = error == boost::asio::error::eof;
            note(!fin                   ? "the target reset TCP: " + error.message()
                 : stream_->truncated() ? "the target ended TCP (FIN) without close_notify"
                                        : "the target ended TCP (FIN)");
            player_.ended(fin ? Seen::Kind::end_of_stream : Seen::Kind::reset, stream_->truncated());
            measured();
            writing_ = false;
        } else {
            read();
        }
        pump();
    }

    void pump() {
        while (!writing_ && !over_) {
            auto action = player_.next();
            using What = Player::Action::What;
            switch (action.what) {
                case What::wait:
                    if (!measured_since_ && player_.measures_end()) measured_since_ = asked_;
                    arm_patience(action.patience);
                    return;
                case What::write: {
                    asked_ = Clock::now();
                    if (player_.opening()) wire_sent_ += action.octets.size();
                    if (!cannot_write_) octets_sent_ += action.octets.size();
                    look_at_volume(asked_);
                    record(TranscriptEntry::Direction::sent, action.octets, action.note);
                    if (cannot_write_) continue;
                    writing_ = true;
                    write(std::move(action));
                    return;
                }
                case What::half_close:
                    note("we end our direction of TCP");
                    writing_ = true;
                    stream_->async_shutdown_send([self = shared_from_this()](net::ErrorCode) {
                        self->writing_ = false;
                        self->pump();
                    });
                    return;
                case What::cut_off:
                    note("we end our direction of TCP without close_notify");
                    writing_ = true;
                    stream_->async_cut_off([self = shared_from_this()](net::ErrorCode) {
                        self->writing_ = false;
                        self->pump();
                    });
                    return;
                case What::renegotiate:
                    note("we ask for a new TLS handshake");
                    stream_->renegotiate();
                    break;
                case What::abort:
                    note("we reset TCP");
                    stream_->reset();
                    break;
                case What::stop_reading:
                    may_read_ = false;
                    break;
                case What::resume_reading:
                    resume_reading();
                    break;
                case What::crowd:
                    gather(action);
                    return;
                case What::finished:
                    return finish();
            }
        }
    }

    void write(Player::Action action) {
        using Records = Delivery::Records;
        if (action.below_tls) {
            output_ = std::move(action.octets);
            return stream_->async_write_below_tls(output_, written(action.cut));
        }
        if (action.records == Records::one_a_write || !stream_->tls()) {
            output_ = std::move(action.octets);
            if (action.then_fin) stream_->hold_back();
            return write_in_pieces(output_, action.cut);
        }
        if (action.records == Records::joined) {
            output_.clear();
            std::size_t from = 0;
            action.ends.push_back(action.octets.size());
            for (std::size_t const end : action.ends) {
                if (end <= from || end > action.octets.size()) continue;
                append(output_, stream_->sealed(OctetView(action.octets).subspan(from, end - from)));
                from = end;
            }
            if (action.close_notify) append(output_, stream_->sealed_end());
            return stream_->async_write_below_tls(output_, written(action.cut));
        }
        output_ = stream_->sealed(action.octets);
        for (std::size_t at = action.chop; action.chop != 0 && at < output_.size(); at += action.chop)
            action.ends.push_back(at);
        if (!action.broken_off) action.ends.push_back(output_.size());
        write_slice(0, std::move(action.ends), 0, action.cut);
    }

    /// The next of the slices of `output_` that end at `ends`.
    void write_slice(std::size_t from, std::vector<std::size_t> ends, std::size_t next, bool cut) {
        while (next < ends.size() && (ends[next] <= from || ends[next] > output_.size())) ++next;
        if (next == ends.size()) return written(cut)({});
        std::size_t const end = ends[next];
        auto const slice = OctetView(output_).subspan(from, end - from);
        stream_->async_write_below_tls(
            slice, [self = shared_from_this(), ends = std::move(ends), next, end, cut](net::ErrorCode error) mutable {
                if (error || self->over_) return self->written(cut)(error);
                self->alive_ = Clock::now();
                // As between pieces: the target is to see each by itself.
                self->pace_.expires_after(next < paced_pieces ? between_pieces : std::chrono::microseconds(0));
                self->pace_.async_wait([self, ends = std::move(ends), next, end, cut](net::ErrorCode) mutable {
                    if (!self->over_) self->write_slice(end, std::move(ends), next + 1, cut);
                });
            });
    }

    std::function<void(net::ErrorCode)> written(bool cut) {
        return [self = shared_from_this(), cut](net::ErrorCode error) {
            // A target that has gone shows on the reading side, with all that it sent before.
            self->stuck_.cancel();
            if (error) {
                self->cannot_write_ = true;
                self->player_.cannot_write();
            }
            // However many pieces a step is cut into, what the target has for its answer is the same.
            if (cut && !error) self->alive_ = Clock::now();
            if (cut && !error && self->paced_++ < paced_pieces) return self->pause();
            self->paced_ = cut ? self->paced_ : 0;
            self->writing_ = false;
            self->pump();
        };
    }

    void resume_reading() {
        look();
        may_read_ = true;
        read();
    }

    void write_in_pieces(OctetView rest, bool cut) {
        auto const piece = may_read_ ? rest : rest.first(std::min(rest.size(), piece_to_see));
        if (!may_read_) look_whether_stuck();
        stream_->async_write(piece,
                             [self = shared_from_this(), rest = rest.subspan(piece.size()), cut](net::ErrorCode error) {
                                 self->stuck_.cancel();
                                 if (!error && !rest.empty() && self->writing_) return self->write_in_pieces(rest, cut);
                                 self->written(cut)(error);
                             });
    }

    void look_whether_stuck() {
        stuck_.expires_after(settings_.deadline / stuck_share);
        stuck_.async_wait([self = shared_from_this()](net::ErrorCode error) {
            if (error || self->over_ || self->may_read_ || !self->writing_) return;
            self->note("the target takes nothing more as long as we do not read: reading again");
            if (self->player_.write_stalled()) self->pump_transport();
        });
    }

    /// How long the end of TCP took, if the script wants to know.
    void measured() {
        if (!measured_since_) return;
        auto const took = Clock::now() - *std::exchange(measured_since_, std::nullopt);
        player_.end_measured(std::chrono::duration_cast<std::chrono::milliseconds>(took));
    }

    /// While a write is under way nothing but a change of the reading side can be done.
    void pump_transport() {
        (void)player_.take_transport_action();
        resume_reading();
    }

    void gather(const Player::Action& action) {
        crowd_ = std::make_shared<CrowdOfConnections>(
            executor_, settings_.address, settings_.tls,
            CrowdOfConnections::Behaviour{.crowd = *action.crowd, .request = action.octets, .behind = action.behind});
        // What comes behind it has to have time, too.
        crowd_->start(
            settings_.deadline / 2,
            [self = weak_from_this()] {
                if (auto const session = self.lock()) session->alive_ = Clock::now();
            },
            [self = weak_from_this()](const CrowdOfConnections::Came& came) {
                auto const session = self.lock();
                if (!session || session->over_) return;
                session->octets_sent_ += came.octets;
                session->note(came.describe());
                session->look();
                session->player_.crowd_is_there(came.describe(), came.opened);
                session->pump();
            });
    }

    void look() {
        looked_at_ = octets_sent_;
        if (settings_.look) settings_.look();
    }

    void watch_idleness() {
        idle_.expires_after(settings_.deadline / 30);
        idle_.async_wait([self = shared_from_this()](net::ErrorCode error) {
            if (error || self->over_) return;
            if (!self->player_.waits_for_an_ending()) return self->watch_idleness();
            std::exchange(self->settings_.on_idle, nullptr)();
        });
    }

    void pause() {
        pace_.expires_after(between_pieces);
        pace_.async_wait([self = shared_from_this()](net::ErrorCode) {
            self->writing_ = false;
            self->pump();
        });
    }

    void arm_patience(double share) {
        if (share == 0 || share == armed_share_) return;
        armed_share_ = share;
        patience_.expires_after(std::chrono::duration_cast<Clock::duration>(settings_.deadline * share));
        patience_.async_wait([self = shared_from_this()](net::ErrorCode error) {
            if (error || self->over_) return;
            self->armed_share_ = 0;
            self->player_.patience_over();
            self->pump();
        });
    }

    void finish() {
        if (over_) return;
        over_ = true;
        deadline_.cancel();
        patience_.cancel();
        idle_.cancel();
        pace_.cancel();
        stuck_.cancel();
        look();
        if (crowd_) crowd_->stop();
        if (stream_) stream_->close();
        result_.played = player_.result();
        result_.opening = player_.opening();
        result_.answer = player_.answer_in_words();
        result_.response_head = player_.response().substr(0, player_.response_head_size());
        if (!player_.nonce().empty()) {
            result_.nonce = player_.nonce();
            result_.masking_keys.assign(player_.masking_keys().begin(), player_.masking_keys().end());
        }
        result_.duration = since(started_);
        result_.octets_sent = octets_sent_;
        result_.figures = figures();
        result_.seen = player_.take_seen();
        boost::asio::post(
            executor_, [done = std::move(done_), result = std::move(result_)]() mutable { done(std::move(result)); });
    }

    void note(std::string text) { record(TranscriptEntry::Direction::note, {}, std::move(text)); }

    void record(TranscriptEntry::Direction direction, OctetView octets, std::string text) {
        if (result_.transcript.size() >= kept_entries) return;
        TranscriptEntry entry;
        entry.at_us = static_cast<std::uint64_t>(since(started_).count());
        entry.direction = direction;
        entry.size = octets.size();
        auto const kept = octets.first(std::min({octets.size(), kept_octets_an_entry, kept_octets - kept_}));
        entry.octets.assign(kept.begin(), kept.end());
        kept_ += kept.size();
        entry.note = std::move(text);
        if (result_.transcript.size() + 1 == kept_entries)
            entry.note = "the transcript ends here, the connection did not";
        result_.transcript.push_back(std::move(entry));
    }

    static std::chrono::microseconds since(Clock::time_point start) {
        return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    }

    boost::asio::any_io_executor executor_;
    SessionSettings settings_;
    Player player_;
    std::function<void(SessionResult)> done_;
    boost::asio::steady_timer deadline_;
    boost::asio::steady_timer patience_;
    boost::asio::steady_timer idle_;
    boost::asio::steady_timer pace_;
    boost::asio::steady_timer stuck_;
    std::shared_ptr<CrowdOfConnections> crowd_;
    std::uint64_t octets_sent_ = 0;
    std::uint64_t looked_at_ = 0;  // octets sent by then
    std::function<void()> cancel_connect_;
    std::shared_ptr<net::Stream> stream_;
    std::array<Octet, 64U << 10> buffer_{};
    Octets output_;
    Clock::time_point started_;
    Clock::time_point asked_;
    SessionResult result_;
    // Of round trips.
    Clock::time_point alive_;  // the deadline runs from here
    Clock::time_point last_octets_;
    Clock::duration longer_{0};  // than the deadline, for goes_on_answering()
    bool under_way_ = false;
    std::uint64_t moved_ = 0;
    std::uint64_t returned_ = 0;
    std::optional<Clock::time_point> volume_started_;
    Clock::time_point volume_ended_;
    std::vector<double> round_trips_us_;
    std::uint64_t wire_sent_ = 0;
    std::uint64_t wire_received_ = 0;
    std::size_t kept_ = 0;
    unsigned paced_ = 0;
    bool opened_ = false;
    bool reading_ = false;
    bool writing_ = false;
    bool cannot_write_ = false;
    bool may_read_ = true;
    double armed_share_ = 0;
    std::optional<Clock::time_point> measured_since_;
    bool timed_out_ = false;
    bool over_ = false;
};

}  // namespace

void async_play(boost::asio::any_io_executor executor, const Case& played, const Script& script, Accepted client,
                SessionSettings settings, std::function<void(SessionResult)> done) {
    std::make_shared<Session>(std::move(executor), played, script, std::move(settings), std::move(done))
        ->start(std::move(client));
}

void async_play(boost::asio::any_io_executor executor, const Case& played, const Script& script,
                SessionSettings settings, std::function<void(SessionResult)> done) {
    std::make_shared<Session>(std::move(executor), played, script, std::move(settings), std::move(done))->start();
}

}  // namespace wsspec
