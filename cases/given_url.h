// The URL that a client is given, where the case is about what it makes of that (RFC 6455 sections 3, 4.1 and 11.1.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reference/grade.h"

namespace wsspec {

/// The path cannot say which case is asked for: the case has a port of its own, and whoever comes there is put through
/// it.
struct GivenUrl {
    /// `{ws}` is ws or wss, as we speak; `{WS}` the same in capitals; `{host}` and `{port}` are where we listen, and
    /// `{port+65536}` is a number whose lower 16 bits are that port.
    std::string written;
    struct Request {
        std::string target;
        Grade grade = Grade::pass;
        std::string why = {};  ///< Of one that is no pass: a clause.
    };
    /// What may be asked for, the best first; anything else is a fail.
    std::vector<Request> requests = {};
    /// What it is worth not to ask at all: a pass where the URL has to be refused.
    Grade stays_away = Grade::fail;
    std::string why_away = {};  ///< Where it is neither a pass nor a fail.
    /// What Host has to name, if not what the URL says.
    std::string host = "{host}";
};

/// Where we listen.
struct UrlPlace {
    bool tls = false;
    std::string host = {};  ///< As a URL writes it.
    std::uint16_t port = 0;
};

/// The URL itself.
std::string url_at(const GivenUrl& url, const UrlPlace& place);
/// Host and port, as a Host field has them.
std::string authority_at(const GivenUrl& url, const UrlPlace& place);

/// The one of `requests` that this request-target is, or a fail with a reason. Of an absolute-form, path and query
/// count (RFC 9112 section 3.2.2); hex digits of percent-encodings in any case (RFC 3986 section 6.2.2.1).
GivenUrl::Request judged_target(const GivenUrl& url, std::string_view target);

/// What the client may do: "a request for /chat; or (informational) no request".
std::string describe(const GivenUrl& url);

}  // namespace wsspec
