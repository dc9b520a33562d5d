#include "reports/catalogue_page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cases/catalogue.h"

namespace wsspec {
namespace {

TEST(CataloguePage, SaysWhatACaseDoesAndWhatItIsAbout) {
    std::vector<Group> const groups = {
        {.number = "3",
         .title = "Reserved bits",
         .cases = {{.id = "3.1", .title = "Send a|b", .target = Target::client, .covers = {"R1", "R2"}}}}};
    auto const page = catalogue_page(groups);
    EXPECT_NE(page.find("\n## 3 Reserved bits\n"), std::string::npos);
    EXPECT_NE(page.find("| 3.1 | Send a\\|b | clients | R1 |\n"), std::string::npos);
}

TEST(CataloguePage, HasARowForEachCase) {
    auto const page = catalogue_page(catalogue());
    EXPECT_NE(page.find("\n## 6 UTF-8\n"), std::string::npos);
    EXPECT_NE(page.find("\n| 6.4.1 | "), std::string::npos);
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) EXPECT_NE(page.find("\n| " + one.id + " | "), std::string::npos) << one.id;
}

// Tests run in the project's top folder.
TEST(CataloguePage, IsTheOneOfTheDocumentation) {
    std::ifstream file("docs/catalogue.md");
    std::string const written(std::istreambuf_iterator<char>(file), {});
    EXPECT_TRUE(written == catalogue_page(catalogue()))
        << "docs/catalogue.md is not what the cases say: wsspec list --markdown > docs/catalogue.md";
}

}  // namespace
}  // namespace wsspec
