// Clients of tests, on the way to a case about a URL.
#pragma once

#include <string>

#include "reference/net/echo_client.h"
#include "runner/case_server.h"
#include "runner/faults.h"

namespace wsspec::test {

/// Has the client go where it is told, if it goes: by `takes_url`, or as the reference reads URLs.
inline bool goes_to_url(net::EchoClientSettings& client, const CaseServer& server, const Case& one,
                        const decltype(Fault::takes_url)& takes_url) {
    std::string const written = server.url_of(one);
    std::optional<Url> url;
    if (takes_url) {
        url = takes_url(written);
    } else if (auto const parsed = parse_url(written)) {
        url = *parsed;
    }
    if (!url) return false;
    client.address.host = url->host;
    client.address.port = url->port;
    client.address.tls = url->secure;
    client.request.host = url->authority;
    client.request.resource = url->resource;
    return true;
}

}  // namespace wsspec::test
