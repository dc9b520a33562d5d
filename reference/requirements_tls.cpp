// What RFC 8446, 8996, 9325 and 6066 ask of TLS below WebSocket, in our words. One row is one duty; its id is for ever.
// Only what shows from above TLS, or by a peer that bends it, is here.
#include "reference/requirements.h"

namespace wsspec::detail {

using enum Level;
using enum Stated;
using enum Bound;
using enum Observable;

namespace {

// clang-format off
constexpr Requirement rows[] = {
    {"R6066-3-1", "6066", "3", should, stated, server, at_server, "Faced with a server name that means nothing to it, end the TLS handshake with the fatal alert unrecognized_name, or go on as if there were none."},
    {"R8446-5-1", "8446", "5", must, stated, receiver, at_server | at_client, "Terminate the connection over a record of a type that cannot come here."},
    {"R8446-5.1-1", "8446", "5.1", must, implied, receiver, at_server | at_client, "Give no significance to how application data is spread over records, nor to how TCP cuts and joins these."},
    {"R8446-5.2-1", "8446", "5.2", must, stated, receiver, at_server | at_client, "Terminate the connection over a record that cannot be decrypted."},
    {"R8446-5.2-2", "8446", "5.2", must, stated, receiver, at_server | at_client, "Terminate the connection over a record longer than 2^14 + 256 octets."},
    {"R8446-6-1", "8446", "6", must, stated, receiver, at_server | at_client, "Go by no alert that is not protected once the TLS handshake is through."},
    {"R8446-6.1-1", "8446", "6.1", must, stated, sender, at_server | at_client, "Send close_notify before the end of the own direction, unless an error alert was sent."},
    {"R8446-6.1-2", "8446", "6.1", must, implied, receiver, at_server | at_client, "Take the end of TCP without close_notify for what it may be: data that was cut off."},
    {"R8446-6.1-3", "8446", "6.1", must, implied, receiver, at_server | at_client, "Finish what came before the peer's close_notify, which ends the peer's direction only."},
    {"R8996-4-1", "8996", "4", must_not, stated, both, at_server | at_client, "Do not use TLS 1.0, nor let a peer bring it about."},
    {"R8996-5-1", "8996", "5", must_not, stated, both, at_server | at_client, "Do not use TLS 1.1, nor let a peer bring it about."},
    {"R9325-3.1.1-1", "9325", "3.1.1", must, stated, both, at_server | at_client, "Support TLS 1.2."},
    {"R9325-3.1.1-2", "9325", "3.1.1", should, stated, both, at_server | at_client, "Support TLS 1.3."},
    {"R9325-3.5-1", "9325", "3.5", must, stated, both, at_server | at_client, "With TLS 1.2, implement the extension renegotiation_info (RFC 5746)."},
    {"R9325-3.7-1", "9325", "3.7", must, stated, both, at_server | at_client, "Support Server Name Indication."},
};
// clang-format on

}  // namespace

std::span<const Requirement> tls() { return rows; }

}  // namespace wsspec::detail
