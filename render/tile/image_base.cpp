#include "render/tile/image_base.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <tuple>
#include <utility>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

/// A transformation of this thread: making one takes PROJ longer than using it for a tile.
const Transform& transform_between(const std::string& from, const std::string& to) {
    thread_local std::string                names;
    thread_local std::unique_ptr<Transform> kept;
    const std::string                       wanted = from + '\n' + to;
    if (!kept || names != wanted) {
        kept  = std::make_unique<Transform>(from, to);
        names = wanted;
    }
    return *kept;
}

/// Of numbers that an int can hold: without SSE 4.1 std::floor and std::ceil are calls.
int floor_of(double v) noexcept {
    const int whole = static_cast<int>(v);
    return whole - (v < whole ? 1 : 0);
}
int ceil_of(double v) noexcept {
    const int whole = static_cast<int>(v);
    return whole + (v > whole ? 1 : 0);
}

/// The value that all have; nothing where they differ. No data is a value too.
std::optional<float> common_value(const std::vector<float>& cells) {
    const float first = cells.front();
    const bool  same  = std::ranges::all_of(cells, [&](float v) { return v == first || (std::isnan(v) && std::isnan(first)); });
    return same ? std::optional(first) : std::nullopt;
}

/// What part of [cell, cell + 1) lies in [from, to].
double overlap(double from, double to, int cell) noexcept { return std::min(to, cell + 1.0) - std::max(from, static_cast<double>(cell)); }

/// Cells from the first to the last of a line of pixels, by steps; the seam of columns around the earth is no step.
double way(const std::vector<double>& v, std::size_t first, std::size_t stride, int pixels, double period) noexcept {
    const auto at  = [&](int i) { return v[first + static_cast<std::size_t>(i) * stride]; };
    if (period == 0) return std::abs(at(pixels - 1) - at(0));
    double sum = 0;
    for (int i = 1; i < pixels; ++i) sum += std::remainder(at(i) - at(i - 1), period);
    return std::abs(sum);
}

}  // namespace

struct ImageBase::Reach {
    CellBlock  block{};
    CellPlaces places{};
    double     width = 1, height = 1;  ///< of the box that a pixel is the mean of, in cells
};

ImageBase::ImageBase(CellSource& source, const Box<Planar>& box, const ImageTileOptions& options, Resampling resampling, const PixelPlane& plane, int edge)
    : source_(source), info_(source.info()), set_crs_(options.set->crs), resampling_(resampling), plane_(plane), edge_(edge), max_error_(options.max_error), keeps_no_data_(options.no_data.has_value()) {
    const auto& t = info_.transform;
    if (is_geographic(info_.crs) && t[2] == 0 && t[4] == 0) period_ = 360 / std::abs(t[1]);
    around_ = std::abs(period_ - info_.width) < 1e-3;
    look_for_alignment(box);
}

CellPlaces ImageBase::places(const PixelWindow& window) const {
    const auto&  t  = info_.transform;
    const double sx = std::hypot(t[1], t[4]), sy = std::hypot(t[2], t[5]);
    CellPlaces   out = cell_places(window, transform_between(set_crs_, info_.crs), {t[0], t[3], sx, sy, info_.width, info_.height}, max_error_);
    if (t[2] != 0 || t[4] != 0 || t[1] < 0 || t[5] > 0) {
        const double det = t[1] * t[5] - t[2] * t[4];
        for (std::size_t i = 0; i < out.column.size(); ++i) {
            const double dx = out.column[i] * sx, dy = -out.row[i] * sy;
            out.column[i] = (t[5] * dx - t[2] * dy) / det;
            out.row[i]    = (t[1] * dy - t[4] * dx) / det;
        }
    }
    if (period_ == 0) return out;
    for (double& c : out.column) {
        if (c < 0 && c + period_ < info_.width) c += period_;
        else if (c > info_.width && c - period_ >= 0) c -= period_;
    }
    return out;
}

/// Pixels are cells where centres of pixels all over the raster fall on centres of cells, to a hundredth of one.
void ImageBase::look_for_alignment(const Box<Planar>& box) {
    constexpr int nodes = 9;
    const double  x0 = std::round((box.x_min - plane_.left) / plane_.resolution), y0 = std::round((plane_.top - box.y_max) / plane_.resolution);
    const double  wide = std::floor((box.x_max - box.x_min) / plane_.resolution / (nodes - 1)), high = std::floor((box.y_max - box.y_min) / plane_.resolution / (nodes - 1));
    const double  step = std::max(1.0, std::min(wide, high));
    const auto    at   = places({plane_.left + (x0 + 0.5) * plane_.resolution, plane_.top - (y0 + 0.5) * plane_.resolution, step * plane_.resolution, nodes, nodes});
    const double  column = std::round(at.column[0] - 0.5), row = std::round(at.row[0] - 0.5);
    aligned_ = true;
    for (int j = 0; j < nodes; ++j) {
        for (int i = 0; i < nodes; ++i) {
            const auto k = static_cast<std::size_t>(j * nodes + i);
            aligned_     = aligned_ && std::abs(at.column[k] - 0.5 - column - i * step) < 0.01 && std::abs(at.row[k] - 0.5 - row - j * step) < 0.01;
        }
    }
    if (!aligned_) return;
    column_shift_ = static_cast<std::int64_t>(column - x0);
    row_shift_    = static_cast<std::int64_t>(row - y0);
}

struct ImageBase::Net {
    bool      may_reach = false;  ///< false only where the raster is certainly elsewhere
    bool      is_inside = false;  ///< true only where the whole tile certainly lies on the raster
    CellBlock block{};            ///< where inside: all cells that any pixel may need, and some around
};

PixelWindow ImageBase::window(std::uint32_t x, std::uint32_t y) const noexcept {
    return {plane_.left + (static_cast<double>(x) * edge_ + 0.5) * plane_.resolution, plane_.top - (static_cast<double>(y) * edge_ + 0.5) * plane_.resolution, plane_.resolution, edge_, edge_};
}

ImageBase::Net ImageBase::net_of(const PixelWindow& window) const {
    constexpr int nodes = 17;
    const auto    at    = places({window.x_first, window.y_first, window.resolution * (window.width - 1) / (nodes - 1), nodes, nodes});
    double        west = std::numeric_limits<double>::infinity(), east = -west, north = west, south = -west;
    bool          finite = true;
    for (std::size_t i = 0; i < at.column.size(); ++i) {
        if (!std::isfinite(at.column[i]) || !std::isfinite(at.row[i])) {
            finite = false;
            continue;
        }
        west  = std::min(west, at.column[i]);
        east  = std::max(east, at.column[i]);
        north = std::min(north, at.row[i]);
        south = std::max(south, at.row[i]);
    }
    const double dx = (east - west) / (nodes - 1) + 1, dy = (south - north) / (nodes - 1) + 1;
    Net          out;
    out.may_reach = west - dx < info_.width && east + dx > 0 && north - dy < info_.height && south + dy > 0;
    out.is_inside = finite && west - dx >= 0 && east + dx < info_.width && north - dy >= 0 && south + dy < info_.height && east - west < info_.width / 2.0;
    if (!out.is_inside) return out;
    const auto whole = [](double v) { return static_cast<int>(std::floor(v)); };
    out.block = {whole(west - dx), whole(north - dy), whole(east + dx) - whole(west - dx) + 1, whole(south + dy) - whole(north - dy) + 1};
    return out;
}

/// Whether a tile that lies inside may be made from the cells of its net alone: unless they are more than pixels, when looking at them costs more than it saves.
bool ImageBase::is_magnified(const Net& net) const noexcept { return net.is_inside && net.block.cells() <= static_cast<std::size_t>(edge_) * static_cast<std::size_t>(edge_); }

/// Of the box that a pixel is the mean of, in cells: by the ways along the tile's middle lines.
std::pair<double, double> ImageBase::pixel_size(const CellPlaces& p) const {
    const auto edge = static_cast<std::size_t>(edge_), half = edge / 2;
    const auto size = [&](double cells) { return std::isfinite(cells) ? std::clamp(cells / (edge_ - 1), 1e-6, 2.0) : 1.0; };
    return {size(way(p.column, half * edge, 1, edge_, period_) + way(p.column, half, edge, edge_, period_)), size(way(p.row, half * edge, 1, edge_, 0) + way(p.row, half, edge, edge_, 0))};
}

bool ImageBase::reach(const PixelWindow& window, Reach& out) const {
    out.places = places(window);
    const auto& p = out.places;
    if (resampling_ == Resampling::average) std::tie(out.width, out.height) = pixel_size(p);
    const double w = out.width / 2, h = out.height / 2;
    double       west = std::numeric_limits<double>::infinity(), east = -west, north = west, south = -west;
    for (std::size_t i = 0; i < p.column.size(); ++i) {
        if (!(p.column[i] > -w && p.column[i] < info_.width + w && p.row[i] > -h && p.row[i] < info_.height + h)) continue;
        west  = std::min(west, p.column[i]);
        east  = std::max(east, p.column[i]);
        north = std::min(north, p.row[i]);
        south = std::max(south, p.row[i]);
    }
    if (!(west <= east)) return false;
    const auto clip = [](double v, int most) { return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(most))); };
    const auto column = [&](double v, int most) { return around_ ? static_cast<int>(std::clamp(v, -2.0, info_.width + 2.0)) : clip(v, most); };
    const int  c0 = column(std::floor(west - w), info_.width - 1), c1 = column(std::floor(east + w) + 1, info_.width);
    const int  r0 = clip(std::floor(north - h), info_.height - 1), r1 = clip(std::floor(south + h) + 1, info_.height);
    out.block = {c0, r0, std::max(1, c1 - c0), std::max(1, r1 - r0)};
    return true;
}

void ImageBase::load(const CellBlock& block, std::vector<Pixel>& to) const {
    to.resize(block.cells());
    source_.read_colours(block, {reinterpret_cast<std::uint8_t*>(to.data()), to.size() * 4});
}
void ImageBase::load(const CellBlock& block, std::vector<float>& to) const {
    to.resize(block.cells());
    source_.read_values(block, to);
}

/// Columns beyond the ends are those of the other end.
template <class Cell>
void ImageBase::load_around(const CellBlock& block, std::vector<Cell>& to) const {
    const int end = block.column + block.width;
    if (block.column >= 0 && end <= info_.width) return load(block, to);
    std::vector<Cell> piece;
    to.resize(block.cells());
    for (int from = block.column, wide = 0; from < end; from += wide) {
        const int first = (from + info_.width) % info_.width;
        wide            = std::min(info_.width - first, end - from);
        load({first, block.row, wide, block.height}, piece);
        for (int r = 0; r < block.height; ++r) std::copy_n(piece.begin() + std::ptrdiff_t{r} * wide, wide, to.begin() + std::ptrdiff_t{r} * block.width + (from - block.column));
    }
}

/// The mean over a box of premultiplied colours.
struct ColourMix {
    double red = 0, green = 0, blue = 0, opacity = 0, area = 0;
    void   add(Pixel p, double share) noexcept {
        const double seen = share * (p >> 24);
        red += seen * (p & 0xFF);
        green += seen * (p >> 8 & 0xFF);
        blue += seen * (p >> 16 & 0xFF);
        opacity += seen;
    }
    [[nodiscard]] Pixel result() const noexcept {
        const auto byte = [](double v) { return static_cast<Pixel>(std::clamp(v + 0.5, 0.0, 255.0)); };
        const Pixel a   = byte(opacity / area);
        return a == 0 ? 0 : byte(red / opacity) | byte(green / opacity) << 8 | byte(blue / opacity) << 16 | a << 24;
    }
    static Pixel whole(Pixel p) noexcept { return p; }
};

/// The mean over a box of values.
struct ValueMix {
    double sum = 0, weight = 0, inside = 0, area = 0;
    void   add(float v, double share) noexcept {
        inside += share;
        if (std::isnan(v)) return;
        sum += share * static_cast<double>(v);
        weight += share;
    }
    [[nodiscard]] Measure result() const noexcept {
        return {weight > 0 ? static_cast<float>(sum / weight) : 0.0F, static_cast<float>(std::min(1.0, weight / area)), static_cast<float>(std::min(1.0, inside / area))};
    }
    static Measure whole(float v) noexcept { return std::isnan(v) ? Measure{0, 0, 1} : Measure{v, 1, 1}; }
};

/// Pixels no larger than a cell, all of them inside: each is the mean of one to four cells. False where they are larger.
bool ImageBase::sample_fine(const PixelWindow& pixels, const Net& net, const std::vector<float>& cells, std::vector<Measure>& to) const {
    const CellPlaces at          = places(pixels);
    const auto [width, height]   = pixel_size(at);
    if (width > 1 || height > 1) return false;
    const double west = net.block.column + width / 2, north = net.block.row + height / 2;
    const auto   last_column = net.block.width - 2, last_row = net.block.height - 2;
    for (std::size_t i = 0; i < to.size(); ++i) {
        const double u = at.column[i] - west, v = at.row[i] - north;
        const int    c = std::clamp(static_cast<int>(u), 0, last_column), r = std::clamp(static_cast<int>(v), 0, last_row);
        const double east = std::max(0.0, u + width - (c + 1)), south = std::max(0.0, v + height - (r + 1));  // what lies in the next cell
        const float* cell = cells.data() + static_cast<std::size_t>(r) * static_cast<std::size_t>(net.block.width) + static_cast<std::size_t>(c);
        if (east == 0 && south == 0) {
            to[i] = ValueMix::whole(*cell);
            continue;
        }
        ValueMix mix;
        mix.area = width * height;
        mix.add(cell[0], (height - south) * (width - east));
        if (east > 0) mix.add(cell[1], (height - south) * east);
        if (south > 0) mix.add(cell[net.block.width], south * (width - east));
        if (east > 0 && south > 0) mix.add(cell[net.block.width + 1], south * east);
        to[i] = mix.result();
    }
    return true;
}

template <class Cell, class From, class Mix>
TileGround ImageBase::sample(std::uint32_t x, std::uint32_t y, std::vector<Cell>& to, std::vector<From>& buffer, const Mix&) const {
    const auto edge = static_cast<std::size_t>(edge_);
    to.assign(edge * edge, Cell{});
    if (aligned_) {
        const std::int64_t c0 = std::int64_t{x} * edge_ + column_shift_, r0 = std::int64_t{y} * edge_ + row_shift_;
        const auto         first = [](std::int64_t v) { return std::max<std::int64_t>(v, 0); };
        const std::int64_t west = first(c0), north = first(r0), east = std::min<std::int64_t>(c0 + edge_, info_.width), south = std::min<std::int64_t>(r0 + edge_, info_.height);
        if (west >= east || north >= south) return TileGround::nothing;
        const CellBlock block{static_cast<int>(west), static_cast<int>(north), static_cast<int>(east - west), static_cast<int>(south - north)};
        if constexpr (std::is_same_v<Cell, From>) {
            if (block.cells() == to.size()) {
                load(block, to);
                return TileGround::mixed;
            }
        }
        load(block, buffer);
        for (int r = 0; r < block.height; ++r) {
            Cell* row = to.data() + static_cast<std::size_t>(north - r0 + r) * edge + static_cast<std::size_t>(west - c0);
            for (int c = 0; c < block.width; ++c) row[c] = Mix::whole(buffer[static_cast<std::size_t>(r) * static_cast<std::size_t>(block.width) + static_cast<std::size_t>(c)]);
        }
        return TileGround::mixed;
    }
    const PixelWindow pixels = window(x, y);
    const Net         net    = net_of(pixels);
    if (!net.may_reach) return TileGround::nothing;
    if constexpr (std::is_same_v<From, float>) {
        if (is_magnified(net)) {
            load(net.block, buffer);
            if (const auto value = common_value(buffer)) {
                if (std::isnan(*value) && !keeps_no_data_) return TileGround::nothing;
                std::ranges::fill(to, Mix::whole(*value));
                return TileGround::uniform;
            }
            if (resampling_ == Resampling::average && sample_fine(pixels, net, buffer, to)) return TileGround::mixed;
        }
    }
    Reach found;
    if (!reach(pixels, found)) return TileGround::nothing;
    const CellBlock& b = found.block;
    load_around(b, buffer);
    const auto cell = [&](int c, int r) { return buffer[static_cast<std::size_t>(r - b.row) * static_cast<std::size_t>(b.width) + static_cast<std::size_t>(c - b.column)]; };
    for (std::size_t i = 0; i < to.size(); ++i) {
        const double u = found.places.column[i], v = found.places.row[i];
        if (!std::isfinite(u) || !std::isfinite(v)) continue;
        if (resampling_ == Resampling::nearest) {
            const double c = std::floor(u), r = std::floor(v);
            if (c >= b.column && r >= b.row && c < b.column + b.width && r < b.row + b.height) to[i] = Mix::whole(cell(static_cast<int>(c), static_cast<int>(r)));
            continue;
        }
        const double u0 = u - found.width / 2, u1 = u + found.width / 2, v0 = v - found.height / 2, v1 = v + found.height / 2;
        if (u1 <= b.column || v1 <= b.row || u0 >= b.column + b.width || v0 >= b.row + b.height) continue;
        const int c0 = std::max(b.column, floor_of(u0)), c1 = std::min(b.column + b.width, ceil_of(u1));
        const int r0 = std::max(b.row, floor_of(v0)), r1 = std::min(b.row + b.height, ceil_of(v1));
        if (c1 - c0 == 1 && r1 - r0 == 1 && u0 >= c0 && u1 <= c1 && v0 >= r0 && v1 <= r1) {
            to[i] = Mix::whole(cell(c0, r0));
            continue;
        }
        Mix mix;
        mix.area = found.width * found.height;
        for (int r = r0; r < r1; ++r) {
            const double high = overlap(v0, v1, r);
            for (int c = c0; c < c1; ++c) mix.add(cell(c, r), high * overlap(u0, u1, c));
        }
        to[i] = mix.result();
    }
    return TileGround::mixed;
}

TileGround ImageBase::read(std::uint32_t x, std::uint32_t y, std::vector<Pixel>& to, Scratch& scratch) const {
    const TileGround ground = sample(x, y, to, scratch.colours, ColourMix{});
    return ground != TileGround::nothing && clean_pixels(to.data(), to.size()) ? ground : TileGround::nothing;
}

TileGround ImageBase::read(std::uint32_t x, std::uint32_t y, std::vector<Measure>& to, Scratch& scratch) const {
    return sample(x, y, to, scratch.values, ValueMix{});
}

}  // namespace gapmap
