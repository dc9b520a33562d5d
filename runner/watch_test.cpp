// What is seen of a process, and what is said of it.
#include "runner/watch.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "reference/octets.h"
#include "runner/process.h"

namespace wsspec {
namespace {

constexpr std::uint64_t mib = 1U << 20;

/// A process that takes 40 MiB, opens 30 files and ends one of its own when it is told, then waits.
class Glutton {
public:
    Glutton() {
        EXPECT_EQ(pipe(told_.data()), 0);
        EXPECT_EQ(pipe(tells_.data()), 0);
        pid_ = fork();
        if (pid_ == 0) {
            setpgid(0, 0);
            char c = 0;
            (void)!read(told_[0], &c, 1);
            Octets const taken(40 * mib, Octet{1});
            for (int i = 0; i < 30; ++i) (void)dup(0);
            pid_t const child = fork();
            if (child == 0) {
                pause();
                _exit(0);
            }
            (void)!write(tells_[1], &taken.back(), 1);
            pause();
            _exit(0);
        }
        setpgid(pid_, pid_);
    }
    ~Glutton() {
        kill(-pid_, SIGKILL);  // and its child
        waitpid(pid_, nullptr, 0);
        for (auto const& pipe : {told_, tells_})
            for (int const fd : pipe) close(fd);
    }
    void take() const {
        char c = 0;
        EXPECT_EQ(write(told_[1], &c, 1), 1);
        EXPECT_EQ(read(tells_[0], &c, 1), 1);
    }
    pid_t pid() const { return pid_; }

private:
    std::array<int, 2> told_{};
    std::array<int, 2> tells_{};
    pid_t pid_ = -1;
};

TEST(Process, IsSeenWithItsChildren) {
    Glutton const glutton;
    auto const before = usage_of(glutton.pid());
    ASSERT_TRUE(before);
    EXPECT_EQ(before->processes, 1U);
    glutton.take();
    auto const after = usage_of(glutton.pid());
    ASSERT_TRUE(after);
    EXPECT_EQ(after->processes, 2U);
    EXPECT_GE(after->memory, before->memory + 40 * mib);
    EXPECT_GE(after->peak, after->memory);
    EXPECT_GE(after->files, before->files + 60) << "the child has them, too";
    EXPECT_GE(after->cpu_seconds, before->cpu_seconds);
}

TEST(Process, MayBeGone) {
    EXPECT_FALSE(usage_of(-1));
    EXPECT_FALSE(usage_of(0));
    pid_t const pid = fork();
    if (pid == 0) _exit(0);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
    EXPECT_FALSE(usage_of(pid)) << "a zombie uses nothing";
    waitpid(pid, nullptr, 0);
    EXPECT_FALSE(usage_of(pid));
    reset_peak(pid);
}

TEST(Watch, SeesWhatIsHeldAndLeftOpen) {
    Glutton const glutton;
    Watch watch([&] { return glutton.pid(); });
    watch.begin();
    glutton.take();
    watch.look();
    EXPECT_FALSE(watch.end()) << "its files are open";
    const auto& seen = watch.resources();
    EXPECT_GE(seen.held(), 40 * mib);
    EXPECT_GE(seen.files_after, seen.files_before + 30);
    EXPECT_GE(seen.files_peak, seen.files_after);
    EXPECT_GE(seen.processes, 1U);
}

TEST(Watch, KnowsNothingWithoutAProcess) {
    for (const auto& pid : {std::function<pid_t()>{}, std::function<pid_t()>{[] { return -1; }}}) {
        Watch watch(pid);
        watch.begin();
        watch.look();
        EXPECT_TRUE(watch.end());
        EXPECT_EQ(watch.resources().processes, 0U);
        EXPECT_TRUE(judge_resources(Case{}, watch.resources(), 0, {}).empty());
    }
}

Resources held(std::uint64_t octets, std::uint64_t sent) {
    return {.octets_sent = sent, .processes = 1, .memory_before = 10 * mib, .memory_peak = 10 * mib + octets};
}

TEST(JudgeResources, SpeaksOfWhatIsOutOfProportion) {
    Case const one{.id = "0",
                   .title = "",
                   .holding = Holding{.ratio = 4, .requirement = "R6455-5.4-19", .what = "keeps fragments"}};
    EXPECT_TRUE(judge_resources(one, held(20 * mib, mib), 0, {}).empty()) << "a garbage collector may do that";
    EXPECT_TRUE(judge_resources(one, held(100 * mib, 32 * mib), 0, {}).empty()) << "three times";
    EXPECT_TRUE(judge_resources(Case{}, held(100 * mib, mib), 0, {}).empty()) << "nobody asked";
    auto const said = judge_resources(one, held(100 * mib, mib), 0, {});
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].grade, Grade::non_strict);
    EXPECT_EQ(said[0].requirement, "R6455-5.4-19");
    EXPECT_EQ(said[0].what, "keeps fragments: its memory grew by 100.0 MiB for 1.0 MiB that were sent");
}

TEST(JudgeResources, LetsATargetFillUpToALimit) {
    Case const one{.id = "0",
                   .title = "",
                   .holding = Holding{.ratio = 4, .requirement = "R6455-5.4-19", .what = "keeps fragments"}};
    EXPECT_TRUE(judge_resources(one, held(100 * mib, mib), 0, {}, true).empty());
}

TEST(JudgeResources, HoldsATargetToItsOwnLimit) {
    Case const one{.id = "0",
                   .title = "",
                   .holding = Holding{.ratio = 0.5, .requirement = "R6455-5.4-19", .what = "keeps fragments"}};
    auto const above = judge_resources(one, held(40 * mib, 40 * mib), 40 * mib, 16 * mib);
    ASSERT_EQ(above.size(), 1U);
    EXPECT_EQ(above[0].grade, Grade::fail);
    EXPECT_EQ(above[0].requirement, "R6455-10.4-1");
    auto const below = judge_resources(one, held(40 * mib, 40 * mib), 40 * mib, 32 * mib);
    ASSERT_EQ(below.size(), 1U);
    EXPECT_EQ(below[0].grade, Grade::non_strict) << "not by far";
}

TEST(JudgeResources, CountsFilesOfConnectionsThatWereReset) {
    Case one{.id = "0", .title = "", .script = {open(), crowd({.connections = 100, .ending = Crowd::Ending::reset})}};
    auto const left = [](std::uint64_t files) {
        return Resources{.processes = 1, .files_before = 10, .files_after = 10 + files};
    };
    EXPECT_TRUE(judge_resources(one, left(16), 0, {}).empty());
    EXPECT_TRUE(judge_resources(one, left(24), 0, {}).empty());
    auto const said = judge_resources(one, left(100), 0, {});
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].requirement, "R6455-10.1-1");
    one.script = {open(), crowd({.connections = 100})};
    EXPECT_TRUE(judge_resources(one, left(100), 0, {}).empty()) << "they may be about to go";
}

}  // namespace
}  // namespace wsspec
