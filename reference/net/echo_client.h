// The reference echo client: connects, sends every message back until the server closes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "reference/net/filter.h"
#include "reference/net/stream.h"

namespace wsspec::net {

struct EchoClientSettings {
    Address address = {};
    /// `key` empty: a fresh random one; `host` empty: from the address.
    ClientRequest request = {};
    /// Offer compression (RFC 7692), unless `request` has extensions of its own.
    bool permessage_deflate = true;
    EndpointLimits limits = {};
    std::size_t header_limit = 64U << 10;
    /// How long the server may take to end TCP once the connection is closing (7.1.1 lets a client act after that).
    std::uint32_t close_timeout_ms = 2000;
    std::uint32_t handshake_timeout_ms = 10000;
};

struct EchoClientResult {
    bool opened = false;
    std::uint16_t close_code = 1006;  ///< As RFC 6455 section 7.1.5 defines it.
    std::uint64_t messages = 0;
    std::string error;  ///< Why it did not open, or what the server did wrong; empty if nothing.
};

/// Runs one connection; `done` is called once, when it is over. `tls` must outlive it and is needed for Address::tls.
/// Of the extensions that the request may offer only permessage-deflate is spoken. `filter` may be null.
void async_echo_client(boost::asio::any_io_executor executor, EchoClientSettings settings,
                       boost::asio::ssl::context* tls, std::function<void(EchoClientResult)> done,
                       std::unique_ptr<Filter> filter = {});

}  // namespace wsspec::net
