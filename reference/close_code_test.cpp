#include "reference/close_code.h"

#include <gtest/gtest.h>

#include <vector>

#include "reference/requirements.h"

namespace wsspec {
namespace {

/// RFC 6455 sections 7.4.1 and 7.4.2 and the IANA registry, as ranges that leave no gap.
struct Range {
    unsigned from;
    unsigned to;
    CloseCodeClass code_class;
    bool may_be_sent;
    std::string_view requirement;
};
std::vector<Range> const ranges = {
    {0, 999, CloseCodeClass::unused, false, "R6455-7.4.2-1"},
    {1000, 1003, CloseCodeClass::legal, true, ""},
    {1004, 1004, CloseCodeClass::reserved, false, "R6455-7.4.1-4"},
    {1005, 1005, CloseCodeClass::never_on_wire, false, "R6455-7.4.1-5"},
    {1006, 1006, CloseCodeClass::never_on_wire, false, "R6455-7.4.1-6"},
    {1007, 1011, CloseCodeClass::legal, true, ""},
    {1012, 1014, CloseCodeClass::registered_later, true, ""},
    {1015, 1015, CloseCodeClass::never_on_wire, false, "R6455-7.4.1-14"},
    {1016, 2999, CloseCodeClass::unassigned, false, "R6455-7.4.2-2"},
    {3000, 4999, CloseCodeClass::legal, true, ""},
    {5000, 65535, CloseCodeClass::out_of_range, false, "R6455-7.4.2-5"},
};

TEST(CloseCode, EveryOneOf65536HasItsClass) {
    unsigned next = 0;
    for (const auto& range : ranges) {
        ASSERT_EQ(range.from, next) << "the table has a gap";
        for (; next <= range.to; ++next) {
            auto const code = static_cast<std::uint16_t>(next);
            ASSERT_EQ(classify(code), range.code_class) << code;
            ASSERT_EQ(may_be_sent(code), range.may_be_sent) << code;
            ASSERT_EQ(broken_requirement(classify(code), code), range.requirement) << code;
        }
    }
    EXPECT_EQ(next, 65536U);
}

TEST(CloseCode, BrokenRequirementsAreInTheCatalogue) {
    for (const auto& range : ranges)
        EXPECT_EQ(find_requirement(range.requirement) == nullptr, range.requirement.empty()) << range.requirement;
}

TEST(CloseCode, NamesHaveTheNumbersOfTheRegistry) {
    EXPECT_EQ(number(CloseCode::normal), 1000);
    EXPECT_EQ(number(CloseCode::going_away), 1001);
    EXPECT_EQ(number(CloseCode::protocol_error), 1002);
    EXPECT_EQ(number(CloseCode::unsupported_data), 1003);
    EXPECT_EQ(number(CloseCode::no_status_received), 1005);
    EXPECT_EQ(number(CloseCode::abnormal_closure), 1006);
    EXPECT_EQ(number(CloseCode::invalid_payload), 1007);
    EXPECT_EQ(number(CloseCode::policy_violation), 1008);
    EXPECT_EQ(number(CloseCode::message_too_big), 1009);
    EXPECT_EQ(number(CloseCode::mandatory_extension), 1010);
    EXPECT_EQ(number(CloseCode::internal_error), 1011);
    EXPECT_EQ(number(CloseCode::service_restart), 1012);
    EXPECT_EQ(number(CloseCode::try_again_later), 1013);
    EXPECT_EQ(number(CloseCode::bad_gateway), 1014);
    EXPECT_EQ(number(CloseCode::tls_handshake), 1015);
}

TEST(CloseCode, EachRegisteredOneHasAName) {
    EXPECT_EQ(close_code_name(1000), "normal closure");
    EXPECT_EQ(close_code_name(1001), "going away");
    EXPECT_EQ(close_code_name(1002), "protocol error");
    EXPECT_EQ(close_code_name(1003), "unsupported data");
    EXPECT_EQ(close_code_name(1005), "no status received");
    EXPECT_EQ(close_code_name(1006), "abnormal closure");
    EXPECT_EQ(close_code_name(1007), "invalid payload data");
    EXPECT_EQ(close_code_name(1008), "policy violation");
    EXPECT_EQ(close_code_name(1009), "message too big");
    EXPECT_EQ(close_code_name(1010), "mandatory extension");
    EXPECT_EQ(close_code_name(1011), "internal error");
    EXPECT_EQ(close_code_name(1012), "service restart");
    EXPECT_EQ(close_code_name(1013), "try again later");
    EXPECT_EQ(close_code_name(1014), "bad gateway");
    EXPECT_EQ(close_code_name(1015), "TLS handshake");
}

TEST(CloseCode, OthersHaveNone) {
    for (std::uint16_t const code :
         std::initializer_list<std::uint16_t>{0, 999, 1004, 1016, 2999, 3000, 4999, 5000, 65535})
        EXPECT_EQ(close_code_name(code), "") << code;
}

}  // namespace
}  // namespace wsspec
