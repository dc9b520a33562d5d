#include "runner/wstest_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/catalogue.h"

namespace wsspec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

WstestSpec selecting(std::vector<std::string> cases, std::vector<std::string> excluded = {}) {
    WstestSpec spec;
    spec.cases = std::move(cases);
    spec.excluded = std::move(excluded);
    return spec;
}

std::vector<std::string> ids(const WstestSpec& spec, bool with_extra = false) {
    auto const found = wstest_cases(spec, Target::server, with_extra);
    if (!found) return {found.error()};
    std::vector<std::string> out;
    for (const Case* one : *found) out.push_back(one->id);
    return out;
}

std::string error_of(std::string_view json, std::string_view mode = "fuzzingclient") {
    auto const spec = parse_wstest_spec(json, mode);
    return spec ? "" : spec.error();
}

TEST(WstestSpec, ReadsAllKeys) {
    auto const spec = parse_wstest_spec(R"({
        "outdir": "out", "unknown-key": [1], "webport": 8080, "url": null,
        "servers": [{"agent": "A", "url": "wss://h:1/x", "hostname": "n", "origin": "http://o", "protocols": ["p", "q"],
                     "options": {"version": 18}}, {"url": "ws://h"}],
        "options": {"failByDrop": false, "openHandshakeTimeout": 3},
        "cases": ["1.*"], "exclude-cases": ["1.2.*", ""], "exclude-agent-cases": {"A*": ["1.1.1"]}})",
                                        "fuzzingclient");
    ASSERT_TRUE(spec) << spec.error();
    EXPECT_EQ(spec->outdir, "out");
    ASSERT_EQ(spec->servers.size(), 2U);
    EXPECT_EQ(spec->servers[0].agent, "A");
    EXPECT_EQ(spec->servers[0].hostname, "n");
    EXPECT_EQ(spec->servers[0].origin, "http://o");
    EXPECT_THAT(spec->servers[0].protocols, ElementsAre("p", "q"));
    EXPECT_EQ(spec->servers[1].agent, "");
    ASSERT_EQ(spec->notes.size(), 1U);
    EXPECT_THAT(spec->notes[0], HasSubstr("openHandshakeTimeout"));
    EXPECT_TRUE(excluded_for(*spec, "ABC", "1.1.1"));
    EXPECT_FALSE(excluded_for(*spec, "BA", "1.1.1"));
    EXPECT_FALSE(excluded_for(*spec, "ABC", "1.1.11"));
    EXPECT_FALSE(excluded_for(*spec, "ABC", "11.1.1"));
}

TEST(WstestSpec, SaysWhatIsWrong) {
    for (const auto& [json, part] : std::vector<std::pair<const char*, const char*>>{
             {"", "no JSON"},
             {"{", "no JSON"},
             {"[]", "JSON object"},
             {"{}", "\"cases\" is missing"},
             {R"({"cases": "*"})", "\"cases\" has to be a list"},
             {R"({"cases": [1]})", "\"cases\" has to be a list"},
             {R"({"cases": ["*"], "outdir": 7})", "\"outdir\""},
             {R"({"cases": ["*"], "servers": {}})", "\"servers\" has to be a list"},
             {R"({"cases": ["*"], "servers": [{}]})", "no \"url\""},
             {R"({"cases": ["*"], "servers": [{"url": 1}]})", "\"url\" has to be a text"},
             {R"({"cases": ["*"], "options": {"frobnicate": 1}})", "\"frobnicate\" is no option"},
             {R"({"cases": ["*"], "servers": [{"url": "ws://h", "options": {"x": 1}}]})", "\"x\" is no option"},
             {R"({"cases": ["*"], "options": {"version": 13}})", "RFC 6455"},
             {R"({"cases": ["*"], "key": "k.pem"})", "belong together"},
             {R"({"cases": ["*"], "exclude-agent-cases": {"a": "1.1"}})", "exclude-agent-cases"},
         })
        EXPECT_THAT(error_of(json), HasSubstr(part)) << json;
    EXPECT_THAT(error_of(R"({"options": {"connections": -1}})", "massconnect"), HasSubstr("connections"));
    EXPECT_THAT(error_of(std::string(100'000, '['), "fuzzingserver"), HasSubstr("no JSON"));
}

TEST(WstestSpec, TemplatesAreGoodSpecs) {
    for (const char* mode : {"fuzzingclient", "fuzzingserver", "massconnect"}) {
        auto const spec = parse_wstest_spec(wstest_template(mode), mode);
        ASSERT_TRUE(spec) << mode << ": " << spec.error();
        EXPECT_TRUE(spec->notes.empty());
        if (std::string_view(mode) == "massconnect") continue;
        EXPECT_TRUE(wstest_cases(*spec, Target::client, false)) << mode;
    }
}

TEST(WstestSpec, AStarMeansAutobahns517Cases) {
    EXPECT_EQ(ids(selecting({"*"})).size(), 517U);
    EXPECT_EQ(wstest_cases(selecting({"*"}), Target::client, false)->size(), 517U);
    auto const extra = ids(selecting({"*"}), true);
    EXPECT_GT(extra.size(), 517U);
    EXPECT_THAT(extra, testing::Contains("8.1.1"));
    EXPECT_EQ(ids(selecting({"*"})).front(), "1.1.1");
    EXPECT_TRUE(id_less(ids(selecting({"*"}))[1], "1.1.10"));
}

TEST(WstestSpec, PatternsAreAsPeopleWriteThem) {
    EXPECT_THAT(ids(selecting({"1.1.2", "1.1.1", "1.1.1"})), ElementsAre("1.1.1", "1.1.2"));
    // The start is enough; a dot is a dot.
    EXPECT_EQ(ids(selecting({"1.1*"})).size(), ids(selecting({"1.1.*"})).size());
    for (const auto& id : ids(selecting({"1.*"}))) EXPECT_EQ(group_of(id), "1");
    // A regular expression but for dot and star.
    for (const auto& id : ids(selecting({"1[23].*"}))) EXPECT_TRUE(group_of(id) == "12" || group_of(id) == "13");
    EXPECT_EQ(ids(selecting({"*"}, {"9.*", "1[1-4].*"})).size(), ids(selecting({"*"}, {"9.*", "12.*", "13.*"})).size());
    // Unknown exclusions harm nothing.
    EXPECT_EQ(ids(selecting({"*"}, {"", "8.*", "11.*", "99.9", "x"})).size(), 517U);
    // An id of ours may be named.
    EXPECT_THAT(ids(selecting({"8.1.1"})), ElementsAre("8.1.1"));
}

TEST(WstestSpec, SelectionsThatCannotBeAreErrors) {
    EXPECT_THAT(ids(selecting({"1.1.99"})), ElementsAre("there is no case \"1.1.99\""));
    EXPECT_THAT(ids(selecting({})).front(), HasSubstr("leave no case"));
    EXPECT_THAT(ids(selecting({"99.*"})).front(), HasSubstr("leave no case"));
    EXPECT_THAT(ids(selecting({"1.*"}, {"*"})).front(), HasSubstr("leave no case"));
    EXPECT_THAT(ids(selecting({"1[.*"})).front(), HasSubstr("is no pattern"));
    EXPECT_THAT(wstest_cases(selecting({"8.1.1"}), Target::client, false).error(), HasSubstr("for servers only"));
    WstestSpec spec = selecting({"*"});
    spec.excluded_for_agents = {{"a(*", {"1.*"}}};
    EXPECT_THAT(ids(spec).front(), HasSubstr("is no pattern"));
    EXPECT_FALSE(excluded_for(spec, "a(b", "1.1.1"));
}

}  // namespace
}  // namespace wsspec
