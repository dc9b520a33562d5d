// Takes the head of the opening handshake off a stream.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "reference/net/stream.h"
#include "reference/octets.h"

namespace wsspec::net {

struct ReadHead {
    ErrorCode error = {};   ///< message_size: there is no end of the head within the limit.
    std::string head = {};  ///< With its empty line; what there is of it if it did not end.
    Octets behind = {};     ///< What came with it: belongs to the connection.
};

/// Reads up to and including the empty line, however the octets arrive. `received`: octets that are there
/// already; if the head ends in them, `done` is called at once.
void async_read_head(std::shared_ptr<Stream> stream, std::size_t limit, OctetView received,
                     std::function<void(ReadHead)> done);
void async_read_head(std::shared_ptr<Stream> stream, std::size_t limit, std::function<void(ReadHead)> done);

}  // namespace wsspec::net
