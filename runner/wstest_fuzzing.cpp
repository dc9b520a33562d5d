// `wstest -m fuzzingclient` and `-m fuzzingserver`: `run` and `serve`, told by a spec.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>

#include "reference/net/stream.h"
#include "reports/autobahn.h"
#include "reports/file.h"
#include "reports/terminal.h"
#include "runner/commands.h"
#include "runner/wstest.h"

namespace wsspec {

namespace {

constexpr std::uint16_t default_web_port = 8080;

std::vector<std::string> ids_of(const std::vector<const Case*>& cases) {
    std::vector<std::string> out;
    for (const Case* one : cases) out.push_back(one->id);
    return out;
}

void say(const std::string& line) {
    std::fputs((shown(line) + "\n").c_str(), stdout);
    std::fflush(stdout);
}

/// Until something listens there, or the time is up.
void wait_for(const Url& url, std::chrono::seconds patience) {
    using namespace std::chrono_literals;
    boost::asio::io_context io;
    boost::asio::steady_timer again(io);
    boost::asio::steady_timer deadline(io, patience);
    std::function<void()> cancel;
    std::function<void()> const attempt = [&] {
        cancel = net::async_connect(io.get_executor(), {.host = url.host, .port = url.port}, nullptr,
                                    [&](net::ErrorCode failed, const std::unique_ptr<net::Stream>&) {
                                        cancel = nullptr;
                                        if (!failed || deadline.expiry() <= std::chrono::steady_clock::now()) {
                                            deadline.cancel();
                                            return;
                                        }
                                        again.expires_after(100ms);
                                        again.async_wait([&](net::ErrorCode stopped) {
                                            if (!stopped) attempt();
                                        });
                                    });
    };
    deadline.async_wait([&](net::ErrorCode stopped) {
        if (stopped) return;
        again.cancel();
        if (cancel) cancel();
    });
    attempt();
    io.run();
}

RunOptions run_options(const WstestServer& server, const WstestSpec& spec, const std::vector<const Case*>& cases,
                       const WstestOptions& options) {
    RunOptions run;
    run.url = server.url;
    run.selection.cases = ids_of(cases);
    // Autobahn's way: a target that takes one connection after another is not asked for two at once.
    run.jobs = 1;
    run.profile = options.profile;
    run.origin = server.origin;
    if (!server.protocols.empty())
        run.headers.push_back(fmt::format("Sec-WebSocket-Protocol: {}", fmt::join(server.protocols, ", ")));
    run.insecure = server.url.starts_with("wss:");
    run.server_name = server.hostname;
    run.agent = server.agent;
    run.silent = true;
    run.excluded = [&spec](const std::string& agent, const std::string& id) { return excluded_for(spec, agent, id); };
    run.on_result = [url = server.url](const RunResult& result, const CaseResult& one) {
        if (one.attempts == 0) return;
        const auto& agent = result.profile.agent;
        say(fmt::format("Running test case ID {} for agent {} from peer {}", one.id,
                        agent.empty() ? "UnknownServer" : agent, url));
    };
    return run;
}

}  // namespace

int wstest_fuzzingclient(const WstestOptions& options) {
    auto spec = wstest_read_spec(options);
    if (!spec) return wstest_error(spec.error());
    if (spec->servers.empty() && !options.url.empty()) spec->servers = {{.url = options.url}};
    if (spec->servers.empty()) return wstest_error("the spec has no \"servers\", and there is no -w URL");
    auto const cases = wstest_cases(*spec, Target::server, options.with_extra);
    if (!cases) return wstest_error("the spec: " + cases.error());
    for (const auto& server : spec->servers)
        if (auto const url = parse_url(server.url); !url) return wstest_error(url.error());

    say(fmt::format("Ok, will run {} test cases against {} servers", cases->size(), spec->servers.size()));
    std::vector<RunResult> runs;
    std::string error;
    bool usable = write_folder(spec->outdir, to_autobahn(runs), error);
    for (const auto& server : spec->servers) {
        if (!usable) break;
        if (options.wait_s != 0) {
            say(fmt::format("Waiting for {} ...", server.url));
            wait_for(*parse_url(server.url), std::chrono::seconds(options.wait_s));
        }
        auto ran = test_server(run_options(server, *spec, *cases, options));
        if (ran.status == exit_usage) return wstest_wrong;
        if (!ran.result.profile.failure.empty())
            say(fmt::format("Connection to {} failed ({})", server.url, ran.result.profile.failure));
        runs.push_back(std::move(ran.result));
        // After each server: a run that is broken off leaves what it has.
        usable = write_folder(spec->outdir, to_autobahn(runs), error);
    }
    if (!usable) return wstest_error(error);
    say("Updating reports in " + spec->outdir + " ...");
    return wstest_done;
}

int wstest_fuzzingserver(const WstestOptions& options) {
    auto spec = wstest_read_spec(options);
    if (!spec) return wstest_error(spec.error());
    std::string const text = spec->url.empty() ? options.url : spec->url;
    if (text.empty()) return wstest_error("the spec has no \"url\" to listen at");
    auto const url = parse_url(text, PortZero::allowed);
    if (!url) return wstest_error(url.error());
    auto cases = wstest_cases(*spec, Target::client, options.with_extra);
    if (!cases) return wstest_error("the spec: " + cases.error());

    ServeOptions serve;
    serve.host = url->host;
    serve.port = static_cast<std::uint16_t>(std::stoul(url->port));
    serve.certificate_file = spec->certificate_file.empty() ? options.certificate_file : spec->certificate_file;
    serve.key_file = spec->key_file.empty() ? options.key_file : spec->key_file;
    if (url->secure && serve.certificate_file.empty())
        return wstest_error("a wss url needs \"cert\" and \"key\" in the spec, or -c and -k");
    if (!url->secure) serve.certificate_file = serve.key_file = "";
    serve.cases = std::move(*cases);
    serve.profile = options.profile;
    serve.silent = true;
    serve.outputs.files["--autobahn"] = spec->outdir;
    serve.selection.target = Target::client;
    if (options.web_port != 0) {
        serve.page_port = options.web_port.value_or(default_web_port);
        serve.page_port_must = options.web_port.has_value();
    }
    serve.excluded = [&spec](const std::string& agent, const std::string& id) {
        return excluded_for(*spec, agent, id);
    };
    serve.on_listening = [&serve](const std::string& where, std::uint16_t page_port) {
        say(fmt::format("Ok, will run {} test cases for any clients connecting at {}", serve.cases.size(), where));
        if (page_port != 0) say(fmt::format("The page for people is http://{}:{}/", serve.host, page_port));
    };
    serve.on_case = [](const std::string& agent, const std::string& id, const std::string& peer) {
        say(fmt::format("Running test case ID {} for agent {} from peer {}", id, agent, peer));
    };
    serve.on_update_reports = [] { say("Updating reports ..."); };
    int const status = serve_command(serve);
    return status == exit_usage || status == exit_own_defect ? wstest_wrong : wstest_done;
}

}  // namespace wsspec
