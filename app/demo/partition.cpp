#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>

#include "app/demo/ground_steps.h"
#include "geo/core/expects.h"
#include "geo/shape/linework.h"
#include "geo/shape/overlay.h"

// Villages are sets of small hexagons, each given to the nearest seed over a gently warped ground; the borders between the
// sets, smoothed, are cut and rounded together with the outline, so that neighbours share every vertex.
namespace gapmap::demo {
namespace {

constexpr double spacing_m       = 260;
constexpr double warp_m          = 420;   // how far a border may wander
constexpr double warp_length_m   = 2400;
constexpr double jitter_share    = 0.22;  // of a hexagon's side: lattice corners move, cells stay simple
constexpr int    smoothing_steps = 2;
constexpr double units_per_degree = 1e7;  // the partition is computed on whole 1e-7 degrees

using Corner = std::pair<std::int32_t, std::int32_t>;

struct Lattice {
    Box<Planar>              box;
    int                      columns = 0, rows = 0;
    std::vector<std::size_t> label;  // the village of each cell

    [[nodiscard]] Point<Planar> centre(int column, int row) const {
        return {box.x_min + spacing_m * (column + 0.5 * (row & 1)), box.y_min + spacing_m * row * std::numbers::sqrt3 / 2};
    }
    [[nodiscard]] std::size_t label_at(int column, int row) const {
        return label[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)];
    }
    [[nodiscard]] bool holds(int column, int row) const { return column >= 0 && row >= 0 && column < columns && row < rows; }
    /// Corner k of a cell, at 30 + 60 k degrees, as a key shared with its neighbours.
    [[nodiscard]] Corner corner(int column, int row, int k) const {
        constexpr std::int32_t dx[] = {1, 0, -1, -1, 0, 1}, dy[] = {1, 2, 1, -1, -2, -1};
        return {2 * column + (row & 1) + dx[k], 3 * row + dy[k]};
    }
    [[nodiscard]] Point<Planar> place(Corner corner) const {
        return {box.x_min + corner.first * spacing_m / 2, box.y_min + corner.second * spacing_m / (2 * std::numbers::sqrt3)};
    }
    /// The village of the cell around a point.
    [[nodiscard]] std::size_t label_of(Point<Planar> p) const {
        const int   row0 = static_cast<int>((p.y - box.y_min) / (spacing_m * std::numbers::sqrt3 / 2));
        double      best = std::numeric_limits<double>::infinity();
        std::size_t found = 0;
        for (int row = std::max(0, row0 - 1); row <= std::min(rows - 1, row0 + 2); ++row) {
            const int column0 = static_cast<int>((p.x - box.x_min) / spacing_m);
            for (int column = std::max(0, column0 - 1); column <= std::min(columns - 1, column0 + 2); ++column) {
                const double d = distance_m(centre(column, row), p);
                if (d < best) { best = d; found = label_at(column, row); }
            }
        }
        return found;
    }
};

/// A smooth wandering of the ground: a few sine waves with drawn directions and phases.
class Warp {
public:
    Warp(Seed seed, Point<Planar> calm) : calm_(calm) {
        Draws draws(seed, stream_lattice, 1);
        for (Wave& wave : waves_) {
            const double angle = 2 * std::numbers::pi * draws.uniform();
            const double k     = 2 * std::numbers::pi / (warp_length_m * (0.7 + 1.6 * draws.uniform()));
            wave = {k * std::cos(angle), k * std::sin(angle), 2 * std::numbers::pi * draws.uniform(), draws.uniform() < 0.5};
        }
    }
    /// Weaker near the seat, where units are small.
    [[nodiscard]] Point<Planar> operator()(Point<Planar> p) const {
        const double  amplitude = std::min(warp_m, 0.06 * distance_m(p, calm_)) / 2;
        Point<Planar> out       = p;
        for (const Wave& wave : waves_) {
            const double s = amplitude * std::sin(wave.kx * (p.x - calm_.x) + wave.ky * (p.y - calm_.y) + wave.phase);
            (wave.on_x ? out.x : out.y) += s;
        }
        return out;
    }

private:
    struct Wave { double kx = 0, ky = 0, phase = 0; bool on_x = false; };
    Wave          waves_[8];
    Point<Planar> calm_;
};

Lattice label_cells(const Ground& ground, Seed seed) {
    const auto outline = project(ground.outline.view(), demo_crs, demo_metric);
    Lattice    lattice;
    lattice.box     = polygon_box(outline.view(), 0);
    lattice.box.x_min -= 2 * spacing_m;
    lattice.box.y_min -= 2 * spacing_m;
    lattice.columns = static_cast<int>((lattice.box.x_max - lattice.box.x_min) / spacing_m) + 4;
    lattice.rows    = static_cast<int>((lattice.box.y_max - lattice.box.y_min) / (spacing_m * std::numbers::sqrt3 / 2)) + 4;
    const Warp warp(seed, ground.towns.front().centre);
    for (int row = 0; row < lattice.rows; ++row) {
        for (int column = 0; column < lattice.columns; ++column) {
            const Point<Planar> p    = warp(lattice.centre(column, row));
            double              best = std::numeric_limits<double>::infinity();
            std::size_t         unit = 0;
            for (std::size_t v = 0; v < ground.villages.size(); ++v) {
                const double dx = ground.villages[v].seed.x - p.x, dy = ground.villages[v].seed.y - p.y, d = dx * dx + dy * dy;
                if (d < best) { best = d; unit = v; }
            }
            lattice.label.push_back(unit);
        }
    }
    return lattice;
}

using Border = std::vector<std::pair<Corner, Corner>>;

/// Sides between cells of different villages.
Border border_of(const Lattice& lattice) {
    Border     border;
    const auto side = [&](int column, int row, int other_column, int other_row, int k) {
        if (!lattice.holds(other_column, other_row) || lattice.label_at(column, row) == lattice.label_at(other_column, other_row)) return;
        border.emplace_back(lattice.corner(column, row, k), lattice.corner(column, row, (k + 1) % 6));
    };
    for (int row = 0; row < lattice.rows; ++row) {
        const int odd = row & 1;
        for (int column = 0; column < lattice.columns; ++column) {
            side(column, row, column + 1, row, 5);            // east: between the corners at -30 and 30 degrees
            side(column, row, column + odd, row + 1, 0);      // north-east
            side(column, row, column + odd - 1, row + 1, 1);  // north-west
        }
    }
    return border;
}

/// Corners moved a little at random, then pulled towards their neighbours along the border; meeting points of three stay.
std::map<Corner, Point<Planar>> draw_corners(const Lattice& lattice, const Border& border, Seed seed) {
    std::map<Corner, std::vector<Corner>> next;
    for (const auto& [a, b] : border) { next[a].push_back(b); next[b].push_back(a); }
    std::map<Corner, Point<Planar>> place;
    for (const auto& [corner, neighbours] : next) {
        const auto key = static_cast<std::uint64_t>(corner.first + 1000) << 20 | static_cast<std::uint64_t>(corner.second + 1000);
        Draws      draws(seed, stream_lattice, key, 1);
        const double reach = jitter_share * spacing_m / std::numbers::sqrt3, angle = 2 * std::numbers::pi * draws.uniform();
        const double r = reach * std::sqrt(draws.uniform());
        place[corner]  = {lattice.place(corner).x + r * std::cos(angle), lattice.place(corner).y + r * std::sin(angle)};
    }
    for (int step = 0; step < smoothing_steps; ++step) {
        const auto before = place;
        for (auto& [corner, p] : place) {
            const auto& neighbours = next[corner];
            if (neighbours.size() != 2) continue;
            const Point<Planar> a = before.at(neighbours[0]), b = before.at(neighbours[1]);
            p = {p.x / 2 + (a.x + b.x) / 4, p.y / 2 + (a.y + b.y) / 4};
        }
    }
    return place;
}

/// Border and outline in whole 1e-7 degrees.
Linework<Lonlat> linework(const Ground& ground, const Border& border, const std::map<Corner, Point<Planar>>& place) {
    Points<Planar>                points;
    std::map<Corner, std::size_t> index;
    for (const auto& [corner, p] : place) { index[corner] = points.size(); points.push_back(p); }
    const Points<Lonlat> degrees = ToLonlat{}(points);
    Linework<Lonlat>     lines;
    const auto push = [&](double lon, double lat) {
        lines.push_point(std::round(lon * units_per_degree), std::round(lat * units_per_degree));
    };
    for (const auto& [a, b] : border) {
        push(degrees.x[index[a]], degrees.y[index[a]]);
        push(degrees.x[index[b]], degrees.y[index[b]]);
        lines.end_line();
    }
    for (std::size_t i = 0; i < ground.outline.x.size(); ++i) push(ground.outline.x[i], ground.outline.y[i]);
    lines.end_line();
    return lines;
}

Polygons<Lonlat> in_degrees(Polygons<Lonlat> polygons) {
    for (double& x : polygons.x) x /= units_per_degree;
    for (double& y : polygons.y) y /= units_per_degree;
    return polygons;
}

constexpr std::size_t outside = std::numeric_limits<std::size_t>::max();

std::vector<std::size_t> label_faces(const Ground& ground, const Lattice& lattice, const Polygons<Lonlat>& faces) {
    const Points<Lonlat>     inner  = inner_points(in_degrees(faces).view());
    const Points<Planar>     planar = project(inner.view(), demo_crs, demo_metric);
    std::vector<std::size_t> label;
    for (std::size_t f = 0; f < faces.size(); ++f) {
        const bool inside = covers(ground.outline.view(), 0, Point<Lonlat>{inner.x[f], inner.y[f]});
        label.push_back(inside ? lattice.label_of({planar.x[f], planar.y[f]}) : outside);
    }
    return label;
}

/// A village is one piece: its smaller pieces go to the neighbour with the longest common border.
void join_splinters(const Polygons<Lonlat>& faces, std::vector<std::size_t>& label) {
    std::map<std::size_t, std::size_t> largest;  // village to its largest face
    const auto view = faces.view();
    for (std::size_t f = 0; f < faces.size(); ++f) {
        if (label[f] == outside) continue;
        const auto [it, first] = largest.try_emplace(label[f], f);
        if (!first && polygon_area(view, f) > polygon_area(view, it->second)) it->second = f;
    }
    using Vertex = std::pair<double, double>;
    std::map<std::pair<Vertex, Vertex>, std::vector<std::size_t>> sides;
    for (std::size_t f = 0; f < faces.size(); ++f) {
        for (std::size_t q = faces.parts[faces.rows[f]]; q < faces.parts[faces.rows[f + 1]]; ++q) {
            const auto ring = view.ring(q);
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                const Vertex a{ring.x[i], ring.y[i]}, b{ring.x[i + 1], ring.y[i + 1]};
                sides[std::minmax(a, b)].push_back(f);
            }
        }
    }
    for (std::size_t f = 0; f < faces.size(); ++f) {
        if (label[f] == outside || largest[label[f]] == f) continue;
        std::map<std::size_t, double> common;
        for (const auto& [side, owners] : sides) {
            if (owners.size() != 2 || (owners[0] != f && owners[1] != f)) continue;
            const std::size_t other = label[owners[0] == f ? owners[1] : owners[0]];
            if (other != outside && other != label[f]) {
                common[other] += std::hypot(side.first.first - side.second.first, side.first.second - side.second.second);
            }
        }
        if (!common.empty()) label[f] = std::ranges::max_element(common, {}, [](const auto& entry) { return entry.second; })->first;
    }
}

void append(const Polygons<Lonlat>& row, Polygons<Lonlat>& out) {
    for (std::size_t part = 0; part < row.parts.size() - 1; ++part) {
        for (std::size_t q = row.parts[part]; q < row.parts[part + 1]; ++q) {
            const auto ring = row.view().ring(q);
            for (std::size_t i = 0; i < ring.size(); ++i) out.push_point(ring.x[i], ring.y[i]);
            out.end_ring();
        }
        out.end_part();
    }
    out.end_row();
}

template <class Belongs>
Polygons<Lonlat> dissolve(const Polygons<Lonlat>& rows, std::size_t groups, Belongs belongs) {
    Polygons<Lonlat> out;
    for (std::size_t group = 0; group < groups; ++group) {
        std::vector<std::uint32_t> members;
        for (std::uint32_t r = 0; r < rows.size(); ++r) if (belongs(r) == group) members.push_back(r);
        GEO_EXPECTS(!members.empty());
        append(unite(rows.view(), members), out);
    }
    return out;
}

/// A core must have room around it: where the seed lies too near its border, or outside, it moves inside.
void centre_seeds(Ground& ground) {
    constexpr double room_m = 380;
    const auto       shapes = ground.village_shapes.view();
    const auto       inner  = project(inner_points(shapes).view(), demo_crs, demo_metric);
    const ToLonlat   to_lonlat;
    for (std::size_t v = 0; v < ground.villages.size(); ++v) {
        Village& village = ground.villages[v];
        if (village.role == Role::seat) continue;
        Points<Planar> around;
        for (int i = 0; i < 8; ++i) {
            around.push_back({village.seed.x + room_m * std::cos(i * std::numbers::pi / 4), village.seed.y + room_m * std::sin(i * std::numbers::pi / 4)});
        }
        const Points<Lonlat> degrees = to_lonlat(around);
        for (std::size_t i = 0; i < 8; ++i) {
            if (!covers(shapes, v, Point<Lonlat>{degrees.x[i], degrees.y[i]})) village.seed = {inner.x[v], inner.y[v]};
        }
    }
}

}  // namespace

void partition_county(Ground& ground, Seed seed) {
    const Lattice            lattice = label_cells(ground, seed);
    const Border             border  = border_of(lattice);
    const auto               corners = draw_corners(lattice, border, seed);
    const Polygons<Lonlat>   faces   = enclosed_faces(linework(ground, border, corners), 1.0);
    std::vector<std::size_t> label   = label_faces(ground, lattice, faces);
    join_splinters(faces, label);
    const Polygons<Lonlat> villages = dissolve(faces, ground.villages.size(), [&](std::uint32_t f) { return label[f]; });
    const Polygons<Lonlat> towns =
        dissolve(villages, ground.towns.size(), [&](std::uint32_t v) { return ground.villages[v].town; });
    ground.outline        = in_degrees(dissolve(villages, 1, [](std::uint32_t) { return std::size_t{0}; }));
    ground.village_shapes = in_degrees(villages);
    ground.town_shapes    = in_degrees(towns);
    centre_seeds(ground);
}

}  // namespace gapmap::demo
