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

    void start(bool send_fin, std::optional<std::chrono::milliseconds> patience) {
        if (patience) {
            deadline_.expires_after(*patience);
            deadline_.async_wait([self = shared_from_this()](ErrorCode cancelled) {
                if (!cancelled) self->stream_->close();
            });
        }
        // Whether it succeeds shows in what is read.
        if (send_fin) stream_->async_shutdown_send([self = shared_from_this()](ErrorCode) {});
        read();
    }

private:
    void read() {
        stream_->async_read(discarded_, [self = shared_from_this()](ErrorCode error, std::size_t size) {
            if (error || size >= self->discard_) return self->finish(error == boost::asio::error::eof);
            self->discard_ -= size;
            self->read();
        });
    }

    void finish(bool peer_ended) {
        deadline_.cancel();
        stream_->close();
        std::exchange(done_, {})(peer_ended);
    }

    std::shared_ptr<Stream> stream_;
    boost::asio::steady_timer deadline_;
    std::size_t discard_;
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
