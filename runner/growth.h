// How time grows with size: the exponent of the power law that fits best. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cases/case.h"
#include "reference/judge.h"
#include "reports/run.h"

namespace wsspec {

/// The slope of the straight line through the points on log-log paper (least squares): 1 is linear, 2 quadratic.
/// Nothing with fewer than three points, or where a time is not above zero.
std::optional<double> exponent_of(const std::vector<GrowthPoint>& points);

/// What has to be said: the time grows clearly faster than the size, and the last times are long enough to be the
/// target's own.
std::optional<Finding> judge_growth(const Growth& growth, const std::vector<GrowthPoint>& points);

}  // namespace wsspec
