#include "render/tile/raster_tiles.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/transform.h"
#include "render/png_indexed.h"

namespace gapmap {
namespace {

/// Exact places at (steps + 1)^2 nodes spread evenly over a window, in cells of the raster.
struct Nodes {
    int                 steps_x = 1, steps_y = 1;
    std::vector<double> column, row;
    [[nodiscard]] std::size_t at(int i, int j) const noexcept { return static_cast<std::size_t>(j) * static_cast<std::size_t>(steps_x + 1) + static_cast<std::size_t>(i); }
};

Nodes exact_nodes(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, int steps_x, int steps_y) {
    Nodes nodes{steps_x, steps_y, {}, {}};
    for (int j = 0; j <= steps_y; ++j) {
        for (int i = 0; i <= steps_x; ++i) {
            nodes.column.push_back(window.x_first + window.resolution * (window.width - 1) * i / steps_x);
            nodes.row.push_back(window.y_first - window.resolution * (window.height - 1) * j / steps_y);
        }
    }
    to_raster.apply(nodes.column, nodes.row);
    for (double& x : nodes.column) x = (x - grid.x_min) / grid.cell_x;
    for (double& y : nodes.row) y = (grid.y_max - y) / grid.cell_y;
    return nodes;
}

/// Largest distance, in cells, between `fine`'s nodes and what `coarse` with half the steps interpolates there; infinite for NaN.
double half_way_error(const Nodes& coarse, const Nodes& fine) {
    double worst = 0;
    for (int j = 0; j <= fine.steps_y; ++j) {
        for (int i = 0; i <= fine.steps_x; ++i) {
            const int  i0 = i / 2, i1 = (i + 1) / 2, j0 = j / 2, j1 = (j + 1) / 2;
            const auto mean = [&](const std::vector<double>& v) {
                return (v[coarse.at(i0, j0)] + v[coarse.at(i1, j0)] + v[coarse.at(i0, j1)] + v[coarse.at(i1, j1)]) / 4;
            };
            const std::size_t at    = fine.at(i, j);
            const double      error = std::hypot(mean(coarse.column) - fine.column[at], mean(coarse.row) - fine.row[at]);
            if (!(error <= worst)) worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
        }
    }
    return worst;
}

/// Nodes dense enough for the error asked for; at the densest every pixel is a node.
Nodes dense_enough(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, double max_error) {
    const int  most_x = std::max(1, window.width - 1), most_y = std::max(1, window.height - 1);
    Nodes      nodes  = exact_nodes(window, to_raster, grid, std::min(8, most_x), std::min(8, most_y));
    while (nodes.steps_x < most_x || nodes.steps_y < most_y) {
        if (nodes.steps_x * 2 >= most_x || nodes.steps_y * 2 >= most_y) return exact_nodes(window, to_raster, grid, most_x, most_y);
        Nodes        finer = exact_nodes(window, to_raster, grid, nodes.steps_x * 2, nodes.steps_y * 2);
        const double error = half_way_error(nodes, finer);
        nodes              = std::move(finer);
        if (error <= max_error) break;  // the finer nodes are better still by a factor of about four
    }
    return nodes;
}

/// For each pixel along an axis: the node before it and how far it is on the way to the next.
struct Between {
    int    node  = 0;
    double share = 0;
};
std::vector<Between> between_nodes(int pixels, int steps) {
    std::vector<Between> out;
    for (int p = 0; p < pixels; ++p) {
        const double along = pixels == 1 ? 0 : static_cast<double>(p) * steps / (pixels - 1);
        const int    node  = std::min(static_cast<int>(along), steps - 1);
        out.push_back({node, along - node});
    }
    return out;
}

/// The raster as palette indices, 0 for everything that is transparent.
struct ClassRaster {
    std::vector<std::uint8_t> index;
    std::vector<Rgba>         palette{{0, 0, 0, 0}};
};

ClassRaster classed(const Raster<Planar>& raster, const ClassScale& scale) {
    GEO_EXPECTS(scale.colours.size() == scale.breaks.size() + 1 && scale.colours.size() < 256);
    ClassRaster               out;
    std::vector<std::uint8_t> of_class;
    for (const Rgba& colour : scale.colours) {
        of_class.push_back(colour.a == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(out.palette.size()));
        if (colour.a != 0) out.palette.push_back(colour);
    }
    out.index.reserve(raster.values.size());
    for (const float v : raster.values) out.index.push_back(std::isnan(v) ? std::uint8_t{0} : of_class[class_of(scale, static_cast<double>(v))]);
    return out;
}

/// Where a grid has cells that are seen: a surface often covers little of its county, and many counties little of their common box.
class SeenCells {
public:
    SeenCells(const Grid<Planar>& grid, const std::vector<std::uint8_t>& index) : columns_(grid.width / block + 1), lines_(grid.height / block + 1) {
        counts_.assign(at(columns_, lines_) + 1, 0);
        for (int row = 0; row < grid.height; ++row) {
            const std::uint8_t* from = index.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width);
            for (int column = 0; column < grid.width; ++column) counts_[at(column / block + 1, row / block + 1)] += from[column] != 0 ? 1U : 0U;
        }
        for (int line = 1; line <= lines_; ++line) {
            for (int column = 1; column <= columns_; ++column) {
                counts_[at(column, line)] += counts_[at(column - 1, line)] + counts_[at(column, line - 1)] - counts_[at(column - 1, line - 1)];
            }
        }
    }

    /// Whether a cell is seen in the blocks that a range of places, in cells, touches.
    [[nodiscard]] bool any(double west, double north, double east, double south) const noexcept {
        const auto before = [](double cell, int count) { return static_cast<int>(std::clamp(std::floor(cell / block), 0.0, static_cast<double>(count))); };
        const int  c0 = before(west, columns_), c1 = before(east + block, columns_), l0 = before(north, lines_), l1 = before(south + block, lines_);
        return counts_[at(c1, l1)] - counts_[at(c0, l1)] - counts_[at(c1, l0)] + counts_[at(c0, l0)] != 0;
    }

    /// The smallest part of the grid, in whole blocks, that holds them all; no columns where there is none.
    [[nodiscard]] Grid<Planar> part(const Grid<Planar>& grid) const {
        const auto column_used = [&](int c) { return counts_[at(c + 1, lines_)] != counts_[at(c, lines_)]; };
        const auto line_used   = [&](int l) { return counts_[at(columns_, l + 1)] != counts_[at(columns_, l)]; };
        int west = 0, east = columns_, north = 0, south = lines_;
        while (west < east && !column_used(west)) ++west;
        if (west == east) return {};
        while (!column_used(east - 1)) --east;
        while (!line_used(north)) ++north;
        while (!line_used(south - 1)) --south;
        const int width = std::min(east * block, grid.width) - west * block, height = std::min(south * block, grid.height) - north * block;
        return {grid.x_min + west * block * grid.cell_x, grid.y_max - north * block * grid.cell_y, grid.cell_x, grid.cell_y, width, height};
    }

private:
    static constexpr int block = 16;
    [[nodiscard]] std::size_t at(int column, int line) const noexcept {
        return static_cast<std::size_t>(line) * static_cast<std::size_t>(columns_ + 1) + static_cast<std::size_t>(column);
    }
    int                        columns_, lines_;
    std::vector<std::uint32_t> counts_;  ///< seen cells in the blocks west of a column and north of a line
};

/// The raster's outline in another system, followed closely enough that curved edges do not stick out by more than a pixel.
Box<Planar> outline_box(const Grid<Planar>& grid, const Transform& from_raster) {
    constexpr int       steps = 64;
    std::vector<double> x, y;
    for (int i = 0; i <= steps; ++i) {
        const double east = grid.x_min + grid.width * grid.cell_x * i / steps, south = grid.y_max - grid.height * grid.cell_y * i / steps;
        for (const double edge : {grid.y_max, grid.y_max - grid.height * grid.cell_y}) {
            x.push_back(east);
            y.push_back(edge);
        }
        for (const double edge : {grid.x_min, grid.x_min + grid.width * grid.cell_x}) {
            x.push_back(edge);
            y.push_back(south);
        }
    }
    from_raster.apply(x, y);
    Box<Planar> box;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i])) throw InputError("the raster reaches beyond what its coordinate system can carry to the tiles'");
        if (box.is_empty()) box = {x[i], y[i], x[i], y[i]};
        box = {std::min(box.x_min, x[i]), std::min(box.y_min, y[i]), std::max(box.x_max, x[i]), std::max(box.y_max, y[i])};
    }
    return box;
}

class Painter {
public:
    Painter(const Raster<Planar>& raster, const std::string& crs, const ClassScale& scale, const RasterTileOptions& options)
        : grid_(raster.grid), crs_(crs), classes_(classed(raster, scale)), seen_(grid_, classes_.index), options_(options) {
        const Transform    to_set(crs, options.set->crs);
        const Grid<Planar> seen = seen_.part(grid_);
        whole_                  = outline_box(grid_, to_set);
        if (seen.width > 0) outline_ = outline_box(seen, to_set);
    }

    [[nodiscard]] std::vector<TileId> tiles(int z) const {
        const TileMatrix&   level = options_.set->levels[static_cast<std::size_t>(z)];
        const double        span  = options_.set->span(z);
        const auto          at    = [&](double v, std::uint32_t count) { return static_cast<std::uint32_t>(std::clamp(std::floor(v / span), 0.0, count - 1.0)); };
        std::vector<TileId> out;
        if (outline_.is_empty()) return out;
        for (std::uint32_t y = at(options_.set->y_origin - outline_.y_max, level.rows); y <= at(options_.set->y_origin - outline_.y_min, level.rows); ++y) {
            for (std::uint32_t x = at(outline_.x_min - options_.set->x_origin, level.columns); x <= at(outline_.x_max - options_.set->x_origin, level.columns); ++x) {
                out.push_back({static_cast<std::uint8_t>(z), x, y});
            }
        }
        const TileOrder order(*options_.set);
        std::ranges::sort(out, {}, [&](TileId t) { return order.number(t); });
        return out;
    }

    /// PNG bytes; empty where no pixel would be seen.
    [[nodiscard]] std::string paint(TileId tile) const {
        const int                 size = static_cast<int>(options_.set->tile_size);
        std::vector<std::uint8_t> indices(static_cast<std::size_t>(size) * static_cast<std::size_t>(size), 0);
        if (!fill(tile, indices)) return {};
        return indexed_png(static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(size), indices, classes_.palette, options_.compression);
    }

    [[nodiscard]] Box<Lonlat> bounds() const {
        double x[2] = {whole_.x_min, whole_.x_max}, y[2] = {whole_.y_min, whole_.y_max};
        Transform(options_.set->crs, "OGC:CRS84").apply(x, y);
        return {x[0], y[0], x[1], y[1]};
    }

private:
    bool fill(TileId tile, std::vector<std::uint8_t>& indices) const {
        const Box<Planar> box        = options_.set->box(tile);
        const double      resolution = options_.set->levels[tile.z].resolution;
        const int         size       = static_cast<int>(options_.set->tile_size);
        // Only pixels near the raster are transformed: a tile of a low level reaches where the raster's system has no values.
        const auto pixel = [&](double v) { return static_cast<int>(std::clamp(std::floor(v / resolution), -1.0, static_cast<double>(size))); };
        const int  west = std::max(0, pixel(outline_.x_min - box.x_min) - 1), east = std::min(size - 1, pixel(outline_.x_max - box.x_min) + 1);
        const int  north = std::max(0, pixel(box.y_max - outline_.y_max) - 1), south = std::min(size - 1, pixel(box.y_max - outline_.y_min) + 1);
        if (west > east || north > south) return false;
        thread_local std::string                kept_crs;
        thread_local std::unique_ptr<Transform> kept;  // making one takes PROJ longer than using it for a tile
        const std::string                       names = options_.set->crs + '\n' + crs_;
        if (!kept || kept_crs != names) {
            kept     = std::make_unique<Transform>(options_.set->crs, crs_);
            kept_crs = names;
        }
        const PixelWindow window{box.x_min + (west + 0.5) * resolution, box.y_max - (north + 0.5) * resolution, resolution, east - west + 1, south - north + 1};
        if (!may_be_seen(window, *kept)) return false;
        const CellPlaces  places = cell_places(window, *kept, grid_, options_.max_error);
        std::uint8_t      any    = 0;
        std::size_t       at     = 0;
        for (int y = north; y <= south; ++y) {
            std::uint8_t* out = indices.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size) + west;
            for (int x = west; x <= east; ++x, ++at, ++out) {
                const double column = places.column[at], row = places.row[at];
                if (!(column >= 0 && row >= 0 && column < grid_.width && row < grid_.height)) continue;
                *out = classes_.index[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid_.width) + static_cast<std::size_t>(column)];
                any  = any | *out;
            }
        }
        return any != 0;
    }

    /// Whether the window may show a cell; false is certain. Between nodes an eighth of the window apart, places stray from the nodes' box by far
    /// less than the margin of a twentieth.
    [[nodiscard]] bool may_be_seen(const PixelWindow& window, const Transform& to_raster) const {
        const Nodes nodes = exact_nodes(window, to_raster, grid_, 8, 8);
        const auto  finite = [](double v) { return std::isfinite(v); };
        if (!std::ranges::all_of(nodes.column, finite) || !std::ranges::all_of(nodes.row, finite)) return true;
        const auto [west, east]   = std::ranges::minmax(nodes.column);
        const auto [north, south] = std::ranges::minmax(nodes.row);
        const double x_margin = 1 + (east - west) / 20, y_margin = 1 + (south - north) / 20;
        return seen_.any(west - x_margin, north - y_margin, east + x_margin, south + y_margin);
    }

    Grid<Planar>             grid_;
    std::string              crs_;
    ClassRaster              classes_;
    SeenCells                seen_;
    const RasterTileOptions& options_;
    Box<Planar>              whole_{}, outline_{};  ///< of the raster; of the part that is seen, empty where there is none
};

void check(const RasterTileOptions& o) {
    const auto levels = static_cast<int>(o.set->levels.size());
    if (o.min_zoom < 0 || o.min_zoom > o.max_zoom || o.max_zoom >= levels || o.max_zoom > max_tile_level) {
        throw UsageError("zoom levels of tiles: expected 0 <= lowest <= highest < " + std::to_string(levels));
    }
    if (!(o.max_error > 0)) throw UsageError("error of tile pixels: expected a number above 0");
    if (o.compression < 1 || o.compression > 12) throw UsageError("tile compression: expected 1 to 12");
}

}  // namespace

CellPlaces cell_places(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, double max_error) {
    GEO_EXPECTS(window.width > 0 && window.height > 0);
    const Nodes nodes   = dense_enough(window, to_raster, grid, max_error);
    const auto  columns = between_nodes(window.width, nodes.steps_x), rows = between_nodes(window.height, nodes.steps_y);
    CellPlaces  out;
    const std::size_t pixels = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height);
    out.column.resize(pixels);
    out.row.resize(pixels);
    const auto          nodes_wide = static_cast<std::size_t>(nodes.steps_x) + 1;
    std::vector<double> line_column(nodes_wide), line_row(nodes_wide);
    std::size_t         at = 0;
    for (const Between& y : rows) {
        for (std::size_t i = 0; i < nodes_wide; ++i) {
            const std::size_t above = nodes.at(static_cast<int>(i), y.node), below = above + nodes_wide;
            line_column[i] = nodes.column[above] + y.share * (nodes.column[below] - nodes.column[above]);
            line_row[i]    = nodes.row[above] + y.share * (nodes.row[below] - nodes.row[above]);
        }
        for (const Between& x : columns) {
            const auto i   = static_cast<std::size_t>(x.node);
            out.column[at] = line_column[i] + x.share * (line_column[i + 1] - line_column[i]);
            out.row[at]    = line_row[i] + x.share * (line_row[i + 1] - line_row[i]);
            ++at;
        }
    }
    return out;
}

TileSetInfo build_raster_tiles(const Raster<Planar>& raster, const std::string& crs, const ClassScale& scale, const RasterTileOptions& options, TileSink& sink,
                               const Execution& exec) {
    check(options);
    GEO_EXPECTS(raster.grid.width > 0 && raster.grid.height > 0 && raster.values.size() == raster.grid.cells());
    const Painter painter(raster, crs, scale, options);
    for (int z = options.min_zoom; z <= options.max_zoom; ++z) {
        const std::vector<TileId> tiles = painter.tiles(z);
        ordered_pipeline<std::string>(
            exec, tiles.size(), [&](std::size_t i) { return painter.paint(tiles[i]); },
            [&](std::size_t i, std::string&& bytes) {
                if (!bytes.empty()) sink.put(tiles[i], bytes);
            });
    }
    return {options.name, options.description, options.attribution, TileKind::png, options.min_zoom, options.max_zoom, painter.bounds(), {}};
}

}  // namespace gapmap
