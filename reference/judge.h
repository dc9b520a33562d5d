// The judge: what was seen, held against the forecast. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/forecast.h"
#include "reference/observation.h"

namespace wsspec {

/// One thing that the judge has to say about a transcript.
struct Finding {
    Grade grade = Grade::pass;
    std::string requirement;  ///< Empty: the requirement that the case is about.
    std::string what;         ///< Free of octets that the target chose: fit for a terminal as it is.
    /// Octets of the target's stream up to where it shows; nothing if it is about something that did not come.
    std::optional<std::uint64_t> offset = {};
};

/// The four axes of a violation and of a closing (RFC 6455 section 7.1).
struct ClosingRecord {
    bool detected = false;    ///< The violation, if there was one, made the target end the connection.
    bool close_sent = false;  ///< The target sent a Close frame.
    std::uint16_t code = 0;   ///< Its code; 1005 without a body, 0 if none was sent.
    bool code_fits = false;   ///< The code says what was wrong.
    enum class End { open, target_fin, target_reset, tester } end = End::open;  ///< How TCP ended.
    bool clean = false;                                                         ///< Close frames both ways, then FIN.
};

struct Judgement {
    Grade grade = Grade::pass;
    /// The target ended the connection by a right that it has at any time (7.3): says nothing about the case.
    bool inconclusive = false;
    /// What the target said that it does not support, by a right that it has (7.4.1); empty: nothing.
    std::string unsupported = {};
    std::vector<Finding> findings;  ///< The worst first.
    ClosingRecord closing;
};

Judgement judge(const Forecast& forecast, std::span<const Seen> seen);

/// Nothing more has to come: the connection is over, or by some reading the target owes nothing and may leave it open.
/// A Close of ours, a violation and the end of our stream are settled by the end of the connection alone.
bool settled(const Forecast& forecast, std::span<const Seen> seen);
/// Every message is sent back, where the target echoes, and the last Ping is answered: nothing more has to come before
/// the connection is closed.
bool owes_nothing(const Forecast& forecast, std::span<const Seen> seen);

/// What a target owes for the whole stream, in words: for people, when nothing came.
std::string describe_owed(const Forecast& forecast);

/// The statement that binds the sender, where `receiver` is the one that binds the receiver of the same fault.
std::string_view sender_requirement(std::string_view receiver);

}  // namespace wsspec
