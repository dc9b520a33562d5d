// Clients that bend their opening handshake, or what they read of the answer: what faulty ones are made of.
#pragma once

#include <functional>

#include "cases/handshake.h"
#include "reference/net/filter.h"

namespace wsspec::detail {

/// A head as lines (see head_lines.h), and what becomes of it.
using HeadHook = std::function<Handshake(Handshake)>;

/// What the client sends in place of a good request.
net::FilterFactory asks(HeadHook hook);

/// What the client takes the answer for. "Sec-WebSocket-Accept: right" stands for the one that it expects.
net::FilterFactory reads(HeadHook hook);

/// The client offers the subprotocols chat and superchat, and reads the answer as above; as it stands without a hook.
net::FilterFactory offers_subprotocols(HeadHook hook = {});

}  // namespace wsspec::detail
