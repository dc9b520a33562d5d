#include "runner/outputs.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "reports/autobahn.h"
#include "reports/badge.h"
#include "reports/facts.h"
#include "reports/file.h"
#include "reports/github.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/pcap.h"
#include "reports/tap.h"
#include "reports/terminal.h"

namespace wsspec {

std::span<const Writer> writers() {
    using Runs = Writer::Runs;
    using File = Writer::File;
    static const Writer table[] = {
        {"--html", "Write one HTML page to FILE; it needs nothing else, and no network",
         File([](Runs runs, bool, const std::string&) { return to_html(runs); })},
        {"--junit", "Write JUnit XML to FILE",
         File([](Runs runs, bool strict, const std::string&) { return to_junit(runs, strict); })},
        {"--markdown", "Write Markdown to FILE; fits a job summary",
         File([](Runs runs, bool strict, const std::string&) { return to_markdown(runs, strict); })},
        {"--facts", "Write a page for publication to FILE: who breaks what (Markdown); limits and crashes are left out",
         File([](Runs runs, bool, const std::string&) { return to_facts(runs); })},
        {"--tap", "Write TAP (version 14) to FILE",
         File([](Runs runs, bool strict, const std::string&) { return to_tap(runs, strict); })},
        {"--badge", "Write a badge to FILE: a picture if it ends in .svg, else JSON for a Shields endpoint",
         File([](Runs runs, bool strict, const std::string& path) {
             auto const badge = badge_of(runs, strict);
             return path.ends_with(".svg") ? to_svg(badge) : to_shields(badge);
         })},
        {"--pcap", "Write what was exchanged to FILE (pcapng, without TLS), as far as transcripts are kept",
         File([](Runs runs, bool, const std::string&) { return to_pcapng(runs); })},
        {"--autobahn", "Write the files of Autobahn's report folder to DIR: index.json, index.html, two files a case",
         Writer::Folder([](Runs runs) { return to_autobahn(runs); })},
    };
    return table;
}

bool write_outputs(std::span<const RunResult> runs, const OutputOptions& options, bool strict, std::string& error) {
    for (const auto& writer : writers()) {
        auto const path = options.files.find(writer.option);
        if (path == options.files.end()) continue;
        const auto* const file = std::get_if<Writer::File>(&writer.write);
        bool const written = file != nullptr
                                 ? write_atomically(path->second, (*file)(runs, strict, path->second), error)
                                 : write_folder(path->second, std::get<Writer::Folder>(writer.write)(runs), error);
        if (!written) return false;
    }
    return true;
}

bool write_to_github(std::span<const RunResult> runs, bool strict, std::string& error) {
    std::fputs(to_github(runs, strict).c_str(), stdout);
    const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
    if (path == nullptr || *path == '\0') return true;
    std::error_code missing;
    auto const there = std::filesystem::file_size(path, missing);
    std::size_t const taken = missing ? 0 : static_cast<std::size_t>(there);
    if (taken >= markdown_limit) {
        error = "the job summary is full: " + printable(path, 200);
        return false;
    }
    std::ofstream summary(path, std::ios::binary | std::ios::app);
    summary << to_markdown(runs, strict, markdown_limit - taken);
    summary.flush();
    if (summary) return true;
    error = fmt::format("cannot write to {}: {}", printable(path, 200), std::strerror(errno));
    return false;
}

CommandsStopped::CommandsStopped(bool github) {
    if (!github) return;
    std::random_device random;
    for (unsigned i = 0; i < 4; ++i) token_ += fmt::format("{:08x}", random());
    std::fputs(stop_commands(token_).c_str(), stdout);
}

CommandsStopped::~CommandsStopped() { resume(); }

void CommandsStopped::resume() {
    if (token_.empty()) return;
    std::fputs(resume_commands(token_).c_str(), stdout);
    token_.clear();
}

}  // namespace wsspec
