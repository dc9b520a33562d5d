// Autobahn's direct commands: on any path that is none of its protocol (but /), a client says itself what it wants to
// be sent, one JSON text message a command.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference/net/stream.h"

namespace wsspec {

/// What one command has us send.
struct DirectCommand {
    std::vector<Octets> writes = {};  ///< In this order, each by itself.
    bool closes = false;              ///< A Close frame is among them.
};

/// What a command may make us send, in octets of payload.
inline constexpr std::size_t most_commanded = 16U << 20;

/// ["sendframe", {opcode, payload, fin, rsv, mask, payload_len, chopsize, sync}], ["sendframes", [{…}, …]],
/// ["close", {code, reason}] or ["echo", {payload, payload_len}]. Frames are sent as they are asked for, legal or not:
/// `rsv` is a number (RSV1 is 4), `mask` a key of four octets, `payload_len` repeats the payload up to that length,
/// `chopsize` cuts the frame into writes. Names that are not known have no effect. The error is one sentence, short
/// enough for a Close frame.
std::expected<DirectCommand, std::string> parse_direct_command(std::string_view json);

/// Opens the connection with this Sec-WebSocket-Key, and does what the client says until it closes. A message that is
/// no command is answered with a Close that says why (1003, 1007 or 1008); without any for some minutes, with 1001.
/// `behind`: what came with the head of the request. `token` is held meanwhile.
void async_obey(boost::asio::any_io_executor executor, std::shared_ptr<net::Stream> stream, const std::string& key,
                Octets behind, std::shared_ptr<int> token);

}  // namespace wsspec
