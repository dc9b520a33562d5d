// What can be said of TLS below WebSocket (RFC 6455 section 10.6) without a library that speaks it.
#pragma once

#include <string>

namespace wsspec {

/// `any`: what the library at hand offers, from TLS 1.2 on. The old two are only ever offered to see them refused
/// (RFC 8996).
enum class TlsVersion { any, tls1_0, tls1_1, tls1_2, tls1_3 };

/// Of a connection that is open.
struct TlsFacts {
    std::string version = {};      ///< "TLSv1.3"; empty: no TLS.
    std::string server_name = {};  ///< Of a client that has connected: the SNI that it sent (RFC 6066 section 3).
    /// The peer knows renegotiation_info (RFC 5746); of TLS 1.3, which has no renegotiation, always.
    bool secure_renegotiation = true;
};

}  // namespace wsspec
