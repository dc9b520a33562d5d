// `wstest -m broadcastserver` and `-m broadcastclient`: everybody hears everybody, and a clock.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <set>

#include "reference/handshake.h"
#include "reference/net/handshake_reader.h"
#include "reference/net/listener.h"
#include "reports/terminal.h"
#include "runner/connection.h"
#include "runner/ending_signals.h"
#include "runner/failure.h"
#include "runner/visitor.h"
#include "runner/wstest.h"

namespace wsspec {

namespace {

using namespace std::chrono_literals;

class BroadcastServer {
public:
    BroadcastServer(boost::asio::io_context& io, const Url& url, const WstestOptions& options)
        : io_(io),
          tls_(net::server_context(url.secure ? options.certificate_file : "", url.secure ? options.key_file : "")),
          listener_(io.get_executor(), {.host = url.host, .port = static_cast<std::uint16_t>(std::stoul(url.port))},
                    [this](net::Socket socket) { accepted(std::move(socket)); }),
          clock_(io) {
        listener_.start();
        tick();
    }

    std::uint16_t port() const { return listener_.port(); }

private:
    void accepted(net::Socket socket) {
        async_visit(io_.get_executor(), std::move(socket), tls_.get(),
                    [this](const std::shared_ptr<Visitor>& visitor, net::ReadHead read) {
                        if (read.error) return visitor->stream->close();
                        answer(visitor, std::move(read));
                    });
    }

    void answer(const std::shared_ptr<Visitor>& visitor, net::ReadHead read) {
        auto const request = check_request(read.head);
        bool const refused = request.must_be_refused();
        visitor->response = refused ? build_refusal(request) : build_acceptance(request.key);
        visitor->stream->async_write(
            as_octets(visitor->response),
            [this, visitor, refused, behind = std::move(read.behind)](net::ErrorCode error) mutable {
                if (error || refused) return visitor->stream->close();
                join(visitor->stream, std::move(behind));
            });
    }

    void join(std::shared_ptr<net::Stream> stream, Octets behind) {
        auto key = std::make_shared<std::weak_ptr<Connection>>();
        auto connection = std::make_shared<Connection>(
            io_.get_executor(), std::move(stream), Role::server,
            Connection::Handlers{
                .message = [this](const EndpointEvent& event) { to_all(event.opcode, event.payload); },
                .ended = [this,
                          key] { std::erase_if(clients_, [&](const auto& one) { return one == key->lock(); }); }});
        *key = connection;
        clients_.insert(connection);
        connection->start(std::move(behind));
    }

    void to_all(Opcode opcode, OctetView payload) {
        // A copy: who cannot be sent to may leave meanwhile.
        auto const clients = clients_;
        for (const auto& client : clients) client->send(opcode, payload);
    }

    void tick() {
        clock_.expires_after(1s);
        clock_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            std::string const text = "tick " + std::to_string(++ticks_);
            to_all(Opcode::text, as_octets(text));
            tick();
        });
    }

    boost::asio::io_context& io_;
    std::unique_ptr<boost::asio::ssl::context> tls_;
    net::Listener listener_;
    boost::asio::steady_timer clock_;
    std::size_t ticks_ = 0;
    std::set<std::shared_ptr<Connection>> clients_;
};

class BroadcastClient {
public:
    BroadcastClient(boost::asio::io_context& io, Destination to)
        : io_(io), to_(std::move(to)), clock_(io), signals_(io) {}

    int go() {
        add_ending_signals(signals_);
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (!error) io_.stop();
        });
        ClientRequest request;
        request.resource = to_.url.resource;
        request.host = to_.url.authority;
        async_open(
            io_.get_executor(), to_.address, to_.tls.get(), std::move(request),
            {.message =
                 [](const EndpointEvent& event) { std::printf("%s\n", shown(as_text(event.payload), 400).c_str()); },
             .ended =
                 [this] {
                     clock_.cancel();
                     signals_.cancel();
                 }},
            [this](std::expected<Opened, std::string> opened) {
                if (!opened) {
                    failure_ = opened.error();
                    signals_.cancel();
                    return;
                }
                connection_ = opened->connection;
                connection_->start(std::move(opened->behind));
                hello();
            });
        io_.run();
        return failure_.empty() ? wstest_done : wstest_error(failure_);
    }

private:
    void hello() {
        if (!connection_->is_open()) return;
        connection_->send(Opcode::text, as_octets("hello from the client"));
        clock_.expires_after(2s);
        clock_.async_wait([this](boost::system::error_code error) {
            if (!error) hello();
        });
    }

    boost::asio::io_context& io_;
    Destination to_;
    boost::asio::steady_timer clock_;
    boost::asio::signal_set signals_;
    std::shared_ptr<Connection> connection_;
    std::string failure_;
};

}  // namespace

int wstest_broadcastserver(const WstestOptions& options) {
    auto const url = parse_url(options.url.empty() ? "ws://127.0.0.1:9001" : options.url, PortZero::allowed);
    if (!url) return wstest_error(url.error());
    if (url->secure && (options.certificate_file.empty() || options.key_file.empty()))
        return wstest_error("a wss URL needs -c and -k");
    boost::asio::io_context io;
    try {
        BroadcastServer const server(io, *url, options);
        boost::asio::signal_set signals(io);
        add_ending_signals(signals);
        std::printf("broadcast server at %s://%s:%u/\n", url->secure ? "wss" : "ws", url->host.c_str(), server.port());
        signals.async_wait([&](boost::system::error_code error, int) {
            if (!error) io.stop();
        });
        io.run();
    } catch (const std::exception& error) {
        return wstest_error(listening_failure(options.url, error));
    }
    return wstest_done;
}

int wstest_broadcastclient(const WstestOptions& options) {
    auto destination = wstest_destination(options.url.empty() ? "ws://127.0.0.1:9001" : options.url);
    if (!destination) return wstest_error(destination.error());
    boost::asio::io_context io;
    return BroadcastClient(io, std::move(*destination)).go();
}

}  // namespace wsspec
