#include "reference/net/closing.h"

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <utility>

namespace wsspec::net {
namespace {

class Closing : public std::enable_shared_from_this<Closing> {
public:
    Closing(const boost::asio::any_io_executor& executor, std::shared_ptr<Stream> stream, std::size_t discard,
            std::function<void(bool)> done)
        : stream_(std::move(stream)), deadline_(executor), discard_(discard), done_(std::move(done)) {}

    /// Like start(), without close_notify or with half of it.
    void start_cut_off(bool with_half, std::chrono::milliseconds patience) {
        last_record_ = with_half ? stream_->sealed_end() : Octets{};
        last_record_.resize(last_record_.size() / 2);
        auto const cut_off = [self = shared_from_this()](ErrorCode) {
            self->stream_->async_cut_off([self](ErrorCode) {});
        };
        start(false, patience);
        direction_ended_ = true;
        if (last_record_.empty()) return cut_off({});
        stream_->async_write_below_tls(last_record_, cut_off);
    }

    void start(bool send_fin, std::optional<std::chrono::milliseconds> patience) {
        if (patience) {
            deadline_.expires_after(*patience);
            deadline_.async_wait([self = shared_from_this()](ErrorCode cancelled) {
                if (!cancelled) self->stream_->close();
            });
        }
        // Whether it succeeds shows in what is read.
        direction_ended_ = send_fin;
        if (send_fin) stream_->async_shutdown_send([self = shared_from_this()](ErrorCode) {});
        read();
    }

private:
    void read() {
        stream_->async_read(discarded_, [self = shared_from_this()](ErrorCode error, std::size_t size) {
            if (error == boost::asio::error::eof && !self->direction_ended_) return self->end_direction();
            if (error || size >= self->discard_) return self->finish(error == boost::asio::error::eof);
            self->discard_ -= size;
            self->read();
        });
    }

    /// The peer was first. RFC 8446 section 6.1 wants close_notify from either side.
    void end_direction() {
        direction_ended_ = true;
        stream_->async_shutdown_send([self = shared_from_this()](ErrorCode) { self->finish(true); });
    }

    void finish(bool peer_ended) {
        deadline_.cancel();
        stream_->close();
        std::exchange(done_, {})(peer_ended);
    }

    std::shared_ptr<Stream> stream_;
    boost::asio::steady_timer deadline_;
    std::size_t discard_;
    Octets last_record_;
    bool direction_ended_ = false;  ///< Ours.
    std::function<void(bool)> done_;
    std::array<Octet, 4096> discarded_{};
};

}  // namespace

void async_end(boost::asio::any_io_executor executor, std::shared_ptr<Stream> stream, const Ending& how, Filter* filter,
               std::function<void(bool)> done) {
    Ending actual = how;
    switch (filter != nullptr ? filter->ending() : Filter::Ending::as_reference) {
        case Filter::Ending::as_reference:
            break;
        case Filter::Ending::keep_open:
            actual = {.send_fin = false, .patience = std::nullopt, .discard = SIZE_MAX};
            break;
        case Filter::Ending::cut_off:
        case Filter::Ending::break_off:
            return std::make_shared<Closing>(executor, std::move(stream), actual.discard, std::move(done))
                ->start_cut_off(filter->ending() == Filter::Ending::break_off,
                                actual.patience.value_or(std::chrono::milliseconds(2000)));
        case Filter::Ending::send_fin:
            actual.send_fin = true;
            break;
        case Filter::Ending::reset:
            stream->reset();
            return boost::asio::post(executor, [done = std::move(done)] { done(false); });
    }
    std::make_shared<Closing>(executor, std::move(stream), actual.discard, std::move(done))
        ->start(actual.send_fin, actual.patience);
}

}  // namespace wsspec::net
