#include "runner/judged.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>

#include "reports/file.h"
#include "reports/standing.h"
#include "reports/terminal.h"

namespace wsspec {

std::string today() {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return text;
}

std::string utc_now() {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::expected<std::string, std::string> read_file(const std::string& path) {
    // A file without end, say /dev/zero, must not take the machine with it.
    constexpr std::size_t most = std::size_t{1} << 30;
    auto const fail = [&](const std::string& why) {
        return std::unexpected("cannot read " + printable(path, 200) + ": " + why);
    };
    struct stat what{};
    if (::stat(path.c_str(), &what) == 0 && S_ISDIR(what.st_mode)) return fail("it is a folder");
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(std::strerror(errno));
    std::string text;
    std::string piece(1 << 20, '\0');
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
        text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > most) return fail("it is larger than 1 GiB");
    }
    if (in.bad()) return fail(std::strerror(errno));
    return text;
}

std::expected<Baseline, std::string> read_baseline(const BaselineOptions& options) {
    if (options.file.empty()) {
        if (options.update) return std::unexpected("--update-baseline needs --baseline FILE");
        return Baseline{};
    }
    struct stat ignored{};
    if (options.update && ::stat(options.file.c_str(), &ignored) != 0 && errno == ENOENT) return Baseline{};
    auto const text = read_file(options.file);
    if (!text) return std::unexpected(text.error());
    auto baseline = baseline_from_json(*text);
    if (!baseline) return std::unexpected(printable(options.file, 200) + ": " + baseline.error());
    return baseline;
}

std::string unknown_cases(const BaselineOptions& options, const std::vector<std::string>& ids) {
    constexpr std::size_t named = 5;
    std::string out = printable(options.file, 200) + " names " +
                      (ids.size() == 1 ? "a case that does not exist:" : "cases that do not exist:");
    for (std::size_t i = 0; i < ids.size() && i < named; ++i) out += " " + printable(ids[i], 40);
    return ids.size() > named ? out + fmt::format(" and {} more", ids.size() - named) : out;
}

int update_baseline(const BaselineOptions& options, const Baseline& old, const RunResult& run, bool strict) {
    if (!run.complete) {
        std::fprintf(stderr, "wsspec: the run is incomplete, so the baseline stays as it is\n");
        return exit_incomplete;
    }
    Baseline const fresh = updated(old, run, strict);
    std::string error;
    if (!write_atomically(options.file, to_json(fresh), error)) return usage_error(error);
    auto const without =
        std::ranges::count_if(fresh.cases, [](const auto& entry) { return lacks_reason(entry.second); });
    std::string text = printable(options.file, 200) + ": " + counted(fresh.cases.size(), "known case", "known cases");
    if (without != 0)
        text += fmt::format(", {} of them without a reason: write one for each, or it will not be accepted", without);
    std::puts(text.c_str());
    return exit_as_required;
}

int exit_status(std::span<const RunResult> runs, bool strict) {
    if (runs.empty() || !std::ranges::all_of(runs, &RunResult::complete)) return exit_incomplete;
    return std::ranges::any_of(runs, [&](const RunResult& run) { return fails(run, strict); }) ? exit_worse
                                                                                               : exit_as_required;
}

}  // namespace wsspec
