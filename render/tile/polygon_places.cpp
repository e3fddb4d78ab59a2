#include "render/tile/polygon_places.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "geo/tile/tile_id.h"

namespace gapmap {
namespace {

constexpr std::size_t few_tiles = 4;  // a row over no more of them is looked at whole in each

}  // namespace

TileRange LevelLattice::tiles_of(const PolygonSource::RowBox& box) const noexcept {
    const auto e = static_cast<double>(extent), b = static_cast<double>(buffer);
    const auto first = [&](double low) { return static_cast<std::int64_t>(std::max(0.0, std::ceil((low * scale - e - b) / e))); };
    const auto last  = [&](double high, std::int64_t count) { return static_cast<std::int64_t>(std::clamp(std::floor((high * scale + b) / e), -1.0, static_cast<double>(count - 1))); };
    return {first(box.x_min), first(box.y_min), last(box.x_max, columns), last(box.y_max, rows)};
}

void PolygonPlaces::put(const TileRange& range, std::uint32_t row, std::uint32_t piece) {
    for (std::int64_t y = range.y_min; y <= range.y_max; ++y) {
        for (std::int64_t x = range.x_min; x <= range.x_max; ++x) placed_.push_back({x, y, {row, piece}});
    }
}

void PolygonPlaces::place(std::uint32_t row, const TileRange& range) {
    if (range.size() <= few_tiles) return put(range, row, PolygonLevels::whole);
    Part part;
    for (std::uint32_t p = view_.rows[row]; p < view_.rows[row + 1]; ++p) {
        for (std::uint32_t q = view_.parts[p]; q < view_.parts[p + 1]; ++q) {
            for (std::uint32_t i = view_.rings[q]; i + 1 < view_.rings[q + 1]; ++i) part.vertices.push_back(i);
            part.ring_ends.push_back(static_cast<std::uint32_t>(part.vertices.size()));
            part.is_shell.push_back(q == view_.parts[p]);
        }
    }
    split(range, row, part);
}

PolygonPlaces::Part PolygonPlaces::near(const Part& part, bool along_x, double at, double sign) const {
    const auto    values = along_x ? view_.x : view_.y;
    const double  limit  = at * sign;
    const auto    far    = [&](std::uint32_t i) { return values[i] * lattice_.scale * sign > limit; };
    Part          out;
    std::uint32_t begin = 0;
    for (std::size_t q = 0; q < part.ring_ends.size(); ++q) {
        const std::uint32_t end = part.ring_ends[q], n = end - begin;
        const std::size_t   before = out.vertices.size();
        bool                any_near = false, previous = far(part.vertices[end - 1]), here = far(part.vertices[begin]);
        for (std::uint32_t k = 0; k < n; ++k) {
            const bool next = far(part.vertices[k + 1 == n ? begin : begin + k + 1]);
            if (!here || !previous || !next) out.vertices.push_back(part.vertices[begin + k]);
            any_near = any_near || !here;
            previous = std::exchange(here, next);
        }
        begin = end;
        if (!any_near || out.vertices.size() < before + 3) {
            out.vertices.resize(before);
            continue;
        }
        out.ring_ends.push_back(static_cast<std::uint32_t>(out.vertices.size()));
        out.is_shell.push_back(part.is_shell[q]);
    }
    return out;
}

void PolygonPlaces::split(const TileRange& range, std::uint32_t row, const Part& part) {
    if (part.ring_ends.empty()) return;
    if (range.size() == 1) return keep(range, row, part);
    const bool         along_x = range.x_max - range.x_min >= range.y_max - range.y_min;
    const std::int64_t middle  = along_x ? (range.x_min + range.x_max) / 2 : (range.y_min + range.y_max) / 2;
    TileRange          low = range, high = range;
    (along_x ? low.x_max : low.y_max)   = middle;
    (along_x ? high.x_min : high.y_min) = middle + 1;
    const auto edge = static_cast<double>((middle + 1) * lattice_.extent), buffer = static_cast<double>(lattice_.buffer);
    split(low, row, near(part, along_x, edge + buffer, 1));
    split(high, row, near(part, along_x, edge - buffer, -1));
}

void PolygonPlaces::keep(const TileRange& range, std::uint32_t row, const Part& part) {
    const auto base = static_cast<std::uint32_t>(pieces_.vertices.size());
    pieces_.vertices.insert(pieces_.vertices.end(), part.vertices.begin(), part.vertices.end());
    for (const std::uint32_t end : part.ring_ends) pieces_.ring_ends.push_back(base + end);
    pieces_.is_shell.insert(pieces_.is_shell.end(), part.is_shell.begin(), part.is_shell.end());
    put(range, row, static_cast<std::uint32_t>(pieces_.piece_ends.size()));
    pieces_.piece_ends.push_back(static_cast<std::uint32_t>(pieces_.ring_ends.size()));
}

/// By rows and columns of tiles, rows of the source staying in order: by counting where the tiles are dense.
void PolygonPlaces::sort() {
    if (placed_.empty()) return;
    std::int64_t x0 = placed_[0].x, x1 = x0, y0 = placed_[0].y, y1 = y0;
    for (const Placed& p : placed_) {
        x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
        y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
    const auto width = static_cast<std::size_t>(x1 - x0 + 1), height = static_cast<std::size_t>(y1 - y0 + 1);
    if (height > (4 * placed_.size() + 1024) / width) {
        std::ranges::stable_sort(placed_, [](const Placed& p, const Placed& q) { return std::tuple(p.y, p.x) < std::tuple(q.y, q.x); });
        return;
    }
    const auto               cell = [&](const Placed& p) { return static_cast<std::size_t>(p.y - y0) * width + static_cast<std::size_t>(p.x - x0); };
    std::vector<std::size_t> at(width * height + 1, 0);
    for (const Placed& p : placed_) ++at[cell(p) + 1];
    for (std::size_t i = 1; i < at.size(); ++i) at[i] += at[i - 1];
    std::vector<Placed> sorted(placed_.size());
    for (const Placed& p : placed_) sorted[at[cell(p)]++] = p;
    placed_ = std::move(sorted);
}

void PolygonPlaces::finish(PolygonLevels::Level& to) {
    sort();
    to.entries.reserve(placed_.size());
    for (std::size_t i = 0; i < placed_.size(); ++i) {
        const Placed& p = placed_[i];
        if (i == 0 || p.x != placed_[i - 1].x || p.y != placed_[i - 1].y) {
            const TileId id{static_cast<std::uint8_t>(to.z), static_cast<std::uint32_t>(p.x), static_cast<std::uint32_t>(p.y)};
            to.tiles.push_back({lattice_.order.number(id), static_cast<std::uint32_t>(i), 0});
        }
        to.tiles.back().last = static_cast<std::uint32_t>(i + 1);
        to.entries.push_back(p.entry);
    }
    std::ranges::sort(to.tiles, {}, &PolygonLevels::Tile::number);
    to.pieces = std::move(pieces_);
    placed_   = {};
}

}  // namespace gapmap
