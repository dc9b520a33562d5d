// The opening handshake (RFC 6455 section 4): built and checked, from both sides. Pure functions over text; every
// defect is filed under its own statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/extensions.h"
#include "reference/http.h"

namespace wsspec {

/// Is it the base64 form of 16 octets (4.1)?
bool is_nonce(std::string_view key);

/// base64 of 16 random octets (4.1).
std::string random_key();
/// base64(SHA-1(key + GUID)) over the key's text as it stands (4.2.2).
std::string accept_for(std::string_view key);

/// What a client asks for.
struct ClientRequest {
    std::string resource = "/";
    std::string host;
    std::string key;
    std::vector<std::string> subprotocols;
    std::string extensions;               ///< The value of Sec-WebSocket-Extensions; empty: not sent.
    std::vector<std::string> more_lines;  ///< Further field lines, verbatim.
};
std::string build_request(const ClientRequest& request);

/// A request as a server sees it.
struct CheckedRequest {
    RequestHead head;
    std::string key;
    std::vector<std::string> subprotocols;
    std::vector<Extension> extensions;
    bool wrong_version = false;
    /// In the order of the RFC; empty: the server must accept, as far as RFC 6455 goes.
    std::vector<Defect> defects;

    /// A defect that no reading of the RFCs forgives.
    bool must_be_refused() const;
    bool must_be_accepted() const { return defects.empty(); }
};
/// `head` ends with the empty line (see head_size()).
CheckedRequest check_request(std::string_view head);

/// The URL that a client was given, as far as its request has to agree with it.
struct KnownUrl {
    std::string authority = {};  ///< Host and port, as a URL writes them; empty: not known, and nothing is compared.
    bool tls = false;            ///< wss.
};

/// The same defects, and those of its offers of permessage-deflate, as breaches by the client: each under the statement
/// that binds it (4.1, RFC 7692 section 7.1). Tolerable is what breaks no MUST of a client.
std::vector<Defect> client_defects(const CheckedRequest& request, const KnownUrl& url = {});

/// 101 for a good request; `subprotocol` and `extensions` empty: not sent.
std::string build_acceptance(std::string_view key, std::string_view subprotocol = {}, std::string_view extensions = {});
/// The HTTP error that fits the defects: 426 with the version (4.4) or 400, or another status that HTTP names.
std::string build_refusal(const CheckedRequest& request);

/// A response as a client sees it.
struct CheckedResponse {
    ResponseHead head;
    std::string subprotocol;
    std::vector<Extension> extensions;
    std::vector<Defect> defects;

    bool opens() const;
};
/// Checks an answer against what was asked. Nothing: the octets are no HTTP response.
/// `request` is the request as it was sent (its head; offers are read from it).
std::optional<CheckedResponse> check_response(std::string_view head, const CheckedRequest& request);

/// What a client has to make of an answer. A server that breaks a rule is not always one that must be refused: HTTP
/// lets a recipient forgive some of it.
enum class ClientDuty {
    open,   ///< Nothing is wrong with it.
    judge,  ///< Something is, but whether the client goes on is its own decision.
    fail,   ///< 4.1: fail the connection; after another status than 101: hold it for not open.
};
/// `checked`: of check_response().
ClientDuty client_duty(const std::optional<CheckedResponse>& checked);

}  // namespace wsspec
