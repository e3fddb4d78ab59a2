// Peer of `gapmap transform`: the C API of PROJ over all points at once, one thread; text in, nothing out.
// usage: transform_proj POINTS.csv FROM TO
#include <proj.h>

#include <chrono>
#include <cstdio>

#include "bench/peers/inputs.h"

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    auto        points  = peers::read_points(argv[1]);
    PJ_CONTEXT* context = proj_context_create();
    PJ*         raw     = proj_create_crs_to_crs(context, argv[2], argv[3], nullptr);
    PJ*         pj      = proj_normalize_for_visualization(context, raw);
    const auto  start   = std::chrono::steady_clock::now();
    const auto  stride  = sizeof(peers::XY);
    proj_trans_generic(pj, PJ_FWD, &points[0].x, stride, points.size(), &points[0].y, stride, points.size(), nullptr, 0, 0, nullptr, 0, 0);
    double sum = 0;
    for (const peers::XY& p : points) sum += p.x + p.y;
    std::printf("%zu points, operation alone %.3f s, sum %.3f\n", points.size(), std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), sum);
    proj_destroy(pj);
    proj_destroy(raw);
    proj_context_destroy(context);
}
