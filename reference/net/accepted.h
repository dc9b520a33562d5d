// The server's side of stream.h: streams out of accepted sockets. Includes Asio, so keep it out of other headers.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include "reference/net/stream.h"

namespace wsspec::net {

/// TCP and Unix sockets alike.
using Socket = boost::asio::generic::stream_protocol::socket;

/// Makes a stream of an accepted socket (TCP_NODELAY), with the server's TLS handshake if `tls` is not null; `tls` must
/// outlive the stream. Returns what cancels it, under the rules of async_connect().
std::function<void()> async_accepted(Socket socket, boost::asio::ssl::context* tls, ConnectHandler done);

}  // namespace wsspec::net
