// Somebody who has connected to a server of ours and said what he wants. Includes Asio, so keep it out of other
// headers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
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

/// Takes an accepted socket through TLS, if `tls` is not null, and through the head of its request (64 KiB at most).
/// Whoever is not through within ten seconds is dropped, and `done` is not called; neither is it for who leaves. A head
/// that is too long comes with its error. `no_tls`, which may be empty, is called instead for whose TLS handshake
/// failed.
void async_visit(const boost::asio::any_io_executor& executor, net::Socket socket, boost::asio::ssl::context* tls,
                 std::function<void(const std::shared_ptr<Visitor>&, net::ReadHead)> done,
                 std::function<void(net::ErrorCode)> no_tls = {});

}  // namespace wsspec
