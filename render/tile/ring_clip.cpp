#include "render/tile/ring_clip.h"

#include <algorithm>
#include <utility>

namespace gapmap {
namespace {

/// Where the edge between two points passes `at` on the first axis: the place on the second one.
double crossing(double a_along, double a_across, double b_along, double b_across, double at) noexcept {
    if (b_along < a_along || (b_along == a_along && b_across < a_across)) {
        std::swap(a_along, b_along);
        std::swap(a_across, b_across);
    }
    const double place = a_across + (b_across - a_across) * ((at - a_along) / (b_along - a_along));
    return std::clamp(place, std::min(a_across, b_across), std::max(a_across, b_across));
}

/// Keeps the side of a line where along * sign <= at * sign. `along` is the axis that the line stands across.
void clip_side(std::vector<double>& along, std::vector<double>& across, std::vector<double>& along_out, std::vector<double>& across_out, double at, double sign) {
    along_out.clear();
    across_out.clear();
    const std::size_t n = along.size();
    if (n == 0) return;
    double a = along[n - 1], a_across = across[n - 1];
    bool   a_in = a * sign <= at * sign;
    for (std::size_t i = 0; i < n; ++i) {
        const double b = along[i], b_across = across[i];
        const bool   b_in = b * sign <= at * sign;
        if (a_in != b_in && a != at && b != at) {
            along_out.push_back(at);
            across_out.push_back(crossing(a, a_across, b, b_across, at));
        }
        if (b_in) {
            along_out.push_back(b);
            across_out.push_back(b_across);
        }
        a = b, a_across = b_across, a_in = b_in;
    }
}

}  // namespace

void clip_ring(OpenRing& ring, OpenRing& spare, const ClipBox& box) {
    const auto cut = [&](bool across_x, double at, double sign) {
        auto& values = across_x ? ring.x : ring.y;
        if (std::ranges::all_of(values, [&](double v) { return v * sign <= at * sign; })) return;
        if (across_x) clip_side(ring.x, ring.y, spare.x, spare.y, at, sign);
        else clip_side(ring.y, ring.x, spare.y, spare.x, at, sign);
        std::swap(ring, spare);
    };
    cut(true, box.x_min, -1);
    cut(true, box.x_max, 1);
    cut(false, box.y_min, -1);
    cut(false, box.y_max, 1);
}

}  // namespace gapmap
