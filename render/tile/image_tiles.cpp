#include "render/tile/image_tiles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/transform.h"
#include "render/hatch.h"
#include "render/tile/image_base.h"
#include "render/tile/image_cells.h"
#include "render/tile/image_outline.h"
#include "render/tile/tile_spool.h"

namespace gapmap {
namespace {

/// Tiles of a level, from the first to the last column and row.
struct TileRange {
    std::uint32_t west = 0, north = 0, east = 0, south = 0;

    [[nodiscard]] bool      holds(std::uint32_t x, std::uint32_t y) const noexcept { return x >= west && x <= east && y >= north && y <= south; }
    [[nodiscard]] TileRange above() const noexcept { return {west / 2, north / 2, east / 2, south / 2}; }
};

/// Levels of which each has four tiles where the one above has one.
struct Chain {
    int                    top = 0, last = 0;  ///< levels of the set that are wanted
    int                    base = 0;           ///< >= last: the level that is read, perhaps finer than any that is wanted
    PixelPlane             plane{};            ///< of the base
    std::vector<TileRange> ranges{};           ///< from top to base
    [[nodiscard]] const TileRange& range(int level) const { return ranges[static_cast<std::size_t>(level - top)]; }
};

bool nested(const TileMatrixSet& set, int z) {
    const auto above = set.box({static_cast<std::uint8_t>(z), 0, 0}), below = set.box({static_cast<std::uint8_t>(z + 1), 0, 0});
    const double slack = 1e-9 * (std::abs(above.x_min) + std::abs(above.y_max) + set.span(z));
    return std::abs(set.span(z) - 2 * set.span(z + 1)) <= 1e-9 * set.span(z) && std::abs(above.x_min - below.x_min) <= slack && std::abs(above.y_max - below.y_max) <= slack;
}

Chain chain_of(const TileMatrixSet& set, int top, int last, const ImageOutline& outline, int edge) {
    const auto corner     = set.box({static_cast<std::uint8_t>(last), 0, 0});
    double     resolution = set.span(last) / edge;
    Chain      out{top, last, last, {}, {}};
    for (; resolution > outline.finest * (1 + 1e-6) && out.base < last + 24; ++out.base) resolution /= 2;
    out.plane = {corner.x_min, corner.y_max, resolution};
    const TileMatrix& level = set.levels[static_cast<std::size_t>(last)];
    const double      shift = std::ldexp(1.0, out.base - last), span = resolution * edge;
    if (level.columns * shift > std::numeric_limits<std::uint32_t>::max() || level.rows * shift > std::numeric_limits<std::uint32_t>::max()) {
        throw InputError("has cells too fine for tiles");
    }
    // A thousandth of a pixel is rounding, not ground.
    const auto first = [&](double v, double count) { return static_cast<std::uint32_t>(std::clamp(std::floor(v / span + 1e-3 / edge), 0.0, count - 1)); };
    const auto final = [&](double v, double count) { return static_cast<std::uint32_t>(std::clamp(std::ceil(v / span - 1e-3 / edge) - 1, 0.0, count - 1)); };
    TileRange  range{first(outline.box.x_min - out.plane.left, level.columns * shift), first(out.plane.top - outline.box.y_max, level.rows * shift),
                    final(outline.box.x_max - out.plane.left, level.columns * shift), final(out.plane.top - outline.box.y_min, level.rows * shift)};
    for (int z = out.base; z >= top; --z, range = range.above()) out.ranges.push_back(range);
    std::ranges::reverse(out.ranges);
    return out;
}

/// Values to pixels.
class ValuePainter {
public:
    explicit ValuePainter(const ImageTileOptions& options) : options_(options) {
        if (const auto* classes = options.colours ? std::get_if<ClassScale>(&*options.colours) : nullptr) {
            GEO_EXPECTS(classes->colours.size() == classes->breaks.size() + 1);
        }
    }
    /// `x`, `y`: the first pixel, counted from the level's corner.
    bool paint(const std::vector<Measure>& from, std::uint64_t x, std::uint64_t y, std::size_t edge, Pixel* to) const {
        const auto ratio = static_cast<std::uint64_t>(options_.pixel_ratio);
        Pixel      seen = 0, known = 0;
        float      known_mean = std::numeric_limits<float>::quiet_NaN();  // neighbours often have one value
        for (std::size_t i = 0; i < from.size(); ++i) {
            const Measure& m = from[i];
            if (m.weight >= 0.5F && !(options_.hatch_zero && m.mean == 0)) {
                if (m.mean != known_mean) {
                    known      = pixel_of(colour_of(static_cast<double>(m.mean)));
                    known_mean = m.mean;
                }
                to[i] = known;
            } else {
                const std::uint64_t px = (x + i % edge) / ratio, py = (y + i / edge) / ratio;
                if (m.weight >= 0.5F) to[i] = pixel_of(hatch_zero_pixel(px, py));
                else to[i] = options_.no_data && m.inside >= 0.5F ? pixel_of(hatch_pixel(*options_.no_data, px, py)) : 0;
            }
            seen |= to[i];
        }
        return seen != 0;
    }

    /// Whether ground of one value all over has any pixel to be seen.
    [[nodiscard]] bool shows(const Measure& m) const noexcept {
        if (m.weight < 0.5F) return options_.no_data.has_value();
        return (options_.hatch_zero && m.mean == 0) || colour_of(static_cast<double>(m.mean)).a != 0;
    }
    static bool shows(Pixel p) noexcept { return p != 0; }

private:
    static Pixel pixel_of(Rgba c) noexcept { return c.a == 0 ? 0 : Pixel{c.r} | Pixel{c.g} << 8 | Pixel{c.b} << 16 | Pixel{c.a} << 24; }
    [[nodiscard]] Rgba colour_of(double v) const noexcept {
        if (const auto* classes = std::get_if<ClassScale>(&*options_.colours)) return classes->colours[class_of(*classes, v)];
        return colour_at(std::get<ColourRamp>(*options_.colours), v);
    }
    const ImageTileOptions& options_;
};

/// What a tile's bytes are made of. `engine` rises with each change of what the encoder makes of the same pixels.
Hash128 inputs_of(const ImageTileOptions& o, std::span<const Pixel> pixels) {
    constexpr std::uint64_t engine = 1;
    Hasher128               hasher;
    for (const std::uint64_t v : {engine, static_cast<std::uint64_t>(o.format), static_cast<std::uint64_t>(o.compression), static_cast<std::uint64_t>(o.quality)}) hasher.add(v);
    hasher.add(std::string_view(reinterpret_cast<const char*>(pixels.data()), pixels.size_bytes()));
    return hasher.value();
}

/// Bits of both in turn: the four below a tile follow each other, on every level.
std::uint64_t quad_order(std::uint32_t x, std::uint32_t y) noexcept {
    std::uint64_t out = 0;
    for (int bit = 31; bit >= 0; --bit) out = out << 2 | (y >> bit & 1U) << 1 | (x >> bit & 1U);
    return out;
}

/// What a pyramid is made of: cells of the base and of the levels above.
template <class BaseCell, class AboveCell, bool picks>
struct Kind {
    using Base                     = BaseCell;
    using Above                    = AboveCell;
    static constexpr bool is_picks = picks;
};
using ColourMeans = Kind<Pixel, Tint, false>;
using ColourPicks = Kind<Pixel, Pixel, true>;
using ValueMeans  = Kind<Measure, Measure, false>;
using ValuePicks  = Kind<Measure, Measure, true>;

/// What all pyramids of a job share.
struct Job {
    CellSource&                    source;
    const ImageTileOptions&        options;
    int                            edge;
    const ImageBase&               reader;
    TileSpool&                     spool;
    std::vector<ImageLevelReport>& levels;
};

/// Builds a chain of levels. Subtrees of the quad tree are built each by one thread, depth first, so that few images are alive; where the four below a tile are done, the
/// thread that finished the last of them goes on with it.
template <class K>
class Pyramid {
public:
    Pyramid(const Job& job, const Chain& chain) : job_(job), chain_(chain), painter_(job.options), edge_(static_cast<std::size_t>(job.edge)) {
        const auto roots_at = [&](int level) {
            const TileRange& r = chain.range(level);
            return (std::uint64_t{r.east} - r.west + 1) * (std::uint64_t{r.south} - r.north + 1);
        };
        root_level_ = std::max(chain.top, chain.base - 3);
        while (root_level_ < chain.base && roots_at(root_level_) < 16) ++root_level_;
        const TileRange& r = chain.range(root_level_);
        for (std::uint32_t y = r.north; y <= r.south; ++y) {
            for (std::uint32_t x = r.west; x <= r.east; ++x) roots_.push_back({0, x, y});
        }
        // Files in strips are read row by row of tiles, others block by block of tiles.
        if (job.source.info().block_width < job.source.info().width) std::ranges::sort(roots_, {}, [](TileId t) { return quad_order(t.x, t.y); });
    }

    void build(const Execution& exec) {
        parallel_chunks(exec, roots_.size(), 1, [&](std::size_t i, std::size_t) {
            Worker worker(job_.options);
            worker.above.resize(static_cast<std::size_t>(chain_.base - root_level_));
            const TileId root = roots_[i];
            const bool   any  = grow(worker, root_level_, root.x, root.y);
            if (root_level_ == chain_.base) rise(worker, root.x, root.y, any, worker.base);
            else rise(worker, root.x, root.y, any, worker.above[0]);
            const std::lock_guard lock(guard_);
            exec.report("tiles", ++done_, roots_.size());
        });
    }

private:
    using Above = typename K::Above;
    using Base  = typename K::Base;
    struct Worker {
        explicit Worker(const ImageTileOptions& o) : encoder(o.format, o.compression, o.quality) {}
        ImageEncoder                    encoder;
        ImageBase::Scratch              scratch;
        std::vector<Base>               base;
        std::vector<std::vector<Above>> above;  ///< one a level from the root's
        std::vector<Pixel>              pixels;
    };
    /// A tile whose four below are not all done.
    struct Pending {
        std::vector<Above> image;
        int                left = 0;
        bool               any  = false;
    };

    bool grow(Worker& w, int level, std::uint32_t x, std::uint32_t y) {
        if (level == chain_.base) {
            const TileGround ground = job_.reader.read(x, y, w.base, w.scratch);
            if (ground == TileGround::nothing) return false;
            if (ground == TileGround::mixed || painter_.shows(w.base.front())) emit(w, level, x, y, w.base);
            return true;
        }
        auto& image = w.above[static_cast<std::size_t>(level - root_level_)];
        image.assign(edge_ * edge_, Above{});
        bool any = false;
        for (std::uint32_t q = 0; q < 4; ++q) {
            const std::uint32_t cx = 2 * x + q % 2, cy = 2 * y + q / 2;
            if (!chain_.range(level + 1).holds(cx, cy) || !grow(w, level + 1, cx, cy)) continue;
            any = true;
            if (level + 1 == chain_.base) shrink(w.base, level + 1, cx, cy, image);
            else shrink(w.above[static_cast<std::size_t>(level + 1 - root_level_)], level + 1, cx, cy, image);
        }
        if (any) emit(w, level, x, y, image);
        return any;
    }

    template <class Cell>
    void shrink(const std::vector<Cell>& from, int level, std::uint32_t x, std::uint32_t y, std::vector<Above>& into) const {
        Above* to = into.data() + (y % 2) * (edge_ / 2) * edge_ + (x % 2) * (edge_ / 2);
        // Near and far in turn: the cell picked stays within a fifth of a pixel of the centre on all levels.
        if constexpr (K::is_picks) pick(from.data(), edge_, (chain_.base - level) % 2 == 0, to);
        else halve(from.data(), edge_, to);
    }

    /// Hands a finished root to the tile above it, and so on while that makes tiles whole.
    template <class Cell>
    void rise(Worker& w, std::uint32_t x, std::uint32_t y, bool any, std::vector<Cell>& root) {
        std::vector<Above> carried;
        for (int level = root_level_; level > chain_.top; --level, x /= 2, y /= 2) {
            Pending* above = wait_for(level - 1, x / 2, y / 2);
            if (any && level == root_level_) shrink(root, level, x, y, above->image);
            else if (any) shrink(carried, level, x, y, above->image);
            {
                const std::lock_guard lock(guard_);
                above->any = above->any || any;
                if (--above->left > 0) return;
                any     = above->any;
                carried = std::move(above->image);
                pending_.erase(TileId{static_cast<std::uint8_t>(level - 1), x / 2, y / 2});
            }
            if (any) emit(w, level - 1, x / 2, y / 2, carried);
        }
    }

    Pending* wait_for(int level, std::uint32_t x, std::uint32_t y) {
        const std::lock_guard lock(guard_);
        Pending&              out = pending_[TileId{static_cast<std::uint8_t>(level), x, y}];
        if (out.image.empty()) {
            out.image.assign(edge_ * edge_, Above{});
            for (std::uint32_t q = 0; q < 4; ++q) out.left += chain_.range(level + 1).holds(2 * x + q % 2, 2 * y + q / 2) ? 1 : 0;
        }
        return &out;
    }

    template <class Cell>
    void emit(Worker& w, int level, std::uint32_t x, std::uint32_t y, const std::vector<Cell>& image) {
        if (level > chain_.last) return;
        const Pixel* pixels = nullptr;
        if constexpr (std::is_same_v<Cell, Pixel>) {
            pixels = image.data();
        } else {
            w.pixels.resize(edge_ * edge_);
            bool seen = false;
            if constexpr (std::is_same_v<Cell, Tint>) seen = to_pixels(image.data(), image.size(), w.pixels.data());
            else seen = painter_.paint(image, std::uint64_t{x} * edge_, std::uint64_t{y} * edge_, edge_, w.pixels.data());
            if (!seen) return;
            pixels = w.pixels.data();
        }
        const TileId  tile{static_cast<std::uint8_t>(level), x, y};
        const Hash128 inputs = job_.options.earlier == nullptr ? Hash128{} : inputs_of(job_.options, {pixels, edge_ * edge_});
        auto          kept   = job_.options.earlier == nullptr ? std::nullopt : job_.options.earlier->find(tile, inputs);
        std::string   bytes  = kept ? std::move(*kept) : w.encoder.encode({pixels, edge_ * edge_}, job_.edge);
        {
            const std::lock_guard lock(guard_);
            ImageLevelReport&     r = job_.levels[static_cast<std::size_t>(level - job_.levels.front().zoom)];
            ++r.tiles;
            r.tiles_taken_over += kept ? 1U : 0U;
            r.indexed += is_indexed_png(bytes) ? 1U : 0U;
            r.bytes += bytes.size();
            r.largest = std::max<std::uint64_t>(r.largest, bytes.size());
        }
        job_.spool.put(tile, inputs, std::move(bytes));
    }

    const Job&                job_;
    const Chain&              chain_;
    ValuePainter              painter_;
    std::size_t               edge_;
    int                       root_level_ = 0;
    std::vector<TileId>       roots_;
    std::mutex                guard_;
    std::map<TileId, Pending> pending_;
    std::size_t               done_ = 0;
};

void check(const CellSource& source, const ImageTileOptions& o) {
    const int  first = o.set->first_level, last = o.set->last_level();
    const auto known = [&](int z) { return z == -1 || (z >= first && z <= last); };
    if (!known(o.min_zoom) || !known(o.max_zoom) || (o.max_zoom >= 0 && o.min_zoom > o.max_zoom)) {
        throw UsageError(fmt::format("zoom levels of {}: expected {} <= min <= max <= {}", o.set->id, first, last));
    }
    if (!(o.max_error > 0)) throw UsageError("error of tile pixels: expected a number above 0");
    if (o.compression < 1 || o.compression > 12) throw UsageError("tile compression: expected 1 to 12");
    if (o.quality < 1 || o.quality > 100) throw UsageError("tile quality: expected 1 to 100");
    if (o.pixel_ratio != 1 && o.pixel_ratio != 2) throw UsageError("pixel ratio of tiles: expected 1 or 2");
    const CellSourceInfo& info = source.info();
    if (o.colours && !info.has_values) throw InputError("is a picture, which has colours already: leave the palette out, or name one band", {info.name});
    if (!o.colours && !info.has_colours) throw InputError(fmt::format("holds values ({}) and no colours: give a palette", info.type), {info.name});
}

/// -1 is replaced by what fits the raster.
std::pair<int, int> zooms(const ImageTileOptions& o, const ImageOutline& outline, int edge) {
    int finest = o.set->first_level;
    while (finest < o.set->last_level() && o.set->span(finest) / edge > outline.finest * (1 + 1e-6)) ++finest;
    const int    last = o.max_zoom >= 0 ? o.max_zoom : std::max(finest, o.min_zoom);
    const double side = std::max(outline.box.x_max - outline.box.x_min, outline.box.y_max - outline.box.y_min);
    int          top  = last;
    while (top > o.set->first_level && o.set->span(top) < side * (1 - 1e-9)) --top;
    return {o.min_zoom >= 0 ? o.min_zoom : top, last};
}

Box<Lonlat> bounds_of(const Box<Planar>& box, const TileMatrixSet& set) {
    std::vector<double> x, y;
    for (int j = 0; j <= 8; ++j) {
        for (int i = 0; i <= 8; ++i) {
            x.push_back(box.x_min + (box.x_max - box.x_min) * i / 8);
            y.push_back(box.y_min + (box.y_max - box.y_min) * j / 8);
        }
    }
    Transform(set.crs, "OGC:CRS84").apply(x, y);
    Box<Lonlat> out;
    for (std::size_t k = 0; k < x.size(); ++k) {
        if (!std::isfinite(x[k]) || !std::isfinite(y[k])) continue;
        if (out.is_empty()) out = {x[k], y[k], x[k], y[k]};
        out = {std::min(out.x_min, x[k]), std::min(out.y_min, y[k]), std::max(out.x_max, x[k]), std::max(out.y_max, y[k])};
    }
    return out;
}

}  // namespace

TileSetInfo build_image_tiles(CellSource& source, const ImageTileOptions& options, TileSink& sink, const Execution& exec, std::vector<ImageLevelReport>* report) {
    check(source, options);
    const TileMatrixSet& set     = *options.set;
    const int            edge    = static_cast<int>(set.tile_size) * options.pixel_ratio;
    const ImageOutline   outline = image_outline(source.info(), set);
    const auto [first, last]     = zooms(options, outline, edge);
    Resampling resampling        = options.resampling;
    if (resampling == Resampling::automatic) resampling = source.info().classes ? Resampling::nearest : Resampling::average;
    std::vector<ImageLevelReport> levels;
    for (int z = first; z <= last; ++z) levels.push_back({.zoom = z});
    TileSpool spool(set, options.memory_bytes);
    for (int z = last, top = last; z >= first; z = top - 1) {
        for (top = z; top > first && nested(set, top - 1);) --top;
        const Chain     chain = chain_of(set, top, z, outline, edge);
        const ImageBase reader(source, outline.box, options, resampling, chain.plane, edge);
        const Job       job{source, options, edge, reader, spool, levels};
        const bool      picks = resampling == Resampling::nearest;
        if (options.colours && picks) Pyramid<ValuePicks>(job, chain).build(exec);
        else if (options.colours) Pyramid<ValueMeans>(job, chain).build(exec);
        else if (picks) Pyramid<ColourPicks>(job, chain).build(exec);
        else Pyramid<ColourMeans>(job, chain).build(exec);
    }
    spool.drain(sink, options.earlier);
    if (report != nullptr) *report = levels;
    const TileKind kind = options.format == ImageFormat::png ? TileKind::png : TileKind::webp;
    return {options.name, options.description, options.attribution, kind, first, last, bounds_of(outline.box, set), {}};
}

}  // namespace gapmap
