#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/weights.h"
#include "geo/core/draws.h"
#include "geo/core/exec.h"

namespace gapmap {

/// How the global statistics of autocorrelation are run. Weights are handed over raw: the style is applied after units without a value have been left out.
struct GlobalOptions {
    WeightStyle   style        = WeightStyle::row_standardised;
    std::uint32_t permutations = 999;  ///< 0: no permutation test
    Seed          seed{};              ///< same seed, same result, for any number of threads
};

/// Why a statistic has no value.
enum class Undefined {
    no,
    too_few_units,   ///< the moments need four units that have a value (three in a neighbourhood statistic)
    all_equal,       ///< the variance of the values is 0
    out_of_range,    ///< fourth powers of the deviations overflow, or are all 0
    no_links,        ///< no unit with a value has a neighbour with one
    not_positive,    ///< the statistic needs values >= 0 that are not all 0
    self_links,      ///< a unit is its own neighbour, which the moments do not allow for
};
[[nodiscard]] std::string_view sentence(Undefined why) noexcept;

/// One global statistic with its tests. NaN where undefined.
struct GlobalTest {
    double        statistic = std::numeric_limits<double>::quiet_NaN();
    double        expected = statistic, variance = statistic, z = statistic;  ///< under randomisation: all ways to lay the values over the units
    double        variance_normality = statistic, z_normality = statistic;    ///< the values as a normal sample; where the statistic has that
    std::uint32_t at_least = 0, at_most = 0;                                  ///< permutations with a statistic >=, <= the one seen; ties within 1e-12 count in both
    double        permuted_mean = statistic, permuted_variance = statistic;
    std::size_t   units = 0, links = 0, isolates = 0, missing = 0;  ///< units with a value; directed links among them; those without a neighbour; units without a value
    Undefined     undefined = Undefined::no;
};

/// Moran's I = (n / S0) sum_ij w_ij z_i z_j / sum z^2, z the deviations from the mean.
/// Meaning: near -1 / (n - 1) without autocorrelation, above it where neighbours are alike. Units without a neighbour count in n, the mean and the variance (Cliff & Ord);
/// spdep's adjust.n takes them off n. x NaN: no value, the unit is left out with its links.
/// Error: rounding, sums in order of the values. Cost: O(links) and O(permutations (n + links)).
/// Source: Moran 1950; both variances Cliff & Ord 1981, chapter 2.
[[nodiscard]] GlobalTest moran(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options = {}, const Execution& exec = {});

/// Geary's C = (n - 1) sum_ij w_ij (x_i - x_j)^2 / (2 S0 sum z^2). Meaning: 1 without autocorrelation, below it where neighbours are alike.
/// z = (expected - C) / sd: positive where neighbours are alike, as for Moran's. Source: Geary 1954; Cliff & Ord 1981.
[[nodiscard]] GlobalTest geary(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options = {}, const Execution& exec = {});

/// Getis-Ord G = sum_ij w_ij x_i x_j / sum_{i != j} x_i x_j. Meaning: above its expectation where high values lie together, below it where low ones do.
/// Domain: x >= 0. Variance by exact moments of the permutation distribution, from deviations (no digits lost far from 0). Source: Getis & Ord 1992.
[[nodiscard]] GlobalTest general_g(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options = {}, const Execution& exec = {});

/// How the colours of a join count came about.
enum class Sampling {
    nonfree,  ///< the numbers of black and white units are as they are, their places are random
    free,     ///< each unit is black with probability p, independently
};
struct JoinCountOptions : GlobalOptions {
    Sampling sampling = Sampling::nonfree;
    double   p        = std::numeric_limits<double>::quiet_NaN();  ///< of free sampling; NaN: the share of black units
};
struct JoinCounts {
    GlobalTest bb, bw, ww;
    std::size_t black = 0, white = 0;
};
/// Join counts: BB = 1/2 sum w_ij b_i b_j, BW = 1/2 sum w_ij (b_i - b_j)^2, WW = 1/2 sum w_ij (1 - b_i)(1 - b_j). Domain: x is 0 (white) or 1 (black), NaN: no value.
/// With weights of 1 a pair these are numbers of joins. Permutations keep the numbers of black and white. Source: Moran 1948; Cliff & Ord 1981.
[[nodiscard]] JoinCounts join_counts(std::span<const double> x, const SpatialWeights& weights, const JoinCountOptions& options = {}, const Execution& exec = {});

/// Lee's L = (n / sum_i (sum_j w_ij)^2) sum_i lag_i(zx) lag_i(zy) / sqrt(sum zx^2 sum zy^2): Pearson's r of the neighbourhood means, shrunk by what smoothing took away.
/// Expectation and variance are those of all ways to lay the pairs (x_i, y_i) over the units. A unit needs both values.
/// Cost: O(sum of squared degrees). Source: Lee 2001 (J. Geogr. Syst. 3); moments by counting coincidences of indices, as Lee 2004 does.
[[nodiscard]] GlobalTest lee(std::span<const double> x, std::span<const double> y, const SpatialWeights& weights, const GlobalOptions& options = {}, const Execution& exec = {});

/// Rates as deviations that allow for unequal bases: (r_i - m) / sqrt(s2 + m / P_i), m and s2 the prior of empirical_bayes(). NaN where the base is 0 or a value is missing;
/// all NaN where nothing happened (m = 0). Moran's I of them is the empirical-Bayes index. REQUIRES cases, base >= 0. Source: Assuncao & Reis 1999.
[[nodiscard]] std::vector<double> empirical_bayes_deviates(std::span<const double> cases, std::span<const double> base);

}  // namespace gapmap
