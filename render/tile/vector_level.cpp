#include "render/tile/vector_level.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "render/tile/tile_gzip.h"

namespace gapmap {
namespace {

constexpr std::uint32_t most_squares = 4096;

std::size_t rows_of(const MadeTile& made) {
    return std::accumulate(made.drawn.begin(), made.drawn.end(), std::size_t{0}, [](std::size_t n, const PolygonLevels::Drawn& d) { return n + d.rows.size(); });
}

/// The entry of a tile among those of a level, null where there is none.
template <class Tile>
const Tile* find_tile(const std::vector<Tile>& tiles, std::uint64_t number) {
    const auto at = std::ranges::lower_bound(tiles, number, {}, &Tile::number);
    return at != tiles.end() && at->number == number ? &*at : nullptr;
}

}  // namespace

std::vector<TileShapes> shapes_of(std::vector<TileLayer>& layers, const VectorTileOptions& o, const Execution& exec) {
    std::vector<TileShapes> out(layers.size());
    const PolygonDrawing    drawing{o.buffer, std::gcd(o.simplify, o.extent), o.min_area};
    for (std::size_t l = 0; l < layers.size(); ++l) {
        TileLayer&             p     = layers[l];
        const VectorTileLayer& layer = *p.layer;
        const Table&           table = layer.source->layer().table;
        if (p.points.size() > 0) {
            const int last = p.is_polygons ? o.max_zoom : std::min(layer.max_zoom, o.max_zoom);
            out[l].points  = std::make_unique<PointLevels>(p.is_polygons ? layer.points_name : layer.name, p.points.view(), table, p.attributes, p.ids, PointThinning{layer.squares, layer.sums}, *o.set, o.extent, last);
        }
        if (!p.is_polygons) continue;
        out[l].source   = std::make_unique<PolygonSource>(std::move(p.polygons), *o.set, o.max_zoom, o.extent, exec);
        out[l].polygons = std::make_unique<PolygonLevels>(layer.name, *out[l].source, table, p.attributes, p.ids, layer.sums, drawing);
    }
    return out;
}

VectorLevel::VectorLevel(const std::vector<TileLayer>& layers, const std::vector<TileShapes>& shapes, const VectorTileOptions& options, int z, const Execution& exec)
    : layers_(layers), shapes_(shapes), options_(options), z_(z), order_(*options.set), levels_(layers.size()) {
    for (std::size_t l = 0; l < layers.size(); ++l) {
        if (has_polygons(l)) {
            levels_[l].polygons = shapes[l].polygons->level(z);
            has_sums_           = has_sums_ || shapes[l].polygons->has_sums();
        }
        if (shapes[l].points != nullptr && (layers[l].is_polygons || is_shown(l))) levels_[l].points = shapes[l].points->level(z);
    }
    find_tiles();
    if (has_sums_) carry(exec);
}

void VectorLevel::find_tiles() {
    tiles_.clear();
    for (const Shapes& s : levels_) {
        for (const PolygonLevels::Tile& t : s.polygons.tiles) tiles_.push_back(t.number);
        for (const PointLevels::Tile& t : s.points.tiles) tiles_.push_back(t.number);
    }
    std::ranges::sort(tiles_);
    tiles_.erase(std::unique(tiles_.begin(), tiles_.end()), tiles_.end());
}

/// Draws the level once to learn which rows are seen, so that those carry the values of the others.
void VectorLevel::carry(const Execution& exec) {
    std::vector<Fit>                               fits(tiles_.size());
    std::vector<std::vector<PolygonLevels::Drawn>> drawn(tiles_.size());
    parallel_chunks(exec, tiles_.size(), 1, [&](std::size_t i, std::size_t) {
        fits[i]  = fit(i);
        drawn[i] = draft(i, fits[i], false).made.drawn;
    });
    const std::vector<std::uint64_t> before = tiles_;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        if (!has_polygons(l) || !shapes_[l].polygons->has_sums()) continue;
        std::vector<bool> seen(shapes_[l].polygons->rows(), false);
        for (const auto& tile : drawn) {
            for (const std::uint32_t row : tile[l].rows) seen[row] = true;
        }
        shapes_[l].polygons->carry(levels_[l].polygons, seen, exec);
    }
    find_tiles();  // marks may stand where there was nothing
    fits_.assign(tiles_.size(), Fit{});
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto at = std::ranges::lower_bound(tiles_, before[i]);
        if (at != tiles_.end() && *at == before[i]) fits_[static_cast<std::size_t>(at - tiles_.begin())] = fits[i];
    }
}

Hash128 VectorLevel::inputs(std::size_t i, const Hash128& common) const {
    Hasher128 hasher;
    hasher.add(common);
    hasher.add(tiles_[i]);
    if (!fits_.empty()) {
        hasher.add(fits_[i].least_area);
        hasher.add(std::uint64_t{fits_[i].squares});
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        hasher.add(std::uint64_t{l});
        if (const auto* tile = find_tile(levels_[l].polygons.tiles, tiles_[i])) shapes_[l].polygons->add_inputs(levels_[l].polygons, *tile, layers_[l].row_inputs, hasher);
        if (const auto* tile = find_tile(levels_[l].points.tiles, tiles_[i])) shapes_[l].points->add_inputs(levels_[l].points, *tile, layers_[l].row_inputs, hasher);
    }
    return hasher.value();
}

/// Where sums of polygons are added after the trial, a tenth is left for them.
std::uint64_t VectorLevel::allowed() const noexcept { return has_sums_ ? options_.max_bytes - options_.max_bytes / 10 : options_.max_bytes; }

MadeTile VectorLevel::encode(std::size_t i) const {
    const Fit chosen = fits_.empty() ? fit(i) : fits_[i];
    Draft     out    = draft(i, chosen, true);
    if (options_.max_bytes == 0) return std::move(out.made);
    if (chosen.least_area > 0 || chosen.squares > 0) {
        const Draft all        = draft(i, Fit{}, false);
        out.made.rows_left_out = rows_of(all.made) - rows_of(out.made);
        out.made.points_merged = all.points - out.points;
    }
    out.made.is_over_limit = out.made.bytes.size() > options_.max_bytes;
    return std::move(out.made);
}

VectorLevel::Fit VectorLevel::fit(std::size_t i) const {
    Fit out;
    if (options_.max_bytes == 0) return out;
    for (Draft trial = draft(i, out, true); trial.made.bytes.size() > allowed() && tighten(i, out, trial); trial = draft(i, out, true)) {}
    return out;
}

/// False where nothing can give way any more.
bool VectorLevel::tighten(std::size_t i, Fit& fit, const Draft& trial) const {
    const std::size_t rows   = rows_of(trial.made);
    const bool        merges = trial.points > 0 && fit.squares != 1;
    if (merges && rows == 0 && fit.squares == 0) {
        fit.squares = most_squares_that_fit(i, fit);
        return true;
    }
    if (merges && (trial.point_bytes >= trial.polygon_bytes || rows == 0)) {
        fit.squares = fit.squares > 0 ? fit.squares / 2 : most_squares;
        return true;
    }
    if (rows == 0) return false;
    fit.least_area = std::max(least_area_for(trial.made, rows * allowed() / trial.made.bytes.size()), std::nextafter(fit.least_area, std::numeric_limits<double>::infinity()));
    return true;
}

/// By halving the powers of two; 1 where not even that fits.
std::uint32_t VectorLevel::most_squares_that_fit(std::size_t i, Fit fit) const {
    int fits = 0, fits_not = std::bit_width(most_squares);
    while (fits_not - fits > 1) {
        const int power = (fits + fits_not) / 2;
        fit.squares     = 1U << power;
        (draft(i, fit, true).made.bytes.size() <= allowed() ? fits : fits_not) = power;
    }
    return 1U << fits;
}

/// The area from which no more than nine tenths of `keep` of the rows drawn are left.
double VectorLevel::least_area_for(const MadeTile& made, std::size_t keep) const {
    std::vector<double> areas;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        for (const std::uint32_t row : made.drawn[l].rows) areas.push_back(shapes_[l].polygons->area(levels_[l].polygons, row));
    }
    std::ranges::sort(areas, std::greater{});
    return std::nextafter(areas[std::min(keep * 9 / 10, areas.size() - 1)], std::numeric_limits<double>::infinity());
}

void VectorLevel::add_points(std::size_t i, std::size_t l, const Fit& fit, Draft& draft, std::string& bytes) const {
    const PointLevels::Tile* tile = find_tile(levels_[l].points.tiles, tiles_[i]);
    if (tile == nullptr) return;
    const std::size_t before = bytes.size();
    if (fit.squares > 0) {
        const PointLevels::Level fewer = shapes_[l].points->coarser(levels_[l].points, *tile, fit.squares);
        shapes_[l].points->encode(fewer, fewer.tiles.front(), bytes);
        draft.points += fewer.rows.size();
    } else {
        shapes_[l].points->encode(levels_[l].points, *tile, bytes);
        draft.points += tile->last - tile->first;
    }
    draft.point_bytes += bytes.size() - before;
}

VectorLevel::Draft VectorLevel::draft(std::size_t i, const Fit& fit, bool packed) const {
    Draft out;
    out.made.drawn.resize(layers_.size());
    std::string bytes;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        if (const auto* tile = find_tile(levels_[l].polygons.tiles, tiles_[i])) out.made.drawn[l] = shapes_[l].polygons->encode(levels_[l].polygons, *tile, fit.least_area, bytes);
    }
    out.polygon_bytes = bytes.size();
    for (std::size_t l = 0; l < layers_.size(); ++l) add_points(i, l, fit, out, bytes);
    if (packed && !bytes.empty()) out.made.bytes = gzip_tile(bytes, options_.compression);
    return out;
}

}  // namespace gapmap
