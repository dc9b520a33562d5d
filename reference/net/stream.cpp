#include "reference/net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <deque>
#include <optional>
#include <utility>

#include "reference/net/accepted.h"

namespace wsspec::net {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using SocketEndpoint = asio::generic::stream_protocol::endpoint;
using Tls = ssl::stream<Socket>;

void set_no_delay(Socket& socket) {
    ErrorCode ignored;  // A Unix socket does not know it.
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

/// A socket with its TLS, if any. Every pending operation shares it, so that it outlives the Stream above it.
template <class Layer>
struct Link {
    template <class... Arguments>
    explicit Link(Arguments&&... arguments) : layer(std::forward<Arguments>(arguments)...) {}

    void close() {
        ErrorCode ignored;
        closed = true;
        layer.lowest_layer().close(ignored);
    }
    void reset() {
        ErrorCode ignored;
        layer.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        close();
    }
    /// What the owner is told. An operation that was under way when we closed ends in many ways: all mean the same.
    ErrorCode told(ErrorCode error) {
        if (closed) return asio::error::operation_aborted;
        if (error != ssl::error::stream_truncated) return error;
        truncated = true;
        return asio::error::eof;
    }

    Layer layer;
    bool closed = false;
    bool truncated = false;
    Octets close_notify;
};

/// What OpenSSL writes when `act` is called, caught in memory.
template <class Act>
Octets records_of(SSL* tls, const Act& act) {
    BIO* const memory = BIO_new(BIO_s_mem());
    BIO* const transport = SSL_get_wbio(tls);
    BIO_up_ref(transport);
    SSL_set0_wbio(tls, memory);
    act();
    ERR_clear_error();
    const char* data = nullptr;
    auto const size = static_cast<std::size_t>(BIO_get_mem_data(memory, &data));
    Octets records(data, data + size);
    SSL_set0_wbio(tls, transport);  // Frees `memory`.
    return records;
}

/// The record that ends our direction of TLS. Asio's own shutdown also waits for the peer's, and takes data that come
/// before it for an error.
Octets make_close_notify(SSL* tls) {
    return records_of(tls, [tls] { SSL_shutdown(tls); });
}

/// No other version than this. RFC 8996 has ended the first two, and with them the algorithms that they need: OpenSSL
/// speaks them at security level 0 only.
void offer_only(SSL* tls, TlsVersion version) {
    auto const only = [tls](int number) {
        SSL_set_min_proto_version(tls, number);
        SSL_set_max_proto_version(tls, number);
    };
    auto const old = [&](int number) {
        SSL_set_security_level(tls, 0);
        SSL_set_cipher_list(tls, "ALL:@SECLEVEL=0");
        only(number);
    };
    switch (version) {
        case TlsVersion::any:
            return;
        case TlsVersion::tls1_0:
            return old(TLS1_VERSION);
        case TlsVersion::tls1_1:
            return old(TLS1_1_VERSION);
        case TlsVersion::tls1_2:
            return only(TLS1_2_VERSION);
        case TlsVersion::tls1_3:
            return only(TLS1_3_VERSION);
    }
}

template <class Layer>
class SocketStream final : public Stream {
public:
    explicit SocketStream(std::shared_ptr<Link<Layer>> link) : link_(std::move(link)) {}
    ~SocketStream() override { link_->close(); }

    void async_read(std::span<Octet> into, std::function<void(ErrorCode, std::size_t)> done) override {
        link_->layer.async_read_some(asio::buffer(into.data(), into.size()),
                                     [link = link_, done = std::move(done)](ErrorCode error, std::size_t size) {
                                         done(link->told(error), size);
                                     });
    }

    void async_write(OctetView octets, std::function<void(ErrorCode)> done) override {
        asio::async_write(
            link_->layer, asio::buffer(octets.data(), octets.size()),
            [link = link_, done = std::move(done)](ErrorCode error, std::size_t) { done(link->told(error)); });
    }

    void async_shutdown_send(std::function<void(ErrorCode)> done) override {
        auto const fin = [link = link_, done = std::move(done)](ErrorCode error, std::size_t) {
            if (!error) link->layer.lowest_layer().shutdown(asio::socket_base::shutdown_send, error);
            done(link->told(error));
        };
        if constexpr (std::is_same_v<Layer, Tls>) {
            link_->close_notify = make_close_notify(link_->layer.native_handle());
            asio::async_write(link_->layer.next_layer(), asio::buffer(link_->close_notify), fin);
        } else {
            asio::post(link_->layer.get_executor(), [fin] { fin({}, 0); });
        }
    }

    void hold_back() override {
        int const on = 1;  // A Unix socket does not know it.
        ::setsockopt(link_->layer.lowest_layer().native_handle(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    }
    void close() override { link_->close(); }
    void reset() override { link_->reset(); }
    bool truncated() const override { return link_->truncated; }

    void async_write_below_tls(OctetView octets, std::function<void(ErrorCode)> done) override {
        asio::async_write(
            socket(), asio::buffer(octets.data(), octets.size()),
            [link = link_, done = std::move(done)](ErrorCode error, std::size_t) { done(link->told(error)); });
    }

    void async_cut_off(std::function<void(ErrorCode)> done) override {
        asio::post(link_->layer.get_executor(), [link = link_, done = std::move(done)] {
            ErrorCode error;
            link->layer.lowest_layer().shutdown(asio::socket_base::shutdown_send, error);
            done(link->told(error));
        });
    }

    std::optional<TlsFacts> tls() const override {
        if constexpr (std::is_same_v<Layer, Tls>) {
            SSL* const tls = link_->layer.native_handle();
            const char* const name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
            return TlsFacts{.version = SSL_get_version(tls),
                            .server_name = name == nullptr ? "" : name,
                            .secure_renegotiation =
                                SSL_version(tls) >= TLS1_3_VERSION || SSL_get_secure_renegotiation_support(tls) == 1};
        } else {
            return std::nullopt;
        }
    }

    Octets sealed(OctetView octets) override {
        if constexpr (std::is_same_v<Layer, Tls>) {
            SSL* const tls = link_->layer.native_handle();
            return records_of(tls, [&] {
                // Asio has OpenSSL return behind each record.
                while (!octets.empty()) {
                    int const size = SSL_write(tls, octets.data(), static_cast<int>(octets.size()));
                    if (size <= 0) return;
                    octets = octets.subspan(static_cast<std::size_t>(size));
                }
            });
        } else {
            return Stream::sealed(octets);
        }
    }

    Octets sealed_end() override {
        if constexpr (std::is_same_v<Layer, Tls>) {
            return make_close_notify(link_->layer.native_handle());
        } else {
            return {};
        }
    }

    void renegotiate() override {
        if constexpr (std::is_same_v<Layer, Tls>) {
            SSL* const tls = link_->layer.native_handle();
            if (SSL_version(tls) < TLS1_3_VERSION) SSL_renegotiate(tls);
            ERR_clear_error();
        }
    }

private:
    Socket& socket() {
        if constexpr (std::is_same_v<Layer, Tls>) {
            return link_->layer.next_layer();
        } else {
            return link_->layer;
        }
    }

    std::shared_ptr<Link<Layer>> link_;
};

/// What OpenSSL has against a certificate: X509_V_ERR_….
class CertificateErrors final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "certificate"; }
    std::string message(int value) const override {
        return std::string("certificate verify failed: ") + X509_verify_cert_error_string(value);
    }
};

const boost::system::error_category& certificate_errors() {
    static const CertificateErrors category;
    return category;
}

/// "certificate verify failed" helps nobody.
ErrorCode with_reason(const ErrorCode& error, SSL* tls) {
    bool const refused = error.category() == asio::error::get_ssl_category() &&
                         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    long const why = SSL_get_verify_result(tls);
    if (!refused || why == X509_V_OK) return error;
    return {static_cast<int>(why), certificate_errors()};
}

/// From a connected socket to a stream: the TLS handshake, or nothing at all.
class Opening : public std::enable_shared_from_this<Opening> {
public:
    explicit Opening(ConnectHandler done) : done_(std::move(done)) {}

    void start(Socket socket) {
        auto const executor = socket.get_executor();
        auto link = std::make_shared<Link<Socket>>(std::move(socket));
        plain_ = link;
        asio::post(executor, [self = shared_from_this(), link] { self->finish({}, link); });
    }

    /// `prepare` sets up the TLS stream before the handshake.
    void start(Socket socket, ssl::context& tls, ssl::stream_base::handshake_type type,
               const std::function<void(Tls&)>& prepare = {}) {
        auto link = std::make_shared<Link<Tls>>(std::move(socket), tls);
        if (prepare) prepare(link->layer);
        tls_ = link;
        link->layer.async_handshake(type,
                                    [self = shared_from_this(), link](ErrorCode error) { self->finish(error, link); });
    }

    void cancel() {
        if (plain_) plain_->close();
        if (tls_) tls_->close();
    }

private:
    template <class Layer>
    void finish(ErrorCode error, const std::shared_ptr<Link<Layer>>& link) {
        // From here on the link belongs to the stream: cancel() must not touch it.
        plain_.reset();
        tls_.reset();
        error = link->told(error);
        if constexpr (std::is_same_v<Layer, Tls>) error = with_reason(error, link->layer.native_handle());
        auto const done = std::exchange(done_, {});
        done(error, error ? nullptr : std::make_unique<SocketStream<Layer>>(link));
    }

    ConnectHandler done_;
    std::shared_ptr<Link<Socket>> plain_;
    std::shared_ptr<Link<Tls>> tls_;
};

/// One call of async_connect().
class Connecting : public std::enable_shared_from_this<Connecting> {
public:
    Connecting(asio::any_io_executor executor, Address address, ssl::context* tls, ConnectHandler done)
        : executor_(executor),
          address_(std::move(address)),
          tls_(tls),
          done_(std::move(done)),
          resolver_(executor),
          socket_(executor) {}

    void start() {
        if (!address_.unix_path.empty()) {
            ErrorCode error;
            if (address_.unix_path.size() >= longest_unix_path) {
                error = asio::error::name_too_long;
            } else {
                endpoints_.emplace_back(asio::local::stream_protocol::endpoint(address_.unix_path));
            }
            return asio::post(executor_, [self = shared_from_this(), error] { self->connect_next(error); });
        }
        // Looking up a name takes a thread; do without it where there is nothing to look up.
        if (auto const endpoint = literal()) {
            endpoints_.emplace_back(*endpoint);
            return asio::post(executor_, [self = shared_from_this()] { self->connect_next({}); });
        }
        resolver_.async_resolve(address_.host, address_.port,
                                [self = shared_from_this()](ErrorCode error, const auto& results) {
                                    for (const auto& result : results) self->endpoints_.emplace_back(result.endpoint());
                                    self->connect_next(error);
                                });
    }

    void cancel() {
        ErrorCode ignored;
        cancelled_ = true;
        resolver_.cancel();
        socket_.close(ignored);
        if (auto const opening = opening_.lock()) opening->cancel();
    }

private:
    static constexpr std::size_t longest_unix_path = sizeof(sockaddr_un{}.sun_path);

    std::optional<asio::ip::tcp::endpoint> literal() const {
        ErrorCode error;
        auto const ip = asio::ip::make_address(address_.host, error);
        std::uint16_t port = 0;
        const char* const end = address_.port.data() + address_.port.size();
        auto const parsed = std::from_chars(address_.port.data(), end, port);
        if (error || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
        return asio::ip::tcp::endpoint(ip, port);
    }

    /// `error`: why the step before failed.
    void connect_next(ErrorCode error) {
        if (cancelled_) return fail(asio::error::operation_aborted);
        if (endpoints_.empty()) return fail(error ? error : asio::error::host_not_found);
        ErrorCode ignored;
        socket_.close(ignored);
        socket_.async_connect(endpoints_.front(), [self = shared_from_this()](ErrorCode failed) {
            self->endpoints_.pop_front();
            if (failed || self->cancelled_) return self->connect_next(failed);
            self->open();
        });
    }

    void open() {
        set_no_delay(socket_);
        // Until it has finished, the opening keeps this object alive for cancel(), not the other way round.
        auto const opening =
            std::make_shared<Opening>([self = shared_from_this()](ErrorCode error, std::unique_ptr<Stream> stream) {
                std::exchange(self->done_, {})(error, std::move(stream));
            });
        opening_ = opening;
        if (!address_.tls) return opening->start(std::move(socket_));
        opening->start(std::move(socket_), *tls_, ssl::stream_base::client, [this](Tls& tls) {
            const auto& name = address_.server_name.empty() ? address_.host : address_.server_name;
            ErrorCode no_literal;
            asio::ip::make_address(name, no_literal);
            // RFC 6066 section 3: "Literal IPv4 and IPv6 addresses are not permitted" in server_name.
            auto const sni = address_.sni.value_or(no_literal ? name : std::string());
            if (!sni.empty()) SSL_set_tlsext_host_name(tls.native_handle(), sni.c_str());
            offer_only(tls.native_handle(), address_.tls_version);
            if ((SSL_get_verify_mode(tls.native_handle()) & SSL_VERIFY_PEER) != 0) {
                ErrorCode ignored;
                auto const verify = [check = ssl::host_name_verification(name)](bool good, ssl::verify_context& of) {
                    bool const fits = check(good, of);
                    // Asio leaves it without a reason.
                    if (good && !fits) X509_STORE_CTX_set_error(of.native_handle(), X509_V_ERR_HOSTNAME_MISMATCH);
                    return fits;
                };
                tls.set_verify_callback(verify, ignored);
            }
        });
    }

    void fail(ErrorCode error) { std::exchange(done_, {})(error, nullptr); }

    asio::any_io_executor executor_;
    Address address_;
    ssl::context* tls_;
    ConnectHandler done_;
    asio::ip::tcp::resolver resolver_;
    std::deque<SocketEndpoint> endpoints_;
    Socket socket_;
    bool cancelled_ = false;
    std::weak_ptr<Opening> opening_;
};

/// The handlers keep the attempt alive; who may cancel it does not.
template <class Attempt>
std::function<void()> canceller(const std::shared_ptr<Attempt>& attempt) {
    return [weak = std::weak_ptr(attempt)] {
        if (auto const alive = weak.lock()) alive->cancel();
    };
}

}  // namespace

bool is_tls_failure(const ErrorCode& error) {
    // What we cannot even offer was not refused.
    auto const reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    bool const ours = error.category() == asio::error::get_ssl_category() &&
                      (reason == SSL_R_NO_PROTOCOLS_AVAILABLE || reason == SSL_R_NO_CIPHERS_AVAILABLE);
    if (ours) return false;
    // Behind a connect() that succeeded: who hangs up in mid-handshake has refused it.
    return error.category() == asio::error::get_ssl_category() || error.category() == certificate_errors() ||
           error == asio::error::eof || error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

bool is_clear_text(const ErrorCode& error) {
    // GET and its like have a reason of their own in OpenSSL; all else looks like the version in a record.
    auto const reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    return error.category() == asio::error::get_ssl_category() &&
           (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_WRONG_VERSION_NUMBER);
}

std::function<void()> async_connect(asio::any_io_executor executor, const Address& address, ssl::context* tls,
                                    ConnectHandler done) {
    auto const attempt = std::make_shared<Connecting>(executor, address, tls, std::move(done));
    attempt->start();
    return canceller(attempt);
}

std::function<void()> async_accepted(Socket socket, ssl::context* tls, ConnectHandler done) {
    set_no_delay(socket);
    auto const opening = std::make_shared<Opening>(std::move(done));
    if (tls == nullptr) {
        opening->start(std::move(socket));
    } else {
        opening->start(std::move(socket), *tls, ssl::stream_base::server);
    }
    return canceller(opening);
}

}  // namespace wsspec::net
