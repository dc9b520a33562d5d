#include "reference/net/listener.h"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace wsspec::net {
namespace {

namespace asio = boost::asio;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
using SocketEndpoint = asio::generic::stream_protocol::endpoint;

constexpr auto accept_retry = std::chrono::milliseconds(100);

Acceptor listen(const asio::any_io_executor& executor, const SocketEndpoint& endpoint) {
    Acceptor acceptor(executor);
    acceptor.open(endpoint.protocol());
    // A port whose last connections are in TIME_WAIT is free.
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    return acceptor;
}

Acceptor listen(const asio::any_io_executor& executor, const ListenAddress& address) {
    if (!address.unix_path.empty()) {
        // Asio calls a folder that is not there an address in use.
        auto const folder = std::filesystem::path(address.unix_path).parent_path();
        if (!folder.empty() && !std::filesystem::is_directory(folder))
            throw std::system_error(ENOENT, std::generic_category());
        // What a server that is gone has left behind; anything but a socket stays, and makes bind() fail.
        if (std::filesystem::is_socket(address.unix_path)) std::filesystem::remove(address.unix_path);
        return listen(executor, asio::local::stream_protocol::endpoint(address.unix_path));
    }
    asio::ip::tcp::resolver resolver(executor);
    auto const results = resolver.resolve(address.host, std::to_string(address.port), resolver.passive);
    for (auto result = results.begin();;) {
        asio::ip::tcp::endpoint const endpoint = *result;
        try {
            return listen(executor, endpoint);
        } catch (const boost::system::system_error&) {
            if (++result == results.end()) throw;
        }
    }
}

std::uint16_t port_of(const Acceptor& acceptor) {
    auto const endpoint = acceptor.local_endpoint();
    asio::ip::tcp::endpoint tcp;
    if (endpoint.protocol().family() == AF_UNIX || endpoint.size() > tcp.capacity()) return 0;
    std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
    return tcp.port();
}

int number_of(TlsVersion version) {
    switch (version) {
        case TlsVersion::any:
            return 0;
        case TlsVersion::tls1_0:
            return TLS1_VERSION;
        case TlsVersion::tls1_1:
            return TLS1_1_VERSION;
        case TlsVersion::tls1_2:
            return TLS1_2_VERSION;
        case TlsVersion::tls1_3:
            return TLS1_3_VERSION;
    }
    return 0;
}

}  // namespace

std::unique_ptr<asio::ssl::context> server_context(const std::string& certificate_file, const std::string& key_file,
                                                   TlsVersion oldest, TlsVersion newest) {
    if (certificate_file.empty()) return nullptr;
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    bool const old = oldest == TlsVersion::tls1_0 || oldest == TlsVersion::tls1_1;
    // RFC 8996: who offers these is a faulty peer, and OpenSSL has to be told twice.
    if (old) SSL_CTX_set_security_level(native, 0);
    if (old) SSL_CTX_set_cipher_list(native, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(native, oldest == TlsVersion::any ? TLS1_2_VERSION : number_of(oldest));
    if (newest != TlsVersion::any) SSL_CTX_set_max_proto_version(native, number_of(newest));
    ErrorCode error;
    context->use_certificate_chain_file(certificate_file, error);
    if (error)
        throw UnusableCertificate("no certificate can be read from " + certificate_file + ": " + error.message());
    context->use_private_key_file(key_file, asio::ssl::context::pem, error);
    if (error)
        throw UnusableCertificate("no private key that fits can be read from " + key_file + ": " + error.message());
    return context;
}

class Listener::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(const asio::any_io_executor& executor, const ListenAddress& address, std::function<void(Socket)> accepted)
        : acceptor_(listen(executor, address)),
          port_(port_of(acceptor_)),
          unix_path_(address.unix_path),
          retry_(executor),
          accepted_(std::move(accepted)) {}

    std::uint16_t port() const { return port_; }

    void accept() {
        acceptor_.async_accept([self = shared_from_this()](ErrorCode error, Socket socket) {
            if (!self->acceptor_.is_open()) return;
            if (!error) {
                self->accepted_(std::move(socket));
                return self->accept();
            }
            // No file descriptor or no memory left (EMFILE, ENFILE, ENOBUFS): the next attempt would fail at once, too.
            // Nothing reports that there is room again, so look after a while.
            self->retry_.expires_after(accept_retry);
            self->retry_.async_wait([self](ErrorCode cancelled) {
                if (!cancelled && self->acceptor_.is_open()) self->accept();
            });
        });
    }

    void stop() {
        if (!acceptor_.is_open()) return;
        ErrorCode ignored;
        acceptor_.close(ignored);
        retry_.cancel();
        std::error_code also_ignored;
        if (!unix_path_.empty()) std::filesystem::remove(unix_path_, also_ignored);
    }

private:
    Acceptor acceptor_;
    std::uint16_t port_;
    std::string unix_path_;
    asio::steady_timer retry_;
    std::function<void(Socket)> accepted_;
};

Listener::Listener(asio::any_io_executor executor, const ListenAddress& address, std::function<void(Socket)> accepted)
    : impl_(std::make_shared<Impl>(executor, address, std::move(accepted))) {}

Listener::~Listener() { stop(); }

std::uint16_t Listener::port() const { return impl_->port(); }

void Listener::start() { impl_->accept(); }

void Listener::stop() { impl_->stop(); }

}  // namespace wsspec::net
