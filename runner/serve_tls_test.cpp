// `wsspec serve` and `wstest -m fuzzingserver` over wss.
#include <gmock/gmock.h>

#include "runner/serve_client_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::contents;
using test::Folder;
using test::program;
using testing::HasSubstr;
using Json = nlohmann::json;

/// A CA, and a certificate for 127.0.0.1 that it signed: ca.pem, server.pem and server.key.
void make_certificates(const Folder& folder) {
    auto const openssl = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "openssl");
        auto const ran = Child(arguments).finish();
        ASSERT_EQ(ran.status, 0) << ran.err;
    };
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=wsspec test CA", "-keyout", folder / "ca.key", "-out", folder / "ca.pem"});
    openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "server.key", "-out",
             folder / "server.csr"});
    openssl({"x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
             "-days", "2", "-copy_extensions", "copy", "-out", folder / "server.pem"});
}

std::string wss_url_in(const std::string& text) {
    auto const begin = text.find("wss://");
    return begin == std::string::npos ? text : text.substr(begin, text.find_first_of(" \n;,", begin) - begin);
}

TEST(ServeTls, CasesOverWss) {
    Folder const folder;
    make_certificates(folder);
    std::string const file = folder / "r.json";
    // Closing and failing too: what is said of the end of TCP goes through TLS.
    Child server({program(),   "serve",
                  "--port",    "0",
                  "--cert",    folder / "server.pem",
                  "--key",     folder / "server.key",
                  "--case",    "1.1",
                  "--case",    "2.2",
                  "--case",    "3.2",
                  "--case",    "7.1",
                  "--case",    "8.12.1",
                  "--case",    "8.14",
                  "--case",    "12.1.1",
                  "--case",    "14.3.1",
                  "--profile", "quick",
                  "--json",    file});
    ASSERT_TRUE(server.prints("the page for people"));
    std::string const url = wss_url_in(server.out());
    ASSERT_THAT(url, testing::StartsWith("wss://127.0.0.1:"));

    // Who speaks no TLS is no client, and harms nothing.
    auto const port = static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
    test::Client const plain(port);
    plain.send("GET /getCaseCount HTTP/1.1\r\nHost: localhost\r\n\r\n");
    test::Client const probe(port);

    auto const driven = test::wstest({"-m", "testeeclient", "-w", url, "-i", "over TLS"});
    EXPECT_EQ(driven.status, 0) << driven.err;
    server.signal(SIGTERM);
    auto const ended = server.finish();
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    Json const run = Json::parse(contents(file));
    EXPECT_EQ(run.at("complete"), true) << run.at("incomplete_because");
    for (const auto& one : run.at("cases")) {
        auto const verdict = one.at("verdict").get<std::string>();
        EXPECT_TRUE(verdict == "pass" || verdict == "informational")
            << one.at("id") << " " << verdict << " " << one.at("detail");
    }
}

TEST(ServeTls, AClientThatChecksTheCertificate) {
    Folder const folder;
    make_certificates(folder);
    std::string const file = folder / "r.json";
    std::string const client = "exec " + program() + " connect --ca " + folder / "ca.pem" + " {case_url}";
    auto const trusted =
        Child({program(), "serve", "--spawn", client, "--cert", folder / "server.pem", "--key", folder / "server.key",
               "--case", "1.1.2", "--case", "7.1.1", "--agent", "connect", "--json", file})
            .finish();
    EXPECT_EQ(trusted.status, 0) << trusted.out << trusted.err;
    EXPECT_EQ(Json::parse(contents(file)).at("complete"), true);

    std::string const doubtful = "exec " + program() + " connect {case_url}";
    auto const refused = Child({program(), "serve", "--spawn", doubtful, "--cert", folder / "server.pem", "--key",
                                folder / "server.key", "--case", "1.1.2"})
                             .finish();
    EXPECT_EQ(refused.status, 3) << "it never asked for the case: " << refused.out;
}

TEST(ServeTls, AFuzzingserverOverWss) {
    Folder const folder;
    make_certificates(folder);
    Json const spec = {{"url", "wss://127.0.0.1:0"},
                       {"outdir", folder / "out"},
                       {"cert", folder / "server.pem"},
                       {"key", folder / "server.key"},
                       {"cases", {"1.1.2", "7.1.1", "9.1.1"}}};
    Child server({test::wstest_program(), "-m", "fuzzingserver", "--profile", "quick", "-u", "0", "-s",
                  test::written(folder / "spec.json", spec.dump())});
    ASSERT_TRUE(server.prints("\n"));
    std::string const url = wss_url_in(server.out());
    EXPECT_EQ(test::wstest({"-m", "testeeclient", "-w", url, "-i", "tls"}).status, 0);
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish().status, 0);
    Json const index = Json::parse(contents(folder / "out/index.json"));
    ASSERT_EQ(index.at("tls").size(), 3U);
    for (const auto& [id, entry] : index.at("tls").items()) EXPECT_EQ(entry.at("behavior"), "OK") << id;
}

}  // namespace
}  // namespace wsspec
