// Points in memory to polygons in memory, and their density at a place: the kernels take spans and know no file.
#include <cstdio>

#include "analysis/density.h"
#include "analysis/join.h"
#include "geo/shape/polygons.h"

using namespace gapmap;

/// A square village with its lower left corner at (x, y), metres.
void add_square(Polygons<Planar>& villages, double x, double y, double side) {
    for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {side, 0.0}, {side, side}, {0.0, side}, {0.0, 0.0}}) villages.push_point(x + dx, y + dy);
    villages.end_ring();
    villages.end_part();
    villages.end_row();
}

int main() {
    Polygons<Planar> villages;
    add_square(villages, 0, 0, 1000);
    add_square(villages, 1000, 0, 1000);

    Points<Planar> cases;
    for (const Point<Planar> p : {Point<Planar>{200, 300}, {250, 350}, {1000, 500}, {1700, 800}, {5000, 5000}}) cases.push_back(p);

    const Execution exec{.threads = 2};
    const PointJoin join   = join_points(cases.view(), villages.view(), exec);
    const auto      counts = count_by_polygon(join.polygon, villages.size());
    for (std::size_t v = 0; v < counts.size(); ++v) std::printf("village %zu: %lld cases\n", v + 1, static_cast<long long>(counts[v]));
    std::printf("%zu of %zu placed, %zu on a border\n", join.matched, cases.size(), join.on_border);

    Points<Planar> places;
    places.push_back({225, 325});
    const DensityOptions options{.kernel = Kernel::quartic, .bandwidth = {500, 500}, .scale = 1e6};
    const double         density = density_at(cases.view(), {}, places.view(), options, exec).front();
    std::printf("%.3f cases per km2 around (225, 325)\n", density);

    // A point on the shared border belongs to the first village; a point in no village to none.
    return counts[0] == 3 && counts[1] == 1 && join.matched == 4 && density > 7 && density < 8 ? 0 : 1;
}
