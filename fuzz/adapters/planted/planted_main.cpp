// The table that shows what the harness finds: for each planted bug after how many executions and how long, by which
// rule. `planted_bugs [--seconds N] [--executions N] [--seed N] [--verbose] [NAME...]`; the name `none` is the parser
// without a bug, which must not be accused however long one looks.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

#include "fuzz/adapters/parser_fuzzing.h"
#include "fuzz/adapters/parser_input.h"
#include "fuzz/adapters/planted/planted_bugs.h"

namespace {

using namespace wsspec;
using Clock = std::chrono::steady_clock;

/// One parser that is being looked at: its own bug, and what was spent on it alone.
struct Hunt {
    const PlantedBug* bug = nullptr;  ///< nullptr: the parser without one.
    wsspec_parser_adapter adapter{};
    std::uint64_t executions = 0;  ///< Scripts, each in all its chunkings.
    Clock::duration spent{};
    std::optional<ParserFailure> found = {};
    bool by_seed = false;
};

bool is_right(const Hunt& hunt) {
    if (hunt.bug == nullptr) return !hunt.found;
    if (!hunt.found || (!hunt.bug->requirement.empty() && hunt.found->requirement != hunt.bug->requirement))
        return false;
    // It is the bug that was found: without it, the same stream finds nothing.
    return !check_parser(planted_parser(nullptr), hunt.found->input);
}

void print(const Hunt& hunt) {
    std::string const name(hunt.bug != nullptr ? hunt.bug->name : "(no bug)");
    double const seconds = std::chrono::duration<double>(hunt.spent).count();
    if (!hunt.found) {
        std::printf("%-28s nothing found %17llu %9.3f s\n", name.c_str(),
                    static_cast<unsigned long long>(hunt.executions), seconds);
        return;
    }
    std::printf("%-28s %-13s %-15s %-8s %6llu %9.3f s%s\n", name.c_str(),
                std::string(to_string(hunt.found->rule)).c_str(), hunt.found->requirement.c_str(),
                hunt.by_seed ? "seed" : "mutated", static_cast<unsigned long long>(hunt.executions), seconds,
                is_right(hunt) ? "" : "   not as it should be");
}

bool read(std::string_view text, std::uint64_t& into) {
    return std::from_chars(text.data(), text.data() + text.size(), into).ec == std::errc();
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t seconds = 60;
    std::uint64_t executions = 0;
    std::uint64_t seed = 1;
    bool verbose = false;
    std::vector<std::string_view> names;
    for (int i = 1; i < argc; ++i) {
        std::string_view const argument = argv[i];
        std::uint64_t* const number = argument == "--seconds"      ? &seconds
                                      : argument == "--executions" ? &executions
                                      : argument == "--seed"       ? &seed
                                                                   : nullptr;
        if (argument == "--verbose") {
            verbose = true;
        } else if (number == nullptr && !argument.starts_with("-")) {
            names.push_back(argument);
        } else if (number == nullptr || ++i == argc || !read(argv[i], *number)) {
            std::fputs("usage: planted_bugs [--seconds N] [--executions N] [--seed N] [--verbose] [NAME...]\n", stderr);
            return 2;
        }
    }

    std::vector<Hunt> hunts;
    bool const only_sound = names == std::vector<std::string_view>{"none"};
    if (names.empty() || only_sound) hunts.push_back({.adapter = planted_parser(nullptr)});
    for (const auto& bug : planted_bugs())
        if (names.empty() || std::ranges::find(names, bug.name) != names.end())
            hunts.push_back({.bug = &bug, .adapter = planted_parser(&bug)});
    if (hunts.empty()) {
        std::fputs("planted_bugs: no bug has that name\n", stderr);
        return 2;
    }

    // All at once over the same scripts, since what the RFCs say of a script is the same for all; the time for that
    // counts for each as if it had been alone.
    ParserSeeds seeds(seed);
    std::size_t open = hunts.size();
    auto const limit = std::chrono::seconds(seconds);
    for (std::uint64_t n = 0; open > 0 && (n < seeds.size() || executions == 0 || n < executions); ++n) {
        Script const script = seeds.next();
        auto const before = Clock::now();
        std::vector<ParserExpectation> expected;
        for (auto const role : {Role::server, Role::client})
            if (auto input = parser_input(script, role, true); !input.stream.empty())
                expected.emplace_back(std::move(input));
        auto const shared = Clock::now() - before;
        for (auto& hunt : hunts) {
            if (hunt.found || hunt.spent >= limit) continue;
            auto const started = Clock::now();
            ++hunt.executions;
            for (const auto& one : expected)
                if (!hunt.found) hunt.found = one.check(hunt.adapter);
            hunt.by_seed = seeds.unchanged();
            hunt.spent += shared + (Clock::now() - started);
            // The parser without a bug is looked at for as long as the others need.
            if (hunt.found || hunt.spent >= limit) --open;
        }
        if (open == 1 && !only_sound && hunts.front().bug == nullptr && !hunts.front().found && !seeds.unchanged())
            break;
    }

    std::printf("%-28s %-13s %-15s %-8s %6s %11s\n", "bug", "rule", "requirement", "from", "runs", "time");
    bool right = true;
    for (const auto& hunt : hunts) {
        print(hunt);
        if (hunt.found && (verbose || !is_right(hunt)))
            std::fputs(
                describe(*hunt.found, hunt.adapter.name, "planted_bugs " + std::string(hunt.adapter.name)).c_str(),
                stdout);
        right = right && is_right(hunt);
    }
    return right ? 0 : 1;
}
