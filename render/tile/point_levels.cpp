#include "render/tile/point_levels.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "render/tile/mvt_layer_writer.h"

namespace gapmap {
namespace {

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
int inner_bits(const TileMatrixSet& set, int z) noexcept { return std::min(most_inner_bits, 32 - tile_bits(set.levels[static_cast<std::size_t>(z)])); }

/// Where a point lies in its tile, on the grid; never on the east or south edge, which belong to the next tile.
std::uint32_t inside(double tiles_from_origin, std::uint32_t tile, std::uint32_t extent) noexcept {
    return static_cast<std::uint32_t>(std::clamp(std::floor((tiles_from_origin - tile) * extent), 0.0, extent - 1.0));
}

}  // namespace

PointLevels::PointLevels(std::string name, PointsView<Planar> points, const Table& table, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, PointThinning thinning,
                         const TileMatrixSet& set, std::uint32_t extent, int max_zoom)
    : name_(std::move(name)), points_(points), attributes_(attributes), ids_(ids), thinning_(std::move(thinning)), set_(set), extent_(extent), max_zoom_(max_zoom) {
    GEO_EXPECTS(ids.size() == points.size());
    if (thinning_.on() && (!std::has_single_bit(thinning_.squares) || thinning_.squares > 4096)) throw UsageError("squares along a tile's edge: expected a power of two up to 4096");
    for (const std::string& column : thinning_.sums) {
        const Column& from = table.at(column);
        if (std::holds_alternative<Column::Texts>(from.data)) throw UsageError("the column " + column + " holds text: it has no sum");
        const auto key = attributes.find_key(column);
        if (!key) throw UsageError("the column " + column + " is to be summed but is not among the attributes of the tiles");
        sum_keys_.push_back(*key);
        whole_.push_back(std::holds_alternative<Column::Integers>(from.data));
        auto& values = sums_.emplace_back(points.size());
        for (std::size_t row = 0; row < values.size(); ++row) values[row] = from.number(row);
    }
    finest_ = keys(max_zoom_);
}

bool PointLevels::nested() const noexcept {
    for (int z = 0; z < max_zoom_; ++z) {
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

PointLevels::Level PointLevels::level(int z) const {
    Level      out{z, thinning_.on() && z < max_zoom_, {}, {}, {}, std::vector<std::vector<double>>(sums_.size())};
    const bool shared = z == max_zoom_ || nested();
    std::vector<Key> own;
    if (!shared) own = keys(z);
    const std::vector<Key>& all  = shared ? finest_ : own;
    const int               down = shared ? inner_bits(set_, max_zoom_) + max_zoom_ - z : inner_bits(set_, z);  // bits an axis from the lattice to tiles
    const int               cell = std::max(0, down - static_cast<int>(std::bit_width(thinning_.squares)) + 1);
    std::uint64_t           tile = 0;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i + 1;
        if (out.thinned) {
            while (end < all.size() && all[end].place >> (2 * cell) == all[i].place >> (2 * cell)) ++end;
        }
        const std::uint64_t here = all[i].place >> (2 * down);
        if (out.tiles.empty() || here != tile) {
            tile = here;
            const auto at = static_cast<std::uint32_t>(out.rows.size());
            out.tiles.push_back({tile_number({static_cast<std::uint8_t>(z), gather(here), gather(here >> 1)}), at, at});
        }
        std::uint32_t least = all[i].row;
        for (std::size_t k = i + 1; k < end; ++k) least = std::min(least, all[k].row);
        out.rows.push_back(least);
        out.tiles.back().last += 1;
        if (out.thinned) {
            out.counts.push_back(static_cast<std::uint32_t>(end - i));
            for (std::size_t s = 0; s < sums_.size(); ++s) {
                double sum = 0;
                for (std::size_t k = i; k < end; ++k) sum += std::isnan(sums_[s][all[k].row]) ? 0 : sums_[s][all[k].row];
                out.sums[s].push_back(sum);
            }
        }
        i = end;
    }
    std::ranges::sort(out.tiles, {}, &Tile::number);
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
        for (const auto& sums : level.sums) to.add(sums[i]);
    }
}

void PointLevels::encode(const Level& level, const Tile& tile, std::string& bytes) const {
    const TileId id = tile_of_number(tile.number);
    const double span = set_.span(level.z);
    thread_local MvtLayerWriter writer;
    writer.begin(name_, attributes_, MvtGeometry::point);
    const std::uint32_t count_key = level.thinned ? writer.own_key(point_count_name) : 0;
    for (std::uint32_t i = tile.first; i < tile.last; ++i) {
        const std::uint32_t row = level.rows[i];
        writer.feature(ids_[row]);
        for (const auto& [key, value] : attributes_.tags(row)) {
            const auto at = level.thinned ? std::ranges::find(sum_keys_, key) : sum_keys_.end();
            if (at == sum_keys_.end()) writer.tag(key, value);
        }
        if (level.thinned) {
            for (std::size_t s = 0; s < sum_keys_.size(); ++s) writer.number(sum_keys_[s], level.sums[s][i], whole_[s]);
            writer.own_number(count_key, level.counts[i]);
        }
        writer.point(inside((points_.x[row] - set_.x_origin) / span, id.x, extent_), inside((set_.y_origin - points_.y[row]) / span, id.y, extent_));
    }
    writer.end(extent_, bytes);
}

}  // namespace gapmap
