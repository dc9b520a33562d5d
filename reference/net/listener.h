// Listens on a TCP port or a Unix socket, and goes on listening whatever happens. Includes Asio, so keep it out of
// other headers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "reference/net/accepted.h"

namespace wsspec::net {

struct ListenAddress {
    std::string host = "127.0.0.1";  ///< Name or address; of several addresses the first that can be listened on.
    std::uint16_t port = 0;          ///< 0: any free one.
    std::string unix_path = {};      ///< Not empty: listen there instead.
};

/// Its what() names the file, and says what is wrong with it.
class UnusableCertificate : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// PEM files; nullptr if `certificate_file` is empty. Throws UnusableCertificate if they can't be used.
/// `oldest` and `newest` bound the versions of TLS; `any`: 1.2, and whatever there is.
std::unique_ptr<boost::asio::ssl::context> server_context(const std::string& certificate_file,
                                                          const std::string& key_file,
                                                          TlsVersion oldest = TlsVersion::any,
                                                          TlsVersion newest = TlsVersion::any);

class Listener {
public:
    /// Listens at once; throws std::system_error or boost::system::system_error if that can't be done. `accepted` is
    /// called on the executor for every client, from start() on.
    Listener(boost::asio::any_io_executor executor, const ListenAddress& address, std::function<void(Socket)> accepted);
    /// As stop().
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// The port that is listened on; 0 for a Unix socket.
    std::uint16_t port() const;
    void start();
    /// Accepts no more. Call it on the executor.
    void stop();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace wsspec::net
