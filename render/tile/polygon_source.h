#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/polygons.h"
#include "geo/tile/tile_matrix_set.h"

namespace gapmap {

/// The polygons of a layer, made ready once for all levels: in grid steps of the highest level, x to the east and y to the SOUTH from the set's
/// origin, not rounded. Rows are valid: those that are not are mended (GEOS, by structure). Shells have a positive area in these coordinates, holes a negative one.
/// Rows that are null, or have a coordinate that is not finite or is farther from the set than a thousand times its width, are null.
class PolygonSource {
public:
    struct RowBox {
        double x_min = 0, y_min = 0, x_max = -1, y_max = -1;
        [[nodiscard]] bool is_empty() const noexcept { return !(x_min <= x_max); }
    };

    /// `polygons` in coordinates of the set's CRS.
    PolygonSource(Polygons<Planar> polygons, const TileMatrixSet& set, int max_zoom, std::uint32_t extent, const Execution& exec);

    [[nodiscard]] std::size_t          size() const noexcept { return boxes_.size(); }
    [[nodiscard]] PolygonsView<Planar> view() const noexcept { return shapes_.view(); }
    [[nodiscard]] const RowBox&        box(std::size_t r) const noexcept { return boxes_[r]; }
    [[nodiscard]] double               area(std::size_t r) const noexcept { return areas_[r]; }  ///< squares of a step
    [[nodiscard]] std::uint32_t        vertices(std::size_t r) const noexcept;
    [[nodiscard]] std::size_t          mended() const noexcept { return mended_; }  ///< rows that were not valid
    /// Steps of level z in one step of the highest level (at most 1 in a set whose levels get finer).
    [[nodiscard]] double scale(int z) const { return set_->span(max_zoom_) / set_->span(z); }
    [[nodiscard]] const TileMatrixSet& set() const noexcept { return *set_; }
    [[nodiscard]] int                  max_zoom() const noexcept { return max_zoom_; }
    [[nodiscard]] std::uint32_t        extent() const noexcept { return extent_; }

private:
    void to_steps(const Execution& exec);
    void mend(const Execution& exec);
    void turn_and_measure(const Execution& exec);

    const TileMatrixSet* set_;
    int                  max_zoom_;
    std::uint32_t        extent_;
    Polygons<Planar>     shapes_;
    std::vector<RowBox>  boxes_;
    std::vector<double>  areas_;
    std::size_t          mended_ = 0;
};

}  // namespace gapmap
