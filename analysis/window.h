#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/kernel.h"
#include "geo/core/exec.h"
#include "geo/index/polygon_locator.h"
#include "geo/raster/grid.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// The study area of a density: (multi)polygons that do not overlap one another.
class Window {
public:
    explicit Window(Polygons<Planar> polygons, const Execution& exec = {});
    explicit Window(Box<Planar> box);  ///< a rectangle, borders included

    [[nodiscard]] bool contains(Point<Planar> p) const noexcept;
    [[nodiscard]] bool is_rectangle() const noexcept { return rectangle_; }
    [[nodiscard]] const Box<Planar>& box() const noexcept { return box_; }
    [[nodiscard]] PolygonsView<Planar> polygons() const noexcept { return polygons_.view(); }
    [[nodiscard]] double area() const noexcept;
    /// Whether p is inside, and whether exactly on a border.
    [[nodiscard]] Located locate(Point<Planar> p) const noexcept { return locator_.locate(p); }

private:
    Polygons<Planar>       polygons_;
    PolygonLocator<Planar> locator_;
    Box<Planar>            box_;
    bool                   rectangle_ = false;
};

/// The share of a kernel's mass that falls inside a window: the edge factor e(u).
/// Unit: none, 0 to 1. Domain: any u, inside or out.
/// Error: Gaussian in a rectangle: a product of erf differences, to rounding. Otherwise Green's theorem turns the mass
/// into a sum over border edges of the integral of the radial distribution function over the angle seen from u; along
/// an edge the compact kernels give a polynomial of degree <= 12, which 8-point Gauss-Legendre integrates exactly; the
/// Gaussian is integrated in steps of at most two sigmas (below 1e-11) and cut at 8.6 sigma (below 1e-16). Total: 1e-14 for the
/// compact kernels, 1e-11 for the Gaussian.
/// Borders that polygons of the window share cancel before. Cost: O(outline edges within reach) after an index over the
/// outline; O(1) away from it.
class WindowMass {
public:
    /// `window` must outlive this.
    WindowMass(const Window& window, Kernel kernel, Bandwidth bandwidth) : WindowMass(window, kernel_power(kernel), bandwidth) {}
    /// Of the squared kernel: the share of its integral over the plane that the window holds.
    [[nodiscard]] static WindowMass of_square(const Window& window, Kernel kernel, Bandwidth bandwidth);
    [[nodiscard]] double at(Point<Planar> u) const noexcept { return at(u, 1); }
    /// The same for `factor` times the bandwidth. REQUIRES 0 < factor <= 1: the index reaches no further.
    [[nodiscard]] double at(Point<Planar> u, double factor) const noexcept;

private:
    struct Edge {
        double ax, ay, bx, by;  // in bandwidths from origin_, the window to the left
    };
    WindowMass(const Window& window, int power, Bandwidth bandwidth);  // of (1 - r^2)^power, or the Gaussian where it is -1
    void add_edges();
    static std::vector<Edge> without_opposites(std::vector<Edge> edges);
    void index_pieces();
    [[nodiscard]] double rectangle_mass(Point<Planar> u, double factor) const noexcept;
    [[nodiscard]] double inner(double d, double t0, double t1) const noexcept;
    [[nodiscard]] double by_all_edges(double ux, double uy, double factor) const noexcept;

    const Window& window_;
    int           power_;
    Bandwidth     bandwidth_;
    double        reach_;  // radius of support in bandwidths
    Point<Planar> origin_;
    std::vector<Edge>          edges_;
    double                     bucket_ = 1;  // side of an index cell in bandwidths
    double                     low_x_ = 0, low_y_ = 0;
    int                        columns_ = 0, lines_ = 0;
    std::vector<Edge>          pieces_;  // edges cut to at most one bucket
    std::vector<std::uint32_t> first_, near_;  // pieces within reach of bucket b: near_[first_[b], first_[b + 1])
};

/// e at the centres of a grid's cells, row by row.
/// Error: the Gaussian's e is smooth on the scale of sigma, so blocks of one sigma are interpolated from 12 x 12 Chebyshev
/// nodes (below 1e-10) where sigma is 16 cells or more; all else is WindowMass::at.
/// Cost: O(cells) plus, for the Gaussian, 144 evaluations a block; for the compact kernels one a cell near the outline.
class GridMass {
public:
    /// `mass` must outlive this.
    GridMass(const WindowMass& mass, Kernel kernel, Bandwidth bandwidth, const Grid<Planar>& grid, const Execution& exec);
    /// REQUIRES out.size() == grid.width. Places where `skip` is true are left alone.
    void row(int row, std::span<double> out, const std::vector<bool>& skip) const;

private:
    struct Axis {
        int                 side   = 0;  // cells a block; 0: no interpolation
        int                 blocks = 0;
        std::vector<double> basis;       // [cell of a block][node]
        std::vector<double> nodes;       // in cells from the block's first centre
    };
    static Axis make_axis(double sigma_cells, int cells);

    const WindowMass&   mass_;
    Grid<Planar>        grid_;
    Axis                x_, y_;
    std::vector<double> values_;  // [block line][block column][y node][x node]
};

}  // namespace gapmap
