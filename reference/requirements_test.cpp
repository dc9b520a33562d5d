#include "reference/requirements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace wsspec {
namespace {

namespace fs = std::filesystem;

TEST(Requirements, AreAsManyAsWereCounted) {
    EXPECT_EQ(requirements().size(), 535U);
    std::map<std::string_view, int> by_document;
    for (const auto& row : requirements()) ++by_document[row.rfc];
    EXPECT_EQ(by_document["6455"], 317);
    EXPECT_EQ(by_document["7692"], 93);
}

TEST(Requirements, AreOneRowAnId) {
    std::set<std::string_view> ids;
    for (const auto& row : requirements()) EXPECT_TRUE(ids.insert(row.id).second) << row.id;
}

TEST(Requirements, HaveIdsOfDocumentSectionAndNumber) {
    for (const auto& row : requirements()) {
        SCOPED_TRACE(row.id);
        std::string const document = row.rfc == "IANA" ? "IANA" : "R" + std::string(row.rfc);
        std::string const start = document + "-" + std::string(row.section) + "-";
        ASSERT_TRUE(row.id.starts_with(start));
        auto const number = row.id.substr(start.size());
        EXPECT_FALSE(number.empty());
        EXPECT_EQ(number.find_first_not_of("0123456789"), std::string_view::npos);
        EXPECT_NE(number.front(), '0');
        if (row.rfc != "IANA") {
            EXPECT_EQ(row.rfc.size(), 4U);
            EXPECT_EQ(row.rfc.find_first_not_of("0123456789"), std::string_view::npos);
        }
    }
}

TEST(Requirements, AreSentencesOfOurs) {
    std::set<std::string_view> statements;
    for (const auto& row : requirements()) {
        SCOPED_TRACE(row.id);
        ASSERT_GT(row.statement.size(), 10U);
        EXPECT_TRUE(row.statement.ends_with('.'));
        EXPECT_EQ(row.statement.find_first_of("\n\t"), std::string_view::npos);
        EXPECT_TRUE(statements.insert(row.statement).second) << "the same words as another row";
    }
}

TEST(Requirements, StandInTheOrderOfTheDocuments) {
    std::vector<std::string_view> documents;
    for (const auto& row : requirements())
        if (documents.empty() || documents.back() != row.rfc) documents.push_back(row.rfc);
    ASSERT_GE(documents.size(), 2U);
    EXPECT_EQ(documents[0], "6455");
    EXPECT_EQ(documents[1], "7692");
    EXPECT_EQ(std::set(documents.begin(), documents.end()).size(), documents.size()) << "a document is in one piece";
}

TEST(FindRequirement, FindsEachAndNoOther) {
    for (const auto& row : requirements()) EXPECT_EQ(find_requirement(row.id), &row) << row.id;
    for (char const* id : {"", "R6455", "R6455-5.1", "R6455-5.1-0", "R6455-5.1-999", "r6455-5.1-2", "R6455-5.1-2 "})
        EXPECT_EQ(find_requirement(id), nullptr) << id;
}

TEST(Requirements, SayWhatTheRfcSays) {
    // A few that everything hangs on, so that a shifted table shows.
    auto const* const mask = find_requirement("R6455-5.1-2");
    ASSERT_NE(mask, nullptr);
    EXPECT_EQ(mask->section, "5.1");
    EXPECT_EQ(mask->level, Level::must);
    EXPECT_EQ(mask->stated, Stated::stated);
    EXPECT_EQ(mask->bound, Bound::server);
    EXPECT_TRUE(includes(mask->observable, Observable::at_server));
    EXPECT_FALSE(includes(mask->observable, Observable::at_client));
    auto const* const no_1005 = find_requirement("R6455-7.4.1-5");
    ASSERT_NE(no_1005, nullptr);
    EXPECT_EQ(no_1005->level, Level::must_not);
    EXPECT_EQ(no_1005->bound, Bound::both);
    EXPECT_TRUE(includes(no_1005->observable, Observable::at_client));
}

TEST(Requirements, HaveNamesForTheirLevelsAndBounds) {
    EXPECT_EQ(level_name(Level::must), "MUST");
    EXPECT_EQ(level_name(Level::must_not), "MUST NOT");
    EXPECT_EQ(level_name(Level::should), "SHOULD");
    EXPECT_EQ(level_name(Level::should_not), "SHOULD NOT");
    EXPECT_EQ(level_name(Level::may), "MAY");
    EXPECT_EQ(to_string(Bound::client), "client");
    EXPECT_EQ(to_string(Bound::server), "server");
    EXPECT_EQ(to_string(Bound::both), "both");
    EXPECT_EQ(to_string(Bound::sender), "sender");
    EXPECT_EQ(to_string(Bound::receiver), "receiver");
    EXPECT_EQ(to_string(Bound::intermediary), "intermediary");
}

TEST(Observables, AreSets) {
    auto const both = Observable::at_server | Observable::at_client;
    EXPECT_TRUE(includes(both, Observable::at_server));
    EXPECT_TRUE(includes(both, Observable::at_client));
    EXPECT_FALSE(includes(Observable::nowhere, Observable::at_server));
    EXPECT_FALSE(includes(Observable::at_client, Observable::at_server));
}

/// Whatever in a source looks like "R6455-5.1-2" or "IANA-close-1", quotes included.
std::vector<std::string> cited_ids(std::string_view source) {
    std::vector<std::string> ids;
    for (std::size_t at = source.find('"'); at != std::string_view::npos; at = source.find('"', at + 1)) {
        auto const text = source.substr(at + 1, 40);
        bool const rfc = text.size() > 6 && text[0] == 'R' && text[5] == '-' &&
                         text.substr(1, 4).find_first_not_of("0123456789") == std::string_view::npos;
        if (!rfc && !text.starts_with("IANA-")) continue;
        ids.emplace_back(text.substr(0, text.find('"')));
    }
    return ids;
}

TEST(CitedIds, AreFoundInASource) {
    EXPECT_THAT(cited_ids(R"(f("R6455-5.1-2", "RFC", "IANA-close-1", "R64-1", "R9112-2.2-1");)"),
                ::testing::ElementsAre("R6455-5.1-2", "IANA-close-1", "R9112-2.2-1"));
}

TEST(Requirements, HoldEveryIdThatTheSourcesOfThisFolderCite) {
    fs::path const folder = fs::path(__FILE__).parent_path();
    ASSERT_TRUE(fs::is_directory(folder)) << folder << ": run the test where its sources are";
    unsigned citing = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        auto const name = entry.path().filename().string();
        bool const source = name.ends_with(".cpp") || name.ends_with(".h");
        if (!source || name.ends_with("_test.cpp") || name.starts_with("requirements")) continue;
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        for (const auto& id : cited_ids(text.view())) {
            EXPECT_NE(find_requirement(id), nullptr) << name << " cites " << id;
            ++citing;
        }
    }
    EXPECT_GT(citing, 100U) << "the decoders and the handshake alone cite more";
}

}  // namespace
}  // namespace wsspec
