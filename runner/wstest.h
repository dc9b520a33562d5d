// The program under the name `wstest`: Autobahn's command line, so that a job written for it changes one line.
// docs/autobahn.md says what is the same and what differs.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "reference/net/stream.h"
#include "runner/url.h"
#include "runner/wstest_spec.h"

namespace wsspec {

struct WstestOptions {
    std::string mode = {};
    std::string spec_file = {};  ///< Empty: `<mode>.json` in the working directory.
    std::string url = {};        ///< -w
    std::optional<std::uint16_t> web_port = {};
    std::string ident = {};
    std::string key_file = {};
    std::string certificate_file = {};
    bool with_extra = false;  ///< Patterns also find the cases that Autobahn does not have.
    std::string profile = "full";
    unsigned wait_s = 0;  ///< Of a fuzzingclient: for each server to accept connections, before its first case.
};

enum WstestExit : int { wstest_done = 0, wstest_wrong = 1 };

/// The whole program. Returns 0 after a completed run, whatever failed in it, and 1 for a mistake of the user's or if
/// the mode could not do its work at all.
int wstest_main(int argc, char** argv);

// The modes; each returns the exit status.
int wstest_fuzzingclient(const WstestOptions& options);
int wstest_fuzzingserver(const WstestOptions& options);
int wstest_echoserver(const WstestOptions& options, bool deflate);
int wstest_echoclient(const WstestOptions& options);
int wstest_testeeclient(const WstestOptions& options);
int wstest_massconnect(const WstestOptions& options);
int wstest_broadcastserver(const WstestOptions& options);
int wstest_broadcastclient(const WstestOptions& options);

// What they share.

/// One line on standard error; returns wstest_wrong.
int wstest_error(const std::string& what);

/// The spec of -s, or of the default file, which is made from the template if it is not there. The user is told.
std::expected<WstestSpec, std::string> wstest_read_spec(const WstestOptions& options);

/// Where a URL leads, and what TLS needs for it: like Autobahn, any certificate is good enough.
struct Destination {
    Url url = {};
    net::Address address = {};
    std::shared_ptr<boost::asio::ssl::context> tls = {};
};
std::expected<Destination, std::string> wstest_destination(const std::string& url);

}  // namespace wsspec
