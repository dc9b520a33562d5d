// The fuzzer of live targets: makes scripts, plays them concurrently, and has the forecast judge them. What it finds is
// played again alone, shrunk by playing, and reported once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fuzz/generator.h"
#include "runner/arena.h"
#include "runner/breach.h"
#include "runner/session.h"

namespace wsspec {

struct FuzzSettings {
    /// For every script; `player.profile` says what is known of the target.
    SessionSettings session = {};
    GeneratorSettings generator = {};
    std::uint64_t seed = 0;
    unsigned jobs = 8;
    std::uint64_t most_scripts = 0;                ///< 0: no limit.
    std::chrono::milliseconds time{0};             ///< In which scripts are begun; 0: no limit.
    unsigned most_findings = 0;                    ///< 0: no limit.
    bool strict = false;                           ///< Non-strict behaviour counts.
    std::chrono::milliseconds round_trip{0};       ///< As measured: how long to wait while shrinking.
    std::chrono::milliseconds shrink_time{30000};  ///< For one finding, at most.
};

struct FuzzFinding {
    Breach breach = {};
    Script script = {};    ///< The smallest that shows it, as it was played: with what the reference expects, if that.
    Script original = {};  ///< As it was made.
    std::uint64_t number = 0;      ///< Of the script, from 0.
    std::uint64_t keys = 0;        ///< PlayerSettings::seed, for the same masking keys.
    unsigned confirmed = 0;        ///< Times that it showed alone, one after another. 0: only among others.
    std::uint64_t again = 0;       ///< Further scripts that showed the same.
    std::size_t questions = 0;     ///< Scripts that shrinking took.
    double seconds = 0;            ///< From the first sight to here.
    SessionResult session = {};    ///< Of the last time.
    std::string last_output = {};  ///< Of a target that died, as it came.

    /// open, send, barrier …: what a reader has to read; expectations do not count.
    std::size_t steps() const;
};

/// A mismatch that did not show three times alone.
struct FuzzDoubt {
    Breach breach = {};
    std::uint64_t number = 0;
    std::uint64_t keys = 0;
    Script script = {};
};

struct FuzzOutcome {
    std::uint64_t scripts = 0;  ///< That were played to their end, confirming and shrinking not counted.
    std::uint64_t played_alone = 0;
    std::uint64_t inconclusive = 0;
    double seconds = 0;
    std::vector<FuzzFinding> findings = {};
    std::vector<FuzzDoubt> doubts = {};
    std::set<std::string> exercised = {};  ///< Requirements that were put to the test.
    unsigned restarts = 0;
    bool complete = false;
    std::string incomplete_because = {};  ///< One sentence; empty if complete.
};

/// The script of this number: the same for the same seed and settings.
Script fuzz_script(std::uint64_t number, const FuzzSettings& settings);
/// The seed of its masking keys.
std::uint64_t fuzz_keys(std::uint64_t number, const FuzzSettings& settings);

/// What a script is wrapped in to be played: no expectation but what its opening handshake asks for.
Case fuzz_case(Script script, Role target);

class Fuzzer {
public:
    struct Handlers {
        std::function<void(const FuzzFinding&)> finding = {};
        /// One is confirmed and shrunk now: in words.
        std::function<void(const std::string&)> busy = {};
        std::function<void()> done = {};
    };
    /// `arena` must stay until the fuzzer has gone.
    Fuzzer(boost::asio::any_io_executor executor, Arena& arena, FuzzSettings settings, Handlers handlers);
    ~Fuzzer();
    Fuzzer(const Fuzzer&) = delete;
    Fuzzer& operator=(const Fuzzer&) = delete;

    /// handlers.done follows, once.
    void start();
    /// Begins nothing more; what is known stays. handlers.done is not called any more.
    void interrupt();
    /// So far.
    const FuzzOutcome& outcome() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace wsspec
