// Where the reports of a run go: one table of writers, which `run` and `report` share.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <variant>

#include "reports/run.h"

namespace wsspec {

/// A report that an option writes to a file, or to a folder.
struct Writer {
    using Runs = std::span<const RunResult>;
    /// Pure; `strict` as in standing.h.
    using File = std::function<std::string(Runs runs, bool strict, const std::string& path)>;
    /// Names in the folder to contents.
    using Folder = std::function<std::map<std::string, std::string>(Runs runs)>;

    std::string option;  ///< "--junit"
    std::string help;
    std::variant<File, Folder> write;

    /// What the option takes.
    const char* value_name() const { return std::holds_alternative<Folder>(write) ? "DIR" : "FILE"; }
};

/// All but --json, which is written as the run goes on. A new report is a row here, and nothing else.
std::span<const Writer> writers();

struct OutputOptions {
    std::map<std::string, std::string> files = {};  ///< Option of a writer to path of its file or folder.
    bool github = false;                            ///< Annotations and job summary.
};

/// Writes each file that was asked for, whole or not at all. False: one could not be written, and `error` says why.
bool write_outputs(std::span<const RunResult> runs, const OutputOptions& options, bool strict, std::string& error);

/// Annotations to standard output, the summary behind what $GITHUB_STEP_SUMMARY holds already.
bool write_to_github(std::span<const RunResult> runs, bool strict, std::string& error);

/// While it lives, GitHub takes nothing on standard output for a command: see stop_commands().
class CommandsStopped {
public:
    explicit CommandsStopped(bool github);
    ~CommandsStopped();
    CommandsStopped(const CommandsStopped&) = delete;
    CommandsStopped& operator=(const CommandsStopped&) = delete;
    /// The same as its end.
    void resume();

private:
    std::string token_;
};

}  // namespace wsspec
