// `wsspec echo` and `wsspec connect`: the reference as server and as client.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "reference/net/echo_client.h"
#include "reference/net/echo_server.h"
#include "runner/commands.h"
#include "runner/ending_signals.h"
#include "runner/failure.h"
#include "runner/faults.h"
#include "runner/given_fields.h"
#include "runner/tls.h"
#include "runner/url.h"

namespace wsspec {

int echo_command(const EchoOptions& options) {
    net::FilterFactory filter;
    const Fault* fault = nullptr;
    if (!options.fault.empty()) {
        fault = find_fault(options.fault);
        if (fault == nullptr)
            return usage_error("\"" + printable(options.fault, 100) +
                               "\" is no fault; `wsspec list --faults` shows them");
        filter = fault->make;
    }
    if (options.certificate_file.empty() != options.key_file.empty())
        return usage_error("wss needs both --cert and --key");
    if (auto const wrong = wrong_in({}, "", options.subprotocols)) return usage_error(*wrong);

    if (auto const few = too_few_files()) return usage_error(*few);
    boost::asio::io_context io;
    net::EchoServerSettings settings;
    settings.host = options.host;
    settings.port = options.port;
    settings.unix_path = options.unix_path;
    settings.certificate_file = options.certificate_file;
    settings.key_file = options.key_file;
    settings.subprotocols = options.subprotocols;
    settings.permessage_deflate = options.deflate;
    settings.limits.message = options.max_message;
    if (fault != nullptr && fault->tls) {
        if (options.certificate_file.empty())
            return usage_error("the fault " + options.fault + " shows over TLS only: it needs --cert and --key");
        bend(settings, *fault->tls);
    }
    std::string const where =
        options.unix_path.empty() ? options.host + ":" + std::to_string(options.port) : options.unix_path;
    try {
        net::EchoServer server(io.get_executor(), settings, filter);
        // Whoever reads that it listens may end it.
        boost::asio::signal_set signals(io);
        add_ending_signals(signals);
        std::string const scheme = options.certificate_file.empty() ? "ws" : "wss";
        if (options.unix_path.empty()) {
            std::printf("echo server at %s://%s:%u/\n", scheme.c_str(), options.host.c_str(), server.port());
        } else {
            std::printf("echo server at %s\n", options.unix_path.c_str());
        }
        std::fflush(stdout);
        signals.async_wait([&](boost::system::error_code error, int) {
            if (!error) server.stop([&] { io.stop(); });
        });
        io.run();
    } catch (const std::exception& error) {
        return usage_error(listening_failure(printable(where, 200), error));
    }
    return exit_as_required;
}

int connect_command(const ConnectOptions& options) {
    auto const url = parse_url(options.url);
    if (!url) return usage_error(url.error());
    if (auto const wrong = wrong_in(options.headers, "", options.subprotocols)) return usage_error(*wrong);
    std::shared_ptr<boost::asio::ssl::context> tls;
    if (url->secure) {
        auto made = make_tls_client({.ca_file = options.ca_file, .insecure = options.insecure});
        if (!made) return usage_error(made.error());
        tls = *made;
    }
    boost::asio::io_context io;
    net::EchoClientSettings settings;
    settings.address = {.host = url->host,
                        .port = url->port,
                        .unix_path = options.unix_path,
                        .tls = url->secure,
                        .server_name = url->host};
    settings.request.resource = url->resource;
    settings.request.host = url->authority;
    settings.request.subprotocols = options.subprotocols;
    settings.request.more_lines = options.headers;
    settings.permessage_deflate = options.deflate;
    net::EchoClientResult result;
    net::async_echo_client(io.get_executor(), settings, tls.get(),
                           [&](net::EchoClientResult ended) { result = std::move(ended); });
    io.run();
    if (!result.opened) {
        std::fprintf(stderr, "wsspec: %s: %s\n", printable(options.url, 200).c_str(),
                     printable(result.error, 500).c_str());
        return exit_incomplete;
    }
    std::printf("closed with %u after %llu messages\n", result.close_code,
                static_cast<unsigned long long>(result.messages));
    if (result.error.empty()) return exit_as_required;
    std::fprintf(stderr, "wsspec: the server: %s\n", printable(result.error, 500).c_str());
    return exit_worse;
}

}  // namespace wsspec
