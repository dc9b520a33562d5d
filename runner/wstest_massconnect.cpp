// `wstest -m massconnect`: many connections at the same time, and how long it took to open them.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>

#include "reports/terminal.h"
#include "runner/connection.h"
#include "runner/wstest.h"

namespace wsspec {

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned most_attempts = 10;

/// One server of the spec.
class MassConnect {
public:
    MassConnect(const WstestSpec& spec, Destination to) : spec_(spec), to_(std::move(to)), batches_(io_) {}

    /// True: all could be opened.
    bool go(const std::string& name) {
        started_ = Clock::now();
        next_batch();
        io_.run();
        auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(opened_at_ - started_).count();
        std::printf("%zu of %zu connections to %s opened in %lld ms, %zu attempts failed\n", open_.size(),
                    spec_.connections, shown(name).c_str(), static_cast<long long>(took), failures_);
        if (!last_failure_.empty()) std::printf("The last failure: %s\n", shown(last_failure_).c_str());
        return open_.size() == spec_.connections;
    }

private:
    void next_batch() {
        std::size_t const size = std::min(spec_.batch, spec_.connections - begun_);
        for (std::size_t i = 0; i < size; ++i) attempt(1);
        begun_ += size;
        if (begun_ == spec_.connections) return;
        batches_.expires_after(spec_.batch_delay);
        batches_.async_wait([this](boost::system::error_code error) {
            if (!error) next_batch();
        });
    }

    void attempt(unsigned number) {
        ClientRequest request;
        request.resource = to_.url.resource;
        request.host = to_.url.authority;
        async_open(io_.get_executor(), to_.address, to_.tls.get(), std::move(request), {},
                   [this, number](std::expected<Opened, std::string> opened) {
                       if (opened) {
                           opened->connection->start(std::move(opened->behind));
                           open_.push_back(std::move(opened->connection));
                           opened_at_ = Clock::now();
                           return settled();
                       }
                       ++failures_;
                       last_failure_ = opened.error();
                       if (number == most_attempts) return settled();
                       retry(number + 1);
                   });
    }

    void retry(unsigned number) {
        auto timer = std::make_shared<boost::asio::steady_timer>(io_, spec_.retry_delay);
        timer->async_wait([this, timer, number](boost::system::error_code error) {
            if (!error) attempt(number);
        });
    }

    /// All are there, or given up: the time is known, and the connections go.
    void settled() {
        if (++settled_ < spec_.connections) return;
        for (auto& connection : open_) connection->close(1000);
    }

    const WstestSpec& spec_;
    Destination to_;
    boost::asio::io_context io_;
    boost::asio::steady_timer batches_;
    Clock::time_point started_ = {};
    Clock::time_point opened_at_ = {};
    std::size_t begun_ = 0;
    std::size_t settled_ = 0;
    std::size_t failures_ = 0;
    std::string last_failure_;
    std::vector<std::shared_ptr<Connection>> open_;
};

}  // namespace

int wstest_massconnect(const WstestOptions& options) {
    auto spec = wstest_read_spec(options);
    if (!spec) return wstest_error(spec.error());
    if (spec->servers.empty() && !options.url.empty()) spec->servers = {{.url = options.url}};
    if (spec->servers.empty()) return wstest_error("the spec has no \"servers\", and there is no -w URL");
    bool good = true;
    for (const auto& server : spec->servers) {
        auto destination = wstest_destination(server.url);
        if (!destination) return wstest_error(destination.error());
        good = MassConnect(*spec, std::move(*destination)).go(server.agent.empty() ? server.url : server.agent) && good;
    }
    return good ? wstest_done : wstest_wrong;
}

}  // namespace wsspec
