#include "runner/wstest.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>

#include "reference/octets.h"
#include "reports/file.h"
#include "runner/judged.h"
#include "runner/tls.h"
#include "wsspec_version.h"

namespace wsspec {

namespace {

constexpr const char* about =
    "wstest tests WebSocket implementations as Autobahn's command of that name does: the same modes, spec files,\n"
    "cases and reports. It is wsspec under another name.";

constexpr const char* modes_help =
    "Modes:\n"
    "  fuzzingclient    test servers: those of the spec, or the one of -w if the spec has none\n"
    "  fuzzingserver    test clients: they connect to the spec's url, and say by URL which case they want\n"
    "  testeeserver     the reference echo server, at -w     testeeclient   drives the fuzzingserver at -w\n"
    "  echoserver       the same without compression, at -w  echoclient     an echo client to -w\n"
    "  massconnect      open the spec's number of connections and say how long it took\n"
    "  broadcastserver  at -w: a tick each second, and every message to all\n"
    "  broadcastclient  to -w: says hello every two seconds, prints what comes\n\n"
    "A spec is a JSON file; without -s it is <mode>.json in the working directory, made if it is not there.\n"
    "\"*\" means the 517 cases of Autobahn, and with --with-extra all of wsspec's.\n\n"
    "Exit status: 0 after a completed run, whatever failed in it; 1 usage, or nothing could be done. For exit\n"
    "statuses that say more, baselines and further reports: wsspec run, wsspec serve.";

using Mode = std::function<int(const WstestOptions&)>;

const std::map<std::string, Mode>& modes() {
    static const std::map<std::string, Mode> table = {
        {"fuzzingclient", wstest_fuzzingclient},
        {"fuzzingserver", wstest_fuzzingserver},
        {"echoserver", [](const WstestOptions& options) { return wstest_echoserver(options, false); }},
        {"testeeserver", [](const WstestOptions& options) { return wstest_echoserver(options, true); }},
        {"echoclient", wstest_echoclient},
        {"testeeclient", wstest_testeeclient},
        {"massconnect", wstest_massconnect},
        {"broadcastserver", wstest_broadcastserver},
        {"broadcastclient", wstest_broadcastclient},
    };
    return table;
}

}  // namespace

int wstest_error(const std::string& what) {
    std::fprintf(stderr, "wstest: %s\n", printable(what, 1000).c_str());
    return wstest_wrong;
}

std::expected<WstestSpec, std::string> wstest_read_spec(const WstestOptions& options) {
    std::string file = options.spec_file;
    if (file.empty()) {
        file = options.mode + ".json";
        if (!std::filesystem::exists(file)) {
            std::string error;
            if (!write_atomically(file, wstest_template(options.mode), error)) return std::unexpected(error);
            std::printf("Wrote the spec %s, which was not there\n", file.c_str());
        } else {
            std::printf("Using the spec %s\n", file.c_str());
        }
    }
    auto const text = read_file(file);
    if (!text) return std::unexpected(text.error());
    auto spec = parse_wstest_spec(*text, options.mode);
    if (!spec) return std::unexpected("the spec " + printable(file, 200) + ": " + spec.error());
    for (const auto& note : spec->notes) std::fprintf(stderr, "wstest: note: %s\n", note.c_str());
    return spec;
}

std::expected<Destination, std::string> wstest_destination(const std::string& text) {
    auto url = parse_url(text);
    if (!url) return std::unexpected(url.error());
    Destination out;
    out.address = {.host = url->host, .port = url->port, .tls = url->secure, .server_name = url->host};
    if (url->secure) {
        auto made = make_tls_client({.insecure = true});
        if (!made) return std::unexpected(made.error());
        out.tls = *made;
    }
    out.url = std::move(*url);
    return out;
}

int wstest_main(int argc, char** argv) {
    // Scripts wait for lines, through pipes.
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    CLI::App app{about, "wstest"};
    app.footer(modes_help);
    app.set_version_flag("--version", std::string("wstest of wsspec ") + WSSPEC_VERSION + " (" + WSSPEC_COMMIT + ")");
    WstestOptions options;
    std::string out_file;
    std::string test_set;
    bool debug = false;
    bool versions = false;
    app.add_option("-m,--mode", options.mode, "What to do; see below")->type_name("MODE");
    app.add_option("-s,--spec", options.spec_file, "The spec")->type_name("FILE");
    app.add_option("-w,--wsuri", options.url, "A WebSocket URL: to listen at, or to connect to")->type_name("URL");
    app.add_option("-u,--webport", options.web_port,
                   "Port of the fuzzingserver's page for people (default: 8080 if it is free); 0: none")
        ->type_name("PORT");
    app.add_option("-i,--ident", options.ident, "The name of a testeeclient")->type_name("NAME");
    app.add_option("-o,--outfile", out_file, "Taken, and without effect")->type_name("FILE");
    app.add_option("-k,--key", options.key_file, "A server's private key (PEM)")->type_name("FILE");
    app.add_option("-c,--cert", options.certificate_file, "A server's certificate (PEM)")->type_name("FILE");
    app.add_option("-t,--testset", test_set, "Taken, and without effect")->type_name("NAME");
    app.add_flag("-d,--debug", debug, "Taken, and without effect: reports have every octet");
    app.add_flag("-a,--autobahnversion", versions, "Print the version, and whose cases these are");
    app.add_flag("--with-extra", options.with_extra, "Patterns also find the cases that Autobahn does not have");
    app.add_option("--profile", options.profile,
                   "Messages of groups 9, 12 and 13: a few, tens, or as many as Autobahn sends (default)")
        ->check(CLI::IsMember({"quick", "standard", "full"}).description(""))
        ->type_name("quick|standard|full");
    app.add_option("--wait", options.wait_s, "How long a fuzzingclient waits for a server that does not listen yet")
        ->check(CLI::Range(0U, 3600U).description(""))
        ->type_name("SECONDS");
    // Autobahn's command knows no other words than its options.
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        return wstest_error(std::string(error.what()) + " (wstest --help)");
    }
    if (versions) {
        std::printf("wstest of wsspec %s; groups 1 to 7, 9, 10, 12 and 13 are Autobahn's 517 cases\n", WSSPEC_VERSION);
        return wstest_done;
    }
    auto const mode = modes().find(options.mode);
    if (mode == modes().end()) {
        std::string names;
        for (const auto& [name, run] : modes()) names += (names.empty() ? "" : ", ") + name;
        return wstest_error((options.mode.empty() ? "no mode was given" : "there is no mode " + options.mode) +
                            ": -m takes " + names);
    }
    return mode->second(options);
}

}  // namespace wsspec
