// Faulty clients: the reference client with one behaviour bent, as faults.h has it of servers. Each proves that a case
// catches the breach that it commits.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runner/faults.h"

namespace boost::asio::ssl {
class context;
}
namespace wsspec::net {
struct EchoClientSettings;
}

namespace wsspec {

/// In the order of the RFCs: request, answer, frames, closing, compression, keys; then those that servers have as well.
std::span<const Fault> client_faults();

/// What the client with this fault connects with: `context` as make_tls_client() has made it, and `settings` with TLS
/// asked for.
void bend(net::EchoClientSettings& settings, boost::asio::ssl::context& context, const TlsBend& tls);

namespace detail {

// The parts of client_faults(), one a file.
std::vector<Fault> client_handshake_faults();
std::vector<Fault> client_answer_faults();
std::vector<Fault> client_frame_faults();
std::vector<Fault> client_delivery_faults();
std::vector<Fault> client_tls_faults();
std::vector<Fault> client_state_faults();
std::vector<Fault> client_url_faults();
/// The faulty servers (faults.h) on the other side: each whose breach is one of a client, too.
std::vector<Fault> mirrored_faults();

}  // namespace detail

}  // namespace wsspec
