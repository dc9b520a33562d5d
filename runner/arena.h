// Where scripts are played: against a server that we connect to, or with clients that connect to us.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cases/case.h"
#include "runner/server_target.h"
#include "runner/session.h"

namespace wsspec {

struct ArenaResult {
    SessionResult session = {};
    /// How the process died that played this script alone; empty if it did not, or if all scripts share one.
    std::string death = {};
    std::string last_output = {};  ///< Of that process, as it came.
};

/// All on one executor. `play` may be called again while others are under way.
class Arena {
public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    virtual ~Arena() = default;

    virtual Role target() const = 0;
    /// For people and reports.
    virtual std::string name() const = 0;
    /// What reaches the same target again on a command line.
    virtual std::string arguments() const = 0;

    /// `one` and `script` must stay until `done` was called, which happens once, and not from inside.
    virtual void play(const Case& one, const Script& script, SessionSettings settings,
                      std::function<void(ArenaResult)> done) = 0;

    // Of a process that all scripts share.
    virtual bool can_restart() const { return false; }
    virtual std::string death() { return {}; }
    virtual std::string last_output() const { return {}; }
    virtual unsigned restarts() const { return 0; }
    /// Brings it back if it is dead, or does not answer.
    virtual void revive(std::function<void(bool)> then) { then(false); }
    virtual void restart(std::function<void(bool)> then) { then(false); }
};

/// `target` must be started, and stay.
std::unique_ptr<Arena> server_arena(boost::asio::any_io_executor executor, ServerTarget& target, ServerOptions options);

struct ClientOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 9001;  ///< 0, and with `spawn`: any free one.
    std::string certificate_file = {};
    std::string key_file = {};
    std::string spawn = {};  ///< With {url}: started for every script. Empty: clients come as they like.
};

/// Listens at once; throws std::exception if that is impossible. `request` is called with the head of each opening
/// handshake.
std::unique_ptr<Arena> client_arena(boost::asio::any_io_executor executor, ClientOptions options,
                                    std::function<void(const std::string& head)> request);

}  // namespace wsspec
