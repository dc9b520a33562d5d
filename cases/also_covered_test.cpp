#include "cases/also_covered.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "reference/requirements.h"

namespace wsspec {
namespace {

TEST(AlsoCovered, RowsNameStatementsAndCasesThatThereAre) {
    std::set<std::string_view> seen;
    for (const auto& row : also_covered()) {
        EXPECT_TRUE(seen.insert(row.requirement).second) << row.requirement << " has two rows";
        const Requirement* statement = find_requirement(row.requirement);
        ASSERT_NE(statement, nullptr) << row.requirement;
        EXPECT_FALSE(row.because.empty()) << row.requirement;
        EXPECT_FALSE(row.cases.empty()) << row.requirement;
        for (auto prefix : row.cases) {
            bool found = false;
            for (const auto& group : catalogue())
                for (const auto& one : group.cases) {
                    if (!is_in(one.id, prefix)) continue;
                    found = true;
                    // A case for servers says nothing of what shows at clients alone.
                    EXPECT_TRUE(
                        (one.target != Target::client && includes(statement->observable, Observable::at_server)) ||
                        (one.target != Target::server && includes(statement->observable, Observable::at_client)))
                        << row.requirement << " does not show where " << one.id << " looks";
                }
            EXPECT_TRUE(found) << row.requirement << ": no case " << prefix;
        }
    }
}

TEST(AlsoCovered, TheCatalogueHasThemBehindWhatACaseIsAbout) {
    const Case* one = find_case("1.6.1");
    ASSERT_NE(one, nullptr);
    EXPECT_EQ(one->covers.front(), "R6455-5.7-2");
    EXPECT_NE(std::ranges::find(one->covers, "R6455-6.2-5"), one->covers.end());
    for (const auto& group : catalogue())
        for (const auto& each : group.cases)
            EXPECT_EQ(std::set<std::string>(each.covers.begin(), each.covers.end()).size(), each.covers.size())
                << each.id;
}

TEST(AlsoCovered, AnIdIsInItsPrefixesThatEndBeforeADot) {
    EXPECT_TRUE(is_in("13.2.1", "13.2"));
    EXPECT_TRUE(is_in("13.2", "13.2"));
    EXPECT_FALSE(is_in("13.20.1", "13.2"));
    EXPECT_FALSE(is_in("13", "13.2"));
}

}  // namespace
}  // namespace wsspec
