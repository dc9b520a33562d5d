// The forecast: what RFC 6455 allows a target to do with a stream of octets. Pure: octets in, duties out. The judge
// holds what was seen against it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/decoder.h"
#include "reference/grade.h"
#include "reference/permessage_deflate.h"

namespace wsspec {

/// What is known of a target before a case: the freedoms that it uses.
struct TargetProfile {
    Role role = Role::server;
    bool echoes = true;                            ///< Sends every message back.
    std::uint64_t greetings = 0;                   ///< Messages that it sends unasked when a connection opens.
    std::uint64_t proven_message = 65536;          ///< Octets of the largest message that it was seen to take (10.4).
    std::optional<DeflateAgreement> deflate = {};  ///< Agreed to in the opening handshake (RFC 7692).
    bool may_take_text_alone = false;              ///< It was not seen to take a binary message (7.4.1).
};

/// One thing in the stream that the target has to react to.
struct Duty {
    enum class Kind {
        message,    ///< An echo is owed, by targets that echo.
        ping,       ///< A pong is owed, if no later ping comes first (5.5.3).
        pong,       ///< Nothing is owed.
        close,      ///< A Close is owed, then the end of TCP.
        violation,  ///< The connection must be failed.
    };
    Kind kind = Kind::message;
    Opcode opcode = Opcode::text;
    Octets payload = {};     ///< Of a Close: the reason.
    std::uint16_t code = 0;  ///< Of a Close; 1005 without a body.
    /// Octets of the stream after which the target can react; before that it cannot know.
    std::uint64_t from = 0;
    /// Octets after which it must. Nothing: not before more is sent (the frame or the message never ends).
    std::optional<std::uint64_t> due = {};
    Violation violation = {};
};

/// One way to read the stream. Where the RFC lets a receiver choose, there are several.
struct Reading {
    std::vector<Duty> duties;  ///< In order. A violation or a Close is the last: nothing behind it has a meaning.
    /// Messages and pings that stand behind the last duty, and the bad frame itself taken at face value: a target that
    /// answers one of them went on where it had to stop (7.1.7, 5.5.1).
    std::vector<Duty> forbidden;
    /// Pings between the first octet that cannot be UTF-8 and the end of its message: a target that looks at the end
    /// answers them in good order (8.1).
    std::vector<Duty> tolerated;
    /// The Close stands inside a text message that is not valid so far.
    bool text_is_cut = false;
    /// Octets stand behind the Close.
    bool goes_on_after_close = false;
    /// Octets of the message that is not complete where the reading ends, as far as its frame headers tell: a target
    /// may refuse it over its size before they come (10.4).
    std::uint64_t announced = 0;
    /// Octets of the stream behind the header of the first binary message, whole or not; nothing if there is none.
    std::optional<std::uint64_t> first_binary = {};
    /// What a target loses by choosing this reading, and why.
    Grade grade = Grade::pass;
    std::string requirement;
    std::string why;
};

struct Forecast {
    TargetProfile profile;
    std::uint64_t octets = 0;  ///< Length of the stream.
    /// The largest message of round trips that is under way beside the stream; what comes back of it is compared
    /// elsewhere.
    struct UnderWay {
        std::uint64_t octets = 0;
        std::uint64_t fragments = 1;
        bool binary = false;
        bool over_limit = false;  ///< It is larger than what the target takes: to be refused with 1009 (10.4).
        bool flood = false;       ///< So much is sent that a target may have enough of it (10.4).
    } under_way = {};
    bool half_closed = false;  ///< Our direction of TCP ended behind it: then the target has to end its own (7.2).
    /// We answered nothing of our own accord: no Close to a Close of the target's, and as a server we did not end TCP.
    bool silent = false;
    bool holds_tcp = false;         ///< As a server we waited whether the client ends TCP before we do (5.5.1).
    bool silent_for_long = false;   ///< A reasonable time before anything else happened: then a client may end TCP.
    std::vector<Reading> readings;  ///< At least one; the strict one first.
};

/// `stream`: all that was sent to the target behind the opening handshake, as it stood on the wire. The first `early`
/// octets of it were sent before its answer to the handshake came.
Forecast forecast(const TargetProfile& profile, OctetView stream, std::uint64_t early = 0);

/// The last frame of the stream is complete, taken at face value: another frame can follow.
bool ends_at_frame_boundary(OctetView stream);

}  // namespace wsspec
