// The reference echo server: RFC 6455 endpoints behind sockets.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reference/endpoint.h"
#include "reference/net/filter.h"
#include "reference/net/stream.h"

namespace wsspec::net {

struct EchoServerSettings {
    std::string host = "127.0.0.1";     ///< Name or address; of several addresses the first that can be listened on.
    std::uint16_t port = 0;             ///< 0: any free one.
    std::string unix_path = {};         ///< Not empty: listen there instead.
    std::string certificate_file = {};  ///< PEM chain; with `key_file`: wss.
    std::string key_file = {};
    TlsVersion oldest_tls = TlsVersion::any;  ///< `any`: 1.2
    TlsVersion newest_tls = TlsVersion::any;
    bool also_in_clear = false;                  ///< For faulty peers: who does not begin with TLS is served without.
    std::vector<std::string> subprotocols = {};  ///< Supported ones, in order of preference.
    /// Agree on compression with every client that offers it (RFC 7692).
    bool permessage_deflate = true;
    EndpointLimits limits = {};
    std::size_t header_limit = 64U << 10;  ///< Octets of an opening handshake.
};

/// Sends every message back, one by one, before it looks at the next frame. Answers a plain HTTP request with an HTTP
/// error. Never more than one message, one read buffer and one compression window of memory a connection in each
/// direction: a client that does not read is not read from. Runs on `executor` (a single thread, or a strand);
/// connections(), stop() and the destructor, which drops all connections, may be called from elsewhere.
class EchoServer {
public:
    /// Listens at once; throws std::system_error or boost::system::system_error if that can't be done.
    EchoServer(boost::asio::any_io_executor executor, EchoServerSettings settings, FilterFactory filter = {});
    ~EchoServer();
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    /// The port that is listened on.
    std::uint16_t port() const;
    /// Connections that are open now.
    std::size_t connections() const;
    /// Graceful: accepts no more, sends Close 1001 to all, drops what is left after five seconds. `done`, which may be
    /// empty, is called on the executor when no connection is left.
    void stop(std::function<void()> done);

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace wsspec::net
