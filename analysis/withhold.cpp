#include "analysis/withhold.h"

#include <algorithm>
#include <map>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// The parts of one total.
class Group {
public:
    Group(std::span<const std::int64_t> counts, std::vector<std::size_t> members, std::int64_t threshold)
        : counts_(counts), members_(std::move(members)), threshold_(threshold) {
        // The smallest shown counts are hidden next: they cost the least; ties go to the lower row.
        std::ranges::stable_sort(members_, {}, [&](std::size_t i) { return counts_[i]; });
    }

    /// Hides more parts until the hidden ones are safe under a known total; false where even hiding all is not enough.
    bool protect(std::vector<bool>& hidden) const {
        if (std::ranges::none_of(members_, [&](std::size_t i) { return hidden[i]; })) return true;
        return hide_until_safe(hidden);
    }

    /// The same where the total itself is hidden: then some part must be.
    void protect_total(std::vector<bool>& hidden) const { (void)hide_until_safe(hidden); }

private:
    bool hide_until_safe(std::vector<bool>& hidden) const {
        std::size_t next = 0;
        while (!is_safe(hidden)) {
            while (next < members_.size() && hidden[members_[next]]) ++next;
            if (next == members_.size()) return false;
            hidden[members_[next]] = true;
        }
        return true;
    }

    [[nodiscard]] bool is_safe(const std::vector<bool>& hidden) const {
        std::int64_t sum = 0, parts = 0;
        bool         any_large = false;
        for (const std::size_t i : members_) {
            if (!hidden[i]) continue;
            ++parts;
            sum += counts_[i];
            any_large |= counts_[i] >= threshold_;
        }
        // All small and their sum the largest that small ones can have: each is known.
        return parts >= 2 && sum >= threshold_ && (any_large || sum < parts * (threshold_ - 1));
    }

    std::span<const std::int64_t> counts_;
    std::vector<std::size_t>      members_;
    std::int64_t                  threshold_;
};

std::vector<bool> small(std::span<const std::int64_t> counts, std::int64_t threshold) {
    std::vector<bool> out;
    for (const std::int64_t count : counts) out.push_back(count < threshold);
    return out;
}

/// `group[i]`: units of which the hidden ones are one pool.
Withheld pooled(const CountLevel& level, std::vector<bool> hidden, const std::vector<std::int32_t>& group) {
    Withheld                            out{std::move(hidden), {}, {}, {}};
    std::map<std::int32_t, std::size_t> pool_of;
    for (std::size_t i = 0; i < out.hidden.size(); ++i) {
        const std::size_t next = out.pool_counts.size();
        const std::size_t pool = out.hidden[i] ? pool_of.try_emplace(group[i], next).first->second : next;
        if (pool == next) {
            out.pool_counts.push_back(0);
            out.pool_base.push_back(0);
        }
        out.pool.push_back(pool);
        out.pool_counts[pool] += static_cast<double>(level.counts[i]);
        out.pool_base[pool] += level.base[i];
    }
    return out;
}

/// The town where it shows its total, else -1.
std::vector<std::int32_t> known_totals(const CountLevel& lower, const std::vector<bool>& town_hidden) {
    std::vector<std::int32_t> group;
    for (const std::int32_t town : lower.parent) group.push_back(town >= 0 && !town_hidden[static_cast<std::size_t>(town)] ? town : -1);
    return group;
}

std::vector<std::size_t> all_rows(std::size_t n) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < n; ++i) rows.push_back(i);
    return rows;
}

}  // namespace

WithheldTable withhold_small_counts(const CountLevel& lower, const CountLevel& upper, std::int64_t total, std::int64_t threshold) {
    GEO_EXPECTS(lower.counts.size() == lower.base.size() && lower.counts.size() == lower.parent.size());
    GEO_EXPECTS(upper.counts.size() == upper.base.size());
    std::vector<bool> low = small(lower.counts, threshold), high = small(upper.counts, threshold);
    std::map<std::int32_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < lower.counts.size(); ++i) members[lower.parent[i]].push_back(i);
    std::map<std::int32_t, Group> villages;
    for (const auto& [town, rows] : members) villages.try_emplace(town, lower.counts, rows, threshold);
    const Group towns(upper.counts, all_rows(upper.counts.size()), threshold);
    const auto  is_town = [&](std::int32_t town) { return town >= 0; };

    for (const auto& [town, group] : villages) {
        const bool safe = group.protect(low);
        if (!safe && is_town(town)) high[static_cast<std::size_t>(town)] = true;
    }
    const bool total_hidden = total > 0 && (total < threshold || !towns.protect(high));
    if (total_hidden) {
        low.assign(low.size(), true);
        high.assign(high.size(), true);
    }
    for (const auto& [town, group] : villages) {
        if (is_town(town) && high[static_cast<std::size_t>(town)]) group.protect_total(low);
    }
    const std::vector<std::int32_t> groups = known_totals(lower, high), one(high.size(), -1);
    return {pooled(lower, std::move(low), groups), pooled(upper, std::move(high), one), total_hidden};
}

}  // namespace gapmap
