// TLS settings of the tester as a client.
#pragma once

#include <expected>
#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace wsspec {

struct TlsOptions {
    std::string ca_file = {};           ///< PEM; empty: the system's.
    std::string certificate_file = {};  ///< PEM chain, for servers that ask for one.
    std::string key_file = {};
    bool insecure = false;  ///< Take any certificate.
};

/// The error names the file and says what is wrong with it.
std::expected<std::shared_ptr<boost::asio::ssl::context>, std::string> make_tls_client(const TlsOptions& options);

}  // namespace wsspec
