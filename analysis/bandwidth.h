#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/kernel.h"
#include "analysis/window.h"
#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Rules for the smoothing of a density. Each gives the standard deviation (sigma) of a Gaussian in planar units; bandwidth_of_sigma turns it into the radius of
/// another kernel of equal spread. Missing points (NaN) are left out; weights play no part: the rules look at where points lie.

/// Silverman's rule of thumb in the plane: n^(-1/6) times the smaller of the mean standard deviation (divisor n - 1) and the mean interquartile range / 1.34 of
/// the axes (quantiles by linear interpolation, R's type 7; a range of 0 is not used). NaN for fewer than 2 points, 0 where all lie at one place.
/// Source: Silverman 1986, 4.3.2. Equal to sparr's NS.
[[nodiscard]] double silverman_sigma(PointsView<Planar> points);

/// The most smoothing that any density of this spread needs: (10000 / 6144)^(1/6) times Silverman's scale times n_star^(-1/6).
/// `n_star`: number of points, or the geometric mean of two numbers for a bandwidth that two samples share. Source: Terrell 1990; equal to sparr's OS.
[[nodiscard]] double oversmoothed_sigma(PointsView<Planar> points, double n_star);

/// What a search over candidates found.
struct BandwidthSearch {
    double              sigma = 0;      ///< best candidate; NaN where none has a criterion
    bool                at_end = false; ///< the best is the first or last candidate: the range decided, not the data
    std::vector<double> candidates, criterion;
};

/// The candidates of likelihood and Cronie-van Lieshout selection: `steps` in geometric progression from the smallest distance > 0 between two points to half
/// the window's diameter. Empty where no two points lie apart. Cost: O(n) on average. Source: spatstat's bw.ppl and bw.CvL.
[[nodiscard]] std::vector<double> sigma_candidates(PointsView<Planar> points, const Window& window, std::size_t steps = 16);

/// Likelihood cross-validation: the candidate with the largest sum of log lambda_-i(x_i), the Gaussian density at each point without itself, divided by the edge
/// factor there. Points outside the window do not count. Cost: O(candidates n^2): 10,000 points about 2 s on two cores.
/// Source: Loader 1999; equal to spatstat's bw.ppl. REQUIRES candidates > 0.
[[nodiscard]] BandwidthSearch likelihood_bandwidth(PointsView<Planar> points, const Window& window, std::span<const double> candidates, const Execution& exec = {});

/// Cronie and van Lieshout: the candidate for which the sum of 1 / lambda(x_i), itself included and without edge correction, is nearest to the window's area.
/// Cost: as above. Source: Cronie & van Lieshout 2018; equal to spatstat's bw.CvL.
[[nodiscard]] BandwidthSearch cronie_van_lieshout_bandwidth(PointsView<Planar> points, const Window& window, std::span<const double> candidates,
                                                            const Execution& exec = {});

/// Diggle's rule: sigma = h / 2 where h minimises the mean squared error of counting in discs of radius h,
/// M(h) = (1 / lambda - 2 K(h)) / (pi h^2) + (pi h^2)^-2 times the integral of the overlap of two such discs over dK, for a Cox process with Ripley's K.
/// K is taken at 512 distances up to a quarter of the window's shorter side, or sqrt(1000 / (pi lambda)) if that is less; edge correction of K: isotropic (n < 1000), translation
/// (n < 3000), border (n < 100,000), else none.
/// Error: K of a polygon by translation uses its covariogram on 256 cells a side (below 1 %). Cost: pairs within that distance.
/// Source: Diggle 1985; Berman & Diggle 1989; equal to spatstat's bw.diggle. Empty where fewer than 2 points lie in the window.
[[nodiscard]] BandwidthSearch diggle_bandwidth(PointsView<Planar> points, const Window& window, const Execution& exec = {});

/// For a relative risk: the candidate under which each case and each control is best told from its neighbours: the largest sum of log p_-i of the own kind, where
/// p_-i(case) = sum over other cases / sum over all others of the Gaussian. A point that has no other within reach, or none of its kind, counts with p = 1e-300.
/// Cost: as above. Source: Kelsall & Diggle 1998, likelihood cross-validation.
[[nodiscard]] BandwidthSearch joint_bandwidth(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> candidates, const Execution& exec = {});

}  // namespace gapmap
