#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/adaptive.h"
#include "geo/core/draws.h"
#include "geo/core/status.h"

namespace gapmap {

/// Which density stands for both in the standard error of a fixed-bandwidth relative risk.
enum class RiskReference { control, pooled };

struct RiskOptions {
    DensityOptions           density;        ///< kernel, the common bandwidth, edge, window; `scale` plays no part
    std::optional<Bandwidth> pilot{};        ///< given: adaptive (Abramson), a pilot for each kind of its own
    double                   trim      = 5;
    RiskReference            reference = RiskReference::control;
    double                   least_controls = 0.001;  ///< fewer controls under the kernel: no value (see RiskAt::controls_here)
};

/// What the densities and pilots sum to over the window; densities are divided by it, so that they integrate to 1.
struct RiskMasses {
    double cases = 0, controls = 0, case_pilot = 0, control_pilot = 0;
};

/// The relative risk at places.
struct RiskAt {
    std::vector<double> case_density, control_density;  ///< each divided by its mass
    std::vector<double> log_risk;                       ///< log(case / control); NaN where no case is in reach
    std::vector<double> standard_error, p;              ///< under equal risk; p one-sided, upper: small where the risk is raised, 1 where no case is in reach
    std::vector<double> p_case;                         ///< sum over cases / sum over all, of the kernels, by weight: the share of cases hereabouts
    std::vector<double> controls_here;                  ///< the control density times the kernel's effective area, h^2 / integral of K^2: controls (of mean weight) under the kernel
    std::vector<Status> status;                         ///< ok; too_few: fewer than `least_controls`, all else NaN; missing: outside the window
};

/// Log relative risk at places, its asymptotic standard error and p.
/// Meaning: rho(u) = log(f(u) / g(u)), f and g edge-corrected kernel densities of cases and controls with one bandwidth.
/// Fixed: var = (1/n_f + 1/n_g) R(u) / (h^2 ref(u)), R(u) the integral of K^2 over the window about u, over e(u)^2.
/// Adaptive, Gaussian only: var = sum over both of gamma^2 2.5 R(u) / (n h0^2), gamma the geometric mean of pilot^(-1/2) (densities), R(u) with the bandwidth at u.
/// n of weighted controls: (sum w)^2 / sum w^2 (Kish). p and standard_error are NaN where adaptive and not Gaussian.
/// Cost: as the densities. Source: Kelsall & Diggle 1995; Hazelton & Davies 2009; Davies & Hazelton 2010.
[[nodiscard]] RiskAt relative_risk_at(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights,
                                      PointsView<Planar> places, const RiskOptions& options, const RiskMasses& masses, const Execution& exec = {});

/// The masses as the cells of a grid sum to them; each is the number (weight) of points where no window is given, or where cells are wider than the
/// bandwidth (half of it for kernels of bounded support): such sums say nothing.
[[nodiscard]] RiskMasses risk_masses(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights, const Grid<Planar>& grid,
                                     const RiskOptions& options, const Execution& exec = {});

/// The same on a grid, its masses taken from its own cells.
struct RiskSurface {
    Raster<Planar> log_risk, p;
    RiskMasses     masses;
    std::size_t    cells = 0, too_few = 0;            ///< inside the window; of them without a value
    double         max_log_risk = 0;                  ///< NaN where no cell has one
};
[[nodiscard]] RiskSurface relative_risk_surface(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights,
                                                const Grid<Planar>& grid, const RiskOptions& options, const Execution& exec = {});

/// p of the surface by simulation under equal risk, one-sided, upper: (1 + simulated >= observed) / (1 + permutations) a cell.
/// Without control weights, labels are dealt anew (as many cases as there were) over all points; with weights, cases are drawn from the control points, each as often as
/// its weight says, and the controls stay. A simulated cell without controls or cases counts by the sign of what is left: no case is below anything, no control above.
/// Source: Kelsall & Diggle 1995. Cost: permutations x two surfaces.
[[nodiscard]] Raster<Planar> relative_risk_tolerance(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights,
                                                     const RiskSurface& observed, const RiskOptions& options, std::uint32_t permutations, Seed seed,
                                                     const Execution& exec = {});

/// Share of cases at each data point without itself, cases first: sum over other cases / sum over all others. No edge factor is needed: it cancels; `diggle` weighs each point.
/// NaN where nothing else lies within reach. Fixed bandwidth. Source: Diggle 2003, 9.3. Cost: O(points x points in reach).
[[nodiscard]] std::vector<double> case_share_without_self(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights,
                                                          const DensityOptions& options, const Execution& exec = {});

}  // namespace gapmap
