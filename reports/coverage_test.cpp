#include "reports/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "reports/untested.h"

namespace wsspec {
namespace {

using testing::HasSubstr;

constexpr Requirement statements[] = {
    {"R6455-5.1-1", "6455", "5.1", Level::must, Stated::stated, Bound::client, Observable::at_client, "Mask."},
    {"R6455-5.1-2", "6455", "5.1", Level::must, Stated::stated, Bound::server,
     Observable::at_server | Observable::at_client, "Close the connection upon receipt of a frame that is not masked."},
    {"R6455-5.1-3", "6455", "5.1", Level::may, Stated::stated, Bound::server, Observable::at_server, "Say why."},
    {"R6455-5.2-1", "6455", "5.2", Level::should_not, Stated::implied, Bound::both, Observable::nowhere, "Think."},
    {"R6455-5.2-2", "6455", "5.2", Level::must_not, Stated::stated, Bound::receiver, Observable::at_server,
     "Fall over."},
    {"R7692-5.9-1", "7692", "5.9", Level::must, Stated::stated, Bound::server, Observable::at_server, "Compress."},
    {"IANA-close-1", "IANA", "close", Level::must, Stated::implied, Bound::receiver, Observable::at_server, "Be calm."},
};

std::vector<Group> groups() {
    return {
        {.number = "98",
         .title = "Some",
         .cases = {{.id = "98.1", .title = "A", .covers = {"R6455-5.1-2"}},
                   {.id = "98.2", .title = "B", .covers = {"R6455-5.1-2", "IANA-close-1"}}}},
        {.number = "99",
         .title = "More",
         .cases = {{.id = "99.1", .title = "C", .target = Target::client, .covers = {"R6455-5.1-2", "R6455-5.2-2"}}}}};
}

TEST(Coverage, GoldenText) {
    EXPECT_EQ(coverage_text(statements, groups()), R"(RFC 6455 section 5.1
  R6455-5.1-1     MUST       client
    Mask.
    - no case, and no reason why
  R6455-5.1-2     MUST       server
    Close the connection upon receipt of a frame that is not masked.
    > 98.1 98.2 99.1
  R6455-5.1-3     MAY        server
    Say why.
    - no case, and no reason why

RFC 6455 section 5.2
  R6455-5.2-1     SHOULD NOT both
    Think.
    - not observable on the wire
  R6455-5.2-2     MUST NOT   receiver
    Fall over.
    > 99.1

RFC 7692 section 5.9
  R7692-5.9-1     MUST       server
    Compress.
    - no case, and no reason why

IANA registry "close"
  IANA-close-1    MUST       receiver
    Be calm.
    > 98.2

3 of 6 testable requirements have a case, 0 have none for the reason given, and 3 lack both.
1 of 3 server-observable RFC 6455 requirements have a case; of the MUST and MUST NOT 1 of 2.
)");
}

TEST(Coverage, GoldenJson) {
    auto const json = nlohmann::json::parse(coverage_json(statements, groups()));
    EXPECT_EQ(json["requirements"].size(), 7U);
    EXPECT_EQ(json["requirements"][1], nlohmann::json::parse(R"({
        "id": "R6455-5.1-2", "rfc": "6455", "section": "5.1", "level": "MUST", "bound": "server",
        "observable": ["server", "client"],
        "statement": "Close the connection upon receipt of a frame that is not masked.",
        "cases": ["98.1", "98.2", "99.1"], "reason": ""})"));
    EXPECT_EQ(json["requirements"][3]["reason"], "not observable on the wire");
    EXPECT_EQ(json["requirements"][3]["cases"], nlohmann::json::array());
    EXPECT_EQ(json["summary"], nlohmann::json::parse(R"({
        "testable": {"all": 6, "covered": 3, "explained": 0, "gaps": ["R6455-5.1-1", "R6455-5.1-3", "R7692-5.9-1"]},
        "server_observable_rfc6455": {"all": 3, "covered": 1}, "of_them_must": {"all": 2, "covered": 1}})"));
}

TEST(Coverage, GapsAreWhatHasNeitherCaseNorReason) {
    EXPECT_EQ(coverage_gaps(statements, groups()),
              (std::vector<std::string>{"R6455-5.1-1", "R6455-5.1-3", "R7692-5.9-1"}));
    static constexpr Requirement explained[] = {
        {"R6455-9.1-7", "6455", "9.1", Level::must, Stated::implied, Bound::both,
         Observable::at_server | Observable::at_client, "Order."},
        {"R8441-3-1", "8441", "3", Level::must, Stated::stated, Bound::sender, Observable::at_server, "Settings."},
    };
    EXPECT_EQ(coverage_gaps(explained, groups()), std::vector<std::string>{});
    std::string const text = coverage_text(explained, groups());
    EXPECT_THAT(text, HasSubstr("- needs two extensions at once"));
    EXPECT_THAT(text, HasSubstr("- needs HTTP/2"));
    EXPECT_THAT(text, HasSubstr("0 of 1 testable requirements have a case, 1 have none for the reason given, and 0"));
}

TEST(Untested, RowsAreOfTestableStatementsWithoutACaseAndGiveAReason) {
    std::set<std::string_view> covered;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) covered.insert(one.covers.begin(), one.covers.end());
    std::set<std::string_view> ids;
    for (const auto& row : untested()) {
        EXPECT_TRUE(ids.insert(row.requirement).second) << row.requirement;
        const Requirement* statement = find_requirement(row.requirement);
        ASSERT_NE(statement, nullptr) << row.requirement;
        EXPECT_TRUE(is_testable(*statement)) << row.requirement << " needs no row: it shows nowhere";
        EXPECT_GE(row.reason.size(), 20U) << row.requirement;
        EXPECT_FALSE(covered.contains(row.requirement)) << row.requirement << " has a case by now";
    }
}

TEST(Coverage, TheWholeCatalogue) {
    std::string const text = coverage_text();
    auto const json = nlohmann::json::parse(coverage_json());
    ASSERT_EQ(json["requirements"].size(), requirements().size());
    for (const auto& statement : requirements())
        EXPECT_THAT(text, HasSubstr("\n  " + std::string(statement.id) + " ")) << statement.id;
    std::size_t covering = 0;
    for (const auto& row : json["requirements"]) {
        covering += row["cases"].size();
        EXPECT_NE(row["cases"].empty(), row["reason"].get<std::string>().empty()) << row["id"];
    }
    std::size_t covers = 0;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) covers += one.covers.size();
    EXPECT_EQ(covering, covers) << "a case covers what is no requirement";
}

}  // namespace
}  // namespace wsspec
