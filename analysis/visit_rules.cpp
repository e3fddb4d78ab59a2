#include "analysis/visit_rules.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

std::int64_t sum_where(const OutcomeCounts& counts, bool OutcomeMeaning::*holds) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < visit_outcome_count; ++i) {
        if (meaning_of(static_cast<VisitOutcome>(i)).*holds) sum += counts.of[i];
    }
    return sum;
}

}  // namespace

OutcomeMeaning meaning_of(VisitOutcome outcome) noexcept {
    switch (outcome) {
        case VisitOutcome::met: return {true, true, true};
        case VisitOutcome::refused: return {true, true, false};
        case VisitOutcome::not_at_home:
        case VisitOutcome::locked:
        case VisitOutcome::unknown: return {true, false, false};
        case VisitOutcome::moved:
        case VisitOutcome::inaccessible: return {false, false, false};
    }
    return {false, false, false};
}

std::int64_t OutcomeCounts::all() const noexcept { return std::accumulate(of.begin(), of.end(), std::int64_t{0}); }
std::int64_t OutcomeCounts::found() const noexcept { return sum_where(*this, &OutcomeMeaning::found); }
std::int64_t OutcomeCounts::contact() const noexcept { return sum_where(*this, &OutcomeMeaning::contact); }
std::int64_t OutcomeCounts::reached() const noexcept { return sum_where(*this, &OutcomeMeaning::reached); }
std::int64_t OutcomeCounts::reached_at_most() const noexcept { return reached() + of[static_cast<std::size_t>(VisitOutcome::unknown)]; }

OutcomeCounts count_outcomes(std::span<const VisitOutcome> outcomes) {
    OutcomeCounts counts;
    for (const VisitOutcome outcome : outcomes) ++counts.of[static_cast<std::size_t>(outcome)];
    return counts;
}

std::vector<std::uint32_t> mark_repeats(const VisitRows& rows) {
    const std::size_t n = rows.household.size();
    GEO_EXPECTS(rows.day.size() == n && rows.minute.size() == n && rows.team.size() == n && rows.list.size() == n && rows.number.size() == n);
    std::vector<std::uint32_t> order;
    for (std::uint32_t row = 0; row < n; ++row) {
        if (rows.household[row] >= 0) order.push_back(row);
    }
    const auto visit = [&](std::uint32_t row) { return std::tuple{rows.household[row], rows.day[row], rows.team[row], rows.list[row]}; };
    const auto place = [&](std::uint32_t row) { return std::tuple{visit(row), rows.minute[row] < 0 ? INT32_MAX : rows.minute[row], rows.number[row]}; };
    std::ranges::sort(order, {}, place);
    std::vector<std::uint32_t> repeats(n, repeats_nothing);
    for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
        if (visit(order[i]) != visit(order[first])) first = i;
        else repeats[order[i]] = order[first];
        GEO_EXPECTS(place(order[i]) != place(order[i - 1]));
    }
    return repeats;
}

Stage furthest(StageBits claimed) noexcept {
    const int width = std::bit_width(claimed);
    return static_cast<Stage>(width == 0 ? 0 : width - 1);
}

std::vector<Cascade> cascade(std::span<const StageBits> claimed, std::span<const std::int32_t> unit, std::size_t units) {
    GEO_EXPECTS(claimed.size() == unit.size());
    std::vector<Cascade> out(units);
    for (std::size_t h = 0; h < unit.size(); ++h) {
        GEO_EXPECTS(claimed[h] < 1U << stage_count);
        if (unit[h] < 0) continue;
        GEO_EXPECTS(static_cast<std::size_t>(unit[h]) < units);
        Cascade& c = out[static_cast<std::size_t>(unit[h])];
        ++c.state[static_cast<std::size_t>(furthest(claimed[h]))];
        ++c.raw[0];
        for (std::size_t s = 1; s < stage_count; ++s) c.raw[s] += claimed[h] >> s & 1U;
    }
    for (Cascade& c : out) {
        std::int64_t beyond = 0;
        for (std::size_t s = stage_count; s-- > 0;) {
            c.at_least[s] = beyond += c.state[s];
            c.implied[s]  = c.at_least[s] - c.raw[s];
        }
    }
    return out;
}

std::optional<std::int64_t> more_to_reach(std::int64_t numerator, std::int64_t denominator, Fraction target) {
    constexpr std::int64_t limit = std::int64_t{1} << 31;  // so that the products fit
    GEO_EXPECTS(numerator >= 0 && numerator < limit && denominator >= 0 && denominator < limit);
    GEO_EXPECTS(target.top >= 0 && target.top < limit && target.bottom >= 1 && target.bottom < limit);
    if (denominator == 0) return std::nullopt;
    const std::int64_t needed = (target.top * denominator + target.bottom - 1) / target.bottom;
    return std::max<std::int64_t>(0, needed - numerator);
}

}  // namespace gapmap
