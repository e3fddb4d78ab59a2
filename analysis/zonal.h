#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "analysis/cell_cover.h"
#include "geo/core/exec.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// What the valid cells of a polygon say. Weights w are the cells' shares in the polygon (1 for CellRule::centre).
struct ZonalTally {
    double       weight     = 0;  ///< sum w: the count, in cells
    double       sum        = 0;  ///< sum w v
    double       mean       = 0;  ///< sum / weight; 0 where there is no valid cell
    double       squares    = 0;  ///< sum w (v - mean)^2, where ZonalOptions::moments
    double       min        = std::numeric_limits<double>::infinity();
    double       max        = -std::numeric_limits<double>::infinity();
    double       no_data    = 0;  ///< sum of the shares of cells without data
    std::int64_t cells      = 0;  ///< valid cells that share an area with the polygon
    bool         overlaps   = false;  ///< the polygon overlaps itself: its shares mean little, see CellCover

    [[nodiscard]] bool   has_data() const noexcept { return cells > 0; }
    [[nodiscard]] double variance() const noexcept { return squares / weight; }  ///< of the population, weighted. REQUIRES has_data
};

/// What takes every value of a polygon in order of size.
struct ZonalOrder {
    std::vector<double> quantiles;  ///< as ZonalOptions::quantiles
    double              majority = 0, minority = 0;  ///< the value with the largest and the least sum of weights; the smaller value of equals
    std::int64_t        variety  = 0;                ///< different values
};

struct ZonalOptions {
    CellRule            rule    = CellRule::fraction;
    bool                moments = false;  ///< fill `squares`
    bool                order   = false;  ///< fill ZonalOrder
    std::vector<double> quantiles{};      ///< REQUIRES each in [0, 1]
};

/// Statistics of a grid's values by polygon.
/// Values come in strips of whole rows from the first row on, so that no more of the raster than a strip need be in memory; the results do not depend on how the rows were divided,
/// nor on the number of threads. NaN is "no data".
/// Error: shares as CellCover; sums, of n terms, about n / 8 eps; `squares` by updates of means (Chan, Golub, LeVeque 1983), so a large mean costs no digits.
/// Quantiles: sorted by value, S_k = k w_k + (n - 1) sum_{i<k} w_i, linear between the S_k at q S_n; with equal weights the usual sample quantile (type 7 of Hyndman, Fan 1996).
/// Cost: O(boundary cells + rows) a polygon, and one addition a cell inside; with `order`, O(n log n) and the memory of the values of the polygons that the strip has reached and not left.
class Zonal {
public:
    /// `polygons` must outlive the object.
    Zonal(const PolygonsView<Planar>& polygons, const CellGrid& grid, ZonalOptions options, const Execution& exec = {});

    /// The next `values.size() / width` rows. REQUIRES whole rows, at most those that are left.
    template <class Value>
    void add_rows(std::span<const Value> values);

    /// After the last row: one a polygon.
    [[nodiscard]] std::span<const ZonalTally> tallies() const noexcept { return tallies_; }
    [[nodiscard]] std::span<const ZonalOrder> orders() const noexcept { return orders_; }  ///< empty without ZonalOptions::order

private:
    struct Sample {
        double value, weight;
    };

    PolygonsView<Planar>              polygons_;
    CellGrid                          grid_;
    ZonalOptions                      options_;
    Execution                         exec_;
    int                               next_row_ = 0;
    std::vector<CellCover::Rows>      rows_;
    std::vector<ZonalTally>           tallies_;
    std::vector<ZonalOrder>           orders_;
    std::vector<std::vector<Sample>>  samples_;
};

}  // namespace gapmap
