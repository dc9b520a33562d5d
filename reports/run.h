// The run as plain structs: the one source of every report.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/http.h"
#include "reference/judge.h"
#include "reference/octets.h"

namespace wsspec {

/// How a case ended. Every selected case has exactly one.
enum class Verdict {
    pass,           ///< All that the RFC requires and recommends.
    non_strict,     ///< Every MUST is kept; a SHOULD, or the strict reading, is not.
    informational,  ///< No grade: a value is reported.
    fail,           ///< A MUST is broken.
    unimplemented,  ///< An optional feature that the target does not offer.
    skipped,        ///< Not run, with the reason.
    blocked,        ///< A case that it depends on failed.
    flaky,          ///< The verdict changed when the case ran alone.
    error,          ///< The tester or the connection, not the target's conformance.
};
inline constexpr Verdict all_verdicts[] = {Verdict::pass,    Verdict::non_strict,    Verdict::informational,
                                           Verdict::fail,    Verdict::unimplemented, Verdict::skipped,
                                           Verdict::blocked, Verdict::flaky,         Verdict::error};

/// "non-strict": as in files and on the terminal.
std::string_view to_string(Verdict verdict);
std::optional<Verdict> verdict_from(std::string_view name);

/// One write or one read, as it passed the transport.
struct TranscriptEntry {
    enum class Direction { sent, received, note };
    std::uint64_t at_us = 0;  ///< Since the connection was asked for.
    Direction direction = Direction::note;
    Octets octets = {};  ///< Possibly cut; `size` is what passed.
    std::uint64_t size = 0;
    std::string note = {};
};

/// What the round trips of a case measured (groups 9, 12, 13): figures, not verdicts.
struct Figures {
    std::uint64_t messages = 0;      ///< That came back.
    std::uint64_t message_size = 0;  ///< Octets of payload of the largest.
    std::uint64_t octets = 0;        ///< Payload of all, one way, before compression.
    /// Octets on the wire each way behind the opening handshake, frame headers included.
    std::uint64_t wire_sent = 0;
    std::uint64_t wire_received = 0;
    std::uint64_t compressed = 0;  ///< Messages that the target compressed.
    double seconds = 0;            ///< From the first octet sent to the last echo.
    /// From the last octet of a message to the end of its echo, in microseconds; 0 where several were under way.
    double round_trip_min_us = 0;
    double round_trip_median_us = 0;
    double round_trip_p99_us = 0;
};

struct CaseResult {
    std::string id;
    Verdict verdict = Verdict::error;
    std::string detail = {};       ///< One sentence: why this verdict.
    std::string requirement = {};  ///< The statement that decided; empty for a pass.
    std::string expected = {};
    std::string observed = {};
    std::vector<Finding> findings = {};
    ClosingRecord closing = {};
    double duration_ms = 0;
    unsigned attempts = 0;
    std::vector<TranscriptEntry> transcript = {};
    /// Octets of the target's stream (the opening handshake included) at which the verdict was decided.
    std::optional<std::uint64_t> deciding_octet = {};
    std::optional<Figures> figures = {};
    /// Of a flaky case: how it ended among the others.
    std::optional<Verdict> first_verdict = {};
    std::vector<TranscriptEntry> first_transcript = {};
};

/// What the probe found before the run.
struct ProbedProfile {
    bool reachable = false;
    bool upgrades = false;
    bool echoes = false;
    std::string echo_detail = {};  ///< Why not, or in what way not quite.
    std::vector<std::string> extensions = {};
    std::uint64_t message_limit = 0;                 ///< Octets of the largest message that came back.
    std::optional<std::uint64_t> refused_size = {};  ///< Octets of the smallest one that it refused with 1009.
    std::uint64_t greetings = 0;
    double round_trip_ms = 0;
    std::string agent = {};  ///< The Server field of its response, if any; as it came.
    std::vector<Defect> handshake_defects = {};
    std::string failure = {};  ///< Why no run is possible; empty if one is.
};

struct RunResult {
    std::string role = "server";
    std::string url;
    ProbedProfile profile;
    std::map<std::string, std::string> options;  ///< As given on the command line.
    std::uint64_t seed = 0;
    std::string started;  ///< UTC, ISO 8601.
    double duration_ms = 0;
    bool complete = false;
    std::vector<CaseResult> cases;  ///< In id order.

    std::size_t count(Verdict verdict) const;
};

}  // namespace wsspec
