#pragma once
// What the global and local statistics share: the units that have a value, in an order that does not depend on the order of rows.
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "analysis/autocorrelation.h"

namespace gapmap {

/// The units with a value, and the weights among them.
struct Units {
    std::vector<std::uint32_t> rows;      ///< of the input
    SpatialWeights             weights;   ///< among units, styled
    std::size_t                isolates = 0, missing = 0;
    bool                       self = false;  ///< a unit names itself
    [[nodiscard]] std::size_t size() const noexcept { return rows.size(); }
};
[[nodiscard]] Units units_of(const std::vector<bool>& has_value, const SpatialWeights& weights, WeightStyle style);
[[nodiscard]] std::vector<bool> has_value(std::span<const double> x);

/// Values of the units as deviations from their mean, with sums of powers. Sums run over the values in rising order, so that the order of rows changes no bit.
struct Deviations {
    double                     mean = 0, p2 = 0, p3 = 0, p4 = 0;
    std::vector<double>        z;       ///< by unit
    std::vector<double>        sorted;  ///< rising
    std::vector<double>        lag;     ///< sum_j w_ij z_j by unit, itself left out
    std::vector<std::uint32_t> order;   ///< unit by rank: by z, then by lag, degree and row
    [[nodiscard]] std::size_t size() const noexcept { return z.size(); }
    [[nodiscard]] bool        all_equal() const noexcept { return sorted.empty() || sorted.front() == sorted.back(); }
};
[[nodiscard]] Deviations deviations(std::span<const double> x, const Units& units, const Execution& exec);

/// S0 = sum w, S1 = 1/2 sum (w_ij + w_ji)^2, S2 = sum_i (w_i. + w_.i)^2. Source: Cliff & Ord 1981.
struct WeightSums {
    double s0 = 0, s1 = 0, s2 = 0;
};

/// Each pair of linked units once, as ranks, with w_ij + w_ji: sum_ij w_ij f(i, j) = sum over pairs of weight f, for symmetric f.
struct Pairs {
    std::vector<std::size_t>   offsets{0};
    std::vector<std::uint32_t> second;
    std::vector<double>        weight;
    WeightSums                 sums;
};
/// REQUIRES no unit its own neighbour.
[[nodiscard]] Pairs pairs_of(const SpatialWeights& weights, std::span<const std::uint32_t> order);

/// The statistic of each of M permutations: `statistic(values)` of the sorted values laid over the ranks at random. In parallel.
using OfLayout = std::function<double(std::span<const std::uint32_t> layout)>;
[[nodiscard]] std::vector<double> permuted(std::size_t n, const GlobalOptions& options, const Execution& exec, const OfLayout& statistic);

/// Counts and moments of permuted statistics into `test`, whose statistic, expectation and variance are set. Ties: within 1e-12 of their scale.
void rank_among(GlobalTest& test, std::span<const double> permuted);

/// Two-sided p of a standard normal z; NaN of NaN.
[[nodiscard]] double two_sided_p(double z) noexcept;

/// What keeps a global statistic from having a value, before it is computed.
[[nodiscard]] GlobalTest start_of(const Units& units);
[[nodiscard]] Undefined  obstacle(const Units& units, const Deviations& values);

}  // namespace gapmap
