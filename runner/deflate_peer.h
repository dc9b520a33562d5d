// permessage-deflate (RFC 7692) as a layer in front of a peer that knows nothing of it: what faulty peers of
// compression are made of (see faults.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reference/extensions.h"
#include "reference/permessage_deflate.h"
#include "runner/frame_filter.h"

namespace wsspec {

/// What a peer reads from its client, as far as its inflater could care.
enum class Piece {
    more,          ///< Of a compressed message that goes on.
    last,          ///< Of a compressed message that ends with it.
    uncompressed,  ///< Payload of a data frame of a message without RSV1.
    control,       ///< Payload of a control frame.
};

/// What the peer makes of a payload. Nothing: it fails the connection with 1007.
using Inflate = std::function<std::optional<Octets>(OctetView payload, Piece piece)>;
/// The payload of a compressed message; nothing: the message is sent as it is, without RSV1.
using Deflate = std::function<std::optional<Octets>(OctetView message)>;

/// The honest ones: on zlib, leaving all but compressed messages as they are. A message above the limit of the
/// reference is cut short just behind it, for the reference to refuse.
Inflate honest_inflate(const DeflateAgreement& agreement);
Deflate honest_deflate(const DeflateAgreement& agreement);

/// How a peer goes about permessage-deflate, one decision a member; each starts out as the RFC has it.
struct DeflateManners {
    /// The value of Sec-WebSocket-Extensions in the response; empty: none. `right` is what an honest peer answers:
    /// nothing if it has to decline.
    std::function<std::string(const std::vector<Extension>& offers, const std::optional<Extension>& right)> answers =
        {};
    /// 400 in place of a 101 without permessage-deflate, where that is what there is to answer to an offer of it.
    bool refuses_instead_of_declining = false;
    /// The agreement that it acts on; `said` is the one that its answer states.
    std::function<std::optional<DeflateAgreement>(const std::optional<DeflateAgreement>& said)> acts_on = {};
    std::function<Inflate(const DeflateAgreement&)> inflate = honest_inflate;
    std::function<Deflate(const DeflateAgreement&)> deflate = honest_deflate;
    /// A look at frames as they come from the wire, and one as they go out to it. Not without an agreement.
    FrameHook reads = {};
    FrameHook writes = {};
};

/// Takes the offers away from the reference and answers them itself; puts inflated frames in the place of compressed
/// ones, fragment by fragment, and compresses what the reference sends. Keeps a client's window unless it has to: the
/// hint client_no_context_takeover is not taken (RFC 7692 7.1.1.2 leaves that to the server).
///
/// In front of the reference client (FrameFilter::play) it takes the server's agreement away from the reference and
/// acts on it; `answers` and `refuses_instead_of_declining` have no meaning there, and agreements are mirrored: what
/// the members call the client's is what the server sends.
///
/// Makes the manners of each connection anew, so hooks may share state. Compressed frames above 16 MiB pass as they are
/// (see FrameFilter), and the reference refuses them.
net::FilterFactory deflate_peer(std::function<DeflateManners()> manners);
net::FilterFactory deflate_peer(DeflateManners manners = {});

}  // namespace wsspec
