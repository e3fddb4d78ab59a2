#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/status.h"

namespace gapmap {

/// The gap of each unit: expected preventable harm.
struct Gaps {
    std::vector<double>       score;   ///< cases a period that full coverage could have met; NaN where status is not ok
    std::vector<Status>       status;
    std::vector<std::int32_t> rank;    ///< 1 = worst; 0 where status is not ok
};

struct GapOptions {
    std::int64_t min_people     = 50;  ///< people at risk; below: too_few
    std::int64_t min_households = 20;  ///< below: too_few
};

/// score = rate * people at risk * (1 - effective coverage). A unit without households is `missing`, a small one `too_few`: both
/// are statuses, never low ranks. Ties go to the lower row. REQUIRES equal lengths; coverage in [0, 1].
[[nodiscard]] Gaps rank_gaps(std::span<const double> rate, std::span<const std::int64_t> people_at_risk, std::span<const double> coverage,
                             std::span<const std::int64_t> households, const GapOptions& options);

}  // namespace gapmap
