// The player: works a script off against one connection, sans I/O and without a clock. The session that drives it moves
// octets and tells it when a time is up; what conforms is said by the reference (judge) and the case (expectation).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cases/case.h"
#include "cases/expectation.h"
#include "reference/forecast.h"
#include "reference/handshake.h"
#include "reference/judge.h"
#include "runner/delivery.h"
#include "runner/exchange.h"
#include "runner/flood.h"

namespace wsspec {

struct PlayerSettings {
    TargetProfile profile = {};
    HandshakeValues values = {};  ///< `key` is drawn for each opening handshake.
    std::string request = {};     ///< Of a target that is a client: the head of its opening handshake.
    /// And the authority of the URL that it was given, as a URL writes it; empty: not known.
    std::string authority = {};
    std::uint64_t seed = 0;  ///< Of masking keys.
    /// Defects that every 101 of the target has, as the probe saw: filed under the cases about the opening handshake,
    /// not under all others, too.
    std::vector<Defect> known_defects = {};
    /// Of a client: those above are of its first request, and what another one has besides is filed where it came.
    bool knows_first_request = false;
    /// How long to wait for the end of TCP behind a Close frame, or for a reaction that is not owed, as a share of the
    /// deadline; 0: until the deadline.
    double patience_to_end = 0;
    DeliveryMode delivery = {};
    std::optional<Cut> cut = {};       ///< With DeliveryMode::How::every_split: the only one of this connection.
    std::uint64_t delivery_seed = 0;   ///< With DeliveryMode::How::random: of this script.
    std::optional<TlsFacts> tls = {};  ///< Of a client that has connected.
    Profile volume = Profile::standard;
    std::uint64_t message_limit = 0;  ///< Octets of the largest message that the target takes; 0: not known.
    std::uint64_t refused_size = 0;   ///< Of the smallest one that it was seen to refuse; 0: of none.
    std::shared_ptr<CompressedMessages> compressed = {};
    /// The script expects nothing but, perhaps, how its opening handshake is answered: the forecast judges the rest.
    /// Behind it the player waits for all that is owed, and closes.
    bool forecast_alone = false;
};

/// What came of one script.
struct Played {
    Grade grade = Grade::pass;
    bool inconclusive = false;           ///< The target ended the connection by a right that it always has.
    std::string error = {};              ///< Not empty: the script could not be played, and why; no verdict.
    std::string unimplemented = {};      ///< Not empty: what the script needs and the target does not offer.
    std::vector<Finding> findings = {};  ///< The worst first; requirements are filled in.
    ClosingRecord closing = {};
    std::string expected = {};
    std::string observed = {};
    std::uint64_t flood_payload = 0;        ///< Octets of messages that floods sent.
    std::vector<std::string> remarks = {};  ///< What floods and crowds came to, in words.
    /// Where the forecast judges alone: the statements that were put to the test.
    std::vector<std::string> exercised = {};
};

class Player {
public:
    /// `played` and `script` (which may be one of its variants) must outlive the player.
    Player(const Case& played, const Script& script, PlayerSettings settings);

    struct Action {
        enum class What {
            write,
            wait,
            half_close,
            cut_off,  ///< FIN without close_notify.
            abort,
            stop_reading,
            resume_reading,
            renegotiate,
            crowd,
            finished
        };
        What what = What::wait;
        Octets octets = {};  ///< To write, in one piece. Of a crowd: the opening handshake that its members use.
        /// Over TLS: where records end in `octets` (joined), or writes in what they become (cut).
        Delivery::Records records = Delivery::Records::one_a_write;
        std::vector<std::size_t> ends = {};
        std::size_t chop = 0;       ///< With `cut`: writes of this size, in place of `ends`.
        bool close_notify = false;  ///< Goes along, behind the last record.
        bool broken_off = false;    ///< What stands behind the last end is never sent.
        bool below_tls = false;     ///< Octets for TCP.
        bool cut = false;           ///< More pieces of the same delivery follow: let the target read this one first.
        bool then_fin = false;      ///< The end of our direction follows: in the same segment, if there is room.
        std::string note = {};      ///< What it is, for the transcript.
        /// While waiting: say patience_over() after this share of the deadline; 0: no need.
        double patience = 0;
        const Crowd* crowd = nullptr;  ///< Stays as long as the player.
        Octets behind = {};            ///< Of a crowd: what stands behind that handshake.
    };
    /// What to do now. Ask again when it is done; `wait` means until something is told below.
    Action next();

    /// The connection that was made has TLS.
    void tls_is(const TlsFacts& tls) { settings_.tls = tls; }
    /// TCP was there, the TLS handshake failed. To be told only if may_lack_tls().
    void no_tls();
    /// The script has something to say about that.
    bool may_lack_tls() const;

    /// Octets from the target; unmasked where they lie.
    void received(std::span<Octet> octets);
    /// end_of_stream, reset or deadline. `truncated`: see Seen.
    void ended(Seen::Kind how, bool truncated = false);
    void patience_over();
    /// A write has made no progress for a while: the target takes no more as long as we do not read. True: read again.
    bool write_stalled();
    /// What next() would say first of the transport, taken out of its turn.
    std::optional<Action::What> take_transport_action() { return std::exchange(transport_action_, std::nullopt); }
    /// A flood has lasted long enough: what is sent so far has to do.
    void enough();
    /// The target has closed its end: what is made while it is sent is not made any more.
    void cannot_write();
    /// What became of the crowd, for people.
    void crowd_is_there(std::string what, std::uint64_t opened);

    /// What is awaited now is the end of the connection, not an answer to something: a target that lets us wait for it
    /// is not overloaded.
    bool waits_for_an_ending() const;

    /// Waits for the end of TCP, and how long that takes is wanted.
    bool measures_end() const;
    /// What came of that: `took` since the last octets were sent. Said once, before result().
    void end_measured(std::chrono::milliseconds took);

    /// How far the round trips of the script have come.
    struct Volume {
        std::uint64_t moved = 0;             ///< Changes as long as something is sent or comes back.
        std::uint64_t allowance = 0;         ///< Octets that will have moved when all is done.
        std::uint64_t octets_under_way = 0;  ///< At the same time, at most; and frames.
        std::uint64_t frames_under_way = 0;
        std::uint64_t returned = 0;  ///< Messages.
        std::uint64_t octets = 0;
        std::uint64_t compressed = 0;
        std::uint64_t message_size = 0;
        bool one_at_a_time = true;
        bool under_way = false;
        bool flood = false;  ///< Bounded in time as well: a slow target need not take it all.
    };
    Volume volume() const;

    /// How many answers (messages, Pongs) the target owes for what was sent, those that came included, if all that came
    /// is right and something is still to come; else 0.
    std::size_t answers_owed() const;

    /// For people: what is being waited for now.
    std::string awaited() const;

    /// Once next() said `finished`.
    Played result() const;

    // What came, for the probe and for transcripts.
    const std::optional<Opening>& opening() const { return opening_; }
    std::span<const Seen> seen() const {
        return observer_ ? std::span<const Seen>(observer_->seen()) : std::span<const Seen>();
    }
    /// All of it, once the player has finished and its result() was taken.
    std::vector<Seen> take_seen() { return observer_ ? observer_->take_seen() : std::vector<Seen>(); }
    std::span<const MaskingKey> masking_keys() const {
        return observer_ ? std::span<const MaskingKey>(observer_->masking_keys()) : std::span<const MaskingKey>();
    }
    /// Of a target that is a client: its Sec-WebSocket-Key.
    std::string_view nonce() const {
        return settings_.profile.role == Role::client ? std::string_view(request_.key) : std::string_view();
    }
    /// How the opening handshake was answered, in words; if with no HTTP, what came instead.
    std::string answer_in_words() const;
    /// The response to the opening handshake, as it came; its head is `response_head_size` octets long.
    const std::string& response() const { return response_; }
    std::size_t response_head_size() const { return response_head_size_; }

private:
    struct Piece {
        Action action;
        std::size_t of_stream = 0;  // how many of its octets stand behind the opening handshake
    };

    void run();
    bool step(const Step& step);
    void start_opening(const Open& open);
    void answer_opening(const Open& open);
    void take_response();
    void finish_opening(Opening opening);
    void judge_opening();
    void judge_url(const GivenUrl& url);
    std::string missing_agreement() const;
    /// The client has to fail the connection over our answer: there is none to be judged.
    bool must_fail() const { return duty_ == ClientDuty::fail; }
    bool only_refusal_is_expected() const;
    bool refused_without_a_word() const;
    bool answered() const;
    void send_frames(const std::vector<Frame>& frames, const Delivery& delivery, std::string note);
    bool exchange(const RoundTrips& trips);
    void exchange_ended();
    Finding taken_above_limit() const;
    bool flood(const Flood& flood);
    bool flood_is_over();
    bool gather(const Crowd& crowd);
    std::uint64_t greetings_left();
    void begin_filler(const Handshake& handshake, const Delivery& delivery);
    void refill();
    bool fills() const { return filler_left_ != 0 || !behind_filler_.empty(); }
    void queue(Octets octets, std::size_t of_stream, const std::vector<std::size_t>& frame_ends,
               const Delivery& delivery, const std::string& note);
    std::vector<std::size_t> cuts_in(std::size_t size, std::size_t of_stream,
                                     const std::vector<std::size_t>& frame_ends, const Delivery& wanted);
    bool joins_next();
    void join_pieces();
    void set_write_sizes(Exchange::Settings& settings);
    Octets wire_of(const Frame& frame);
    void react();
    bool check_expectation(const Expect& expect);
    bool check_forecast();
    bool beyond_repair();
    Forecast prediction() const;
    bool settle();
    bool settle_open_connection(const Forecast& made);
    bool is_answered(OctetView nonce) const;
    void wait_for(double share);
    std::vector<std::string> exercised() const;
    void leave();
    void finish() { phase_ = Phase::finished; }
    bool target_is_done() const;
    bool await_ending(const AwaitEnding& await);
    /// Of ours; the end of our direction counts as one, as in TCP.
    std::uint64_t octets_sent() const { return sent_ + (half_closed_ ? 1 : 0); }
    bool at_frame_boundary();
    MaskingKey fresh_key();

    enum class Phase { script, opening, waiting, leaving, finished };

    const Case& case_;
    PlayerSettings settings_;
    /// Repeats unrolled. Steps of a case may hold megabytes: they stay where they are.
    std::vector<std::reference_wrapper<const Step>> program_;
    std::size_t at_ = 0;
    Phase phase_ = Phase::script;
    bool patience_used_ = false;
    double patience_ = 0;
    std::uint64_t random_ = 0;
    std::uint64_t delivery_random_ = 0;

    std::deque<Piece> pieces_;
    std::optional<Action::What> transport_action_;
    // The filler of an opening handshake, made while it is sent, and what stands behind it.
    std::string filler_;
    std::uint64_t filler_left_ = 0;
    std::uint64_t filler_sent_ = 0;
    std::size_t filler_piece_ = 0;
    std::deque<Piece> behind_filler_;

    // The opening handshake.
    CheckedRequest request_;
    std::string response_;
    std::size_t response_head_size_ = 0;
    std::optional<Opening> opening_;
    bool opened_ = false;
    bool other_protocol_ = false;  // 101, but to something that is not RFC 6455
    /// Of our answer to a client, where the case makes it.
    std::optional<ClientDuty> duty_;
    bool head_ended_ = true;  // frames can be told from it
    bool spoke_early_ = false;
    /// Another status than 101 leaves the connection to HTTP, for the next request (RFC 6455 section 4.1).
    bool http_goes_on_ = false;

    // The open connection.
    Octets stream_;                 // all that is sent behind the opening handshake, queued pieces included
    std::uint64_t sent_ = 0;        // of it, handed to the transport
    std::size_t whole_frames_ = 0;  // of it: a frame ends there
    std::size_t early_ = 0;         // of it, sent before the answer to the opening handshake
    std::optional<Observer> observer_;
    std::size_t reacted_ = 0;            // events that were answered (ping, close)
    std::size_t looked_at_ = 0;          // events that beyond_repair() has seen
    std::size_t cursor_ = 0;             // events that belong to earlier steps
    std::optional<std::size_t> judged_;  // events up to the polite end; nothing: all
    Marks marks_;
    std::optional<Exchange> exchange_;
    RoundTrips trips_;  // of it, with the size that the target's limit gives
    Volume volume_;     // of those before
    bool over_limit_ = false;
    std::string beside_;  // connections that stand beside this one, in words
    std::optional<FloodStream> flood_;
    std::uint64_t flood_payload_ = 0;  // of those before
    enum class Gathering { no, asked, done } gathering_ = Gathering::no;
    bool crowd_given_ = false;
    std::vector<std::string> remarks_;  // for people: what floods and crowds came to
    Octets nonce_;                      // of the barrier or nudge that is awaited
    unsigned nonces_ = 0;
    bool nudged_ = false;
    bool synchronized_ = false;  // a message was sent to see whether the echoes before it are lost
    bool close_sent_ = false;
    bool closing_ = false;  // where the forecast judges alone: all is answered, and the closing handshake is under way
    bool half_closed_ = false;      // or TLS is broken: the target may end the connection
    bool ended_ = false;            // as a server, behind the closing handshake
    bool silent_ = false;           // Open::silent
    bool silent_for_long_ = false;  // an await has run out on that
    bool reading_ = true;
    bool end_measured_ = false;
    bool transport_over_ = false;

    void take_grade(Grade grade, const std::string& what);

    Grade expectation_grade_ = Grade::pass;
    std::string expectation_reason_;  // why it is no pass
    std::vector<Finding> findings_;
    std::string error_;
    std::string unimplemented_;
    std::string unmet_;
};

}  // namespace wsspec
