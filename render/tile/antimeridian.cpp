#include "render/tile/antimeridian.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gapmap {

namespace {
constexpr int most_turns = 100;  ///< around the world; what lies farther off is no place
}  // namespace

Antimeridian::Antimeridian(std::span<double> longitudes) {
    const auto turns = [](double v) { return std::abs(v) > 180 && std::abs(v) < 360 * most_turns ? std::floor((v + 180) / 360) : 0.0; };
    if (std::ranges::none_of(longitudes, [&](double v) { return turns(v) != 0; })) return;
    turns_.resize(longitudes.size());
    for (std::size_t i = 0; i < longitudes.size(); ++i) {
        turns_[i] = static_cast<std::int8_t>(turns(longitudes[i]));
        longitudes[i] -= 360.0 * turns_[i];
    }
}

/// In sets of the whole world x is a straight function of longitude; two places give it, away from the end where signs are a matter of taste.
Antimeridian::World Antimeridian::world(const Transform& to_set) {
    double x[2] = {-90, 90}, y[2] = {0, 0};
    to_set.apply(x, y);
    const double width = 2 * (x[1] - x[0]);
    return {(x[0] + x[1] - width) / 2, width};
}

void Antimeridian::restore(const Transform& to_set, Polygons<Planar>& polygons) const {
    if (turns_.empty()) return;
    const auto [west, width] = world(to_set);
    for (std::size_t i = 0; i < turns_.size(); ++i) polygons.x[i] += turns_[i] * width;
    Polygons<Planar> out;
    const auto       view = polygons.view();
    for (std::size_t r = 0; r < view.size(); ++r) {
        const Box<Planar> box   = polygon_box(view, r);
        const bool        known = !box.is_empty() && std::abs(box.x_min - west) < most_turns * width && std::abs(box.x_max - west) < most_turns * width;  // false for NaN
        const int         first = known ? static_cast<int>(std::floor((box.x_min - west) / width)) : 0;
        const int         last  = known ? static_cast<int>(std::ceil((box.x_max - west) / width)) - 1 : 0;
        for (int turn = std::min(first, 0); turn <= std::max(last, 0); ++turn) {
            for (std::uint32_t part = view.rows[r]; part < view.rows[r + 1]; ++part) {
                for (std::uint32_t q = view.parts[part]; q < view.parts[part + 1]; ++q) {
                    for (std::size_t i = view.rings[q]; i < view.rings[q + 1]; ++i) out.push_point(view.x[i] - turn * width, view.y[i]);
                    out.end_ring();
                }
                out.end_part();
            }
        }
        out.end_row();
    }
    polygons = std::move(out);
}

double Antimeridian::inside(const Transform& to_set, double x) const {
    if (turns_.empty() || !std::isfinite(x)) return x;
    const auto [west, width] = world(to_set);
    return x - width * std::floor((x - west) / width);
}

}  // namespace gapmap
