// `wsspec matrix` from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "reports/json.h"
#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::contents;
using test::Folder;
using testing::HasSubstr;
using testing::Not;

std::string written(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

/// The program as the target of a --spawn: its absolute path, for the matrix works in the folder of its file.
std::string absolute_program() { return std::filesystem::absolute(test::program()).string(); }

TEST(Matrix, TargetsOfBothRolesStandSideBySide) {
    Folder const folder;
    auto const file = written(folder / "m.toml", R"(
[defaults]
case = ["1.1.2", "4.1.1"]
[[target]]
name = "good"
spawn = ")" + absolute_program() + R"( echo --port {port}"
install = "touch installed"
[[target]]
name = "drops"
version = "echo 1.2.3; echo more"
url = "loop:drops-instead-of-failing"
[[target]]
name = "a client"
role = "client"
spawn = ")" + absolute_program() + R"( connect {case_url}"
)");
    auto const ran = test::wsspec({"matrix", file, "--jobs", "3", "--install", "--results", folder / "results",
                                   "--html", folder / "m.html", "--markdown", folder / "m.md"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    EXPECT_EQ(test::lines(ran.out), 3U) << ran.out;
    EXPECT_TRUE(std::filesystem::exists(folder / "installed"));
    for (const char* name : {"results/good.json", "results/drops.json", "results/a-client.json"})
        EXPECT_TRUE(from_json(contents(folder / name))) << name;
    EXPECT_THAT(contents(folder / "m.md"), HasSubstr("| `drops` | 1 | 1 |"));
    for (const char* name : {"good", "drops 1.2.3", "a client"})
        EXPECT_THAT(contents(folder / "m.html"), HasSubstr(name));

    EXPECT_EQ(test::wsspec({"matrix", file, "--strict", "--only", "dro*"}).status, 1);
    EXPECT_EQ(test::wsspec({"matrix", file, "--strict", "--only", "good"}).status, 0);
    EXPECT_EQ(test::wsspec({"matrix", file, "--list"}).out, "good\ndrops\na client\n");
    EXPECT_EQ(test::wsspec({"matrix", file, "--only", "nobody"}).status, 2);
}

TEST(Matrix, TheProjectsOwnPeersAreWellFormedAndThere) {
    auto const list = test::wsspec({"matrix", "interop/peers.toml", "--list"});
    EXPECT_EQ(list.status, 0) << list.err;
    EXPECT_GE(test::lines(list.out), 30U);
    // Every program in the folder has its target.
    std::string const file = contents("interop/peers.toml");
    for (const char* folder : {"servers", "clients"})
        for (const auto& program : std::filesystem::directory_iterator(std::string("interop/") + folder)) {
            if (program.path().extension() == ".pyc" || program.is_directory()) continue;
            EXPECT_THAT(file, HasSubstr(program.path().stem().string())) << program.path();
        }
}

TEST(Matrix, WhatCannotBeTestedIsNoPass) {
    Folder const folder;
    auto const file = written(folder / "m.json", R"({"defaults": {"case": "1.1.1"}, "target": [
        {"name": "not there", "url": "ws://127.0.0.1:1/"},
        {"name": "not installed", "url": "loop:", "install": "echo $'no \u001b[31mnetwork'; exit 7"},
        {"name": "fine", "url": "loop:"}]})");
    auto const ran = test::wsspec({"matrix", file, "--install", "--markdown", folder / "m.md"});
    EXPECT_EQ(ran.status, 3) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("the command that installs it exited with status 7"));
    EXPECT_TRUE(test::is_plain(ran.out)) << ran.out;
    EXPECT_THAT(ran.out, HasSubstr("1 pass"));
    EXPECT_THAT(contents(folder / "m.md"), HasSubstr("`not there` **incomplete**"));
    EXPECT_EQ(test::wsspec({"matrix", file, "--only", "fine"}).status, 0);
}

/// The disk of whoever runs it is not for a target to fill.
TEST(Matrix, WhoPrintsWithoutEndIsEnded) {
    Folder const folder;
    auto const file = written(folder / "m.toml", R"(
[[target]]
name = "loud"
url = "loop:"
case = ["1.1.1"]
install = "yes"
)");
    auto const ran = test::wsspec({"matrix", file, "--install", "--results", folder / "results"});
    EXPECT_EQ(ran.status, 3) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("it has printed more than 64 MiB"));
    EXPECT_LT(std::filesystem::file_size(folder / "results/loud.log"), 1U << 20);
}

TEST(Matrix, KeysOfKeysHaveAnEnd) {
    Folder const folder;
    std::string keys;
    for (int i = 0; i < 200'000; ++i) keys += "a.";
    for (const std::string& text : {keys + "b = 1\n", "\n[" + keys + "b]\n"}) {
        auto const ran = test::wsspec({"matrix", written(folder / "m.toml", text), "--list"});
        EXPECT_EQ(ran.status, 2) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("dots"));
    }
}

TEST(Matrix, AMistakeOfTheFileIsNamed) {
    Folder const folder;
    auto const option = written(folder / "m.json", R"({"target": [{"name": "a", "url": "loop:", "jbos": 3}]})");
    auto const ran = test::wsspec({"matrix", option});
    EXPECT_EQ(ran.status, 2) << ran.out;
    EXPECT_THAT(ran.out, HasSubstr("--jbos"));
    auto const member = test::wsspec({"matrix", written(folder / "n.json", R"({"target": [{"url": "loop:"}]})")});
    EXPECT_EQ(member.status, 2);
    EXPECT_THAT(member.err, HasSubstr("n.json: target[0]: \"name\" is missing"));
    EXPECT_EQ(test::wsspec({"matrix", folder / "absent.toml"}).status, 2);
}

}  // namespace
}  // namespace wsspec
