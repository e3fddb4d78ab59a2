#include "render/tile/image_outline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr int outline_steps = 64;

/// The cells that may lie on the set: all of them, unless the set is a small part of the raster, whose other cells may be beyond what its system can hold.
CellBlock cells_on(const Box<Planar>& extent, const CellSourceInfo& info, const TileMatrixSet& set) {
    constexpr int       steps = 16;
    const CellBlock     whole{0, 0, info.width, info.height};
    const auto&         t = info.transform;
    std::vector<double> x, y;
    for (int k = 0; k < (steps + 1) * (steps + 1); ++k) {
        x.push_back(extent.x_min + (extent.x_max - extent.x_min) * (k % (steps + 1)) / steps);
        y.push_back(extent.y_min + (extent.y_max - extent.y_min) * (k / (steps + 1)) / steps);
    }
    Transform(set.crs, info.crs).apply(x, y);
    const double det    = t[1] * t[5] - t[2] * t[4];
    const double period = is_geographic(info.crs) && t[2] == 0 && t[4] == 0 ? 360 / std::abs(t[1]) : 0;
    double       west = std::numeric_limits<double>::infinity(), east = -west, north = west, south = -west;
    for (std::size_t k = 0; k < x.size(); ++k) {
        const double dx = x[k] - t[0], dy = y[k] - t[3], row = (t[1] * dy - t[4] * dx) / det;
        double       column = (t[5] * dx - t[2] * dy) / det;
        if (!std::isfinite(column) || !std::isfinite(row)) return whole;
        if (period > 0) column -= period * std::floor(column / period);
        west = std::min(west, column), east = std::max(east, column);
        north = std::min(north, row), south = std::max(south, row);
    }
    const auto range = [](double from, double to, int most) {
        const double margin = 1 + (to - from) / steps;
        const auto   clip   = [&](double v) { return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(most))); };
        return std::pair(clip(std::floor(from - margin)), clip(std::ceil(to + margin)));
    };
    const auto [c0, c1] = range(west, east, info.width);
    const auto [r0, r1] = range(north, south, info.height);
    const bool some     = c0 < c1 && r0 < r1 && (c1 - c0 < info.width / 2 || r1 - r0 < info.height / 2);
    return some ? CellBlock{c0, r0, c1 - c0, r1 - r0} : whole;
}

}  // namespace

ImageOutline image_outline(const CellSourceInfo& info, const TileMatrixSet& set) {
    const Box<Planar>   extent = set.extent(set.first_level);
    const CellBlock     seen   = cells_on(extent, info, set);
    const auto&         t      = info.transform;
    std::vector<double> x, y;
    for (int j = 0; j <= outline_steps; ++j) {
        for (int i = 0; i <= outline_steps; ++i) {
            const double c = seen.column + static_cast<double>(seen.width) * i / outline_steps, r = seen.row + static_cast<double>(seen.height) * j / outline_steps;
            x.push_back(t[0] + c * t[1] + r * t[2]);
            y.push_back(t[3] + c * t[4] + r * t[5]);
        }
    }
    Transform(info.crs, set.crs).apply(x, y);
    ImageOutline out;
    bool       whole = true;
    const auto at    = [](int i, int j) { return static_cast<std::size_t>(j * (outline_steps + 1) + i); };
    const auto apart = [&](std::size_t a, std::size_t b, double cells) {
        const double size = std::hypot(x[a] - x[b], y[a] - y[b]) / cells;
        if (size > 0) out.finest = std::min(out.finest, size);  // false for NaN
    };
    for (int j = 0; j <= outline_steps; ++j) {
        for (int i = 0; i <= outline_steps; ++i) {
            const std::size_t k = at(i, j);
            if (!std::isfinite(x[k]) || !std::isfinite(y[k])) {
                whole = false;
                continue;
            }
            if (out.box.is_empty()) out.box = {x[k], y[k], x[k], y[k]};
            out.box = {std::min(out.box.x_min, x[k]), std::min(out.box.y_min, y[k]), std::max(out.box.x_max, x[k]), std::max(out.box.y_max, y[k])};
            if (i > 0) apart(k, at(i - 1, j), static_cast<double>(seen.width) / outline_steps);
            if (j > 0) apart(k, at(i, j - 1), static_cast<double>(seen.height) / outline_steps);
        }
    }
    if (!whole && !out.box.is_empty()) {  // what lies beyond the last place that has one is less than a step away, or beyond the set
        const double dx = (out.box.x_max - out.box.x_min) / 8, dy = (out.box.y_max - out.box.y_min) / 8;
        out.box = {out.box.x_min - dx, out.box.y_min - dy, out.box.x_max + dx, out.box.y_max + dy};
    }
    out.box = {std::max(out.box.x_min, extent.x_min), std::max(out.box.y_min, extent.y_min), std::min(out.box.x_max, extent.x_max), std::min(out.box.y_max, extent.y_max)};
    if (out.box.is_empty() || !(out.box.x_min < out.box.x_max && out.box.y_min < out.box.y_max) || !std::isfinite(out.finest)) {
        throw InputError(fmt::format("lies nowhere on the tile matrix set {}: is its coordinate system right?", set.id), {info.name});
    }
    return out;
}

}  // namespace gapmap
