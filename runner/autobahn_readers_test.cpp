// What projects wrote to read Autobahn's reports, and to drive its fuzzingserver, in our words, run over ours: each has
// to take a good run for good and a bad one for bad.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "runner/wstest_test.h"

namespace wsspec {
namespace {

using test::contents;
using test::Folder;
using Json = nlohmann::json;

/// A report folder, and what its reader knows besides.
struct Report {
    std::string folder;
    std::string agent;
    std::size_t advertised = 0;  ///< Cases that the tester said it would run.

    std::string text(const std::string& name) const { return contents(folder + "/" + name); }
    Json index() const { return Json::parse(text("index.json")); }
    Json cases() const { return index().at(agent); }
};

using Words = std::set<std::string>;

bool all_cases(const Report& report, const std::function<bool(const Json&)>& good) {
    Json const cases = report.cases();
    return !cases.empty() && std::ranges::all_of(cases, good);
}

// ---- the readers ----------------------------------------------------------------------------------------------------

/// fastwebsockets looks at the first column alone.
bool fastwebsockets(const Report& report) {
    Words const good = {"OK", "INFORMATIONAL", "NON-STRICT"};
    return all_cases(report, [&](const Json& one) { return good.contains(one.at("behavior")); });
}

/// uWebSockets looks at both.
bool uwebsockets(const Report& report) {
    Words const good = {"OK", "INFORMATIONAL", "NON-STRICT"};
    return all_cases(report, [&](const Json& one) {
        return good.contains(one.at("behavior")) && good.contains(one.at("behaviorClose"));
    });
}

/// libwebsockets makes one line of each case with line tools, and wants none without an OK.
bool libwebsockets(const Report& report) {
    std::string text = report.text("index.json");
    std::erase(text, '\n');
    std::size_t entries = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('}', at), text.size());
        std::string const line = text.substr(at, end - at);
        at = end + 1;
        if (line.find("reportfile") == std::string::npos) continue;
        ++entries;
        if (line.find("\"behavior\": \"OK\"") == std::string::npos &&
            line.find("\"behavior\": \"INFORMATIONAL\"") == std::string::npos)
            return false;
    }
    return entries > 0;
}

/// aiohttp looks at the second column alone, and opens the case's file for the message of a failure.
bool aiohttp(const Report& report) {
    return all_cases(report, [&](const Json& one) {
        if (one.at("behaviorClose") == "OK" || one.at("behaviorClose") == "INFORMATIONAL") return true;
        Json const detail = Json::parse(report.text(one.at("reportfile")));
        EXPECT_TRUE(detail.at("description").is_string() && detail.at("resultClose").is_string());
        return false;
    });
}

/// Jetty knows each word, and throws at any other.
bool jetty(const Report& report) {
    Words const good = {"OK", "INFORMATIONAL", "UNIMPLEMENTED"};
    Words const bad = {"FAILED", "NON-STRICT", "WRONG CODE", "UNCLEAN", "FAILED BY CLIENT"};
    bool passes = true;
    Json const cases = report.cases();
    for (const auto& [id, one] : cases.items())
        for (const char* column : {"behavior", "behaviorClose"}) {
            auto const word = one.at(column).get<std::string>();
            EXPECT_TRUE(good.contains(word) || bad.contains(word)) << id << ": " << word;
            passes = passes && good.contains(word);
        }
    return passes;
}

/// Cowboy and gun count a word in the page.
bool cowboy(const Report& report) {
    std::string const page = report.text("index.html");
    std::size_t count = 0;
    for (auto at = page.find("case_failed"); at != std::string::npos; at = page.find("case_failed", at + 1)) ++count;
    return !page.empty() && count <= 2;
}

/// glaze wants its agent, and as many results as there are cases.
bool glaze(const Report& report) {
    Words const good = {"OK", "INFORMATIONAL"};
    Json const index = report.index();
    if (!index.contains(report.agent) || index.at(report.agent).size() != report.advertised) return false;
    return all_cases(report, [&](const Json& one) {
        return good.contains(one.at("behavior")) && good.contains(one.at("behaviorClose"));
    });
}

/// go-httpbin: FAILED alone counts, an empty summary is a failure, and the case's file says what happened.
bool go_httpbin(const Report& report) {
    Json const index = report.index();
    if (index.empty()) return false;
    bool good = true;
    for (const auto& agent : index)
        for (const auto& one : agent) {
            if (one.at("behavior") != "FAILED" && one.at("behaviorClose") != "FAILED") continue;
            Json const detail = Json::parse(report.text(one.at("reportfile")));
            for (const char* key : {"description", "expectation", "result", "resultClose"})
                EXPECT_TRUE(detail.at(key).is_string()) << key;
            good = false;
        }
    return good;
}

/// grep FAILED index.json
bool grep(const Report& report) { return report.text("index.json").find("FAILED") == std::string::npos; }

/// tungstenite compares all but the durations with a committed file.
Json tungstenite(const Report& report) {
    Json index = report.index();
    for (auto& agent : index)
        for (auto& one : agent) one.erase("duration");
    return index;
}

const std::vector<std::pair<const char*, bool (*)(const Report&)>> readers = {
    {"fastwebsockets", fastwebsockets},
    {"uWebSockets", uwebsockets},
    {"libwebsockets", libwebsockets},
    {"aiohttp", aiohttp},
    {"Jetty", jetty},
    {"Cowboy", cowboy},
    {"glaze", glaze},
    {"go-httpbin", go_httpbin},
    {"grep", grep},
};

// ---- over our reports -----------------------------------------------------------------------------------------------

const std::vector<std::string> quick = {"1.1.*", "2.2",   "3.2",   "4.1.1", "5.1",
                                        "6.4.1", "7.1.6", "7.7.1", "9.1.1", "12.1.1"};
constexpr std::size_t quick_count = 17;

TEST(AutobahnReaders, TakeAGoodServerForGood) {
    Folder const folder;
    test::EchoServer const server;
    Json const index = test::fuzzed(folder, server.url(), quick);
    Report const report{folder / "out", "Echo", quick_count};
    EXPECT_EQ(index.at("Echo").size(), quick_count);
    for (const auto& [name, reader] : readers) EXPECT_TRUE(reader(report)) << name;

    Json const before = tungstenite(report);
    test::fuzzed(folder, server.url(), quick);
    EXPECT_EQ(tungstenite(report), before) << "tungstenite's file is the same for every run";
}

TEST(AutobahnReaders, TakeABadServerForBad) {
    Folder const folder;
    test::EchoServer const server("echoes-text-as-binary");
    test::fuzzed(folder, server.url(), {"1.1.2", "2.2"});
    Report const report{folder / "out", "Echo", 2};
    for (const auto& [name, reader] : readers) {
        // aiohttp reads the column about closing alone, and this server may close well.
        if (reader == aiohttp) continue;
        EXPECT_FALSE(reader(report)) << name << report.text("index.json");
    }
    EXPECT_NE(tungstenite(report), Json::parse(R"({"Echo": {}})"));
}

TEST(AutobahnReaders, TakeMissingCasesForMissing) {
    Folder const folder;
    test::EchoServer const server;
    test::fuzzed(folder, server.url(), {"1.1.1", "1.1.2"});
    EXPECT_FALSE(glaze({folder / "out", "Echo", 3}));
    EXPECT_FALSE(glaze({folder / "out", "Somebody", 2}));
    EXPECT_TRUE(glaze({folder / "out", "Echo", 2}));
}

TEST(AutobahnReaders, TakeAGoodClientForGood) {
    Folder const folder;
    test::FuzzingServer server(folder, quick);
    EXPECT_EQ(test::wstest({"-m", "testeeclient", "-w", server.url(), "-i", "Testee"}).status, 0);
    Report const report{folder / "out", "Testee", server.count()};
    for (const auto& [name, reader] : readers) EXPECT_TRUE(reader(report)) << name;
}

/// undici's loop, Bun's questions about each case and krossbow's way to name it, over a client that others wrote.
TEST(RealAutobahnDriver, PythonWebsockets) {
    if (test::Child({"/usr/bin/python3", "-c", "import websockets"}).finish().status != 0)
        GTEST_SKIP() << "needs /usr/bin/python3 with the package websockets (Debian: python3-websockets)";
    Folder const folder;
    test::FuzzingServer server(folder, quick);
    auto const driven =
        test::Child({"/usr/bin/python3", "runner/targets/autobahn_driver.py", server.url(), "websockets/10"}).finish();
    ASSERT_EQ(driven.status, 0) << driven.err;
    Json const told = Json::parse(driven.out);
    EXPECT_EQ(told.at("count"), server.count());
    Report const report{folder / "out", "websockets/10", server.count()};
    Json const cases = report.cases();
    ASSERT_EQ(cases.size(), server.count());
    // undici's table of words; what the server tells on the way is what it writes.
    std::map<std::string, std::size_t> table;
    for (const auto& [id, one] : cases.items()) {
        EXPECT_EQ(told.at("statuses").at(id), one.at("behavior")) << id;
        ++table[one.at("behavior")];
    }
    EXPECT_EQ(table["FAILED"], 0U);
    EXPECT_GE(table["OK"], 10U);
    EXPECT_TRUE(fastwebsockets(report));
}

}  // namespace
}  // namespace wsspec
