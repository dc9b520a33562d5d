#include "runner/connection.h"

#include <boost/asio/error.hpp>
#include <chrono>
#include <utility>

#include "reference/net/handshake_reader.h"

namespace wsspec {

namespace {

using namespace std::chrono_literals;

constexpr auto opening_patience = 10s;
constexpr auto closing_patience = 2s;
constexpr std::size_t head_limit = 64U << 10;
constexpr std::size_t unsent_limit = 16U << 20;

/// One attempt to open a connection.
class Opener : public std::enable_shared_from_this<Opener> {
public:
    using Done = std::function<void(std::expected<Opened, std::string>)>;

    Opener(const boost::asio::any_io_executor& executor, Connection::Handlers handlers, Done done)
        : executor_(executor), handlers_(std::move(handlers)), done_(std::move(done)), deadline_(executor) {}

    void start(const net::Address& address, boost::asio::ssl::context* tls, ClientRequest request) {
        request.key = random_key();
        if (request.host.empty()) request.host = address.host + ":" + address.port;
        request_ = build_request(request);
        deadline_.expires_after(opening_patience);
        deadline_.async_wait([weak = weak_from_this()](net::ErrorCode error) {
            auto const self = weak.lock();
            if (error || !self) return;
            self->late_ = true;
            self->cancel_();
            if (self->stream_) self->stream_->close();
        });
        cancel_ =
            net::async_connect(executor_, address, tls,
                               [self = shared_from_this()](net::ErrorCode error, std::unique_ptr<net::Stream> stream) {
                                   if (error) return self->fail("cannot connect: " + error.message());
                                   self->stream_ = std::move(stream);
                                   self->stream_->async_write(as_octets(self->request_), [self](net::ErrorCode unsent) {
                                       if (unsent) return self->fail("cannot send the request: " + unsent.message());
                                       self->read_response();
                                   });
                               });
    }

private:
    void read_response() {
        net::async_read_head(stream_, head_limit, [self = shared_from_this()](net::ReadHead read) {
            if (read.error) return self->fail("no response: " + read.error.message());
            auto const response = check_response(read.head, check_request(self->request_));
            if (!response) return self->fail("the answer is no HTTP response");
            if (!response->opens())
                return self->fail("the server does not open the connection: status " +
                                  std::to_string(response->head.status));
            self->deadline_.cancel();
            auto connection =
                std::make_shared<Connection>(self->executor_, self->stream_, Role::client, std::move(self->handlers_));
            std::exchange(self->done_, {})(Opened{std::move(connection), std::move(read.behind)});
        });
    }

    void fail(std::string why) {
        deadline_.cancel();
        if (stream_) stream_->close();
        std::exchange(done_, {})(std::unexpected(late_ ? "no opening handshake within ten seconds" : std::move(why)));
    }

    boost::asio::any_io_executor executor_;
    Connection::Handlers handlers_;
    Done done_;
    boost::asio::steady_timer deadline_;
    std::function<void()> cancel_;
    std::shared_ptr<net::Stream> stream_;
    std::string request_;
    bool late_ = false;
};

}  // namespace

Connection::Connection(const boost::asio::any_io_executor& executor, std::shared_ptr<net::Stream> stream, Role role,
                       Handlers handlers)
    : stream_(std::move(stream)), handlers_(std::move(handlers)), deadline_(executor), endpoint_(role) {}

void Connection::start(Octets behind) {
    input_ = std::move(behind);
    take(input_);
    if (!ended_) read();
}

void Connection::send(Opcode opcode, OctetView payload) {
    if (waiting_.size() > unsent_limit) return stream_->close();
    endpoint_.send_message(opcode, payload);
    write();
}

void Connection::close(std::uint16_t code) {
    endpoint_.send_close(code);
    write();
    wait_for_end();
}

void Connection::read() {
    input_.resize(16384);
    stream_->async_read(input_, [self = shared_from_this()](net::ErrorCode error, std::size_t size) {
        if (!error) {
            self->take(std::span(self->input_).first(size));
            return self->read();
        }
        self->endpoint_.receive_eof();
        self->end();
    });
}

void Connection::take(std::span<Octet> received) {
    while (!received.empty()) {
        std::size_t const taken = endpoint_.receive(received);
        if (taken == 0) break;
        received = received.subspan(taken);
        for (const auto& event : endpoint_.take_events())
            if (event.kind == EndpointEvent::Kind::message && handlers_.message) handlers_.message(event);
    }
    write();
    if (!is_open()) wait_for_end();
}

void Connection::write() {
    append(waiting_, endpoint_.take_output());
    if (writing_ || shut_) return;
    if (waiting_.empty()) {
        if (!endpoint_.close_expected()) return;
        // The peer's end of stream is read on for: closing at once could turn our last frame into a reset.
        shut_ = true;
        return stream_->async_shutdown_send([self = shared_from_this()](net::ErrorCode) {});
    }
    writing_ = true;
    output_ = std::exchange(waiting_, {});
    stream_->async_write(output_, [self = shared_from_this()](net::ErrorCode error) {
        self->writing_ = false;
        if (!error) self->write();
    });
}

void Connection::wait_for_end() {
    if (std::exchange(ending_, true)) return;
    deadline_.expires_after(closing_patience);
    deadline_.async_wait([weak = weak_from_this()](net::ErrorCode error) {
        auto const self = weak.lock();
        if (!error && self) self->stream_->close();
    });
}

void Connection::end() {
    if (std::exchange(ended_, true)) return;
    deadline_.cancel();
    stream_->close();
    // The handlers may own who owns us.
    auto const handlers = std::exchange(handlers_, {});
    if (handlers.ended) handlers.ended();
}

void async_open(boost::asio::any_io_executor executor, net::Address address, boost::asio::ssl::context* tls,
                ClientRequest request, Connection::Handlers handlers,
                std::function<void(std::expected<Opened, std::string>)> done) {
    std::make_shared<Opener>(executor, std::move(handlers), std::move(done))->start(address, tls, std::move(request));
}

}  // namespace wsspec
