// Close codes (RFC 6455 section 7.4, and the IANA registry that continues it).
#pragma once

#include <cstdint>
#include <string_view>

namespace wsspec {

enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status_received = 1005,  ///< Stands for "no code"; never on the wire (7.4.1).
    abnormal_closure = 1006,    ///< Stands for "no Close frame"; never on the wire (7.4.1).
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    mandatory_extension = 1010,
    internal_error = 1011,
    service_restart = 1012,  ///< IANA, after RFC 6455.
    try_again_later = 1013,  ///< IANA, after RFC 6455.
    bad_gateway = 1014,      ///< IANA, after RFC 6455.
    tls_handshake = 1015,    ///< Stands for a failed TLS handshake; never on the wire (7.4.1).
};
constexpr std::uint16_t number(CloseCode code) { return static_cast<std::uint16_t>(code); }

enum class CloseCodeClass {
    legal,             ///< 1000-1003, 1007-1011, 3000-4999.
    registered_later,  ///< 1012-1014: legal by the IANA registry, unknown to RFC 6455.
    never_on_wire,     ///< 1005, 1006, 1015: 7.4.1 MUST NOT.
    reserved,          ///< 1004: reserved by 7.4.1 without a meaning.
    unused,            ///< 0-999: 7.4.2 "not used".
    unassigned,        ///< 1016-2999: 7.4.2, reserved for the protocol.
    out_of_range,      ///< 5000 and above: RFC 6455 is silent.
};
CloseCodeClass classify(std::uint16_t code);

/// May an endpoint send it? `legal` and `registered_later`.
bool may_be_sent(std::uint16_t code);

/// The requirement that a code outside the legal set breaks; empty for a legal one.
std::string_view broken_requirement(CloseCodeClass code_class, std::uint16_t code);

/// "normal closure", "protocol error" …; empty for a code without a name.
std::string_view close_code_name(std::uint16_t code);

}  // namespace wsspec
