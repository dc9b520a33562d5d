#include "reference/net/echo_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <utility>

#include "reference/handshake.h"
#include "reference/net/closing.h"
#include "reference/net/echo_session.h"
#include "reference/net/handshake_reader.h"
#include "reference/net/listener.h"
#include "reference/permessage_deflate.h"

namespace wsspec::net {
namespace {

namespace asio = boost::asio;

constexpr auto handshake_patience = std::chrono::seconds(10);
constexpr auto closing_patience = std::chrono::seconds(2);
constexpr auto stop_patience = std::chrono::seconds(5);

/// RFC 6585 section 5.
constexpr std::string_view head_too_large =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
/// RFC 9112 section 3: where it is the request line that is too long. It asks for 8000 octets at least.
constexpr std::size_t longest_request_line = 8000;
constexpr std::string_view target_too_large =
    "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

}  // namespace

/// Lives as long as the server or one of its connections.
class EchoServer::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(const asio::any_io_executor& executor, EchoServerSettings settings, FilterFactory filter)
        : executor_(executor),
          settings_(std::move(settings)),
          filter_(std::move(filter)),
          tls_(server_context(settings_.certificate_file, settings_.key_file, settings_.oldest_tls,
                              settings_.newest_tls)),
          listener_(executor_, {.host = settings_.host, .port = settings_.port, .unix_path = settings_.unix_path},
                    [this](Socket socket) { accepted(std::move(socket)); }),
          port_(listener_.port()),
          stop_timer_(executor_) {}

    void start() { listener_.start(); }
    void stop(std::function<void()> done);
    void drop();

    const asio::any_io_executor& executor() const { return executor_; }
    const EchoServerSettings& settings() const { return settings_; }
    asio::ssl::context* tls() const { return tls_.get(); }
    std::unique_ptr<Filter> make_filter() const { return filter_ ? filter_() : nullptr; }
    std::uint16_t port() const { return port_; }
    std::size_t connections() const { return connection_count_; }

private:
    class Connection;

    void accepted(Socket socket);
    void drop_connections();
    void call_when_stopped();
    void joined(const std::shared_ptr<Connection>& connection);
    void left(const Connection* connection);
    /// A copy: what is done to a connection may take it out of the map.
    std::vector<std::shared_ptr<Connection>> all_connections() const;

    asio::any_io_executor executor_;
    EchoServerSettings settings_;
    FilterFactory filter_;
    std::unique_ptr<asio::ssl::context> tls_;
    Listener listener_;
    std::uint16_t port_;
    asio::steady_timer stop_timer_;
    /// Connections live as long as they have something under way; they take themselves out.
    std::map<const Connection*, std::weak_ptr<Connection>> connections_;
    std::atomic<std::size_t> connection_count_ = 0;
    std::vector<std::function<void()>> when_stopped_;
};

/// One client: TLS, the opening handshake, and what follows from it. Kept alive by the handlers of what is under way.
class EchoServer::Impl::Connection : public std::enable_shared_from_this<Connection> {
public:
    explicit Connection(std::shared_ptr<Impl> server)
        : server_(std::move(server)), filter_(server_->make_filter()), deadline_(server_->executor()) {}
    ~Connection() { server_->left(this); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start(Socket socket) {
        deadline_.expires_after(handshake_patience);
        deadline_.async_wait([self = shared_from_this()](ErrorCode cancelled) {
            if (!cancelled) self->drop();
        });
        auto opened = [self = shared_from_this()](ErrorCode error, std::unique_ptr<Stream> stream) {
            if (error) return self->drop();
            self->stream_ = std::move(stream);
            self->read_head();
        };
        if (!server_->settings().also_in_clear) {
            cancel_opening_ = async_accepted(std::move(socket), server_->tls(), std::move(opened));
            return;
        }
        auto waiting = std::make_shared<Socket>(std::move(socket));
        cancel_opening_ = [waiting] {
            ErrorCode ignored;
            waiting->close(ignored);
        };
        waiting->async_wait(Socket::wait_read, [self = shared_from_this(), waiting, opened](ErrorCode error) {
            if (error) return self->drop();
            Octet first = 0;
            waiting->receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
            constexpr Octet handshake_record = 22;  // RFC 8446 section 5.1
            auto* const tls = first == handshake_record ? self->server_->tls() : nullptr;
            self->cancel_opening_ = async_accepted(std::move(*waiting), tls, opened);
        });
    }

    void go_away() {
        // Without an opening handshake there is nobody to say 1001 to.
        if (auto const session = session_.lock()) return session->go_away();
        drop();
    }

    /// All that is under way ends with an error, and with it this object.
    void drop() {
        deadline_.cancel();
        if (cancel_opening_) cancel_opening_();
        if (stream_) stream_->close();
    }

private:
    void read_head() {
        async_read_head(stream_, server_->settings().header_limit, [self = shared_from_this()](ReadHead read) {
            self->deadline_.cancel();
            if (read.error == asio::error::message_size) {
                bool const request_line = read.head.find('\n') > longest_request_line;
                return self->refuse(std::string(request_line ? target_too_large : head_too_large), read.head);
            }
            if (read.error) return self->drop();
            self->answer(std::move(read));
        });
    }

    void answer(ReadHead read) {
        auto const request = check_request(filter_ ? filter_->request(read.head) : read.head);
        // 4.2.1: a server that finds the handshake not as described "MUST stop processing" it and answer with an error.
        // Defects that could be tolerated are no exception.
        if (!request.must_be_accepted()) return refuse(build_refusal(request), read.head);
        // 4.2.2: a subprotocol is one of those that the client offered, and so is an extension.
        const auto& supported = server_->settings().subprotocols;
        auto const chosen = std::ranges::find_first_of(supported, request.subprotocols);
        std::optional<DeflateAgreement> deflate;
        std::string extensions;
        if (server_->settings().permessage_deflate) {
            if (auto const accepted = accept_deflate_offer(request.extensions)) {
                deflate = accepted->agreement;
                extensions = to_string(std::vector{accepted->answer});
            }
        }
        write(build_acceptance(request.key, chosen == supported.end() ? std::string() : *chosen, extensions), read.head,
              [this, deflate, behind = std::move(read.behind)] { open(behind, deflate); });
    }

    void open(const Octets& received, const std::optional<DeflateAgreement>& deflate) {
        auto const session =
            std::make_shared<EchoSession>(server_->executor(), stream_, Role::server, server_->settings().limits,
                                          deflate, closing_patience, std::move(filter_));
        session_ = session;
        session->start(received, [self = shared_from_this()](const EchoSession::Outcome&) {});
    }

    void refuse(std::string response, const std::string& head) {
        write(std::move(response), head, [this] {
            async_end(server_->executor(), stream_, {.patience = closing_patience}, filter_.get(),
                      [self = shared_from_this()](bool) {});
        });
    }

    /// `next` is called when all is written, with this object alive.
    void write(std::string response, const std::string& head, std::function<void()> next) {
        response_ = filter_ ? filter_->response(std::move(response), head) : std::move(response);
        stream_->async_write(as_octets(response_),
                             [self = shared_from_this(), next = std::move(next)](ErrorCode error) {
                                 if (error) return self->drop();
                                 next();
                             });
    }

    std::shared_ptr<Impl> server_;
    std::unique_ptr<Filter> filter_;
    asio::steady_timer deadline_;
    std::function<void()> cancel_opening_;
    std::shared_ptr<Stream> stream_;
    std::string response_;
    std::weak_ptr<EchoSession> session_;
};

void EchoServer::Impl::accepted(Socket socket) {
    auto const connection = std::make_shared<Connection>(shared_from_this());
    joined(connection);
    connection->start(std::move(socket));
}

void EchoServer::Impl::stop(std::function<void()> done) {
    listener_.stop();
    if (done) when_stopped_.push_back(std::move(done));
    for (const auto& connection : all_connections()) connection->go_away();
    if (connections_.empty()) return call_when_stopped();
    stop_timer_.expires_after(stop_patience);
    stop_timer_.async_wait([self = shared_from_this()](ErrorCode cancelled) {
        if (!cancelled) self->drop_connections();
    });
}

void EchoServer::Impl::drop() {
    listener_.stop();
    drop_connections();
}

void EchoServer::Impl::drop_connections() {
    for (const auto& connection : all_connections()) connection->drop();
}

/// Does nothing unless somebody waits.
void EchoServer::Impl::call_when_stopped() {
    stop_timer_.cancel();
    for (auto& done : std::exchange(when_stopped_, {})) asio::post(executor_, std::move(done));
}

void EchoServer::Impl::joined(const std::shared_ptr<Connection>& connection) {
    connections_.emplace(connection.get(), connection);
    connection_count_ = connections_.size();
}

void EchoServer::Impl::left(const Connection* connection) {
    connections_.erase(connection);
    connection_count_ = connections_.size();
    if (connections_.empty()) call_when_stopped();
}

std::vector<std::shared_ptr<EchoServer::Impl::Connection>> EchoServer::Impl::all_connections() const {
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [address, weak] : connections_)
        if (auto connection = weak.lock()) all.push_back(std::move(connection));
    return all;
}

EchoServer::EchoServer(asio::any_io_executor executor, EchoServerSettings settings, FilterFactory filter)
    : impl_(std::make_shared<Impl>(executor, std::move(settings), std::move(filter))) {
    asio::dispatch(executor, [impl = impl_] { impl->start(); });
}

EchoServer::~EchoServer() {
    asio::dispatch(impl_->executor(), [impl = impl_] { impl->drop(); });
}

std::uint16_t EchoServer::port() const { return impl_->port(); }

std::size_t EchoServer::connections() const { return impl_->connections(); }

void EchoServer::stop(std::function<void()> done) {
    asio::dispatch(impl_->executor(), [impl = impl_, done = std::move(done)] { impl->stop(done); });
}

}  // namespace wsspec::net
