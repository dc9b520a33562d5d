// The further connections of a `Crowd` step: many, idle or broken off.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cases/script.h"
#include "reference/net/stream.h"

namespace wsspec {

/// Opens them, some at a time, and keeps those that are to stay until stop().
class CrowdOfConnections : public std::enable_shared_from_this<CrowdOfConnections> {
public:
    struct Behaviour {
        Crowd crowd;
        Octets request;  ///< The whole opening handshake.
        Octets behind;   ///< What stands behind it.
    };
    struct Came {
        std::uint64_t asked = 0;
        std::uint64_t connected = 0;
        std::uint64_t opened = 0;  ///< Of those that sent a whole request.
        std::uint64_t octets = 0;  ///< Sent by all of them.
        bool in_time = true;
        /// "300 connections made, 300 of them opened".
        std::string describe() const;
    };

    CrowdOfConnections(boost::asio::any_io_executor executor, net::Address address, boost::asio::ssl::context* tls,
                       Behaviour behaviour);
    /// `moved` is called for each that has come so far as it should, `done` once: when all have, or when none has for
    /// `patience`.
    void start(std::chrono::milliseconds patience, std::function<void()> moved, std::function<void(const Came&)> done);
    /// Closes all; `done` is not called any more.
    void stop();

private:
    struct Member;
    void next();
    void connected(const std::shared_ptr<Member>& member);
    void sent_request(const std::shared_ptr<Member>& member);
    void read_answer(const std::shared_ptr<Member>& member);
    void send_rest(const std::shared_ptr<Member>& member);
    void end(const std::shared_ptr<Member>& member);
    void settled(const std::shared_ptr<Member>& member);
    void watch();
    void finish();

    boost::asio::any_io_executor executor_;
    net::Address address_;
    boost::asio::ssl::context* tls_;
    Behaviour behaviour_;
    std::chrono::milliseconds patience_{0};
    std::function<void()> moved_;
    std::function<void(const Came&)> done_;
    std::vector<std::shared_ptr<Member>> members_;
    std::uint64_t begun_ = 0;
    std::uint64_t settled_ = 0;
    std::uint64_t seen_by_watch_ = 0;
    Came came_;
    struct Timer;
    std::shared_ptr<Timer> timer_;
    bool stopped_ = false;
};

}  // namespace wsspec
