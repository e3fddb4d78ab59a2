#include "app/pipeline/places.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/join.h"

namespace gapmap {
namespace {

void set_unit(Places& places, const std::array<Units, level_count>& units, std::size_t row, std::size_t level, std::int32_t unit) {
    if (places.unit[level][row] == nowhere) places.unit[level][row] = unit;
    for (std::size_t above = 0; above < level_count; ++above) {
        if (above == level || units[level].above[above].empty()) continue;
        const std::int32_t up = units[level].above[above][static_cast<std::size_t>(unit)];
        if (up != nowhere && places.unit[above][row] == nowhere) places.unit[above][row] = up;
    }
}

Precision precision_of(std::size_t level) {
    switch (level) {
        case building: return Precision::building;
        case grid: return Precision::grid;
        case village: return Precision::village;
        default: return Precision::town;
    }
}

}  // namespace

const char* to_string(Precision precision) noexcept {
    switch (precision) {
        case Precision::point: return "point";
        case Precision::building: return "building";
        case Precision::grid: return "grid";
        case Precision::village: return "village";
        case Precision::town: return "town";
        case Precision::none: return "none";
    }
    return "none";
}

Locator::Locator(const std::array<Units, level_count>& units) : units_(units) {
    for (std::size_t level = 0; level < level_count; ++level) {
        for (std::size_t row = 0; row < units[level].size(); ++row) by_code_[units[level].code[row]] = {level, static_cast<std::int32_t>(row)};
    }
}

std::optional<std::pair<std::size_t, std::int32_t>> Locator::find(const std::string& code) const {
    const auto found = by_code_.find(code);
    if (found == by_code_.end()) return std::nullopt;
    return found->second;
}

Places Locator::place(const std::vector<const Column*>& codes, Points<Planar> points, const Execution& exec) const {
    const std::size_t n = points.size();
    Places            places{{}, std::move(points), std::vector<Precision>(n, Precision::none)};
    for (auto& column : places.unit) column.assign(n, nowhere);
    for (std::size_t row = 0; row < n; ++row) {
        for (const Column* column : codes) {
            if (column == nullptr || !column->is_valid(row)) continue;
            const auto found = find(std::get<Column::Texts>(column->data)[row]);
            if (!found) continue;
            places.precision[row] = std::min(places.precision[row], precision_of(found->first));
            set_unit(places, units_, row, found->first, found->second);
        }
        if (std::isfinite(places.point.x[row])) places.precision[row] = Precision::point;
    }
    // By place, finest level first, where no code said otherwise: a building hit also gives its grid and village.
    for (const std::size_t level : {std::size_t{building}, std::size_t{grid}, std::size_t{village}, std::size_t{town}}) {
        if (units_[level].size() == 0) continue;
        std::vector<std::size_t> open;
        Points<Planar>           asked;
        for (std::size_t row = 0; row < n; ++row) {
            if (places.unit[level][row] != nowhere || !std::isfinite(places.point.x[row])) continue;
            open.push_back(row);
            asked.push_back(places.point.view()[row]);
        }
        if (open.empty()) continue;
        const PointJoin join = join_points(asked.view(), units_[level].metric.view(), exec);
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (join.polygon[i] != Located::none) set_unit(places, units_, open[i], level, static_cast<std::int32_t>(join.polygon[i]));
        }
    }
    // Without a point of its own a row stands at its finest unit, for distances; its precision class says so.
    for (std::size_t row = 0; row < n; ++row) {
        if (std::isfinite(places.point.x[row])) continue;
        for (const std::size_t level : {std::size_t{building}, std::size_t{grid}, std::size_t{village}, std::size_t{town}}) {
            if (places.unit[level][row] == nowhere) continue;
            const auto centre   = polygon_centroid(units_[level].metric.view(), static_cast<std::size_t>(places.unit[level][row]));
            places.point.x[row] = centre.x;
            places.point.y[row] = centre.y;
            break;
        }
    }
    return places;
}

}  // namespace gapmap
