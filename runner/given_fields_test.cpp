#include "runner/given_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wsspec {
namespace {

using testing::HasSubstr;

TEST(GivenFields, MayBeWhateverHttpAllows) {
    EXPECT_EQ(wrong_in({}, "", {}), std::nullopt);
    EXPECT_EQ(wrong_in({"Cookie: a=b", "X-Empty:", "Authorization:Bearer x", "X-Tab: a\tb", "X-Wide: \xc3\xbc"},
                       "https://example.org", {"chat", "v1.example"}),
              std::nullopt);
}

TEST(GivenFields, AreOneLineEach) {
    for (const char* line :
         {"no colon", ": x", "A b: x", "A : x", "A: b\r\nC: d", "A: b\nC: d", "A: \x1b[2J", "\xc3\xbc: x"})
        EXPECT_THAT(wrong_in({"Good: one", line}, "", {}).value_or(""), HasSubstr("--header")) << line;
    EXPECT_THAT(wrong_in({}, "a\r\nb", {}).value_or(""), HasSubstr("--origin"));
    for (const char* name : {"", "a b", "a,b", "a\r\nb"})
        EXPECT_THAT(wrong_in({}, "", {"chat", name}).value_or(""), HasSubstr("--subprotocol")) << name;
    EXPECT_THAT(wrong_in({"A: \x1b[2J"}, "", {}).value_or(""), HasSubstr("\\x1b[2J")) << "for a terminal";
}

}  // namespace
}  // namespace wsspec
