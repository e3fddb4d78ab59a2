#include "render/tile/point_levels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "render/tile/mvt_layer_writer.h"

namespace gapmap {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

constexpr int most_inner_bits = 12;  // of a point's place inside its tile of the highest level: only order and squares depend on them

/// Every other bit, from bit 0.
std::uint64_t spread(std::uint64_t v) noexcept {
    v &= 0xFFFFFFFFULL;
    v = (v | v << 16) & 0x0000FFFF0000FFFFULL;
    v = (v | v << 8) & 0x00FF00FF00FF00FFULL;
    v = (v | v << 4) & 0x0F0F0F0F0F0F0F0FULL;
    v = (v | v << 2) & 0x3333333333333333ULL;
    return (v | v << 1) & 0x5555555555555555ULL;
}
std::uint32_t gather(std::uint64_t v) noexcept {
    v &= 0x5555555555555555ULL;
    v = (v | v >> 1) & 0x3333333333333333ULL;
    v = (v | v >> 2) & 0x0F0F0F0F0F0F0F0FULL;
    v = (v | v >> 4) & 0x00FF00FF00FF00FFULL;
    v = (v | v >> 8) & 0x0000FFFF0000FFFFULL;
    return static_cast<std::uint32_t>(v | v >> 16);
}

int tile_bits(const TileMatrix& matrix) noexcept { return static_cast<int>(std::bit_width(std::max(matrix.columns, matrix.rows) - 1U)); }
/// Tile and place together stay below 32 bits a coordinate: of two such, shifted by all of them on level 0, 62 bits go.
int inner_bits(const TileMatrixSet& set, int z) noexcept { return std::min(most_inner_bits, 31 - tile_bits(set.levels[static_cast<std::size_t>(z)])); }

/// Where a point lies in its tile, on the grid; never on the east or south edge, which belong to the next tile.
std::uint32_t inside(double tiles_from_origin, std::uint32_t tile, std::uint32_t extent) noexcept {
    return static_cast<std::uint32_t>(std::clamp(std::floor((tiles_from_origin - tile) * extent), 0.0, extent - 1.0));
}

}  // namespace

PointLevels::PointLevels(std::string name, PointsView<Planar> points, const Table& table, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, PointThinning thinning,
                         const TileMatrixSet& set, std::uint32_t extent, int max_zoom)
    : name_(std::move(name)), points_(points), attributes_(attributes), ids_(ids), thinning_(std::move(thinning)), set_(set), extent_(extent), max_zoom_(max_zoom), order_(set),
      sums_(table, attributes, thinning_.sums) {
    GEO_EXPECTS(ids.size() == points.size());
    if (thinning_.on() && (!std::has_single_bit(thinning_.squares) || thinning_.squares > 4096)) throw UsageError("squares along a tile's edge: expected a power of two up to 4096");
    finest_ = keys(max_zoom_);
}

bool PointLevels::nested() const noexcept {
    for (int z = set_.first_level; z < max_zoom_; ++z) {
        if (std::abs(set_.span(z) / set_.span(z + 1) - 2) > 1e-9) return false;
    }
    return true;
}

std::vector<PointLevels::Key> PointLevels::keys(int z) const {
    const double     span   = set_.span(z);
    const auto       inner  = 1U << inner_bits(set_, z);
    std::vector<Key> out;
    out.reserve(points_.size());
    for (std::size_t row = 0; row < points_.size(); ++row) {
        const auto tile = set_.tile_at(z, points_.x[row], points_.y[row]);
        if (!tile) continue;
        const std::uint64_t x = std::uint64_t{tile->x} * inner + inside((points_.x[row] - set_.x_origin) / span, tile->x, inner);
        const std::uint64_t y = std::uint64_t{tile->y} * inner + inside((set_.y_origin - points_.y[row]) / span, tile->y, inner);
        out.push_back({spread(x) | spread(y) << 1, static_cast<std::uint32_t>(row)});
    }
    std::ranges::sort(out, [](const Key& a, const Key& b) { return a.place != b.place ? a.place < b.place : a.row < b.row; });
    return out;
}

PointLevels::Order PointLevels::order_of(int z) const {
    const bool shared = z == max_zoom_ || nested();
    Order      out{shared ? std::vector<Key>() : keys(z), nullptr, shared ? inner_bits(set_, max_zoom_) + max_zoom_ - z : inner_bits(set_, z), 0};
    out.keys        = shared ? &finest_ : nullptr;
    out.square_bits = std::max(0, out.tile_bits - static_cast<int>(std::bit_width(thinning_.squares)) + 1);
    return out;
}

/// The first row of the group stays and stands for all.
void PointLevels::stand_for(std::span<const Key> group, Level& to) const {
    std::uint32_t least = group.front().row;
    for (const Key& key : group) least = std::min(least, key.row);
    to.rows.push_back(least);
    to.tiles.back().last += 1;
    if (!to.thinned) return;
    to.counts.push_back(static_cast<std::uint32_t>(group.size()));
    to.sums.resize(to.sums.size() + sums_.size(), no_value);
    for (const Key& key : group) SummedColumns::add(sums_.values(key.row), std::span(to.sums).last(sums_.size()));
}

PointLevels::Level PointLevels::level(int z) const {
    Level                   out{z, thinning_.on() && z < max_zoom_, {}, {}, {}, {}};
    const Order             order = order_of(z);
    const std::vector<Key>& all   = order.keys != nullptr ? *order.keys : order.own;
    std::uint64_t           tile  = 0;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i + 1;
        if (out.thinned) {
            while (end < all.size() && all[end].place >> (2 * order.square_bits) == all[i].place >> (2 * order.square_bits)) ++end;
        }
        const std::uint64_t here = all[i].place >> (2 * order.tile_bits);
        if (out.tiles.empty() || here != tile) {
            tile          = here;
            const auto at = static_cast<std::uint32_t>(out.rows.size());
            out.tiles.push_back({order_.number({static_cast<std::uint8_t>(z), gather(here), gather(here >> 1)}), at, at});
        }
        stand_for(std::span(all).subspan(i, end - i), out);
        i = end;
    }
    std::ranges::sort(out.tiles, {}, &Tile::number);
    return out;
}

PointLevels::Level PointLevels::coarser(const Level& level, const Tile& tile, std::uint32_t squares) const {
    const TileId  id   = order_.tile(tile.number);
    const double  span = set_.span(level.z);
    Level         out{level.z, true, {{tile.number, 0, 0}}, {}, {}, {}};
    std::uint64_t square = 0;
    for (std::uint32_t i = tile.first; i < tile.last; ++i) {
        const std::uint32_t row  = level.rows[i];
        const std::uint64_t here = spread(inside((points_.x[row] - set_.x_origin) / span, id.x, squares)) | spread(inside((set_.y_origin - points_.y[row]) / span, id.y, squares)) << 1;
        if (out.rows.empty() || here != square) {
            out.rows.push_back(row);
            out.counts.push_back(0);
            out.sums.resize(out.sums.size() + sums_.size(), no_value);
            square = here;
        }
        out.rows.back() = std::min(out.rows.back(), row);
        out.counts.back() += level.thinned ? level.counts[i] : 1;
        SummedColumns::add(level.thinned ? std::span(level.sums).subspan(i * sums_.size(), sums_.size()) : sums_.values(row), std::span(out.sums).last(sums_.size()));
    }
    out.tiles.front().last = static_cast<std::uint32_t>(out.rows.size());
    return out;
}

void PointLevels::add_inputs(const Level& level, const Tile& tile, std::span<const Hash128> row_inputs, Hasher128& to) const {
    to.add(name_);
    to.add(std::uint64_t{level.thinned});
    for (std::uint32_t i = tile.first; i < tile.last; ++i) {
        to.add(row_inputs[level.rows[i]]);
        to.add(points_.x[level.rows[i]]);
        to.add(points_.y[level.rows[i]]);
        if (!level.thinned) continue;
        to.add(std::uint64_t{level.counts[i]});
        for (std::size_t s = 0; s < sums_.size(); ++s) to.add(level.sums[i * sums_.size() + s]);
    }
}

void PointLevels::encode(const Level& level, const Tile& tile, std::string& bytes) const {
    const TileId id   = order_.tile(tile.number);
    const double span = set_.span(level.z);
    thread_local MvtLayerWriter writer;
    writer.begin(name_, attributes_, MvtGeometry::point);
    const std::uint32_t count_key = level.thinned ? writer.own_key(point_count_name) : 0;
    for (std::uint32_t i = tile.first; i < tile.last; ++i) {
        const std::uint32_t row = level.rows[i];
        writer.feature(ids_[row]);
        if (level.thinned) {
            sums_.tag(writer, row, std::span(level.sums).subspan(i * sums_.size(), sums_.size()));
            writer.own_number(count_key, level.counts[i]);
        } else {
            for (const auto& [key, value] : attributes_.tags(row)) writer.tag(key, value);
        }
        writer.point(inside((points_.x[row] - set_.x_origin) / span, id.x, extent_), inside((set_.y_origin - points_.y[row]) / span, id.y, extent_));
    }
    writer.end(extent_, bytes);
}

}  // namespace gapmap
