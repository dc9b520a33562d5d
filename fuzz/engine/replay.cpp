// fuzz_replay: every fuzz target in one program that any compiler builds.
//
//     fuzz_replay TARGET PATH…       runs the target on each file, or each file of a folder
//     fuzz_replay --all FOLDER…      runs each target on the files of FOLDER/<target>, where that is there
//     fuzz_replay --bench TARGET PATH…  runs them over and over for two seconds and prints how many a second
//     fuzz_replay --show PATH…       prints the scripts that the files encode, and what goes over the wire
//     fuzz_replay --list             names the targets
//
// Exit status: 0, or 2 for a wrong call; a broken contract ends the process as the target does, behind the name of the
// file.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cases/describe.h"
#include "fuzz/engine/fixed_random.h"
#include "fuzz/engine/targets_table.h"
#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"

namespace {

using wsspec::targets::FuzzTarget;
namespace fs = std::filesystem;

const FuzzTarget* find(std::string_view name) {
    for (const auto& target : wsspec::targets::all)
        if (target.name == name) return &target;
    return nullptr;
}

wsspec::Octets content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> files(const fs::path& path) {
    if (!fs::is_directory(path)) return {path};
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file() && entry.path().extension() != ".md") out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

/// What ran last stands here when a contract breaks.
void announce(const fs::path& path) {
    static std::FILE* const last = std::getenv("FUZZ_REPLAY_VERBOSE") != nullptr ? stderr : nullptr;
    if (last != nullptr) std::fprintf(last, "%s\n", path.c_str());
}
const char* running = "";
void name_the_input(int) {
    std::fprintf(stderr, "while running %s\n", running);
    std::signal(SIGABRT, SIG_DFL);
}

std::size_t replay(const FuzzTarget& target, const fs::path& path) {
    std::size_t count = 0;
    for (const auto& file : files(path)) {
        announce(file);
        wsspec::Octets const input = content(file);
        std::string const name = std::string(target.name) + " " + file.string();
        running = name.c_str();
        wsspec::targets::restart_random();
        target.run(input);
        ++count;
    }
    return count;
}

int bench(const FuzzTarget& target, int count, char** paths) {
    std::vector<wsspec::Octets> inputs;
    for (int i = 0; i < count; ++i)
        for (const auto& file : files(paths[i])) inputs.push_back(content(file));
    if (inputs.empty()) return 2;
    using Clock = std::chrono::steady_clock;
    auto const start = Clock::now();
    std::size_t runs = 0;
    std::chrono::duration<double> took{};
    do {
        for (const auto& input : inputs) target.run(input);
        runs += inputs.size();
        took = Clock::now() - start;
    } while (took.count() < 2);
    std::printf("%s: %.0f executions a second over %zu inputs\n", std::string(target.name).c_str(),
                static_cast<double>(runs) / took.count(), inputs.size());
    return 0;
}

void show(const fs::path& path) {
    auto const script = wsspec::decode(content(path));
    for (const auto& step : script) std::printf("%s\n", wsspec::describe(step).c_str());
    auto const stream = wsspec::wire_stream(script, wsspec::Role::client, 1U << 20);
    std::printf("%zu octets from a client: %s\n", stream.octets.size(), wsspec::to_hex(stream.octets, 300).c_str());
}

int usage() {
    std::fputs(
        "usage: fuzz_replay TARGET PATH... | --all FOLDER... | --bench TARGET PATH... | --show PATH... | --list\n",
        stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return usage();
    std::signal(SIGABRT, name_the_input);
    wsspec::targets::fix_random();
    std::string_view const first = argv[1];
    if (first == "--list") {
        for (const auto& target : wsspec::targets::all) std::printf("%s\n", std::string(target.name).c_str());
        return 0;
    }
    std::size_t count = 0;
    if (first == "--all") {
        for (int i = 2; i < argc; ++i)
            for (const auto& target : wsspec::targets::all)
                if (fs::is_directory(fs::path(argv[i]) / target.name))
                    count += replay(target, fs::path(argv[i]) / target.name);
    } else if (first == "--show") {
        for (int i = 2; i < argc; ++i) show(argv[i]);
        return argc > 2 ? 0 : usage();
    } else if (first == "--bench") {
        const FuzzTarget* const target = argc > 3 ? find(argv[2]) : nullptr;
        return target == nullptr ? usage() : bench(*target, argc - 3, argv + 3);
    } else {
        const FuzzTarget* const target = find(first);
        if (target == nullptr || argc < 3) return usage();
        for (int i = 2; i < argc; ++i) {
            if (!fs::exists(argv[i])) return usage();
            count += replay(*target, argv[i]);
        }
    }
    std::printf("%zu inputs\n", count);
    // A folder without inputs is a wrong path, not a success.
    return count == 0 ? 2 : 0;
}
