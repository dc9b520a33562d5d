// The opening handshake of a script: an HTTP request, or the answer to one, as lines of text, legal or not (RFC 6455
// sections 4.1 and 4.2.2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reference/frame.h"
#include "reference/octets.h"

namespace wsspec {

/// What a case sends to open the connection: a request, or (see acceptance()) an answer. Starts out legal; the fluent
/// members return changed copies.
/// `{resource}`, `{host}`, `{key}`, `{subprotocol}` and `{origin}` are filled in when it is sent: the path and the
/// authority of the target's URL, a fresh Sec-WebSocket-Key, and what the user said the target supports. In an answer
/// `{accept}` is the Sec-WebSocket-Accept for the client's key, `{accept-in-lower-case}` the same spoilt by that,
/// `{accept-27}` and `{accept-5}` its first 27 and 5 letters of 28, `{accept-but-N}` has another letter at place N (0,
/// 9, 20, 26), `{accept-first-case}` and `{accept-last-case}` a letter in the other case, `{accept-last-bits}` bits
/// behind the digest that are not zero, `{accept-url}` the alphabet of base64url; `{key}` is the key. `{offered}` is
/// the first subprotocol that the client offers, `{offered-in-another-case}` the same with capitals for small letters
/// and the other way round, `{offered-shortened}` the same without its last letter, and `{offered-too}` the second one,
/// or a name of ours without one.
struct Handshake {
    std::string start_line = "GET {resource} HTTP/1.1";
    /// Field lines as they are written, without line ends.
    std::vector<std::string> fields = {"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
                                       "Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"};
    std::string line_end = "\r\n";
    /// Stands between the start line and the fields: `begin`, then `pattern` `count` times, then `end`. Made while it
    /// is sent, so it may be of any size; render() has the pattern once.
    struct Filler {
        std::string begin;
        std::string pattern;
        std::size_t count = 0;
        std::string end;
        bool operator==(const Filler&) const = default;
    };
    Filler filler = {};
    bool complete = true;      ///< false: the empty line that ends the field section is withheld.
    std::string before;        ///< Octets in front of the request line.
    std::string after;         ///< Octets right behind the empty line: a body, a second request.
    std::vector<Frame> early;  ///< Frames sent in the same segment, behind `after`, before any answer is seen.

    /// Without every line of this name (compared without regard to case).
    Handshake drop(std::string_view name) const;
    /// The first line of this name becomes "name: value"; its other lines go. Appended if there was none.
    Handshake set(std::string_view name, std::string_view value) const;
    /// One more line "name: value", at the end.
    Handshake add(std::string_view name, std::string_view value) const;
    /// One more line "name: value", in front of all others.
    Handshake add_first(std::string_view name, std::string_view value) const;
    /// One more line exactly as given, at the end; at the front.
    Handshake add_line(std::string_view line) const;
    Handshake add_line_first(std::string_view line) const;
    /// The first line of this name is replaced by `line` as given (for "Upgrade : websocket" and the like).
    Handshake replace_line(std::string_view name, std::string_view line) const;
    /// "{method} {resource} HTTP/1.1"
    Handshake with_method(std::string_view method) const;
    /// "GET {target} HTTP/1.1"
    Handshake with_target(std::string_view target) const;
    /// "GET {resource} {version}"
    Handshake with_version(std::string_view version) const;
    Handshake with_request_line(std::string_view line) const;
    Handshake with_line_end(std::string_view end) const;
    Handshake in_reverse_order() const;
    /// Field names (what stands before the colon) in upper or lower case.
    Handshake with_upper_names() const;
    Handshake with_lower_names() const;
    Handshake preceded_by(std::string_view octets) const;
    Handshake followed_by(std::string_view octets) const;
    Handshake with_early(std::vector<Frame> frames) const;
    Handshake unfinished() const;
    Handshake filled_with(Filler filler) const;

    bool operator==(const Handshake&) const = default;
};

/// The answer that opens a connection: 101 with the three fields of section 4.2.2.
Handshake acceptance();

/// What the placeholders of a Handshake stand for.
struct HandshakeValues {
    std::string resource = "/";
    std::string host;
    std::string key;
    std::string subprotocol;
    std::string origin;
    std::string accept;
    std::vector<std::string> offered = {};  ///< By the client.
    /// Further field lines that the user asked for (--header), sent with every handshake.
    std::vector<std::string> extra_fields;
};

/// The text with the placeholders filled in; without `early`.
std::string render(const Handshake& handshake, const HandshakeValues& values);
/// The part of it up to the end of the filler's pattern: there the other repetitions stand.
std::string render_front(const Handshake& handshake, const HandshakeValues& values);

}  // namespace wsspec
