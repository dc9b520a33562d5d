// A byte stream under WebSocket: TCP or a Unix socket, with or without TLS, behind one small interface, so that the
// expensive templates are instantiated in one file.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "reference/octets.h"
#include "reference/tls.h"

namespace boost::asio::ssl {
class context;
}

namespace wsspec::net {

using ErrorCode = boost::system::error_code;

/// One connection. Everything runs on the executor it was made with (a single thread, or a strand); handlers are called
/// from there, never from inside the call that started the operation. Destroying the stream closes it; handlers of
/// pending operations are then called with operation_aborted. At most one read and one write at a time;
/// async_shutdown_send() counts as a write.
class Stream {
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// Reads some octets into `into`, which must stay valid until `done` is called, even if the stream is closed or
    /// destroyed before. End of stream is boost::asio::error::eof (TLS: a truncated stream as well).
    virtual void async_read(std::span<Octet> into, std::function<void(ErrorCode, std::size_t)> done) = 0;
    /// Writes all octets, which must stay valid until `done` is called, as above.
    virtual void async_write(OctetView octets, std::function<void(ErrorCode)> done) = 0;
    /// Ends our direction: close_notify for TLS, then FIN. Reading goes on.
    virtual void async_shutdown_send(std::function<void(ErrorCode)> done) = 0;
    /// What is written from now on may wait for the end of our direction, and go out in one segment with it (TCP only;
    /// the kernel waits a fifth of a second at most).
    virtual void hold_back() {}
    /// Closes the transport now: FIN, or RST if the peer's octets are unread.
    virtual void close() = 0;
    /// Closes with RST (a Unix socket has none: there it is close()).
    virtual void reset() = 0;
    /// The end of stream that was read came without TLS's close_notify (RFC 8446 section 6.1).
    virtual bool truncated() const { return false; }

    // Below TLS, for who tests it. Without TLS a record is what it carries.

    /// Nothing without TLS.
    virtual std::optional<TlsFacts> tls() const { return std::nullopt; }
    /// The records that carry `octets` (one for each 16384 at most), made but not sent: they must be, in order.
    virtual Octets sealed(OctetView octets) { return {octets.begin(), octets.end()}; }
    /// The record that ends our direction; empty without TLS.
    virtual Octets sealed_end() { return {}; }
    /// Writes to the socket itself; else as async_write().
    virtual void async_write_below_tls(OctetView octets, std::function<void(ErrorCode)> done) = 0;
    /// FIN alone: TLS is cut off. Reading goes on.
    virtual void async_cut_off(std::function<void(ErrorCode)> done) = 0;
    /// The next write asks for a new handshake first (TLS 1.2 and before; else nothing happens).
    virtual void renegotiate() {}
};

/// Where to connect, and how.
struct Address {
    std::string host = {};       ///< Name or address (IPv6 without brackets); not used with `unix_path`.
    std::string port = {};       ///< Number or service name.
    std::string unix_path = {};  ///< Not empty: a Unix socket.
    bool tls = false;
    std::string server_name = {};  ///< For SNI and the certificate check; empty: `host`.
    /// Sent as SNI in its place; empty: none is sent.
    std::optional<std::string> sni = {};
    TlsVersion tls_version = TlsVersion::any;  ///< The only one that is offered.
};

/// Of a connection attempt with TLS: TCP was there, the TLS handshake failed.
bool is_tls_failure(const ErrorCode& error);
/// Of a TLS handshake that failed: what the client sent is no TLS.
bool is_clear_text(const ErrorCode& error);

using ConnectHandler = std::function<void(ErrorCode, std::unique_ptr<Stream>)>;

/// Resolves, connects (TCP_NODELAY), and performs the TLS handshake if asked for. If `tls` verifies peers, the
/// certificate has to carry the server's name, too. `tls` may be null without TLS and must outlive the stream. The
/// returned function cancels the attempt; the handler is called all the same, with operation_aborted. Once the handler
/// was called, it does nothing. Call it on the executor.
std::function<void()> async_connect(boost::asio::any_io_executor executor, const Address& address,
                                    boost::asio::ssl::context* tls, ConnectHandler done);

}  // namespace wsspec::net
