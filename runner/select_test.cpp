#include "runner/select.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cases/catalogue.h"

namespace wsspec {
namespace {

TEST(GlobMatches, IdsAsPeopleWriteThem) {
    struct Row {
        const char* glob;
        const char* text;
        bool matches;
    };
    for (const auto& row : std::vector<Row>{
             {"1.1.1", "1.1.1", true},
             {"1.1.1", "1.1.10", false},
             {"1.1", "1.1.10", true},
             {"1", "1.1.1", true},
             {"1", "10.1.1", false},
             {"*", "6.4.1", true},
             {"6.*", "6.4.1", true},
             {"6.*", "16.4.1", false},
             {"6.*.1", "6.4.1", true},
             {"6.*.1", "6.4.11", false},
             {"6.?.1", "6.4.1", true},
             {"6.?.1", "6.14.1", false},
             {"*.1", "6.4.1", true},
             {"*4*", "6.4.1", true},
             {"", "6.4.1", false},
             {"6.4.1*", "6.4.1", true},
             {"6.4.1.", "6.4.1", false},
             {"6.4.1", "6.4.1/rsv1", true},
             {"6.4", "6.4.1/rsv1", true},
             {"6.4.1", "6.4.11/rsv1", false},
             {"*/rsv1", "6.4.1/rsv1", true},
             {"**", "x", true},
             {"?", "", false},
             {"*", "", true},
             {"a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaac", false},
         })
        EXPECT_EQ(glob_matches(row.glob, row.text), row.matches) << row.glob << " " << row.text;
}

std::vector<std::string> ids(const Selection& selection) {
    std::vector<std::string> out;
    auto const cases = select_cases(selection);
    EXPECT_TRUE(cases.has_value()) << (cases ? "" : cases.error());
    if (cases)
        for (const Case* one : *cases) out.push_back(one->id);
    return out;
}

TEST(SelectCases, TakesAllWithoutASelection) {
    std::size_t servers = 0;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) servers += one.target != Target::client ? 1U : 0U;
    EXPECT_EQ(ids({}).size(), servers);
}

TEST(SelectCases, OfBothParts) {
    EXPECT_EQ(ids({.cases = {"1.1.1", "8.1.1", "8.15.15"}, .target = Target::any}),
              (std::vector<std::string>{"1.1.1", "8.1.1", "8.15.15"}));
}

TEST(SelectCases, KeepsTheOrderAndTakesNothingTwice) {
    EXPECT_EQ(ids({.cases = {"2.2", "1.1.2", "1.1.1", "1.1.?"},
                   .excluded = {"1.1.3", "1.1.4", "1.1.5", "1.1.6", "1.1.7", "1.1.8"}}),
              (std::vector<std::string>{"1.1.1", "1.1.2", "2.2"}));
}

TEST(SelectCases, BySection) {
    auto const pings = ids({.sections = {"5.5.2"}});
    EXPECT_GE(pings.size(), 5U);
    auto const control = ids({.sections = {"5.5"}});
    EXPECT_GT(control.size(), pings.size());
    for (const auto& id : pings) EXPECT_NE(std::ranges::find(control, id), control.end()) << id;
    EXPECT_EQ(ids({.sections = {"RFC6455:5.5.2"}}), pings);
    EXPECT_FALSE(ids({.sections = {"RFC9112:3.2"}}).empty());
    EXPECT_LT(ids({.cases = {"2"}, .sections = {"5.5.2"}}).size(), pings.size() + 1);
}

TEST(SelectCases, RefusesWhatSelectsNothing) {
    struct Row {
        Selection selection;
        const char* named;
    };
    for (const auto& row : std::vector<Row>{
             {{.cases = {"99.*"}}, "--case \"99.*\""},
             {{.cases = {"1.1.1", "1.1.01"}}, "--case \"1.1.01\""},
             {{.cases = {""}}, "--case \"\""},
             {{.excluded = {"nonsense"}}, "--exclude \"nonsense\""},
             {{.sections = {"5.55"}}, "--section \"5.55\""},
             {{.sections = {"RFC1:1"}}, "--section \"RFC1:1\""},
             {{.cases = {"2.2"}, .excluded = {"2.*"}}, "leave no case"},
             {{.cases = {"\x1b[2J"}}, "\"\\x1b[2J\""},
             {{.cases = {"8.15"}}, "clients only (`wsspec serve`)"},
             {{.cases = {"8.1.1"}, .target = Target::client}, "servers only (`wsspec run`)"},
         }) {
        auto const cases = select_cases(row.selection);
        ASSERT_FALSE(cases.has_value()) << row.named;
        EXPECT_NE(cases.error().find(row.named), std::string::npos) << cases.error();
        EXPECT_EQ(cases.error().find('\n'), std::string::npos);
    }
}

TEST(SelectCases, DerivedOnesByNameOrAmongThemselves) {
    EXPECT_EQ(ids({.cases = {"1.1.2/rsv1"}}), std::vector<std::string>{"1.1.2/rsv1"});
    auto const of_one = ids({.cases = {"1.1.2/*"}});
    EXPECT_GE(of_one.size(), 10U);
    EXPECT_EQ(ids({.cases = {"1.1.2"}, .derived = true}), of_one);
    EXPECT_EQ(ids({.cases = {"1.1.2", "1.1.2/rsv1"}}), (std::vector<std::string>{"1.1.2", "1.1.2/rsv1"}));
    for (const auto& id : ids({.cases = {"1.*", "*/rsv2"}, .excluded = {"1"}}))
        EXPECT_TRUE(id.ends_with("/rsv2")) << id;
    auto const all = ids({.derived = true});
    EXPECT_GE(all.size(), 2000U);
    for (const auto& id : all) EXPECT_NE(id.find('/'), std::string::npos) << id;
    for (const auto& id : ids({.excluded = {"1.1.2/*"}})) EXPECT_EQ(id.find('/'), std::string::npos) << id;
    EXPECT_FALSE(select_cases({.cases = {"1.1.2/nonsense"}}).has_value());
    EXPECT_FALSE(select_cases({.cases = {"8.1.1"}, .derived = true}).has_value());
}

TEST(Shards, ArePartsOfTheSelection) {
    auto const cases = select_cases({.cases = {"1", "2"}});
    ASSERT_TRUE(cases);
    for (std::uint64_t const of : {1U, 2U, 3U, 7U}) {
        std::vector<const Case*> together(cases->size());
        std::size_t count = 0;
        for (std::uint64_t index = 1; index <= of; ++index) {
            auto const part = part_of(*cases, {.index = index, .of = of});
            EXPECT_LE(part.size(), cases->size() / of + 1) << "even";
            for (std::size_t i = 0; i < part.size(); ++i) together[i * of + index - 1] = part[i];
            count += part.size();
        }
        EXPECT_EQ(count, cases->size());
        EXPECT_EQ(together, *cases) << "each case once, by its position";
    }
    EXPECT_TRUE(part_of(*cases, {.index = 4000000000, .of = 4000000000}).empty());
}

}  // namespace
}  // namespace wsspec
