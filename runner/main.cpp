// The program: one table of options, one function a command.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "reference/octets.h"
#include "reports/file.h"
#include "runner/commands.h"
#include "runner/completion.h"
#include "runner/delivery.h"
#include "runner/failure.h"
#include "runner/fuzz_command.h"
#include "runner/manual.h"
#include "runner/option_checks.h"
#include "runner/option_table.h"
#include "runner/standard_output.h"
#include "runner/wstest.h"
#include "wsspec_version.h"

namespace {

using namespace wsspec;

constexpr const char* exit_statuses =
    "Exit status: 0 as required, or as the baseline says; 1 some case is worse (without a baseline: fail or flaky);\n"
    "2 usage, a selection of nothing, a baseline that names an unknown case, or a report or standard output that "
    "cannot\n"
    "be written; 3 incomplete: the target could not be reached or was lost, or files or memory ran out; 4 a defect of\n"
    "wsspec itself.";

constexpr const char* about_baselines =
    "A baseline lists known verdicts: {\"format\": \"wsspec-baseline/1\", \"cases\": {\"6.4.3\": {\"verdict\": "
    "\"non-strict\",\n"
    "\"reason\": \"...\", \"link\": \"https://...\", \"expires\": \"2027-01-31\"}}}; link and expires may be left "
    "out. An entry\n"
    "without a reason, or past its date, excuses nothing. A verdict better than the baseline is reported, and fails\n"
    "with --strict. --update-baseline enters what is worse than required, keeps the reasons that are there, and drops\n"
    "entries whose case breaks nothing any more; write a reason where it says \"(say why)\".\n";

/// Reports of one run, or of several.
constexpr const char* about_publishable =
    "Leave out of the reports what could help an attacker: limits, crashes, masking keys (SECURITY.md)";

void add_writers(CLI::App& app, OutputOptions& outputs) {
    for (const auto& writer : writers())
        app.add_option_function<std::string>(
               writer.option,
               [&outputs, option = writer.option](const std::string& path) { outputs.files[option] = path; },
               writer.help)
            ->type_name(writer.value_name());
    app.add_flag("--github", outputs.github, "Annotations for GitHub Actions, and the job summary");
}

/// What `run`, `serve` and `report` share.
void add_outputs(CLI::App& app, std::string& json_file, const std::string& json_help, OutputOptions& outputs,
                 BaselineOptions& baseline) {
    app.add_option("--json", json_file, json_help)->type_name("FILE");
    add_writers(app, outputs);
    app.add_option("--baseline", baseline.file, "Known verdicts: only what is worse fails")->type_name("FILE");
    app.add_flag("--update-baseline", baseline.update,
                 "Write the verdicts of this run to the baseline, and exit with 0");
}

void add_selection(CLI::App& app, Selection& selection) {
    app.add_option("--case", selection.cases, "Run the cases that match (6.4.1, '6.*', 7); may be given again")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    app.add_option("--exclude", selection.excluded, "Leave out the cases that match; may be given again")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    app.add_flag("--derived", selection.derived,
                 "Select among the derived cases, flows with one thing changed ('1.1.2/rsv1'), instead");
    app.add_option("--section", selection.sections,
                   "Only cases about a section of RFC 6455 (5.5), or of another (RFC9112:3.2); may be given again")
        ->type_name("SECTION")
        ->allow_extra_args(false);
}

constexpr const char* about_url =
    "ws:// or wss:// URL; `loop:` is the embedded reference server, `loop:FAULT` one with a fault";

/// How to reach a server.
void add_server_options(CLI::App& app, ServerOptions& server) {
    app.add_option("--header", server.headers, "A field for every opening handshake; may be given again")
        ->type_name("'N: V'")
        ->allow_extra_args(false);
    app.add_option("--origin", server.origin, "The Origin of every opening handshake")->type_name("ORIGIN");
    app.add_option("--subprotocol", server.subprotocol, "A subprotocol that the target supports")->type_name("NAME");
    app.add_option("--ca", server.ca_file, "Certificates to trust (PEM; default: the system's)")->type_name("FILE");
    app.add_option("--cert", server.certificate_file, "Our certificate, for targets that ask (PEM)")->type_name("FILE");
    app.add_option("--key", server.key_file, "Its private key (PEM)")->type_name("FILE");
    app.add_flag("--insecure", server.insecure, "Accept any certificate");
    app.add_flag("--tls", server.tls, "With `loop:`: over TLS, with a certificate made for it");
    app.add_option("--connect-to", server.connect_to, "Connect there, whatever the URL says")->type_name("HOST:PORT");
    app.add_option("--unix", server.unix_path, "Connect to a Unix socket; the URL gives path and Host")
        ->type_name("PATH");
    app.add_option("--spawn", server.spawn,
                   "Start the target with this command, restart it when it dies, stop it at the end; {port} becomes a "
                   "free port (default URL: ws://127.0.0.1:{port}/)")
        ->type_name("'CMD {port}'");
}

/// What `cmake --install` brings along beside the program, one folder a kind.
int generate_documentation(const CLI::App& app, const std::string& folder) {
    auto const table = option_table(app);
    auto pages = manual_pages(table, WSSPEC_VERSION);
    pages["wstest.1"] = ".so man1/wsspec.1\n";
    std::map<std::string, std::map<std::string, std::string>> const kinds = {
        {"man", std::move(pages)},
        {"bash", {{table.name, bash_completion(table)}}},
        {"zsh", {{"_" + table.name, zsh_completion(table)}}},
        {"fish", {{table.name + ".fish", fish_completion(table)}}},
    };
    std::string error;
    for (const auto& [kind, files] : kinds)
        if (!write_folder(folder + "/" + kind, files, error)) return usage_error(error);
    return exit_as_required;
}

void add_delivery(CLI::App& app, std::string& delivery) {
    app.add_option("--delivery", delivery,
                   "In what writes all cases are sent: joined, cut, or every one of them cut at every octet (a "
                   "connection for each place)")
        ->type_name(std::string(delivery_names));
}

/// Where clients come to.
void add_listening(CLI::App& app, std::string& host, std::uint16_t& port) {
    app.add_option("--host", host, "Of clients: the address to listen on")->capture_default_str();
    app.add_option("--port,-p", port, "Of clients: the port, without --spawn; 0 takes any free one")
        ->capture_default_str();
}

int run(int argc, char** argv) {
    CLI::App app{"wsspec tests WebSocket (RFC 6455) implementations.", "wsspec"};
    app.set_version_flag("--version", std::string("wsspec ") + WSSPEC_VERSION + " (" + WSSPEC_COMMIT + ")");
    app.footer(
        "wstest is the same program under the name of Autobahn's command: put it in place of that, and leave spec "
        "files,\n"
        "drivers and the scripts that read its reports as they are (wstest --help).");
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    int status = exit_as_required;

    RunOptions run_options;
    auto* run = app.add_subcommand("run", "Test a server");
    run->footer(std::string(about_baselines) + "\n" + exit_statuses);
    run->add_option("url", run_options.url, about_url);
    add_selection(*run, run_options.selection);
    run->add_option("--jobs,-j", run_options.jobs, "Cases at the same time (default: 8)")
        ->check(CLI::Range(1, 1000).description(""))
        ->type_name("N");
    run->add_option("--timeout", run_options.timeout_s,
                    "Seconds that a case may take (default: 3, or 50 round trips if that is more)")
        ->check(seconds_up_to(3600.0))
        ->type_name("SECONDS");
    add_delivery(*run, run_options.delivery);
    run->add_option(
           "--profile", run_options.profile,
           "Messages of the cases that send many (groups 9, 12, 13): a few, tens (default), or Autobahn's 1000")
        ->check(CLI::IsMember({"quick", "standard", "full"}).description(""))
        ->type_name("quick|standard|full");
    run->add_option("--seed", run_options.seed, "Seed of the order and of masking keys (default: drawn, and printed)")
        ->check(whole_number())
        ->type_name("N");
    run->add_flag("--allow-dos", run_options.allow_dos,
                  "Play the cases of group 17 that may hurt a target that others use: floods, bombs, crowds");
    run->add_option("--pid", run_options.pid,
                    "The target's process, whose memory, CPU time and open files group 17 watches (default: that of "
                    "--spawn)")
        ->check(CLI::Range(1, 1 << 30).description(""))
        ->type_name("PID");
    run->add_flag("--strict", run_options.strict, "Exit with 1 for non-strict verdicts, too");
    add_outputs(*run, run_options.json_file, "Write the result to FILE, as it grows", run_options.outputs,
                run_options.baseline);
    run->add_option_function<std::string>(
           "--shard",
           [&](const std::string& text) {
               run_options.shard = parse_shard(text);
               if (!run_options.shard)
                   throw CLI::ValidationError("--shard",
                                              "wants I/N, I from 1 to N, not \"" + printable(text, 40) + "\"");
           },
           "Run the I-th of N parts of the selected cases; `wsspec report` puts the results together")
        ->type_name("I/N");
    std::map<std::string, Keep> const kept{{"all", Keep::all}, {"failures", Keep::failures}, {"none", Keep::none}};
    std::string keep = "all";
    run->add_option("--keep-transcripts", keep,
                    "Of which cases results and failures show what was sent and received (default: all)")
        ->check(CLI::IsMember({"all", "failures", "none"}).description(""))
        ->type_name("all|failures|none");
    run->add_flag("--quiet,-q", run_options.quiet, "Print the summary only");
    std::map<std::string, Color> const colors{
        {"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
    std::string color = "auto";
    run->add_option("--color", color, "Colours on standard output; NO_COLOR is honoured")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    add_server_options(*run, run_options);
    run->callback([&] {
        run_options.color = colors.at(color);
        run_options.keep_transcripts = kept.at(keep);
        status = run_command(run_options);
    });

    ServeOptions serve_options;
    serve_options.selection.target = Target::client;
    std::string serve_color = "auto";
    std::string serve_keep = "all";
    auto* serve = app.add_subcommand("serve", "Test clients: they connect to us, and say by URL which case they want");
    serve->footer(
        "A client connects to /runCase?case=N&agent=NAME (N from 1 to what /getCaseCount says) or to\n"
        "/case/ID?agent=NAME, and sends every message back. /getCaseCount, /getCaseInfo, /getCaseStatus,\n"
        "/updateReports and /stopServer are as in Autobahn, so its drivers work unchanged.\n\n" +
        std::string(exit_statuses));
    serve->add_option("--host", serve_options.host, "Address to listen on")->capture_default_str();
    serve->add_option("--port,-p", serve_options.port, "Port; 0 takes any free one")->capture_default_str();
    serve->add_option("--cert", serve_options.certificate_file, "Certificate (PEM): speak wss")->type_name("FILE");
    serve->add_option("--key", serve_options.key_file, "Its private key (PEM)")->type_name("FILE");
    serve
        ->add_option("--tls", serve_options.tls_folder,
                     "Speak wss with certificates made in FOLDER: clients are to trust FOLDER/ca.pem. With {case_url} "
                     "they are shown bad ones, too")
        ->type_name("FOLDER");
    add_selection(*serve, serve_options.selection);
    serve
        ->add_option("--spawn", serve_options.spawn,
                     "Start this command on a free port and end with it: a driver that is given {url}, or a client "
                     "that is started for each case with {case_url}")
        ->type_name("'CMD {url}'");
    serve->add_option("--agent", serve_options.agent, "The name of clients that --spawn starts with {case_url}")
        ->type_name("NAME");
    serve->add_option("--jobs,-j", serve_options.jobs, "Clients at the same time with {case_url} (default: 4)")
        ->check(CLI::Range(1, 1000).description(""))
        ->type_name("N");
    serve->add_option("--timeout", serve_options.timeout_s, "Seconds that a case may take (default: 5)")
        ->check(seconds_up_to(3600.0))
        ->type_name("SECONDS");
    serve
        ->add_option(
            "--profile", serve_options.profile,
            "Messages of the cases that send many (groups 9, 12, 13): a few, tens (default), or Autobahn's 1000")
        ->check(CLI::IsMember({"quick", "standard", "full"}).description(""))
        ->type_name("quick|standard|full");
    add_delivery(*serve, serve_options.delivery);
    serve->add_option("--seed", serve_options.seed, "Seed of masking keys (default: drawn)")
        ->check(whole_number())
        ->type_name("N");
    serve->add_flag("--allow-dos", serve_options.allow_dos,
                    "Play the cases of group 17 that may hurt a client that others use: floods and bombs");
    serve->add_flag("--strict", serve_options.strict, "Exit with 1 for non-strict verdicts, too");
    add_outputs(*serve, serve_options.json_file,
                "Write the result to FILE, as it grows; one file an agent if several come", serve_options.outputs,
                serve_options.baseline);
    serve->add_option("--keep-transcripts", serve_keep, "Of which cases the result keeps what was exchanged")
        ->check(CLI::IsMember({"all", "failures", "none"}).description(""))
        ->type_name("all|failures|none");
    serve->add_flag("--quiet,-q", serve_options.quiet, "Print the summary only");
    serve->add_option("--color", serve_color, "Colours on standard output; NO_COLOR is honoured")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    serve->callback([&] {
        serve_options.color = colors.at(serve_color);
        serve_options.keep_transcripts = kept.at(serve_keep);
        status = serve_command(serve_options);
    });

    FuzzOptions fuzz_options;
    std::string fuzz_color = "auto";
    auto* fuzz = app.add_subcommand("fuzz", "Fuzz a live server, or clients; the RFCs judge what they do");
    fuzz->footer(
        "Scripts are made by dice: mostly legal sessions with one rule bent. What a target must not do is played "
        "again\n"
        "alone, shrunk to the shortest script that shows it, printed as a case in the notation of cases/, and saved "
        "in\n"
        "the folder of --out: a file for `wsspec replay`, and a capture for Wireshark. A crash of a target that "
        "--spawn\n"
        "has started is a finding.\n\n"
        "Exit status: 0 nothing found; 1 findings; 2 usage, or a file that cannot be written; 3 incomplete: the "
        "target\n"
        "could not be reached or was lost, or Ctrl-C; 4 a defect of wsspec itself.");
    fuzz->add_option("url", fuzz_options.url, about_url);
    fuzz->add_option("--seconds", fuzz_options.seconds, "Begin scripts for so long (default: 60, without --cases)")
        ->check(seconds_up_to(31536000.0))
        ->type_name("SECONDS");
    fuzz->add_option("--cases", fuzz_options.cases, "Stop after so many scripts")
        ->check(whole_number())
        ->type_name("N");
    fuzz->add_option("--findings", fuzz_options.findings, "Stop after so many findings")
        ->check(whole_number())
        ->type_name("N");
    fuzz->add_option("--seed", fuzz_options.seed,
                     "The same seed and target: the same scripts (default: drawn, and printed)")
        ->check(whole_number())
        ->type_name("N");
    fuzz->add_option("--jobs,-j", fuzz_options.jobs, "Scripts at the same time (default: 8; 2 clients)")
        ->check(CLI::Range(1, 1000).description(""))
        ->type_name("N");
    fuzz->add_option("--timeout", fuzz_options.timeout_s,
                     "Seconds that a script may take (default: 3, or 50 round trips if that is more; 5 for clients)")
        ->check(seconds_up_to(3600.0))
        ->type_name("SECONDS");
    fuzz->add_flag("--strict", fuzz_options.strict, "What is non-strict is a finding, too");
    fuzz->add_option("--out", fuzz_options.folder, "Where findings are saved")->type_name("DIR")->capture_default_str();
    fuzz->add_option("--json", fuzz_options.json_file, "Write the result to FILE")->type_name("FILE");
    fuzz->add_flag("--client", fuzz_options.client,
                   "Fuzz clients, which connect to us; --spawn 'client {url}' starts one for every script");
    add_listening(*fuzz, fuzz_options.host, fuzz_options.port);
    fuzz->add_flag("--quiet,-q", fuzz_options.quiet, "Print the summary only");
    fuzz->add_option("--color", fuzz_color, "Colours on standard output; NO_COLOR is honoured")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    add_server_options(*fuzz, fuzz_options);
    fuzz->callback([&] {
        fuzz_options.color = colors.at(fuzz_color);
        status = fuzz_command(fuzz_options);
    });

    ReplayOptions replay_options;
    std::string replay_color = "auto";
    auto* replay = app.add_subcommand("replay", "Play a script again that `fuzz` has saved");
    replay->footer(
        "Exit status: 0 nothing wrong this time; 1 it fails; 2 usage; 3 the target could not be reached or was lost.");
    replay->add_option("file", replay_options.file, "A file that `wsspec fuzz` wrote")->required()->type_name("FILE");
    replay->add_option("url", replay_options.url, about_url);
    replay->add_option("--timeout", replay_options.timeout_s, "Seconds that the script may take (default: as fuzz)")
        ->check(seconds_up_to(3600.0))
        ->type_name("SECONDS");
    replay->add_flag("--strict", replay_options.strict, "Exit with 1 for a non-strict verdict, too");
    replay->add_option("--pcap", replay_options.pcap_file, "Write what was exchanged to FILE (pcapng, without TLS)")
        ->type_name("FILE");
    bool replay_client = false;
    replay->add_flag("--client", replay_client, "The file says so itself: here for the command that `fuzz` prints");
    add_listening(*replay, replay_options.host, replay_options.port);
    replay->add_option("--color", replay_color, "Colours on standard output; NO_COLOR is honoured")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    add_server_options(*replay, replay_options);
    replay->callback([&] {
        replay_options.color = colors.at(replay_color);
        status = replay_command(replay_options);
    });

    ReportOptions report_options;
    std::string report_color = "auto";
    auto* report = app.add_subcommand("report", "Render, merge or compare results that `run --json` wrote");
    report->footer(
        "Shards of one run are put together; other files are targets side by side. A missing shard or an incomplete\n"
        "file makes the run incomplete: exit status 3. With --against, only what is worse than in the older result\n"
        "fails, and cases that it did not judge are held to what is required; --strict also fails for cases that are\n"
        "no longer judged.\n\n" +
        std::string(about_baselines) + "\n" + exit_statuses);
    report->add_option("files", report_options.files, "Result files")->required()->type_name("FILE");
    report->add_option("--against", report_options.against, "Older result of the same target; may be given again")
        ->type_name("OLD")
        ->allow_extra_args(false);
    report->add_flag("--strict", report_options.strict, "Exit with 1 for non-strict verdicts, too");
    add_outputs(*report, report_options.json_file, "Write the merged result to FILE", report_options.outputs,
                report_options.baseline);
    report->add_flag("--publishable", report_options.publishable, about_publishable);
    report->add_option("--color", report_color, "Colours on standard output; NO_COLOR is honoured")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    report->callback([&] {
        report_options.color = colors.at(report_color);
        status = report_command(report_options);
    });

    MatrixOptions matrix_options;
    std::string matrix_color = "auto";
    auto* matrix = app.add_subcommand("matrix", "Test the servers and clients that a file lists, side by side");
    matrix->footer(
        "The file (TOML or JSON) has a list \"target\"; each has a name, the options of `wsspec run` by their long\n"
        "names (or of `wsspec serve`, with role = \"client\"), and if need be an \"install\" command. \"defaults\" "
        "holds\n"
        "options for all. Commands run in the folder of the file.\n\n" +
        std::string(exit_statuses));
    matrix->add_option("file", matrix_options.file, "What to test")->required()->type_name("FILE");
    matrix->add_option("--only", matrix_options.only, "Only the targets whose name matches; may be given again")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    matrix->add_flag("--list", matrix_options.list, "Print the names of the targets, and test none");
    matrix->add_flag("--install", matrix_options.install, "Run each target's install command first");
    matrix->add_option("--jobs,-j", matrix_options.jobs, "Targets at the same time (default: 1)")
        ->check(CLI::Range(1, 100).description(""))
        ->type_name("N");
    matrix->add_option("--results", matrix_options.results, "Keep each target's result (JSON) and its log in DIR")
        ->type_name("DIR");
    add_writers(*matrix, matrix_options.outputs);
    matrix->add_flag("--strict", matrix_options.strict, "Exit with 1 for non-strict verdicts, too");
    matrix->add_flag("--publishable", matrix_options.publishable, about_publishable);
    matrix->add_option("--color", matrix_color, "Colours on standard output; NO_COLOR is honoured")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    matrix->callback([&] {
        matrix_options.color = colors.at(matrix_color);
        status = matrix_command(matrix_options);
    });

    ListOptions list_options;
    list_options.selection.target = Target::server;
    auto* list = app.add_subcommand("list", "Print the catalogue of cases");
    list->add_option("globs", list_options.selection.cases, "Only the cases that match");
    list->add_flag("--derived", list_options.selection.derived, "The derived cases, instead");
    list->add_flag("--json", list_options.json, "As JSON");
    list->add_flag("--markdown", list_options.markdown, "As a page of Markdown");
    list->add_flag("--groups", list_options.groups, "The groups instead: number, tab, title");
    list->add_flag("--faults", list_options.faults, "The faults that `loop:FAULT` knows, instead");
    list->callback([&] { status = list_command(list_options); });

    std::vector<std::string> explained;
    auto* explain = app.add_subcommand("explain", "Say what a case sends, octet by octet, what is allowed, and why");
    explain->add_option("cases", explained, "Ids or globs")->required();
    explain->callback([&] { status = explain_command(explained); });

    bool coverage_json = false;
    bool coverage_check = false;
    auto* coverage = app.add_subcommand("coverage", "Print which case covers which requirement of the RFCs");
    coverage->add_flag("--json", coverage_json, "As JSON");
    coverage->add_flag("--check", coverage_check,
                       "Print only what could be tested and has neither a case nor a reason why not; exit with 1 if "
                       "there is any");
    coverage->callback([&] { status = coverage_command(coverage_json, coverage_check); });

    std::string seeds_folder;
    auto* seeds =
        app.add_subcommand("seeds", "Write what fuzzing starts from: inputs made of all cases, a folder a target");
    seeds->add_option("folder", seeds_folder, "Where the folders are made")->required()->type_name("DIR");
    seeds->callback([&] { status = seeds_command(seeds_folder); });

    EchoOptions echo_options;
    auto* echo =
        app.add_subcommand("echo", "Run the reference echo server until it is told to stop (SIGINT, SIGTERM, SIGHUP)");
    echo->add_option("--host", echo_options.host, "Address to listen on")->capture_default_str();
    echo->add_option("--port,-p", echo_options.port, "Port; 0 takes any free one")->capture_default_str();
    echo->add_option("--unix", echo_options.unix_path, "Listen on a Unix socket instead")->type_name("PATH");
    echo->add_option("--cert", echo_options.certificate_file, "Certificate (PEM): speak wss")->type_name("FILE");
    echo->add_option("--key", echo_options.key_file, "Its private key (PEM)")->type_name("FILE");
    echo->add_option("--subprotocol", echo_options.subprotocols, "A supported subprotocol; may be given again")
        ->type_name("NAME")
        ->allow_extra_args(false);
    echo->add_option("--max-message", echo_options.max_message, "Octets of the largest message")
        ->check(whole_number())
        ->capture_default_str();
    echo->add_flag_callback(
        "--no-deflate", [&] { echo_options.deflate = false; }, "Decline permessage-deflate (RFC 7692)");
    echo->add_option("--fault", echo_options.fault, "Bend one behaviour (see `wsspec list --faults`)")
        ->type_name("FAULT");
    echo->callback([&] { status = echo_command(echo_options); });

    ConnectOptions connect_options;
    auto* connect = app.add_subcommand("connect", "Run the reference echo client against a server until that closes");
    connect->add_option("url", connect_options.url, "ws:// or wss:// URL")->required();
    connect->add_option("--ca", connect_options.ca_file, "Certificates to trust (PEM)")->type_name("FILE");
    connect->add_flag("--insecure", connect_options.insecure, "Accept any certificate");
    connect->add_option("--header", connect_options.headers, "A field for the opening handshake; may be given again")
        ->type_name("'N: V'")
        ->allow_extra_args(false);
    connect->add_option("--subprotocol", connect_options.subprotocols, "A subprotocol to offer; may be given again")
        ->type_name("NAME")
        ->allow_extra_args(false);
    connect->add_flag_callback(
        "--no-deflate", [&] { connect_options.deflate = false; }, "Do not offer permessage-deflate (RFC 7692)");
    connect->add_option("--unix", connect_options.unix_path, "Connect to a Unix socket; the URL gives path and Host")
        ->type_name("PATH");
    connect->callback([&] { status = connect_command(connect_options); });

    std::string documentation;
    auto* generate = app.add_subcommand("generate", "Write manual pages and shell completions into a folder");
    generate->group("");  // for the build, not for people
    generate->add_option("folder", documentation)->required();
    generate->callback([&] { status = generate_documentation(app, documentation); });

    refuse_empty_values(app);
    if (auto const unknown = unknown_command(app, argc, argv)) return usage_error(*unknown);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        return usage_error(std::string(error.what()) + " (wsspec --help)");
    }
    return status;
}

/// Each connection takes a file descriptor, and many systems start a process with 1024.
void allow_many_connections() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    // A peer that goes away, or a file that becomes too large, shows as an error of the write.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    occupy_standard_streams();
    allow_many_connections();
    bool const wstest = argc > 0 && std::filesystem::path(argv[0]).filename() == "wstest";
    int status = wsspec::exit_as_required;
    try {
        status = wstest ? wstest_main(argc, argv) : run(argc, argv);
    } catch (const std::exception& error) {
        auto const lacking = shortage(error);
        std::fprintf(stderr, "wsspec: %s\n",
                     lacking ? lacking->c_str() : ("internal error: " + reason_of(error)).c_str());
        status = lacking ? wsspec::exit_incomplete : wsspec::exit_own_defect;
    }
    if (auto const failure = standard_output_failure()) {
        std::fprintf(stderr, "wsspec: standard output: %s\n", failure->c_str());
        if (status == wsspec::exit_as_required || status == wsspec::exit_worse)
            status = wstest ? int{wsspec::wstest_wrong} : int{wsspec::exit_usage};
    }
    return status;
}
