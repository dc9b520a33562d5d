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

/// One size of a case that shows how a target copes with more and more (group 17).
struct GrowthPoint {
    std::uint64_t size = 0;
    double seconds = 0;  ///< CPU time of the target's process, if that is known; else from the first octet to the end.

    bool operator==(const GrowthPoint&) const = default;
};

/// What a case of group 17 did to the target's process and its descendants, and how time grew: figures, not verdicts.
struct Resources {
    std::uint64_t octets_sent = 0;  ///< By all connections of the case.
    /// All that follows is of the process, where it is known (`processes` is not 0).
    unsigned processes = 0;
    std::uint64_t memory_before = 0;  ///< Octets that are resident.
    std::uint64_t memory_peak = 0;
    std::uint64_t memory_after = 0;  ///< When the case's connections were closed and a fresh one had been made.
    double cpu_seconds = 0;
    std::uint64_t files_before = 0;  ///< Open file descriptors.
    std::uint64_t files_peak = 0;
    std::uint64_t files_after = 0;
    std::vector<GrowthPoint> growth = {};
    double exponent = 0;  ///< Of the power law that fits `growth` best; 0: not known.

    bool operator==(const Resources&) const = default;

    /// Octets that it held at most.
    std::uint64_t held() const { return memory_peak > memory_before ? memory_peak - memory_before : 0; }
};

/// The statement that decided a verdict, in words: a file must be readable without the catalogue of its day.
struct Citation {
    std::string rfc;        ///< "6455", or "IANA" for a registry.
    std::string section;    ///< "5.1"
    std::string level;      ///< "MUST", "SHOULD NOT" …
    std::string statement;  ///< One sentence, ours.

    bool operator==(const Citation&) const = default;
};

/// What a baseline expects of a case, and why; see reports/baseline.h.
struct KnownVerdict {
    Verdict verdict = Verdict::fail;
    std::string reason;  ///< Never empty: without a reason nothing is expected.
    std::string link = {};
    std::string expires = {};  ///< "2027-01-31", the last day on which it counts; empty: no end.

    bool operator==(const KnownVerdict&) const = default;
};

struct CaseResult {
    std::string id;
    std::string title = {};
    std::string group = {};  ///< "6"
    std::string group_title = {};
    std::vector<std::string> requirements = {};  ///< What the case covers: ids.
    Verdict verdict = Verdict::error;
    std::string detail = {};  ///< One sentence: why this verdict.
    /// Of a verdict that came with another delivery than the case's own: which, and what the verdict is without.
    std::string delivery = {};
    std::string requirement = {};        ///< The statement that decided; empty for a pass.
    std::optional<Citation> cited = {};  ///< The same in words.
    std::optional<KnownVerdict> known = {};
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
    std::optional<Resources> resources = {};
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
    bool takes_text_alone = false;                   ///< It closed with 1003 over a binary message (7.4.1).
    std::uint64_t greetings = 0;
    double round_trip_ms = 0;
    std::string agent = {};  ///< The Server field of its response, if any; as it came.
    std::vector<Defect> handshake_defects = {};
    std::string foreign_data = {};  ///< How one connection was seen to get what another had sent; empty: it was not.
    std::string failure = {};       ///< Why no run is possible; empty if one is.
};

/// Who wrote a file.
struct ToolInfo {
    std::string name = "wsspec";
    std::string version = {};
};

/// `--shard 2/3`: every third case from the second on, in the order of the catalogue.
struct Shard {
    std::uint64_t index = 1;  ///< From 1.
    std::uint64_t of = 1;

    bool operator==(const Shard&) const = default;
};

struct RunResult {
    ToolInfo tool = {};
    std::string role = "server";
    std::string url;
    ProbedProfile profile;
    std::map<std::string, std::string> options;  ///< As given on the command line.
    std::uint64_t seed = 0;
    std::string started;  ///< UTC, ISO 8601.
    double duration_ms = 0;
    bool complete = false;
    std::vector<std::string> incomplete_because = {};  ///< A sentence each; empty where `complete`.
    /// Cases that the options select. A shard plays only its part of them; else there is a result for each.
    std::uint64_t selected = 0;
    std::optional<Shard> shard = {};
    /// The command that plays one case again; "{case}" stands for its id. Quoted for a POSIX shell.
    std::string rerun = {};
    std::vector<CaseResult> cases;  ///< In id order.

    std::size_t count(Verdict verdict) const;
};

/// The result with everything that this version's catalogue says of its case and of the statement that decided. What
/// is in no catalogue stays as it is.
CaseResult described(CaseResult result);

/// The command that plays the case again; empty if the run does not say.
std::string rerun_command(const RunResult& run, std::string_view id);

}  // namespace wsspec
