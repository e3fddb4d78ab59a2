#pragma once
#include <functional>
#include <string>

#include "geo/shape/layer.h"
#include "geo/shape/overlay.h"

namespace gapmap {

/// The polygon of one row of a layer, on its way into the store. Reused for every row, so that it keeps its memory.
class RowPolygon {
public:
    /// Takes row `row` of a layer of polygons; `to_store` turns a corner, in the layer's own numbers, into the store's system.
    void read(const Layer& layer, std::size_t row, const std::function<Point<Lonlat>(Point<Lonlat>)>& to_store);
    [[nodiscard]] bool is_empty() const;
    /// Makes it valid, and remembers what was wrong with it.
    void mend();
    /// What mend() found in the row read last, and where; valid before it is called.
    [[nodiscard]] const Validity<Lonlat>& as_delivered() const noexcept { return as_delivered_; }
    /// Appends it to a column as one row.
    void append_to(Polygons<Lonlat>& out) const;

private:
    Polygons<Lonlat> polygon_;
    Validity<Lonlat> as_delivered_;
};

}  // namespace gapmap
