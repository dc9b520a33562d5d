#include "runner/crowd.h"

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "reference/http.h"

namespace wsspec {

namespace {

/// Being made at the same time: fewer than the shortest backlog of a listening socket that is usual.
constexpr std::uint64_t at_once = 16;
constexpr std::size_t longest_answer = 16U << 10;
/// Who is sent much and reads nothing makes the target wait, sooner or later: this share of the patience is for that.
constexpr int share_to_wait = 10;

}  // namespace

struct CrowdOfConnections::Member {
    std::uint64_t number = 0;
    std::shared_ptr<net::Stream> stream = {};
    std::function<void()> cancel = {};
    Octets output = {};
    std::array<Octet, 1024> input = {};
    std::string answer = {};
    bool settled = false;
    std::optional<boost::asio::steady_timer> waits = {};
};

struct CrowdOfConnections::Timer {
    explicit Timer(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;
};

std::string CrowdOfConnections::Came::describe() const {
    std::string out = std::to_string(connected) + " of " + std::to_string(asked) + " more connections made";
    if (opened != 0) out += ", " + std::to_string(opened) + " of them opened";
    return out + (in_time ? "" : "; the others did not come in time");
}

CrowdOfConnections::CrowdOfConnections(boost::asio::any_io_executor executor, net::Address address,
                                       boost::asio::ssl::context* tls, Behaviour behaviour)
    : executor_(std::move(executor)),
      address_(std::move(address)),
      tls_(tls),
      behaviour_(std::move(behaviour)),
      timer_(std::make_shared<Timer>(executor_)) {}

void CrowdOfConnections::start(std::chrono::milliseconds patience, std::function<void()> moved,
                               std::function<void(const Came&)> done) {
    patience_ = patience;
    moved_ = std::move(moved);
    done_ = std::move(done);
    came_.asked = behaviour_.crowd.connections;
    watch();
    for (std::uint64_t i = 0; i < at_once; ++i) next();
}

void CrowdOfConnections::next() {
    if (stopped_ || !done_) return;
    if (settled_ == came_.asked) return finish();
    if (begun_ == came_.asked) return;
    auto const member = std::make_shared<Member>();
    member->number = begun_++;
    members_.push_back(member);
    member->cancel = net::async_connect(
        executor_, address_, tls_,
        [self = shared_from_this(), member](net::ErrorCode error, std::unique_ptr<net::Stream> stream) {
            member->cancel = nullptr;
            if (error || self->stopped_) return self->settled(member);
            member->stream = std::move(stream);
            ++self->came_.connected;
            self->connected(member);
        });
}

void CrowdOfConnections::connected(const std::shared_ptr<Member>& member) {
    const Crowd& crowd = behaviour_.crowd;
    std::size_t size = behaviour_.request.size();
    if (crowd.request == Crowd::Request::part) size = std::min(size, crowd.octets);
    if (crowd.request == Crowd::Request::one_more_each)
        size = static_cast<std::size_t>(member->number % behaviour_.request.size());
    member->output.assign(behaviour_.request.begin(), behaviour_.request.begin() + static_cast<std::ptrdiff_t>(size));
    if (size == 0) return end(member);
    came_.octets += size;
    member->stream->async_write(member->output, [self = shared_from_this(), member](net::ErrorCode error) {
        if (error || self->stopped_) return self->settled(member);
        self->sent_request(member);
    });
}

void CrowdOfConnections::sent_request(const std::shared_ptr<Member>& member) {
    if (behaviour_.crowd.request != Crowd::Request::whole) return end(member);
    read_answer(member);
}

void CrowdOfConnections::read_answer(const std::shared_ptr<Member>& member) {
    member->stream->async_read(member->input,
                               [self = shared_from_this(), member](net::ErrorCode error, std::size_t size) {
                                   if (error || self->stopped_) return self->settled(member);
                                   member->answer.append(as_text(OctetView(member->input).first(size)));
                                   if (!head_size(member->answer)) {
                                       if (member->answer.size() > longest_answer) return self->settled(member);
                                       return self->read_answer(member);
                                   }
                                   if (member->answer.starts_with("HTTP/1.1 101")) ++self->came_.opened;
                                   self->send_rest(member);
                               });
}

void CrowdOfConnections::send_rest(const std::shared_ptr<Member>& member) {
    if (behaviour_.behind.empty()) return end(member);
    came_.octets += behaviour_.behind.size();
    bool const waits = behaviour_.crowd.ending == Crowd::Ending::stay && behaviour_.crowd.rounds > 1;
    if (waits) {
        member->waits.emplace(executor_, patience_ / share_to_wait);
        member->waits->async_wait([self = shared_from_this(), member](boost::system::error_code error) {
            if (!error && !self->stopped_) self->settled(member);
        });
    }
    member->stream->async_write(behaviour_.behind, [self = shared_from_this(), member](net::ErrorCode) {
        if (!self->stopped_ && !member->waits) self->end(member);
    });
}

void CrowdOfConnections::end(const std::shared_ptr<Member>& member) {
    switch (behaviour_.crowd.ending) {
        case Crowd::Ending::stay:
            break;
        case Crowd::Ending::fin:
            member->stream->close();
            member->stream.reset();
            break;
        case Crowd::Ending::reset:
            member->stream->reset();
            member->stream.reset();
            break;
    }
    settled(member);
}

void CrowdOfConnections::settled(const std::shared_ptr<Member>& member) {
    if (std::exchange(member->settled, true)) return;
    ++settled_;
    if (stopped_) return;
    if (moved_) moved_();
    next();
}

void CrowdOfConnections::watch() {
    timer_->timer.expires_after(patience_);
    timer_->timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (error || self->stopped_ || !self->done_) return;
        if (self->settled_ != self->seen_by_watch_) {
            self->seen_by_watch_ = self->settled_;
            return self->watch();
        }
        self->came_.in_time = false;
        self->finish();
    });
}

void CrowdOfConnections::finish() {
    timer_->timer.cancel();
    moved_ = nullptr;
    if (auto const done = std::exchange(done_, nullptr)) done(came_);
}

void CrowdOfConnections::stop() {
    stopped_ = true;
    done_ = nullptr;
    moved_ = nullptr;
    timer_->timer.cancel();
    for (const auto& member : members_) {
        if (member->cancel) std::exchange(member->cancel, nullptr)();
        if (member->waits) member->waits->cancel();
        if (member->stream) member->stream->close();
        member->stream.reset();
    }
    members_.clear();
}

}  // namespace wsspec
