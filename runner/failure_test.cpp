// What cannot be done is said in the words of people, and laid to nobody who has no part in it.
#include "runner/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "reference/net/listener.h"
#include "runner/hostile_peer_test.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::Folder;
using test::lines;
using test::program;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

boost::system::error_code of_system(int number) { return {number, boost::system::system_category()}; }

TEST(Failure, NamesTheReasonAlone) {
    boost::system::system_error const taken(of_system(EADDRINUSE), "bind");
    EXPECT_EQ(reason_of(taken), "Address already in use");
    EXPECT_EQ(reason_of(std::system_error(ENOENT, std::generic_category(), "open")), "No such file or directory");
    EXPECT_EQ(reason_of(std::runtime_error("as it is")), "as it is");
    EXPECT_EQ(listening_failure("h:1", taken), "cannot listen on h:1: Address already in use");
    EXPECT_EQ(listening_failure("h:1", net::UnusableCertificate("no key")), "no key");
    EXPECT_FALSE(shortage(taken));
    EXPECT_THAT(shortage(boost::system::system_error(of_system(EMFILE))).value_or(""), HasSubstr("ulimit -n"));
    EXPECT_THAT(shortage(std::bad_alloc()).value_or(""), HasSubstr("memory"));
    EXPECT_GE(connections_allowed(), 1U);
    EXPECT_FALSE(too_few_files());
}

/// One line, with this in it, and nothing of our libraries.
void expect_refused(const std::vector<std::string>& arguments, const std::string& said) {
    auto const ran = test::wsspec(arguments);
    std::string const all = testing::PrintToString(arguments) + "\n" + ran.err;
    EXPECT_EQ(ran.status, 2) << all;
    EXPECT_EQ(lines(ran.err), 1U) << all;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(said), Not(HasSubstr("boost")), Not(HasSubstr("[")))) << all;
}

TEST(Failure, SaysWhyItCannotListen) {
    Folder const folder;
    Child server({program(), "echo", "--port", "0"});
    ASSERT_TRUE(server.prints("/\n")) << server.out();
    auto const at = server.out().find("127.0.0.1:");
    ASSERT_NE(at, std::string::npos);
    std::string const where = server.out().substr(at, server.out().find('/', at) - at);
    std::string const port = where.substr(where.find(':') + 1);
    std::string const taken = "cannot listen on " + where + ": Address already in use";
    expect_refused({"serve", "--port", port}, taken);
    expect_refused({"echo", "--port", port}, taken);
    expect_refused({"fuzz", "--client", "--port", port}, taken);
    expect_refused({"serve", "--host", "nosuch.invalid"}, "cannot listen on nosuch.invalid:9001: Host not found");
    expect_refused({"echo", "--unix", folder / "none/s"}, "No such file or directory");
    expect_refused({"serve", "--cert", folder / "c.pem", "--key", folder / "k.pem"}, folder / "c.pem");
    expect_refused({"echo", "--cert", folder / "c.pem", "--key", folder / "k.pem"}, folder / "c.pem");
    server.signal(SIGTERM);
    server.finish();
}

TEST(Failure, WantsWhatBelongsTogether) {
    for (const char* const command : {"serve", "echo"}) {
        expect_refused({command, "--cert", "c.pem"}, "--key");
        expect_refused({command, "--key", "k.pem"}, "--cert");
    }
    expect_refused({"fuzz", "--client", "--cert", "c.pem"}, "--key");
    expect_refused({"run", "wss://localhost/", "--key", "k.pem"}, "--cert is missing");
    expect_refused({"serve", "--agent", "x"}, "--spawn");
    expect_refused({"serve", "--spawn", ""}, "--spawn: is empty");
    expect_refused({"serve", "--host", ""}, "--host: is empty");
    expect_refused({"run", "--spawn", "exec server"}, "{port}");
}

TEST(Failure, BlamesNoTargetForWantOfFiles) {
    for (const char* const limit : {"5", "8", "10", "40"}) {
        auto const ran =
            Child({"/bin/sh", "-c", std::string("ulimit -n ") + limit + "; exec " + program() + " run loop: --case 1"})
                .finish();
        EXPECT_EQ(ran.status, 2) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("ulimit -n"));
        EXPECT_EQ(lines(ran.err), 1U) << ran.err;
    }
    auto const enough =
        Child({"/bin/sh", "-c", "ulimit -n 64; exec " + program() + " run loop: --case 1 --case 7"}).finish();
    EXPECT_EQ(enough.status, 0) << enough.out << enough.err;
}

TEST(Failure, SaysWhatAServerErrorIs) {
    test::HostileServer const server([](const test::Connection& c) {
        c.receive();
        c.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    });
    auto const ran = test::wsspec({"run", server.url(), "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("503"), HasSubstr("an error of its own"), Not(HasSubstr("--origin"))));
}

/// A server that is spawned may listen before it can do anything.
TEST(Failure, WaitsForAServerThatIsNotReadyYet) {
    if (Child({"python3", "-c", "pass"}).finish().status != 0) GTEST_SKIP() << "needs python3";
    Folder const folder;
    // The first three connections get 503; then this process becomes the reference.
    std::string const code = R"(
import os, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[2])))
s.listen(10)
requests = 0
while requests < 3:
    c, _ = s.accept()
    if c.recv(65536):
        requests += 1
        c.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    c.close()
s.close()
os.execv(sys.argv[1], [sys.argv[1], "echo", "--port", sys.argv[2]])
)";
    std::ofstream(folder / "slow.py") << code;
    auto const ran = test::wsspec(
        {"run", "--spawn", "exec python3 " + (folder / "slow.py") + " " + program() + " {port}", "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
}

TEST(Failure, SaysWhatIsWrongWithACertificate) {
    Folder const folder;
    auto const openssl = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "openssl");
        auto const ran = Child(arguments).finish();
        EXPECT_EQ(ran.status, 0) << ran.err;
    };
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out",
             folder / "cert.pem"});
    Child server({program(), "echo", "--port", "0", "--cert", folder / "cert.pem", "--key", folder / "key.pem"});
    ASSERT_TRUE(server.prints("/\n")) << server.out();
    auto const at = server.out().find("127.0.0.1:");
    ASSERT_NE(at, std::string::npos);
    std::string const port = server.out().substr(at + 10, server.out().find('/', at) - at - 10);
    auto const unknown = test::wsspec({"run", "wss://localhost:" + port + "/", "--case", "1.1.1"});
    EXPECT_EQ(unknown.status, 3);
    EXPECT_THAT(unknown.err, AllOf(HasSubstr("self"), HasSubstr("signed"), HasSubstr("--ca FILE")));
    auto const other =
        test::wsspec({"run", "wss://127.0.0.1:" + port + "/", "--ca", folder / "cert.pem", "--case", "1.1.1"});
    EXPECT_EQ(other.status, 3);
    EXPECT_THAT(other.err,
                AllOf(HasSubstr("mismatch"), HasSubstr("a name that the certificate is for"), Not(HasSubstr("--ca"))));
    auto const good = test::wsspec({"run", "wss://localhost:" + port + "/", "--connect-to", "127.0.0.1:" + port, "--ca",
                                    folder / "cert.pem", "--case", "1.1.1"});
    EXPECT_EQ(good.status, 0) << good.err;
    server.signal(SIGTERM);
    server.finish();
}

TEST(Failure, SaysWhatBecameOfClientsThatNeverCame) {
    auto const ran = test::wsspec({"serve", "--spawn", "echo no such thing; exit 3; : {case_url}", "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("no client asked for a case"), HasSubstr("exited with status 3"),
                               HasSubstr("no such thing")));
}

}  // namespace
}  // namespace wsspec
