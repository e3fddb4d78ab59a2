// Inputs of the benchmarks: the same bytes on every machine.
//   generate points N SEED OUT.csv            id,lon,lat,cases   longitude and latitude in [120, 122] x [30, 32], half in clusters
//   generate metres N SEED SIDE OUT.csv       id,x,y,cases       planar, in [0, SIDE] x [0, SIDE]
//   generate polygons NX NY SEGMENTS OUT.csv  id,pop,WKT         NX x NY cells with bent shared borders of SEGMENTS edges a side
//   generate heat SIDE OUT.raw                SIDE x SIDE bytes of red, green, blue, opacity: 60 warm places on ground that is not seen
//   generate raster SIDE SEED OUT.flt         SIDE x SIDE float32 over the same two degrees, one cell in 64 without data (the .hdr beside it says so: ENVI)
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;
constexpr double        two_pi = 6.283185307179586;

/// SplitMix64 (Steele, Lea, Flood 2014).
class Stream {
public:
    explicit Stream(std::uint64_t state) : state_(state) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += golden);
        z               = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z               = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
    double normal() {
        const double radius = uniform(), angle = uniform();
        return std::sqrt(-2 * std::log(radius < 1e-300 ? 1e-300 : radius)) * std::cos(two_pi * angle);
    }

private:
    std::uint64_t state_;
};

/// A uniform draw that belongs to a place, so that neighbours see the same border.
double draw_at(std::uint64_t a, std::uint64_t b, std::uint64_t purpose) {
    Stream stream{a * golden ^ b * 0xC2B2AE3D27D4EB4FULL ^ purpose * 0x165667B19E3779F9ULL};
    stream.next();
    return stream.uniform();
}

struct CloseFile {
    void operator()(std::FILE* f) const { std::fclose(f); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File open_output(const char* path) {
    File file(std::fopen(path, "w"));
    if (!file) {
        std::perror(path);
        std::exit(5);
    }
    return file;
}

struct Cluster {
    double x, y, spread;
};

double seven_places_down(double v) { return std::floor(v * 1e7) / 1e7; }

int points(long n, std::uint64_t seed, double low_x, double low_y, double side, const char* header, const char* path) {
    const File               file = open_output(path);
    Stream                   draws(seed);
    std::array<Cluster, 60>  clusters{};
    for (Cluster& c : clusters) {
        c.x      = draws.uniform();
        c.y      = draws.uniform();
        c.spread = 0.003 + 0.03 * draws.uniform();
    }
    std::fputs(header, file.get());
    for (long id = 0; id < n; ++id) {
        double x = 0, y = 0;
        do {
            if ((draws.next() & 1U) != 0) {
                x = draws.uniform();
                y = draws.uniform();
            } else {
                const Cluster& c = clusters[draws.next() % clusters.size()];
                x                = c.x + c.spread * draws.normal();
                y                = c.y + c.spread * draws.normal();
            }
        } while (!(x > 0 && x < 1 && y > 0 && y < 1));
        const auto cases = static_cast<int>(draws.next() % 10);
        std::fprintf(file.get(), "%ld,%.7f,%.7f,%d\n", id, seven_places_down(low_x + side * x), seven_places_down(low_y + side * y), cases);
    }
    return 0;
}

struct Position {
    double x, y;
};

/// The bent grid: corners are shaken, sides have displaced points, the outer border is straight.
class BentGrid {
public:
    BentGrid(int columns, int rows, int segments) : columns_(columns), rows_(rows), segments_(segments), dx_(2.0 / columns), dy_(2.0 / rows) {}

    [[nodiscard]] Position corner(int i, int j) const {
        const double shake_x = i == 0 || i == columns_ ? 0 : (draw_at(u(i), u(j), 1) - .5) * .5;
        const double shake_y = j == 0 || j == rows_ ? 0 : (draw_at(u(i), u(j), 2) - .5) * .5;
        return {120 + (i + shake_x) * dx_, 30 + (j + shake_y) * dy_};
    }
    /// Points between the corners of a side; `up` from (i, j) to (i, j + 1), else to (i + 1, j).
    [[nodiscard]] std::vector<Position> side(int i, int j, bool up) const {
        const Position a = corner(i, j), b = up ? corner(i, j + 1) : corner(i + 1, j);
        const bool     outer = up ? i == 0 || i == columns_ : j == 0 || j == rows_;
        const double   ex = b.x - a.x, ey = b.y - a.y;
        std::vector<Position> out;
        for (int k = 1; k < segments_; ++k) {
            const double t = static_cast<double>(k) / segments_;
            const double d = outer ? 0 : (draw_at(u(i * 2 + (up ? 1 : 0)), u(j), u(100 + k)) - .5) * .16 * std::sin(3.14159265 * t);
            out.push_back({a.x + ex * t - ey * d, a.y + ey * t + ex * d});
        }
        return out;
    }
    [[nodiscard]] std::vector<Position> ring(int i, int j) const {
        std::vector<Position> out;
        const auto append = [&](Position start, const std::vector<Position>& middle, bool backwards) {
            out.push_back(start);
            if (backwards) out.insert(out.end(), middle.rbegin(), middle.rend());
            else out.insert(out.end(), middle.begin(), middle.end());
        };
        append(corner(i, j), side(i, j, false), false);
        append(corner(i + 1, j), side(i + 1, j, true), false);
        append(corner(i + 1, j + 1), side(i, j + 1, false), true);
        append(corner(i, j + 1), side(i, j, true), true);
        out.push_back(out.front());
        for (Position& p : out) p = {std::round(p.x * 1e7) / 1e7, std::round(p.y * 1e7) / 1e7};
        return out;
    }

private:
    static std::uint64_t u(int v) { return static_cast<std::uint64_t>(v); }
    int    columns_, rows_, segments_;
    double dx_, dy_;
};

int polygons(int columns, int rows, int segments, const char* path) {
    const File     file = open_output(path);
    const BentGrid grid(columns, rows, segments);
    std::fputs("id,pop,WKT\n", file.get());
    long id = 0;
    for (int j = 0; j < rows; ++j) {
        for (int i = 0; i < columns; ++i, ++id) {
            const double u = (i + .5) / columns, v = (j + .5) / rows;
            const auto   people = static_cast<int>(500 + 300 * std::sin(9 * u) * std::cos(7 * v) + 400 * draw_at(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(j), 7));
            std::fprintf(file.get(), "%ld,%d,\"POLYGON((", id, people);
            bool first = true;
            for (const Position& p : grid.ring(i, j)) {
                std::fprintf(file.get(), "%s%.7f %.7f", first ? "" : ",", p.x, p.y);
                first = false;
            }
            std::fputs("))\"\n", file.get());
        }
    }
    return 0;
}

int raster(int side, std::uint64_t seed, const std::string& path) {
    const File header = open_output((path.substr(0, path.rfind(".flt")) + ".hdr").c_str());
    std::fprintf(header.get(), "ENVI\nsamples = %d\nlines = %d\nbands = 1\nheader offset = 0\ndata type = 4\ninterleave = bsq\nbyte order = 0\ndata ignore value = -9999\n"
                 "map info = {Geographic Lat/Lon, 1, 1, 120, 32, %.17g, %.17g, WGS-84}\n", side, side, 2.0 / side, 2.0 / side);
    const File         file = open_output(path.c_str());
    Stream             draws(seed);
    std::vector<float> row(static_cast<std::size_t>(side));
    for (int j = 0; j < side; ++j) {
        for (int i = 0; i < side; ++i) {
            const double value = 50 + 40 * std::sin(37.0 * i / side) * std::cos(23.0 * j / side) + 10 * draws.uniform();
            row[static_cast<std::size_t>(i)] = (draws.next() & 63U) == 0 ? -9999.0F : static_cast<float>(value);
        }
        if (std::fwrite(row.data(), sizeof(float), row.size(), file.get()) != row.size()) return 5;
    }
    return 0;
}

/// A warm place: it fades as a Gaussian and ends at four deviations.
struct Warmth {
    double x, y, spread, height;
    [[nodiscard]] static double fade(double distance, double spread) { return std::abs(distance) > 4 * spread ? 0 : std::exp(-.5 * distance * distance / (spread * spread)); }
};

/// From blue through green to red, the more opaque the warmer; nothing below 5 of 255.
std::array<unsigned char, 4> colour_of(int heat) {
    const auto byte = [](int v) { return static_cast<unsigned char>(v); };
    if (heat < 5) return {0, 0, 0, 0};
    return {byte(heat), byte(heat < 128 ? 2 * heat : 510 - 2 * heat), byte(255 - heat), byte(std::min(255, 80 + heat))};
}

int heat(int side, const char* path) {
    const File          file = open_output(path);
    Stream              draws(60);
    std::vector<Warmth> places(60);
    for (Warmth& w : places) {
        w.x      = draws.uniform() * side;
        w.y      = draws.uniform() * side;
        w.spread = (0.01 + 0.05 * draws.uniform()) * side;
        w.height = 0.3 + 0.7 * draws.uniform();
    }
    const auto                                n = static_cast<std::size_t>(side);
    std::vector<std::vector<float>>           across(places.size(), std::vector<float>(n));
    std::vector<float>                        sum(n);
    std::vector<std::array<unsigned char, 4>> row(n);
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t x = 0; x < n; ++x) across[i][x] = static_cast<float>(places[i].height * Warmth::fade(static_cast<double>(x) - places[i].x, places[i].spread));
    }
    for (std::size_t y = 0; y < n; ++y) {
        std::fill(sum.begin(), sum.end(), 0.F);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto down = static_cast<float>(Warmth::fade(static_cast<double>(y) - places[i].y, places[i].spread));
            for (std::size_t x = 0; down > 0 && x < n; ++x) sum[x] += down * across[i][x];
        }
        for (std::size_t x = 0; x < n; ++x) {
            const double grain = sum[x] > .02F ? .004 * draw_at(x / 8, y / 8, 11) : 0;  // squares of 8 x 8 cells, as real ground has them
            row[x]             = colour_of(static_cast<int>(std::min(1., static_cast<double>(sum[x]) + grain) * 255));
        }
        if (std::fwrite(row.data(), 4, n, file.get()) != n) return 5;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> a(argv + 1, argv + argc);
    const auto seed = [](const std::string& text) { return static_cast<std::uint64_t>(std::atol(text.c_str())); };
    if (a.size() == 4 && a[0] == "points") return points(std::atol(a[1].c_str()), seed(a[2]), 120, 30, 2, "id,lon,lat,cases\n", a[3].c_str());
    if (a.size() == 5 && a[0] == "metres") return points(std::atol(a[1].c_str()), seed(a[2]), 0, 0, std::atof(a[3].c_str()), "id,x,y,cases\n", a[4].c_str());
    if (a.size() == 5 && a[0] == "polygons") return polygons(std::atoi(a[1].c_str()), std::atoi(a[2].c_str()), std::atoi(a[3].c_str()), a[4].c_str());
    if (a.size() == 4 && a[0] == "raster") return raster(std::atoi(a[1].c_str()), seed(a[2]), a[3]);
    if (a.size() == 3 && a[0] == "heat") return heat(std::atoi(a[1].c_str()), a[2].c_str());
    std::fputs("usage: generate points N SEED OUT | heat SIDE OUT | metres N SEED SIDE OUT | polygons NX NY SEGMENTS OUT | raster SIDE SEED OUT\n", stderr);
    return 2;
}
