// Whatever ends wsspec: what it has started ends with it.
#include "runner/guardian.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "reports/json.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::Clock;
using test::contents;
using test::Folder;
using test::program;

/// There is no event to wait for here: asks until it is so, or until only a defect can be the reason.
template <class Condition>
bool becomes(Condition condition) {
    auto const until = Clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (Clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

/// Gone, or a zombie that nobody has looked at yet.
bool gone(pid_t pid) {
    if (kill(pid, 0) != 0 && errno == ESRCH) return true;
    std::string const text = contents("/proc/" + std::to_string(pid) + "/stat");
    auto const paren = text.rfind(')');
    return paren == std::string::npos || text.substr(paren + 2, 1) == "Z";
}

/// The tests may run under nohup(1), and what is ignored is inherited.
class Hangups {
public:
    explicit Hangups(void (*how)(int)) : before_(std::signal(SIGHUP, how)) {}
    ~Hangups() { std::signal(SIGHUP, before_); }
    Hangups(const Hangups&) = delete;
    Hangups& operator=(const Hangups&) = delete;

private:
    void (*before_)(int);
};

TEST(Guardian, NothingThatWasStartedOutlivesTheTester) {
    Hangups const taken(SIG_DFL);
    for (int const signal : {SIGHUP, SIGKILL, SIGQUIT}) {
        Folder const folder;
        std::string const pids = folder / "pids";
        // Takes no connections, so that the tester waits; one of them does not want to end.
        std::string const target = "trap '' TERM; tail -f /dev/null & echo $$ $! > " + pids + "; wait; wait; : {port}";
        Child run({program(), "run", "--spawn", target, "--case", "1.1.1", "--json", folder / "r.json"});
        ASSERT_TRUE(becomes([&] { return contents(pids).ends_with('\n'); }));
        pid_t shell = 0;
        pid_t child = 0;
        std::istringstream(contents(pids)) >> shell >> child;
        ASSERT_GT(shell, 0);
        ASSERT_GT(child, 0);
        run.signal(signal);
        auto const ran = run.finish();
        if (signal == SIGHUP) {
            EXPECT_EQ(ran.status, 3) << ran.out << ran.err;
            auto const result = from_json(contents(folder / "r.json"));
            ASSERT_TRUE(result) << result.error();
            EXPECT_FALSE(result->complete);
        }
        EXPECT_TRUE(becomes([&] { return gone(shell); })) << "signal " << signal;
        EXPECT_TRUE(becomes([&] { return gone(child); })) << "signal " << signal;
    }
}

TEST(Guardian, AHangupEndsWhoDoesNotIgnoreIt) {
    for (bool const ignored : {false, true}) {
        Hangups const how(ignored ? SIG_IGN : SIG_DFL);
        Child server({program(), "echo", "--port", "0"});
        ASSERT_TRUE(server.prints("/\n")) << server.out();
        auto const at = server.out().find("ws://");
        ASSERT_NE(at, std::string::npos) << server.out();
        std::string const url = server.out().substr(at, server.out().find('\n', at) - at);
        server.signal(SIGHUP);
        if (ignored) {
            EXPECT_EQ(test::wsspec({"run", url, "--case", "1.1.1"}).status, 0);
            server.signal(SIGTERM);
        }
        EXPECT_EQ(server.finish().status, 0);
    }
}

/// It would not be what it is without us.
TEST(Guardian, ATargetHasTheSignalsOfAnyProgram) {
    std::string const mask = "grep SigIgn /proc/self/status; exit 1; : {port}";
    auto const ran = test::wsspec({"run", "--spawn", mask, "--case", "1.1.1"});
    EXPECT_EQ(ran.status, 3);
    auto const at = ran.err.find("SigIgn:");
    ASSERT_NE(at, std::string::npos) << ran.err;
    // The error has it on one line, with the tab written out.
    auto const digits = ran.err.find_first_of("0123456789abcdef", at + 7 + (ran.err[at + 7] == '\\' ? 2 : 0));
    auto const ignored = std::stoull(ran.err.substr(digits), nullptr, 16);
    EXPECT_EQ(ignored >> (SIGPIPE - 1) & 1U, 0U) << ran.err;
    EXPECT_EQ(ignored >> (SIGXFSZ - 1) & 1U, 0U) << ran.err;
}

}  // namespace
}  // namespace wsspec
