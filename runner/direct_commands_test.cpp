#include "runner/direct_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wsspec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Octets> writes(std::string_view json) {
    auto const command = parse_direct_command(json);
    EXPECT_TRUE(command) << json << ": " << command.error();
    return command ? command->writes : std::vector<Octets>();
}

std::string error(std::string_view json) {
    auto const command = parse_direct_command(json);
    return command ? "none" : command.error();
}

TEST(DirectCommands, AFrameIsSentAsItIsAskedFor) {
    EXPECT_THAT(writes(R"(["sendframe", {"opcode": 1, "payload": "Hello"}])"),
                ElementsAre(hex("81 05 48 65 6c 6c 6f")));
    EXPECT_THAT(writes(R"(["sendframe", {"opcode": 2}])"), ElementsAre(hex("82 00")));
    EXPECT_THAT(writes(R"(["sendframe", {"opcode": 11, "fin": false, "rsv": 5, "payload": "a"}])"),
                ElementsAre(hex("5b 01 61")));
    EXPECT_THAT(writes(R"(["sendframe", {"opcode": 1, "payload": "Hello", "mask": "7\u00fa!="}])"),
                ElementsAre(hex("81 85 37 fa 21 3d 7f 9f 4d 51 58")))
        << "the masked example of RFC 6455 section 5.7";
    EXPECT_THAT(
        writes(R"(["sendframe", {"opcode": 1, "payload": "abc", "payload_len": 5, "mask": null, "sync": true}])"),
        ElementsAre(hex("81 05 61 62 63 61 62")));
    EXPECT_THAT(writes(R"(["sendframe", {"opcode": 1, "payload": "abc", "chopsize": 2}])"),
                ElementsAre(hex("81 03"), hex("61 62"), hex("63")));
    EXPECT_EQ(writes(R"(["sendframe", {"opcode": 2, "payload": "*", "payload_len": 65536}])").at(0).size(), 65546U);
}

TEST(DirectCommands, FramesComeInOrder) {
    EXPECT_THAT(
        writes(R"(["sendframes", [{"opcode": 1, "fin": false, "payload": "a"}, {"opcode": 9}, {"opcode": 0}]])"),
        ElementsAre(hex("01 01 61"), hex("89 00"), hex("80 00")));
    EXPECT_TRUE(writes(R"(["sendframes", []])").empty());
}

TEST(DirectCommands, CloseAndEcho) {
    auto const close = parse_direct_command(R"(["close", {"code": 3000, "reason": "so"}])");
    ASSERT_TRUE(close);
    EXPECT_THAT(close->writes, ElementsAre(hex("88 04 0b b8 73 6f")));
    EXPECT_TRUE(close->closes);
    EXPECT_THAT(writes(R"(["close", {}])"), ElementsAre(hex("88 00")));
    EXPECT_TRUE(parse_direct_command(R"(["sendframe", {"opcode": 8}])")->closes);
    EXPECT_FALSE(parse_direct_command(R"(["echo", {"payload": "x"}])")->closes);
    EXPECT_THAT(writes(R"(["echo", {"payload": "ab", "payload_len": 3}])"), ElementsAre(hex("81 03 61 62 61")));
}

TEST(DirectCommands, WhatIsNoneIsExplainedWithinACloseFrame) {
    for (const auto& [json, part] : std::vector<std::pair<std::string, std::string>>{
             {"", "JSON"},
             {"hello", "JSON"},
             {"{}", "JSON list"},
             {R"(["sendframe"])", "JSON list"},
             {R"([1, {}])", "JSON list"},
             {R"(["dance", {}])", "there is no command \"dance\""},
             {R"([")" + std::string(500, 'x') + R"(", {}])", "there is no command"},
             {R"(["sendframe", []])", "needs an object"},
             {R"(["sendframe", {}])", "\"opcode\""},
             {R"(["sendframe", {"opcode": 16}])", "up to 15"},
             {R"(["sendframe", {"opcode": -1}])", "up to 15"},
             {R"(["sendframe", {"opcode": "1"}])", "up to 15"},
             {R"(["sendframe", {"opcode": 1, "rsv": 8}])", "up to 7"},
             {R"(["sendframe", {"opcode": 1, "fin": 1}])", "true or false"},
             {R"(["sendframe", {"opcode": 1, "payload": 1}])", "a text"},
             {R"(["sendframe", {"opcode": 1, "mask": "abc"}])", "four octets"},
             {R"(["sendframe", {"opcode": 1, "mask": "abcde"}])", "four octets"},
             {R"(["sendframe", {"opcode": 1, "mask": "ab\u0100c"}])", "four octets"},
             {R"(["sendframe", {"opcode": 1, "payload_len": 5}])", "to repeat"},
             {R"(["sendframe", {"opcode": 1, "payload": "a", "payload_len": 99999999999}])", "up to 16777216"},
             {R"(["sendframes", {}])", "list of frames"},
             {R"(["sendframes", [1]])", "an object"},
             {R"(["sendframes", [{"opcode": 1, "payload": "a", "payload_len": 16777216}, {"opcode": 1}]])", "16 MiB"},
             {R"(["close", {"code": 70000}])", "up to 65535"},
             {R"(["close", {"reason": "why"}])", "needs a \"code\""},
         }) {
        EXPECT_THAT(error(json), HasSubstr(part)) << json;
        EXPECT_LE(error(json).size(), 123U) << json;
    }
}

}  // namespace
}  // namespace wsspec
