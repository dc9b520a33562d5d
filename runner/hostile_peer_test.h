// Peers that mean the tester ill, for tests: servers whose every connection does as it is told, in a thread of its own.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "reference/endpoint.h"
#include "reference/handshake.h"

namespace wsspec::test {

/// What the reference, as an echo server, answers to these octets.
inline Octets echoed(Endpoint& endpoint, std::span<Octet> input) {
    while (!input.empty()) {
        input = input.subspan(endpoint.receive(input));
        for (const auto& event : endpoint.take_events())
            if (event.kind == EndpointEvent::Kind::message) endpoint.send_message(event.opcode, event.payload);
    }
    return endpoint.take_output();
}

/// One connection, in a thread of its own.
class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    /// False: the tester has gone.
    bool send(OctetView octets) const {
        while (!octets.empty()) {
            ssize_t const size = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            octets = octets.subspan(static_cast<std::size_t>(size));
        }
        return true;
    }
    bool send(std::string_view octets) const { return send(as_octets(octets)); }
    void send_for_ever(const Octets& octets) const {
        while (send(octets)) {
        }
    }
    Octets receive() const {
        Octets buffer(65536);
        ssize_t const size = recv(fd_, buffer.data(), buffer.size(), 0);
        buffer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return buffer;
    }
    /// Ends our direction.
    void half_close() const { shutdown(fd_, SHUT_WR); }
    /// The end of the connection will be a reset.
    void reset_at_end() const {
        linger const now{.l_onoff = 1, .l_linger = 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    /// Until the tester goes away; nothing is read.
    void wait() const {
        pollfd event{.fd = fd_, .events = POLLRDHUP, .revents = 0};
        while (poll(&event, 1, -1) < 0) {
        }
    }
    void receive_rest() const {
        while (!receive().empty()) {
        }
    }
    /// The request, answered with 101 and more field lines.
    bool accept(const std::string& more = "") const {
        std::string head;
        while (!head_size(head)) {
            auto const octets = receive();
            if (octets.empty()) return false;
            head += as_text(octets);
        }
        std::string response = build_acceptance(check_request(head.substr(0, *head_size(head))).key);
        response.insert(response.size() - 2, more);
        return send(response);
    }
    /// The tester has gone, or this many milliseconds are over.
    bool gone_within(int ms) const {
        pollfd event{.fd = fd_, .events = POLLIN | POLLRDHUP, .revents = 0};
        while (poll(&event, 1, ms) > 0) {
            if ((event.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return true;
            if (receive().empty()) return true;
        }
        return false;
    }
    /// The reference, as an echo server.
    void echo() const {
        if (!accept()) return;
        Endpoint endpoint(Role::server);
        while (!endpoint.close_expected()) {
            Octets input = receive();
            if (input.empty() || !send(echoed(endpoint, input))) return;
        }
    }

private:
    int fd_;
};

class HostileServer {
public:
    /// Stops listening after `connections`.
    explicit HostileServer(std::function<void(const Connection&)> behave, unsigned connections = UINT32_MAX)
        : behave_(std::move(behave)), left_(connections) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(listen(listener_, 100), 0);
        EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        url_ = "ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~HostileServer() {
        stopped_ = true;
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        {
            std::lock_guard const lock(mutex_);
            for (auto& one : open_)
                if (one.fd >= 0) shutdown(one.fd, SHUT_RDWR);
        }
        for (auto& one : open_) one.thread.join();
    }
    HostileServer(const HostileServer&) = delete;
    HostileServer& operator=(const HostileServer&) = delete;
    const std::string& url() const { return url_; }

private:
    struct Open {
        int fd = -1;
        std::thread thread = {};
    };

    void accept_all() {
        while (!stopped_ && left_-- > 0) {
            int const fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) break;
            std::lock_guard const lock(mutex_);
            Open& one = open_.emplace_back(Open{.fd = fd});
            one.thread = std::thread([this, &one, fd] {
                behave_(Connection(fd));
                std::lock_guard const closing(mutex_);
                close(fd);
                one.fd = -1;
            });
        }
        close(listener_);
    }

    std::function<void(const Connection&)> behave_;
    unsigned left_;
    int listener_ = -1;
    std::string url_;
    std::thread acceptor_;
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::list<Open> open_;
};

inline const std::string evil =
    "\x1b]0;owned\x07<script>alert(1)</script>\x1b[2J\x9b"
    "31m";

}  // namespace wsspec::test
