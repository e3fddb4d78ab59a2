// Yardstick, not a peer: the plain exact quartic density, each point's kernel added cell by cell to a float grid, one thread.
// Writes the grid as raw floats, so that results can be compared and the writing is in the time.
#include <algorithm>
#include <cmath>

#include "bench/peers/inputs.h"

int main(int argc, char** argv) {
    if (argc != 6) return 2;  // POINTS SIDE CELLS RADIUS_IN_CELLS OUT
    const auto         points = peers::read_points(argv[1]);
    const int          n      = std::atoi(argv[3]);
    const double       per_cell = n / std::atof(argv[2]), radius = std::atof(argv[4]);
    const auto         shrink = static_cast<float>(1 / (radius * radius));
    std::vector<float> grid(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
    for (const auto& p : points) {
        const double x = p.x * per_cell - 0.5, y = p.y * per_cell - 0.5;
        for (int row = std::max(0, static_cast<int>(std::ceil(y - radius))); row <= std::min(n - 1, static_cast<int>(std::floor(y + radius))); ++row) {
            const double dy = row - y, rest = radius * radius - dy * dy;
            if (rest <= 0) continue;
            const double half = std::sqrt(rest);
            const int    from = std::max(0, static_cast<int>(std::ceil(x - half))), to = std::min(n - 1, static_cast<int>(std::floor(x + half)));
            const auto   level = static_cast<float>(rest) * shrink;
            float*       out   = grid.data() + static_cast<std::size_t>(n - 1 - row) * static_cast<std::size_t>(n);
            for (int c = from; c <= to; ++c) {
                const float dx = static_cast<float>(c) - static_cast<float>(x), k = level - dx * dx * shrink;
                out[c] += k * k;
            }
        }
    }
    std::FILE* f = std::fopen(argv[5], "wb");
    if (f == nullptr || std::fwrite(grid.data(), sizeof(float), grid.size(), f) != grid.size()) return 5;
    std::fclose(f);
    std::printf("scatter max %.6g\n", static_cast<double>(*std::max_element(grid.begin(), grid.end())));
}
