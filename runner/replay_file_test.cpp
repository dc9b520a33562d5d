#include "runner/replay_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace wsspec {
namespace {

Replay sample() {
    return {.target = Role::client,
            .url = "ws://127.0.0.1:1/\xff",
            .script = {open(Handshake{}.drop("Host"), chopped(3)),
                       send({text("a").more(), continuation(hex("ff 00")).with_rsv(3).claiming(1ULL << 63)}),
                       barrier("x"), send_octets(repeated(0x81, 300)), half_close()},
            .keys = 0xffffffffffffffffU,
            .requirement = "R6455-5.1-2",
            .what = "goes on",
            .found_by = "wsspec fuzz, script 3"};
}

TEST(ReplayFile, ComesBackAsItWas) {
    auto const text = to_json(sample());
    auto const read = replay_from_json(text);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->script, sample().script);
    EXPECT_EQ(read->keys, sample().keys);
    EXPECT_EQ(read->target, Role::client);
    EXPECT_EQ(read->what, "goes on");
    auto const json = nlohmann::json::parse(text);
    EXPECT_EQ(json["format"], "wsspec-replay/1");
    EXPECT_EQ(json["steps"].size(), sample().script.size());
    EXPECT_NE(json["notation"].get<std::string>().find("half_close()"), std::string::npos);
}

TEST(ReplayFile, WhatIsNoneIsRefusedWithThePlace) {
    auto const error_of = [](const std::string& text) {
        auto const read = replay_from_json(text);
        return read ? std::string("read") : read.error();
    };
    auto const with = [](const char* name, const nlohmann::json& value) {
        auto json = nlohmann::json::parse(to_json(sample()));
        json[name] = value;
        return json.dump();
    };
    EXPECT_NE(error_of("").find("not JSON"), std::string::npos);
    EXPECT_NE(error_of("[]").find("not an object"), std::string::npos);
    EXPECT_NE(error_of("{}").find("\"format\" is missing"), std::string::npos);
    EXPECT_NE(error_of(with("format", "wsspec-replay/2")).find("format: "), std::string::npos);
    EXPECT_NE(error_of(with("role", "proxy")).find("role: "), std::string::npos);
    EXPECT_NE(error_of(with("keys", 1)).find("keys: "), std::string::npos);
    EXPECT_NE(error_of(with("keys", "-1")).find("keys: "), std::string::npos);
    EXPECT_NE(error_of(with("script", "0")).find("script: "), std::string::npos);
    EXPECT_NE(error_of(with("script", "zz")).find("script: "), std::string::npos);
    EXPECT_NE(error_of(with("script", "")).find("script: "), std::string::npos);
    EXPECT_NE(error_of(with("script", "7f00")).find("script: "), std::string::npos);
    EXPECT_NE(error_of(with("what", 5)).find("what: "), std::string::npos);
    std::string const deep = std::string(100000, '[');
    EXPECT_NE(error_of(deep + std::string(100000, ']')).find("nested"), std::string::npos);
}

/// What people may have taken out of it is not needed.
TEST(ReplayFile, NeedsNoMoreThanIsPlayed) {
    EXPECT_TRUE(replay_from_json(R"({"format": "wsspec-replay/1", "role": "server", "keys": "0", "script": "01"})"));
}

TEST(ReplayFile, AnyOctetsAreSomeScriptInBoundedTime) {
    std::string script = "01";
    for (unsigned i = 0; i < 4000; ++i) script += "0123456789abcdef"[i * 7919 % 16];
    auto const read = replay_from_json(R"({"format": "wsspec-replay/1", "role": "server", "keys": "0", "script": ")" +
                                       script + "\"}");
    EXPECT_TRUE(read) << read.error();
}

}  // namespace
}  // namespace wsspec
