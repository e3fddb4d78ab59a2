#include "render/tile/polygon_source.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "geo/core/error.h"
#include "geo/shape/overlay.h"
#include "geo/shape/pieces.h"
#include "render/tile/simple_ring.h"

namespace gapmap {
namespace {

constexpr std::size_t grain = 512;

/// Whether the row needs no mending: a cheap test for rings without neighbours, GEOS for the rest.
bool is_valid(const PolygonsView<Planar>& shapes, std::size_t r, SimpleRingCheck& simple) {
    const std::uint32_t first = shapes.parts[shapes.rows[r]], last = shapes.parts[shapes.rows[r + 1]];
    if (last == first) return true;
    if (last == first + 1) {
        const RingView<Planar> ring = shapes.ring(first);
        if (ring.size() > 0 && simple(ring.x, ring.y)) return true;
    }
    try {
        return check_validity(PolygonRow<Planar>{shapes, r}).valid;
    } catch (const InputError&) {
        return false;
    }
}

/// The row as valid polygons; null where nothing can be made of it.
Polygons<Planar> mended_row(const PolygonsView<Planar>& shapes, std::size_t r) {
    try {
        return make_valid(PolygonRow<Planar>{shapes, r});
    } catch (const InputError&) {
        Polygons<Planar> null;
        null.end_row();
        return null;
    }
}

}  // namespace

PolygonSource::PolygonSource(Polygons<Planar> polygons, const TileMatrixSet& set, int max_zoom, std::uint32_t extent, const Execution& exec)
    : set_(&set), max_zoom_(max_zoom), extent_(extent), shapes_(std::move(polygons)), boxes_(shapes_.size()), areas_(shapes_.size(), 0) {
    to_steps(exec);
    mend(exec);
    turn_and_measure(exec);
}

std::uint32_t PolygonSource::vertices(std::size_t r) const noexcept {
    const auto first = shapes_.parts[shapes_.rows[r]], last = shapes_.parts[shapes_.rows[r + 1]];
    return shapes_.rings[last] - shapes_.rings[first] - (last - first);
}

void PolygonSource::to_steps(const Execution& exec) {
    const double steps = extent_ / set_->span(max_zoom_), x0 = set_->x_origin, y0 = set_->y_origin;
    parallel_chunks(exec, shapes_.x.size(), 1 << 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            shapes_.x[i] = (shapes_.x[i] - x0) * steps;
            shapes_.y[i] = (y0 - shapes_.y[i]) * steps;
        }
    });
}

void PolygonSource::mend(const Execution& exec) {
    const TileMatrix&         finest = set_->levels[static_cast<std::size_t>(max_zoom_)];
    const double              limit  = 1000.0 * extent_ * std::max(finest.columns, finest.rows);
    const auto                view   = shapes_.view();
    enum : std::uint8_t { valid, broken, lost };
    std::vector<std::uint8_t> state(size(), valid);
    parallel_chunks(exec, size(), grain, [&](std::size_t begin, std::size_t end) {
        SimpleRingCheck simple;
        for (std::size_t r = begin; r < end; ++r) {
            bool inside = true;
            for (std::size_t i = view.rings[view.parts[view.rows[r]]]; inside && i < view.rings[view.parts[view.rows[r + 1]]]; ++i) {
                inside = std::abs(view.x[i]) <= limit && std::abs(view.y[i]) <= limit;  // false for NaN
            }
            state[r] = !inside ? lost : is_valid(view, r, simple) ? valid : broken;
        }
    });
    if (std::ranges::all_of(state, [](std::uint8_t s) { return s == valid; })) return;
    std::vector<Polygons<Planar>> repaired(size());
    parallel_chunks(exec, size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            if (state[r] == broken) repaired[r] = mended_row(view, r);
        }
    });
    Polygons<Planar> out;
    for (std::size_t r = 0; r < size(); ++r) {
        if (state[r] == valid) copy_row(view, r, out);
        else if (state[r] == lost) out.end_row();
        else copy_row(repaired[r].view(), 0, out), ++mended_;
    }
    shapes_ = std::move(out);
}

void PolygonSource::turn_and_measure(const Execution& exec) {
    const auto view = shapes_.view();
    parallel_chunks(exec, size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            for (std::uint32_t part = view.rows[r]; part < view.rows[r + 1]; ++part) {
                for (std::uint32_t q = view.parts[part]; q < view.parts[part + 1]; ++q) {
                    const double area  = ring_area(view.ring(q));
                    const bool   shell = q == view.parts[part];
                    if (area != 0 && (area > 0) != shell) {
                        std::reverse(shapes_.x.begin() + view.rings[q], shapes_.x.begin() + view.rings[q + 1]);
                        std::reverse(shapes_.y.begin() + view.rings[q], shapes_.y.begin() + view.rings[q + 1]);
                    }
                    areas_[r] += shell ? std::abs(area) : -std::abs(area);
                }
            }
            const Box<Planar> b = polygon_box(view, r);
            if (!b.is_empty()) boxes_[r] = {b.x_min, b.y_min, b.x_max, b.y_max};
        }
    });
}

}  // namespace gapmap
