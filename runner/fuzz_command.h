// `wsspec fuzz` and `wsspec replay`. Each takes its options as a plain value and returns the exit status (commands.h).
#pragma once

#include <cstdint>
#include <string>

#include "runner/commands.h"

namespace wsspec {

struct FuzzOptions : ServerOptions {
    bool client = false;  ///< Clients connect to us; `spawn` starts one for every script, with {url}.
    std::string host = "127.0.0.1";
    std::uint16_t port = 9001;
    unsigned jobs = 0;        ///< 0: 8 connections to a server, 2 clients.
    double timeout_s = 0;     ///< 0: from the measured round trip.
    double seconds = 0;       ///< 0, if `cases` is 0 as well: 60.
    std::uint64_t cases = 0;  ///< Scripts; 0: no limit.
    unsigned findings = 0;    ///< Stop after so many; 0: no limit.
    std::uint64_t seed = 0;   ///< 0: drawn.
    bool strict = false;
    std::string folder = "wsspec-findings";
    std::string json_file = {};
    bool quiet = false;
    Color color = Color::automatic;
};
int fuzz_command(const FuzzOptions& options);

struct ReplayOptions : ServerOptions {
    std::string file = {};
    std::string host = "127.0.0.1";  ///< Where to listen, if the file is about a client.
    std::uint16_t port = 9001;
    double timeout_s = 0;
    bool strict = false;
    std::string pcap_file = {};
    Color color = Color::automatic;
};
int replay_command(const ReplayOptions& options);

}  // namespace wsspec
