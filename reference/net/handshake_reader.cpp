#include "reference/net/handshake_reader.h"

#include <array>
#include <boost/asio/error.hpp>
#include <utility>

#include "reference/http.h"

namespace wsspec::net {
namespace {

class HeadReader : public std::enable_shared_from_this<HeadReader> {
public:
    HeadReader(std::shared_ptr<Stream> stream, std::size_t limit, std::function<void(ReadHead)> done)
        : stream_(std::move(stream)), limit_(limit), done_(std::move(done)) {}

    void start(OctetView received) {
        if (received.empty()) return read();
        take(as_text(received));
    }

    void read() {
        stream_->async_read(buffer_, [self = shared_from_this()](ErrorCode error, std::size_t size) {
            if (error) return self->finish({.error = error, .head = std::move(self->text_)});
            self->take(as_text(std::span(self->buffer_).first(size)));
        });
    }

private:
    void take(std::string_view received) {
        text_ += received;
        // Only a line end can end the head: what a peer sends octet by octet must not all be searched each time.
        auto const size = received.contains('\n') ? head_size(text_) : std::nullopt;
        if (size.value_or(text_.size()) > limit_)
            return finish({.error = boost::asio::error::message_size, .head = std::move(text_)});
        if (!size) return read();
        auto behind = octets(std::string_view(text_).substr(*size));
        text_.resize(*size);
        finish({.head = std::move(text_), .behind = std::move(behind)});
    }

    void finish(ReadHead head) { std::exchange(done_, {})(std::move(head)); }

    std::shared_ptr<Stream> stream_;
    std::size_t limit_;
    std::function<void(ReadHead)> done_;
    std::string text_;
    std::array<Octet, 8192> buffer_{};
};

}  // namespace

void async_read_head(std::shared_ptr<Stream> stream, std::size_t limit, OctetView received,
                     std::function<void(ReadHead)> done) {
    std::make_shared<HeadReader>(std::move(stream), limit, std::move(done))->start(received);
}

void async_read_head(std::shared_ptr<Stream> stream, std::size_t limit, std::function<void(ReadHead)> done) {
    async_read_head(std::move(stream), limit, {}, std::move(done));
}

}  // namespace wsspec::net
