// A session: one connection on which a player works one script off. Moves octets, keeps the time, writes the
// transcript.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/net/stream.h"
#include "reports/run.h"
#include "runner/player.h"

namespace wsspec {

struct SessionSettings {
    net::Address address = {};
    boost::asio::ssl::context* tls = nullptr;  ///< Needed for Address::tls; must outlive the session.
    PlayerSettings player = {};
    /// From the connection attempt to the opening handshake, and from there to the end of the script; for round trips,
    /// from the last octet that moved. Where a script sends a megabyte otherwise, from the last octet that came, but
    /// five times as long in all.
    std::chrono::milliseconds deadline{3000};
    /// From the connection attempt on, however much still moves; nothing: round trips take as long as they take.
    std::optional<std::chrono::milliseconds> at_most = {};
    /// Called once if the session has been waiting for the end of its connection: another one may start meanwhile.
    std::function<void()> on_idle = {};
    /// Called where a look at the target's process is worth it: while much is under way, when it holds the most, at the
    /// end before anything is closed.
    std::function<void()> look = {};
};

struct SessionResult {
    Played played = {};
    /// No connection could be made, and why: nothing was learnt about the case.
    std::string connect_error = {};
    bool own_shortage = false;  ///< That is for want of files or memory here, and not the target's doing.
    std::optional<Opening> opening = {};
    std::string answer = {};  ///< How the opening handshake was answered, in words.
    std::string response_head = {};
    std::vector<Seen> seen = {};
    // Of a client.
    std::string nonce = {};  ///< Its Sec-WebSocket-Key.
    std::vector<MaskingKey> masking_keys = {};
    std::vector<TranscriptEntry> transcript = {};
    std::optional<Figures> figures = {};
    std::chrono::microseconds duration{0};
    std::uint64_t octets_sent = 0;  ///< By all connections, opening handshakes included.
    /// From the end of the opening handshake to the first pong; nothing without one.
    std::optional<std::chrono::microseconds> first_pong = {};
};

/// A client that has connected to us, and sent the head of its opening handshake (PlayerSettings::request).
struct Accepted {
    std::shared_ptr<net::Stream> stream;
    Octets behind = {};  ///< What came with the head.
};

/// As below, on the connection that the target has made.
void async_play(boost::asio::any_io_executor executor, const Case& played, const Script& script, Accepted client,
                SessionSettings settings, std::function<void(SessionResult)> done);

/// Plays `script` of `played`; both must stay until `done` was called, which happens once, by the end of the
/// deadline (and a moment for the connection to be closed).
void async_play(boost::asio::any_io_executor executor, const Case& played, const Script& script,
                SessionSettings settings, std::function<void(SessionResult)> done);

}  // namespace wsspec
