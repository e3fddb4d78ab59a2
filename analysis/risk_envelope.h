#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/density.h"
#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"

namespace gapmap {

struct RiskEnvelopeOptions {
    Kernel        kernel = Kernel::quartic;
    Bandwidth     bandwidth;              ///< REQUIRES > 0
    double        least_at_risk = 0.25;   ///< expected cases within a kernel's radius below which a place is not looked at: there one case would be a finding
    std::uint32_t replications = 999;     ///< REQUIRES >= 1
    Seed          seed{};
};

/// Where the density of cases exceeds that of the people at risk, tested for the map as a whole.
struct RiskEnvelope {
    std::vector<double> excess;  ///< T(u) = (f(u) - g(u)) / sqrt(g(u)), f and g densities of integral 1; NaN where too few are at risk
    std::vector<double> p;       ///< one-sided, for the map as a whole: (1 + replications whose largest T is at least T(u)) / (1 + replications)
    Status              status = Status::ok;
    std::string_view    reason;  ///< why there is no p; empty where there is one
};

/// Meaning: were every person at equal risk, the chance that any place at all has p <= alpha is at most alpha. So a map coloured where p <= alpha is wrong
/// in alpha of the weeks, however many places it has. Replications draw as many cases from the people at risk, with replacement.
/// Domain: missing points do not count. No case, or nobody at risk: status and reason. REQUIRES one weight >= 0 a person's point.
/// Cost: replications x (places + cases x places in reach). The same for any number of threads.
/// Source: Kelsall & Diggle 1995 for the ratio; the maximum over the map as a reference: Westfall & Young 1993, Kulldorff 1997.
[[nodiscard]] RiskEnvelope risk_envelope(PointsView<Planar> cases, PointsView<Planar> people, std::span<const double> people_weights, PointsView<Planar> places,
                                         const RiskEnvelopeOptions& options, const Execution& exec = {});

}  // namespace gapmap
