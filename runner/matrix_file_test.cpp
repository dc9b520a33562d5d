#include "runner/matrix_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace wsspec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* toml = R"(
[defaults]
profile = "quick"
case = ["1", "2.*"]
strict = true

[[target]]
name = "node ws 8"
spawn = "node ws.js {port}"
install = "npm install ws"
timeout = 2.5
strict = false

[[target]]
name = "a client"
role = "client"
spawn = "node client.js {url}"
case = "7"
)";

constexpr const char* json = R"({
 "defaults": {"profile": "quick", "case": ["1", "2.*"], "strict": true},
 "target": [{"name": "node ws 8", "spawn": "node ws.js {port}", "install": "npm install ws", "timeout": 2.5,
             "strict": false},
            {"name": "a client", "role": "client", "spawn": "node client.js {url}", "case": "7"}]})";

TEST(MatrixFile, BothNotationsSayTheSame) {
    for (auto const& [text, notation] : {std::pair{toml, Notation::toml}, {json, Notation::json}}) {
        auto const targets = matrix_targets(text, notation);
        ASSERT_TRUE(targets) << targets.error();
        ASSERT_EQ(targets->size(), 2U);
        const auto& server = targets->front();
        EXPECT_EQ(server.name, "node ws 8");
        EXPECT_EQ(server.file_name, "node-ws-8");
        EXPECT_EQ(server.install, "npm install ws");
        // Of what both name, the target's word counts: it is not strict.
        EXPECT_THAT(server.arguments,
                    testing::UnorderedElementsAre("run", "--profile", "quick", "--case", "1", "--case", "2.*",
                                                  "--spawn", "node ws.js {port}", "--timeout", "2.5"));
        EXPECT_EQ(server.arguments.front(), "run");
        EXPECT_THAT(targets->back().arguments,
                    testing::UnorderedElementsAre("serve", "--profile", "quick", "--case", "7", "--strict", "--spawn",
                                                  "node client.js {url}"));
    }
}

TEST(MatrixFile, AUrlComesFirst) {
    auto const targets =
        matrix_targets(R"({"target": [{"name": "a", "jobs": 3, "url": "ws://127.0.0.1:9/"}]})", Notation::json);
    ASSERT_TRUE(targets) << targets.error();
    EXPECT_THAT(targets->front().arguments, ElementsAre("run", "ws://127.0.0.1:9/", "--jobs", "3"));
}

TEST(MatrixFile, ComplaintsNameThePlace) {
    for (auto const& [text, complaint] : {
             std::pair{"{", "no JSON"},
             {"[]", "the file: not an object"},
             {"{}", "\"target\" is missing"},
             {R"({"target": []})", "nothing to test"},
             {R"({"targets": []})", "targets: neither"},
             {R"({"target": [{"url": "ws://a/"}]})", "target[0]: \"name\" is missing"},
             {R"({"target": [{"name": "/"}]})", "target[0].name: wants"},
             {R"({"target": [{"name": "a"}]})", "target[0]: a server has"},
             {R"({"target": [{"name": "a", "role": "client", "url": "ws://a/"}]})", "target[0]: a client has no url"},
             {R"({"target": [{"name": "a", "role": "proxy", "url": "ws://a/"}]})", "target[0].role: server or client"},
             {R"({"target": [{"name": "a", "url": "ws://a/", "html": "x"}]})", "target[0].html: reports are options"},
             {R"({"target": [{"name": "a", "url": "ws://a/", "--json": "x"}]})", "target[0].--json: no option"},
             {R"({"target": [{"name": "a", "url": "ws://a/", "jobs": {}}]})", "target[0].jobs: neither text"},
             {R"({"target": [{"name": "a b", "url": "ws://a/"}, {"name": "a/b", "url": "ws://b/"}]})",
              "target[1].name: another target"},
         }) {
        auto const targets = matrix_targets(text, Notation::json);
        ASSERT_FALSE(targets) << text;
        EXPECT_THAT(targets.error(), HasSubstr(complaint));
    }
    auto const broken = matrix_targets("[defaults]\nprofile = \n", Notation::toml);
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error(), HasSubstr("line 2, column 11"));
}

}  // namespace
}  // namespace wsspec
