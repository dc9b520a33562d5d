// `wsspec fuzz` and `wsspec replay` from outside, and the fuzzer with a target that dies.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runner/fuzzer.h"
#include "runner/learn.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

std::vector<std::string> files_in(const std::string& folder, const std::string& ending) {
    std::vector<std::string> out;
    if (!std::filesystem::exists(folder)) return out;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().string().ends_with(ending)) out.push_back(entry.path().string());
    return out;
}

TEST(FuzzProgram, FindsSavesAndPlaysAgain) {
    test::Folder const folder;
    std::string const target = "loop:accepts-unmasked-frames";
    auto const ran = test::wsspec({"fuzz", target, "--cases", "500", "--findings", "1", "--seed", "1", "--out",
                                   folder / "found", "--json", folder / "f.json"});
    EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
    EXPECT_TRUE(test::is_plain(ran.out));
    EXPECT_NE(ran.out.find("wrongly_masked()"), std::string::npos) << ran.out;
    auto const json = nlohmann::json::parse(test::contents(folder / "f.json"));
    EXPECT_EQ(json["format"], "wsspec-fuzz/1");
    EXPECT_EQ(json["complete"], true);
    ASSERT_EQ(json["findings"].size(), 1U);
    EXPECT_EQ(json["findings"][0]["requirement"], "R6455-5.1-2");
    auto const replays = files_in(folder / "found", ".json");
    ASSERT_EQ(replays.size(), 1U);
    EXPECT_EQ(json["findings"][0]["replay"], replays.front());
    EXPECT_EQ(files_in(folder / "found", ".pcapng").size(), 1U);

    auto const again = test::wsspec({"replay", replays.front(), target, "--pcap", folder / "again.pcapng"});
    EXPECT_EQ(again.status, 1) << again.out << again.err;
    EXPECT_NE(again.out.find("R6455-5.1-2"), std::string::npos);
    EXPECT_NE(again.out.find("mask bit wrong for the sender"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(folder / "again.pcapng"));
    EXPECT_EQ(test::wsspec({"replay", replays.front(), "loop:"}).status, 0);
}

TEST(FuzzProgram, SaysWhenThereIsNothingOrNobody) {
    test::Folder const folder;
    auto const nothing = test::wsspec({"fuzz", "loop:", "--cases", "100", "--out", folder / "none", "--quiet"});
    EXPECT_EQ(nothing.status, 0) << nothing.out << nothing.err;
    EXPECT_NE(nothing.out.find("Nothing found"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder / "none"));

    EXPECT_EQ(test::wsspec({"fuzz", "ws://127.0.0.1:1/", "--cases", "1"}).status, 3);
    EXPECT_EQ(test::wsspec({"fuzz"}).status, 2);
    EXPECT_EQ(test::wsspec({"fuzz", "loop:no-such-fault"}).status, 2);
    EXPECT_EQ(test::wsspec({"fuzz", "loop:", "--client"}).status, 2);
    EXPECT_EQ(test::wsspec({"fuzz", "loop:", "--cases", "1", "--json", "/no/such/folder/x"}).status, 2);
    EXPECT_EQ(test::wsspec({"fuzz", "loop:", "--cases", "1", "--out", test::program()}).status, 2);
    EXPECT_EQ(test::wsspec({"replay", "/no/such/file", "loop:"}).status, 2);
    EXPECT_EQ(test::wsspec({"replay", test::program(), "loop:"}).status, 2);
}

TEST(FuzzProgram, FuzzesClients) {
    test::Folder const folder;
    auto const good = test::wsspec({"fuzz", "--client", "--spawn", test::program() + " connect {url}", "--cases", "40",
                                    "--seed", "3", "--out", folder / "found"});
    EXPECT_EQ(good.status, 0) << good.out << good.err;
    EXPECT_NE(good.out.find("40 scripts"), std::string::npos) << good.out;

    auto const dying =
        test::wsspec({"fuzz", "--client", "--spawn", test::program() + " connect {url} >/dev/null; kill -SEGV $$",
                      "--cases", "4", "--findings", "1", "--seed", "3", "--out", folder / "found"});
    EXPECT_EQ(dying.status, 1) << dying.out << dying.err;
    EXPECT_NE(dying.out.find("was killed by signal 11"), std::string::npos) << dying.out;
}

/// A good server that dies of fragmented text, some time after it has answered.
class DyingArena final : public Arena {
public:
    DyingArena(boost::asio::any_io_executor executor, Arena& inner) : executor_(std::move(executor)), inner_(inner) {}

    Role target() const override { return Role::server; }
    std::string name() const override { return "dying"; }
    std::string arguments() const override { return {}; }
    bool can_restart() const override { return true; }
    std::string death() override { return dead_ ? "was killed by signal 11" : ""; }
    std::string last_output() const override { return "Segmentation fault"; }
    unsigned restarts() const override { return restarts_; }
    void revive(std::function<void(bool)> then) override { restart(std::move(then)); }
    void restart(std::function<void(bool)> then) override {
        dead_ = false;
        ++restarts_;
        boost::asio::post(executor_, [then = std::move(then)] { then(true); });
    }

    void play(const Case& one, const Script& script, SessionSettings settings,
              std::function<void(ArenaResult)> done) override {
        if (dead_) {
            boost::asio::post(executor_,
                              [done = std::move(done)] { done({.session = {.connect_error = "Connection refused"}}); });
            return;
        }
        inner_.play(one, script, std::move(settings), [this, &script, done = std::move(done)](ArenaResult result) {
            dead_ = dead_ || kills(script);
            done(std::move(result));
        });
    }

    static bool kills(const Script& script) {
        return std::ranges::any_of(script, [](const Step& step) {
            const auto* send = std::get_if<Send>(&step.action);
            return send != nullptr && std::ranges::any_of(send->frames, [](const Frame& frame) {
                       return frame.opcode == Opcode::text && !frame.fin;
                   });
        });
    }

private:
    boost::asio::any_io_executor executor_;
    Arena& inner_;
    bool dead_ = false;
    unsigned restarts_ = 0;
};

TEST(Fuzzer, FindsTheScriptThatKills) {
    boost::asio::io_context io;
    auto made = LearntTarget::make(io.get_executor(), {.server = {.url = "loop:"}, .timeout_s = 6}, "fuzz");
    ASSERT_TRUE(made) << made.error();
    DyingArena arena(io.get_executor(), (*made)->arena());
    std::unique_ptr<Fuzzer> fuzzer;
    FuzzOutcome outcome;
    (*made)->learn([&](const Learnt& learnt) {
        FuzzSettings settings;
        settings.session = learnt.session;
        settings.seed = 5;
        settings.most_scripts = 300;
        settings.most_findings = 1;
        fuzzer = std::make_unique<Fuzzer>(io.get_executor(), arena, settings, Fuzzer::Handlers{.done = [&] {
                                              outcome = fuzzer->outcome();
                                              made->reset();
                                          }});
        fuzzer->start();
    });
    io.run();
    ASSERT_EQ(outcome.findings.size(), 1U);
    const auto& finding = outcome.findings.front();
    EXPECT_EQ(finding.breach.requirement, "R6455-10.1-1");
    EXPECT_NE(finding.breach.what.find("signal 11"), std::string::npos);
    EXPECT_EQ(finding.last_output, "Segmentation fault");
    EXPECT_TRUE(DyingArena::kills(finding.script));
    EXPECT_LE(finding.steps(), 2U);
    EXPECT_GE(finding.confirmed, 3U);
    EXPECT_GE(outcome.restarts, 4U);
    EXPECT_TRUE(outcome.complete);
}

/// A target that was not started by us and takes no connections any more.
TEST(Fuzzer, SaysThatTheTargetWasLost) {
    class Lost final : public Arena {
    public:
        explicit Lost(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
        Role target() const override { return Role::server; }
        std::string name() const override { return "lost"; }
        std::string arguments() const override { return {}; }
        void play(const Case&, const Script&, SessionSettings, std::function<void(ArenaResult)> done) override {
            boost::asio::post(executor_,
                              [done = std::move(done)] { done({.session = {.connect_error = "Connection refused"}}); });
        }

    private:
        boost::asio::any_io_executor executor_;
    };
    boost::asio::io_context io;
    Lost arena(io.get_executor());
    FuzzSettings settings;
    settings.most_scripts = 1000;
    std::unique_ptr<Fuzzer> fuzzer;
    bool done = false;
    fuzzer =
        std::make_unique<Fuzzer>(io.get_executor(), arena, settings, Fuzzer::Handlers{.done = [&] { done = true; }});
    fuzzer->start();
    io.run();
    EXPECT_TRUE(done);
    EXPECT_FALSE(fuzzer->outcome().complete);
    EXPECT_NE(fuzzer->outcome().incomplete_because.find("Connection refused"), std::string::npos);
    EXPECT_TRUE(fuzzer->outcome().findings.empty());
}

}  // namespace
}  // namespace wsspec
