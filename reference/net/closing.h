// How a connection ends (RFC 6455 section 7.1.1).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "reference/net/filter.h"
#include "reference/net/stream.h"

namespace wsspec::net {

struct Ending {
    /// End our direction now. A client that has closed cleanly leaves that to the server.
    bool send_fin = true;
    /// How long to wait for the peer's end of stream; nothing: for ever.
    std::optional<std::chrono::milliseconds> patience = std::chrono::seconds(2);
    /// How many more octets of the peer to throw away.
    std::size_t discard = 1U << 20;
};

/// Ends a connection on which nothing is left to write, and on which nothing is being read: reads and discards until
/// the peer ends its direction, or until patience or the limit is exhausted, and then closes. Closing at once could
/// make the transport answer octets in flight with RST, which destroys our last frame on the peer's side. A
/// `filter` may want it otherwise; it may be null and is asked before this returns.
/// `done` is told whether the peer did end its direction. Stream::close() cuts it short.
void async_end(boost::asio::any_io_executor executor, std::shared_ptr<Stream> stream, const Ending& how, Filter* filter,
               std::function<void(bool peer_ended)> done);

}  // namespace wsspec::net
