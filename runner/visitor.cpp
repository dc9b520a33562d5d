#include "runner/visitor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

namespace wsspec {

namespace {

constexpr std::size_t head_limit = 64U << 10;

/// As Twisted writes addresses, and so Autobahn.
std::string peer_of(net::Socket& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (::getpeername(socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return "unknown";
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return "tcp4:" + std::string(text.data()) + ":" + std::to_string(ntohs(v4.sin_port));
    }
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        return "tcp6:" + std::string(text.data()) + ":" + std::to_string(ntohs(v6.sin6_port));
    }
    return "unix";
}

/// On the way in.
struct Entry {
    explicit Entry(const boost::asio::any_io_executor& executor) : deadline(executor) {}
    void end(NoRequest how) {
        deadline.cancel();
        how.late = late;
        if (gone) gone(how);
    }
    boost::asio::steady_timer deadline;
    std::function<void()> cancel = {};
    std::function<void(const NoRequest&)> gone = {};
    std::shared_ptr<Visitor> visitor = std::make_shared<Visitor>();
    bool late = false;
};

}  // namespace

void async_visit(const boost::asio::any_io_executor& executor, net::Socket socket, boost::asio::ssl::context* tls,
                 std::function<void(const std::shared_ptr<Visitor>&, net::ReadHead)> done,
                 std::function<void(const NoRequest&)> gone, std::chrono::milliseconds patience) {
    auto entry = std::make_shared<Entry>(executor);
    entry->visitor->peer = peer_of(socket);
    entry->gone = std::move(gone);
    entry->deadline.expires_after(patience);
    entry->deadline.async_wait([weak = std::weak_ptr(entry)](net::ErrorCode error) {
        auto const late = weak.lock();
        if (error || !late) return;
        late->late = true;
        if (late->cancel) late->cancel();
        if (late->visitor->stream) late->visitor->stream->close();
    });
    entry->cancel = net::async_accepted(
        std::move(socket), tls,
        [entry, done = std::move(done)](net::ErrorCode failed, std::unique_ptr<net::Stream> stream) mutable {
            entry->cancel = nullptr;
            if (failed) return entry->end({.why = failed, .no_tls = net::is_tls_failure(failed)});
            entry->visitor->stream = std::move(stream);
            net::async_read_head(entry->visitor->stream, head_limit,
                                 [entry, done = std::move(done)](net::ReadHead read) {
                                     if (read.error && read.error != boost::asio::error::message_size)
                                         return entry->end({.why = read.error, .came = std::move(read.head)});
                                     entry->deadline.cancel();
                                     done(entry->visitor, std::move(read));
                                 });
        });
}

}  // namespace wsspec
