// The commands of the program. Each takes its options as a plain value and returns the exit status.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cases/case.h"
#include "reports/run.h"
#include "runner/outputs.h"
#include "runner/select.h"
#include "runner/server_target.h"

namespace wsspec {

/// Exit statuses; see `wsspec --help`.
enum Exit : int {
    exit_as_required = 0,
    exit_worse = 1,       ///< A case is worse than required, or than the baseline.
    exit_usage = 2,       ///< The command line, a file that it names or that cannot be written, a selection of nothing.
    exit_incomplete = 3,  ///< The target could not be reached, or was lost; or files or memory ran out.
    exit_own_defect = 4,
};

enum class Color { automatic, always, never };

struct BaselineOptions {
    std::string file = {};
    bool update = false;  ///< Write what the run asks for to `file`, instead of judging by it.
};

/// Of which cases the result file keeps the transcript.
enum class Keep {
    all,
    failures,  ///< Of those that are neither a pass nor informational.
    none,
};

struct RunOptions : ServerOptions {
    Selection selection = {};
    unsigned jobs = 8;
    double timeout_s = 0;  ///< 0: from the measured round trip.
    std::uint64_t seed = 0;
    std::string delivery = {};  ///< As parse_delivery() takes it; empty: as the cases are written.
    std::string profile = "standard";
    bool strict = false;     ///< non-strict counts as worse.
    bool allow_dos = false;  ///< Play what may hurt a target that others use.
    int pid = 0;             ///< The target's process, to be watched; 0: that of `spawn`, if any.
    std::string json_file = {};
    OutputOptions outputs = {};
    BaselineOptions baseline = {};
    std::optional<Shard> shard = {};
    Keep keep_transcripts = Keep::all;
    bool quiet = false;
    Color color = Color::automatic;

    // For callers other than the command line.
    bool silent = false;     ///< Nothing on standard output, not even the summary.
    std::string agent = {};  ///< The target's name in reports; empty: what its Server field says.
    /// Where there is no terminal: how often a line on standard error says how far the run is, unless `quiet` or
    /// `silent`.
    std::chrono::milliseconds note_every{60'000};
    /// A case that this agent is spared: skipped.
    std::function<bool(const std::string& agent, const std::string& id)> excluded = {};
    /// A case has its final verdict.
    std::function<void(const RunResult& run, const CaseResult& result)> on_result = {};
};
struct Ran {
    int status = 0;
    RunResult result = {};  ///< Without cases, if there was no run: status exit_usage.
};
Ran test_server(const RunOptions& options);
int run_command(const RunOptions& options);

struct ReportOptions {
    std::vector<std::string> files = {};
    std::vector<std::string> against = {};  ///< Older results: only what is worse than there fails.
    std::string json_file = {};
    OutputOptions outputs = {};
    BaselineOptions baseline = {};
    bool publishable = false;  ///< Of each result only what can be told to everybody: reports/publishable.h.
    bool strict = false;
    Color color = Color::automatic;
};
int report_command(const ReportOptions& options);

struct MatrixOptions {
    std::string file = {};               ///< TOML if its name says so, else JSON: runner/matrix_file.h.
    std::vector<std::string> only = {};  ///< Globs over the targets' names; empty: all.
    bool list = false;                   ///< Their names, and nothing else.
    bool install = false;                ///< Run each target's install command first.
    unsigned jobs = 1;                   ///< Targets at the same time.
    std::string results = {};            ///< Folder for each target's result (JSON) and log; empty: they are not kept.
    OutputOptions outputs = {};
    bool publishable = false;  ///< Of each result only what can be told to everybody: reports/publishable.h.
    bool strict = false;
    Color color = Color::automatic;
};
/// The exit status is the worst of all.
int matrix_command(const MatrixOptions& options);

struct ServeOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 9001;
    std::string certificate_file = {};
    std::string key_file = {};
    std::string tls_folder = {};  ///< wss with certificates that are made there; clients trust its ca.pem.
    Selection selection = {};
    double timeout_s = 5;
    std::uint64_t seed = 0;
    std::string delivery = {};  ///< As parse_delivery() takes it; empty: as the cases are written.
    std::string profile = "standard";
    bool strict = false;
    /// Where several agents come, the agent's name goes in front of the last dot of each file's name.
    std::string json_file = {};
    OutputOptions outputs = {};
    BaselineOptions baseline = {};
    Keep keep_transcripts = Keep::all;
    bool quiet = false;
    Color color = Color::automatic;
    std::string spawn = {};  ///< With {url}: a driver. With {case_url}: a client that is started for each case.
    unsigned jobs = 4;       ///< Clients at the same time, with {case_url}.
    bool allow_dos = false;  ///< Play what may hurt a client that others use.
    std::string agent = {};  ///< Their name.

    // For callers other than the command line.
    /// In place of `selection`, if not empty: the order in which clients count.
    std::vector<const Case*> cases = {};
    bool silent = false;                          ///< Nothing on standard output, not even the summary.
    std::optional<std::uint16_t> page_port = {};  ///< The page for people is there as well; 0: any free port.
    bool page_port_must = true;                   ///< Else a port that is taken is only mentioned.
    /// A case that this agent is spared: its connection opens and closes, and there is no result.
    std::function<bool(const std::string& agent, const std::string& id)> excluded = {};
    std::function<void(const std::string& url, std::uint16_t page_port)> on_listening = {};
    std::function<void(const std::string& agent, const std::string& id, const std::string& peer)> on_case = {};
    std::function<void()> on_update_reports = {};
    /// How long a driver may neither ask for anything nor play a case. Absent: a minute, or twelve times `timeout_s` if
    /// that is longer.
    std::optional<std::chrono::milliseconds> driver_patience = {};
};
int serve_command(const ServeOptions& options);

struct ListOptions {
    Selection selection = {};
    bool json = false;
    bool faults = false;
    bool markdown = false;  ///< All of it as a page.
    bool groups = false;    ///< Number and title of each, a tab between them.
};
int list_command(const ListOptions& options);
int explain_command(const std::vector<std::string>& globs);
/// `check`: exit_worse, and a line for each statement that has neither a case nor a reason why not.
int coverage_command(bool json, bool check);

/// Writes the inputs that fuzzing starts from: a folder for each target, each file named by the SHA-1 of its content.
int seeds_command(const std::string& folder);

struct EchoOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 9001;
    std::string unix_path = {};
    std::string certificate_file = {};
    std::string key_file = {};
    std::vector<std::string> subprotocols = {};
    std::uint64_t max_message = 64U << 20;
    bool deflate = true;  ///< Agree on permessage-deflate with clients that offer it.
    std::string fault = {};
};
int echo_command(const EchoOptions& options);

struct ConnectOptions {
    std::string url;
    std::string ca_file = {};
    bool insecure = false;
    std::vector<std::string> headers = {};
    std::vector<std::string> subprotocols = {};
    std::string unix_path = {};
    bool deflate = true;  ///< Offer permessage-deflate.
};
int connect_command(const ConnectOptions& options);

/// One line on standard error; returns exit_usage.
int usage_error(const std::string& what);

}  // namespace wsspec
