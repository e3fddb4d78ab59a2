#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geo/core/draws.h"

namespace gapmap {

/// Lot quality assurance: n households of a lot (a village) are asked, and it passes where at least d of them are covered.
/// It sorts lots into two heaps with known risks; it estimates nothing.
struct LqasOptions {
    double       p_low  = 0.5;   ///< a lot covered so little or less should fail. REQUIRES in [0, p_high)
    double       p_high = 0.8;   ///< a lot covered so much or more should pass. REQUIRES in (p_low, 1]
    double       alpha  = 0.1;   ///< greatest risk of failing a lot at p_high. REQUIRES in (0, 1)
    double       beta   = 0.1;   ///< greatest risk of passing a lot at p_low. REQUIRES in (0, 1)
    std::int64_t lot    = 0;     ///< households of the lot, drawn without replacement; 0: so many that it does not matter
    std::int64_t n_max  = 2000;  ///< larger samples are not looked for. REQUIRES >= 1
};

struct LqasPlan {
    std::int64_t n = 0;  ///< households to ask
    std::int64_t d = 0;  ///< pass where at least so many are covered
    double       alpha = 0, beta = 0;  ///< the risks that this plan really has
};

/// Least n for which some d keeps both risks; among its d the one whose larger risk, in units of what is allowed, is least, then the
/// lower. Exact: binomial, hypergeometric where `lot` is given (p_low rounded down to whole households, p_high up). Nothing where
/// no n up to n_max and the lot will do. Cost: O(n^2). Source: Lemeshow & Taber 1991.
[[nodiscard]] std::optional<LqasPlan> plan_lqas(const LqasOptions& options);

/// Probability that a lot covered to `share` passes: the operating characteristic. With a lot, the share is rounded to whole
/// households. REQUIRES shares in [0, 1], n <= lot where there is one.
[[nodiscard]] std::vector<double> pass_probability(const LqasPlan& plan, std::span<const double> shares, std::int64_t lot = 0);

/// The same for households asked in clusters, whose answers resemble each other.
struct ClusterLqasOptions {
    LqasOptions  risks{};            ///< `lot` is not used
    std::int64_t per_cluster = 6;    ///< households a cluster. REQUIRES >= 1
    double       icc         = 0.1;  ///< intra-class correlation of the beta-binomial. REQUIRES in [0, 1]
};
struct ClusterLqasPlan {
    std::int64_t clusters = 0;
    LqasPlan     plan;  ///< n = clusters * per_cluster
};

/// Number of covered households in `clusters` clusters: a sum of independent beta-binomials. Cost: O(n^2).
[[nodiscard]] std::vector<double> cluster_pmf(std::int64_t clusters, std::int64_t per_cluster, double p, double icc);

/// Least number of clusters, chosen as in plan_lqas. Nothing where no n up to n_max will do: with much correlation more clusters
/// are needed, not larger ones. Source: Hedt-Gauthier, Mitsunaga, Hund, Olives & Pagano 2013.
[[nodiscard]] std::optional<ClusterLqasPlan> plan_cluster_lqas(const ClusterLqasOptions& options);

/// Households of each unit in a random order of their own: the first n of a unit are a simple random sample without replacement.
/// A household's place in line depends on the seed and its code only, so rows may come in any order and a unit may gain households
/// without the others being drawn anew. `unit` gives each household's unit or -1 (left out). Returns rows, by unit and then by place
/// in line; a unit with fewer than n gives all. REQUIRES equal lengths, codes distinct within a unit, n >= 0. Cost: O(n log n).
[[nodiscard]] std::vector<std::uint32_t> sample_households(std::span<const std::int32_t> unit, std::span<const std::string> code, std::int64_t n,
                                                           Seed seed);

}  // namespace gapmap
