// The hook through which faulty peers are made of the reference.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "reference/octets.h"

namespace wsspec::net {

/// Stands between a connection and the reference, outside of both, and may change what passes: for faulty peers, which
/// are the reference with one behaviour bent. One object for each connection. In front of the reference client,
/// request() is what it sends and response() what it looks at; `incoming` is always what the peer sends.
class Filter {
public:
    virtual ~Filter() = default;
    /// The request head as it came; what is returned is what the server looks at.
    virtual std::string request(std::string head) { return head; }
    /// The response as the server would send it; `head` is the request as it came.
    virtual std::string response(std::string response, const std::string& head) {
        (void)head;
        return response;
    }
    /// Octets from the client, behind the opening handshake.
    virtual Octets incoming(Octets octets) { return octets; }
    /// The same, where they came in one read with the opening handshake.
    virtual Octets early(Octets octets) { return incoming(std::move(octets)); }
    /// Octets from the reference: always whole frames, all that one incoming frame gives rise to.
    virtual Octets outgoing(Octets octets) { return octets; }
    /// What to do where the reference ends the connection. Not asked where the client has ended TCP first.
    /// keep_open reads and discards until the client ends TCP; send_fin ends our direction, whoever has to be first.
    /// cut_off ends TCP without close_notify, break_off in the middle of it.
    enum class Ending { as_reference, keep_open, reset, send_fin, cut_off, break_off };
    virtual Ending ending() { return Ending::as_reference; }
    /// The client has ended TCP before the reference did; `reset`: both directions of it, and nothing can be done. Else
    /// keep_open leaves our direction open for three seconds.
    virtual Ending peer_ended(bool reset) {
        (void)reset;
        return Ending::as_reference;
    }
    /// Asked after each incoming() and outgoing(): true drops TCP at once, without a word. What the call before
    /// returned is lost; answers to earlier frames go out.
    virtual bool drops_now() { return false; }
};
using FilterFactory = std::function<std::unique_ptr<Filter>()>;

}  // namespace wsspec::net
