#pragma once
#include <string>
#include <vector>

#include "analysis/zonal.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// The statistics that `zonal --stats` names, as given: their columns keep the names that were asked for.
class ZonalStats {
public:
    /// "count,sum,p90". Throws UsageError listing the names there are.
    explicit ZonalStats(const std::string& list);

    [[nodiscard]] ZonalOptions                    options(CellRule rule) const;
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

    /// One column a statistic. `known`: rows with a polygon that could be placed; the others are blank throughout, and rows without a valid cell in all but counts.
    [[nodiscard]] std::vector<Column> columns(const std::vector<ZonalTally>& tallies, const std::vector<ZonalOrder>& orders, const std::vector<bool>& known) const;

private:
    std::vector<std::string> names_, meanings_;  ///< as asked for; as named here
    std::vector<double>      quantiles_;
};

/// The names that --stats takes, for --help.
[[nodiscard]] std::string zonal_stat_names();

}  // namespace gapmap
