#include "runner/growth.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wsspec {
namespace {

std::vector<GrowthPoint> power(double exponent, double seconds_at_the_end) {
    std::vector<GrowthPoint> points;
    for (std::uint64_t const size : {65536U, 131072U, 262144U, 524288U, 1048576U})
        points.push_back({size, seconds_at_the_end * std::pow(static_cast<double>(size) / 1048576.0, exponent)});
    return points;
}

Growth const octets_of_a_field{.of = "octets of a field", .sizes = {}, .requirement = "R6455-10.1-1"};

TEST(Growth, IsTheSlopeOnLogLogPaper) {
    for (double const exponent : {0.0, 1.0, 1.5, 2.0, 3.0})
        EXPECT_NEAR(exponent_of(power(exponent, 4)).value_or(-1), exponent, 1e-9);
    EXPECT_FALSE(exponent_of({{1, 1}, {2, 2}}));
    EXPECT_FALSE(exponent_of({{1, 1}, {2, 0}, {3, 1}}));
    EXPECT_FALSE(exponent_of({{0, 1}, {2, 1}, {3, 1}}));
    EXPECT_FALSE(exponent_of({{7, 1}, {7, 1}, {7, 1}}));
}

TEST(Growth, IsJudgedOnlyWhereItIsClearAndLong) {
    EXPECT_TRUE(judge_growth(octets_of_a_field, power(2, 4)));
    EXPECT_TRUE(judge_growth(octets_of_a_field, power(1.7, 1.1)));
    EXPECT_FALSE(judge_growth(octets_of_a_field, power(1, 4)));
    EXPECT_FALSE(judge_growth(octets_of_a_field, power(1.3, 4)));
    EXPECT_FALSE(judge_growth(octets_of_a_field, power(2, 0.4)));
    EXPECT_FALSE(judge_growth(octets_of_a_field, {{1, 1}, {2, 4}}));
}

TEST(Growth, IsNotJudgedWhereTheLargestIsRefused) {
    auto points = power(2, 4);
    points.back().seconds = 0.01;
    EXPECT_FALSE(judge_growth(octets_of_a_field, points));
}

TEST(Growth, NamesFigures) {
    auto const said = judge_growth(octets_of_a_field, power(2, 4));
    ASSERT_TRUE(said);
    EXPECT_EQ(said->grade, Grade::non_strict);
    EXPECT_EQ(said->requirement, "R6455-10.1-1");
    EXPECT_NE(said->what.find("the power 2.0 of the octets of a field"), std::string::npos) << said->what;
    EXPECT_NE(said->what.find("1048576 in 4 s"), std::string::npos) << said->what;
}

}  // namespace
}  // namespace wsspec
