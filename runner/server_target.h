// The server under test, as `run`, `fuzz` and `replay` reach it: a URL, a command that starts it, or the reference
// inside the program.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runner/session.h"

namespace wsspec {

/// As given on the command line.
struct ServerOptions {
    std::string url = {};  ///< May be empty with `spawn`; "loop:" is the embedded reference, "loop:FAULT" a bent one.
    std::vector<std::string> headers = {};  ///< "Name: value"
    std::string origin = {};
    std::string subprotocol = {};
    std::string ca_file = {};
    std::string certificate_file = {};
    std::string key_file = {};
    bool insecure = false;
    bool tls = false;             ///< The embedded target speaks TLS, with a certificate that is made for it.
    std::string connect_to = {};  ///< HOST:PORT instead of the URL's.
    std::string unix_path = {};
    std::string spawn = {};

    // For callers other than the command line.
    std::string server_name = {};  ///< For TLS (SNI); empty: the URL's host.
};

/// "run URL --option value": what reaches the same server again, quoted for a POSIX shell.
std::string shell_arguments(const ServerOptions& options);

class ServerTarget {
public:
    /// Checks the options and reads the files that they name; listens for an embedded target, starts nothing else. The
    /// error is the user's, in one sentence. `command`: "run", for the words of errors.
    static std::expected<std::unique_ptr<ServerTarget>, std::string> make(boost::asio::any_io_executor executor,
                                                                          const ServerOptions& options,
                                                                          std::string_view command);
    ~ServerTarget();
    ServerTarget(const ServerTarget&) = delete;
    ServerTarget& operator=(const ServerTarget&) = delete;

    /// For people and reports: "loop:", or the URL with the port that is used.
    const std::string& url() const;
    /// Address, TLS and what handshakes are filled in with. The rest is the caller's.
    SessionSettings session() const;

    /// Until then a process that we have started may say that it is not ready yet; in the past if there is none.
    std::chrono::steady_clock::time_point starting_until() const;

    /// Starts the process, if there is one, and waits until it listens. `then` gets why that failed, or nothing.
    void start(std::function<void(std::string failure)> then);

    // Of a process that we started.
    bool is_spawned() const;
    /// Of the process that runs now; -1 if there is none.
    pid_t pid() const;
    /// How it ended; empty while it runs, or if it is not ours.
    std::string death();
    unsigned starts() const;
    /// How often it had to be started again.
    unsigned restarts() const;
    /// The end of what it has printed, as it came.
    std::string last_output() const;
    /// Brings it back if it is dead or takes no connections. Several may ask at the same time: it is started once, and
    /// all of them wait for that.
    void revive(std::function<void(bool reachable)> then);
    /// Stops it, whatever it does, and starts it again.
    void restart(std::function<void(bool reachable)> then);

private:
    class Impl;
    explicit ServerTarget(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
};

/// One word of a POSIX shell, whatever the characters.
std::string shell_quoted(const std::string& text);

}  // namespace wsspec
