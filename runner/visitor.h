// Somebody who has connected to a server of ours and said what he wants. Includes Asio, so keep it out of other
// headers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "reference/net/handshake_reader.h"
#include "reference/net/listener.h"

namespace wsspec {

struct Visitor {
    std::shared_ptr<net::Stream> stream;
    std::string peer;      ///< "tcp4:127.0.0.1:4711"
    std::string response;  ///< Being written.
};

/// Who leaves before the head of a request is here, or lets us wait for it.
struct NoRequest {
    net::ErrorCode why = {};
    bool no_tls = false;    ///< The TLS handshake failed.
    bool late = false;      ///< We have waited long enough.
    std::string came = {};  ///< Of the head.
};

inline constexpr std::chrono::milliseconds visitor_patience = std::chrono::seconds(10);

/// Takes an accepted socket through TLS, if `tls` is not null, and through the head of its request (64 KiB at most).
/// Whoever is not through in time is dropped, and `gone`, which may be empty, is called in place of `done`; so it is
/// for who leaves. A head that is too long comes with its error.
void async_visit(const boost::asio::any_io_executor& executor, net::Socket socket, boost::asio::ssl::context* tls,
                 std::function<void(const std::shared_ptr<Visitor>&, net::ReadHead)> done,
                 std::function<void(const NoRequest&)> gone = {},
                 std::chrono::milliseconds patience = visitor_patience);

}  // namespace wsspec
