// Manual pages and completions, held against the shells and the formatter that will read them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "runner/program_test.h"

namespace wsspec {
namespace {

using test::contents;
using test::Folder;
using testing::HasSubstr;
using testing::IsEmpty;

class Documentation : public testing::Test {
protected:
    void SetUp() override {
        auto const ran = test::wsspec({"generate", folder_ / "made"});
        ASSERT_EQ(ran.status, 0) << ran.err;
    }
    static test::Ran run(const std::vector<std::string>& arguments) { return test::Child(arguments).finish(); }
    /// The formatter fills and justifies lines.
    static std::string words(const std::string& text) {
        std::istringstream in(text);
        std::string out;
        for (std::string word; in >> word;) out += word + " ";
        return out;
    }
    std::string made(const char* name) const { return (folder_ / "made") + "/" + name; }

    /// What bash offers behind these words; the last is the one under way.
    std::set<std::string> bash_offers(const std::vector<std::string>& words) {
        std::string script = "source " + made("bash/wsspec") + "\nCOMP_WORDS=(";
        for (const auto& word : words) script += "'" + word + "' ";
        script +=
            ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) + "\n_wsspec\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
        std::ofstream(folder_ / "script") << script;
        auto const ran = run({"bash", "--norc", folder_ / "script"});
        EXPECT_EQ(ran.status, 0) << ran.err;
        EXPECT_THAT(ran.err, IsEmpty());
        std::set<std::string> offers;
        std::istringstream lines(ran.out);
        for (std::string line; std::getline(lines, line);)
            if (!line.empty()) offers.insert(line);
        return offers;
    }

private:
    Folder folder_;
};

TEST_F(Documentation, EveryCommandHasAManualPageWithoutAMistake) {
    std::size_t pages = 0;
    for (const auto& file : std::filesystem::directory_iterator(made("man"))) {
        if (file.path().filename() == "wstest.1") continue;
        ++pages;
        auto const ran = run({"groff", "-man", "-ww", "-Tutf8", "-P-cbou", file.path().string()});
        EXPECT_EQ(ran.status, 0) << file.path();
        EXPECT_THAT(ran.err, IsEmpty()) << file.path();
        if (file.path().filename() == "wsspec-run.1") {
            EXPECT_THAT(words(ran.out), HasSubstr("--profile quick|standard|full "));
            EXPECT_THAT(words(ran.out), HasSubstr("Exit status: 0 as required"));
        }
    }
    EXPECT_GT(pages, 8U);
    EXPECT_THAT(contents(made("man/wsspec.1")), HasSubstr("wsspec\\-matrix"));
}

TEST_F(Documentation, BashCompletes) {
    EXPECT_TRUE(bash_offers({"wsspec", "se"}).contains("serve"));
    EXPECT_EQ(bash_offers({"wsspec", "run", "--prof"}), std::set<std::string>{"--profile"});
    EXPECT_EQ(bash_offers({"wsspec", "run", "--profile", "s"}), std::set<std::string>{"standard"});
    EXPECT_THAT(bash_offers({"wsspec", "run", "--seed", ""}), IsEmpty()) << "a number is the user's own";
    EXPECT_TRUE(bash_offers({"wsspec", "run", "--baseline", "/et"}).contains("/etc"));
    EXPECT_TRUE(bash_offers({"wsspec", "report", "--against", "/et"}).contains("/etc"));
    EXPECT_FALSE(bash_offers({"wsspec", "report", "--a"}).contains("--spawn"));
    EXPECT_FALSE(bash_offers({"wsspec", "ge"}).contains("generate")) << "it is for the build";
}

TEST_F(Documentation, ZshAndFishReadTheirs) {
    auto const zsh = run({"zsh", "-f", "-n", made("zsh/_wsspec")});
    EXPECT_EQ(zsh.status, 0) << zsh.err;
    EXPECT_THAT(zsh.err, IsEmpty());
    auto const fish = run({"fish", "--no-config", "-c",
                           "source " + made("fish/wsspec.fish") +
                               "; complete -C 'wsspec run --profile s'; complete -C "
                               "'wsspec mat'"});
    EXPECT_EQ(fish.status, 0) << fish.err;
    EXPECT_THAT(fish.out, HasSubstr("standard"));
    EXPECT_THAT(fish.out, HasSubstr("matrix"));
}

}  // namespace
}  // namespace wsspec
