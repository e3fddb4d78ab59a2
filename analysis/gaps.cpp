#include "analysis/gaps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {

Gaps rank_gaps(std::span<const double> rate, std::span<const std::int64_t> people_at_risk, std::span<const double> coverage,
               std::span<const std::int64_t> households, const GapOptions& options) {
    const std::size_t n = rate.size();
    GEO_EXPECTS(people_at_risk.size() == n && coverage.size() == n && households.size() == n);
    Gaps out{std::vector<double>(n, std::numeric_limits<double>::quiet_NaN()), std::vector<Status>(n, Status::ok), std::vector<std::int32_t>(n, 0)};
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < n; ++i) {
        if (households[i] == 0 || !std::isfinite(rate[i]) || !std::isfinite(coverage[i])) {
            out.status[i] = Status::missing;
        } else if (households[i] < options.min_households || people_at_risk[i] < options.min_people) {
            out.status[i] = Status::too_few;
        } else {
            out.score[i] = rate[i] * static_cast<double>(people_at_risk[i]) * (1 - coverage[i]);
            order.push_back(i);
        }
    }
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return out.score[a] > out.score[b]; });
    for (std::size_t r = 0; r < order.size(); ++r) out.rank[order[r]] = static_cast<std::int32_t>(r + 1);
    return out;
}

}  // namespace gapmap
