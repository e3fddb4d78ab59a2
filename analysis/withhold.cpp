#include "analysis/withhold.h"

#include <algorithm>
#include <map>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// True where a reader who knows the group's total, and that hidden primary counts are below the threshold, can work out a
/// hidden count. `first` members of `order` are hidden; those from `small` on are hidden although they are not small.
bool can_be_worked_out(std::span<const std::int64_t> counts, const std::vector<std::size_t>& hidden, std::int64_t threshold) {
    if (hidden.empty()) return false;
    if (hidden.size() == 1) return true;
    std::int64_t sum = 0;
    bool         any_large = false;
    for (const std::size_t i : hidden) {
        sum += counts[i];
        any_large |= counts[i] >= threshold;
    }
    if (any_large) return false;  // a hidden large count has no known upper bound: the others may take any value
    // All are small: 0 .. threshold - 1 each. The ends of the range of sums give every value away, but all zero has no victim.
    return sum != 0 && sum == static_cast<std::int64_t>(hidden.size()) * (threshold - 1);
}

}  // namespace

Withheld withhold_small_counts(std::span<const std::int64_t> counts, std::span<const double> base, std::span<const std::int32_t> group,
                               std::int64_t threshold) {
    GEO_EXPECTS(counts.size() == base.size() && counts.size() == group.size());
    Withheld out{std::vector<bool>(counts.size()), std::vector<double>(counts.size())};
    std::map<std::int32_t, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        out.hidden[i] = counts[i] < threshold;
        groups[group[i]].push_back(i);
    }
    for (auto& [id, members] : groups) {
        // The smallest shown counts are hidden next: they cost the least; ties go to the lower row.
        std::ranges::stable_sort(members, {}, [&](std::size_t i) { return counts[i]; });
        std::vector<std::size_t> hidden;
        for (const std::size_t i : members) {
            if (out.hidden[i]) hidden.push_back(i);
        }
        for (std::size_t next = hidden.size(); next < members.size() && can_be_worked_out(counts, hidden, threshold); ++next) {
            out.hidden[members[next]] = true;
            hidden.push_back(members[next]);
        }
    }
    double pool = 0, pool_base = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (!out.hidden[i]) continue;
        pool += static_cast<double>(counts[i]);
        pool_base += base[i];
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        out.pooled[i] = !out.hidden[i] ? static_cast<double>(counts[i]) : pool_base > 0 ? pool * base[i] / pool_base : 0;
    }
    return out;
}

}  // namespace gapmap
