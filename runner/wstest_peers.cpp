// The modes of `wstest` that are a peer to be tested: the reference as a server, and as a client.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>

#include "reference/net/echo_client.h"
#include "reports/terminal.h"
#include "runner/commands.h"
#include "runner/connection.h"
#include "runner/ending_signals.h"
#include "runner/wstest.h"
#include "wsspec_version.h"

namespace wsspec {

namespace {

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (char const c : text) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           c == '.' || c == '_';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<Octet>(c));
    }
    return out;
}

/// Asks a fuzzingserver how many cases there are, echoes in each, and has the reports written.
class Testee {
public:
    Testee(Destination to, std::string ident) : to_(std::move(to)), ident_(std::move(ident)) {
        base_ = to_.url.resource;
        while (base_.ends_with('/')) base_.pop_back();
    }

    int go() {
        boost::asio::signal_set signals(io_);
        add_ending_signals(signals);
        signals.async_wait([&](boost::system::error_code error, int) {
            if (!error) io_.stop();
        });
        open(
            "/getCaseCount", [this](const EndpointEvent& event) { count_ = number(as_text(event.payload)); },
            [this, &signals] {
                if (!count_) {
                    failure_ = "the fuzzingserver does not say how many cases there are";
                    signals.cancel();
                    return;
                }
                std::printf("Ok, will run %zu test cases\n", *count_);
                next(signals);
            });
        io_.run();
        if (!failure_.empty()) return wstest_error(failure_);
        return wstest_done;
    }

private:
    static std::optional<std::size_t> number(std::string_view text) {
        std::size_t out = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (error != std::errc() || end != text.data() + text.size() || out > 100'000) return std::nullopt;
        return out;
    }

    ClientRequest request(const std::string& path) const {
        ClientRequest out;
        out.resource = base_ + path;
        out.host = to_.url.authority;
        return out;
    }

    /// One connection on which the server says at most one thing; then `then`, whatever came.
    void open(const std::string& path, std::function<void(const EndpointEvent&)> message, std::function<void()> then) {
        async_open(io_.get_executor(), to_.address, to_.tls.get(), request(path),
                   {.message = std::move(message), .ended = then},
                   [this, then](std::expected<Opened, std::string> opened) {
                       if (opened) return opened->connection->start(std::move(opened->behind));
                       std::fprintf(stderr, "wstest: %s\n", shown(opened.error()).c_str());
                       then();
                   });
    }

    void next(boost::asio::signal_set& signals) {
        std::string const agent = "agent=" + percent_encoded(ident_);
        if (done_ == *count_) return open("/updateReports?" + agent, {}, [&signals] { signals.cancel(); });
        ++done_;
        std::printf("Running test case %zu of %zu as %s\n", done_, *count_, shown(ident_).c_str());
        net::EchoClientSettings settings;
        settings.address = to_.address;
        settings.request = request(fmt::format("/runCase?case={}&{}", done_, agent));
        // What goes wrong in a case is the fuzzingserver's to judge.
        net::async_echo_client(io_.get_executor(), std::move(settings), to_.tls.get(),
                               [this, &signals](const net::EchoClientResult&) { next(signals); });
    }

    boost::asio::io_context io_;
    Destination to_;
    std::string ident_;
    std::string base_;
    std::optional<std::size_t> count_;
    std::size_t done_ = 0;
    std::string failure_;
};

std::string default_url(const WstestOptions& options) {
    return options.url.empty() ? "ws://127.0.0.1:9001" : options.url;
}

}  // namespace

int wstest_echoserver(const WstestOptions& options, bool deflate) {
    auto const url = parse_url(default_url(options), PortZero::allowed);
    if (!url) return wstest_error(url.error());
    if (url->secure && (options.certificate_file.empty() || options.key_file.empty()))
        return wstest_error("a wss URL needs -c and -k");
    EchoOptions echo;
    echo.host = url->host;
    echo.port = static_cast<std::uint16_t>(std::stoul(url->port));
    echo.deflate = deflate;
    if (url->secure) {
        echo.certificate_file = options.certificate_file;
        echo.key_file = options.key_file;
    }
    return echo_command(echo) == exit_as_required ? wstest_done : wstest_wrong;
}

int wstest_echoclient(const WstestOptions& options) {
    ConnectOptions connect;
    connect.url = default_url(options);
    connect.insecure = connect.url.starts_with("wss:");
    connect.deflate = false;
    int const status = connect_command(connect);
    return status == exit_usage || status == exit_incomplete ? wstest_wrong : wstest_done;
}

int wstest_testeeclient(const WstestOptions& options) {
    auto destination = wstest_destination(default_url(options));
    if (!destination) return wstest_error(destination.error());
    std::string const ident = options.ident.empty() ? std::string("wsspec/") + WSSPEC_VERSION : options.ident;
    return Testee(std::move(*destination), ident).go();
}

}  // namespace wsspec
