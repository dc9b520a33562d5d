// The program from outside: options, exit statuses, outputs.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "reports/json.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::contents;
using test::Folder;
using test::is_plain;
using test::lines;
using test::program;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(Program, HelpAndVersionAreNoErrors) {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"--help"},
                                                                                           {"--version"},
                                                                                           {"run", "--help"},
                                                                                           {"list", "--help"},
                                                                                           {"explain", "--help"},
                                                                                           {"coverage", "--help"},
                                                                                           {"echo", "--help"},
                                                                                           {"connect", "--help"}}) {
        auto const ran = test::wsspec(arguments);
        EXPECT_EQ(ran.status, 0) << arguments.front() << ran.err;
        EXPECT_TRUE(ran.err.empty()) << ran.err;
        EXPECT_TRUE(holds(ran.out, "wsspec") || holds(ran.out, "--help")) << ran.out;
    }
    EXPECT_TRUE(holds(test::wsspec({"run", "--help"}).out, "Exit status: 0 as required"));
    EXPECT_TRUE(holds(test::wsspec({"--version"}).out, "wsspec 0."));
}

TEST(Program, MistakesOfTheUserAreOneLineAndStatus2) {
    Folder const folder;
    struct Row {
        std::vector<std::string> arguments;
        const char* named;
    };
    for (const auto& row : std::vector<Row>{
             {{}, "subcommand"},
             {{"frobnicate"}, "\"frobnicate\" is no subcommand; there are run, serve"},
             {{"run"}, "URL is missing"},
             {{"run", "http://localhost/"}, "neither ws nor wss"},
             {{"run", "localhost"}, "scheme is missing"},
             {{"run", "ws://h:99999/"}, "port"},
             {{"run", "loop:", "--case", "99.*"}, "99.*"},
             {{"run", "loop:", "--exclude", "nonsense"}, "nonsense"},
             {{"run", "loop:", "--section", "99.9"}, "99.9"},
             {{"run", "loop:", "--frobnicate"}, "--frobnicate"},
             {{"run", "loop:", "--jobs", "0"}, "jobs"},
             {{"run", "loop:", "--timeout", "never"}, "timeout"},
             {{"run", "loop:", "--timeout", "nan"}, "0.1"},
             {{"run", "loop:", "--timeout", "-nan"}, "0.1"},
             {{"run", "loop:", "--timeout", "inf"}, "0.1"},
             {{"run", "loop:", "--timeout", "0"}, "0.1"},
             {{"run", "loop:", "--seed", "-1"}, "-1"},
             {{"run", "loop:", "--seed", "99999999999999999999"}, "seed"},
             {{"run", "loop:", "--json", ""}, "--json: is empty"},
             {{"run", "loop:", "--case", ""}, "--case: is empty"},
             {{"run", "", "--spawn", "true"}, "empty"},
             {{"run", "ws://localhost/", "--unix", ""}, "--unix: is empty"},
             {{"run", "ws://localhost/", "--unix", "x.sock", "--connect-to", "127.0.0.1:1"}, "--unix"},
             {{"run", "loop:", "--connect-to", "127.0.0.1:999999"}, "HOST:PORT"},
             {{"run", "loop:", "--header", "A: b\r\nC: d"}, "A: b\\r\\nC: d"},
             {{"run", "loop:", "--header", ": x"}, "--header"},
             {{"run", "loop:", "--origin", "a\r\nb"}, "--origin"},
             {{"run", "loop:", "--subprotocol", "a b"}, "--subprotocol"},
             {{"run", "ws://[zz]/"}, "IPv6"},
             {{"serve", "--seed", "-1"}, "-1"},
             {{"fuzz", "loop:", "--cases", "-1"}, "-1"},
             {{"fuzz", "loop:", "--findings", "-1"}, "-1"},
             {{"fuzz", "loop:", "--seconds", "nan"}, "0.1"},
             {{"echo", "--max-message", "-1"}, "-1"},
             {{"echo", "--subprotocol", "a b"}, "--subprotocol"},
             {{"connect", "ws://127.0.0.1:1/", "--header", "A: b\r\nC: d"}, "--header"},
             {{"run", "loop:", "--delivery", "by-mail"}, "by-mail"},
             {{"run", "loop:", "--color", "purple"}, "purple"},
             {{"run", "loop:no-such-fault"}, "no-such-fault"},
             {{"run", "loop:\x1b[2J"}, "\\x1b[2J"},
             {{"run", "loop:", "--header", "no colon"}, "no colon"},
             {{"run", "loop:", "--connect-to", "nowhere"}, "nowhere"},
             {{"run", "wss://localhost/", "--ca", folder / "none.pem"}, "none.pem"},
             {{"run", "wss://localhost/", "--cert", folder / "none.pem"}, "none.pem"},
             {{"run", "ws://localhost/", "--cert", "x.pem"}, "wss://"},
             {{"run", "ws://localhost/", "--ca", "x.pem"}, "wss://"},
             {{"list", "99"}, "99"},
             {{"explain"}, "cases"},
             {{"explain", "99"}, "99"},
             {{"echo", "--fault", "no-such-fault"}, "no-such-fault"},
             {{"echo", "--cert", "only.pem"}, "--key"},
             {{"echo", "--port", "70000"}, "port"},
             {{"connect", "nonsense"}, "nonsense"},
         }) {
        auto const ran = test::wsspec(row.arguments);
        std::string const all = testing::PrintToString(row.arguments) + "\n" + ran.err;
        EXPECT_EQ(ran.status, 2) << all;
        EXPECT_EQ(lines(ran.err), 1U) << all;
        EXPECT_TRUE(holds(ran.err, row.named)) << all;
        EXPECT_TRUE(is_plain(ran.err)) << all;
        EXPECT_TRUE(ran.out.empty()) << all << ran.out;
    }
}

TEST(Program, ATargetThatIsNotThereIsStatus3) {
    Folder const folder;
    for (const std::vector<std::string>& to : std::vector<std::vector<std::string>>{
             {"ws://127.0.0.1:1/"}, {"ws://localhost/", "--unix", folder / "none.sock"}}) {
        std::vector<std::string> arguments = {"run"};
        arguments.insert(arguments.end(), to.begin(), to.end());
        arguments.insert(arguments.end(), {"--json", folder / "result.json"});
        auto const ran = test::wsspec(arguments);
        EXPECT_EQ(ran.status, 3) << ran.err;
        EXPECT_EQ(lines(ran.err), 1U) << ran.err;
        EXPECT_TRUE(holds(ran.err, "no connection")) << ran.err;
        auto const result = nlohmann::json::parse(contents(folder / "result.json"), nullptr, false);
        ASSERT_TRUE(result.is_object());
        EXPECT_EQ(result["complete"], false);
    }
    auto const connect = test::wsspec({"connect", "ws://127.0.0.1:1/"});
    EXPECT_EQ(connect.status, 3);
    EXPECT_EQ(lines(connect.err), 1U) << connect.err;
}

TEST(Program, ListsTheCatalogue) {
    auto const ran = test::wsspec({"list", "--json"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    auto const listed = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(listed.is_discarded());
    std::set<std::string> ids;
    unsigned autobahn = 0;
    const auto& cases = listed.is_array() ? listed : listed["cases"];
    for (const auto& one : cases) {
        EXPECT_TRUE(ids.insert(one["id"].get<std::string>()).second) << one["id"];
        autobahn += one.value("autobahn", false) ? 1U : 0U;
        EXPECT_FALSE(one["title"].get<std::string>().empty());
    }
    std::set<std::string> all;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) all.insert(one.id);
    EXPECT_EQ(ids, all);
    EXPECT_EQ(autobahn, 517U);

    auto const some = test::wsspec({"list", "2.2", "1.1.*"});
    EXPECT_EQ(some.status, 0);
    EXPECT_TRUE(holds(some.out, "1.1.8"));
    EXPECT_TRUE(holds(some.out, "2.2"));
    EXPECT_FALSE(holds(some.out, "2.3"));
    EXPECT_TRUE(holds(test::wsspec({"list", "8.15.15"}).out, "[clients only]"));
    auto const other_part = test::wsspec({"run", "loop:", "--case", "8.15.15"});
    EXPECT_EQ(other_part.status, 2);
    EXPECT_TRUE(holds(other_part.err, "wsspec serve")) << other_part.err;
    EXPECT_TRUE(holds(test::wsspec({"list", "--faults"}).out, "never-answers-pings"));
}

TEST(Program, Explains) {
    auto const ran = test::wsspec({"explain", "6.4.1"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    for (const char* part : {"6.4.1", "f4 90 80 80", "1007", "R6455-8.1-1"})
        EXPECT_TRUE(holds(ran.out, part)) << part << "\n" << ran.out;
    EXPECT_TRUE(is_plain(ran.out));
}

TEST(Program, ExplainsEveryCase) {
    auto const ran = test::wsspec({"explain", "*"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(is_plain(ran.out));
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            EXPECT_TRUE(ran.out.starts_with(one.id + " ") || holds(ran.out, "\n" + one.id + " ")) << one.id;
    // We are the server there: nothing of ours has a masking key.
    auto const client = test::wsspec({"explain", "8.15.15"});
    ASSERT_EQ(client.status, 0) << client.err;
    for (const char* part : {"8.15.15", "Target     clients", "HTTP/1.1 101 Switching Protocols", "89 05"})
        EXPECT_TRUE(holds(client.out, part)) << part << "\n" << client.out;
    EXPECT_FALSE(holds(client.out, "37 fa 21 3d")) << client.out;
}

TEST(Program, KnowsItsCoverage) {
    auto const ran = test::wsspec({"coverage"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(holds(ran.out, "R6455-5.5.2-2")) << ran.out.substr(0, 500);
    auto const json = test::wsspec({"coverage", "--json"});
    EXPECT_TRUE(nlohmann::json::accept(json.out));
}

TEST(Program, RunsAgainstItsOwnReference) {
    Folder const folder;
    auto const ran = test::wsspec({"run", "loop:", "--case", "1.1.1", "--seed", "4711", "--json", folder / "r.json"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    EXPECT_TRUE(ran.err.empty()) << ran.err;
    EXPECT_TRUE(is_plain(ran.out)) << ran.out;
    EXPECT_TRUE(holds(ran.out, "4711")) << "the seed is printed: " << ran.out;
    auto const result = from_json(contents(folder / "r.json"));
    ASSERT_TRUE(result) << result.error();
    EXPECT_TRUE(result->complete);
    ASSERT_EQ(result->cases.size(), 1U);
    EXPECT_EQ(result->cases[0].id, "1.1.1");
    EXPECT_EQ(result->cases[0].verdict, Verdict::pass);
    EXPECT_EQ(result->seed, 4711U);
    EXPECT_EQ(result->url, "loop:");
}

TEST(Program, NamesWhatAFaultyTargetBreaks) {
    auto const ran =
        test::wsspec({"run", "loop:never-answers-pings", "--case", "2.2", "--timeout", "1", "--seed", "5"});
    EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
    for (const char* part : {"2.2", "R6455-5.5.2", "--seed 5", "loop:never-answers-pings"})
        EXPECT_TRUE(holds(ran.out, part)) << part << "\n" << ran.out;
}

TEST(Program, QuietIsTheSummaryOnly) {
    auto const loud = test::wsspec({"run", "loop:never-answers-pings", "--case", "2.2", "--timeout", "1"});
    auto const quiet = test::wsspec({"run", "loop:never-answers-pings", "--case", "2.2", "--timeout", "1", "--quiet"});
    EXPECT_EQ(quiet.status, 1);
    EXPECT_LT(lines(quiet.out), lines(loud.out));
    EXPECT_TRUE(holds(quiet.out, "1 ")) << quiet.out;
}

TEST(Program, ColoursWhenItShould) {
    struct Row {
        const char* name;
        std::vector<std::string> options;
        std::vector<std::string> environment;
        bool coloured;
    };
    for (const auto& row :
         std::vector<Row>{{"a pipe", {}, {}, false},
                          {"never", {"--color", "never"}, {}, false},
                          {"always", {"--color", "always"}, {}, true},
                          {"NO_COLOR", {}, {"NO_COLOR=1"}, false},
                          {"the option is the stronger", {"--color", "always"}, {"NO_COLOR=1"}, true}}) {
        std::vector<std::string> arguments = {"run", "loop:", "--case", "1.1.1"};
        arguments.insert(arguments.end(), row.options.begin(), row.options.end());
        auto const ran = test::wsspec(arguments, row.environment);
        EXPECT_EQ(ran.status, 0);
        EXPECT_EQ(holds(ran.out, "\x1b["), row.coloured) << row.name << "\n" << ran.out;
    }
}

TEST(Program, StrictMakesANonStrictVerdictCount) {
    // Drops TCP where a Close frame should say why.
    std::vector<std::string> const arguments = {"run", "loop:drops-instead-of-failing", "--case", "4.1.1"};
    EXPECT_EQ(test::wsspec(arguments).status, 0);
    auto strict = arguments;
    strict.push_back("--strict");
    auto const ran = test::wsspec(strict);
    EXPECT_EQ(ran.status, 1) << ran.out;
    EXPECT_TRUE(holds(ran.out, "non-strict")) << ran.out;
}

TEST(Program, TestsOverAUnixSocket) {
    Folder const folder;
    std::string const socket = folder / "echo.sock";
    Child server({program(), "echo", "--unix", socket});
    ASSERT_TRUE(server.prints("echo server at " + socket + "\n")) << server.out();
    auto const ran = test::wsspec({"run", "ws://localhost/chat", "--unix", socket, "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish().status, 0);
}

TEST(Program, ConnectsElsewhere) {
    Child server({program(), "echo", "--port", "0"});
    ASSERT_TRUE(server.prints("/\n")) << server.out();
    auto const at = server.out().find("127.0.0.1:");
    ASSERT_NE(at, std::string::npos);
    std::string const where = server.out().substr(at, server.out().find('/', at) - at);
    auto const ran = test::wsspec({"run", "ws://example.invalid/", "--connect-to", where, "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    server.signal(SIGINT);
    EXPECT_EQ(server.finish().status, 0);
}

TEST(Program, ChecksCertificates) {
    Folder const folder;
    auto const openssl = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "openssl");
        auto const ran = Child(arguments).finish();
        EXPECT_EQ(ran.status, 0) << ran.err;
    };
    // A CA, and a certificate of the server that it signed.
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=wsspec test CA", "-keyout", folder / "ca.key", "-out", folder / "ca.pem"});
    openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "server.key", "-out",
             folder / "server.csr"});
    openssl({"x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
             "-days", "2", "-copy_extensions", "copy", "-out", folder / "server.pem"});

    Child server({program(), "echo", "--port", "0", "--cert", folder / "server.pem", "--key", folder / "server.key"});
    ASSERT_TRUE(server.prints("/\n")) << server.out();
    auto const at = server.out().find("wss://");
    ASSERT_NE(at, std::string::npos) << server.out();
    std::string const url = server.out().substr(at, server.out().find('\n', at) - at);

    auto const trusted = test::wsspec({"run", url, "--ca", folder / "ca.pem", "--case", "1.1.1"});
    EXPECT_EQ(trusted.status, 0) << trusted.out << trusted.err;
    auto const unknown = test::wsspec({"run", url, "--case", "1.1.1"});
    EXPECT_EQ(unknown.status, 3) << unknown.out << unknown.err;
    EXPECT_EQ(lines(unknown.err), 1U) << unknown.err;
    EXPECT_TRUE(holds(unknown.err, "certificate")) << unknown.err;
    auto const insecure = test::wsspec({"run", url, "--insecure", "--case", "1.1.1"});
    EXPECT_EQ(insecure.status, 0) << insecure.out << insecure.err;
    auto const other_name = test::wsspec(
        {"run", "wss://example.invalid/", "--connect-to", url.substr(6, url.size() - 7), "--ca", folder / "ca.pem"});
    EXPECT_EQ(other_name.status, 3) << "the name is checked, too: " << other_name.out;
    server.signal(SIGTERM);
    server.finish();
}

TEST(Program, StartsItsTarget) {
    auto const ran = test::wsspec({"run", "--spawn", "exec " + program() + " echo --port {port}", "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    auto const dead = test::wsspec({"run", "--spawn", "exit 7; : {port}", "--case", "1.1.1"});
    EXPECT_EQ(dead.status, 3) << dead.out;
    EXPECT_TRUE(holds(dead.err, "exited with status 7")) << dead.err;
}

}  // namespace
}  // namespace wsspec
