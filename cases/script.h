// The script: what a case does, as plain data. An author writes it, the player plays it, `explain` prints it; later it
// is encoded, mutated, shrunk and replayed. So: no closures, no randomness, no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cases/handshake.h"
#include "reference/frame.h"
#include "reference/grade.h"
#include "reference/tls.h"

namespace wsspec {

/// How octets are cut into writes. TCP may join or split them again; the tester sets TCP_NODELAY and writes each piece
/// by itself.
struct Delivery {
    enum class How {
        together,   ///< One write for all.
        per_frame,  ///< One write a frame.
        chopped,    ///< Writes of `size` octets.
        cut,        ///< Cuts behind the octets counted in `cuts`, from the start of this step.
    };
    /// Over TLS, what the pieces are; without it they are writes, whatever this says.
    enum class Records {
        one_a_write,  ///< Each piece is a record, and written by itself.
        joined,       ///< Each piece is a record; all of them go to TCP in one write.
        cut,          ///< All pieces together are one write; what is cut are the octets of its records.
    };
    How how = How::together;
    std::size_t size = 0;
    std::vector<std::size_t> cuts = {};
    Records records = Records::one_a_write;
    bool close_notify = false;  ///< With `joined`: the end of our direction of TLS goes along, behind the last record.
    bool broken_off = false;    ///< With `cut`: what stands behind the last cut is never sent.

    bool operator==(const Delivery&) const = default;
};
Delivery together();
Delivery per_frame();
Delivery chopped(std::size_t size);
Delivery cut_at(std::vector<std::size_t> cuts);
/// The pieces of `delivery` as TLS records that go to TCP in one write.
Delivery in_one_segment(Delivery delivery);
/// TLS records cut as `delivery` says; `cuts` count the octets of the records.
Delivery across_records(Delivery delivery);

/// One thing that the target may do at an `expect` step.
struct Outcome {
    enum class Kind {
        opens,        ///< Answers 101 with a valid handshake.
        refuses,      ///< Answers with an HTTP status other than 101: one of `codes`, any if empty.
        receives,     ///< Sends exactly `frames` (messages and pongs), in this order.
        fails,        ///< Fails the connection: Close with one of `codes`. Dropping TCP instead, or another fitting
                      ///< code, is implied as non-strict (section 7.1.7).
        closes,       ///< Answers our Close with a Close that has one of `codes` (0: an empty body), then ends TCP.
        waits,        ///< Does nothing until the deadline, where the RFC does not say that it must.
        drops,        ///< Ends the connection without a word: no HTTP answer, no Close frame.
        anything,     ///< Whatever it likes, as long as it does something before the deadline.
        refuses_tls,  ///< Lets the TLS handshake fail: there is no connection to open.
    };
    Kind kind = Kind::anything;
    std::vector<unsigned> codes = {};
    std::vector<Frame> frames = {};
    Grade grade = Grade::pass;
    /// If named: the outcome has this grade only before the barrier or await of that name; later it is non-strict.
    std::string before_mark = {};
    /// Of `closes`, over TLS: only if close_notify comes before the end of TCP.
    bool notified = false;

    Outcome non_strict() const;
    Outcome informational() const;
    /// Worth a fail even though it is named: for outcomes that need their own words in `explain`.
    Outcome is_fail() const;
    Outcome before(std::string_view mark) const;
    /// For `fails`, `closes` and `drops`: these messages and pongs may come first. They need not: section 7.1.7 lets an
    /// endpoint stop at once, and whether it got round to them depends on how TCP cut the octets.
    Outcome after(std::vector<Frame> frames) const;
    Outcome with_close_notify() const;

    bool operator==(const Outcome&) const = default;
};

/// How TLS is spoken below a connection whose URL says wss.
struct Tls {
    TlsVersion version = TlsVersion::any;  ///< The only one that is offered.
    enum class Name {
        as_url,   ///< The host of the URL, if it is a name.
        none,     ///< No SNI.
        unknown,  ///< A name that nobody has.
    };
    Name name = Name::as_url;
    bool spoken = true;  ///< false: the opening handshake goes to the port in clear.
    /// Of ours, to a client.
    enum class Certificate { good, self_signed, expired, other_name };
    Certificate certificate = Certificate::good;

    bool operator==(const Tls&) const = default;
};

/// To a server: sends the opening handshake and reads the answer. If the next step is no `expect` about the handshake,
/// the target must open. To a client: reads its opening handshake and sends the answer; what `handshake` offers as
/// permessage-deflate says what is asked of the client: server_no_context_takeover and server_max_window_bits of the
/// offer become client_no_context_takeover and client_max_window_bits of the answer, if the client's offer allows it.
struct Open {
    Handshake handshake;
    Delivery delivery;
    /// To a client; absent: a legal one.
    std::optional<Handshake> answer = {};
    Tls tls = {};
    /// The tester answers nothing of its own accord on this connection: no Pong for a Ping, no Close for a Close; and
    /// as a server it does not end TCP behind the closing handshake. What the script says it sends, behind the target's
    /// Close, too.
    bool silent = false;
    bool operator==(const Open&) const = default;
};
struct Send {
    std::vector<Frame> frames;
    Delivery delivery;
    bool operator==(const Send&) const = default;
};
/// Octets as they are, after the opening handshake.
struct SendOctets {
    Octets octets;
    Delivery delivery;
    bool operator==(const SendOctets&) const = default;
};
/// A ping with a nonce; goes on when its pong comes, which proves that everything before it was digested and accepted,
/// or when the target closes or drops the connection.
struct Barrier {
    std::string name;
    bool operator==(const Barrier&) const = default;
};
/// Where no ping can stand (inside a frame): goes on at the next reaction of the target, or after a share of the
/// deadline. Silence here is no fault.
struct Await {
    std::string name;
    bool operator==(const Await&) const = default;
};
/// Waits for the ending that is owed.
struct AwaitEnding {
    enum class What {
        close,       ///< The target's Close frame, or the end of TCP, or the same share of the deadline as above.
        end_of_tcp,  ///< The end of TCP, until the deadline is over. How long that takes is reported: informational.
    };
    What what = What::close;
    bool operator==(const AwaitEnding&) const = default;
};
/// Reads nothing until ResumeReading. If the target takes nothing more in the meantime, the tester reads again before
/// that: who does not read while he cannot write is within his rights. Round trips and floods behind it go on until
/// nothing more can be sent, and are read then.
struct StopReading {
    bool operator==(const StopReading&) const = default;
};
struct ResumeReading {
    bool operator==(const ResumeReading&) const = default;
};
/// Octets to TCP below TLS: no record of ours, or a forged one.
struct SendBelowTls {
    Octets octets;
    bool operator==(const SendBelowTls&) const = default;
};
/// Asks for a new TLS handshake inside the one that there is (TLS 1.2 and before), with the next write.
struct Renegotiate {
    bool operator==(const Renegotiate&) const = default;
};
/// Ends our direction of TCP, in the same segment as what was written just before if there is room; over TLS behind
/// close_notify. Goes on reading.
struct HalfClose {
    bool operator==(const HalfClose&) const = default;
};
/// The same without close_notify (RFC 8446 section 6.1).
struct CutOffTls {
    bool operator==(const CutOffTls&) const = default;
};
/// Resets TCP.
struct Abort {
    bool operator==(const Abort&) const = default;
};
struct Expect {
    std::vector<Outcome> any_of;  ///< Empty: what the forecast says (derived cases).
    bool operator==(const Expect&) const = default;
};
/// Sends Close with `code` and expects the rest of the closing handshake: one Close in answer, then the end of TCP.
struct ClosingHandshake {
    std::uint16_t code = 1000;
    bool operator==(const ClosingHandshake&) const = default;
};

/// Where the octets of large or many messages come from; nothing of it has to be in memory at once.
struct Content {
    enum class Kind {
        pattern,  ///< `pattern` over and over; each message starts at its beginning.
        json,     ///< The corpora: one long text or picture, made by rule (see corpus.h). Each message goes on where
        photo,    ///< the one before it ended, and around at the end.
        prose,
        html,
        document,
    };
    Kind kind = Kind::pattern;
    Octets pattern = {};

    bool operator==(const Content&) const = default;
};

/// Messages that are sent and have to come back unchanged, one or a thousand, of any size: written and compared as they
/// pass. The closing handshake is not part of it.
struct RoundTrips {
    Content content = {};
    Opcode opcode = Opcode::binary;
    /// Of each message: octets; code points for a text from a corpus.
    std::size_t size = 0;
    /// In the `full` profile; the others send fewer.
    std::size_t count = 1;
    /// Octets of a frame's payload, counted as sent (compressed, if it is); behind a message that fills its last
    /// fragment comes an empty one. 0, or no less than the message has: one frame.
    std::size_t fragment = 0;
    /// Octets of a write; 0: as many as fit.
    std::size_t write_size = 0;
    /// Messages under way at the same time; 1: the next one is sent when the echo has come.
    std::size_t in_flight = 1;
    /// Compressed as agreed in the opening handshake (RFC 7692).
    bool compressed = false;
    /// The target's own limit takes the place of `size`, as the probe has found it: the largest message that it takes,
    /// or one octet more, which it has to refuse (RFC 6455 section 10.4). far_above: five times as much, and more than
    /// 64 MiB where that takes no more fragments than thousands, in fragments of half of it: who takes that has a limit
    /// of frames, and none of messages.
    enum class Limit { none, at, above, far_above } limit = Limit::none;

    bool operator==(const RoundTrips&) const = default;
};

/// Frames without end, or so it looks to a target that keeps what it gets (RFC 6455 section 10.4): made while they are
/// sent, each with a fresh key. Behind them stands a ping with a nonce, whose pong ends the step; or the target ends
/// the connection, which is its right, best with 1009, 1008 or 1013: then the script ends, too. None of it is part of
/// the stream that the forecast reads.
struct Flood {
    std::vector<Frame> first = {};   ///< Once, in front.
    std::vector<Frame> frames = {};  ///< Over and over.
    /// How often, in the `standard` profile: `quick` sends an eighth, `full` eight times as many.
    std::size_t count = 1;
    std::vector<Frame> last = {};  ///< Once, behind.
    /// What is sent contains whole messages: they come back, each as it was, from a target that echoes.
    bool echoes = false;

    bool operator==(const Flood&) const = default;
};

/// To a server: further connections, opened while the script's own is open, and closed with it at the latest.
struct Crowd {
    std::size_t connections = 1;
    /// How much of a legal opening handshake each of them sends: all (and reads the answer); `octets` of it, then
    /// nothing; or one octet more than the one before, from none on, around at its end.
    enum class Request { whole, part, one_more_each } request = Request::whole;
    std::size_t octets = 0;
    std::vector<Frame> frames = {};  ///< What each sends behind it, and reads nothing.
    /// How often. More than once, and they stay: what the target has not taken after a while remains on its way.
    std::size_t rounds = 1;
    enum class Ending { stay, fin, reset } ending = Ending::stay;

    bool operator==(const Crowd&) const = default;
};

struct Step;
using Script = std::vector<Step>;

struct Repeat {
    std::size_t times = 1;
    Script script;
    bool operator==(const Repeat&) const;
};

struct Step {
    std::variant<Open, Send, SendOctets, Barrier, Await, StopReading, ResumeReading, HalfClose, Abort, Repeat, Expect,
                 ClosingHandshake, RoundTrips, SendBelowTls, Renegotiate, CutOffTls, Flood, Crowd, AwaitEnding>
        action;
    bool operator==(const Step&) const = default;
};

// Builders: what a case is written with.
Step open(Handshake handshake = {}, Delivery delivery = {});
/// Open::silent.
Step open_silently(Handshake handshake = {});
/// For cases about clients.
Step answer_with(Handshake answer, Delivery delivery = {});
/// The legal opening handshake, over TLS as `tls` says.
Step open_over(Tls tls, Delivery delivery = {});
Step send(Frame frame, Delivery delivery = {});
Step send(std::vector<Frame> frames, Delivery delivery = {});
Step send_octets(Octets octets, Delivery delivery = {});
Step barrier(std::string_view name);
Step await(std::string_view name);
Step await_close();
Step await_end_of_tcp();
Step stop_reading();
Step resume_reading();
Step half_close();
Step cut_off_tls();
Step send_below_tls(Octets octets);
Step renegotiate();
Step abort_connection();
Step repeat(std::size_t times, Script script);
Step expect(Outcome outcome);
Step closing_handshake(std::uint16_t code = 1000);
Step round_trips(RoundTrips messages);
Step flood(Flood frames);
Step crowd(Crowd connections);

/// No outcome by hand: all that the forecast allows for the octets sent so far is a pass, or what it is worth there.
Step expect_forecast();

/// All outcomes that are allowed at this point, each with its grade; anything else is a fail.
Step expect(std::vector<Outcome> any_of);

Outcome opens();
Outcome refuses(unsigned status);
Outcome refuses(std::vector<unsigned> statuses);
Outcome refuses_with_any_status();
Outcome receives(std::vector<Frame> frames);
/// The message that was sent comes back: shorthand for receives() of one text or binary message, or of one pong.
Outcome receives(Frame frame);
Outcome fails(unsigned code);
Outcome fails(std::vector<unsigned> codes);
Outcome closes(unsigned code);
Outcome closes(std::vector<unsigned> codes);
Outcome drops();
Outcome waits();
Outcome anything();
Outcome refuses_tls();

/// A message cut into fragments of `size` octets (section 5.4).
std::vector<Frame> in_fragments(const Frame& message, std::size_t size);

/// The largest message (in octets) that the script sends in one piece or in fragments, or expects back (compressed
/// messages are larger then): what the target must be able to take.
std::size_t largest_message(const Script& script);

/// Octets of messages that a flood sends in one round: what a target holds, at most, that keeps it all.
std::uint64_t payload_of(const std::vector<Frame>& frames);
/// Some step waits until the target ends TCP.
bool awaits_end_of_tcp(const Script& script);

/// Some round trips take their size from the target's own limit.
bool asks_for_limit(const Script& script);

}  // namespace wsspec
