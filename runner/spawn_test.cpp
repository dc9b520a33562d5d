#include "runner/spawn.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace wsspec {
namespace {

using Clock = std::chrono::steady_clock;

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

class Spawn : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("wsspec-spawn-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(const char* name) const { return (folder_ / name).string(); }
    static std::string text_of(const std::string& file) {
        std::ifstream in(file);
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }

    std::filesystem::path folder_;
};

TEST_F(Spawn, SaysHowItEnded) {
    struct Row {
        const char* command;
        const char* ended;
    };
    for (const auto& row : {Row{"exit 0", "exited with status 0"}, Row{"exit 3", "exited with status 3"},
                            Row{"kill -9 $$", "was killed by signal 9 (Killed)"},
                            Row{"/no/such/program 2>/dev/null", "exited with status 127"}}) {
        SpawnedTarget target(row.command, 1);
        ASSERT_TRUE(target.start());
        ASSERT_TRUE(becomes([&] { return !target.running(); })) << row.command;
        EXPECT_EQ(target.how_it_ended(), row.ended);
    }
}

TEST_F(Spawn, ReplacesThePortEverywhere) {
    SpawnedTarget target("printf '%s' '{port}-{port}{ports}' > " + path("out"), 4711);
    ASSERT_TRUE(target.start());
    ASSERT_TRUE(becomes([&] { return !target.running(); }));
    EXPECT_EQ(text_of(path("out")), "4711-4711{ports}");
}

TEST_F(Spawn, StartsAgain) {
    SpawnedTarget target("echo x >> " + path("out"), 1);
    EXPECT_FALSE(target.running());
    EXPECT_EQ(target.starts(), 0U);
    for (unsigned n = 1; n <= 3; ++n) {
        ASSERT_TRUE(target.start());
        EXPECT_TRUE(target.how_it_ended().empty());
        EXPECT_EQ(target.starts(), n);
        ASSERT_TRUE(becomes([&] { return !target.running(); }));
    }
    EXPECT_EQ(text_of(path("out")), "x\nx\nx\n");
}

bool alive(pid_t pid) { return kill(pid, 0) == 0 || errno != ESRCH; }

/// Is it gone, or a zombie that init has not looked at yet?
bool gone(pid_t pid) {
    if (!alive(pid)) return true;
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(stat, text);
    auto const paren = text.rfind(')');
    return paren == std::string::npos || text.substr(paren + 2, 1) == "Z";
}

TEST_F(Spawn, StopsWhatDoesNotWantTo) {
    // Ignores SIGTERM, and so does its child.
    pid_t parent = 0;
    pid_t child = 0;
    {
        SpawnedTarget target("trap '' TERM; tail -f /dev/null & echo $$ $! > " + path("pids") + "; wait; wait", 1);
        ASSERT_TRUE(target.start());
        ASSERT_TRUE(becomes([&] { return text_of(path("pids")).ends_with('\n'); }));
        std::istringstream(text_of(path("pids"))) >> parent >> child;
        ASSERT_GT(parent, 0);
        ASSERT_GT(child, 0);
        EXPECT_TRUE(target.running());
        auto const start = Clock::now();
        target.stop();
        EXPECT_LT(Clock::now() - start, std::chrono::seconds(20));
        EXPECT_FALSE(target.running());
    }
    EXPECT_TRUE(becomes([&] { return gone(parent); }));
    EXPECT_TRUE(becomes([&] { return gone(child); }));
}

TEST_F(Spawn, KeepsTheEndOfWhatIsPrintedWithoutEnd) {
    SpawnedTarget target("exec yes", 1);
    ASSERT_TRUE(target.start());
    std::string const log = "/proc/" + std::to_string(target.pid()) + "/fd/1";
    std::uintmax_t largest = 0;
    EXPECT_TRUE(becomes([&] {
        EXPECT_TRUE(target.running());
        std::error_code missing;
        auto const size = std::filesystem::file_size(log, missing);
        largest = std::max(largest, missing ? 0 : size);
        return !missing && size < largest;
    }));
    EXPECT_EQ(target.last_output().find_first_not_of("y\n"), std::string::npos) << target.last_output();
}

TEST_F(Spawn, StopsAtOnceWhatObeys) {
    auto const start = Clock::now();
    {
        SpawnedTarget target("exec tail -f /dev/null", 1);
        ASSERT_TRUE(target.start());
        EXPECT_TRUE(target.running());
    }
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(20));
}

/// Each is run by /bin/sh, which prints what it made of its word.
TEST_F(Spawn, AWordReachesTheCommandAsItIs) {
    std::string const words[] = {
        "ws://127.0.0.1:9001/case/1.1.1?agent=client",
        "ws://h/a?b=c&d=e;f#g",
        "ws://h/it's \"quoted\" `true` $HOME $(true) \\ \\\\ * ? [a] {b} ~ !",
        "ws://h/a\r\nX-Injected:yes",
        "'",
        "\\",
        "ws://h/\u00fc?\uff4c",
    };
    constexpr std::string_view commands[] = {
        "printf %s {word}",
        "printf %s \"{word}\"",
        "printf %s '{word}'",
        "w={word}; printf %s \"$w\"",
        "printf %s \"$(printf %s {word}x)\"",
        "printf %s $(true)\"$(printf %s '{word}'; (true))\"'' ",
        "printf %s \\''{word}'",
    };
    for (const auto& word : words)
        for (auto const command : commands) {
            SCOPED_TRACE(std::string(command) + " <- " + word);
            SpawnedTarget shell(with_word(command, "{word}", word), 0);
            ASSERT_TRUE(shell.start());
            ASSERT_TRUE(becomes([&] { return !shell.running(); }));
            std::string printed = shell.last_output();
            if (command.contains("{word}x") && printed.ends_with('x')) printed.pop_back();
            if (command.contains("\\''") && printed.starts_with('\'')) printed.erase(0, 1);
            EXPECT_EQ(printed, word);
        }
}

TEST(WithWord, PlainOnesStayAsTheyAre) {
    EXPECT_EQ(with_word("client {url} --to={url}", "{url}", "ws://h:1/a%20b"),
              "client ws://h:1/a%20b --to=ws://h:1/a%20b");
    EXPECT_EQ(with_word("client '{url}'", "{url}", "ws://h/?a=b"), "client 'ws://h/?a=b'");
    EXPECT_EQ(with_word("client {url}", "{url}", "ws://h/?a=b"), "client 'ws://h/?a=b'");
    EXPECT_EQ(with_word("client {url}", "{url}", ""), "client ''");
    EXPECT_EQ(with_word("client", "{url}", "x"), "client");
}

TEST(FreePort, IsFree) {
    auto const port = free_port();
    ASSERT_NE(port, 0);
    EXPECT_GE(port, 1024);
}

}  // namespace
}  // namespace wsspec
