// Clients for tests of `wsspec serve`: blocking calls, and the server as a process.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "runner/wstest_test.h"

namespace wsspec::test {

inline std::string request_for(const std::string& resource) {
    ClientRequest request;
    request.resource = resource;
    request.host = "localhost";
    request.key = random_key();
    return build_request(request);
}

/// A client of blocking calls, none of which takes longer than half a minute.
class Client {
public:
    explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        timeval const patience{.tv_sec = 30, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~Client() {
        if (fd_ >= 0) ::close(fd_);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(OctetView octets) const {
        while (!octets.empty()) {
            ssize_t const sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // The peer has ended: what it said is still to be read.
            octets = octets.subspan(static_cast<std::size_t>(sent));
        }
    }
    void send(std::string_view text) const { send(as_octets(text)); }

    /// Empty at the end of the stream.
    Octets receive() const {
        Octets out(16384);
        ssize_t const size = ::recv(fd_, out.data(), out.size(), 0);
        out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return out;
    }
    std::string all() const {
        std::string out;
        for (Octets more = receive(); !more.empty(); more = receive()) out += as_text(more);
        return out;
    }

    /// Octets, or the end, can be read now.
    bool has_input() const {
        pollfd polled{.fd = fd_, .events = POLLIN, .revents = 0};
        return ::poll(&polled, 1, 0) > 0;
    }

    /// The opening handshake; the head of the response.
    std::string ask(const std::string& resource) {
        send(request_for(resource));
        return response();
    }
    std::string response() {
        std::string read;
        while (!head_size(read)) {
            Octets const more = receive();
            if (more.empty()) return read;
            read += as_text(more);
        }
        std::size_t const head = *head_size(read);
        behind_ = octets(std::string_view(read).substr(head));
        return read.substr(0, head);
    }
    bool opens(const std::string& resource) { return ask(resource).starts_with("HTTP/1.1 101"); }

    /// Echoes until the server is through, and ends; the messages that came.
    std::vector<std::string> echo(bool answer = true) {
        std::vector<std::string> messages;
        for (Octets input = std::exchange(behind_, {});; input = receive()) {
            std::span<Octet> left = input;
            while (!left.empty()) {
                std::size_t const taken = endpoint_.receive(left);
                for (const auto& event : endpoint_.take_events()) {
                    if (event.kind != EndpointEvent::Kind::message) continue;
                    messages.emplace_back(as_text(event.payload));
                    if (answer) endpoint_.send_message(event.opcode, event.payload);
                }
                if (taken == 0) break;
                left = left.subspan(taken);
            }
            send(endpoint_.take_output());
            if (std::exchange(begun_, true) && input.empty()) break;
        }
        ::close(std::exchange(fd_, -1));
        return messages;
    }
    /// Of the server's first Close (7.1.5).
    std::uint16_t close_code() const { return endpoint_.received_code(); }

private:
    int fd_;
    Octets behind_;
    Endpoint endpoint_{Role::client};
    bool begun_ = false;
};

class Server {
public:
    explicit Server(std::vector<std::string> arguments)
        : child_([&] {
              arguments.insert(arguments.begin(), {program(), "serve", "--port", "0"});
              return arguments;
          }()) {
        EXPECT_TRUE(child_.prints("Listening on "));
        EXPECT_TRUE(child_.prints("\n"));
        std::string const url = url_in(child_.out());
        port_ = static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
    }

    std::uint16_t port() const { return port_; }
    Child& child() { return child_; }

    /// One message, or what the server refuses with.
    std::string ask(const std::string& resource) const {
        Client client(port_);
        std::string const head = client.ask(resource);
        if (!head.starts_with("HTTP/1.1 101")) return head;
        auto const messages = client.echo(false);
        return messages.empty() ? "nothing" : messages.front();
    }
    void play(const std::string& resource) const {
        Client client(port_);
        EXPECT_TRUE(client.opens(resource)) << resource;
        client.echo();
    }
    std::string status_of(const std::string& query) const {
        return nlohmann::json::parse(ask("/getCaseStatus?" + query)).at("behavior");
    }
    Ran stop() {
        child_.signal(SIGTERM);
        return child_.finish();
    }

private:
    Child child_;
    std::uint16_t port_ = 0;
};

}  // namespace wsspec::test
