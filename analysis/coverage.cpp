#include "analysis/coverage.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Visits grouped by household, each group in order of (day, deed).
struct Grouped {
    std::vector<std::uint32_t> first;  ///< households + 1 offsets
    std::vector<std::uint32_t> order;  ///< row numbers
};

Grouped group_by_household(const VisitsView& visits, std::size_t households) {
    Grouped g{std::vector<std::uint32_t>(households + 1), std::vector<std::uint32_t>(visits.household.size())};
    for (const std::uint32_t h : visits.household) {
        GEO_EXPECTS(h < households);
        ++g.first[h + 1];
    }
    std::partial_sum(g.first.begin(), g.first.end(), g.first.begin());
    std::vector<std::uint32_t> next(g.first.begin(), g.first.end() - 1);
    for (std::uint32_t row = 0; row < visits.household.size(); ++row) g.order[next[visits.household[row]]++] = row;
    for (std::size_t h = 0; h < households; ++h) {
        std::sort(g.order.begin() + g.first[h], g.order.begin() + g.first[h + 1], [&](std::uint32_t a, std::uint32_t b) {
            return std::pair{visits.day[a], visits.deed[a]} < std::pair{visits.day[b], visits.deed[b]};
        });
    }
    return g;
}

/// 2^(-age / h) for whole days of age: a table, since ages repeat.
std::vector<double> decay_table(std::int32_t longest_age, double half_life_days) {
    std::vector<double> table(static_cast<std::size_t>(std::max(longest_age, 0)) + 1);
    for (std::size_t age = 0; age < table.size(); ++age) table[age] = std::exp2(-static_cast<double>(age) / half_life_days);
    return table;
}

std::vector<double> decay_table_for(const VisitsView& visits, std::int32_t as_of, const DecayOptions& options) {
    const auto earliest = visits.day.empty() ? as_of : *std::ranges::min_element(visits.day);
    return decay_table(as_of - earliest, options.half_life_days);
}

}  // namespace

HouseholdCoverage household_coverage(const VisitsView& visits, std::size_t households, std::int32_t as_of, const DecayOptions& options) {
    GEO_EXPECTS(options.half_life_days > 0);
    HouseholdCoverage out{std::vector<std::array<bool, deed_count>>(households),
                          std::vector<std::int32_t>(households, HouseholdCoverage::never_reached), std::vector<double>(households)};
    const Grouped             groups = group_by_household(visits, households);
    const std::vector<double> decay  = decay_table_for(visits, as_of, options);
    for (std::size_t h = 0; h < households; ++h) {
        double untouched = 1;
        for (std::uint32_t i = groups.first[h]; i < groups.first[h + 1]; ++i) {
            const std::uint32_t row = groups.order[i];
            if (visits.day[row] > as_of) break;
            const auto deed   = static_cast<std::size_t>(visits.deed[row]);
            out.done[h][deed] = true;
            out.last_day[h]   = visits.day[row];
            untouched *= 1 - options.q[deed] * decay[static_cast<std::size_t>(as_of - visits.day[row])];
        }
        out.effective[h] = 1 - untouched;
    }
    return out;
}

WeeklyCoverage weekly_coverage(const VisitsView& visits, std::span<const std::int32_t> week_ends, std::span<const std::int32_t> unit_of,
                               std::size_t units, const DecayOptions& options, const Execution& exec) {
    WeeklyCoverage out{week_ends.size(), units, std::vector<double>(week_ends.size() * units), std::vector<double>(week_ends.size() * units)};
    if (week_ends.empty()) return out;
    const Grouped             groups = group_by_household(visits, unit_of.size());
    const std::vector<double> decay  = decay_table_for(visits, week_ends.back(), options);
    // One week a task: each writes its own row, so the sums do not depend on threads.
    parallel_chunks(exec, week_ends.size(), 1, [&](std::size_t week, std::size_t) {
        const std::int32_t end       = week_ends[week];
        double*            visited   = out.visited.data() + week * units;
        double*            effective = out.effective.data() + week * units;
        for (std::size_t h = 0; h < unit_of.size(); ++h) {
            if (unit_of[h] < 0) continue;
            double untouched = 1;
            bool   reached   = false;
            for (std::uint32_t i = groups.first[h]; i < groups.first[h + 1]; ++i) {
                const std::uint32_t row = groups.order[i];
                if (visits.day[row] > end) break;
                reached |= visits.deed[row] == Deed::visited;
                untouched *= 1 - options.q[static_cast<std::size_t>(visits.deed[row])] * decay[static_cast<std::size_t>(end - visits.day[row])];
            }
            visited[unit_of[h]] += reached ? 1 : 0;
            effective[unit_of[h]] += 1 - untouched;
        }
    });
    return out;
}

}  // namespace gapmap
