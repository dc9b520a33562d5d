// Faults of clients below WebSocket (RFC 6455 section 4.1): certificates that they take, and the name that they keep to
// themselves.
#include <boost/asio/ssl/context.hpp>

#include "reference/net/echo_client.h"
#include "runner/client_faults.h"

namespace wsspec {

void bend(net::EchoClientSettings& settings, boost::asio::ssl::context& context, const TlsBend& tls) {
    if (tls.sends_no_name) settings.address.sni = "";
    settings.address.tls_version = tls.oldest;
    switch (tls.takes) {
        case TlsBend::Takes::good:
            break;
        case TlsBend::Takes::any:
            context.set_verify_mode(boost::asio::ssl::verify_none);
            break;
        case TlsBend::Takes::expired:
            X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_NO_CHECK_TIME);
            break;
        case TlsBend::Takes::other_name:
            // Whom it was told to look for is not whom it wanted.
            settings.address.server_name = "other.example";
            break;
    }
}

}  // namespace wsspec

namespace wsspec::detail {

std::vector<Fault> client_tls_faults() {
    return {
        {.name = "takes-any-certificate",
         .requirement = "R6455-4.1-12",
         .what = "Goes on with a certificate that nobody it trusts has signed.",
         .caught_by = {"18.6.2"},
         .make = {},
         .tls = TlsBend{.takes = TlsBend::Takes::any}},
        {.name = "takes-expired-certificates",
         .requirement = "R6455-4.1-12",
         .what = "Does not look at the time for which a certificate is good.",
         .caught_by = {"18.6.3"},
         .make = {},
         .tls = TlsBend{.takes = TlsBend::Takes::expired}},
        {.name = "takes-certificates-of-others",
         .requirement = "R6455-4.1-12",
         .what = "Does not look at the name in a certificate.",
         .caught_by = {"18.6.4"},
         .make = {},
         .tls = TlsBend{.takes = TlsBend::Takes::other_name}},
        {.name = "sends-no-server-name",
         .requirement = "R6455-4.1-13",
         .what = "Leaves the server name out of its TLS handshake.",
         .caught_by = {"18.6.1"},
         .make = {},
         .tls = TlsBend{.sends_no_name = true}},
        {.name = "speaks-tls-1-0",
         .requirement = "R8996-4-1",
         .what = "Speaks TLS 1.0 with a server that has nothing newer.",
         .caught_by = {"18.6.5"},
         .make = {},
         .tls = TlsBend{.oldest = TlsVersion::tls1_0}},
        {.name = "speaks-tls-1-1",
         .requirement = "R8996-5-1",
         .what = "Speaks TLS 1.1 with a server that has nothing newer.",
         .caught_by = {"18.6.6"},
         .make = {},
         .tls = TlsBend{.oldest = TlsVersion::tls1_1}},
    };
}

}  // namespace wsspec::detail
