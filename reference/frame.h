// Frames as free-form values, and the serialiser that never validates (RFC 6455 section 5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "reference/masking.h"
#include "reference/octets.h"

namespace wsspec {

/// The two parts that RFC 6455 knows. A client masks, a server does not (section 5.1).
enum class Role { client, server };

constexpr Role other(Role role) { return role == Role::client ? Role::server : Role::client; }
constexpr std::string_view to_string(Role role) { return role == Role::client ? "client" : "server"; }

/// Section 5.2 and 11.8. Values that have no name here are reserved; a Frame can carry them all the same.
enum class Opcode : Octet { continuation = 0x0, text = 0x1, binary = 0x2, close = 0x8, ping = 0x9, pong = 0xa };

/// The high bit of the four makes a control frame (section 5.5).
constexpr bool is_control(Opcode opcode) { return (static_cast<Octet>(opcode) & 0x8) != 0; }
constexpr bool is_reserved(Opcode opcode) {
    auto const value = static_cast<Octet>(opcode);
    return (value >= 0x3 && value <= 0x7) || value >= 0xb;
}
/// "text", "close" …; "opcode 0xb" for a reserved one.
std::string_view to_string(Opcode opcode);

constexpr Octet rsv1 = 4;
constexpr Octet rsv2 = 2;
constexpr Octet rsv3 = 1;

/// How a frame is masked, relative to what the sender's role demands.
enum class MaskBit { as_role, wrong_for_role };

/// How the payload length is written. `minimal` is the only legal one for a given length.
enum class LengthForm { minimal, seven_bits, sixteen_bits, sixtyfour_bits };

/// One frame, legal or not. A plain value; the fluent members return changed copies.
struct Frame {
    bool fin = true;
    Octet rsv = 0;  ///< Three bits: RSV1 = 4, RSV2 = 2, RSV3 = 1.
    Opcode opcode = Opcode::text;
    Octets payload = {};
    MaskBit mask_bit = MaskBit::as_role;
    std::optional<MaskingKey> key = {};  ///< Absent: a fresh one for every sending.
    LengthForm length_form = LengthForm::minimal;
    std::optional<std::uint64_t> claimed_length = {};  ///< Absent: payload.size().

    /// FIN = 0: more fragments follow.
    Frame more() const;
    Frame with_rsv(Octet bits) const;
    /// Unmasked from a client, masked from a server.
    Frame wrongly_masked() const;
    Frame with_key(MaskingKey masking_key) const;
    Frame in_form(LengthForm form) const;
    /// The header announces `length` octets, whatever the payload has.
    Frame claiming(std::uint64_t length) const;

    bool operator==(const Frame&) const = default;
};

Frame text(std::string_view payload);
Frame text(Octets payload);
Frame binary(Octets payload);
Frame continuation(std::string_view payload);
Frame continuation(Octets payload);
Frame ping(std::string_view payload = {});
Frame ping(Octets payload);
Frame pong(std::string_view payload = {});
Frame pong(Octets payload);
/// Close without a body.
Frame close_frame();
/// Close with a code and a reason; neither is checked.
Frame close_frame(std::uint16_t code, std::string_view reason = {});
/// Any opcode, named or reserved.
Frame frame(Octet opcode, Octets payload = {});

/// The octets of a frame as `sender` sends it. Nothing is validated. This is the only place where a role becomes a
/// mask bit: mirroring a script for the other role is nothing more than another `sender`.
/// `fresh` is the masking key used where the frame names none.
Octets wire(const Frame& frame, Role sender, MaskingKey fresh);

/// As above, with a key from the random generator.
Octets wire(const Frame& frame, Role sender);

}  // namespace wsspec
