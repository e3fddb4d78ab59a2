#pragma once
#include <cstdint>
#include <vector>

namespace gapmap {

/// A point of the lattice that a tile's shapes are snapped to, from the top left corner of the tile's box; y to the south.
struct LatticePoint {
    std::int32_t x = 0, y = 0;
    bool         operator==(const LatticePoint&) const = default;
};

/// An edge before snapping, in lattice units of the whole level, with the lattice points of its ends.
struct LatticeEdge {
    double       ax = 0, ay = 0, bx = 0, by = 0;
    LatticePoint a{}, b{};
};

/// The nearest whole number, halves upwards: pixels own their west and north side. Exact, also just below a half.
[[nodiscard]] inline double lattice_round(double v) noexcept {
    const auto   truncated = static_cast<double>(static_cast<std::int64_t>(v));
    const double below     = truncated > v ? truncated - 1 : truncated;
    return v - below >= 0.5 ? below + 1 : below;
}

/// The lattice points that hold a vertex ("hot pixels"), for snap rounding: an edge that passes through the unit square around one of
/// them is led through it. Then snapped edges meet at lattice points only, whatever their number.
/// Memory: what the points need, in squares of 64; reuse one object for many tiles.
/// Source: Hobby 1999, Practical segment intersection with finite precision output.
class HotPixels {
public:
    /// Forgets all points. The next ones lie in [0, width] x [0, height]; the box's corner has the coordinates (x, y) on the level.
    void reset(std::int64_t x, std::int64_t y, std::int32_t width, std::int32_t height);
    void add(LatticePoint p);

    /// A second mark, for one shape at a time. True where the point had it already. REQUIRES a point that was added.
    bool mark(LatticePoint p) noexcept;
    void unmark(LatticePoint p) noexcept;

    /// Appends the hot pixels that an edge passes, without those of its ends, in order from a to b. The same for both directions of an edge.
    /// Error: none; the test is exact for the given doubles. Cost: O(squares of 64 and of 8 passed + points in them).
    void along(const LatticeEdge& edge, std::vector<LatticePoint>& out) const;

private:
    struct Square {
        std::uint64_t used = 0;         ///< one bit for each block of 8 x 8 that holds a point
        std::uint64_t hot[64] = {}, marked[64] = {};
    };
    [[nodiscard]] const Square* square(std::int32_t column, std::int32_t row) const noexcept;
    void search(const Square& s, std::int32_t column, std::int32_t row, const LatticeEdge& edge, std::vector<LatticePoint>& out) const;
    [[nodiscard]] bool passes(const LatticeEdge& edge, LatticePoint p) const noexcept;

    double                     x_ = 0, y_ = 0;
    std::int32_t               columns_ = 0;
    std::vector<std::uint32_t> directory_;  // of squares: 0, or 1 + its place
    std::vector<Square>        squares_;
    std::vector<std::uint32_t> places_;     // of the squares in use, in the directory
};

}  // namespace gapmap
