#include "fuzz/adapters/parser_fuzzing.h"

#include <openssl/sha.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "fuzz/adapters/parser_input.h"
#include "fuzz/dice.h"
#include "fuzz/mutator.h"
#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "reference/requirements.h"

namespace wsspec {

namespace {

std::string program = "fuzzer";
std::string artifact_prefix = "./";

std::string sha1_of(OctetView input) {
    std::array<Octet, SHA_DIGEST_LENGTH> digest;
    SHA1(input.data(), input.size(), digest.data());
    std::string name = to_hex(digest);
    std::erase(name, ' ');
    return name;
}

/// As libFuzzer names it.
std::string artifact_name(OctetView input) { return artifact_prefix + "crash-" + sha1_of(input); }

void report(const wsspec_parser_adapter& adapter, const ParserFailure& failure, const std::string& file) {
    auto const text = describe(failure, adapter.name, program + " " + file);
    std::fputs(("\n" + text).c_str(), stderr);
    std::fflush(stderr);
}

std::optional<std::string_view> option(std::string_view argument, std::string_view name) {
    if (!argument.starts_with(name)) return std::nullopt;
    return argument.substr(name.size());
}

template <class Number>
bool read_number(std::string_view text, Number& into) {
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc() && end == text.data() + text.size();
}

int usage() {
    std::string const text = "usage: " + program + " [OPTION...] [FILE or FOLDER...]\n" + R"(
Replays the files; without any, all cases of wsspec, and then scripts made of them by chance.

  -runs=N                at most N scripts made by chance
  -max_total_time=N      at most N seconds
  -seed=N                of chance: the same scripts for the same seed
  -keep_going=1          to the end, with a report for each rule and requirement
  -artifact_prefix=PATH  in front of the names of files for what is found
  -write_seeds=FOLDER    writes what a fuzzer can start from, and ends
)";
    std::fputs(text.c_str(), stderr);
    return 2;
}

int complain(const std::string& what) {
    std::fputs((program + ": " + what + "\n").c_str(), stderr);
    return 2;
}

bool write_file(const std::string& name, OctetView octets) {
    std::ofstream out(name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
    return static_cast<bool>(out.flush());
}

/// The exit status.
int write_seeds(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    ParserSeeds seeds(0);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        Octets const seed = encode(seeds.next());
        if (std::string const name = folder + "/" + sha1_of(seed); !write_file(name, seed))
            return complain("cannot write " + printable(name, 200));
    }
    std::printf("%s: %zu seeds\n", printable(folder, 200).c_str(), seeds.size());
    return 0;
}

/// Replays what the command line names and, without names, the seeds and what is made of them.
class Replay {
public:
    explicit Replay(const wsspec_parser_adapter& adapter) : adapter_(adapter) {}

    std::uint64_t runs = 0;
    std::uint64_t seconds = 0;
    std::uint64_t seed = 1;
    std::uint64_t keep_going = 0;

    int files(std::vector<std::string> names) {
        namespace fs = std::filesystem;
        std::vector<fs::path> all;
        for (const auto& name : names) {
            std::error_code error;
            if (fs::is_directory(name, error)) {
                for (const auto& entry : fs::directory_iterator(name))
                    if (entry.is_regular_file()) all.push_back(entry.path());
            } else if (fs::is_regular_file(name, error)) {
                all.emplace_back(name);
            } else {
                return complain("no such file or folder: " + printable(name, 200));
            }
        }
        std::ranges::sort(all);
        for (const auto& path : all) {
            std::ifstream in(path, std::ios::binary);
            Octets const input{std::istreambuf_iterator<char>(in), {}};
            ++done_;
            if (auto found = check_input(adapter_, input); found && is_new(*found)) {
                if (auto const status = failed(*found, path.string())) return status;
            }
        }
        return finished(std::to_string(all.size()) + (all.size() == 1 ? " file" : " files"));
    }

    int seeds_and_more() {
        ParserSeeds seeds(seed);
        for (std::size_t i = 0; i < seeds.size(); ++i)
            if (auto const status = one(seeds.next())) return status;
        auto const cases = "all cases (" + std::to_string(done_) + " scripts)";
        if (runs == 0 && seconds == 0) return finished(cases);
        std::uint64_t const until = runs != 0 ? done_ + runs : UINT64_MAX;
        while (done_ < until && (seconds == 0 || elapsed() < static_cast<double>(seconds)))
            if (auto const status = one(seeds.next())) return status;
        return finished(cases + " and " + std::to_string(done_ - seeds.size()) + " made of them, seed " +
                        std::to_string(seed));
    }

private:
    int one(const Script& script) {
        ++done_;
        for (auto const role : {Role::server, Role::client}) {
            auto input = parser_input(script, role, adapter_.deflate != 0);
            if (input.stream.empty()) continue;
            if (auto found = check_parser(adapter_, input); found && is_new(*found))
                if (auto const status = failed(*found, keep(encode(script)))) return status;
        }
        return 0;
    }
    bool is_new(const ParserFailure& failure) { return found_.emplace(failure.rule, failure.requirement).second; }
    /// 0: go on.
    int failed(const ParserFailure& failure, const std::string& file) {
        report(adapter_, failure, file);
        return keep_going != 0 ? 0 : failure_status;
    }
    /// In a file, whose name it returns.
    static std::string keep(OctetView input) {
        auto name = artifact_name(input);
        if (!write_file(name, input)) complain("cannot write " + printable(name, 200));
        return name;
    }
    int finished(const std::string& what) const {
        std::string const found = found_.empty() ? "nothing" : std::to_string(found_.size()) + " kinds of failures";
        std::printf("%s: %s in %.1f s, %s found\n", adapter_.name, what.c_str(), elapsed(), found.c_str());
        return found_.empty() ? 0 : failure_status;
    }
    double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    static constexpr int failure_status = 77;  // libFuzzer's

    const wsspec_parser_adapter& adapter_;
    std::set<std::pair<ParserFailure::Rule, std::string>> found_;
    std::uint64_t done_ = 0;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// What the catalogue has no use for: lengths that a target over TCP could only be silent about, since nothing of what
/// is announced follows, and what would follow if the length were misread.
const std::vector<Script>& own_seeds() {
    static const std::vector<Script> seeds = [] {
        std::vector<Script> out;
        auto const misread = [&](std::uint64_t length, std::size_t as) {
            out.push_back({open(), send({binary(Octets(as, 'x')).in_form(LengthForm::sixtyfour_bits).claiming(length),
                                         ping("misread"), close_frame(1000)})});
        };
        misread((std::uint64_t{1} << 32) + 5, 5);  // narrowed to 32 bits
        misread((std::uint64_t{1} << 31) + 5, 5);  // to 31
        misread(65536 + 5, 5);                     // to 16
        // Announced in the middle of a message: what is allocated for it, and how the sum is formed.
        for (auto const length : {std::uint64_t{16} << 20, std::uint64_t{1} << 40, (std::uint64_t{1} << 63) - 1})
            out.push_back({open(), send({text("some").more(), continuation("more").claiming(length)})});
        return out;
    }();
    return seeds;
}

std::size_t put(const Octets& made, std::uint8_t* out, std::size_t most) {
    std::size_t const size = std::min(made.size(), most);
    std::copy_n(made.begin(), size, out);
    return size;
}

}  // namespace

std::string problem_of(const wsspec_parser_adapter& adapter) {
    if (adapter.abi == 0 || adapter.abi > WSSPEC_PARSER_ABI)
        return "the adapter is for version " + std::to_string(adapter.abi) +
               " of the interface, this fuzzer knows versions up to " + std::to_string(WSSPEC_PARSER_ABI);
    if (adapter.name == nullptr) return "the adapter has no name";
    if (adapter.create == nullptr || adapter.feed == nullptr || adapter.destroy == nullptr)
        return "the adapter lacks create, feed or destroy";
    if (adapter.roles == 0 || (adapter.roles & ~(WSSPEC_SERVER | WSSPEC_CLIENT)) != 0)
        return "`roles` must be WSSPEC_SERVER, WSSPEC_CLIENT or both";
    if (adapter.deflate != 0 && adapter.deflate != 1) return "`deflate` must be 0 or 1";
    if (adapter.permitted == nullptr && adapter.permitted_count != 0) return "`permitted` is NULL, its count is not 0";
    for (std::size_t i = 0; i < adapter.permitted_count; ++i) {
        const auto& one = adapter.permitted[i];
        if (one.requirement == nullptr || find_requirement(one.requirement) == nullptr)
            return "`permitted` names a requirement that does not exist: " +
                   printable(one.requirement != nullptr ? one.requirement : "NULL", 40);
        if (one.reason == nullptr || *one.reason == '\0')
            return std::string("no reason is given for permitting ") + one.requirement;
    }
    return {};
}

ParserSeeds::ParserSeeds(std::uint64_t number) : state_(number) {
    // Most scripts are for both roles, and many differ in nothing but their handshake or expectations.
    std::set<std::pair<Octets, Octets>> known;
    for (const auto& seed : own_seeds()) scripts_.push_back(&seed);
    for (auto const role : {Role::server, Role::client}) {
        for (const auto& one : catalogue_scripts(role)) {
            auto const server = parser_input(*one.script, Role::server, true);
            auto client = parser_input(*one.script, Role::client, true);
            if (server.stream.empty() && client.stream.empty()) continue;
            auto key = server.stream;
            for (int const bits : {server.agreement ? server.agreement->client_max_window_bits : 0,
                                   server.agreement ? server.agreement->server_max_window_bits : 0})
                key.push_back(static_cast<Octet>(bits));
            key.push_back(server.agreement && server.agreement->client_no_context_takeover);
            key.push_back(server.agreement && server.agreement->server_no_context_takeover);
            for (auto const cut : server.cuts) key.push_back(static_cast<Octet>(cut));
            if (known.emplace(std::move(key), std::move(client.stream)).second) scripts_.push_back(one.script);
        }
    }
}

Script ParserSeeds::next() {
    if (given_ < scripts_.size()) return *scripts_[given_++];
    given_ = scripts_.size() + 1;
    Dice dice(state_++);
    const Script& base = *dice.pick(scripts_);
    Script made = dice.one_in(4) ? splice(base, *dice.pick(scripts_), dice.number()) : base;
    return mutate(made, dice.number());
}

std::optional<ParserFailure> check_input(const wsspec_parser_adapter& adapter, OctetView input) {
    for (const auto& made : parser_inputs(input, adapter))
        if (auto found = check_parser(adapter, made)) return found;
    return std::nullopt;
}

void begin_fuzzing(const wsspec_parser_adapter& adapter, int argc, const char* const* argv) {
    if (argc > 0) program = argv[0];
    for (int i = 1; i < argc; ++i) {
        if (auto const prefix = option(argv[i], "-artifact_prefix=")) artifact_prefix = *prefix;
        if (auto const folder = option(argv[i], "-write_seeds=")) std::exit(write_seeds(std::string(*folder)));
    }
    if (auto const problem = problem_of(adapter); !problem.empty()) std::exit(complain(problem));
}

void fuzz_one(const wsspec_parser_adapter& adapter, OctetView input) {
    auto const found = check_input(adapter, input);
    if (!found) return;
    report(adapter, *found, artifact_name(input));
    std::abort();
}

std::size_t mutate_input(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    Octets made = encode(mutate(decode(OctetView(data, size)), seed));
    return put(made, data, most);
}

std::size_t cross_inputs(OctetView one, OctetView other, std::uint8_t* out, std::size_t most, unsigned seed) {
    return put(encode(splice(decode(one), decode(other), seed)), out, most);
}

int replay_main(const wsspec_parser_adapter& adapter, int argc, const char* const* argv) {
    begin_fuzzing(adapter, argc, argv);
    Replay replay(adapter);
    std::vector<std::string> files;
    for (int i = 1; i < argc; ++i) {
        std::string_view const argument = argv[i];
        if (auto const number = option(argument, "-runs=")) {
            if (!read_number(*number, replay.runs)) return usage();
        } else if (auto const number2 = option(argument, "-max_total_time=")) {
            if (!read_number(*number2, replay.seconds)) return usage();
        } else if (auto const number3 = option(argument, "-seed=")) {
            if (!read_number(*number3, replay.seed)) return usage();
        } else if (auto const number4 = option(argument, "-keep_going=")) {
            if (!read_number(*number4, replay.keep_going)) return usage();
        } else if (option(argument, "-artifact_prefix=")) {
            continue;
        } else if (argument.starts_with("-")) {
            return usage();
        } else {
            files.emplace_back(argument);
        }
    }
    return files.empty() ? replay.seeds_and_more() : replay.files(std::move(files));
}

}  // namespace wsspec
