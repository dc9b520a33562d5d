// What the fuzzer and a replay have to know of a target before they judge it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "runner/arena.h"

namespace wsspec {

struct Learnt {
    /// How to play: the profile, and the defects of its handshake, filled in.
    SessionSettings session = {};
    ProbedProfile probed = {};  ///< `failure`: why nothing can be played.
    bool deflate = false;       ///< Agrees to permessage-deflate; a client: offers it.
};

/// A server that is probed, or clients of which the first is asked; and where it is played.
class LearntTarget {
public:
    struct Options {
        bool client = false;
        ServerOptions server = {};
        ClientOptions clients = {};
        double timeout_s = 0;  ///< 0: from the measured round trip; 5 for clients.
    };
    /// The error is the user's, in one sentence. `command`: "fuzz", for the words of errors.
    static std::expected<std::unique_ptr<LearntTarget>, std::string> make(boost::asio::any_io_executor executor,
                                                                          Options options, std::string_view command);

    Arena& arena() { return *arena_; }
    /// Starts the target if there is something to start, and finds out what it does.
    void learn(std::function<void(const Learnt&)> then);

private:
    LearntTarget(boost::asio::any_io_executor executor, Options options)
        : executor_(std::move(executor)), options_(std::move(options)) {}
    void probe();
    void ask_client();

    boost::asio::any_io_executor executor_;
    Options options_;
    std::unique_ptr<ServerTarget> server_;
    std::unique_ptr<Arena> arena_;
    std::string request_;  // of the first client
    Learnt learnt_;
    Case asked_;
    std::function<void(const Learnt&)> then_;
};

}  // namespace wsspec
