#include "reference/net/echo_session.h"

#include <boost/asio/error.hpp>
#include <utility>

#include "reference/close_code.h"

namespace wsspec::net {
namespace {

constexpr std::size_t read_size = 64U << 10;
/// Answers to small frames that came together leave together, as far as they fit.
constexpr std::size_t write_size = 64U << 10;

}  // namespace

EchoSession::EchoSession(boost::asio::any_io_executor executor, std::shared_ptr<Stream> stream, Role role,
                         const EndpointLimits& limits, std::optional<DeflateAgreement> deflate,
                         std::chrono::milliseconds patience, std::unique_ptr<Filter> filter)
    : executor_(executor),
      stream_(std::move(stream)),
      role_(role),
      patience_(patience),
      filter_(std::move(filter)),
      endpoint_(role, limits, deflate),
      lingering_(executor_),
      buffer_(read_size) {}

void EchoSession::start(OctetView received, std::function<void(const Outcome&)> done) {
    done_ = std::move(done);
    if (!received.empty()) {
        input_octets_.assign(received.begin(), received.end());
        input_ = input_octets_;
        if (filter_) {
            input_octets_ = filter_->early(std::move(input_octets_));
            input_ = input_octets_;
            drop_ = filter_->drops_now();
        }
    }
    advance();
}

void EchoSession::go_away() {
    endpoint_.send_close(number(CloseCode::going_away));
    advance();
}

void EchoSession::advance() {
    if (writing_ || !done_) return;
    take_output();
    while (!input_.empty() && output_.size() < write_size && !drop_) take_input();
    if (!output_.empty()) return write();
    if (drop_) {
        stream_->close();
        // A read that is under way (see go_away()) reports that; its handler finishes.
        return reading_ ? void() : finish({});
    }
    if (endpoint_.close_expected() || closing_handshake_done_) return end();
    if (!reading_) read();
}

/// Up to the end of the next frame, so that its answer is on its way before the frame behind it is judged.
void EchoSession::take_input() {
    input_ = input_.subspan(endpoint_.receive(input_));
    for (const auto& event : endpoint_.take_events()) {
        if (event.kind == EndpointEvent::Kind::message) {
            ++outcome_.messages;
            endpoint_.send_message(event.opcode, event.payload);
        }
        if (event.kind == EndpointEvent::Kind::close) closing_handshake_done_ = true;
    }
    take_output();
}

void EchoSession::take_output() {
    if (drop_ || !endpoint_.has_output()) return;
    auto octets = endpoint_.take_output();
    if (filter_) {
        octets = filter_->outgoing(std::move(octets));
        drop_ = filter_->drops_now();
        if (drop_) return;
    }
    if (output_.empty()) {
        output_ = std::move(octets);
    } else {
        append(output_, octets);
    }
}

void EchoSession::read() {
    reading_ = true;
    stream_->async_read(buffer_, [self = shared_from_this()](ErrorCode error, std::size_t size) {
        self->reading_ = false;
        if (error == boost::asio::error::eof) {
            self->outcome_.peer_ended = true;
            if (self->filter_ && self->filter_->peer_ended(false) == Filter::Ending::keep_open) return self->linger();
            self->endpoint_.receive_eof();
        } else if (error) {
            return self->finish(error);
        }
        self->input_ = std::span(self->buffer_).first(size);
        self->filter_input();
        self->advance();
    });
}

void EchoSession::filter_input() {
    if (!filter_ || input_.empty()) return;
    input_octets_ = filter_->incoming(Octets(input_.begin(), input_.end()));
    input_ = input_octets_;
    drop_ = drop_ || filter_->drops_now();
}

void EchoSession::write() {
    writing_ = true;
    stream_->async_write(output_, [self = shared_from_this()](ErrorCode error) {
        self->writing_ = false;
        // Not clear(): one big message must not hold its memory for the rest of the connection.
        self->output_ = {};
        if (error) return self->finish(error);
        self->advance();
    });
}

void EchoSession::end() {
    // The peer was first: nothing of ours can be destroyed any more that it would still read.
    if (outcome_.peer_ended) {
        writing_ = true;
        return stream_->async_shutdown_send([self = shared_from_this()](ErrorCode) { self->finish({}); });
    }
    bool const failed = endpoint_.close_expected() && !closing_handshake_done_;
    // The only way to fail that is no violation is the limit (10.4).
    if (failed) outcome_.violation = endpoint_.violation() ? endpoint_.violation()->what : "message too big";
    // 7.1.1: the server closes TCP first, a client waits for it, unless it has failed the connection (7.1.7).
    Ending const how{.send_fin = role_ == Role::server || failed, .patience = patience_};
    writing_ = true;  // Nothing more, whatever go_away() says.
    async_end(executor_, stream_, how, filter_.get(), [self = shared_from_this()](bool peer_ended) {
        self->outcome_.peer_ended = peer_ended;
        self->finish({});
    });
}

void EchoSession::linger() {
    writing_ = true;  // Nothing more.
    lingering_.expires_after(std::chrono::seconds(3));
    lingering_.async_wait([self = shared_from_this()](ErrorCode) { self->finish({}); });
}

void EchoSession::finish(ErrorCode error) {
    if (!done_) return;
    if (error && filter_) filter_->peer_ended(true);
    stream_->close();
    outcome_.error = error;
    outcome_.close_code = endpoint_.received_code();
    std::exchange(done_, {})(outcome_);
}

}  // namespace wsspec::net
