#include "runner/growth.h"

#include <fmt/format.h>

#include <cmath>

namespace wsspec {

namespace {

/// Halfway between n log n, which looks like 1.1 to 1.2 at these sizes, and n squared lies 1.6.
constexpr double clearly_above_linear = 1.6;
/// Shorter times are those of sockets, schedulers and other programs of the machine.
constexpr double long_enough_s = 1.0;

std::string in_words(const std::vector<GrowthPoint>& points) {
    std::string out;
    for (const auto& point : points)
        out += fmt::format("{}{} in {:.3g} s", out.empty() ? "" : ", ", point.size, point.seconds);
    return out;
}

}  // namespace

std::optional<double> exponent_of(const std::vector<GrowthPoint>& points) {
    if (points.size() < 3) return std::nullopt;
    double x = 0, y = 0, xx = 0, xy = 0;
    for (const auto& point : points) {
        if (point.size == 0 || point.seconds <= 0) return std::nullopt;
        double const a = std::log(static_cast<double>(point.size));
        double const b = std::log(point.seconds);
        x += a;
        y += b;
        xx += a * a;
        xy += a * b;
    }
    double const n = static_cast<double>(points.size());
    double const spread = n * xx - x * x;
    if (spread <= 0) return std::nullopt;
    return (n * xy - x * y) / spread;
}

std::optional<Finding> judge_growth(const Growth& growth, const std::vector<GrowthPoint>& points) {
    // The first sizes drown in what every connection costs: the last three say how it goes on.
    if (points.size() < 3) return std::nullopt;
    std::vector<GrowthPoint> const last(points.end() - 3, points.end());
    auto const exponent = exponent_of(last);
    bool const grows = last[0].seconds < last[1].seconds && last[1].seconds < last[2].seconds;
    if (!exponent || *exponent < clearly_above_linear || !grows || last.back().seconds < long_enough_s)
        return std::nullopt;
    return Finding{Grade::non_strict, growth.requirement,
                   fmt::format("takes a time that grows with the power {:.1f} of the {}: {}", *exponent, growth.of,
                               in_words(points))};
}

}  // namespace wsspec
