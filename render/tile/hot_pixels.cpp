#include "render/tile/hot_pixels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "geo/shape/orientation.h"

namespace gapmap {
namespace {

constexpr std::uint64_t every_row = 0x0101010101010101ULL;

/// Bits of an 8 x 8 block in columns c0..c1 and rows r0..r1.
std::uint64_t bits_of(int c0, int c1, int r0, int r1) noexcept {
    const std::uint64_t columns = ((0xFFULL << c0) & (0xFFULL >> (7 - c1))) * every_row;
    return columns & (~std::uint64_t{0} << (8 * r0)) & (~std::uint64_t{0} >> (8 * (7 - r1)));
}

unsigned block_of(LatticePoint p) noexcept { return static_cast<unsigned>(((p.y >> 3) & 7) * 8 + ((p.x >> 3) & 7)); }

std::uint64_t bit_of(LatticePoint p) noexcept { return std::uint64_t{1} << ((p.y & 7) * 8 + (p.x & 7)); }

}  // namespace

void HotPixels::reset(std::int64_t x, std::int64_t y, std::int32_t width, std::int32_t height) {
    for (const std::uint32_t place : places_) directory_[place] = 0;
    places_.clear();
    x_       = static_cast<double>(x);
    y_       = static_cast<double>(y);
    columns_ = (width >> 6) + 1;
    const std::size_t count = static_cast<std::size_t>(columns_) * static_cast<std::size_t>((height >> 6) + 1);
    if (directory_.size() < count) directory_.resize(count, 0);
}

void HotPixels::add(LatticePoint p) {
    const auto place = static_cast<std::uint32_t>((p.y >> 6) * columns_ + (p.x >> 6));
    if (directory_[place] == 0) {
        places_.push_back(place);
        directory_[place] = static_cast<std::uint32_t>(places_.size());
        if (squares_.size() < places_.size()) squares_.emplace_back();
        else squares_[places_.size() - 1] = Square{};
    }
    Square&        s     = squares_[directory_[place] - 1];
    const unsigned block = block_of(p);
    s.used |= std::uint64_t{1} << block;
    s.hot[block] |= bit_of(p);
}

bool HotPixels::mark(LatticePoint p) noexcept {
    std::uint64_t& word = squares_[directory_[static_cast<std::size_t>((p.y >> 6) * columns_ + (p.x >> 6))] - 1].marked[block_of(p)];
    const bool     had  = (word & bit_of(p)) != 0;
    word |= bit_of(p);
    return had;
}

void HotPixels::unmark(LatticePoint p) noexcept {
    squares_[directory_[static_cast<std::size_t>((p.y >> 6) * columns_ + (p.x >> 6))] - 1].marked[block_of(p)] &= ~bit_of(p);
}

const HotPixels::Square* HotPixels::square(std::int32_t column, std::int32_t row) const noexcept {
    const std::uint32_t at = directory_[static_cast<std::size_t>(row * columns_ + column)];
    return at == 0 ? nullptr : &squares_[at - 1];
}

void HotPixels::along(const LatticeEdge& e, std::vector<LatticePoint>& out) const {
    const auto [x_low, x_high] = std::minmax(e.a.x, e.b.x);
    const auto [y_low, y_high] = std::minmax(e.a.y, e.b.y);
    const std::size_t before   = out.size();
    const double      slope    = (e.by - e.ay) / (e.bx - e.ax);  // used only where the edge is wider than a square
    for (std::int32_t column = x_low >> 6; column <= x_high >> 6; ++column) {
        std::int32_t low = y_low, high = y_high;
        if (x_low >> 6 != x_high >> 6) {
            // Where the edge is in this column of squares, a step to either side.
            const double west = x_ + (column << 6) - 1 - e.ax, y0 = e.ay + west * slope - y_, y1 = e.ay + (west + 66) * slope - y_;
            low  = static_cast<std::int32_t>(std::max<double>(y_low, std::min(y0, y1) - 2));
            high = static_cast<std::int32_t>(std::min<double>(y_high, std::max(y0, y1) + 2));
        }
        for (std::int32_t row = low >> 6; row <= high >> 6; ++row) {
            if (const Square* s = square(column, row)) search(*s, column, row, e, out);
        }
    }
    if (out.size() < before + 2) return;
    // An edge goes through pixels monotonously in x and in y.
    const int along_x = e.a.x <= e.b.x ? 1 : -1, along_y = e.a.y <= e.b.y ? 1 : -1;
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), [&](LatticePoint p, LatticePoint q) {
        return p.x != q.x ? p.x * along_x < q.x * along_x : p.y * along_y < q.y * along_y;
    });
}

void HotPixels::search(const Square& s, std::int32_t column, std::int32_t row, const LatticeEdge& e, std::vector<LatticePoint>& out) const {
    const auto within = [](std::int32_t v, std::int32_t at) { return std::clamp(v - at, 0, 63); };
    const int  x0 = within(std::min(e.a.x, e.b.x), column << 6), x1 = within(std::max(e.a.x, e.b.x), column << 6);
    const int  y0 = within(std::min(e.a.y, e.b.y), row << 6), y1 = within(std::max(e.a.y, e.b.y), row << 6);
    for (std::uint64_t blocks = s.used & bits_of(x0 >> 3, x1 >> 3, y0 >> 3, y1 >> 3); blocks != 0; blocks &= blocks - 1) {
        const int block = std::countr_zero(blocks), bx = (block & 7) * 8, by = (block >> 3) * 8;
        const auto in = [](int v) { return std::clamp(v, 0, 7); };
        for (std::uint64_t hot = s.hot[block] & bits_of(in(x0 - bx), in(x1 - bx), in(y0 - by), in(y1 - by)); hot != 0; hot &= hot - 1) {
            const int          bit = std::countr_zero(hot);
            const LatticePoint p{(column << 6) + bx + (bit & 7), (row << 6) + by + (bit >> 3)};
            if (!(p == e.a) && !(p == e.b) && passes(e, p)) out.push_back(p);
        }
    }
}

bool HotPixels::passes(const LatticeEdge& e, LatticePoint p) const noexcept {
    const double cx = x_ + p.x, cy = y_ + p.y, x0 = cx - 0.5, x1 = cx + 0.5, y0 = cy - 0.5, y1 = cy + 0.5;
    if (std::max(e.ax, e.bx) < x0 || std::min(e.ax, e.bx) >= x1 || std::max(e.ay, e.by) < y0 || std::min(e.ay, e.by) >= y1) return false;
    const double dx = e.bx - e.ax, dy = e.by - e.ay, reach = 0.5 * (std::abs(dx) + std::abs(dy));
    const double off = std::abs(dx * (cy - e.ay) - dy * (cx - e.ax)), slack = 1e-6 * reach;
    if (off > reach + slack) return false;
    if (off < reach - slack) return true;
    // Close to a corner: exact signs. Of the corners only the one to the north-west belongs to the pixel.
    const auto side = [&](double x, double y) { return orientation(e.ax, e.ay, e.bx, e.by, x, y); };
    const int  own  = side(x0, y0);
    if (own == 0) return true;
    return side(x1, y0) == -own || side(x0, y1) == -own || side(x1, y1) == -own;
}

}  // namespace gapmap
