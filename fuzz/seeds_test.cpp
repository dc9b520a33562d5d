#include "fuzz/seeds.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "fuzz/script_codec.h"

namespace wsspec {
namespace {

TEST(Seeds, EveryTargetHasSomeAndNoneTwice) {
    std::map<std::string, std::set<Octets>> found;
    std::size_t count = 0;
    for (auto& seed : seeds()) {
        EXPECT_LE(seed.octets.size(), 4096U);
        found[seed.target].insert(std::move(seed.octets));
        ++count;
    }
    std::size_t different = 0;
    for (const auto& [target, inputs] : found) {
        different += inputs.size();
        EXPECT_GE(inputs.size(), 8U) << target;
    }
    EXPECT_EQ(count, different);
    for (const auto* target :
         {"decoder", "endpoint_pair", "request", "response", "extensions", "watching_inflater", "message_inflater",
          "deflate_round_trip", "utf8", "key_record", "script_codec", "forecast", "judge", "beast_difference", "words"})
        EXPECT_TRUE(found.contains(target)) << target;
    EXPECT_GT(found["forecast"].size(), 1000U);
    for (const auto& input : found["forecast"]) EXPECT_FALSE(decode(input).empty());
}

/// The committed one is what `wsspec seeds` writes; WSSPEC_UPDATE_DICTIONARY=1 rewrites it.
TEST(Seeds, TheDictionaryIsTheCommittedOne) {
    std::string const path = "fuzz/websocket.dict";
    if (std::getenv("WSSPEC_UPDATE_DICTIONARY") != nullptr) std::ofstream(path) << fuzz_dictionary();
    std::stringstream committed;
    committed << std::ifstream(path).rdbuf();
    EXPECT_EQ(committed.str(), fuzz_dictionary());
}

}  // namespace
}  // namespace wsspec
